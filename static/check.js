/* Knowledge checks that answer in place.
   Markup: form[data-check] with an id (macro check in macros/lesson.html). The form is posted as it would be without
   this script; the server answers with a page (or a piece of one) that holds an element of the same id, which takes the
   old one's place. [data-outcome] in it gets the focus. Whatever fails falls back to the ordinary post. */

async function answer(form, submitter) {
  const data = new FormData(form, submitter);
  const reply = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: { "X-Requested-With": "fetch" },
  });
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.getElementById(form.id);
  if (!reply.ok || !fresh) throw new Error("no answer");
  form.replaceWith(fresh);
  fresh.querySelector("[data-outcome]")?.focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-check]")) return;
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  answer(form, event.submitter).catch(() => form.submit());
});
