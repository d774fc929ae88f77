"""What the shared parts of pages promise: words with signs, errors at their field, small files."""

import gzip
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

PROJECT = Path(__file__).parents[2]
STATIC = PROJECT / "static"
TEMPLATES = PROJECT / "coursesite" / "templates"
MAILS = TEMPLATES / "notifications" / "letter.html"
PAGES = set(TEMPLATES.rglob("*.html")) - {MAILS}
"""Mails are read elsewhere: no policy of ours holds there, and no file of ours is loaded."""
LEARNER_SCRIPTS = ("scenario.js", "check.js", "save.js", "exit.js")


@dataclass(frozen=True)
class Option:
    id: str
    html: str
    correct: bool
    feedback_html: str


@dataclass(frozen=True)
class Check:
    id: str
    question_html: str
    options: tuple[Option, ...]
    multiple: bool = False


class Rule(Form):  # type: ignore[misc]  # the library has no types
    name = StringField("Name", [InputRequired("Enter a name")])
    due = RadioField("Due", choices=[SelectChoice("fixed", "Fixed"), SelectChoice("none", "None")])
    target = SelectField(
        "Target", choices=[SelectChoice("core", "Core"), SelectChoice("police", "Police")]
    )
    starts_on = DateField("Starts", format=["%d %m %Y", "%Y-%m-%d"])


DOOR = Check(
    "door",
    Markup("<p>What comes first?</p>"),
    (
        Option("ask", Markup("<p>Ask who is at home.</p>"), True, Markup("It slows it down.")),
        Option("run", Markup("Run in."), False, Markup("She will remember it.")),
    ),
)


def drawn(app: Flask, name: str, *values: Any, **more: Any) -> str:
    """What a macro, such as `forms.text_input`, makes of these values."""
    file, macro = name.split(".")
    with app.test_request_context("/"):
        module = app.jinja_env.get_template(f"macros/{file}.html").module
        return str(getattr(module, macro)(*values, **more))


def filled(**values: str | list[str]) -> Rule:
    return Rule(MultiDict(values))


def test_an_error_is_said_at_its_field_and_linked_from_the_top(app: Flask) -> None:
    form = filled(name="")
    form.validate()
    field = drawn(app, "forms.text_input", form.name, hint="People see it")
    assert 'aria-describedby="name-hint name-error"' in field
    assert 'aria-invalid="true"' in field
    assert "Enter a name" in field
    assert '<a href="#name">Enter a name</a>' in drawn(app, "forms.error_summary", form)


def test_a_form_without_errors_has_no_summary(app: Flask) -> None:
    assert drawn(app, "forms.error_summary", filled()).strip() == ""


def test_what_was_chosen_stays_chosen(app: Flask) -> None:
    form = filled(due="none", target="police")
    assert re.search(r'value="none" checked', drawn(app, "forms.radios", form.due))
    assert re.search(r'value="police" selected', drawn(app, "forms.select", form.target))


def test_plain_values_need_no_form_class(app: Flask) -> None:
    field = {"name": "code", "label": "Code", "value": '"><script>'}
    html = drawn(app, "forms.text_input", field)
    assert '<label class="govuk-label" for="code">Code</label>' in html
    assert "<script>" not in html


def test_a_day_is_asked_in_three_boxes_and_read_as_one(app: Flask) -> None:
    form = filled(starts_on=["27", "3", "2027"])
    assert form.starts_on.data == date(2027, 3, 27)
    html = drawn(app, "forms.date_input", form.starts_on)
    assert [*re.findall(r'value="(\d+)"', html)] == ["27", "3", "2027"]


def test_a_password_is_never_written_back(app: Flask) -> None:
    html = drawn(app, "forms.password_input", {"name": "p", "label": "P", "value": "secret"})
    assert "secret" not in html


def test_a_check_keeps_its_key_and_its_notes_until_an_option_is_chosen(app: Flask) -> None:
    html = drawn(app, "lesson.check", DOOR, "/answer")
    assert "slows it down" not in html
    assert "choice-right" not in html


@pytest.mark.parametrize(
    ("chosen", "said", "unsaid"),
    [
        (["ask"], "It slows it down.", "She will remember it."),
        (["run"], "She will remember it.", "It slows it down."),
        ([], "Choose an answer first.", "It slows it down."),
    ],
)
def test_a_check_answers_what_was_chosen(
    app: Flask, chosen: list[str], said: str, unsaid: str
) -> None:
    html = drawn(app, "lesson.check", DOOR, "/answer", chosen)
    assert said in html
    assert unsaid not in html


def test_a_label_holds_no_paragraph(app: Flask) -> None:
    labels = re.findall(r"<label.*?</label>", drawn(app, "lesson.check", DOOR, "/"), re.DOTALL)
    assert len(labels) == 2
    assert not any("<p>" in label for label in labels)


@pytest.mark.parametrize(
    ("state", "tone"),
    [("overdue", "late"), ("due soon", "soon"), ("in_grace", "soon"), ("completed", "done")],
)
def test_a_state_is_words_and_a_sign(app: Flask, state: str, tone: str) -> None:
    html = drawn(app, "ui.state", state, "In words")
    assert f"state-{tone}" in html
    assert "<svg" in html
    assert "In words" in html


def test_progress_says_its_numbers_before_its_bar(app: Flask) -> None:
    html = drawn(app, "ui.progress", 2, 6, "2 of 6 lessons read")
    assert html.index("2 of 6 lessons read") < html.index("steps")
    assert html.count('class="done"') == 2


@pytest.mark.parametrize("chart", ["bars", "columns"])
def test_a_chart_stands_beside_its_table(app: Flask, chart: str) -> None:
    rows = [{"label": "Gate", "value": 3}, {"label": "Wing", "value": 0}]
    html = drawn(app, f"chart.{chart}", "late", "Overdue", rows, ("Unit", "People"))
    assert '<th scope="row">Gate</th><td class="n">3</td>' in html
    assert "<svg" in html


def test_an_empty_chart_is_drawn_all_the_same(app: Flask) -> None:
    assert "<svg" in drawn(app, "chart.bars", "none", "Overdue", [], ("Unit", "People"))


def packed(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)


def test_files_stay_small() -> None:
    assert packed("site.css") <= 20_000
    assert packed(*LEARNER_SCRIPTS) <= 20_000


def test_both_directions_are_compiled_from_the_same_source() -> None:
    rules = [(STATIC / name).read_text().count("{") for name in ("site.css", "site.rtl.css")]
    assert rules[0] == rules[1]


@pytest.mark.parametrize("path", sorted(PAGES), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_needs_more_than_the_policy_allows(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<[^>{]*\s(style|on[a-z]+)=", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text)
