"""Telling people what is due before it is late: ladders, one digest a day, calendars."""
