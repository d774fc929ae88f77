"""A certificate as a page, a PDF and data; and the check that anyone can make."""

from datetime import date

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import (
    actor,
    current_person,
    only_reads,
    public,
    requires,
    signed_in,
)
from coursesite.accounts.throttle import throttled
from coursesite.addresses import public_url
from coursesite.certificates import services
from coursesite.certificates.models import Certificate
from coursesite.certificates.pdf import certificate_pdf, qr_svg
from coursesite.certificates.queries import find_certificate, get_certificate, state_of
from coursesite.certificates.rules import CertificateState, Learned, Payload, grouped, typed_code
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.people.rules import Permission

bp = Blueprint("certificates", __name__)

CHECKS = "30 per 5 minutes"


def _address() -> str:
    """Whose checks are counted together."""
    return f"verify:{request.remote_addr}"


def _certificate() -> str:
    """Whatever is tried for one certificate, from anywhere, is counted together."""
    view = request.view_args or {}
    return f"holder:{typed_code(view.get('code', ''))}"


@bp.get("/certificates/<code>")
@signed_in
def show(code: str) -> ResponseReturnValue:
    """The certificate of the signed-in person, or of somebody whom they look after."""
    certificate = _own(code)
    payload = Payload.from_json(certificate.payload)
    state = state_of(certificate, current_person().today)
    return render_template(
        "certificates/show.html",
        payload=payload,
        state=state,
        sentence=sentence(certificate, state),
        code=grouped(payload.code),
        rows=rows_of(payload),
        address=_check_address(payload.code),
        qr=qr_svg(_check_address(payload.code)),
        reason=certificate.revoked_reason,
        mine=certificate.person_id == current_person().id,
        person_id=certificate.person_id,
        may_revoke=current_person().may(Permission.ADMINISTER) and not certificate.revoked_at,
    )


@bp.post("/certificates/<code>/revocation")
@requires(Permission.ADMINISTER)
def revoke(code: str) -> ResponseReturnValue:
    """Declare it void, for a reason that its public check shows."""
    person = current_person()
    scope = person.scope(Permission.ADMINISTER)
    certificate = get_certificate(db.session, code, person_id=None, scope=scope)
    services.revoke(db.session, certificate, request.form.get("reason", ""), actor())
    db.session.commit()
    flash(_("The certificate is revoked. Its check says so from now on, with the reason."))
    return redirect(url_for(".show", code=code))


@bp.get("/certificates/<code>.pdf")
@signed_in
def pdf(code: str) -> ResponseReturnValue:
    """The same on paper."""
    payload = Payload.from_json(_own(code).payload)
    words = {
        "heading": _("Certificate of %(name)s", name=payload.name),
        "certifies": _("This certifies that"),
        "completed": _("has completed"),
        "particulars": _("Particulars"),
        "qr": _("QR code with the address where this certificate can be checked:"),
    }
    made = certificate_pdf(payload, _check_address(payload.code), rows_of(payload), words, "en")
    response = current_app.response_class(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{code}.pdf"'
    return response


@bp.get("/certificates/<code>.json")
@signed_in
def data(code: str) -> ResponseReturnValue:
    """The same as data, with its state today."""
    certificate = _own(code)
    state = state_of(certificate, current_person().today)
    payload = {name: value for name, value in certificate.payload.items() if name != "holder"}
    return jsonify({**payload, "state": state})


@bp.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """The form for a code; a typed code leads to its own address."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return _no_index(render_template("certificates/verify.html", typed="", error=None))
    code = typed_code(typed)
    if code is None:
        error = _(
            "This code has a typing mistake in it. It has 20 letters and digits in four groups, "
            "without 0, O, 1, I, L and U; compare it with the certificate."
        )
        page = render_template("certificates/verify.html", typed=typed[:60], error=error)
        return _no_index(page, 422)
    return redirect(url_for(".check", code=code))


@bp.get("/verify/<code>")
@public
@throttled(CHECKS, key=_address, methods=("GET",))
def check(code: str) -> ResponseReturnValue:
    """What anyone may know: state, course, revisions and dates, and the holder's short name."""
    meant = typed_code(code)
    if meant is None:
        return redirect(url_for(".verify", code=code[:60]))
    certificate = find_certificate(db.session, meant)
    if certificate is None:
        error = _("No certificate has this code. Compare it with the certificate.")
        page = render_template("certificates/verify.html", typed=grouped(meant), error=error)
        return _no_index(page, 404)
    return _checked(certificate)


def _checked(certificate: Certificate, typed: str = "", answer: bool | None = None) -> Response:
    """`answer` says whether a name that was typed is that of the holder, whose data is erased."""
    today, payload = clock.now().date(), Payload.from_json(certificate.payload)
    state = state_of(certificate, today)
    page = render_template(
        "certificates/check.html",
        payload=payload,
        state=state,
        sentence=sentence(certificate, state),
        code=grouped(payload.code),
        rows=rows_of(payload),
        reason=certificate.revoked_reason,
        day=format_day(str(today)),
        typed=typed,
        answer=answer,
    )
    return _no_index(page)


@bp.post("/verify/<code>/holder")
@public
@throttled("10 per 5 minutes", key=_address)
@throttled("10 per hour", key=_certificate)
@only_reads
def check_holder(code: str) -> ResponseReturnValue:
    """Whether a certificate was issued to this name, where its holder's data is erased.

    The name is posted, so that it stands in no address and no log.
    """
    meant = typed_code(code)
    certificate = find_certificate(db.session, meant) if meant else None
    if certificate is None or not Payload.from_json(certificate.payload).holder:
        raise NotFound("No certificate of somebody whose data was erased has this code.")
    typed = request.form.get("name", "").strip()[:200]
    key = str(current_app.secret_key)
    return _checked(certificate, typed, services.is_holder(certificate, typed, key))


@bp.get("/verify/<code>.json")
@public
@throttled(CHECKS, key=_address, methods=("GET",))
def check_data(code: str) -> ResponseReturnValue:
    """The same for machines."""
    meant = typed_code(code)
    certificate = find_certificate(db.session, meant) if meant else None
    if certificate is None:
        return _no_index(jsonify({"state": "unknown"}), 404)
    payload = certificate.payload
    shown = ("code", "short_name", "title", "kind", "organisation", "issuer", "modules")
    dates = ("completed_on", "issued_on", "valid_until")
    known = {name: payload[name] for name in (*shown, *dates)}
    if payload.get("holder"):
        known |= {"short_name": None, "holder_erased": True}
    return _no_index(jsonify({**known, "state": state_of(certificate, clock.now().date())}))


def sentence(certificate: Certificate, state: CertificateState) -> str:
    """The state in a sentence, with its date."""
    until = format_day(certificate.valid_until.isoformat()) if certificate.valid_until else ""
    grace = format_day(certificate.grace_until.isoformat()) if certificate.grace_until else ""
    revoked = certificate.revoked_at.date().isoformat() if certificate.revoked_at else ""
    sentences = {
        CertificateState.VALID: _("Valid until %(day)s", day=until) if until else _("Valid"),
        CertificateState.IN_GRACE: _("Expired, renewal possible until %(day)s", day=grace),
        CertificateState.EXPIRED: _("Expired on %(day)s", day=until),
        CertificateState.SUPERSEDED: _("Replaced by a later certificate of the same course"),
        CertificateState.REPLACED: _("Replaced by a corrected certificate"),
        CertificateState.REVOKED: _("Revoked on %(day)s", day=format_day(revoked)),
    }
    return str(sentences[state])


def rows_of(payload: Payload) -> list[tuple[str, str]]:
    """The particulars of a certificate, in words."""
    modules = [
        (
            _("Module"),
            _module_in_words(each),
        )
        for each in payload.modules
    ]
    if payload.in_preparation:
        words = ngettext(
            "%(num)d module of the path, in preparation on that day",
            "%(num)d modules of the path, in preparation on that day",
            payload.in_preparation,
        )
        modules.append((_("Not part of it"), words))
    ends = format_day(payload.valid_until) if payload.valid_until else _("without an end")
    return [
        (_("Learning time"), _duration(payload.minutes)),
        *modules,
        (_("Completed on"), format_day(payload.completed_on)),
        (_("Issued on"), format_day(payload.issued_on)),
        (_("Valid until"), ends),
    ]


def _module_in_words(each: Learned) -> str:
    name = each.revision[:12]
    if not each.local_version:
        return str(_("%(title)s (revision %(name)s)", title=each.title, name=name))
    local = each.local_version[:12]
    words = _(
        "%(title)s (revision %(name)s, local version %(local)s)",
        title=each.title,
        name=name,
        local=local,
    )
    return str(words)


def format_day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "long") if iso else ""


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [_("%(number)s h", number=hours)] if hours else []
    parts += [_("%(number)s min", number=rest)] if rest or not hours else []
    return " ".join(parts)


def _own(code: str) -> Certificate:
    person = current_person()
    scope = person.scope(Permission.SEE_REPORTS)
    return get_certificate(db.session, code, person_id=person.id, scope=scope)


def _check_address(code: str) -> str:
    return public_url("certificates.check", code=code)


def _no_index(page: str | Response, status: int = 200) -> Response:
    response = current_app.make_response((page, status))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
