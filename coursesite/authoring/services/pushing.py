"""Publishing the course from its files: each module with its questions and its languages, a whole.

What can be read alone is published together, so that the course is whole after each of them.
"""

from collections.abc import Collection, Sequence
from pathlib import Path as Folder

from sqlalchemy.orm import Session

from coursesite.assignments.services import announce_change
from coursesite.audit.services import Actor
from coursesite.authoring.library import Course, media_files, read_draft
from coursesite.authoring.queries import live_texts
from coursesite.authoring.rules import NEEDS_NOTE, TITLES, Newer, TextId, kinds_of_change, wholes_of
from coursesite.authoring.services.citing import carry_facts_now
from coursesite.authoring.services.days import day_of_course
from coursesite.authoring.services.drafting import Work
from coursesite.authoring.services.following import brought_into_step, follow
from coursesite.authoring.services.originals import record_in
from coursesite.authoring.services.reading import new_revision, surroundings_of
from coursesite.authoring.services.syncing import (
    Compared,
    agree,
    agree_on_the_same,
    compare,
    newer_on,
)
from coursesite.content.queries import FACTS_SLUG, live_facts
from coursesite.content.rules import (
    cited_by,
    cited_file,
    facts_to_json,
    terms_to_json,
    with_facts,
)
from coursesite.content.rules.media import SUMS, media_in_sums
from coursesite.content.services import keep_media, show_media
from coursesite.errors import Conflict, Invalid
from coursesite.paths.rules import in_language
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import Change, Kind, days_to_renew
from coursesite.revisions.services import NewRevision, publish


def publish_course(  # noqa: PLR0913 - each comes from another place, and the last has a default
    session: Session,
    course: Course,
    folder: Folder,
    actor: Actor,
    change: Change,
    *,
    note: str = "",
    over: Collection[TextId] = (),
) -> list[Publication]:
    """Publish every text of a checked course that is newer in the files: all of them or none.

    What is named in `over` replaces what was published on the site meanwhile. `note` says what
    changed and why. Of texts whose changes ask nobody to learn again, it is a minor one at most.
    """
    push = Push(session, course, actor, change, note)
    for whole in push.begin(folder, over):
        push.publish(whole)
    return push.end()


FACTS = TextId(Kind.FACTS, FACTS_SLUG)


class Push:
    """The publication of what is newer in the files of a course, one whole after the other."""

    def __init__(
        self, session: Session, course: Course, actor: Actor, change: Change, note: str = ""
    ) -> None:
        self.session = session
        self.course = course
        self.actor = actor
        self.change = change
        self.note = note
        self.compared: list[Compared] = []
        self.published: list[Publication] = []
        self.facts_id: int | None = None

    def begin(self, folder: Folder, over: Collection[TextId] = ()) -> list[list[Compared]]:
        """Keep the media of the files; the wholes that are to be published, in that order."""
        self.compared = compare(self.session, folder)
        ready = newer_on(self.compared, Newer.FILES, over)
        needs_note = self.change in NEEDS_NOTE and not self.note.strip()
        if needs_note and any(each.live_id for each in ready):
            raise Invalid("Say in a note what has changed and why.")
        for slug in sorted({slug for slug, _ in self.course.modules}):
            for name, content in media_files(folder, slug):
                keep_media(self.session, slug, name, content, self.actor)
        by_text = {each.text: each for each in self.compared}
        self.facts_id = by_text[FACTS].live_id if FACTS in by_text else None
        wholes = wholes_of(each.text for each in ready)
        return [sorted((by_text[text] for text in each), key=_is_translation) for each in wholes]

    def still_fit(self, wholes: Sequence[Sequence[Compared]]) -> list[Sequence[Compared]]:
        """Those of which nobody published a text meanwhile; none if others published facts."""
        live = {text: each.revision_id for text, each in live_texts(self.session).items()}
        if live.get(FACTS) != self.facts_id:
            return []
        return [
            whole for whole in wholes if all(live.get(each.text) == each.live_id for each in whole)
        ]

    def publish(self, whole: Sequence[Compared]) -> None:
        """Publish all texts of a whole that their module asks for."""
        for each in whole:
            if new := _find_revision(self.session, self.course, each):
                self._publish(new)
                agree(self.session, each.text, each.files)

    def _publish(self, new: NewRevision) -> None:
        change = self.change if self.change in kinds_of_change(new.kind) else Change.MINOR
        days, note = days_to_renew(change), self.note.strip()
        made = publish(self.session, new, self.actor, change=change, note=note, renew_days=days)
        show_media(self.session, new.slug, media_in_sums(new.files.get(SUMS, "")))
        if made and new.kind is Kind.FACTS:
            self.facts_id = made.revision_id
        if made:
            announce_change(self.session, made)
            follow(self.session, made, self.actor, day_of_course(self.session))
            self.published.append(made)

    def end(self) -> list[Publication]:
        """Note what is the same here and there, and bring corrected facts into what cites them."""
        agree_on_the_same(self.session, self.compared)
        today = day_of_course(self.session)
        for publication in self.published:
            carry_facts_now(self.session, publication, self.actor, today)
        return self.published


def _is_translation(each: Compared) -> bool:
    return record_in(each.text, each.files) is not None


def _translation(session: Session, each: Compared) -> NewRevision:
    today = day_of_course(session)
    work = brought_into_step(session, Work(each.text, each.files, None, None), today)
    around = surroundings_of(session, each.text, work.files, today)
    reading = read_draft(each.text, work.files, around)
    if not reading.publishable:
        raise Conflict(
            "%(text)s does not fit its original as that is published now.", text=each.text
        )
    return new_revision(work, reading)


def _find_revision(session: Session, course: Course, each: Compared) -> NewRevision | None:
    """The text as it was read, with the facts as they are published now.

    None for a question bank that its module does not ask for.

    A translation is brought into step with its original as that is published now.
    """
    text, key = each.text, (each.text.slug, each.text.language)
    if text.kind is Kind.QUIZ and key not in course.quizzes:
        return None
    if record_in(text, each.files):
        return _translation(session, each)
    files = each.files
    if text.kind is Kind.MODULE:
        module = with_facts(course.modules[key], live_facts(session))
        title, rendered = module.title, module.to_json()
        files = {**files, **cited_file(cited_by(module))}
    elif text.kind is Kind.QUIZ:
        title, rendered = course.modules[key].title, course.quizzes[key].to_json()
    elif text.kind is Kind.PATH:
        path = course.paths[text.slug]
        title, rendered = in_language(path.title, "en"), path.to_json()
    elif text.kind is Kind.GLOSSARY:
        title, rendered = TITLES[text.kind], terms_to_json(course.glossaries[text.language])
    else:
        title, rendered = TITLES[text.kind], facts_to_json(course.facts)
    return NewRevision(text.kind, text.slug, text.language, title, files, rendered)
