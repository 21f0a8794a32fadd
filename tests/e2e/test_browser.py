"""A person in a real Chromium, over the real server: searching, filtering, paging, reading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.e2e.conftest import open_context
from tests.e2e.looking import EVERYWHERE, apply, count, fits, follow, open_filters, picture, search_box, tick

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_searching_and_reading_the_marked_document(page: Page) -> None:
    page.goto("/")
    expect(search_box(page)).to_be_focused()
    assert fits(page)
    picture(page, "home")
    search_box(page).fill("科普大篷车")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".summary [role=status]")).to_contain_text(
        re.compile(r"\d+ 份文件包含全部词，另列相近的 \d+ 份")
    )
    assert page.locator(".hit").count() == 10
    assert set(page.locator(".hit mark").all_inner_texts()) >= {"科普大篷车"}
    assert fits(page)
    picture(page, "results")
    places = page.locator(".hit .places").first.inner_text()
    follow(page.locator(".hit h2 a").first)
    expect(page.locator("h1")).to_be_visible()
    marks = page.locator("main mark")
    assert f"本文 {marks.count()} 处" == places
    expect(page.locator(".jump output")).to_have_text(re.compile(r"^\d+/\d+$"))  # it opens at a match
    expect(marks.first).to_be_visible()
    assert marks.first.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 232, 163)"
    assert fits(page)
    picture(page, "document")
    page.get_by_role("link", name=re.compile("回到")).click()
    expect(search_box(page)).to_have_value("科普大篷车")


@pytest.mark.parametrize("site", ["cut"], indirect=True)
def test_a_proxy_may_cut_the_path_off(wide_page: Page) -> None:
    test_searching_and_reading_the_marked_document(wide_page)


@EVERYWHERE
def test_filtering_by_sources_years_and_dates(page: Page) -> None:
    page.goto("/search?q=科普")
    total = count(page)
    year = page.locator('.choice:has(input[name="year"][value="2022"])')
    expected = int(year.locator(".count").text_content() or 0)
    tick(year.locator("input"))
    expect(page.get_by_role("link", name="取消筛选：2022 年")).to_be_visible()
    assert count(page) == expected < total
    sources = page.locator('.choice:has(input[name="source"])')
    expected = sum(int((sources.nth(at).locator(".count").text_content() or "").split(" / ")[0]) for at in range(2))
    names = [sources.nth(at).locator(".value").text_content() or "" for at in range(2)]
    for name in names:
        tick(page.locator(".choice", has_text=name).locator('input[name="source"]'))
        expect(page.get_by_role("link", name=f"取消筛选：{name}")).to_be_visible()
    assert count(page) == expected
    picture(page, "filtered")
    follow(page.get_by_role("link", name=f"取消筛选：{names[0]}"))
    expect(page.get_by_role("link", name=f"取消筛选：{names[0]}")).to_have_count(0)
    follow(page.get_by_role("link", name="清除筛选"))
    assert count(page) == total
    open_filters(page)
    page.get_by_label("从", exact=True).fill("2021年3月")
    page.get_by_label("到", exact=True).fill("2021")
    apply(page)
    expect(page.get_by_role("link", name="取消筛选：自 2021年3月")).to_be_visible()
    days = page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    assert days
    assert all("2021-03" <= day <= "2021-12-31" for day in days)


def test_sorting_and_paging_show_every_hit_once(page: Page) -> None:
    page.goto("/search?q=科协&fold=0")
    total = count(page)
    follow(page.get_by_role("link", name="最早", exact=True))
    expect(page.locator('.sorts [aria-current="true"]').first).to_have_text("最早")
    links: list[str] = []
    days: list[str] = []
    while True:
        links += page.locator(".hit h2 a").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
        days += page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
        following = page.get_by_role("link", name="下一页")
        if not following.count():
            break
        follow(following)
    assert len(links) == len(set(links)) == total
    assert days == sorted(days)


def test_no_hits_and_mistakes_are_pages_that_help(page: Page) -> None:
    page.goto("/search?q=“此话无人说过”")
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
    picture(page, "nothing")
    assert fits(page)


def test_everything_works_without_javascript(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    search_box(page).fill("科普")
    follow(page.get_by_role("button", name="检索"))
    page.locator('input[name="year"][value="2021"]').check()
    follow(page.get_by_role("button", name="应用筛选"))
    expect(page.get_by_role("link", name="取消筛选：2021 年")).to_be_visible()
    follow(page.locator(".hit h2 a").first)
    expect(page.locator("main mark").first).to_be_visible()
    context.close()


def test_a_script_in_a_query_is_text(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    page.goto("/search?q=<script>alert(1)</script><img src=x onerror=alert(2)>")
    expect(search_box(page)).to_have_value("<script>alert(1)</script><img src=x onerror=alert(2)>")
    assert page.locator("main img").count() == 0


def test_the_original_opens_as_text(page: Page, tmp_path: Path) -> None:
    page.goto("/search?q=科普大篷车")
    follow(page.locator(".hit h2 a").first)
    follow(page.locator('.about a[href$="/raw"]'))
    expect(page.locator("body")).to_contain_text("科普大篷车")


def test_what_was_understood_is_said_and_can_be_switched_off(page: Page) -> None:
    page.goto("/search?q=2021年上半年 科普")
    expect(page.get_by_text("按日期理解：2021-01-01 至 2021-06-30")).to_be_visible()
    meant = count(page)
    follow(page.get_by_role("link", name="只按原字检索"))
    expect(page.get_by_text("不含同义词、日期和数字的其他写法")).to_be_visible()
    assert count(page) != meant
    assert fits(page)


def test_another_spelling_is_one_click_away(page: Page) -> None:
    page.goto("/search?q=科斜 大会")
    expect(page.get_by_text("没有找到“科斜”，以下是“科协”的结果。")).to_be_visible()
    assert count(page) > 0
    follow(page.get_by_role("link", name="仍按“科斜”检索"))
    expect(search_box(page)).to_have_value("科斜 大会")
    expect(page.get_by_text("没有同时包含全部词的文件")).to_be_visible()
    follow(page.get_by_role("link", name="科协 大会"))
    expect(search_box(page)).to_have_value("科协 大会")
    assert count(page) > 0


def test_what_is_complete_says_so_and_what_is_near_says_what_it_lacks(page: Page) -> None:
    page.goto("/search?q=省机械工程学会哪一年完成换届")
    expect(page.locator(".summary [role=status]")).to_contain_text("份文件包含全部词，另列相近的")
    told = page.locator(".hit:has(.missing), .hit:has(.complete)")
    assert told.count() == page.locator(".hit").count() > 1
    first = page.locator(".hit").first
    expect(first.locator(".missing")).to_have_count(0)
    expect(first.locator(".complete")).to_have_text("包含全部词")
    first.get_by_text("为什么").click()
    expect(first.get_by_text("“机械工程”：")).to_be_visible()
    expect(first.get_by_text("同段：")).to_be_visible()
    assert fits(page)
    picture(page, "near")
    page.get_by_role("link", name="只看包含全部词的").click()
    expect(page.get_by_text("只显示包含全部词的文件")).to_be_visible()
    expect(page.locator(".near")).to_have_count(0)
