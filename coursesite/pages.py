"""What every page has: its language, its menu, its headers, and what is said when it fails."""

from datetime import date, datetime

import structlog
from babel import Locale
from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    lazy_gettext,
    ngettext,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, NotFound

from coursesite import frame
from coursesite.accounts import held
from coursesite.accounts.access import (
    ask_to_sign_in,
    browser_key,
    find_current_person,
    is_public,
    may_take_json,
    may_take_media,
    may_take_nul,
    treat_as_nobody,
    wants_json,
)
from coursesite.errors import Forbidden, Invalid, Refusal
from coursesite.extensions import db
from coursesite.headers import SafeHeaders, add_headers
from coursesite.languages import LANGUAGES, LOCALES, RIGHT_TO_LEFT, direction_of, long_day
from coursesite.limits import is_over_the_limit
from coursesite.templating import told

log = structlog.get_logger()


def set_up(app: Flask) -> None:
    app.before_request(refuse_json)
    app.before_request(refuse_nul)
    app.after_request(add_headers)
    app.wsgi_app = SafeHeaders(app.wsgi_app)  # type: ignore[method-assign]  # how Flask wants middleware put in
    app.context_processor(context)
    frame.set_up(app)
    app.jinja_env.globals.update(browser_key=browser_key)
    app.jinja_env.filters.update(day=format_day, moment=format_moment, number=format_decimal)
    app.jinja_env.tests["long_text"] = held.is_long
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(HTTPException, http_error)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, database_away)
    app.register_error_handler(DataError, not_storable)
    app.register_error_handler(Exception, failed)


def locale() -> Locale:
    """How dates and words are written: by the person's language, or what the browser prefers."""
    person = find_current_person() if "_login_user" in g else None
    if person and person.language in LANGUAGES:
        return LOCALES[person.language]
    return LOCALES[request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]]


def time_zone() -> str:
    """That of the person's organisation; of nobody's, UTC."""
    person = find_current_person() if "_login_user" in g else None
    return person.time_zone if person else "UTC"


def format_day(day: date | None, length: str = "long") -> str:
    """A day in words, such as 22 November 2026, or 22 Nov 2026 if `medium`; nothing for None.

    Of a moment, the day that it was in the person's organisation.
    """
    return format_date(day, length, rebase=isinstance(day, datetime)) if day else ""


def format_moment(moment: datetime | None) -> str:
    """A moment in words, in the time of the person's organisation; nothing for None."""
    if moment is None:
        return ""
    written = get_locale() or LOCALES[LANGUAGES[0]]
    return str(format_datetime(moment, f"{long_day(written)}, HH:mm"))


def refuse_json() -> None:
    """Forms are sent as forms: fields of JSON may hold numbers and lists where texts belong."""
    if request.method == "POST" and request.is_json and not may_take_json(request.endpoint):
        raise NotAForm("This address takes a form, not JSON.")


class NotAForm(Refusal):
    """What was sent is of a kind that this address does not take."""

    status = 415


def refuse_nul() -> None:
    """No text that people type holds a NUL, and PostgreSQL cannot store one."""
    sent = [*request.args.items(multi=True)] if request.query_string else []
    if request.method == "POST" and not may_take_nul(request.endpoint):
        sent += request.form.items(multi=True)
    if "\0" in request.path or any("\0" in text for pair in sent for text in pair):
        raise Unstorable("The text holds a character that cannot be stored (NUL).")


class Unstorable(Refusal):
    """What was sent holds a character that no text has."""

    status = 422


def context() -> dict[str, object]:
    person = find_current_person()
    language = current_locale.language if (current_locale := get_locale()) else LANGUAGES[0]
    return {
        "site_name": current_app.config["SITE_NAME"],
        "person": person,
        "language": language,
        "direction_of": direction_of,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "theme": frame.theme(),
    }


def error_page(
    title: str,
    message: str,
    status: int,
    kept: held.Held | None = None,
    what_to_do: str | None = None,
) -> ResponseReturnValue:
    """What happened, in a sentence; with `kept`, what was sent can be sent again from here.

    Where choices in the address cannot be shown, the same page opens without them.
    """
    if wants_json():
        return {"error": message}, status
    page = render_template(
        "errors/error.html",
        title=title,
        happened=message,
        kept_form=kept,
        what_to_do=what_to_do,
        mend=status in {Invalid.status, Forbidden.status},
        action=_without_choices(status),
    )
    return page, status


def _without_choices(status: int) -> dict[str, str] | None:
    if not _only_asked(status) or not request.query_string:
        return None
    return {"url": request.path, "words": _("Open the page without these choices")}


def _only_asked(status: int) -> bool:
    """That nothing was to be saved: an address asks for what cannot be."""
    return status == Invalid.status and request.method == "GET"


TOO_MANY, TOO_LARGE = 429, 413
TITLES = {
    403: lazy_gettext("You cannot open this page"),
    404: lazy_gettext("This page was not found"),
    409: lazy_gettext("That cannot be done"),
    413: lazy_gettext("That is too much at once"),
    422: lazy_gettext("That cannot be saved as it is"),
    429: lazy_gettext("Too many tries"),
}


def refused(error: Refusal) -> ResponseReturnValue:
    """What was wrong; a long text that cannot be taken is there, to be mended and sent again.

    So it is for who may not write here any more: it can be copied.
    """
    db.session.rollback()
    return error_page(_title(error.status), told(error), error.status, held.posted_text())


def form_expired(_error: CSRFError) -> ResponseReturnValue:
    """The token of a form is of another session: ask who it is, or to press the button again."""
    try:
        person = find_current_person()
    except OperationalError as error:
        return database_away(error)
    if person is None and not is_public(request.endpoint):
        return ask_to_sign_in()
    message = _(
        "This form was opened too long ago or in another session, or your browser keeps no "
        "cookies. Nothing was done yet."
    )
    return error_page(_("Please send that once more"), message, 400, held.posted())


def http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    messages = {
        404: _("Check the address, or start again from the front page."),
        405: _("This address does not take what was sent to it."),
        413: _(
            "What was sent is larger than %(most)d MB. Nothing was saved; send a smaller part.",
            most=(request.max_content_length or 0) // 1024**2,
        ),
        429: _("Wait a few minutes, then try again."),
    }
    status = error.code or 500
    if status == TOO_MANY:
        log.info("too many tries", page=request.endpoint, address=request.remote_addr)
    kept = held.posted() if status == TOO_MANY else None
    if status == TOO_LARGE and may_take_media(request.endpoint):
        kept = held.posted_before_file()
    return error_page(_title(status), messages.get(status, error.description or ""), status, kept)


def not_storable(error: DataError) -> ResponseReturnValue:
    """A number that no row has, or a text too long for its column: nothing was done."""
    log.error("not storable", page=request.endpoint, exc_info=error)
    db.session.rollback()
    if request.method in {"GET", "HEAD"}:
        return http_error(NotFound())
    message = _("A number or a text in what you sent is too large. Nothing was saved.")
    return error_page(_title(422), message, 422, held.posted())


def database_away(error: SQLAlchemyError) -> ResponseReturnValue:
    """The database does not answer: say so, and give back what was sent, to be sent again."""
    if isinstance(error, OperationalError) and is_over_the_limit(error):
        return took_too_long(error)
    log.error("database unavailable", error=type(error).__name__)
    treat_as_nobody()
    message = _(
        "The site's database does not answer at the moment. What you saved before is safe; what "
        "you just sent was not saved."
    )
    headers = {"Retry-After": "10"}
    if wants_json():
        return {"error": message}, 503, headers
    return standalone_page(_("Back in a moment"), message, held.posted()), 503, headers


def took_too_long(error: OperationalError) -> ResponseReturnValue:
    """The database was asked for more than it can find while somebody waits for a page."""
    seconds = current_app.extensions["settings"].longest_question
    log.error("question took too long", page=request.endpoint, question=error.statement)
    db.session.rollback()
    message = ngettext(
        "The site gave up looking after %(num)s second. Nothing was changed.",
        "The site gave up looking after %(num)s seconds. Nothing was changed.",
        seconds,
    )
    smaller = _(
        "Ask for less at once: one unit, one training, a shorter time. What a job does for you, "
        "such as the export of a long list, may take longer."
    )
    return error_page(_("That takes too long here"), message, 503, held.posted(), smaller)


def failed(error: Exception) -> ResponseReturnValue:
    """Something of ours is broken: the log knows what, the person need not."""
    log.error("request failed", page=request.endpoint, exc_info=error)
    message = _("Something went wrong on our side. What you saved before is safe. Try again.")
    treat_as_nobody()
    if wants_json():
        return {"error": message}, 500
    return standalone_page(_("Sorry, that failed"), message, held.posted()), 500


def standalone_page(title: str, message: str, kept: held.Held | None) -> str:
    """A page that needs neither the database nor the frame of the others."""
    return render_template("errors/standalone.html", title=title, message=message, kept=kept)


def _title(status: int) -> str:
    if _only_asked(status):
        return str(_("That cannot be shown"))
    return str(TITLES.get(status, _("That did not work")))
