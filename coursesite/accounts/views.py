"""Signing in and out, and the settings of one's account."""

import structlog
from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts import held, services
from coursesite.accounts.access import (
    actor,
    current_person,
    find_current_person,
    let_in,
    public,
    sign_in_page,
    signed_in,
)
from coursesite.accounts.forms import ChangePasswordForm, NewPasswordForm, SignInForm, ThemeForm
from coursesite.accounts.queries import (
    find_credentials,
    find_own_credentials,
    link_holder,
    sessions_of,
)
from coursesite.accounts.rules import device_name, own_path
from coursesite.accounts.throttle import (
    by_account,
    by_address,
    by_person,
    forgive,
    throttled,
)
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.templating import told

bp = Blueprint("accounts", __name__)
log = structlog.get_logger()

A_YEAR = 365 * 24 * 3600


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is; whoever is signed in goes on at once."""
    wanted = own_path(request.args.get("next"))
    if find_current_person():
        return redirect(wanted)
    return sign_in_page(SignInForm(next=request.args.get("next")))


@bp.post("/sign-in")
@public
@throttled("10 per 5 minutes", key=by_address)
@throttled("10 per 5 minutes", key=by_account)
def check_sign_in() -> ResponseReturnValue:
    """Let in who gives the right password; say the same whatever else is wrong."""
    form = SignInForm()
    if not form.validate():
        return sign_in_page(form, 422)
    with writing(False):
        credentials = find_credentials(db.session, form.email.data)
        db.session.rollback()
    if not services.is_right(credentials, form.password.data) or credentials is None:
        log.info("sign-in refused", address=request.remote_addr)
        form.form_errors.append(_("The e-mail address or the password is not right."))
        return sign_in_page(form, 422)
    _let_in(credentials.person_id)
    return _go_on(form)


def _let_in(person_id: int) -> None:
    """A new session under a new token; the one that was open in this browser ends."""
    before = find_current_person()
    if before:
        services.end_session(db.session, before.id, before.session_id)
    token = services.start_session(db.session, person_id, request.user_agent.string)
    db.session.commit()
    let_in(token)
    log.info("signed in", person=person_id, address=request.remote_addr)
    forgive()


def _go_on(form: SignInForm) -> ResponseReturnValue:
    kept = held.read(form.kept.data)
    if kept:
        return render_template("accounts/kept.html", kept=kept)
    if form.kept.data:
        flash(_("What you had written before could not be kept any longer."), "warning")
    return redirect(own_path(form.next.data))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session on the server; the cookie is worth nothing afterwards."""
    person = find_current_person()
    if person:
        services.end_session(db.session, person.id, person.session_id)
        db.session.commit()
    session.clear()
    flash(_("You have signed out."), "success")
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@bp.get("/settings")
@signed_in
def settings() -> ResponseReturnValue:
    """Who I am here, how pages look, my password, where I am signed in."""
    return _settings_page(ChangePasswordForm())


def _settings_page(password_form: ChangePasswordForm, status: int = 200) -> ResponseReturnValue:
    theme_form = ThemeForm(formdata=None, theme=request.cookies.get(_theme_cookie(), "device"))
    page = render_template(
        "accounts/settings.html",
        form=password_form,
        theme_form=theme_form,
        sessions=sessions_of(db.session, current_person().id),
        device_name=device_name,
    )
    return page, status


@bp.post("/settings/theme")
@signed_in
def choose_theme() -> ResponseReturnValue:
    """Light, dark, or as the device is set; this browser remembers it."""
    form = ThemeForm()
    response = redirect(url_for(".settings"))
    if form.validate() and form.theme.data != "device":
        response.set_cookie(
            _theme_cookie(),
            form.theme.data,
            max_age=A_YEAR,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(
            _theme_cookie(), secure=bool(current_app.config["SESSION_COOKIE_SECURE"])
        )
    return response


def _theme_cookie() -> str:
    return str(current_app.config["THEME_COOKIE_NAME"])


@bp.post("/settings/password")
@signed_in
@throttled("10 per 5 minutes", key=by_person)
def change_password() -> ResponseReturnValue:
    """Take a new password from who knows the old one, and end the other sessions."""
    form = ChangePasswordForm()
    if not form.validate() or not _knows_old_password(form):
        return _settings_page(form, 422)
    person = current_person()
    try:
        services.change_password(
            db.session,
            person.id,
            form.new_password.data,
            site_name=current_app.config["SITE_NAME"],
            actor=actor(),
        )
    except services.WeakPassword as refusal:
        db.session.rollback()
        form.new_password.errors = [told(refusal)]
        return _settings_page(form, 422)
    services.end_sessions(db.session, person.id)
    _let_in(person.id)
    flash(_("Your password is changed. Everywhere else you are signed out."), "success")
    return redirect(url_for(".settings"))


def _knows_old_password(form: ChangePasswordForm) -> bool:
    with writing(False):
        credentials = find_own_credentials(db.session, current_person().id)
        db.session.rollback()
    right = services.is_right(credentials, form.old_password.data)
    if not right:
        form.old_password.errors = [_("This is not the password that you have now")]
    return right


@bp.post("/settings/sign-out-others")
@signed_in
def sign_out_others() -> ResponseReturnValue:
    """End every session of mine but this one."""
    person = current_person()
    services.end_sessions(db.session, person.id, but=person.session_id)
    db.session.commit()
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for(".settings"))


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@public
@throttled("20 per 5 minutes", key=by_address)
def set_password(token: str) -> ResponseReturnValue:
    """Let whoever holds an administrator's link set their password, once."""
    holder = link_holder(db.session, token)
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _set_password_page(form, holder, 422 if form.is_submitted() else 200)
    name = current_app.config["SITE_NAME"]
    try:
        services.use_password_link(db.session, token, form.new_password.data, site_name=name)
    except services.WeakPassword as refusal:
        form.new_password.errors = [told(refusal)]
        return _set_password_page(form, holder, 422)
    db.session.commit()
    flash(_("Your password is set. Sign in with it."), "success")
    return redirect(url_for(".sign_in"))


def _set_password_page(form: NewPasswordForm, holder: Person, status: int) -> ResponseReturnValue:
    return render_template("accounts/set_password.html", form=form, holder=holder), status
