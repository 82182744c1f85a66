// Parts of a page stay fresh while it is looked at: [data-fresh] holds them, each a [data-fresh-part] with a name.
// data-fresh: an address that answers with another text when something has changed; "" reads the page itself each time.
(() => {
  "use strict";

  const OFTEN = 2000; // milliseconds, where there is such an address
  const SELDOM = 5000;
  const words = (part) => part.textContent.replace(/\s+/g, " ");
  const partsOf = (root) => [...root.querySelectorAll("[data-fresh-part]")];

  // What somebody is at is not taken away under their hands.
  const isBusy = (part) => part.contains(document.activeElement) || part.querySelector("input:checked") !== null;

  function swap(part, next) {
    const open = [...part.querySelectorAll("details")].map((each) => each.open);
    part.replaceWith(next);
    next.querySelectorAll("details").forEach((each, place) => { each.open = open[place] ?? false; });
    htmx.process(next);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: {}, bubbles: true }));
  }

  // Whether all is as the server has it now.
  function take(holder, fresh) {
    const news = new Map(partsOf(fresh).map((part) => [part.dataset.freshPart, part]));
    let done = true;
    for (const part of partsOf(holder)) {
      const next = news.get(part.dataset.freshPart);
      if (!next || words(next) === words(part)) continue;
      if (isBusy(part)) done = false;
      else swap(part, next);
    }
    return done;
  }

  async function text(url) {
    const response = await fetch(url);
    return response.ok && !response.redirected ? response.text() : null;
  }

  function follow(holder) {
    const asks = holder.dataset.fresh;
    let seen = holder.dataset.freshVersion ?? null;
    async function look() {
      if (document.visibilityState !== "visible") return;
      const version = asks ? await text(asks) : "";
      if (version === null || (asks && version === seen)) return;
      const page = await text(location.href);
      if (page !== null && take(holder, new DOMParser().parseFromString(page, "text/html"))) seen = version;
    }
    const again = () => look().catch(() => {}).finally(() => setTimeout(again, asks ? OFTEN : SELDOM));
    setTimeout(again, asks ? OFTEN : SELDOM);
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-fresh]").forEach(follow));
})();
