"""A small published course to learn from in tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.content.rules import (
    Check,
    Choice,
    Completion,
    Fact,
    KeyPoint,
    Lesson,
    LocalText,
    Module,
    Option,
    OwnPassage,
    Quality,
    Ref,
    RefKind,
    Reflection,
    Scenario,
    Scene,
    Sheet,
    Source,
    Verification,
)
from coursesite.content.rules.local import field_file, passage_file, slug_of
from coursesite.paths.rules import CertificateTerms, CompleteOn, Path, Step, StepModule
from coursesite.people.models import Organisation
from coursesite.quizzes.rules import Quiz, QuizTerms
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.quizzes.banks import bank

FACT = Fact(
    id="F1",
    statement="Children remember who spoke to them.",
    sources=(Source("A report on visits", "A publisher", 2019, "page 4"),),
    verification=Verification.VERIFIED,
    verified_on=date(2026, 5, 4),
)
CHECK = Check(
    id="who-first",
    question=("<p>What comes first?</p>",),
    options=(
        Option("ask-adults", ("<p>Ask which adults are here.</p>",), True, ("<p>Yes: calm.</p>",)),
        Option("ask-child", ("<p>Ask the child.</p>",), False, ("<p>She is no informant.</p>",)),
    ),
)
TALK = Choice("talk", Quality.GOOD, "c1", "Talk to her.")
SHOUT = Choice("shout", Quality.POOR, "c2", "Shout.")
SCENARIO = Scenario(
    id="morning",
    title="Six o'clock",
    start="door",
    scenes=(
        Scene("door", (TALK, SHOUT)),
        Scene("talk", (Choice("debrief", Quality.GOOD, "c3", "Say goodbye."),)),
        Scene("shout", (Choice("door", None, "c4", "Go back."),)),
    ),
)
FIRST = Lesson(
    id="at-the-door",
    title="At the door",
    minutes=7,
    parts=(
        "<p>A girl of seven opens. Call ",
        Ref(RefKind.FIELD, "duty_phone"),
        ".</p>",
        Ref(RefKind.CHECK, "who-first"),
        Ref(RefKind.LOCAL, "who-decides", "", ("<p>In general the head of the team.</p>",)),
        Ref(RefKind.REFLECT, "last-time", "", ("<p>Think of the last time.</p>",)),
        '<section data-scenario="morning" data-start="door">',
        Ref(RefKind.ROUTE, "morning"),
        "</section>",
    ),
    checks=(CHECK,),
    scenarios=(SCENARIO,),
    reflections=(Reflection("last-time", ("<p>Think of the last time.</p>",)),),
    cited=(FACT,),
)
SECOND = Lesson(id="afterwards", title="Afterwards", minutes=5, parts=("<p>Somebody stays.</p>",))


def a_module(slug: str = "the-door", **values: Any) -> Module:
    """Two lessons, a quiz of four questions of which 80 % must be right, an attestation."""
    made = Module(
        slug=slug,
        language="en",
        title="The door",
        summary="What a child sees when you come in.",
        objectives=("say who you are", "say what happens next"),
        attestation="I have worked through this module myself.",
        further_reading=(),
        minutes=12,
        audience=("prison-officers",),
        completion=Completion(None, QuizTerms(pass_mark=80, draw=4), True),
        sensitive=("distress",),
        review_by=None,
        local_fields=("duty_phone",),
        lessons=(FIRST, SECOND),
        key_points=(KeyPoint("at-the-door", ("<p>Say your name first.</p>",)),),
        checklist=Sheet(
            "aid", "afterwards", "Before you knock", ('<ul><li class="box">Breathe.</li></ul>',)
        ),
        facilitator=Sheet("together", "afterwards", "Together", ("<p>Ask around.</p>",), (FACT,)),
    )
    return replace(made, **values)


def publish_module(session: Session, module: Module) -> None:
    files = {"en.md": str(hash(module)), "title": module.title}
    _publish(
        session, NewRevision(Kind.MODULE, module.slug, "en", module.title, files, module.to_json())
    )


def publish_local(
    session: Session,
    organisation: Organisation,
    fields: dict[str, str],
    passages: dict[str, OwnPassage] | None = None,
    language: str = "en",
) -> None:
    """What an organisation says of itself inside the course."""
    passages = passages or {}
    text = LocalText(organisation.name, language, fields, passages)
    files = {field_file(name): value for name, value in fields.items()}
    files |= {passage_file(name): each.source for name, each in passages.items()}
    slug = slug_of(organisation.id)
    new = NewRevision(Kind.LOCAL, slug, language, organisation.name, files, text.to_json())
    _publish(session, new)


def publish_quiz(session: Session, slug: str = "the-door", key: int = 0) -> Quiz:
    """Eight questions; option number `key` of each is right."""
    quiz = bank(slug, 8, key)
    publish_bank(session, quiz)
    return quiz


def publish_bank(session: Session, quiz: Quiz) -> None:
    files = {"quiz": str(quiz)}
    _publish(session, NewRevision(Kind.QUIZ, quiz.slug, "en", "The door", files, quiz.to_json()))


def a_path(slug: str = "prison", modules: tuple[str, ...] = ("the-door",), **values: Any) -> Path:
    made = Path(
        slug=slug,
        title={"en": "The path for prisons"},
        summary={"en": "From the first day."},
        audience=("prison-officers",),
        steps=tuple(Step((StepModule(each, {"en": f"About {each}"}, 30),)) for each in modules),
        complete_on=CompleteOn.PUBLISHED,
        certificate=CertificateTerms({"en": "Children in prisons"}, 12, "standard"),
    )
    return replace(made, **values)


def publish_path(session: Session, path: Path) -> None:
    files = {"path.yaml": str(hash(str(path)))}
    title = path.title["en"]
    rendered = path.to_json()
    _publish(session, NewRevision(Kind.PATH, path.slug, EVERY_LANGUAGE, title, files, rendered))


def publish_course(session: Session) -> None:
    """One module with its quiz, in one path that also holds a module still in preparation."""
    publish_module(session, a_module())
    publish_quiz(session)
    publish_path(session, a_path(modules=("the-door", "not-written")))


def _publish(session: Session, new: NewRevision) -> None:
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()
