// What waits for this visitor, asked for no more than every five minutes; a part of prompts.js.
const ask = (told) =>
  fetch(home + config.messages, { method: "POST", body: JSON.stringify(told), credentials: "omit", keepalive: true });

async function collect() {
  recall();
  const now = Date.now();
  if (!granted() || open || now - (memory.asked || 0) < 5 * MINUTE) return;
  let browser;
  try {
    browser = JSON.parse(localStorage["regard.identity"]).anonymousId;
  } catch {} // told nothing yet, or blocked
  if (!browser) return;
  memory.asked = now;
  keep();
  const answer = await ask({ browser }).catch(() => 0);
  const { message } = answer.ok ? await answer.json() : {};
  const name = message && "m" + message.id;
  recall();
  if (!name || open || !granted() || memory.shown[name]) return;
  const { id, link, ...texts } = message;
  const tell = (what) => what === "Closed" || ask({ browser, id, what: what === "Shown" ? "shown" : "followed" }).catch(() => 0);
  show({ id: name, place: "corner", link, texts: { "": texts }, tell });
}
