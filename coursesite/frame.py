"""What stands around every page, and whole pages that are kept for all who see the same."""

from collections.abc import Callable, Hashable, Mapping
from functools import cache, lru_cache

from flask import (
    Flask,
    current_app,
    get_flashed_messages,
    get_template_attribute,
    request,
    session,
    url_for,
)
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from coursesite.accounts.access import current_person
from coursesite.compression import respond
from coursesite.people.rules import Permission
from coursesite.pieces import Fill
from coursesite.templating import draw_once, drawn_once, page_language, slot

THEMES = ("light", "dark")
_FRAME_SLOTS = ("name", "organisation", "token")


def set_up(app: Flask) -> None:
    app.jinja_env.globals.update(frame_account=frame_account, frame_footer=frame_footer)


def theme() -> str | None:
    theme = request.cookies.get(current_app.config["THEME_COOKIE_NAME"])
    return theme if theme in THEMES else None


def frame_account(*, shared: bool = False) -> Markup:
    """The menu of the signed-in person, and who it is; for a page of many, with slots."""
    allowed, current = _menu_key()
    entries = _entries(page_language(), allowed)
    menu = [{"label": label, "url": url, "current": url == current} for label, url in entries]
    fill = {name: slot(name) for name in _FRAME_SLOTS} if shared else _frame_fill()
    return draw_once("frame/account.html", (allowed, current), fill, lambda: {"menu": menu})


def _menu_key() -> tuple[frozenset[Permission], str | None]:
    """All that the menu depends on: what the person may do, and the entry that is open."""
    allowed = current_person().permissions
    entries = _entries(page_language(), allowed)
    path = request.path
    return allowed, next((url for _label, url in entries if _is_in(path, url)), None)


def _frame_fill() -> dict[str, Fill]:
    person = current_person()
    return {
        "name": person.name,
        "organisation": person.organisation_name,
        "token": form_token(),
    }


def form_token() -> str:
    """The token of this session's forms; signed once, since it has no time limit of its own."""
    drawn_at_sign_in = session.get("csrf_token")
    if drawn_at_sign_in is None:
        return str(generate_csrf())
    return _signed(drawn_at_sign_in, current_app.secret_key)


@lru_cache(maxsize=4096)
def _signed(_drawn: str, _secret_key: object) -> str:
    return str(generate_csrf())


def kept_page(
    template: str,
    key: Hashable,
    fill: Mapping[str, Fill],
    context: Callable[[], Mapping[str, object]],
) -> Response:
    """A whole page for a signed-in person, of which all but the slots is drawn once.

    `key` names all that the page depends on, beside the frame and what `fill` puts into its
    slots; see draw_once().
    """
    whole_key = (key, _menu_key(), theme())
    page = drawn_once(template, whole_key, lambda: {**context(), "shared": True})
    whole_fill = {**_frame_fill(), "messages": _messages(), **fill}
    return respond(page.filled(whole_fill.__getitem__))


def _messages() -> Markup:
    """What the page before wanted to say."""
    messages = get_flashed_messages(with_categories=True)
    if not messages:
        return Markup("")
    banner = get_template_attribute("macros/ui.html", "banner")
    return Markup("\n").join(banner(message[1], message[0]) for message in messages)


def frame_footer() -> Markup:
    return draw_once("frame/footer.html", None, {}, dict)


@cache
def _entries(_locale: str, allowed: frozenset[Permission]) -> list[tuple[str, str]]:
    """Labels and addresses, put together once for each language and each set of permissions."""
    entries = [
        (_("My learning"), "learning.home", Permission.LEARN),
        (_("My record"), "learning.record", Permission.LEARN),
        (_("Reports"), "reports.index", Permission.SEE_REPORTS),
        (_("Assignments"), "assignments.index", Permission.ASSIGN),
        (_("People"), "people.index", Permission.SEE_REPORTS),
        (_("Authoring"), "authoring.index", Permission.WRITE),
        (_("Local versions"), "localising.index", Permission.LOCALISE),
        (_("Administration"), "people.admin", Permission.ADMINISTER),
    ]
    return [
        (label, url_for(endpoint))
        for label, endpoint, permission in entries
        if permission in allowed
    ]


def _is_in(path: str, url: str) -> bool:
    return path == url or path.startswith(url + "/")
