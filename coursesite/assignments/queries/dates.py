"""What both databases work out of days, each in its own words."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801 - SQL names functions so
    """How many days lie between a day and a later one."""

    type = sa.Integer()
    inherit_cache = True


class latest_day(FunctionElement[Any]):  # noqa: N801 - SQL names functions so
    """The latest of some days, none of which is missing."""

    type = sa.Date()
    inherit_cache = True


@compiles(days_between)
def _days_between(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(each, **options) for each in element.clauses)
    return f"({last} - {first})"


@compiles(days_between, "sqlite")
def _julian_days_between(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(latest_day)
def _latest(element: Any, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(latest_day, "sqlite")
def _largest(element: Any, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"
