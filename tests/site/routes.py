"""Every address of the site, with the ids of the first organisation's things, and who may use it.

`{...}` is filled in from the world's ids. A POST's form would be taken from whoever may send it.
"""

from dataclasses import dataclass, field
from enum import Enum

from tests.site.world import SLUG


class Whose(Enum):
    """Who may use an address."""

    ANYONE = "whoever has the address, signed in or not"
    OWN = "everybody who is signed in, who finds their own there"
    ROLE = "who holds the role, and finds there what is their organisation's own"
    COURSE = "authors and publishers of an organisation that keeps the course"
    LEARNER = "one person alone"
    STAFF = "who holds the role in the thing's own organisation"


@dataclass(frozen=True)
class Route:
    whose: Whose
    path: str
    form: dict[str, str] = field(default_factory=dict)


MODULE = f"/modules/{SLUG}"
LESSON = f"{MODULE}/first-two-minutes"
QUIZ = f"/quizzes/{SLUG}"
LOCAL = "/local/en"
QUESTIONS = f"/authoring/quizzes/{SLUG}/en"
ENTRIES = "/authoring/facts/facts/all/entries"
ONE_QUESTION = f"{QUESTIONS}/questions/question-1"
TEXTS = f"/authoring/modules/{SLUG}"
TEXT = f"{TEXTS}/en"
QUESTIONS = f"/authoring/quizzes/{SLUG}/en"
ATTEMPT = QUIZ + "/attempts/{attempt}"
ASSIGNMENT = "/assignments/{assignment}"
IMPORT = "/people/import-history/{batch}"
REASON = {"reason": "a forged reason"}
SURE = {"your_password": "guessed at random", **REASON}
ABSENCE = {"starts_on": "2027-01-01", "ends_on": "2027-01-31", "code": "leave", **REASON}
SEEN = {"seen": "1", "live": "{live}"}
FORGED = {"new_password": "four unrelated words", "again_password": "four unrelated words"}
PLAN = {
    "target": f"module:{SLUG}",
    "groups": "1",
    "g1-units": "{unit}",
    "due": "after-assignment",
    "expiry_mode": "previous",
    "due_days": "30",
    "window_days": "0",
    "grace_days": "0",
    **REASON,
}
PERSON = {"family_name": "Forged", "email": "forged@example.org", "unit": "{unit}"}
DECISION = {"parked": "1", "decision": "assign", **REASON}

ROUTES = {
    ("static", "GET"): Route(Whose.ANYONE, "/static/site.css"),
    ("site.home", "GET"): Route(Whose.ANYONE, "/"),
    ("site.index", "GET"): Route(Whose.ANYONE, "/catalogue"),
    ("site.path", "GET"): Route(Whose.ANYONE, "/catalogue/police"),
    ("site.glossary", "GET"): Route(Whose.ANYONE, "/glossary"),
    ("site.accessibility", "GET"): Route(Whose.ANYONE, "/accessibility"),
    ("site.privacy", "GET"): Route(Whose.ANYONE, "/privacy"),
    ("site.live", "GET"): Route(Whose.ANYONE, "/health/live"),
    ("site.ready", "GET"): Route(Whose.ANYONE, "/health/ready"),
    ("accounts.sign_in", "GET"): Route(Whose.ANYONE, "/sign-in"),
    ("accounts.check_sign_in", "POST"): Route(Whose.ANYONE, "/sign-in"),
    ("accounts.sign_out", "POST"): Route(Whose.ANYONE, "/sign-out"),
    ("accounts.set_password", "GET"): Route(Whose.ANYONE, "/set-password/guessed"),
    ("accounts.set_password", "POST"): Route(Whose.ANYONE, "/set-password/guessed", FORGED),
    ("certificates.verify", "GET"): Route(Whose.ANYONE, "/verify?code=guessed"),
    ("certificates.check", "GET"): Route(Whose.ANYONE, "/verify/{code}"),
    ("certificates.check_data", "GET"): Route(Whose.ANYONE, "/verify/{code}.json"),
    ("certificates.check_holder", "POST"): Route(
        Whose.ANYONE, "/verify/{code}/holder", {"name": "Zelda"}
    ),
    ("accounts.settings", "GET"): Route(Whose.OWN, "/settings"),
    ("accounts.choose_theme", "POST"): Route(Whose.OWN, "/settings/theme", {"theme": "dark"}),
    ("accounts.change_password", "POST"): Route(Whose.OWN, "/settings/password", FORGED),
    ("accounts.sign_out_others", "POST"): Route(Whose.OWN, "/settings/sign-out-others"),
    ("site.my_data", "GET"): Route(Whose.OWN, "/settings/my-data.json"),
    ("learning.home", "GET"): Route(Whose.OWN, "/learn"),
    ("learning.record", "GET"): Route(Whose.OWN, "/record"),
    ("learning.record_csv", "GET"): Route(Whose.OWN, "/record.csv"),
    ("learning.record_xlsx", "GET"): Route(Whose.OWN, "/record.xlsx"),
    ("learning.record_pdf", "GET"): Route(Whose.OWN, "/record.pdf"),
    ("learning.path", "GET"): Route(Whose.OWN, "/paths/police"),
    ("learning.module", "GET"): Route(Whose.OWN, MODULE),
    ("learning.checklist", "GET"): Route(Whose.OWN, f"{MODULE}/checklist"),
    ("learning.media", "GET"): Route(Whose.OWN, f"{MODULE}/media/door.svg"),
    ("learning.exact_media", "GET"): Route(Whose.OWN, MODULE + "/media/{picture}/door.svg"),
    ("learning.narrower_media", "GET"): Route(Whose.OWN, MODULE + "/media/{picture}/480/door.svg"),
    ("learning.checklist_pdf", "GET"): Route(Whose.OWN, f"{MODULE}/checklist.pdf"),
    ("learning.facilitator", "GET"): Route(Whose.OWN, f"{MODULE}/facilitator"),
    ("learning.facilitator_pdf", "GET"): Route(Whose.OWN, f"{MODULE}/facilitator.pdf"),
    ("learning.lesson", "GET"): Route(Whose.OWN, LESSON),
    ("learning.read", "POST"): Route(Whose.OWN, f"{LESSON}/read"),
    ("learning.changes", "GET"): Route(Whose.OWN, f"/changes/{SLUG}"),
    ("learning.learn_changes", "POST"): Route(Whose.OWN, f"/changes/{SLUG}", {"revision": "1"}),
    ("learning.begin_again", "POST"): Route(Whose.OWN, f"{MODULE}/rounds"),
    ("learning.choose_language", "POST"): Route(
        Whose.OWN, f"{MODULE}/language", {"language": "en"}
    ),
    ("learning.accept_attestation", "POST"): Route(Whose.OWN, f"{MODULE}/attestation"),
    ("learning.answer_check", "POST"): Route(Whose.OWN, f"{LESSON}/checks/none"),
    ("learning.keep_note", "POST"): Route(Whose.OWN, f"{LESSON}/notes/a-thought", {"note": "x"}),
    ("learning.play_scenario", "POST"): Route(Whose.OWN, f"{LESSON}/scenarios"),
    ("learning.quiz", "GET"): Route(Whose.OWN, QUIZ),
    ("learning.start", "POST"): Route(Whose.OWN, f"{QUIZ}/attempts"),
    ("learning.read_again", "POST"): Route(Whose.OWN, f"{QUIZ}/lessons/first-two-minutes"),
    ("learning.revision", "GET"): Route(Whose.OWN, MODULE + "/revisions/{revision}"),
    ("learning.attempt", "GET"): Route(Whose.LEARNER, ATTEMPT),
    ("learning.hand_in", "POST"): Route(Whose.LEARNER, ATTEMPT, {"do": "anyway"}),
    ("learning.answer", "POST"): Route(
        Whose.LEARNER, f"{ATTEMPT}/answers", {"question": "question-1", "question-1": "o0"}
    ),
    ("certificates.show", "GET"): Route(Whose.LEARNER, "/certificates/{code}"),
    ("certificates.pdf", "GET"): Route(Whose.LEARNER, "/certificates/{code}.pdf"),
    ("certificates.data", "GET"): Route(Whose.LEARNER, "/certificates/{code}.json"),
    ("certificates.revoke", "POST"): Route(Whose.STAFF, "/certificates/{code}/revocation", REASON),
    ("reports.saved", "GET"): Route(Whose.ROLE, "/reports/views"),
    ("reports.save", "POST"): Route(Whose.ROLE, "/reports/views", {"name": "Forged"}),
    ("reports.change_saved", "POST"): Route(
        Whose.STAFF, "/reports/views/{saved_view}", {"starts": "y"}
    ),
    ("reports.index", "GET"): Route(Whose.ROLE, "/reports"),
    ("reports.people", "GET"): Route(Whose.STAFF, "/reports/people?unit={unit}"),
    ("reports.find", "GET"): Route(Whose.ROLE, "/reports/find?q=ze&as_of=2026-03-03"),
    ("reports.person", "GET"): Route(Whose.STAFF, "/reports/people/{person}"),
    ("reports.unit", "GET"): Route(Whose.STAFF, "/reports/units/{unit}"),
    ("reports.target", "GET"): Route(Whose.ROLE, f"/reports/targets/{SLUG}?kind=module"),
    ("reports.export", "POST"): Route(Whose.STAFF, "/reports/export.csv", {"unit": "{unit}"}),
    ("reports.numbers_file", "POST"): Route(
        Whose.STAFF, "/reports/numbers.xlsx", {"unit": "{unit}"}
    ),
    ("reports.keep_day", "POST"): Route(Whose.ROLE, "/reports/days", {"as_of": "2020-01-01"}),
    ("reports.corrections", "GET"): Route(Whose.ROLE, "/reports/corrections"),
    ("reports.correction", "GET"): Route(Whose.STAFF, "/reports/corrections/{regrade}"),
    ("reports.decide", "POST"): Route(
        Whose.STAFF, "/reports/corrections/{regrade}/attempts/{attempt}", REASON
    ),
    ("reports.change", "GET"): Route(Whose.STAFF, "/reports/changes/absence?person={person}"),
    ("reports.carry_out", "POST"): Route(
        Whose.STAFF, "/reports/changes/absence", {"people": "{person}", **ABSENCE}
    ),
    ("reports.take_back", "GET"): Route(Whose.STAFF, "/reports/taken-back/leave/{leave}"),
    ("reports.take_back_now", "POST"): Route(
        Whose.STAFF, "/reports/taken-back/leave/{leave}", {"how": "mistake", **REASON}
    ),
    ("reports.acts", "GET"): Route(Whose.ROLE, "/reports/acts"),
    ("reports.act", "GET"): Route(Whose.STAFF, "/reports/acts/{act}"),
    ("reports.undo_act", "POST"): Route(Whose.STAFF, "/reports/acts/{act}/undo", REASON),
    ("reports.go_on_with_act", "POST"): Route(Whose.STAFF, "/reports/acts/{act}/go-on"),
    ("reports.extensions", "GET"): Route(Whose.ROLE, "/reports/extensions"),
    ("reports.decide_extension", "POST"): Route(
        Whose.STAFF, "/reports/extensions/{extension}", {"do": "refuse", **REASON}
    ),
    ("learning.requirement", "GET"): Route(Whose.LEARNER, "/learn/requirements/{requirement}"),
    ("reports.requirement", "GET"): Route(
        Whose.STAFF, "/reports/people/{person}/requirements/{requirement}"
    ),
    ("learning.more_time", "GET"): Route(Whose.LEARNER, "/learn/more-time/{requirement}"),
    ("learning.ask_for_more_time", "POST"): Route(
        Whose.LEARNER, "/learn/more-time/{requirement}", {"due_on": "2099-01-01", **REASON}
    ),
    ("assignments.index", "GET"): Route(Whose.ROLE, "/assignments"),
    ("assignments.new", "GET"): Route(Whose.ROLE, "/assignments/new"),
    ("assignments.create", "POST"): Route(Whose.ROLE, "/assignments/new", PLAN),
    ("assignments.exceptions", "GET"): Route(Whose.ROLE, "/assignments/exceptions"),
    ("assignments.decide", "POST"): Route(Whose.ROLE, "/assignments/exceptions", DECISION),
    ("assignments.show", "GET"): Route(Whose.STAFF, ASSIGNMENT),
    ("assignments.end", "POST"): Route(Whose.STAFF, f"{ASSIGNMENT}/end", REASON),
    ("reminders.show", "GET"): Route(Whose.STAFF, f"{ASSIGNMENT}/reminders"),
    ("reminders.change", "POST"): Route(
        Whose.STAFF, f"{ASSIGNMENT}/reminders", {"before": "30", "after": "7"}
    ),
    ("reminders.mail", "GET"): Route(Whose.OWN, "/settings/mail"),
    ("reminders.choose", "POST"): Route(
        Whose.OWN,
        "/settings/mail",
        {"language": "", "digest": "weekly", "authoring": "daily", "requests": "daily"},
    ),
    ("reminders.make_feed", "POST"): Route(Whose.OWN, "/settings/calendar"),
    ("reminders.stop_feed", "POST"): Route(Whose.OWN, "/settings/calendar/end"),
    ("reminders.download", "GET"): Route(Whose.OWN, "/learn/calendar.ics"),
    ("reminders.feed", "GET"): Route(Whose.ANYONE, "/calendar/guessed.ics"),
    ("administration.mail", "GET"): Route(Whose.ROLE, "/admin/mail"),
    ("administration.one_mail", "GET"): Route(Whose.STAFF, "/admin/mail/{mail}"),
    ("administration.send_test", "POST"): Route(Whose.ROLE, "/admin/mail/test"),
    ("administration.retry_mail", "POST"): Route(Whose.STAFF, "/admin/mail/{mail}/retry"),
    ("administration.retry_mails", "POST"): Route(Whose.ROLE, "/admin/mail/retry"),
    ("administration.mail_hours", "POST"): Route(
        Whose.ROLE, "/admin/mail/hours", {"starts_at": "08:00", "ends_at": "16:00", "days": "1"}
    ),
    ("administration.note_trouble", "POST"): Route(
        Whose.ROLE,
        "/admin/mail/troubles",
        {"email": "forged@example.org", "reason": "a forged reason"},
    ),
    ("administration.clear_trouble", "POST"): Route(
        Whose.STAFF, "/admin/mail/troubles/{person}/clear"
    ),
    ("assignments.pause", "POST"): Route(
        Whose.STAFF, f"{ASSIGNMENT}/pause", {"pause-reason": "a forged reason"}
    ),
    ("assignments.resume", "POST"): Route(
        Whose.STAFF, f"{ASSIGNMENT}/resume", {"resume-reason": "a forged reason"}
    ),
    ("assignments.carry_on", "POST"): Route(Whose.STAFF, f"{ASSIGNMENT}/carry-on"),
    ("assignments.changed", "GET"): Route(Whose.STAFF, f"{ASSIGNMENT}/change"),
    ("assignments.change", "POST"): Route(
        Whose.STAFF, f"{ASSIGNMENT}/change", {**PLAN, "why": "a forged reason"}
    ),
    ("assignments.reach", "POST"): Route(Whose.ROLE, "/assignments/reach", PLAN),
    ("assignments.decided", "GET"): Route(Whose.ROLE, "/assignments/exceptions/decided"),
    ("assignments.undo", "POST"): Route(
        Whose.ROLE, "/assignments/exceptions/decided", {"parked": "1", **REASON}
    ),
    ("assignments.sweep", "GET"): Route(Whose.STAFF, "/assignments/exceptions/for-all/{sweep}"),
    ("assignments.undo_sweep", "POST"): Route(
        Whose.STAFF, "/assignments/exceptions/for-all/{sweep}/undo", REASON
    ),
    ("assignments.go_on_with_sweep", "POST"): Route(
        Whose.STAFF, "/assignments/exceptions/for-all/{sweep}/go-on"
    ),
    ("assignments.simulator", "GET"): Route(Whose.ROLE, "/assignments/simulator?person=a"),
    ("people.index", "GET"): Route(Whose.ROLE, "/people?unit={unit}"),
    ("people.new", "GET"): Route(Whose.ROLE, "/people/new"),
    ("people.new", "POST"): Route(Whose.ROLE, "/people/new", PERSON),
    ("people.roles", "GET"): Route(Whose.ROLE, "/admin/roles"),
    ("people.admin", "GET"): Route(Whose.ROLE, "/admin"),
    ("people.show", "GET"): Route(Whose.STAFF, "/people/{person}"),
    ("people.move", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/posting",
        {"move-unit": "{unit}", "move-reason": "a forged reason"},
    ),
    ("people.leave", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/leaving",
        {"leave-left_on": "2026-01-01", "leave-reason": "a forged reason"},
    ),
    ("people.grant", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/roles",
        {"role-role": "manager", "role-unit": "whole", "role-reason": "a forged reason"},
    ),
    ("people.end", "GET"): Route(Whose.STAFF, "/people/{boss}/roles/{grant}/end"),
    ("people.end", "POST"): Route(Whose.STAFF, "/people/{boss}/roles/{grant}/end", REASON),
    ("people.support", "GET"): Route(Whose.STAFF, "/people/{person}/support"),
    ("people.give_support", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/support",
        {"support-extra_time": "50", "support-starts_on": "2026-01-01", "support-reason": "forged"},
    ),
    ("people.end_support", "POST"): Route(
        Whose.STAFF, "/people/{person}/support/{support}/end", {"end-reason": "a forged reason"}
    ),
    ("people.unlock", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/support/unlock",
        {"unlock-quiz": SLUG, "unlock-reason": "a forged reason"},
    ),
    ("people.link", "POST"): Route(Whose.STAFF, "/people/{person}/password-link"),
    ("erasing.show", "GET"): Route(Whose.STAFF, "/people/{person}/erasure"),
    ("erasing.erase", "POST"): Route(
        Whose.STAFF, "/people/{person}/erasure", {"whom": "Zelda", "leaves": "y", **SURE}
    ),
    ("erasing.hold", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/erasure/hold",
        {"hold-until_on": "2031-01-01", "hold-reason": "a forged reason"},
    ),
    ("erasing.let_go", "POST"): Route(
        Whose.STAFF,
        "/people/{person}/erasure/let-go",
        {"let-go-reason": "a forged reason", "let-go-your_password": "a guess"},
    ),
    ("erasing.index", "GET"): Route(Whose.ROLE, "/people/erasing"),
    ("erasing.choose", "POST"): Route(Whose.ROLE, "/people/erasing/terms", {"years": "1", **SURE}),
    ("erasing.look", "POST"): Route(Whose.ROLE, "/people/erasing/list", {"numbers": "1, 2"}),
    ("erasing.erase_many", "POST"): Route(
        Whose.ROLE, "/people/erasing/people", {"people": "{person}", "how_many": "1", **SURE}
    ),
    ("jobs.index", "GET"): Route(Whose.OWN, "/jobs"),
    ("jobs.show", "GET"): Route(Whose.LEARNER, "/jobs/{job}"),
    ("jobs.file", "GET"): Route(Whose.LEARNER, "/jobs/{job}/file"),
    ("jobs.cancel", "POST"): Route(Whose.LEARNER, "/jobs/{job}/cancel"),
    ("administration.jobs", "GET"): Route(Whose.ROLE, "/admin/jobs"),
    ("history.index", "GET"): Route(Whose.ROLE, "/people/import-history"),
    ("history.send", "POST"): Route(Whose.ROLE, "/people/import-history"),
    ("history.template", "GET"): Route(Whose.ROLE, "/people/import-history/template.csv"),
    ("history.show", "GET"): Route(Whose.STAFF, IMPORT),
    ("history.result", "GET"): Route(Whose.STAFF, f"{IMPORT}/result.csv"),
    ("history.take_in", "POST"): Route(Whose.STAFF, f"{IMPORT}/import", REASON),
    ("history.undo", "POST"): Route(Whose.STAFF, f"{IMPORT}/undo", REASON),
    ("history.read_again", "POST"): Route(Whose.STAFF, f"{IMPORT}/letters", {"letters": "cp1250"}),
    ("history.go_on_with_file", "POST"): Route(Whose.STAFF, f"{IMPORT}/go-on"),
    ("evidence.index", "GET"): Route(Whose.OWN, "/evidence?person={person}"),
    ("evidence.key", "GET"): Route(Whose.ANYONE, "/.well-known/evidence-key.json"),
    ("evidence.own", "POST"): Route(Whose.OWN, "/evidence/own"),
    ("evidence.of_person", "POST"): Route(Whose.STAFF, "/evidence/people/{person}"),
    ("evidence.of_unit", "POST"): Route(
        Whose.ROLE,
        "/evidence/units",
        {"unit": "{unit}", "first_on": "2026-01-01", "last_on": "2026-12-31"},
    ),
    ("administration.audit", "GET"): Route(Whose.ROLE, "/admin/audit?person={person}"),
    ("administration.fields", "GET"): Route(Whose.ROLE, "/admin/local-fields"),
    ("administration.course", "GET"): Route(Whose.ROLE, "/admin/course"),
    ("administration.save_course", "POST"): Route(Whose.ROLE, "/admin/course"),
    ("localising.index", "GET"): Route(Whose.ROLE, "/local"),
    ("localising.overview", "GET"): Route(Whose.ROLE, LOCAL),
    ("localising.organisations", "GET"): Route(Whose.ROLE, "/local/organisations"),
    ("localising.organisation", "GET"): Route(Whose.STAFF, "/local/organisations/{organisation}"),
    ("localising.move_organisation", "POST"): Route(
        Whose.STAFF, "/local/organisations/{organisation}", REASON
    ),
    ("localising.fields", "GET"): Route(Whose.ROLE, f"{LOCAL}/fields"),
    ("localising.save_fields", "POST"): Route(
        Whose.ROLE, f"{LOCAL}/fields", {"seen": "{no_fields}", "field-duty_phone": "1"}
    ),
    ("localising.passage", "GET"): Route(Whose.ROLE, f"{LOCAL}/passages/who-decides"),
    ("localising.save_passage", "POST"): Route(
        Whose.ROLE, f"{LOCAL}/passages/who-decides", {"seen": "{no_words}", "source": "Forged."}
    ),
    ("localising.preview_passage", "POST"): Route(
        Whose.ROLE, f"{LOCAL}/passages/who-decides/preview", {"source": "Forged."}
    ),
    ("localising.still_right", "POST"): Route(
        Whose.ROLE, f"{LOCAL}/passages/who-decides/right", {"words": "1"}
    ),
    ("localising.preview", "GET"): Route(Whose.ROLE, f"{LOCAL}/modules/{SLUG}"),
    ("localising.changes", "GET"): Route(Whose.ROLE, f"{LOCAL}/modules/{SLUG}/changes"),
    ("localising.draft", "GET"): Route(Whose.STAFF, LOCAL + "/drafts/{local_draft}"),
    ("localising.judge", "POST"): Route(
        Whose.STAFF, LOCAL + "/drafts/{local_draft}", {"seen": "1", "verdict": "approve"}
    ),
    ("localising.comment", "POST"): Route(
        Whose.STAFF, LOCAL + "/drafts/{local_draft}/comments", {"body": "forged", "passage": "a"}
    ),
    ("localising.answer", "POST"): Route(
        Whose.STAFF, LOCAL + "/drafts/{local_draft}/comments/{local_comment}", {"do": "resolve"}
    ),
    ("localising.ask", "POST"): Route(Whose.ROLE, f"{LOCAL}/ask", {"note": "forged"}),
    ("localising.give_up_draft", "POST"): Route(Whose.ROLE, f"{LOCAL}/give-up"),
    ("localising.check", "GET"): Route(Whose.STAFF, LOCAL + "/publish?draft={local_draft}"),
    ("localising.publish", "POST"): Route(
        Whose.STAFF,
        f"{LOCAL}/publish",
        {"seen": "1", "live": "{local_live}", "draft": "{local_draft}", "note": "forged"},
    ),
    ("localising.history", "GET"): Route(Whose.ROLE, f"{LOCAL}/history"),
    ("localising.version", "GET"): Route(Whose.STAFF, LOCAL + "/history/{local_version}"),
    ("localising.restore", "POST"): Route(Whose.STAFF, LOCAL + "/history/{local_version}"),
    ("localising.compare", "GET"): Route(
        Whose.STAFF, LOCAL + "/compare?before={local_version}&after={local_version}"
    ),
    ("localising.saved", "GET"): Route(Whose.STAFF, LOCAL + "/saved/{local_saved}"),
    ("localising.take_up_saved", "POST"): Route(Whose.STAFF, LOCAL + "/saved/{local_saved}"),
    ("localising.join", "GET"): Route(Whose.ROLE, f"{LOCAL}/join"),
    ("localising.carry_out_join", "POST"): Route(Whose.ROLE, f"{LOCAL}/join", {"mark": "1"}),
    ("authoring.index", "GET"): Route(Whose.COURSE, "/authoring"),
    ("authoring.facts", "GET"): Route(Whose.COURSE, "/authoring/facts?q=child"),
    ("authoring.registers", "GET"): Route(Whose.COURSE, "/authoring/registers"),
    ("authoring.entries", "GET"): Route(Whose.COURSE, f"{ENTRIES}?q=child&due=y"),
    ("authoring.begin_entry", "POST"): Route(Whose.COURSE, ENTRIES, {"name": "Z99"}),
    ("authoring.entry", "GET"): Route(Whose.COURSE, f"{ENTRIES}/A01"),
    ("authoring.fill_entry", "POST"): Route(
        Whose.COURSE, f"{ENTRIES}/A01", {"statement": "forged"}
    ),
    ("authoring.ask_to_remove_entry", "GET"): Route(Whose.COURSE, f"{ENTRIES}/A01/remove"),
    ("authoring.remove_entry", "POST"): Route(Whose.COURSE, f"{ENTRIES}/A01/remove"),
    ("authoring.begin_path", "POST"): Route(
        Whose.COURSE, "/authoring/registers/paths", {"title": "Forged", "slug": "forged"}
    ),
    ("authoring.begin_glossary", "POST"): Route(
        Whose.COURSE, "/authoring/registers/glossaries", {"language": "fr"}
    ),
    ("authoring.guide", "GET"): Route(Whose.COURSE, "/authoring/help"),
    ("authoring.reviews", "GET"): Route(Whose.COURSE, "/authoring/reviews"),
    ("authoring.hand_over_facts", "POST"): Route(
        Whose.COURSE, "/authoring/reviews/facts", {"person": ""}
    ),
    ("authoring.review", "GET"): Route(Whose.COURSE, f"{TEXT}/review"),
    ("authoring.look", "POST"): Route(
        Whose.COURSE,
        f"{TEXT}/review",
        {"revision": "{live}", "note": "forged", "until": "1 1 2028"},
    ),
    ("authoring.hand_over", "POST"): Route(Whose.COURSE, f"{TEXT}/review/keeper", {"person": ""}),
    ("authoring.new", "GET"): Route(Whose.COURSE, "/authoring/modules/new"),
    ("authoring.begin", "POST"): Route(
        Whose.COURSE, "/authoring/modules/new", {"title": "Forged", "slug": "forged"}
    ),
    ("authoring.edit", "GET"): Route(Whose.COURSE, TEXT),
    ("authoring.save", "POST"): Route(Whose.COURSE, TEXT, {"source": "forged", **SEEN}),
    ("authoring.preview", "POST"): Route(Whose.COURSE, f"{TEXT}/preview", {"source": "forged"}),
    ("authoring.compare_unsent", "POST"): Route(
        Whose.COURSE, f"{TEXT}/unsent", {"source": "forged"}
    ),
    ("authoring.archives", "GET"): Route(Whose.COURSE, "/authoring/archives"),
    ("authoring.export_course", "POST"): Route(Whose.COURSE, "/authoring/archives/export"),
    ("authoring.look_into_archive", "POST"): Route(Whose.COURSE, "/authoring/archives/look"),
    ("authoring.upload", "GET"): Route(Whose.COURSE, "/authoring/archives/{upload}"),
    ("authoring.bring_archive", "POST"): Route(Whose.COURSE, "/authoring/archives/{upload}"),
    ("authoring.forget_upload", "POST"): Route(Whose.COURSE, "/authoring/archives/{upload}/forget"),
    ("authoring.bring_folder", "POST"): Route(
        Whose.COURSE, "/authoring/archives/markdown", {"slug": "forged"}
    ),
    ("authoring.media", "GET"): Route(Whose.COURSE, f"{TEXT}/media"),
    ("authoring.add_media", "POST"): Route(Whose.COURSE, f"{TEXT}/media", {"words": "forged"}),
    ("authoring.medium", "GET"): Route(Whose.COURSE, f"{TEXT}/media/door.svg"),
    ("authoring.describe_medium", "POST"): Route(
        Whose.COURSE, f"{TEXT}/media/door.svg", {"words": "forged"}
    ),
    ("authoring.replace_medium", "POST"): Route(
        Whose.COURSE, f"{TEXT}/media/door.svg/replace", {"words": "forged"}
    ),
    ("authoring.remove_medium", "POST"): Route(Whose.COURSE, f"{TEXT}/media/door.svg/remove"),
    ("authoring.check", "GET"): Route(Whose.COURSE, f"{TEXT}/publish"),
    ("authoring.publish", "POST"): Route(
        Whose.COURSE, f"{TEXT}/publish", {"change": "minor", "note": "forged", **SEEN}
    ),
    ("authoring.change_plan", "POST"): Route(Whose.COURSE, f"{TEXT}/plan", {"do": "cancel"}),
    ("authoring.changes", "GET"): Route(Whose.COURSE, f"{TEXT}/changes"),
    ("authoring.tag", "POST"): Route(Whose.COURSE, f"{TEXT}/changes", {"lesson": "a"}),
    ("authoring.compare", "GET"): Route(
        Whose.COURSE, TEXT + "/compare?before={revision}&after={revision}"
    ),
    ("authoring.history", "GET"): Route(Whose.COURSE, f"{TEXT}/history"),
    ("authoring.revision", "GET"): Route(Whose.COURSE, TEXT + "/history/{revision}"),
    ("authoring.go_back", "POST"): Route(Whose.COURSE, TEXT + "/history/{revision}"),
    ("authoring.saved", "GET"): Route(Whose.COURSE, TEXT + "/saved/{saved}"),
    ("authoring.take_up", "POST"): Route(Whose.COURSE, TEXT + "/saved/{saved}"),
    ("authoring.statistics_of_all", "GET"): Route(Whose.COURSE, "/authoring/statistics"),
    ("authoring.statistics", "GET"): Route(Whose.COURSE, f"{QUESTIONS}/statistics"),
    ("authoring.corrections", "GET"): Route(Whose.COURSE, f"{QUESTIONS}/corrections"),
    ("authoring.try_correction", "POST"): Route(
        Whose.COURSE, f"{QUESTIONS}/corrections", {"question": "question-1"}
    ),
    ("authoring.correction", "GET"): Route(Whose.COURSE, QUESTIONS + "/corrections/{regrade}"),
    ("authoring.carry_out", "POST"): Route(
        Whose.COURSE, QUESTIONS + "/corrections/{regrade}", {"way": "full-marks", **REASON}
    ),
    ("authoring.settings", "GET"): Route(Whose.COURSE, TEXT + "/settings"),
    ("authoring.fill_settings", "POST"): Route(
        Whose.COURSE, TEXT + "/settings", {"title": "forged"}
    ),
    ("authoring.questions", "GET"): Route(Whose.COURSE, f"{QUESTIONS}/questions"),
    ("authoring.arrange", "POST"): Route(
        Whose.COURSE, f"{QUESTIONS}/questions", {"do": "copy:question-1"}
    ),
    ("authoring.question", "GET"): Route(Whose.COURSE, f"{ONE_QUESTION}"),
    ("authoring.fill", "POST"): Route(Whose.COURSE, f"{ONE_QUESTION}", {"text": "forged"}),
    ("authoring.try_question", "GET"): Route(Whose.COURSE, f"{ONE_QUESTION}/try"),
    ("authoring.answer_question", "POST"): Route(
        Whose.COURSE, f"{ONE_QUESTION}/try", {"question-1": "forged"}
    ),
    ("authoring.ask_to_remove", "GET"): Route(Whose.COURSE, f"{ONE_QUESTION}/remove"),
    ("authoring.remove", "POST"): Route(Whose.COURSE, f"{ONE_QUESTION}/remove"),
    ("authoring.draft", "GET"): Route(Whose.COURSE, TEXT + "/drafts/{draft}"),
    ("authoring.comment", "POST"): Route(
        Whose.COURSE, TEXT + "/drafts/{draft}/comments", {"body": "forged", "passage": "forged"}
    ),
    ("authoring.answer", "POST"): Route(
        Whose.COURSE, TEXT + "/drafts/{draft}/comments/{comment}", {"do": "resolve"}
    ),
    ("authoring.give_opinion", "POST"): Route(
        Whose.COURSE, TEXT + "/drafts/{draft}/opinion", {"verdict": "approve", **SEEN}
    ),
    ("authoring.ask_opinion", "POST"): Route(Whose.COURSE, f"{TEXT}/ask", {"note": "forged"}),
    ("authoring.join", "GET"): Route(Whose.COURSE, TEXT + "/join/saved-{saved}"),
    ("authoring.carry_out_join", "POST"): Route(
        Whose.COURSE, TEXT + "/join/saved-{saved}", {"mark": "forged"}
    ),
    ("authoring.translations", "GET"): Route(Whose.COURSE, f"{TEXTS}/translations"),
    ("authoring.add_language", "POST"): Route(
        Whose.COURSE, f"{TEXTS}/translations", {"language": "fr"}
    ),
    ("authoring.translate", "GET"): Route(Whose.COURSE, f"{TEXTS}/es/translate"),
    ("authoring.save_translation", "POST"): Route(
        Whose.COURSE, f"{TEXTS}/es/translate", {"words-0": "forged", "original": "{revision}"}
    ),
    ("authoring.give_up", "POST"): Route(Whose.COURSE, f"{TEXT}/give-up", SEEN),
    ("interop.show", "GET"): Route(Whose.COURSE, f"{QUESTIONS}/import"),
    ("interop.bring", "POST"): Route(
        Whose.COURSE,
        f"{QUESTIONS}/import",
        {"questions": "Forged?{{T}}", "do": "add", "seen": "0", "live": ""},
    ),
    ("interop.export", "GET"): Route(Whose.COURSE, f"{QUESTIONS}/export/gift"),
}
