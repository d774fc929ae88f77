"""Facts, paths and glossaries have drafts: what they touch is said first, and nothing breaks."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.services import assign, completed
from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.models import Draft
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import (
    Decision,
    Seen,
    open_work,
    publish_course,
    publish_draft,
    surroundings_of,
)
from coursesite.errors import Invalid
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.rules import TargetKind
from coursesite.revisions.queries import find_live, publications_of
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from tests.assignments.makers import acting, complete, make_plan
from tests.authoring.courses import EN_MD, FACTS, MODULE, PATH, QUIZ, lay, small_course
from tests.authoring.test_desk import DAY, form_of, keepers, plain, problems_in
from tests.authoring.test_publishing import checked, publisher
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["keepers", "publisher"]

REGISTER = "/authoring/facts/facts/all"
POLICE = "/authoring/paths/police/all"
WORDS = "/authoring/glossaries/glossary/en"
SECOND = """\
  - id: B02  # the number of the ministry
    statement: Nobody counts them.
    sources: [{title: A report, year: 2024}]
    verification: secondary
"""
GLOSSARY = """\
# In the order of the alphabet.
terms:
  - {term: prison, definition: A place., linked: false}
  - {term: home, definition: Where a child lives.}
"""
ONE_MORE = "content/modules/second/en.md"


@pytest.fixture
def pia(session: Session, publisher: Person, browser: Browser, tmp_path: Path) -> Client:
    """Pia publishes; the course has a second fact, a glossary, and a module outside of paths."""
    small_course(tmp_path)
    bare = MODULE.replace("title: At the door", "title: Second").replace("[@A01]", "")
    lay(
        tmp_path,
        {
            "content/facts.yaml": FACTS + SECOND,
            "content/glossary.en.yaml": GLOSSARY,
            ONE_MORE: bare,
            "content/modules/second/module.yaml": (
                "minutes: 10\naudience: [police]\ncompletion: {lessons: all}\n"
            ),
        },
    )
    push(session, tmp_path)
    return browser.sign_in(publisher)


def push(session: Session, folder: Path) -> None:
    publish_course(session, read_course(folder, DAY), folder, SITE, Change.MINOR)
    session.commit()


def save(client: Client, url: str, text: str) -> str:
    """Save this text as one's draft; the editor's page then."""
    assert client.post(url, form_of(client, url, source=text)).status_code == 302
    return client.get(url).text


def publish(client: Client, url: str, **values: str) -> int:
    """Send what the page of publishing asks for, also where it has no form."""
    form = form_of(client, url)
    decision = {"seen": form["seen"], "live": form["live"], "change": "minor", **values}
    return client.post(f"{url}/publish", decision).status_code


def live(session: Session, kind: Kind, slug: str, language: str = EVERY_LANGUAGE) -> str:
    session.expire_all()
    found = find_live(session, kind, slug, language)
    assert found
    return next(iter(found.files.values()))


def test_an_author_finds_every_register(pia: Client) -> None:
    page = pia.get("/authoring/registers").text

    for url in (REGISTER, POLICE, WORDS):
        form = "settings" if url == POLICE else "entries"
        assert f'href="{url}/{form}"' in page
        assert pia.get(url).status_code == 200
        assert pia.get(f"{url}/history").status_code == 200
    assert "/authoring/registers" in pia.get("/authoring").text


def test_a_source_is_corrected_on_a_page_and_comments_stay(session: Session, pia: Client) -> None:
    text = (FACTS + SECOND).replace("Our messages", "Our messages of 2026")

    page = save(pia, REGISTER, text)

    assert "Nothing is wrong with this text" in page
    assert "Our messages<ins> of 2026</ins>" in page
    assert "3 places use it" not in page
    assert "4 places use it" in page  # a lesson and three questions
    assert "of 2026" not in live(session, Kind.FACTS, "facts")
    assert publish(pia, REGISTER, note="A new edition.") == 302
    assert live(session, Kind.FACTS, "facts") == text
    publication, _ = publications_of(session, Kind.FACTS, "facts", EVERY_LANGUAGE)[0]
    assert (publication.change, publication.note) == (Change.MINOR, "A new edition.")
    history = pia.get(f"{REGISTER}/history").text
    assert "A new edition." in history
    assert "of 2026" in pia.get("/authoring/facts").text


def test_a_fact_that_is_cited_cannot_go(session: Session, pia: Client) -> None:
    page = save(pia, REGISTER, "facts:\n" + SECOND)

    told = problems_in(page)
    assert [each for each in told if "fact 'A01' is gone" in each[1]]
    assert "module/at-the-door/en, first-two-minutes" in told[0][1]
    assert "and 1 more cite it" in told[0][1]
    assert "'withdrawn'" in told[0][1]
    assert publish(pia, REGISTER) == 422
    assert "A01" in live(session, Kind.FACTS, "facts")


def test_one_that_nothing_cites_can_go(session: Session, pia: Client) -> None:
    page = save(pia, REGISTER, FACTS)

    assert "No published text uses it." in page
    assert publish(pia, REGISTER) == 302
    assert "B02" not in live(session, Kind.FACTS, "facts")


def test_a_fact_can_be_withdrawn_at_once_and_who_cites_it_is_told(
    session: Session, pia: Client
) -> None:
    page = save(pia, REGISTER, FACTS + "    withdrawn: It was a slip.\n" + SECOND)

    told = problems_in(page)
    assert [line for line, words in told if "was withdrawn: It was a slip." in words] == ["2"]
    assert "cannot be published again before the citation is taken out" in told[0][1]
    check = pia.get(f"{REGISTER}/publish").text
    assert "Cannot be cited any more" in check
    assert "At the door" in check
    assert publish(pia, REGISTER, note="A slip.") == 302
    assert pia.get("/modules/at-the-door/first-two-minutes").status_code == 200


def test_a_fact_that_only_a_translated_quiz_cites_cannot_go_either(
    session: Session, pia: Client, tmp_path: Path
) -> None:
    spanish = {
        EN_MD.replace("en.md", "es.md"): MODULE,
        "quizzes/at-the-door.es.yaml": QUIZ.replace("[A01]", "[A01, B02]", 1),
    }
    push(session, lay(tmp_path, spanish))

    page = save(pia, REGISTER, FACTS)

    assert "quiz/at-the-door/es, question-1 cite it" in problems_in(page)[0][1]
    assert publish(pia, REGISTER) == 422


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (FACTS.replace("A01", "\u0410\u004101"), "2", "a capital letter and its number"),
        (FACTS.replace("A01", "A0\uff11"), "2", "a capital letter and its number"),
        (FACTS + FACTS.partition("\n")[2], "6", "'A01' is here twice (first on line 2)"),
        (FACTS.replace("verification: verified", "verification: sure"), "5", "sure"),
        (FACTS.replace("statement", "statment"), "3", "did you mean 'statement'"),
        ("", "1", "there is nothing here"),
        ("facts: &all []\n", "1", "anchors"),
    ],
    ids=["Cyrillic", "wide digit", "twice", "word", "key", "empty", "anchor"],
)
def test_whatever_is_in_the_box_is_kept_and_told(
    session: Session, pia: Client, text: str, line: str, words: str
) -> None:
    page = save(pia, REGISTER, text)

    assert session.scalars(sa.select(Draft)).one().files["facts.yaml"] == text
    told = problems_in(page)
    assert [each for each in told if each[0] == line and words in each[1]], told
    assert "What it changes stands here once no error is left." in page
    assert publish(pia, REGISTER) == 422


def test_words_ask_nobody_to_learn_again(session: Session, pia: Client) -> None:
    save(pia, WORDS, GLOSSARY.replace("lives", "sleeps"))

    page = pia.get(f"{WORDS}/publish").text

    assert 'value="major"' not in page
    assert "renew_days" not in page
    assert publish(pia, WORDS, change="safety", note="Now!") == 422
    assert publish(pia, WORDS, change="editorial") == 302


def test_words_ask_nobody_to_learn_again_by_any_way(
    session: Session, pia: Client, publisher: Person
) -> None:
    save(pia, WORDS, GLOSSARY.replace("lives", "sleeps"))
    draft = session.scalars(sa.select(Draft)).one()
    text = TextId(draft.kind, draft.slug, draft.language)
    work = open_work(session, text, publisher.id)
    with pytest.raises(Invalid, match="asks nobody to learn again"):
        publish_draft(
            session,
            work,
            seen=Seen(work.version, work.live_id),
            around=surroundings_of(session, text, work.files, DAY),
            decision=Decision(Change.SAFETY, "Now!"),
            actor=acting(publisher),
        )


def test_a_path_says_whom_it_touches_before_it_changes(session: Session, pia: Client) -> None:
    unit = make_unit(session, make_organisation(session))
    boss, done, begun = (make_person(session, unit) for _ in range(3))
    plan = make_plan(unit, kind=TargetKind.PATH, slug="police")
    assign(session, plan, acting(boss))
    paths = {"slug": "police", "target_kind": TargetKind.PATH}
    for each in (done, begun):
        complete(session, each, slug="at-the-door", days_ago=3)
    completed(session, complete(session, done, days_ago=3, **paths))
    session.commit()
    text = PATH.replace("[{module: at-the-door}]", "[{module: at-the-door}, {module: second}]")

    save(pia, POLICE, text.replace("valid_months: 12", "valid_months: 24"))

    page = pia.get(f"{POLICE}/publish").text
    assert "<dt>Must do it, and are certified</dt><dd>1</dd>" in page
    assert "<dt>Must do it, and have not completed it</dt><dd>2</dd>" in page
    assert "<dt>Of these, have done all that it asks then</dt><dd>0</dd>" in page
    assert "New in the path" in page
    assert "valid for 24 months" in page
    assert 'value="major"' in page
    assert publish(pia, POLICE, change="major", note="More to know.", renew_days="60") == 302
    assert "second" in live(session, Kind.PATH, "police")


def test_a_path_with_a_module_that_does_not_exist_is_not_published(pia: Client) -> None:
    page = save(pia, POLICE, PATH.replace("at-the-door", "at-the-dor"))

    assert "the module 'at-the-dor' does not exist" in problems_in(page)[0][1]
    assert publish(pia, POLICE) == 422
    assert pia.get("/catalogue/police").status_code == 200


def test_a_glossary_says_where_its_words_stand(session: Session, pia: Client) -> None:
    text = GLOSSARY.replace("Where a child lives.", "Where a child sleeps.")

    page = save(pia, WORDS, text)

    assert "2 places use it" in page
    assert "<del>lives</del><ins>sleeps</ins>" in plain(page)
    assert publish(pia, WORDS) == 302
    assert "Where a child sleeps." in pia.get("/glossary").text
    assert live(session, Kind.GLOSSARY, "glossary", "en") == text


def test_a_word_cannot_cite_what_is_no_fact(pia: Client) -> None:
    page = save(pia, WORDS, GLOSSARY.replace("A place.", "A place., sources: [Z99]"))

    assert problems_in(page) == [("3", "fact 'Z99' cannot be cited")]
    assert publish(pia, WORDS) == 422


@pytest.mark.parametrize(
    ("url", "old"),
    [
        (REGISTER, "Nobody counts them."),
        (WORDS, "Where a child lives."),
        (POLICE, "For the police."),
    ],
)
def test_signs_that_nobody_sees_are_warned_of(pia: Client, url: str, old: str) -> None:
    text = form_of(pia, url)["source"]
    assert old in text
    page = save(pia, url, text.replace(old, f"{old[:3]}\u202e{old[3:]}", 1))

    (told,) = [each for each in problems_in(page) if "invisible sign" in each[1]]
    line = 1 + next(number for number, each in enumerate(text.split("\n")) if old in each)
    assert told[0] == str(line)
    assert publish(pia, url) == 302


def test_a_path_and_a_glossary_begin_as_drafts(session: Session, pia: Client) -> None:
    new = {"title": "Border guards", "slug": "border-guards"}
    path = pia.post("/authoring/registers/paths", new)
    words = pia.post("/authoring/registers/glossaries", {"language": "es"})

    assert path.headers["Location"] == "/authoring/paths/border-guards/all"
    assert words.headers["Location"] == "/authoring/glossaries/glossary/es"
    assert "of: &#34;home&#34;" in pia.get("/authoring/glossaries/glossary/es").text
    assert pia.post("/authoring/registers/paths", new).status_code == 422
    assert pia.post("/authoring/registers/glossaries", {"language": "es"}).status_code == 422
    assert pia.get("/catalogue/border-guards").status_code == 404
    spanish = "terms: [{term: hogar, definition: Donde vive., of: home}]\n"
    save(pia, "/authoring/glossaries/glossary/es", spanish)
    assert publish(pia, "/authoring/glossaries/glossary/es") == 302
    assert live(session, Kind.GLOSSARY, "glossary", "es") == spanish


@pytest.mark.parametrize(
    "url",
    [
        "/authoring/facts/facts/en",
        "/authoring/facts/others/all",
        "/authoring/paths/police/en",
        "/authoring/paths/none/all",
        "/authoring/glossaries/glossary/all",
        "/authoring/glossaries/glossary/fr",
        "/authoring/modules/at-the-door/all",
    ],
)
def test_there_is_nothing_elsewhere(pia: Client, url: str) -> None:
    assert pia.get(url).status_code == 404
    assert pia.post(url, {"source": "facts: []", "seen": "0", "live": ""}).status_code == 404


def test_somebody_else_approves_and_two_publishers_do_not_meet(
    session: Session, pia: Client, keepers: Unit, browser: Browser
) -> None:
    """The second of two publishers is told; whoever lost the role finds nothing."""
    ada = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,), given_name="Ada"))
    save(ada, REGISTER, FACTS + SECOND.replace("Nobody counts", "Nobody has counted"))
    draft = session.scalars(sa.select(Draft)).one()
    assert ada.post(f"{REGISTER}/ask", {"note": "Is it right?"}).status_code == 302
    theirs = f"{REGISTER}/drafts/{draft.id}"
    assert "Is it right?" in pia.get(theirs).text
    seen = checked(pia, f"{REGISTER}/publish?draft={draft.id}", draft=str(draft.id))
    approve = {"seen": seen["seen"], "live": seen["live"], "verdict": "approve"}
    assert pia.post(f"{theirs}/opinion", approve).status_code == 302
    assert pia.post(f"{REGISTER}/publish", seen).status_code == 302
    second = pia.post(f"{REGISTER}/publish", seen)
    assert second.location == f"{REGISTER}/history"
    assert "Nothing was done now" in pia.get(second.location).text
    assert ada.post(f"{REGISTER}/publish", seen).status_code == 403
    stranger = browser.sign_in(make_person(session, roles=(Role.PUBLISHER,)))
    assert stranger.get(REGISTER).status_code == 403


def test_a_register_over_a_new_revision_is_brought_together(
    session: Session, pia: Client, tmp_path: Path
) -> None:
    save(pia, REGISTER, FACTS.replace("Many", "Very many") + SECOND)
    push(session, lay(tmp_path, {"content/facts.yaml": FACTS + SECOND.replace("2024", "2025")}))

    page = pia.get(f"{REGISTER}/publish").text

    assert "Something else was published since this draft was begun" in page
    joined = pia.get(f"{REGISTER}/join/live").text
    assert "2025" in joined


@pytest.mark.parametrize("url", [REGISTER, POLICE, WORDS])
def test_pages_ask_few_questions(session: Session, pia: Client, url: str) -> None:
    text = form_of(pia, url)["source"].replace("Many", "Some") + "# seen\n"
    save(pia, url, text)
    for page in (url, f"{url}/publish", f"{url}/history", "/authoring/registers"):
        pia.get(page)
        with Queries(session.connection()) as queries:
            assert pia.get(page).status_code == 200
        assert len(queries) <= 10, page
