"""Days, numbers, and a day of every year, as they are filled in."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, StringField

from coursesite.assignments.rules import day_of_year


class DayField(DateField):  # type: ignore[misc]  # wtforms has no types
    """A day in three boxes of one name, or in ISO form; empty boxes are no day."""

    data: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, format=["%d %m %Y", "%Y-%m-%d"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not any(value.strip() for value in valuelist):
            return
        try:
            super().process_formdata([" ".join(" ".join(valuelist).split())])
        except ValueError as error:
            raise ValueError(_("Enter a real date, such as 27 3 2027")) from error


class NumberField(IntegerField):  # type: ignore[misc]  # as above
    """A whole number; an empty box is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not any(value.strip() for value in valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a whole number")) from error


class YearDayField(StringField):  # type: ignore[misc]  # as above
    """A day of every year, as in 31 8; its data is `08-31`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = " ".join(valuelist).strip()
        if not text:
            return
        numbers = re.fullmatch(r"(\d{1,2})[\s./-]+(\d{1,2})\.?", text, re.ASCII)
        day = day_of_year(int(numbers[1]), int(numbers[2])) if numbers else None
        if day is None:
            raise ValueError(_("Enter a day and a month, such as 31 8"))
        self.data = day

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return "{1:d} {0:d}".format(*map(int, self.data.split("-"))) if self.data else ""
