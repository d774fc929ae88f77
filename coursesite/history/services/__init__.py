"""Sending a file, checking it without any effect, importing it, taking it back."""

from coursesite.history.services.checking import Known, check_lines, know, known_targets
from coursesite.history.services.importing import (
    Sent,
    begin_import,
    begin_undo,
    import_some,
    read_again,
    send_file,
    undo_some,
)

__all__ = [
    "Known",
    "Sent",
    "begin_import",
    "begin_undo",
    "check_lines",
    "import_some",
    "know",
    "known_targets",
    "read_again",
    "send_file",
    "undo_some",
]
