"""The record and the checklist on paper."""

import io

from pypdf import PdfReader
from sqlalchemy.orm import Session

from coursesite.learning.views.paper import blocks_of
from coursesite.printing import Block
from tests.browser import Browser
from tests.learning.makers import publish_course
from tests.learning.stories import finish
from tests.makers import make_person


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
    html = "<p>First</p><ul><li><strong>Ask</strong> who\nis</li><li><p>Go</p></li></ul><p></p>"
    assert list(blocks_of(html)) == [
        Block("text", [[("First", False)]]),
        Block("items", [[("Ask", True), (" who is", False)], [("Go", False)]]),
    ]
