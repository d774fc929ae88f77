"""What stands in addresses: the numbers of rows, and where the world finds this site."""

import re
from typing import Any

from flask import current_app, url_for
from werkzeug.routing import BaseConverter

from coursesite.config import Settings

ROW_ID = r"[0-9]{1,18}"


class RowId(BaseConverter):
    """`<int:...>` in a route: digits from 0 to 9, and no more of them than a database can hold."""

    regex = ROW_ID

    def to_python(self, value: str) -> int:
        return int(value)


def row_id(text: str) -> int:
    """The number of a row, as a query string or a form has it; ValueError for anything else."""
    if not re.fullmatch(ROW_ID, text.strip()):
        raise ValueError("A row's number has 1 to 18 digits.")
    return int(text)


def public_url(endpoint: str, **values: Any) -> str:
    """A whole address to be printed, or sent to somebody.

    It begins with COURSESITE_ADDRESS: what a browser says is the host may be anybody's word. Where
    that is not set, as on one's own machine, the request has to do.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.address is None:
        return url_for(endpoint, **values, _external=True)
    return settings.address + url_for(endpoint, **values)
