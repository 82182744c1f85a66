// What every page can do beyond HTML: copy, keys, local times, toasts, selections, tabs. Pages work without it.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "?") {
      const dialog = document.getElementById("shortcuts");
      if (dialog && !dialog.open) dialog.showModal();
    }
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy-button]");
    if (copy) return copyFrom(copy);
    const close = event.target.closest("[data-close-toast]");
    if (close) return close.closest("[data-toast]").remove();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  async function copyFrom(button) {
    const code = button.closest("[data-copy]").querySelector("code");
    const label = button.querySelector("span");
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(code.textContent);
      label.textContent = button.dataset.done;
      setTimeout(() => { label.textContent = before; }, 2000);
    } catch {
      // Without HTTPS there is no clipboard: the text is selected, so that Ctrl-C takes it.
      getSelection().selectAllChildren(code);
    }
  }

  // A box that selects all, and the buttons that need at least one selected row.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-selection]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[name=selected]")];
    if (event.target.matches("[data-select-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
    showSelection(form, boxes);
  });

  function showSelection(form, boxes) {
    const count = boxes.filter((box) => box.checked).length;
    form.querySelectorAll("[data-needs-selection]").forEach((button) => { button.disabled = count === 0; });
    const all = form.querySelector("[data-select-all]");
    if (!all) return; // somebody who may not act on rows
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    const shown = form.querySelector("[data-selected]");
    shown.textContent = shown.dataset.text.replace("{}", count);
  }

  const exact = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });
  function localise(root) {
    for (const time of root.querySelectorAll("time[datetime]")) {
      time.title = exact.format(new Date(time.dateTime));
    }
  }

  function prepare(root) {
    localise(root);
    root.querySelector(".tabs a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    for (const form of root.querySelectorAll("[data-selection]")) {
      showSelection(form, [...form.querySelectorAll("input[name=selected]")]);
    }
  }

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.target.parentElement || document));
})();
