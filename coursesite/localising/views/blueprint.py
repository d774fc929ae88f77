"""The blueprint that the pages beside it fill, and whose version somebody works on."""

from html import unescape

from flask import Blueprint, get_template_attribute
from flask_babel import gettext as _

from coursesite.accounts.access import current_person
from coursesite.authoring.services import open_work, work_on
from coursesite.content.rules import LocalTexts
from coursesite.content.rules.local import field_of
from coursesite.content.shelf import local_texts, local_texts_with
from coursesite.errors import Forbidden, NotFound
from coursesite.extensions import db
from coursesite.localising import queries
from coursesite.localising.rules import Places, name_of_file
from coursesite.localising.services import Bench, read_bench, text_of
from coursesite.people.models import Organisation
from coursesite.people.rules import Permission

bp = Blueprint("localising", __name__, url_prefix="/local")

HERE = "/<language>"
DRAFT = f"{HERE}/drafts/<int:draft_id>"


def own_organisation() -> Organisation:
    """The organisation of somebody who may write for the whole of it; Forbidden to others."""
    if current_person().scope(Permission.LOCALISE).paths is not None:
        raise Forbidden(_("This page is for those who write for the whole organisation."))
    return db.session.get_one(Organisation, current_person().organisation_id)


def may_publish() -> bool:
    person = current_person()
    whole = person.scope(Permission.PUBLISH_LOCALLY).paths is None
    return person.may(Permission.PUBLISH_LOCALLY) and whole


def own_bench(language: str) -> Bench:
    """What the person who asks works on: their own draft, or what is live."""
    organisation = own_organisation()
    languages = _languages(language)
    work = open_work(db.session, text_of(organisation.id, language), current_person().id)
    return Bench(organisation, work, queries.places(db.session, language), languages)


def bench_of(language: str, draft_id: int) -> Bench:
    """What somebody of the same organisation works on, by the number of the draft."""
    organisation = own_organisation()
    languages = _languages(language)
    work = work_on(db.session, text_of(organisation.id, language), draft_id)
    return Bench(organisation, work, queries.places(db.session, language), languages)


def chosen_bench(language: str, draft_id: int | None) -> Bench:
    """The draft of that number, or without one the person's own."""
    return own_bench(language) if draft_id is None else bench_of(language, draft_id)


def _languages(language: str) -> list[str]:
    """All languages of the course; NotFound if this is none of them."""
    found = queries.languages(db.session)
    if language not in found:
        raise NotFound("No module is published in this language.")
    return found


def name_of(file: str, places: Places) -> str:
    """What a file of a local version is about, as people speak of it."""
    field = field_of(file)
    if field is None:
        return name_of_file(file, places)
    said = str(get_template_attribute("macros/fields.html", "field_name")(field))
    return unescape(said[:1].upper() + said[1:])


def texts_now(bench: Bench) -> LocalTexts:
    """What is in force for the organisation's people."""
    return local_texts(db.session, current_person().organisations, bench.work.text.language)


def texts_with(bench: Bench) -> LocalTexts:
    """What would be in force if what is on the bench were published."""
    read = read_bench(db.session, bench, current_person().today)
    line, language = current_person().organisations, bench.work.text.language
    return local_texts_with(db.session, line, language, read.preview)
