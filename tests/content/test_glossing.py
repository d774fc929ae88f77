"""Words of the glossary are links where a lesson first uses them."""

import pytest

from coursesite.content.library import Known, read_module
from coursesite.content.rules import Glossary, Parts, Ref, Term
from tests.content.documents import DAY, FACTS, MODULE, TEXT

GLOSSARY = (
    Term("bail", "Freedom before the <trial>."),
    Term("child impact statement", "What a decision would mean.", also=("family statement",)),
    Term("primary carer", "Who cares most."),
    Term("need-to-know", "No more than the task needs."),
    Term("children's officer", "Who looks after the interests of children."),
    Term("civil-society organisation (CSO)", "A body that does not work for profit."),
    Term("recommendation (Council of Europe)", "Advice to governments.", linked=False),
    Term("agency", "A body with a task."),
)
BAIL = '<a class="term" href="/glossary#term-bail" title="Freedom before the &lt;trial&gt;.">'


def lesson(words: str, old: str = "Some sleep.") -> str:
    return as_html(Glossary(GLOSSARY).linked(parts(words, old)))


def parts(words: str, old: str) -> Parts:
    files = {"module.yaml": MODULE, "en.md": TEXT.replace(old, words)}
    read = read_module(files, "at-the-door", "en", Known(FACTS, DAY))
    assert read.module, read.problems
    return read.module.lessons[0].parts


def as_html(parts: Parts) -> str:
    return "".join(part.id if isinstance(part, Ref) else part for part in parts)


def test_the_first_use_leads_to_the_glossary_and_says_what_it_means() -> None:
    html = lesson("Bail, then bail.")
    assert f"{BAIL}Bail</a>, then bail." in html


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ("primary\ncarers", "primary\ncarers"),
        ("Primary carer's", None),
        ("family statements", "family statements"),
        ("a child impact statement", "child impact statement"),
        ("the children\u2019s officer", "children\u2019s officer"),
        ("a CSO", "CSO"),
        ("two CSOs", "CSOs"),
        ("a cso", None),
        ("agencies", "agencies"),
        ("bailiff, no-bail, bailing", None),
        ("a recommendation", None),
        ("a *need-to-know*", "need-to-know"),
        ("[bail](a-morning)", None),
        ("`bail`", None),
        ("\n\n### On bail\n\nx", None),
        ("\n\n| bail |\n|---|\n| x |\n\n", None),
        ("\n\n| x |\n|---|\n| bail |\n\n", "bail"),
    ],
)
def test_what_is_linked(words: str, linked: str | None) -> None:
    html = lesson(words.replace("###", "##"))
    assert html.count('class="term"') == (linked is not None)
    if linked:
        assert f">{linked}</a>" in html


@pytest.mark.parametrize(
    ("old", "is_linked"),
    [("is at home.", True), ("Mara is seven.", True), ("Nobody asked me.", False)],
)
def test_blocks_that_are_read_have_links_too(old: str, is_linked: bool) -> None:
    assert ('class="term"' in lesson("On bail.", old)) == is_linked


def test_a_prompt_or_a_passage_to_be_replaced_has_none() -> None:
    assert 'class="term"' not in lesson("Think of bail.", "Think of a shift.")
    assert 'class="term"' not in lesson("On bail. Ask", "Local law prevails. Ask")


def test_what_is_folded_away_or_played_has_none() -> None:
    shut = "<{}><div><p>Bail<br>.</p></div></{}><p>Then bail.</p>"
    for tag in ("section", "details", 'div class="instead"', "figure"):
        html = as_html(Glossary(GLOSSARY).linked((shut.format(tag, tag.partition(" ")[0]),)))
        assert html.endswith(f"<p>Then {BAIL}bail</a>.</p>"), tag
        assert html.count("<a") == 1


def test_links_that_a_revision_was_made_with_give_way_to_those_of_today() -> None:
    once = '<p>On <a class="term" href="/glossary#term-surety" title="x">surety</a> and bail.</p>'
    assert as_html(Glossary(GLOSSARY).linked((once,))) == f"<p>On surety and {BAIL}bail</a>.</p>"


def test_each_term_has_one_place() -> None:
    assert [term.anchor for term in GLOSSARY][4:6] == [
        "term-children-s-officer",
        "term-civil-society-organisation-cso",
    ]
