/* A wall renews its numbers while it hangs there. The page works without this file. Written for Chromium 90 and later. */
(function () {
  "use strict";

  var EVERY = 30000;
  var wall = document.querySelector("[data-wall]");
  if (!wall) return;

  function stale() {
    var note = wall.querySelector("[data-stale]");
    if (note) note.hidden = false;
  }

  function renew() {
    fetch(window.location.href, { headers: { "X-Fragment": "wall" }, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" })
      .then(function (answer) {
        /* Ended or over its day: the page, asked for anew, says so. */
        if (answer.status === 404) window.location.reload();
        if (!answer.ok) throw new Error("not renewed");
        return answer.text();
      })
      .then(function (fragment) {
        wall.innerHTML = fragment;
      })
      .catch(stale);
  }

  window.setInterval(renew, EVERY);
})();
