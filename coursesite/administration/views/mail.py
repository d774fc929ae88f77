"""Mail as an administrator sees it: the settings, what waits or failed, whom it does not reach."""

from datetime import time

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.administration.mail_forms import HoursForm, TroubleForm
from coursesite.administration.views.audit import own_organisation
from coursesite.administration.views.blueprints import bp
from coursesite.config import Settings
from coursesite.errors import Invalid, NotFound
from coursesite.extensions import db
from coursesite.notifications import queries, services
from coursesite.notifications.letters import Letterhead, write
from coursesite.notifications.rules import Hours, MailKind, MailState
from coursesite.people.models import Organisation
from coursesite.people.rules import Permission
from coursesite.templating import told

SHOWN = {
    "open": (MailState.WAITING, MailState.SENDING),
    "failed": (MailState.REFUSED, MailState.FAILED),
    "sent": (MailState.SENT,),
    "kept": (MailState.KEPT, MailState.WITHDRAWN),
}


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@bp.get("/admin/mail")
@requires(Permission.ADMINISTER)
def mail() -> ResponseReturnValue:
    """How mail is sent, how the server does, what waits, what failed."""
    hours = queries.hours_of(db.session, own_organisation())
    return _page(HoursForm.of(hours), TroubleForm(formdata=None))


def _page(
    hours_form: HoursForm, trouble_form: TroubleForm, status: int = 200
) -> ResponseReturnValue:
    organisation_id = own_organisation()
    shown = request.args.get("show", "failed")
    states = SHOWN.get(shown, SHOWN["failed"])
    before = request.args.get("before", type=row_id)
    found = queries.mails_page(db.session, organisation_id, states, before)
    rows = found[: queries.PAGE]
    page = render_template(
        "administration/mail.html",
        settings=_settings().mail,
        server=queries.find_server(db.session),
        demonstration=db.session.get_one(Organisation, organisation_id).demonstration,
        counts=queries.mail_counts(db.session, organisation_id),
        groups=SHOWN,
        shown=shown if shown in SHOWN else "failed",
        rows=rows,
        next=url_for(".mail", show=shown, before=rows[-1].mail.id)
        if len(found) > len(rows)
        else None,
        troubles=queries.troubles_in(db.session, organisation_id),
        hours_form=hours_form,
        trouble_form=trouble_form,
        form=next((each for each in (hours_form, trouble_form) if each.errors), None),
    )
    return page, status


@bp.get("/admin/mail/<int:mail_id>")
@requires(Permission.ADMINISTER)
def one_mail(mail_id: int) -> ResponseReturnValue:
    """One mail: what it says, and what became of it."""
    row = queries.get_mail(db.session, own_organisation(), mail_id)
    files = services.attachments_of(db.session, [mail_id])
    return render_template(
        "administration/one_mail.html", row=row, files=files, mailing=_settings().mail is not None
    )


@bp.post("/admin/mail/test")
@requires(Permission.ADMINISTER)
def send_test() -> ResponseReturnValue:
    """Send a mail to myself and show what becomes of it."""
    person, settings = current_person(), _settings()
    own_organisation()
    if settings.mail is None:
        flash(_("There is no mail server, so nothing can be sent."), "warning")
        return redirect(url_for(".mail"))
    head = Letterhead(settings.name, settings.address or "")
    letter = write(head, "test", MailKind.TEST, person.language, {"name": person.name})
    key = f"test:{person.id}:{clock.now().isoformat()}"
    mail_id = services.send(db.session, person.id, letter, key=key)
    services.ask_server_again(db.session)
    db.session.commit()
    return redirect(url_for(".one_mail", mail_id=mail_id))


@bp.post("/admin/mail/<int:mail_id>/retry")
@requires(Permission.ADMINISTER)
def retry_mail(mail_id: int) -> ResponseReturnValue:
    """Try one mail again at once."""
    services.retry(db.session, mail_id, own_organisation(), actor())
    db.session.commit()
    flash(_("It is tried again."), "success")
    return redirect(url_for(".one_mail", mail_id=mail_id))


@bp.post("/admin/mail/retry")
@requires(Permission.ADMINISTER)
def retry_mails() -> ResponseReturnValue:
    """Try everything again that was given up."""
    number = services.retry_all(db.session, own_organisation(), actor())
    db.session.commit()
    message = ngettext("%(num)d mail is tried again.", "%(num)d mails are tried again.", number)
    flash(message, "success")
    return redirect(url_for(".mail", show="open"))


@bp.post("/admin/mail/hours")
@requires(Permission.ADMINISTER)
def mail_hours() -> ResponseReturnValue:
    """From now on reminders go out in these hours, on these days."""
    organisation_id, form = own_organisation(), HoursForm()
    if not form.validate():
        return _page(form, TroubleForm(formdata=None), 422)
    hours = Hours(_time(form.starts_at.data), _time(form.ends_at.data), tuple(form.days.data))
    try:
        services.choose_hours(db.session, organisation_id, hours, actor())
    except Invalid as refusal:
        db.session.rollback()
        form.ends_at.errors = [told(refusal)]
        return _page(form, TroubleForm(formdata=None), 422)
    db.session.commit()
    flash(_("Reminders go out in these hours from now on."), "success")
    return redirect(url_for(".mail"))


def _time(moment: time) -> time:
    return moment.replace(tzinfo=None)


@bp.post("/admin/mail/troubles")
@requires(Permission.ADMINISTER)
def note_trouble() -> ResponseReturnValue:
    """A mail came back: nothing more goes to this address until that is cleared."""
    organisation_id, form = own_organisation(), TroubleForm()
    hours = queries.hours_of(db.session, organisation_id)
    if not form.validate():
        return _page(HoursForm.of(hours), form, 422)
    try:
        person = services.note_trouble(
            db.session, organisation_id, form.email.data, form.reason.data, actor()
        )
    except NotFound as refusal:
        db.session.rollback()
        form.email.errors = [told(refusal)]
        return _page(HoursForm.of(hours), form, 422)
    db.session.commit()
    flash(_("It is noted: no mail is sent to %(name)s.", name=person.name), "success")
    return redirect(url_for(".mail"))


@bp.post("/admin/mail/troubles/<int:person_id>/clear")
@requires(Permission.ADMINISTER)
def clear_trouble(person_id: int) -> ResponseReturnValue:
    """Mail may go there again."""
    services.clear_trouble(db.session, own_organisation(), person_id, actor())
    db.session.commit()
    flash(_("Mail is sent there again."), "success")
    return redirect(url_for(".mail"))
