"""The register of facts and the glossary."""

import pytest

from coursesite.content.library import read_facts, read_glossary
from coursesite.content.rules import Verification, terms_from_json, terms_to_json

FACTS = """\
facts:
  - id: A01
    statement: About 2.1 million children.
    definition: On a given day.
    sources:
      - {title: Our messages, publisher: COPE, year: 2018, paragraph: 7, where: cope.example}
    verification: verified
    verified_on: 2026-11-01
    review_by: 2028-11-01
  - id: B01
    statement: Another.
    sources: [{title: A report}]
    verification: partly
"""


def test_facts_are_read_by_their_id() -> None:
    answer = read_facts(FACTS, "facts.yaml")

    assert answer.problems == []
    assert list(answer.facts) == ["A01", "B01"]
    assert answer.facts["A01"].sources[0].paragraph == "7"
    assert answer.facts["B01"].verification is Verification.PARTLY


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: B01", "id: A01", "facts.yaml:10: 'A01' is here twice (first on line 2)"),
        ("id: B01", "id: b1", "facts.yaml:10: 'id': 'b1' should be a capital letter and its"),
        ("partly", "partially", "facts.yaml:13: 'verification' cannot be 'partially': did you me"),
        ("    sources: [{title: A report}]\n", "", "facts.yaml:10: 'sources' is missing"),
        ("2028-11-01", "soon", "facts.yaml:9: 'review_by' should be a date like 2027-11-01"),
    ],
)
def test_one_change_to_the_register(old: str, new: str, message: str) -> None:
    problems = [str(each) for each in read_facts(FACTS.replace(old, new), "facts.yaml").problems]

    assert any(each.startswith(message) for each in problems), problems


def test_the_glossary_keeps_its_order_and_cites_only_what_may_be_cited() -> None:
    text = (
        "terms:\n"
        "  - {term: bail, definition: Freedom before trial., sources: [A01]}\n"
        "  - {term: arrest, definition: Taken into custody., sources: [C16]}\n"
        "  - {term: bail, definition: Again.}\n"
    )
    answer = read_glossary(text, "glossary.en.yaml", citable={"A01"})

    assert [term.term for term in answer.terms] == ["bail", "arrest", "bail"]
    assert terms_from_json(terms_to_json(answer.terms)) == answer.terms
    assert [str(problem) for problem in answer.problems] == [
        "glossary.en.yaml:4: 'bail' is here twice (first on line 2)",
        "glossary.en.yaml:3: fact 'C16' cannot be cited",
    ]
