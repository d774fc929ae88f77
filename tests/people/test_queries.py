import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Person, Unit
from coursesite.people.queries import posted_within, units_within
from coursesite.people.rules import Scope
from tests.makers import make_organisation, make_person, make_unit


def test_a_scope_is_a_subtree_of_one_organisation(session: Session) -> None:
    ours, theirs = make_organisation(session), make_organisation(session)
    north, south = make_unit(session, ours, "North"), make_unit(session, ours, "South")
    station = make_unit(session, ours, "Station", parent=north)
    foreign = make_unit(session, theirs, "Foreign")
    seen = {
        name: set(session.scalars(sa.select(Unit.name).where(units_within(scope))))
        for name, scope in {
            "all": Scope(ours.id, None),
            "north": Scope(ours.id, (north.path,)),
            "none": Scope(ours.id, ()),
            "forged": Scope(ours.id, (foreign.path,)),
        }.items()
    }
    assert seen == {
        "all": {"North", "South", "Station"},
        "north": {"North", "Station"},
        "none": set(),
        "forged": set(),
    }
    people = {unit.name: make_person(session, unit).id for unit in (north, south, station, foreign)}
    visible = sa.select(Person.id).where(posted_within(Scope(ours.id, (north.path,))))
    assert set(session.scalars(visible)) == {people["North"], people["Station"]}
