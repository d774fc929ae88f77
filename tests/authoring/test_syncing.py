"""Authors' files and the site: which is newer, what is published, what is written back."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.models import CourseSync
from coursesite.authoring.rules import Newer, TextId, newer
from coursesite.authoring.services.days import day_of_course
from coursesite.errors import Invalid
from coursesite.revisions.queries import find_live, publications_of
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.authoring.courses import (
    COURSE,
    EN_MD,
    MODULE,
    MODULE_YAML,
    QUIZ_YAML,
    lay,
    small_course,
)
from tests.conftest import run_command
from tests.makers import make_organisation

Run = Callable[..., Result]

MODULE_ID = TextId(Kind.MODULE, "at-the-door", "en")
OLD, HERE, THERE = "Many children", "More children", "Most children"


@pytest.mark.parametrize(
    ("agreed", "file", "live", "expected"),
    [
        ("a", "a", "a", Newer.NEITHER),
        ("a", "b", "a", Newer.FILES),
        ("a", "a", "b", Newer.SITE),
        ("a", "b", "c", Newer.BOTH),
        ("a", "b", "b", Newer.NEITHER),
        (None, "a", None, Newer.FILES),
        (None, None, "a", Newer.SITE),
        (None, "a", "a", Newer.NEITHER),
        (None, "a", "b", Newer.BOTH),
        ("a", None, "a", Newer.SITE),
        ("a", None, "b", Newer.SITE),
    ],
)
def test_which_side_is_newer(
    agreed: str | None, file: str | None, live: str | None, expected: Newer
) -> None:
    assert newer(agreed, file, live) is expected


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """Runs `coursesite content ...` as from a shell."""

    def command(*words: object) -> Result:
        session.commit()
        result = run_command(app, "content", *words)
        session.expire_all()
        return result

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_course(tmp_path)


@pytest.fixture
def pushed(folder: Path, run: Run) -> Path:
    """The small course in a folder, published."""
    assert run("push", folder).exit_code == 0
    return folder


def change_file(folder: Path, words: str, name: str = EN_MD) -> None:
    path = folder / name
    path.write_text(path.read_text("utf-8").replace(OLD, words), "utf-8")


def change_site(session: Session, words: str, settings: str = "") -> None:
    files = {
        "module.yaml": COURSE[MODULE_YAML] + settings,
        "en.md": MODULE.replace(OLD, words),
    }
    new = NewRevision(Kind.MODULE, "at-the-door", "en", "At the door", files, {})
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()


def live_text(session: Session) -> str:
    live = find_live(session, *(Kind.MODULE, "at-the-door", "en"))
    assert live
    return live.files["en.md"]


def test_a_new_course_is_published_whole_and_only_once(folder: Path, run: Run) -> None:
    first, second = run("push", folder), run("push", folder)

    assert first.output.splitlines() == [
        "published facts/facts",
        "published module/at-the-door/en",
        "published quiz/at-the-door/en",
        "published path/police",
    ]
    assert second.output == "Nothing to publish: the site has all that the files have.\n"


def test_what_was_changed_in_the_files_is_published(
    pushed: Path, run: Run, session: Session
) -> None:
    change_file(pushed, HERE)

    assert run("pull", pushed).output.splitlines() == [
        "module/at-the-door/en is newer in the files (coursesite content push publishes it)",
        "Nothing to write: the files have all that the site has.",
    ]
    assert run("push", pushed).output == "published module/at-the-door/en\n"
    assert HERE in live_text(session)


@pytest.mark.parametrize("change", ["major", "safety"])
def test_what_must_be_learned_again_is_pushed_with_a_reason(
    pushed: Path, run: Run, session: Session, change: str
) -> None:
    change_file(pushed, "the shift")
    lay(pushed, {"content/glossary.en.yaml": "terms: [{term: home, definition: A place.}]\n"})

    without = run("push", "--change", change, "--note", " ", pushed)
    first = find_live(session, Kind.GLOSSARY, "glossary", "en")
    told = run("push", "--change", change, "--note", "A new law.", pushed)
    lay(pushed, {"content/glossary.en.yaml": "terms: [{term: home, definition: Theirs.}]\n"})
    words = run("push", "--change", change, "--note", "Clearer.", pushed)

    assert without.exit_code == 1
    assert "Say in a note what has changed and why." in without.output
    assert first is None
    assert (told.exit_code, words.exit_code) == (0, 0)
    module = publications_of(session, Kind.MODULE, "at-the-door", "en")[0][0]
    assert (module.change, module.note) == (change, "A new law.")
    # A glossary is words: nobody learns again because of it.
    glossary = publications_of(session, Kind.GLOSSARY, "glossary", "en")[0][0]
    assert (glossary.change, glossary.renew_days) == (Change.MINOR, None)


def test_going_back_to_an_older_text_in_the_files_is_a_change_too(
    pushed: Path, run: Run, session: Session
) -> None:
    change_file(pushed, HERE)
    run("push", pushed)
    (pushed / EN_MD).write_text(MODULE, "utf-8")

    assert run("push", pushed).output == "published module/at-the-door/en\n"
    assert live_text(session) == MODULE


def test_what_was_published_on_the_site_is_written_into_the_files(
    pushed: Path, run: Run, session: Session
) -> None:
    change_site(session, THERE, settings="review_by: 2027-11-01\n")

    assert "is newer on the site" in run("push", pushed).output
    assert THERE in live_text(session)
    assert run("pull", pushed).output.splitlines() == [f"wrote {EN_MD}", f"wrote {MODULE_YAML}"]
    assert (pushed / EN_MD).read_bytes() == MODULE.replace(OLD, THERE).encode()
    assert (pushed / MODULE_YAML).read_text("utf-8").endswith("review_by: 2027-11-01\n")
    assert run("push", pushed).output.startswith("Nothing to publish")


def test_a_change_on_both_sides_is_told_and_nothing_is_done(
    pushed: Path, run: Run, session: Session
) -> None:
    change_file(pushed, HERE)
    change_file(pushed, "police", "content/paths/police.yaml")
    change_site(session, THERE)
    before = {path: path.read_bytes() for path in pushed.rglob("*") if path.is_file()}
    for name in ("push", "pull"):
        result = run(name, pushed)

        assert result.exit_code == 1
        assert (
            "CONFLICT module/at-the-door/en: changed in the files and on the site since they "
            "last agreed\n" in result.output
        )
        assert "Nothing was" in result.output
        assert THERE in live_text(session)
        assert before == {path: path.read_bytes() for path in pushed.rglob("*") if path.is_file()}


def test_a_conflict_stops_the_other_texts_as_well(pushed: Path, run: Run, session: Session) -> None:
    change_file(pushed, HERE)
    change_site(session, THERE)
    (pushed / QUIZ_YAML).write_text(COURSE[QUIZ_YAML] + "# Mended\n", "utf-8")

    assert run("push", pushed).exit_code == 1
    quiz = find_live(session, Kind.QUIZ, "at-the-door", "en")
    assert quiz
    assert "Mended" not in quiz.files["at-the-door.en.yaml"]


def test_the_same_change_on_both_sides_is_no_conflict(
    pushed: Path, run: Run, session: Session
) -> None:
    change_file(pushed, HERE)
    change_site(session, HERE)

    assert run("push", pushed).output.startswith("Nothing to publish")
    assert run("pull", pushed).output.startswith("Nothing to write")


def test_a_conflict_is_settled_for_the_files(pushed: Path, run: Run, session: Session) -> None:
    change_file(pushed, HERE)
    change_site(session, THERE)

    assert run("push", pushed, "--over", MODULE_ID).output == "published module/at-the-door/en\n"
    assert HERE in live_text(session)
    assert run("push", pushed).exit_code == run("pull", pushed).exit_code == 0


def test_a_conflict_is_settled_for_the_site(pushed: Path, run: Run, session: Session) -> None:
    change_file(pushed, HERE)
    change_site(session, THERE)

    assert (
        run("pull", pushed, "--over", MODULE_ID).output == f"wrote {EN_MD}\nwrote {MODULE_YAML}\n"
    )
    assert THERE in (pushed / EN_MD).read_text("utf-8")
    change_file(pushed, HERE)
    assert run("push", pushed).exit_code == 0


def test_changes_of_different_paragraphs_come_together(
    pushed: Path, run: Run, session: Session
) -> None:
    lives = MODULE.replace("[ ] Ask who is", "[ ] Ask who lives")
    (pushed / EN_MD).write_text(lives, "utf-8")
    change_site(session, THERE)

    said = run("pull", pushed, "--merge").output
    assert f"merged {EN_MD}: nothing to choose\n" in said
    assert run("push", pushed).output == "published module/at-the-door/en\n"

    assert live_text(session) == lives.replace(OLD, THERE)


def test_what_both_changed_stands_between_marks_until_somebody_chooses(
    pushed: Path, run: Run, session: Session
) -> None:
    change_file(pushed, HERE)
    change_site(session, THERE)

    said = run("pull", pushed, "--merge").output
    assert f"merged {EN_MD}: 1 to choose between <<<<<<< and >>>>>>>\n" in said
    text = (pushed / EN_MD).read_text("utf-8")
    mine, theirs = (f"{each} are at home [@A01].\n\n" for each in (HERE, THERE))
    marked = f"<<<<<<< files\n{mine}=======\n{theirs}>>>>>>> site\n"
    assert marked in text
    refused = run("push", pushed)
    assert refused.exit_code == 1
    assert f"{EN_MD}:9: two texts stand here that nobody has chosen from" in refused.output
    assert run("pull", pushed).exit_code == 0
    assert marked in (pushed / EN_MD).read_text("utf-8")

    (pushed / EN_MD).write_text(text.replace(marked, mine), "utf-8")
    assert run("push", pushed).output == "published module/at-the-door/en\n"
    assert HERE in live_text(session)


def test_a_text_that_is_gone_from_the_files_stays_published_and_comes_back(
    pushed: Path, run: Run, session: Session
) -> None:
    (pushed / EN_MD).unlink()
    (pushed / QUIZ_YAML).unlink()

    assert "Nothing was published" in run("push", pushed).output
    assert live_text(session) == MODULE
    assert run("pull", pushed).output.splitlines()[0] == f"wrote {EN_MD}"
    assert (pushed / EN_MD).read_text("utf-8") == MODULE


def test_an_empty_folder_receives_the_whole_course(
    pushed: Path, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = tmp_path_factory.mktemp("empty")

    assert run("pull", empty).exit_code == 0
    assert {name: (empty / name).read_text("utf-8") for name in COURSE} == COURSE
    assert [path for path in empty.rglob(".*") if path.is_file()] == []


def test_without_a_record_an_older_published_text_is_what_both_agreed_on(
    pushed: Path, run: Run, session: Session
) -> None:
    change_site(session, THERE)
    session.execute(sa.delete(CourseSync))

    assert THERE not in (pushed / EN_MD).read_text("utf-8")
    assert run("push", pushed).exit_code == 0
    assert THERE in live_text(session)
    assert run("pull", pushed).exit_code == 0
    assert THERE in (pushed / EN_MD).read_text("utf-8")


def test_without_a_record_two_texts_of_their_own_are_a_conflict(
    pushed: Path, run: Run, session: Session
) -> None:
    change_file(pushed, HERE)
    session.execute(sa.delete(CourseSync))

    assert run("push", pushed).exit_code == run("pull", pushed).exit_code == 1


def test_a_file_with_other_line_ends_is_the_same_text(pushed: Path, run: Run) -> None:
    (pushed / EN_MD).write_bytes(MODULE.replace("\n", "\r\n").encode())

    assert run("push", pushed).output.startswith("Nothing to publish")


def test_a_file_that_is_no_text_is_a_change_in_the_files(
    pushed: Path, run: Run, session: Session
) -> None:
    (pushed / EN_MD).write_bytes(b"\xff\xfe")
    change_site(session, THERE)

    assert run("pull", pushed).exit_code == 1
    assert (pushed / EN_MD).read_bytes() == b"\xff\xfe"


def test_a_folder_that_cannot_be_written_is_left_as_it_was(
    pushed: Path, run: Run, session: Session
) -> None:
    change_site(session, THERE, settings="review_by: 2027-11-01\n")
    (pushed / EN_MD).with_name(".module.yaml.new").mkdir()

    result = run("pull", pushed)

    assert result.exit_code == 1
    assert "Nothing was written" in result.output
    assert (pushed / EN_MD).read_text("utf-8") == MODULE
    assert not (pushed / EN_MD).with_name(".en.md.new").exists()


def test_a_course_with_an_error_is_not_published(pushed: Path, run: Run, session: Session) -> None:
    change_file(pushed, "[Lost](nowhere)")

    result = run("push", pushed)

    assert result.exit_code == 1
    assert f"{EN_MD}:9:" in result.output
    assert live_text(session) == MODULE


def test_a_name_that_is_none_is_told(pushed: Path, run: Run) -> None:
    assert "is not the name of a text" in run("push", pushed, "--over", "nonsense").output
    with pytest.raises(Invalid):
        TextId.parse("module/")
    assert TextId.parse("path/police") == TextId(Kind.PATH, "police")


def test_the_day_of_the_course_is_that_of_who_keeps_it(session: Session) -> None:
    reader = make_organisation(session, time_zone="Pacific/Niue")
    make_organisation(session, time_zone="Pacific/Kiritimati", keeps_course=True)
    with time_machine.travel(datetime(2027, 3, 1, 10, 30, tzinfo=UTC)):
        assert day_of_course(session) == date(2027, 3, 2)
        assert day_of_course(session, reader.id) == date(2027, 2, 28)
