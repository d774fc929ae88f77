"""A whole course leaves one site as an archive and comes into another, with its history."""

import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE, Actor
from coursesite.authoring.library import read_course
from coursesite.authoring.library.archives import (
    ArchiveContent,
    open_packed,
    outline_of,
    read_archive,
    unpacking,
)
from coursesite.authoring.models import ArchivedRevision, Draft
from coursesite.authoring.rules import Standing, TextId, standing
from coursesite.authoring.services import (
    Imported,
    export_archive,
    import_archive,
    plan_import,
    publish_course,
)
from coursesite.content.models import Media
from coursesite.content.rules.media import Limits
from coursesite.db import Base
from coursesite.errors import Invalid
from coursesite.people.models import Organisation
from coursesite.people.rules import Role
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind, digest_of
from tests.authoring.courses import EN_MD, FACTS, MODULE, QUIZ_YAML, small_course
from tests.authoring.test_desk import DAY
from tests.authoring.test_media import DOOR, DOOR_SVG, OPEN_DOOR
from tests.makers import make_organisation, make_person, make_unit

REGISTER = TextId(Kind.FACTS, "facts")
TEXT = TextId(Kind.MODULE, "at-the-door", "en")
PICTURED = MODULE.replace("Many children", "![A door](media/door.svg)\n\nMany children")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Session]:
    """The database of another site, which is empty."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with a picture."""
    folder = small_course(tmp_path / "course")
    (folder / EN_MD).write_text(PICTURED, "utf-8")
    (folder / DOOR_SVG).parent.mkdir()
    (folder / DOOR_SVG).write_bytes(DOOR)
    return folder


def push(session: Session, folder: Path, change: Change = Change.MINOR) -> None:
    publish_course(session, read_course(folder, DAY), folder, SITE, change, note="Counted anew.")
    session.commit()


def brought_in(session: Session, archive: ArchiveContent, actor: Actor) -> Imported:
    """The archive, all its steps in one; what is new goes live."""
    done = Imported()
    for _step in import_archive(session, archive, actor, done, publish_new=True, limits=Limits()):
        pass
    return done


@pytest.fixture
def home(session: Session, folder: Path) -> Session:
    """A site where the module was published three times, with two pictures under one name."""
    push(session, folder)
    (folder / DOOR_SVG).write_bytes(OPEN_DOOR)
    push(session, folder)
    (folder / EN_MD).write_text(PICTURED.replace("Many", "Most"), "utf-8")
    push(session, folder, Change.MAJOR)
    return session


def exported(session: Session, path: Path, site: str = "https://one.example") -> ArchiveContent:
    for _number in export_archive(session, path, site):
        pass
    return read_archive(open_packed(path))


def an_author(session: Session) -> Actor:
    home = make_organisation(session, keeps_course=True)
    person = make_person(session, make_unit(session, home), roles=(Role.AUTHOR,))
    return Actor(person.id, person.organisation_id, None)


def test_an_archive_comes_into_an_empty_site_and_leaves_it_the_same(
    home: Session, other: Session, tmp_path: Path
) -> None:
    first = exported(home, tmp_path / "one.zip")

    assert {each.standing for each in plan_import(other, outline_of(first))} == {Standing.NEW}
    assert other.scalars(sa.select(ArchivedRevision)).all() == []
    done = brought_in(other, first, SITE)
    other.commit()

    assert len(done.published) == len(first.live)
    assert (done.drafted, done.left) == ([], [])
    again = exported(other, tmp_path / "two.zip", "https://two.example")
    assert again.live == first.live
    assert again.media == first.media
    assert [data for _, data in again.media_of("at-the-door")] == [DOOR, OPEN_DOOR]
    of = {(each.text, each.digest): each for each in again.revisions}
    assert of.keys() == {(each.text, each.digest) for each in first.revisions}
    for each in first.revisions:
        kept = of[each.text, each.digest]
        assert kept.files == each.files
        assert (kept.site, kept.created_at) == ("https://one.example", each.created_at)
        assert kept.publications[: len(each.publications)] == each.publications
    assert {each.standing for each in plan_import(home, outline_of(again))} == {Standing.SAME}
    assert {each.standing for each in plan_import(other, outline_of(first))} == {Standing.SAME}


def test_where_four_eyes_are_asked_for_nobody_publishes_an_archive_alone(
    home: Session, other: Session, tmp_path: Path
) -> None:
    archive = exported(home, tmp_path / "one.zip")
    actor = an_author(other)
    other.get_one(Organisation, actor.organisation_id).four_eyes = True

    done = brought_in(other, archive, actor)

    assert done.published == []
    assert set(done.drafted) == archive.live.keys()
    assert find_live(other, Kind.MODULE, "at-the-door", "en") is None


def test_its_pictures_are_shown_there_as_they_were_here(
    home: Session, other: Session, tmp_path: Path
) -> None:
    archive = exported(home, tmp_path / "one.zip")
    brought_in(other, archive, SITE)
    live = find_live(other, Kind.MODULE, "at-the-door", "en")
    here = find_live(home, Kind.MODULE, "at-the-door", "en")
    assert live
    assert here
    assert live.digest == here.digest
    assert live.rendered == here.rendered
    shown = {each.digest: each.published_at is not None for each in other.scalars(sa.select(Media))}
    assert sorted(shown.values()) == [False, True]


def test_nothing_that_is_live_changes_and_what_differs_becomes_a_draft(
    home: Session, other: Session, folder: Path, tmp_path: Path
) -> None:
    brought_in(other, exported(home, tmp_path / "1.zip"), SITE)
    other.commit()
    before = find_live(other, Kind.MODULE, "at-the-door", "en")
    assert before
    (folder / EN_MD).write_text(PICTURED.replace("Many", "Nearly all"), "utf-8")
    (folder / "content/facts.yaml").write_text(FACTS + "    caution: An estimate.\n", "utf-8")
    push(home, folder)
    archive = exported(home, tmp_path / "2.zip")

    plan = {each.text: each for each in plan_import(other, outline_of(archive))}
    assert plan[TEXT].standing is Standing.NEWER
    author = an_author(other)
    done = brought_in(other, archive, author)

    after = find_live(other, Kind.MODULE, "at-the-door", "en")
    assert after
    assert after.id == before.id
    assert (done.drafted, done.left) == ([REGISTER, TEXT], [])
    register, draft = other.scalars(sa.select(Draft).order_by(Draft.id)).all()
    assert "caution: An estimate." in register.files["facts.yaml"]
    assert "Nearly all" in draft.files["en.md"]
    assert (draft.author_id, draft.base_revision_id) == (author.person_id, before.id)
    told = other.scalars(
        sa.select(ArchivedRevision).where(ArchivedRevision.kind == Kind.MODULE)
    ).all()
    assert {each["site"] for row in told for each in row.publications} == {"https://one.example"}
    assert Change.MAJOR in {each["change"] for row in told for each in row.publications}


@pytest.mark.parametrize(
    ("here", "there", "ever_here", "ever_there", "expected"),
    [
        (None, "a", [], ["a"], Standing.NEW),
        ("a", "a", ["a"], ["a"], Standing.SAME),
        ("a", "b", ["a"], ["a", "b"], Standing.NEWER),
        ("b", "a", ["a", "b"], ["a"], Standing.OLDER),
        ("c", "b", ["a", "c"], ["a", "b"], Standing.CONFLICT),
        ("c", "b", ["c"], ["b"], Standing.CONFLICT),
    ],
)
def test_how_a_text_stands(
    here: str | None, there: str, ever_here: list[str], ever_there: list[str], expected: Standing
) -> None:
    assert standing(here, there, ever_here, ever_there) is expected


# --- what strangers pack ---


def packed(fill: Callable[[zipfile.ZipFile], None]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    file.seek(0)
    return file


def named(name: str, content: bytes = b"x", mode: int = stat.S_IFREG | 0o644) -> io.BytesIO:
    entry = zipfile.ZipInfo("x" * len(name))
    entry.filename = name
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return packed(lambda archive: archive.writestr(entry, content))


def _many(archive: zipfile.ZipFile) -> None:
    for number in range(50_001):
        archive.writestr(zipfile.ZipInfo(str(number)), b"")


def _twice() -> io.BytesIO:
    """Python warns whoever writes one such: its names are exchanged afterwards."""

    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.md", b"one")
        archive.writestr("b.md", b"two")

    return io.BytesIO(packed(fill).getvalue().replace(b"b.md", b"a.md"))


def _locked() -> io.BytesIO:
    """With the mark of a password in both of its lists."""
    content = bytearray(named("a.md").getvalue())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return io.BytesIO(content)


def _oddly_packed(archive: zipfile.ZipFile) -> None:
    archive.writestr("a.md", b"x", zipfile.ZIP_BZIP2)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (named("/etc/passwd"), "outside of its folder"),
        (named("../../etc/passwd"), "outside of its folder"),
        (named("a/../../b"), "outside of its folder"),
        (named("C:/windows"), "outside of its folder"),
        (named("..\\..\\b"), "outside of its folder"),
        (named("a\u202egnp.md"), "signs in its name"),
        (named("a\nb.md"), "signs in its name"),
        (named("a" * 301), "signs in its name"),
        (_locked(), "locked or packed in an unusual way"),
        (packed(_oddly_packed), "locked or packed in an unusual way"),
        (named("link", b"/etc/passwd", stat.S_IFLNK | 0o777), "a link"),
        (named("bomb.md", bytes(30 * 1024**2)), "swells"),
        (_twice(), "twice"),
        (packed(_many), "more than 50000 files"),
        (io.BytesIO(b"no archive"), "no ZIP archive"),
        (io.BytesIO(named("a.md").getvalue()[:-30]), "no ZIP archive"),
    ],
)
def test_an_archive_that_is_no_gift_is_refused(file: io.BytesIO, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        open_packed(file)


def test_an_archive_that_fills_the_disk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1_000)
    with pytest.raises(Invalid, match="larger than"):
        open_packed(named("a.md", bytes(1_001)))


def _changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> io.BytesIO:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)

    def fill(archive: zipfile.ZipFile) -> None:
        for name, data in files.items():
            archive.writestr(name, data)

    return packed(fill)


def _forged_text(files: dict[str, bytes]) -> None:
    name = next(each for each in files if each.startswith("history/module"))
    files[name] = files[name].replace(b"Name who is at home", b"Name who is at work")


def _forged_head(files: dict[str, bytes]) -> None:
    head = json.loads(files["coursesite.json"])
    head["live"][0]["digest"] = "0" * 64
    files["coursesite.json"] = json.dumps(head).encode()


def _climbing_media(files: dict[str, bytes]) -> None:
    head = json.loads(files["coursesite.json"])
    head["media"][0]["name"] = "../../x.svg"
    files["coursesite.json"] = json.dumps(head).encode()


def _more_files(files: dict[str, bytes]) -> None:
    """A file beside the text, with a digest that is right."""
    name = next(each for each in files if each.startswith("history/module"))
    revision = json.loads(files.pop(name))
    revision["files"]["../../evil.md"] = "x"
    digest = digest_of(revision["files"])
    path = name.replace(revision["digest"], digest)
    files[path] = json.dumps({**revision, "digest": digest}).encode()


def _no_head(files: dict[str, bytes]) -> None:
    del files["coursesite.json"]


def _odd_head(files: dict[str, bytes]) -> None:
    files["coursesite.json"] = b"\xff\xfe{}"


def _later_format(files: dict[str, bytes]) -> None:
    files["coursesite.json"] = files["coursesite.json"].replace(b'"format": 1', b'"format": 2')


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_forged_text, "not the text that its digest names"),
        (_forged_head, "does not hold it"),
        (_more_files, "does not hold the files of such a text"),
        (_climbing_media, "cannot be the name"),
        (_no_head, "not made by “export”"),
        (_odd_head, "not in UTF-8"),
        (_later_format, "cannot be read: format"),
    ],
)
def test_an_archive_that_was_changed_is_refused(
    home: Session,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    message: str,
) -> None:
    exported(home, tmp_path / "one.zip")
    with pytest.raises(Invalid, match=message):
        read_archive(open_packed(_changed(tmp_path / "one.zip", change)))


def test_a_picture_that_was_exchanged_is_refused(
    home: Session, other: Session, tmp_path: Path
) -> None:
    exported(home, tmp_path / "one.zip")

    def exchange(files: dict[str, bytes]) -> None:
        name = next(each for each in files if each.startswith("media/"))
        files[name] = b"<svg onload='alert(1)'/>"

    archive = read_archive(open_packed(_changed(tmp_path / "one.zip", exchange)))
    with pytest.raises(Invalid, match="not the file that its digest names"):
        brought_in(other, archive, SITE)


def test_a_course_that_is_not_right_becomes_drafts(
    home: Session, other: Session, folder: Path, tmp_path: Path
) -> None:
    """As when facts it rests on are past their review by now: nothing of it goes live."""
    archive = exported(home, tmp_path / "one.zip")
    without_quiz = {text: digest for text, digest in archive.live.items() if text.kind != Kind.QUIZ}
    cut = ArchiveContent(
        archive.site,
        archive.made_at,
        without_quiz,
        archive.revisions,
        archive.media,
        archive.packed,
    )
    author = an_author(other)
    done = brought_in(other, cut, author)
    assert done.published == []
    assert done.drafted == [REGISTER, TEXT, TextId(Kind.PATH, "police")]
    assert find_live(other, Kind.MODULE, "at-the-door", "en") is None
    assert (folder / QUIZ_YAML).exists()
