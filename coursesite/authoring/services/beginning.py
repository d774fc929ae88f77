"""Learning paths and glossaries that are new here: begun as drafts."""

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.authoring.queries import newest_draft
from coursesite.authoring.rules import TextId
from coursesite.authoring.rules.frames import first_glossary, first_path
from coursesite.authoring.services.drafting import begin_draft
from coursesite.content.queries import GLOSSARY_SLUG, live_terms
from coursesite.errors import Invalid
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


def begin_path(session: Session, slug: str, title: str, actor: Actor) -> TextId:
    """A path with its first step; its author goes on from there."""
    text = TextId(Kind.PATH, slug)
    if _is_there(session, text):
        raise Invalid("There is a path of the name %(slug)s already. Choose another.", slug=slug)
    begin_draft(session, text, {text.main_file: first_path(title)}, actor)
    return text


def begin_glossary(session: Session, language: str, actor: Actor) -> TextId:
    """The glossary of another language: a frame with every term of the original."""
    text = TextId(Kind.GLOSSARY, GLOSSARY_SLUG, language)
    if _is_there(session, text):
        raise Invalid("There is a glossary in this language already.")
    terms = live_terms(session, FALLBACK_LANGUAGE).terms
    begin_draft(session, text, {text.main_file: first_glossary(terms)}, actor)
    return text


def _is_there(session: Session, text: TextId) -> bool:
    live = find_live(session, text.kind, text.slug, text.language)
    return bool(live or newest_draft(session, text))
