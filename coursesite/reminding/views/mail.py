"""How somebody wants their reminders, and the address of their calendar."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.addresses import public_url
from coursesite.extensions import db
from coursesite.notifications.queries import choice_of, find_feed, find_trouble, often_in
from coursesite.notifications.rules import Digest, Topic
from coursesite.notifications.services import (
    begin_feed,
    choose_digest,
    choose_language,
    choose_news,
    end_feed,
)
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.reminding.forms import FeedForm, MailForm
from coursesite.reminding.views.blueprint import bp, settings
from coursesite.revisions.queries import live_languages
from coursesite.revisions.rules import Kind


@bp.get("/settings/mail")
@signed_in
def mail() -> ResponseReturnValue:
    """My language, how often reminders come, my calendar."""
    return _page(_form())


def _form() -> MailForm:
    """What I have chosen, as far as it concerns me."""
    person = db.session.get_one(Person, current_person().id)
    choice = choice_of(db.session, person.id)
    values = {
        "language": person.language or "",
        "digest": choice.digest.value,
        **{topic.value: often_in(choice, topic).value for topic in Topic},
    }
    return MailForm(_learned(), _topics(), formdata=None, **values)


def _topics() -> list[Topic]:
    """Of what I get news, by what I may do."""
    person = current_person()
    writes = person.may(Permission.LOCALISE) or person.may(Permission.WRITE)
    decides = person.may(Permission.LOOK_AFTER)
    return [Topic.AUTHORING] * writes + [Topic.REQUESTS] * decides


def _learned() -> list[str]:
    """The languages in which there is a module."""
    return live_languages(db.session, Kind.MODULE)


def _page(form: MailForm, status: int = 200, address: str | None = None) -> ResponseReturnValue:
    person_id = current_person().id
    page = render_template(
        "reminding/mail.html",
        form=form,
        feed_form=FeedForm(formdata=None),
        feed=find_feed(db.session, person_id),
        trouble=find_trouble(db.session, person_id),
        address=address,
        mailing=settings().mail is not None,
    )
    return page, status


@bp.post("/settings/mail")
@signed_in
def choose() -> ResponseReturnValue:
    """Keep what I chose."""
    form = MailForm(_learned(), _topics())
    if not form.validate():
        return _page(form, 422)
    person_id = current_person().id
    choose_language(db.session, person_id, form.language.data or None)
    choose_digest(db.session, person_id, Digest(form.digest.data))
    choose_news(db.session, person_id, form.news)
    db.session.commit()
    flash(_("It is kept."), "success")
    return redirect(url_for(".mail"))


@bp.post("/settings/calendar")
@signed_in
def make_feed() -> ResponseReturnValue:
    """A new address of my calendar, shown once; the one before it opens no more."""
    form = FeedForm()
    person = current_person()
    token = begin_feed(db.session, person.id, alarms=bool(form.alarms.data), actor=actor())
    db.session.commit()
    address = public_url(".feed", token=token)
    return _page(_form(), address=address)


@bp.post("/settings/calendar/end")
@signed_in
def stop_feed() -> ResponseReturnValue:
    """Let the address of my calendar open no more."""
    end_feed(db.session, current_person().id, actor())
    db.session.commit()
    flash(_("The address of your calendar opens no more."), "success")
    return redirect(url_for(".mail"))
