"""What may stand in a local text, and what is refused: each with its line and a remedy."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy.orm import Session

from coursesite.content.library.local import LONGEST_PASSAGE, KnownPlaces, read_local
from coursesite.content.rules import Fact, Source, Verification
from coursesite.people.rules import Role
from tests.browser import Browser
from tests.learning.makers import FACT, publish_local
from tests.localising.makers import (
    HERE,
    LESSON,
    PASSAGE,
    an_organisation,
    fill_in,
    publish_course,
    publish_draft,
    somebody,
    write_passage,
)

TODAY = date(2026, 11, 28)
WITHDRAWN = Fact(
    id="F2",
    statement="Not so.",
    sources=(Source("A page", None, None, None),),
    verification=Verification.VERIFIED,
    withdrawn="It was retracted.",
)
KNOWN = KnownPlaces(
    facts={"F1": FACT, "F2": WITHDRAWN},
    day=TODAY,
    fields={"duty_phone"},
    passages={"who-decides"},
    kept={"passage/gone.md"},
)


def said(files: Mapping[str, str]) -> list[str]:
    read = read_local(files, "The police", "en", KNOWN)
    assert (read.text is None) == any(each.severity == "error" for each in read.problems)
    return [f"{each.line}: {each.message}" for each in read.problems]


def passage(source: str) -> dict[str, str]:
    return {"passage/who-decides.md": source}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (passage("# Law\n"), "1: a heading cannot stand in a local passage: write a line in"),
        (passage("So.\n\n### Law"), "3: a heading cannot stand in a local passage"),
        (passage("![A door](media/x.svg)"), "1: a picture cannot stand in a local passage"),
        (passage("So.[^1]\n\n[^1]: Why."), "1: a footnote cannot stand in a local passage"),
        (
            passage("/// check\n    {id: x}\nWhy?\n\n- [x] So.\n\n    Yes.\n///"),
            "1: 'check' cannot stand in a local passage: there are 'key', 'case' and 'voice'",
        ),
        (passage("/// local\n    {id: x}\nSo.\n///"), "1: 'local' cannot stand in a local"),
        (passage("So.\n\n/// key\nNever closed."), "3: the block 'key' is not closed"),
        (passage("/// kay\nSo.\n///"), "1: there is no block 'kay': did you mean 'key'?"),
        (passage("As it is [@Z9]."), "1: fact 'Z9' is cited but not in facts.yaml"),
        (passage("As it is [@F2]."), "1: fact 'F2' cannot be cited"),
        (passage("Call {{duty_fone}}."), "1: nothing in the course asks for 'duty_fone': did you"),
        (passage("Call {{Duty}}."), "1: '{{Duty}}' is no local field"),
        (passage("[See](javascript:x)"), "1: a link cannot lead to 'javascript:x'"),
        (passage("[See](other-lesson)"), "1: 'other-lesson' is linked but no lesson"),
        (passage("a" * (LONGEST_PASSAGE + 1)), "1: the text is too long: 10001 characters"),
        (passage("One\x07."), "1: the invisible character U+0007 cannot be used"),
        (passage("One.\n\nTwo\u202egnp.exe"), "3: the invisible character U+202E turns the text"),
        (passage("[" * 200), "1: here are more lines, brackets or asterisks than are read"),
        (passage(" \n "), "1: this passage has no words"),
        ({"passage/who-decidez.md": "So."}, "1: nothing in the course asks for 'who-decidez': did"),
        ({"field/duty_fone": "112"}, "1: nothing in the course asks for 'duty_fone': did you"),
        ({"field/duty_phone": "1" * 1001}, "1: the text is too long: 1001 characters"),
        ({"field/duty_phone": "11\u202d2"}, "1: the invisible character U+202D turns the text"),
        ({"media/x.svg": "<svg/>"}, "1: this is neither a field nor a passage"),
    ],
)
def test_what_is_refused(files: Mapping[str, str], sentence: str) -> None:
    found = said(files)
    assert any(each.startswith(sentence) for each in found), found


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("The *governor*.", "<p>The <em>governor</em>.</p>"),
        ("- One\n- Two", "<li>One</li>"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
        ("/// key\nSo.\n///", '<div class="block block-key">'),
        ("/// case | A night\nSo.\n///", '<div class="block block-case">'),
        ("[Law](https://law.example)", 'rel="noopener noreferrer"'),
        ("As it is [@F1].", 'href="#here-who-decides-F1"'),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("So.\n{: #sources-title onclick=alert(1) }", "<p>So."),
        ("[See](javascript:alert(1))", "See"),
        ("القرار للمدير \u2067(112)\u2069.", "القرار للمدير"),
    ],
)
def test_what_may_stand_there(source: str, html: str) -> None:
    read = read_local(passage(source), "The police", "en", KNOWN)
    assert read.text, read.problems
    parts = read.text.passages["who-decides"].parts
    drawn = "".join(part for part in parts if isinstance(part, str))
    assert html in drawn
    assert "<script" not in drawn
    assert " onclick" not in drawn
    assert 'href="javascript' not in drawn
    assert ' id="' not in drawn


def test_what_nobody_asks_for_any_more_only_warns() -> None:
    read = read_local({"passage/gone.md": "So."}, "The police", "en", KNOWN)
    assert read.text
    assert [each.severity for each in read.problems] == ["warning"]


def test_what_is_wrong_stands_on_the_page_and_cannot_be_published(
    session: Session, browser: Browser
) -> None:
    publish_course(session)
    admin = browser.sign_in(somebody(session, an_organisation(session), Role.ADMINISTRATOR))
    assert write_passage(admin, "So.\n\nAs it is [@Z9].") == 302
    page = admin.get(PASSAGE).text
    assert "fact &#39;Z9&#39; is cited but not in facts.yaml" in page
    assert ">Line 3</a>" in page
    assert fill_in(admin, duty_phone="1" * 1001) == 302
    page = admin.get(f"{HERE}/fields").text
    assert '<a href="#field-duty_phone">the text is too long' in page
    assert "1" * 1001 in page
    page = admin.get(f"{HERE}/publish").text
    assert "Errors stand in the way" in page
    assert publish_draft(admin) == 0
    sent = {"seen": "2", "live": "", "draft": page.split("draft=")[1].split('"')[0], "note": "So."}
    assert admin.post(f"{HERE}/publish", sent).status_code == 422
    assert "General guidance" in admin.get(LESSON).text


def test_odd_addresses_and_forms_are_refused(session: Session, browser: Browser) -> None:
    publish_course(session)
    admin = browser.sign_in(somebody(session, an_organisation(session), Role.ADMINISTRATOR))
    for address in (
        "/local/xx",
        "/local/en/passages/who-dесides",  # noqa: RUF001 - two letters of it are Cyrillic
        "/local/en/passages/..%2f..%2fetc",
        "/local/en/passages/WHO-DECIDES",
        "/local/en/modules/nothing",
        "/local/en/drafts/99999",
        "/local/en/saved/99999",
        "/local/en/history/%25%25%25%25%25%25%25%25",
        "/local/en/publish?draft=99999",
        "/local/en/join",
    ):
        assert admin.get(address).status_code == 404, address
    assert admin.post(PASSAGE, {"source": "No mark."}).status_code == 409
    assert admin.post(f"{PASSAGE}/right", {}).status_code == 409
    assert admin.post(f"{HERE}/give-up").status_code == 409
    nul = admin.post(f"{PASSAGE}/preview", {"source": "So\0so."})
    assert nul.status_code == 200
    assert fill_in(admin, unknown_field="x") == 302
    assert "unknown_field" not in admin.get(f"{HERE}/fields").text


def test_text_from_right_to_left_keeps_its_own_direction(
    session: Session, browser: Browser
) -> None:
    publish_course(session)
    organisation = an_organisation(session)
    publish_local(session, organisation, {"duty_phone": "مكتب 112"}, language="ar")
    session.commit()
    page = browser.sign_in(somebody(session, organisation)).get(LESSON).text
    assert '<span class="field" dir="auto" lang="ar">مكتب 112</span>' in page
