"""What a first view weighs, and that nothing moves once it is shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import Site
from tests.e2e.conftest import open_context
from tests.e2e.looking import SIZES

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000
ADDRESSES = ("/", "/search?q=科普", "/documents/1a8d0e6336d4b2a3?q=科普", "/search?q=会议&group=source", "/term?q=科普")
WATCH = """
    window.shifts = 0;
    window.moved = [];
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) {
            window.shifts += one.value;
            window.moved.push(...one.sources.map(own => own.node ? own.node.outerHTML || own.node.textContent : ""));
        }
    }).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("size", SIZES)
def test_a_first_view_is_light_and_stands_still(browser: Browser, site: Site, address: str, size: str) -> None:
    width, height = SIZES[size]
    context = open_context(browser, site, viewport={"width": width, "height": height})
    page = context.new_page()
    page.add_init_script(WATCH)
    received = watch(page)
    page.goto(address)
    page.wait_for_timeout(300)
    assert 3000 < sum(received) < MOST_BYTES
    assert page.evaluate("window.shifts") == 0, page.evaluate("window.moved")
    context.close()


def watch(page: Page) -> list[int]:
    """Return the bytes of each answer as they came over the network, as they come."""
    received: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    return received
