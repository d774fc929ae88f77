"""What authors do: bring files and site together, write drafts, publish them."""

from coursesite.authoring.services.syncing import (
    ChangedOnBothSides,
    Compared,
    compare,
    publish_course,
    pull_course,
)

__all__ = ["ChangedOnBothSides", "Compared", "compare", "publish_course", "pull_course"]
