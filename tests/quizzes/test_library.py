"""Reading the question banks that authors write."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.authored import Severity
from coursesite.quizzes.library import ReadQuiz, read_quiz
from coursesite.quizzes.rules import Quiz

PATH = "quizzes/police-2-at-the-door.en.yaml"
BANK = """\
questions:
  - id: first-words
    type: single
    objective: 1
    text: A girl of *seven* opens the door. What comes first?
    options:
      - {text: Ask which grown-ups are at home., correct: true}
      - {text: Ask her where her father is., feedback: She is **no** informant.}
    explanation: It slows the first seconds down.
    sources: [D09, F59]

  - id: who-to-tell
    type: multiple
    objective: 2
    text: Who should know?
    options:
      - {text: The custody officer., correct: true}
      - {text: The carer., correct: true, id: carer}
      - {text: The press.}
    scoring: coverage
    explanation: Both act on it tonight.
    sources: [D09]

  - id: always-harmful
    type: true_false
    objective: 2
    text: Every visit harms a child.
    answer: false
    explanation: It depends on the visit.
    sources: [D09]

  - id: at-the-door
    type: order
    objective: 1
    text: In which order?
    options:
      - {text: Say who you are.}
      - {text: Ask who is at home.}
    explanation: Names first.
    sources: [D09]
    hold: true
"""


TYPES_IN_WORDS = (
    "The types are 'single', 'multiple', 'true_false', 'order', 'match', 'cloze', "
    "'number', 'short_text' or 'case'"
)


def read(text: str, draw: int = 3) -> ReadQuiz:
    """Read a bank for a module with two objectives and two facts."""
    return read_quiz(
        text,
        PATH,
        slug="police-2-at-the-door",
        language="en",
        objectives=2,
        citable={"D09", "F59"},
        draw=draw,
    )


def quiz_of(text: str) -> Quiz:
    """The quiz of a bank without an error."""
    found = read(text)
    assert [str(each) for each in found.problems if each.severity is Severity.ERROR] == []
    assert found.quiz is not None
    return found.quiz


def test_a_bank_is_read_and_rendered_once() -> None:
    quiz = quiz_of(BANK)
    first = quiz.find_question("first-words")

    assert (quiz.slug, quiz.language) == ("police-2-at-the-door", "en")
    assert [each.type for each in quiz.questions] == ["single", "multiple", "true_false", "order"]
    assert first is not None
    assert first.html == "<p>A girl of <em>seven</em> opens the door. What comes first?</p>"
    assert first.right_answer() == ("Ask which grown-ups are at home.",)
    assert first.key() == {"chosen": ["9cac6278"]}
    assert first.feedback({"chosen": [first.show(1).options[0][0]]}) in {
        (),
        ("<p>She is <strong>no</strong> informant.</p>",),
    }
    assert quiz.find_question("gone") is None


def test_a_quiz_comes_back_from_the_store_as_it_was() -> None:
    quiz = quiz_of(BANK)

    assert Quiz.from_json(json.loads(json.dumps(quiz.to_json()))) == quiz


def test_an_options_id_outlives_a_change_of_order() -> None:
    lines = BANK.splitlines()
    lines[6], lines[7] = lines[7], lines[6]

    before, after = (quiz_of(text).questions[0] for text in (BANK, "\n".join(lines)))

    assert before.key() == after.key()


def test_authors_text_can_do_no_harm() -> None:
    text = BANK.replace("The press.", "'<script>alert(1)</script> [x](javascript:alert(1))'")
    stored = json.dumps(quiz_of(text).to_json())

    assert "<script" not in stored
    assert 'href=\\"javascript' not in stored


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("type: single", "type: singel", 3,
         "there is no question type 'singel': did you mean 'single'? "
         f"{TYPES_IN_WORDS}"),
        ("type: single", "type: essay", 3,
         "there is no question type 'essay'. "
         f"{TYPES_IN_WORDS}"),
        ("type: single\n    objective: 1", "type: single\n    objective: 3", 4,
         "there is no objective 3: the module has 1 to 2"),
        ("id: first-words", "id: who-to-tell", 12,
         "question 1 has the id 'who-to-tell' already: give this one its own"),
        ("id: first-words", "id: First words", 2,
         "'id' cannot be 'First words': use small letters, digits and hyphens, "
         "beginning with a letter"),
        ("home., correct: true}", "home.}", 6,
         "none of the options is correct: mark exactly one with 'correct: true', "
         "or make the type 'multiple'"),
        ("feedback: She is **no** informant.", "correct: true", 6,
         "2 of the options are correct: mark exactly one with 'correct: true', "
         "or make the type 'multiple'"),
        ("home., correct: true}", "home., corect: true}", 7,
         "unknown key 'corect': did you mean 'correct'?"),
        ("home., correct: true}", "home., correct: maybe}", 7, "'correct' should be true or false"),
        ("Ask her where her father is.", "Ask which grown-ups are at home.", 8,
         "this option is there twice: give each its own text, or its own id"),
        ("The press.", "' '", 19, "an option needs a text"),
        ("text: The press.", "text: The press., id: carer", 19,
         "this option is there twice: give each its own text, or its own id"),
        ("scoring: coverage", "scoring: coverag", 20,
         "there is no scoring 'coverag': did you mean 'coverage'?"),
        ("type: multiple", "type: single", 20,
         "a 'single' question has no 'scoring'; it has 'options'"),
        ("answer: false", "answer: yes", 28,
         "say whether the statement holds: 'answer: true' or 'answer: false'"),
        ("    answer: false\n", "", 24,
         "say whether the statement holds: 'answer: true' or 'answer: false'"),
        ("answer: false", "options: [{text: a}]\n    answer: false", 28,
         "a 'true_false' question has no 'options'; it has 'answer'"),
        ("{text: Say who you are.}", "{text: Say who you are., correct: true}", 37,
         "in an 'order' question no option is 'correct': list them in their order"),
        ("      - {text: Ask who is at home.}\n", "", 36, "give at least two options"),
        ("[D09, F59]", "[D09, F60]", 10,
         "'F60' is not a fact that may be cited: "
         "correct the id, or set 'hold: true' until the fact is verified"),
        ("[D09, F59]", "\n      - D09\n      - D09", 12, "the source 'D09' is here twice"),
        ("explanation: Names first.", "explanation: ''", 39, "say why the right answer is right"),
        ("text: Who should know?", "text: ' '", 15, "the question needs a text"),
        ("Names first.", "Names first [@D09].", 39,
         "a question cites under 'sources', not in its text"),
        ("text: The press.", "text: 'Ring {{child_protection_phone}}'", 19,
         "local fields are not filled in here: say it in words"),
        ("answer: false\n", "answer: false\n    hold: true\n", 1,
         "3 questions are to be drawn, but only 2 are not on hold"),
        ("sources: [D09, F59]", "hold: true", 1,
         "objective 1 is not tested: give it a question that is not on hold"),
        ("    explanation: Names first.\n", "", 32, "'explanation' is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in BANK

    found = read(BANK.replace(old, new, 1))

    assert found.quiz is None
    assert (line, message) in [(problem.line, problem.message) for problem in found.problems]


def test_all_problems_are_said_at_once_from_top_to_bottom() -> None:
    text = BANK.replace("objective: 1", "objective: 9").replace("sources: [D09]", "sources: [D9]")
    lines = [problem.line for problem in read(text).problems]

    assert len(lines) > 4
    assert lines == sorted(lines)


def test_a_question_on_hold_may_wait_for_its_facts() -> None:
    text = BANK.replace("sources: [D09]\n    hold: true", "sources: [B99]\n    hold: true")

    assert quiz_of(text).questions[3].hold


def test_a_question_without_a_source_is_a_warning() -> None:
    found = read(BANK.replace("    sources: [D09, F59]\n", ""))

    assert found.quiz is not None
    told = [(each.line, each.severity) for each in found.problems if "source" in each.message]
    assert told == [(2, Severity.WARNING)]


@pytest.mark.parametrize("text", ["", "questions:", "questions: []", "- a", "questions: [7]"])
def test_a_bank_without_questions_is_refused(text: str) -> None:
    assert read(text).quiz is None
    assert read(text).problems


@given(old=st.sampled_from(BANK.split()), new=st.text(max_size=20))
def test_any_text_gives_a_quiz_or_problems(old: str, new: str) -> None:
    found = read(BANK.replace(old, new))

    assert (found.quiz is None) == any(
        problem.severity is Severity.ERROR for problem in found.problems
    )


MORE = """\
questions:
  - id: who-does-what
    type: match
    objective: 1
    text: Who does what?
    pairs:
      - {text: A teacher, match: notices.}
      - {text: An officer, match: asks.}
    others: [tells.]
    explanation: Each has a part.
    sources: [D09]

  - id: how-many-days
    type: number
    objective: 2
    text: Within how many days?
    answer: 7
    tolerance: 0.5
    unit: days
    explanation: It is in the rule.
    sources: [D09]

  - id: whose-interests
    type: short_text
    objective: 2
    text: Whose interests come first?
    accept: [the child's, the child]
    explanation: It is in the Convention.
    sources: [D09]

  - id: first-night
    type: cloze
    objective: 1
    text: Record each child's [[what]], and who *[[cares]]* now.
    gaps:
      - {id: what, accept: [age]}
      - {id: cares, accept: [cares], among: [cares, pays]}
    explanation: Three plain facts.
    sources: [D09]
"""


def test_a_bank_of_the_other_types_is_read() -> None:
    types = [each.type for each in quiz_of(MORE).questions]

    assert types == ["match", "number", "short_text", "cloze"]


def test_a_gap_may_stand_in_marked_words() -> None:
    shown = quiz_of(MORE).questions[3].show(seed=1)

    assert [gap.before_html for gap in shown.gaps] == ["<p>Record each child's ", ", and who <em>"]
    assert shown.after_html == "</em> now.</p>"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("      - {text: An officer, match: asks.}\n", "", 6, "give at least two pairs"),
        ("match: asks.", "match: ''", 8, "a pair needs a 'text' and a 'match'"),
        ("An officer", "A teacher", 8, "this entry is there twice: keep one"),
        ("match: asks.}\n    others: [tells.]", "match: notices.}", 6,
         "all entries have the same match: there is nothing to choose"),
        ("[tells.]", "[asks.]", 9, "this option is there already: leave it out"),
        ("[tells.]", "['']", 9, "an option needs a text"),
        ("[tells.]", "['[@D09]']", 9, "a question cites under 'sources', not in its text"),
        ("answer: 7", "answer: a week", 17, "give the right number in digits: 'answer: 72'"),
        ("answer: 7", "answer: true", 17, "give the right number in digits: 'answer: 72'"),
        ("    answer: 7\n", "", 13, "give the right number in digits: 'answer: 72'"),
        ("answer: 7", "answer: 2.125", 17,
         "three decimals look like thousands: use fewer, and a tolerance"),
        ("tolerance: 0.5", "tolerance: -1", 18,
         "the tolerance is how far off still counts: 0 or more"),
        ("accept: [the child's, the child]", "accept: []", 27,
         "list the answers that are right: 'accept: [one, another]'"),
        ("[[what]]", "what", 36, "'[[what]]' should be in the text once, not 0 times"),
        ("*[[cares]]*", "[[cares]] [[cares]]", 37,
         "'[[cares]]' should be in the text once, not 2 times"),
        ("*[[cares]]*", "[x](/[[cares]])", 34,
         "a gap stands among the words, not in a link or an address"),
        ("[[what]]", "[[wat]]", 34, "the gap 'wat' has no entry under 'gaps'"),
        ("[[what]], and who *[[cares]]*", "age", 34,
         "mark each gap in the text like this: [[word]]"),
        ("id: cares", "id: what", 37, "the gap 'what' is here twice"),
        ("[cares, pays]", "[cares]", 37,
         "the list holds every accepted answer and at least one that is not accepted"),
        ("[cares, pays]", "[cares, pays, pays]", 37,
         "each entry of the list needs a text of its own"),
        ("accept: [age]", "accept: []", 36,
         "list the answers that are right: 'accept: [one, another]'"),
        ("the child]", "'...']", 27,
         "an accepted answer has letters or digits, and at most 200 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_other_types(old: str, new: str, line: int, message: str) -> None:
    assert old in MORE

    found = read(MORE.replace(old, new, 1))

    assert found.quiz is None
    assert (line, message) in [(problem.line, problem.message) for problem in found.problems]


def test_a_question_says_to_which_lessons_it_belongs() -> None:
    text = BANK.replace("sources: [D09]", "sources: [D09]\n    lessons: [at-the-door, gone]", 1)

    found = read_quiz(
        text,
        PATH,
        slug="police-2-at-the-door",
        language="en",
        objectives=2,
        citable={"D09", "F59"},
        draw=3,
        lessons=["at-the-door"],
    )

    assert found.quiz
    assert ("at-the-door", "gone") in {each.lessons for each in found.quiz.questions}
    told = [each for each in found.problems if "gone" in each.message]
    assert [(each.message, each.severity) for each in told] == [
        ("the module has no lesson 'gone'; known are at-the-door", Severity.WARNING)
    ]
