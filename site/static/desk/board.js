/* The board of receipts renews itself while somebody looks at it. The page works without this file. Written for Chromium 90 and later. */
(function () {
  "use strict";

  var EVERY = 30000;
  var MAKE_ANEW = 205;
  var board = document.querySelector("[data-renew]");
  if (!board) return;

  function say() {
    var note = board.querySelector("[data-renewing]");
    if (note) note.hidden = false;
  }

  /* What somebody has ticked, typed or unfolded inside is left alone until it is done. */
  function isInHand() {
    var focused = document.activeElement;
    var typing = focused && board.contains(focused) && focused.matches("input, select, textarea");
    return typing || board.querySelector("input:checked, details[open]") !== null;
  }

  function renew() {
    if (document.hidden || isInHand()) return;
    fetch(window.location.href, { headers: { "X-Fragment": "board" }, cache: "no-store", credentials: "same-origin" })
      .then(function (answer) {
        /* The desk is locked: the page, asked for anew, is led to the lock. */
        if (answer.status === MAKE_ANEW) window.location.reload();
        if (answer.redirected || !answer.ok) throw new Error("signed out");
        return answer.text();
      })
      .then(function (fragment) {
        if (isInHand()) return;
        var kept = document.activeElement && board.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        var top = window.scrollY;
        board.innerHTML = fragment;
        window.scrollTo(window.scrollX, top);
        if (kept) Array.prototype.some.call(board.querySelectorAll("a"), function (link) {
          if (link.getAttribute("href") !== kept) return false;
          link.focus({ preventScroll: true });
          return true;
        });
        say();
      })
      .catch(function () {
        var note = board.querySelector("[data-renewing]");
        if (note) note.textContent = "没有更新，请刷新页面 · ";
      });
  }

  say();
  window.setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", renew);
})();
