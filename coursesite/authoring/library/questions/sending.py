"""What a form says about a question, as the values that its file should have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from coursesite.authored.text import ODD, odd_sentence
from coursesite.authored.tree import Plain
from coursesite.authoring.library.drafts import clean
from coursesite.authoring.library.questions.sheet import LINES, ROWS, YES, Row, Sheet
from coursesite.authoring.library.rows import Form, Placed, rows_in
from coursesite.errors import Invalid, said
from coursesite.quizzes.questions.choice import SingleChoice, TrueFalse

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,14}\.[0-9]{1,14}")


@dataclass(frozen=True)
class SentRow:
    """A row of the form; `was` is its number in the file, None for a new one."""

    number: int
    was: int | None
    values: Mapping[str, str]
    correct: bool
    remove: bool

    @property
    def blank(self) -> bool:
        return not any(text.strip() for text in self.values.values())


def one(form: Form, name: str) -> str | None:
    """A field as it was sent, with plain line ends; None if it was not."""
    values = form.get(name)
    if not values:
        return None
    text = clean(values[0])
    if odd := ODD.search(text):
        sentence = said("Something was pasted that cannot be kept: %(what)s.")
        raise Invalid(sentence, what=odd_sentence(odd[0]))
    return text


def value_of(key: str, kind: str, text: str) -> Plain:
    """What is written for the text of a field; None for nothing."""
    bare = text.strip()
    if key == "sources":
        found: list[Plain] = [each for each in re.split(r"[,;\s]+", bare) if each]
        return found or None
    if key in {*LINES, "among"}:
        return listed(text) or None
    if key in YES or (key == "answer" and kind == TrueFalse.type):
        return {"y": True, "true": True, "false": False}.get(bare)
    if key in {"objective", "answer", "tolerance"}:
        return number(bare)
    if key in {"text", "explanation"}:
        return text.rstrip()
    return " ".join(text.split()) or None


def listed(text: str) -> list[Plain]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def number(text: str) -> Plain:
    """A number if it is one as our files write them, else the words, which are told of."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text or None


def rows_sent(sheet: Sheet, form: Form) -> list[SentRow]:
    """The rows of the form in the order that was asked for; those it leaves out stay."""
    return [_row(sheet, form, each) for each in rows_in(form, "row", len(sheet.rows))]


def _row(sheet: Sheet, form: Form, placed: Placed) -> SentRow:
    old = sheet.rows[placed.was] if placed.was is not None else None
    if old and not placed.sent:
        return SentRow(old.number, old.number, old.values, old.correct, remove=False)
    keys = [key for key in ROWS[sheet.rows_key] if key != "correct"]
    values = {key: _sent(one(form, f"row-{placed.number}-{key}"), old, key) for key in keys}
    return SentRow(
        number=placed.number,
        was=old.number if old else None,
        values=values,
        correct=_is_correct(sheet, form, placed.number, old),
        remove=placed.remove,
    )


def _sent(text: str | None, old: Row | None, key: str) -> str:
    if text is None or (key == "id" and old):
        return old.values.get(key, "") if old else ""
    return text


def _is_correct(sheet: Sheet, form: Form, number: int, old: Row | None) -> bool:
    if sheet.entry.type == SingleChoice.type:
        chosen = one(form, "correct")
        return chosen == str(number) if chosen is not None else bool(old and old.correct)
    return one(form, f"row-{number}-correct") is not None


def sheet_sent(sheet: Sheet, form: Form) -> Sheet:
    """The form as it was sent, to be shown again."""
    fields = {
        key: ("y" if one(form, key) else "")
        if key in YES
        else one(form, key) or ""
        if key in form
        else shown
        for key, shown in sheet.fields.items()
    }
    if not sheet.rows_key:
        return replace(sheet, fields=fields)
    ids = {row.number: row.id for row in sheet.rows}
    rows = [
        Row(number, row.values, ids.get(row.was, "") if row.was is not None else "", row.correct)
        for number, row in enumerate(rows_sent(sheet, form))
        if row.was is not None or not row.blank
    ]
    return replace(sheet, fields=fields, rows=rows)
