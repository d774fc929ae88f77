"""Keeping what is written into a form of a part of a text before it is saved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.authoring.models import UnsavedForm
from coursesite.authoring.rules import TextId
from coursesite.authoring.services.drafting import StaleDraft, author_of
from coursesite.errors import Invalid

LONGEST_FORM = 200_000
NO_FORM = ""

Form = Mapping[str, list[str]]


@dataclass(frozen=True)
class FormOf:
    """A form: of which text, of what in it, and how that stood when the form was made."""

    text: TextId
    part: str
    digest: str


def find_form(session: Session, text: TextId, part: str, author_id: int) -> UnsavedForm | None:
    """What this author wrote there and has not saved."""
    return session.get(UnsavedForm, (text.kind, text.slug, text.language, part, author_id))


def mark_of_form(kept: UnsavedForm | None) -> str:
    """Names what is kept, so that a window notices what another one wrote."""
    if kept is None:
        return NO_FORM
    plain = json.dumps([kept.digest, dict(kept.form)], sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def keep_form(session: Session, of: FormOf, form: Form, seen: str, actor: Actor) -> str:
    """Keep what is in the form now; StaleDraft if another window wrote there since `seen`."""
    if sum(len(text) for values in form.values() for text in values) > LONGEST_FORM:
        raise Invalid("This is more than a form can hold: at most 200,000 characters.")
    author_id = author_of(actor)
    kept = find_form(session, of.text, of.part, author_id)
    if mark_of_form(kept) != seen:
        raise StaleDraft(_ELSEWHERE)
    if kept is None:
        kept = UnsavedForm(
            kind=of.text.kind,
            slug=of.text.slug,
            language=of.text.language,
            part=of.part,
            author_id=author_id,
        )
    kept.digest, kept.form, kept.kept_at = of.digest, dict(form), clock.now()
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError:
        raise StaleDraft(_ELSEWHERE) from None
    return mark_of_form(kept)


_ELSEWHERE = "You wrote here in another window, too. Save here to see both."


def forget_form(session: Session, text: TextId, part: str, author_id: int) -> None:
    """It was saved, or is not wanted any more."""
    kept = find_form(session, text, part, author_id)
    if kept is not None:
        session.delete(kept)
        session.flush()
