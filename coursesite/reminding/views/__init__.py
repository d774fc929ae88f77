"""The reminders of an assignment, how people want their mail, and their calendars."""

from coursesite.reminding.views import beside, calendar, ladder, mail
from coursesite.reminding.views.blueprint import bp

__all__ = ["beside", "bp", "calendar", "ladder", "mail"]
