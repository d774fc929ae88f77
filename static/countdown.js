/* How much time is left of a quiz: shown to whoever asks for it, said politely near the end.
   Markup:
     details[data-countdown=SECONDS][hidden]   the time left when the page was made; its words are attributes:
       data-minutes ("%d minutes"), data-minute, data-last, data-left ("Time left: %s"), data-over
       [data-countdown-left]                   where it is shown
     [data-countdown-said]                     role="status": said with 10, 5 and 1 minutes left, and when it is over
   The clock of the computer is not asked what time it is, only how long it has been. Without this script the page says
   until when one has time, and the server keeps to it. */

const box = document.querySelector("details[data-countdown]");
const said = document.querySelector("[data-countdown-said]");
const WARNINGS = [10, 5, 1];

function words(minutes) {
  if (minutes < 1) return box.dataset.last;
  return minutes === 1 ? box.dataset.minute : box.dataset.minutes.replace("%d", minutes);
}

function begin() {
  const ends = performance.now() + Number(box.dataset.countdown) * 1000;
  const left = box.querySelector("[data-countdown-left]");
  const open = WARNINGS.filter((minutes) => minutes * 60 < Number(box.dataset.countdown));
  const timer = setInterval(tick, 1000);

  function tick() {
    const seconds = Math.ceil((ends - performance.now()) / 1000);
    const now = seconds > 0 ? words(Math.floor(seconds / 60)) : box.dataset.over;
    if (left.textContent !== now) left.textContent = now;
    if (seconds <= 0) {
      said.textContent = now;
      clearInterval(timer);
    } else if (open.length && seconds <= open[0] * 60) {
      said.textContent = box.dataset.left.replace("%s", words(open.shift()));
    }
  }

  box.hidden = false;
  tick();
}

if (box) begin();
