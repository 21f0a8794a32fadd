"""A browser, the site as browsers meet it, and a page that notices whatever goes wrong on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from indexer import Settings
from tests.conftest import Site, serving
from tests.e2e.fronts import Host, hosting, showing_below
from tests.e2e.looking import SIZES

PLAIN_NAME = "archive.test"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {PLAIN_NAME} 127.0.0.1",
]


@contextmanager
def launched() -> Iterator[Browser]:
    """Launch the system's Chromium."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.fail("no Chromium: `make test` installs Debian's, or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as own:
        yield own


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """Serve foreign pages; those of one origin may embed the site."""
    with hosting() as host:
        yield host


@pytest.fixture(scope="session")
def proxied(
    corpus_settings: Settings, host: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Site]]:
    """Show the sample corpus below a path, over TLS."""
    with (
        serving(corpus_settings, ARCHIVE_TRUSTED_PROXIES="127.0.0.1", ARCHIVE_EMBED_ORIGINS=host.origin) as site,
        showing_below(site, tmp_path_factory.mktemp("nginx")) as ways,
    ):
        yield ways


@pytest.fixture(scope="session")
def plain(corpus_settings: Settings, host: Host) -> Iterator[Site]:
    """Serve it at the root over plain http, by a name that browsers take for no secure context."""
    with serving(corpus_settings, ARCHIVE_HOSTS=PLAIN_NAME, ARCHIVE_EMBED_ORIGINS=host.origin) as site:
        yield Site(f"http://{PLAIN_NAME}:{urlsplit(site.address).port}", site.process)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """Return the site below a path; a test that is marked EVERYWHERE also meets it in other ways."""
    way = getattr(request, "param", "below")
    found: Site = request.getfixturevalue("plain") if way == "plain" else request.getfixturevalue("proxied")[way]
    return found


@pytest.fixture(params=SIZES, ids=list(SIZES))
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a page that fails its test on any console message and any request to another host."""
    yield from open_page(browser, site, *SIZES[request.param])


@pytest.fixture
def wide_page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open such a page at desktop width only."""
    yield from open_page(browser, site, *SIZES["desktop"])


def open_context(browser: Browser, site: Site, *, locale: str = "zh-CN", **options: Any) -> BrowserContext:
    """Open a browser in which the pages of the site are called as at the root, wherever it is shown."""
    context = browser.new_context(base_url=f"{site.address}/", locale=locale, ignore_https_errors=True, **options)
    context.on("page", partial(_start_at, site))
    return context


def _start_at(site: Site, page: Page) -> None:
    go = page.goto

    def goto(url: str, **options: Any) -> Response | None:
        return go(site.locate(url), **options)

    page.goto = goto  # type: ignore[method-assign]


def open_page(browser: Browser, site: Site, width: int, height: int) -> Iterator[Page]:
    context = open_context(browser, site, viewport={"width": width, "height": height})
    page = context.new_page()
    errors: list[str] = []
    strangers: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        errors.append(f"{message.type}: {message.text}")

    def note_request(asked: Request) -> None:
        if not asked.url.startswith(f"{site.address}/"):
            strangers.append(asked.url)

    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", note_request)
    yield page
    context.close()
    assert errors == []
    assert strangers == []
