/* j, k, s, p, / and ? on every list of the desk; Enter opens the row because its link has the focus. Who does not want them switches them off
   (/keyboard/). A key typed into a field, or with Ctrl, Alt or Meta, is never touched. */
(function () {
  "use strict";

  var help = document.getElementById("keys");

  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }

  /* Of each row the link that opens it; in a list whose rows open by no press of their own, the first of each row. */
  function links() {
    var found = all("main a.row-link");
    if (!found.length) {
      found = all("main .table tbody tr").map(function (row) { return row.querySelector("a[href]"); });
    }
    return found.filter(function (link) { return link && link.getClientRects().length > 0; });
  }

  function go(step) {
    var rows = links();
    if (!rows.length) return false;
    var at = rows.indexOf(document.activeElement);
    var next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  /* To the check list; nothing is signed by a key. From a list it is that of the row at hand. */
  function sign() {
    var form = document.getElementById("sign");
    var at = links().indexOf(document.activeElement);
    if (form) {
      var box = form.querySelector('input[type="checkbox"]:not(:checked)') || form.querySelector("button");
      box.focus();
      box.scrollIntoView({ block: "center" });
      return true;
    }
    if (at < 0 || location.pathname !== "/received/") return false;
    location.assign(links()[at].href + "#to-sign");
    return true;
  }

  function print() {
    var button = document.querySelector("main button[data-print]:not([hidden])");
    if (button) button.click();
    return !!button;
  }

  function search() {
    var box = document.querySelector('main input[type="search"]') || document.getElementById("masthead-q");
    if (box) box.focus();
    return !!box;
  }

  function show() {
    if (!help.open) help.showModal();
    return true;
  }

  var deeds = { j: function () { return go(1); }, k: function () { return go(-1); }, s: sign, p: print, "/": search, "?": show };

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    var deed = Object.prototype.hasOwnProperty.call(deeds, event.key) && deeds[event.key];
    if (deed && deed()) event.preventDefault();
  });
  if (location.hash === "#to-sign") sign(); // no element bears this name: going to one would take the focus away again
})();
