"use strict";
// Filters, keys and order. Without this script the page still reads: remarks, links and tables need none.
(() => {
  const find = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const notes = new Map(find(".note").map((note) => [note.dataset.f, note]));
  const pieces = find("[data-f]");
  const refs = find(".ref");
  const status = document.getElementById("status");
  const hidden = new Set();
  let current = null;

  for (const element of find(".needs-script")) element.hidden = false;

  // A severity, kind or rule whose box is empty hides its remarks; the letters are told apart by their first character.
  const filter = () => {
    hidden.clear();
    const out = new Set(find("[data-filter]:not(:checked)").map((box) => box.dataset.filter + box.value));
    for (const [place, { dataset }] of notes) {
      if (out.has("s" + dataset.s) || out.has("k" + dataset.k) || out.has("r" + dataset.r)) hidden.add(place);
    }
    for (const piece of pieces) piece.classList.toggle("off", hidden.has(piece.dataset.f));
    if (!status) return;
    const [shown, all] = [notes.size - hidden.size, notes.size].map((number) => number.toLocaleString("en"));
    status.textContent = hidden.size ? `${shown} of ${all} remarks` : `${all} remarks`;
  };

  // Opens what a place is folded away in.
  const reveal = (element) => {
    for (let up = element.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  };

  const mark = (place) => {
    if (place === current) return;
    for (const element of find(".now")) element.classList.remove("now");
    current = place;
    if (place) for (const element of find(`[data-f="${place}"]`)) element.classList.add("now");
  };

  const go = (step) => {
    let at = refs.findIndex((ref) => ref.dataset.f === current);
    if (at < 0 && step < 0) at = refs.length;
    for (at += step; at >= 0 && at < refs.length; at += step) {
      const ref = refs[at];
      if (hidden.has(ref.dataset.f)) continue;
      reveal(ref);
      ref.focus({ preventScroll: true });
      ref.scrollIntoView({ block: "center", behavior: "instant" });
      mark(ref.dataset.f);
      return;
    }
    if (status) status.textContent = step > 0 ? "That was the last remark." : "That was the first remark.";
  };

  document.addEventListener("focusin", ({ target }) => {
    const place = target.closest("[data-f]")?.dataset.f;
    if (place) mark(place);
  });
  document.addEventListener("mouseover", ({ target }) => {
    const place = target.closest?.("[data-f]")?.dataset.f;
    if (place && !hidden.has(place)) mark(place);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.dataset.filter) filter();
    if (target.id === "reasons") document.body.classList.toggle("brief", !target.checked);
    if (target.dataset.sorts) sort(target);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.go) go(Number(button.dataset.go));
    if (button?.dataset.all) {
      for (const box of find('[data-filter="r"]')) box.checked = button.dataset.all === "true";
      filter();
    }
  });
  document.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const which = document.getElementById("which");
    if (event.key === "Escape" && which?.open) {
      which.open = false;
      which.querySelector("summary").focus();
    }
    if (!document.getElementById("keys")?.checked || event.target.closest("select, textarea")) return;
    const step = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (step) {
      event.preventDefault();
      go(step);
    }
  });

  // The order of the table by file.
  const sort = (select) => {
    const body = document.querySelector(`#${select.dataset.sorts} tbody`);
    const rows = find("tr", body);
    rows.forEach((row, place) => (row.dataset.place ??= place));
    const value = (row) => Number.parseFloat(row.dataset[select.value]) || 0;
    const byPlace = (a, b) => a.dataset.place - b.dataset.place;
    rows.sort((a, b) => (select.value === "path" ? 0 : value(b) - value(a)) || byPlace(a, b));
    body.append(...rows);
  };

  // A link to a remark in a text that is folded away opens it.
  const arrive = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const closed = target.matches("details:not([open])") || target.closest("details:not([open])");
    if (target.matches("details")) target.open = true;
    reveal(target);
    if (closed) target.scrollIntoView();
    mark(target.closest("[data-f]")?.dataset.f ?? null);
  };
  addEventListener("hashchange", arrive);
  // A box keeps its state when a page is loaded again.
  filter();
  document.body.classList.toggle("brief", document.getElementById("reasons")?.checked === false);
  arrive();
})();
