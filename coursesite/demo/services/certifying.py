"""The certificates of what people have completed, in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from coursesite.assignments.rules import Validity
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import Learned, Payload, new_code, short_name
from coursesite.demo.services.course import LANGUAGE, Course
from coursesite.demo.services.rows import Row, Rows
from coursesite.demo.services.stories import Story
from coursesite.paths.rules import left_out
from coursesite.people.models import Person
from coursesite.progress.rules import TargetKind


@dataclass(frozen=True)
class Completed:
    """A completion as it was written, who completed it, what it is called, and how it came."""

    row: Row
    id: int
    person: Person
    title: str
    stories: Sequence[Story]


class Certifier:
    """Certifies completions in the name of `issuer`."""

    def __init__(self, rows: Rows, course: Course, issuer: str) -> None:
        self.rows = rows
        self.course = course
        self.issuer = issuer

    def certificate(self, done: Completed, validity: Validity | None = None) -> Row:
        """Valid for as long as the completion is."""
        until = validity.valid_until if validity else None
        payload = self._payload(done, until.isoformat() if until else None)
        kept = ("person_id", "organisation_id", "target_kind", "target_slug", "number")
        return {
            **{name: done.row[name] for name in kept},
            "code": payload.code,
            "completion_id": done.id,
            "edition": 1,
            "payload": payload.to_json(),
            "valid_until": until,
            "grace_until": validity.grace_until if validity else None,
            "issued_at": done.row["completed_at"],
        }

    def _payload(self, done: Completed, valid_until: str | None) -> Payload:
        day = self.rows.day(done.row["completed_at"]).isoformat()
        return Payload(
            code=new_code(),
            name=done.person.name,
            short_name=short_name(done.person.given_name, done.person.family_name),
            title=done.title,
            kind=done.row["target_kind"],
            organisation=self.rows.organisation.name,
            issuer=self.issuer,
            minutes=sum(story.module.text.minutes for story in done.stories),
            modules=tuple(self._learned(story) for story in done.stories),
            completed_on=day,
            issued_on=day,
            valid_until=valid_until,
            in_preparation=self._left_out(done),
        )

    def _left_out(self, done: Completed) -> int:
        if done.row["target_kind"] is not TargetKind.PATH:
            return 0
        path = self.course.paths[done.row["target_slug"]].text
        return left_out(path, {story.module.slug for story in done.stories}, self.course.modules)

    def _learned(self, story: Story) -> Learned:
        local = self.rows.local_version(story.module)
        return Learned(
            slug=story.module.slug,
            title=story.module.text.title,
            language=LANGUAGE,
            revision=story.module.digest,
            completed_on=self.rows.day(story.completed_at or story.started_at).isoformat(),
            local_version=local.digest if local else "",
        )

    def issue(self, certificates: Sequence[Row]) -> None:
        """Later rounds supersede earlier ones."""
        ids = self.rows.insert_for_ids(Certificate, certificates)
        made: dict[tuple[int, str, int], int] = {}
        for row, id_ in zip(certificates, ids, strict=True):
            made[row["person_id"], row["target_slug"], row["number"]] = id_
            facts = {"completion_id": row["completion_id"], "person_id": row["person_id"]}
            subject, at = ("certificate", id_), row["issued_at"]
            self.rows.event(row["person_id"], "certificate-issued", subject, at, facts)
        superseded: list[Mapping[str, Any]] = [
            {"id": made[person, slug, number - 1], "superseded_by_id": id_}
            for (person, slug, number), id_ in made.items()
            if (person, slug, number - 1) in made
        ]
        if superseded:
            self.rows.session.execute(sa.update(Certificate), superseded)
