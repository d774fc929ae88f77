"""What can be assigned: the published paths and modules."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path, best_language, in_language, minutes_of
from coursesite.progress.rules import TargetKind
from coursesite.revisions.shelf import Shown


@dataclass(frozen=True)
class Target:
    """A path or a module: `modules` are its slugs, `language` is that of its title."""

    kind: TargetKind
    slug: str
    title: str
    minutes: int
    modules: tuple[str, ...]
    valid_months: int | None = None
    language: str = "en"


def targets(session: Session, language: str = "en") -> list[Target]:
    """Everything that is published: paths first, each kind by slug."""
    modules = [_module(shown) for shown in MODULES.all_live(session, language)]
    minutes = {module.slug: module.minutes for module in modules}
    paths = [_path(shown.text, minutes, language) for shown in PATHS.all_live(session)]
    return [*paths, *modules]


def find_target(
    session: Session, kind: TargetKind, slug: str, language: str = "en"
) -> Target | None:
    """One published target, or None."""
    if kind is TargetKind.MODULE:
        shown = MODULES.find_live(session, slug, language)
        return _module(shown) if shown else None
    both = (each for each in targets(session, language) if (each.kind, each.slug) == (kind, slug))
    return next(both, None)


def _module(shown: Shown[Module]) -> Target:
    module = shown.text
    return Target(
        TargetKind.MODULE,
        shown.slug,
        module.title,
        module.minutes,
        (shown.slug,),
        language=module.language_of("front/title"),
    )


def _path(path: Path, minutes: dict[str, int], language: str) -> Target:
    return Target(
        TargetKind.PATH,
        path.slug,
        in_language(path.title, language),
        minutes_of(path, minutes),
        path.module_slugs,
        path.certificate.valid_months if path.certificate else None,
        best_language(path.title, language),
    )
