"""Writing what people have learned, in bulk: the rows and events that learning itself leaves."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy.orm import Session

from coursesite.assignments.rules import Validity
from coursesite.demo.services.certifying import Certifier, Completed
from coursesite.demo.services.course import LANGUAGE, Course
from coursesite.demo.services.rows import Row, Rows
from coursesite.demo.services.stories import Story, Trial
from coursesite.paths.rules import in_language
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.rules.sums import Sitting
from coursesite.quizzes.services import count_alike, sitting_of


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
        self.rows = Rows(session, organisation)
        self.certifier = Certifier(self.rows, course, issuer)

    def write(self, walked: Sequence[Walked]) -> None:
        stories = [story for walk in walked for story in walk.stories]
        self._rounds(stories)
        self._attempts(stories)
        self._module_completions([story for story in stories if story.completed_at])
        self._path_completions([walk for walk in walked if walk.path])
        self.rows.write_events()

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
        for story, id_ in zip(stories, self.rows.insert_for_ids(ModuleRound, rows), strict=True):
            story.id = id_
        readings = [row for each in stories for row in _readings(each, self._local(each)[0])]
        self.rows.insert(LessonReading, readings)

    def _attempts(self, stories: Sequence[Story]) -> None:
        pairs = [(story, trial) for story in stories for trial in story.trials]
        rows = [self._attempt(story, trial) for story, trial in pairs]
        answers: list[Row] = []
        ids = self.rows.insert_for_ids(Attempt, rows)
        for (story, trial), id_ in zip(pairs, ids, strict=True):
            story.attempt_ids.append(id_)
            answers += _answers(id_, trial)
            self._tell_of_attempt(story, trial, id_)
        self.rows.insert(Answer, answers)
        count_alike(self.session, Counter(_sitting(*pair) for pair in pairs))

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
            "local_version_id": self._local(story)[0],
        }

    def _tell_of_attempt(self, story: Story, trial: Trial, id_: int) -> None:
        subject = ("attempt", id_)
        after = {"quiz": story.module.slug}
        self.rows.event(story.person.id, "attempt-started", subject, trial.started_at, after)
        facts = {
            "state": trial.tried.state,
            "score": trial.tried.score.percent,
            "revision_id": trial.tried.revision_id,
        }
        self.rows.event(story.person.id, "attempt-submitted", subject, trial.submitted_at, facts)

    def _module_completions(self, stories: Sequence[Story]) -> None:
        rows = [
            {
                **self._completion(story.person, TargetKind.MODULE, story.module.slug),
                "number": story.round,
                "revision_id": story.module.revision_id,
                "attempt_id": story.attempt_ids[-1] if story.attempt_ids else None,
                "evidence": self._evidence(story),
                "local_version_id": self._local(story)[0],
                "completed_at": story.completed_at,
                "recorded_at": story.completed_at,
            }
            for story in stories
        ]
        ids = self.rows.insert_for_ids(Completion, rows)
        certificates = []
        for story, row, id_ in zip(stories, rows, ids, strict=True):
            story.completion_id = id_
            self._tell_of_completion(story.person, row, id_, self._local(story)[1])
            done = Completed(row, id_, story.person, story.module.text.title, [story])
            certificates.append(self.certifier.certificate(done))
        self.certifier.issue(certificates)

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
        ids = self.rows.insert_for_ids(Completion, rows)
        certificates = []
        for walk, row, id_ in zip(walked, rows, ids, strict=True):
            walk.completion_id = id_
            person = walk.stories[0].person
            self._tell_of_completion(person, row, id_, {})
            terms = self.course.paths[row["target_slug"]].text.certificate
            if terms:
                title = in_language(terms.title, LANGUAGE)
                done = Completed(row, id_, person, title, walk.stories)
                certificates.append(self.certifier.certificate(done, walk.validity))
        self.certifier.issue(certificates)

    def _local(self, story: Story) -> tuple[int | None, dict[str, str]]:
        """What names the organisation's own text in rows and in events."""
        local = self.rows.local_version(story.module)
        return (local.id, {"local_version": local.digest}) if local else (None, {})

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
        local = self._local(story)[1].get("local_version")
        return {
            "round": story.round,
            "lessons": dict.fromkeys(story.read, story.module.revision_id),
            **({"lessons_local": dict.fromkeys(story.read, local)} if local else {}),
            "attempt_id": story.attempt_ids[-1] if story.attempt_ids else None,
            "quiz_revision": quiz,
            "attested_at": attested.isoformat() if attested else None,
            "attested_revision_id": story.module.revision_id if attested else None,
        }

    def _tell_of_completion(
        self, person: Person, row: Row, id_: int, also: Mapping[str, str]
    ) -> None:
        after = {"person_id": person.id, "slug": row["target_slug"], **also, **row["evidence"]}
        kind = f"{row['target_kind']}-completed"
        self.rows.event(person.id, kind, ("completion", id_), row["completed_at"], after)


def _readings(story: Story, local_version_id: int | None) -> Iterator[Row]:
    for lesson_id, read_at in story.read.items():
        yield {
            "round_id": story.id,
            "lesson_id": lesson_id,
            "revision_id": story.module.revision_id,
            "local_version_id": local_version_id,
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


def _sitting(story: Story, trial: Trial) -> Sitting:
    """The attempt as statistics see it; its answers were given on one page."""
    tried = trial.tried
    attempt = SimpleNamespace(
        quiz_slug=story.module.slug,
        revision_id=tried.revision_id,
        started_at=trial.started_at,
        submitted_at=trial.submitted_at,
        number=trial.number,
        state=tried.state,
        drawn=tried.drawn,
    )
    answers = {
        name: SimpleNamespace(
            response=response, points=points, way=None, saved_at=trial.submitted_at
        )
        for name, (response, points) in tried.answers.items()
    }
    return sitting_of(attempt, answers)
