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
from coursesite.authoring.services.following import brought_into_step, follow
from coursesite.authoring.services.joining import Joining, join, open_joining
from coursesite.authoring.services.library import Sent, add_media, remove_kept, replace_media
from coursesite.authoring.services.publishing import Decision, publish_draft
from coursesite.authoring.services.reading import surroundings_of
from coursesite.authoring.services.reviewing import hand_to, look_at
from coursesite.authoring.services.syncing import (
    ChangedOnBothSides,
    Compared,
    compare,
    publish_course,
    pull_course,
)
from coursesite.authoring.services.translating import (
    Translating,
    Unbuildable,
    Words,
    begin_translation,
    has_partner,
    keys_in,
    open_translation,
    save_translation,
    translated,
)

__all__ = [
    "ChangedOnBothSides",
    "Compared",
    "Decision",
    "Joining",
    "Remark",
    "Seen",
    "Sent",
    "StaleDraft",
    "Translating",
    "Unbuildable",
    "Words",
    "Work",
    "accept",
    "add_media",
    "ask_opinion",
    "author_of",
    "begin_module",
    "begin_translation",
    "brought_into_step",
    "comment",
    "compare",
    "follow",
    "give_opinion",
    "give_up",
    "go_back",
    "hand_to",
    "has_partner",
    "join",
    "keep_late_text",
    "keep_version",
    "keys_in",
    "look_at",
    "open_joining",
    "open_translation",
    "open_work",
    "publish_course",
    "publish_draft",
    "pull_course",
    "remove_kept",
    "replace_media",
    "resolve",
    "save_draft",
    "save_translation",
    "surroundings_of",
    "take_up",
    "translated",
    "work_on",
]
