"""People who are alike in all that decides what an assignment does for them, counted: one SELECT.

However many they are, what comes back grows with the days on which something happened to them. A
moment is told as the quarter of an hour in which it lies: no day begins within one, in any zone.
"""

from coursesite.assignments.queries.alike.counting import Alike
from coursesite.assignments.queries.alike.led import led_alike
from coursesite.assignments.queries.alike.reached import candidates_alike, everybody_of

__all__ = ["Alike", "candidates_alike", "everybody_of", "led_alike"]
