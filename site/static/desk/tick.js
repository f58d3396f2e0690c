/* A worker that only says when to ask again: a browser slows the clock of a page that is out of sight, not that of its workers. */
setInterval(function () { postMessage(0); }, 15000);
