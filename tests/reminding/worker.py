"""Real workers for the tests that kill them: `python -m tests.reminding.worker`.

Each line that comes in is the environment of one, as JSON; its process number goes out. It is the
site's own worker with shorter leases, in a process of its own; only what it imports was loaded
before. `KILL_AT` names a moment of its work, and how often it comes by there before it is killed
as by the power going out.
"""

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from coursesite.command import commands
from coursesite.config import read_settings
from coursesite.jobs.services import outbox
from coursesite.notifications import services as notifications
from coursesite.notifications.services import handing_over
from coursesite.reminding import services

LEASE = timedelta(seconds=1)

MOMENTS: dict[str, tuple[Any, str, bool]] = {
    "after the server took it": (smtplib.SMTP, "data", True),
    "before the server heard of it": (smtplib.SMTP, "mail", False),
    "while steps are written down": (services, "collect", True),
    "while digests are made": (services, "compose_digests", True),
    "while news are made into a mail": (notifications, "make_mail", True),
}
"""What is called then, and whether the end comes after or before it."""


def die_at(moment: str, time: int) -> None:
    place, name, after = MOMENTS[moment]
    kept: Callable[..., Any] = getattr(place, name)
    left = [time]

    def last(*values: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        found = kept(*values, **named)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(place, name, last)


def work() -> None:
    outbox.LEASE = handing_over.LEASE = LEASE
    if "KILL_AT" in os.environ:
        moment, _, time = os.environ["KILL_AT"].rpartition(" ")
        die_at(moment, int(time))
    commands(read_settings()).main(["work"])


def main() -> None:
    """Start workers as they are asked for; nobody waits for those that ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os.environ.update(json.loads(line))
            work()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
