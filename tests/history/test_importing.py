"""Bringing in what was completed in an old system, through the pages and the worker."""

import csv
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coursesite import clock
from coursesite.assignments.rules import Progress, Reason, ReasonCode
from coursesite.assignments.services import assign
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.errors import Invalid
from coursesite.history import jobs
from coursesite.history.models import ImportBatch
from coursesite.history.services import begin_undo
from coursesite.learning import services as learning
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from coursesite.schedule import LONG
from tests.assignments.makers import (
    MODULE,
    PATH,
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    publish_path,
    requirement_of,
)
from tests.browser import Browser, Client
from tests.jobs.makers import a_worker, work_all
from tests.makers import make_organisation, make_person, make_unit

HEAD = "staff_number,email,training,completed_on,evidence\n"
WHY = {"reason": "Taken over from the old system"}


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, make_organisation(session, time_zone="Pacific/Auckland"), "Wing")


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.MANAGER,), staff_number="M-1")


@pytest.fixture
def ada(session: Session, unit: Unit) -> Person:
    """She has to do the module within 60 days, valid for a year."""
    publish_module(session)
    ada = make_person(session, unit, given_name="Ada", staff_number="0042", email="ada@x.example")
    assign(session, make_plan(unit), acting(make_person(session, unit)))
    session.commit()
    return ada


def send(client: Client, text: str, **form: str) -> TestResponse:
    file = (io.BytesIO(text.encode()), "old.csv")
    return client.post("/people/import-history", {"file": file, "order": "unsaid", **form})


def work(browser: Browser) -> None:
    with browser.app.app_context():
        work_all(LONG)


def sent(session: Session) -> str:
    """The address of the file that was sent last."""
    batch_id = session.scalar(sa.select(sa.func.max(ImportBatch.id)))
    return f"/people/import-history/{batch_id}"


def test_what_was_completed_elsewhere_counts_from_its_own_day(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client, day = browser.sign_in(manager), in_days(-100)
    answer = send(client, f"{HEAD}0042,,{MODULE},{day},Certificate 7\n")
    assert answer.status_code == 302
    work(browser)
    assert "Lines that can be imported: 1." in client.get(answer.location).text
    page = client.get(sent(session)).text
    assert "Import 1 completion" in page
    assert session.scalars(sa.select(Completion)).all() == []

    asked = client.post(f"{sent(session)}/import", WHY)
    work(browser)

    assert "Completions imported: 1." in client.get(asked.location).text
    completion = session.scalars(sa.select(Completion)).one()
    assert (completion.person_id, completion.means) == (ada.id, Means.PRIOR)
    assert completion.evidence["evidence"] == "Certificate 7"
    assert completion.evidence["reason"] == WHY["reason"]
    assert (completion.evidence["by"], completion.evidence["line"]) == (manager.id, 2)
    requirement = requirement_of(session, ada)
    assert requirement.progress is Progress.COMPLETED
    assert requirement.valid_until == (day.replace(year=day.year + 1))
    kinds = set(session.scalars(sa.select(Event.kind)))
    assert {"history-imported", "completion-entered"} <= kinds
    assert "Certificate 7" in browser.sign_in(manager).get(f"/reports/people/{ada.id}").text


def test_what_is_no_longer_valid_leaves_the_requirement_open(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    send(client, f"{HEAD}0042,,{MODULE},{in_days(-500)},\n")
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    completion = session.scalars(sa.select(Completion)).one()
    assert completion.evidence["evidence"] == "old.csv, 2"
    assert requirement_of(session, ada).progress is Progress.NOT_STARTED


def test_several_rounds_come_in_the_order_of_their_days(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    days = [in_days(-30), in_days(-700), in_days(-360)]
    send(client, HEAD + "".join(f"0042,,{MODULE},{day},\n" for day in days))
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    found = sa.select(Completion).order_by(Completion.number)
    zone_days = [each.completed_at.date() for each in session.scalars(found)]
    assert zone_days == sorted(zone_days)
    requirement = requirement_of(session, ada)
    assert requirement.progress is Progress.COMPLETED
    assert requirement.valid_until is not None
    assert requirement.valid_until > in_days(300)


def test_every_line_says_what_is_wrong_and_what_to_do(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    stranger = make_person(session, staff_number="S-9", email="stranger@x.example")
    twin = make_person(session, ada.unit, staff_number="T-1")
    make_person(session, ada.unit, staff_number="T-1")
    gone = make_person(session, ada.unit, staff_number="G-1", left_on=date(2024, 5, 30))
    gone.unit_id = None
    done = complete(session, twin, days_ago=10)
    done_on = clock.day_of(done.completed_at, "Pacific/Auckland")
    tomorrow = in_days(2)
    lines = [
        (f"nobody,,{MODULE},2024-05-31,", "Nobody whom you look after has the staff number"),
        (f",nobody@x.example,{MODULE},2024-05-31,", "has the e-mail address"),
        (f"{stranger.staff_number},,{MODULE},2024-05-31,", "Nobody whom you look after"),
        (f",{stranger.email},{MODULE},2024-05-31,", "Nobody whom you look after"),
        (f"42,,{MODULE},2024-05-31,", "dropped the noughts"),
        (f"T-1,,{MODULE},2024-05-31,", "Several people have the staff number"),
        (f"0042,{twin.email},{MODULE},2024-05-31,", "belong to different people"),
        ("0042,,first-days,2024-05-31,", "There is no training"),
        (f"{gone.staff_number},,{MODULE},2024-05-31,", "2024-05-30 was the last day"),
        (f"{gone.staff_number},,{MODULE},2024-05-30,", ""),
        (f"0042,,{MODULE},{tomorrow},", "is in the future"),
        (f"0042,,{MODULE},5/6/2024,", "can be read in two ways"),
        (f"0042,,{MODULE},=TODAY(),", "is a formula"),
        (f"T-1,{twin.email},{MODULE},{done_on},", "on record already"),
        (f"0042,,{MODULE},2024-05-31,", ""),
        (f",ADA@x.example,The module {MODULE},31.5.2024,again", "Line 16 of this file says"),
    ]
    client = browser.sign_in(manager)
    send(client, HEAD + "\n".join(line for line, _why in lines))
    work(browser)
    table = client.get(f"{sent(session)}/result.csv", buffered=True).text.splitlines()[1:]
    for (line, why), row in zip(lines, table, strict=True):
        assert why in row, (line, row)
    page = client.get(sent(session)).text
    assert "With a problem (12)" in page
    assert "Not needed (2)" in page
    assert "Import 2 completions" in page
    assert stranger.family_name not in page


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_result_opens_where_the_file_was_written(
    session: Session, browser: Browser, manager: Person, ada: Person, separator: str
) -> None:
    """Excel in Germany takes a file with commas for one column."""
    client = browser.sign_in(manager)
    evidence = f'"Room 7{separator} first floor"'
    cells = ["0042", "", MODULE, "2024-05-31", evidence]
    send(client, HEAD.replace(",", separator) + separator.join(cells))
    work(browser)
    told = client.get(f"{sent(session)}/result.csv", buffered=True).text
    [head, row] = csv.reader(io.StringIO(told, newline=""), delimiter=separator)
    assert head[0].endswith("line")
    assert dict(zip(head[1:6], row[1:6], strict=True)) == {
        "staff_number": "0042",
        "email": "",
        "training": MODULE,
        "completed_on": "2024-05-31",
        "evidence": f"Room 7{separator} first floor",
    }


def test_a_file_is_taken_back_as_a_whole(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    before = requirement_of(session, ada)
    due_on = before.due_on
    client = browser.sign_in(manager)
    days = [in_days(-30), in_days(-200)]
    send(client, HEAD + "".join(f"0042,,{MODULE},{day},\n" for day in days))
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    assert requirement_of(session, ada).progress is Progress.COMPLETED

    client.post(f"{sent(session)}/undo", {"reason": "It was the wrong file"})
    work(browser)

    requirement = requirement_of(session, ada)
    assert (requirement.progress, requirement.due_on) == (Progress.NOT_STARTED, due_on)
    completions = session.scalars(
        sa.select(Completion), execution_options={"populate_existing": True}
    ).all()
    assert all(each.revoked_at for each in completions)
    kinds = list(session.scalars(sa.select(Event.kind).order_by(Event.id)))
    assert kinds.count("completion-revoked") == 2
    assert "history-import-taken-back" in kinds
    assert "taken-back" in client.get(f"{sent(session)}/result.csv", buffered=True).text
    # What was taken back can be sent again, and is not on record already.
    send(client, f"{HEAD}0042,,{MODULE},{in_days(-30)},\n")
    work(browser)
    assert "Import 1 completion" in client.get(sent(session)).text


def test_what_was_revoked_by_hand_meanwhile_is_told_before_and_stays_so(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    lines = (f"0042,,{MODULE},{day},\n" for day in (in_days(-30), in_days(-200)))
    send(client, HEAD + "".join(lines))
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    assert "revoked by hand" not in client.get(sent(session)).text
    first = session.scalars(sa.select(Completion).order_by(Completion.id)).first()
    assert first
    reason = Reason(ReasonCode.IRREGULAR, "Not so")
    learning.revoke_completions(session, [first], reason, acting(manager))
    session.commit()

    assert "1 of them was revoked by hand since, and stays so." in client.get(sent(session)).text
    client.post(f"{sent(session)}/undo", WHY)
    work(browser)
    assert "It was revoked by hand meanwhile, and stays so." in client.get(sent(session)).text


def test_nobody_vouches_for_themselves(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    send(client, f"{HEAD}M-1,,{MODULE},2024-05-31,\n0042,,{MODULE},2024-05-31,\n")
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    assert session.scalars(sa.select(Completion.person_id)).all() == [ada.id]
    assert "Imported (1)" in client.get(sent(session)).text
    assert "With a problem (1)" in client.get(sent(session)).text


@pytest.fixture
def _a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PIECE", 2)
    monkeypatch.setattr(jobs, "SOME", 2)


def test_what_changed_between_the_check_and_the_import_is_said(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    """One is looked after by somebody else now, another's completion is on record meanwhile."""
    wing = ada.unit
    assert wing
    bea = make_person(session, wing, staff_number="B-1")
    boss = make_person(session, wing, roles=(Role.MANAGER,), roles_at=wing)
    session.commit()
    client, day = browser.sign_in(boss), in_days(-9)
    send(client, f"{HEAD}0042,,{MODULE},{day},\nB-1,,{MODULE},{day},\n")
    work(browser)
    assert "Import 2 completions" in client.get(sent(session)).text
    noon = datetime.combine(day, time(12), ZoneInfo("Pacific/Auckland"))
    complete(session, bea, completed_at=noon)
    ada.unit_id = make_unit(session, manager.organisation, "Gate").id
    session.commit()
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    told = client.get(f"{sent(session)}/result.csv", buffered=True).text
    assert "You do not look after this person any more." in told
    assert "This completion is on record already." in told
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 1


@pytest.mark.usefixtures("_a_few_at_a_time")
def test_a_line_says_which_line_long_before_says_the_same(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    days = (in_days(-9), in_days(-8), in_days(-7), in_days(-9))
    send(client, HEAD + "".join(f"0042,,{MODULE},{day},\n" for day in days))
    work(browser)
    told = client.get(f"{sent(session)}/result.csv", buffered=True).text.splitlines()
    assert "Line 2 of this file says the same." in told[-1]
    assert "Import 3 completions" in client.get(sent(session)).text


def test_today_is_today_where_the_organisation_is_and_not_later_than_now(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    """It is half past eleven in the evening in Auckland, and the next day in Kiritimati."""
    evening = clock.now().replace(hour=10, minute=30)
    for moment in (evening, evening.replace(hour=19)):
        with time_machine.travel(moment):
            client, today = browser.sign_in(manager), clock.today("Pacific/Auckland")
            tomorrow = today + timedelta(days=1)
            send(client, f"{HEAD}0042,,{MODULE},{today},\n0042,,{MODULE},{tomorrow},\n")
            work(browser)
            told = client.get(f"{sent(session)}/result.csv", buffered=True).text.splitlines()
            assert ",ready," in told[1]
            assert "is in the future" in told[2]
            client.post(f"{sent(session)}/import", WHY)
            work(browser)
            last = session.scalars(sa.select(Completion).order_by(Completion.id.desc())).first()
            assert last
            assert last.completed_at <= clock.now()
            assert clock.day_of(last.completed_at, "Pacific/Auckland") == today


def test_only_what_was_imported_is_taken_back_and_only_with_a_reason(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    send(client, f"{HEAD}0042,,{MODULE},2024-05-31,\n")
    work(browser)
    assert client.post(f"{sent(session)}/undo", WHY).status_code == 409
    assert "Import 1 completion" in client.get(sent(session)).text
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    batch = session.scalars(sa.select(ImportBatch)).one()
    with pytest.raises(Invalid, match="Say why"):
        begin_undo(session, batch, "  ", acting(manager))


def test_nobody_sends_files_without_end(browser: Browser, manager: Person) -> None:
    client = browser.sign_in(manager)
    answers = [client.post("/people/import-history", {}).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]


@pytest.mark.usefixtures("_a_few_at_a_time")
def test_a_worker_that_dies_imports_nothing_twice(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    send(client, HEAD + "".join(f"0042,,{MODULE},{in_days(-n)},\n" for n in range(10, 15)))
    for begin in (None, "import"):
        if begin:
            client.post(f"{sent(session)}/{begin}", WHY)
        with browser.app.app_context():
            stops = a_worker(LONG)
            stops.step()
            stops.step()
            stops.let_go()
        work(browser)
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 5
    assert "Imported (5)" in client.get(sent(session)).text


def test_a_file_is_imported_once(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    send(client, f"{HEAD}0042,,{MODULE},2024-05-31,\n")
    assert client.post(f"{sent(session)}/import", WHY).status_code == 409
    work(browser)
    assert client.post(f"{sent(session)}/import", {"reason": " "}).status_code == 422
    assert client.post(f"{sent(session)}/import", WHY).status_code == 302
    assert client.post(f"{sent(session)}/import", WHY).status_code == 409
    assert client.post(f"{sent(session)}/undo", WHY).status_code == 409


def test_what_cannot_be_read_is_said_at_once(browser: Browser, manager: Person) -> None:
    client = browser.sign_in(manager)
    assert "Choose a file" in client.post("/people/import-history", {"order": "unsaid"}).text
    answer = send(client, "name,when\nAda,2024-05-31\n")
    assert answer.status_code == 422
    assert "staff_number or email, training, completed_on is missing" in answer.text


def test_a_spreadsheet_of_western_europe_is_read_and_its_words_are_shown(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    """Whoever knows better says so, and the file is checked anew."""
    client = browser.sign_in(manager)
    lines = f"0042,,{MODULE},2024-05-31,École de Genève\n0042,,{MODULE},2024-06-01,Œuvre\n"
    file = (io.BytesIO((HEAD + lines).encode("cp1252")), "old.csv")
    client.post("/people/import-history", {"file": file, "order": "unsaid"})
    work(browser)
    page = client.get(sent(session)).text
    assert "Windows-1252" in page
    assert "École" in page
    assert "Œuvre" in page
    assert "Import 2 completions" in page

    stranger = browser.sign_in(make_person(session, roles=tuple(Role)))
    as_mac = {"letters": "mac-roman"}
    assert stranger.post(f"{sent(session)}/letters", as_mac).status_code == 404
    assert client.post(f"{sent(session)}/letters", {"letters": "unsaid"}).status_code == 422
    refused = client.post(f"{sent(session)}/letters", {"letters": "utf-8"})
    assert refused.status_code == 422
    assert "Line 2 is not text whose letters are kept so" in refused.text
    assert client.post(f"{sent(session)}/letters", as_mac).status_code == 302
    work(browser)
    assert "Mac Roman" in client.get(sent(session)).text
    client.post(f"{sent(session)}/letters", {"letters": "cp1252"})
    work(browser)
    assert "Import 2 completions" in client.get(sent(session)).text
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    evidence = {each.evidence["evidence"] for each in session.scalars(sa.select(Completion))}
    assert evidence == {"École de Genève", "Œuvre"}
    assert client.post(f"{sent(session)}/letters", as_mac).status_code == 409
    assert "Are these words right?" not in client.get(sent(session)).text


def test_letters_of_central_europe_are_read_where_they_are_said(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    content = f"{HEAD}0042,,{MODULE},2024-05-31,Wałęsa\n".encode("cp1250")
    file = (io.BytesIO(content), "old.csv")
    client.post("/people/import-history", {"file": file, "order": "unsaid", "letters": "cp1250"})
    work(browser)
    assert "Wałęsa" in client.get(sent(session)).text


def test_a_file_is_only_for_who_looks_after_all_its_units(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    send(browser.sign_in(manager), f"{HEAD}0042,,{MODULE},2024-05-31,\n")
    address, unit = sent(session), ada.unit
    assert unit
    stranger = make_person(session, roles=tuple(Role))
    narrow = make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit)
    for other in (stranger, narrow):
        client = browser.sign_in(other)
        for path in (address, f"{address}/result.csv"):
            assert client.get(path).status_code == 404
        for action in ("import", "undo", "go-on"):
            assert client.post(f"{address}/{action}", WHY).status_code == 404
        assert "old.csv" not in client.get("/people/import-history").text
    learner = browser.sign_in(make_person(session, unit))
    assert learner.get("/people/import-history").status_code == 403
    other_wing = make_unit(session, manager.organisation, "Other")
    outside = make_person(session, other_wing, staff_number="O-1")
    client = browser.sign_in(narrow)
    send(client, f"{HEAD}{outside.staff_number},,{MODULE},2024-05-31,\n")
    work(browser)
    assert "With a problem (1)" in client.get(sent(session)).text


def test_the_template_is_a_file_that_is_taken(browser: Browser, manager: Person) -> None:
    client = browser.sign_in(manager)
    text = client.get("/people/import-history/template.csv").text
    assert "nothing below the first line" in send(client, text).text


def test_nobody_takes_back_completions_of_their_own(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    unit = ada.unit
    other = make_person(session, unit, roles=(Role.MANAGER,), staff_number="M-2")
    client = browser.sign_in(manager)
    send(client, f"{HEAD}M-2,,{MODULE},2024-05-31,\n0042,,{MODULE},2024-05-31,\n")
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    refused = browser.sign_in(other).post(f"{sent(session)}/undo", WHY)
    assert refused.status_code == 403
    assert "somebody else must take the file back" in refused.text
    assert client.post(f"{sent(session)}/undo", WHY).status_code == 302


def test_a_path_that_the_file_completed_goes_with_it(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    publish_module(session, "another")
    publish_path(session)
    client = browser.sign_in(manager)
    lines = (f"0042,,module:{slug},{in_days(-9)},\n" for slug in (MODULE, "another"))
    send(client, HEAD + "".join(lines))
    work(browser)
    client.post(f"{sent(session)}/import", WHY)
    work(browser)
    certificate = session.scalars(sa.select(Certificate)).one()
    assert (certificate.target_slug, certificate.revoked_at) == (PATH, None)
    client.post(f"{sent(session)}/undo", WHY)
    work(browser)
    fresh = {"populate_existing": True}
    completions = session.scalars(sa.select(Completion), execution_options=fresh).all()
    assert len(completions) == 3
    assert all(each.revoked_at for each in completions)
    assert session.scalars(sa.select(Certificate), execution_options=fresh).one().revoked_at
    assert "Taken back (2)" in client.get(sent(session)).text


@pytest.mark.usefixtures("_a_few_at_a_time")
def test_what_stopped_half_way_is_gone_on_with_or_taken_back(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    send(client, HEAD + "".join(f"0042,,{MODULE},{in_days(-n)},\n" for n in range(10, 17)))
    work(browser)
    job = client.post(f"{sent(session)}/import", WHY).location
    assert "So far: 0 of 7 lines." in client.get(sent(session)).text
    for number in (2, 4):
        with browser.app.app_context():
            stops = a_worker(LONG)
            stops.step()
            stops.let_go()
        assert client.post(f"{sent(session)}/undo", WHY).status_code == 409
        client.post(f"{job}/cancel")
        page = client.get(sent(session)).text
        assert "Stopped half-way" in page
        assert f"Take back {number} completions" in page
        if number == 2:
            assert client.post(f"{sent(session)}/go-on").status_code == 302
            assert "Still being carried out" in client.get(sent(session)).text
    client.post(f"{sent(session)}/undo", WHY)
    work(browser)
    page = client.get(sent(session)).text
    assert "Taken back (4)" in page
    assert "Can be imported (3)" in page
    completions = session.scalars(sa.select(Completion)).all()
    assert len(completions) == 4
    assert all(each.revoked_at for each in completions)


def test_many_problems_are_summed_up(
    session: Session, browser: Browser, manager: Person, ada: Person
) -> None:
    client = browser.sign_in(manager)
    wrong = "".join(f"nobody-{n},,{MODULE},2024-05-31,\n" for n in range(9))
    send(client, f"{HEAD}{wrong}0042,,{MODULE},5/6/2024,\n")
    work(browser)
    page = client.get(sent(session)).text
    assert "What is wrong, the commonest first" in page
    summary = page.split("What is wrong, the commonest first")[1].split("</table>")[0]
    assert "nobody-0" in summary
    assert "(line 2)" in summary
    assert "nobody-1" not in summary
    assert "can be read in two ways" in summary
