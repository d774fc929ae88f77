"""People join, move, leave, are given roles and what they need; every change is an event."""

from coursesite.people.services.organisations import (
    ask_four_eyes,
    get_organisation,
    put_below,
)
from coursesite.people.services.people import (
    PEOPLE_CHANGED,
    AddressTaken,
    NewPerson,
    NotYours,
    Place,
    add_person,
    end_role,
    grant_role,
    mark_as_left,
    open_unit,
    people_changed,
    post_person,
    refuse_higher,
)
from coursesite.people.services.supporting import (
    NotForOneself,
    Support,
    end_accommodation,
    give_accommodation,
    refuse_oneself,
)

__all__ = [
    "PEOPLE_CHANGED",
    "AddressTaken",
    "NewPerson",
    "NotForOneself",
    "NotYours",
    "Place",
    "Support",
    "add_person",
    "ask_four_eyes",
    "end_accommodation",
    "end_role",
    "get_organisation",
    "give_accommodation",
    "grant_role",
    "mark_as_left",
    "open_unit",
    "people_changed",
    "post_person",
    "put_below",
    "refuse_higher",
    "refuse_oneself",
]
