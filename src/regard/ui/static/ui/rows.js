// Lists are walked by keys: [data-rows] holds them, each row is a [data-row] that can take the focus.
// j and k go from row to row, Enter opens its a.main, x takes its box; another letter presses its [data-key].
(() => {
  "use strict";

  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
  const typing = (target) => target.closest("textarea, select, input:not([type=checkbox]), [contenteditable]");

  function step(by) {
    const all = rows();
    const at = all.indexOf(document.activeElement.closest("[data-row]"));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = document.activeElement.closest("[data-rows] [data-row]");
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (row && event.key === "Enter" && event.target === row) {
      event.preventDefault(); // else the same press would close the drawer that it opens
      row.querySelector("a.main")?.click();
    }
    else if (row && event.key === "x") row.querySelector("input[name=selected]")?.click();
    else if (row && /^[a-z]$/.test(event.key)) row.querySelector(`[data-key="${event.key}"]`)?.click();
  });

  // A press on the ground of a row does what its link does.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-rows=open] [data-row]");
    if (!row || event.target.closest("a, button, input, label, summary") || getSelection().toString()) return;
    const link = row.querySelector("a.main");
    if (event.ctrlKey || event.metaKey) window.open(link.href);
    else link.click();
  });
})();
