"""A scenario on a map: where its scenes stand, what is wrong with them, what people chose."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.rules import Flaw, draw_map
from coursesite.content.rules import Choice, Condition, Quality, Scenario, Scene
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.progress.models import ChoiceCount
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Change, Kind, short
from coursesite.revisions.services import NewRevision, publish
from tests.browser import Browser
from tests.content.documents import MODULE, TEXT
from tests.content.test_scenarios import OLD, PLAY, module_of
from tests.makers import make_organisation, make_person, make_unit

EDIT = "/authoring/modules/at-the-door/en"


def scenario_of(**ways: str) -> Scenario:
    """Scenes with the choices that they name, as in `door="talk fetch?told"`."""
    scenes = tuple(
        Scene(id, tuple(_choice(target) for target in targets.split()))
        for id, targets in ways.items()
    )
    return Scenario("six", "Six", "door", scenes)


def _choice(target: str) -> Choice:
    target, _mark, needed = target.partition("?")
    conditions = (Condition((needed,)),) if needed else ()
    return Choice(target, Quality.GOOD, f"to-{target}", target, (f"came-{target}",), conditions)


def rows_of(scenario: Scenario) -> list[set[str]]:
    rows: dict[int, set[str]] = {}
    for stop in draw_map(scenario, {}).stops:
        rows.setdefault(stop.y, set()).add(stop.id)
    return [rows[y] for y in sorted(rows)]


def test_scenes_stand_in_rows_by_their_distance_from_the_start() -> None:
    scenario = scenario_of(talk="later", door="talk fetch", fetch="door", later="debrief", lost="x")

    assert rows_of(scenario) == [{"door"}, {"talk", "fetch"}, {"later"}, {"lost"}, {"debrief"}]


def test_no_two_stops_stand_on_each_other() -> None:
    drawn = draw_map(scenario_of(door="a b c", a="debrief", b="debrief", c="debrief"), {})

    assert len({(stop.x, stop.y) for stop in drawn.stops}) == 5
    assert all(stop.x < drawn.width and stop.y < drawn.height for stop in drawn.stops)
    assert len(drawn.ways) == 6


@pytest.mark.parametrize(
    ("ways", "flaws"),
    [
        ({"door": "talk", "talk": "debrief"}, {}),
        ({"door": "debrief", "lost": "debrief"}, {"lost": [Flaw.UNREACHED]}),
        ({"door": "", "lost": "lost"}, {
            "door": [Flaw.NO_WAY_OUT], "lost": [Flaw.UNREACHED],
        }),
        ({"door": "talk debrief", "talk": "door"}, {}),
        ({"door": "talk debrief", "talk": "hall", "hall": "talk"}, {
            "talk": [Flaw.NO_WAY_OUT], "hall": [Flaw.NO_WAY_OUT],
        }),
        ({"door": "a b", "a": "c", "b": "c", "c": "debrief?came-a"}, {
            "b": [Flaw.NO_WAY_OUT], "c": [Flaw.NO_WAY_OUT],
        }),
        ({"door": "a debrief", "a": "b?came-b debrief", "b": "debrief"}, {"b": [Flaw.UNREACHED]}),
        ({"door": "nowhere debrief"}, {}),
        ({}, {}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_shown(ways: dict[str, str], flaws: dict[str, list[Flaw]]) -> None:
    drawn = draw_map(scenario_of(**ways), {})

    assert {stop.id: list(stop.flaws) for stop in drawn.stops if stop.flaws} == flaws


@pytest.fixture
def author(session: Session) -> Person:
    files = {"module.yaml": MODULE, "en.md": TEXT.replace(OLD, PLAY)}
    module = module_of()
    new = NewRevision(Kind.MODULE, "at-the-door", "en", module.title, files, module.to_json())
    publish(session, new, SITE, change=Change.FIRST)
    session.commit()
    keepers = make_unit(session, make_organisation(session, keeps_course=True))
    return make_person(session, keepers, roles=(Role.AUTHOR,))


def preview(play: str) -> dict[str, str]:
    return {
        "source": TEXT.replace(OLD, play),
        "settings": MODULE,
        "seen": "0",
        "live": "",
    }


def words_of(page: str) -> str:
    """What stands in the section of the maps."""
    maps = page[page.index('<section id="maps"') :]
    return " ".join(re.sub(r"<[^>]*>", " ", maps[: maps.index("</section>")]).split())


def test_an_author_sees_the_scenario_while_it_is_still_wrong(
    browser: Browser, author: Person
) -> None:
    play = PLAY.replace("- [Go.](#debrief)", "Nothing.").replace("#outside", "#outsid")
    page = browser.sign_in(author).post(f"{EDIT}/preview", preview(play)).text
    line = TEXT.replace(OLD, play).split("\n").index("/// scene | outside") + 1

    assert f'<a href="#source" data-line="{line}">outside' in page
    assert "Nobody comes here" in words_of(page)
    assert "No way out" in words_of(page)
    assert "There is no scene “outsid”" in words_of(page)
    assert 'class="stop stop-flawed"' in page


def test_an_author_sees_how_many_took_a_choice_and_none_below_five(
    session: Session, browser: Browser, author: Person
) -> None:
    revision = session.scalars(sa.select(Revision)).one()
    truth, game, card = module_of().lessons[1].scenarios[0].scenes[0].choices
    for choice, people in ((truth, 13), (game, 4)):
        key = {"scenario_id": "six", "scene_id": "door", "choice_id": choice.id}
        session.add(ChoiceCount(revision_id=revision.id, **key, people=people))
    session.commit()
    client = browser.sign_in(author)

    for address in (EDIT, f"{EDIT}/history/{short(revision.digest)}"):
        words = words_of(client.get(address).text)
        assert f"{truth.words} remembers: told-the-truth Good later 10 or more" in words
        assert f"{game.words} Poor later fewer than 5" in words
        assert f"{card.words} remembers: card-left, knocked Acceptable later fewer than 5" in words
        assert "13" not in words


def test_a_text_without_scenarios_has_no_map(browser: Browser, author: Person) -> None:
    page = browser.sign_in(author).post(f"{EDIT}/preview", preview("")).text

    assert '<section id="maps" aria-labelledby="maps-title" hidden>' in page
