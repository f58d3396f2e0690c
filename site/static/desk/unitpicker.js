/* Choosing units from the register: search, counts, the line that will be printed, and keys. The boxes work without this file.
   Written for Chromium 90 and later. */
(function () {
  "use strict";

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  function say(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "unit-ticks__act";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  /* Ticked groups, with the words that are printed for them. */
  function wholeGroups() {
    var found = {};
    all('input[name="primary_groups"]').forEach(function (box) {
      if (box.checked) found[box.value] = box;
    });
    return found;
  }

  /* What is known of each unit, by its key; one picker carries it for all. */
  var known = null;

  function register() {
    if (!known) {
      known = {};
      all("li[data-place]").forEach(function (item) { known[item.querySelector("input").value] = item; });
    }
    return known;
  }

  /* The joint issuers chosen further down; they get nothing either. */
  function joint() {
    var found = {};
    all('select[name^="co_issuers-"][name$="-unit"]').forEach(function (choice) {
      if (choice.value && choice.offsetParent !== null) found[choice.value] = true;
    });
    return found;
  }

  function Picker(root) {
    this.root = root;
    this.role = root.getAttribute("data-unit-ticks");
    this.units = all("li[data-unit]", root).map(function (item) {
      var box = item.querySelector("input"), known = register()[box.value];
      return {
        item: item,
        box: box,
        own: box.disabled,
        place: Number(known.getAttribute("data-place")),
        category: known.getAttribute("data-category"),
        group: known.getAttribute("data-group"),
        name: known.getAttribute("data-short"),
        text: (known.getAttribute("data-short") + " " + known.getAttribute("data-keys")).toLowerCase()
      };
    });
    this.folds = all("details", root);
    this.box = root.querySelector("[data-unit-ticks-find]");
    this.wanted = "";
    this.wasOpen = null;
    this.addActs();
    this.listen();
  }

  Picker.prototype.inside = function (fold) {
    return this.units.filter(function (unit) { return fold.contains(unit.item); });
  };

  Picker.prototype.addActs = function () {
    var picker = this;
    all("[data-unit-ticks-group]", this.root).forEach(function (fold) {
      var bar = document.createElement("p");
      function tick(on) {
        return function () {
          picker.inside(fold).forEach(function (unit) {
            if (!unit.box.disabled && !unit.item.hidden && !unit.item.closest("li[hidden]")) unit.box.checked = on;
          });
          refresh();
        };
      }
      bar.className = "unit-ticks__acts";
      bar.appendChild(button("全选", tick(true)));
      bar.appendChild(button("全不选", tick(false)));
      fold.insertBefore(bar, fold.querySelector("ul"));
    });
  };

  /* Which units may be ticked and which are in sight; what was typed into the search narrows it further. */
  Picker.prototype.show = function () {
    var picker = this, whole = wholeGroups(), issuers = joint(), words = this.wanted.split(/\s+/).filter(Boolean), any = false;
    this.units.forEach(function (unit) {
      var isWhole = Boolean(whole[unit.group]);
      var offered = picker.role !== "excluded" || isWhole || unit.box.checked;
      unit.covered = picker.role === "primary" && isWhole;
      unit.barred = unit.own || Boolean(issuers[unit.box.value]);
      unit.box.disabled = unit.own || ((unit.barred || unit.covered) && !unit.box.checked);
      unit.seen = offered && words.every(function (word) { return unit.text.indexOf(word) >= 0; });
    });
    this.units.forEach(function (unit) {
      var below = unit.item.querySelector("details");
      var seen = unit.seen || Boolean(below && picker.inside(below).some(function (each) { return each.seen; }));
      if (unit.item.hidden === seen) unit.item.hidden = !seen;
    });
    this.folds.forEach(function (fold) {
      fold.hidden = !all("li[data-unit]", fold).some(function (item) { return !item.hidden; });
      any = any || !fold.hidden;
    });
    if (!words.length && this.box !== document.activeElement) {
      this.box.parentNode.hidden = !any;
      this.root.querySelector(".unit-ticks__keys").hidden = !any;
    }
    var none = this.root.querySelector("[data-unit-ticks-none]");
    none.hidden = any;
    say(none, this.role === "excluded" && !words.length ? "勾选了主送类别，这里才列出其中的单位。" : "没有这样的单位。");
  };

  /* Searching opens what holds a find; afterwards all is as it was, and what is ticked stays in sight. */
  Picker.prototype.find = function () {
    var wanted = this.box.value.normalize("NFKC").trim().toLowerCase();
    if (wanted === this.wanted) return;
    if (wanted && this.wasOpen === null) this.wasOpen = this.folds.map(function (fold) { return fold.open; });
    this.wanted = wanted;
    this.show();
    var wasOpen = this.wasOpen;
    this.folds.forEach(function (fold, n) {
      fold.open = wanted ? !fold.hidden : wasOpen[n] || Boolean(fold.querySelector("input:checked"));
    });
    if (!wanted) this.wasOpen = null;
    this.count();
    this.rove();
  };

  Picker.prototype.ticked = function () {
    return this.units.filter(function (unit) { return unit.box.checked; });
  };

  Picker.prototype.count = function () {
    var ticked = this.ticked(), whole = wholeGroups(), picker = this;
    var choosable = this.units.filter(function (unit) { return !unit.barred; });
    this.folds.forEach(function (fold) {
      var code = fold.getAttribute("data-unit-ticks-group");
      var isWhole = picker.role === "primary" && Boolean(whole[code]);
      var picked = ticked.filter(function (unit) { return fold.contains(unit.item); }).length;
      fold.classList.toggle("unit-ticks__group--whole", isWhole);
      say(fold.querySelector("[data-unit-ticks-picked]"), (isWhole ? "整类主送" : "") + (picked ? " 已选 " + picked : ""));
    });
    var said = "已选 " + ticked.length + "/" + choosable.length + " 家";
    if (this.role === "excluded") {
      choosable = choosable.filter(function (unit) { return whole[unit.group]; });
      said = "不发 " + ticked.length + "/" + choosable.length + " 家";
    } else if (this.role === "primary" && Object.keys(whole).length) {
      var left = excluded();
      var meant = choosable.filter(function (unit) { return whole[unit.group] && !left[unit.place]; });
      var both = choosable.filter(function (unit) { return unit.box.checked || meant.indexOf(unit) >= 0; });
      said = "已选 " + both.length + "/" + choosable.length + " 家（整类 " + meant.length + " 家，逐个 " +
        ticked.length + " 家）";
    }
    say(this.root.querySelector("[data-unit-ticks-count]"), said);
    this.print(whole);
  };

  /* The line as the server prints it (circulars.recipients.printed). */
  Picker.prototype.print = function (whole) {
    var place = this.root.querySelector("[data-unit-ticks-line]");
    var own = document.getElementById(this.role === "primary" ? "id_primary_text" : "id_cc_text");
    if (this.role !== "primary" && this.role !== "cc" && this.role !== "after") return;
    var parts = [], order = [], names = {}, partly = {};
    if (this.role === "primary") {
      var left = excluded();
      this.units.forEach(function (unit) { if (left[unit.place]) partly[unit.group] = true; });
      Object.keys(whole).forEach(function (group) {
        parts.push(whole[group].getAttribute(partly[group] ? "data-words-in-part" : "data-words"));
      });
    }
    this.ticked().sort(function (a, b) { return a.place - b.place; }).forEach(function (unit) {
      if (!names[unit.category]) { names[unit.category] = []; order.push(unit.category); }
      names[unit.category].push(unit.name);
    });
    parts = parts.concat(order.map(function (category) { return names[category].join("、"); }));
    if (this.role === "after") {
      place.hidden = !parts.length;
      say(place, "补发给：" + parts.join("、") + "（公文上所印主送、抄送不变）");
      return;
    }
    var line = parts.length ? parts.join("，") + (this.role === "primary" ? "：" : "。") : "";
    place.hidden = !line;
    say(place, own && own.value.trim() ? "按您自己写的文字印，不按勾选印。" : "将印为：" + line);
  };

  /* ---------- keys: one stop of the Tab key for the whole picker, arrows inside it ---------- */

  Picker.prototype.stops = function () {
    return all("summary, .unit-ticks__acts button, input[type=checkbox]", this.root).filter(function (stop) {
      var inside = stop.tagName === "SUMMARY" ? stop.parentNode.parentNode : stop;
      return !stop.disabled && !stop.closest("[hidden]") && !inside.closest("details:not([open])");
    });
  };

  Picker.prototype.rove = function (to) {
    var stops = this.stops();
    var current = to || (stops.indexOf(this.current) >= 0 ? this.current : stops[0]);
    if (this.current && this.current !== current) this.current.tabIndex = -1;
    this.current = current;
    if (current) current.tabIndex = 0;
    if (to) to.focus();
  };

  Picker.prototype.listen = function () {
    var picker = this;
    all("summary, button, input[type=checkbox]", this.root).forEach(function (stop) { stop.tabIndex = -1; });
    this.box.closest("[hidden]").hidden = false;
    this.root.querySelector(".unit-ticks__keys").hidden = false;
    this.box.addEventListener("input", function (event) {
      event.stopPropagation();
      picker.find();
    });
    this.root.addEventListener("focusin", function (event) {
      if (event.target !== picker.box) {
        if (picker.current) picker.current.tabIndex = -1;
        picker.current = event.target;
        event.target.tabIndex = 0;
      }
    });
    this.root.addEventListener("toggle", function () { picker.rove(); }, true);
    this.root.addEventListener("keydown", function (event) { picker.key(event); });
  };

  Picker.prototype.key = function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    var stops = this.stops(), here = event.target, at = stops.indexOf(here), fold, to;
    if (here === this.box) {
      if (event.key === "Enter" || event.key === "ArrowDown") {
        to = stops.filter(function (stop) { return stop.type === "checkbox"; })[0] || stops[0];
      } else if (event.key === "Escape" && this.box.value) {
        this.box.value = "";
        this.find();
      } else return;
    } else if (event.key === "/") {
      this.box.focus();
      this.box.select();
    } else if (event.key === "ArrowDown") to = stops[at + 1];
    else if (event.key === "ArrowUp") to = stops[at - 1] || this.box;
    else if (event.key === "Home") to = stops[0];
    else if (event.key === "End") to = stops[stops.length - 1];
    else if (event.key === "ArrowRight") {
      fold = here.tagName === "SUMMARY" ? here.parentNode : here.closest("li") && here.closest("li").querySelector("details");
      if (!fold) to = stops[at + 1];
      else if (!fold.open) fold.open = true;
      else to = fold.querySelector("input:not(:disabled)");
    } else if (event.key === "ArrowLeft") {
      fold = here.closest("details");
      if (here.tagName === "SUMMARY" && fold.open) fold.open = false;
      else if (here.tagName === "SUMMARY") to = fold.parentNode.closest("details") && fold.parentNode.closest("details").querySelector("summary");
      else to = fold.querySelector("summary");
    } else return;
    event.preventDefault();
    if (to === this.box) this.box.focus();
    else if (to) this.rove(to);
  };

  /* ---------- all pickers of the form together ---------- */

  var pickers = [];

  /* Places of the units that are left out of the groups. */
  function excluded() {
    var found = {};
    pickers.forEach(function (picker) {
      if (picker.role === "excluded") picker.ticked().forEach(function (unit) { found[unit.place] = true; });
    });
    return found;
  }

  function refresh() {
    pickers.forEach(function (picker) { picker.show(); });
    pickers.forEach(function (picker) { picker.count(); picker.rove(); });
  }

  function changed(event) {
    var picker = pickers.filter(function (each) { return each.root.contains(event.target); })[0];
    if (/^(primary_groups$|co_issuers-)/.test(event.target.name) || (picker && picker.role === "excluded")) refresh();
    else if (picker) {
      picker.show();
      picker.count();
    } else if (event.target.id === "id_primary_text" || event.target.id === "id_cc_text") refresh();
  }

  function start() {
    all("[data-unit-ticks]").forEach(function (root) { pickers.push(new Picker(root)); });
    if (!pickers.length) return;
    all(".unit-ticks__below").forEach(function (fold) { fold.open = Boolean(fold.querySelector("input:checked")); });
    refresh();
    document.addEventListener("change", changed);
    document.addEventListener("units:set", refresh);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
