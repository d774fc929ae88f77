/* Scenarios, played one scene at a time.
   Markup (it is a readable page of anchors without this script):
     [data-scenario=ID][data-start=SCENE]       the whole scenario
       [data-scene=SCENE][id="ID--SCENE"]       one scene; the one named "debrief" (or [data-debrief]) is the end
         a[href="#ID--SCENE"][data-quality]     a choice: good, fair or poor
         a[href="#ID--SCENE"]                   a way back or on that is no choice
     template#scenario-words                    the words shown, and data-record, the address the route is posted to
                                                (macro scenario_words in macros/lesson.html); the scenario's own
                                                data-record comes first
   The browser's own history is the way back. The route stands in sessionStorage, so that a reload keeps it. At the end
   the debrief opens with the choices taken, each with its quality in words, and the route is posted once as JSON with
   the header X-CSRFToken: {"scenario": ID, "route": [{"scene", "choice", "to", "quality"}]}; choice counts from 0. */

const said = document.getElementById("scenario-words")?.dataset ?? {};
const words = {
  step: "Step",
  back: "Go back one step",
  again: "Start again",
  route: "The route you took",
  good: "A good choice",
  fair: "Acceptable, with a cost",
  poor: "A poor choice",
  kept: "Recorded as done. Nobody sees which route you took.",
  notKept: "This could not be recorded yet.",
  retry: "Try again",
  ...said,
};
const tones = { good: ["done", "✓"], fair: ["soon", "–"], poor: ["late", "✕"] };

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function button(text, action) {
  const made = element("button", "link-button", text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

function play(box) {
  const id = box.dataset.scenario;
  const scenes = new Map([...box.querySelectorAll("[data-scene]")].map((scene) => [scene.dataset.scene, scene]));
  const start = scenes.has(box.dataset.start) ? box.dataset.start : scenes.keys().next().value;
  const store = `scenario:${location.pathname}:${id}`;
  const bar = element("div", "scenario-bar");
  const status = element("p");
  status.setAttribute("role", "status");
  let { at, route, trail, sent } = { at: start, route: [], trail: [], sent: false, ...JSON.parse(sessionStorage.getItem(store) ?? "{}") };
  if (!scenes.has(at)) at = start;

  const named = (hash) => [...scenes.keys()].find((name) => `#${scenes.get(name).id}` === decodeURIComponent(hash));
  const isEnd = (name) => name === "debrief" || scenes.get(name).hasAttribute("data-debrief");
  const keep = () => sessionStorage.setItem(store, JSON.stringify({ at, route, trail, sent }));

  function go(name) {
    location.hash = scenes.get(name).id;
  }

  function again() {
    [route, trail, sent] = [[], [], false];
    status.textContent = "";
    history.pushState(null, "", `#${scenes.get(start).id}`);
    show(start, true);
  }

  function drawBar(name) {
    bar.replaceChildren(element("p", "", `${words.step} ${trail.length + 1}`));
    if (trail.length) bar.append(button(words.back, () => go(trail.at(-1))));
    if (isEnd(name)) bar.append(button(words.again, again));
  }

  function drawRoute(scene) {
    scene.querySelector(".taken")?.remove();
    const taken = element("div", "taken");
    const list = element("ol", "route");
    for (const { text, quality } of route) {
      const [tone, sign] = tones[quality] ?? ["wait", ""];
      const item = element("li");
      const state = element("span", `state state-${tone}`, `${sign} ${words[quality] ?? quality}`);
      item.append(element("span", "", text), state);
      list.append(item);
    }
    taken.append(element("p", "block-name", words.route), list);
    scene.prepend(taken);
  }

  async function record() {
    const address = box.dataset.record ?? box.closest("[data-record]")?.dataset.record ?? said.record;
    if (!address || sent || !route.length) return;
    status.textContent = "";
    const reply = await fetch(address, {
      method: "POST",
      body: JSON.stringify({ scenario: id, route: route.map(({ text, ...step }) => step) }),
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "",
      },
    }).catch(() => ({ ok: false }));
    sent = reply.ok && !reply.redirected;
    keep();
    status.replaceChildren(sent ? words.kept : `${words.notKept} `);
    if (!sent) status.append(button(words.retry, record));
  }

  function show(name, move) {
    at = name;
    for (const [other, scene] of scenes) scene.hidden = other !== name;
    const scene = scenes.get(name);
    drawBar(name);
    if (isEnd(name) && route.length) drawRoute(scene);
    keep();
    if (isEnd(name)) record();
    if (!move) return;
    scene.tabIndex = -1;
    scene.focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
  }

  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-quality]");
    const to = link && named(link.hash);
    if (!to) return;
    const links = [...scenes.get(at).querySelectorAll("a[data-quality]")];
    const step = { scene: at, choice: links.indexOf(link), to, quality: link.dataset.quality, text: link.textContent.trim() };
    const last = route.at(-1);
    if (last?.scene !== step.scene || last.choice !== step.choice) route.push(step);
  });

  addEventListener("hashchange", () => {
    const name = location.hash ? named(location.hash) : start;
    if (!name || name === at) return;
    const before = trail.lastIndexOf(name);
    if (before >= 0) trail.length = before;
    else trail.push(at);
    show(name, true);
  });

  box.classList.add("playing");
  box.append(bar, status);
  show(at, false);
}

document.querySelectorAll("[data-scenario]").forEach(play);
