/* The author's editor: drafts kept while typing, a preview from the server, problems that lead to their line.
   Markup:
     form[data-draft=ADDRESS][data-preview=ADDRESS]   the editor; saved as an ordinary form without this script
       textarea[data-source]                          the text; maybe a second one beside it, or none in a form of many fields
       [data-save-state]                              as in save.js: data-saving, data-saved, data-unsaved, data-sign-in, data-forbidden, data-conflict;
                                                    data-in-browser where kept.js keeps what is not saved
       input[name=seen]                               maybe: the draft's version that the author saw, sent along
     #preview, #problems, #outline, #maps, #fields    replaced by the elements of the same ids in the preview's answer
     a[data-line=N][href="#ID"]                       puts the cursor on line N of the textarea of that id
     a[data-lesson]                                   of those, the one that the cursor is below gets aria-current
     [data-inserts][hidden]                           shown by this script
     button[data-insert]                              puts its text at the cursor: as a block, or data-inline as it is
     a[data-dialog=#ID]                               shows that part of its page here; data-title, data-find, data-close;
                                                      what is chosen there goes into the textarea data-into=ID, if it
                                                      has one, with data-inline without lines around it; data-more is
                                                      said of the page itself
     #meanwhile, a[data-meanwhile][hidden]            what somebody else did meanwhile, and the way there beside the buttons
     #preview [data-from=N]                           what line N onward looks like; follows the cursor
   A quarter of a second after the last key the form is posted, form-encoded, to data-preview (answers HTML holding those),
   and two seconds after it, form-encoded, with X-CSRFToken, to data-draft
   (2xx = kept, a JSON {"seen": "..."} renews that field, {"meanwhile": HTML} is shown in #meanwhile; 409 = somebody else changed it, {"message"} is shown; {"join"} is where
   the server, which keeps this text beside the other, brings the two together)
   The page asks before it is left unsaved. */

const form = document.querySelector("form[data-draft]");
const sources = [...(form?.querySelectorAll("[data-source]") ?? [])];
const [source] = sources;
const inserts = document.querySelector("[data-inserts]");
// All that somebody fills in: hidden fields say what the page knows.
const written = () =>
  JSON.stringify([...new FormData(form)].filter(([name]) => form.elements[name]?.type !== "hidden"));
const line = document.querySelector("[data-save-state]");
let into = source;
const words = {
  saving: "Saving …",
  saved: "Draft saved",
  unsaved: "Not saved yet: keep this page open",
  signIn: "Your sign-in has ended. Press “Save draft”: what you wrote is kept while you sign in.",
  forbidden: "You may not change this text any more. Copy what you wrote, or press “Save draft”: it is given back to you.",
  conflict: "Somebody else changed this draft. Copy your text, then open the page again.",
  ...line?.dataset,
};
let kept = form ? written() : "";
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
    if (body.join) globalThis.kept?.forget();
    if (body.join && form.dataset.taken) {
      kept = text;
      location.href = body.join;
      return;
    }
    say("problem", body.message ?? words.conflict);
    return;
  }
  if (!reply.ok) throw new Error({ 401: words.signIn, 403: words.forbidden }[reply.status] ?? words.unsaved);
  kept = text;
  if (written() === text) globalThis.kept?.forget();
  if (body.seen && form.elements.seen) form.elements.seen.value = body.seen;
  if (body.meanwhile !== undefined) tellOf(body.meanwhile);
  say("saved", words.saved);
}

// Said once: the part stays as it is until it says something else.
function tellOf(html) {
  const part = document.getElementById("meanwhile");
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  if (part && part.textContent.trim() !== fresh.textContent.trim()) part.replaceChildren(...fresh.childNodes);
  pointThere();
}

// Whoever writes far below sees beside the buttons that something is said above.
function pointThere() {
  const link = document.querySelector("[data-meanwhile]");
  if (link) link.hidden = !document.getElementById("meanwhile")?.textContent.trim();
}

async function preview() {
  if (!form.dataset.preview) return;
  const reply = await post(form.dataset.preview);
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  for (const id of ["preview", "problems", "outline", "maps", "fields"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh) continue;
    const top = old.scrollTop;
    const open = [...old.querySelectorAll("details")].map((each) => each.open);
    old.replaceWith(fresh);
    fresh.scrollTop = top;
    fresh.querySelectorAll("details").forEach((each, at) => (each.open = open[at] ?? each.open));
  }
  follow();
}

// One save at a time: a second would not yet know the version that the first one made.
async function work() {
  if (stopped || busy || written() === kept) return;
  busy = true;
  say("saving", words.saving);
  try {
    await keepDraft();
    look();
    if (written() !== kept) wait(2000);
  } catch (reason) {
    const kept = globalThis.kept && words.inBrowser ? words.inBrowser : words.unsaved;
    say("unsaved", [words.signIn, words.forbidden].includes(reason.message) ? reason.message : kept);
    // Who may not write here is not asked for again and again: the next key asks.
    if (reason.message !== words.forbidden) wait(10000);
  }
  busy = false;
  if (pressed) form.requestSubmit(pressed);
}

// The preview does not wait for the draft to be kept; a server that takes long is asked less often.
let looked = kept;
let looking = false;
let pause = 250;
let soon;

async function look() {
  const text = written();
  if (!form.dataset.preview || stopped || looking || text === looked) return;
  looking = true;
  const began = performance.now();
  try {
    await preview();
    looked = text;
  } catch {
    // Without a network there is none; that nothing is kept is told by the draft.
  }
  pause = Math.min(2000, Math.max(250, performance.now() - began));
  looking = false;
  if (written() !== text) lookSoon();
}

function lookSoon() {
  clearTimeout(soon);
  soon = setTimeout(look, pause);
}

function changed() {
  if (line?.dataset.state === "saved") say("", "");
  wait(2000);
  lookSoon();
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

// Two blocks of a kind are told apart, until their author names them.
function withFreeIds(text) {
  const taken = (id) => into.value.includes(`{id: ${id}}`) || into.value.includes(`{id: ${id},`);
  return text.replace(/\{id: ([a-z0-9-]+)/g, (all, id) => {
    let name = id;
    for (let number = 2; taken(name); number++) name = `${id}-${number}`;
    return `{id: ${name}`;
  });
}

function insert(text, inline) {
  const before = into.value.slice(0, into.selectionStart);
  const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const after = into.value.slice(into.selectionEnd);
  const end = after && !after.startsWith("\n") ? "\n\n" : "\n";
  const block = inline ? text : `${gap}${withFreeIds(text)}${end}`;
  into.focus();
  // What is inserted as if it were typed can be undone, which setRangeText cannot promise.
  if (document.execCommand("insertText", false, block)) return;
  into.setRangeText(block, into.selectionStart, into.selectionEnd, "end");
  into.dispatchEvent(new Event("input", { bubbles: true }));
}

// The preview and the outline follow the cursor. Between what stands on both sides (lessons and
// their headings) the place is measured out.
const lineAt = (position) => source.value.slice(0, position).split("\n").length;

function anchors() {
  const lines = source.value.split("\n");
  const parts = [...document.querySelectorAll("#preview [data-from]")];
  return parts.flatMap((part, at) => {
    const from = Number(part.dataset.from);
    const to = Number(parts[at + 1]?.dataset.from ?? lines.length + 1);
    const written = [];
    for (let line = from; line < to - 1; line++) if (/^#{2,4} /.test(lines[line])) written.push(line + 1);
    const drawn = [...part.querySelectorAll("h2:not(.part-title), h3, h4")].filter(
      (heading) => !heading.closest(".sources, section section"),
    );
    const same = written.length === drawn.length ? drawn.map((heading, i) => [written[i], heading]) : [];
    return [[from, part], ...same];
  });
}

function follow() {
  const pane = document.getElementById("preview");
  const here = lineAt(source.selectionStart);
  const links = [...document.querySelectorAll("#outline [data-lesson]")];
  const current = links.filter((link) => Number(link.dataset.line) <= here).at(-1);
  for (const link of links) link.toggleAttribute("aria-current", link === current);
  const found = anchors();
  const at = found.findLastIndex(([line]) => line <= here);
  if (!pane || at < 0 || pane.scrollHeight <= pane.clientHeight) return;
  const top = (element) => element.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  const [line, element] = found[at];
  const [nextLine, next] = found[at + 1] ?? [source.value.split("\n").length + 1, null];
  const share = (here - line) / Math.max(1, nextLine - line);
  const end = next ? top(next) : pane.scrollHeight;
  pane.scrollTop = top(element) + share * (end - top(element)) - pane.clientHeight / 4;
}

// A part of another page, here; without this script the link leads to that page.
async function openDialog(link) {
  const reply = await fetch(link.href);
  if (!reply.ok || reply.redirected) return void (location.href = link.href);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const part = page.querySelector(link.dataset.dialog);
  const dialog = document.createElement("dialog");
  dialog.className = "picker";
  const title = Object.assign(document.createElement("h2"), { textContent: link.dataset.title });
  const box = Object.assign(document.createElement("input"), { type: "text" });
  const label = Object.assign(document.createElement("label"), { textContent: `${link.dataset.find} ` });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: link.dataset.close });
  close.className = "button button-plain";
  into = document.getElementById(link.dataset.into) ?? source;
  part.hidden = false;
  if ("inline" in link.dataset) for (const button of part.querySelectorAll("[data-insert]")) button.dataset.inline = "";
  if (link.dataset.more) part.append(Object.assign(document.createElement("a"), { href: link.href, textContent: link.dataset.more }));
  label.append(box);
  dialog.append(title, label, close, part);
  dialog.setAttribute("aria-label", link.dataset.title);
  for (const button of part.querySelectorAll("button[hidden]")) button.hidden = false;
  const rows = [...part.querySelectorAll("li[id]")].map((row) => [row, row.textContent.toLowerCase()]);
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
    const left = rows.filter(([row]) => !row.hidden).length;
    const count = part.querySelector("[data-count]");
    if (count) count.textContent = count.textContent.replace(/\d+/, left);
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target.closest("[data-insert]") && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  box.focus();
}

document.addEventListener("click", (event) => {
  const block = event.target.closest("button[data-insert]");
  if (block) {
    block.closest("details")?.removeAttribute("open");
    if (!block.closest("dialog")) into = source;
    insert(block.dataset.insert, "inline" in block.dataset);
  }
  const away = event.target.closest("a[data-dialog]");
  if (away && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openDialog(away);
  }
});

if (source) {
  inserts?.removeAttribute("hidden");
  if (innerWidth < 900) document.querySelector("[data-narrow-closed]")?.removeAttribute("open");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    const box = document.querySelector(link.getAttribute("href")) ?? source;
    box.closest("details")?.setAttribute("open", "");
    goToLine(box, Number(link.dataset.line));
    if (box === source) follow();
  });
  inserts?.addEventListener("toggle", ({ target }) => {
    if (target.open) for (const each of inserts.querySelectorAll("details[open]")) if (each !== target) each.open = false;
  }, true);
  inserts?.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  let followed = 0;
  for (const kind of ["keyup", "click"]) {
    source.addEventListener(kind, () => {
      const line = lineAt(source.selectionStart);
      if (line === followed) return;
      followed = line;
      requestAnimationFrame(follow);
    });
  }
}

if (form) {
  pointThere();
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button:not([formaction], [name], [type=button])"));
    }
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
  addEventListener("online", work);
  addEventListener("beforeunload", (event) => {
    if (written() !== kept) event.preventDefault();
  });
}
