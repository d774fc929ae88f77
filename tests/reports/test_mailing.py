"""Saved views by mail: on their days, once, with a sheet and a list that say the same."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from coursesite.assignments.services import repair_counts
from coursesite.notifications.models import Mail, MailAttachment
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role
from coursesite.reports.mailing import mail_views
from coursesite.reports.models import SavedView
from coursesite.reports.rules import Every, next_mailing
from coursesite.reports.services import change_view, save_view
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import in_days, require

SUNDAY = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


@pytest.fixture
def prison(session: Session) -> Unit:
    return make_unit(session, make_organisation(session, name="Prison Service"), "Prison")


@pytest.fixture
def manager(session: Session, prison: Unit) -> Person:
    return make_person(session, prison, roles=(Role.MANAGER,), family_name="Boss")


def late(session: Session, unit: Unit, *names: str) -> None:
    for name in names:
        require(session, make_person(session, unit, family_name=name), due_on=in_days(-3))
    repair_counts(session)


def view_of(session: Session, person: Person, address: str, every: Every = Every.WEEK) -> SavedView:
    view = save_view(session, person.id, "The late", address)
    change_view(session, view, starts=False, every=every, today=SUNDAY.date())
    return view


def run(app: Flask, session: Session) -> int:
    session.commit()
    with app.app_context():
        return mail_views(session)


def test_a_view_is_mailed_on_its_monday_and_once(
    app: Flask, session: Session, prison: Unit, manager: Person
) -> None:
    with time_machine.travel(SUNDAY) as traveller:
        wing = make_unit(session, make_organisation(session), "Elsewhere")
        late(session, wing, "Stranger")
        below = make_unit(session, manager.organisation, "Wing A", parent=prison)
        late(session, below, "Adams", "Berg")
        view = view_of(session, manager, f"/reports/units/{prison.id}?state=late")
        assert run(app, session) == 0

        traveller.shift(timedelta(days=1))
        assert run(app, session) == 1
        assert run(app, session) == 0
        assert view.next_on == next_mailing(Every.WEEK, SUNDAY.date() + timedelta(days=1))

    (mail,) = session.scalars(sa.select(Mail))
    assert mail.person_id == manager.id
    assert "The late" in mail.subject
    assert f"Hello {manager.name}," in mail.body
    assert "0 % compliant: 0 of 2; late: 2" in mail.body
    files = {each.kind: each for each in session.scalars(sa.select(MailAttachment))}
    assert len(files) == 2
    sheet = files["application/pdf"]
    text = "\n".join(
        page.extract_text() for page in PdfReader(io.BytesIO(sheet.content or b"")).pages
    )
    assert "0 of 2" in text
    assert f"{prison.name}. As of" in text
    assert "Wing A" in text
    assert "Prison Service" in text
    (other,) = set(files) - {"application/pdf"}
    rows = list(load_workbook(io.BytesIO(files[other].content or b"")).worksheets[0].values)
    assert [row[1] for row in rows[1:]] == ["Adams, Robin", "Berg, Robin"]


def test_whoever_looks_after_nobody_any_more_gets_nothing(
    app: Flask, session: Session, prison: Unit, manager: Person
) -> None:
    with time_machine.travel(SUNDAY) as traveller:
        late(session, prison, "Adams")
        view = view_of(session, manager, "/reports?state=late")
        session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == manager.id))
        traveller.shift(timedelta(days=1))
        assert run(app, session) == 0
        assert view.next_on is None
    assert not session.scalars(sa.select(Mail)).all()


def test_a_unit_that_one_may_not_see_any_more_stops_the_mails(
    app: Flask, session: Session, prison: Unit
) -> None:
    with time_machine.travel(SUNDAY) as traveller:
        late(session, prison, "Adams")
        organisation = make_organisation(session)
        other = make_unit(session, organisation)
        manager = make_person(session, other, roles=(Role.MANAGER,))
        view = view_of(session, manager, f"/reports/people?unit={prison.id}")
        traveller.shift(timedelta(days=1))
        assert run(app, session) == 0
        assert view.every is None
    assert not session.scalars(sa.select(Mail)).all()


@pytest.mark.parametrize(
    ("every", "day", "expected"),
    [
        (Every.WEEK, "2026-11-29", "2026-11-30"),
        (Every.WEEK, "2026-11-30", "2026-12-07"),
        (Every.MONTH, "2026-11-30", "2026-12-01"),
        (Every.MONTH, "2026-12-01", "2027-01-01"),
        (Every.MONTH, "2027-01-31", "2027-02-01"),
        (Every.MONTH, "2028-02-29", "2028-03-01"),
    ],
)
def test_the_next_day_of_a_mail(every: Every, day: str, expected: str) -> None:
    assert next_mailing(every, datetime.fromisoformat(day).date()).isoformat() == expected
