"""A pack tells which pictures and films stood in the questions that were asked."""

import io
from hashlib import sha256
from pathlib import Path

from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.authoring.test_media import push
from tests.authoring.test_question_media import FILM, WINDOW, folder
from tests.browser import Browser
from tests.evidence.test_making import files_of, pack_at, record_of
from tests.makers import make_person

__all__ = ["folder"]


def test_a_pack_names_what_a_question_showed(
    session: Session, browser: Browser, folder: Path
) -> None:
    push(session, folder)
    learner = make_person(session)
    client = browser.sign_in(learner)
    client.post(client.post("/quizzes/at-the-door/attempts").location, {"do": "anyway"})

    content = pack_at(browser, client, "/evidence/own")
    questions = record_of(content, learner)["attempts"][0]["questions"]

    (first,) = (each for each in questions if each["shown"]["id"] == "question-1")
    seen = {each["file"]: (each["sha256"], each["words"]) for each in first["media"]}
    assert seen["media/right-answer.svg"] == (sha256(WINDOW).hexdigest(), "A lit window")
    assert seen["media/hall.mp4"] == (sha256(FILM).hexdigest(), "The hall, filmed")
    assert "media/gate.svg" not in seen
    assert all(each["media"] == [] for each in questions if each is not first)
    report = PdfReader(io.BytesIO(files_of(content)["report.pdf"]))
    words = " ".join("".join(page.extract_text() for page in report.pages).split())
    assert "Pictures, sound and film in the questions" in words
    assert "A lit window" in words
    assert "right-answer.svg" in words
    assert sha256(WINDOW).hexdigest()[:16] in words
