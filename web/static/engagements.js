// Choosing all pairs of a page at once, and how many are chosen. Without it every box is by itself.
(function () {
  "use strict";
  var form = document.querySelector("form.batch");
  if (!form) { return; }
  var all = form.querySelector("input.all");
  var boxes = form.querySelectorAll('input[name="pair"]');
  var status = form.querySelector("[data-chosen]");
  var button = form.querySelector("button");
  function count() {
    var chosen = 0;
    Array.prototype.forEach.call(boxes, function (box) { if (box.checked) { chosen += 1; } });
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    status.textContent = status.getAttribute("data-chosen") + " " + chosen;
    button.disabled = chosen === 0;
  }
  all.hidden = false;
  all.addEventListener("change", function () {
    Array.prototype.forEach.call(boxes, function (box) { box.checked = all.checked; });
    count();
  });
  form.addEventListener("change", count);
  count();
})();
