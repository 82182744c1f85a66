// A link with data-drawer shows in the page's drawer what that address gives; without script it is a link.
(() => {
  "use strict";

  async function show(link) {
    const drawer = document.getElementById("drawer");
    drawer.replaceChildren(drawer.ownerDocument.getElementById("drawer-waits").content.cloneNode(true));
    if (!drawer.open) drawer.showModal(); // a link in the drawer itself goes on within it
    try {
      const response = await fetch(link.dataset.drawer, { headers: { "HX-Request": "true" } });
      if (!response.ok || response.redirected) throw new Error(response.status);
      drawer.innerHTML = await response.text();
      htmx.process(drawer);
      drawer.querySelector("[autofocus]")?.focus();
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: {}, bubbles: true }));
    } catch {
      location.assign(link.href); // the page itself says what is wrong
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link);
  });
})();
