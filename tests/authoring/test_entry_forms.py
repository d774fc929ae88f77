"""Facts and words edited as forms: what is not changed stays, character by character."""

from difflib import unified_diff

import pytest

from coursesite.authoring.library.entries import (
    RegisterEntry,
    entries_of,
    entry_sheet,
    filled_entry,
    with_entry,
    without_entry,
)
from coursesite.config import PROJECT
from coursesite.content.library import read_facts, read_glossary
from coursesite.errors import Invalid
from coursesite.revisions.rules import Kind

FACTS = (PROJECT / "content" / "facts.yaml").read_text("utf-8")
WORDS = (PROJECT / "content" / "glossary.en.yaml").read_text("utf-8")
SHIPPED = {Kind.FACTS: FACTS, Kind.GLOSSARY: WORDS}
SMALL = """\
# What is stated.
facts:

  # How many

  - id: A01  # never changes
    statement: Many children
      have a parent in prison.
    sources:
    - {title: 'Our messages', year: 2024}  # the first
    - title: A report
      publisher: A ministry
    verification: verified
    verified_on: 2026-11-01

  # What hurts

  - id: B02
    statement: "Nobody counts: them."
    definition: |
      Two lines,
      as written.
    sources: [{title: Another}]
    verification: secondary
"""

Form = dict[str, list[str]]


def form_of(entry: RegisterEntry, kind: Kind, **typed: str) -> Form:
    """What a browser sends of the form as it is shown, with other values typed in."""
    sheet = entry_sheet(entry, kind)
    shown = {name: text for name, text in sheet.fields.items() if text or name != "linked"}
    form = {name: [text] for name, text in shown.items()}
    for number, row in enumerate(sheet.rows):
        form |= {f"row-{number}-{name}": [text] for name, text in row.items()}
    return form | {name: [text] for name, text in typed.items()}


def fill(text: str, key: str, kind: Kind = Kind.FACTS, **typed: str) -> str:
    entry = next(each for each in entries_of(text, kind) if each.key == key)
    form = form_of(entry, kind, **{name.replace("__", "-"): each for name, each in typed.items()})
    return filled_entry(text, kind, key, form)


def changed(before: str, after: str) -> list[str]:
    lines = unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"---", "+++"}]


@pytest.mark.parametrize("kind", SHIPPED)
def test_every_shipped_entry_saved_unchanged_leaves_its_file_as_it_was(kind: Kind) -> None:
    text = SHIPPED[kind]
    found = entries_of(text, kind)
    assert len(found) > 50
    assert len({each.key for each in found}) == len(found)
    for each in found:
        assert filled_entry(text, kind, each.key, form_of(each, kind)) == text, each.name
        assert entry_sheet(each, kind).kept == []


def test_one_value_changes_and_nothing_else() -> None:
    after = fill(SMALL, "A01", verified_on="2026-11-29", row__1__publisher="Another ministry")

    assert changed(SMALL, after) == [
        "-      publisher: A ministry",
        "+      publisher: Another ministry",
        "-    verified_on: 2026-11-01",
        "+    verified_on: 2026-11-29",
    ]


def test_a_source_comes_and_goes_and_comments_stay() -> None:
    more = fill(SMALL, "A01", row__2__title="A law", row__2__year="2026", row__2__paragraph="4")
    less = fill(SMALL, "A01", row__1__remove="y")

    assert changed(SMALL, more) == [
        "+    - title: A law",
        "+      year: 2026",
        '+      paragraph: "4"',
    ]
    assert changed(SMALL, less) == ["-    - title: A report", "-      publisher: A ministry"]
    assert "# the first" in less
    with pytest.raises(Invalid, match="at least one source"):
        fill(SMALL, "B02", row__0__remove="y")


def test_what_may_be_missing_goes_and_what_may_not_is_told() -> None:
    gone = fill(SMALL, "A01", verified_on="", withdrawn="It was a slip.")
    empty = fill(SMALL, "A01", statement=" ")

    assert changed(SMALL, gone) == [
        "-    verified_on: 2026-11-01",
        "+    withdrawn: It was a slip.",
    ]
    told = read_facts(empty, "facts.yaml").problems
    assert [each.at for each in told] == [("facts", 0, "statement")]


def test_an_id_never_changes_and_an_entry_is_added_at_the_end() -> None:
    assert fill(SMALL, "A01", id="Z99") == SMALL

    after = with_entry(SMALL, Kind.FACTS, "C03")

    assert after.startswith(SMALL)
    after = fill(after, "C03", statement="It is so.", row__0__title="A book")
    assert list(read_facts(after, "facts.yaml").facts) == ["A01", "B02", "C03"]
    with pytest.raises(Invalid, match="already"):
        with_entry(SMALL, Kind.FACTS, "A01")


def test_an_entry_goes_and_the_heading_above_it_stays() -> None:
    first, second = (without_entry(SMALL, Kind.FACTS, key) for key in ("A01", "B02"))

    assert "# How many" in first
    assert "# What hurts" in first
    assert list(read_facts(first, "facts.yaml").facts) == ["B02"]
    assert list(read_facts(second, "facts.yaml").facts) == ["A01"]
    assert "# What hurts" in second
    with pytest.raises(Invalid, match="at least one entry"):
        without_entry(second, Kind.FACTS, "A01")


def test_a_word_has_its_names_its_sources_and_its_link() -> None:
    text = "# By the alphabet.\nterms:\n  - {term: prison, definition: A place., linked: false}\n"

    after = fill(
        text,
        "prison",
        Kind.GLOSSARY,
        also="jail\ngaol\n",
        sources="A01, B02",
        linked="y",
        definition="A place: closed.",
    )

    found = read_glossary(after, "glossary.en.yaml", citable={"A01", "B02"}).terms[0]
    assert (found.also, found.sources, found.linked) == (("jail", "gaol"), ("A01", "B02"), True)
    assert found.definition == "A place: closed."
    assert after.startswith("# By the alphabet.\n")


def test_what_a_form_cannot_show_stays_as_it_is() -> None:
    odd = SMALL.replace("[{title: Another}]", "[{title: Another, pages: [1, 2]}]")
    entry = entries_of(odd, Kind.FACTS)[1]

    assert entry_sheet(entry, Kind.FACTS).kept == ("sources",)
    after = fill(odd, "B02", statement="Somebody counts.")
    assert changed(odd, after) == [
        '-    statement: "Nobody counts: them."',
        '+    statement: "Somebody counts."',
    ]


def test_words_of_another_script_have_an_address_of_their_own() -> None:
    home = "{term: בית, definition: x.}"
    prison = "{term: כלא, definition: y., of: prison}"
    text = f"terms:\n  - {home}\n  - {prison}\n"

    assert [each.key for each in entries_of(text, Kind.GLOSSARY)] == ["entry-1", "prison"]
