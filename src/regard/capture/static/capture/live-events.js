// The live tail: rows come in on top from the intake's stream, and nothing moves under the reader's eyes.
(() => {
  "use strict";

  const MOST_ROWS = 500;
  const RETRY = 5000; // milliseconds between tries to reach the stream
  let tail = null;

  class Tail {
    constructor(list) {
      this.list = list;
      this.rows = list.querySelector("[data-live-rows]");
      this.template = list.querySelector("[data-live-template]");
      this.state = list.querySelector("[data-live-state]");
      this.more = list.querySelector("[data-live-show]");
      this.button = list.querySelector("[data-live-pause]");
      this.sources = JSON.parse(list.querySelector("#event-sources").textContent);
      this.waiting = [];
      this.paused = false;
      this.button.addEventListener("click", () => this.pause(!this.paused));
      this.more.addEventListener("click", () => this.showWaiting());
      this.connect();
    }

    async connect() {
      clearTimeout(this.retry);
      this.stream?.close();
      try {
        const response = await fetch(this.list.dataset.live, { headers: { Accept: "application/json" } });
        if (!response.ok || response.redirected) throw new Error(response.status);
        this.open((await response.json()).url);
      } catch {
        this.reconnectLater();
      }
    }

    open(url) {
      if (this.stopped) return;
      this.stream = new EventSource(url);
      this.stream.addEventListener("open", () => {
        this.say(this.paused ? "paused" : "live");
        this.catchUp();
      });
      this.stream.addEventListener("event", (message) => this.take(JSON.parse(message.data)));
      this.stream.addEventListener("renew", () => this.connect());
      // Some were skipped: only the server knows which, so the list is read anew.
      this.stream.addEventListener("skipped", () => location.reload());
      this.stream.addEventListener("error", () => this.reconnectLater());
    }

    // What came in between the page and the stream, or while there was none, is taken from the list itself.
    async catchUp() {
      let page;
      try {
        const response = await fetch(location.href, { headers: { "X-Fresh": "true" } });
        if (!response.ok || response.redirected || this.stopped) return;
        page = await response.text();
      } catch {
        return; // the stream is open: when it opens again, this is tried again
      }
      const fresh = new DOMParser().parseFromString(page, "text/html");
      const missed = [...fresh.querySelectorAll("[data-live-rows] > .event")].filter((row) => !this.has(row.id));
      if (missed.length > 0) this.wait(missed);
    }

    reconnectLater() {
      // The browser's own retry would go on with a pass that may be too old by then.
      this.stream?.close();
      if (this.stopped) return;
      this.say("offline");
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.connect(), RETRY);
    }

    stop() {
      this.stopped = true;
      clearTimeout(this.retry);
      this.stream?.close();
    }

    matches(event) {
      const wanted = this.list.dataset;
      return (!wanted.filterName || event.name === wanted.filterName)
        && (!wanted.filterType || event.type === wanted.filterType)
        && (!wanted.filterUser || event.user_id === wanted.filterUser)
        && (!wanted.filterSource || String(event.source_id) === wanted.filterSource)
        && (!wanted.filterOrigin || event.history === (wanted.filterOrigin === "history"));
    }

    take(event) {
      if (this.matches(event) && !this.has(`event-${event.id}`)) this.wait([this.row(event)]);
    }

    has(id) {
      return document.getElementById(id) !== null || this.waiting.some((row) => row.id === id);
    }

    // Newest first.
    wait(rows) {
      this.waiting.unshift(...rows);
      this.waiting.length = Math.min(this.waiting.length, MOST_ROWS);
      if (this.paused || this.isRead()) this.countWaiting();
      else this.frame ??= requestAnimationFrame(() => this.showWaiting());
    }

    // Somebody has scrolled down, looks at an event, or moves through the rows with the keyboard.
    isRead() {
      return this.rows.getBoundingClientRect().top < 0
        || document.getElementById("drawer").open
        || this.rows.contains(document.activeElement);
    }

    showWaiting() {
      this.frame = null;
      this.list.querySelector("[data-live-empty]")?.remove();
      const number = (row) => Number(row.id.slice("event-".length));
      const fresh = this.waiting.sort((one, other) => number(other) - number(one));
      this.waiting = [];
      this.rows.prepend(...fresh);
      while (this.rows.children.length > MOST_ROWS) this.rows.lastElementChild.remove();
      this.countWaiting();
    }

    countWaiting() {
      this.more.hidden = this.waiting.length === 0;
      this.more.textContent = this.more.dataset.text.replace("{}", this.waiting.length);
    }

    row(event) {
      const row = this.template.content.firstElementChild.cloneNode(true);
      const part = (name) => row.querySelector(`[data-part=${name}]`);
      const received = new Date(event.received_at);
      const time = document.createElement("time");
      time.dateTime = event.received_at;
      time.textContent = received.toLocaleTimeString(document.documentElement.lang);
      part("time").append(time);
      part("type").textContent = event.type;
      part("type").classList.toggle("info", event.type === "fact");
      part("name").textContent = event.name || event.type;
      part("name").href = part("name").dataset.drawer = this.list.dataset.eventUrl.replace("/0/", `/${event.id}/`);
      part("who").textContent = event.user_id || event.anonymous_id || "–";
      part("source").prepend(this.sources[event.source_id] || "");
      if (!event.history) part("history").remove();
      row.id = `event-${event.id}`;
      row.classList.add("fresh");
      return row;
    }

    pause(paused) {
      this.paused = paused;
      this.button.textContent = paused ? this.button.dataset.resume : this.button.dataset.pause;
      this.say(paused ? "paused" : "live");
      if (!paused) this.showWaiting();
    }

    say(state) {
      this.state.dataset.liveState = state;
      this.state.textContent = this.state.dataset[state === "live" ? "liveText" : state];
    }
  }

  function start() {
    tail?.stop();
    const list = document.querySelector("[data-live]");
    tail = list ? new Tail(list) : null;
  }

  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "event-list") start();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "p" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (tail && !event.target.closest("input, textarea, select")) tail.pause(!tail.paused);
  });
})();
