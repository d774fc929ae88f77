/* Steps put in order, and answers paired, by dragging; an enhancement of select boxes, which stay and keep the answer.
   Markup:
     ul[data-arrange]                 steps to put in order; its words are attributes: data-up, data-down, data-moved, with
                                      %s for the step, or for its place and the number of all
       li > select                    the place of a step, from 1; li > [data-step=WORDS] is its text
     ul[data-pair]                    entries to be paired; data-chips says what can be dragged
       li > select                    the answer to an entry; all have the same options
   Each step gets a grip to drag and buttons that move it up and down, and says its new place to screen readers. Above the
   entries stand their answers to drag, by pointer alone: whoever uses the keyboard or a screen reader has the select
   boxes. An answer that its select box has no room for stands below it in full. Each change is told by an event "change" of a select, as if it had been chosen, so that save.js keeps it. */

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function worded(sentence, ...values) {
  return values.reduce((text, value) => text.replace("%s", () => value), sentence);
}

function tell(select) {
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function draggable(handle, moving, { over, drop }) {
  const under = (event) => document.elementFromPoint(event.clientX, event.clientY);
  const move = (event) => over(under(event));
  function end(event) {
    moving.classList.remove("dragging");
    handle.removeEventListener("pointermove", move);
    drop(event.type === "pointerup" ? under(event) : null);
  }
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    moving.classList.add("dragging");
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
    handle.addEventListener("pointerup", (last) => {
      handle.removeEventListener("lostpointercapture", end);
      end(last);
    }, { once: true });
  });
}

function arrange(list) {
  const words = list.dataset;
  const status = element("p", "govuk-visually-hidden");
  status.setAttribute("role", "status");
  list.after(status);
  const rows = () => [...list.children];
  const placeOf = (row) => row.querySelector("select");
  const textOf = (row) => row.querySelector("[data-step]").dataset.step;

  function number() {
    rows().forEach((row, index, all) => {
      placeOf(row).value = index + 1;
      const [up, down] = row.querySelectorAll("button");
      up.disabled = index === 0;
      down.disabled = index === all.length - 1;
    });
  }

  /* The others are moved around it: an element that is itself put elsewhere loses the focus and the pointer. */
  function put(row, index) {
    const others = rows().filter((other) => other !== row);
    row.before(...others.slice(0, index));
    row.after(...others.slice(index));
  }

  function moved(row) {
    number();
    tell(placeOf(row));
    status.textContent = `${textOf(row)}: ${worded(words.moved, rows().indexOf(row) + 1, rows().length)}`;
  }

  function step(row, by, button) {
    put(row, rows().indexOf(row) + by);
    moved(row);
    if (button.disabled) row.querySelector("button:enabled").focus();
  }

  function sort() {
    const sorted = rows().sort((one, other) => placeOf(one).value - placeOf(other).value);
    if (!sorted.every((row, index) => placeOf(row).value === `${index + 1}`)) return;
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    list.append(...sorted);
    focused?.focus();
    number();
  }

  function equip(row) {
    const grip = element("span", "grip", "⠿");
    grip.setAttribute("aria-hidden", "true");
    const moves = element("span", "moves");
    for (const [by, sign, sentence] of [[-1, "↑", words.up], [1, "↓", words.down]]) {
      const button = element("button", "", sign);
      button.type = "button";
      button.setAttribute("aria-label", worded(sentence, textOf(row)));
      button.addEventListener("click", () => step(row, by, button));
      moves.append(button);
    }
    row.prepend(grip);
    row.append(moves);
    row.classList.add("movable");
    let from;
    let passed;
    draggable(grip, row, {
      over(target) {
        const other = rows().find((each) => each.contains(target));
        from ??= rows().indexOf(row);
        if (other && other !== row && other !== passed) put(row, rows().indexOf(other));
        passed = other;
      },
      drop(target) {
        if (from !== undefined && !target) put(row, from);
        if (from !== undefined && rows().indexOf(row) !== from) moved(row);
        from = undefined;
      },
    });
  }

  rows().forEach(equip);
  sort();
  list.addEventListener("change", sort);
}

function pair(list) {
  const selects = [...list.querySelectorAll("select")];
  const options = [...selects[0].options].filter((option) => option.value);
  const tray = element("ul", "chips");
  tray.setAttribute("aria-hidden", "true");
  const chips = options.map((option) => element("li", "chip", option.text));
  const rowAt = (target) => [...list.children].find((row) => row.contains(target));
  const light = (row) => [...list.children].forEach((each) => each.classList.toggle("over", each === row));

  const fulls = selects.map((select) => {
    const full = element("p", "full-answer");
    full.setAttribute("aria-hidden", "true");
    select.after(full);
    return full;
  });
  const pen = document.createElement("canvas").getContext("2d");

  function fits(select, text) {
    const style = getComputedStyle(select);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return pen.measureText(text).width < select.clientWidth - parseFloat(style.paddingInlineStart) - 32;
  }

  function mark() {
    selects.forEach((select, index) => {
      const text = select.value ? select.selectedOptions[0].text : "";
      fulls[index].textContent = fits(select, text) ? "" : text;
    });
    const used = new Set(selects.map((select) => select.value));
    chips.forEach((chip, index) => chip.classList.toggle("used", used.has(options[index].value)));
  }

  chips.forEach((chip, index) =>
    draggable(chip, chip, {
      over: (target) => light(rowAt(target)),
      drop(target) {
        light(null);
        const select = target && rowAt(target)?.querySelector("select");
        if (!select || select.value === options[index].value) return;
        select.value = options[index].value;
        tell(select);
      },
    }),
  );
  tray.append(...chips);
  const hint = element("p", "hint", list.dataset.chips);
  hint.setAttribute("aria-hidden", "true");
  list.before(hint, tray);
  list.addEventListener("change", mark);
  mark();
}

document.querySelectorAll("[data-arrange]").forEach(arrange);
document.querySelectorAll("[data-pair]").forEach(pair);
