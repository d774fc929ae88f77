"""After ten years of a service everything holds, and every status can say why it is so."""

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.rules import explain
from coursesite.doctor import services
from coursesite.doctor.rules import Finding
from coursesite.people.models import Organisation, Person
from tests.assignments.service_years import YEARS, Service

FEWER_YEARS = 2
"""On the slower of the engines; the rules are the same."""


def test_ten_years_of_a_service_end_with_every_invariant_true(
    session: Session, engine_name: str
) -> None:
    service = Service(session)
    service.begin()
    service.live(YEARS if engine_name == "sqlite" else FEWER_YEARS)
    with time_machine.travel(service.now):
        here = sum(1 for person, _units, _boss in service.people if person.left_on is None)
        assert here > len(service.people) // 2
        found = [services.check(session, each) for each in services.INVARIANTS]
        last, after_id = Finding(*services.FROM_NOTHING), 0
        while (going := services.check_piece(session, after_id, last)) is not None:
            after_id = going
        broken = {each.name: each.first for each in [*found, last] if each.broken}
        assert broken == {}
        assert set(service.done) > {
            "learn",
            "transfer",
            "absent",
            "leave",
            "return",
            "rule",
            "text",
        }
        assert session.query(Period).count() > session.query(Requirement).count() * 2
        assert _every_status_explains_itself(session) >= here // 2


def _every_status_explains_itself(session: Session) -> int:
    """How many there are: two of the three units are asked for one thing, one for another."""
    said = 0
    people = sa.select(Person.id, Organisation.time_zone).join(
        Organisation, Organisation.id == Person.organisation_id
    )
    for person_id, time_zone in session.execute(people).all():
        today = clock.today(time_zone)
        for each in requirements_of(session, person_id, today):
            sentence = str(explain(each.facts, today))
            assert sentence.endswith(".")
            assert "None" not in sentence
            assert "not on record" not in sentence
            said += 1
    return said
