/* Leaving a page quickly.
   Markup: a[data-exit][href=ADDRESS] (macro quick_exit in macros/ui.html). Without this script it is a plain link.
   With it the page goes blank at once, pressing Escape three times within two seconds does the same,
   and the place left is replaced, so that "back" does not return to it at once. */

const link = document.querySelector("a[data-exit]");
const pressed = [];

function leave() {
  document.body.hidden = true;
  document.title = "";
  location.replace(link.href);
}

function count(event) {
  if (event.key !== "Escape") return;
  const now = Date.now();
  pressed.push(now);
  if (pressed.length >= 3 && now - pressed.at(-3) < 2000) leave();
}

if (link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", count);
  document.querySelector(".exit-keys")?.removeAttribute("hidden");
}
