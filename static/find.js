/* Finding and replacing in a textarea.
   Markup:
     [data-find-in=ID][hidden]    the panel; ID is the textarea's id; data-none, data-of ("{0} of {1}"), data-replaced
       [data-find-what], [data-find-with]   the words, and what stands in their place
       [data-find-case], [data-find-whole]  checkboxes: capitals count; whole words only
       [data-find-go=1], [data-find-go=-1], [data-find-replace], [data-find-all], [data-find-close]
       [data-find-said]           a live region: which of how many
     [data-find-open]             opens the panel, as Ctrl+H in the textarea does */

const panel = document.querySelector("[data-find-in]");
const box = panel && document.getElementById(panel.dataset.findIn);
const part = (name) => panel.querySelector(`[data-find-${name}]`);
const say = (words, ...values) => {
  part("said").textContent = words.replace(/\{(\d)\}/g, (_, at) => values[at]);
};

// Letters and digits of any script make a word; the lookarounds stand for its ends.
function pattern() {
  const words = part("what").value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (!words) return null;
  const whole = part("whole").checked ? `(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])` : words;
  return new RegExp(whole, part("case").checked ? "gu" : "giu");
}

const places = () => [...(pattern() ? box.value.matchAll(pattern()) : [])].map((found) => [found.index, found.index + found[0].length]);

function show([from, to], focus) {
  if (focus) box.focus();
  box.setSelectionRange(from, to);
  const lines = box.value.split("\n").length;
  box.scrollTop = (box.scrollHeight / lines) * Math.max(0, box.value.slice(0, from).split("\n").length - 6);
}

function go(step) {
  const found = places();
  if (!found.length) return say(panel.dataset.none);
  const { selectionStart: from, selectionEnd: to } = box;
  const next = step > 0 ? found.findIndex(([start]) => start >= to) : found.findLastIndex(([, end]) => end <= from);
  const at = next < 0 ? (step > 0 ? 0 : found.length - 1) : next;
  show(found[at]);
  say(panel.dataset.of, at + 1, found.length);
}

// Written as if it were typed, so that it can be undone and is saved like any other change.
function write(from, to, text) {
  box.focus();
  box.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  box.setRangeText(text, from, to, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function replace() {
  const { selectionStart: from, selectionEnd: to } = box;
  if (places().some(([start, end]) => start === from && end === to)) write(from, to, part("with").value);
  go(1);
  part("replace").focus();
}

function replaceAll() {
  const found = places();
  if (!found.length) return say(panel.dataset.none);
  const text = part("with").value;
  write(0, box.value.length, box.value.replace(pattern(), () => text));
  say(panel.dataset.replaced, found.length);
  part("all").focus();
}

function open() {
  panel.hidden = false;
  document.querySelector("[data-find-open]")?.setAttribute("aria-expanded", "true");
  const chosen = box.value.slice(box.selectionStart, box.selectionEnd);
  if (chosen && !chosen.includes("\n")) part("what").value = chosen;
  part("what").focus();
  part("what").select();
}

function close() {
  panel.hidden = true;
  document.querySelector("[data-find-open]")?.setAttribute("aria-expanded", "false");
  box.focus();
}

if (box) {
  document.querySelector("[data-find-open]")?.addEventListener("click", () => (panel.hidden ? open() : close()));
  box.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "h") return;
    event.preventDefault();
    open();
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("findGo" in button.dataset) go(Number(button.dataset.findGo));
    if ("findReplace" in button.dataset) replace();
    if ("findAll" in button.dataset) replaceAll();
    if ("findClose" in button.dataset) close();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || event.target.closest("button")) return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
}
