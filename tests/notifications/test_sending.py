"""Mail is handed to a real server: what it says decides what becomes of the mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from coursesite import clock
from coursesite.config import MailSecurity, MailSettings
from coursesite.errors import Invalid
from coursesite.jobs.models import Job
from coursesite.notifications import jobs
from coursesite.notifications.models import Mail, MailAttachment, MailServer, MailTrouble
from coursesite.notifications.queries import find_trouble
from coursesite.notifications.rules import (
    Attachment,
    Letter,
    MailKind,
    MailState,
    Source,
    next_try,
    one_line,
)
from coursesite.notifications.services import (
    SEND_MAILS,
    clear_trouble,
    forget_attachments,
    note_trouble,
    retry,
    retry_all,
    send,
    take,
)
from coursesite.people.models import Person
from tests.assignments.makers import acting
from tests.makers import make_organisation, make_person, make_unit
from tests.notifications.conftest import Carry
from tests.notifications.server import (
    SENDER,
    PostOffice,
    certificate,
    free_port,
    knows,
    post_office,
)

HELLO = Letter(MailKind.NOTICE, "Hello", "Good morning.\n", "<p>Good morning.</p>")


@pytest.fixture
def amira(session: Session) -> Person:
    return make_person(session, given_name="Amira", family_name="Haddad")


def the_mail(session: Session) -> Mail:
    return session.scalars(sa.select(Mail), execution_options={"populate_existing": True}).one()


def test_a_mail_arrives_as_text_and_html(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    send(session, amira.id, HELLO, key="hello")
    carry()

    [came] = office.came
    assert came["To"] == f"Amira Haddad <{amira.email}>"
    assert came["From"] == f"Children in View <{SENDER}>"
    assert came["Auto-Submitted"] == "auto-generated"
    kinds = [part.get_content_type() for part in came.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert came["Content-Language"] == "en"
    mail = the_mail(session)
    assert mail.state is MailState.SENT
    assert mail.message_id == came["Message-ID"]
    assert mail.answer == "250 OK"


def test_a_letter_is_made_once_for_its_key(session: Session, amira: Person, carry: Carry) -> None:
    assert send(session, amira.id, HELLO, key="hello")
    assert send(session, amira.id, HELLO, key="hello") is None
    carry()
    carry()
    assert the_mail(session).tries == 1


def test_a_letter_waits_for_its_moment(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    send(session, amira.id, HELLO, key="hello", at=tomorrow)
    carry()
    assert office.came == []
    job = session.scalars(sa.select(Job).where(Job.kind == SEND_MAILS)).one()
    assert job.available_at == tomorrow


def test_files_go_along_and_are_forgotten_a_month_later(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    file = Attachment("Bericht\r\nBcc: ä.pdf", "application/pdf", b"%PDF-1.7")
    send(session, amira.id, replace(HELLO, attachments=(file,)), key="report")
    carry()

    [came] = office.came
    [attached] = came.iter_attachments()
    assert attached.get_content() == b"%PDF-1.7"
    assert attached.get_filename() == "Bericht Bcc: ä.pdf"
    forget_attachments(session)
    assert session.scalars(sa.select(MailAttachment.content)).one() == b"%PDF-1.7"
    the_mail(session).sent_at = clock.now() - timedelta(days=31)
    session.flush()
    forget_attachments(session)
    assert session.execute(sa.select(MailAttachment.content, MailAttachment.size)).one() == (
        None,
        8,
    )


def test_files_that_no_server_would_take_are_refused(session: Session, amira: Person) -> None:
    file = Attachment("all.pdf", "application/pdf", bytes(16 * 1024 * 1024))
    with pytest.raises(Invalid, match="15 MB"):
        send(session, amira.id, replace(HELLO, attachments=(file,)), key="report")


@pytest.mark.parametrize(
    "text", ["Hello\r\nBcc: all@example.org", "Hello\x01\x0b\u2028Bcc: x", "Hello\nSubject: x"]
)
def test_nothing_that_people_write_adds_a_header(
    session: Session, carry: Carry, office: PostOffice, text: str
) -> None:
    person = make_person(session, given_name=text, family_name="Ü, <all@example.org>")
    send(session, person.id, replace(HELLO, subject=text), key="hello")
    carry()

    [came] = office.came
    assert came["Bcc"] is None
    assert came.get_all("Subject") == [one_line(text)]
    assert [each.addr_spec for each in came["To"].addresses] == [person.email]


def test_a_refused_address_is_noted_until_mail_is_taken_again(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    office.at_rcpt = lambda _address: "550 5.1.1 No such user"
    send(session, amira.id, HELLO, key="hello")
    carry()
    assert the_mail(session).state is MailState.REFUSED
    trouble = find_trouble(session, amira.id)
    assert trouble
    assert (trouble.source, trouble.reason) == (Source.SERVER, "550 5.1.1 No such user")

    office.at_rcpt = lambda _address: "250 OK"
    assert retry_all(session, amira.organisation_id, acting(amira)) == 1
    carry()
    assert the_mail(session).state is MailState.SENT
    assert find_trouble(session, amira.id) is None


def test_another_address_makes_the_note_void(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    office.at_rcpt = lambda _address: "550 5.1.1 No such user"
    send(session, amira.id, HELLO, key="hello")
    carry()
    amira.email = "amira.new@example.org"
    session.flush()
    assert find_trouble(session, amira.id) is None


@pytest.mark.parametrize("refusal", ["450 4.2.0 Greylisted", "452 4.2.2 Mailbox full"])
def test_what_is_refused_for_now_is_tried_again_later(
    session: Session, amira: Person, carry: Carry, office: PostOffice, refusal: str
) -> None:
    office.at_rcpt = lambda _address: refusal
    send(session, amira.id, HELLO, key="hello")
    carry()
    mail = the_mail(session)
    assert (mail.state, mail.answer) == (MailState.WAITING, refusal)
    assert timedelta(seconds=50) < mail.available_at - clock.now() <= timedelta(minutes=1)
    assert find_trouble(session, amira.id) is None
    carry()
    assert the_mail(session).tries == 1

    mail.created_at = clock.now() - timedelta(days=6)
    mail.available_at = clock.now()
    session.flush()
    carry()
    assert the_mail(session).state is MailState.FAILED


def test_a_mail_that_the_server_does_not_like_says_nothing_of_the_address(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    office.at_data = lambda _address: "554 5.7.1 Looks like spam"
    send(session, amira.id, HELLO, key="hello")
    carry()
    assert the_mail(session).state is MailState.REFUSED
    assert find_trouble(session, amira.id) is None


def test_one_refusal_does_not_stop_the_others(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    robin = make_person(session)
    office.at_rcpt = lambda address: "550 No" if address == amira.email else "250 OK"
    send(session, amira.id, HELLO, key="amira")
    send(session, robin.id, HELLO, key="robin")
    carry()
    assert [each["To"].addresses[0].addr_spec for each in office.came] == [robin.email]


def test_the_waits_grow_to_four_hours() -> None:
    now = clock.now()
    waits = [(next_try(now, tries) - now).total_seconds() / 60 for tries in (1, 2, 3, 9, 10, 99)]
    assert waits == [1, 2, 4, 240, 240, 240]


def test_a_server_that_is_away_is_left_alone_for_a_while(
    session: Session,
    amira: Person,
    carry: Carry,
    office: PostOffice,
    mailing: Callable[[MailSettings | None], None],
) -> None:
    mailing(office.settings(port=free_port()))
    send(session, amira.id, HELLO, key="one")
    send(session, amira.id, HELLO, key="two")
    carry()
    carry()
    server = session.scalars(sa.select(MailServer)).one()
    assert server.failures == 1
    assert server.retry_at
    assert server.retry_at > clock.now()
    assert "refused" in (server.error or "")

    mailing(office.settings())
    retry(session, _first(session), amira.organisation_id, acting(amira))
    carry()
    assert len(office.came) == 2
    found = session.execute(sa.select(MailServer.failures, MailServer.retry_at)).one()
    assert found == (0, None)


def _first(session: Session) -> int:
    return session.scalars(sa.select(Mail.id).order_by(Mail.id)).all()[0]


def test_without_a_server_nothing_is_sent_and_nothing_fails(
    app: Flask, session: Session, amira: Person
) -> None:
    send(session, amira.id, HELLO, key="hello")
    with app.app_context():
        jobs.send_mails(session, {})
    assert the_mail(session).state is MailState.WAITING


def test_mails_of_a_demonstration_never_leave_the_machine(
    session: Session, carry: Carry, office: PostOffice
) -> None:
    home = make_organisation(session, demonstration=True)
    person = make_person(session, make_unit(session, home))
    send(session, person.id, HELLO, key="hello")
    carry()
    assert the_mail(session).state is MailState.KEPT
    # Whatever state it is brought into, nobody sends it.
    the_mail(session).state = MailState.WAITING
    session.flush()
    carry()
    assert the_mail(session).state is MailState.KEPT
    assert office.came == []


def test_who_has_left_meanwhile_gets_nothing(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    send(session, amira.id, HELLO, key="hello")
    amira.left_on = clock.today("UTC")
    session.flush()
    carry()
    assert the_mail(session).state is MailState.WITHDRAWN
    assert office.came == []


def test_what_is_not_wanted_any_more_is_withdrawn(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    send(session, amira.id, HELLO, key="hello")
    carry(wanted=lambda _session, _mail_id: False)
    assert the_mail(session).state is MailState.WITHDRAWN
    assert office.came == []


def test_a_bounce_that_somebody_enters_stops_mail_until_it_is_cleared(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    boss = make_person(session, amira.unit)
    note_trouble(session, amira.organisation_id, amira.email.upper(), "Came back", acting(boss))
    send(session, amira.id, HELLO, key="hello")
    carry()
    assert the_mail(session).state is MailState.REFUSED
    assert office.came == []

    clear_trouble(session, amira.organisation_id, amira.id, acting(boss))
    retry(session, the_mail(session).id, amira.organisation_id, acting(boss))
    carry()
    assert len(office.came) == 1
    assert session.scalars(sa.select(MailTrouble)).all() == []


def test_a_mail_in_somebodys_hands_is_not_taken_by_another_before_the_lease_is_over(
    session: Session, amira: Person
) -> None:
    send(session, amira.id, HELLO, key="hello")
    first = take(session, SENDER)
    assert first
    assert take(session, SENDER) is None
    the_mail(session).leased_until = clock.now() - timedelta(seconds=1)
    session.flush()
    again = take(session, SENDER)
    assert again
    assert (again.message_id, again.tries) == (first.message_id, 2)


def test_the_log_names_neither_people_nor_what_was_written(
    session: Session, amira: Person, carry: Carry, office: PostOffice
) -> None:
    office.at_rcpt = lambda address: f"550 {address} unknown"
    send(session, amira.id, HELLO, key="hello")
    with capture_logs() as logs:
        carry()
    assert logs
    assert not any(word in str(logs) for word in (amira.email, "Amira", "Hello", "unknown"))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.IMPLICIT])
def test_the_way_is_encrypted_and_the_certificate_is_checked(
    session: Session,
    carry: Carry,
    mailing: Callable[[MailSettings | None], None],
    tmp_path: Path,
    security: MailSecurity,
) -> None:
    amira = make_person(session)
    context, authority = certificate(tmp_path, "127.0.0.1")
    way = (
        {"tls_context": context, "require_starttls": True}
        if security is MailSecurity.STARTTLS
        else {"ssl_context": context}
    )
    sign_in = {"authenticator": knows("me", "sesame"), "auth_required": True}
    if security is MailSecurity.IMPLICIT:
        sign_in["auth_require_tls"] = False  # it is, but the server does not see that
    with post_office(**way, **sign_in) as office:
        given = {"security": security, "user": "me", "password": "sesame"}
        send(session, amira.id, HELLO, key="hello")
        mailing(office.settings(**given))
        carry()
        server = session.scalars(sa.select(MailServer)).one()
        assert "certificate is not valid" in (server.error or "")

        right = office.settings(**given, ca=authority)
        _try_with(session, mailing, carry, replace(right, password=right.user))
        session.refresh(server)
        assert "535" in (server.error or "")
        assert find_trouble(session, amira.id) is None
        assert office.came == []

        _try_with(session, mailing, carry, right)
        assert len(office.came) == 1
    assert the_mail(session).state is MailState.SENT


def _try_with(
    session: Session,
    mailing: Callable[[MailSettings | None], None],
    carry: Carry,
    settings: MailSettings,
) -> None:
    """At once, without waiting for the next try."""
    mailing(settings)
    mail = the_mail(session)
    retry(session, mail.id, mail.organisation_id, acting(session.get_one(Person, mail.person_id)))
    carry()


def test_a_server_without_encryption_is_told_nothing(
    session: Session,
    amira: Person,
    carry: Carry,
    office: PostOffice,
    mailing: Callable[[MailSettings | None], None],
) -> None:
    mailing(office.settings(security=MailSecurity.STARTTLS))
    send(session, amira.id, HELLO, key="hello")
    carry()
    server = session.scalars(sa.select(MailServer)).one()
    assert "does not offer" in (server.error or "")
    assert office.came == []
