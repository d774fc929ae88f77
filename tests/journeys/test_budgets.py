"""What a lesson costs a learner's connection: all that crosses it, the first time and again."""

import gzip

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Open

MODULE = "/modules/prison-1-first-days"
LEARNERS_PAGES = (
    "/learn",
    MODULE,
    f"{MODULE}/why-first-days",
    f"{MODULE}/family-rings",
    "/quizzes/prison-1-first-days",
    "/record",
)


def transferred(page: Page, address: str) -> tuple[int, int]:
    """How many requests, and how many bytes of headers and bodies, as they were sent."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    cached: set[str] = set()
    sizes: dict[str, int] = {}
    network.on(
        "Network.responseReceived",
        lambda told: cached.add(told["requestId"]) if told["response"]["fromDiskCache"] else None,
    )
    network.on("Network.requestServedFromCache", lambda told: cached.add(told["requestId"]))
    network.on(
        "Network.loadingFinished",
        lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}),
    )
    page.goto(address, wait_until="networkidle")
    network.detach()
    sent = [size for request, size in sizes.items() if request not in cached]
    return len(sent), sum(sent)


def test_a_lesson_fits_a_slow_line(open_page: Open) -> None:
    page = open_page("officer")
    requests, size = transferred(page, f"{MODULE}/family-rings")
    assert requests <= 10
    assert size <= 100_000
    requests, size = transferred(page, f"{MODULE}/what-cannot-wait")
    assert requests <= 2
    assert size <= 20_000


@pytest.mark.parametrize("address", LEARNERS_PAGES)
def test_learners_are_sent_little_script(open_page: Open, address: str) -> None:
    page = open_page("officer")
    page.goto(address)
    named = page.locator("script[src]").evaluate_all("all => all.map(each => each.src)")
    size = sum(len(gzip.compress(page.request.get(source).body())) for source in named)
    assert size <= 20_000
