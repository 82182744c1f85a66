// The list of alerts stays fresh while it is looked at, and can be worked through by keys.
(() => {
  "use strict";

  const LOOK_EVERY = 30000; // milliseconds between looks where there is no live stream
  const RETRY = 5000;
  const list = () => document.getElementById("alert-list");
  let pending = null;

  // What is being worked on is not moved: then a button offers what is new.
  const isBusy = () => list().contains(document.activeElement) || list().querySelector("input:checked");

  function soon() {
    clearTimeout(pending);
    pending = setTimeout(refresh, 300);
  }

  async function refresh() {
    const response = await fetch(location.href);
    if (!response.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = fresh.getElementById("alert-list");
    if (!next || same(next)) return;
    const button = document.querySelector("[data-alerts-show]");
    if (isBusy()) button.hidden = false;
    else show(fresh);
  }

  const names = (root) => [...root.querySelectorAll(".alert")].map((row) => row.textContent.replace(/\s+/g, " ")).join();
  const same = (next) => names(next) === names(list());

  function show(fresh) {
    list().replaceWith(fresh.getElementById("alert-list"));
    const tabs = fresh.querySelector("nav.tabs");
    if (tabs) document.querySelector("nav.tabs").replaceWith(tabs);
    document.querySelector("[data-alerts-show]").hidden = true;
    htmx.process(list());
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: {}, bubbles: true }));
  }

  async function follow(url) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(response.status);
      const stream = new EventSource(`${(await response.json()).url}&type=fact&name=Alert`);
      const again = (wait) => { stream.close(); setTimeout(() => follow(url), wait); };
      stream.addEventListener("open", soon);
      stream.addEventListener("event", soon);
      stream.addEventListener("skipped", soon);
      stream.addEventListener("renew", () => again(0));
      stream.addEventListener("error", () => again(RETRY));
    } catch {
      setTimeout(() => follow(url), RETRY);
    }
  }

  function step(by) {
    const rows = [...list().querySelectorAll(".alert")];
    const at = rows.indexOf(document.activeElement.closest(".alert"));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox])")) return;
    const row = document.activeElement.closest(".alert");
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (row && event.key === "x") row.querySelector("input[name=selected]")?.click();
    else if (row) row.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!list()?.matches("[data-alerts]")) return;
    document.querySelector("[data-alerts-show]").addEventListener("click", () => location.reload());
    if (list().dataset.live) follow(list().dataset.live);
    else setInterval(refresh, LOOK_EVERY);
  });
})();
