"""A browser, and a page that notices whatever goes wrong on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.conftest import Site
from tests.e2e.looking import SIZES

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.fail("no Chromium: `make test` installs Debian's, or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=SIZES, ids=list(SIZES))
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a page that fails its test on any console error and any request to another host."""
    yield from open_page(browser, site, *SIZES[request.param])


@pytest.fixture
def wide_page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open such a page at desktop width only."""
    yield from open_page(browser, site, *SIZES["desktop"])


def open_page(browser: Browser, site: Site, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=site.address, locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    strangers: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            errors.append(message.text)

    def note_request(asked: Request) -> None:
        if urlsplit(asked.url).netloc != urlsplit(site.address).netloc:
            strangers.append(asked.url)

    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", note_request)
    yield page
    context.close()
    assert errors == []
    assert strangers == []
