"""A person in a real Chromium, over the real server: searching, filtering, paging, reading."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.conftest import PROJECT, Site

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCREENSHOTS = PROJECT / "tests" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no Chromium: `make test` installs Debian's, or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=SIZES, ids=list(SIZES))
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a page that fails its test on any console error and any request to another host."""
    width, height = SIZES[request.param]
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


def picture(page: Page, name: str) -> None:
    """Keep a screenshot to be looked at."""
    assert page.viewport_size is not None
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{page.viewport_size['width']}.png")


def fits(page: Page) -> bool:
    """Tell whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def open_filters(page: Page) -> None:
    page.wait_for_load_state("load")  # the script folds them on a phone
    if not page.locator(".filters .facet").first.is_visible():
        page.locator(".fold > summary").click()


def test_searching_and_reading_the_marked_document(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert fits(page)
    picture(page, "home")
    page.get_by_role("searchbox").fill("科普大篷车")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"共 \d+ 份文件"))
    assert page.locator(".hit").count() == 10
    assert set(page.locator(".hit mark").all_inner_texts()) >= {"科普大篷车"}
    assert fits(page)
    picture(page, "results")
    places = page.locator(".hit .places").first.inner_text()
    page.locator(".hit h2 a").first.click()
    expect(page.locator("h1")).to_be_visible()
    marks = page.locator("main mark")
    assert f"本文 {marks.count()} 处" == places
    expect(marks.first).to_be_visible()
    assert marks.first.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 232, 163)"
    assert fits(page)
    picture(page, "document")
    page.get_by_role("link", name=re.compile("回到")).click()
    expect(page.get_by_role("searchbox")).to_have_value("科普大篷车")


def test_filtering_by_sources_years_and_dates(page: Page) -> None:
    page.goto("/search?q=科普")
    total = count(page)
    open_filters(page)
    year = page.locator('.choice:has(input[name="year"][value="2022"])')
    expected = int(year.locator(".count").inner_text())
    year.locator("input").check()
    expect(page.get_by_role("link", name="取消筛选：2022 年")).to_be_visible()
    assert count(page) == expected < total
    open_filters(page)
    sources = page.locator('.choice:has(input[name="source"])')
    expected = sum(int(sources.nth(at).locator(".count").inner_text()) for at in range(2))
    names = [sources.nth(at).locator(".value").inner_text() for at in range(2)]
    for name in names:
        open_filters(page)
        page.locator(".choice", has_text=name).locator('input[name="source"]').check()
        expect(page.get_by_role("link", name=f"取消筛选：{name}")).to_be_visible()
    assert count(page) == expected
    picture(page, "filtered")
    page.get_by_role("link", name=f"取消筛选：{names[0]}").click()
    expect(page.get_by_role("link", name=f"取消筛选：{names[0]}")).to_have_count(0)
    page.get_by_role("link", name="清除筛选").click()
    assert count(page) == total
    open_filters(page)
    page.get_by_label("从").fill("2021年3月")
    page.get_by_label("到").fill("2021")
    page.get_by_role("button", name="应用筛选").click()
    expect(page.get_by_role("link", name="取消筛选：自 2021年3月")).to_be_visible()
    days = page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    assert days
    assert all("2021-03" <= day <= "2021-12-31" for day in days)


def count(page: Page) -> int:
    found = re.search(r"(\d[\d,]*) 份", page.get_by_role("status").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def test_sorting_and_paging_show_every_hit_once(page: Page) -> None:
    page.goto("/search?q=科协&fold=0")
    total = count(page)
    page.get_by_role("link", name="最早").click()
    expect(page.locator('.sorts [aria-current="true"]')).to_have_text("最早")
    links: list[str] = []
    days: list[str] = []
    while True:
        links += page.locator(".hit h2 a").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
        days += page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
        following = page.get_by_role("link", name="下一页")
        if not following.count():
            break
        following.click()
    assert len(links) == len(set(links)) == total
    assert days == sorted(days)


def test_no_hits_and_mistakes_are_pages_that_help(page: Page) -> None:
    page.goto("/search?q=“此话无人说过”")
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
    picture(page, "nothing")
    assert fits(page)


def test_everything_works_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.address)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("科普")
    page.get_by_role("button", name="检索").click()
    page.locator('input[name="year"][value="2021"]').check()
    page.get_by_role("button", name="应用筛选").click()
    expect(page.get_by_role("link", name="取消筛选：2021 年")).to_be_visible()
    page.locator(".hit h2 a").first.click()
    expect(page.locator("main mark").first).to_be_visible()
    context.close()


def test_a_script_in_a_query_is_text(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    page.goto("/search?q=<script>alert(1)</script><img src=x onerror=alert(2)>")
    expect(page.get_by_role("searchbox")).to_have_value("<script>alert(1)</script><img src=x onerror=alert(2)>")
    assert page.locator("main img").count() == 0


def test_the_original_opens_as_text(page: Page, tmp_path: Path) -> None:
    page.goto("/search?q=科普大篷车")
    page.locator(".hit h2 a").first.click()
    page.locator('.about a[href$="/raw"]').click()
    expect(page.locator("body")).to_contain_text("科普大篷车")


def test_what_was_understood_is_said_and_can_be_switched_off(page: Page) -> None:
    page.goto("/search?q=2021年上半年 科普")
    expect(page.get_by_text("按日期理解：2021-01-01 至 2021-06-30")).to_be_visible()
    meant = count(page)
    page.get_by_role("link", name="只按原字检索").click()
    expect(page.get_by_text("不含同义词、日期和数字的其他写法")).to_be_visible()
    assert count(page) != meant
    assert fits(page)


def test_another_spelling_is_one_click_away(page: Page) -> None:
    page.goto("/search?q=科斜 大会")
    expect(page.get_by_text("没有同时包含全部词的文件")).to_be_visible()
    page.get_by_role("link", name="科协 大会").click()
    expect(page.get_by_role("searchbox")).to_have_value("科协 大会")
    assert count(page) > 0


def test_what_is_near_stands_behind_a_line_and_says_what_it_lacks(page: Page) -> None:
    page.goto("/search?q=省机械工程学会哪一年完成换届")
    expect(page.get_by_text("以下只是相近，缺少部分词")).to_be_visible()
    hits = page.locator(".hits > li").evaluate_all("nodes => nodes.map(node => node.className)")
    line = hits.index("near")
    assert page.locator(".hit .missing").count() == len(hits) - line - 1
    first = page.locator(".hit").first
    expect(first.locator(".missing")).to_have_count(0)
    first.get_by_text("为什么").click()
    expect(first.get_by_text("“机械工程”：")).to_be_visible()
    expect(first.get_by_text("同段：")).to_be_visible()
    assert fits(page)
    picture(page, "near")
    page.get_by_role("link", name="只看包含全部词的").click()
    expect(page.get_by_text("只显示包含全部词的文件")).to_be_visible()
    expect(page.locator(".near")).to_have_count(0)
