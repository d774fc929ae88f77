"""How long a session lives, where one may be sent after signing in, what a password must be."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from coursesite.errors import said

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
LINK_VALID = timedelta(days=7)

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
SHORTEST_NAME = 4

ROWS = ("0123456789" * 13, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")

HOME = "/learn"


def own_path(address: str | None) -> str:
    """The address if it is a path of this site, else the learner's home."""
    address = address or ""
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return HOME
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address.isprintable():
        return HOME
    return HOME if parts.path in {"/sign-in", "/sign-out"} else address


def weakness(password: str, common: frozenset[str], names: Iterable[str]) -> str | None:
    """What is wrong with a new password, in a sentence, or None.

    `names` are words that others know: the person's, the organisation's, the site's. The sentence
    leaves a place for the shortest and the longest that is taken.
    """
    if len(password) < SHORTEST_PASSWORD:
        return said("Use at least %(shortest)d characters; three or four unrelated words do well.")
    if len(password) > LONGEST_PASSWORD:
        return said("Use at most %(longest)d characters.")
    plain = password.casefold()
    if is_common(plain, common):
        return said("This password is one of the first that others would try. Choose another.")
    if without_names(plain, names) < SHORTEST_PASSWORD // 2:
        return said("This password is mostly a name that others know. Choose another.")
    return None


def is_common(password: str, common: frozenset[str]) -> bool:
    """Whether it is a common password, one with digits or signs around it, a piece said over and
    over, or a row of the keyboard or the alphabet.
    """
    core = password.strip("0123456789!?.,;:-_+*#$%&/()= ")
    repeated = password in (password + password)[1:-1]
    return repeated or password in common or core in common or any(password in row for row in ROWS)


def without_names(password: str, names: Iterable[str]) -> int:
    """How many letters and digits are left when the names are taken out, longest first."""
    words = {word for name in names for word in name.casefold().replace("@", " ").split()}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST_NAME:
            password = password.replace(word, "")
    return sum(character.isalnum() for character in password)


BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> tuple[str | None, str | None]:
    """The browser and the system that a browser says it is, as far as we know them."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), None)
    if browser is None and "Safari/" in user_agent:
        browser = "Safari"
    return browser, next((name for sign, name in SYSTEMS.items() if sign in user_agent), None)
