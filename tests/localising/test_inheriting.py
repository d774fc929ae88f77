"""An organisation below another takes from it what it does not say itself; the closest counts."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.content.rules import Level, LocalText, OwnPassage, in_force
from coursesite.errors import Invalid
from coursesite.people.models import Organisation
from coursesite.people.rules import Role, lineage, may_stand_below
from coursesite.people.services import put_below
from tests.browser import Browser
from tests.conftest import run_command
from tests.learning.makers import publish_local
from tests.localising.makers import (
    HERE,
    LESSON,
    an_organisation,
    publish_course,
    somebody,
)


def passage(words: str) -> OwnPassage:
    return OwnPassage(words, (f"<p>{words}</p>",))


@pytest.fixture
def country(session: Session) -> Organisation:
    publish_course(session)
    country = an_organisation(session, name="The country")
    fields = {"duty_phone": "112"}
    publish_local(session, country, fields, {"who-decides": passage("The ministry decides.")})
    session.commit()
    return country


@pytest.fixture
def police(session: Session, country: Organisation) -> Organisation:
    police = an_organisation(session, name="The police", slug="the-police")
    put_below(session, police, country, SITE)
    session.commit()
    return police


def test_the_closest_counts_and_the_rest_is_taken_over(
    session: Session, browser: Browser, police: Organisation
) -> None:
    learner = browser.sign_in(somebody(session, police))
    page = learner.get(LESSON).text
    assert "The ministry decides." in page
    assert "From The country" in page
    assert ">112</span>" in page

    publish_local(session, police, {"duty_phone": "999"})
    session.commit()
    page = learner.get(LESSON).text
    assert ">999</span>" in page
    assert "The ministry decides." in page
    publish_local(session, police, {}, {"who-decides": passage("The chief decides.")})
    session.commit()
    page = learner.get(LESSON).text
    assert "The chief decides." in page
    assert "The ministry" not in page
    assert "From your organisation" in page
    assert ">112</span>" in page


def test_its_pages_say_what_is_taken_over(
    session: Session, browser: Browser, country: Organisation, police: Organisation
) -> None:
    admin = browser.sign_in(somebody(session, police, Role.ADMINISTRATOR))
    page = admin.get(HERE).text
    assert "taken from The country" in page
    assert "All are filled in" in page
    assert "The country says: 112" in admin.get(f"{HERE}/fields").text
    page = admin.get(f"{HERE}/passages/who-decides").text
    assert "Your people read the words of The country here." in page
    above = browser.sign_in(somebody(session, country, Role.ADMINISTRATOR))
    assert "The police" not in above.get(HERE).text


def test_one_beside_it_takes_nothing(
    session: Session, browser: Browser, police: Organisation
) -> None:
    publish_local(session, police, {"duty_phone": "999"})
    beside = an_organisation(session)
    session.commit()
    page = browser.sign_in(somebody(session, beside)).get(LESSON).text
    assert "999" not in page
    assert "112" not in page
    assert "General guidance" in page


def test_it_is_put_below_another_and_taken_out_again(
    session: Session, app: Flask, country: Organisation
) -> None:
    organisation = an_organisation(session, slug="the-prisons", name="The prisons")
    session.commit()
    result = run_command(app, "organisations", "put-below", "the-prisons", country.slug)
    assert result.output == "The prisons stands below The country.\n"
    session.refresh(organisation)
    assert organisation.ancestors == str(country.id)
    assert run_command(app, "organisations", "put-below", "the-prisons").exit_code == 0
    session.refresh(organisation)
    assert (organisation.parent_id, organisation.ancestors) == (None, "")
    assert run_command(app, "organisations", "put-below", "nobody").exit_code == 1


def test_who_stands_below_moves_along_and_never_in_a_circle(session: Session) -> None:
    one, two, three, four, five = (an_organisation(session) for _ in range(5))
    put_below(session, three, two, SITE)
    put_below(session, four, three, SITE)
    put_below(session, two, one, SITE)
    assert four.ancestors == f"{three.id} {two.id} {one.id}"
    assert lineage(four.id, four.ancestors) == (four.id, three.id, two.id, one.id)
    for below, above in ((one, four), (one, one), (five, four)):
        with pytest.raises(Invalid):
            put_below(session, below, above, SITE)
    put_below(session, two, None, SITE)
    assert four.ancestors == f"{three.id} {two.id}"
    assert one.ancestors == ""


@pytest.mark.parametrize(
    ("line", "child", "levels", "fits"),
    [((), 1, 4, True), ((1,), 2, 3, True), ((1,), 2, 4, False), ((1, 2), 2, 1, False)],
)
def test_at_most_four_stand_below_one_another(
    line: tuple[int, ...], child: int, levels: int, fits: bool
) -> None:
    assert may_stand_below(line, child, levels) is fits


OWN = {"en": (1, LocalText("Own", "en", {"phone": "1"}))}
BOTH = {
    "en": (1, LocalText("Own", "en", {"phone": "1", "law": "act"})),
    "es": (2, LocalText("Own", "es", {"phone": "2"})),
}
ABOVE = {"es": (3, LocalText("Above", "es", {"phone": "3", "law": "ley"}))}
ARABIC = {"ar": (4, LocalText("Own", "ar", {"phone": "4"}))}


@pytest.mark.parametrize(
    ("levels", "language", "phone", "law"),
    [
        ([Level(OWN, own=True)], "es", ("1", "en", ""), None),
        ([Level(BOTH, own=True)], "es", ("2", "es", ""), ("act", "en", "")),
        ([Level(OWN, own=True), Level(ABOVE)], "es", ("1", "en", ""), ("ley", "es", "Above")),
        ([Level(ABOVE)], "en", ("3", "es", "Above"), ("ley", "es", "Above")),
        ([Level(ARABIC, own=True)], "en", ("4", "ar", ""), None),
        ([], "en", None, None),
    ],
)
def test_of_the_closest_organisation_the_best_language_stands(
    levels: list[Level],
    language: str,
    phone: tuple[str, str, str] | None,
    law: tuple[str, str, str] | None,
) -> None:
    found = in_force(levels, language).fields

    def told(name: str) -> tuple[str, str, str] | None:
        placed = found.get(name)
        return (placed.value, placed.language, placed.organisation) if placed else None

    assert (told("phone"), told("law")) == (phone, law)
