"""Talking to the mail server: one connection for many mails, and what each answer means."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType

from coursesite.config import MailSecurity, MailSettings
from coursesite.notifications.rules import Answer, Attachment, Result, one_line
from coursesite.notifications.services import Ready

TIMEOUT_SECONDS = 15.0
PERMANENT = 500
LATIN = "iso-8859-1"


class ServerTrouble(Exception):
    """The server is away, does not let us in, or is not the one it should be: no mail's fault."""


class Line:
    """An open connection; `with Line(settings, name) as line: line.carry(mail)`."""

    def __init__(self, settings: MailSettings, site_name: str) -> None:
        self.settings = settings
        self.site_name = site_name
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> "Line":
        try:
            self.server = _connect(self.settings)
        except smtplib.SMTPResponseException as error:
            raise ServerTrouble(_words(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise ServerTrouble(_said(error)) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.server is None:
            return
        try:
            self.server.quit()
        except (OSError, smtplib.SMTPException):
            self.server.close()

    def carry(self, ready: Ready) -> Answer:
        """Hand one mail over; ServerTrouble when the connection is of no use any more."""
        if self.server is None:
            raise ServerTrouble("There is no connection.")
        try:
            return _carry(self.server, self.settings.sender, self._message(ready), ready.email)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerTrouble(_said(error)) from None

    def _message(self, ready: Ready) -> bytes:
        return compose(ready, self.settings.sender, self.site_name)


def _connect(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.ca)
    if settings.security is MailSecurity.IMPLICIT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS)
    try:
        if settings.security is MailSecurity.STARTTLS:
            server.starttls(context=context)
        if settings.user and settings.password:
            server.login(settings.user, settings.password)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _carry(server: smtplib.SMTP, sender: str, message: bytes, email: str) -> Answer:
    """MAIL, RCPT, DATA: who is refused tells whether the address, the mail or we are at fault."""
    recipient = _ascii_address(email)
    if recipient is None:
        return Answer(Result.NO_SUCH_ADDRESS, "The address holds letters that mail cannot carry.")
    code, words = server.mail(sender)
    if _refused(code):
        raise ServerTrouble(_words(code, words))
    code, words = server.rcpt(recipient)
    if _refused(code):
        server.rset()
        permanent = code >= PERMANENT
        return Answer(Result.NO_SUCH_ADDRESS if permanent else Result.LATER, _words(code, words))
    try:
        code, words = server.data(message)
    except smtplib.SMTPDataError as error:
        code, words = error.smtp_code, _bytes(error.smtp_error)
    if not _refused(code):
        return Answer(Result.SENT, _words(code, words))
    server.rset()
    return Answer(Result.NO if code >= PERMANENT else Result.LATER, _words(code, words))


def _refused(code: int) -> bool:
    if code == 421 or code < 0:  # noqa: PLR2004 - the server is closing the connection
        raise smtplib.SMTPServerDisconnected("The server ended the connection.")
    return code >= 400  # noqa: PLR2004 - 4xx and 5xx are refusals


def _ascii_address(email: str) -> str | None:
    """The address as every server understands it, or None."""
    name, _, domain = email.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None


def compose(ready: Ready, sender: str, site_name: str) -> bytes:
    """The mail as it goes over the wire: text, HTML if there is any, and the files.

    Whatever people wrote is made one line before it stands in a header.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(site_name), addr_spec=sender)
    address = _ascii_address(ready.email)
    if address is not None:
        message["To"] = Address(one_line(ready.name), addr_spec=address)
    message["Subject"] = one_line(ready.subject)
    message["Date"] = format_datetime(ready.created_at)
    message["Message-ID"] = ready.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(ready.text, cte="quoted-printable")
    if ready.html is not None:
        message.add_alternative(ready.html, subtype="html", cte="quoted-printable")
    for each in ready.attachments:
        _attach(message, each)
    message["Content-Language"] = ready.language  # before, the content would take it away
    return message.as_bytes()


def _attach(message: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.kind.partition("/")
    message.add_attachment(file.content, maintype=main, subtype=sub, filename=one_line(file.name))


def _words(code: int, words: bytes | str) -> str:
    return one_line(f"{code} {_bytes(words).decode(LATIN)}", 500)


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode(LATIN, "replace")


def _said(error: Exception) -> str:
    """What went wrong, for whoever looks after the site; it holds no password."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The server does not offer what COURSESITE_SMTP_TLS or the sign-in asks for."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The server's certificate is not valid: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "The server did not answer in time."
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return one_line(str(error) or type(error).__name__, 500)
