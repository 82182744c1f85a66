// What appears in the pages of a shop by what a visitor does there. SPDX-License-Identifier: Apache-2.0
(() => {
"use strict";
if (window.regardPrompts) return;
window.regardPrompts = 1; // the tag stands on the page twice

const config = /*CONFIGURATION*/;
const KEY = "regard.prompts"; // with this beginning the snippet takes it away when consent is withdrawn
const MINUTE = 60000;
const DAY = 1440 * MINUTE;
const { preview } = config;
const home = new URL(document.currentScript?.src || location.href).origin;
const make = (name, fields = {}) => {
  const made = document.createElement(name);
  for (const key in fields) key in made && !key.startsWith("aria") ? (made[key] = fields[key]) : made.setAttribute(key, fields[key]);
  return made;
};

// ---- What is remembered: with consent in this browser, else in this page.

const decided = () => !preview && window.regard?.consent?.(); // undefined until the snippet is there
const granted = () => decided() === "granted";
let memory = { draw: Math.random(), visits: 0, at: 0, done: {}, shown: {}, last: 0 };
const seen = new Set();

function recall() {
  if (!granted()) return memory;
  try {
    memory = { ...memory, ...JSON.parse(localStorage[KEY]) };
  } catch {} // nothing yet, or blocked
  return memory;
}

function keep() {
  if (granted())
    try {
      localStorage[KEY] = JSON.stringify(memory);
    } catch {}
}

// A visit ends with half an hour in which nothing was done.
function visit() {
  recall();
  const now = Date.now();
  if (now - memory.at > 30 * MINUTE) {
    memory.visits++;
    memory.done = {};
  }
  memory.at = now;
  keep();
}

// ---- Whether

const fits = (pattern, path) => {
  const [first, ...rest] = pattern.split("*");
  if (!rest.length) return path === first;
  const last = rest.pop();
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
};

function here(prompt) {
  const path = location.pathname;
  const any = (patterns) => patterns.some((pattern) => fits(pattern, path));
  const device = matchMedia("(max-width: 640px)").matches ? "phone" : "desktop";
  return (
    (!prompt.in || any(prompt.in)) &&
    !(prompt.out && any(prompt.out)) &&
    (!prompt.device || prompt.device === device)
  );
}

// Drawn once for a browser, and for each prompt anew.
const drawn = (prompt) => (memory.draw + prompt.id * 0.618034) % 1 < (prompt.share || 100) / 100;

function may(prompt) {
  if (open || seen.has(prompt.id) || !here(prompt)) return false;
  recall();
  const now = Date.now();
  const { visits } = prompt;
  return (
    (granted() || (prompt.anyhow && !visits && decided() === "ask")) &&
    now - memory.last >= config.pause &&
    now - (memory.shown[prompt.id] || 0) >= prompt.again * DAY &&
    (!visits || (visits === "first") === memory.visits < 2) &&
    drawn(prompt)
  );
}

// ---- How it looks

let open;
const STYLE = `:host{all:initial!important;position:absolute!important}
.box{box-sizing:border-box;position:fixed;z-index:2147483000;inset:auto 0 0 0;margin:0;padding:20px;border:1px solid #8886;border-radius:14px;max-height:85vh;overflow:auto;overflow-wrap:anywhere;font:16px/1.5 system-ui,sans-serif;color:#1b1c1e;background:#fff;--brand:${config.light};--ink:#fff;box-shadow:0 8px 40px #0004}
.corner{inset:auto 16px 16px auto;width:min(400px,100vw - 32px)}
.corner[dir=rtl]{inset:auto auto 16px 16px}
.centre{inset:0;margin:auto;width:min(480px,100vw - 32px);height:fit-content}
.centre::backdrop{background:#0008}
.bar{border-radius:0;display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center;padding-inline-end:64px}
h2{font-size:18px;line-height:1.3;margin:0;padding-inline-end:40px}
.bar h2{padding:0}
p{margin:4px 0 0;white-space:pre-line}
.bar p{margin:0}
a,button{font:inherit;cursor:pointer;box-sizing:border-box;min-height:44px}
a{display:inline-block;margin-top:12px;padding:9px 18px;border-radius:10px;background:var(--brand);color:var(--ink);text-decoration:none;font-weight:600}
.bar a{margin:0}
button{position:absolute;inset-block-start:8px;inset-inline-end:8px;width:44px;border:0;border-radius:10px;background:none;color:inherit;font-size:24px;line-height:1}
:focus-visible{outline:3px solid currentColor;outline-offset:2px}
iframe{display:block;width:100%;height:320px;max-height:65vh;border:0;margin-top:8px;color-scheme:light dark}
@media (prefers-color-scheme:dark){.box{color:#f0f1f2;background:#1b1d1f;--brand:${config.dark};--ink:#1b1d1f}}
@media (prefers-reduced-motion:no-preference){.box{animation:in .2s}@keyframes in{from{opacity:0;transform:translateY(12px)}}}`;

// Of those that it is written in: that of the page, else one that the browser asks for.
function language(texts) {
  const wanted = [document.documentElement.lang, ...navigator.languages];
  const all = Object.keys(texts);
  const base = (code) => code.split("-")[0].toLowerCase();
  for (const code of wanted) {
    const found = all.find((each) => each === code) || all.find((each) => base(each) === base(code));
    if (found) return found;
  }
  return all[0];
}

// Only what leads by https, or stays in the shop.
function address(link) {
  try {
    const url = new URL(link, location.href);
    if (url.protocol === "https:" || (url.protocol === "http:" && url.origin === location.origin)) return url.href;
  } catch {}
}

function show(prompt) {
  const code = language(prompt.texts);
  const { title, text, button } = prompt.texts[code];
  const name = code.split("-")[0];
  const modal = prompt.place === "centre" && window.HTMLDialogElement;
  const before = document.activeElement;
  const host = make("div");
  const root = host.attachShadow({ mode: "open" });
  const box = make(modal ? "dialog" : "section", {
    className: `box ${prompt.place}`,
    lang: code,
    dir: !name ? "auto" : /^(ar|fa|he|ur)$/.test(name) ? "rtl" : "ltr",
    "aria-label": title,
  });
  let clicked;
  const tell = prompt.tell || ((what) =>
    granted() &&
    window.regard.track("Prompt " + what, { prompt_id: prompt.id, prompt: title, prompt_kind: prompt.survey ? "survey" : "message" }));
  const click = () => {
    if (!clicked) tell("Clicked");
    clicked = true;
  };
  const close = () => {
    if (!clicked) tell("Closed");
    const inside = root.activeElement;
    host.remove();
    removeEventListener("keydown", escape);
    removeEventListener("message", hear);
    open = 0;
    if ((modal || inside) && before?.isConnected) before.focus();
  };
  const escape = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    close();
  };
  // The survey tells how high it is, and that somebody answers; nothing else is taken from it.
  const frame = prompt.survey && make("iframe", { title, src: `${home}/q/o/${prompt.survey}/?c=web&l=${encodeURIComponent(code)}${prompt.pass || ""}` });
  const hear = ({ source, data }) => {
    if (!frame || source !== frame.contentWindow || !data?.regardSurvey) return;
    const { height, answered, left } = data.regardSurvey;
    if (height > 0) frame.style.height = Math.min(height, 2000) + "px";
    if (answered) click();
    if (left) close();
  };
  const leave = make("button", { type: "button", textContent: "×", "aria-label": config.close[name] || config.close.en, onclick: close });
  if (!config.close[name]) leave.lang = "en";
  const parts = [make("h2", { textContent: title })];
  if (text) parts.push(make("p", { textContent: text }));
  const href = button && address(prompt.link);
  if (href) parts.push(make("a", { href, textContent: button, rel: "noreferrer", onclick: (event) => { click(); if (preview) event.preventDefault(); } }));
  if (frame) parts.push(frame);
  parts.push(leave);
  try {
    const sheet = new CSSStyleSheet(); // no policy of the shop is in its way
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", { textContent: STYLE }));
  }
  root.append(box);
  open = close;
  addEventListener("keydown", escape);
  addEventListener("message", hear);
  if (modal) {
    box.append(...parts);
    document.body.append(host);
    box.oncancel = (event) => { event.preventDefault(); close(); };
    box.showModal();
  } else {
    // First in the page for whoever goes by keys; read out where it waits, and no focus is taken.
    box.setAttribute("role", "region");
    box.setAttribute("aria-live", "polite");
    document.body.prepend(host);
    setTimeout(() => box.append(...parts), 50);
  }
  seen.add(prompt.id);
  memory.last = memory.shown[prompt.id] = Date.now();
  keep();
  tell("Shown");
}

// ---- Messages to one visitor

/*MESSAGES*/

const offer = (prompt) => may(prompt) && show(prompt);
const all = (on, act = offer) => config.prompts.filter((prompt) => prompt.on === on).forEach(act);

// ---- When

let timers = [];
let path;
let decision;

function arrive() {
  if (path === location.href) return;
  path = location.href;
  timers.forEach(clearTimeout);
  timers = [];
  all("seconds", (prompt) => timers.push(setTimeout(offer, prompt.n * 1000, prompt)));
}

const waited = new Set(config.prompts.map((prompt) => prompt.event));

// What had to wait for the snippet or for consent counts its seconds anew.
function wake() {
  if (decision !== decided()) path = 0;
  decision = decided();
  visit();
  collect();
  arrive();
}

function hear(name) {
  wake();
  if (waited.has(name)) {
    memory.done[name] = (memory.done[name] || 0) + 1;
    keep();
  }
  all("event", (prompt) => prompt.event === name && memory.done[name] >= prompt.n && offer(prompt));
}

let lastY = 0;
let turned = [0, 0];

function scrolled() {
  const { scrollHeight } = document.documentElement;
  const percent = ((scrollY + innerHeight) / scrollHeight) * 100;
  all("scrolled", (prompt) => percent >= prompt.n && offer(prompt));
  // On phones a quick move up is what comes before leaving.
  const now = Date.now();
  if (scrollY > lastY || now - turned[1] > 400) turned = [Math.max(scrollY, lastY), now];
  lastY = scrollY;
  if (turned[0] - scrollY > innerHeight / 2 && matchMedia("(pointer: coarse)").matches) all("leaving");
}

function start() {
  if (preview) return config.prompts.forEach(show);
  addEventListener("scroll", scrolled, { passive: true });
  document.documentElement.addEventListener("mouseleave", ({ clientY }) => clientY <= 0 && all("leaving"));
  addEventListener("popstate", arrive);
  addEventListener("regard", ({ detail }) => hear(detail));
  (window.regard = window.regard || []).push(["ready", wake]);
  window.regard.told?.forEach(hear);
}

document.body ? start() : addEventListener("DOMContentLoaded", start);
})();
