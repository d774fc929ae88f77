"""A large course comes in some modules at a time, and is whole after each step."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE, Actor
from coursesite.authoring.cli import content
from coursesite.authoring.library.archives import ArchiveContent
from coursesite.authoring.models import Draft
from coursesite.authoring.queries import live_texts
from coursesite.authoring.rules import TextId, wholes_of
from coursesite.authoring.services.importing import (
    WHOLES_AT_ONCE,
    Imported,
    import_archive,
)
from coursesite.content.rules.media import Limits
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.authoring.archives.test_archives import an_author, brought_in, exported, other, push
from tests.authoring.courses import COURSE, lay

__all__ = ["other"]

MODULES = 2 * WHOLES_AT_ONCE + 1


def large_course(folder: Path) -> Path:
    """With more modules than two steps publish."""
    files = dict(COURSE)
    for number in range(1, MODULES):
        for path, text in COURSE.items():
            if "at-the-door" in path:
                files[path.replace("at-the-door", f"door-{number:02}")] = text
    return lay(folder, files)


@pytest.fixture
def archive(session: Session, tmp_path: Path) -> ArchiveContent:
    push(session, large_course(tmp_path / "course"))
    return exported(session, tmp_path / "course.zip")


def bring(other: Session, archive: ArchiveContent, actor: Actor, done: Imported) -> Iterator[None]:
    """As the job and the command do it: each step is kept."""
    for _kept in import_archive(other, archive, actor, done, publish_new=True, limits=Limits()):
        other.commit()
        yield
    other.commit()


def test_what_is_live_is_whole_after_each_step(other: Session, archive: ArchiveContent) -> None:
    done, seen = Imported(), []
    for _step in bring(other, archive, SITE, done):
        live = set(live_texts(other))
        assert live == set(done.published)
        modules = {each.slug for each in live if each.kind is Kind.MODULE}
        assert {each.slug for each in live if each.kind is Kind.QUIZ} == modules
        assert not modules or TextId(Kind.FACTS, "facts") in live
        paths = [each for each in live if each.kind is Kind.PATH]
        assert not paths or len(modules) == MODULES
        seen.append(len(modules))
    assert 0 < seen[3] < MODULES
    assert seen[-1] == MODULES
    assert max(after - before for before, after in pairwise(seen)) <= 5


def test_the_command_keeps_each_step_and_tells_what_it_published(
    app: Flask, session: Session, other: Session, tmp_path: Path
) -> None:
    push(other, large_course(tmp_path / "course"))
    live = exported(other, tmp_path / "course.zip").live
    modules, seen = "SELECT count(*) FROM live_revisions WHERE kind = 'module'", []

    def note(_session: Session) -> None:
        seen.append(session.connection().exec_driver_sql(modules).scalar_one())

    sa.event.listen(Session, "after_commit", note)
    try:
        words = ("import-archive", str(tmp_path / "course.zip"), "--write", "--publish-new")
        result = app.test_cli_runner().invoke(content, words)
    finally:
        sa.event.remove(Session, "after_commit", note)

    assert result.exit_code == 0, result.output
    told = [line for line in result.output.splitlines() if line.startswith("published ")]
    assert sorted(told) == sorted(f"published {text}" for text in live)
    assert (min(seen), max(seen), "brought in" in result.output) == (0, MODULES, False)
    assert max(after - before for before, after in pairwise(seen)) <= WHOLES_AT_ONCE


def test_a_job_that_died_goes_on_from_what_is_published(
    other: Session, archive: ArchiveContent
) -> None:
    done = Imported()
    for _step in bring(other, archive, SITE, done):
        if 0 < len(done.published) < 2 * MODULES:
            break
    some = set(done.published)

    again = brought_in(other, archive, SITE)

    assert not some & set(again.published)
    assert some | set(again.published) == set(live_texts(other))
    assert len(live_texts(other)) == len(archive.live)


def test_who_publishes_facts_meanwhile_leaves_the_others_to_be_looked_at(
    other: Session, archive: ArchiveContent
) -> None:
    actor, done = an_author(other), Imported()
    other.commit()
    steps = bring(other, archive, actor, done)
    while not any(each.kind is Kind.MODULE for each in done.published):
        next(steps)
    published = set(done.published)
    of_facts = sa.select(Revision).where(Revision.kind == Kind.FACTS)
    facts = other.scalars(of_facts.options(sa.orm.undefer("*"))).one()
    files = {name: text + "# Looked at again.\n" for name, text in facts.files.items()}
    key = (facts.kind, facts.slug, facts.language, facts.title)
    publish(other, NewRevision(*key, files, facts.rendered), SITE, change=Change.EDITORIAL)
    other.commit()

    for _step in steps:
        pass

    assert set(done.published) == published
    left = {each.text for each in archive.revisions} - published
    drafts = other.scalars(sa.select(Draft)).all()
    assert {TextId(each.kind, each.slug, each.language) for each in drafts} == left


def test_a_module_is_published_with_its_questions_and_languages() -> None:
    texts = [
        TextId.parse(name)
        for name in (
            "path/police",
            "quiz/b/es",
            "quiz/b/en",
            "module/b/es",
            "module/a/en",
            "glossary/glossary/en",
            "module/b/en",
            "facts/facts",
        )
    ]
    assert [[str(each) for each in whole] for whole in wholes_of(texts)] == [
        ["facts/facts"],
        ["glossary/glossary/en"],
        ["module/a/en"],
        ["module/b/en", "module/b/es", "quiz/b/en", "quiz/b/es"],
        ["path/police"],
    ]
