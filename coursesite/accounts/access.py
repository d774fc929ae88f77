"""Who may open a page: a page is closed unless its view is marked."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import structlog
from flask import (
    current_app,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, UserMixin, login_user
from sqlalchemy.exc import OperationalError

from coursesite import clock
from coursesite.accounts import held
from coursesite.accounts.forms import SignInForm
from coursesite.accounts.queries import SignedIn, find_signed_in
from coursesite.accounts.rules import SEEN_EVERY
from coursesite.accounts.services import note_seen
from coursesite.audit.services import Actor
from coursesite.db import short_write
from coursesite.errors import Forbidden, NotFound
from coursesite.extensions import db, login_manager
from coursesite.people.rules import Permission

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a view asks of the person who opens it."""

    public: bool = False
    permission: Permission | None = None


def public(view: View) -> View:
    """Anyone may open it."""
    return _marked(view, Access(public=True))


def signed_in(view: View) -> View:
    """Anyone who is signed in may open it."""
    return _marked(view, Access(permission=Permission.LEARN))


def requires(permission: Permission) -> Callable[[View], View]:
    """Only those may open it whose role gives the permission somewhere."""
    return lambda view: _marked(view, Access(permission=permission))


def takes_nul(view: View) -> View:
    """Its form may hold a NUL, which no other takes: the view puts something in its place."""
    view.takes_nul = True  # type: ignore[attr-defined]  # read back by may_take_nul()
    return view


def may_take_nul(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "takes_nul", False)


def takes_json(view: View) -> View:
    """A script sends it JSON; to no other view."""
    view.takes_json = True  # type: ignore[attr-defined]  # read back by may_take_json()
    return view


def may_take_json(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "takes_json", False)


def only_reads(view: View) -> View:
    """It is posted to because much is sent, and writes nothing: it waits for nobody who does.

    Or it writes at its very end, in a short transaction of its own.
    """
    view.only_reads = True  # type: ignore[attr-defined]  # read back by may_write()
    return view


def takes_media(view: View) -> View:
    """Files of authors' media are sent to it, which may be larger than other forms."""
    view.takes_media = True  # type: ignore[attr-defined]  # read back by may_take_media()
    return view


def may_take_media(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "takes_media", False)


def may_write(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return not getattr(view, "only_reads", False)


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view, or None, which means closed."""
    return getattr(view, "access", None)


def _marked(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # read back by access_of()
    return view


class Member(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """What flask-login keeps for a request: the signed-in person and the token in the cookie."""

    def __init__(self, token: str, person: SignedIn) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]  # flask-login has no types
def _load(token: str) -> Member | None:
    person = find_signed_in(db.session, token)
    return Member(token, person) if person else None


def let_in(token: str) -> None:
    """From now on this browser is the person's whose session the token opens."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(_load(token))


def treat_as_nobody() -> None:
    """For what is left of this request nobody is signed in, and nobody is asked who it is."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where flask-login looks first


def current_person() -> SignedIn:
    """The signed-in person; only for views that are closed to others."""
    person = find_current_person()
    if person is None:
        raise Forbidden("Sign in first.")
    return person


def find_current_person() -> SignedIn | None:
    """The signed-in person, or None.

    Read once a request, past flask-login's own way: that takes the browser's fingerprint, in vain.
    """
    if not has_request_context():
        return None
    member = g.get("_login_user")
    if member is None:
        token = session.get("_user_id")
        member = (_load(token) if token else None) or AnonymousUserMixin()
        g._login_user = member  # noqa: SLF001 - where flask-login looks
    return member.person if isinstance(member, Member) else None


def actor() -> Actor:
    """The signed-in person as the one who acts, for the record of events."""
    person = current_person()
    return Actor(person.id, person.organisation_id, request.remote_addr)


class BrowserKey(NamedTuple):
    """What a browser seals texts with that are not saved yet, and a name for whose they are."""

    whose: str
    key: str


def browser_key() -> BrowserKey:
    """Those of the current person: always the same, and told to nobody else at that browser."""
    secret, number = str(current_app.secret_key).encode(), current_person().id
    whose, key = (
        hmac.new(secret, f"{what} in the browser of {number}".encode(), hashlib.sha256).hexdigest()
        for what in ("name", "key")
    )
    return BrowserKey(whose[:12], key)


def guard() -> ResponseReturnValue | None:
    """Run before every request: let in, send to the sign-in page, or refuse."""
    if request.endpoint is None:
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise NotFound("There is no such page.")
    if access.public:
        return None
    person = find_current_person()
    if person is None:
        return ask_to_sign_in()
    if access.permission and not person.may(access.permission):
        log.info("forbidden", person=person.id, page=request.endpoint)
        raise Forbidden("Your role does not include this page.")
    _note_seen(person)
    return None


def is_public(endpoint: str | None) -> bool:
    """Whether anyone may open it."""
    access = access_of(current_app.view_functions[endpoint]) if endpoint else None
    return access is not None and access.public


def _note_seen(person: SignedIn) -> None:
    """Reading goes on when the note cannot be written."""
    if clock.now() - person.last_seen_at < SEEN_EVERY:
        return
    try:
        with short_write(db.session):
            note_seen(db.session, person.session_id)
    except OperationalError:
        db.session.rollback()


def ask_to_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page; what was posted goes along, and comes back afterwards."""
    if wants_json():
        return {"error": _("Your session is over. Sign in again.")}, 401
    if request.method in {"GET", "HEAD"}:
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", next=wanted))
    kept = held.posted()
    form = SignInForm(formdata=None, kept=held.sign(kept) if kept else None)
    return sign_in_page(form, 401, session_over=True)


def sign_in_page(
    form: SignInForm, status: int = 200, *, session_over: bool = False
) -> ResponseReturnValue:
    """The form that asks who it is, with what it carries along."""
    page = render_template("accounts/sign_in.html", form=form, session_over=session_over)
    return page, status


def wants_json() -> bool:
    """Whether a script asks, and not a person who opens a page."""
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return True
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
