"""A service of a few officers whose days pass, for stories about past days."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.services import assign, bring_all_forward, keep_past_days
from coursesite.people.rules import Role
from tests.assignments.makers import acting, make_plan, publish_module
from tests.makers import make_organisation, make_person, make_unit

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


class Service:
    """A prison of two wings with three officers; all must do the module in sixty days."""

    def __init__(self, session: Session, traveller: time_machine.Traveller) -> None:
        self.session, self.traveller = session, traveller
        publish_module(session)
        organisation = make_organisation(session)
        self.prison = make_unit(session, organisation, "Prison")
        self.wings = [make_unit(session, organisation, name, self.prison) for name in ("A", "B")]
        self.head = make_person(session, self.prison, roles=(Role.MANAGER,), audience=None)
        self.officers = [
            make_person(session, self.wings[number % 2], family_name=name)
            for number, name in enumerate(("Adams", "Berg", "Clark"))
        ]
        for wing in self.wings:
            assign(session, make_plan(wing), acting(self.head))

    @property
    def today(self) -> date:
        return clock.today("UTC")

    def sleep(self, days: int) -> None:
        self.traveller.shift(days * ONE_DAY)
        bring_all_forward(self.session)
        keep_past_days(self.session)
