"""A learning path as a form: what is not changed stays, and steps come, go and change places."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.library.settings import (
    PathSheet,
    Wrong,
    filled_path,
    path_sheet,
    path_sheet_sent,
)
from coursesite.authoring.models import Draft
from coursesite.config import PROJECT
from coursesite.people.rules import Role
from tests.authoring.question_forms import fields_on
from tests.authoring.test_desk import keepers
from tests.authoring.test_entry_forms import changed
from tests.authoring.test_publishing import publisher
from tests.authoring.test_registers import POLICE, pia, publish
from tests.browser import Browser, Client, Queries
from tests.makers import make_person

__all__ = ["keepers", "pia", "publisher"]

SHIPPED = sorted((PROJECT / "content" / "paths").glob("*.yaml"))
SPOKEN = ["en"]
TEXT = """\
# The path of those who stand at doors.
title:
  en: Doors  # short
  es: Puertas
summary: {en: For all}
audience: [police]
steps:
  # First of all.
  - module: one
    required: true
    title: {en: One}
    minutes: 30

  - choose: 1  # of two
    of:
      - module: two  # the longer one
      - {module: three}
    after: [one]
  - {module: four, required: false}
certificate:
  title: {en: Done}
  template: standard
"""

Form = dict[str, list[str]]


def form_of(sheet: PathSheet) -> Form:
    """What a browser sends of the form as it is shown."""
    form = {name: [text] for name, text in sheet.fields.items()}
    form |= {"audience": sheet.chosen("audience"), "audience-asked": ["y"]}
    form |= {"certificate": ["y"] if sheet.certified else [], "certificate-asked": ["y"]}
    for number, step in enumerate(sheet.steps or ()):
        name = f"step-{number}"
        form |= {f"{name}-was": [str(step.was)], f"{name}-place": [str(number + 1)]}
        if step.fits:
            form |= {f"{name}-asked": ["y"], f"{name}-required": ["y"] if step.required else []}
            form |= {f"{name}-after": list(step.after), f"{name}-minutes": [step.minutes]}
            form |= {f"{name}-title-{key}": [text] for key, text in step.titles.items()}
            form |= {f"{name}-of-{at}": [slug] for at, slug in enumerate(step.of)}
            form |= {f"{name}-choose": [step.choose]} if step.of else {}
            form |= {f"{name}-of-asked": ["y"]} if step.of else {f"{name}-module": [step.module]}
    return form


def fill(typed: Mapping[str, Any], text: str = TEXT) -> str:
    form = form_of(path_sheet(text, SPOKEN))
    new = {name: [each] if isinstance(each, str) else each for name, each in typed.items()}
    return filled_path(text, form | new, SPOKEN)


@pytest.mark.parametrize("text", [*(each.read_text("utf-8") for each in SHIPPED), TEXT])
def test_what_is_saved_unchanged_stays_as_it_was(text: str) -> None:
    sheet = path_sheet(text, SPOKEN)
    assert sheet.kept == []
    assert all(step.fits for step in sheet.steps or ())
    assert filled_path(text, form_of(sheet), SPOKEN) == text
    assert filled_path(text, {"csrf_token": ["x"]}, SPOKEN) == text


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (
            {"title-en": "All doors"},
            ["-  en: Doors  # short", "+  en: All doors  # short"],
        ),
        ({"title-es": ""}, ["-  es: Puertas"]),
        (
            {"summary-es": "Para todos"},
            ["-summary: {en: For all}", "+summary: {en: For all, es: Para todos}"],
        ),
        ({"audience": "all"}, ["-audience: [police]", "+audience: [all]"]),
        ({"complete_on": "published"}, ["+complete_on: published"]),
        ({"step-0-required": []}, ["-    required: true", "+    required: false"]),
        (
            {"step-2-required": "y"},
            [
                "-  - {module: four, required: false}",
                "+  - {module: four, required: true}",
            ],
        ),
        ({"step-0-minutes": "35"}, ["-    minutes: 30", "+    minutes: 35"]),
        (
            {"step-0-module": "five"},
            ["-  - module: one", "+  - module: five", "-    title: {en: One}", "-    minutes: 30"],
        ),
        ({"step-1-after": []}, ["-    after: [one]"]),
        (
            {"step-2-after": ["one", "two"]},
            [
                "-  - {module: four, required: false}",
                "+  - {module: four, required: false, after: [one, two]}",
            ],
        ),
        (
            {"step-1-of-1": "five", "step-1-of-2": "six", "step-1-choose": "2"},
            [
                "-  - choose: 1  # of two",
                "+  - choose: 2  # of two",
                "-      - {module: three}",
                "+      - module: five",
                "+      - module: six",
            ],
        ),
        (
            {"certificate-valid_months": "12"},
            ["+  valid_months: 12"],
        ),
        (
            {"certificate": []},
            ["-certificate:", "-  title: {en: Done}", "-  template: standard"],
        ),
    ],
)
def test_one_value_changes_and_nothing_else(typed: Mapping[str, Any], lines: list[str]) -> None:
    assert sorted(changed(TEXT, fill(typed))) == sorted(lines)


def test_steps_come_and_go_and_change_places() -> None:
    after = fill({"step-2-place": "1", "step-1-remove": "y"})
    assert after.index("module: four") < after.index("module: one")
    assert "choose" not in after

    new = {"step-3-asked": "y", "step-3-module": "five", "step-3-required": "y"}
    assert changed(TEXT, fill(new)) == ["+", "+  - module: five", "+    required: true"]
    choice = {"step-3-asked": "y", "step-3-of-asked": "y", "step-3-choose": "1"}
    after = fill(choice | {"step-3-of-0": "five", "step-3-of-2": "six"})
    assert [step.of for step in path_sheet(after, SPOKEN).steps or ()][3] == ["five", "six"]
    announced = {"step-3-new": "seven", "step-3-title-en": "Seven", "step-3-minutes": "20"}
    after = fill({"step-3-asked": "y"} | announced)
    last = (path_sheet(after, SPOKEN).steps or ())[3]
    assert (last.module, last.titles, last.minutes) == ("seven", {"en": "Seven"}, "20")
    assert last.required is False


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"audience": []}, "audience"),
        ({f"step-{number}-remove": "y" for number in range(3)}, "steps"),
        ({"step-1-of-0": "", "step-1-of-1": ""}, "step-1-of-0"),
        ({"certificate-title-en": ""}, "certificate-title-en"),
    ],
)
def test_what_would_leave_nothing_is_refused_at_its_field(
    typed: Mapping[str, Any], field: str
) -> None:
    with pytest.raises(Wrong) as refused:
        fill(typed)
    assert refused.value.field == field


def test_what_a_form_cannot_show_stays_and_can_be_moved() -> None:
    odd = TEXT.replace("after: [one]", "after: {all: one}") + "colour: red\n"
    sheet = path_sheet(odd, SPOKEN)
    assert sheet.kept == ["colour"]
    assert [step.fits for step in sheet.steps or ()] == [True, False, True]
    after = fill({"step-1-place": "1"}, odd)
    assert "after: {all: one}" in after
    assert after.index("choose") < after.index("module: one")
    assert path_sheet(odd.replace("summary: {en: For all}", "summary: no"), SPOKEN).kept == [
        "summary",
        "colour",
    ]


def test_what_was_sent_stands_there_again() -> None:
    sheet = path_sheet(TEXT, SPOKEN)
    sent = form_of(sheet) | {"step-2-place": ["1"], "title-en": ["Half"], "certificate": []}
    again = path_sheet_sent(sheet, sent)
    assert (again.fields["title-en"], again.certified) == ("Half", False)
    assert [step.was for step in again.steps or ()] == [2, 0, 1]


PAGE = f"{POLICE}/settings"


def test_a_path_is_filled_in_on_its_page_and_published(session: Session, pia: Client) -> None:
    assert f'href="{PAGE}"' in pia.get("/authoring/registers").text
    assert f'href="{PAGE}"' in pia.get(POLICE).text
    form = fields_on(pia.get(PAGE).text)
    form |= {"title-en": ["Police at doors"], "step-1-module": ["second"]}
    assert pia.post(PAGE, form).status_code == 302
    (text,) = session.scalars(sa.select(Draft)).one().files.values()
    assert "title: {en: Police at doors}" in text
    assert "steps: [{module: at-the-door}, {module: second, required: true}]" in text
    assert publish(pia, POLICE, note="One more.") == 302
    assert "Police at doors" in pia.get("/catalogue").text


def test_a_mistake_of_a_step_is_told_there(pia: Client) -> None:
    form = fields_on(pia.get(PAGE).text)
    pia.post(PAGE, form | {"step-1-new": ["nowhere"], "certificate-valid_months": ["many"]})
    page = pia.get(PAGE).text
    assert 'id="certificate-valid_months-error"' in page
    assert '<a href="#certificate-valid_months">' in page
    pia.post(PAGE, fields_on(page) | {"certificate-valid_months": ["12"]})
    page = pia.get(PAGE).text
    assert '<a href="#step-1">' in page
    assert "give the step a title and minutes" in page
    late = pia.post(PAGE, fields_on(page) | {"digest": ["old"], "title-en": ["Mine"]})
    assert late.status_code == 409
    assert 'value="Mine"' in late.text


def test_others_do_not_see_it_and_the_page_asks_few_questions(
    session: Session, pia: Client, browser: Browser
) -> None:
    pia.get(PAGE)
    with Queries(session.connection()) as queries:
        assert pia.get(PAGE).status_code == 200
    assert len(queries) <= 10
    assert pia.get("/authoring/paths/none/all/settings").status_code == 404
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR,)))
    assert stranger.get(PAGE).status_code == 403
    assert stranger.post(PAGE, {"title-en": "Forged"}).status_code == 403
