// Parts of a page stay fresh while it is looked at: [data-fresh] holds them, each a [data-fresh-part] with a name.
// How it is known that there is something new:
//   data-fresh: an address that answers with another text then; "" for none
//   data-fresh-live: where the pass to the live stream is, of facts whose names begin with data-fresh-fact
//   data-fresh-every: the seconds after which the page is read anyway
// It ends when the page, read anew, has nothing to keep fresh any more.
// A part with hx-get gets the event "fresh" and reads itself; the others are taken from the page, read anew.
(() => {
  "use strict";

  const OFTEN = 2; // seconds, where an address tells
  const SELDOM = 5;
  const SOON = 300; // milliseconds, in which several facts are one
  const RETRY = 5000;
  const isSeen = () => document.visibilityState === "visible";
  const partsOf = (root) => [...root.querySelectorAll("[data-fresh-part]")];
  const timesOf = (part) => [...part.querySelectorAll("time")];

  // What a part says. That a minute has passed, or how many rows are chosen, is nothing new.
  function words(part) {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("[data-selected]").forEach((told) => { told.textContent = ""; });
    timesOf(copy).forEach((time) => { time.textContent = time.dateTime; });
    return copy.textContent.replace(/\s+/g, " ");
  }

  // What somebody is at is not taken away under their hands. A row that they are merely on is found again.
  const isOn = (part) => part.contains(document.activeElement) && !document.activeElement.matches("[data-row][id]");
  const isBusy = (part) => isOn(part)
    || part.querySelector("input:checked, details.menu[open]") !== null
    || [...part.querySelectorAll("input[type=file]")].some((each) => each.value);

  // Opened details are known again by where they stand, also when something came in above them.
  function openings(part) {
    const counts = new Map();
    return [...part.querySelectorAll("details")].map((each) => {
      const place = each.closest("[id]")?.id ?? "";
      counts.set(place, (counts.get(place) ?? 0) + 1);
      return [`${place} ${counts.get(place)}`, each];
    });
  }

  function swap(part, next) {
    const open = new Set(openings(part).filter(([, each]) => each.open).map(([place]) => place));
    const row = part.contains(document.activeElement) ? document.activeElement : null;
    const top = row?.getBoundingClientRect().top;
    part.replaceWith(next);
    const again = row?.id ? document.getElementById(row.id) : null;
    again?.focus({ preventScroll: true });
    if (again) scrollBy(0, again.getBoundingClientRect().top - top); // it stays where the eyes are
    openings(next).forEach(([place, each]) => { each.open ||= open.has(place); });
    htmx.process(next);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: {}, bubbles: true }));
  }

  function tick(part, next) {
    const now = timesOf(next);
    timesOf(part).forEach((time, place) => { time.textContent = now[place].textContent; });
  }

  // Whether all is as the server has it now. force: also what somebody is at.
  function take(holder, fresh, force = false) {
    const news = new Map(partsOf(fresh).map((part) => [part.dataset.freshPart, part]));
    let done = true;
    for (const part of partsOf(holder)) {
      const next = news.get(part.dataset.freshPart);
      if (!next || part.matches("[hx-get]")) continue;
      if (words(next) === words(part)) tick(part, next);
      else if (force || !isBusy(part)) swap(part, document.importNode(next, true));
      else done = false;
    }
    return done;
  }

  async function text(url) {
    // What is to be told to the person waits for a page that they see.
    const response = await fetch(url, { headers: { "X-Fresh": "true" } });
    return response.ok && !response.redirected ? response.text() : null;
  }

  // Tells of facts as they come, and of gaps in which there may have been some. A hidden page hears nothing.
  function listen(holder, told) {
    const { freshLive: pass, freshFact: name } = holder.dataset;
    let stream = null;
    let tries = 0;
    function stop() {
      tries += 1;
      stream?.close();
    }
    function again() {
      stop();
      setTimeout(connect, RETRY);
    }
    async function connect() {
      stop();
      const mine = tries;
      if (!isSeen()) return;
      try {
        const response = await fetch(pass, { headers: { Accept: "application/json" } });
        if (!response.ok || response.redirected) throw new Error(response.status);
        const { url } = await response.json();
        if (mine !== tries) return;
        stream = new EventSource(`${url}&type=fact&name=${encodeURIComponent(name)}`);
        for (const kind of ["open", "event", "skipped"]) stream.addEventListener(kind, told);
        stream.addEventListener("renew", connect);
        stream.addEventListener("error", again);
      } catch {
        if (mine === tries) again();
      }
    }
    document.addEventListener("visibilitychange", () => (isSeen() ? connect() : stop()));
    connect();
  }

  function follow(holder) {
    const asks = holder.dataset.fresh;
    const every = 1000 * (Number(holder.dataset.freshEvery) || (asks ? OFTEN : SELDOM));
    let seen = holder.dataset.freshVersion ?? null;
    let timer = null;
    let asked = false;
    let ended = false;

    function show(fresh, force) {
      const done = take(holder, fresh, force);
      const button = holder.querySelector("[data-fresh-show]");
      if (button) {
        button.hidden = done;
        button.onclick = () => show(fresh, true);
      }
      return done;
    }

    async function look() {
      if (!isSeen()) return;
      const version = asks ? await text(asks) : "";
      if (version === null || (asks && version === seen)) return;
      const parts = partsOf(holder);
      parts.filter((part) => part.matches("[hx-get]") && !isBusy(part)).forEach((part) => htmx.trigger(part, "fresh"));
      if (parts.every((part) => part.matches("[hx-get]"))) return;
      const page = await text(location.href);
      if (page === null) return;
      const fresh = new DOMParser().parseFromString(page, "text/html");
      if (!show(fresh, false)) return;
      seen = version;
      ended = fresh.querySelector("[data-fresh]") === null;
    }

    async function run() {
      timer = null;
      asked = false;
      await look().catch(() => {}); // without an answer all stays as it is until the next time
      if (!ended) wait(asked ? SOON : every);
    }

    function wait(milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(run, milliseconds);
    }

    // At once would be once for each of many facts.
    function soon() {
      if (!asked && timer !== null) wait(SOON);
      asked = true;
    }

    document.addEventListener("visibilitychange", () => { if (isSeen()) soon(); });
    if (holder.dataset.freshLive) listen(holder, soon);
    wait(every);
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-fresh]").forEach(follow));
})();
