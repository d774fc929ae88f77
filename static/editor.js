/* The author's editor: drafts kept while typing, a preview from the server, problems that lead to their line.
   Markup:
     form[data-draft=ADDRESS][data-preview=ADDRESS]   the editor; saved as an ordinary form without this script
       textarea[data-source]                          the text; maybe a second one beside it
       [data-save-state]                              as in save.js: data-saving, data-saved, data-unsaved, data-conflict
       input[name=seen]                               maybe: the draft's version that the author saw, sent along
     #preview, #problems, #maps                       replaced by the elements of the same ids in the preview's answer
     a[data-line=N][href="#ID"]                       puts the cursor on line N of the textarea of that id
     [data-inserts][hidden] > button[data-insert]     shown by this script; puts its text at the cursor
   Two seconds after the last key the form is posted, form-encoded, with X-CSRFToken, to data-draft
   (2xx = kept, a JSON {"seen": "..."} renews that field; 409 = somebody else changed it, {"message"} is shown)
   and then to data-preview (answers HTML holding those). The page asks before it is left unsaved. */

const form = document.querySelector("form[data-draft]");
const sources = [...(form?.querySelectorAll("[data-source]") ?? [])];
const [source] = sources;
const written = () => sources.map((box) => box.value).join("\0");
const line = document.querySelector("[data-save-state]");
const words = {
  saving: "Saving …",
  saved: "Draft saved",
  unsaved: "Not saved yet: keep this page open",
  conflict: "Somebody else changed this draft. Copy your text, then open the page again.",
  ...line?.dataset,
};
let kept = written();
let stopped = false;
let timer;
let busy = false;
let pressed = null;

function say(state, text) {
  if (!line || line.textContent === text) return;
  line.dataset.state = state;
  line.textContent = text;
}

function post(address) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    redirect: "error",
    headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "" },
  });
}

async function keepDraft() {
  const text = written();
  const reply = await post(form.dataset.draft);
  const body = await reply.json().catch(() => ({}));
  if (reply.status === 409) {
    stopped = true;
    say("problem", body.message ?? words.conflict);
    return;
  }
  if (!reply.ok) throw new Error("not kept");
  kept = text;
  if (body.seen && form.elements.seen) form.elements.seen.value = body.seen;
  say("saved", words.saved);
}

async function preview() {
  if (!form.dataset.preview) return;
  const reply = await post(form.dataset.preview);
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  for (const id of ["preview", "problems", "maps"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh) continue;
    const top = old.scrollTop;
    old.replaceWith(fresh);
    fresh.scrollTop = top;
  }
}

// One save at a time: a second would not yet know the version that the first one made.
async function work() {
  if (stopped || busy || written() === kept) return;
  busy = true;
  say("saving", words.saving);
  try {
    await keepDraft();
    await preview();
    if (written() !== kept) wait(2000);
  } catch {
    say("unsaved", words.unsaved);
    wait(10000);
  }
  busy = false;
  if (pressed) form.requestSubmit(pressed);
}

function wait(time) {
  clearTimeout(timer);
  timer = setTimeout(work, time);
}

function goToLine(box, number) {
  const lines = box.value.split("\n");
  const from = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  box.focus();
  box.setSelectionRange(from, from + (lines[number - 1] ?? "").length);
  box.scrollTop = (box.scrollHeight / lines.length) * Math.max(0, number - 6);
}

function insert(text) {
  const before = source.value.slice(0, source.selectionStart);
  const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const block = `${gap}${text}\n`;
  source.focus();
  // What is inserted as if it were typed can be undone, which setRangeText cannot promise.
  if (document.execCommand("insertText", false, block)) return;
  source.setRangeText(block, source.selectionStart, source.selectionEnd, "end");
  source.dispatchEvent(new Event("input", { bubbles: true }));
}

if (source) {
  document.querySelector("[data-inserts]")?.removeAttribute("hidden");
  form.addEventListener("input", () => wait(2000));
  document.addEventListener("click", (event) => {
    const block = event.target.closest("button[data-insert]");
    if (block) insert(block.dataset.insert);
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    goToLine(document.querySelector(link.hash) ?? source, Number(link.dataset.line));
  });
  form.addEventListener("submit", (event) => {
    if (busy) {
      pressed = event.submitter;
      event.preventDefault();
      return;
    }
    clearTimeout(timer);
    kept = written();
  });
  addEventListener("beforeunload", (event) => {
    if (written() !== kept) event.preventDefault();
  });
}
