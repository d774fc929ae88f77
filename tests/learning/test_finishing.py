"""What happens when the last thing that was missing is done."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Progress
from coursesite.audit.services import SITE
from coursesite.certificates.models import Certificate
from coursesite.content.queries import get_module
from coursesite.learning.services import Learner, finish_module
from coursesite.people.models import Person
from coursesite.people.rules import Audience
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import TargetKind
from tests.browser import Browser, Client
from tests.learning.makers import (
    a_module,
    a_path,
    publish_course,
    publish_module,
    publish_path,
    publish_quiz,
)
from tests.learning.requirements import open_period, require
from tests.learning.stories import confirm, finish, pass_quiz, read_everything
from tests.makers import make_person


@pytest.fixture
def learner(session: Session) -> Person:
    publish_course(session)
    return make_person(session)


@pytest.fixture
def client(browser: Browser, learner: Person) -> Client:
    return browser.sign_in(learner)


def completions(session: Session) -> dict[tuple[str, str, int], Completion]:
    return {
        (each.target_kind, each.target_slug, each.number): each
        for each in session.scalars(sa.select(Completion))
    }


def test_a_module_and_its_path_are_completed(session: Session, client: Client) -> None:
    finish(session, client)
    found = completions(session)
    assert set(found) == {("module", "the-door", 1), ("path", "prison", 1)}
    module = found["module", "the-door", 1]
    assert set(module.evidence["lessons"]) == {"at-the-door", "afterwards"}
    assert module.evidence["attempt_id"] == module.attempt_id
    assert len(module.evidence["quiz_revision"]) == 64
    round = session.scalars(sa.select(ModuleRound)).one()
    assert module.completed_at == round.attested_at == round.completed_at
    assert found["path", "prison", 1].evidence == {"completions": [module.id]}
    certificates = {each.target_kind: each for each in session.scalars(sa.select(Certificate))}
    assert certificates[TargetKind.MODULE].valid_until is None
    assert certificates[TargetKind.PATH].valid_until is not None
    assert certificates[TargetKind.PATH].payload["title"] == "Children in prisons"
    assert certificates[TargetKind.PATH].payload["minutes"] == 12
    assert "Completed on" in client.get("/modules/the-door").text
    assert "The path for prisons" in client.get("/learn").text


def test_the_order_does_not_matter_but_the_attestation_comes_last(
    session: Session, client: Client
) -> None:
    client.get("/learn")
    early = client.post("/modules/the-door/attestation", {"accepted": "y"})
    assert early.status_code == 409
    pass_quiz(session, client)
    read_everything(client)
    assert completions(session) == {}
    assert "I have worked through this module myself." in client.get("/modules/the-door").text
    empty = client.post("/modules/the-door/attestation")
    assert empty.status_code == 422
    assert "Tick the box" in empty.text
    confirm(client)
    assert len(completions(session)) == 2


def test_finishing_again_changes_nothing(session: Session, client: Client) -> None:
    finish(session, client)
    before = completions(session)
    finish(session, client)
    assert completions(session) == before
    assert session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 2


def test_being_told_twice_records_once(session: Session, client: Client, learner: Person) -> None:
    finish(session, client)
    me = Learner(learner.id, learner.organisation_id, learner.audience, "UTC", "en", "The site")
    shown = get_module(session, "the-door", "en")
    assert finish_module(session, me, shown, SITE) is None
    assert len(completions(session)) == 2


def test_a_new_revision_takes_nothing_away(session: Session, client: Client) -> None:
    finish(session, client)
    third = a_module().lessons[1]
    lessons = (*a_module().lessons, type(third)("new", "New", 3, ("<p>New.</p>",)))
    publish_module(session, a_module(lessons=lessons, title="The door, revised"))
    assert "Completed on" in client.get("/modules/the-door").text
    assert len(completions(session)) == 2


def test_a_lesson_added_on_the_way_is_still_to_be_read(session: Session, client: Client) -> None:
    read_everything(client)
    pass_quiz(session, client)
    third = a_module().lessons[1]
    lessons = (*a_module().lessons, type(third)("new", "New", 3, ("<p>New.</p>",)))
    publish_module(session, a_module(lessons=lessons, title="The door, revised"))
    client.post("/modules/the-door/attestation", {"accepted": "y"})
    assert completions(session) == {}
    assert "1 lesson (about 3 minutes)" in client.get("/modules/the-door").text


def test_a_path_of_another_audience_is_completed_only_when_required(
    session: Session, browser: Browser, learner: Person
) -> None:
    judge = make_person(session, audience=Audience.JUDGES)
    finish(session, browser.sign_in(judge))
    assert set(completions(session)) == {("module", "the-door", 1)}
    other = make_person(session, audience=Audience.JUDGES)
    requirement = require(session, other, TargetKind.PATH, "prison")
    finish(session, browser.sign_in(other))
    assert ("path", "prison", 1) in completions(session)
    session.refresh(requirement)
    assert requirement.progress is Progress.COMPLETED
    assert requirement.valid_until is not None


def test_a_path_waits_for_its_other_modules(session: Session, client: Client) -> None:
    publish_module(session, a_module("the-call"))
    publish_quiz(session, "the-call")
    publish_path(session, a_path(modules=("the-door", "the-call")))
    finish(session, client)
    assert ("path", "prison", 1) not in completions(session)
    assert "1 of 2 steps complete" in client.get("/paths/prison").text
    finish(session, client, "the-call")
    path = completions(session)["path", "prison", 1]
    assert len(path.evidence["completions"]) == 2


def test_the_first_lesson_starts_what_is_required(
    session: Session, client: Client, learner: Person
) -> None:
    path = require(session, learner, TargetKind.PATH, "prison")
    module = require(session, learner, TargetKind.MODULE, "the-door")
    page = client.get("/learn").text
    assert "Required of you" in page
    assert "Due in 30 days" in page
    client.post("/modules/the-door/at-the-door/read")
    session.refresh(path)
    session.refresh(module)
    assert path.progress is module.progress is Progress.IN_PROGRESS


def test_a_renewal_is_a_round_of_its_own(session: Session, client: Client, learner: Person) -> None:
    requirement = require(session, learner, TargetKind.PATH, "prison")
    finish(session, client)
    assert client.post("/modules/the-door/rounds").status_code == 409
    for row in (*completions(session).values(), *session.scalars(sa.select(ModuleRound))):
        row.completed_at = clock.now() - timedelta(days=350)
    session.refresh(requirement)
    requirement.progress = Progress.NOT_STARTED
    open_period(session, requirement, number=2)
    assert "Read it again" in client.get("/learn").text
    assert "Begin the renewal" in client.get("/modules/the-door").text
    client.post("/modules/the-door/rounds")
    assert "0 of 2 lessons read" in client.get("/modules/the-door").text
    finish(session, client)
    numbers = {(kind, number) for kind, _slug, number in completions(session)}
    assert numbers == {("module", 1), ("path", 1), ("module", 2), ("path", 2)}
    page = client.get("/record").text
    assert "Renewed since" in page
    assert "cycle 2" in page


def test_what_was_learned_long_before_it_was_required_can_be_done_again(
    session: Session, client: Client, learner: Person
) -> None:
    finish(session, client)
    for row in (*completions(session).values(), *session.scalars(sa.select(ModuleRound))):
        row.completed_at = clock.now() - timedelta(days=2000)
    require(session, learner, TargetKind.PATH, "prison")
    assert "0 of 2 steps complete" in client.get("/paths/prison").text
    client.post("/modules/the-door/rounds")
    finish(session, client)
    assert ("path", "prison", 2) in completions(session)


def test_a_module_that_counts_already_is_not_asked_for_again(
    session: Session, client: Client, learner: Person
) -> None:
    publish_module(session, a_module("the-call"))
    publish_path(session, a_path(modules=("the-door", "the-call")))
    finish(session, client)
    for row in (*completions(session).values(), *session.scalars(sa.select(ModuleRound))):
        row.completed_at = clock.now() - timedelta(days=20)
    require(session, learner, TargetKind.PATH, "prison")
    assert client.post("/modules/the-door/rounds").status_code == 409
    assert "/modules/the-call/at-the-door" in client.get("/learn").text
