"""The certificate on paper: a tagged PDF (PDF/UA-1 and PDF/A-2a) made of its frozen payload."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import segno
import typst

from coursesite.certificates.rules import Payload, grouped

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
    issued = datetime.fromisoformat(payload.issued_on).replace(tzinfo=UTC)
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
    made = typst.Compiler(str(TEMPLATE), font_paths=_fonts()).compile(
        format="pdf",
        sys_inputs={"says": json.dumps(says)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=issued,
    )
    if not isinstance(made, bytes):
        raise TypeError("A certificate has one page.")
    return made


def qr_svg(address: str) -> str:
    """The address as a QR code: an SVG of squares in the colour of the text around it."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return drawn.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
