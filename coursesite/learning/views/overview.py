"""Everything of one learner's at once: what is required, begun, completed and offered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import url_for
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.queries import SignedIn
from coursesite.assignments.queries.requirements import Required, requirements_of
from coursesite.assignments.rules import Standing
from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.learning import queries, rules
from coursesite.learning.queries import Completed, Target
from coursesite.learning.rules import NOT_BEGUN, Again, Progress
from coursesite.learning.views.words import Button, button_for, see_changes
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path, best_language, in_language
from coursesite.progress.rules import TargetKind
from coursesite.templating import in_tongue

TITLE = "front/title"
TO_DO = {
    Standing.REVOKED,
    Standing.IN_GRACE,
    Standing.EXPIRED,
    Standing.OVERDUE,
    Standing.DUE_SOON,
    Standing.IN_PROGRESS,
    Standing.NOT_STARTED,
}


@dataclass(frozen=True)
class Overview:
    person: SignedIn
    paths: dict[str, Path]
    modules: dict[str, Module]
    standings: dict[str, rules.Standing]
    completed: dict[Target, Completed]
    required: Sequence[Required]

    @cached_property
    def begun(self) -> frozenset[str]:
        return rules.begun_in(self.standings)

    def title(self, kind: TargetKind, slug: str) -> str:
        """The title today; the slug of what is no longer published."""
        if kind is TargetKind.MODULE:
            return self.modules[slug].title if slug in self.modules else slug
        path = self.paths.get(slug)
        return in_language(path.title, self.person.language) if path else slug

    def shown_title(self, kind: TargetKind, slug: str) -> str:
        """The title for a page, marked where it is in another language."""
        title = self.title(kind, slug)
        if kind is TargetKind.MODULE:
            module = self.modules.get(slug)
            return in_tongue(title, module.language_of(TITLE)) if module else title
        path = self.paths.get(slug)
        return in_tongue(title, best_language(path.title, self.person.language)) if path else title

    def progress(self, again: Again | None = None) -> Progress:
        """What was completed, in all or as far as it need not be done again."""
        done = {
            slug
            for (kind, slug), each in self.completed.items()
            if kind is TargetKind.MODULE
            and not each.revoked
            and (again is None or again.counts(slug, self.day_of(each)))
        }
        return Progress(done, self.begun, self.modules)

    def day_of(self, completed: Completed) -> date:
        """Where the person is."""
        return clock.day_of(completed.completed_at, self.person.time_zone)

    def next_module(self, kind: TargetKind, slug: str, again: Again | None = None) -> str | None:
        """The published module to go on with in this target."""
        if kind is TargetKind.MODULE:
            return slug if slug in self.modules else None
        path = self.paths.get(slug)
        return rules.next_module(path, self.progress(again)) if path else None

    def next_of(self, required: Required) -> str | None:
        """The module to go on with in what is required, or in what renews it this time."""
        again = self.again(required)
        if required.refresher and (slug := self.next_module(*required.refresher, again)):
            return slug
        return self.next_module(required.kind, required.slug, again)

    def again(self, required: Required) -> Again | None:
        """What is asked of somebody again; None when all that was completed counts."""
        before = (required.kind, required.slug) in self.completed
        return rules.asked_again(required.facts, required.changed, completed_before=before)

    def standing(self, slug: str) -> rules.Standing:
        return self.standings.get(slug, NOT_BEGUN)

    def shows_changes(self, slug: str) -> bool:
        """Whether a module that was completed is asked for again because its text changed."""
        if self.standing(slug).completed_at is None:
            return False
        return any(is_to_do(each) and slug in (each.changed or ()) for each in self.required)

    def button(self, slug: str) -> Button:
        if self.shows_changes(slug):
            return see_changes(slug)
        return button_for(slug, self.modules[slug], self.standing(slug))

    def own_paths(self) -> Iterator[Path]:
        """The paths for this audience that are neither required nor completed, its own first."""
        known = {each.slug for each in self.required if each.kind is TargetKind.PATH}
        known |= {slug for kind, slug in self.completed if kind is TargetKind.PATH}
        for path in sorted(self.paths.values(), key=lambda path: rules.EVERYBODY in path.audience):
            if path.slug not in known and rules.is_for(path.audience, self.person.audience):
                yield path


def read_overview(session: Session, person: SignedIn) -> Overview:
    """All of it in five questions."""
    return Overview(
        person=person,
        paths={shown.slug: shown.text for shown in PATHS.all_live(session)},
        modules={shown.slug: shown.text for shown in MODULES.all_live(session, person.language)},
        standings=queries.standings_of(session, person.id),
        completed=queries.completed_by(session, person.id),
        required=requirements_of(session, person.id, person.today),
    )


def is_to_do(required: Required) -> bool:
    return required.standing in TO_DO or required.renewing


def target_url(kind: TargetKind, slug: str) -> str:
    if kind is TargetKind.PATH:
        return url_for("learning.path", slug=slug)
    return url_for("learning.module", slug=slug)
