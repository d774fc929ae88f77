"""Live texts, and what somebody completed: asked each time, or known beforehand for many people."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

from coursesite.assignments.services import known_beforehand
from coursesite.audit.services import recorded_together
from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.learning.queries import Completed, Target, completed_by, latest_of
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path
from coursesite.progress.services import Together
from coursesite.revisions.shelf import Shown

WHERE = "coursesite.learning.desk"


class Desk:
    """Every question is asked when it comes up."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def paths_with(self, slug: str) -> Sequence[Shown[Path]]:
        """The live paths that hold a module."""
        live = PATHS.all_live(self.session)
        return [shown for shown in live if slug in shown.text.module_slugs]

    def modules(self, language: str) -> Sequence[Shown[Module]]:
        return MODULES.all_live(self.session, language)

    def completed(self, person_id: int) -> Mapping[Target, Completed]:
        return completed_by(self.session, person_id)

    def certify(self, issue: Callable[[], object]) -> None:
        """Certify what is completed, as soon as that is written."""
        issue()


class _ForMany(Desk):
    """Texts are those that were live at the first question."""

    def __init__(self, session: Session, completions: Together) -> None:
        super().__init__(session)
        self.completions = completions
        self.certificates: list[Callable[[], object]] = []
        self._paths: dict[str, Sequence[Shown[Path]]] = {}
        self._modules: dict[str, Sequence[Shown[Module]]] = {}

    def paths_with(self, slug: str) -> Sequence[Shown[Path]]:
        if slug not in self._paths:
            self._paths[slug] = super().paths_with(slug)
        return self._paths[slug]

    def modules(self, language: str) -> Sequence[Shown[Module]]:
        if language not in self._modules:
            self._modules[language] = super().modules(language)
        return self._modules[language]

    def completed(self, person_id: int) -> Mapping[Target, Completed]:
        return latest_of(self.completions.by_person[person_id])

    def certify(self, issue: Callable[[], object]) -> None:
        self.certificates.append(issue)


def desk_of(session: Session) -> Desk:
    found: Desk | None = session.info.get(WHERE)
    return found or Desk(session)


@contextmanager
def for_many(session: Session, organisation_id: int, person_ids: Collection[int]) -> Iterator[None]:
    """Inside, entering and revoking completions of these people takes few questions.

    What that did is written at the end: nothing else may look for it before.
    """
    with recorded_together(session):
        with known_beforehand(session, organisation_id, person_ids) as completions:
            desk = session.info[WHERE] = _ForMany(session, completions)
            try:
                yield
            finally:
                del session.info[WHERE]
        for issue in desk.certificates:
            issue()
