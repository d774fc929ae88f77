"""The few words that are set around an author's text, in the language of that text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    key: str = "Remember"
    fictional: str = "Fictional"
    scenario: str = "Practise"
    scene: str = "Scene"
    debrief: str = "Debrief"
    chosen: str = "you {}"
    both: str = "{} and {}"
    either: str = "{} or {}"
    when: str = "If {}:"
    unless: str = "Unless {}:"
    when_unless: str = "If {}, unless {}:"
    checklist: str = "Checklist"
    notice: str = "Sensitive passage:"
    instead: str = "The calm version: read this or the passage above, both count the same"
    source: str = "Source"
    transcript: str = "Transcript"
    back_to_text: str = "Back to footnote {} in the text"
    changed: str = "changed"


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


def labels_for(language: str) -> Labels:
    """The labels of a language, or of its parent language, or English ones."""
    return _LABELS.get(language) or _LABELS.get(language.partition("-")[0]) or _LABELS["en"]
