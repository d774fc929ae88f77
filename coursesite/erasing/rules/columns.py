"""What becomes of every column of the database when a person is erased.

A test holds this against the tables: whoever adds a column that can hold words says here what
becomes of it. Numbers of people stay in every table: from then on they lead to a pseudonym.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ROWS_GO: Mapping[str, str] = {
    "accommodations": "person_id",
    "calendar_feeds": "person_id",
    "erasure_holds": "person_id",
    "mail_choices": "person_id",
    "mail_troubles": "person_id",
    "news": "person_id",
    "notes": "person_id",
    "password_links": "person_id",
    "passwords": "person_id",
    "saved_views": "person_id",
    "sign_in_sessions": "person_id",
    "text_keepers": "person_id",
    "unsaved_forms": "author_id",
    "uploads": "person_id",
}
"""Tables of which the person's rows are deleted, and the column that says whose they are."""


@dataclass(frozen=True)
class Own:
    """Rows about the person: by their own column, or by a row of another table that they name."""

    table: str
    columns: tuple[str, ...]
    owner: str
    through: str | None = None


ABOUT_THEM = (
    Own("leaves", ("reason", "taken_back_reason"), "person_id"),
    Own("unlocks", ("reason",), "person_id"),
    Own("pass_decisions", ("reason",), "attempt_id", "attempts"),
    Own("extensions", ("reason", "decided_reason", "taken_back_reason"), "period_id", "periods"),
)
"""Reasons from somebody's life: a sign that something was erased stands in their place."""

PROOF = (
    Own("completions", ("evidence", "revoked_reason"), "person_id"),
    Own("certificates", ("revoked_reason",), "person_id"),
    Own("answers", ("response", "problem"), "attempt_id", "attempts"),
    Own("act_people", ("sentence",), "person_id"),
)
"""What was learned rests on these words: they stay, without the names that stand in them."""


@dataclass(frozen=True)
class Place:
    """Where people write about others. `within` says of which organisation a row is: a column with
    its number, or with that of a person of it or of a row that says so; None is the whole site.
    """

    table: str
    columns: tuple[str, ...]
    within: str | None = "organisation_id"


SEARCHED = (
    Place("accommodations", ("reason",), "person_id"),
    Place("act_people", ("sentence",), "person_id"),
    Place("acts", ("decision", "listed", "undo_reason")),
    Place("assignments", ("reason",)),
    Place("certificates", ("revoked_reason",)),
    Place("completions", ("evidence", "revoked_reason")),
    Place("draft_comments", ("body",), "author_id"),
    Place("draft_opinions", ("note",), "reader_id"),
    Place("drafts", ("opinion_note",), "author_id"),
    Place("erasure_holds", ("reason",), "person_id"),
    Place("extensions", ("reason", "decided_reason", "taken_back_reason"), "asked_by_id"),
    Place("import_batches", ("file_name", "reason", "undo_reason")),
    Place("import_lines", ("cells", "sentence", "values"), "batch_id"),
    Place("jobs", ("payload", "error"), None),
    Place("leaves", ("reason", "taken_back_reason"), "person_id"),
    Place("local_looks", ("note",)),
    Place("mail_attachments", ("name",), "mail_id"),
    Place("mail_server", ("error",), None),
    Place("mail_troubles", ("email", "reason"), "person_id"),
    Place("mails", ("subject", "body", "html", "answer")),
    Place("notes", ("text",), "person_id"),
    Place("parked_sweeps", ("reason", "undo_reason")),
    Place("planned_publications", ("note", "refusal"), "planned_by_id"),
    Place("publications", ("note",), "published_by_id"),
    Place("regrades", ("reason",), "asked_by_id"),
    Place("saved_views", ("name", "address"), "person_id"),
    Place(
        "tasks",
        ("title", "payload", "cursor", "sentence", "values", "error", "file_name"),
    ),
    Place("text_looks", ("note",), "looked_by_id"),
    Place("unlocks", ("reason",), "person_id"),
    Place("uploads", ("file_name", "asked"), "person_id"),
)
"""What others wrote or were sent: where it names the person, the pseudonym stands afterwards."""

COURSE: Mapping[str, tuple[str, ...]] = {
    "archived_revisions": ("title", "files", "created_by", "publications"),
    "draft_comments": ("passage", "suggestion"),
    "drafts": ("files",),
    "local_looks": ("words",),
    "local_versions": ("files", "made_of"),
    "media_files": ("name", "alternatives"),
    "media_parts": ("data",),
    "narrower_pictures": ("data",),
    "revisions": ("title", "files", "rendered"),
    "saved_texts": ("files",),
    "unsaved_forms": ("form",),
    "upload_parts": ("data",),
    "uploads": ("outline", "done"),
}
"""Texts of the course and of organisations: an author wrote a name there for readers, and what was
learned rests on them to the letter. They are counted for whoever erases, and changed by authors.
"""

BY_HAND: Mapping[str, tuple[str, ...]] = {
    "certificates": ("payload",),
    "events": ("before", "after", "reason", "origin", "nonce", "word", "origin_digest", "leaf"),
    "import_batches": ("content",),
    "mail_attachments": ("content",),
    "people": ("email", "given_name", "family_name", "staff_number", "language"),
    "task_files": ("data",),
    "tasks": ("origin",),
    "throttle_counts": ("key",),
}
"""What is treated in a way of its own; see services."""

NO_NAME: Mapping[str, tuple[str, ...]] = {
    "acts": ("paths",),
    "answers": ("question_id", "tab"),
    "archived_revisions": ("slug", "language", "digest", "site"),
    "assignment_criteria": ("value",),
    "assignment_ladders": ("own", "manager", "above"),
    "assignments": ("target_slug", "due_target", "calendar_day", "refreshers"),
    "attempts": ("quiz_slug", "drawn"),
    "block_records": ("block_id", "state"),
    "calendar_feeds": ("token_digest",),
    "certificates": ("code", "target_slug"),
    "choice_counts": ("scenario_id", "scene_id", "choice_id"),
    "choice_sums": ("quiz_slug", "question_id", "part", "option"),
    "completions": ("target_slug", "language"),
    "compliance_counts": ("target_slug",),
    "course_syncs": ("slug", "language", "digest"),
    "daily_runs": ("name",),
    "draft_comments": ("file",),
    "drafts": ("slug", "language"),
    "event_seals": ("previous_digest", "digest", "root"),
    "events": ("kind", "subject_type", "subject_id"),
    "import_batches": ("paths", "digest"),
    "import_lines": ("target_slug",),
    "jobs": ("kind",),
    "kept_standings": ("target_slug",),
    "lesson_readings": ("lesson_id",),
    "live_revisions": ("slug", "language"),
    "local_looks": ("language", "passage"),
    "local_reaches": ("language", "module_slug"),
    "local_versions": ("module_slug", "language", "digest"),
    "mail_attachments": ("kind",),
    "mail_hours": ("days",),
    "mails": ("key", "message_id"),
    "media_files": ("module_slug", "digest", "mimetype"),
    "module_rounds": ("module_slug", "asked"),
    "narrower_pictures": ("mimetype",),
    "news": ("kind",),
    "notes": ("module_slug", "block_id"),
    "organisations": ("slug", "name", "time_zone", "language", "ancestors"),
    "pace_sums": ("quiz_slug", "question_id"),
    "parked": ("problem", "decision"),
    "parked_sweeps": ("paths", "problem"),
    "password_links": ("token_digest",),
    "passwords": ("hash",),
    "periods": ("refresher", "policy"),
    "planned_publications": ("slug", "language"),
    "publications": ("slug", "language"),
    "question_sums": ("quiz_slug", "question_id"),
    "regraded_attempts": ("mark_before", "mark_after"),
    "regrades": ("quiz_slug", "language", "question_id", "revision_ids", "found"),
    "reminders": ("step", "level"),
    "requirements": ("target_slug",),
    "revisions": ("slug", "language", "digest"),
    "sign_in_sessions": ("token_digest", "device"),
    "target_standings": ("target_slug",),
    "tasks": ("kind", "language", "lease", "permission", "paths", "file_type"),
    "text_keepers": ("slug", "language"),
    "text_looks": ("slug", "language"),
    "unit_expiries": ("target_slug",),
    "units": ("name", "path"),
    "unlocks": ("quiz_slug",),
    "unsaved_forms": ("slug", "language", "part", "digest"),
}
"""Names of things, digests, numbers and settings: nobody writes about people there."""
