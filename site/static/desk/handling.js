/* Usual words fill the box of an opinion, and readers keep the order in which they were ticked. Both forms work without. */
(function () {
  "use strict";

  function chosen(select) {
    if (!select || !select.value) { return ""; }
    var option = select.options[select.selectedIndex];
    var division = option.parentNode.label || "";
    return select.value.indexOf("-") < 0 ? division : option.text;
  }

  document.querySelectorAll(".phrases").forEach(function (phrases) {
    var box = document.getElementById(phrases.dataset.fills);
    phrases.hidden = false;
    phrases.addEventListener("click", function (event) {
      var phrase = event.target.dataset.phrase;
      if (!phrase) { return; }
      var name = chosen(document.getElementById(phrases.dataset.lead));
      var said = phrase.replace("…", name || "…");
      box.value = box.value.trim() ? box.value.trim().replace(/。$/, "，") + said : said;
      box.focus();
      var hole = box.value.indexOf("…");
      if (hole >= 0) { box.setSelectionRange(hole, hole + 1); }
    });
  });

  document.querySelectorAll("form").forEach(function (form) {
    var boxes = form.querySelectorAll("[data-ordered]");
    if (!boxes.length) { return; }
    var order = form.elements.order;
    function show() {
      var keys = order.value ? order.value.split(",") : [];
      boxes.forEach(function (box) {
        var turn = box.parentNode.querySelector(".turn");
        if (!turn) {
          turn = document.createElement("span");
          turn.className = "turn";
          box.parentNode.appendChild(turn);
        }
        var place = keys.indexOf(box.value);
        turn.textContent = place < 0 ? "" : "　第 " + (place + 1) + " 位";
      });
    }
    form.addEventListener("change", function (event) {
      if (!event.target.hasAttribute("data-ordered")) { return; }
      var keys = (order.value ? order.value.split(",") : []).filter(function (key) { return key !== event.target.value; });
      if (event.target.checked) { keys.push(event.target.value); }
      order.value = keys.join(",");
      show();
    });
    show();
  });
})();
