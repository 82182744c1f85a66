// regard.js: what visitors do in a shop, told to its Regard. SPDX-License-Identifier: Apache-2.0
(() => {
  "use strict";

  const queuedCalls = window.regard || [];
  if (queuedCalls.version) return; // the tag stands on the page twice

  const VERSION = "0.1.0";
  const OURS = "regard.";
  const CONSENT = OURS + "consent";
  const IDENTITY = OURS + "identity";
  const PAUSE = OURS + "pause";
  const OUTBOX = OURS + "event.";
  const SECOND = 1000;
  const HOUR = 3600 * SECOND;
  const EVENT_BYTES = 32 * 1024;
  const BATCH_BYTES = 400 * 1024;
  const BATCH_EVENTS = 50;
  const BEACON_BYTES = 60 * 1024; // browsers allow 64 kB, our envelope included
  const WAITING_EVENTS = 500; // for consent or the server
  const WAITING_TIME = 7 * 24 * HOUR;
  const SHOP_EVENTS = [
    "Products Searched",
    "Product List Viewed",
    "Product Viewed",
    "Product Added",
    "Product Removed",
    "Cart Viewed",
    "Checkout Started",
    "Order Completed",
    "Product Reviewed",
  ];

  const tag = document.currentScript || document.querySelector("script[data-write-key]");
  const settings = tag.dataset;
  const host = settings.host || new URL(tag.src).origin;
  const endpoint = host.replace(/\/+$/, "") + "/v1/batch";

  const warn = (...words) => console.warn("regard.js:", ...words);
  const drop = (message, why) => warn(`dropped "${message.event || message.type}":`, why);
  const text = (id) => (id ? String(id) : undefined);
  const bytes = (body) => new Blob([body]).size;
  const size = (message) => bytes(JSON.stringify(message));

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const random = crypto.getRandomValues(new Uint8Array(16)); // pages without https
    const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-4$3-a$4-$5");
  }

  // ---- Storage, shared by the tabs, so read anew each time; memory where that is blocked, full
  // or not agreed to.

  const memory = {};
  let disk;
  try {
    disk = localStorage;
  } catch {} // blocked

  const store = {
    get(key) {
      try {
        return JSON.parse(memory[key] || disk.getItem(key));
      } catch {
        return null;
      }
    },
    set(key, value, keep = granted()) {
      memory[key] = JSON.stringify(value);
      if (!keep) return;
      try {
        disk.setItem(key, memory[key]);
        delete memory[key];
      } catch {}
    },
    remove(key) {
      delete memory[key];
      disk?.removeItem(key);
    },
    keys(prefix) {
      const all = [...Object.keys(disk || {}), ...Object.keys(memory)];
      return all.filter((key) => key.startsWith(prefix));
    },
  };

  // ---- Consent: "ask" holds calls in memory, "granted" sends, "withdrawn" drops.

  let held = [];

  function decision() {
    const assumed = settings.consent === "granted" && !navigator.globalPrivacyControl;
    return store.get(CONSENT)?.decision || (assumed ? "granted" : "ask");
  }

  function granted() {
    return decision() === "granted";
  }

  // Anything but "granted" withdraws: a misspelt word must not go on tracking.
  function consent(choice, { categories } = {}) {
    if (choice) choice === "granted" ? grant(categories) : withdraw();
    return decision();
  }

  // Banners repeat the decision on every page: only a change is an event.
  function grant(categories) {
    const before = JSON.stringify(store.get(CONSENT));
    store.set(CONSENT, { decision: "granted", categories }, true);
    settle();
    if (JSON.stringify(store.get(CONSENT)) !== before) track("Consent Granted", { categories });
  }

  // One last event, kept nowhere, for the store must learn of it to honour it.
  function withdraw() {
    const who = granted() && store.get(IDENTITY);
    held = [];
    queue = [];
    forget();
    store.set(CONSENT, { decision: "withdrawn" }, true);
    if (!who) return;
    enqueue({ ...who, ...compose("track", { event: "Consent Withdrawn", properties: {} }) });
    flush();
  }

  function forget() {
    for (const key of store.keys(OURS)) if (key !== CONSENT) store.remove(key);
  }

  function decidedElsewhere({ key }) {
    if (key !== CONSENT) return;
    if (!granted()) forget(); // also what the other tab could not see yet
    settle();
  }

  function settle() {
    if (decision() === "ask") return;
    const calls = held.splice(0);
    if (granted()) calls.forEach(accept);
  }

  // ---- Calls

  const page = () => ({
    url: location.origin + location.pathname + location.search,
    path: location.pathname,
    title: document.title,
    referrer,
    search: location.search,
  });

  function campaign() {
    const found = {};
    for (const [key, value] of new URLSearchParams(location.search))
      if (key.startsWith("utm_")) found[key === "utm_campaign" ? "name" : key.slice(4)] = value;
    return Object.keys(found).length ? found : undefined;
  }

  function context() {
    const categories = store.get(CONSENT)?.categories;
    return {
      page: page(),
      userAgent: navigator.userAgent,
      locale: navigator.language,
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      campaign: campaign(),
      consent: categories && { categoryPreferences: categories },
      library: { name: "regard.js", version: VERSION },
    };
  }

  const compose = (type, fields) => ({
    type,
    ...fields,
    context: context(),
    timestamp: new Date().toISOString(),
  });

  // A copy, for the page may change its objects after the call.
  function capture(type, fields) {
    const message = compose(type, fields);
    if (held.length >= WAITING_EVENTS) return drop(message, "too many wait");
    try {
      held.push(JSON.parse(JSON.stringify(message)));
    } catch (error) {
      return drop(message, error);
    }
    const name = message.event || type;
    api.told.push(name);
    settle();
    dispatchEvent(new CustomEvent("regard", { detail: name }));
  }

  function track(event, properties = {}) {
    event ? capture("track", { event: String(event), properties }) : warn("track() needs a name");
  }

  function view(name, properties) {
    if (typeof name === "object") [name, properties] = [undefined, name];
    capture("page", { name, properties: { ...page(), ...properties } });
  }

  function identify(userId, traits = {}) {
    if (userId && typeof userId === "object") [userId, traits] = [undefined, userId];
    capture("identify", { userId: text(userId), traits });
  }

  // The first sign-in keeps the visitor's identity; a second customer on the device is another.
  function identity(userId) {
    const known = store.get(IDENTITY);
    if (known && (!userId || userId === known.userId)) return known;
    const who = { anonymousId: known && !known.userId ? known.anonymousId : uuid(), userId };
    store.set(IDENTITY, who);
    return who;
  }

  function accept(message) {
    if (message.type === "reset") return store.remove(IDENTITY);
    const who = identity(message.type === "identify" ? message.userId : undefined);
    if (message.type === "alias" && !message.previousId)
      message.previousId = who.userId || who.anonymousId;
    enqueue({ ...who, ...message });
  }

  // ---- Delivery. A copy of each event stays in the outbox until the server has answered for it;
  // if gone before, another tab has delivered or withdrawn it.

  let queue = [];
  let sending = [];
  let timer;
  let wakesAt = Infinity;

  const copyOf = (message) => OUTBOX + message.messageId;

  function enqueue(message) {
    message.messageId = uuid();
    if (size(message) > EVENT_BYTES) return drop(message, "over 32 kB");
    if (store.keys(OUTBOX).length >= WAITING_EVENTS) return drop(message, "too many wait");
    store.set(copyOf(message), message);
    queue.push(message);
    schedule(queue.length < BATCH_EVENTS ? SECOND : 0);
  }

  // What earlier pages could not deliver, and tabs that were closed.
  function adopt() {
    const oldest = new Date(Date.now() - WAITING_TIME).toISOString();
    const mine = new Set(queue.map(copyOf));
    for (const key of store.keys(OUTBOX).filter((key) => !mine.has(key))) {
      const message = store.get(key);
      message?.timestamp > oldest ? queue.push(message) : store.remove(key);
    }
    queue.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
    if (queue.length) schedule(SECOND);
  }

  function undelivered() {
    return (queue = queue.filter((message) => store.get(copyOf(message))));
  }

  function firstBatch(messages, limit) {
    let total = 0;
    const first = messages.slice(0, BATCH_EVENTS);
    const end = first.findIndex((message) => (total += size(message) + 1) > limit - 256);
    return end < 0 ? first : first.slice(0, end);
  }

  function envelope(batch) {
    return JSON.stringify({ writeKey: settings.writeKey, batch, sentAt: new Date() });
  }

  // A plain string goes as text/plain: no preflight.
  const post = (body) =>
    fetch(endpoint, {
      method: "POST",
      body,
      credentials: "omit",
      keepalive: bytes(body) <= BEACON_BYTES,
    });

  const pausedUntil = () => {
    const at = store.get(PAUSE)?.at;
    return at < Date.now() + 2 * HOUR ? at : 0; // else the clock was set back
  };

  function pause(seconds) {
    const failures = (store.get(PAUSE)?.failures || 0) + 1;
    const backOff = Math.min(SECOND * 2 ** failures, HOUR / 12) * (0.5 + Math.random() / 2);
    const wait = seconds > 0 ? Math.min(seconds * SECOND, HOUR) : backOff;
    store.set(PAUSE, { failures, at: Date.now() + wait + Math.random() * 500 });
  }

  function schedule(delay) {
    const due = Math.max(Date.now() + delay, pausedUntil());
    if (due >= wakesAt) return;
    clearTimeout(timer);
    wakesAt = due;
    timer = setTimeout(flush, due - Date.now());
  }

  async function flush() {
    clearTimeout(timer);
    wakesAt = Infinity;
    if (sending.length || !undelivered().length) return;
    if (Date.now() < pausedUntil()) return schedule(0);
    sending = firstBatch(queue, BATCH_BYTES);
    const reply = await post(envelope(sending)).catch(() => null);
    conclude(sending, reply);
    sending = [];
    if (queue.length) schedule(0);
  }

  function conclude(batch, reply) {
    const status = reply?.status;
    const refused = status === 400 || status === 413;
    if (status >= 400) warn(endpoint, status, refused ? "events dropped" : "will be retried");
    if (!refused && !reply?.ok) return pause(reply?.headers.get("Retry-After"));
    store.remove(PAUSE);
    batch.forEach((message) => store.remove(copyOf(message)));
    undelivered();
  }

  // A beacon is never answered: the copies stay, and the next page sends them again.
  function leave() {
    let rest = undelivered().filter((message) => !sending.includes(message));
    queue = [];
    while (rest.length && Date.now() >= pausedUntil()) {
      const batch = firstBatch(rest, BEACON_BYTES);
      const body = envelope(batch);
      if (!navigator.sendBeacon?.(endpoint, body)) post(body).catch(() => 0);
      rest = rest.slice(batch.length);
    }
  }

  // ---- Page views, also of shops that change pages without loading

  let referrer = document.referrer;
  let lastUrl = page().url;

  // Routers set the title a little after the address, and may redirect.
  function moved() {
    setTimeout(() => {
      const { url } = page();
      if (url === lastUrl) return;
      referrer = lastUrl;
      lastUrl = url;
      view();
    }, 50);
  }

  function watchPages() {
    const { pushState } = history;
    history.pushState = function (...args) {
      pushState.apply(this, args);
      moved();
    };
    addEventListener("popstate", moved);
    addEventListener("pageshow", (event) => event.persisted && view());
    view();
  }

  // ---- Start

  const api = {
    version: VERSION,
    told: [],
    track,
    identify,
    page: view,
    group: (groupId, traits = {}) => capture("group", { groupId: text(groupId), traits }),
    alias: (userId, previousId) =>
      capture("alias", { userId: text(userId), previousId: text(previousId) }),
    reset: () => capture("reset"),
    consent,
    ready: (callback) => callback(api),
    push: (...calls) => calls.forEach(run),
    shop: {},
  };
  for (const event of SHOP_EVENTS) {
    const method = event[0].toLowerCase() + event.slice(1).replace(/ /g, "");
    api.shop[method] = (properties) => track(event, properties);
  }

  function run(call) {
    try {
      const [name, ...args] = call;
      name.split(".").reduce((owner, key) => owner[key], api)(...args);
    } catch (error) {
      warn("failed:", call, error);
    }
  }

  // By then the other tabs have had their answers: fewer events are sent twice.
  const adoptSoon = () => setTimeout(adopt, (3 + Math.random()) * SECOND);

  if (!granted()) forget();
  window.regard = api;
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && adoptSoon());
  addEventListener("storage", decidedElsewhere);
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  adoptSoon();
  queuedCalls.forEach(run); // first, for they may withdraw consent
  if (settings.autoPage !== "off")
    document.prerendering
      ? document.addEventListener("prerenderingchange", watchPages, { once: true })
      : watchPages();
})();
