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

  var OPEN = "wagtail:side-panel-open";
  var WIDTH = "wagtail:side-panel-width";

  /* On a wide screen the page stands beside the form, as broad as it can be read, until the drafter chooses otherwise; the admin keeps
     whatever is chosen, opened or closed, broad or narrow. Where it would cover the form it waits to be asked for. */
  function showPage() {
    if (!document.querySelector("form[data-edit-form]")) return;
    var kept = window.localStorage;
    if (window.innerWidth < 800 && kept.getItem(OPEN) === "preview") kept.removeItem(OPEN);
    if (window.innerWidth < 1280) return;
    if (kept.getItem(OPEN) === null) kept.setItem(OPEN, "preview");
    if (kept.getItem(WIDTH) === null) kept.setItem(WIDTH, String(Math.round(Math.min(750, window.innerWidth * 0.4))));
  }

  function start() {
    all("form[data-edit-form]").forEach(spareFiles);
  }

  /* Before the admin looks what was chosen last, which it does when the document has been read. */
  document.addEventListener("readystatechange", function () {
    if (document.readyState !== "interactive") return;
    try { showPage(); } catch (e) { /* this browser keeps nothing: the page opens by its button */ }
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
