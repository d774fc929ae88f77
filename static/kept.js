/* What somebody writes and the server does not have yet, kept in this browser until it has.
   Markup:
     form[data-keep=NAME][data-keep-key=HEX]  NAME holds whose form it is, HEX is that person's key, which the server gives to
                                              them alone; data-compare=ADDRESS takes the text in a form and shows it beside the other
     template[data-kept-offer]                what is shown above the form for each text that is found there; in it
       [data-kept-title]                      "{time}" in it becomes the time of writing
       button[data-kept=take|compare|discard]
     [data-kept-arrived]                      on a page that answers a sent form: the server has what was sent
   A third of a second after the last key all that is filled in is written to localStorage, sealed with the key (AES-GCM): the
   next person at the same computer has another key and reads nothing, and signing out clears all of it (Clear-Site-Data). Where
   nothing can be sealed, which browsers allow over HTTPS alone, it waits in sessionStorage, as answers of a quiz do: in this tab.
   Each opening of a page writes under a name of its own, so two windows lose nothing of each other. After a month it is removed.
   editor.js calls kept.forget() once the server has all of it. */

const A_MONTH = 30 * 24 * 3600 * 1000;
const SENT = "kept-sent";
const form = document.querySelector("form[data-keep]");
const subtle = globalThis.crypto?.subtle;
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const opening = `${form?.dataset.keep}#${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
let box = null;
let timer;
let writings = 0;

try {
  box = subtle ? localStorage : sessionStorage;
} catch {
  // The browser keeps nothing: the page works without it.
}

const fields = () => [...form.elements].filter((field) => field.name && !/hidden|submit|button|file/.test(field.type));
const pairs = () =>
  fields()
    .filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
const page = () =>
  ["seen", "live", "digest"].filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]);
const plain = (list) => JSON.stringify(list.map(([name, value]) => [name, value.replace(/\r/g, "").trimEnd()]));

function fill(list) {
  const left = new Set(list.map(([name, value]) => `${name}=${value}`));
  const texts = new Map(list);
  for (const field of fields()) {
    if (/radio|checkbox/.test(field.type)) field.checked = left.has(`${field.name}=${field.value}`);
    else if (texts.has(field.name)) field.value = texts.get(field.name);
  }
}

const keyOf = () =>
  subtle.importKey(
    "raw",
    Uint8Array.from(form.dataset.keepKey.match(/../g), (two) => parseInt(two, 16)),
    "AES-GCM",
    false,
    ["encrypt", "decrypt"],
  );

async function seal(text) {
  if (!subtle) return text;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(), encoder.encode(text)));
  let letters = "";
  for (const byte of [...iv, ...data]) letters += String.fromCharCode(byte);
  return btoa(letters);
}

async function unseal(sealed) {
  if (!subtle) return sealed;
  const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
  const data = await subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, await keyOf(), bytes.slice(12));
  return decoder.decode(data);
}

async function write() {
  const mine = ++writings;
  const at = Date.now();
  const sealed = await seal(JSON.stringify({ pairs: pairs(), page: page() }));
  if (mine !== writings) return;
  try {
    box.setItem(opening, JSON.stringify({ at, sealed }));
  } catch {
    // No room is left in the browser: what was kept before stays.
  }
}

function forget() {
  clearTimeout(timer);
  writings++;
  box?.removeItem(opening);
}

async function found() {
  const texts = [];
  for (const name of Object.keys(box).filter((each) => each.startsWith(`${form.dataset.keep}#`))) {
    try {
      const { at, sealed } = JSON.parse(box.getItem(name));
      const text = JSON.parse(await unseal(sealed));
      if (Date.now() - at > A_MONTH || plain(text.pairs) === plain(pairs())) box.removeItem(name);
      else texts.push({ name, at, ...text });
    } catch {
      box.removeItem(name);
    }
  }
  return texts.sort((one, other) => other.at - one.at);
}

function timeOf(at) {
  const today = new Date(at).toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...day }).format(at);
}

async function take(text) {
  fill(text.pairs);
  for (const [name, value] of text.page) form.elements[name].value = value;
  form.dataset.taken = "yes";
  await write();
  box.removeItem(text.name);
  form.dispatchEvent(new Event("input", { bubbles: true }));
  fields()[0]?.focus();
}

function compare(text) {
  const sent = Object.assign(document.createElement("form"), { method: "post", action: form.dataset.compare, hidden: true });
  for (const [name, value] of [...text.pairs, ["csrf_token", form.elements.csrf_token.value]]) {
    sent.append(Object.assign(document.createElement("textarea"), { name, value }));
  }
  document.body.append(sent);
  sent.submit();
}

function offer(text) {
  const part = document.querySelector("template[data-kept-offer]").content.cloneNode(true).firstElementChild;
  const title = part.querySelector("[data-kept-title]");
  title.textContent = title.textContent.replace("{time}", timeOf(text.at));
  if (!form.dataset.compare) part.querySelector("[data-kept=compare]").remove();
  part.addEventListener("click", async ({ target }) => {
    const what = target.closest("[data-kept]")?.dataset.kept;
    if (what === "compare") compare(text);
    if (what === "discard") box.removeItem(text.name);
    if (what === "discard" || what === "take") part.remove();
    if (what === "take") await take(text);
  });
  form.before(part);
}

if (box && document.querySelector("[data-kept-arrived]")) {
  box.removeItem(sessionStorage.getItem(SENT));
}

if (form && box) {
  globalThis.kept = { forget };
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith("draft:"))) {
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(name)).at < A_MONTH) continue;
    } catch {
      // Whatever stands there is nothing of ours.
    }
    localStorage.removeItem(name);
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(write, 300);
  });
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, opening));
  found().then((texts) => texts.reverse().forEach(offer));
}
