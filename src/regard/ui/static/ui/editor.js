// An editor beyond its form: undo and redo, keys that move a part, a word before unsaved changes are left.
// The server changes and draws what is written; what is kept here are its earlier texts, while the page is open.
(() => {
  "use strict";

  const MOST = 100;
  let before = [];
  let after = [];
  let now = null;
  let saved = null;

  const form = () => document.querySelector("form[data-editor]");
  const field = () => form()?.elements.definition;

  function note() {
    const text = field()?.value;
    if (text === undefined) return;
    if (now === null) saved = now = text;
    if (text !== now) {
      before = [...before, now].slice(-MOST);
      after = [];
      now = text;
    }
    show();
  }

  function show() {
    form().querySelector("[data-undo]").disabled = !before.length;
    form().querySelector("[data-redo]").disabled = !after.length;
  }

  function go(from, to) {
    if (!from.length) return;
    to.push(now);
    now = from.pop();
    htmx.ajax("POST", location.href, {
      target: "#editor",
      swap: "outerHTML",
      values: { do: "show", definition: now, open: "", version: form().elements.version.value },
    });
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-undo]")) go(before, after);
    if (event.target.closest("[data-redo]")) go(after, before);
    if (event.target.closest("[data-saves]")) saved = null;
  });

  document.addEventListener("keydown", (event) => {
    if (!form()) return;
    const step = event.target.closest("[data-step]");
    if (event.altKey && step && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]").click();
      return;
    }
    // In a field Ctrl-Z takes back what was typed there.
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) go(after, before);
    else go(before, after);
  });

  window.addEventListener("beforeunload", (event) => {
    if (saved !== null && now !== saved) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", note);
  document.addEventListener("htmx:afterSettle", note);
  document.addEventListener("htmx:oobAfterSwap", note);
})();
