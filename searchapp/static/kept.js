// What this browser keeps and the server never sees: documents that were read, stars, the searches of before. Whatever
// storage holds, or a file that is imported, may be anything: it is checked, and only ever shown as text.
(() => {
  "use strict";
  const KINDS = ["document", "search", "paragraph"];
  const MOST = { kept: 1000, read: 2000, searches: 200 };
  const LONGEST = { address: 8000, title: 300, note: 2000 };
  const root = new URL(document.currentScript.src).pathname.replace(/\/static\/[^/]*$/, "");

  function readList(key) {
    try {
      const list = JSON.parse(localStorage.getItem(key) || "[]");
      return Array.isArray(list) ? list : [];
    } catch {
      return []; // storage is closed to us, or holds something else
    }
  }

  function writeList(key, list) {
    try {
      if (list.length) localStorage.setItem(key, JSON.stringify(list.slice(0, MOST[key])));
      else localStorage.removeItem(key);
      return true;
    } catch {
      return false; // a browser that keeps nothing, or has no room
    }
  }

  const readTexts = (key) => readList(key).filter((text) => typeof text === "string" && text.length <= LONGEST.address);

  // --- stars

  // The one form of an address of this site, or null: what leads elsewhere, or to no page of that kind, is not kept.
  function settle(kind, address) {
    if (typeof address !== "string" || address.length > LONGEST.address || address[0] !== "/") return null;
    let url;
    try {
      url = new URL(address, location.origin);
    } catch {
      return null;
    }
    if (url.origin !== location.origin) return null;
    if (kind === "search") {
      url.searchParams.delete("page");
      return url.pathname === `${root}/search` ? url.pathname + url.search : null;
    }
    if (!url.pathname.startsWith(`${root}/documents/`)) return null;
    if (kind === "document") return url.pathname;
    return kind === "paragraph" && url.hash.length > 1 ? url.pathname + url.hash : null;
  }

  function check(item) {
    if (typeof item !== "object" || item === null || !KINDS.includes(item.kind)) return null;
    const address = settle(item.kind, item.address);
    if (!address) return null;
    const text = (name) => (typeof item[name] === "string" ? item[name].slice(0, LONGEST[name]) : "");
    const at = typeof item.at === "string" && /^\d{4}-\d{2}-\d{2}/.test(item.at) ? item.at.slice(0, 30) : new Date().toISOString();
    return { kind: item.kind, address, title: text("title") || address, note: text("note"), at };
  }

  const isSame = (one, other) => one.kind === other.kind && one.address === other.address;
  // What stands in storage for another site of this host stays there, and is none of ours.
  const list = () => readList("kept").map(check).filter(Boolean);
  const write = (items) => writeList("kept", [...items, ...readList("kept").filter((own) => !check(own))]);

  function has(kind, address) {
    const settled = settle(kind, address);
    return list().some((own) => own.kind === kind && own.address === settled);
  }

  // Keep it, or keep it no longer; return whether it is kept now.
  function toggle(item) {
    const one = check(item);
    if (!one) return false;
    const all = list();
    const others = all.filter((own) => !isSame(own, one));
    write(others.length < all.length ? others : [{ ...one, at: new Date().toISOString() }, ...all]);
    return has(one.kind, one.address);
  }

  function annotate(item, note) {
    return write(list().map((own) => (isSame(own, item) ? { ...own, note: note.slice(0, LONGEST.note) } : own)));
  }

  // A file says addresses below the root of its site, so that it can go to one that is shown elsewhere.
  function exportText() {
    const kept = list().map((own) => ({ ...own, address: own.address.slice(root.length) }));
    return JSON.stringify({ kind: "archive-kept", version: 1, kept }, null, 1);
  }

  // Merge what a file says; return how many are new, were there, and could not be used, or null for no such file.
  function importText(text) {
    let file;
    try {
      file = JSON.parse(text);
    } catch {
      return null;
    }
    if (typeof file !== "object" || file === null || file.kind !== "archive-kept" || !Array.isArray(file.kept)) return null;
    const told = { added: 0, known: 0, refused: 0 };
    const all = list();
    for (const item of file.kept) {
      const below = item && typeof item.address === "string" && item.address[0] === "/" && item.address[1] !== "/";
      const one = below ? check({ ...item, address: root + item.address }) : null;
      const known = one && all.find((own) => isSame(own, one));
      if (!one || (!known && all.length >= MOST.kept)) told.refused += 1;
      else if (known) {
        known.note = known.note || one.note;
        told.known += 1;
      } else {
        all.push(one);
        told.added += 1;
      }
    }
    all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
    return write(all) ? told : { added: 0, known: 0, refused: file.kept.length };
  }

  // --- what was read, and searched for

  const isRead = (id) => readTexts("read").includes(id);
  const markRead = (id) => writeList("read", [id, ...readTexts("read").filter((own) => own !== id)]);
  const searches = () => readTexts("searches");
  const noteSearch = (text) => writeList("searches", [text, ...searches().filter((own) => own !== text)]);
  const forgetSearch = (text) => writeList("searches", searches().filter((own) => own !== text));
  const forgetSearches = () => writeList("searches", []);

  window.archiveKept = {
    isRead, markRead, toggle, has, list, annotate, exportText, importText, searches, noteSearch, forgetSearch, forgetSearches,
  };

  // --- what pages show of it

  function itemOf(star) {
    const { kind, address, title } = star.dataset;
    return { kind, address, title };
  }

  // The links of hits get their stars here: a page without script has none that does nothing.
  function addStars() {
    const hits = document.getElementById("hits");
    for (const link of hits ? hits.querySelectorAll("a[data-id]") : []) {
      const star = document.createElement("button");
      star.type = "button";
      star.className = "star";
      Object.assign(star.dataset, { kind: "document", address: new URL(link.href).pathname, title: link.textContent });
      star.setAttribute("aria-label", `${hits.dataset.star}${link.textContent}`);
      const row = link.closest("tr");
      if (row) row.cells[0].append(star);
      else link.parentNode.after(star);
    }
  }

  function refresh() {
    const read = new Set(readTexts("read"));
    for (const link of document.querySelectorAll("a[data-id]")) link.classList.toggle("read", read.has(link.dataset.id));
    const kept = new Set(list().map((own) => `${own.kind} ${own.address}`));
    for (const star of document.querySelectorAll("button.star")) {
      star.hidden = false;
      star.setAttribute("aria-pressed", kept.has(`${star.dataset.kind} ${settle(star.dataset.kind, star.dataset.address)}`));
    }
  }

  document.addEventListener("click", (event) => {
    const star = event.target.closest("button.star");
    if (star) star.setAttribute("aria-pressed", toggle(itemOf(star)));
  });
  const article = document.querySelector("article[data-id]");
  if (article) markRead(article.dataset.id);
  addStars();
  refresh();
  window.addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
  window.addEventListener("storage", refresh);

  // --- the page of all of it

  const page = document.getElementById("kept");
  if (!page) return;
  const said = page.querySelector("[role=status]");
  const template = document.getElementById("kept-line");

  function makeLine(title, address, drop) {
    const line = template.content.firstElementChild.cloneNode(true);
    const link = line.querySelector("a");
    const button = line.querySelector("button");
    link.textContent = title;
    link.href = address;
    button.setAttribute("aria-label", `${button.textContent}${page.dataset.colon}${title}`);
    button.addEventListener("click", () => {
      const lines = line.parentNode;
      const at = [...lines.children].indexOf(line);
      drop();
      show();
      const next = lines.children[Math.min(at, lines.children.length - 1)];
      (next ? next.querySelector("button") : lines.closest("section").querySelector("h2")).focus();
    });
    return line;
  }

  function makeItem(item) {
    const line = makeLine(item.title, item.address, () => toggle(item));
    const note = line.querySelector("input");
    const time = line.querySelector("time");
    note.value = item.note;
    note.setAttribute("aria-label", `${note.placeholder}${page.dataset.colon}${item.title}`);
    note.addEventListener("change", () => annotate(item, note.value));
    time.dateTime = item.at;
    time.textContent = item.at.slice(0, 10);
    return line;
  }

  function makeSearch(text) {
    const line = makeLine(text, `${root}/search?${new URLSearchParams({ q: text })}`, () => forgetSearch(text));
    line.querySelector("input").remove();
    line.querySelector("time").remove();
    return line;
  }

  function show() {
    const items = list();
    for (const section of page.querySelectorAll("section")) {
      const kind = section.dataset.kind;
      const lines = kind ? items.filter((own) => own.kind === kind).map(makeItem) : searches().map(makeSearch);
      section.querySelector("ul").replaceChildren(...lines);
      section.querySelector("small").textContent = lines.length || "";
      for (const none of section.querySelectorAll(".none")) none.hidden = lines.length > 0;
      for (const some of section.querySelectorAll(".some")) some.hidden = !lines.length;
    }
    page.querySelector("[data-export]").disabled = !items.length;
  }

  page.querySelector("[data-export]").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([exportText()], { type: "application/json" }));
    link.download = `kept-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  page.querySelector("[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const told = file.size > 4e6 ? null : importText(await file.text());
    said.textContent = told
      ? said.dataset.told.replace("{added}", told.added).replace("{known}", told.known).replace("{refused}", told.refused)
      : said.dataset.refused;
    event.target.value = "";
    show();
  });

  page.querySelector("[data-forget]").addEventListener("click", (event) => {
    if (!confirm(event.target.dataset.forget)) return;
    forgetSearches();
    show();
  });

  page.querySelector(".without-script").hidden = true;
  page.querySelector(".with-script").hidden = false;
  show();
  window.addEventListener("storage", show);
  window.addEventListener("pageshow", (event) => { if (event.persisted) show(); });
})();
