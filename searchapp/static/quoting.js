// Comfort only: sentences copied with where they are from, and links to paragraphs. Every link leads on without it.
(() => {
  "use strict";
  const NESTED = { "“": "‘", "”": "’", "‘": "“", "’": "”" }; // between quotation marks

  // An intranet over plain http has no navigator.clipboard. There a field can be copied from, as long as a click lasts;
  // it has to stand inside the dialog that is open, since nothing else can be selected then.
  async function copy(text, host) {
    if (window.isSecureContext && navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch { /* it is forbidden here: perhaps the other way is not */ }
    }
    const active = document.activeElement;
    const selection = getSelection();
    const ranges = selection ? Array.from({ length: selection.rangeCount }, (_, at) => selection.getRangeAt(at)) : [];
    const field = document.createElement("textarea");
    field.className = "unseen";
    field.setAttribute("aria-hidden", "true");
    field.value = text;
    host.append(field);
    field.focus({ preventScroll: true });
    field.setSelectionRange(0, text.length);
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch { /* a browser that copies nothing */ }
    field.remove();
    if (active) active.focus({ preventScroll: true });
    for (const range of ranges) selection.addRange(range);
    return done;
  }

  for (const own of document.querySelectorAll(".reference")) {
    const button = own.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(own.querySelector("textarea").value, own);
      own.querySelector("[role=status]").textContent = done ? button.dataset.done : button.dataset.failed;
    });
  }

  const body = document.querySelector(".document .body");
  if (!body) return;
  const told = document.querySelector(".told");
  let hiding = 0;

  // --- links to paragraphs

  async function copyLink(link) {
    const address = document.querySelector("link[rel=canonical]").href + link.getAttribute("href");
    const done = await copy(address, document.body);
    told.textContent = told.dataset[done ? "done" : "failed"].replace("{address}", () => address);
    clearTimeout(hiding);
    hiding = done ? setTimeout(() => told.replaceChildren(), 6000) : 0;
  }
  // It stands over the text, so whatever comes next sends it away; an address that is to be selected stays.
  document.addEventListener("pointerdown", (event) => {
    if (!told.contains(event.target)) told.replaceChildren();
  });

  // --- quoting

  const dialog = document.querySelector(".quoting");
  if (!dialog || !dialog.showModal) return;
  const choices = dialog.querySelector(".choices");
  const said = dialog.querySelector(".said");
  const box = dialog.querySelector("textarea");
  const references = {};

  // The server cuts sentences and words references; its page of citations has them, for who has no script as well.
  async function load(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const own of page.querySelectorAll(".reference textarea")) references[own.dataset.style] = own.value;
    choices.replaceChildren(document.importNode(page.querySelector(".quotation"), true));
    said.textContent = "";
    box.hidden = true;
  }

  const paragraphs = () => [...body.querySelectorAll("[data-number]")];

  function textOf(range) {
    const piece = range.cloneContents();
    for (const control of piece.querySelectorAll(".quote, .link, .star")) control.remove();
    return piece.textContent.trim();
  }

  // What is selected, paragraph by paragraph; nothing where the selection is not of this text.
  function selected() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
    const whole = selection.getRangeAt(0);
    if (!body.contains(whole.commonAncestorContainer)) return [];
    return paragraphs().filter((own) => whole.intersectsNode(own)).map((own) => {
      const range = document.createRange();
      range.selectNodeContents(own);
      if (own.contains(whole.startContainer)) range.setStart(whole.startContainer, whole.startOffset);
      if (own.contains(whole.endContainer)) range.setEnd(whole.endContainer, whole.endOffset);
      return { paragraph: own, text: textOf(range) };
    }).filter((piece) => piece.text).slice(0, 20);
  }

  function offerSelected(pieces) {
    for (const button of choices.querySelectorAll(".add")) button.remove();
    choices.querySelectorAll("fieldset").forEach((own, at) => {
      const labels = [...own.querySelectorAll("label")];
      for (const label of labels.slice(1)) label.remove();
      const tick = labels[0].querySelector("input");
      tick.checked = true;
      tick.dataset.place = at;
      labels[0].querySelector("span").textContent = pieces[at].text;
    });
  }

  // In sight, from above: where somebody reads.
  function inSight() {
    const current = body.querySelector("mark.current");
    if (current) return current.closest("[data-number]");
    return paragraphs().find((own) => own.querySelector(".quote") && own.getBoundingClientRect().bottom > 80);
  }

  async function offer(paragraph, fallback) {
    const pieces = selected();
    const link = paragraph.querySelector(".quote");
    const address = new URL(link.href);
    if (pieces.some((piece) => piece.paragraph === paragraph)) {
      address.searchParams.delete("p");
      for (const piece of pieces) address.searchParams.append("p", piece.paragraph.id);
    }
    const current = [...paragraph.querySelectorAll("mark")].findIndex((mark) => mark.classList.contains("current"));
    if (current >= 0) address.searchParams.set("hit", current);
    try {
      await load(address);
    } catch {
      location.assign(fallback);
      return;
    }
    if (address.searchParams.getAll("p").length === pieces.length && pieces.length) offerSelected(pieces);
    dialog.showModal();
  }

  // As the server does it for who has no script: what is left out between two sentences is seen.
  function quotation(style) {
    const ticks = [...choices.querySelectorAll("input[name=s]:checked")];
    if (!ticks.length) return "";
    let text = "";
    ticks.forEach((tick, at) => {
      const before = ticks[at - 1];
      if (before && Number(tick.dataset.place) !== Number(before.dataset.place) + 1) text += "……";
      if (before && tick.dataset.number !== before.dataset.number) text += "\n";
      text += tick.closest("label").querySelector("span").textContent;
    });
    const values = {
      "{paragraphs}": [...new Set(ticks.map((tick) => tick.dataset.number))].join("、"),
      "{anchor}": ticks[0].closest("fieldset").querySelector("input[name=p]").value,
      "{text}": /[“”]/.test(text) ? text.replace(/[“”‘’]/g, (mark) => NESTED[mark]) : text,
    };
    return choices.querySelector("form").dataset[style].replace(/\{(?:text|paragraphs|anchor)\}/g, (name) => values[name]);
  }

  async function take(style) {
    const text = style === "plain" || style === "standard" ? quotation(style) : references[style];
    if (!text) {
      said.textContent = said.dataset.none;
      return;
    }
    const done = await copy(text, dialog);
    said.textContent = done ? said.dataset.done : said.dataset.failed;
    box.value = text;
    box.hidden = false;
    if (!done) box.select();
  }

  choices.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const wanted = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) wanted.append(event.submitter.name, event.submitter.value);
    const address = new URL(body.querySelector(".quote").href);
    address.search = wanted;
    const value = event.submitter && event.submitter.value;
    try {
      await load(address);
    } catch {
      location.assign(address);
      return;
    }
    const next = choices.querySelector(`button[value="${value}"]`);
    (next || choices.querySelector("input[type=checkbox]")).focus();
  });
  for (const button of dialog.querySelectorAll("[data-style]")) {
    button.addEventListener("click", () => take(button.dataset.style));
  }

  const plainClick = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  body.addEventListener("click", (event) => {
    const control = event.target.closest(".quote, .link");
    if (!control || !plainClick(event)) return;
    event.preventDefault();
    if (control.matches(".link")) copyLink(control);
    else offer(control.closest("[data-number]"), control.href);
  });
  const all = document.querySelector(".to-quote");
  // To press a control must leave what is selected as it is.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(".quote, .to-quote") && selected().length) event.preventDefault();
  });
  all.addEventListener("click", (event) => {
    const [first] = selected();
    const paragraph = first ? first.paragraph : inSight();
    if (!paragraph || !plainClick(event)) return;
    event.preventDefault();
    offer(paragraph, all.href);
  });
})();
