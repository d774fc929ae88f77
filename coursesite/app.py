"""create_app(): names every blueprint and extension; imported by the command line alone."""

import gc
import time
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_sqlalchemy_lite._extension import _close_async_sessions
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

import coursesite.accounts.views
import coursesite.administration.views
import coursesite.assignments.views
import coursesite.authoring.views
import coursesite.certificates.views
import coursesite.erasing.views
import coursesite.evidence.views
import coursesite.history.views
import coursesite.interop.views
import coursesite.learning.views
import coursesite.localising.views
import coursesite.reminding.views
import coursesite.reports.views
import coursesite.site.views
from coursesite import compression, pages, templating
from coursesite.accounts import access
from coursesite.addresses import RowId
from coursesite.config import PROJECT, TRANSLATIONS, Settings, read_settings
from coursesite.db import set_up, writing
from coursesite.extensions import babel, csrf, db, limiter, login_manager
from coursesite.limits import limit_questions
from coursesite.logs import log_as_data

BLUEPRINTS = (
    coursesite.site.views.bp,
    coursesite.accounts.views.bp,
    coursesite.administration.views.people_bp,
    coursesite.administration.views.bp,
    coursesite.administration.views.jobs_bp,
    coursesite.learning.views.bp,
    coursesite.certificates.views.bp,
    coursesite.assignments.views.bp,
    coursesite.reminding.views.bp,
    coursesite.reports.views.bp,
    coursesite.history.views.bp,
    coursesite.evidence.views.bp,
    coursesite.erasing.views.bp,
    coursesite.authoring.views.bp,
    coursesite.localising.views.bp,
    coursesite.interop.views.bp,
)

HOUR = 3600.0
READING = {"GET", "HEAD", "OPTIONS"}
MEGABYTE = 1024 * 1024


class SignedSessions(SecureCookieSessionInterface):
    """Flask's own sessions; the signer is made once, and not once or twice for each request.

    And what a cookie says is proved once an hour in each process, as a browser sends the same.
    """

    def __init__(self) -> None:
        self._signer: tuple[object, URLSafeTimedSerializer] | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, app.config["SECRET_KEY_FALLBACKS"])
        if self._signer is None or self._signer[0] != keys:
            made = super().get_signing_serializer(app)
            if made is None:
                return None
            self._signer = (keys, made)
        return self._signer[1]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if signer is None or not cookie:
            return None if signer is None else self.session_class()
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            said = _proved(signer, cookie, longest, time.monotonic() // HOUR)
        except BadSignature:
            return self.session_class()
        return self.session_class(_own_copy(said))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Flask's own way asks for six settings and reads the header, to change nothing mostly."""
        if (
            session.modified
            or session.permanent
            or "Cookie" not in response.headers.get("Vary", "")
        ):
            super().save_session(app, session, response)


@lru_cache(maxsize=1000)
def _proved(
    signer: URLSafeTimedSerializer, cookie: str, longest: int, _hour: float
) -> dict[str, Any]:
    """What it says; BadSignature if it is not ours, or too old, which is not remembered."""
    said: dict[str, Any] = signer.loads(cookie, max_age=longest)
    return said


def _own_copy(said: dict[str, Any]) -> dict[str, Any]:
    """What a request may change without changing what is remembered."""
    return deepcopy(said) if any(type(each) in {list, dict} for each in said.values()) else said


class Site(Flask):
    """Nothing here is asynchronous, and asking that of every function for every request costs."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or read_settings()
    app = Site("coursesite", static_folder=str(PROJECT / "static"))
    app.session_interface = SignedSessions()
    app.config.from_mapping(_flask_settings(settings))
    app.extensions["settings"] = settings
    app.url_map.converters["int"] = RowId
    _bind_extensions(app)
    access.public(app.view_functions["static"])
    pages.set_up(app)
    templating.set_up(app)
    compression.set_up(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    coursesite.assignments.views.beside.set_up(app, coursesite.reminding.views.beside.read)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]  # how Flask wants middleware put in
    return app


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "TESTING": settings.environment == "test",
        "SECRET_KEY": settings.secret_key,
        "SITE_NAME": settings.name,
        "SQLALCHEMY_ENGINES": {"default": _engine_options(settings)},
        "SESSION_COOKIE_NAME": "__Host-session" if settings.production else "session",
        "THEME_COOKIE_NAME": "__Host-theme" if settings.production else "theme",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,  # _check_token() does, and does not look for exemptions
        "MAX_CONTENT_LENGTH": 12 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 12 * MEGABYTE,
        "SEND_FILE_MAX_AGE_DEFAULT": 365 * 24 * 3600,
        "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return {"url": url, "connect_args": {"timeout": 15}}
    return {"url": url, "pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    app.teardown_appcontext_funcs.remove(_close_async_sessions)  # there are none, and asking costs
    with app.app_context():
        for engine in db.engines.values():
            set_up(engine)
    app.before_request(_allow_media)
    app.before_request(_begin_writing)
    app.before_request(_check_token)
    app.teardown_request(_end_writing)
    csrf.init_app(app)
    login_manager.init_app(app)
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)  # noqa: SLF001 - nobody is remembered past the session, and asking costs
    login_manager.session_protection = None
    app.before_request(access.guard)
    app.extensions["limiter"] = {limiter}  # so that it asks nothing of pages without a limit
    limiter.init_app(app)
    babel.init_app(app, locale_selector=pages.locale, timezone_selector=pages.time_zone)


def _allow_media() -> None:
    """What may be larger than forms are: a file of its kind, and a megabyte for the rest."""
    if request.method == "POST" and access.may_take_media(request.endpoint):
        largest = max(current_app.extensions["settings"].media.values())
        request.max_content_length = (largest + 1) * MEGABYTE


def _begin_writing() -> None:
    """A request that may write takes the write lock first; one that only reads never does."""
    if request.method not in READING and access.may_write(request.endpoint):
        lock = writing()
        lock.__enter__()
        request.environ["coursesite.writing"] = lock


def _check_token() -> None:
    """Whatever may change something shows the token of its session; no view is exempt."""
    if request.method not in READING and request.endpoint:
        csrf.protect()


def _end_writing(_error: BaseException | None) -> None:
    lock = request.environ.pop("coursesite.writing", None)
    if lock is not None:
        lock.__exit__(None, None, None)


def limit_questions_of(app: Flask) -> None:
    """Whoever asks for a page is told when that takes too long, rather than wait for ever."""
    with app.app_context():
        for engine in db.engines.values():
            limit_questions(engine, app.extensions["settings"].longest_question)


NEW_OBJECTS = 10_000
"""How many must have come, more than gone, before one looks for those in circles."""


def served() -> Flask:
    """The site as a process of the server has it.

    What is here now stays, and need not be searched for garbage again and again: a request leaves
    next to nothing in circles, and the search took up to a fifth of its time.
    """
    log_as_data()
    app = create_app()
    limit_questions_of(app)
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    return app
