// Comfort only: suggestions while typing, the searches of this browser, keys. The form works without any of it.
(() => {
  "use strict";
  const input = document.getElementById("q");
  const keysAreOn = document.documentElement.dataset.keys !== "off";
  const kept = window.archiveKept;
  const MOST_SHOWN = 8;
  const PAUSE = 120; // milliseconds after the last key

  // An address may be written in more than one way.
  const spell = (address) => {
    const { origin, pathname, searchParams } = new URL(address, location.href);
    return `${origin}${pathname}?${searchParams}`;
  };

  // A link back to the list that one came from goes back in the history: what was ticked and the place are still there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".back a[href]");
    const past = window.navigation?.currentEntry ? navigation.entries().slice(0, navigation.currentEntry.index) : [];
    const entry = link && past.reverse().find((own) => spell(own.url) === spell(link.href));
    if (!entry || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigation.traverseTo(entry.key);
  });

  // What only a script can do is shown by one.
  for (const button of document.querySelectorAll("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // A page that was opened yesterday may be printed today.
  addEventListener("beforeprint", () => {
    const told = document.querySelector("[data-today]");
    if (told) told.textContent = told.dataset.today.replace("{day}", new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" }));
  });

  // A key alone acts only where nobody is typing, and not at all for who switched it off.
  document.addEventListener("keydown", (event) => {
    if (!keysAreOn || !input || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  if (!input) return;

  const searched = new URLSearchParams(location.search).get("q");
  if (location.pathname.endsWith("/search") && searched && searched.trim()) {
    kept.noteSearch(searched.trim());
  }

  const form = input.form;
  const list = document.createElement("ul");
  const announced = document.createElement("p");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  list.hidden = true;
  announced.className = "unseen";
  announced.setAttribute("role", "status");
  input.after(list, announced);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  const kinds = ["phrase", "source", "author", "title", "word", "person", "issuer", "series"];
  const called = input.dataset.kinds.split("|");
  let composing = false;
  let timer = 0;
  let asked = null;
  let typed = input.value;
  let chosen = -1;

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function stop() {
    clearTimeout(timer);
    if (asked) asked.abort();
    asked = null;
  }

  function show(items, title) {
    list.replaceChildren();
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    if (!items.length) return close();
    if (title) {
      const head = document.createElement("li");
      head.className = "title";
      head.setAttribute("role", "presentation");
      head.textContent = title;
      list.append(head);
    }
    items.forEach((item, at) => {
      const line = document.createElement("li");
      const text = document.createElement("span");
      const note = document.createElement("small");
      line.id = `suggestion-${at}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      text.textContent = item.text;
      text.lang = "zh-CN";
      note.textContent = item.note;
      line.append(text, note);
      line.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
      line.addEventListener("click", (event) => take(item, event));
      line.addEventListener("auxclick", (event) => { if (item.address && event.button === 1) take(item, event); });
      line.item = item;
      list.append(line);
    });
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    announced.textContent = input.dataset.count.replace("{n}", items.length);
  }

  // A title is a whole answer: its document opens as if it were a link, in a tab of its own where that is asked for.
  function open(address, event) {
    const link = document.createElement("a");
    const apart = event.button === 1 || event.ctrlKey || event.metaKey;
    link.href = address;
    input.value = typed;
    close();
    link.dispatchEvent(new MouseEvent("click", { cancelable: true, ctrlKey: apart, metaKey: apart, shiftKey: event.shiftKey }));
  }

  function take(item, event) {
    if (item.address) return open(item.address, event);
    input.value = item.text;
    close();
    form.requestSubmit();
  }

  function showHistory() {
    const searched = kept.searches().slice(0, MOST_SHOWN).map((text) => ({ text, note: "" }));
    if (searched.length) searched.push({ text: input.dataset.all, note: "", address: `${input.dataset.kept}#history` });
    show(searched, searched.length ? input.dataset.history : "");
  }

  function listed(suggestions) {
    const items = suggestions.map((one) => {
      const note = `${called[kinds.indexOf(one.kind)] || ""}${one.count ? ` ${one.count}` : ""}`;
      return one.url ? { text: one.text, note: input.dataset.opens, address: one.url } : { text: one.text, note };
    });
    if (items.some((item) => item.address)) items.push({ text: typed.trim(), note: input.dataset.searches });
    return items;
  }

  function ask() {
    stop();
    typed = input.value;
    if (!typed.trim()) return close();
    timer = setTimeout(async () => {
      asked = new AbortController();
      const signal = asked.signal;
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal });
        if (!answer.ok) return close();
        const { suggestions } = await answer.json();
        if (signal.aborted || document.activeElement !== input) return;
        show(listed(suggestions), "");
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    }, PAUSE);
  }

  function move(step) {
    const lines = [...list.querySelectorAll("[role=option]")];
    if (!lines.length) return;
    if (chosen >= 0) lines[chosen].setAttribute("aria-selected", "false");
    chosen = chosen + step;
    if (chosen >= lines.length) chosen = -1;
    if (chosen < -1) chosen = lines.length - 1;
    if (chosen < 0) {
      input.value = typed;
      input.removeAttribute("aria-activedescendant");
      return;
    }
    const line = lines[chosen];
    line.setAttribute("aria-selected", "true");
    line.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", line.id);
    if (!line.item.address) input.value = line.item.text;
  }

  // An address holds only so much: what is sent ends with the first character that is not read any more, by which the
  // answer can say that there was more.
  form.addEventListener("formdata", (event) => {
    const text = [...input.value.trim()];
    let end = Number(input.dataset.most);
    while (end < text.length && !text[end].trim()) end += 1;
    if (end < text.length) event.formData.set(input.name, text.slice(0, end + 1).join(""));
  });

  // A box has one line, in which names that stood on lines of their own would be words of one sentence.
  input.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text/plain").split(/[\r\n\t]+/).map((line) => line.trim()).filter(Boolean);
    if (lines.length < 5 || !lines.every((line) => /^[\p{L}\p{N}·\u3000 ]{1,20}$/u.test(line))) return;
    event.preventDefault();
    input.setRangeText(lines.join("、"), input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });

  // While an input method composes, its letters are no query, and its Enter is no search. Some browsers end the
  // composition before they report the Enter that ended it: that one has key code 229.
  input.addEventListener("compositionstart", () => { composing = true; stop(); });
  input.addEventListener("compositionend", () => { composing = false; ask(); });
  input.addEventListener("input", (event) => { if (!composing && !event.isComposing) ask(); });
  input.addEventListener("focus", () => { if (!input.value && !matchMedia("(max-width: 36rem)").matches) showHistory(); });
  input.addEventListener("click", () => { if (!input.value) showHistory(); });
  input.addEventListener("blur", () => { stop(); close(); });
  input.addEventListener("keydown", (event) => {
    const byMethod = composing || event.isComposing || event.keyCode === 229;
    if (event.key === "Enter") {
      if (byMethod) return event.preventDefault();
      const line = list.querySelector("[aria-selected=true]");
      stop();
      if (line && line.item.address) {
        event.preventDefault();
        take(line.item, event);
      }
      return close();
    }
    if (byMethod) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && !input.value) showHistory();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      input.value = typed;
      stop();
      close();
    }
  });
})();
