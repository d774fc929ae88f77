/* Answers of a quiz, kept as they are given.
   Markup:
     form[data-save=ADDRESS]      the whole quiz; it is submitted as an ordinary form
       [data-question=ID]         one question: a fieldset or div with its inputs, selects or textareas
       [data-save-state]          where it is said; role="status"; its words are attributes:
                                  data-saving, data-saved, data-unsaved, data-closed, data-sign-in
         input[data-version]      hidden: which saving of the answer the page shows; kept up to date here
       [data-answered]            how many questions are answered; the attribute says so with %d for the number
     meta[name=csrf-token]
   Each change posts, form-encoded, question=ID, version=NUMBER, tab=NAME, sequence=NUMBER and that question's own fields to
   ADDRESS with the header X-CSRFToken. The tab is one opening of the page, the sequence counts what it sends: a request that is
   sent again or comes late changes nothing that was kept after it.
   Answers: 2xx = kept (a JSON body may hold {"message": "..."}, which is shown, and {"version": NUMBER});
            409 = the attempt is closed (its {"message"} is shown, nothing is tried again);
            422 = this answer cannot be taken (its {"message"} is shown, it is not tried again);
            401, 403 or a redirect = the sign-in has ended: the words of data-sign-in are shown;
            all else = tried again after 2, 4, 8 ... 60 seconds and whenever the line comes back.
   What is not kept yet waits in sessionStorage under the form's address, and is filled in and sent when the page is
   opened again, so that it survives a sign-in, also one asked for by submitting. The page asks before it is left while something waits. */

const form = document.querySelector("form[data-save]");
const line = form?.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
const words = {
  saving: "Saving …",
  saved: "Saved",
  unsaved: "Not saved yet: keep this page open",
  closed: "This attempt is closed.",
  signIn: "Your sign-in has ended. Sign in again: your answers on this page are kept.",
  ...line?.dataset,
};
const store = `answers:${form?.dataset.save}`;
const waiting = new Map();
const tab = crypto.randomUUID?.() ?? `${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
let sequence = 0;
let wait = 2000;
let busy = false;
let timer;
let over = false;

function say(state, text) {
  if (!line || line.textContent === text) return;
  line.dataset.state = state;
  line.textContent = text;
}

function fieldsOf(question) {
  return [...question.querySelectorAll("input, select, textarea")].filter((field) => field.name && !("version" in field.dataset));
}

function versionOf(id) {
  return form.querySelector(`[data-question="${CSS.escape(id)}"] [data-version]`);
}

function answerOf(question) {
  return fieldsOf(question)
    .filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
}

function remember() {
  if (waiting.size) sessionStorage.setItem(store, JSON.stringify([...waiting]));
  else sessionStorage.removeItem(store);
}

function fill(question, pairs) {
  const left = pairs.map(([name, value]) => `${name}=${value}`);
  const texts = new Map(pairs);
  for (const field of fieldsOf(question)) {
    if (/radio|checkbox/.test(field.type)) field.checked = left.includes(`${field.name}=${field.value}`);
    else if (texts.has(field.name)) field.value = texts.get(field.name);
  }
}

function note(question, delay) {
  waiting.set(question.dataset.question, answerOf(question));
  remember();
  if (over) return;
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

async function post(id, pairs) {
  const reply = await fetch(form.dataset.save, {
    method: "POST",
    body: new URLSearchParams([["question", id], ["version", versionOf(id)?.value ?? ""], ["tab", tab], ["sequence", ++sequence], ...pairs]),
    redirect: "manual",
    headers: {
      Accept: "application/json",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "",
    },
  });
  const body = await reply.json().catch(() => ({}));
  return { status: reply.type === "opaqueredirect" ? 401 : reply.status, message: body.message, version: body.version };
}

function settle(id, pairs, { status, message, version }) {
  if (status === 409) {
    over = true;
    waiting.clear();
    say("problem", message ?? words.closed);
  } else if (status === 422) {
    if (waiting.get(id) === pairs) waiting.delete(id);
    say("problem", message ?? words.unsaved);
  } else if (status >= 200 && status < 300) {
    if (waiting.get(id) === pairs) waiting.delete(id);
    if (version && versionOf(id)) versionOf(id).value = version;
    wait = 2000;
    if (message) say("problem", message);
    else if (!waiting.size) say("saved", words.saved);
  } else {
    throw Object.assign(new Error("not kept"), { signedOut: status === 401 || status === 403 });
  }
  remember();
}

function later(signedOut) {
  say("unsaved", signedOut ? words.signIn : words.unsaved);
  clearTimeout(timer);
  timer = setTimeout(send, wait);
  wait = Math.min(wait * 2, 60000);
}

async function send() {
  if (busy || over || !waiting.size) return;
  busy = true;
  if (line?.dataset.state !== "unsaved") say("saving", words.saving);
  try {
    while (waiting.size && !over) {
      const [id, pairs] = waiting.entries().next().value;
      settle(id, pairs, await post(id, pairs));
    }
  } catch (problem) {
    later(problem.signedOut);
  } finally {
    busy = false;
  }
}

/* Questions whose right answer is shown have no fields any more, and stay counted as they were. */
function countAnswered() {
  const told = form.querySelector("[data-answered]");
  if (!told) return;
  const questions = [...form.querySelectorAll("[data-question]")];
  const answered = () => questions.filter((question) => answerOf(question).some(([, value]) => value.trim())).length;
  const others = parseInt(told.textContent, 10) - answered();
  form.addEventListener("change", () => {
    told.textContent = told.dataset.answered.replace("%d", others + answered());
  });
}

function begin() {
  countAnswered();
  const kept = JSON.parse(sessionStorage.getItem(store) ?? "[]");
  for (const [id, pairs] of kept) {
    const question = form.querySelector(`[data-question="${CSS.escape(id)}"]`);
    if (question) fill(question, pairs), waiting.set(id, pairs);
  }
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (question) note(question, 0);
  });
  form.addEventListener("input", (event) => {
    const question = event.target.closest("[data-question]");
    if (question && !/radio|checkbox|select/.test(event.target.type)) note(question, 800);
  });
  form.addEventListener("submit", () => (over = true));
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => {
    if (waiting.size && !over) event.preventDefault();
  });
  send();
}

if (form) begin();
