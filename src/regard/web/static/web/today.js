// Today stays fresh while it is looked at: a new alert is shown at once, the rest every minute.
(() => {
  "use strict";

  const RETRY = 5000; // milliseconds
  const SOON = 400;
  const OFTEN = 60000;
  let pending = null;

  function refresh() {
    clearTimeout(pending);
    pending = setTimeout(() => {
      for (const content of document.querySelectorAll(".card-content")) {
        // What somebody is at is not taken away under their hands.
        if (!content.contains(document.activeElement)) htmx.trigger(content, "fresh");
      }
    }, SOON);
  }

  async function follow(url) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(response.status);
      const stream = new EventSource(`${(await response.json()).url}&type=fact&name=Alert`);
      const again = (wait) => { stream.close(); setTimeout(() => follow(url), wait); };
      stream.addEventListener("event", refresh);
      stream.addEventListener("skipped", refresh);
      stream.addEventListener("renew", () => again(0));
      stream.addEventListener("error", () => again(RETRY));
    } catch {
      setTimeout(() => follow(url), RETRY);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const url = document.querySelector("[data-today]")?.dataset.today;
    if (url) follow(url);
    if (document.querySelector(".card-content")) {
      setInterval(() => { if (document.visibilityState === "visible") refresh(); }, OFTEN);
    }
  });
})();
