"""Publishing the course from its files."""

from collections.abc import Iterator
from pathlib import Path as Folder

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.authoring.library import Course, module_files
from coursesite.content.queries import FACTS_SLUG, facts_to_json
from coursesite.paths.rules import in_language
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish

SETTINGS = "module.yaml"


def publish_course(
    session: Session, course: Course, folder: Folder, actor: Actor, change: Change
) -> list[Publication]:
    """Publish every text of a checked course that differs from what is live."""
    published = [
        publish(session, new, actor, change=change) for new in revisions_of(course, folder)
    ]
    return [publication for publication in published if publication]


def revisions_of(course: Course, folder: Folder) -> Iterator[NewRevision]:
    """Each text of the course with the files that it was read from: facts first, paths last."""
    yield _facts(course, folder)
    for slug, language in sorted(course.modules):
        yield _module(course, folder, slug, language)
    for slug, language in sorted(course.quizzes):
        yield _quiz(course, folder, slug, language)
    for slug in sorted(course.paths):
        yield _path(course, folder, slug)


def _facts(course: Course, folder: Folder) -> NewRevision:
    files = {"facts.yaml": (folder / "content" / "facts.yaml").read_text("utf-8")}
    rendered = facts_to_json(course.facts)
    return NewRevision(Kind.FACTS, FACTS_SLUG, EVERY_LANGUAGE, "Facts", files, rendered)


def _module(course: Course, folder: Folder, slug: str, language: str) -> NewRevision:
    module = course.modules[slug, language]
    everything = module_files(folder / "content" / "modules" / slug)
    files = {name: everything[name] for name in (SETTINGS, f"{language}.md")}
    return NewRevision(Kind.MODULE, slug, language, module.title, files, module.to_json())


def _quiz(course: Course, folder: Folder, slug: str, language: str) -> NewRevision:
    quiz, name = course.quizzes[slug, language], f"{slug}.{language}.yaml"
    files = {name: (folder / "quizzes" / name).read_text("utf-8")}
    title = course.modules[slug, language].title
    return NewRevision(Kind.QUIZ, slug, language, title, files, quiz.to_json())


def _path(course: Course, folder: Folder, slug: str) -> NewRevision:
    path, name = course.paths[slug], f"{slug}.yaml"
    files = {name: (folder / "content" / "paths" / name).read_text("utf-8")}
    title = in_language(path.title, "en")
    return NewRevision(Kind.PATH, slug, EVERY_LANGUAGE, title, files, path.to_json())
