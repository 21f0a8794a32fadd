"""Filters, the timeline, groups, terms over time: by script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.e2e.conftest import open_context
from tests.e2e.looking import EVERYWHERE, apply, count, fits, follow, picture

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_a_stretch_drawn_over_the_timeline_is_a_range(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=科普")
    total = count(page)
    box = page.locator("svg.bars").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.34, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + 30)
    expect(page.locator("svg.bars .range")).to_have_count(1)
    page.mouse.move(box["x"] + box["width"] * 0.49, box["y"] + 30)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=2021-01&to=2021-12"))
    assert 0 < count(page) < total
    expect(page.locator(".timeline ol.months a").first).to_be_visible()
    picture(page, "one-year")


def test_back_takes_back_what_was_ticked(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议")
    box = page.locator('input[name="source"]').first
    box.check()
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(box).not_to_be_checked()
    page.locator('input[name="year"][value="2023"]').check()
    expect(page.locator(".chip")).to_have_count(1)


def test_a_finger_that_scrolls_draws_nothing(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto("/search?q=科普")
    page.locator("svg.bars").scroll_into_view_if_needed()
    touch = "type => document.querySelector('svg.bars').dispatchEvent(new PointerEvent(type, {pointerType: 'touch', bubbles: true, clientX: 60, clientY: 60}))"
    for kind in ("pointerdown", "pointermove", "pointercancel"):
        page.evaluate(touch, kind)
    address = page.url
    page.touchscreen.tap(4, 400)
    page.wait_for_timeout(200)
    assert page.url == address
    assert page.locator(".bars .range").count() == 0
    context.close()


def test_a_bar_and_a_month_are_links(page: Page) -> None:
    page.goto("/search?q=科普")
    bar = page.locator("svg.bars a").last
    bar.scroll_into_view_if_needed()
    bar.locator(".room").click()
    expect(page).to_have_url(re.compile(r"from=(\d{4}-\d{2})&to=\1$"))
    page.goto("/search?q=科普&from=2021&to=2021")
    month = page.locator(".timeline ol.months a").first
    wanted = int(re.findall(r"\d+", month.inner_text())[-1])
    follow(month)
    assert count(page) == wanted


def test_a_source_is_excluded_and_taken_back(page: Page) -> None:
    page.goto("/search?q=科普&fold=0")
    total = count(page)
    first = page.locator(".sources .choice").first
    name = first.locator(".value").inner_text()
    own = int(first.locator(".count").inner_text().split(" / ")[0])
    follow(first.get_by_role("link", name=f"排除 {name}"))
    assert count(page) == total - own
    follow(page.get_by_role("link", name=f"取消筛选：不含 {name}"))
    assert count(page) == total


def test_sources_are_looked_for_by_name(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=科普")
    page.locator(".sources details summary").click()
    page.locator(".finder").fill("省科协")
    shown = page.locator(".sources .list .choice:visible .value").all_inner_texts()
    assert shown
    assert all("省科协" in name for name in shown)
    follow(page.get_by_role("link", name="查找来源"))
    page.get_by_label("来源名称包含").fill("澜江")
    follow(page.get_by_role("button", name="查找"))
    expect(page).to_have_url(re.compile("q=.*find="))
    names = page.locator(".all-sources li > a:first-child").all_inner_texts()
    assert names
    assert all("澜江" in name or "瀾江" in name for name in names)
    follow(page.locator(".all-sources li > a:first-child").first)
    expect(page.locator(".chip")).to_contain_text("澜江")


def test_a_body_includes_those_below_it(page: Page) -> None:
    page.goto("/search?q=会议")
    branch = page.locator(".tree > ul > li", has=page.locator("ul")).first
    parent, child = branch.locator(".choice").first, branch.locator("ul .choice").first
    most = int(parent.locator(".count").inner_text().split(" / ")[0])
    assert most >= int(child.locator(".count").inner_text().split(" / ")[0])
    parent.locator("input").check()
    expect(page.locator(".chip")).to_have_count(1)
    assert count(page) == most


def test_days_of_the_meeting_instead_of_publication(page: Page) -> None:
    page.goto("/search?q=会议&from=2021-03&to=2021-03")
    published = page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    assert all(day.startswith("2021-03") for day in published)
    page.get_by_label("会议日期").check()
    apply(page)
    expect(page).to_have_url(re.compile("by=meeting"))
    expect(page.get_by_label("会议日期")).to_be_checked()
    assert count(page) > 0


def test_groups_hold_every_hit(page: Page) -> None:
    page.goto("/search?q=会议&fold=0&size=100")
    total = count(page)
    for name in ("按年", "按来源", "按会议"):
        follow(page.get_by_role("navigation", name="分组").get_by_role("link", name=name))
        counts = [int(re.sub(r"\D", "", text)) for text in page.locator(".group h2 small").all_inner_texts()]
        assert sum(counts) == total, name
        assert fits(page)
    follow(page.locator(".group h2 a").first)
    assert count(page) == counts[0]


def test_periods_are_typed_into_date_fields(page: Page) -> None:
    page.goto("/search?q=会议")
    page.get_by_label("从", exact=True).fill("2021年上半年")
    apply(page)
    expect(page.get_by_role("link", name="取消筛选：自 2021年1月1日")).to_be_visible()
    expect(page.get_by_role("link", name="取消筛选：至 2021年6月30日")).to_be_visible()


def test_a_range_outside_the_archive_is_said(page: Page) -> None:
    page.goto("/search?q=会议&from=1990&to=1995")
    expect(page.locator(".warning")).to_contain_text("所选时间超出档案范围：这里的文件在 2019–2024 年")
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
    picture(page, "outside")


def test_nothing_found_says_what_each_part_finds(page: Page) -> None:
    page.goto("/search?q=科普大篷车 量子纠缠&match=all")
    expect(page.locator(".tried")).to_contain_text("分开来找")
    follow(page.locator(".tried a").first)
    assert count(page) > 0


def test_a_term_over_time(page: Page) -> None:
    page.goto("/term")
    page.get_by_label("词语或说法").fill("科普大篷车")
    follow(page.get_by_role("button", name="查看"))
    days = page.locator(".end time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    assert len(days) >= 2
    expect(page.locator("blockquote mark").first).to_have_text("科普大篷车")
    table = page.locator("table.months")
    cells = [int(text or 0) for text in table.locator("tbody td:not(:last-child)").all_inner_texts()]
    totals = [int(text) for text in table.locator("tbody td:last-child").all_inner_texts()]
    assert sum(cells) == sum(totals) > 0
    assert page.locator("svg.bars a").count() == sum(cell > 0 for cell in cells)
    assert fits(page)
    picture(page, "term")
    cell = table.locator("tbody td a").first
    wanted = int(cell.inner_text())
    follow(cell)
    assert count(page) == wanted


def test_all_of_it_without_script(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=科普")
    follow(page.locator(".sources .exclude").first)
    expect(page.locator(".chip")).to_contain_text("不含")
    page.get_by_label("会议日期").check()
    page.get_by_label("从", exact=True).fill("2020")
    apply(page)
    expect(page.locator(".chip")).to_have_count(2)  # what was excluded stays so
    follow(page.get_by_role("link", name="按年"))
    expect(page.locator(".group").first).to_be_visible()
    follow(page.locator(".group .hit h3 a").first)
    expect(page.locator(".hits-bar .places a").first).to_be_visible()
    follow(page.locator(".quote").first)
    expect(page.locator("textarea").first).to_contain_text("“")
    context.close()
