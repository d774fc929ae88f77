from collections import OrderedDict

import pytest

from coursesite import templating
from coursesite.content.queries import FACTS, GLOSSARIES, MODULES
from coursesite.learning.views import typeset
from coursesite.paths.queries import PATHS
from coursesite.quizzes.queries import QUIZZES


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are undone, so the next one gives the same ids to other revisions."""
    for shelf in (FACTS, GLOSSARIES, MODULES, PATHS, QUIZZES):
        monkeypatch.setattr(shelf, "_kept", OrderedDict())
    monkeypatch.setattr(typeset, "_kept", {})
    monkeypatch.setattr(typeset, "_latest", {})
    monkeypatch.setattr(templating, "_drawn", {})
