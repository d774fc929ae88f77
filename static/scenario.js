/* Scenarios, played one scene at a time.
   Markup (it is a readable page of anchors without this script):
     [data-scenario=ID][data-start=SCENE]       the whole scenario; maybe data-meters, JSON: [{id, name, start, words}]
       [data-scene=SCENE][id="ID--SCENE"]       one scene; the one named "debrief" (or [data-debrief]) is the end
         a[href="#ID--SCENE"][data-choice=KEY]  a way on or back; with data-quality (good, fair or poor) it is a choice;
                                                data-set="NAME NAME" is remembered, data-change="METER+1 METER-2" moves
                                                meters
         [data-if="NAME"][data-unless="NAME"]   a link or a passage (.if) for those who chose so before; all names of
                                                data-if, or one of them with data-any; .if-name says it without script
       [data-last]                              in the debrief, the route that the learner took last time
     template#scenario-words                    the words shown, and data-record, the address the route is posted to
                                                (macro scenario_words in macros/lesson.html); the scenario's own
                                                data-record comes first
   The browser's own history is the way back: each of its entries knows the path to it, and whoever goes back to a scene
   stands there as before. Route and path stand in sessionStorage, so that a reload keeps them. At the end the debrief
   opens with the choices taken, each with its quality in words, and the route is posted once as JSON with the header
   X-CSRFToken: {"scenario": ID, "route": [{"scene", "choice", "to", "quality"}]}; choice is the link's key. */

// A choice may be a picture: then its alternative text is what was chosen.
const worded = (link) => link.textContent.trim() || [...link.querySelectorAll("img")].map((image) => image.alt).join(" ");

const said = document.getElementById("scenario-words")?.dataset ?? {};
const words = {
  step: "Step",
  back: "Go back one step",
  again: "Start again",
  route: "The route you took",
  last: "The route you took last time",
  played: "You have played this before.",
  showLast: "See your last route and the debrief",
  ended: "How it ended",
  good: "A good choice",
  fair: "Acceptable, with a cost",
  poor: "A poor choice",
  kept: "Recorded as done. Nobody else sees which route you took.",
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

const list = (text) => (text ?? "").split(" ").filter(Boolean);

function drawRoute(steps, title) {
  const taken = element("div", "taken");
  const items = element("ol", "route");
  for (const { text, quality } of steps) {
    const [tone, sign] = tones[quality] ?? ["wait", ""];
    const item = element("li");
    item.append(element("span", "", text), element("span", `state state-${tone}`, `${sign} ${words[quality] ?? quality}`));
    items.append(item);
  }
  taken.append(element("p", "block-name", title), items);
  return taken;
}

function drawMeter({ name, words: steps }, value) {
  const row = element("div");
  const bar = element("span", "meter-bar");
  bar.setAttribute("aria-hidden", "true");
  bar.append(...steps.slice(1).map((_, step) => element("span", step < value ? "on" : "")));
  const said = element("dd", "", steps[value]);
  said.prepend(bar);
  row.append(element("dt", "", name), said);
  return row;
}

function play(box) {
  const id = box.dataset.scenario;
  const scenes = new Map([...box.querySelectorAll("[data-scene]")].map((scene) => [scene.dataset.scene, scene]));
  const start = scenes.has(box.dataset.start) ? box.dataset.start : scenes.keys().next().value;
  const meters = JSON.parse(box.dataset.meters ?? "[]");
  const store = `scenario:${location.pathname}:${id}`;
  const bar = element("div", "scenario-bar");
  const gauges = element("dl", "meters");
  const [status, changes] = [element("p"), element("p", "govuk-visually-hidden")];
  for (const line of [status, changes]) line.setAttribute("role", "status");
  let { at, route, path, sent } = { at: start, route: [], path: [], sent: false, ...JSON.parse(sessionStorage.getItem(store) ?? "{}") };
  if (!scenes.has(at)) [at, path] = [start, []];
  let pressed = null;

  const named = (hash) => [...scenes.keys()].find((name) => `#${scenes.get(name).id}` === decodeURIComponent(hash));
  const isEnd = (name) => name === "debrief" || scenes.get(name).hasAttribute("data-debrief");
  const keep = () => sessionStorage.setItem(store, JSON.stringify({ at, route, path, sent }));
  const linkOf = ({ scene, choice }) => choice && scenes.get(scene)?.querySelector(`a[data-choice="${CSS.escape(choice)}"]`);

  function standing() {
    const remembered = new Set();
    const values = new Map(meters.map((meter) => [meter.id, meter.start]));
    for (const link of path.map(linkOf).filter(Boolean)) {
      list(link.dataset.set).forEach((name) => remembered.add(name));
      for (const change of list(link.dataset.change)) {
        const [, meter, steps] = /^(.+)([+-]\d)$/.exec(change);
        const most = (meters.find((each) => each.id === meter)?.words.length ?? 1) - 1;
        values.set(meter, Math.min(most, Math.max(0, values.get(meter) + Number(steps))));
      }
    }
    return { remembered, values };
  }

  function go(name) {
    location.hash = scenes.get(name).id;
  }

  function again() {
    if (route.length) keepAsLast();
    [route, path, sent] = [[], [], false];
    status.textContent = "";
    history.pushState({ [store]: path }, "", `#${scenes.get(start).id}`);
    show(start, true);
  }

  function keepAsLast() {
    const last = drawRoute(route, words.last);
    last.dataset.last = "";
    box.querySelectorAll(".taken").forEach((taken) => taken.remove());
    [...scenes.values()].find((scene) => isEnd(scene.dataset.scene))?.append(last);
  }

  function stopPlaying(scene) {
    for (const each of box.querySelectorAll("audio, video")) if (!scene.contains(each)) each.pause();
  }

  function drawBar(name) {
    bar.replaceChildren(element("p", "", `${words.step} ${path.length + 1}`));
    if (path.length) bar.append(button(words.back, () => go(path.at(-1).scene)));
    if (isEnd(name)) bar.append(button(words.again, again));
    const seen = !path.length && !route.length && box.querySelector("[data-last]");
    if (!seen || isEnd(name) || !scenes.has("debrief")) return;
    bar.append(element("p", "", words.played), button(words.showLast, () => go("debrief")));
  }

  function drawEnd(scene, values) {
    scene.querySelector(".taken:not([data-last])")?.remove();
    const taken = drawRoute(route, words.route);
    if (meters.length) {
      const ended = element("dl", "meters");
      ended.append(...meters.map((meter) => drawMeter(meter, values.get(meter.id))));
      taken.append(element("p", "block-name", words.ended), ended);
    }
    scene.prepend(taken);
  }

  function choose(scene, { remembered, values }) {
    for (const item of scene.querySelectorAll("[data-if], [data-unless]")) {
      const needed = list(item.dataset.if);
      const has = (name) => remembered.has(name);
      const enough = "any" in item.dataset ? needed.some(has) : needed.every(has);
      const met = enough && !list(item.dataset.unless).some(has);
      const whole = item.matches("a") ? (item.closest("li") ?? item) : item;
      whole.hidden = !met && !(isEnd(scene.dataset.scene) && !route.length);
    }
    gauges.replaceChildren(...meters.map((meter) => drawMeter(meter, values.get(meter.id))));
    gauges.hidden = !meters.length || isEnd(scene.dataset.scene);
  }

  function announce(before, { values }) {
    const moved = meters.filter((meter) => values.get(meter.id) !== before.values.get(meter.id));
    changes.textContent = moved.map((meter) => `${meter.name}: ${meter.words[values.get(meter.id)]}.`).join(" ");
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
    const [scene, now] = [scenes.get(name), standing()];
    box.classList.toggle("unplayed", isEnd(name) && !route.length);
    choose(scene, now);
    stopPlaying(scene);
    drawBar(name);
    if (isEnd(name) && route.length) drawEnd(scene, now.values);
    keep();
    if (isEnd(name)) record();
    if (!move) return;
    scene.tabIndex = -1;
    scene.focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
  }

  // What is pressed is known before the address changes; a press that opens a new window changes nothing here.
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-choice]");
    const to = link && named(link.hash);
    if (!to || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { choice, quality } = link.dataset;
    pressed = { scene: at, choice, to };
    if (!quality) return;
    const last = route.at(-1);
    const step = { scene: at, choice, to, quality, text: worded(link) };
    if (last?.scene !== step.scene || last.choice !== step.choice) route.push(step);
  });

  addEventListener("hashchange", () => {
    const name = location.hash ? named(location.hash) : start;
    const way = pressed?.to === name ? pressed : { scene: at };
    pressed = null;
    if (!name || name === at) return;
    const before = standing();
    const behind = path.findIndex(({ scene }) => scene === name);
    if (history.state?.[store]) path = history.state[store];
    else if (behind >= 0) path = path.slice(0, behind);
    else path = [...path, { scene: way.scene, choice: way.choice }];
    history.replaceState({ ...history.state, [store]: path }, "");
    show(name, true);
    announce(before, standing());
  });

  box.classList.add("playing");
  if (meters.length) box.append(gauges);
  box.append(bar, status, changes);
  show(at, false);
}

document.querySelectorAll("[data-scenario]").forEach(play);
