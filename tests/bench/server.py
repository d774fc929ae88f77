"""The production server in a process of its own, and what its worker has used."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coursesite.config import Settings
from coursesite.serving import server_command, server_environment

PATIENCE = 600.0
"""So many seconds a server may take to start: on a busy machine, one process at a time, it does."""
ONE_ANSWER = 60.0
ABSENT = Path(__file__).parent / "absent"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server with one worker."""

    port: int
    worker: int

    def cpu_seconds(self) -> float:
        """What the worker has used so far, in user and system mode together."""
        fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_megabytes(self) -> float:
        return peak_megabytes(self.worker)


def peak_megabytes(process: int) -> float:
    """The most memory it has had; getrusage's counts what its parent had when it began."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@contextmanager
def served(settings: Settings, app: str = "coursesite.app:served") -> Iterator[Server]:
    """The server on this copy, up and warm."""
    env = {
        **server_environment(),
        "PYTHONPATH": str(ABSENT),
        "COURSESITE_ENV": "development",
        "COURSESITE_VAR": str(settings.var),
        "COURSESITE_DATABASE_URL": settings.database_url,
        "COURSESITE_SECRET_KEY": settings.secret_key,
    }
    process = subprocess.Popen(server_command(settings, app), env=env)  # noqa: S603 - our own command
    try:
        _wait_until_up(process, settings.port)
        yield Server(settings.port, _only_child(process.pid))
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=ONE_ANSWER) as probe:
                probe.sendall(b"GET /none HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                if probe.recv(12):
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server did not come up.")


def _only_child(pid: int) -> int:
    """The worker: the last process that the server has started."""
    children = [
        int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _parent(stat) == pid
    ]
    return max(children)


def _parent(stat: Path) -> int:
    """0 for a process that is gone already."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
