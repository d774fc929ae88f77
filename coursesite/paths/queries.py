"""Live learning paths, kept in memory."""

from sqlalchemy.orm import Session

from coursesite.errors import NotFound
from coursesite.paths.rules import Path
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shelf, Shown

PATHS: Shelf[Path] = Shelf(Kind.PATH, Path.from_json)


def get_path(session: Session, slug: str) -> Shown[Path]:
    """The live path, or NotFound."""
    shown = PATHS.find_live(session, slug)
    if shown is None:
        raise NotFound("There is no such learning path.")
    return shown
