/* The desk locks when nobody has touched it for so many minutes, in all its tabs at once, and warns before. Whoever reads or types for long
   is said to be there once a minute. The server locks by its own clock as well; without this file only the server does. */
(function () {
  "use strict";

  var MINUTE = 60000;
  var script = document.currentScript;
  var idle = Number(script.getAttribute("data-idle-minutes")) * MINUTE;
  var ends = script.hasAttribute("data-ends") ? Date.now() + Number(script.getAttribute("data-ends")) * 1000 : Infinity;
  var early = Math.min(2 * MINUTE, idle / 2);
  var touchedAt = Date.now();
  var saidAt = Date.now();
  var owed = false;
  var leaving = false;
  var warning = null;

  function shared(name) {
    return Math.min(Number(localStorage.getItem(name)) || 0, Date.now());
  }

  function token() {
    var found = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return found ? found[1] : "";
  }

  function touched() {
    var now = Date.now();
    if (now - touchedAt > 1000) localStorage.setItem("desk-touched", String(now));
    touchedAt = now;
    owed = true;
    if (now - saidAt >= MINUTE) sayHere();
  }

  function sayHere() {
    saidAt = Date.now();
    owed = false;
    fetch("/here/", { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual", credentials: "same-origin" }).catch(function () {});
  }

  function lock() {
    if (leaving) return;
    leaving = true;
    localStorage.setItem("desk-locked", String(Date.now()));
    send("/lock/");
  }

  /* A form, since a lock is no link; the page is blank before the answer comes. */
  function send(address) {
    var form = document.createElement("form");
    form.method = "post";
    form.action = address;
    [["csrfmiddlewaretoken", token()], ["next", location.pathname]].forEach(function (pair) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = pair[0];
      field.value = pair[1];
      form.appendChild(field);
    });
    window.dispatchEvent(new Event("desk-leaves"));
    document.title = "已锁定";
    document.body.textContent = "";
    document.body.appendChild(form);
    form.submit();
  }

  function check() {
    var now = Date.now();
    if (owed && now - saidAt >= MINUTE) sayHere();
    var toIdle = Math.max(touchedAt, shared("desk-touched")) + idle - now;
    var toEnd = (Number(localStorage.getItem("desk-ends")) || ends) - 5000 - now;
    if (Math.min(toIdle, toEnd) <= 0) return lock();
    if (toIdle <= early) warn("无人操作，2 分钟内将锁定。动一下鼠标或按任意键继续。");
    else if (toEnd <= early) warn("登录将满 2 小时，到时要再输一次密码。正在填写的请先提交。");
    else if (warning) unwarn();
  }

  function warn(sentence) {
    if (warning && warning.textContent === sentence) return;
    if (warning) unwarn();
    warning = document.createElement("div");
    warning.className = "lock-warning";
    warning.setAttribute("role", "alert");
    warning.textContent = sentence;
    document.body.appendChild(warning);
  }

  function unwarn() {
    warning.parentNode.removeChild(warning);
    warning = null;
  }

  if (!(idle > 0)) return;
  localStorage.setItem("desk-touched", String(touchedAt));
  if (ends !== Infinity) localStorage.setItem("desk-ends", String(ends));
  ["keydown", "mousedown", "mousemove", "wheel", "touchstart", "scroll"].forEach(function (kind) {
    window.addEventListener(kind, touched, { capture: true, passive: true });
  });
  /* Another tab was locked: what stands here is hidden as well. */
  window.addEventListener("storage", function (event) {
    if (event.key === "desk-locked" && !leaving) {
      leaving = true;
      window.dispatchEvent(new Event("desk-leaves"));
      location.replace("/locked/?next=" + encodeURIComponent(location.pathname));
    }
  });
  Array.prototype.forEach.call(document.querySelectorAll('form[action="/lock/"]'), function (form) {
    form.addEventListener("submit", function () { localStorage.setItem("desk-locked", String(Date.now())); });
  });
  window.setInterval(check, 5000);
})();
