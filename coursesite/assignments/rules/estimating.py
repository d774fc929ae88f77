"""Of very many people not each is looked at before something is done: one of so many stands for
the others, and what is told of them is an estimate.
"""

LOOKED_AT = 50_000
"""Up to so many, each is looked at."""
DIGITS = 2
NEARLY_ALWAYS = 3
"""What concerns so many times as many as one stands for is missed once in twenty times."""


def one_of(people: int) -> int:
    """Of how many people one is looked at: 12,500 to 25,000 of them all. 1 is everybody.

    A power of two, so that whom it picks are some of those whom a smaller one picks.
    """
    return 1 if people <= LOOKED_AT else 2 << (people // LOOKED_AT).bit_length()


def about(number: int) -> int:
    """Rounded, as no more of it is known; what is known exactly is not sent here."""
    return round(number, DIGITS - len(str(number)))


def may_be_missed(one_of: int) -> int:
    """How few an effect may concern and still be seen on nobody who is looked at."""
    return about(NEARLY_ALWAYS * one_of) if one_of > 1 else 0
