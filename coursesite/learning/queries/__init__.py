"""What a learner's pages need to know, in few questions."""

from coursesite.learning.queries.again import (
    Chances,
    Tried,
    chances_of,
    counts_no_more,
    passed_in_round_of,
    quizzes_tried,
    read_before_changes,
)
from coursesite.learning.queries.changes import (
    AskedAgain,
    Ground,
    Learned,
    asked_again,
    changes_since,
    ground_of,
    live_at,
    was_asked_since,
)
from coursesite.learning.queries.finishing import (
    RoundFacts,
    asked_again_on,
    completed_in,
    learned,
    round_facts,
)
from coursesite.learning.queries.place import Place, Reader, place_of
from coursesite.learning.queries.standings import (
    Completed,
    Row,
    Target,
    attempts_of,
    completed_by,
    latest_of,
    standing_in,
    standings_of,
)
from coursesite.learning.queries.texts import (
    find_local_version,
    find_published,
    find_revision_seen_by,
)

__all__ = [
    "AskedAgain",
    "Chances",
    "Completed",
    "Ground",
    "Learned",
    "Place",
    "Reader",
    "RoundFacts",
    "Row",
    "Target",
    "Tried",
    "asked_again",
    "asked_again_on",
    "attempts_of",
    "chances_of",
    "changes_since",
    "completed_by",
    "completed_in",
    "counts_no_more",
    "find_local_version",
    "find_published",
    "find_revision_seen_by",
    "ground_of",
    "latest_of",
    "learned",
    "live_at",
    "passed_in_round_of",
    "place_of",
    "quizzes_tried",
    "read_before_changes",
    "round_facts",
    "standing_in",
    "standings_of",
    "was_asked_since",
]
