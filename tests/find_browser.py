"""Finds a browser for the journeys, or installs one; says so loudly when there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The program to run: $CHROME, one on the PATH, or the one that Playwright installed."""
    named = os.environ.get("CHROME")
    if named:
        return named
    return next(filter(None, map(shutil.which, NAMES)), None) or _of_playwright()


def _of_playwright() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    found = sorted(cache.glob("chromium*/chrome-*/*chrome*"))
    runnable = [path for path in found if path.is_file() and os.access(path, os.X_OK)]
    return str(runnable[-1]) if runnable else None


def install_browser() -> None:
    """Playwright's own first; as root on Debian its package; failures are not the end."""
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    if not find_browser() and os.geteuid() == 0 and shutil.which("apt-get"):
        apt = ("apt-get", "-o", "DPkg::Lock::Timeout=500")
        _run(*apt, "update")
        _run(*apt, "install", "-y", "--no-install-recommends", "chromium")


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=False, capture_output=True, timeout=900)  # noqa: S603 - our own words
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"{command[0]} did not end in 15 minutes.\n")


if __name__ == "__main__":
    if not find_browser():
        sys.stderr.write("No browser was found; installing one ...\n")
        install_browser()
    if not find_browser():
        sys.stderr.write(
            "\n*** NO BROWSER: the browser journeys will be SKIPPED. ***\n"
            "Install Chromium, or name a browser in CHROME, and run the tests again.\n\n"
        )
