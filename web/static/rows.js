// A grid of fields behaves a little like a sheet: paste a block, go up and down, see what changed.
(function () {
  "use strict";
  var grid = document.getElementById("grid");
  if (!grid) { return; }
  var rows = Array.prototype.filter.call(grid.tBodies[0].rows, function (row) {
    return row.className !== "more";
  });

  function fields(row) {
    return Array.prototype.slice.call(row.querySelectorAll("td input, td select"));
  }
  function place(field) {
    for (var r = 0; r < rows.length; r++) {
      var c = fields(rows[r]).indexOf(field);
      if (c >= 0) { return { row: r, column: c }; }
    }
    return null;
  }
  function go(row, column) {
    if (row < 0 || row >= rows.length) { return false; }
    var field = fields(rows[row])[column];
    if (!field) { return false; }
    field.focus();
    if (field.select) { field.select(); }
    return true;
  }
  function put(field, text) {
    var value = text.trim();
    if (field.tagName === "SELECT") {
      for (var i = 0; i < field.options.length; i++) {
        if (field.options[i].value === value) { field.selectedIndex = i; break; }
      }
    } else {
      field.value = value;
    }
    mark(field);
  }
  function mark(field) {
    var before = field.getAttribute("data-before");
    if (field.value !== before) { field.classList.add("changed"); } else { field.classList.remove("changed"); }
  }
  // Cells of a copied block: tabs between, quotes around cells that hold line ends.
  function block(text) {
    var table = [[]], cell = "", quoted = false;
    for (var i = 0; i < text.length; i++) {
      var c = text[i];
      if (quoted) {
        if (c === '"' && text[i + 1] === '"') { cell += '"'; i++; }
        else if (c === '"') { quoted = false; }
        else { cell += c === "\n" || c === "\r" ? " " : c; }
      } else if (c === '"' && cell === "") { quoted = true; }
      else if (c === "\t") { table[table.length - 1].push(cell); cell = ""; }
      else if (c === "\n") { table[table.length - 1].push(cell); cell = ""; table.push([]); }
      else if (c !== "\r") { cell += c; }
    }
    table[table.length - 1].push(cell);
    if (table.length > 1 && table[table.length - 1].join("") === "") { table.pop(); }
    return table;
  }
  function addRow() {
    var last = rows[rows.length - 1];
    if (last.className !== "blank" || rows.length >= 190) { return false; }
    var fresh = last.cloneNode(true);
    var controls = fresh.querySelectorAll("input, select");
    for (var i = 0; i < controls.length; i++) {
      var control = controls[i];
      control.name = control.name.replace(/^\d+/, String(rows.length));
      if (control.id) { control.id = control.id.replace(/^f\d+/, "f" + rows.length); }
      var label = control.getAttribute("aria-label");
      if (label) { control.setAttribute("aria-label", label.replace(/\d+$/, String(rows.length + 1))); }
      if (control.type !== "hidden") {
        control.value = "";
        control.setAttribute("data-before", "");
        control.classList.remove("changed");
      }
    }
    last.parentNode.appendChild(fresh);
    rows.push(fresh);
    return true;
  }

  var all = grid.querySelectorAll("td input, td select");
  for (var i = 0; i < all.length; i++) {
    var field = all[i];
    var start = field.value;
    if (field.tagName === "INPUT") { start = field.defaultValue; }
    field.setAttribute("data-before", start);
  }
  grid.addEventListener("input", function (event) { mark(event.target); });
  grid.addEventListener("change", function (event) { mark(event.target); });
  grid.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) { return; }
    var select = event.target.tagName === "SELECT";
    var step = event.key === "ArrowDown" && !select ? 1 : event.key === "ArrowUp" && !select ? -1 : event.key === "Enter" ? (event.shiftKey ? -1 : 1) : 0;
    var here = step ? place(event.target) : null;
    if (!here) { return; }
    if (go(here.row + step, here.column) || event.key === "Enter") { event.preventDefault(); }
  });
  grid.addEventListener("paste", function (event) {
    var data = event.clipboardData;
    var text = data ? data.getData("text/plain") : "";
    if (text.indexOf("\t") < 0 && text.replace(/[\r\n]+$/, "").indexOf("\n") < 0) { return; }
    var here = place(event.target);
    if (!here) { return; }
    event.preventDefault();
    block(text).forEach(function (cells, r) {
      while (here.row + r >= rows.length) { if (!addRow()) { return; } }
      var targets = fields(rows[here.row + r]);
      cells.forEach(function (cell, c) {
        if (targets[here.column + c]) { put(targets[here.column + c], cell); }
      });
    });
  });
})();
