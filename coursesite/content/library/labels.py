"""The few words that are set around an author's text, in the language of that text.

Some languages are written here, others are in the site's catalogues. What neither has stands there
in English, and is marked as such.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from gettext import NullTranslations, translation

from coursesite.config import TRANSLATIONS
from coursesite.errors import said


@dataclass(frozen=True, slots=True)
class Labels:
    """`tongue` are the attributes of their elements where they are not in the text's language."""

    key: str = said("Remember")
    fictional: str = said("Fictional")
    scenario: str = said("Practise")
    scene: str = said("Scene")
    debrief: str = said("Debrief")
    chosen: str = said("you {}")
    both: str = said("{} and {}")
    either: str = said("{} or {}")
    when: str = said("If {}:")
    unless: str = said("Unless {}:")
    when_unless: str = said("If {}, unless {}:")
    checklist: str = said("Checklist")
    notice: str = said("Sensitive passage:")
    instead: str = said("The calm version: read this or the passage above, both count the same")
    source: str = said("Source")
    transcript: str = said("Transcript")
    back_to_text: str = said("Back to footnote {} in the text")
    changed: str = said("changed")
    tongue: str = ""

    def spoken(self, words: str) -> str:
        """Words of these in the middle of a line, as HTML."""
        return f"<span{self.tongue}>{words}</span>" if self.tongue else words


_LABELS = {
    "en": Labels(),
    "es": Labels(
        key="Para recordar",
        fictional="Ficticio",
        scenario="Práctica",
        scene="Escena",
        debrief="Balance",
        chosen="{}",
        both="{} y {}",
        either="{} o {}",
        when="Si {}:",
        unless="Salvo si {}:",
        when_unless="Si {}, salvo si {}:",
        checklist="Lista de comprobación",
        notice="Pasaje delicado:",
        instead="La versión tranquila: lea esta o el pasaje anterior, ambas cuentan igual",
        source="Fuente",
        transcript="Transcripción",
        back_to_text="Volver a la nota {} en el texto",
        changed="modificado",
    ),
    "fr": Labels(
        key="À retenir",
        fictional="Fictif",
        scenario="Mise en pratique",
        scene="Scène",
        debrief="Bilan",
        chosen="{}",
        both="{} et {}",
        either="{} ou {}",
        when="Si {} :",
        unless="Sauf si {} :",
        when_unless="Si {}, sauf si {} :",
        checklist="Liste de contrôle",
        notice="Passage sensible :",
        instead="La version calme : lisez-la ou le passage ci-dessus, les deux comptent autant",
        source="Source",
        transcript="Transcription",
        back_to_text="Retour à la note {} dans le texte",
        changed="modifié",
    ),
}


@lru_cache(maxsize=256)
def labels_for(language: str) -> Labels:
    """The labels of a language, or of its parent language, or English ones that say so."""
    for name in (language, language.partition("-")[0]):
        found = _LABELS.get(name) or _in_catalogue(name)
        if found:
            return found
    return Labels(tongue=' lang="en" dir="ltr"')


def has_labels(language: str) -> bool:
    """Whether they are translated into a language."""
    return not labels_for(language).tongue


class _Nothing(NullTranslations):
    """Tells a sentence that nobody translated from one that is the same in both languages."""

    def gettext(self, message: str) -> str:
        return ""


def _in_catalogue(language: str) -> Labels | None:
    """What the site's translators made of them, if they made all."""
    names = [language.replace("-", "_")]
    catalogue = translation("messages", TRANSLATIONS, names, fallback=True)
    catalogue.add_fallback(_Nothing())
    english = Labels()
    words = {
        each.name: catalogue.gettext(getattr(english, each.name))
        for each in fields(Labels)
        if each.name != "tongue"
    }
    if type(catalogue) is NullTranslations or not all(words.values()):
        return None
    return Labels(**words)
