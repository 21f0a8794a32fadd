"""Filters, the timeline, groups, terms over time: by script and without."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Site, Write, serving
from tests.e2e.conftest import open_context, open_page
from tests.e2e.looking import EVERYWHERE, SIZES, apply, count, fits, follow, open_filters, picture, search_box, tick
from tests.e2e.test_access import check

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
    expect(page.locator(".pairs ol.months a").first).to_be_visible()
    picture(page, "one-year")


def test_a_stretch_may_be_drawn_over_years_that_are_left_out(
    browser: Browser, write: Write, settings: Settings
) -> None:
    lines = [
        json.dumps({"id": year, "text": f"{year}年的工作会议", "date": f"{year}-05-01"}) for year in ("2020", "2099")
    ]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    with serving(settings) as site, open_context(browser, site) as context:
        page = context.new_page()
        page.goto("/search?q=会议")
        box = page.locator("svg.bars").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 2, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 30)
        page.mouse.up()
        expect(page).to_have_url(re.compile(r"from=2020-01&to=2099-12"))


def test_back_takes_back_what_was_ticked(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议")
    box = page.locator('.fold input[name="source"]').first
    tick(box)
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(box).not_to_be_checked()
    tick(page.locator('.fold input[name="year"][value="2023"]'))
    expect(page.locator(".chip")).to_have_count(1)


def test_a_finger_that_scrolls_draws_nothing(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto("/search?q=科普")
    open_filters(page)
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


def test_a_bar_and_a_month_are_links(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=科普")
    bar = page.locator("svg.bars a").last
    bar.locator(".room").click()
    expect(page).to_have_url(re.compile(r"from=(\d{4}-\d{2})&to=\1$"))
    page.goto("/search?q=科普&from=2021&to=2021")
    month = page.locator("ol.months a").first
    wanted = int(re.findall(r"\d+", month.inner_text())[-1])
    follow(month)
    assert count(page) == wanted
    expect(page.locator("ol.months [aria-current]")).to_have_count(1)
    expect(page.locator(":focus")).to_have_attribute("aria-current", "true")  # one goes on where one was


def test_each_ticked_year_has_its_months(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=科普&year=2021")
    tick(page.locator('input[name="year"][value="2022"]'))
    for year in ("2021", "2022"):
        own = page.get_by_role("list", name=f"{year} 年各月")
        counts = own.locator("small").all_inner_texts()
        whole = page.locator(f'.choice:has(input[name="year"][value="{year}"]) .count').inner_text()
        assert sum(map(int, counts)) == int(whole) > 0  # no document of these is dated by its year alone
    follow(page.get_by_role("list", name="2022 年各月").get_by_role("link").first)
    expect(page).to_have_url(re.compile(r"from=2022-\d\d&to=2022-\d\d$"))
    expect(page.locator("ol.months")).to_have_count(1)


def test_usual_periods_are_one_click_away(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议&by=meeting&year=2021")
    links = page.locator(".quick a")
    assert links.all_inner_texts() == ["近一周", "近一月", "今年", "去年"]
    follow(links.nth(3))
    year = date.today().year - 1  # noqa: DTZ011 - the day of the archive is that of its server
    expect(page).to_have_url(re.compile(f"from={year}&to={year}&by=meeting$"))
    expect(page.locator(".quick [aria-current]")).to_have_text("去年")
    follow(links.first)
    expect(page).to_have_url(re.compile(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d&by=meeting$"))
    expect(page.locator(".quick [aria-current]")).to_have_text("近一周")


def test_a_source_is_excluded_and_taken_back(page: Page) -> None:
    page.goto("/search?q=科普&fold=0")
    total = count(page)
    open_filters(page)
    first = page.locator(".sources .choice").first
    name = first.locator(".value").inner_text()
    own = int(first.locator(".count").inner_text().split(" / ")[0])
    follow(first.get_by_role("link", name=f"排除 {name}"))
    assert count(page) == total - own
    follow(page.get_by_role("link", name=f"取消筛选：不含 {name}"))
    assert count(page) == total


def test_all_sources_are_looked_for_by_name(page: Page) -> None:
    page.goto("/search?q=科普&year=2021&not_source=澜江日报")
    open_filters(page)
    group = page.locator(".sources")
    listed = set(group.locator(".value").all_text_contents())
    page.get_by_label("查找来源").fill("泓口")
    expect(group.get_by_role("status")).to_contain_text("个来源")
    shown = group.locator(".choice:visible .value").all_inner_texts()
    others = [name for name in shown if name not in listed]
    assert others  # they have nothing of this year, or too little to be listed
    assert all("泓口" in name for name in shown)
    page.get_by_label("查找来源").fill("澜江日报")
    expect(group.locator(".choice:visible").first).to_contain_text("日报")
    assert "澜江日报" not in group.locator(".choice:visible .value").all_inner_texts()  # it is left out
    page.get_by_label("查找来源").fill("没有这样的来源")
    expect(group.get_by_role("status")).to_contain_text("0 个来源")
    expect(group.locator(".choice:visible")).to_have_count(0)
    page.get_by_label("查找来源").fill("泓口")
    tick(group.locator(".choice", has_text=others[0]).locator("input"))
    expect(page.get_by_role("link", name=f"取消筛选：{others[0]}")).to_be_visible()
    expect(page.get_by_role("link", name="取消筛选：2021 年")).to_be_visible()
    assert fits(page)


def test_a_body_includes_those_below_it(page: Page) -> None:
    page.goto("/search?q=会议")
    open_filters(page)
    branch = page.locator(".tree > ul > li", has=page.locator("ul")).first
    parent, child = branch.locator(".choice").first, branch.locator("ul .choice").first
    most = int(parent.locator(".count").inner_text().split(" / ")[0])
    assert most >= int(child.locator(".count").inner_text().split(" / ")[0])
    tick(parent.locator("input"))
    expect(page.locator(".chip")).to_have_count(1)
    assert count(page) == most


def test_hits_are_searched_once_more_and_each_time_is_a_chip(page: Page) -> None:
    page.goto("/search?q=科普&sort=newest")
    total = count(page)
    for text in ("工作", "“党组”"):
        open_filters(page)
        page.get_by_role("textbox", name="在结果中检索").fill(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=f"取消筛选：结果中：{text}")).to_be_visible()
        assert 0 < count(page) < total
        total = count(page)
    expect(page).to_have_url(re.compile("sort=newest&also=[^&]+&also=[^&]+$"))
    assert {"科普", "工作", "党组"} <= set(page.locator(".hit mark").all_inner_texts())
    search_box(page).fill("会议")
    with page.expect_navigation():
        search_box(page).press("Enter")
    expect(page.locator(".chip")).to_have_count(2)  # another query is asked of what it finds, too
    follow(page.get_by_role("link", name="取消筛选：结果中：工作"))
    expect(page.locator(".chip")).to_have_count(1)


def test_where_the_words_stand_is_switched_beside_their_box(page: Page) -> None:
    page.goto("/search?q=科普&year=2021")
    expect(page.get_by_role("navigation", name="各个词在哪里一起出现")).to_have_count(0)  # of one word
    page.goto("/search?q=科普 会议&match=all")
    anywhere = count(page)
    follow(page.get_by_role("navigation", name="各个词在哪里一起出现").get_by_role("link", name="同段"))
    assert 0 < count(page) < anywhere
    follow(page.get_by_role("navigation", name="检索哪里").get_by_role("link", name="标题"))
    expect(page).to_have_url(re.compile("in=title&within=paragraph&match=all"))
    assert page.locator(".places-of-words [aria-current]").all_inner_texts() == ["标题", "同段"]
    open_filters(page)
    expect(page.locator('#search input[name="within"]')).to_have_value("paragraph")
    assert fits(page)


def test_who_spoke_where_and_whether_all_of_it_is_there(page: Page) -> None:
    page.goto("/search?q=会议")
    total = count(page)
    for group in ("原文", "发言人", "会议地点"):
        open_filters(page)
        choice = page.get_by_role("group", name=group, exact=True).locator(".choice:not(.none)").first
        name, number = choice.locator(".value").inner_text(), int(choice.locator(".count").inner_text())
        tick(choice.locator("input"))
        expect(page.get_by_role("link", name=re.compile(f"取消筛选：.*{name}"))).to_be_visible()
        assert count(page) == number <= total
        total = number
    expect(page.locator(".chip")).to_have_count(3)


# --- dates


def test_days_of_the_meeting_instead_of_publication(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议&from=2021-03&to=2021-03")
    published = page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    assert all(day.startswith("2021-03") for day in published)
    follow(page.get_by_label("会议日期"))
    expect(page).to_have_url(re.compile("by=meeting"))
    expect(page.get_by_label("会议日期")).to_be_checked()
    expect(page.get_by_label("会议日期")).to_be_focused()
    assert count(page) > 0


def test_arrows_move_between_dates_and_apply_when_they_are_left(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议&from=2021")
    address = page.url
    page.get_by_label("发布日期").focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_label("会议日期")).to_be_checked()
    assert page.url == address
    with page.expect_navigation():
        page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("by=meeting"))
    expect(page.locator(":focus")).to_have_attribute("name", "year")  # where one went


def test_both_dates_apply_once_and_a_mistake_is_said_beside_its_box(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议")
    first, last = page.get_by_label("从", exact=True), page.get_by_label("到", exact=True)
    first.fill("昨日")
    page.keyboard.press("Tab")
    expect(last).to_be_focused()  # both ends are one choice
    last.fill("2021")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("开始日期“昨日”不是有效的日期")
    expect(first).to_have_attribute("aria-describedby", "mistake-from")
    expect(last).to_be_focused()
    assert "from" not in page.url
    picture(page, "mistaken-date")
    first.fill("2021年上半年")
    last.fill("")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="取消筛选：自 2021年1月1日")).to_be_visible()
    expect(page.get_by_role("link", name="取消筛选：至 2021年6月30日")).to_be_visible()
    expect(page.locator(":focus")).to_have_attribute("name", "to")


def test_whoever_follows_a_link_is_not_called_back_by_a_date(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议")
    page.get_by_label("从", exact=True).fill("2021")
    follow(page.locator(".hit h2 a").first)
    expect(page.locator(".document .body")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("从", exact=True)).to_have_value("")


def test_after_a_tick_the_count_is_in_sight_and_told(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议&size=50")
    box = page.get_by_role("group", name="类型").locator("input").nth(1)
    box.scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    page.wait_for_function("scrollY > 300")
    tick(box)
    expect(page.locator(".head [role=status]")).to_be_in_viewport()
    assert str(count(page)) in page.locator(".head [role=status]").inner_text()
    expect(page.locator(":focus")).to_be_checked()
    expect(page.locator(":focus")).to_be_in_viewport()


# --- the sheet


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a page as a phone shows it."""
    yield from open_page(browser, site, *SIZES["phone"])


@EVERYWHERE
def test_a_sheet_counts_while_one_ticks_and_loads_once(phone: Page) -> None:
    page = phone
    page.goto("/search?q=科普")
    loads: list[str] = []
    page.on("request", lambda asked: loads.append(asked.url) if asked.is_navigation_request() else None)
    opener = page.get_by_role("button", name="筛选")
    expect(page.locator(".fold").get_by_role("checkbox")).to_have_count(0)
    opener.click()
    sheet = page.get_by_role("dialog", name="筛选")
    expect(sheet).to_be_visible()
    expect(page.locator(":focus")).to_have_text("筛选")
    view = sheet.get_by_role("button", name="查看")
    for year in ("2021", "2022"):
        sheet.locator(f'input[name="year"][value="{year}"]').check()
    expect(page.get_by_role("list", name="2022 年各月")).to_be_visible()
    wanted = sum(int(text) for text in sheet.locator(".choice:has(input[name=year]:checked) .count").all_inner_texts())
    expect(view).to_have_text(f"查看 {wanted} 份")
    expect(sheet.locator(".head [role=status]")).to_have_text(f"共 {wanted} 份文件")
    source = sheet.locator(".sources .choice:not(.none)").first
    own = int(source.locator(".count").inner_text().split(" / ")[0])
    source.locator("input").check()
    expect(view).to_have_text(f"查看 {own} 份")
    check(page)
    picture(page, "sheet")
    assert loads == []
    view.click()
    expect(opener).to_have_text("筛选 3")
    assert len(loads) == 1
    assert count(page) == own
    page.go_back()  # one step, to the list that the sheet was opened over
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    opener.click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_back_closes_the_sheet_and_takes_nothing_else_back(phone: Page) -> None:
    page = phone
    page.goto("/help")
    page.goto("/search?q=科普&year=2021")
    address = page.url
    opener = page.locator("button.to-filters")
    opener.click()
    page.locator('.sheet input[name="year"][value="2022"]').check()
    expect(page.locator(".sheet .apply")).to_have_text(re.compile(r"查看 \d+ 份"))
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == address
    expect(opener).to_be_focused()
    later = page.get_by_role("button", name="查看")  # what was ticked waits
    expect(later).to_be_visible()
    page.go_forward()
    expect(page.locator('.sheet input[name="year"][value="2022"]')).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_role("button", name="关闭").click()
    follow(later)
    expect(page.locator(".chip")).to_have_count(2)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(page).to_have_url(re.compile("/help$"))


def test_axe_finds_nothing_in_the_sheet(phone: Page) -> None:
    page = phone
    page.goto("/search?q=科普 会议&within=paragraph&also=工作&not_source=澜江日报")
    open_filters(page)
    sheet = page.locator(".sheet")
    sheet.locator('.choice:not(.none) input[name="year"]').first.check()
    expect(sheet.locator(".months")).to_have_count(1)
    sheet.get_by_label("从", exact=True).fill("昨日")
    sheet.get_by_label("查找来源").fill("泓口")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(sheet.locator(".found-sources")).to_contain_text("个来源")
    for again in (False, True):
        page.emulate_media(color_scheme="dark" if again else "light")
        sheet.locator(".dates").scroll_into_view_if_needed()
        check(page, again=again)
        sheet.locator(".sources").scroll_into_view_if_needed()
        check(page, again=True)
        picture(page, f"sheet-{'dark' if again else 'light'}")
    page.set_viewport_size({"width": 640, "height": 450})  # as at 200 % zoom
    assert fits(page)
    check(page, again=True)


def test_the_sheet_keeps_the_focus_and_what_has_it_in_sight(phone: Page) -> None:
    page = phone
    page.goto("/search?q=科普&year=2021")
    page.locator("button.to-filters").click()
    covered = """() => {
        const own = document.activeElement.getBoundingClientRect();
        const top = document.querySelector(".sheet .head").getBoundingClientRect().bottom;
        const foot = document.querySelector(".sheet .apply").getBoundingClientRect().top;
        const isPart = document.activeElement.closest(".head, .apply");
        return !document.activeElement.matches("body, dialog") && !isPart && (own.top < top - 1 || own.bottom > foot + 1) ? document.activeElement.outerHTML : "";
    }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement.closest('.sheet') !== null || document.activeElement === document.body"
        )
        assert page.evaluate(covered) == ""


def test_dates_are_filled_in_beside_what_was_ticked(phone: Page) -> None:
    page = phone
    page.goto("/search?q=科普")
    page.locator("button.to-filters").click()
    sheet = page.locator(".sheet")
    sheet.locator('input[name="genre"]').first.check()
    sheet.locator('input[name="year"][value="2021"]').check()
    month = sheet.get_by_role("list", name="2021 年各月").get_by_role("link").first
    wanted = int(month.locator("small").inner_text())
    month.click()
    expect(sheet.get_by_label("从", exact=True)).to_have_value(re.compile(r"2021-\d\d"))
    expect(sheet.locator(".apply")).to_have_text(f"查看 {wanted} 份")
    expect(sheet.locator('input[name="year"][value="2021"]')).not_to_be_checked()
    sheet.get_by_label("到", exact=True).fill("昨日")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("结束日期“昨日”不是有效的日期")
    sheet.locator(".apply").click()
    expect(sheet.get_by_label("到", exact=True)).to_be_focused()
    sheet.get_by_role("link", name="去年").click()
    expect(sheet.get_by_role("link", name="去年")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("alert")).to_have_count(0)
    apply(page)
    expect(page.locator(".chip")).to_have_count(3)


def test_the_address_holds_for_a_page_out_of_the_browsers_memory(phone: Page) -> None:
    page = phone
    page.goto("/search?q=科普")
    page.locator("button.to-filters").click()
    whole = page.locator(".head [role=status]").inner_text()
    page.locator('.sheet input[name="year"][value="2021"]').check()
    expect(page.locator(".head [role=status]")).not_to_have_text(whole)
    # So it is left for the hits, and so it comes back: the sheet's entry in the history is theirs.
    page.evaluate("history.replaceState(null, '')")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".later")).to_be_hidden()
    page.locator("button.to-filters").click()
    expect(page.locator(".head [role=status]")).to_have_text(whole)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_a_number_that_is_not_known_is_not_said(phone: Page) -> None:
    page = phone.context.new_page()  # a console tells of answers that fail
    page.route("**/filters.json*", lambda route: route.fulfill(status=503))
    page.goto("/search?q=科普")
    open_filters(page)
    page.locator('.sheet input[name="year"][value="2021"]').check()
    expect(page.locator(".sheet .apply")).to_have_text("应用筛选")
    expect(page.locator(".head [role=status]")).to_have_text("")
    page.go_back()
    follow(page.get_by_role("button", name="应用筛选"))
    expect(page.locator(".chip")).to_have_count(1)


def test_the_page_of_filters_counts_too(phone: Page) -> None:
    page = phone
    page.goto("/filters?q=科普&year=2021&year=2022")
    page.locator(".choice:not(.none) input[name=genre]").first.check()
    number = page.locator(".choice:has(input[name=genre]:checked) .count").inner_text()
    expect(page.locator(".apply")).to_have_text(f"查看 {number} 份")
    follow(page.get_by_role("link", name="取消筛选：2022 年"))
    expect(page.locator(".chip")).to_have_count(2)  # what was ticked came along
    follow(page.locator(".apply"))
    expect(page).to_have_url(re.compile(r"/search\?q=[^&]*&year=2021&genre=[^&]*$"))


def test_a_window_that_grows_has_its_filters_beside_the_hits(phone: Page) -> None:
    page = phone
    page.goto("/search?q=科普")
    page.locator("button.to-filters").click()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("complementary", name="筛选").locator('input[name="year"]').first).to_be_visible()


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


@pytest.mark.parametrize("size", SIZES)
def test_all_of_it_without_script(browser: Browser, site: Site, size: str) -> None:
    width, height = SIZES[size]
    context = open_context(browser, site, java_script_enabled=False, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto("/search?q=科普&sort=newest")

    def reach_filters() -> None:
        if size == "phone":
            follow(page.locator("a.to-filters"))

    reach_filters()
    follow(page.locator(".sources .exclude").first)
    expect(page.locator(".chip")).to_contain_text("不含")
    page.get_by_label("会议日期").check()
    page.get_by_label("从", exact=True).fill("2020")
    apply(page)
    expect(page.locator(".chip")).to_have_count(2)  # what was excluded stays so
    expect(page.locator(".hit").first).to_be_visible()
    expect(page.locator('.sorts [aria-current="true"]').first).to_have_text("最新")
    reach_filters()
    page.locator('input[name="year"][value="2021"]').check()
    page.get_by_label("查找来源").fill("澜江")
    follow(page.get_by_role("button", name="查找来源"))
    expect(page.get_by_label("来源名称包含")).to_have_value("澜江")
    names = page.locator(".all-sources li > a:first-child").all_inner_texts()
    assert names
    assert all("澜江" in name or "瀾江" in name for name in names)
    page.get_by_label("来源名称包含").fill("澜江省")
    follow(page.get_by_role("button", name="查找", exact=True))
    follow(page.locator(".all-sources li > a:first-child").first)
    expect(page.locator(".chip")).to_have_count(4)  # excluded, since 2020, 2021, the source
    reach_filters()
    page.get_by_label("查找来源").fill("泓口")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label("来源名称包含")).to_have_value("泓口")
    page.go_back()
    page.get_by_label("从", exact=True).fill("昨日")
    follow(page.locator(".fold .apply"))
    expect(page.locator("#mistake-from")).to_contain_text("昨日")
    page.goto("/search?q=科普")
    follow(page.get_by_role("link", name="按年"))
    expect(page.locator(".group").first).to_be_visible()
    follow(page.locator(".group .hit h3 a").first)
    expect(page.locator(".hits-bar .places a").first).to_be_visible()
    follow(page.locator(".quote").first)
    expect(page.locator("textarea").first).to_contain_text("“")
    context.close()
