/* Proposals while a name is typed, and no more ticks than can be laid side by side. */
(function () {
  "use strict";

  function proposals(input) {
    var list = document.getElementById(input.getAttribute("list"));
    var timer = 0;
    var asked = "";

    function show(values) {
      while (list.firstChild) { list.removeChild(list.firstChild); }
      values.forEach(function (value) {
        var option = document.createElement("option");
        option.value = value;
        list.appendChild(option);
      });
    }

    function ask() {
      var typed = input.value.trim();
      if (typed === asked || typed.length < 2) { return; }
      asked = typed;
      fetch(input.dataset.complete + "&typed=" + encodeURIComponent(typed), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { values: [] }; })
        .then(function (found) { if (asked === typed) { show(found.values || []); } })
        .catch(function () { asked = ""; });
    }

    input.addEventListener("input", function (event) {
      if (event.isComposing) { return; }
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, 250);
    });
    input.addEventListener("compositionend", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, 250);
    });
  }

  function limited(form) {
    var most = Number(form.dataset.most);
    var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name='with']"));

    function settle() {
      var full = boxes.filter(function (box) { return box.checked; }).length >= most;
      boxes.forEach(function (box) { box.disabled = full && !box.checked; });
    }

    form.addEventListener("change", settle);
    settle();
  }

  function closing(all) {
    document.addEventListener("click", function (event) {
      all.forEach(function (drop) {
        if (drop.open && !drop.contains(event.target)) { drop.open = false; }
      });
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { return; }
      all.forEach(function (drop) {
        if (drop.open && drop.contains(document.activeElement)) { drop.querySelector("summary").focus(); }
        drop.open = false;
      });
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("input[data-complete]"), proposals);
  Array.prototype.forEach.call(document.querySelectorAll("form[data-most]"), limited);
  closing(Array.prototype.slice.call(document.querySelectorAll("details.drop")));
})();
