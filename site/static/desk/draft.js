/* Small comforts of the draft form and the admin around it. Both work without this file. Written for Chromium 90 and later. */
(function () {
  "use strict";

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  /* The live preview sends the whole form at every pause; files go only when the draft is really handed in. */
  function spareFiles(form) {
    var leaving = false;
    form.addEventListener("submit", function () {
      leaving = true;
      window.setTimeout(function () { leaving = false; }, 0);
    });
    form.addEventListener("formdata", function (event) {
      if (leaving) return;
      all('input[type="file"]', form).forEach(function (input) {
        if (input.files.length) event.formData.set(input.name, input.files[0].name + " " + input.files[0].size);
      });
    });
  }

  /* On a wide screen the page stands beside the form, as broad as it can be read, until the drafter chooses otherwise; the admin keeps
     whatever is chosen, opened or closed, broad or narrow. */
  function showPage() {
    var wide = window.innerWidth >= 1280;
    if (!wide || !document.querySelector('form[data-edit-form]')) return;
    try {
      if (window.localStorage.getItem("wagtail:side-panel-open") === null)
        window.localStorage.setItem("wagtail:side-panel-open", "preview");
      if (window.localStorage.getItem("wagtail:side-panel-width") === null)
        window.localStorage.setItem("wagtail:side-panel-width", String(Math.round(Math.min(750, window.innerWidth * 0.4))));
    } catch (e) { /* nothing is kept in this browser: the panel opens by its button */ }
  }

  function start() {
    all("form[data-edit-form]").forEach(spareFiles);
  }

  /* Before the admin looks what was chosen last, which it does when the document has been read. */
  document.addEventListener("readystatechange", function () {
    if (document.readyState === "interactive") showPage();
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
