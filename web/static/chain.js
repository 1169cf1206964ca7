// The map of a chain: zoom, drag, trace, search, keyboard, panel. Without it the picture is a picture
// whose boxes are links, and everything else on the page stays as it is.
(function () {
  "use strict";
  var map = document.getElementById("map");
  document.querySelectorAll(".with-script").forEach(function (part) { part.hidden = !map; });
  if (!map) { return; }

  var svg = map.querySelector("svg");
  var size = { width: +svg.getAttribute("width"), height: +svg.getAttribute("height") };
  var scale = 1, LEAST = 0.2, MOST = 3, TITLE = 56;  // the page says the title itself
  var boxes = {}, order = [], out = {}, into = {}, lines = [];

  function push(table, key, value) { (table[key] = table[key] || []).push(value); }

  svg.querySelectorAll("g[data-id]").forEach(function (g) {
    var rect = g.querySelector("rect"), link = g.parentNode;
    var box = {
      id: g.getAttribute("data-id"), group: g, link: link, name: link.getAttribute("aria-label"),
      x: +rect.getAttribute("x") + rect.getAttribute("width") / 2,
      y: +rect.getAttribute("y") + rect.getAttribute("height") / 2,
      folded: g.classList.contains("stage")
    };
    boxes[box.id] = box;
    order.push(box);
  });
  svg.querySelectorAll("path[data-source]").forEach(function (path) {
    var line = { path: path, from: path.getAttribute("data-source"), to: path.getAttribute("data-target") };
    lines.push(line);
    push(out, line.from, line.to);
    push(into, line.to, line.from);
  });

  function boxOf(target) {
    var link = target.closest ? target.closest("a") : null;
    var group = link && svg.contains(link) ? link.querySelector("g[data-id]") : null;
    return group ? boxes[group.getAttribute("data-id")] : null;
  }

  // --- the address ------------------------------------------------------------------------------

  function withView(address) {
    var url = new URL(address, location.href);
    url.searchParams.set("zoom", scale.toFixed(2));
    url.searchParams.set("at", Math.round(map.scrollLeft / scale) + "," + Math.round(map.scrollTop / scale));
    var words = find.value.trim();
    if (words) { url.searchParams.set("q", words); } else { url.searchParams.delete("q"); }
    return url;
  }

  var waiting = 0;
  function remember() {
    clearTimeout(waiting);
    waiting = setTimeout(function () { history.replaceState(null, "", withView(location.href)); }, 250);
  }

  // --- zoom and drag ----------------------------------------------------------------------------

  function zoomTo(wanted, x, y) {
    var before = scale;
    scale = Math.min(MOST, Math.max(LEAST, wanted));
    x = x === undefined ? map.clientWidth / 2 : x;
    y = y === undefined ? map.clientHeight / 2 : y;
    var left = (map.scrollLeft + x) / before, top = (map.scrollTop + y) / before;
    svg.setAttribute("width", size.width * scale);
    svg.setAttribute("height", size.height * scale);
    map.scrollLeft = left * scale - x;
    map.scrollTop = top * scale - y;
    document.getElementById("scale").textContent = Math.round(scale * 100) + "%";
    remember();
  }

  function fitWidth() { return (map.clientWidth - 2) / size.width; }

  var STEPS = {
    "in": function () { zoomTo(scale * 1.25); },
    "out": function () { zoomTo(scale / 1.25); },
    "width": function () { zoomTo(fitWidth()); map.scrollLeft = 0; },
    "whole": function () { zoomTo(Math.min(fitWidth(), (map.clientHeight - 2) / size.height)); }
  };
  document.querySelectorAll("[data-zoom]").forEach(function (button) {
    button.addEventListener("click", STEPS[button.getAttribute("data-zoom")]);
  });
  map.addEventListener("wheel", function (event) {
    if (!event.ctrlKey) { return; }
    event.preventDefault();
    var edge = map.getBoundingClientRect();
    zoomTo(scale * (event.deltaY < 0 ? 1.12 : 1 / 1.12), event.clientX - edge.left, event.clientY - edge.top);
  }, { passive: false });
  map.addEventListener("scroll", remember);

  var drag = null, dragged = false;
  map.addEventListener("mousedown", function (event) {
    if (event.button !== 0) { return; }
    drag = { x: event.clientX, y: event.clientY, left: map.scrollLeft, top: map.scrollTop };
    dragged = false;
  });
  window.addEventListener("mousemove", function (event) {
    if (!drag) { return; }
    var dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (!dragged && Math.abs(dx) + Math.abs(dy) < 5) { return; }
    dragged = true;
    map.classList.add("dragged");
    map.scrollLeft = drag.left - dx;
    map.scrollTop = drag.top - dy;
  });
  window.addEventListener("mouseup", function () { drag = null; map.classList.remove("dragged"); });
  map.addEventListener("dragstart", function (event) { event.preventDefault(); });

  // --- what hangs together ----------------------------------------------------------------------

  function reached(from, table) {
    var seen = {}, queue = [from];
    seen[from] = true;
    while (queue.length) {
      (table[queue.pop()] || []).forEach(function (next) {
        if (!seen[next]) { seen[next] = true; queue.push(next); }
      });
    }
    return seen;
  }

  function trace(box) {
    svg.classList.toggle("traced", Boolean(box));
    var up = box ? reached(box.id, into) : {}, down = box ? reached(box.id, out) : {};
    order.forEach(function (one) {
      one.group.classList.toggle("lit", Boolean(up[one.id] || down[one.id]));
      one.group.classList.toggle("source", Boolean(box) && one === box);
    });
    lines.forEach(function (line) {
      line.path.classList.toggle("lit", Boolean((up[line.from] && up[line.to]) || (down[line.from] && down[line.to])));
    });
  }

  svg.addEventListener("mouseover", function (event) { if (!drag) { trace(boxOf(event.target)); } });
  svg.addEventListener("mouseleave", function () { trace(boxOf(document.activeElement)); });
  svg.addEventListener("focusin", function (event) {
    var box = boxOf(event.target);
    if (box) { trace(box); roam(box); show(box); }
  });
  svg.addEventListener("focusout", function () { trace(null); });

  function show(box) {
    var x = box.x * scale, y = box.y * scale, room = 60;
    if (x < map.scrollLeft + room || x > map.scrollLeft + map.clientWidth - room) {
      map.scrollLeft = x - map.clientWidth / 2;
    }
    if (y < map.scrollTop + room || y > map.scrollTop + map.clientHeight - room) {
      map.scrollTop = y - map.clientHeight / 2;
    }
  }

  // --- keyboard: one stop for the tab key, arrows along the links -------------------------------

  var here = null;
  function roam(box) {
    if (here) { here.link.setAttribute("tabindex", "-1"); }
    here = box;
    here.link.setAttribute("tabindex", "0");
  }
  order.forEach(function (box) { box.link.setAttribute("tabindex", "-1"); });
  roam(order.filter(function (box) { return box.group.classList.contains("gap"); })[0] || order[0]);

  function nearest(box, candidates, cost) {
    var best = null, least = Infinity;
    candidates.forEach(function (other) {
      var worth = other && other !== box ? cost(other) : Infinity;
      if (worth < least) { least = worth; best = other; }
    });
    return best;
  }

  function sideways(box, right) {
    var linked = ((right ? out : into)[box.id] || []).map(function (id) { return boxes[id]; });
    function cost(other) { return Math.abs(other.y - box.y) + Math.abs(other.x - box.x) / 10; }
    return nearest(box, linked, cost) || nearest(box, order, function (other) {
      var dx = (other.x - box.x) * (right ? 1 : -1);
      return dx < 30 ? Infinity : dx + 3 * Math.abs(other.y - box.y);
    });
  }

  function upright(box, down) {
    return nearest(box, order, function (other) {
      var dy = (other.y - box.y) * (down ? 1 : -1);
      return dy < 10 ? Infinity : dy + 2 * Math.abs(other.x - box.x);
    });
  }

  svg.addEventListener("keydown", function (event) {
    var box = boxOf(event.target), next = null;
    if (!box) { return; }
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") { next = sideways(box, event.key === "ArrowRight"); }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") { next = upright(box, event.key === "ArrowDown"); }
    if (event.key.indexOf("Arrow") === 0) { event.preventDefault(); }
    if (next) { next.link.focus({ preventScroll: true }); }
  });
  map.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "+" || event.key === "=") { STEPS["in"](); }
    if (event.key === "-") { STEPS.out(); }
  });

  // --- the panel --------------------------------------------------------------------------------

  function choose(id) {
    order.forEach(function (box) { box.group.classList.toggle("chosen", box.id === id); });
    markWay();
  }

  // The way that the panel tells, as far as it runs over what is drawn.
  function markWay() {
    var told = document.querySelector("#panel [data-way]");
    var nodes = told ? JSON.parse(told.getAttribute("data-way")) : [], next = {};
    nodes.forEach(function (id, i) { next[id + "\n" + nodes[i + 1]] = next[nodes[i + 1] + "\n" + id] = true; });
    order.forEach(function (box) { box.group.classList.toggle("way", nodes.indexOf(box.id) >= 0); });
    lines.forEach(function (line) { line.path.classList.toggle("way", Boolean(next[line.from + "\n" + line.to])); });
  }

  function open(address, told, back) {
    var url = withView(address), part = new URL(url);
    url.hash = "";
    part.searchParams.set("part", "panel");
    fetch(part, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html");
      var fresh = page.getElementById("panel");
      document.getElementById("panel").replaceWith(document.importNode(fresh, true));
      var id = url.searchParams.get("node");
      choose(id);
      if (boxes[id]) { show(boxes[id]); }
      if (told) { history.pushState(null, "", url); }
      var head = document.querySelector("#panel h2");
      if (back) { back.focus({ preventScroll: true }); } else if (head) { head.focus({ preventScroll: true }); }
    }).catch(function () { location.href = address; });
  }

  function plain(event) { return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey; }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a") : null;
    if (!link || !plain(event)) { return; }
    var box = boxOf(link), closing = link.classList.contains("close-panel");
    if (box && dragged) { event.preventDefault(); return; }
    if ((box && !box.folded) || closing || link.classList.contains("to-node")) {
      event.preventDefault();
      open(box ? link.getAttribute("href") : link.href, true, closing ? here.link : null);
      if (!box && !closing) { map.scrollIntoView({ block: "nearest" }); }
    }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.classList.contains("way")) { return; }
    event.preventDefault();
    var url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form)).toString();
    open(url.href, true, null);
  });
  document.addEventListener("keydown", function (event) {
    var closing = document.querySelector("#panel .close-panel");
    if (event.key === "Escape" && closing) { closing.click(); }
  });
  window.addEventListener("popstate", function () { open(location.href, false, here.link); });

  var names = document.getElementById("names");
  order.forEach(function (box) {
    var choice = document.createElement("option");
    choice.value = box.name.split("，")[0];
    if (!box.folded) { names.appendChild(choice); }
  });

  // --- search -----------------------------------------------------------------------------------

  var find = document.getElementById("find"), found = document.getElementById("found"), hits = [], turn = -1;

  function search() {
    var words = find.value.trim().toLowerCase();
    hits = order.filter(function (box) {
      var hit = words !== "" && box.name.toLowerCase().indexOf(words) >= 0;
      box.group.classList.toggle("found", hit);
      return hit;
    });
    turn = -1;
    found.textContent = words === "" ? "" : hits.length ? String(hits.length) : found.getAttribute("data-none");
    if (hits.length) { show(hits[0]); }
    remember();
  }
  find.addEventListener("input", search);
  find.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !hits.length) { return; }
    event.preventDefault();
    turn = (turn + 1) % hits.length;
    show(hits[turn]);
    trace(hits[turn]);
    roam(hits[turn]);
  });
  document.getElementById("print").addEventListener("click", function () { window.print(); });

  // --- as the address says ----------------------------------------------------------------------

  map.classList.add("ready");
  var asked = new URL(location.href).searchParams;
  var place = /^(\d+),(\d+)$/.exec(asked.get("at") || "");
  zoomTo(parseFloat(asked.get("zoom")) || Math.min(1, Math.max(0.8, fitWidth())), 0, 0);
  choose(asked.get("node"));
  if (place) {
    map.scrollLeft = place[1] * scale;
    map.scrollTop = place[2] * scale;
  } else {
    map.scrollTop = TITLE * scale;
    if (boxes[asked.get("node")]) { show(boxes[asked.get("node")]); }
  }
  find.value = asked.get("q") || "";
  if (find.value) { search(); }
}());
