// Comfort only: from hit to hit with n and N, and sentences copied with where they are from.
(() => {
  "use strict";
  const body = document.querySelector(".document .body");
  if (!body) return;
  const marks = [...document.querySelectorAll(".document h1 mark, .document .body mark")];
  const jump = document.querySelector(".jump");
  const keysAreOn = document.documentElement.dataset.keys !== "off";
  let current = -1;

  function go(at) {
    if (!marks.length) return;
    if (current >= 0) marks[current].classList.remove("current");
    current = (at + marks.length) % marks.length;
    marks[current].classList.add("current");
    marks[current].scrollIntoView({ block: "center" });
    jump.querySelector("output").textContent = `${current + 1}/${marks.length}`;
    jump.querySelector("output").setAttribute("aria-label", jump.dataset.place.replace("{at}", current + 1).replace("{n}", marks.length));
  }

  function goToTarget() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const at = target ? marks.findIndex((mark) => target.contains(mark)) : -1;
    if (at >= 0) go(at);
  }

  if (jump && marks.length) {
    jump.hidden = false;
    jump.querySelector("output").textContent = `–/${marks.length}`;
    for (const button of jump.querySelectorAll("button")) {
      button.addEventListener("click", () => go(current < 0 && button.dataset.step === "-1" ? -1 : current + Number(button.dataset.step)));
    }
    document.addEventListener("keydown", (event) => {
      if (!keysAreOn || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
      if (event.key === "n") go(current + 1);
      else if (event.key === "N") go(current < 0 ? -1 : current - 1);
    });
    addEventListener("hashchange", goToTarget);
    goToTarget();
  }

  // --- quoting

  const dialog = document.querySelector(".quoting");
  if (!dialog || !dialog.showModal) return;
  const choices = dialog.querySelector(".sentences");
  const said = dialog.querySelector("[role=status]");
  const box = dialog.querySelector("textarea");
  let paragraph = null;

  // The server cuts sentences; its page of citations has those of a paragraph.
  async function readSentences(link) {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.querySelectorAll(".cite h2")].map((heading) => heading.textContent);
  }

  async function offer(link) {
    paragraph = link.parentElement;
    const selected = getSelection();
    const inside = selected && !selected.isCollapsed && paragraph.contains(selected.anchorNode) && paragraph.contains(selected.focusNode);
    const quoted = inside ? selected.toString().trim() : "";
    choices.replaceChildren();
    let texts = [quoted];
    if (!quoted) {
      try {
        texts = await readSentences(link);
      } catch {
        location.assign(link.href);
        return;
      }
    }
    texts.forEach((text, at) => {
      const label = document.createElement("label");
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.checked = at === 0;
      tick.value = text;
      const span = document.createElement("span");
      span.textContent = text;
      label.append(tick, span);
      choices.append(label);
    });
    said.textContent = "";
    box.hidden = true;
    dialog.showModal();
  }

  async function copy(style) {
    const text = [...choices.querySelectorAll("input:checked")].map((tick) => tick.value).join("");
    if (!text) {
      said.textContent = said.dataset.none;
      return;
    }
    const quotation = body.dataset[style].replace("{paragraph}", paragraph.dataset.number).replace("{anchor}", paragraph.id).replace("{sentence}", () => text);
    try {
      await navigator.clipboard.writeText(quotation);
      said.textContent = said.dataset.done;
      box.hidden = true;
    } catch { // not over plain http, and not where it is forbidden
      said.textContent = said.dataset.failed;
      box.hidden = false;
      box.value = quotation;
      box.select();
    }
  }

  body.addEventListener("click", (event) => {
    const link = event.target.closest(".quote");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    offer(link);
  });
  for (const button of dialog.querySelectorAll("[data-style]")) {
    button.addEventListener("click", () => copy(button.dataset.style));
  }
})();
