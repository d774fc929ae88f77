"""Rows and events of one organisation, written in bulk."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.content.rules import Module
from coursesite.content.services import keep_local_version
from coursesite.people.models import Organisation
from coursesite.revisions.models import LocalVersion
from coursesite.revisions.shelf import Shown

Row = dict[str, Any]


class Rows:
    """What is written for an organisation; its events wait until `write_events`."""

    def __init__(self, session: Session, organisation: Organisation) -> None:
        self.session = session
        self.organisation = organisation
        self.events: list[Row] = []
        self.local: dict[str, LocalVersion | None] = {}

    def insert(self, table: type[Any], rows: Sequence[Row]) -> None:
        if rows:
            self.session.execute(sa.insert(table.__table__), rows)

    def insert_for_ids(self, table: type[Any], rows: Sequence[Row]) -> Sequence[int]:
        """The new ids, in the order of the rows."""
        if not rows:
            return []
        adding = sa.insert(table).returning(table.id, sort_by_parameter_order=True)
        return self.session.scalars(adding, rows).all()

    def event(
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

    def write_events(self) -> None:
        """In the order in which things happened."""
        self.events.sort(key=lambda event: event["happened_at"])
        self.insert(Event, self.events)

    def day(self, moment: datetime) -> date:
        return clock.day_of(moment, self.organisation.time_zone)

    def local_version(self, shown: Shown[Module]) -> LocalVersion | None:
        """What the organisation has put into a module, kept as with anybody's completion."""
        if shown.slug not in self.local:
            kept = keep_local_version(self.session, self.organisation.id, shown)
            self.local[shown.slug] = kept
        return self.local[shown.slug]
