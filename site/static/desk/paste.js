/* Pasting from WPS, Word or a web page into a text of the draft form: paragraphs become lines, list numbers stay as text, tables become
   rows between bars; everything else is left out and named below the field. A paste without HTML stays the browser's own. */
(function () {
  "use strict";

  var FIELDS = /^(body|attachments-\d+-text)$/;
  var BLOCKS = /^(P|DIV|H[1-6]|LI|UL|OL|DL|DT|DD|BLOCKQUOTE|SECTION|ARTICLE|HEADER|FOOTER|MAIN|ASIDE|PRE|FIGURE|FIGCAPTION|ADDRESS|HR|CENTER)$/;
  var SILENT = /^(STYLE|HEAD|TITLE|META|LINK|BASE|XML|TEMPLATE|NOSCRIPT|COLGROUP)$/;
  var LOST = {
    IMG: "图片", "V:IMAGEDATA": "图片", PICTURE: "图片", SVG: "图片", CANVAS: "图片",
    SCRIPT: "脚本", IFRAME: "嵌入对象", OBJECT: "嵌入对象", EMBED: "嵌入对象", VIDEO: "嵌入对象", AUDIO: "嵌入对象",
    MATH: "公式", "M:OMATH": "公式", "M:OMATHPARA": "公式",
    INPUT: "表单控件", SELECT: "表单控件", TEXTAREA: "表单控件", BUTTON: "表单控件", DEL: "修订中已删的文字"
  };
  var NUMERALS = "一二三四五六七八九";
  var IS_NUMBER = /[0-9０-９一二三四五六七八九十百零〇甲乙丙丁戊己庚辛壬癸①-⒛㈠-㈩]|^[（(]?[a-zA-Z]+[.)）、．]$/;

  function Reader() {
    this.lines = [];
    this.line = "";
    this.number = "";
    this.paragraphs = 0;
    this.tables = 0;
    this.lost = {};
  }

  Reader.prototype.lose = function (what) {
    this.lost[what] = (this.lost[what] || 0) + 1;
  };

  /* The line is finished; a list number goes before its text. */
  Reader.prototype.end = function () {
    var text = fullMark(tidy(this.line));
    var number = text ? this.number : "";
    if (text) this.number = "";
    this.line = "";
    if (!text) return;
    if (number && /^[0-9]/.test(text)) number += " ";
    this.lines.push(number + text);
    this.paragraphs += 1;
  };

  Reader.prototype.read = function (node) {
    if (node.nodeType === 3) this.words(node);
    if (node.nodeType !== 1) return;
    var name = node.nodeName.toUpperCase();
    var why = this.reason(node, name);
    if (why !== null) {
      if (why) this.lose(why);
      return;
    }
    if (name === "TABLE") this.table(node);
    else if (name === "BR") this.end();
    else if (/mso-list:\s*ignore/i.test(styleOf(node))) this.mark(node);
    else this.inside(node, name);
  };

  /* Word breaks the lines of its HTML where it likes; between two Chinese characters that is no space. */
  Reader.prototype.words = function (node) {
    if (!node.parentElement.closest("pre")) {
      this.line += node.nodeValue
        .replace(/([\u2e80-\u9fff\uff00-\uffef])[ \t]*\r?\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])/g, "$1")
        .replace(/[\s\u00a0]+/g, function (run) { return run.indexOf("\u3000") < 0 ? " " : "\u3000"; });
      return;
    }
    node.nodeValue.split("\n").forEach(function (line, position) {
      if (position) this.end();
      this.line += line;
    }, this);
  };

  Reader.prototype.inside = function (node, name) {
    if (name === "A" && /^\s*[^#\s]/.test(node.getAttribute("href") || "")) this.lose("链接");
    var block = BLOCKS.test(name);
    if (block) this.end();
    if (name === "LI") this.number = numberOf(node);
    for (var child = node.firstChild; child; child = child.nextSibling) this.read(child);
    if (block) {
      this.end();
      this.number = "";
    }
  };

  /* Why an element is left out: a word for the notice, "" without a word, null when it is read. */
  Reader.prototype.reason = function (node, name) {
    var style = styleOf(node);
    if (SILENT.test(name)) return "";
    if (LOST[name]) return LOST[name];
    if (/mso-element:\s*(header|footer)\b/i.test(style)) return "页眉页脚";
    if (/mso-element:\s*(footnote|endnote)-list/i.test(style)) return "";
    if (/mso-(footnote|endnote)-id/i.test(style)) return "脚注";
    if (/mso-element:\s*comment-list|mso-special-character:\s*comment/i.test(style)) return "";
    if (/\bmsocomanchor\b/.test(node.className)) return "批注";
    if (node.hasAttribute("hidden") || /display:\s*none|visibility:\s*hidden|mso-hide:\s*all/i.test(style)) return "隐藏文字";
    return null;
  };

  /* The number that Word or WPS wrote out before a paragraph of a list. */
  Reader.prototype.mark = function (node) {
    var text = tidy(node.textContent);
    if (IS_NUMBER.test(text)) this.number = standardMark(text);
    else if (text) this.lose("项目符号");
  };

  Reader.prototype.table = function (table) {
    this.end();
    var reader = this;
    var rows = rowsOf(table);
    var merged = 0;
    var held = [];
    var grid = rows.map(function (row) {
      var cells = [];
      Array.prototype.forEach.call(row.cells, function (cell) {
        if (/display:\s*none/i.test(styleOf(cell))) return;
        while (held[cells.length] > 0) held[cells.length] -= 1, cells.push("");
        if (cell.colSpan > 1 || cell.rowSpan > 1) merged += 1;
        var wide = Math.min(cell.colSpan, 100);
        for (var i = 0; i < wide; i += 1) {
          held[cells.length] = cell.rowSpan - 1;
          cells.push(i ? "" : reader.cell(cell));
        }
      });
      while (held[cells.length] > 0) held[cells.length] -= 1, cells.push("");
      return cells;
    });
    if (grid.length === 1 && grid[0].length === 1) {
      Array.prototype.forEach.call(rows[0].cells[0].childNodes, reader.read, reader);
      reader.end();
      return;
    }
    grid.forEach(function (cells) {
      if (cells.length > 1 || cells.join("")) reader.lines.push("|" + cells.join("|") + "|");
    });
    if (merged) reader.lost["合并单元格（已拆开）"] = (reader.lost["合并单元格（已拆开）"] || 0) + merged;
    reader.tables += 1;
  };

  /* All that stands in a cell, on one line; what it loses is counted with the rest. */
  Reader.prototype.cell = function (cell) {
    var inner = new Reader();
    inner.lost = this.lost;
    Array.prototype.forEach.call(cell.childNodes, inner.read, inner);
    inner.end();
    return inner.lines.join(" ").replace(/\|/g, "｜");
  };

  function styleOf(node) {
    return node.getAttribute("style") || "";
  }

  function rowsOf(table) {
    return Array.prototype.filter.call(table.rows, function (row) {
      return row.cells.length > 0 && !/display:\s*none/i.test(styleOf(row));
    });
  }

  /* Without marks that nobody sees, with plain spaces, none at the edges. */
  function tidy(text) {
    return text
      .replace(/[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\uf000-\uf0ff]/g, "")
      .replace(/[\s\u00a0\u2000-\u200a\u202f\u205f]+/g, function (run) { return run.indexOf("\u3000") < 0 ? " " : "\u3000"; })
      .trim();
  }

  /* The number at the front of a line as the standard writes it: brackets of full width, no space after it. */
  function fullMark(text) {
    return text
      .replace(/^[(（] ?([一二三四五六七八九十百零〇]+|[0-9]+) ?[)）]\s*/, "（$1）")
      .replace(/^([一二三四五六七八九十百零〇]+、|[0-9]{1,3}[.．])\s+(?![0-9])/, "$1");
  }

  /* A list number as the standard writes its level: 一、（一）1.（1） */
  function standardMark(text) {
    return fullMark(text)
      .replace(/^([一二三四五六七八九十百零〇]+)[、.．,，]$/, "$1、")
      .replace(/^([0-9]+)[、.．]$/, "$1.");
  }

  /* The number of a list item that HTML itself counts; bullets have none. */
  function numberOf(item) {
    var list = item.parentElement;
    if (!list || list.nodeName !== "OL" || /mso-list/i.test(styleOf(item))) return "";
    var place = Number(list.getAttribute("start") || 1) - 1;
    for (var one = list.firstElementChild; one; one = one.nextElementSibling) {
      if (one.nodeName === "LI") place = one.hasAttribute("value") ? Number(one.getAttribute("value")) : place + 1;
      if (one === item) break;
    }
    var kind = ((list.getAttribute("type") || "") + " " + styleOf(list) + " " + styleOf(item)).trim();
    if (/cjk-|chinese|japanese|korean/i.test(kind)) return chinese(place) + "、";
    if (/none|disc|circle|square/i.test(kind)) return "";
    if (/^a\b|alpha|latin/i.test(kind)) return String.fromCharCode(96 + ((place - 1) % 26) + 1) + ".";
    return place + ".";
  }

  function chinese(number) {
    var tens = Math.floor(number / 10);
    var ones = number % 10;
    if (number < 1 || tens > 9) return String(number);
    return (tens > 1 ? NUMERALS[tens - 1] : "") + (tens ? "十" : "") + (ones ? NUMERALS[ones - 1] : "");
  }

  /* The text of pasted HTML, and in words what was not taken along. The parsed document runs no script and loads nothing. */
  function convert(html) {
    var reader = new Reader();
    reader.read(new DOMParser().parseFromString(html, "text/html").body);
    reader.end();
    return { text: reader.lines.join("\n"), said: account(reader) };
  }

  function account(reader) {
    var taken = reader.paragraphs + " 段" + (reader.tables ? "、" + reader.tables + " 个表格" : "");
    var lost = Object.keys(reader.lost).map(function (what) { return what + " " + reader.lost[what] + " 处"; });
    return "已粘贴 " + taken + "。没有带入：" + lost.concat("字体、颜色等样式").join("、") + "。";
  }

  /* Rows of a table begin and end a line of their own wherever the caret stands; so do several lines put before others. */
  function apart(field, text) {
    var before = field.value.charAt(field.selectionStart - 1);
    var after = field.value.charAt(field.selectionEnd);
    var inLine = before && before !== "\n";
    var several = !inLine && text.indexOf("\n") >= 0;
    return (text.charAt(0) === "|" && inLine ? "\n" : "") + text +
      ((text.slice(-1) === "|" || several) && after && after !== "\n" ? "\n" : "");
  }

  function put(field, text) {
    field.focus();
    // The old command keeps the field's own undo; setRangeText does not.
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function tell(field, sentence) {
    var place = field.parentNode.querySelector(".paste-account");
    if (!place) {
      place = document.createElement("p");
      place.className = "paste-account";
      place.setAttribute("role", "status");
      field.parentNode.appendChild(place);
    }
    place.textContent = sentence;
  }

  document.addEventListener("paste", function (event) {
    var field = event.target;
    if (!field || field.nodeName !== "TEXTAREA" || !FIELDS.test(field.name) || !event.clipboardData) return;
    var html = event.clipboardData.getData("text/html");
    if (!html) return;
    var found = convert(html);
    if (!found.text && event.clipboardData.getData("text/plain").trim()) return;
    event.preventDefault();
    if (found.text) put(field, apart(field, found.text));
    tell(field, found.said);
  });
})();
