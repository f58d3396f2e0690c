/* Small comforts of the draft form and the admin around it. Both work without this file. Written for Chromium 90 and later. */
(function () {
  "use strict";

  /* Words that Wagtail's own catalogue for scripts lacks in Chinese. */
  var WORDS = {
    "%(num)s error": ["%(num)s 处要改正"],
    "A network error occurred.": "网络不通。",
    "A server error occurred.": "服务器出错。",
    "Error while sending preview data.": "预览没有送到服务器。",
    "Insert a block": "插入",
    "Write something or type ‘/’ to insert a block": "在这里写正文"
  };

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

  if (window.django && window.django.catalog) Object.assign(window.django.catalog, WORDS);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
