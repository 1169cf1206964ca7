/* A job that goes on: what the server tells is shown; when it has ended, the page is asked anew. */
(function () {
  "use strict";
  var job = document.getElementById("job");
  var bar = document.getElementById("job-progress");
  if (!job || !bar || !job.dataset.events || !window.EventSource) { return; }

  function write(id, text) {
    var place = document.getElementById(id);
    if (place.textContent !== text) { place.textContent = text; }
  }

  function reload(wait) { window.setTimeout(function () { window.location.reload(); }, wait); }

  var source = new window.EventSource(job.dataset.events);
  source.onmessage = function (event) {
    var now = JSON.parse(event.data);
    write("job-state", now.state);
    if (!now.open) {
      source.close();
      reload(0);
      return;
    }
    write("job-message", now.message || "…");
    write("job-amount", now.amount);
    if (now.total) {
      bar.max = now.total;
      bar.value = now.done;
    } else {
      bar.removeAttribute("value");
    }
  };
  source.onerror = function () {
    /* Between two streams the browser comes back by itself; refused, it does not. */
    if (source.readyState === window.EventSource.CLOSED) { reload(5000); }
  };
}());
