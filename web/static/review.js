/* One key decides, commits and shows the next: what the forms do anyway, without a new page. */
(function () {
  "use strict";
  var GUARD = 300; // milliseconds in which nobody has seen the item that has just come
  var busy = false;
  var shownAt = 0;
  var texts = { lost: "没有连上服务器，刚才的操作没有记下，请再按一次。 / Not connected: nothing was recorded, please press again." };

  function root() { return document.getElementById("review"); }
  function asking() { return root().querySelector(".reasons.open"); }

  function ask(open) {
    var panel = root().querySelector(".reasons");
    if (panel) { panel.classList[open ? "add" : "remove"]("open"); }
  }

  function say(text) {
    var line = root().querySelector(".said-line");
    if (line) { line.textContent = text; }
  }

  function swap(page, address) {
    var fresh = page.getElementById("review");
    if (!fresh) { window.location.assign(address); return; }
    root().parentNode.replaceChild(document.importNode(fresh, true), root());
    document.title = page.title;
    window.history.replaceState(null, "", address);
    window.scrollTo(0, 0);
    shown();
  }

  function shown() {
    shownAt = performance.now();
    busy = false;
    root().setAttribute("data-ready", "1");
  }

  function send(form, button) {
    if (busy) { return; }
    var body = new URLSearchParams(new FormData(form));
    if (button && button.name) { body.set(button.name, button.value); }
    busy = true;
    root().removeAttribute("data-ready");
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin" })
      .then(function (answer) {
        return answer.text().then(function (text) {
          var page = new DOMParser().parseFromString(text, "text/html");
          var kept = answer.redirected ? answer.url : window.location.href;
          if (!page.getElementById("review") && !answer.redirected) {
            kept = window.location.href; // an error page: show the queue anew, it says what is wrong
          }
          swap(page, kept);
        });
      })
      .catch(function () {
        busy = false;
        root().setAttribute("data-ready", "1");
        say(texts.lost);
      });
  }

  function typing(target) {
    return target && (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || target.isContentEditable);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-swift")) { return; }
    event.preventDefault();
    send(form, event.submitter);
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-asks]") : null;
    if (button && !asking()) {
      event.preventDefault();
      ask(true);
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) { return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
    if (root().getAttribute("data-keys") !== "on") { return; }
    var key = event.key.toLowerCase();
    // Who holds a key down, or presses it twice, has not seen what has come meanwhile.
    if (key !== "?" && (event.repeat || busy || event.timeStamp - shownAt < GUARD)) { return; }
    var chosen = null;
    if (asking()) {
      if (key === "escape") { ask(false); return; }
      if (key === "enter" && event.target.hasAttribute && event.target.hasAttribute("data-reason")) { return; }
      chosen = root().querySelector('[data-reason="' + (key === "enter" ? "0" : key.replace(/[^0-7]/g, "-")) + '"]');
      if (/^\d$/.test(key) || key === "enter") {
        event.preventDefault();
        if (chosen) { chosen.click(); }
        return;
      }
    }
    if (!/^[axunz?1-9]$/.test(key)) { return; }
    chosen = root().querySelector('[data-key="' + key + '"]');
    if (!chosen || chosen.disabled) { return; }
    event.preventDefault();
    if (key !== "x") { ask(false); }
    chosen.click();
  });

  document.documentElement.classList.add("js");
  shownAt = performance.now() - GUARD; // the first item is there before anybody can press
  root().setAttribute("data-ready", "1");
})();
