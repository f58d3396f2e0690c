/* What was typed in a form is there again after the desk was locked or the session ended: forms marked data-keep, of the same person, at the
   same page, in the same tab. Passwords, PINs, files and hidden fields are never kept, and nothing is kept longer than one page. */
(function () {
  "use strict";

  var KEPT = "desk-kept";
  var person = document.currentScript.getAttribute("data-person");
  var saved = false;

  function forms() {
    return Array.prototype.slice.call(document.querySelectorAll("form[data-keep]"));
  }

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !/^(password|hidden|file|submit|button|reset)$/.test(field.type) && !/pass|pin/i.test(field.name);
    });
  }

  function save() {
    if (saved || !forms().length) return;
    saved = true;
    var typed = forms().map(function (form) {
      return fields(form).map(function (field) {
        return [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value];
      });
    });
    sessionStorage.setItem(KEPT, JSON.stringify({ person: person, path: location.pathname, typed: typed }));
  }

  function cameFromTheLock() {
    return /^https?:\/\/[^/]+\/(locked|login)\//.test(document.referrer);
  }

  function restore(kept) {
    var done = false;
    forms().forEach(function (form, place) {
      var typed = kept.typed[place] || [];
      fields(form).forEach(function (field, position) {
        var one = typed[position];
        if (!one || one[0] !== field.name) return;
        if (typeof one[1] === "boolean") field.checked = one[1];
        else if (field.value !== one[1]) {
          field.value = one[1];
          done = true;
        }
      });
      if (done) tell(form);
      done = false;
    });
  }

  function tell(form) {
    var notice = document.createElement("p");
    notice.className = "notice notice--warning";
    notice.setAttribute("role", "status");
    notice.textContent = "已恢复锁定以前填写的内容，请核对后提交。";
    form.insertBefore(notice, form.firstChild);
  }

  var kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (kept && cameFromTheLock()) {
    kept = JSON.parse(kept);
    if (kept.person === person && kept.path === location.pathname) restore(kept);
  }
  window.addEventListener("desk-leaves", save);
  window.addEventListener("pagehide", save);
})();
