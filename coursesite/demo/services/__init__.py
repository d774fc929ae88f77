"""Making the demonstration, keeping its password the one that is printed, and ending it."""

from coursesite.demo.services.accounts import (
    Ended,
    NoDemonstration,
    end_demonstration,
    has_accounts,
    keep_password,
    open_accounts,
)
from coursesite.demo.services.making import is_empty, make_demonstration
from coursesite.demo.services.people import add_organisation

__all__ = [
    "Ended",
    "NoDemonstration",
    "add_organisation",
    "end_demonstration",
    "has_accounts",
    "is_empty",
    "keep_password",
    "make_demonstration",
    "open_accounts",
]
