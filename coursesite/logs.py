"""The log: one JSON object a line, with nothing in it that people wrote."""

import logging
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from coursesite.config import PROJECT


def log_as_data() -> None:
    """For this process: what is logged is written to standard output."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    structlog.configure(processors=PROCESSORS, cache_logger_on_first_use=True)


def name_error(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """In place of `exc_info`, the kind of error and the places in the code that it came through.

    Its message is left out, and so are the values of variables: they hold what people sent.
    """
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["at"] = _places(error.__traceback__)
    return event


def _places(frames: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename.removeprefix(f'{PROJECT}/')}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(frames)
    ]


PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    name_error,
    structlog.processors.JSONRenderer(),
]
"""What makes a line of the log of an event."""
