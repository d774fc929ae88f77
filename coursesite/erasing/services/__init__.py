"""Erasing people, saying after how long they are erased, and holding what an inquiry needs."""

from coursesite.erasing.services.erasing import (
    AGAIN,
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
from coursesite.erasing.services.holds import hold, let_go
from coursesite.erasing.services.terms import choose_terms

__all__ = [
    "AGAIN",
    "MOST_AT_ONCE",
    "Asking",
    "Order",
    "ask_to_erase",
    "choose_terms",
    "close_account",
    "erase",
    "erase_by_terms",
    "hold",
    "let_go",
    "prepare",
    "refuse",
]
