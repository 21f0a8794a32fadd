"""Pages look like pages of one site: they begin at one edge, and so do their lines; and on paper they are papers."""

from __future__ import annotations

import re
from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

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


def printed(page: Page) -> list[str]:
    """Return the texts of the pages that a printer would get, in plain characters (NFKC)."""
    return [normalize("NFKC", own.extract_text()) for own in PdfReader(BytesIO(page.pdf(format="A4"))).pages]


def test_prints_say_their_day_and_pages_and_hold_no_tools(wide_page: Page) -> None:
    wide_page.clock.set_fixed_time("2031-05-04T12:00:00")  # long after it was opened
    wide_page.goto("/search?q=科普&from=2019")
    assert "逐条列出" in wide_page.locator(".summary").inner_text()
    papers = printed(wide_page)
    found = "\n".join(papers)
    assert "2031年5月4日 打印" in papers[0]
    assert all(f"{number} / {len(papers)}" in text for number, text in enumerate(papers, start=1))
    assert "自 2019年" in found
    assert not [text for text in ("()", "×", "逐条列出", "检索词", "导出", "清除", "应用筛选") if text in found]
    assert found.count("科普") > 5
    assert not re.search("·\\s*$", found, re.MULTILINE)  # between two facts, and after none
    address = wide_page.locator(".hit a").first.get_attribute("href") or ""
    wide_page.goto(address)
    found = "\n".join(printed(wide_page))
    assert wide_page.locator("h1").inner_text()[:8] in found
    assert "[EB/OL]" in found or "[N]" in found
    assert "1 / " in found
    assert "\n引\n" not in found


def test_opening_quotation_marks_stand_at_the_edge(wide_page: Page) -> None:
    """The first ink of a line that begins with one is not half a character behind that of other lines."""
    wide_page.goto("/list?q=科普 会议")
    heading = wide_page.locator("h1")
    assert heading.inner_text().startswith("“")
    first = "(own) => { const range = document.createRange(); range.setStart(own.firstChild, 0); range.setEnd(own.firstChild, 1); return range.getBoundingClientRect().width / parseFloat(getComputedStyle(own).fontSize); }"
    assert heading.evaluate(first) < 0.6
