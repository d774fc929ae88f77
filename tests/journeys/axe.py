"""Asking axe-core what keeps people out of a page."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

RUN = """
async rules => (await axe.run(
  document, {runOnly: rules, resultTypes: ["violations"], selectors: false})).violations.map(
  found => [found.id, ...found.nodes.map(node => node.html)])
"""


def findings(page: Page) -> list[list[str]]:
    """What axe finds (WCAG 2.0 to 2.2, A and AA, and best practices): a rule and its elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[list[str]] = page.evaluate(RUN, RULES)
    return found


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")
