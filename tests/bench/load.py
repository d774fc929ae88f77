"""Sending one request again and again over kept connections: wrk, ab, or a small client of ours."""

import asyncio
import re
import resource
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass

from tests.bench.pages import Page

CONNECTIONS = 4
OK = b"200"


@dataclass(frozen=True)
class Load:
    """What a run came to; times in milliseconds, `own_cpu` in seconds of the client's own work."""

    requests: int
    seconds: float
    p50: float
    p95: float
    failed: int
    own_cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def spread(self) -> float:
        """How much longer the slow requests took than the one in the middle."""
        return self.p95 / self.p50


def generator() -> str:
    """The best load generator that is here."""
    return next((name for name in ("wrk", "ab") if shutil.which(name)), "a client of ours")


def drive(port: int, page: Page, seconds: float) -> Load:
    url = f"http://127.0.0.1:{port}{page.path}"
    if shutil.which("wrk"):
        return _wrk(url, page, seconds)
    if shutil.which("ab"):
        return _ab(url, page, seconds)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    load = asyncio.run(_drive(port, page, seconds))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    return Load(**{**vars(load), "own_cpu": used})


WRK = """
wrk.method = "{method}"
wrk.body = [[{body}]]
{headers}
function done(summary, latency)
  io.write(string.format("made %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95),
    summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


def _wrk(url: str, page: Page, seconds: float) -> Load:
    headers = "\n".join(f'wrk.headers["{name}"] = "{text}"' for name, text in page.headers.items())
    method = "POST" if page.body else "GET"
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK.format(method=method, body=page.body, headers=headers))
        script.flush()
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", script.name]
        told = _run(["wrk", *options, url])
    made = re.search(r"^made (\d+) (\d+) (\d+) (\d+) (\d+)$", told, re.MULTILINE)
    if made is None:
        raise RuntimeError(told)
    requests, took, p50, p95, failed = map(int, made.groups())
    return Load(requests, took / 1e6, p50 / 1000, p95 / 1000, failed)


def _ab(url: str, page: Page, seconds: float) -> Load:
    said = dict(page.headers)
    type_ = said.pop("Content-Type", "")
    headers = [option for pair in said.items() for option in ("-H", ": ".join(pair))]
    with tempfile.NamedTemporaryFile("w") as body:
        body.write(page.body)
        body.flush()
        sent = ["-p", body.name, "-T", type_] if page.body else []
        options = ["-q", "-k", "-c", str(CONNECTIONS), "-t", f"{seconds:.0f}", "-n", "1000000"]
        told = _run(["ab", *options, *headers, *sent, url])
    return Load(
        requests=int(_number(r"Complete requests:\s+(\d+)", told)),
        seconds=_number(r"Time taken for tests:\s+([\d.]+)", told),
        p50=_number(r"^\s+50%\s+(\d+)", told),
        p95=_number(r"^\s+95%\s+(\d+)", told),
        failed=int(_number(r"Non-2xx responses:\s+(\d+)", told, 0)),
    )


def _number(pattern: str, text: str, default: float | None = None) -> float:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None and default is None:
        raise RuntimeError(text)
    return float(found[1]) if found else default or 0.0


def _run(command: list[str]) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return ended.stdout


async def _drive(port: int, page: Page, seconds: float) -> Load:
    times: list[float] = []
    failed: list[bytes] = []
    began = time.perf_counter()
    until = began + seconds
    sent = _request(port, page)
    await asyncio.gather(
        *(_connection(port, sent, until, times, failed) for _ in range(CONNECTIONS))
    )
    took = time.perf_counter() - began
    times.sort()
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    return Load(len(times), took, middle * 1000, late * 1000, len(failed))


def _request(port: int, page: Page) -> bytes:
    lines = [f"{'POST' if page.body else 'GET'} {page.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {text}" for name, text in page.headers.items()]
    if page.body:
        lines.append(f"Content-Length: {len(page.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n" + page.body).encode()


async def _connection(
    port: int, sent: bytes, until: float, times: list[float], failed: list[bytes]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := time.perf_counter()) < until:
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        times.append(time.perf_counter() - began)
        if head[9:12] != OK:
            failed.append(head)
    writer.close()
