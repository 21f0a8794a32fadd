// Comfort only: a ticked filter applies at once; below 60rem the filters are a sheet over the hits, in which several are
// ticked before one reload; all sources can be looked for by name; a stretch of time can be drawn.
(() => {
  "use strict";
  const form = document.getElementById("search");
  const panel = document.getElementById("filters");
  let fill = () => false; // takes a stretch of time in, where the form waits for its button; says whether it did
  if (form && panel) narrow();
  document.querySelectorAll("svg.bars").forEach(draw);

  function narrow() {
    const PLACE = "ticked";
    const PAUSE = 200; // milliseconds after the last tick
    const home = panel.parentElement;
    const alone = "alone" in panel.dataset; // a page of its own, not beside hits
    const status = panel.querySelector(".head p");
    status.setAttribute("role", "status"); // as it comes, the page says the count once: above its hits
    const apply = panel.querySelector(".apply");
    const dates = panel.querySelector(".dates");
    const ends = ["from", "to"].map((name) => panel.querySelector(`input[name=${name}]`));
    const small = matchMedia("(max-width: 60rem)");
    let sheet = null; // the dialog that the panel is in while it is open
    let byKey = false; // the radio button was moved to with an arrow
    let waiting = 0;
    let request = null;
    let counted = false; // the counts may be those of ticks that were not applied
    const waits = () => alone || (sheet !== null && sheet.open);

    // --- what the form says: as it is, or as the page came

    function read(now) {
      const told = new URLSearchParams();
      for (const field of form.elements) {
        const isBox = field.type === "checkbox" || field.type === "radio";
        if (!field.name || field.name === "find" || (isBox && !(now ? field.checked : field.defaultChecked))) continue;
        told.append(field.name, (isBox || now ? field.value : field.defaultValue).trim());
      }
      return shorten(told);
    }

    // Empty fields and what is the rule anyway would only lengthen the address.
    function shorten(told) {
      for (const name of ["from", "to"]) if (!told.get(name)) told.delete(name);
      told.delete("find"); // which a script looks for at once
      const also = told.getAll("also").filter(Boolean);
      told.delete("also");
      for (const text of also) told.append("also", text);
      if (told.get("by") === "date") told.delete("by");
      return told;
    }

    form.addEventListener("formdata", (event) => shorten(event.formData));

    const isChanged = () => {
      const [now, before] = [read(true), read(false)];
      for (const told of [now, before]) told.delete("q");
      return String(now) !== String(before);
    };

    // The sheet's entry in the history becomes that of the hits: one step back is the list that it was opened over.
    function go() {
      stop();
      if (history.state?.sheet) location.replace(`${form.action}?${read(true)}`);
      else form.requestSubmit();
    }

    form.addEventListener("submit", (event) => {
      stop();
      const wrong = ends.find((end) => end.getAttribute("aria-invalid"));
      if (!wrong && !history.state?.sheet) return;
      event.preventDefault();
      if (wrong) wrong.focus();
      else go();
    });

    // --- counts

    function stop() {
      clearTimeout(waiting);
      if (request) request.abort();
      request = null;
    }

    function recount() {
      stop();
      waiting = setTimeout(count, PAUSE);
    }

    // Returns what was answered; nothing where it was not.
    async function count() {
      stop();
      const own = (request = new AbortController());
      try {
        const answer = await fetch(`${panel.dataset.counts}?${read(true)}`, { signal: own.signal });
        const record = answer.ok ? await answer.json() : null;
        if (own.signal.aborted) return undefined;
        if (record) show(record);
        else sayNothing();
        return record;
      } catch (error) {
        if (error.name === "AbortError") return undefined;
        sayNothing();
        return null;
      }
    }

    // A number that is not known is not said; the button works all the same.
    function sayNothing() {
      counted = true;
      say("", panel.dataset.plain);
    }

    function say(told, view) {
      status.textContent = told;
      for (const button of document.querySelectorAll(".fold .apply, .later")) button.textContent = view;
    }

    function show(record) {
      counted = true;
      say(record.told, record.view);
      for (const choice of panel.querySelectorAll(".choice")) {
        const box = choice.querySelector("input");
        const counts = record.counts[box.name];
        if (counts) showCount(choice, counts[box.value] ?? (record.cut.includes(box.name) ? null : 0));
      }
      showMistakes(record.mistakes);
      const drawn = new DOMParser().parseFromString(record.drawn, "text/html");
      showMonths([...drawn.querySelectorAll(".months")]);
      const figure = drawn.querySelector(".timeline");
      if (figure && panel.querySelector(".timeline")) {
        panel.querySelector(".timeline").replaceWith(figure);
        draw(figure.querySelector("svg"));
      }
      for (const link of panel.querySelectorAll(".quick a")) {
        const wanted = new URL(link.href).searchParams;
        if (ends.every((end) => end.value === wanted.get(end.name))) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }

    function showCount(choice, number) {
      const count = choice.querySelector(".count");
      if (!count.querySelector(".total") && choice.closest(".sources, .tree")) {
        const total = document.createElement("span");
        total.className = "total";
        total.textContent = ` / ${count.textContent}`;
        count.append(total);
      }
      count.firstChild.data = number === null ? "…" : number.toLocaleString("en");
      choice.classList.toggle("none", number === 0);
    }

    function showMonths(lists) {
      const held = document.activeElement?.closest(".months");
      const at = held ? [...held.querySelectorAll("li")].indexOf(document.activeElement.closest("li")) : -1;
      for (const old of panel.querySelectorAll(".months")) old.remove();
      for (const list of lists) {
        const year = panel.querySelector(`input[name=year][value="${list.dataset.year}"]`);
        if (!year) continue;
        year.closest(".choice").after(list);
        if (held?.dataset.year === list.dataset.year) list.children[at]?.querySelector("a")?.focus();
      }
    }

    function showMistakes(mistakes) {
      for (const end of ends) {
        document.getElementById(`mistake-${end.name}`)?.remove();
        end.removeAttribute("aria-invalid");
        end.removeAttribute("aria-describedby");
        if (!mistakes[end.name]) continue;
        const told = document.createElement("p");
        told.className = "mistake";
        told.id = `mistake-${end.name}`;
        told.setAttribute("role", "alert");
        told.textContent = mistakes[end.name];
        end.closest("label").after(told);
        end.setAttribute("aria-invalid", "true");
        end.setAttribute("aria-describedby", told.id);
      }
    }

    // --- ticks, dates, radio buttons

    panel.addEventListener("change", (event) => {
      const { type, name } = event.target;
      if (waits()) {
        if (name && name !== "find") recount();
      } else if (type === "checkbox" && name) {
        goOn(event.target);
      } else if (type === "radio" && !byKey) {
        applyDates();
      }
    });
    panel.addEventListener("keydown", (event) => { byKey = event.key.startsWith("Arrow"); }, true);
    panel.addEventListener("pointerdown", () => { byKey = false; }, true);
    dates.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      if (waits()) recount();
      else applyDates();
    });
    // Both ends and what they are ends of are one choice: it is made once all of it is left.
    dates.addEventListener("focusout", (event) => {
      const isLeft = document.hasFocus() && !dates.contains(event.relatedTarget); // not for another window
      if (!waits() && isLeft) applyDates(event.relatedTarget);
    });

    async function applyDates(next = document.activeElement) {
      const inputs = [...dates.querySelectorAll("input")];
      const isOld = inputs.every((field) => field.checked === field.defaultChecked && field.value === field.defaultValue);
      if (isOld) return showMistakes({});
      const record = await count();
      if (record === undefined || Object.keys(record?.mistakes ?? {}).length) return;
      goOn(document.activeElement === document.body ? next : document.activeElement);
    }

    // Whoever follows a link or searches anew does not want to be called back by a date that is still looked at.
    document.addEventListener("click", (event) => { if (event.target.closest("a[href]")) stop(); }, true);

    // While the form waits, a stretch of time is filled in beside what was ticked; other links take that with them.
    fill = (address) => {
      if (!waits()) return false;
      const wanted = new URL(address, location.href).searchParams;
      for (const end of ends) end.value = wanted.get(end.name) ?? "";
      for (const box of panel.querySelectorAll("input[name=year]")) box.checked = false;
      recount();
      return true;
    };

    function take(address) {
      const [before, now] = [read(false), read(true)];
      const wanted = new URL(address, location.href);
      for (const name of new Set([...now.keys(), ...before.keys()])) {
        const [ours, theirs] = [now.getAll(name), before.getAll(name)];
        if (name === "q" || String(ours) === String(theirs)) continue;
        const left = wanted.searchParams.getAll(name).filter((value) => ours.includes(value) || !theirs.includes(value));
        wanted.searchParams.delete(name);
        for (const value of new Set([...left, ...ours.filter((own) => !theirs.includes(own))])) wanted.searchParams.append(name, value);
      }
      stop();
      if (history.state?.sheet) location.replace(wanted);
      else location.assign(wanted);
    }

    (alone ? panel.parentElement : panel).addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || link.closest(".back") || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const address = link.getAttribute("href");
      if (!waits()) return keepPlace(link);
      event.preventDefault();
      if (!link.closest(".quick, .months, .timeline") || !fill(address)) take(address);
    });

    // --- where one was: after a tick the same box has the focus again, where it stood

    function goOn(focused) {
      keepPlace(focused);
      go();
    }

    const places = () => [...panel.querySelectorAll("input, a, summary, button")];

    const nameOf = (own) => own.getAttribute("aria-label") ?? own.textContent;

    function keepPlace(focused) {
      if (!panel.contains(focused)) return;
      const place = { name: focused.name, value: focused.value, text: nameOf(focused), y: scrollY };
      try {
        sessionStorage.setItem(PLACE, JSON.stringify(place));
      } catch { /* a browser that keeps nothing */ }
    }

    function restorePlace() {
      let kept = null;
      try {
        kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
        sessionStorage.removeItem(PLACE);
      } catch { /* a browser that keeps nothing */ }
      if (!kept) return;
      scrollTo(0, kept.y);
      const isSame = (own) => (kept.name ? own.name === kept.name && (own.type === "text" || own.value === kept.value) : nameOf(own) === kept.text);
      places().find(isSame)?.focus({ preventScroll: true });
      const said = status.textContent; // what a page says as it comes, nobody hears
      setTimeout(() => status.replaceChildren(said), 300);
    }

    // The page may come back out of the browser's memory: the address is what holds, not what was ticked and left.
    addEventListener("pageshow", () => {
      if (sheet?.open && !history.state?.sheet) sheet.close();
      if (!alone && !waits()) {
        for (const field of form.elements) {
          if (field.name === "q" || field.type === "hidden") continue;
          field.checked = field.defaultChecked;
          if (field.type === "text") field.value = field.defaultValue;
        }
      }
      if (counted || isChanged()) count();
      restorePlace();
    });

    // --- the sheet

    const opener = document.querySelector(".to-filters");
    if (opener && !alone && document.createElement("dialog").showModal) prepareSheet();

    function prepareSheet() {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "to-filters";
      button.setAttribute("aria-haspopup", "dialog");
      button.append(...opener.childNodes);
      opener.replaceWith(button);
      button.addEventListener("click", () => raise(true));
      const later = document.createElement("button"); // what was ticked in a sheet that was closed
      later.type = "button";
      later.className = "later";
      later.hidden = true;
      later.addEventListener("click", () => go());
      button.after(later);

      function make() {
        const close = document.createElement("button");
        const title = panel.querySelector("h2");
        sheet = document.createElement("dialog");
        sheet.className = "sheet";
        sheet.setAttribute("aria-labelledby", (title.id = "sheet-title"));
        title.tabIndex = -1;
        close.type = "button";
        close.className = "close plain";
        close.textContent = panel.dataset.close;
        close.addEventListener("click", () => sheet.close());
        panel.querySelector(".head").append(close);
        sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); }); // beside it
        sheet.addEventListener("close", shut);
        document.body.append(sheet);
      }

      function raise(isNew) {
        if (!sheet) make();
        if (sheet.open) return;
        sheet.append(panel);
        if (!counted) apply.textContent = panel.dataset.view;
        sheet.showModal();
        document.documentElement.classList.add("covered"); // what lies below does not scroll
        panel.querySelector("h2").focus();
        if (isNew) history.pushState({ sheet: true }, "");
      }

      function shut() {
        home.append(panel);
        document.documentElement.classList.remove("covered");
        button.focus({ preventScroll: true });
        for (const end of ends) if (end.getAttribute("aria-invalid")) end.value = end.defaultValue;
        showMistakes({});
        later.hidden = !isChanged();
        later.textContent = apply.textContent;
        if (history.state?.sheet) history.back();
      }

      addEventListener("popstate", (event) => {
        if (event.state?.sheet && small.matches) raise(false);
        else if (sheet?.open) sheet.close();
      });
      small.addEventListener("change", () => { if (sheet?.open && !small.matches) sheet.close(); });
      addEventListener("pageshow", () => { later.hidden = !isChanged(); });
      if (history.state?.sheet && small.matches) raise(false);
    }

    // --- all sources, looked for by name where they are known

    const finder = panel.querySelector(".by-name");
    if (finder) prepareFinder();

    function prepareFinder() {
      const group = finder.closest("fieldset");
      const list = group.querySelector(".list");
      const rest = group.querySelector("details");
      const told = document.createElement("p");
      const MOST = 30;
      let composing = false;
      let timer = 0;
      let asked = null;
      told.className = "found-sources";
      told.setAttribute("role", "status");
      finder.closest("p").after(told);
      group.querySelector(".seek button").hidden = true;

      const choices = () => [...group.querySelectorAll(".choice")];
      const valueOf = (choice) => choice.querySelector("input").value;

      async function seek() {
        clearTimeout(timer);
        if (asked) asked.abort();
        const sought = finder.value.trim();
        if (!sought) return showFound(null, "");
        asked = new AbortController();
        const { signal } = asked;
        try {
          const told = read(true);
          told.set("find", sought);
          const answer = await fetch(`${group.querySelector(".seek button").getAttribute("formaction")}?${told}`, { signal });
          if (!answer.ok || signal.aborted) return;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          if (!signal.aborted) showFound([...page.querySelectorAll(".all-sources li")].slice(0, MOST), page.querySelector("main [role=status]").textContent);
        } catch { /* a slow or broken line: the list stays as it is */ }
      }

      // What is listed already stays the box that it is; the others come below, until they are ticked or looked for no more.
      function showFound(rows, sentence) {
        const known = new Map(choices().map((choice) => [valueOf(choice), choice]));
        const names = rows?.map((row) => row.querySelector("a").textContent);
        for (const [name, choice] of known) {
          const isExtra = choice.classList.contains("extra") && !choice.querySelector("input").checked;
          choice.hidden = names !== undefined && !names.includes(name);
          if (isExtra && (choice.hidden || !names)) choice.remove();
        }
        if (rest && names) rest.open = choices().some((choice) => rest.contains(choice) && !choice.hidden);
        told.textContent = sentence;
        for (const row of rows ?? []) {
          const name = row.querySelector("a").textContent;
          if (!known.has(name) && !("leftOut" in row.dataset)) list.append(makeChoice(name, row.querySelector(".count").textContent));
        }
      }

      function makeChoice(name, counts) {
        const choice = choices()[0].cloneNode(true);
        const [own, total] = counts.split(" / ");
        const box = choice.querySelector("input");
        choice.className = `choice extra${own === "0" ? " none" : ""}`;
        choice.hidden = false;
        choice.querySelector(".exclude")?.remove();
        box.value = name;
        box.checked = box.defaultChecked = false;
        choice.querySelector(".value").textContent = name;
        const count = choice.querySelector(".count");
        count.textContent = own;
        const whole = document.createElement("span");
        whole.className = "total";
        whole.textContent = ` / ${total}`;
        count.append(whole);
        return choice;
      }

      const later = () => { clearTimeout(timer); timer = setTimeout(seek, PAUSE); };
      finder.addEventListener("compositionstart", () => { composing = true; });
      finder.addEventListener("compositionend", () => { composing = false; later(); });
      finder.addEventListener("input", (event) => { if (!composing && !event.isComposing) later(); });
      finder.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        if (!event.isComposing && event.keyCode !== 229) seek();
      });
    }
  }

  function draw(chart) {
    const links = [...chart.querySelectorAll("a")];
    const width = chart.viewBox.baseVal.width;
    let start = null;
    let range = null;
    const place = (event) => {
      const box = chart.getBoundingClientRect();
      const at = Math.floor(((event.clientX - box.left) / box.width) * (width / 10));
      return Math.max(0, Math.min(width / 10 - 1, at));
    };
    // Each of the years has twelve bars, or one; years that hold nothing may be left out between them.
    const years = chart.dataset.years.split(" ");
    const label = (at) => {
      if (width / 10 === years.length) return years[at];
      return `${years[Math.floor(at / 12)]}-${String((at % 12) + 1).padStart(2, "0")}`;
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
      chart.addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { once: true, capture: true });
      if (!fill(address)) location.assign(address);
    });
  }
})();
