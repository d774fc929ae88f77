"""How many years of school an English text asks for: the Flesch-Kincaid grade.

    0.39 x words per sentence + 11.8 x syllables per word - 15.59

From J. P. Kincaid, R. P. Fishburne, R. L. Rogers and B. S. Chissom: Derivation of new readability
formulas for Navy enlisted personnel (Research Branch Report 8-75, 1975). A pupil of that grade is
about five years older: grade 9 is read at fourteen.
"""

import re

_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['\u2019][A-Za-zÀ-ÿ]+)*")
_SENTENCE = re.compile(r"[.!?]+[\"'\u2019\u201d)\]*_]*(?:\s|$)")
_VOWELS = re.compile(r"[aeiouyà-ÿ]+")
_SILENT = re.compile(  # an e that is written and not spoken: arrive, asked, times, statement
    r"(?<![aeiouy])(?<![^aeiouy][lr])(?:e$|(?<![td])ed$|(?<![sxzcg])(?<![cs]h)es$)"
    r"|(?<=[^aeiouy])e(?=(?:ments?|ly|ful|less)$)"
)
_APART = re.compile(  # vowels side by side that are spoken one by one: period, usual, video, being
    r"(?<![tcsg])i[aou]|(?<![tc])ie(?=n[ct])|(?<![qg])ua(?!r)|eo(?=s?$)|[aeo]ing$"
)


def words_in_text(text: str) -> list[str]:
    """The words of a text; a hyphen stands between two."""
    return _WORD.findall(text)


def grade_of(text: str) -> float:
    """The Flesch-Kincaid grade of a text."""
    words = words_in_text(text)
    count, sentences = len(words) or 1, len(_SENTENCE.findall(text)) or 1
    return 0.39 * count / sentences + 11.8 * sum(map(syllables_in, words)) / count - 15.59


def syllables_in(word: str) -> int:
    """About how many syllables an English word has, by its vowels."""
    word = word.lower()
    spoken = len(_VOWELS.findall(word)) + len(_APART.findall(word))
    return max(1, spoken - len(_SILENT.findall(word)))
