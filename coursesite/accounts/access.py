"""Who may open a page: a page is closed unless its view is marked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin
from flask_login import current_user as _current_user

from coursesite.accounts.queries import SignedIn, find_signed_in
from coursesite.audit.services import Actor
from coursesite.errors import Forbidden, NotFound
from coursesite.extensions import db, login_manager
from coursesite.people.rules import Permission

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


def current_person() -> SignedIn:
    """The signed-in person; only for views that are closed to others."""
    person = find_current_person()
    if person is None:
        raise Forbidden("Sign in first.")
    return person


def find_current_person() -> SignedIn | None:
    """The signed-in person, or None."""
    return _current_user.person if _current_user.is_authenticated else None


def actor() -> Actor:
    """The signed-in person as the one who acts, for the record of events."""
    person = current_person()
    return Actor(person.id, person.organisation_id, request.remote_addr)


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
        return _ask_to_sign_in()
    if access.permission and not person.may(access.permission):
        raise Forbidden("Your role does not include this page.")
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted))
