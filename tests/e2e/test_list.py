"""The list of hits in a real Chromium: how much of it is in sight, its three views, ticked rows, keys, stars."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.e2e.conftest import open_context
from tests.e2e.looking import EVERYWHERE, fits, follow, picture, search_box
from tests.e2e.test_access import check

pytestmark = pytest.mark.browser

ORDINARY = (
    "科普",
    "科普 会议",
    "科普大篷车",
    "机械工程学会换届",
    "残疾人联合会第七次代表大会",
    "工作会议 2022年",
    "澜江日报",
)
IN_SIGHT = """nodes => nodes.filter(node => {
    const {top, bottom} = node.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}).length"""
HIDDEN_MARKS = """nodes => nodes.filter(node => {
    const {left, right, height} = node.getBoundingClientRect();
    return !height || left < 0 || right > innerWidth;
}).length"""


@pytest.mark.parametrize(("view", "least"), [("cards", 4), ("compact", 10)])
def test_so_many_hits_are_wholly_in_sight(wide_page: Page, view: str, least: int) -> None:
    wide_page.set_viewport_size({"width": 1280, "height": 800})
    wide_page.goto(f"/preferences?view={view}")
    for query in ORDINARY:
        wide_page.goto(f"/search?q={query}")
        listed = wide_page.locator(".hit")
        assert listed.evaluate_all(IN_SIGHT) >= min(least, listed.count()), query
        assert listed.locator("mark").evaluate_all(HIDDEN_MARKS) == 0
    picture(wide_page, f"list-{view}")


def test_on_phones_little_stands_above_the_first_hit(wide_page: Page) -> None:
    wide_page.set_viewport_size({"width": 390, "height": 844})
    wide_page.goto("/search?q=科普")
    first = wide_page.locator(".hit").first.bounding_box()
    assert first
    assert first["y"] <= 844 * 0.3
    assert fits(wide_page)


@EVERYWHERE
def test_the_view_is_chosen_without_script_and_stays(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=科普&sort=newest")
    titles = page.locator(".hit a[data-id]").all_inner_texts()
    follow(page.get_by_role("navigation", name="显示").get_by_role("link", name="表格"))
    expect(page).to_have_url(re.compile("sort=newest"))
    assert page.locator("table.hits a[data-id]").all_inner_texts() == titles
    follow(page.locator("table.hits a[data-id]").first)
    page.goto("/search?q=会议")
    expect(page.locator("table.hits")).to_be_visible()
    page.get_by_role("checkbox", name=page.locator(".hit a[data-id]").nth(1).inner_text(), exact=True).check()
    chosen = page.locator(".hit input").nth(1).input_value()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出表格").click()
    assert re.search(rf"[?&]id={chosen}(&|$)", download.value.url)
    assert "q=%E4%BC%9A%E8%AE%AE" in download.value.url
    context.close()


def test_columns_order_all_hits_or_say_that_they_order_this_page(wide_page: Page) -> None:
    page = wide_page
    page.goto("/preferences?view=table")
    page.goto("/search?q=科普")
    follow(page.get_by_role("columnheader", name="日期", exact=True).get_by_role("link"))
    expect(page).to_have_url(re.compile("sort=newest"))
    days = page.locator(".hit td:nth-child(2)").all_inner_texts()
    assert days == sorted(days, reverse=True)
    expect(page.get_by_role("columnheader", name="日期", exact=True)).to_have_attribute("aria-sort", "descending")
    follow(page.get_by_role("columnheader", name="会议日期").get_by_role("link"))
    expect(page).to_have_url(re.compile("by=meeting"))
    follow(page.get_by_role("columnheader", name="会议日期").get_by_role("link"))
    expect(page.get_by_role("columnheader", name="会议日期")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_text("本页内排序")).to_have_count(0)
    page.get_by_role("button", name="处数").click()
    places = [int(text or 0) for text in page.locator(".hit td.places").all_inner_texts()]
    assert places == sorted(places, reverse=True)
    assert len(set(places)) > 1
    expect(page.get_by_text("本页内排序")).to_be_visible()
    expect(page.get_by_role("columnheader", name="会议日期")).not_to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="来源").click()
    expect(page.get_by_role("columnheader", name="来源")).to_have_attribute("aria-sort", "ascending")
    check(page)
    # Ordered by the day of the meeting, another day would narrow what is found.
    page.goto("/search?q=科普&from=2021")
    expect(page.get_by_role("columnheader", name="会议日期").get_by_role("link")).to_have_count(0)


def test_ticked_rows_are_counted_compared_and_cleared(page: Page) -> None:
    page.goto("/search?q=科普")
    bar = page.locator("#chosen")
    expect(bar.get_by_role("button", name="导出表格")).to_be_disabled()
    boxes = page.locator(".hit input")
    boxes.first.check()
    expect(bar.locator("output")).to_have_text("已选 1 份")
    expect(bar.get_by_role("button", name="对照两份")).to_be_disabled()
    boxes.nth(2).check()
    expect(bar).to_be_in_viewport()
    assert fits(page)
    picture(page, "ticked")
    bar.get_by_role("button", name="取消选择").click()
    expect(boxes.first).not_to_be_checked()
    expect(bar.get_by_role("button", name="取消选择")).to_be_hidden()
    boxes.first.check()
    boxes.nth(2).check()
    titles = [page.locator(".hit a[data-id]").nth(at).inner_text() for at in (0, 2)]
    follow(bar.get_by_role("button", name="对照两份"))
    assert page.locator(".comparison thead a").all_inner_texts() == titles
    page.go_back()
    expect(bar.locator("output")).to_have_text("已选 2 份")
    bar.get_by_role("button", name="对照两份").click()
    page.get_by_role("link", name="回到结果").click()  # the same as the browser's button: nothing is ticked anew
    expect(bar.locator("output")).to_have_text("已选 2 份")


def test_keys_go_from_hit_to_hit_tick_and_open(page: Page) -> None:
    page.goto("/search?q=科普 会议")
    links = page.locator(".hit a[data-id]")
    page.keyboard.press("j")
    expect(links.first).to_be_focused()
    assert links.first.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    for _ in range(7):
        page.keyboard.press("j")
    expect(links.nth(7)).to_be_focused()
    assert page.locator(".hit").nth(7).evaluate_all(IN_SIGHT) == 1
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(".hit input").nth(6)).to_be_checked()
    page.keyboard.press("x")
    expect(page.locator(".hit input").nth(6)).not_to_be_checked()
    title = links.nth(6).inner_text()
    with page.expect_navigation():
        page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text(title)
    page.get_by_role("link", name="回到“科普 会议”的结果").click()
    expect(links.nth(6)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(7)).to_be_focused()
    page.goto("/preferences?keys=off")
    page.goto("/search?q=科普 会议")
    page.keyboard.press("j")
    expect(links.first).not_to_be_focused()


def test_letters_in_the_box_are_letters(wide_page: Page) -> None:
    wide_page.goto("/search?q=科普")
    search_box(wide_page).fill("")
    search_box(wide_page).press_sequentially("jkox")
    expect(search_box(wide_page)).to_have_value("jkox")


def test_why_opens_over_the_list(page: Page) -> None:
    page.goto("/search?q=科普 会议")
    height = page.locator(".hits").evaluate("node => node.offsetHeight")
    page.locator(".why summary").first.click()
    expect(page.locator(".why ul").first).to_be_visible()
    assert page.locator(".hits").evaluate("node => node.offsetHeight") == height
    assert fits(page)
    picture(page, "why")
    check(page, again=True)
    page.keyboard.press("Escape")
    expect(page.locator(".why ul").first).to_be_hidden()
    expect(page.locator(".why summary").first).to_be_focused()
    page.locator(".why summary").first.click()
    page.locator(".summary").click()
    expect(page.locator(".why ul").first).to_be_hidden()


@EVERYWHERE
def test_what_was_read_looks_read_by_whatever_address(page: Page) -> None:
    page.goto("/search?q=科普")
    first, second = page.locator(".hit a[data-id]").nth(0), page.locator(".hit a[data-id]").nth(1)
    unread = second.evaluate("node => getComputedStyle(node).color")
    own = first.get_attribute("data-id")
    page.goto(f"/documents/{own}")
    page.goto("/search?q=科普 会议&sort=newest&size=50")
    link = page.locator(f'.hit a[data-id="{own}"]')
    expect(link).to_have_class("read")
    assert link.evaluate("node => getComputedStyle(node).color") != unread
    assert page.context.cookies() == []


@EVERYWHERE
def test_stars_keep_documents_and_searches_in_this_browser(page: Page) -> None:
    page.goto("/search?q=科普")
    title = page.locator(".hit a[data-id]").first.inner_text()
    star = page.get_by_role("button", name=f"收藏：{title}", exact=True)
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="收藏检索").click()
    check(page, again=True)
    page.goto("/search?q=科普&genre=新闻&from=2020")
    page.get_by_role("button", name="收藏检索").click()
    page.goto("/search?q=科普 会议")  # it is the same document, whatever the search
    expect(page.get_by_role("button", name=f"收藏：{title}", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="收藏检索")).to_have_attribute("aria-pressed", "false")
    follow(page.get_by_role("link", name="收藏", exact=True))
    documents, searches = page.locator('[data-kind="document"] li'), page.locator('[data-kind="search"] li')
    expect(documents.locator("a")).to_have_text([title])
    expect(searches.locator("a")).to_have_text(["科普（新闻、2020..）", "科普"])
    documents.get_by_role("textbox", name=f"备注：{title}").fill("下周要用")
    documents.get_by_role("textbox").blur()
    assert fits(page)
    picture(page, "kept")
    check(page)
    page.reload()
    expect(documents.get_by_role("textbox")).to_have_value("下周要用")
    searches.get_by_role("button").first.click()
    expect(searches.locator("a")).to_have_text(["科普"])
    follow(documents.locator("a"))
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator('main .star[data-kind="document"]')).to_have_attribute("aria-pressed", "true")


def test_what_is_kept_goes_to_another_browser_as_a_file(
    browser: Browser, wide_page: Page, site: Site, tmp_path: Path
) -> None:
    page = wide_page
    page.goto("/search?q=科普")
    for at in range(2):
        page.locator(".hit .star").nth(at).click()
    page.goto("/kept")
    page.locator("li input").first.fill("备注")
    page.locator("li input").first.blur()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出为文件").click()
    file = tmp_path / "kept.json"
    download.value.save_as(file)
    told = page.locator("main [role=status]")
    page.get_by_label("从文件导入").set_input_files(file)
    expect(told).to_have_text("导入 0 条；已有 2 条；不能用的 0 条。")
    other = open_context(browser, site).new_page()
    other.goto("/kept")
    other.get_by_label("从文件导入").set_input_files(file)
    expect(other.locator("main [role=status]")).to_have_text("导入 2 条；已有 0 条；不能用的 0 条。")
    assert (
        other.locator("section[data-kind] li a").all_inner_texts()
        == page.locator("section[data-kind] li a").all_inner_texts()
    )
    expect(other.locator("li input").first).to_have_value("备注")
    follow(other.locator("li a").first)
    expect(other.locator("article h1, h1")).to_be_visible()
    other.context.close()


def test_rubbish_in_a_file_or_in_storage_is_refused_and_shown_as_text(wide_page: Page) -> None:
    page = wide_page
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    good = {"kind": "document", "address": "/documents/x", "title": "<img src=x onerror=alert(1)>", "note": 7}
    bad: list[Any] = [
        *({**good, "address": address} for address in ("javascript:alert(1)", "//evil.test/documents/x", "/\\evil.test", "https://evil.test/documents/x", "/documents/../preferences?keys=off", "/preferences", 3, None)),
        {**good, "kind": "script"},
        {**good, "kind": "paragraph"},
        None,
        [],
        "text",
    ]  # fmt: skip
    page.goto("/kept")
    file = page.get_by_label("从文件导入")
    for text in ("", "{", "[]", "null", '{"kind": "archive-kept"}', '{"kind": "archive-kept", "kept": 3}', "\ufffd\0"):
        file.set_input_files({"name": "own.json", "mimeType": "application/json", "buffer": text.encode()})
        expect(page.locator("main [role=status]")).to_have_text("这不是收藏的文件，没有导入。")
        page.locator("main [role=status]").evaluate("node => { node.textContent = ''; }")
    kept = json.dumps({"kind": "archive-kept", "kept": [good, *bad]})
    file.set_input_files({"name": "own.json", "mimeType": "application/json", "buffer": kept.encode()})
    expect(page.locator("main [role=status]")).to_have_text(f"导入 1 条；已有 0 条；不能用的 {len(bad)} 条。")
    expect(page.locator("section[data-kind] li a")).to_have_text([str(good["title"])])
    assert page.locator("main img").count() == 0
    for rubbish in ("{", "7", '"x"', "null", json.dumps([*bad, 1, {"kind": "document"}])):
        page.evaluate("text => ['kept', 'read', 'searches'].forEach(key => localStorage.setItem(key, text))", rubbish)
        page.goto("/search?q=科普")
        expect(page.locator(".hit .star").first).to_have_attribute("aria-pressed", "false")
        page.goto("/kept")
        expect(page.locator('[data-kind="document"] li')).to_have_count(0)


def test_a_browser_that_keeps_nothing_still_searches(wide_page: Page) -> None:
    wide_page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('closed'); }});")
    wide_page.goto("/search?q=科普")
    star = wide_page.locator(".hit .star").first
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    search_box(wide_page).fill("科普大")
    expect(wide_page.get_by_role("option").first).to_be_visible()


def test_without_script_the_page_of_what_is_kept_says_why_it_is_empty(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/kept")
    expect(page.get_by_text("这个浏览器没有开启脚本")).to_be_visible()
    expect(page.get_by_role("button", name="导出为文件")).to_be_hidden()
    context.close()


@EVERYWHERE
def test_all_searches_of_before_are_one_click_away(wide_page: Page) -> None:
    page = wide_page
    page.goto("/help")
    page.evaluate("localStorage.setItem('searches', JSON.stringify([...Array(30).keys()].map(n => `第${n}次`)))")
    search_box(page).click()
    options = page.get_by_role("option")
    expect(options).to_have_count(9)
    expect(options.last).to_have_text("全部检索记录")
    page.keyboard.press("ArrowUp")
    expect(search_box(page)).to_have_value("")  # it is no query
    with page.expect_navigation():
        page.keyboard.press("Enter")
    lines = page.locator("#history li")
    expect(lines).to_have_count(30)
    lines.nth(3).get_by_role("button").click()
    expect(lines).to_have_count(29)
    expect(lines.nth(3).get_by_role("button")).to_be_focused()
    expect(page.get_by_role("link", name="第3次", exact=True)).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="全部清除").click()
    expect(page.get_by_text("没有检索记录。")).to_be_visible()
    assert page.evaluate("localStorage.getItem('searches')") is None
