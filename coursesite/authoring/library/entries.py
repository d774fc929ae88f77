"""Facts and terms of an author's file as forms; the file stays what counts, and keeps its shape."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coursesite.authored.changing import New, cut, rearrange
from coursesite.authored.tree import Location, Plain
from coursesite.authored.writing import item
from coursesite.authoring.library.questions import Form, Writing, number, one, read_data, words
from coursesite.errors import Invalid, NotFound
from coursesite.revisions.rules import Kind

SOURCE_KEYS = ("title", "publisher", "year", "paragraph", "where")
MOST_ROWS = 50
_ROW = re.compile(r"row-([0-9]{1,3})-[a-z]+")


@dataclass(frozen=True)
class Shape:
    """How the entries of a register are written: the key of their list, that of their name, and
    their keys in order; of these some hold several words, and some yes or no.
    """

    list: str
    name: str
    keys: Sequence[str]
    lists: Mapping[str, str]
    ticks: frozenset[str] = frozenset()
    rows: str = ""


SHAPES: Mapping[Kind, Shape] = {
    Kind.FACTS: Shape(
        "facts",
        "id",
        (
            *("id", "statement", "definition", "caution", "sources"),
            *("verification", "verified_on", "review_by", "withdrawn"),
        ),
        {},
        rows="sources",
    ),
    Kind.GLOSSARY: Shape(
        "terms",
        "term",
        ("term", "of", "definition", "also", "sources", "linked"),
        {"also": "\n", "sources": ", "},
        frozenset({"linked"}),
    ),
}

Data = Mapping[str, Plain]


@dataclass(frozen=True)
class RegisterEntry:
    """A fact or a term as it is written, right or wrong; `key` names it in addresses."""

    at: Location
    data: Data
    name: str
    key: str

    @property
    def number(self) -> int:
        """Its place in the file, from 0."""
        return int(self.at[-1])

    def words(self, key: str) -> str:
        """What is shown of a single value; nothing for what is none."""
        return words(self.data.get(key))

    def rows(self, key: str) -> list[Data]:
        found = self.data.get(key)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Sheet:
    """The form of an entry: its fields by key, the rows of its sources, and what it cannot show."""

    entry: RegisterEntry
    fields: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    kept: Sequence[str]


def entries_of(text: str, kind: Kind) -> list[RegisterEntry]:
    """Every entry in the order of the file."""
    return list(_entries(read_data(text).get(SHAPES[kind].list), SHAPES[kind]))


def _entries(found: Plain, shape: Shape) -> Iterator[RegisterEntry]:
    seen: set[str] = set()
    for place, data in enumerate(found if isinstance(found, list) else ()):
        if isinstance(data, dict):
            name = words(data.get(shape.name))
            key = _key(name, words(data.get("of")), shape)
            key = key if key and key not in seen else f"entry-{place + 1}"
            seen.add(key)
            yield RegisterEntry((shape.list, place), data, name, key)


def _key(name: str, of: str, shape: Shape) -> str:
    """The id of a fact; of a term the letters and digits of the original's words."""
    if shape.name == "id":
        return name if re.fullmatch(r"[A-Za-z0-9]{1,20}", name) else ""
    return re.sub(r"[^a-z0-9]+", "-", (of or name).lower()).strip("-")


def get_register_entry(text: str, kind: Kind, key: str) -> RegisterEntry:
    found = next((each for each in entries_of(text, kind) if each.key == key), None)
    if found is None:
        raise NotFound("There is no such entry in this draft.")
    return found


def entry_sheet(entry: RegisterEntry, kind: Kind) -> Sheet:
    """What the form shows; what it cannot show stays in the text as it is."""
    shape = SHAPES[kind]
    fields: dict[str, str] = {}
    for key in shape.keys:
        shown = _shown(entry, key, shape)
        if shown is not None and key != shape.rows:
            fields[key] = shown
    kept = [key for key in entry.data if key not in fields and key != shape.rows]
    rows = entry.data.get(shape.rows) if shape.rows else None
    if rows is not None and not _rows_fit(rows):
        return Sheet(entry, fields, (), (*kept, shape.rows))
    shown_rows = [{key: words(row.get(key)) for key in SOURCE_KEYS} for row in _dicts(rows)]
    return Sheet(entry, fields, shown_rows, kept)


def _shown(entry: RegisterEntry, key: str, shape: Shape) -> str | None:
    """A value as a field has it; None if a field cannot hold it."""
    value = entry.data.get(key)
    if key in shape.ticks:
        return None if value not in {None, True, False} else "" if value is False else "y"
    if key in shape.lists:
        plain = value is None or isinstance(value, list)
        found = value if isinstance(value, list) else []
        fits = plain and all(isinstance(each, str) and "\n" not in each for each in found)
        return shape.lists[key].join(map(str, found)) if fits else None
    return None if isinstance(value, list | dict) else words(value)


def _dicts(value: Plain) -> list[dict[str, Plain]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _rows_fit(value: Plain) -> bool:
    whole = isinstance(value, list) and len(_dicts(value)) == len(value)
    parts = (part for row in _dicts(value) for part in row.values())
    return whole and not any(isinstance(part, list | dict) for part in parts)


def filled_entry(text: str, kind: Kind, key: str, form: Form) -> str:
    """The text with what the form says of an entry; unchanged, it stays as it is."""
    entry = get_register_entry(text, kind, key)
    shape, sheet = SHAPES[kind], entry_sheet(entry, kind)
    writing = Writing(text, entry.at, (shape.keys, SOURCE_KEYS))
    for name, shown in sheet.fields.items():
        sent = one(form, name)
        if name in shape.ticks:
            sent = sent or ""
        fixed = name == "id"
        if (
            sent is not None
            and not fixed
            and _value(name, sent, shape) != _value(name, shown, shape)
        ):
            _write(writing, name, _value(name, sent, shape), shape)
    if shape.rows and shape.rows not in sheet.kept:
        _fill_rows(writing, sheet, shape.rows, form)
    return writing.proved()


def _value(name: str, sent: str, shape: Shape) -> Plain:
    """What is written for the text of a field; None for nothing."""
    if name in shape.ticks:
        return None if sent == "y" else False
    if name in shape.lists:
        parts = sent.split("\n") if shape.lists[name] == "\n" else re.split(r"[,;\s]+", sent)
        found: list[Plain] = [each.strip() for each in parts if each.strip()]
        return found or None
    return " ".join(sent.split()) or None


def _write(writing: Writing, name: str, value: Plain, shape: Shape) -> None:
    if value is not None:
        writing.put((), name, value)
    elif name in {shape.name, "statement", "verification"} or (
        name == "definition" and shape.name == "term"
    ):
        writing.put((), name, "")  # every entry has it, and the checker says so
    else:
        writing.drop((), name)


@dataclass(frozen=True)
class _Row:
    was: int | None
    values: Mapping[str, Plain]


def _fill_rows(writing: Writing, sheet: Sheet, key: str, form: Form) -> None:
    sent = list(_rows_sent(sheet, form))
    items: list[int | New] = []
    for row in sent:
        if row.was is None:
            items.append(New({name: value for name, value in row.values.items() if value}))
        else:
            _fill_row(writing, key, row, sheet.rows[row.was])
            items.append(row.was)
    if not items:
        raise Invalid("A fact keeps at least one source.")
    if not sheet.rows:
        writing.put((), key, [each.value for each in items if isinstance(each, New)])
    elif items != list(range(len(sheet.rows))):
        writing.rearrange(key, items)


def _fill_row(writing: Writing, key: str, row: _Row, before: Mapping[str, str]) -> None:
    for name, value in row.values.items():
        if value == _part(name, before[name]):
            continue
        if value is None and name != "title":
            writing.drop((key, row.was or 0), name)
        else:
            writing.put((key, row.was or 0), name, value if value is not None else "")


def _rows_sent(sheet: Sheet, form: Form) -> Iterator[_Row]:
    """Those that are there, without what is ticked to go, and new ones that are not empty."""
    numbers = sorted({int(found[1]) for name in form if (found := _ROW.fullmatch(name))})
    there = set(range(len(sheet.rows)))
    for at in sorted(there | set(numbers[:MOST_ROWS])):
        if one(form, f"row-{at}-remove"):
            continue
        before = sheet.rows[at] if at in there else dict.fromkeys(SOURCE_KEYS, "")
        sent = {name: one(form, f"row-{at}-{name}") for name in SOURCE_KEYS}
        values = {
            name: _part(name, before[name] if text is None else text) for name, text in sent.items()
        }
        if at in there or any(values.values()):
            yield _Row(at if at in there else None, values)


def _part(name: str, text: str) -> Plain:
    bare = " ".join(text.split())
    return number(bare) if name == "year" else bare or None


def entry_sent(sheet: Sheet, kind: Kind, form: Form) -> Sheet:
    """The form as it was sent, to be shown again."""
    ticks = SHAPES[kind].ticks
    fields = {
        key: ("y" if one(form, key) else "") if key in ticks else (one(form, key) or "")
        for key in sheet.fields
    }
    if "id" in sheet.fields:
        fields["id"] = sheet.fields["id"]
    numbers = sorted({int(found[1]) for name in form if (found := _ROW.fullmatch(name))})
    rows = [
        {name: one(form, f"row-{at}-{name}") or "" for name in SOURCE_KEYS}
        for at in numbers[:MOST_ROWS]
    ]
    known, new = rows[: len(sheet.rows)], rows[len(sheet.rows) :]
    return replace(sheet, fields=fields, rows=[*known, *(row for row in new if any(row.values()))])


def with_entry(text: str, kind: Kind, name: str) -> str:
    """The text with a new entry at its end, which its author must fill in."""
    shape = SHAPES[kind]
    there = entries_of(text, kind)
    if any(each.name.casefold() == name.casefold() for each in there):
        raise Invalid("There is “%(name)s” already: choose another name.", name=name)
    frame: dict[str, Plain] = (
        {"id": name, "statement": "", "sources": [{"title": ""}], "verification": "unverified"}
        if kind is Kind.FACTS
        else {"term": name, "definition": ""}
    )
    if not there:
        return f"{shape.list}:\n  {item(frame, 2)}\n"
    numbers: list[int | New] = list(range(len(there)))
    return rearrange(text, (shape.list,), [*numbers, New(frame)])


def without_entry(text: str, kind: Kind, key: str) -> str:
    """The text without an entry; comments above it stay."""
    entry = get_register_entry(text, kind, key)
    if len(entries_of(text, kind)) == 1:
        raise Invalid("A register keeps at least one entry: write another one first.")
    return cut(text, (SHAPES[kind].list,), entry.number)
