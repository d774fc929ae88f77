"""The manager's pages as of a past day: as known then, and as known now."""

import csv
import io
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.jobs import begin_the_day
from coursesite.assignments.models import CountedDay, RequirementVersion
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import (
    assign,
    completed,
    match_person,
    revoke_completions,
    waive,
)
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import grouped, new_code
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.people.services import post_person
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from coursesite.schedule import LONG
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    make_plan,
    requirement_of,
)
from tests.assignments.test_views import hidden_fields
from tests.browser import Browser, Client, Queries
from tests.jobs.makers import work_all
from tests.makers import make_person
from tests.reports.service import ONE_DAY, START, Service

REASON = Reason(ReasonCode.LEAVE, "As it was")


def figures(client: Client, address: str) -> list[str]:
    """Compliant in per cent, overdue, due soon, excused."""
    page = client.get(address)
    assert page.status_code == 200, page.text[:500]
    return re.findall(r'<li class="figure[^"]*"><b>([^<]+)</b>', page.text)


def names(client: Client, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]+), Robin</a>', page.text)


def test_a_late_completion_and_a_late_waiver_are_known_now_and_were_not_then(
    session: Session, browser: Browser, service: Service
) -> None:
    adams, berg, _clark = service.officers
    service.sleep(65)
    day = "2026-05-04"
    client = browser.sign_in(service.head)
    shown = figures(client, "/reports")
    assert shown == ["0 %", "3", "0", "0"]
    service.sleep(5)
    completed(session, complete(session, adams, days_ago=10))
    waived = Rest(Excuse.WAIVED, START.date() + 60 * ONE_DAY, START.date() + 68 * ONE_DAY)
    waive(session, [requirement_of(session, berg)], waived, REASON, acting(service.head))

    client = browser.sign_in(service.head)
    day = (START + 65 * ONE_DAY).date().isoformat()
    assert figures(client, f"/reports?as_of={day}") == shown
    assert figures(client, f"/reports?as_of={day}&known=now") == ["50 %", "1", "0", "1"]
    listed = f"/reports/people?as_of={day}&state=overdue"
    assert names(client, listed) == ["Adams", "Berg", "Clark"]
    assert names(client, f"{listed}&known=now") == ["Clark"]
    assert names(client, f"/reports/people?as_of={day}&known=now&state=waived") == ["Berg"]


@pytest.mark.parametrize("known", ["then", "now"])
def test_every_number_of_a_past_day_is_the_length_of_its_list(
    session: Session, browser: Browser, service: Service, known: str
) -> None:
    completed(session, complete(session, service.officers[0]))
    service.sleep(65)
    service.sleep(3)
    day = (START + 65 * ONE_DAY).date().isoformat()
    client = browser.sign_in(service.head)
    page = client.get(f"/reports?as_of={day}&known={known}")
    links = re.findall(r'<td class="n"[^>]*>\s*<a href="([^"]+)">(\d+)</a>', page.text)
    assert len(links) > 5
    for address, number in links:
        assert f"as_of={day}" in address
        assert len(names(client, address.replace("&amp;", "&"))) == int(number), address


def test_a_day_that_was_not_kept_is_made_of_what_was_recorded_since(
    session: Session, browser: Browser, service: Service
) -> None:
    service.traveller.shift(40 * ONE_DAY)
    completed(session, complete(session, service.officers[0]))
    client = browser.sign_in(service.head)
    assert figures(client, "/reports") == ["33 %", "0", "2", "0"]
    long_before = (START + 2 * ONE_DAY).date().isoformat()
    assert figures(client, f"/reports?as_of={long_before}") == ["0 %", "0", "0", "0"]
    assert len(names(client, f"/reports/people?as_of={long_before}")) == 3


def test_whoever_looks_before_the_day_is_counted_sees_today_and_writes_nothing(
    session: Session, browser: Browser, service: Service
) -> None:
    service.sleep(60)
    client = browser.sign_in(service.head)
    assert figures(client, "/reports") == ["0 %", "0", "3", "0"]
    service.traveller.shift(ONE_DAY)
    client = browser.sign_in(service.head)
    counted = session.scalar(sa.select(CountedDay.counted_on))
    assert counted == service.today - ONE_DAY

    late = figures(client, "/reports")
    assert late == ["0 %", "3", "0", "0"]
    assert len(names(client, "/reports/people?state=overdue")) == 3
    assert "Counted as of" not in client.get("/reports").text
    assert session.scalar(sa.select(CountedDay.counted_on)) == counted
    service.sleep(0)
    assert figures(client, "/reports") == late


def test_of_a_large_service_the_day_that_is_counted_is_shown_and_named(
    session: Session, browser: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.reports.queries.MOST_TURNED", 1)
    service.sleep(60)
    service.traveller.shift(ONE_DAY)
    completed(session, complete(session, service.officers[0]))
    client = browser.sign_in(service.head)

    page = client.get("/reports").text
    assert "Counted as of 1 May 2026" in page
    assert "A job is counting 2 May 2026: look again in a few minutes." in page
    assert "as of today" not in page
    shown = figures(client, "/reports")
    assert shown == ["33 %", "0", "2", "0"]
    listed = client.get("/reports/people?state=due-soon")
    assert "Counted as of 1 May 2026" in listed.text
    assert len(names(client, "/reports/people?state=due-soon")) == 2
    assert not names(client, "/reports/people?state=overdue")

    service.traveller.shift(ONE_DAY)
    stopped = browser.sign_in(service.head).get("/reports").text
    service.traveller.shift(-ONE_DAY)
    assert "Counted as of 1 May 2026" in stopped
    assert "No job has counted since: tell whoever runs this site." in stopped
    assert "look again in a few minutes" not in stopped

    begin_the_day(session)
    assert figures(client, "/reports") == ["33 %", "2", "0", "0"]
    assert "Counted as of" not in client.get("/reports").text
    day = (service.today - ONE_DAY).isoformat()
    assert figures(client, f"/reports?as_of={day}") == ["0 %", "0", "3", "0"]


@pytest.fixture
def missed_day(
    session: Session, service: Service, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The filters of a day whose sums nobody kept, of too many people for a page."""
    for module in ("views.as_of.queries", "queries.figures"):
        monkeypatch.setattr(f"coursesite.reports.{module}.MANY", 1)
    monkeypatch.setattr("coursesite.assignments.services.keeping.LONGEST_GAP", 1)
    for number, officer in enumerate(service.officers):
        service.sleep(1 + number)
        completed(session, complete(session, officer))
    service.sleep(3)
    return {"as_of": "2026-03-06", "unit": str(service.wings[0].id), "known": "now"}


def test_a_missed_day_of_many_is_added_up_by_a_job_and_then_shown_at_once(
    session: Session, browser: Browser, service: Service, missed_day: dict[str, str]
) -> None:
    wing, client = missed_day["unit"], browser.sign_in(service.head)
    missed = client.get(f"/reports/units/{wing}?as_of=2026-03-06&known=now")
    assert missed.status_code == 409
    assert "Not added up yet: 6 March 2026" in missed.text
    sent = hidden_fields(missed.text)
    assert {name: sent[name] for name in missed_day} == {k: [v] for k, v in missed_day.items()}

    begun = client.post("/reports/days", data=sent)
    assert "Adding up how all stood on 6 March 2026" in client.get(begun.location).text
    with browser.app.app_context():
        work_all(LONG)
    session.expire_all()
    assert "as_of=2026-03-06" in client.get(begun.location).text
    for known in ("then", "now"):
        day = f"as_of=2026-03-06&known={known}"
        assert figures(client, f"/reports?{day}") == ["66 %", "0", "0", "0"]
        assert figures(client, f"/reports?{day}&unit={wing}") == ["50 %", "0", "0", "0"]


def test_who_waits_for_a_missed_day_sees_the_job_and_comes_back_to_what_was_asked(
    session: Session, browser: Browser, service: Service, missed_day: dict[str, str]
) -> None:
    day, client = "as_of=2026-03-06", browser.sign_in(service.head)
    training = hidden_fields(client.get(f"/reports/targets/{MODULE}?{day}").text)
    assert training["target"] == [MODULE]
    listed = client.get(f"/reports/people?{day}&unit={missed_day['unit']}").text

    begun = client.post("/reports/days", data=hidden_fields(listed))

    waits = client.get(f"/reports?{day}").text
    assert begun.location in waits
    assert "Add them up" not in waits
    other = make_person(session, service.prison, roles=(Role.MANAGER,))
    session.commit()
    told = browser.sign_in(other).get(f"/reports?{day}").text
    assert "Somebody of your organisation asked for them already" in told
    with browser.app.app_context():
        work_all(LONG)
    session.expire_all()
    back = f"/reports/people?unit={missed_day['unit']}&amp;{day}"
    assert back in client.get(begun.location).text


@pytest.mark.parametrize(
    ("sent", "status"), [({}, 404), ({"as_of": "soon"}, 404), ({"as_of": "2026-03-03"}, 422)]
)
def test_only_a_past_day_is_added_up(
    browser: Browser, service: Service, sent: dict[str, str], status: int
) -> None:
    assert browser.sign_in(service.head).post("/reports/days", data=sent).status_code == status


def test_before_the_record_began_a_page_says_so(browser: Browser, service: Service) -> None:
    client = browser.sign_in(service.head)
    page = client.get("/reports?as_of=2026-02-20")
    assert "Nothing is on record of that day" in page.text
    assert "2 March 2026" in page.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("as_of=2026-03-03", 422),
        ("as_of=yesterday", 404),
        ("as_of=0001-01-01", 404),
        ("as_of=2026-03-01&known=later", 404),
        ("as_of=2026-03-02", 200),
        ("week=never", 404),
    ],
)
def test_days_that_cannot_be_asked_for(
    browser: Browser, service: Service, sent: str, status: int
) -> None:
    assert browser.sign_in(service.head).get(f"/reports?{sent}").status_code == status


def test_a_day_to_come_is_refused_in_words_and_leads_to_the_page_without_it(
    browser: Browser, service: Service
) -> None:
    page = browser.sign_in(service.head).get("/reports/people?as_of=2026-03-03").text
    assert "<h1>That cannot be shown</h1>" in page
    assert "How all will stand on 3 March 2026 is not known yet." in page
    assert '<a class="button" href="/reports/people">' in page


def test_the_trend_has_each_week_s_end_and_the_day_itself(
    browser: Browser, service: Service
) -> None:
    for _number in range(3):
        service.sleep(7)
    page = browser.sign_in(service.head).get("/reports")
    chart = page.text[page.text.index('id="trend"') :]
    days = re.findall(
        r'<th scope="row"><a href="[^"]*">([^<]+)</a>', chart[: chart.index("</table>")]
    )
    assert days == ["23 Mar 2026", "22 Mar 2026", "15 Mar 2026", "8 Mar 2026"]


def test_what_ends_by_the_week_leads_to_who_it_is(
    session: Session, browser: Browser, service: Service
) -> None:
    for person in service.officers[:2]:
        completed(session, complete(session, person))
    service.sleep(300)
    client = browser.sign_in(service.head)
    page = client.get("/reports")
    chart = page.text[page.text.index('id="weeks"') :]
    (address, number) = re.findall(
        r'<th scope="row"><a href="([^"]+)">[^<]+</a></th><td class="n">(\d+)', chart
    )[0]
    assert number == "2"
    assert names(client, address.replace("&amp;", "&")) == ["Adams", "Berg"]


def test_past_days_are_closed_to_others(
    session: Session, browser: Browser, service: Service
) -> None:
    service.sleep(3)
    wing_manager = make_person(
        session, service.wings[0], roles=(Role.MANAGER,), roles_at=service.wings[0]
    )
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    day = "as_of=2026-03-03"
    for known in ("then", "now"):
        theirs = browser.sign_in(wing_manager)
        listed = f"/reports/people?{day}&known={known}"
        assert names(theirs, listed) == ["Adams", "Clark"]
        other = f"/reports?{day}&known={known}&unit={service.wings[1].id}"
        assert theirs.get(other).status_code == 404
        outside = browser.sign_in(stranger)
        assert outside.get(other).status_code == 404
        assert names(outside, listed) == []


@pytest.mark.parametrize("known", ["then", "now"])
@pytest.mark.parametrize("page", ["/reports", "/reports/people"])
def test_a_past_day_asks_few_questions_whatever_it_shows(
    session: Session, browser: Browser, service: Service, page: str, known: str
) -> None:
    for number in range(40):
        make_person(session, service.wings[number % 2])
    assign(session, make_plan(service.prison, slug=MODULE, reason="More"), acting(service.head))
    service.sleep(3)
    client = browser.sign_in(service.head)
    address = f"{page}?as_of=2026-03-04&known={known}"
    client.get(address)
    with Queries(session.connection()) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 10


def test_too_many_are_not_worked_out_and_a_unit_of_them_is(
    session: Session, browser: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many that something was entered about later, or of a day before there was a record."""
    for module in ("views.as_of.queries", "queries.figures"):
        monkeypatch.setattr(f"coursesite.reports.{module}.MANY", 2)
    service.sleep(3)
    client = browser.sign_in(service.head)
    asked, wing = "as_of=2026-03-03&known=now", service.wings[1]
    assert client.get(f"/reports?{asked}").status_code == 200
    for number, officer in enumerate(service.officers):
        completed(session, complete(session, officer, days_ago=2, number=number + 1))
    page = client.get(f"/reports?{asked}")
    assert page.status_code == 422
    assert "choose a unit" in page.text
    assert figures(client, f"/reports?{asked}&unit={wing.id}") == ["100 %", "0", "0", "0"]
    assert figures(client, f"/reports?{asked.replace('now', 'then')}") == ["0 %", "0", "0", "0"]

    session.execute(sa.delete(RequirementVersion))
    assert client.get(f"/reports?{asked}").status_code == 422
    assert client.get(f"/reports?{asked}&unit={wing.id}").status_code == 200


def test_somebody_who_was_moved_counts_where_they_were(
    session: Session, browser: Browser, service: Service
) -> None:
    service.sleep(3)
    adams, there = service.officers[0], service.wings[1]
    post_person(session, adams, there, acting(service.head), reason="Moved")
    match_person(session, adams.id)
    service.sleep(3)
    client = browser.sign_in(service.head)
    for known in ("then", "now"):
        for day, unit, who in (
            ("2026-03-04", 0, ["Adams", "Clark"]),
            ("2026-03-05", 0, ["Clark"]),
            ("2026-03-05", 1, ["Adams", "Berg"]),
        ):
            asked = f"as_of={day}&known={known}&unit={service.wings[unit].id}"
            assert names(client, f"/reports/people?{asked}") == who


def test_a_file_of_the_numbers_of_a_past_day_is_of_that_day(
    session: Session, browser: Browser, service: Service
) -> None:
    service.sleep(65)
    service.sleep(5)
    completed(session, complete(session, service.officers[0], days_ago=10))
    session.commit()
    client = browser.sign_in(service.head)
    day = (START + 65 * ONE_DAY).date().isoformat()
    sent = {"as_of": day, "table": "units"}
    then = client.post("/reports/numbers.csv", sent)
    now = client.post("/reports/numbers.csv", {**sent, "known": "now"})
    assert f"units-{day}.csv" in then.headers["Content-Disposition"]
    assert [line.split(",")[:2] for line in then.text.split()[-3:]] == [
        ["A", "0"],
        ["B", "0"],
        ["All", "0"],
    ]
    assert [line.split(",")[:2] for line in now.text.split()[-3:]] == [
        ["A", "50"],
        ["B", "0"],
        ["All", "33"],
    ]
    trend = client.post("/reports/numbers.csv", {"table": "trend"}).text.split()
    assert trend[0].removeprefix("\ufeff") == "Day,Compliant"
    assert trend[1:3] == ["(%),Of,Late", f"{clock.today('UTC')},33,3,2"]


def test_an_export_says_what_was_on_record_then_or_is_known_now(
    session: Session, browser: Browser, service: Service
) -> None:
    """Adams did it and again later, Berg before that day though it was entered after it; what was
    entered of Clark before it was taken back since.
    """
    adams, berg, clark = service.officers
    completed(session, complete(session, adams))
    mistake = complete(session, clark, means=Means.PRIOR)
    completed(session, mistake)
    code = _certify(session, adams)
    service.sleep(3)
    day = service.today
    service.sleep(400)
    renewed = complete(session, adams)
    completed(session, renewed)
    renewed_code = _certify(session, adams)
    completed(session, complete(session, berg, days_ago=401))
    revoke_completions(session, [mistake], REASON, acting(service.head))

    client = browser.sign_in(service.head)
    assert exported(client, f"{day}") == [
        ("Adams, Robin", "2026-05-01", "2026-03-02", grouped(code)),
        ("Berg, Robin", "2026-05-01", "", ""),
        ("Clark, Robin", "2026-05-01", "2026-03-02", ""),
    ]
    assert exported(client, f"{day}", known="now") == [
        ("Adams, Robin", "2026-05-01", "2026-03-02", grouped(code)),
        ("Berg, Robin", "2026-05-01", "2026-03-04", ""),
        ("Clark, Robin", "2026-05-01", "", ""),
    ]
    assert grouped(renewed_code) in client.post("/reports/export.csv").text


def exported(client: Client, day: str, known: str = "then") -> list[tuple[str, str, str, str]]:
    sent = client.post("/reports/export.csv", {"as_of": day, "known": known})
    rows = csv.DictReader(io.StringIO(sent.text.removeprefix("\ufeff")))
    return sorted(
        (row["Name"], row["First due"], row["Completed"][:10], row["Certificate"]) for row in rows
    )


def _certify(session: Session, person: Person) -> str:
    """A certificate of the last completion, issued now."""
    found = sa.select(Completion).where(Completion.person_id == person.id)
    last = session.scalars(found.order_by(Completion.id.desc())).first()
    assert last
    code = new_code()
    session.add(
        Certificate(
            code=code,
            person_id=person.id,
            organisation_id=person.organisation_id,
            completion_id=last.id,
            target_kind=last.target_kind,
            target_slug=last.target_slug,
            number=last.number,
            payload={},
            issued_at=clock.now(),
        )
    )
    session.flush()
    return code
