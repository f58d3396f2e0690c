/* The alarm of a clerk's desk: asks four times a minute what waits, and says what has come in the tab's title, in a banner and by a sound.
   Asking is no look-in. A locked desk asks by its token and says numbers only. Without this file the counts stand in the rail. */
(function () {
  "use strict";

  var EVERY = 15000;
  var FAILURES = 3;
  var box = document.getElementById("alarm");
  if (!box || !window.fetch) return;

  var token = box.getAttribute("data-token");
  var memory = "alarm-" + box.getAttribute("data-person");
  var title = document.title.replace(/^[(（]\d+[)）]\s*/, "");
  var rail = document.querySelector("[data-newest]");
  var failed = 0;
  var over = false;
  var newest = 0;
  var fresh = 0;
  var waved = 0; // what has come since the page was made and somebody has pressed 知道了 for
  var rungAt = 0;
  var shown = "";

  /* What this tab has shown already: on the list itself, all that stood there when the page was made. */
  function known() {
    var kept = Number(sessionStorage.getItem(memory));
    var drawn = rail ? Number(rail.getAttribute("data-newest")) : 0;
    return rail && (!kept || location.pathname === box.getAttribute("data-list")) ? drawn : kept;
  }

  function remember(mark) {
    since = mark;
    sessionStorage.setItem(memory, String(mark));
  }

  var since = known();
  if (since) remember(since);

  function ask() {
    if (over) return;
    var asked = { cache: "no-store", redirect: "manual", credentials: token ? "omit" : "same-origin" };
    asked.headers = token ? { "X-Alarm-Token": token } : {};
    fetch(box.getAttribute("data-from") + "?after=" + since, asked).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 404) return stop();
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json().then(heard);
    }).catch(function () {
      failed += 1;
      if (failed === FAILURES) say("连接中断，正在重试；恢复以前请电话确认有无来文。", "warning", "");
    });
  }

  function stop() {
    over = true;
    say(token ? "提醒已停止，请输入密码解锁。" : "登录已到期，请重新登录。", "warning", "");
  }

  function heard(news) {
    if (failed >= FAILURES) say("", "", "");
    failed = 0;
    if (news.locked) {
      location.replace("/locked/?next=" + encodeURIComponent(location.pathname));
      return;
    }
    newest = news.newest;
    if (!since) remember(newest);
    document.title = (news.open ? "(" + news.open + ") " : "") + title;
    count(news);
    fresh = news.fresh;
    document.dispatchEvent(new CustomEvent("alarm:heard", { detail: { counts: news.counts, arrived: waved + fresh } }));
    if (!news.fresh) {
      if (shown === "urgent" || shown === "fresh") say("", "", "");
      return;
    }
    announce(news);
    ring(news);
  }

  function count(news) {
    Object.keys(news.counts || {}).forEach(function (name) {
      var place = document.querySelector('[data-alarm-count="' + name + '"]');
      if (!place) return;
      place.textContent = news.counts[name];
      place.classList.toggle("rail__count--" + place.getAttribute("data-tone"), news.counts[name] > 0);
    });
    var waiting = document.querySelector("[data-alarm-waiting]");
    if (waiting) waiting.textContent = news.open ? "待签收 " + news.open + " 件" + (news.urgency ? "，有" + news.urgency : "") : "没有待签收的公文";
  }

  function announce(news) {
    var what = news.freshUrgency || "公文";
    var sentence = "新到" + what + " " + news.fresh + " 件";
    if (news.freshUrgency && news.freshOfUrgency < news.fresh) {
      sentence = "新到公文 " + news.fresh + " 件，其中" + news.freshUrgency + " " + news.freshOfUrgency + " 件";
    }
    say(sentence, news.freshUrgency ? "urgent" : "fresh", token ? "解锁后签收" : "去签收");
  }

  /* The same words are not said twice: a screen reader would read them out at every asking. */
  function say(sentence, kind, act) {
    if (box.getAttribute("data-said") === sentence) return;
    shown = kind;
    box.setAttribute("data-said", sentence);
    box.setAttribute("role", kind === "urgent" ? "alert" : "status");
    box.textContent = "";
    if (!sentence) return;
    var notice = document.createElement("p");
    notice.className = "alarm__news alarm__news--" + kind;
    notice.appendChild(document.createTextNode(sentence));
    if (act && token) notice.appendChild(document.createTextNode("，" + act));
    if (act && !token) {
      notice.appendChild(document.createTextNode("，"));
      notice.appendChild(link(act));
      notice.appendChild(button("知道了"));
    }
    box.appendChild(notice);
  }

  function link(words) {
    var made = document.createElement("a");
    made.href = box.getAttribute("data-list");
    made.textContent = words;
    return made;
  }

  function button(words) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "button button--quiet";
    made.textContent = words;
    made.addEventListener("click", function () {
      remember(newest);
      waved += fresh;
      fresh = 0;
      say("", "", "");
    });
    return made;
  }

  /* --- the sound: browsers play none before a person has pressed something --- */

  var sound = new Audio(box.getAttribute("data-sound"));
  var enabler = document.querySelector("[data-alarm-sound]");

  function isOn() {
    return localStorage.getItem("alarm-sound") === "on";
  }

  function offer() {
    if (!enabler) return;
    enabler.hidden = false;
    enabler.textContent = isOn() ? "关闭提示音" : "开启提示音";
    enabler.setAttribute("aria-pressed", String(isOn()));
  }

  function play() {
    rungAt = Date.now();
    sound.currentTime = 0;
    var playing = sound.play();
    box.setAttribute("data-rung", String(Number(box.getAttribute("data-rung") || 0) + 1));
    if (playing) playing.catch(function () {
      if (!enabler) return;
      enabler.hidden = false;
      enabler.textContent = "提示音被浏览器拦住，点一下恢复";
    });
  }

  /* Once for each arrival; for what is urgent again and again until somebody looks. */
  function ring(news) {
    if (!isOn()) return;
    var rung = Number(sessionStorage.getItem(memory + "-rung"));
    var again = news.freshUrgency && Date.now() - rungAt > EVERY - 1000;
    if (news.newest <= rung && !again) return;
    sessionStorage.setItem(memory + "-rung", String(news.newest));
    play();
  }

  if (enabler) {
    enabler.addEventListener("click", function () {
      var blocked = enabler.textContent.indexOf("拦住") >= 0;
      if (!blocked) localStorage.setItem("alarm-sound", isOn() ? "off" : "on");
      if (isOn()) play();
      offer();
    });
    offer();
  }

  try {
    new Worker(box.getAttribute("data-tick")).onmessage = ask;
  } catch (refused) {
    window.setInterval(ask, EVERY);
  }
  ask();
})();
