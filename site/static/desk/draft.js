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

  function say(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  function ticked(boxes) {
    return boxes.filter(function (box) { return box.checked; }).length;
  }

  /* Categories that are addressed as a whole by the ticks of 主送类别, and the words for them. */
  function wholeGroups() {
    var found = {};
    all('input[name="primary_groups"]').forEach(function (box) { found[box.value] = box.checked; });
    return found;
  }

  function refresh(picker) {
    var whole = picker.id === "id_primary_units" ? wholeGroups() : {};
    var boxes = all('input[type="checkbox"]', picker);
    var groups = 0;
    all("[data-unit-ticks-group]", picker).forEach(function (group) {
      var picked = ticked(all('input[type="checkbox"]', group));
      var isWhole = Boolean(whole[group.getAttribute("data-unit-ticks-group")]);
      if (isWhole) groups += 1;
      group.classList.toggle("unit-ticks__group--whole", isWhole);
      say(
        group.querySelector("[data-unit-ticks-picked]"),
        isWhole ? "整类主送" : picked ? "已选 " + picked : ""
      );
    });
    say(
      picker.querySelector("[data-unit-ticks-count]"),
      "已选 " + ticked(boxes) + "/" + boxes.length + " 家" + (groups ? "，另有 " + groups + " 类整类主送" : "")
    );
  }

  /* The box finds by name or pinyin initials; headings without a find step aside, the others open. */
  function find(picker, wanted) {
    var any = false;
    all("[data-unit-ticks-group]", picker).forEach(function (group) {
      var here = false;
      all("li", group).forEach(function (item) {
        var text = (item.textContent + " " + item.getAttribute("data-keys")).toLowerCase();
        item.hidden = wanted !== "" && text.indexOf(wanted) < 0;
        if (!item.hidden) here = true;
      });
      group.hidden = !here;
      if (wanted && here) group.open = true;
      any = any || here;
    });
    picker.querySelector("[data-unit-ticks-none]").hidden = any;
  }

  function prepare(picker) {
    var box = picker.querySelector("[data-unit-ticks-find]");
    box.closest("[hidden]").hidden = false;
    box.addEventListener("input", function (event) {
      event.stopPropagation();
      find(picker, box.value.trim().toLowerCase());
    });
    box.addEventListener("keydown", function (event) {
      if (event.key === "Enter") event.preventDefault();
    });
    refresh(picker);
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
    var pickers = all("[data-unit-ticks]");
    pickers.forEach(prepare);
    if (pickers.length) {
      document.addEventListener("change", function () { pickers.forEach(refresh); });
    }
    all("form[data-edit-form]").forEach(spareFiles);
  }

  if (window.django && window.django.catalog) Object.assign(window.django.catalog, WORDS);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
