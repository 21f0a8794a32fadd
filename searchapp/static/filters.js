// Comfort only: a ticked filter applies at once, sources can be looked for by name, and a stretch of time can be drawn.
(() => {
  "use strict";
  const form = document.getElementById("search");
  const filters = document.querySelector(".filters");
  if (form && filters) {
    filters.addEventListener("change", (event) => {
      if (event.target.type !== "checkbox" || !event.target.name) return; // radios move with the arrows: they wait
      try {
        sessionStorage.setItem(PLACE, JSON.stringify({ name: event.target.name, value: event.target.value, y: scrollY }));
      } catch { /* a browser that keeps nothing */ }
      form.requestSubmit();
    });
    // Empty fields and what is the rule anyway would only lengthen the address.
    form.addEventListener("submit", () => {
      for (const field of form.elements) {
        const idle = field.type === "radio" ? field.value === "date" : field.type !== "checkbox" && !field.value;
        if (field.name && field.name !== "q" && idle) field.disabled = true;
      }
    });
    // The page may come back out of the browser's memory.
    addEventListener("pageshow", () => {
      for (const field of form.elements) {
        field.disabled = false;
        if (field.name === "q") continue;
        field.checked = field.defaultChecked; // the address is what holds, not what was ticked and left
        if (field.type === "text") field.value = field.defaultValue;
      }
      restorePlace();
    });
    // After a tick the same box has the focus again, where it stood.
    const PLACE = "ticked";
    function restorePlace() {
      try {
        const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
        sessionStorage.removeItem(PLACE);
        if (!kept) return;
        const field = [...form.elements].find((own) => own.name === kept.name && own.value === kept.value);
        if (!field) return;
        scrollTo(0, kept.y);
        field.focus({ preventScroll: true });
      } catch { /* a browser that keeps nothing */ }
    }
    for (const details of filters.querySelectorAll(".sources details")) {
      const finder = document.createElement("input");
      finder.className = "finder";
      finder.type = "text";
      finder.setAttribute("aria-label", filters.querySelector(".sources .all").textContent);
      finder.placeholder = finder.getAttribute("aria-label");
      details.querySelector("summary").after(finder);
      finder.addEventListener("input", () => {
        const sought = finder.value.trim().toLowerCase();
        for (const choice of details.querySelectorAll(".choice")) {
          choice.hidden = !choice.querySelector(".value").textContent.toLowerCase().includes(sought);
        }
      });
      finder.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
    }
  }

  for (const chart of document.querySelectorAll("svg.bars")) {
    const links = [...chart.querySelectorAll("a")];
    const width = chart.viewBox.baseVal.width;
    let start = null;
    let range = null;
    const place = (event) => {
      const box = chart.getBoundingClientRect();
      const at = Math.floor(((event.clientX - box.left) / box.width) * (width / 10));
      return Math.max(0, Math.min(width / 10 - 1, at));
    };
    // 2021-03 and five months on is 2021-08; years count by one.
    const label = (at) => {
      const [year, month] = chart.dataset.from.split("-").map(Number);
      if (!month) return String(year + at);
      const months = year * 12 + month - 1 + at;
      return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
    };
    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls, and taps a bar
      event.preventDefault(); // a link would be dragged away
      start = place(event);
    });
    addEventListener("pointermove", (event) => {
      if (start === null) return;
      const end = place(event);
      if (end === start && !range) return;
      if (!range) {
        range = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        range.setAttribute("class", "range");
        range.setAttribute("y", "0");
        range.setAttribute("height", "100");
        chart.append(range);
      }
      range.setAttribute("x", String(Math.min(start, end) * 10));
      range.setAttribute("width", String((Math.abs(end - start) + 1) * 10));
    });
    const forget = () => {
      start = null;
      if (range) range.remove();
      range = null;
    };
    addEventListener("pointercancel", forget);
    addEventListener("keydown", (event) => { if (event.key === "Escape") forget(); });
    addEventListener("pointerup", (event) => {
      if (start === null) return;
      const ends = [start, place(event)].sort((a, b) => a - b);
      const isDrawn = range !== null;
      forget();
      if (!isDrawn) return; // a click: the link does it
      const address = new URL(links[0].href.baseVal, location.href);
      address.searchParams.set("from", label(ends[0]));
      address.searchParams.set("to", label(ends[1]));
      chart.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
      location.assign(address);
    });
  }
})();
