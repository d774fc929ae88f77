"""Erasing people, and saying after how long an organisation's people are erased."""

from coursesite.erasing.services.erasing import (
    MOST_AT_ONCE,
    Asking,
    Order,
    ask_to_erase,
    close_account,
    erase,
    erase_by_terms,
    prepare,
    refuse,
)
from coursesite.erasing.services.terms import choose_terms

__all__ = [
    "MOST_AT_ONCE",
    "Asking",
    "Order",
    "ask_to_erase",
    "choose_terms",
    "close_account",
    "erase",
    "erase_by_terms",
    "prepare",
    "refuse",
]
