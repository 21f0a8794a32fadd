"""A document: opened at the match, gone through, quoted, compared, printed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Site
from tests.e2e.looking import EVERYWHERE, fits, follow, picture

pytestmark = pytest.mark.browser


def open_first(page: Page, query: str) -> None:
    page.goto(f"/search?q={query}")
    follow(page.locator(".hit h2 a").first)
    expect(page.locator(".document .body")).to_be_visible()
    page.wait_for_load_state()  # style sheets, too


@EVERYWHERE
def test_a_passage_opens_where_it_stands(page: Page) -> None:
    page.goto("/search?q=科普 会议 工作")
    passage = page.locator(".hit .snippet").nth(2)
    text = passage.locator("mark").first.inner_text()
    follow(passage.locator("a"))
    expect(page).to_have_url(re.compile("#p[0-9a-f]{8}"))
    current = page.locator("mark.current")
    expect(current).to_be_in_viewport()
    target = page.locator(":target")
    assert text in target.inner_text()
    assert current.evaluate("mark => mark.closest(':target') !== null")


def test_each_term_has_its_colour_and_a_place_in_the_legend(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "科普 会议")
    colours = page.locator(".body mark").evaluate_all(
        "marks => Object.fromEntries(marks.map(mark => [mark.textContent, getComputedStyle(mark).backgroundColor]))"
    )
    legend = page.locator(".terms span").evaluate_all(
        "spans => Object.fromEntries(spans.map(span => [span.textContent, getComputedStyle(span).backgroundColor]))"
    )
    assert len(set(colours.values())) == 2
    assert {name: legend[name] for name in colours} == colours
    picture(page, "colours")


def test_the_buttons_go_through_the_matches(page: Page) -> None:
    open_first(page, "科普")
    output = page.locator(".jump output")
    total = int(output.inner_text().split("/")[1])
    assert page.locator(".back .places").inner_text() == f"本文 {total} 处"
    expect(page.locator(".jump")).to_be_in_viewport()  # on a phone, too
    at = int(output.inner_text().split("/")[0])
    page.get_by_role("button", name="下一处").click()
    expect(output).to_have_text(f"{at % total + 1}/{total}")
    expect(page.locator("mark.current")).to_be_in_viewport()


def test_only_what_one_speaker_says_is_left(page: Page) -> None:
    open_first(page, "说:会议")
    whole = page.locator(".body [id]").count()
    follow(page.locator(".outline .only a", has_text="会议"))
    expect(page.get_by_text("只显示“会议”的部分")).to_be_visible()
    assert 0 < page.locator(".body [id]").count() < whole
    follow(page.get_by_role("link", name="显示全文"))
    assert page.locator(".body [id]").count() == whole


def test_the_outline_leads_to_the_paragraph(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "说:会议")
    entry = page.locator(".outline li a").last
    entry.click()
    speaker = re.split("[、]", entry.inner_text())[0][:2]
    expect(page.locator(":target")).to_be_in_viewport()
    assert speaker in page.locator(":target").inner_text()


def test_a_sentence_is_copied_with_its_source(wide_page: Page) -> None:
    page = wide_page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_first(page, "科普大篷车")
    title = page.locator("h1").inner_text()
    page.locator(".quote").nth(1).click()
    sentence = page.locator(".sentences label").first.inner_text().strip()
    page.get_by_role("button", name="复制（带出处）").click()
    expect(page.locator("dialog [role=status]")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{sentence}”（《{title}》，")
    assert copied.endswith("，第 2 段）")
    page.get_by_role("button", name="GB/T 7714").click()
    page.wait_for_timeout(100)
    standard = page.evaluate("navigator.clipboard.readText()")
    assert re.search(rf"“（?{re.escape(sentence)}”（第 2 段）.*{re.escape(title)}\[(?:EB/OL|N)\]\. ", standard)
    picture(page, "quoting")


@EVERYWHERE
def test_where_copying_is_forbidden_the_text_can_be_selected(wide_page: Page, site: Site) -> None:
    page = wide_page
    if site.address.startswith("https:"):  # as over plain http
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    open_first(page, "科普大篷车")
    page.locator(".quote").first.click()
    page.get_by_role("button", name="复制（带出处）").click()
    box = page.locator("dialog textarea")
    expect(box).to_be_visible()
    assert box.input_value().startswith("“")


def test_people_bodies_and_documents_are_searches(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=引用:条例")
    follow(page.locator(".hit h2 a").first)
    follow(page.get_by_role("link", name=re.compile("^《.*条例.*》$")).first)
    expect(page.locator(".hit").first).to_be_visible()
    page.go_back()
    page.locator(".about a[href*='人']").first.or_(page.locator(".about a[href*='%E4%BA%BA']").first).click()
    expect(page.locator(".hit").first).to_be_visible()


@EVERYWHERE
def test_reprints_stand_side_by_side(page: Page) -> None:
    page.goto("/search?q=残疾人联合会第七次代表大会")
    page.locator(".reprints summary").first.click()
    follow(page.locator(".reprints .aside").first)
    rows = page.locator(".comparison tbody tr")
    assert page.locator(".comparison tr.same").count() > 0
    assert rows.count() >= page.locator(".comparison tr.same").count()
    for row in page.locator(".comparison tr.same").all()[:5]:
        left, right = (re.sub(r"\W", "", text) for text in row.locator("td").all_inner_texts())
        assert left == right
    assert fits(page)


def test_similar_documents_say_what_they_share(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "科普大篷车")
    assert page.locator(".similar li").count() > 0


def test_the_next_meeting_of_the_series_is_one_click_away(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=会议&group=series")
    groups = page.locator(".group")
    for at in range(groups.count()):
        total = int(re.sub(r"\D", "", groups.nth(at).locator("h2 small").inner_text()))
        if total > 2:
            break
    follow(groups.nth(at).locator(".hit h3 a").first)
    links = page.get_by_role("navigation", name="同一会议系列").get_by_role("link")
    assert links.count() >= 1
    follow(links.first)
    expect(page.get_by_role("navigation", name="同一会议系列")).to_be_visible()


def test_the_print_sheet_has_the_text_and_its_citation_only(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "科普大篷车")
    page.emulate_media(media="print")
    for hidden in (".top", ".bottom", ".beside", ".quote"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".citation")).to_be_visible()
    expect(page.locator(".body")).to_be_visible()


def test_lines_are_as_long_as_one_reads_well(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "科普大篷车")
    width, size = page.locator(".body").evaluate(
        "node => [node.clientWidth, parseFloat(getComputedStyle(node).fontSize)]"
    )
    assert 34 <= width / size <= 40
