/* A clerk's list says when it has grown old: the counts beside it go on, its rows do not. Pressing the line makes the page anew, so that
   nothing moves under a hand that is about to press. Without this file nothing changes. Written for Chromium 90 and later. */
(function () {
  "use strict";

  var line = document.querySelector("[data-arrivals]");
  if (!line) return;

  var counted = line.getAttribute("data-arrivals");
  var rail = document.querySelector('[data-alarm-count="' + counted + '"]');
  var drawn = rail ? Number(rail.textContent) : null;

  function sentence(heard) {
    if (counted === "waiting" && heard.arrived) return "有 " + heard.arrived + " 份新到公文，点此刷新";
    if (drawn !== null && heard.counts && heard.counts[counted] !== drawn) return "列表有变动，点此刷新";
    return "";
  }

  document.addEventListener("alarm:heard", function (event) {
    var said = sentence(event.detail);
    var link = line.querySelector("a");
    if (link.textContent === said) return;
    link.textContent = said;
    line.hidden = !said;
  });
})();
