// What every page can do beyond HTML: copy, keys, local times, toasts, dialogs, selections, columns. Pages work without it.
(() => {
  "use strict";

  // Of a low window the links at the side scroll.
  document.querySelector(".rail-nav > [aria-current]")?.scrollIntoView({ block: "nearest" });

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
    const opener = event.target.closest("[data-open]");
    if (opener) return document.getElementById(opener.dataset.open)?.showModal();
    if (event.target.closest("[data-close]")) return event.target.closest("dialog").close();
    // The ground behind a dialog is the dialog itself; a press on it closes what asks for nothing.
    if (event.target.matches("dialog.drawer, dialog.palette")) event.target.close();
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
    form.classList.toggle("is-chosen", count > 0);
    for (const box of boxes) box.closest("[data-row]")?.classList.toggle("is-chosen", box.checked);
    const all = form.querySelector("[data-select-all]");
    if (!all) return; // somebody who may not act on rows
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    const shown = form.querySelector("[data-selected]");
    shown.textContent = shown.dataset.text.replace("{}", count);
  }

  // Which columns a table shows is kept in this browser, where it is not as it was at first.
  function chosenColumns(menu) {
    return JSON.parse(localStorage.getItem(`shown-columns:${menu.dataset.columnsOf}`) || "{}");
  }

  function showColumns(menu) {
    const name = menu.dataset.columnsOf;
    const table = document.querySelector(`[data-columns="${CSS.escape(name)}"]`);
    for (const box of menu.querySelectorAll("input")) {
      for (const cell of table?.querySelectorAll(`[data-column="${CSS.escape(box.value)}"]`) || []) cell.hidden = !box.checked;
    }
  }

  document.addEventListener("change", (event) => {
    const menu = event.target.closest("[data-columns-of]");
    if (menu) {
      const chosen = { ...chosenColumns(menu), [event.target.value]: event.target.checked };
      localStorage.setItem(`shown-columns:${menu.dataset.columnsOf}`, JSON.stringify(chosen));
      showColumns(menu);
    }
    if (event.target.matches("form[data-chooses] select")) event.target.form.requestSubmit();
    const range = event.target.closest("form[data-submits]");
    if (!range) return;
    if (event.target.type === "date") range.elements.span.value = "own";
    if (event.target.type !== "date" && range.elements.span.value !== "own") range.requestSubmit();
  });

  // A colour is picked or typed; the one field follows the other.
  document.addEventListener("input", (event) => {
    const typed = document.getElementById(event.target.dataset.colourOf);
    if (typed) typed.value = event.target.value;
    const picker = event.target.id && document.querySelector(`[data-colour-of="${CSS.escape(event.target.id)}"]`);
    if (picker && /^#[0-9a-f]{6}$/i.test(event.target.value)) picker.value = event.target.value.toLowerCase();
  });

  // How the pages look is the person's own: it holds at once, and is kept by the form.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-look]");
    if (!form) return;
    for (const name of ["theme", "density"]) {
      const value = new FormData(form).get(name);
      if (value) document.documentElement.dataset[name] = value;
      else delete document.documentElement.dataset[name];
    }
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
  });

  // What HTMX could not fetch would else end without a word.
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      if (event.target.matches?.("[hx-trigger^=every], [hx-trigger=fresh], [hx-trigger=load]")) return; // asked by nobody
      const toasts = document.getElementById("toasts");
      toasts.querySelector(".toast.failure")?.remove();
      const toast = document.createElement("div");
      toast.className = "toast failure";
      toast.textContent = toasts.dataset.failed;
      toasts.append(toast);
      setTimeout(() => toast.remove(), 8000);
    });
  }

  const exact = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });
  function localise(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([data-exact])")) {
      time.title = exact.format(new Date(time.dateTime));
    }
  }

  function prepare(root) {
    localise(root);
    for (const menu of root.querySelectorAll("[data-columns-of]")) {
      const chosen = chosenColumns(menu);
      menu.querySelectorAll("input").forEach((box) => { box.checked = chosen[box.value] ?? box.defaultChecked; });
      showColumns(menu);
    }
    root.querySelector(".tabs a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    for (const form of root.querySelectorAll("[data-selection]")) {
      showSelection(form, [...form.querySelectorAll("input[name=selected]")]);
    }
  }

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.target.parentElement || document));
})();
