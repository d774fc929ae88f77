"""Scenarios in which an earlier choice changes what comes later."""

import pytest

from coursesite.authored import errors_in
from coursesite.content.library.conditions import read_condition, said
from coursesite.content.library.labels import labels_for
from coursesite.content.rules import Condition, Lesson, Meter, Module, RefKind, filled
from tests.content.documents import TEXT, read

OLD = TEXT[TEXT.index("//// scenario") : TEXT.index("////\n\n//// notice")]
PLAY = """\
//// scenario | Six o'clock
    id: six
    start: door
    remember: {card-left: you left your card}
    meters:
      trust: {name: Her trust, words: [gone, thin, whole], start: thin}

/// scene | door
It is six.

- [Tell her the truth.](#later){: .good set=told-the-truth trust=+1 }
- [Say that it is a game.](#later){: .poor trust=-2 }
- [Leave your *card*.](#later){: .fair set="card-left knocked" }
///

/// scene | later
A week later.

/// if | told-the-truth
She opens before you knock.
///

/// if | not told-the-truth and not card-left
Nobody opens.
///

- [Ask how she slept.](#debrief){: .good if="told-the-truth or card-left" }
- [Knock again.](#outside){: .fair if="not told-the-truth" }
///

/// scene | outside
- [Go.](#debrief)
///

/// debrief
/// if | knocked
You had knocked.
///
///
"""
START = TEXT[: TEXT.index(OLD)].count("\n")


def written(play: str) -> str:
    return TEXT.replace(OLD, play)


def module_of(play: str = PLAY) -> Module:
    answer = read(written(play))
    assert answer.module is not None, [str(problem) for problem in answer.problems]
    return answer.module


def lesson_of(play: str = PLAY) -> Lesson:
    return module_of(play).lessons[1]


def html_of(play: str = PLAY) -> str:
    return filled(lesson_of(play).parts, lambda ref: f"<{ref.kind} {ref.id}>")


def told(play: str) -> list[str]:
    """The problems, with lines counted from the scenario's first."""
    answer = read(written(play))
    assert (answer.module is None) == errors_in(answer.problems)
    return [f"{each.line - START}: {each.message}" for each in answer.problems]


def test_nothing_is_wrong_with_the_example() -> None:
    assert told(PLAY) == []


def test_a_passage_says_for_whom_it_is() -> None:
    html = html_of()

    assert '<div class="if" data-if="told-the-truth"><p class="if-name">If you told the tr' in html
    assert (
        '<div class="if" data-unless="told-the-truth card-left">'
        '<p class="if-name">Unless you told the truth or you left your card:</p>'
    ) in html


def test_a_choice_says_what_it_sets_and_for_whom_it_is() -> None:
    html = html_of()
    tell, game, card = lesson_of().scenarios[0].scenes[0].choices

    assert f'data-choice="{tell.id}" data-set="told-the-truth" data-change="trust+1">Tell' in html
    assert (game.changes, card.sets) == ((("trust", -2),), ("card-left", "knocked"))
    assert card.words == "Leave your card."
    assert (
        '<span class="if-name">If you told the truth or you left your card: </span>'
        '<a href="#six--debrief" data-quality="good"'
    ) in html
    assert 'data-if="told-the-truth card-left" data-any>Ask how' in html


def test_meters_are_told_to_the_script_alone() -> None:
    html = html_of()

    assert lesson_of().scenarios[0].meters == (
        Meter("trust", "Her trust", 1, ("gone", "thin", "whole")),
    )
    assert 'data-meters="[{&quot;id&quot;: &quot;trust&quot;, &quot;name&quot;: &quot;Her' in html
    assert "Her trust" not in html.replace("&quot;Her trust", "")


def test_the_learners_last_route_has_its_place_in_the_debrief() -> None:
    html = html_of()

    assert f"Debrief</p><{RefKind.ROUTE} six>" in html


def test_a_scenario_is_stored_as_json_and_comes_back_the_same() -> None:
    module = module_of()

    assert Module.from_json(module.to_json()) == module


def test_a_choice_keeps_its_id_when_choices_change_places() -> None:
    first, second, *_ = PLAY[PLAY.index("- [Tell") :].split("\n")
    turned = PLAY.replace(f"{first}\n{second}", f"{second}\n{first}")

    before, after = (lesson_of(play).scenarios[0].scenes[0].choices for play in (PLAY, turned))
    assert before[0] == after[1]
    assert before[1] == after[0]


@pytest.mark.parametrize(
    ("written", "expected", "words"),
    [
        ("told", Condition(("told",)), "If you told:"),
        ("not told", Condition((), ("told",)), "Unless you told:"),
        ("told and left-early", Condition(("told", "left-early")), "If you told and you left ear"),
        ("told and not late", Condition(("told",), ("late",)), "If you told, unless you were lat"),
        ("not late and told", Condition(("told",), ("late",)), "If you told, unless you were lat"),
        ("told or late", Condition(("told", "late"), any=True), "If you told or you were late:"),
        ("told or not late", None, ""),
        ("told and late or x", None, ""),
        ("told not late", None, ""),
        ("not", None, ""),
        ("and", None, ""),
        ("Told", None, ""),
        ("", None, ""),
    ],
)
def test_conditions(written: str, expected: Condition | None, words: str) -> None:
    condition = read_condition(written)

    assert condition == expected
    if condition:
        names = {"late": "you were late"}
        assert said(condition, names, labels_for("en"), "en").startswith(words)


@pytest.mark.parametrize(
    ("condition", "remembered", "holds"),
    [
        (Condition(), "", True),
        (Condition(("a", "b")), "a", False),
        (Condition(("a", "b")), "a b", True),
        (Condition(("a", "b"), any=True), "b", True),
        (Condition(("a", "b"), any=True), "c", False),
        (Condition(("a",), ("b",)), "a", True),
        (Condition(("a",), ("b",)), "a b", False),
        (Condition((), ("b",)), "", True),
    ],
)
def test_a_condition_holds(condition: Condition, remembered: str, holds: bool) -> None:
    assert condition.holds(remembered.split()) is holds


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # what is written
        ("| told-the-truth\n", "| told-truth\n", "19: 'told-truth' is asked for here but no choic"),
        ("| told-the-truth\n", "| Told her\n", "19: 'Told her' is no condition: write it as 'to"),
        ("/// if | told-the-truth\n", "/// if\n", "19: an 'if' names what was chosen before, as"),
        (' if="not told', ' iff="not told', "28: a choice knows no 'iff': did you mean 'if'?"),
        (" set=told-the-truth", " set=Told", "11: 'Told' cannot be remembered: write a name"),
        (" set=told-the-truth", " set", "11: 'set' cannot be remembered: write a name as in"),
        ("{card-left: you", "{card-lost: you", "2: 'remember' has words for 'card-lost' but no"),
        ("card-left knocked", "card-left rang", "36: 'knocked' is asked for here but no choice"),
        ("It is six.", "/// key\n/// if | told-the-truth\nx\n///\n///", "10: 'if' stands directly"),
        ("Say that it is a game.", "Tell her the truth.", "12: this choice is here twice and d"),
        # meters
        ("trust=+1", "trsut=+1", "11: a choice knows no 'trsut': did you mean 'trust'?"),
        ("trust=+1", "trust=good", "11: a meter goes up or down by steps: write 'trust=+1' or"),
        ("trust=+1", "trust=1", "11: a meter goes up or down by steps: write 'trust=+1' or"),
        ("trust=+1", "trust=+0", "11: a meter goes up or down by steps: write 'trust=+1' or"),
        ("trust=+1", "trust=-10", "11: a meter goes up or down by steps: write 'trust=+1' or"),
        ("trust=+1", "trust", "11: a meter goes up or down by steps: write 'trust=+1' or"),
        ("start: thin", "start: think", "2: meter 'trust' starts with 'think', which is none"),
        ("words: [gone, thin, whole]", "words: [gone]", "6: in 'scenario': 'words' should have"),
        ("words: [gone, thin, whole]", "words: [thin, a, b, c, d, e, f, g, h, i]",
         "6: in 'scenario': 'words' should have at most 9 entries, not 10"),
        ("    meters:\n      trust:", "    meters:\n" + "".join(
            f"      m{number}: {{words: [a, b]}}\n" for number in range(4)) + "      trust:",
         "5: in 'scenario': 'meters' should have at most 4 entries"),
        ("{card-left: you left your card}", "{" + ", ".join(
            f"n{number}: x" for number in range(21)) + "}",
         "4: in 'scenario': 'remember' should have at most 20 entries"),
        # ways
        ("](#outside){", "](#debrief){", "31: no choice leads to scene 'outside'"),
        ("not told-the-truth and not card", "told-the-truth and not told-the-truth and not card",
         "23: this passage is never shown: nobody comes to 'later' like that"),
        ('fair if="not told-the-truth"', 'fair if="told-the-truth and card-left"',
         "28: this choice is never offered: nobody comes to 'later' like that"),
        ('if="told-the-truth or card-left"', 'if="card-left"',
         "16: scene 'later' has no way out (with 'told-the-truth', without 'card-left', without"),
        ("- [Go.](#debrief)", "- [Go.](#later)", "16: no way leads from scene 'later' to the deb"),
        # warnings
        ("card-left knocked", "card-left knocked cheered", "13: 'cheered' is remembered here but"),
    ],
)  # fmt: skip
def test_one_change_to_the_example(old: str, new: str, message: str) -> None:
    assert PLAY.count(old) == 1
    problems = told(PLAY.replace(old, new))

    assert any(problem.startswith(message) for problem in problems), problems
    assert "None" not in " ".join(problems)


def test_a_meter_that_nothing_changes_is_a_warning() -> None:
    play = PLAY.replace(" trust=+1", "").replace(" trust=-2", "")

    assert told(play) == ["2: no choice changes the meter 'trust'"]


def test_a_scene_that_only_an_impossible_combination_reaches() -> None:
    play = PLAY.replace(
        "- [Go.](#debrief)", "- [Go.](#debrief)\n- [Hm.](#never){: .fair if=told-the-truth }"
    ).replace("/// debrief", "/// scene | never\n- [Go.](#debrief)\n///\n\n/// debrief")

    assert told(play) == [
        "33: this choice is never offered: nobody comes to 'outside' like that",
        "36: scene 'never' is reached by no possible combination of choices",
    ]


def test_who_goes_back_and_chooses_again_takes_the_first_choice_back() -> None:
    play = PLAY.replace("- [Go.](#debrief)", "- [Back.](#door)\n- [Go.](#debrief)")
    both = play.replace('fair if="not told', 'fair if="card-left and told')

    assert told(play) == []
    assert any("28: this choice is never offered" in each for each in told(both))


def test_a_link_that_cannot_be_read_as_a_choice_is_named() -> None:
    play = PLAY.replace("- [Go.](#debrief)", '- [Go.](#debrief)\n- [On.](#door "Back")')

    assert told(play) == [
        "31: the link to 'door' in this scene was not understood: write '- [Text.](#next-scene)'"
    ]


def test_too_much_to_remember_is_refused_in_time() -> None:
    names = [f"n{number}" for number in range(14)]
    scenes = "".join(
        f"/// scene | {name}\n- [A.](#n{number + 1}){{: set={name} }}\n"
        f"- [B.](#n{number + 1})\n///\n"
        for number, name in enumerate(names)
    )
    asked = "".join(f"/// if | {name}\nx\n///\n" for name in names)
    play = (
        "//// scenario | Long\n    {id: six, start: n0}\n\n"
        f"{scenes}/// scene | n14\n{asked}- [Go.](#debrief)\n///\n\n/// debrief\nx\n///\n"
    )

    assert told(play) == ["1: this scenario remembers too much to be checked: ask for fewer names"]


def test_a_scene_shows_a_picture_and_so_may_a_choice() -> None:
    play = PLAY.replace("It is six.", "![A dark street](media/street.svg)\n\nIt is six.")
    play = play.replace("[Knock again.]", "[![A hand that knocks](media/hand.png)]")
    answer = read(written(play), media=("media/street.svg", "media/hand.png"))
    assert answer.module is not None, [str(problem) for problem in answer.problems]
    lesson = answer.module.lessons[1]
    scenes = {scene.id: scene for scene in lesson.scenarios[0].scenes}

    assert {id: scene.shows for id, scene in scenes.items() if scene.shows} == {
        "door": ("picture",),
        "later": ("picture",),
    }
    assert [choice.words for choice in scenes["later"].choices][1] == "A hand that knocks"
    html = filled(lesson.parts, lambda ref: "")
    assert '<figure class="picture"><img alt="A dark street"' in html
    assert '<img alt="A hand that knocks" src="/modules/at-the-door/media/hand.png"' in html
    missing = read(written(play), media=("media/street.svg",))
    assert [each.message for each in missing.problems if "hand" in each.message] == [
        "media/hand.png does not exist; known are media/street.svg"
    ]
