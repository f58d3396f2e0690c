/* The page of a locked desk: when the desk was opened in another tab, this one goes on as well. */
(function () {
  "use strict";

  window.addEventListener("storage", function (event) {
    if (event.key === "desk-touched") location.reload();
  });
})();
