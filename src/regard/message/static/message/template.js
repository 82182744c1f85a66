// The editor of templates: the preview follows what is typed, and Alt with an arrow moves the block.
(() => {
  "use strict";

  const form = document.querySelector("[data-template-form]");
  if (!form) return;
  const show = document.querySelector("[data-preview]");
  let waiting;

  form.addEventListener("input", () => {
    if (!show) return;
    clearTimeout(waiting);
    waiting = setTimeout(preview, 500);
  });

  // Into a new frame each time: what is loaded into a frame that was used stands in the way of going back.
  function preview() {
    const frame = document.querySelector("iframe[name=preview]");
    const fresh = frame.cloneNode();
    fresh.removeAttribute("src");
    fresh.removeAttribute("loading");
    frame.replaceWith(fresh);
    form.requestSubmit(show);
  }

  form.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const button = event.target.closest("[data-block]")?.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });
})();
