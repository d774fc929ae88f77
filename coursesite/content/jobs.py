"""What the content does in the background: smaller copies of pictures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from coursesite.content.library.intake.looking import fault_of_picture, sides_of_picture
from coursesite.content.library.intake.pictures import Copy, narrowed
from coursesite.content.models import Media
from coursesite.content.queries import content_of, pictures_to_narrow
from coursesite.content.rules.media import Size, narrower_than
from coursesite.content.services import ask_for_narrower, keep_narrower
from coursesite.db import only_reading
from coursesite.errors import Invalid

MOST_AT_NIGHT = 500


def narrow_picture(session: Session, payload: dict[str, Any]) -> None:
    """Make the smaller copies of a picture; nobody who writes waits while it is painted."""
    media_id = payload["media_id"]
    with only_reading(session):
        media = session.get(Media, media_id)
        if media is None:
            return
        name, content = media.name, content_of(session, media_id)
    keep_narrower(session, media_id, _copies(name, content))


def _copies(name: str, content: bytes) -> Sequence[Copy]:
    """None of what would not be taken in today: it was kept before files were looked into."""
    if fault_of_picture(name, content):
        return ()
    try:
        return narrowed(content, narrower_than(Size(*sides_of_picture(content))))
    except Invalid:
        return ()


def narrow_what_is_left(session: Session) -> int:
    """Have smaller copies made of pictures that were kept before there were any; how many."""
    left = pictures_to_narrow(session, MOST_AT_NIGHT)
    for media_id in left:
        ask_for_narrower(session, media_id)
    return len(left)
