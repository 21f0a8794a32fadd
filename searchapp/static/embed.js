// <archive-search>: the search box in a foreign page; the height of frames there.
// One file; syntax of ES2020 and APIs of Chromium 86: that stands in intranets.
// Nothing from the network becomes markup, no style attribute is set: a strict CSP and Trusted Types hold.
(() => {
  "use strict";

  const TEXTS = {
    zh: {
      label: "检索文档", submit: "检索", close: "关闭", suggestions: "建议", results: "检索结果",
      offered: "{n} 个建议", searching: "正在检索…", found: "共 {n} 份文件", atLeast: "至少 {n} 份文件", unfinished: "检索太费时，没有做完。",
      none: "没有找到。可以少输几个字，或只输一个人名、地名、文号。",
      nearest: "没有同时包含全部词的文件；最接近的 {n} 份", complete: "{n} 份包含全部词，另列相近的 {m} 份", lacking: "，缺少：",
      spelled: "您是不是要找：", instead: "已改为检索：", missing: "缺少：", comma: "、", places: "本文 {n} 处", untitled: "（无标题）",
      more: "更多", shown: "已显示 {n} 份", all: "在检索网站中查看全部",
      unreachable: "连不上检索服务，请稍后再试。", retry: "重试", later: "请在 {n} 秒后重试",
      kinds: { phrase: "短语", source: "来源", author: "作者", title: "标题", word: "词", person: "人物", issuer: "单位", series: "会议" },
    },
    en: {
      label: "Search documents", submit: "Search", close: "Close", suggestions: "Suggestions", results: "Results",
      offered: "Suggestions: {n}", searching: "Searching…", found: "Documents: {n}", atLeast: "Documents: at least {n}", unfinished: "The search took too long.",
      none: "Nothing found. Try fewer words, or only a name, a place or a document number.",
      nearest: "None holds all words; the {n} nearest", complete: "{n} hold all words, {m} more come near", lacking: "; lacking: ",
      spelled: "Did you mean: ", instead: "Searched instead: ", missing: "Lacks: ", comma: ", ", places: "Matches: {n}", untitled: "(untitled)",
      more: "More", shown: "Documents shown: {n}", all: "See all on the search site",
      unreachable: "The search service cannot be reached. Try again later.", retry: "Try again", later: "Try again in {n} s",
      kinds: {},
    },
  };

  const NAME = "archive-search";
  const VALUES = ["source", "not-source", "issuer", "genre", "series", "person", "year", "number", "place", "speaker", "also"]; // with commas
  const SINGLE = ["within", "in", "complete", "from", "to", "sort", "recent"];
  const LOOKS = ["placeholder", "label", "mode", "hotkey", "target", "lang", "theme"]; // all others make another search
  const ATTRIBUTES = ["q", "src", "credentials", "size", ...VALUES, ...SINGLE, ...LOOKS];
  const PARTS = ["box", "input", "button", "list", "option", "results", "summary", "hit", "title", "facts", "snippet", "mark", "more", "error", "dialog"];
  const FIELDS = "title,title_marks,source,date,url,hit_count,missing,snippets";
  const FALLBACK_SIZE = 5;
  const PATIENCE = 300; // milliseconds for an answer; what moves 500 after an input is a layout shift
  const ROOM = 180; // pixels for a hit
  const PAUSE = 120; // milliseconds after the last key
  const ROW = 40; // pixels: the box, and what a page leaves free for it
  const LONGEST_WAIT = 600; // seconds: a longer Retry-After is no reason to keep the button from anybody
  const TALLEST_FRAME = 20000;

  const SCRIPT_BASE = new URL(".", (document.currentScript && document.currentScript.src) || document.baseURI).href;

  /* ---- frames: /embed tells how high it is ---- */

  function resizeFrame(event) {
    const told = event.data;
    if (event.origin !== new URL(SCRIPT_BASE).origin || !told || told.type !== "archive-search:height" || told.version !== 1) return;
    if (!Number.isFinite(told.height) || told.height < 0 || told.height > TALLEST_FRAME) return;
    for (const frame of document.getElementsByTagName("iframe")) {
      if (frame.contentWindow !== event.source || !frame.src.startsWith(`${SCRIPT_BASE}embed`)) continue;
      const height = Math.ceil(told.height);
      frame.height = String(height);
      frame.style.height = `${height}px`; // CSP lets the object model pass where it stops the attribute
    }
  }
  window.addEventListener("message", resizeFrame);

  // Without these the form between the tags is the better search; a second copy has nothing to do.
  const canStand = window.customElements && window.AbortController && Element.prototype.attachShadow
    && window.CSSStyleSheet && "replaceSync" in CSSStyleSheet.prototype && "adoptedStyleSheets" in Document.prototype;
  if (!canStand || customElements.get(NAME)) return;
  const hasDialog = Boolean(window.HTMLDialogElement && HTMLDialogElement.prototype.showModal);

  /* ---- looks ---- */

  // The site's palette, light and dark. Pages set the long names; inside are only the short ones.
  const COLOURS = [
    ["accent", "#1f5a73", "#7cc0dd"], ["ink", "#23272b", "#e4e6e7"], ["paper", "#fff", "#1d2124"], ["quiet", "#5c646b", "#a3abb1"],
    ["line", "#e2dfd7", "#33393d"], ["edge", "#8b908c", "#7d868c", "line"], ["tint", "#edf4f6", "#1f2f36"],
    ["marker", "#ffe8a3", "#6b5410"], ["marker-ink", "#3a2d00", "#fff4d1"],
  ];

  function palette(scheme, at) {
    return `color-scheme:${scheme};${COLOURS.map((own) => `--${own[0]}:var(--archive-search-${own[3] || own[0]},${own[at]});`).join("")}`;
  }

  // What a page says of its elements ends at the host; what elements inherit ends at .root, whatever the page calls important.
  // Lists and results over the page stand in no stacking context of ours, so that their z-index counts in the page's.
  const STYLES = new CSSStyleSheet();
  STYLES.replaceSync(`
    :host { all: initial; display: block; }
    :host([hidden]), [hidden] { display: none !important; }
    .root { all: initial; display: block; position: relative; direction: ltr; color: var(--ink); ${palette("light", 1)}
      --radius: var(--archive-search-radius, 6px);
      font: var(--archive-search-size, 16px)/1.6 var(--archive-search-font, "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif); }
    .root[data-theme=dark] { ${palette("dark", 2)} }
    @media (prefers-color-scheme: dark) { .root[data-theme=auto] { ${palette("dark", 2)} } }
    * { box-sizing: border-box; }
    a { color: var(--accent); text-decoration: none; }
    a:hover { text-decoration: underline; text-underline-offset: .2em; }
    button, input { font: inherit; margin: 0; min-width: 0; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

    .box { position: relative; display: flex; margin: 0; height: max(${ROW}px, 2.5em); }
    .input { flex: 1; padding: 0 .85em; color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-right: 0; border-radius: var(--radius) 0 0 var(--radius); }
    .input::placeholder { color: var(--quiet); opacity: 1; }
    .input:focus { outline: 2px solid var(--accent); outline-offset: -1px; }
    .button { height: max(${ROW}px, 2.5em); padding: 0 1.2em; color: var(--paper); background: var(--accent); border: 1px solid var(--accent); border-radius: var(--radius); white-space: nowrap; cursor: pointer; }
    .input + .button { border-radius: 0 var(--radius) var(--radius) 0; }
    .button:hover { filter: brightness(1.1); }
    .plain { padding: .15em .8em; color: var(--accent); background: transparent; border: 1px solid var(--edge); border-radius: var(--radius); cursor: pointer; }
    .plain:hover { background: var(--tint); }
    .plain:disabled { color: var(--quiet); cursor: default; }
    .close { flex: none; width: ${ROW}px; padding: 0; margin-left: .25em; color: var(--quiet); background: transparent; border: 0; border-radius: var(--radius); font-size: 1.4em; line-height: 1; cursor: pointer; }

    .list { position: absolute; z-index: 2147483647; top: 100%; left: 0; right: 0; margin: 3px 0 0; padding: .3em 0; max-height: 50vh; overflow: auto; list-style: none; background: var(--paper); border: 1px solid var(--edge); border-radius: var(--radius); box-shadow: 0 6px 20px rgba(0, 0, 0, .15); }
    .option { display: flex; justify-content: space-between; align-items: baseline; padding: .3em .85em; cursor: pointer; }
    .option:hover, .option[aria-selected=true] { background: var(--tint); }
    .option[aria-selected=true] { outline: 2px solid transparent; outline-offset: -2px; } /* seen where colours are forced */
    .option span { overflow-wrap: anywhere; }
    .option small { flex: none; margin-left: 1em; font-size: .8125em; color: var(--quiet); }

    .results { margin-top: .75em; padding: .9em 1.1em 1em; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); outline: none; }
    .root[data-mode=dropdown] .results { position: absolute; z-index: 2147483646; top: 100%; left: 0; right: 0; margin-top: 3px; max-height: 70vh; overflow: auto; overscroll-behavior: contain; border-color: var(--edge); box-shadow: 0 6px 20px rgba(0, 0, 0, .15); }
    .root[data-mode=dialog] .results { max-height: calc(80vh - 6em); overflow: auto; overscroll-behavior: contain; padding: 0 .25em; border: 0; }
    .summary, .spelled { margin: 0; color: var(--quiet); font-size: .9375em; overflow-wrap: anywhere; }
    .spelled { margin-top: .4em; }
    .spelled .plain { margin: 0 .4em .3em 0; }
    .hits { margin: 0; padding: 0; list-style: none; }
    .results[aria-busy] .hits { opacity: .55; transition: opacity .2s .3s; } /* a quick answer does not flicker */
    .hit { padding: .9em 0; border-bottom: 1px solid var(--line); }
    .title { font-size: 1.0625em; font-weight: 600; line-height: 1.45; overflow-wrap: anywhere; }
    .facts, .missing { margin: .15em 0 0; color: var(--quiet); font-size: .8125em; overflow-wrap: anywhere; }
    .facts span:not(:first-child)::before { content: "·"; margin: 0 .3em; }
    .snippet { margin: .35em 0 0; max-width: 42em; font-size: .9375em; line-height: 1.7; line-break: strict; overflow-wrap: anywhere; }
    .snippet a { color: inherit; text-decoration-color: var(--edge); }
    .mark { padding: .05em 0; color: var(--marker-ink); background: var(--marker); }
    .error { margin-top: .7em; color: var(--ink); font-size: .9375em; }
    .error:empty { margin: 0; }
    .error .plain { margin-left: .75em; }
    .foot { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; margin: .9em 0 0; font-size: .9375em; }
    .more { margin-right: 1em; padding: .25em 1.4em; }

    .dialog { position: fixed; top: 8vh; left: 0; right: 0; bottom: auto; width: min(46em, calc(100vw - 1.5em)); max-width: none; max-height: none; margin: 0 auto; padding: 0; overflow: visible; color: var(--ink); background: var(--paper); border: 0; border-radius: calc(var(--radius) * 1.5); box-shadow: 0 16px 48px rgba(0, 0, 0, .3); }
    .dialog .panel { padding: 1em; }
    .dialog::backdrop { background: rgba(0, 0, 0, .45); }
  `);

  /* ---- small things ---- */

  function make(name, own, text, attributes) {
    const node = document.createElement(name);
    node.className = own;
    const parts = own.split(" ").filter((part) => PARTS.includes(part));
    if (parts.length) node.setAttribute("part", parts.join(" "));
    node.textContent = text || "";
    for (const key of Object.keys(attributes || {})) node.setAttribute(key, attributes[key]);
    return node;
  }

  function makeButton(own, text, act) {
    const button = make("button", own, text, { type: "button" });
    button.addEventListener("click", act);
    return button;
  }

  function spellNumber(n) {
    return (Number(n) || 0).toLocaleString("en");
  }

  function fill(text, n, m) {
    return text.replace("{n}", spellNumber(n)).replace("{m}", spellNumber(m));
  }

  // Marks count code points, and JavaScript's strings count halves of some. (Not Array.from: old pages have their own.)
  function addMarked(node, text, marks) {
    const letters = [...String(text)];
    let at = 0;
    for (const [start, end] of marks || []) {
      if (!(start >= at && end > start)) continue;
      node.append(letters.slice(at, start).join(""), make("mark", "mark", letters.slice(start, end).join("")));
      at = end;
    }
    node.append(letters.slice(at).join(""));
  }

  function readBase(host) {
    const src = host.getAttribute("src");
    if (!src) return SCRIPT_BASE;
    try {
      const base = new URL(src, document.baseURI);
      base.search = base.hash = "";
      if (!base.pathname.endsWith("/")) base.pathname += "/";
      return /^https?:$/.test(base.protocol) ? base.href : SCRIPT_BASE;
    } catch {
      return SCRIPT_BASE;
    }
  }

  // The host's own attribute counts, then the nearest around it, also outside of the tree it stands in.
  function readLanguage(host) {
    for (let node = host; node; node = node.getRootNode().host) {
      const near = node.closest("[lang]:not([lang=''])");
      if (near) return near.getAttribute("lang");
    }
    return navigator.language || "";
  }

  function readValues(host, name) {
    return (host.getAttribute(name) || "").split(",").map((value) => value.trim()).filter(Boolean);
  }

  // "ctrl+k", "/": with those modifiers and no others; a sign like "?" may need Shift.
  function isHotkey(event, hotkey) {
    const names = hotkey.toLowerCase().split("+");
    const key = names.pop() || "+";
    if (!event.key || event.key.toLowerCase() !== key) return false;
    const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
    return ["ctrl", "alt", "meta"].every((name) => event[`${name}Key`] === names.includes(name))
      && (isSign || event.shiftKey === names.includes("shift"));
  }

  function isWriting(event) {
    const at = event.composedPath()[0];
    return at.isContentEditable || Boolean(at.closest && at.closest("input, textarea, select"));
  }

  function isByMethod(event) {
    // Some browsers end a composition before its Enter, which has key code 229.
    return event.isComposing || event.keyCode === 229;
  }

  async function readJson(address, options) {
    const response = await fetch(address, options);
    if (response.ok) return response.json();
    const problem = new Error(`status ${response.status}`);
    problem.status = response.status;
    problem.wait = Math.ceil(Number(response.headers.get("Retry-After"))) || 0; // 0 too where it is a date, or hidden from other origins
    try {
      problem.sentence = (await response.json()).detail;
    } catch { /* no problem document: a proxy's page */ }
    throw problem;
  }

  /* ---- one box ---- */

  function createBox(host) {
    const height = host.offsetHeight; // of the form between the tags, which the shadow tree is about to hide
    const shadow = host.attachShadow({ mode: "open" });
    const reserved = new CSSStyleSheet();
    reserved.replaceSync(`:host { min-height: var(--archive-search-min-height, ${height || ROW}px); }`);
    shadow.adoptedStyleSheets = [STYLES, reserved];

    const root = make("div", "root");
    const panel = make("div", "panel");
    const opener = makeButton("button", "", openDialog);
    const dialog = make("dialog", "dialog");
    const form = make("form", "box", "", { role: "search" });
    const input = make("input", "input", "", {
      type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search",
    });
    const submit = make("button", "button", "", { type: "submit" });
    const close = makeButton("close", "×", () => dialog.close());
    const list = make("ul", "list", "", { id: "list", role: "listbox" });
    const results = make("section", "results", "", { tabindex: "-1" });
    const summary = make("p", "summary");
    const spelled = make("p", "spelled");
    const hits = make("ol", "hits", "", { role: "list", lang: "zh-CN" }); // without markers some readers take it for no list
    const error = make("div", "error", "", { role: "alert" });
    const foot = make("div", "foot");
    const more = makeButton("more plain", "", () => { if (!searching && pages.length) load(searched, pages[pages.length - 1].cursor); });
    const all = make("a", "all");
    const status = make("p", "unseen", "", { role: "status" });
    list.hidden = results.hidden = true;
    form.append(input, submit, close, list);
    foot.append(more, all);
    results.append(summary, spelled, hits, error, foot);
    panel.append(form, results, status);
    shadow.append(root);

    let texts = TEXTS.zh;
    let composing = false;
    let typed = ""; // what stood in the box before an option was looked at
    let timer = 0;
    let suggesting = null; // the request for suggestions whose answer will be taken
    let searching = null; // the same for a search: an answer to any other is stale
    let searched = null; // the words whose results are shown
    let pages = []; // the answers that are shown
    let next = null; // words to search once all attributes of this turn are set
    let isFresh = true;
    let waiting = 0;
    let cameFrom = null;
    let pressed = null;

    /* What the attributes say. */

    function readMode() {
      const mode = host.getAttribute("mode");
      if (mode === "dialog") return hasDialog ? "dialog" : "dropdown";
      return mode === "dropdown" ? mode : "inline";
    }

    function buildArguments(query) {
      const pairs = new URLSearchParams({ q: [...query].slice(0, 1001).join("") }); // one more than is read: the answer says so
      for (const name of VALUES) for (const value of readValues(host, name)) pairs.append(name.replace("-", "_"), value);
      for (const name of SINGLE) if (host.getAttribute(name)) pairs.set(name, host.getAttribute(name));
      return pairs;
    }

    function ask(path, pairs, signal) {
      // Needs no preflight: GET, no header of ours.
      return readJson(`${readBase(host)}api/v1/${path}?${pairs}`, { signal, credentials: host.hasAttribute("credentials") ? "include" : "omit" });
    }

    function tell(name, detail, cancelable) {
      return host.dispatchEvent(new CustomEvent(`${NAME}:${name}`, { detail, cancelable: Boolean(cancelable), bubbles: true, composed: true }));
    }

    /* Links: http(s) or none. */

    function buildAddress(path, anchor) {
      try {
        const address = new URL(path, readBase(host));
        if (anchor) address.hash = anchor;
        return /^https?:$/.test(address.protocol) ? address.href : "";
      } catch {
        return "";
      }
    }

    function aim(link, address) {
      const target = host.getAttribute("target");
      link.href = address;
      link.target = ["_blank", "_self"].includes(target) ? target : "_top";
      if (target === "_blank") link.rel = "noopener";
      else link.removeAttribute("rel");
    }

    function buildLink(hit, anchor) {
      const address = hit.url ? buildAddress(hit.url, anchor) : "";
      if (!address) return make("span", "");
      const link = make("a", "");
      aim(link, address);
      link.addEventListener("click", (event) => {
        if (!tell("open", { id: hit.id, url: address }, true)) event.preventDefault();
      });
      return link;
    }

    /* Results. */

    function drawHit(hit) {
      const item = make("li", "hit");
      const title = make("div", "title", "", { role: "heading", "aria-level": "3" });
      const link = buildLink(hit);
      addMarked(link, hit.title || texts.untitled, hit.title ? hit.title_marks : null);
      title.append(link);
      item.append(title);
      const facts = make("p", "facts");
      for (const fact of [hit.source, hit.date, hit.hit_count && fill(texts.places, hit.hit_count)]) if (fact) facts.append(make("span", "", fact));
      item.append(facts);
      if (hit.missing && hit.missing.length) item.append(make("p", "missing", texts.missing + hit.missing.slice(0, 8).join(texts.comma) + (hit.missing[8] ? "…" : "")));
      for (const snippet of hit.snippets || []) {
        const line = make("p", "snippet");
        const passage = buildLink(hit, snippet.anchor);
        addMarked(passage, snippet.text, snippet.marks);
        line.append(passage);
        item.append(line);
      }
      return item;
    }

    function summarize(answer) {
      const total = answer.total;
      if (answer.partial) return total ? fill(texts.atLeast, total) : texts.unfinished;
      if (!total) return texts.none;
      const relaxed = answer.relaxed;
      if (!relaxed) return fill(texts.found, total);
      if (relaxed.complete) return fill(texts.complete, relaxed.complete, total - relaxed.complete);
      const lost = relaxed.given_up || [];
      return fill(texts.nearest, total) + (lost.length ? texts.lacking + lost.join(texts.comma) : "");
    }

    function drawHead(answer) {
      summary.textContent = answer ? [summarize(answer), ...answer.understood.map((one) => one.says)].join(" ") : "";
      spelled.textContent = "";
      const { spellings = [], instead } = answer || {};
      spelled.hidden = !spellings.length && !instead;
      if (instead) spelled.append(texts.instead, instead.query, " ");
      if (spellings.length) spelled.append(texts.spelled);
      for (const spelling of spellings) {
        spelled.append(makeButton("plain", spelling.query, () => {
          results.focus(); // the button is about to go
          take(spelling.query);
        }));
      }
    }

    function drawFoot() {
      const last = pages[pages.length - 1];
      foot.hidden = !(last && last.total);
      more.hidden = !(last && last.cursor);
      if (searched !== null) aim(all, buildAddress(`search?${buildArguments(searched)}`));
    }

    function draw() {
      hits.textContent = "";
      drawHead(pages[0]);
      for (const page of pages) hits.append(...page.hits.map(drawHit));
      drawFoot();
    }

    function stopSearch() {
      if (searching) searching.abort();
      searching = null;
      clearTimeout(waiting);
      results.removeAttribute("aria-busy");
    }

    function forget() {
      stopSearch();
      searched = null;
      pages = [];
      error.textContent = "";
      results.hidden = true;
    }

    // Also the attributes of a running turn are in this search: another one need not follow.
    function search(query) {
      next = null;
      stopSuggesting();
      closeList();
      if (query.trim()) load(query.trim(), null);
      else forget();
    }

    async function load(query, cursor) {
      stopSearch();
      const mine = searching = new AbortController();
      const pairs = buildArguments(query);
      pairs.set("size", host.getAttribute("size") || FALLBACK_SIZE);
      pairs.set("fields", FIELDS);
      if (cursor) pairs.set("cursor", cursor);
      mine.isNew = !cursor;
      searched = query;
      error.textContent = "";
      results.hidden = false;
      results.setAttribute("aria-busy", "true");
      if (!pages.length) {
        draw();
        summary.textContent = texts.searching;
      }
      // A late answer would move the page: room is made while browsers still take it for the visitor's doing.
      if (!cursor) results.style.minHeight = "";
      const room = setTimeout(() => {
        if (!cursor) results.style.minHeight = `${pairs.get("size") * ROOM}px`;
      }, PATIENCE);
      try {
        const answer = await ask("search", pairs, mine.signal);
        if (mine !== searching) return;
        if (cursor) append(answer);
        else begin(answer);
      } catch (problem) {
        if (mine !== searching) return;
        fail(problem, query, cursor);
      }
      clearTimeout(room);
      searching = null;
      results.removeAttribute("aria-busy");
      if (!cursor && pages.length) tell("results", { query, total: pages[0].total });
    }

    function begin(answer) {
      pages = [answer];
      draw();
      results.scrollTop = 0;
      status.textContent = summary.textContent;
    }

    function append(answer) {
      const hadFocus = shadow.activeElement === more;
      const added = answer.hits.map(drawHit);
      hits.append(...added);
      pages.push(answer);
      drawFoot();
      if (hadFocus && more.hidden) (hits.querySelector(`li:nth-child(${hits.children.length - added.length + 1}) a`) || results).focus();
      status.textContent = fill(texts.shown, hits.children.length);
    }

    function fail(problem, query, cursor) {
      const refused = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
      const retry = makeButton("plain", texts.retry, () => {
        results.focus(); // the button is about to go
        load(query, refused ? null : cursor); // a cursor may be refused for its age
      });
      if (!cursor) {
        pages = [];
        draw();
      }
      status.textContent = "";
      error.append(typeof problem.sentence === "string" ? problem.sentence : texts.unreachable, retry);
      if (!(problem.wait > 0 && problem.wait <= LONGEST_WAIT)) return;
      retry.disabled = true;
      retry.textContent = fill(texts.later, problem.wait);
      waiting = setTimeout(() => {
        retry.disabled = false;
        retry.textContent = texts.retry;
      }, problem.wait * 1000);
    }

    /* Suggestions. */

    function closeList() {
      list.hidden = true;
      list.textContent = "";
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function stopSuggesting() {
      clearTimeout(timer);
      if (suggesting) suggesting.abort();
      suggesting = null;
    }

    function showList(suggestions) {
      closeList();
      if (!suggestions.length) return;
      suggestions.forEach((suggestion, at) => {
        const option = make("li", "option", "", { id: `option-${at}`, role: "option", "aria-selected": "false" });
        const note = `${texts.kinds[suggestion.kind] || suggestion.kind} ${suggestion.count ? spellNumber(suggestion.count) : ""}`;
        option.append(make("span", "", suggestion.text, { lang: "zh-CN" }), make("small", "", note.trim()));
        option.choose = (event) => {
          if (!suggestion.url) return take(suggestion.text);
          input.value = typed;
          closeList();
          buildLink(suggestion).dispatchEvent(new MouseEvent("click", event));
        };
        option.addEventListener("click", option.choose);
        list.append(option);
      });
      list.hidden = false;
      list.scrollTop = 0;
      input.setAttribute("aria-expanded", "true");
      status.textContent = fill(texts.offered, suggestions.length);
    }

    async function suggest() {
      const mine = suggesting = new AbortController();
      try {
        const answer = await ask("suggest", new URLSearchParams({ q: typed }), mine.signal);
        if (mine === suggesting && shadow.activeElement === input) showList(answer.suggestions);
      } catch {
        if (mine === suggesting) closeList(); // comfort only: nobody is told
      }
    }

    function suggestSoon() {
      stopSuggesting();
      typed = input.value;
      if (typed.trim()) timer = setTimeout(suggest, PAUSE);
      else closeList();
    }

    function take(text) {
      input.value = typed = text;
      search(text);
    }

    function move(step) {
      const options = [...list.children];
      const before = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
      if (before >= 0) options[before].setAttribute("aria-selected", "false");
      const rest = options.length + 1; // one more place: the box itself
      const now = (before + 1 + step + rest) % rest - 1;
      if (now < 0) {
        input.value = typed;
        input.removeAttribute("aria-activedescendant");
        return;
      }
      options[now].setAttribute("aria-selected", "true");
      options[now].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[now].id);
      input.value = options[now].firstChild.textContent;
    }

    /* Keys. */

    function escape() {
      if (!list.hidden) {
        input.value = typed;
        stopSuggesting();
        closeList();
      } else if (dialog.open) dialog.close();
      else if (readMode() === "dropdown" && !results.hidden) {
        if (results.contains(shadow.activeElement)) input.focus();
        forget();
      } else return false;
      return true;
    }

    function onKey(event) {
      const atInput = event.target === input;
      const byMethod = composing || isByMethod(event);
      if (atInput && event.key === "Enter" && byMethod) event.preventDefault();
      if (!byMethod && event.key === "Escape" && escape()) {
        event.preventDefault();
        event.stopPropagation(); // it closed something of ours, and not also something of the page
      }
      if (!byMethod && atInput && (event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
        event.preventDefault();
        if (list.hidden) suggestSoon();
        else move(event.key === "ArrowDown" ? 1 : -1);
      }
      keepKey(event);
    }

    // To the page this is no field: its single keys would act here, and the default button around all (ASP.NET) on Enter.
    function keepKey(event) {
      const isTyped = event.key && (event.key.length === 1 || event.key === "Enter") && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.target === input && isTyped) event.stopPropagation();
    }

    function onDocumentKey(event) {
      const hotkey = host.getAttribute("hotkey");
      if (!hotkey || event.defaultPrevented || isByMethod(event) || !isHotkey(event, hotkey)) return;
      if (!(event.ctrlKey || event.altKey || event.metaKey) && isWriting(event)) return;
      event.preventDefault(); // also tells the other boxes of this page
      if (readMode() === "dialog") openDialog();
      input.focus();
      input.select();
    }

    /* Dropdown and dialog. */

    function leave() {
      if (readMode() === "dropdown" && !results.hidden) forget();
    }

    function onDocumentPress(event) {
      if (!event.composedPath().includes(host)) leave();
    }

    function openDialog() {
      if (dialog.open) return;
      cameFrom = shadow.activeElement || document.activeElement;
      dialog.showModal();
      input.focus();
      if (searched === null && input.value) search(input.value);
    }

    function onDialogClose() {
      stopSuggesting();
      closeList();
      const isThere = cameFrom && cameFrom !== document.body && cameFrom.isConnected;
      if (host.isConnected) (isThere ? cameFrom : opener).focus();
    }

    // The panel fills the dialog: what hits that itself hit the backdrop. A press from the panel selected text.
    function onDialogClick(event) {
      if (event.target === dialog && pressed === dialog) dialog.close();
    }

    function arrange() {
      const mode = readMode();
      if (root.dataset.mode === mode) return;
      if (dialog.open) dialog.close();
      root.dataset.mode = mode;
      root.textContent = "";
      close.hidden = mode !== "dialog";
      if (mode === "dialog") {
        dialog.append(panel);
        root.append(opener, dialog);
      } else root.append(panel);
    }

    /* Attributes and life. */

    function dress() {
      const theme = host.getAttribute("theme");
      const isChinese = /^zh/i.test(readLanguage(host));
      texts = isChinese ? TEXTS.zh : TEXTS.en;
      const label = host.getAttribute("label") || texts.label;
      arrange();
      root.lang = isChinese ? "zh-CN" : "en";
      root.dataset.theme = theme === "light" || theme === "dark" ? theme : "auto";
      for (const node of [form, input, dialog]) node.setAttribute("aria-label", label);
      input.placeholder = host.getAttribute("placeholder") || label;
      list.setAttribute("aria-label", texts.suggestions);
      results.setAttribute("aria-label", texts.results);
      close.setAttribute("aria-label", texts.close);
      opener.textContent = label;
      submit.textContent = texts.submit;
      more.textContent = texts.more;
      all.textContent = texts.all;
    }

    function plan(query) {
      const isFirst = next === null;
      next = query;
      if (isFirst) Promise.resolve().then(runPlan);
    }

    function runPlan() {
      if (next === null || !host.isConnected) return;
      if (readMode() !== "dialog" || dialog.open || !next) return search(next);
      forget();
      openDialog();
    }

    function change(name, before, now) {
      if (name === "q") {
        input.value = typed = now || "";
        plan(input.value);
      } else if (LOOKS.includes(name)) {
        dress();
        if (pages.length && (name === "lang" || name === "target")) draw();
      } else if (before !== now && next === null && !results.hidden) {
        if (readMode() === "dialog" && !dialog.open) forget(); // opening it searches
        else plan(searched);
      }
    }

    // What somebody has begun to type into the plain form goes on here.
    function takeOverTyped() {
      const field = host.querySelector("input[name=q]");
      input.value = typed = (field && field.value !== field.defaultValue && field.value) || host.getAttribute("q") || "";
      return Boolean(field) && document.activeElement === field;
    }

    function start() {
      document.addEventListener("keydown", onDocumentKey);
      document.addEventListener("pointerdown", onDocumentPress);
      dress();
      if (pages.length) draw(); // its language may be another one here
      if (next !== null) Promise.resolve().then(runPlan); // planned while the element stood nowhere
      if (isFresh && readMode() === "inline" && host.getAttribute("q")) plan(host.getAttribute("q"));
      isFresh = false;
    }

    function stop() {
      document.removeEventListener("keydown", onDocumentKey);
      document.removeEventListener("pointerdown", onDocumentPress);
      if (dialog.open) dialog.close();
      if (searching && searching.isNew) next = searched; // asked again where the element is only moved
      stopSuggesting();
      closeList();
      stopSearch();
      error.textContent = "";
      if (!pages.length) forget();
    }

    function focus(options) {
      (readMode() === "dialog" && !dialog.open ? opener : input).focus(options);
    }

    // While an input method composes, its letters are no query, and its Enter is no search.
    input.addEventListener("compositionstart", () => { composing = true; stopSuggesting(); });
    input.addEventListener("compositionend", () => { composing = false; suggestSoon(); });
    input.addEventListener("input", (event) => { if (!composing && !event.isComposing) suggestSoon(); });
    input.addEventListener("blur", () => { composing = false; stopSuggesting(); closeList(); });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const option = list.querySelector("[aria-selected=true]");
      if (!composing) option ? option.choose(event) : take(input.value);
    });
    dialog.addEventListener("close", onDialogClose);
    dialog.addEventListener("mousedown", (event) => { pressed = event.target; });
    dialog.addEventListener("click", onDialogClick);
    root.addEventListener("focusout", (event) => { if (event.relatedTarget && !root.contains(event.relatedTarget)) leave(); });
    root.addEventListener("keydown", onKey);
    root.addEventListener("keypress", keepKey);
    root.addEventListener("keyup", keepKey);
    const hadFocus = takeOverTyped();
    return { start, stop, change, focus, hadFocus };
  }

  /* ---- the element ---- */

  const boxes = new WeakMap(); // made when an element is first put into a page

  class ArchiveSearch extends HTMLElement {
    static get observedAttributes() {
      return ATTRIBUTES;
    }

    connectedCallback() {
      if (!this.isConnected) return; // taken out again before it was told
      const isNew = !boxes.has(this);
      if (isNew) {
        takeOverProperties(this);
        boxes.set(this, createBox(this));
      }
      boxes.get(this).start();
      if (isNew && boxes.get(this).hadFocus) this.focus();
    }

    disconnectedCallback() {
      if (boxes.has(this)) boxes.get(this).stop();
    }

    attributeChangedCallback(name, before, now) {
      if (boxes.has(this)) boxes.get(this).change(name, before, now);
    }

    focus(options) {
      if (boxes.has(this)) boxes.get(this).focus(options);
    }
  }

  function nameProperty(attribute) {
    return attribute.replace(/-(.)/, (_, letter) => letter.toUpperCase());
  }

  // What a page wrote to the element before it was one hides the property: written again, it arrives.
  function takeOverProperties(element) {
    for (const name of ATTRIBUTES.map(nameProperty)) {
      if (!Object.prototype.hasOwnProperty.call(element, name)) continue;
      const value = element[name];
      delete element[name];
      element[name] = value;
    }
  }

  function readProperty(element, attribute) {
    if (attribute === "credentials") return element.hasAttribute(attribute);
    if (VALUES.includes(attribute)) return readValues(element, attribute);
    if (attribute === "size") return Number(element.getAttribute(attribute)) || FALLBACK_SIZE;
    return element.getAttribute(attribute) || "";
  }

  function writeProperty(element, attribute, value) {
    const isOff = value === null || value === undefined || (attribute === "credentials" && !value);
    if (isOff) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value === true ? "" : String(value)); // an array is written with commas
  }

  for (const attribute of ATTRIBUTES) {
    Object.defineProperty(ArchiveSearch.prototype, nameProperty(attribute), {
      configurable: true,
      enumerable: true,
      get() { return readProperty(this, attribute); },
      set(value) { writeProperty(this, attribute, value); },
    });
  }

  customElements.define(NAME, ArchiveSearch);
})();
