"""The keys of authors' YAML in the author's words: where each stands, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class KeysHelp:
    """The keys that may stand at one place, in the order in which authors write them."""

    id: str
    name: LazyString
    keys: Mapping[str, LazyString]


MODULE_KEYS = (
    KeysHelp(
        "front",
        _("At the top of the text, between two lines of dashes"),
        {
            "title": _("the module's title; it may change"),
            "summary": _("what it is about, in a sentence"),
            "objectives": _("three to five, each with a verb that can be measured"),
            "attestation": _("what learners confirm at the end, if the settings ask for it"),
            "further_reading": _("a list of what to read on"),
        },
    ),
    KeysHelp(
        "settings",
        _("The settings for every language (module.yaml)"),
        {
            "minutes": _("how long the module takes; the check counts, and warns beyond a fifth"),
            "audience": _(
                "a list of police, judges, prison-officers, teachers, probation, civil-society; "
                "or [all]"
            ),
            "completion": _("what completes the module, see below"),
            "sensitive": _("what may hurt, a word each, told before the module is begun"),
            "review_by": _("the day by which somebody reads it again"),
            "local_fields": _("the local fields that the text uses"),
        },
    ),
    KeysHelp(
        "completion",
        _("In the settings, below completion"),
        {
            "lessons": _("all, or a list of the ids of those that must be read"),
            "quiz": _("the terms of the quiz, see below; without it there is none"),
            "attestation": _("true where learners confirm; the words stand in the text"),
        },
    ),
    KeysHelp(
        "terms",
        _("In the settings, below quiz; an attempt keeps the terms that it began with"),
        {
            "pass_mark": _("per cent of the points that pass"),
            "draw": _("how many questions are drawn, evenly over the objectives"),
            "attempts": _("how many attempts there are; 0, or nothing, for any number"),
            "wait_minutes": _("how long one waits after an attempt that was not passed"),
            "minutes": _("the time limit; 0, or nothing, for none"),
            "grace_minutes": _(
                "how long after it one may still hand in, and change nothing; 2 if not said"
            ),
            "read_again_after": _(
                "after so many failures the lessons behind the wrong answers are read again first"
            ),
            "review": _(
                "when right answers are shown: immediate, submission (if not said), or passing"
            ),
        },
    ),
    KeysHelp(
        "scenario",
        _("Below the opening line of a scenario, indented, one to a line"),
        {
            "id": _("its name, which never changes"),
            "start": _("the scene with which it begins"),
            "remember": _(
                "words for what was chosen, by the name that a choice sets, as in "
                "told-the-truth: you told her the truth"
            ),
            "meters": _("bars that choices move, by name, see below; four at most"),
        },
    ),
    KeysHelp(
        "meters",
        _("Of each meter"),
        {
            "name": _("what learners read beside it; else its name in the file"),
            "words": _("two to nine steps in words, from the lowest up"),
            "start": _("the word with which it begins; else the lowest"),
        },
    ),
)

CHOICE_MARKS = {
    ".good, .fair, .poor": _("how good the choice is; without one of them a link only leads on"),
    "set=told-the-truth": _("remembers by this name that it was chosen; several in quotes"),
    'if="told-the-truth and not late"': _(
        "offers the choice only to those who chose so before; joined by and, or by or"
    ),
    "trust=+1": _("moves the meter trust up a step; trust=-2 two down"),
}
"""What stands in braces behind a choice of a scenario."""

QUIZ_KEYS = (
    KeysHelp(
        "question",
        _("Of a question"),
        {
            "id": _(
                "its name; answers are known by it, so it never changes, and a copy gets another"
            ),
            "type": _(
                "single, multiple, true_false, order, match, cloze, number, short_text, or case"
            ),
            "objective": _("the number of the objective that it tests"),
            "text": _("the question in Markdown; of a case, the story; of a cloze, with [[gaps]]"),
            "options": _("what to choose from, or what to put in order"),
            "pairs": _("of a match: what belongs together"),
            "others": _("of a match: more to choose from, which fits nothing"),
            "gaps": _("of a cloze: what fills each gap"),
            "answer": _("of a true_false, true or false; of a number, the number"),
            "tolerance": _("of a number: how far off still counts"),
            "unit": _("of a number: what stands behind it"),
            "accept": _("of a short_text: the answers that are right"),
            "patterns": _("of a short_text: the same, with * for anything"),
            "match_case": _("of a short_text: true where capitals count"),
            "ignore_accents": _("of a short_text: true where cafe will do for café"),
            "explanation": _("why the right answer is right, shown when the settings say so"),
            "sources": _("the facts that the answer rests on, as in [A01, B07]"),
            "lessons": _(
                "the lessons that it belongs to, by their ids: whoever is asked only what changed "
                "answers the questions of the changed lessons; without it, a question belongs "
                "where the text cites its sources"
            ),
            "scoring": _(
                "all-or-nothing; of multiple, order, match and cloze also net-correct, coverage "
                "or each-answer"
            ),
            "hold": _("true keeps it out of attempts, as while a fact is still to be checked"),
            "questions": _("of a case: the questions on its story"),
        },
    ),
    KeysHelp(
        "options",
        _("Of an option"),
        {
            "text": _("what is offered"),
            "id": _("needed only to reword an option that was published; the forms write it"),
            "correct": _("true for a right one; in an order there is none"),
            "feedback": _("what is said to whoever chose it"),
        },
    ),
    KeysHelp(
        "pairs",
        _("Of a pair"),
        {
            "text": _("what is asked"),
            "match": _("what belongs to it"),
            "id": _("as of an option"),
        },
    ),
    KeysHelp(
        "gaps",
        _("Of a gap"),
        {
            "id": _("the word between [[ and ]] in the text"),
            "accept": _("the words that are right there"),
            "among": _("the list to choose from; without it, one types"),
        },
    ),
)

REGISTER_KEYS = (
    KeysHelp(
        "facts",
        _("Of a fact (facts.yaml)"),
        {
            "id": _("a capital letter and its number, as in A01; it never changes"),
            "statement": _("what is so"),
            "definition": _("of whom, when and where"),
            "caution": _("what it must not be stretched to say"),
            "sources": _("where it can be read, one or more"),
            "verification": _(
                "verified, partly, secondary, seed or unverified, which cannot be cited"
            ),
            "verified_on": _("the day on which its source was read"),
            "review_by": _(
                "the day by which it is checked again; after it nobody can cite it anew"
            ),
            "withdrawn": _("why it may not be cited any more"),
        },
    ),
    KeysHelp(
        "sources",
        _("Of a source"),
        {
            "title": _("its title"),
            "publisher": _("who published it"),
            "year": _("when"),
            "paragraph": _("the page or paragraph"),
            "where": _("its address"),
        },
    ),
    KeysHelp(
        "terms",
        _("Of a word of the glossary (glossary.en.yaml)"),
        {
            "term": _("the word"),
            "definition": _("what it means"),
            "also": _("other words for the same"),
            "sources": _("the facts that the definition rests on"),
            "linked": _("false for a word that everybody knows: lessons do not link it"),
            "of": _("in another language: the word of the original that it translates"),
        },
    ),
    KeysHelp(
        "paths",
        _("Of a learning path (paths)"),
        {
            "title": _("its title by language, as in {en: Police}"),
            "summary": _("what it is about, by language"),
            "audience": _("as of a module"),
            "complete_on": _(
                "all, or published: then modules that are still in preparation keep nobody waiting"
            ),
            "steps": _("its modules in their order, see below"),
            "certificate": _("what is certified, see below; without it there is no certificate"),
        },
    ),
    KeysHelp(
        "steps",
        _("Of a step of a path"),
        {
            "module": _("the name of a module"),
            "choose": _("in place of a module: how many of those in of"),
            "of": _("the modules to choose from"),
            "required": _("false where it is only recommended"),
            "after": _("the modules above that come first"),
            "title": _("by language, while the module is in preparation"),
            "minutes": _("the same: how long it will take"),
        },
    ),
    KeysHelp(
        "certificate",
        _("Of the certificate of a path"),
        {
            "title": _("what it says, by language"),
            "valid_months": _("how long it is valid, unless an organisation says otherwise"),
            "template": _("standard, the only one there is"),
        },
    ),
)

WRITTEN_BY_THE_SITE = {
    "es.from.yaml": _(
        "beside a translation: from which words of the original each passage was made"
    ),
    "media.sha256": _("in a revision of a module: exactly which pictures and files it shows"),
    "cited.yaml": _("in a revision of a module: what the facts that it cites said then"),
}
"""Files that nobody writes by hand."""
