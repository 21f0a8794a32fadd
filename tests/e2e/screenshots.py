"""The screenshots at the head of the papers, from the sample corpus. `python -m tests.e2e.screenshots` takes them anew."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import FloatRect, Page, ViewportSize

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import CORPUS, PROJECT, serving
from tests.e2e.conftest import launched, open_context

IMAGES = PROJECT / "docs" / "images"
WIDTH, HEIGHT = 1280, 560
# What stands on them does not depend on the day: no period, nothing that tells an age.
QUERY = "党史学习教育"


def take(page: Page, name: str) -> None:
    """Keep what the window shows."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => scrollTo({top: 0, behavior: 'instant'}))")
    page.wait_for_function("scrollY === 0")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    clip = FloatRect(x=0, y=0, width=WIDTH, height=HEIGHT)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", clip=clip)


def main() -> None:
    """Index the sample corpus, serve it, ask, open the first hit."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=Path(folder) / "index", threads=2)
        update_index(settings, [CORPUS])
        with serving(settings, stderr=subprocess.DEVNULL) as site, launched() as browser:
            size = ViewportSize(width=WIDTH, height=HEIGHT)
            context = open_context(browser, site, reduced_motion="reduce", viewport=size)
            page = context.new_page()
            page.goto(f"/search?q={QUERY}")
            take(page, "results")
            page.locator(".hit a").first.click()
            page.wait_for_load_state()
            take(page, "document")
            context.close()


if __name__ == "__main__":
    main()
