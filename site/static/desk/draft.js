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

  function start() {
    all("form[data-edit-form]").forEach(spareFiles);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
