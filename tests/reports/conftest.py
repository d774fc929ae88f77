"""A service whose days pass."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.reports.service import START, Service


@pytest.fixture
def service(session: Session) -> Iterator[Service]:
    with time_machine.travel(START, tick=False) as traveller:
        yield Service(session, traveller)
