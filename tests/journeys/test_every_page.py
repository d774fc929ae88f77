"""Every page, for everybody who opens it: on a phone and a desk, in light and dark."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.journeys.axe import findings
from tests.journeys.conftest import Site, browsers
from tests.journeys.steps import SIDEWAYS
from tests.journeys.world import EDITOR, SLUG, TRANSLATED, make_world

MODULE = f"/modules/{SLUG}"
QUIZ = f"/quizzes/{SLUG}"
QUESTIONS = f"/authoring/quizzes/{SLUG}/en"

PAGES = {
    None: (
        "/",
        "/accessibility",
        "/catalogue",
        "/catalogue/prison-officers",
        "/glossary",
        "/privacy",
        "/set-password/{token}",
        "/sign-in",
        "/verify",
        "/verify?code=nonsense",
        "/verify/{code}",
        "/no-such-page",
    ),
    "constable": ("/learn", "/paths/police", "/record"),
    "officer": (
        "/",
        "/learn",
        "/paths/prison-officers",
        MODULE,
        f"{MODULE}/why-first-days",
        f"{MODULE}/family-rings",
        f"{MODULE}/named-person",
        f"{MODULE}/checklist",
        f"{MODULE}/facilitator",
        f"{MODULE}/revisions/{{revision}}",
        f"/changes/{SLUG}",
        QUIZ,
        f"{QUIZ}/attempts/{{passed}}",
        "/record",
        "/certificates/{code}",
        "/settings",
        "/reports",
    ),
    "colleague": (
        "/learn",
        "/learn/more-time/{requirement}",
        "/learn/requirements/{requirement}",
        MODULE,
        QUIZ,
        f"{QUIZ}/attempts/{{failed}}",
        "/settings",
    ),
    "manager": (
        "/learn",
        f"{QUIZ}/attempts/{{begun}}",
        "/reports",
        "/reports/units/{unit}",
        "/reports/targets/prison-officers",
        "/reports/people",
        "/reports/people?state=waived",
        "/reports?as_of={yesterday}&known=now",
        "/reports/people?as_of={yesterday}",
        "/reports/views",
        "/reports/changes/reminder?all=1&state=late",
        "/reports/people/{officer}",
        "/reports/people/{officer}?as_of={yesterday}&known=now",
        "/reports/find?q=e",
        "/reports/people/{colleague}",
        "/reports/people/{colleague}/requirements/{requirement}",
        "/reports/changes/waiver?person={colleague}",
        "/reports/changes/prior-training",
        "/reports/taken-back/leave/{leave}",
        "/reports/extensions",
        "/reports/acts",
        "/reports/acts/{act}",
        "/evidence",
        "/evidence?person={colleague}",
        "/people/import-history",
        "/people/import-history/{batch}",
        "/jobs",
        "/jobs/{job_done}",
        "/jobs/{job_waiting}",
        "/people",
        "/people/{colleague}",
        "/people/{colleague}/support",
    ),
    "chief": ("/reports", "/reports/people"),
    "training": (
        "/assignments",
        "/assignments/new",
        "/assignments/exceptions",
        "/assignments/exceptions/decided",
        "/assignments/exceptions/for-all/{sweep}",
        "/assignments/simulator?person=a",
        "/reports/corrections",
        "/reports/corrections/{tried}",
        "/reports/corrections/{waiting}",
    ),
    "author": (
        "/authoring",
        "/authoring/modules/new",
        "/authoring/facts?q=norway",
        "/authoring/help",
        "/authoring/registers",
        "/authoring/facts/facts/all",
        "/authoring/facts/facts/all/entries?due=y",
        "/authoring/facts/facts/all/entries/A02",
        "/authoring/facts/facts/all/entries/A02/remove",
        "/authoring/glossaries/glossary/en/entries/arrest",
        "/authoring/paths/police/all",
        "/authoring/reviews",
        "/authoring/statistics",
        f"{EDITOR}/review",
        "/authoring/archives",
        "/authoring/archives/{upload}",
        f"{EDITOR}/media",
        f"{EDITOR}/media/first-72-hours.svg",
        EDITOR,
        QUESTIONS,
        f"{EDITOR}/settings",
        "/authoring/paths/police/all/settings",
        f"{QUESTIONS}/questions",
        f"{QUESTIONS}/questions/european-rule-on-admission",
        f"{QUESTIONS}/questions/european-rule-on-admission/try",
        f"{QUESTIONS}/questions/european-rule-on-admission/remove",
        f"{QUESTIONS}/statistics",
        f"{QUESTIONS}/corrections",
        f"{QUESTIONS}/corrections/{{tried}}",
        f"{QUESTIONS}/corrections/{{done}}",
        f"{QUESTIONS}/import",
        f"{EDITOR}/history",
        f"{EDITOR}/history/{{revision}}",
        f"{EDITOR}/compare?before={{revision}}&after={{revision}}",
        f"{EDITOR}/changes",
        f"{EDITOR}/saved/{{saved}}",
        f"{EDITOR}/drafts/{{draft}}",
        f"{EDITOR}/drafts/{{draft}}?at=9",
        f"{EDITOR}/join/saved-{{saved}}",
        f"{TRANSLATED}/translations",
        f"{TRANSLATED}/ar/translate",
        f"{TRANSLATED}/ar/translate?part=record",
    ),
    "publisher": (
        f"{EDITOR}/publish",
        f"{EDITOR}/drafts/{{draft}}",
        f"{QUESTIONS}/publish",
        "/authoring/facts/facts/all/publish",
        "/authoring/paths/police/all/publish",
        f"{QUESTIONS}/corrections/{{tried}}",
    ),
    "admin": (
        "/admin/roles",
        "/admin/audit",
        "/admin/jobs",
        "/people/erasing",
        "/people/{colleague}/erasure",
        "/local/en",
        "/local/en/fields",
        "/local/en/passages/jurisdiction",
        "/local/en/passages/first-letter",
        f"/local/en/modules/{SLUG}",
        f"/local/en/modules/{SLUG}/changes?draft={{local_draft}}",
        "/local/en/drafts/{local_draft}?at=1",
        "/local/en/publish",
        "/local/en/history",
        "/local/en/history/{local_version}",
        "/local/en/compare?before={local_version}&after={local_version}",
        "/local/en/saved/{local_saved}",
        "/local/en/join",
        "/admin/course",
        "/local/organisations",
        "/local/organisations/{organisation}",
        "/local/organisations/{organisation}?below={home}",
        "/assignments",
        "/assignments/{assignment}",
        "/assignments/{assignment}/change",
        "/assignments/{assignment}/reminders",
        "/admin/mail",
        "/admin/mail/{mail}",
        "/settings/mail",
        "/assignments/exceptions",
        "/people?q=nobody",
        "/people/new",
        "/people/{manager}",
        "/people/{manager}/roles/{grant}/end",
    ),
}

NO_PAGES = {
    "interop.export",
    "jobs.file",
    "static",
    "learning.media",
    "learning.exact_media",
    "learning.narrower_media",
    "people.admin",  # leads to the roles
    "administration.fields",  # leads to the local versions
    "localising.index",  # leads to those in the organisation's language
    "evidence.key",  # data
    "site.live",
    "site.ready",
}
FILES = (".csv", ".ics", ".json", ".pdf", ".xlsx")

BOTH: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1280, "light"))
"""Nearly all of a page is seen at both widths, and so in both schemes."""

TITLE = """
[document.title, [...document.querySelectorAll("h1")].map(
  heading => heading.innerText.replace(/\\s+/g, " ").trim())]
"""


WindowOf = Callable[[str | None], Page]


@pytest.fixture(scope="module")
def windows(chromium: Browser, site: Site) -> Iterator[tuple[WindowOf, list[str]]]:
    """One window for each person, kept from page to page, and what its console says."""
    with browsers(chromium, site) as (open_page, said):
        yield cache(open_page), said


@pytest.fixture
def window_of(windows: tuple[WindowOf, list[str]]) -> Iterator[WindowOf]:
    window_of, said = windows
    yield window_of
    told = said.copy()
    said.clear()
    assert told == []


@pytest.fixture(scope="module")
def world(site: Site) -> dict[str, object]:
    return make_world(site)


def endpoints(app: Flask, world: dict[str, object]) -> Iterator[str]:
    """What answers at the addresses of the table."""
    routes = app.url_map.bind("")
    for address in (address for addresses in PAGES.values() for address in addresses):
        path = address.format(**world).partition("?")[0]
        if routes.test(path):
            yield routes.match(path)[0]


def test_the_table_names_every_page(site: Site, world: dict[str, object]) -> None:
    shown = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.endswith(FILES)
    }
    assert shown - NO_PAGES == set(endpoints(site.app, world))


@pytest.mark.parametrize(
    ("who", "address"),
    [(who, address) for who, addresses in PAGES.items() for address in addresses],
)
def test_a_page_is_open_to_everybody(
    window_of: WindowOf, world: dict[str, object], who: str | None, address: str
) -> None:
    page = window_of(who)
    show(page, 360, "light")
    page.goto(address.format(**world))
    is_named_once(page)
    show(page, 320, "light")
    assert page.evaluate(SIDEWAYS) <= 0
    for width, scheme in BOTH:
        show(page, width, scheme)
        assert page.evaluate(SIDEWAYS) <= 0
        assert findings(page) == []


def show(page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 640 if width < 600 else 900})
    page.emulate_media(color_scheme=scheme)


def is_named_once(page: Page) -> None:
    title, headings = page.evaluate(TITLE)
    assert len(headings) == 1
    assert title.startswith(headings[0])
