"""What several people do on their way through the site."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from playwright.sync_api import Locator, Page

from coursesite import schedule
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan, Terms
from coursesite.assignments.services import assign, completed
from coursesite.audit.services import Actor
from coursesite.people.models import Unit
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.queries import QUIZZES
from tests.assignments.makers import complete
from tests.journeys.conftest import Site, person_of

Key = Mapping[str, Mapping[str, Sequence[str]]]

FOCUSED = """
(({labels, innerText, value}) => labels?.[0]?.innerText || innerText || value || "")(
  document.activeElement).trim()
"""
NOTHING_WAITS = """
() => !Object.keys(sessionStorage).some((name) => name.startsWith("answers:"))
"""
"""Whether every answer is kept: a line that says so may still speak of the one before."""

SIDEWAYS = """
Math.max(...[document.documentElement, ...document.querySelectorAll(".scroll:has(> .stacked)")]
  .map(each => each.scrollWidth - each.clientWidth))
"""
"""By how much the page, or a table whose cells stand below each other, must be moved sideways."""


def tab_to(page: Page, words: str) -> None:
    """Move the focus with the Tab key alone to what begins with these words."""
    passed = []
    for _press in range(80):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if passed[-1].startswith(words):
            return
    raise AssertionError(f"The Tab key does not lead to “{words}”, only to {passed}")


def follow(page: Page, words: str) -> None:
    """Open a link or press a button with the keyboard alone."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def assign_path(site: Site, by: str, slug: str, unit: str, days: int = 20) -> None:
    """Require a path of everybody in a unit, valid for a year."""
    with site.session() as session:
        found = session.scalars(sa.select(Unit).where(Unit.name == unit)).one()
        plan = Plan(
            organisation_id=found.organisation_id,
            kind=TargetKind.PATH,
            slug=slug,
            conditions=(Condition(Criterion.UNIT, found.path),),
            due=Due(DueRule.AFTER_ASSIGNMENT, days=days),
            terms=Terms(months=12),
            reason="New arrivals come with children outside.",
        )
        assign(session, plan, Actor(site.people[by], found.organisation_id))


def finish_path(site: Site, who: str, slug: str) -> None:
    """Record that somebody completed a path yesterday, as learning it here would."""
    with site.session() as session:
        person = person_of(session, site, who)
        done = complete(session, person, days_ago=1, slug=slug, target_kind=TargetKind.PATH)
        completed(session, done)


def work(site: Site) -> None:
    """Let the worker carry out all that waits."""
    with site.app.app_context():
        while schedule.work_once():
            pass


def read_to_the_end(page: Page) -> None:
    """Mark one lesson after the other as read, from the one that is open.

    A page that is not there yet has no button either, so each is waited for.
    """
    on = page.get_by_role("button", name="Mark as read and go on")
    while on.count():
        with page.expect_navigation():
            on.click()


def key_of(site: Site, slug: str) -> Key:
    """A right response to every question of a quiz, by the question's id."""
    with site.session() as session:
        shown = QUIZZES.find_live(session, slug, "en")
        assert shown
        return {question.id: question.key() for question in shown.text.questions}


def answer(question: Locator, key: Key) -> None:
    """Give the right response to one question on the page."""
    name = question.get_attribute("data-question") or ""
    for part, values in key[name].items():
        for value in values:
            if part == "chosen":
                question.locator(f'input[value="{value}"]').check()
            else:
                question.locator(f'[name="{name}.{part}"]').select_option(value)
