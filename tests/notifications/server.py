"""A real mail server for tests: it keeps what it takes, and answers as it is told."""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from coursesite.config import MailSecurity, MailSettings

SENDER = "learn@example.org"
OK = "250 OK"


@dataclass
class PostOffice:
    """What came in; `at_rcpt` and `at_data` may refuse, by the address."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    at_rcpt: Callable[[str], str] = lambda _address: OK
    at_data: Callable[[str], str] = lambda _address: OK

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.at_rcpt(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - as above
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.at_data(envelope.rcpt_tos[0])
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            self.came.append(message)
        return answer

    def settings(self, **values: Any) -> MailSettings:
        return MailSettings(
            **{
                "host": "127.0.0.1",
                "port": self.port,
                "security": MailSecurity.NONE,
                "sender": SENDER,
                **values,
            }
        )


@contextmanager
def post_office(**options: Any) -> Iterator[PostOffice]:
    """A server that listens until the end of the block."""
    office = PostOffice(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def knows(user: str, password: str) -> Callable[..., AuthResult]:
    """Lets one user in."""

    def check(_server: Any, _session: Any, _envelope: Any, _way: str, given: Any) -> AuthResult:
        right = given == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return check


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the file with the authority that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    public, secret = folder / "mail.pem", folder / "mail.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return context, public
