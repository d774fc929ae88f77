"""Writing what a form says into an author's file: only what it changes."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from coursesite.authored.changing import New, drop, put, rearrange, reword
from coursesite.authored.source import Unchangeable
from coursesite.authored.tree import Location, Plain
from coursesite.authoring.library.questions.entries import (
    ORDER,
    Unreadable,
    entries_in,
    every,
    get_entry,
    read_data,
)
from coursesite.authoring.library.questions.sending import (
    SentRow,
    one,
    rows_sent,
    value_of,
)
from coursesite.authoring.library.questions.sheet import ROWS, YES, Row, Sheet, sheet_of
from coursesite.authoring.library.rows import Form
from coursesite.quizzes.questions.building import text_id
from coursesite.quizzes.questions.choice import MultipleChoice, SingleChoice

ROW_ORDER = ("id", "text", "match", "correct", "feedback", "accept", "among")

Lasting = Mapping[str, Collection[str]]
"""By question the ids that published options have by their text alone."""


def lasting_ids(text: str) -> dict[str, set[str]]:
    """What answers may already name: the ids of options that have none of their own."""
    try:
        entries = entries_in(text)
    except Unreadable:
        return {}
    return {
        entry.id: {
            text_id(str(row.get("text")))
            for key in ("options", "pairs")
            for row in _dicts(entry.data.get(key))
            if row.get("id") is None
        }
        for entry in every(entries)
    }


def _dicts(value: Plain) -> list[dict[str, Plain]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def filled(text: str, question_id: str, form: Form, lasting: Lasting) -> str:
    """The text with what the form says of a question; unchanged, it stays as it is.

    An option that is reworded stays the same one: it is given the id that answers know it by.
    """
    entry = get_entry(text, question_id)
    sheet = sheet_of(entry)
    writing = Writing(text, entry.at)
    for key, shown in sheet.fields.items():
        _fill(writing, sheet, key, shown, form)
    if sheet.rows_key:
        _fill_rows(writing, sheet, form, lasting.get(question_id, ()))
    return writing.proved()


class Writing:
    """A text that is being changed, and what it should hold in the end.

    `orders` are those in which the keys of an entry, and of its rows, are written.
    """

    def __init__(
        self,
        text: str,
        at: Location,
        orders: tuple[Sequence[str], Sequence[str]] = (ORDER, ROW_ORDER),
    ) -> None:
        self.text = text
        self.at = at
        self.orders = orders
        self._data: Any = deepcopy(read_data(text))

    def put(self, at: Location, key: str, value: Plain) -> None:
        self.text = put(self.text, (*self.at, *at), key, value, self.order_at(at))
        self.find(at)[key] = value

    def order_at(self, at: Location) -> Sequence[str]:
        """The keys of what stands there, in the order in which they are written."""
        return self.orders[bool(at)]

    def drop(self, at: Location, key: str) -> None:
        if key in self.find(at):
            self.text = drop(self.text, (*self.at, *at), key)
            del self.find(at)[key]

    def rearrange(self, key: str, items: list[int | New], at: Location = ()) -> None:
        old = self.find((*at, key))
        self.text = rearrange(self.text, (*self.at, *at, key), items)
        new = [each.value if isinstance(each, New) else old[each] for each in items]
        self.find(at)[key] = new

    def reword(self, key: str, number: int, value: Plain) -> None:
        """Another value for an item of a list; what stands around it stays."""
        self.text = reword(self.text, (*self.at, key), number, value)
        self.find((key,))[number] = value

    def find(self, at: Location) -> Any:
        found = self._data
        for part in (*self.at, *at):
            found = found[part]
        return found

    def proved(self) -> str:
        """The text, which holds what it should and nothing else has become of it."""
        try:
            holds = read_data(self.text) == self._data
        except Unreadable:
            holds = False
        if not holds:
            raise Unchangeable
        return self.text


def _fill(writing: Writing, sheet: Sheet, key: str, shown: str, form: Form) -> None:
    kind, sent = sheet.entry.type, one(form, key)
    if key in YES:
        sent = sent or ""
        shown = "y" if sheet.entry.data.get(key) is True else ""
    if sent is None or value_of(key, kind, sent) == value_of(key, kind, shown):
        return
    value = value_of(key, kind, sent)
    if key in {"text", "explanation"}:
        value = _ended_like(sheet.entry.data.get(key), value)
    if value is None:
        writing.drop((), key)
    else:
        writing.put((), key, value)


def _ended_like(old: Plain, value: Plain) -> Plain:
    """A text that stood on lines of its own ended with a line break, and still does."""
    ended = isinstance(old, str) and old.endswith("\n")
    return f"{value}\n" if ended and value else value


def _fill_rows(writing: Writing, sheet: Sheet, form: Form, lasting: Collection[str]) -> None:
    key = sheet.rows_key
    sent = [row for row in rows_sent(sheet, form) if not row.remove]
    kept = [row for row in sent if row.was is not None]
    new = [row for row in sent if row.was is None and not row.blank]
    for row in kept:
        _fill_row(writing, sheet, sheet.rows[row.was or 0], row, lasting)
    items = [
        row.was if row.was is not None else New(_new_row(sheet, row))
        for row in sent
        if row.was is not None or not row.blank
    ]
    if items == list(range(len(sheet.rows))):
        return
    if sheet.rows:
        _rearrange(writing, key, items)
    elif new:
        writing.put((), key, [_new_row(sheet, row) for row in new])


def _rearrange(writing: Writing, key: str, items: list[int | New]) -> None:
    if items:
        writing.rearrange(key, items)
    else:
        writing.drop((), key)


def _fill_row(
    writing: Writing, sheet: Sheet, old: Row, row: SentRow, lasting: Collection[str]
) -> None:
    at: Location = (sheet.rows_key, old.number)
    for key, shown in old.values.items():
        if key in {"correct", "id"}:
            continue
        value = _value_in_row(key, row.values[key])
        if value == _value_in_row(key, shown):
            continue
        if key == "text" and not old.id and text_id(shown) in lasting:
            writing.put(at, "id", text_id(shown))
        if value is None and key == "feedback":
            writing.drop(at, key)
        else:
            writing.put(at, key, [] if value is None and key != "text" else value or "")
    if sheet.entry.type in {SingleChoice.type, MultipleChoice.type} and row.correct != old.correct:
        if row.correct:
            writing.put(at, "correct", value=True)
        else:
            writing.drop(at, "correct")


def _value_in_row(key: str, text: str) -> Plain:
    if key in {"accept", "among"}:
        return value_of("among", "", text)
    return text.strip() or None


def _new_row(sheet: Sheet, row: SentRow) -> Plain:
    values: dict[str, Plain] = {}
    for key in ROW_ORDER:
        if key == "correct" and row.correct and "correct" in ROWS[sheet.rows_key]:
            values[key] = True
        elif key in row.values:
            value = _value_in_row(key, row.values[key])
            if value is not None or key in {"id", "text", "match", "accept"}:
                values[key] = value if value is not None else ([] if key == "accept" else "")
    return values
