/*
 * report.js - what a report page does beyond being read: a click on a column's
 * head sorts its table (up, down, as it was), and the contents show where the
 * reader is. Without it the page is whole. It holds no data and reads none but
 * the text of cells.
 */
(function () {
  "use strict";

  var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  // A cell's value to compare by; null for none, which stays last either way.
  function key(cell, type) {
    if (cell.classList.contains("none")) {
      return null;
    }
    return type === "number" ? Number(cell.dataset.key || cell.textContent) : cell.textContent;
  }

  function sort(table, column, type, direction) {
    var body = table.tBodies[0];
    var rows = Array.from(body.rows, function (row, i) {
      if (!row.dataset.at) {
        row.dataset.at = i;
      }
      return { row: row, at: Number(row.dataset.at), key: key(row.cells[column], type) };
    });
    rows.sort(function (a, b) {
      if (direction && a.key !== b.key) {
        if (a.key === null || b.key === null) {
          return a.key === null ? 1 : -1;
        }
        var order = typeof a.key === "number" ? a.key - b.key : collator.compare(a.key, b.key);
        if (order) {
          return order * direction;
        }
      }
      return a.at - b.at;
    });
    body.append.apply(body, rows.map(function (each) { return each.row; }));
  }

  // On a phone a table that is too wide becomes cards, a row each. Laid out that
  // way it is no table to a screen reader unless roles say so.
  function makeCards(table) {
    var labels = Array.from(table.tHead.rows[0].cells, function (head) { return head.textContent; });
    table.classList.add("cards");
    table.setAttribute("role", "table");
    table.tHead.setAttribute("role", "rowgroup");
    table.tBodies[0].setAttribute("role", "rowgroup");
    Array.from(table.rows).forEach(function (row) {
      row.setAttribute("role", "row");
      Array.from(row.cells).forEach(function (cell, i) {
        var head = cell.tagName === "TH";
        cell.setAttribute("role", !head ? "cell" : cell.scope === "col" ? "columnheader" : "rowheader");
        if (!head) {
          cell.dataset.label = labels[i];
        }
      });
    });
  }

  var narrow = window.matchMedia("(max-width: 44rem)");
  function fit() {
    if (narrow.matches) {
      document.querySelectorAll(".scroll > table:not(.cards)").forEach(function (table) {
        if (table.offsetWidth > table.parentElement.clientWidth + 8) {
          makeCards(table);
        }
      });
    }
  }
  narrow.addEventListener("change", fit);
  document.querySelectorAll("details").forEach(function (each) {
    each.addEventListener("toggle", fit);
  });

  document.querySelectorAll("table.sortable").forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.append.apply(button, Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", function () {
        var was = head.getAttribute("aria-sort");
        var type = head.dataset.type;
        // Numbers are asked for from the greatest down.
        var first = type === "number" ? "descending" : "ascending";
        var second = first === "ascending" ? "descending" : "ascending";
        var next = was === null ? first : was === first ? second : null;
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        if (next) {
          head.setAttribute("aria-sort", next);
        }
        sort(table, column, type, next === null ? 0 : next === "ascending" ? 1 : -1);
      });
    });
  });

  fit();

  var links = document.querySelectorAll(".contents a");
  if (links.length && "IntersectionObserver" in window) {
    var seen = new Set();
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        seen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
      });
      var found = false;
      links.forEach(function (link) {
        var here = !found && seen.has(link.hash.slice(1));
        found = found || here;
        if (here) {
          link.setAttribute("aria-current", "true");
        } else {
          link.removeAttribute("aria-current");
        }
      });
    }, { rootMargin: "0px 0px -60% 0px" });
    document.querySelectorAll(".report").forEach(function (each) { watch.observe(each); });
  }
}());
