/* Whom an assignment reaches, told while its form is filled in.
   Markup: form[data-reach=ADDRESS] with [data-reach-shown] in it. Half a second after the last change the form is posted to
   ADDRESS; the server answers with a piece of a page, which is shown. It writes nothing. Without this script, or when
   nothing comes back, the next page says the same. */

const form = document.querySelector("form[data-reach]");
const shown = form?.querySelector("[data-reach-shown]");
let timer;
let asking;

async function look() {
  asking?.abort();
  asking = new AbortController();
  const reply = await fetch(form.dataset.reach, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "X-Requested-With": "fetch" },
    signal: asking.signal,
  });
  if (!reply.ok || reply.redirected) throw new Error("no answer");
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  shown.replaceChildren(...page.body.childNodes);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => look().catch((error) => error.name === "AbortError" || shown.replaceChildren()), 500);
}

if (shown) {
  form.addEventListener("input", later);
  later();
}
