// Comfort only: keys that go from hit to hit, what is ticked, the order of a table's rows. All else is links and forms.
(() => {
  "use strict";
  const list = document.getElementById("hits");
  const form = document.getElementById("chosen");
  if (!list || !form) return;
  const keysAreOn = document.documentElement.dataset.keys !== "off";
  const hits = () => [...list.querySelectorAll(".hit")];
  const linkOf = (hit) => hit.querySelector("a[data-id]");
  const boxOf = (hit) => hit.querySelector("input[name=id]");

  // --- what is ticked

  const told = form.querySelector("output");
  const reset = form.querySelector("[type=reset]");
  const atFirst = told.textContent;

  function count() {
    const ticked = list.querySelectorAll("input[name=id]:checked").length;
    told.textContent = ticked ? told.dataset.said.replace("{n}", ticked) : atFirst;
    form.classList.toggle("some", ticked > 0);
    reset.hidden = !ticked;
    for (const button of form.querySelectorAll("button:not([type=reset])")) {
      button.disabled = button.dataset.exactly ? ticked !== Number(button.dataset.exactly) : !ticked;
    }
  }

  list.addEventListener("change", count);
  form.addEventListener("reset", () => setTimeout(count)); // the boxes are cleared after this
  window.addEventListener("pageshow", count); // a browser that comes back ticks them again
  count();

  // --- keys: j and k to the next hit and back, o opens it, x ticks it

  let at = null;

  function go(step) {
    const all = hits();
    if (!all.length) return;
    const now = all.indexOf(document.activeElement.closest(".hit") || at);
    const next = all[Math.max(0, Math.min(all.length - 1, now < 0 && step < 0 ? 0 : now + step))];
    linkOf(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  list.addEventListener("focusin", (event) => {
    if (at) at.classList.remove("current");
    at = event.target.closest(".hit");
    if (!at) return;
    at.classList.add("current");
    history.replaceState({ ...history.state, at: hits().indexOf(at) }, "");
  });

  // Whoever comes back goes on from the hit that was opened. (A browser that kept the page has it still.)
  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const opened = isBack && hits()[history.state?.at];
  if (opened) linkOf(opened).focus({ preventScroll: true });

  document.addEventListener("keydown", (event) => {
    if (!keysAreOn || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, [contenteditable]")) return;
    if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
    else if (event.key === "o" && at) linkOf(at).click();
    else if (event.key === "x" && at) boxOf(at).click();
    else return;
    event.preventDefault();
  });

  // --- what opens over the list closes again

  function close(but) {
    for (const own of list.querySelectorAll(".facts > details[open]")) {
      if (own.contains(but)) continue;
      own.open = false;
      if (!but && own.contains(document.activeElement)) own.querySelector("summary").focus();
    }
  }

  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(null); });

  // --- columns that the server cannot order by order the rows of this page, and say that it is only these

  function textOf(row, column) {
    const cell = row.cells[column];
    return (cell.querySelector("a[data-id]") || cell).textContent.trim();
  }

  function order(table, head) {
    const column = head.cellIndex;
    const isNumber = head.classList.contains("places");
    const now = head.getAttribute("aria-sort");
    const goesUp = now ? now === "descending" : !isNumber; // names from the first on, numbers from the highest
    const compare = isNumber
      ? (a, b) => Number(a.replace(/\D/g, "")) - Number(b.replace(/\D/g, ""))
      : (a, b) => Number(!a) - Number(!b) || a.localeCompare(b, "zh-Hans-CN");
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => (goesUp ? 1 : -1) * compare(textOf(a, column), textOf(b, column)));
    body.append(...rows);
    for (const own of head.parentNode.cells) own.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", goesUp ? "ascending" : "descending");
    table.parentNode.querySelector("[role=status]").textContent = list.dataset.inPage;
  }

  for (const table of list.querySelectorAll("table")) {
    const said = document.createElement("p");
    said.className = "in-page";
    said.setAttribute("role", "status");
    table.after(said);
    for (const head of table.querySelectorAll("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = list.dataset.inPage;
      button.append(...head.childNodes);
      button.addEventListener("click", () => order(table, head));
      head.append(button);
    }
  }
})();
