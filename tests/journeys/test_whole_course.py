"""Every scenario and every quiz of the course that is shipped, as its files have them."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush

import pytest
from playwright.sync_api import Browser, Page

from coursesite.config import PROJECT
from coursesite.content.queries import MODULES
from coursesite.content.rules import DEBRIEF, Choice, Module, Quality, Scenario
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.questions.base import Question
from tests.browser import Client
from tests.journeys.conftest import Site, browsers
from tests.journeys.world import client_of

SLUGS = sorted(folder.name for folder in (PROJECT / "content" / "modules").iterdir())
COST = {Quality.GOOD: 0, None: 1, Quality.FAIR: 4, Quality.POOR: 20}

PLAY = """
async ([id, steps]) => {
  const box = document.querySelector(`[data-scenario="${id}"]`);
  const scene = (name) => box.querySelector(`[data-scene="${name}"]`);
  const until = async (holds) => {
    for (let tries = 0; tries < 500; tries += 1) {
      if (holds()) return;
      await new Promise((again) => setTimeout(again, 10));
    }
    throw new Error(`${id}: nothing more happens`);
  };
  for (const [from, to, number] of steps) {
    const links = scene(from).querySelectorAll(`a[href^="#${id}--"]`);
    if (!links[number].checkVisibility()) throw new Error(`${id}: ${from} is hidden`);
    links[number].click();
    await until(() => scene(to).checkVisibility());
  }
  const kept = () => box.querySelector("[role=status]").innerText;
  await until(kept);
  const told = scene("debrief").querySelectorAll(".taken:not([data-last]) .state");
  return [kept(), [...told].map((each) => each.innerText)];
}
"""
WORDS = {
    Quality.GOOD: "A good choice",
    Quality.FAIR: "Acceptable, with a cost",
    Quality.POOR: "A poor choice",
}

Known = frozenset[str]
Step = tuple[str, Choice, int]


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for all scenarios, whose console stays silent."""
    with browsers(chromium, site) as (open_it, said):
        opened = open_it("officer", width=360)
        opened.goto("/privacy")
        yield opened
    assert said == []


def module_of(site: Site, slug: str) -> Module:
    with site.session() as session:
        shown = MODULES.find_live(session, slug, "en")
    assert shown
    return shown.text


@pytest.mark.parametrize("slug", SLUGS)
def test_scenarios_lead_to_their_debrief_by_the_best_and_the_worst_way(
    page: Page, site: Site, slug: str
) -> None:
    lessons = [lesson for lesson in module_of(site, slug).lessons if lesson.scenarios]
    assert lessons
    for lesson in lessons:
        for scenario in lesson.scenarios:
            for route in (best_route(scenario), worst_route(scenario)):
                page.evaluate("sessionStorage.clear()")
                page.goto(f"/modules/{slug}/{lesson.id}")
                plays(page, scenario, route)


def plays(page: Page, scenario: Scenario, route: Sequence[Step]) -> None:
    steps = [(scene, choice.target, number) for scene, choice, number in route]
    kept, told = page.evaluate(PLAY, [scenario.id, steps])
    assert kept.startswith("Recorded as done.")
    taken = [WORDS[choice.quality] for _, choice, _ in route if choice.quality]
    assert [each[2:] for each in told] == taken  # each begins with a sign


def choices_of(scenario: Scenario) -> Mapping[str, list[Step]]:
    return {
        scene.id: [(scene.id, choice, number) for number, choice in enumerate(scene.choices)]
        for scene in scenario.scenes
    }


def best_route(scenario: Scenario) -> list[Step]:
    """The way on which the least goes wrong."""
    choices = choices_of(scenario)
    ahead: list[tuple[int, int, str, list[Step]]] = [(0, 0, scenario.start, [])]
    seen: set[tuple[str, Known]] = set()
    pushed = 0
    while True:
        cost, _, here, route = heappop(ahead)
        if here == DEBRIEF:
            return route
        known = frozenset(name for _, choice, _ in route for name in choice.sets)
        if (here, known) in seen:
            continue
        seen.add((here, known))
        for step in offered(choices[here], known):
            pushed += 1
            cost_on = cost + COST[step[1].quality]
            heappush(ahead, (cost_on, pushed, step[1].target, [*route, step]))


def offered(steps: Sequence[Step], known: Known) -> list[Step]:
    return [step for step in steps if step[1].offered(known)]


def worst_route(scenario: Scenario) -> list[Step]:
    """A way on which everything that can go wrong does, each thing once."""
    choices = choices_of(scenario)
    route: list[Step] = []
    behind: dict[str, Known] = {}  # whoever goes back to a scene knows what they knew there
    here, known = scenario.start, Known()
    while here != DEBRIEF:
        known = behind.setdefault(here, known)
        steps = offered(choices[here], known)
        untried = [step for step in steps if step not in route] or steps
        worst = max(untried, key=lambda step: (COST[step[1].quality], -step[2]))
        route.append(worst)
        here, known = worst[1].target, known.union(worst[1].sets)
        assert len(route) < 100, "the worst way leads round and round"
    return route


@pytest.mark.parametrize("slug", SLUGS)
def test_a_quiz_is_failed_with_wrong_answers_and_passed_with_right_ones(
    site: Site, slug: str
) -> None:
    terms = module_of(site, slug).completion.quiz
    assert terms
    client = client_of(site, "colleague")
    with site.session() as session:
        shown = QUIZZES.find_live(session, slug, "en")
    assert shown
    questions = [question for question in shown.text.questions if not question.hold]

    failed = hands_in(client, slug, questions, right=False)
    passed = hands_in(client, slug, questions, right=True)

    assert f"0 of {terms.draw} right" in failed
    assert f"{terms.draw} of {terms.draw} right" in passed


def hands_in(client: Client, slug: str, questions: Sequence[Question], *, right: bool) -> str:
    """The page with the result."""
    attempt = client.post(f"/quizzes/{slug}/attempts").location
    form = {
        field(question.id, part): list(values)
        for question in questions
        for part, values in (question.key() if right else wrong_answer(question)).items()
    }
    answer = client.post(attempt, {**form, "do": "check" if right else "anyway"})
    assert answer.status_code == 302
    return client.get(answer.location).text


def field(question: str, part: str) -> str:
    return question if part == "chosen" else f"{question}.{part}"


def wrong_answer(question: Question) -> Mapping[str, Sequence[str]]:
    """What is not the key in any part: another choice, or the keys of other parts."""
    key = question.key()
    if "chosen" in key:
        offered = [id_ for id_, _ in question.show(1).options]
        return {"chosen": [id_ for id_ in offered if id_ not in key["chosen"]][:1]}
    values = list(key.values())
    return dict(zip(key, [*values[1:], values[0]], strict=True))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_takes_its_key_and_nothing_else(site: Site, slug: str) -> None:
    with site.session() as session:
        shown = QUIZZES.find_live(session, slug, "en")
    assert shown
    for question in shown.text.questions:
        form = {field(question.id, part): list(each) for part, each in question.key().items()}
        read = question.read(form)
        assert read.problem is None
        assert question.mark(read.response).points == 1
        assert question.mark(wrong_answer(question)).points != 1
        assert all(question.feedback({"chosen": [id_]}) for id_ in chosen_from(question))


def chosen_from(question: Question) -> list[str]:
    """The options that have something said about them."""
    offered = question.show(1).options
    return [id_ for id_, _ in offered] if question.type in {"single", "multiple"} else []
