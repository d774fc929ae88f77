/* A job's page, brought up to date while it is open.
   Markup: #job[data-job=STATE]; waiting and running go on. The page itself is fetched again every two seconds, then every
   five, and its #job put in place of this one. A line that is away, or a session that is over, leaves all as it is. */

const GOES_ON = ["waiting", "running"];
let looks = 0;

async function look() {
  const shown = document.querySelector("#job");
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("#job");
  if (!fresh) return;
  const kept = document.activeElement?.closest("#job a, #job button");
  if (fresh.dataset.job === shown.dataset.job && kept) {
    for (const part of [".progress", "p"]) {
      const now = fresh.querySelector(part);
      if (now) shown.querySelector(part)?.replaceWith(now);
    }
    return;
  }
  shown.replaceWith(document.adoptNode(fresh));
  if (kept) focusOn(fresh);
}

function focusOn(fresh) {
  const heading = fresh.querySelector("[role=status]") ?? fresh;
  heading.tabIndex = -1;
  heading.focus();
}

async function again() {
  try {
    if (!document.hidden) await look();
  } catch {
    // The line is away: look again later.
  }
  const state = document.querySelector("#job")?.dataset.job;
  if (GOES_ON.includes(state)) setTimeout(again, looks++ < 15 ? 2000 : 5000);
}

setTimeout(again, 1000);
