"""What authors do: bring files and site together, write drafts, publish them."""

from coursesite.authoring.services.discussing import (
    Remark,
    accept,
    ask_opinion,
    comment,
    give_opinion,
    resolve,
)
from coursesite.authoring.services.drafting import (
    Seen,
    StaleDraft,
    Work,
    author_of,
    begin_module,
    give_up,
    go_back,
    keep_late_text,
    keep_version,
    open_work,
    save_draft,
    take_up,
    work_on,
)
from coursesite.authoring.services.joining import Joining, join, open_joining
from coursesite.authoring.services.publishing import (
    Decision,
    publish_draft,
    surroundings_of,
)
from coursesite.authoring.services.reviewing import hand_to, look_at
from coursesite.authoring.services.syncing import (
    ChangedOnBothSides,
    Compared,
    compare,
    publish_course,
    pull_course,
)

__all__ = [
    "ChangedOnBothSides",
    "Compared",
    "Decision",
    "Joining",
    "Remark",
    "Seen",
    "StaleDraft",
    "Work",
    "accept",
    "ask_opinion",
    "author_of",
    "begin_module",
    "comment",
    "compare",
    "give_opinion",
    "give_up",
    "go_back",
    "hand_to",
    "join",
    "keep_late_text",
    "keep_version",
    "look_at",
    "open_joining",
    "open_work",
    "publish_course",
    "publish_draft",
    "pull_course",
    "resolve",
    "save_draft",
    "surroundings_of",
    "take_up",
    "work_on",
]
