// Choosing by typing: selects that can be typed into, and the command palette. Both are comboboxes after WAI-ARIA.
(() => {
  "use strict";

  let made = 0;

  // Keys of a listbox below an input. choose: called with the option that was taken; close: when nothing was.
  function steer(input, list, { choose, close }) {
    const options = () => [...list.querySelectorAll('[role="option"]')];
    const current = () => list.querySelector('[aria-selected="true"]');

    function mark(option) {
      current()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) input.setAttribute("aria-activedescendant", (option.id ||= `option-${(made += 1)}`));
      else input.removeAttribute("aria-activedescendant");
    }

    function step(by) {
      const all = options();
      if (all.length) mark(all[(all.indexOf(current()) + by + all.length) % all.length] || all[0]);
    }

    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : current() ? -1 : 0);
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (current()) choose(current());
      } else if (event.key === "Escape" && !list.hidden && close()) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    // Pressing must not take the focus from the input, or the list would close before the click.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (!option) return;
      event.preventDefault();
      choose(option);
    });
    return mark;
  }

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function make(tag, attributes, text = "") {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  }

  function enhance(select) {
    if (select.hidden) return;
    const listId = `${select.id}-options`;
    const shell = make("div", { class: "combobox" });
    const input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list",
    });
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const list = make("ul", { id: listId, role: "listbox", class: "options", "aria-label": label?.textContent || "" });
    const chosen = () => select.selectedOptions[0]?.textContent || "";
    select.before(shell);
    shell.append(input, list, select);
    select.hidden = list.hidden = true;
    input.id = select.id;
    select.id = `${select.id}-value`;
    input.value = chosen();

    function open(all) {
      const wanted = all ? "" : plain(input.value);
      const found = [...select.options].filter((option) => plain(option.textContent).includes(wanted));
      list.replaceChildren(...found.slice(0, 200).map((option) =>
        make("li", { role: "option", "aria-selected": "false", "data-value": option.value }, option.textContent)));
      if (!found.length) list.append(make("li", { class: "none", role: "presentation" }, select.dataset.none));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(list.querySelector(`[data-value="${CSS.escape(all ? select.value : found[0]?.value ?? "")}"]`));
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      input.value = chosen();
      return true;
    }

    const mark = steer(input, list, {
      close,
      choose: (option) => {
        select.value = option.dataset.value;
        close();
        select.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    input.addEventListener("input", () => open(false));
    input.addEventListener("click", () => { if (list.hidden) { open(true); input.select(); } });
    input.addEventListener("keydown", (event) => {
      if (!list.hidden || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // the first press opens the list, the next one moves in it
      open(true);
    }, { capture: true });
    input.addEventListener("blur", close);
  }

  // The palette: what can be reached and done, found by the server.
  function preparePalette(palette) {
    const input = palette.querySelector("input");
    const list = palette.querySelector("[role=listbox]");
    const told = palette.querySelector("[role=status]");
    let asked = 0;
    let pending = null;

    const mark = steer(input, list, {
      close: () => false, // the dialog closes by itself
      choose: (option) => { palette.close(); go(option.href); },
    });

    async function look() {
      const mine = (asked += 1);
      const query = new URLSearchParams({ q: input.value });
      try {
        const response = await fetch(`${palette.dataset.url}?${query}`, { headers: { "HX-Request": "true" } });
        if (mine !== asked) return;
        if (!response.ok || response.redirected) throw new Error(response.status);
        list.innerHTML = await response.text();
        mark(list.querySelector('[role="option"]'));
        const count = list.querySelectorAll('[role="option"]').length;
        told.textContent = count ? told.dataset.text.replace("{}", count) : told.dataset.none;
      } catch {
        if (mine === asked) told.textContent = told.dataset.failed;
      }
      told.classList.toggle("hidden", list.querySelector('[role="option"]') !== null);
    }

    input.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(look, 90); });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open();
      }
    });
    document.addEventListener("click", (event) => { if (event.target.closest("[data-palette-opens]")) open(); });

    function open() {
      if (palette.open) return palette.close();
      for (const other of document.querySelectorAll("dialog[open]")) other.close();
      input.value = "";
      list.replaceChildren();
      palette.showModal();
      look();
    }
  }

  // What is done in place (such as opening the shortcuts) has an address that begins with #.
  function go(address) {
    const { hash, pathname, search } = new URL(address);
    const dialog = hash && document.getElementById(hash.slice(1));
    if (dialog && pathname === location.pathname && search === location.search) dialog.showModal();
    else location.assign(address);
  }

  // g, then the letter of a page.
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (Date.now() - waiting < 1500) {
      waiting = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); event.stopImmediatePropagation(); location.assign(link.href); }
    } else if (event.key === "g") waiting = Date.now();
  }, { capture: true });

  const prepare = (root) => root.querySelectorAll("select[data-combobox]").forEach(enhance);
  document.addEventListener("DOMContentLoaded", () => {
    prepare(document);
    const palette = document.getElementById("palette");
    if (palette) preparePalette(palette);
  });
  document.addEventListener("htmx:load", (event) => prepare(event.target.parentElement || document));
})();
