"""Publishers make drafts live: checked, compared, with their effect known; learners see it next."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.audit.services import SITE, Actor
from coursesite.authoring.models import Draft
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import (
    Decision,
    Seen,
    open_work,
    publish_draft,
    surroundings_of,
)
from coursesite.content.queries import MODULES
from coursesite.content.rules import Module, words_in
from coursesite.errors import Conflict, Invalid
from coursesite.jobs.models import Job
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import Publication
from coursesite.revisions.queries import find_live, publications_of
from coursesite.revisions.rules import Change, Kind, short
from coursesite.revisions.services import NewRevision, publish
from coursesite.revisions.shelf import Shelf
from tests.authoring.courses import MODULE, QUIZ, SETTINGS
from tests.authoring.test_desk import (
    EDIT,
    QUESTIONS,
    form_of,
    hidden,
    keepers,
    plain,
    problems_in,
    publish_small_course,
)
from tests.browser import Browser, Client
from tests.makers import make_person

__all__ = ["keepers"]

PUBLISH = f"{EDIT}/publish"
BETTER = MODULE.replace("Many children", "Most children")


@pytest.fixture
def publisher(session: Session, keepers: Unit) -> Person:
    return make_person(session, keepers, roles=(Role.PUBLISHER,), given_name="Pia")


@pytest.fixture
def pia(session: Session, publisher: Person, browser: Browser, tmp_path: Path) -> Client:
    """Pia is a publisher, and the small course is published."""
    publish_small_course(session, tmp_path)
    return browser.sign_in(publisher)


def checked(client: Client, url: str = PUBLISH, **values: str) -> dict[str, str]:
    """The form of the check page, filled in."""
    page = client.get(url).text
    return {"seen": hidden(page, "seen"), "live": hidden(page, "live"), "change": "minor", **values}


def write(client: Client, text: str = BETTER, url: str = EDIT) -> None:
    assert client.post(url, form_of(client, url, source=text)).status_code == 302


def live_module(session: Session) -> str:
    live = find_live(session, Kind.MODULE, "at-the-door", "en")
    assert live
    return live.files["en.md"]


def test_a_publisher_publishes_and_every_process_shows_it_at_the_next_request(
    session: Session, pia: Client, publisher: Person
) -> None:
    one, another = (Shelf(Kind.MODULE, Module.from_json) for _ in range(2))

    def said(shelf: Shelf[Module]) -> str:
        shown = shelf.find_live(session, "at-the-door", "en")
        assert shown
        return words_in(shown.text.lessons[0].parts)

    assert "Many children" in said(one)
    assert "Many children" in said(another)
    write(pia)
    assert "Many children" in said(one)

    answer = pia.post(PUBLISH, checked(pia, note="Clearer."))

    assert answer.status_code == 302
    session.expire_all()
    assert "Most children" in said(one)
    assert "Most children" in said(another)
    assert "Most children" in pia.get("/modules/at-the-door/first-two-minutes").text
    publication, _revision = publications_of(session, Kind.MODULE, "at-the-door", "en")[0]
    assert (publication.change, publication.note) == (Change.MINOR, "Clearer.")
    assert publication.published_by_id == publisher.id
    event = session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert event
    assert (event.kind, event.actor_id) == ("module-published", publisher.id)
    assert session.scalars(sa.select(Draft)).one().closed_at is not None
    assert "You have no draft of it" in pia.get(EDIT).text


def test_the_check_page_shows_what_changes_and_whom_it_reaches(
    session: Session, pia: Client, publisher: Person
) -> None:
    three_people_learn(session)
    write(pia)

    page = pia.get(PUBLISH).text

    assert "<del>" in page
    assert "Most children are at home" in plain(page)
    rows = [
        f"<dt>{name}</dt><dd>{number}</dd>"
        for name, number in (
            ("Have completed the module", 1),
            ("Are in the middle of it", 2),
            ("Have its quiz open", 1),
        )
    ]
    assert [row for row in rows if row not in page] == []


def three_people_learn(session: Session) -> None:
    """One has completed the module, two are in it, and one of them is answering its quiz."""
    done, begun, answering = (make_person(session) for _ in range(3))
    now = clock.now()
    for person in (done, begun, answering):
        finished = now if person is done else None
        session.add(
            ModuleRound(
                person_id=person.id,
                module_slug="at-the-door",
                started_at=now,
                completed_at=finished,
            )
        )
    session.add(
        Completion(
            person_id=done.id,
            organisation_id=done.organisation_id,
            target_kind=TargetKind.MODULE,
            target_slug="at-the-door",
            language="en",
            means=next(iter(Means)),
            evidence={},
            completed_at=now,
            recorded_at=now,
        )
    )
    quiz = find_live(session, Kind.QUIZ, "at-the-door", "en")
    assert quiz
    session.add(
        Attempt(
            person_id=answering.id,
            organisation_id=answering.organisation_id,
            quiz_slug="at-the-door",
            revision_id=quiz.id,
            number=1,
            state=AttemptState.OPEN,
            seed=1,
            drawn=[],
            pass_mark=80,
            started_at=now,
        )
    )
    session.commit()


def test_open_attempts_stay_with_the_questions_they_began_with(
    session: Session, pia: Client
) -> None:
    three_people_learn(session)
    attempt = session.scalars(sa.select(Attempt)).one()
    before = attempt.revision_id
    write(pia, QUIZ.replace("What comes first", "What comes next"), QUESTIONS)

    answer = pia.post(f"{QUESTIONS}/publish", checked(pia, f"{QUESTIONS}/publish"))

    assert answer.status_code == 302
    session.expire_all()
    live = find_live(session, Kind.QUIZ, "at-the-door", "en")
    assert live
    assert live.id != before
    assert (attempt.revision_id, attempt.state) == (before, AttemptState.OPEN)


def test_errors_stand_in_the_way_and_what_is_live_stays(session: Session, pia: Client) -> None:
    form = form_of(pia)
    pia.post(EDIT, {**form, "source": BETTER})
    seen = checked(pia)
    write(pia, BETTER.replace("[@A01]", "[@Z99]"))

    page = pia.get(PUBLISH).text
    forced = pia.post(PUBLISH, {**seen, "seen": "2"})

    assert "Errors stand in the way" in page
    assert "Z99" in page
    assert forced.status_code == 422
    assert live_module(session) == MODULE


def test_an_author_cannot_publish(
    session: Session, pia: Client, keepers: Unit, browser: Browser
) -> None:
    author = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))
    write(author)

    assert author.get(PUBLISH).status_code == 403
    assert author.post(PUBLISH, checked(pia)).status_code == 403
    assert "publishing" not in author.get(EDIT).text
    assert live_module(session) == MODULE


@pytest.mark.parametrize("change", ["major", "safety"])
def test_a_change_that_people_must_know_of_needs_a_note(
    session: Session, pia: Client, change: str
) -> None:
    write(pia)

    without = pia.post(PUBLISH, checked(pia, change=change, note="  "))
    with_note = pia.post(PUBLISH, checked(pia, change=change, note="The law changed."))

    assert without.status_code == 422
    assert "Say what has changed and why" in without.text
    assert with_note.status_code == 302
    newest = session.scalars(sa.select(Publication).order_by(Publication.id.desc())).first()
    assert newest
    assert newest.change == change


@pytest.mark.parametrize("days", ["0", "-1", "366", "soon"])
def test_days_that_cannot_be_are_told_at_their_field(
    session: Session, pia: Client, days: str
) -> None:
    write(pia)

    answer = pia.post(PUBLISH, checked(pia, change="major", note="A law.", renew_days=days))

    assert answer.status_code == 422
    assert 'id="renew_days-error"' in answer.text
    assert live_module(session) == MODULE


@pytest.mark.parametrize(
    ("change", "days", "kept"),
    [
        ("major", "45", 45),
        ("major", "", 30),
        ("safety", "45", 0),
        ("minor", "45", None),
        ("editorial", "45", None),
    ],
)
def test_only_a_major_change_is_learned_within_the_days_that_were_chosen(
    session: Session, pia: Client, change: str, days: str, kept: int | None
) -> None:
    write(pia)

    pia.post(PUBLISH, checked(pia, change=change, note="A law.", renew_days=days))

    newest, _revision = publications_of(session, Kind.MODULE, "at-the-door", "en")[0]
    assert (newest.change, newest.renew_days) == (change, kept)
    event = session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert event
    assert (event.kind, event.reason) == ("module-published", "A law.")
    assert event.after
    assert (event.after["change"], event.after["renew_days"]) == (change, kept)
    asked = session.scalars(sa.select(Job).where(Job.kind == "text-changed")).all()
    assert len(asked) == (kept is not None)


def test_nobody_publishes_a_major_change_without_a_reason_by_any_way(
    session: Session, pia: Client, publisher: Person
) -> None:
    write(pia)
    text = TextId(Kind.MODULE, "at-the-door", "en")
    work = open_work(session, text, publisher.id)
    around = surroundings_of(session, text, work.files, clock.now().date())

    with pytest.raises(Invalid, match="what has changed and why"):
        publish_draft(
            session,
            work,
            seen=Seen(work.version, work.live_id),
            around=around,
            decision=Decision(Change.MAJOR, "  "),
            actor=Actor(publisher.id, publisher.organisation_id),
        )


@pytest.mark.parametrize(
    ("behind", "why"),
    [
        ((1, 0), "The draft was changed since you looked at it"),
        ((0, 1), "Something else was published since you looked"),
    ],
)
def test_nobody_publishes_what_they_have_not_seen(
    session: Session, pia: Client, publisher: Person, behind: tuple[int, int], why: str
) -> None:
    write(pia)
    text = TextId(Kind.MODULE, "at-the-door", "en")
    work = open_work(session, text, publisher.id)
    with pytest.raises(Conflict, match=why):
        publish_draft(
            session,
            work,
            seen=Seen(work.version - behind[0], (work.live_id or 0) - behind[1]),
            around=surroundings_of(session, text, work.files, clock.now().date()),
            decision=Decision(Change.MINOR, "Words"),
            actor=Actor(publisher.id, publisher.organisation_id),
        )


def test_the_kind_of_change_must_be_chosen(session: Session, pia: Client) -> None:
    write(pia)

    assert pia.post(PUBLISH, checked(pia, change="")).status_code == 422
    assert pia.post(PUBLISH, checked(pia, change="first")).status_code == 422
    assert live_module(session) == MODULE


def publish_elsewhere(session: Session, text: str) -> None:
    files = {"module.yaml": SETTINGS, "en.md": text}
    rendered = MODULES.find_live(session, "at-the-door", "en")
    assert rendered
    new = NewRevision(
        Kind.MODULE, "at-the-door", "en", "At the door", files, rendered.text.to_json()
    )
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()


def test_what_was_published_since_the_draft_began_is_shown_first(
    session: Session, pia: Client
) -> None:
    write(pia)
    publish_elsewhere(session, MODULE.replace("Ask **who**", "Ask **again who**"))

    assert "Something else was published since you began this draft" in pia.get(EDIT).text
    page = pia.get(PUBLISH).text
    assert "again who" in plain(page)
    assert "Publishing this draft replaces it" in page


def test_what_moved_after_the_check_page_was_opened_is_not_overwritten(
    session: Session, pia: Client
) -> None:
    write(pia)
    form = checked(pia)
    publish_elsewhere(session, MODULE.replace("Ask **who**", "Ask **again who**"))

    late = pia.post(PUBLISH, form)

    assert late.status_code == 409
    assert "again who" in live_module(session)
    assert pia.post(PUBLISH, checked(pia)).status_code == 302
    assert live_module(session) == BETTER


def test_a_draft_that_changed_after_the_check_is_not_published(
    session: Session, pia: Client
) -> None:
    write(pia)
    form = checked(pia)
    write(pia, BETTER + "\nOne more sentence.\n")

    assert pia.post(PUBLISH, form).status_code == 409
    assert live_module(session) == MODULE


def test_publishing_twice_publishes_once(session: Session, pia: Client) -> None:
    write(pia)
    form = checked(pia)

    assert [pia.post(PUBLISH, form).status_code for _ in range(2)] == [302, 409]
    assert "There is no draft" in pia.get(PUBLISH).text


def test_saving_after_somebody_published_says_so_and_loses_nothing(
    session: Session, pia: Client, keepers: Unit, browser: Browser
) -> None:
    ada = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))
    write(pia)
    hers = form_of(ada, source=MODULE + "\nHer sentence.\n")
    pia.post(PUBLISH, checked(pia))

    assert ada.post(EDIT, hers).status_code == 302

    page = ada.get(EDIT).text
    assert "Something else was published since you began this draft" in page
    assert f"{EDIT}/join/live" in page
    assert form_of(ada)["source"] == hers["source"]


def test_a_publisher_publishes_the_draft_of_an_author(
    session: Session, pia: Client, keepers: Unit, browser: Browser
) -> None:
    ada = browser.sign_in(
        make_person(session, keepers, roles=(Role.AUTHOR,), given_name="Ada", family_name="Adams")
    )
    write(ada)
    write(pia, MODULE + "\nSomething else.\n")
    hers = session.scalars(sa.select(Draft).order_by(Draft.id)).first()
    assert hers

    page = pia.get(f"{PUBLISH}?draft={hers.id}").text
    form = checked(pia, f"{PUBLISH}?draft={hers.id}", draft=str(hers.id))
    assert "The draft of Ada Adams" in page
    assert pia.post(PUBLISH, form).status_code == 302

    assert live_module(session) == BETTER
    session.expire_all()
    assert hers.closed_at
    assert "Something else was published since you began this draft" in pia.get(EDIT).text


@pytest.mark.parametrize("number", ["999999", "0"])
def test_a_draft_that_is_nowhere_is_not_published(pia: Client, number: str) -> None:
    write(pia)

    assert pia.get(f"{PUBLISH}?draft={number}").status_code == 404
    assert pia.post(PUBLISH, checked(pia, draft=number)).status_code == 404


def test_a_new_module_is_published_for_the_first_time(session: Session, pia: Client) -> None:
    url = pia.post("/authoring/modules/new", {"title": "On time", "slug": "core-9"}).location
    begun = pia.get(url).text
    assert "<h1>On time</h1>" in begun
    assert [line for line, _words in problems_in(begun)] == ["3", "5", "6", "7", "12", "15", "20"]
    text = form_of(pia, url)["source"].replace('summary: ""', "summary: What it is about.")
    for objective in ("One", "Two", "Three"):
        text = text.replace('  - ""', f"  - {objective}", 1)
    write(pia, text, url)
    page = pia.get(f"{url}/publish").text

    answer = pia.post(f"{url}/publish", checked(pia, f"{url}/publish"))

    assert "The whole text is new" in page
    assert 'name="change"' not in page
    assert "No learning path holds it yet" in pia.get(answer.location).text
    assert answer.status_code == 302
    assert pia.get("/modules/core-9").status_code == 200
    newest = session.scalars(sa.select(Publication).order_by(Publication.id.desc())).first()
    assert newest
    assert newest.change is Change.FIRST


def test_the_history_shows_who_and_why_and_goes_back(session: Session, pia: Client) -> None:
    write(pia)
    pia.post(PUBLISH, checked(pia, note="Clearer <b>."))
    (_, new), (_, old) = publications_of(session, Kind.MODULE, "at-the-door", "en")
    names = short(old.digest), short(new.digest)

    page = pia.get(f"{EDIT}/history").text
    difference = pia.get(f"{EDIT}/compare?before={names[0]}&after={names[1]}").text
    source = pia.get(f"{EDIT}/history/{names[0]}").text

    assert "Pia" in page
    assert "Clearer &lt;b&gt;." in page
    assert f"/modules/at-the-door/revisions/{names[0]}" in page
    assert "Many children" in plain(difference)
    assert "Most children" in plain(difference)
    assert "Many children" in source

    back = pia.post(f"{EDIT}/history/{names[0]}")

    assert back.status_code == 302
    assert form_of(pia)["source"] == MODULE
    assert live_module(session) == BETTER


def test_going_back_keeps_the_draft_that_it_replaces(session: Session, pia: Client) -> None:
    ((_, first),) = publications_of(session, Kind.MODULE, "at-the-door", "en")
    write(pia, "a thought")

    pia.post(f"{EDIT}/history/{short(first.digest)}")

    history = pia.get(f"{EDIT}/history").text
    assert "Version 1 of the draft" in history
    assert form_of(pia)["source"] == MODULE


@pytest.mark.parametrize(
    "path", ["/history/000000000000", "/compare?before=1&after=2", "/saved/7", f"/saved/{10**30}"]
)
def test_a_revision_that_is_none_is_not_found(pia: Client, path: str) -> None:
    assert pia.get(EDIT + path).status_code == 404
