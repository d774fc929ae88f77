"""Writing what people have learned, in bulk: the rows and events that learning itself leaves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Validity
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import Learned, Payload, new_code, short_name
from coursesite.demo.services.course import Course
from coursesite.demo.services.stories import Story, Trial
from coursesite.paths.rules import in_language, left_out
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from coursesite.quizzes.models import Answer, Attempt

Row = dict[str, Any]
LANGUAGE = "en"


@dataclass
class Walked:
    """The stories of one way through a path; `path` None while the path is not complete."""

    path: str | None
    stories: list[Story]
    number: int = 1
    validity: Validity = field(default_factory=Validity)
    completion_id: int = 0

    @property
    def completed_at(self) -> datetime:
        return max(story.completed_at for story in self.stories if story.completed_at)


class Writer:
    """Writes everything that some people of an organisation have walked."""

    def __init__(
        self, session: Session, organisation: Organisation, course: Course, issuer: str
    ) -> None:
        self.session = session
        self.organisation = organisation
        self.course = course
        self.issuer = issuer
        self.zone = ZoneInfo(organisation.time_zone)
        self.events: list[Row] = []

    def write(self, walked: Sequence[Walked]) -> None:
        stories = [story for walk in walked for story in walk.stories]
        self._rounds(stories)
        self._attempts(stories)
        self._module_completions([story for story in stories if story.completed_at])
        self._path_completions([walk for walk in walked if walk.path])
        self.events.sort(key=lambda event: event["happened_at"])
        self._insert(Event, self.events)

    def _rounds(self, stories: Sequence[Story]) -> None:
        rows = [
            {
                "person_id": story.person.id,
                "module_slug": story.module.slug,
                "number": story.round,
                "started_at": story.started_at,
                "attested_at": story.attested_at,
                "attested_revision_id": story.module.revision_id if story.attested_at else None,
                "completed_at": story.completed_at,
            }
            for story in stories
        ]
        for story, id_ in zip(stories, self._insert_for_ids(ModuleRound, rows), strict=True):
            story.id = id_
        self._insert(LessonReading, [row for story in stories for row in _readings(story)])

    def _attempts(self, stories: Sequence[Story]) -> None:
        pairs = [(story, trial) for story in stories for trial in story.trials]
        rows = [self._attempt(story, trial) for story, trial in pairs]
        answers: list[Row] = []
        ids = self._insert_for_ids(Attempt, rows)
        for (story, trial), id_ in zip(pairs, ids, strict=True):
            story.attempt_ids.append(id_)
            answers += _answers(id_, trial)
            self._tell_of_attempt(story, trial, id_)
        self._insert(Answer, answers)

    def _attempt(self, story: Story, trial: Trial) -> Row:
        return {
            "person_id": story.person.id,
            "organisation_id": self.organisation.id,
            "quiz_slug": story.module.slug,
            "revision_id": trial.tried.revision_id,
            "number": trial.number,
            "round": story.round,
            "state": trial.tried.state,
            "seed": trial.tried.seed,
            "drawn": trial.tried.drawn,
            "pass_mark": trial.tried.pass_mark,
            "points": trial.tried.score.points,
            "points_possible": trial.tried.score.marked,
            "score": trial.tried.score.percent,
            "started_at": trial.started_at,
            "submitted_at": trial.submitted_at,
        }

    def _tell_of_attempt(self, story: Story, trial: Trial, id_: int) -> None:
        subject = ("attempt", id_)
        after = {"quiz": story.module.slug}
        self._event(story.person.id, "attempt-started", subject, trial.started_at, after)
        facts = {
            "state": trial.tried.state,
            "score": trial.tried.score.percent,
            "revision_id": trial.tried.revision_id,
        }
        self._event(story.person.id, "attempt-submitted", subject, trial.submitted_at, facts)

    def _module_completions(self, stories: Sequence[Story]) -> None:
        rows = [
            {
                **self._completion(story.person, TargetKind.MODULE, story.module.slug),
                "number": story.round,
                "revision_id": story.module.revision_id,
                "attempt_id": story.attempt_ids[-1] if story.attempt_ids else None,
                "evidence": self._evidence(story),
                "completed_at": story.completed_at,
                "recorded_at": story.completed_at,
            }
            for story in stories
        ]
        ids = self._insert_for_ids(Completion, rows)
        certificates = []
        for story, row, id_ in zip(stories, rows, ids, strict=True):
            story.completion_id = id_
            self._tell_of_completion(story.person, row, id_)
            title = story.module.text.title
            certificates.append(self._certificate(story.person, row, id_, title, [story]))
        self._certify(certificates)

    def _path_completions(self, walked: Sequence[Walked]) -> None:
        rows = [
            {
                **self._completion(walk.stories[0].person, TargetKind.PATH, walk.path or ""),
                "number": walk.number,
                "revision_id": self.course.paths[walk.path or ""].revision_id,
                "attempt_id": None,
                "evidence": {"completions": sorted(each.completion_id for each in walk.stories)},
                "completed_at": walk.completed_at,
                "recorded_at": walk.completed_at,
            }
            for walk in walked
        ]
        ids = self._insert_for_ids(Completion, rows)
        certificates = []
        for walk, row, id_ in zip(walked, rows, ids, strict=True):
            walk.completion_id = id_
            person = walk.stories[0].person
            self._tell_of_completion(person, row, id_)
            terms = self.course.paths[row["target_slug"]].text.certificate
            if terms:
                title = in_language(terms.title, LANGUAGE)
                made = self._certificate(person, row, id_, title, walk.stories)
                certificates.append({**made, **_valid(made, walk.validity)})
        self._certify(certificates)

    def _completion(self, person: Person, kind: TargetKind, slug: str) -> Row:
        return {
            "person_id": person.id,
            "organisation_id": self.organisation.id,
            "target_kind": kind,
            "target_slug": slug,
            "language": LANGUAGE,
            "means": Means.LEARNED,
        }

    def _evidence(self, story: Story) -> Row:
        """As a finished round names it: readings, attempt, attestation."""
        trial = story.trials[-1] if story.trials else None
        quiz = self.course.quizzes[story.module.slug].digest if trial else None
        attested = story.attested_at
        return {
            "round": story.round,
            "lessons": dict.fromkeys(story.read, story.module.revision_id),
            "attempt_id": story.attempt_ids[-1] if story.attempt_ids else None,
            "quiz_revision": quiz,
            "attested_at": attested.isoformat() if attested else None,
            "attested_revision_id": story.module.revision_id if attested else None,
        }

    def _tell_of_completion(self, person: Person, row: Row, id_: int) -> None:
        after = {"person_id": person.id, "slug": row["target_slug"], **row["evidence"]}
        kind = f"{row['target_kind']}-completed"
        self._event(person.id, kind, ("completion", id_), row["completed_at"], after)

    def _certificate(
        self, person: Person, completion: Row, completion_id: int, title: str, stories: list[Story]
    ) -> Row:
        day = self._day(completion["completed_at"]).isoformat()
        payload = Payload(
            code=new_code(),
            name=person.name,
            short_name=short_name(person.given_name, person.family_name),
            title=title,
            kind=completion["target_kind"],
            organisation=self.organisation.name,
            issuer=self.issuer,
            minutes=sum(story.module.text.minutes for story in stories),
            modules=tuple(self._learned(story) for story in stories),
            completed_on=day,
            issued_on=day,
            valid_until=None,
            in_preparation=self._left_out(completion, stories),
        )
        kept = ("person_id", "organisation_id", "target_kind", "target_slug", "number")
        return {
            **{name: completion[name] for name in kept},
            "code": payload.code,
            "completion_id": completion_id,
            "edition": 1,
            "payload": payload.to_json(),
            "valid_until": None,
            "grace_until": None,
            "issued_at": completion["completed_at"],
        }

    def _left_out(self, completion: Row, stories: list[Story]) -> int:
        if completion["target_kind"] is not TargetKind.PATH:
            return 0
        path = self.course.paths[completion["target_slug"]].text
        return left_out(path, {story.module.slug for story in stories}, self.course.modules)

    def _learned(self, story: Story) -> Learned:
        return Learned(
            slug=story.module.slug,
            title=story.module.text.title,
            language=LANGUAGE,
            revision=story.module.digest,
            completed_on=self._day(story.completed_at or story.started_at).isoformat(),
        )

    def _certify(self, rows: Sequence[Row]) -> None:
        """Later rounds supersede earlier ones."""
        ids = self._insert_for_ids(Certificate, rows)
        made = {}
        for row, id_ in zip(rows, ids, strict=True):
            made[row["person_id"], row["target_slug"], row["number"]] = id_
            facts = {"completion_id": row["completion_id"], "person_id": row["person_id"]}
            subject, at = ("certificate", id_), row["issued_at"]
            self._event(row["person_id"], "certificate-issued", subject, at, facts)
        superseded = [
            {"id": made[person, slug, number - 1], "superseded_by_id": id_}
            for (person, slug, number), id_ in made.items()
            if (person, slug, number - 1) in made
        ]
        if superseded:
            self.session.execute(sa.update(Certificate), superseded)

    def _day(self, moment: datetime) -> date:
        return clock.day_of(moment, self.organisation.time_zone)

    def _event(
        self, actor_id: int, kind: str, subject: tuple[str, int], at: datetime, after: Row
    ) -> None:
        self.events.append(
            {
                "kind": kind,
                "organisation_id": self.organisation.id,
                "actor_id": actor_id,
                "subject_type": subject[0],
                "subject_id": str(subject[1]),
                "after": after,
                "reason": "demonstration",
                "origin": "site",
                "happened_at": at,
                "recorded_at": at,
            }
        )

    def _insert(self, table: type[Any], rows: Sequence[Row]) -> None:
        if rows:
            self.session.execute(sa.insert(table.__table__), rows)

    def _insert_for_ids(self, table: type[Any], rows: Sequence[Row]) -> Sequence[int]:
        """The new ids, in the order of the rows."""
        if not rows:
            return []
        adding = sa.insert(table).returning(table.id, sort_by_parameter_order=True)
        return self.session.scalars(adding, rows).all()


def _readings(story: Story) -> Iterator[Row]:
    for lesson_id, read_at in story.read.items():
        yield {
            "round_id": story.id,
            "lesson_id": lesson_id,
            "revision_id": story.module.revision_id,
            "read_at": read_at,
        }


def _answers(attempt_id: int, trial: Trial) -> Iterator[Row]:
    for question_id, (response, points) in trial.tried.answers.items():
        yield {
            "attempt_id": attempt_id,
            "question_id": question_id,
            "response": response,
            "points": points,
            "saved_at": trial.submitted_at,
        }


def _valid(certificate: Row, validity: Validity) -> Row:
    """A certificate is valid for as long as the completion is."""
    until = validity.valid_until
    payload: Mapping[str, Any] = certificate["payload"]
    return {
        "valid_until": until,
        "grace_until": validity.grace_until,
        "payload": {**payload, "valid_until": until.isoformat() if until else None},
    }
