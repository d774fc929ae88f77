"""Saving views of reports; deciding about people, for some at once or for many in steps."""

from coursesite.reports.services.acting import (
    ACT,
    UNDO_ACT,
    act_some,
    begin_act,
    begin_undo,
    gather_some,
    has_been_done,
    has_been_undone,
    note_act,
    undo_some,
)
from coursesite.reports.services.answering import answer_extension
from coursesite.reports.services.deciding import Decision, Office, check, decide, plan_for
from coursesite.reports.services.saving import MOST, change_view, delete_view, save_view
from coursesite.reports.services.undoing import Foreseen, foresee_undo

__all__ = [
    "ACT",
    "MOST",
    "UNDO_ACT",
    "Decision",
    "Foreseen",
    "Office",
    "act_some",
    "answer_extension",
    "begin_act",
    "begin_undo",
    "change_view",
    "check",
    "decide",
    "delete_view",
    "foresee_undo",
    "gather_some",
    "has_been_done",
    "has_been_undone",
    "note_act",
    "plan_for",
    "save_view",
    "undo_some",
]
