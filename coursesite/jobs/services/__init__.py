"""The outbox of short work, and long work that goes on in steps while people watch."""

from coursesite.jobs.services.asking import (
    NewTask,
    TooManyAtOnce,
    cancel,
    forget_old_tasks,
    go_on,
    start_task,
)
from coursesite.jobs.services.outbox import (
    Handler,
    claim,
    enqueue,
    next_try,
    run_next,
    start_daily,
)
from coursesite.jobs.services.running import LongHandler, Tasks

__all__ = [
    "Handler",
    "LongHandler",
    "NewTask",
    "Tasks",
    "TooManyAtOnce",
    "cancel",
    "claim",
    "enqueue",
    "forget_old_tasks",
    "go_on",
    "next_try",
    "run_next",
    "start_daily",
    "start_task",
]
