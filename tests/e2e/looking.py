"""What the tests look at on a page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.conftest import PROJECT

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
# Below a path over TLS, as all tests do; and at the root over plain http, where browsers withhold much.
EVERYWHERE = pytest.mark.parametrize("site", ["below", "plain"], indirect=True)
SCREENSHOTS = PROJECT / "tests" / "screenshots"


def picture(page: Page, name: str) -> None:
    """Keep a screenshot to be looked at."""
    assert page.viewport_size is not None
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{page.viewport_size['width']}.png")


def fits(page: Page) -> bool:
    """Tell whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def search_box(page: Page) -> Locator:
    """Return the box of the query; with suggestions it is a combobox."""
    return page.locator("#q")


def count(page: Page) -> int:
    """Return the total that a page of results says."""
    found = re.search(r"(\d[\d,]*) 份", page.locator(".summary [role=status]").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until all of that is there: half a page has half of the hits."""
    with link.page.expect_navigation():
        link.click()


def open_filters(page: Page) -> None:
    """Open the sheet of filters, where these do not stand beside the hits."""
    if has_sheet(page) and page.locator(".to-filters").count() and not page.locator("dialog.sheet").is_visible():
        page.locator("button.to-filters").click()


def has_sheet(page: Page) -> bool:
    """Tell whether a window is too narrow for filters beside the hits."""
    assert page.viewport_size is not None
    return page.viewport_size["width"] <= 960


def apply(page: Page) -> None:
    """Apply the filters."""
    open_filters(page)
    follow(page.locator(".fold .apply"))


def tick(box: Locator) -> None:
    """Tick a box, or take its tick away, and wait for the hits."""
    page = box.page
    open_filters(page)
    if page.locator("dialog.sheet").is_visible():
        box.click()
        apply(page)
    else:
        follow(box)
