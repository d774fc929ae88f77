"""A language is added beside the original, and follows it: what learners read is never half."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.services import assign, completed
from coursesite.audit.models import Event
from coursesite.audit.services import SITE
from coursesite.authoring.models import Draft
from coursesite.authoring.services import FOLLOW
from coursesite.content.library import read_glossary
from coursesite.content.queries import MODULES
from coursesite.content.rules import terms_to_json
from coursesite.jobs.models import Job
from coursesite.jobs.services import run_next
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role
from coursesite.quizzes.queries import QUIZZES
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.queries import publications_of
from coursesite.revisions.rules import Change, Kind, short
from coursesite.revisions.services import NewRevision
from coursesite.revisions.services import publish as publish_text
from coursesite.schedule import HANDLERS
from tests.assignments.makers import acting, complete, make_plan
from tests.authoring.courses import MODULE, QUIZ, SETTINGS
from tests.authoring.test_desk import (
    EDIT,
    QUESTIONS,
    form_of,
    hidden,
    keepers,
)
from tests.authoring.test_publishing import checked, pia, publisher
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["keepers", "pia", "publisher"]

LANGUAGES = "/authoring/modules/at-the-door/translations"
SPANISH = "/authoring/modules/at-the-door/es"
TRANSLATE = f"{SPANISH}/translate"
PREGUNTAS = "/authoring/quizzes/at-the-door/es/translate"
LESSON = "/modules/at-the-door/first-two-minutes"

WORDS = {
    "At the door": "En la puerta",
    "What a child sees.": "Lo que ve un niño.",
    "Name who is at home": "Decir quién está en casa",
    "Say what happens": "Decir lo que pasa",
    "Ask before you go": "Preguntar antes de irse",
    "The first two minutes": "Los dos primeros minutos",
    "Many children are at home [@A01].": "Muchos niños están en casa [@A01].",
    "Ask **who** is at home.": "Pregunte **quién** está en casa.",
    "To take along": "Para llevar",
    "Ask who is at home": "Preguntar quién está en casa",
}


def shown(page: str) -> dict[str, str]:
    """The names of the fields by the words of the original beside them."""
    found = re.findall(r'id="words-(\d+)-original"[^>]*>(.*?)</div>', page, re.S)
    return {re.sub(r"<[^>]*>", "", unescape(words)): f"words-{number}" for number, words in found}


def translation_form(client: Client, url: str, words: dict[str, str]) -> dict[str, str]:
    """The page's form with these translations typed in, by the words of the original."""
    page = client.get(url).text
    fields = shown(page)
    boxes = {
        name: unescape(text)
        for name, text in re.findall(
            r'<textarea[^>]*name="(words-\d+)"[^>]*>\n(.*?)</textarea>', page, re.S
        )
    }
    typed = {fields[original]: each for original, each in words.items() if original in fields}
    names = ("seen", "live", "part", "original")
    return {**boxes, **typed, **{name: hidden(page, name) for name in names}}


def begin(client: Client, language: str = "es") -> None:
    assert client.post(LANGUAGES, {"language": language}).status_code == 302


def translate(client: Client, words: dict[str, str], url: str = TRANSLATE) -> None:
    """Translate these words on whatever page they stand."""
    for part in re.findall(r'translate\?part=([^"]+)"', client.get(url).text) or [""]:
        here = f"{url}?part={part}" if part else url
        answer = client.post(url, translation_form(client, here, words))
        assert answer.status_code == 302, answer.text


def publish(client: Client, url: str = SPANISH, change: str = "editorial", note: str = "") -> None:
    form = checked(client, f"{url}/publish", change=change, note=note)
    answer = client.post(f"{url}/publish", form)
    assert answer.status_code == 302, answer.text


def change_original(client: Client, text: str, change: str = "minor") -> None:
    client.post(EDIT, form_of(client, source=text))
    publish(client, EDIT, change, note="The law changed.")


def live(session: Session, language: str = "es", kind: Kind = Kind.MODULE) -> Revision:
    session.expire_all()
    return session.scalars(
        sa.select(Revision)
        .join(LiveRevision, LiveRevision.revision_id == Revision.id)
        .where(Revision.kind == kind, Revision.language == language)
    ).one()


def test_a_language_is_added_and_learners_see_none_of_it(session: Session, pia: Client) -> None:
    begin(pia)

    page = pia.get(TRANSLATE).text
    assert "Not translated" in page
    assert hidden(page, "part") == "front"
    assert session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 2
    assert "Yours, saved" in pia.get(PREGUNTAS).text
    assert "es" not in {row.language for row in session.scalars(sa.select(LiveRevision))}


def test_a_translation_has_the_settings_of_its_original(session: Session, pia: Client) -> None:
    begin(pia)

    assert pia.get(f"{SPANISH}/settings").location == TRANSLATE
    assert pia.post(f"{SPANISH}/settings", {"minutes": "1"}).status_code == 404
    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.MODULE)).one()
    assert draft.files["module.yaml"] == SETTINGS


@pytest.mark.parametrize("language", ["", "en", "x", "Español", "../es", "es;"])
def test_what_is_no_other_language_is_told_at_its_field(pia: Client, language: str) -> None:
    answer = pia.post(LANGUAGES, {"language": language})

    assert answer.status_code == 422
    assert 'id="language-error"' in answer.text


def test_words_are_translated_and_the_frame_stays(session: Session, pia: Client) -> None:
    begin(pia)

    translate(pia, WORDS)

    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.MODULE)).one()
    text = draft.files["es.md"]
    assert "/// key\nPregunte **quién** está en casa.\n///" in text
    assert "# Los dos primeros minutos {#first-two-minutes}" in text
    assert "title: En la puerta\n" in text
    assert "{id: card}" in text
    assert draft.files["module.yaml"] == SETTINGS
    record = draft.files["es.from.yaml"]
    assert live(session, "en").digest in record
    assert len(re.findall("words:", record)) == len(WORDS)


def test_a_translation_is_published_and_read(
    session: Session, pia: Client, browser: Browser, keepers: Unit
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    learner = browser.sign_in(make_person(session, keepers, language="es"))

    page = learner.get(LESSON).text

    assert "Muchos niños están en casa" in page
    assert '<article class="prose" lang="es" dir="ltr">' in page
    assert "This is a translation" not in page  # nothing of it is missing or out of date
    assert live(session).title == "En la puerta"


def test_what_is_not_translated_stands_there_in_the_original_and_says_so(
    session: Session, pia: Client, browser: Browser, keepers: Unit
) -> None:
    begin(pia)
    translate(pia, {"At the door": "En la puerta"})
    publish(pia)
    learner = browser.sign_in(make_person(session, keepers, language="es"))

    page = learner.get(LESSON).text

    assert '<p class="original" lang="en" dir="ltr">Many children are at home' in page
    assert '<h1 lang="en" dir="ltr">' not in page  # the page itself is in English
    assert "passages are not translated yet" in page
    assert "En la puerta" in learner.get("/modules/at-the-door").text


def test_a_change_of_the_original_is_followed_and_marked(
    session: Session, pia: Client, browser: Browser, keepers: Unit
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    first = live(session)

    change_original(
        pia,
        MODULE.replace("Many children are", "Most children are").replace(
            "/// key", "Take your time.\n\n/// key"
        ),
    )

    followed = live(session)
    assert followed.id != first.id
    assert live(session, "en").digest in followed.files["es.from.yaml"]
    learner = browser.sign_in(make_person(session, keepers, language="es"))
    page = learner.get(LESSON).text
    assert "Muchos niños están en casa" in page
    assert 'href="#changed-1"' in page
    assert "This passage changed in the original on" in page
    assert "<p>Most children are at home" in page
    assert '<p class="original" lang="en" dir="ltr">Take your time.</p>' in page
    assert "Pregunte <strong>quién</strong>" in page


def test_the_translator_sees_what_the_original_says_otherwise(pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    change_original(pia, MODULE.replace("Many children are", "Most children are"))

    page = pia.get(f"{TRANSLATE}?part=first-two-minutes").text

    assert "Changed in the original on" in page
    assert re.search(r"<del>.*?Many</del><ins>.*?Most</ins> children are at home", page, re.S)
    assert "Muchos niños están en casa" in page
    assert "It is still right" in page


@pytest.mark.parametrize("still_right", [True, False], ids=["still right", "translated anew"])
def test_what_is_out_of_date_is_brought_up_to_date(
    session: Session, pia: Client, still_right: bool
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    change_original(pia, MODULE.replace("Many children are", "Most children are"))
    url = f"{TRANSLATE}?part=first-two-minutes"
    page = pia.get(url).text
    number = re.search(r'name="right-(\d+)"', page)
    assert number
    form = translation_form(pia, url, {})
    if still_right:
        form[f"right-{number[1]}"] = "y"
    else:
        form[f"words-{number[1]}"] = "La mayoría de los niños está en casa [@A01]."

    pia.post(TRANSLATE, form)
    publish(pia)

    translation = MODULES.get(session, live(session).id).text.translation
    assert translation
    assert not translation.changed


def test_an_unchanged_save_leaves_out_of_date_what_is(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    change_original(pia, MODULE.replace("Many children are", "Most children are"))

    translate(pia, {})

    assert "Changed in the original on" in pia.get(f"{TRANSLATE}?part=first-two-minutes").text


def test_words_that_are_taken_out_are_missing_again(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)

    translate(pia, {"Many children are at home [@A01].": "  "})

    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.MODULE)).one()
    assert "\nMany children are at home [@A01].\n" in draft.files["es.md"]


def test_signs_among_the_words_make_no_blocks(session: Session, pia: Client) -> None:
    begin(pia)

    translate(pia, {"Ask **who** is at home.": "# ///\n\n/// key\n- [ ] <script>alert(1)</script>"})

    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.MODULE)).one()
    assert draft.files["es.md"].count("\n///\n") == MODULE.count("\n///\n")
    publish(pia)
    page = pia.get(f"{SPANISH}/history").text
    assert "<script>alert" not in page


def test_what_got_lost_on_the_way_stands_in_the_way(pia: Client) -> None:
    begin(pia)
    translate(pia, {**WORDS, "Many children are at home [@A01].": "Hay muchos niños."})

    page = pia.get(f"{TRANSLATE}?part=first-two-minutes").text
    assert "the original cites [@A01] here: put it back" in unescape(page)
    assert "the original cites [@A01] here" in unescape(pia.get(f"{SPANISH}/publish").text)
    assert "Errors stand in the way" in pia.get(f"{SPANISH}/publish").text


def test_questions_keep_their_ids_and_their_key(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    translate(pia, {"What comes first, 1?": "¿Qué va primero, 1?"}, PREGUNTAS)
    publish(pia, "/authoring/quizzes/at-the-door/es")

    quizzes = [
        QUIZZES.get(session, live(session, language, Kind.QUIZ).id).text
        for language in ("en", "es")
    ]

    keys = [[(each.id, each.key(), each.objective) for each in quiz.questions] for quiz in quizzes]
    assert keys[0] == keys[1]
    asked = quizzes[1].questions[0]
    assert asked.html == "<p>¿Qué va primero, 1?</p>"
    assert 'lang="en"' in quizzes[1].questions[1].html


def test_a_question_that_changed_is_asked_in_the_originals_words(
    session: Session, pia: Client
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    translate(pia, {"What comes first, 1?": "¿Qué va primero, 1?"}, PREGUNTAS)
    publish(pia, "/authoring/quizzes/at-the-door/es")

    pia.post(QUESTIONS, form_of(pia, QUESTIONS, source=QUIZ.replace("first, 1?", "last, 1?")))
    publish(pia, QUESTIONS, "minor")

    revision = live(session, "es", Kind.QUIZ)
    assert "¿Qué va primero, 1?" in revision.files["at-the-door.es.yaml"]
    question = QUIZZES.get(session, revision.id).text.questions[0]
    assert question.html == (
        '<p><span class="original" lang="en" dir="ltr">What comes last, 1?</span></p>'
    )


def test_a_change_that_must_be_learned_is_asked_of_all_languages(
    session: Session, pia: Client
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)

    change_original(pia, MODULE.replace("Many", "Most"), "major")

    session.expire_all()
    rows = session.scalars(sa.select(Publication).order_by(Publication.id.desc()).limit(2)).all()
    assert [(row.language, row.change, row.renew_days, row.note) for row in rows] == [
        ("es", Change.MAJOR, 30, "The law changed."),
        ("en", Change.MAJOR, 30, "The law changed."),
    ]
    asked = session.scalars(sa.select(Job).where(Job.kind == "text-changed")).all()
    assert {each.payload["publication_id"] for each in asked} == {row.id for row in rows}


def test_a_translation_that_cannot_follow_stays_and_that_is_on_record(
    session: Session, pia: Client
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    good = live(session)
    files = {**good.files, "es.md": good.files["es.md"] + "\nUn párrafo más.\n"}
    odd = NewRevision(Kind.MODULE, "at-the-door", "es", good.title, files, good.rendered)
    publish_text(session, odd, SITE, change=Change.MINOR)
    session.commit()

    change_original(pia, MODULE.replace("Many", "Most"), "major")

    assert "Most children" in live(session, "en").files["en.md"]
    assert live(session).files == files
    event = session.scalars(sa.select(Event).where(Event.kind == "translation-left-behind")).one()
    assert (event.subject_id, event.after) == ("at-the-door", {"language": "es"})


def test_several_translations_follow_in_the_background_and_none_asks_less(
    session: Session, pia: Client, browser: Browser
) -> None:
    """A minor change that is published before a major one was followed hides it from nobody."""
    languages = ("es", "fr", "de")
    for language in languages:
        begin(pia, language)
        there = f"/authoring/modules/at-the-door/{language}"
        translate(pia, WORDS, f"{there}/translate")
        publish(pia, there)
    first = {language: live(session, language).id for language in languages}

    change_original(pia, MODULE.replace("Many", "Most"), "major")
    change_original(pia, MODULE.replace("Many", "Nearly all"), "minor")

    assert {language: live(session, language).id for language in languages} == first
    assert pia.get(LESSON).status_code == 200
    waiting = session.scalars(sa.select(Job.id).where(Job.kind == FOLLOW)).all()
    assert len(waiting) == 2 * len(languages)
    session.execute(sa.update(Job).where(Job.kind != FOLLOW).values(done_at=clock.now()))
    with browser.app.app_context():
        while run_next(session, HANDLERS):
            pass
    original = live(session, "en")
    for language in languages:
        followed = live(session, language)
        assert original.digest in followed.files[f"{language}.from.yaml"]
        history = publications_of(session, Kind.MODULE, "at-the-door", language)
        assert [each.change for each, _revision in history] == [Change.MAJOR, Change.FIRST]


def test_a_translation_of_its_own_asks_nobody_again(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    translate(pia, {"At the door": "Ante la puerta"})

    page = pia.get(f"{SPANISH}/publish").text
    assert re.search(r'value="editorial"[^>]* checked', page)
    publish(pia)

    session.expire_all()
    last = session.scalars(sa.select(Publication).order_by(Publication.id.desc()).limit(1)).one()
    assert (last.language, last.change, last.renew_days) == ("es", Change.EDITORIAL, None)


def test_a_draft_of_an_older_original_is_brought_into_step(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    change_original(pia, MODULE.replace("/// key", "Take your time.\n\n/// key"))

    page = pia.get(f"{TRANSLATE}?part=first-two-minutes").text
    assert "Take your time." in page
    publish(pia)

    assert "Take your time." in live(session).files["es.md"]
    assert live(session, "en").digest in live(session).files["es.from.yaml"]


def test_words_that_were_typed_beside_an_older_original_are_kept(
    session: Session, pia: Client
) -> None:
    begin(pia)
    url = f"{TRANSLATE}?part=first-two-minutes"
    form = translation_form(pia, url, WORDS)
    change_original(pia, MODULE.replace("Many children", "Most children"))

    assert pia.post(TRANSLATE, form).status_code == 302

    page = pia.get(url).text
    assert "Muchos niños están en casa" in page
    assert "Changed in the original on" in page


def test_a_script_saves_while_its_translator_writes(session: Session, pia: Client) -> None:
    begin(pia)
    form = translation_form(pia, TRANSLATE, WORDS)

    answer = pia.post(TRANSLATE, form, headers={"Sec-Fetch-Mode": "cors"})

    assert answer.get_json() == {"seen": "2", "meanwhile": ""}
    late = pia.post(TRANSLATE, {**form, "words-0": "Otra"}, headers={"Sec-Fetch-Mode": "cors"})
    assert late.status_code == 409
    assert "Otra" in pia.post(TRANSLATE, {**form, "words-0": "Otra"}).text


def test_a_text_that_is_built_otherwise_is_refused_with_its_line(pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    form = form_of(pia, SPANISH)
    assert "settings" not in form

    pia.post(SPANISH, {**form, "source": form["source"].replace("/// key", "/// case | Uno")})

    assert "this is not built like en.md" in unescape(pia.get(SPANISH).text)
    assert pia.get(TRANSLATE).status_code == 409


def test_the_overview_tells_how_far_each_language_is(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    change_original(pia, MODULE.replace("Many children are", "Most children are"))
    translate(pia, {"At the door": "Ante la puerta"})

    page = pia.get(LANGUAGES).text

    assert "Spanish" in page
    assert "1 passage is out of date" in page
    assert "% of the words are up to date" in page
    assert "Pia" in page


def test_the_page_of_many_passages_asks_as_much_as_that_of_few(
    session: Session, pia: Client
) -> None:
    begin(pia)
    counts: list[int] = []
    for text in (MODULE, MODULE.replace("/// key", "A.\n\nB [@A01].\n\nC.\n\n/// key")):
        if counts:
            change_original(pia, text)
        session.expire_all()
        with Queries(session.connection()) as queries:
            pia.get(f"{TRANSLATE}?part=first-two-minutes")
        counts.append(len(queries))

    assert counts[1] <= counts[0] + 1  # the older revision of the original
    assert counts[0] <= 10


def test_others_are_refused(session: Session, pia: Client, browser: Browser) -> None:
    begin(pia)
    elsewhere = make_unit(session, make_organisation(session))
    stranger = browser.sign_in(make_person(session, elsewhere, roles=(Role.AUTHOR,)))

    for path in (LANGUAGES, TRANSLATE, PREGUNTAS):
        assert stranger.get(path).status_code in {403, 404}
    assert stranger.post(LANGUAGES, {"language": "fr"}).status_code in {403, 404}
    assert stranger.post(TRANSLATE, {"words-0": "x", "original": "0" * 12}).status_code in {
        403,
        404,
    }


@pytest.mark.parametrize(
    "path",
    [f"{EDIT}/translate", "/authoring/modules/no-such/translations", f"{SPANISH}x/translate"],
)
def test_what_is_nowhere_is_not_found(pia: Client, path: str) -> None:
    assert pia.get(path).status_code == 404


@pytest.mark.parametrize("original", ["", "0" * 12, "x"])
def test_a_revision_that_a_form_invents_is_not_found(pia: Client, original: str) -> None:
    begin(pia)

    form = {**translation_form(pia, TRANSLATE, WORDS), "original": original}

    assert pia.post(TRANSLATE, form).status_code == 404


GLOSSARY = """\
terms:
  - {term: child, definition: Anyone under 18.}
  - {term: front door, definition: Where people come in., linked: false}
"""
GLOSARIO = """\
terms:
  - {term: niño, definition: Menor de 18 años., also: [niños], of: child}
"""


@pytest.fixture
def terms(session: Session) -> None:
    """Glossaries in both languages; one term is not translated."""
    for language, text in (("en", GLOSSARY), ("es", GLOSARIO)):
        read = read_glossary(text, "glossary.yaml", citable=frozenset())
        assert not read.problems
        new = NewRevision(
            Kind.GLOSSARY, "glossary", language, "Glossary", {}, terms_to_json(read.terms)
        )
        publish_text(session, new, SITE, change=Change.MINOR)
    session.commit()


@pytest.mark.usefixtures("terms")
def test_terms_of_the_glossary_are_suggested_and_missed(pia: Client) -> None:
    change_original(pia, MODULE.replace("Many children are", "At the front door, children are"))
    begin(pia)
    words = "At the front door, children are at home [@A01]."
    url = f"{TRANSLATE}?part=first-two-minutes"

    page = unescape(pia.get(url).text)
    assert '<dt lang="en">child</dt><dd lang="es" dir="auto">niño</dd>' in page
    assert '<dt lang="en">front door</dt><dd lang="en">Where people come in.</dd>' in page
    assert "The glossary calls it" not in page

    translate(pia, {words: "En la puerta hay menores [@A01]."})
    assert "The glossary calls it “niño”" in pia.get(url).text
    translate(pia, {words: "En la puerta hay niños [@A01]."})
    assert "The glossary calls it" not in pia.get(url).text


def test_the_effect_of_a_change_counts_all_languages(
    session: Session, pia: Client, publisher: Person, keepers: Unit
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    pia.post(EDIT, form_of(pia, source=MODULE.replace("Many", "Most")))
    people = [make_person(session, keepers) for _ in range(3)]
    assign(session, make_plan(keepers, slug="at-the-door"), acting(publisher))
    for person, language in zip(people, ("en", "es", "de"), strict=True):
        slug, read = "at-the-door", {"language": language}
        completed(session, complete(session, person, days_ago=5, slug=slug, **read))
    session.commit()

    page = pia.get(f"{EDIT}/publish").text
    alone = pia.get(f"{SPANISH}/publish").text

    assert "Its translations follow within moments, as the same kind of change: Spanish" in page
    asked = re.compile(r'data-label="Asked again">(\d+)<')
    assert asked.findall(page) == ["2", "2"]  # as a major change, and as one for safety
    assert asked.findall(alone) == []  # there is no draft of it


def test_a_revision_in_another_language_is_none_of_this_text(session: Session, pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    name = short(live(session).digest)

    assert pia.get(f"{SPANISH}/history/{name}").status_code == 200
    assert pia.get(f"{EDIT}/history/{name}").status_code == 404
    assert pia.post(f"{EDIT}/history/{name}").status_code == 404


def test_a_draft_of_somebody_who_is_no_author_any_more_is_refused(
    session: Session, pia: Client, publisher: Person
) -> None:
    begin(pia)
    form = translation_form(pia, TRANSLATE, WORDS)
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == publisher.id))
    session.commit()

    assert pia.post(TRANSLATE, form).status_code == 403


@pytest.mark.parametrize("words", ["\x00", "\ue000o\ue001", "\u202eabc", "</textarea><script>"])
def test_odd_characters_are_kept_and_told(pia: Client, words: str) -> None:
    begin(pia)

    translate(pia, {"Many children are at home [@A01].": f"Uno {words} [@A01]"})

    assert "<script>" not in pia.get(f"{TRANSLATE}?part=first-two-minutes").text.split("</head>")[1]
    assert pia.get(SPANISH).status_code == 200
