"""Pages look like pages of one site: they begin at one edge, and so do their lines."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.test_access import PAGES

pytestmark = pytest.mark.browser

# The left edges, in whole pixels, of what begins a row in the header, in the content and in the footer.
EDGES = """() => {
  const edge = (own) => {
    const style = getComputedStyle(own);
    return Math.round(own.getBoundingClientRect().left + parseFloat(style.paddingLeft));
  };
  const shown = (own) => own.getClientRects().length > 0;
  const first = [".top .name", "main > :not([hidden])", "main h1:not(.unseen)", ".bottom nav"];
  return first.map((one) => document.querySelector(one)).filter((own) => own && shown(own)).map(edge);
}"""


@pytest.mark.parametrize("width", [1280, 1600])
def test_every_page_begins_at_the_same_edge(wide_page: Page, width: int) -> None:
    wide_page.set_viewport_size({"width": width, "height": 800})
    wide_page.goto("/search?q=科普")
    found = wide_page.locator(".hit a").first.get_attribute("href") or ""
    document = found.partition("?")[0].rstrip("/")
    wide_page.goto(found)
    quoting = wide_page.locator("a.quote").first.get_attribute("href") or ""
    own = document.rpartition("/")[2]
    others = {"document": found, "quoting": quoting, "comparison": f"/compare?a={own}&b={own}"}
    edges: dict[str, set[int]] = {}
    other = wide_page.context.new_page()  # which may complain of pages that do not exist
    other.set_viewport_size({"width": width, "height": 800})
    for name, address in {**PAGES, **others}.items():
        if "frame" not in name:
            other.goto(address)
            edges[name] = set(other.evaluate(EDGES))
    assert {edge for found in edges.values() for edge in found} == edges["home"], edges
    assert len(edges["home"]) == 1
