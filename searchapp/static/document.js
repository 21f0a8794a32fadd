// Comfort only: from match to match, finding in this text while typing, where one is in the outline, what is similar.
(() => {
  "use strict";
  const body = document.querySelector(".document .body");
  if (!body) return;
  const keysAreOn = document.documentElement.dataset.keys !== "off";
  const bar = document.querySelector(".bar");
  const jump = document.querySelector(".jump");
  const output = jump.querySelector("output");
  let marks = [];
  let current = -1;
  let wentElsewhere = false;

  // --- matches

  function go(at) {
    if (!marks.length) return;
    if (current >= 0) marks[current].classList.remove("current");
    current = (at + marks.length) % marks.length;
    wentElsewhere = false;
    marks[current].classList.add("current");
    marks[current].scrollIntoView({ block: "center" });
    output.textContent = `${current + 1}/${marks.length}`;
    output.setAttribute("aria-label", jump.dataset.place.replace("{at}", current + 1).replace("{n}", marks.length));
  }

  // Whoever went to a paragraph means the match that comes next from there.
  function step(by) {
    const below = wentElsewhere ? marks.findIndex((mark) => mark.getBoundingClientRect().bottom > 0) : -1;
    if (below < 0) go(current < 0 && by < 0 ? -1 : current + by);
    else go(by > 0 && below !== current ? below : below + by);
  }

  addEventListener("hashchange", () => { wentElsewhere = true; });

  function collect() {
    marks = [...document.querySelectorAll(".document h1 mark, .document .body mark")];
    current = -1;
    jump.hidden = !marks.length;
    output.textContent = `–/${marks.length}`;
    output.removeAttribute("aria-label");
  }

  function goToTarget() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const at = target ? marks.findIndex((mark) => target.contains(mark)) : -1;
    if (at >= 0) go(at);
  }

  // --- finding in this text: the server marks, since it knows what is the same in other characters

  const form = document.querySelector(".finding");
  const input = form.querySelector("input[name=find]");
  const PAUSE = 250; // milliseconds after the last key
  const LONGEST_LIVE = 200000; // characters of a text that is marked anew at every pause
  const address = new URL(location.href);
  let shown = input.value;
  let timer = 0;
  let asked = 0;

  async function find() {
    clearTimeout(timer);
    if (input.value.trim() === shown.trim()) return;
    const turn = ++asked;
    const typed = input.value;
    if (typed.trim()) address.searchParams.set("find", typed);
    else address.searchParams.delete("find");
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== asked) return;
      show(page, typed);
    } catch {
      if (turn === asked) form.submit();
    } finally {
      if (turn === asked) form.removeAttribute("aria-busy");
    }
  }

  function show(page, typed) {
    for (const part of [".document h1", ".document .body", ".finding .found"]) {
      document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
    }
    const [old, renewed] = [document, page].map((own) => own.querySelector(".hits-bar"));
    if (old) old.remove();
    if (renewed) document.querySelector(".beside").prepend(renewed);
    shown = typed;
    history.replaceState(history.state, "", address.pathname + address.search);
    collect();
    addStars();
    watch();
    // On from where one reads.
    if (typed.trim()) go(Math.max(0, marks.findIndex((mark) => mark.getBoundingClientRect().top > 0)));
  }

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing && body.textContent.length < LONGEST_LIVE) timer = setTimeout(find, PAUSE);
  });
  input.addEventListener("compositionend", () => { timer = setTimeout(find, PAUSE); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (input.value.trim() === shown.trim()) step(event.shiftKey ? -1 : 1);
      else find();
    } else if (event.key === "Escape") {
      input.value = "";
      form.classList.remove("open");
      find();
      input.blur();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  input.addEventListener("search", find); // its own cross

  function openFinding() {
    form.classList.add("open");
    input.focus();
    input.select();
  }
  bar.querySelector(".to-find").addEventListener("click", (event) => {
    event.preventDefault();
    openFinding();
  });

  for (const button of jump.querySelectorAll("button")) button.addEventListener("click", () => step(Number(button.dataset.step)));
  document.addEventListener("keydown", (event) => {
    if (!keysAreOn || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === "n") step(1);
    else if (event.key === "N") step(-1);
    else if (event.key === "f") {
      event.preventDefault();
      openFinding();
    }
  });
  addEventListener("hashchange", goToTarget);
  collect();
  goToTarget();

  // --- a star for each paragraph, where this browser keeps what it is told to

  function addStars() {
    const known = window.archiveKept;
    if (!known) return;
    const kept = new Set(known.list().filter((own) => own.kind === "paragraph").map((own) => own.address));
    const title = document.querySelector(".document h1").textContent.trim();
    for (const link of body.querySelectorAll(".link")) {
      const paragraph = link.parentElement;
      const star = document.createElement("button");
      star.type = "button";
      star.className = "star";
      star.dataset.kind = "paragraph";
      star.dataset.address = location.pathname + link.hash;
      const words = [...paragraph.childNodes].filter((own) => !(own.matches && own.matches("a, button"))); // with its marks
      star.dataset.title = `${title}: ${words.map((own) => own.textContent).join("").trim().slice(0, 30)}`;
      star.setAttribute("aria-label", body.dataset.star.replace("{n}", paragraph.dataset.number));
      star.setAttribute("aria-pressed", kept.has(star.dataset.address));
      link.after(star);
    }
  }
  addStars();

  // --- where one is in the outline

  const outline = document.querySelector(".outline");
  const beside = document.querySelector(".beside");
  const entries = outline ? [...outline.querySelectorAll("ol a")] : [];
  const inSight = new Set();
  const numberOf = (node) => Number(node.dataset.number);
  let watcher = null;
  let places = [];
  let here = null;

  function tellWhere() {
    if (!inSight.size) return; // between two paragraphs: as before
    const first = Math.min(...[...inSight].map(numberOf));
    const begun = places.filter((number) => number <= first);
    const entry = begun.length ? entries[places.indexOf(Math.max(...begun))] : null;
    if (entry === here) return;
    if (here) here.removeAttribute("aria-current");
    here = entry;
    if (!here) return;
    here.setAttribute("aria-current", "location");
    // Only the list moves, never the page.
    const [own, list] = [here, beside].map((node) => node.getBoundingClientRect());
    if (own.top < list.top) beside.scrollTop -= list.top - own.top + 16;
    else if (own.bottom > list.bottom) beside.scrollTop += own.bottom - list.bottom + 16;
  }

  function watch() {
    if (!entries.length) return;
    if (watcher) watcher.disconnect();
    inSight.clear();
    places = entries.map((entry) => {
      const target = document.getElementById(entry.hash.slice(1));
      return target ? numberOf(target) : Infinity;
    });
    watcher = new IntersectionObserver((changes) => {
      for (const change of changes) {
        if (change.isIntersecting) inSight.add(change.target);
        else inSight.delete(change.target);
      }
      tellWhere();
    }, { rootMargin: "-80px 0px -55% 0px" });
    for (const paragraph of body.querySelectorAll("[data-number]")) watcher.observe(paragraph);
  }
  watch();

  // --- the outline as a sheet, where there is no room beside the text

  const sheet = document.querySelector(".outline-sheet");
  const opens = bar.querySelector(".to-outline");
  if (opens && sheet.showModal) {
    opens.setAttribute("aria-haspopup", "dialog");
    opens.addEventListener("click", (event) => {
      event.preventDefault();
      const old = sheet.querySelector("ol");
      if (old) old.remove();
      sheet.append(outline.querySelector("ol").cloneNode(true));
      sheet.showModal();
      const now = sheet.querySelector("[aria-current]");
      if (now) now.scrollIntoView({ block: "center" });
    });
    sheet.addEventListener("click", (event) => {
      if (event.target === sheet || event.target.closest("a")) sheet.close();
    });
  }

  // --- similar documents, once somebody comes near

  const similar = document.querySelector(".similar[data-load]");
  if (!similar) return;
  async function loadSimilar() {
    const link = similar.querySelector("p");
    try {
      const answer = await fetch(similar.dataset.load);
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      link.replaceWith(document.importNode(page.querySelector(".alike"), true));
    } catch { /* the link stays */ }
  }
  const nearby = new IntersectionObserver((changes) => {
    if (!changes.some((change) => change.isIntersecting)) return;
    nearby.disconnect();
    loadSimilar();
  }, { rootMargin: "200px" });
  nearby.observe(similar);
})();
