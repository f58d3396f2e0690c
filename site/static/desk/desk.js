/* Small comforts of the desk. Every page works without this file. Written for Chromium 90 and later. */
(function () {
  "use strict";

  var MINUTE = 60000;
  var loadedAt = Date.now();

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  /* The server's clock: its time when the page was made plus what has passed since. */
  function serverNow(element) {
    return Date.parse(element.getAttribute("data-now")) + (Date.now() - loadedAt);
  }

  function span(milliseconds) {
    var minutes = Math.floor(milliseconds / MINUTE);
    var days = Math.floor(minutes / 1440);
    var hours = Math.floor((minutes % 1440) / 60);
    if (minutes < 1) return "不足 1 分";
    if (days) return days + " 天" + (hours ? " " + hours + " 小时" : "");
    return (hours ? hours + " 小时 " : "") + (minutes % 60) + " 分";
  }

  function tickCountdown(element) {
    var left = Date.parse(element.getAttribute("data-due")) - serverNow(element);
    if (isNaN(left)) return;
    var text = left >= 0 ? "还剩 " + span(left) : "已超 " + span(-left);
    if (element.textContent !== text) element.textContent = text;
    if (left < 0) {
      var frame = element.closest(".due, .deadline");
      if (frame) frame.classList.add(frame.classList.contains("due") ? "due--late" : "deadline--late");
    }
  }

  /* Shown in the office's own time (UTC+8), whatever the PC believes. */
  function tickClock(element) {
    var now = serverNow(element);
    if (isNaN(now)) return;
    var at = new Date(now + 8 * 60 * MINUTE);
    var text =
      at.getUTCFullYear() + "-" + two(at.getUTCMonth() + 1) + "-" + two(at.getUTCDate()) + " " +
      two(at.getUTCHours()) + ":" + two(at.getUTCMinutes());
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    all("time[data-due][data-now]").forEach(tickCountdown);
    all("time[data-clock][data-now]").forEach(tickClock);
  }

  /* <input type="search" data-filter-for="id">: hides what does not hold the typed text (or data-keys). */
  function filterList(box) {
    var list = document.getElementById(box.getAttribute("data-filter-for"));
    if (!list) return;
    box.addEventListener("input", function () {
      var wanted = box.value.trim().toLowerCase();
      all("[data-keys], .picker__items > li", list).forEach(function (item) {
        var text = (item.textContent + " " + (item.getAttribute("data-keys") || "")).toLowerCase();
        item.hidden = wanted !== "" && text.indexOf(wanted) < 0;
      });
      all(".picker__group", list).forEach(function (group) {
        group.hidden = !all(".picker__items > li", group).some(function (item) { return !item.hidden; });
        if (wanted && !group.hidden) group.open = true;
      });
    });
    box.addEventListener("keydown", function (event) {
      if (event.key === "Enter") event.preventDefault();
    });
  }

  function boxesIn(root) {
    return all('input[type="checkbox"]:not([data-all-in]):not(:disabled)', root);
  }

  function visible(box) {
    return !box.closest("[hidden]");
  }

  function refreshCounts() {
    all("[data-count-for]").forEach(function (place) {
      var root = document.getElementById(place.getAttribute("data-count-for"));
      if (!root) return;
      var boxes = boxesIn(root);
      var text = "已选 " + boxes.filter(function (box) { return box.checked; }).length + "/" + boxes.length;
      if (place.textContent !== text) place.textContent = text;
    });
    all("input[data-all-in]").forEach(function (master) {
      var root = document.getElementById(master.getAttribute("data-all-in"));
      if (!root) return;
      var boxes = boxesIn(root);
      var ticked = boxes.filter(function (box) { return box.checked; }).length;
      master.checked = boxes.length > 0 && ticked === boxes.length;
      master.indeterminate = ticked > 0 && ticked < boxes.length;
    });
  }

  /* <input type="checkbox" data-all-in="id">, in a hidden label until this runs: ticks what is in sight. */
  function selectAll(master) {
    var root = document.getElementById(master.getAttribute("data-all-in"));
    var label = master.closest("[hidden]");
    if (label) label.hidden = false;
    master.addEventListener("change", function () {
      boxesIn(root).filter(visible).forEach(function (box) { box.checked = master.checked; });
      refreshCounts();
    });
  }

  /* A click anywhere in the row follows the row's own link; text may still be marked with the mouse. */
  function openRow(event) {
    var row = event.target.closest("tr.row--opens");
    if (!row || event.defaultPrevented || event.button !== 0) return;
    if (event.target.closest("a, button, input, label, select, summary, textarea")) return;
    if (String(window.getSelection())) return;
    var link = row.querySelector("a.row-link");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  }

  /* <div data-asked-for="when" data-choices="later now">: in sight while the choice of that name is one of these; else not sent along. */
  function showWhatIsAsked() {
    all("[data-asked-for]").forEach(function (part) {
      var chosen = document.querySelector('input[name="' + part.getAttribute("data-asked-for") + '"]:checked');
      part.hidden = !!chosen && part.getAttribute("data-choices").split(" ").indexOf(chosen.value) < 0;
      all("input, select, textarea", part).forEach(function (field) { field.disabled = part.hidden; });
    });
  }

  /* A rail longer than the window shows where we are. */
  function scrollRail() {
    var rail = document.querySelector(".rail");
    var here = rail && rail.querySelector("[aria-current]");
    if (!here) return;
    var below = here.getBoundingClientRect().bottom - rail.getBoundingClientRect().bottom;
    if (below > 0) rail.scrollTop += below + 48;
  }

  /* In a narrow or enlarged window the rail is shut, so that the page begins in sight; the button, there alone, opens it and says where we are. */
  function foldRail() {
    var rail = document.querySelector(".rail");
    if (!rail || !rail.querySelector("a")) return;
    var here = rail.querySelector("[aria-current]");
    var button = document.createElement("button");
    button.type = "button";
    button.className = "rail__toggle";
    button.setAttribute("aria-expanded", "false");
    button.textContent = "栏目";
    if (here) button.appendChild(document.createElement("b")).textContent = here.firstChild.textContent.trim();
    button.addEventListener("click", function () {
      button.setAttribute("aria-expanded", String(!rail.classList.toggle("is-shut")));
    });
    rail.classList.add("is-shut");
    rail.insertBefore(button, rail.firstChild);
  }

  document.documentElement.classList.add("scripted");
  foldRail();
  showWhatIsAsked();
  scrollRail();
  document.addEventListener("change", showWhatIsAsked);
  tick();
  window.setInterval(tick, 5000);
  all("input[data-filter-for]").forEach(filterList);
  all("input[data-all-in]").forEach(selectAll);
  refreshCounts();
  document.addEventListener("change", refreshCounts);
  document.addEventListener("click", openRow);
  all("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var frame = document.getElementById(button.getAttribute("data-print"));
      if (!frame) { window.print(); return; }
      frame.contentWindow.focus();
      frame.contentWindow.print();
    });
  });
  /* <input data-offers-now>: a button beside it puts the minute of the server's clock there. */
  all("input[data-offers-now]").forEach(function (field) {
    var clock = document.querySelector("time[data-clock]");
    if (!clock) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = "现在";
    button.setAttribute("aria-label", "填写现在的时间");
    button.addEventListener("click", function () {
      field.value = clock.textContent.trim();
      field.focus();
    });
    field.insertAdjacentElement("afterend", button);
  });
  var summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
})();
