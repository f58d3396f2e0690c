/* Recipients chosen before: ticked again at one press, and what is ticked now kept under a name. Without this file the links open the
   editor anew with the boxes ticked. Written for Chromium 90 and later. */
(function () {
  "use strict";

  var FIELDS = ["primary_groups", "primary_units", "excluded_units", "cc_units"];

  function boxes(name) {
    return Array.prototype.slice.call(document.querySelectorAll('input[type="checkbox"][name="' + name + '"]'));
  }

  function prepare(place) {
    var said = place.querySelector("[data-sources-said]");
    var keep = place.querySelector("[data-sources-keep]");
    var name = keep.querySelector("input");

    function say(text) {
      said.textContent = text;
    }

    function tick(found) {
      FIELDS.forEach(function (field) {
        if (field === "cc_units" && !found[field].length) return;
        var wanted = found[field].map(String);
        boxes(field).forEach(function (box) { box.checked = wanted.indexOf(box.value) >= 0; });
      });
      document.dispatchEvent(new Event("units:set"));
      var own = ["id_primary_text", "id_cc_text"].some(function (id) {
        var text = document.getElementById(id);
        return text && text.value.trim();
      });
      say("已按“" + found.name + "”勾选，保存后生效。" + (own ? "印在文面上的主送、抄送文字是您自己写的，没有改动，请核对。" : "") + found.warning);
    }

    function apply(event) {
      var link = event.target.closest("[data-source]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      fetch(place.getAttribute("data-selection") + "?from=" + encodeURIComponent(link.getAttribute("data-source")))
        .then(function (answer) {
          if (!answer.ok) throw answer;
          return answer.json();
        })
        .then(tick)
        .catch(function () { say("没有取到这个发文对象，请刷新页面后再试。"); });
    }

    function listed(kept) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = "?recipients=" + kept.source;
      link.setAttribute("data-source", kept.source);
      link.textContent = kept.name;
      var line = document.createElement("span");
      line.textContent = kept.line;
      item.appendChild(link);
      item.appendChild(line);
      place.querySelector("[data-sources-kept]").appendChild(item);
      var none = place.querySelector("[data-sources-none]");
      if (none) none.hidden = true;
      name.value = "";
    }

    function store() {
      var form = new FormData();
      form.append("csrfmiddlewaretoken", document.querySelector('input[name="csrfmiddlewaretoken"]').value);
      form.append("name", name.value);
      FIELDS.forEach(function (field) {
        boxes(field).forEach(function (box) { if (box.checked) form.append(field, box.value); });
      });
      fetch(place.getAttribute("data-keep"), { method: "POST", body: form, headers: { Accept: "application/json" } })
        .then(function (answer) {
          return answer.json().then(function (told) {
            say(told.said);
            if (answer.ok) listed(told);
          });
        })
        .catch(function () { say("没有保存，请刷新页面后再试。"); });
    }

    place.addEventListener("click", apply);
    keep.hidden = false;
    keep.querySelector("button").addEventListener("click", store);
    name.addEventListener("keydown", function (event) {
      if (event.key !== "Enter") return;
      event.preventDefault();
      store();
    });
  }

  function start() {
    Array.prototype.slice.call(document.querySelectorAll("[data-sources]")).forEach(prepare);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
