"""The few words that are set around an author's text, in the language of that text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    key: str = "Remember"
    fictional: str = "Fictional"
    scenario: str = "Practise"
    scene: str = "Scene"
    debrief: str = "Debrief"
    checklist: str = "Checklist"
    notice: str = "Before you read on"
    notice_describes: str = "The next passage describes:"
    notice_choice: str = "Read it, or read the calm version below it. Both count the same."
    notice_open: str = "Show the passage"
    instead: str = "The calm version"
    source: str = "Source"
    transcript: str = "Transcript"
    back_to_text: str = "Back to footnote {} in the text"


_LABELS = {
    "en": Labels(),
    "es": Labels(
        key="Para recordar",
        fictional="Ficticio",
        scenario="Práctica",
        scene="Escena",
        debrief="Balance",
        checklist="Lista de comprobación",
        notice="Antes de seguir leyendo",
        notice_describes="El pasaje siguiente describe:",
        notice_choice="Léalo, o lea la versión tranquila que sigue. Ambas cuentan igual.",
        notice_open="Mostrar el pasaje",
        instead="La versión tranquila",
        source="Fuente",
        transcript="Transcripción",
        back_to_text="Volver a la nota {} en el texto",
    ),
    "fr": Labels(
        key="À retenir",
        fictional="Fictif",
        scenario="Mise en pratique",
        scene="Scène",
        debrief="Bilan",
        checklist="Liste de contrôle",
        notice="Avant de continuer",
        notice_describes="Le passage qui suit décrit :",
        notice_choice="Lisez-le, ou lisez la version calme qui suit. Les deux comptent autant.",
        notice_open="Afficher le passage",
        instead="La version calme",
        source="Source",
        transcript="Transcription",
        back_to_text="Retour à la note {} dans le texte",
    ),
}


def labels_for(language: str) -> Labels:
    """The labels of a language, or of its parent language, or English ones."""
    return _LABELS.get(language) or _LABELS.get(language.partition("-")[0]) or _LABELS["en"]
