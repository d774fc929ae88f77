"""The record and the checklist on paper."""

import io

from pypdf import PdfReader
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.content.rules import Sheet
from coursesite.content.services import keep_media, show_media
from coursesite.learning.views.html_to_paper import blocks_of
from coursesite.printing import Block
from tests.browser import Browser
from tests.learning.makers import a_module, publish_course, publish_module
from tests.learning.stories import finish
from tests.makers import make_person


def nothing(_address: str) -> None:
    """A page without drawings."""


def text_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.root_object["/MarkInfo"].get_object()["/Marked"]  # type: ignore[index]  # a dictionary in every PDF
    return "\n".join(page.extract_text() for page in reader.pages)


def test_the_record_on_paper_is_tagged_and_says_what_was_done(
    session: Session, browser: Browser
) -> None:
    publish_course(session)
    client = browser.sign_in(make_person(session, given_name="#Zoë", family_name='"$x$'))
    assert text_of(client.get("/record.pdf").data).count("None yet.") == 2
    finish(session, client)
    answer = client.get("/record.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    assert '#Zoë "$x$' in text
    assert "learned here" in text
    assert "passed" in text


def test_a_checklist_becomes_lines_to_tick() -> None:
    html = (
        '<p>First</p><ul><li class="box"><strong>Ask</strong> who\nis</li>'
        '<li class="box"><p>Go</p></li></ul><p></p>'
    )
    assert list(blocks_of(html, nothing)) == [
        Block("text", [[("First", False)]]),
        Block("items", [[("Ask", True), (" who is", False)], [("Go", False)]]),
    ]


def test_a_plan_becomes_a_table_steps_and_points() -> None:
    html = """<table><tr><th>When</th><th>What</th></tr>
<tr><td>10</td><td>Say <b>who</b></td></tr></table>
<ol><li>Ask<ul><li>Whom?</li></ul></li><li>Go</li></ol>
<p>So<sup class="cites"><a><span class="govuk-visually-hidden">Source </span>A01</a></sup></p>"""
    assert [(each.kind, each.rows or texts(each)) for each in blocks_of(html, nothing)] == [
        ("table", [["When", "What"], ["10", "Say who"]]),
        ("steps", ["1. Ask"]),
        ("points", ["Whom?"]),
        ("steps", ["2. Go"]),
        ("text", ["So [A01]"]),
    ]


def test_a_drawing_stays_one_where_it_is_known() -> None:
    html = '<ul><li class="box">Go<figure><img src="a.svg" alt="A"></figure></li></ul><img alt="B">'
    blocks = list(blocks_of(html, {"a.svg": "<svg/>"}.get))
    assert [(each.kind, each.drawing, texts(each)) for each in blocks] == [
        ("items", "", ["Go"]),
        ("drawing", "<svg/>", ["A"]),
        ("text", "", ["B"]),
    ]


def texts(block: Block) -> list[str]:
    return ["".join(words for words, _strong in runs).strip() for runs in block.lines]


def test_a_facilitator_reads_and_prints_how_to_run_a_session(
    session: Session, browser: Browser
) -> None:
    publish_course(session)
    client = browser.sign_in(make_person(session))
    page = client.get("/modules/the-door/facilitator").text
    assert "Ask around." in page
    assert "Children remember who spoke to them." in page
    assert "Ask around." not in client.get("/modules/the-door/afterwards").text
    assert "/modules/the-door/facilitator" in client.get("/modules/the-door").text
    text = text_of(client.get("/modules/the-door/facilitator.pdf").data)
    assert "Ask around." in text
    assert "F1 Children remember" in text


def test_a_drawing_is_printed_with_what_it_shows(session: Session, browser: Browser) -> None:
    address = "/modules/the-door/media/door.svg"
    aid = Sheet("aid", "afterwards", "Aid", (f'<img src="{address}" alt="An open door">',))
    publish_module(session, a_module(checklist=aid))
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7"/></svg>'
    kept = keep_media(session, "the-door", "media/door.svg", drawing, SITE)
    show_media(session, "the-door", {"media/door.svg": kept.digest})
    session.commit()
    paper = browser.sign_in(make_person(session)).get("/modules/the-door/checklist.pdf").data
    assert text_of(paper).startswith("Aid")
    assert b"An open door" in paper
