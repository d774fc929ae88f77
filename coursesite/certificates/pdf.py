"""The certificate on paper: a tagged PDF (PDF/UA-1 and PDF/A-2a) made of its frozen payload."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import segno

from coursesite.certificates.rules import Payload, grouped
from coursesite.printing import compiled

TEMPLATE = Path(__file__).with_name("certificate.typ")


def certificate_pdf(
    payload: Payload,
    address: str,
    rows: Sequence[tuple[str, str]],
    words: Mapping[str, str],
    language: str,
) -> bytes:
    """The same payload, rows and words give the same bytes.

    `address` is where anyone can check the certificate; `rows` are names and values; `words` has
    the keys heading, certifies, completed, particulars, qr.
    """
    issued = date.fromisoformat(payload.issued_on)
    says = {
        "heading": words["heading"],
        "language": language,
        "date": [issued.year, issued.month, issued.day],
        "issuer": payload.issuer,
        "organisation": payload.organisation,
        "name": payload.name,
        "title": payload.title,
        "code": grouped(payload.code),
        "address": address,
        "rows": [list(row) for row in rows],
        "words": dict(words),
        "qr": qr_svg(address),
    }
    return compiled(TEMPLATE, says, issued)


def qr_svg(address: str) -> str:
    """The address as a QR code: an SVG of squares in the colour of the text around it."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return drawn.getvalue().decode()
