"""A document: opened at the match, gone through, quoted, compared, printed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.e2e.conftest import open_context
from tests.e2e.looking import EVERYWHERE, fits, follow, picture

pytestmark = pytest.mark.browser

NESTED = str.maketrans("“”", "‘’")  # between quotation marks these are single ones

ONLY_PLAIN = pytest.mark.parametrize("site", ["plain"], indirect=True)


def open_first(page: Page, query: str) -> None:
    page.goto(f"/search?q={query}")
    follow(page.locator(".hit h2 a").first)
    expect(page.locator(".document .body")).to_be_visible()
    page.wait_for_load_state()  # style sheets, too


@EVERYWHERE
def test_a_passage_opens_where_it_stands(page: Page) -> None:
    page.goto("/search?q=科普 会议 工作")
    passage = page.locator(".hit .snippet a").nth(2)
    text = passage.locator("mark").first.inner_text()
    follow(passage)
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


def test_the_next_match_is_the_next_from_where_one_went(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "科普")
    links = page.locator(".hits-bar .places a")
    anchor = links.last.get_attribute("href")
    links.last.click()
    page.get_by_role("button", name="下一处").click()
    expect(page.locator(f".body {anchor} mark.current")).to_have_count(1)


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
    speaker = entry.inner_text()[:2]
    expect(page.locator(":target")).to_be_in_viewport()
    assert speaker in page.locator(":target").inner_text()


def pasted(page: Page) -> str:
    """Return what the keyboard pastes into a field: what anything else on this machine would."""
    page.evaluate(
        """() => {
            const field = document.createElement("textarea");
            field.id = "pasted";
            document.body.append(field);
            field.focus();
        }"""
    )
    page.keyboard.press("Control+V")
    text = page.locator("#pasted").input_value()
    page.evaluate("document.getElementById('pasted').remove()")
    return text


@EVERYWHERE
def test_sentences_are_copied_with_where_they_are_from(wide_page: Page, site: Site) -> None:
    """Over plain http, by a name that is not this machine's, browsers have no clipboard for scripts."""
    page = wide_page
    open_first(page, "科普大篷车")
    is_plain = site.address.startswith("http:")
    assert page.evaluate("[isSecureContext, 'clipboard' in navigator]") == [not is_plain, not is_plain]
    title = page.locator("h1").inner_text()
    marked = page.locator(".body p", has=page.locator("mark")).first
    number, word = marked.get_attribute("data-number"), marked.locator("mark").first.inner_text()
    marked.locator(".quote").click()
    dialog = page.get_by_role("dialog", name="引用")
    ticked = dialog.locator("label:has(:checked)")
    expect(ticked).to_have_count(1)
    sentence = ticked.inner_text().strip()
    assert word in sentence
    assert "“" in sentence
    sentence = sentence.translate(NESTED)
    dialog.get_by_role("button", name="带出处").click()
    expect(dialog.get_by_role("status")).to_have_text("已复制")
    expect(dialog.get_by_role("button", name="带出处")).to_be_focused()
    dialog.get_by_role("button", name="关闭").click()
    copied = pasted(page)
    assert copied.startswith(f"“{sentence}”（《{title}》，")
    assert copied.endswith(f"，第 {number} 段） {page.url.partition('?')[0]}#{marked.get_attribute('id')}")
    for style, pattern in (
        ("GB/T 7714", rf"“{re.escape(sentence)}”（第 {number} 段）.*{re.escape(title)}\[(?:EB/OL|N)\]\. "),
        ("RIS", "TY  - [A-Z]+\r?\n(?:.*\n)*ER  - "),
        ("BibTeX", r"@[a-z]+\{\w+,"),
    ):
        marked.locator(".quote").click()
        dialog.get_by_role("button", name=style).click()
        expect(dialog.get_by_role("status")).to_have_text("已复制")
        if style == "RIS":
            picture(page, "quoting")
        page.keyboard.press("Escape")
        assert re.match(pattern, pasted(page)), style


@ONLY_PLAIN
def test_sentences_of_several_paragraphs_are_quoted_at_once(page: Page) -> None:
    open_first(page, "科普大篷车")
    page.locator(".quote").nth(1).click()
    dialog = page.get_by_role("dialog", name="引用")
    dialog.get_by_role("button", name="加上后一段").click()
    expect(dialog.locator("fieldset")).to_have_count(2)
    expect(dialog.get_by_role("button", name="加上后一段")).to_be_focused()
    assert dialog.locator("label:has(:checked)").count() == 1  # it stays ticked
    first, last = dialog.locator("label").first, dialog.locator("label").last
    for tick in dialog.get_by_role("checkbox").all():
        tick.uncheck()
    first.click()
    last.click()
    dialog.get_by_role("button", name="带出处").click()
    expect(dialog.get_by_role("status")).to_have_text("已复制")
    text = dialog.locator("textarea").input_value()
    quoted = f"{first.inner_text().strip()}……\n{last.inner_text().strip()}".translate(NESTED)
    assert text.startswith(f"“{quoted}”（《")
    assert "，第 2、3 段） http://archive.test:" in text
    for tick in (first, last):
        tick.click()
    dialog.get_by_role("button", name="GB/T 7714").click()
    expect(dialog.get_by_role("status")).to_have_text("请先勾选句子。")


@ONLY_PLAIN
def test_a_selection_over_paragraphs_is_quoted_as_it_is(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "科普大篷车")
    select = """() => {
        const [first, second] = [...document.querySelectorAll(".body p")].slice(1, 3);
        const [from, to] = [first, second].map((own) => document.createTreeWalker(own, NodeFilter.SHOW_TEXT).nextNode());
        getSelection().setBaseAndExtent(from, 2, to, 4);
    }"""
    page.evaluate(select)
    texts = page.locator(".body p").evaluate_all("own => own.slice(1, 3).map(one => one.firstChild.textContent)")
    page.get_by_role("navigation", name="本文", exact=True).get_by_role("link", name="引用").click()
    dialog = page.get_by_role("dialog", name="引用")
    expect(dialog.locator("label")).to_have_count(2)
    quoted = dialog.locator("label").all_inner_texts()
    assert quoted[1].strip() == texts[1][:4].strip()
    assert texts[0][2:].strip().startswith(quoted[0].strip()[:4])
    assert "引" not in quoted[0][-2:]
    dialog.get_by_role("button", name="带出处").click()
    expect(dialog.get_by_role("status")).to_have_text("已复制")
    text = dialog.locator("textarea").input_value()
    assert f"\n{quoted[1].strip()}”（《" in text
    page.keyboard.press("Escape")
    page.evaluate(select)
    page.locator(".body p").nth(2).locator(".quote").click()
    expect(dialog.locator("label")).to_have_count(2)
    dialog.get_by_role("button", name="带出处").click()
    expect(dialog.locator("textarea")).to_have_value(text)


@ONLY_PLAIN
def test_the_link_of_a_paragraph_is_taken_by_mouse(page: Page) -> None:
    open_first(page, "科普大篷车")
    link = page.locator(".body .link").nth(1)
    anchor = page.locator(".body [data-number]").nth(1).get_attribute("id")
    assert link.get_attribute("href") == f"#{anchor}"
    link.click()
    wanted = f"{page.url.partition('?')[0]}#{anchor}"
    expect(page.locator(".told")).to_have_text(f"链接已复制：{wanted}")
    assert pasted(page) == wanted


@ONLY_PLAIN
def test_where_nothing_can_be_copied_the_text_can_be_selected(wide_page: Page) -> None:
    page = wide_page
    page.add_init_script("document.execCommand = () => false")
    open_first(page, "科普大篷车")
    page.locator(".quote").first.click()
    page.get_by_role("button", name="带出处").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("浏览器不允许复制，请手动选取：")
    assert page.evaluate("getSelection().toString() || document.activeElement.value").startswith("“")


def test_a_text_is_found_while_typing(page: Page) -> None:
    open_first(page, "科协 会议")
    whole = page.locator(".body mark").count()
    page.keyboard.press("f")
    box = page.get_by_role("searchbox", name="在本文中查找")
    expect(box).to_be_focused()
    output = page.locator(".jump output")
    page.keyboard.type("科協")
    expect(page.locator(".found")).to_have_text(re.compile(r"^\d+ 处$"))
    total = int(page.locator(".found").inner_text().split()[0])
    assert set(page.locator(".document mark").all_inner_texts()) == {"科协"}
    assert page.locator(".document mark").count() == total
    at = int(output.inner_text().split("/")[0])
    page.keyboard.press("Enter")
    expect(output).to_have_text(f"{at % total + 1}/{total}")
    page.keyboard.press("Shift+Enter")
    expect(output).to_have_text(f"{at}/{total}")
    expect(page.locator("mark.current")).to_be_in_viewport()
    assert "find=" in page.url
    assert fits(page)
    picture(page, "finding")
    page.keyboard.press("Escape")
    expect(page.locator(".body mark")).to_have_count(whole)
    assert "find=" not in page.url


def test_the_outline_says_where_one_is(wide_page: Page) -> None:
    page = wide_page
    open_first(page, "说:会议")
    entries = page.locator(".outline li a")
    for entry in entries.all():
        address = entry.get_attribute("href")
        assert address is not None
        page.evaluate("hash => document.querySelector(hash).scrollIntoView()", address)
        if page.evaluate("hash => document.querySelector(hash).getBoundingClientRect().top > 80", address):
            break  # the page ends before it comes to the top
        here = page.locator(f".outline [aria-current=location][href='{address}']")
        expect(here).to_be_in_viewport()
    words = entries.all_inner_texts()
    assert len(set(words)) == len(words)


def test_on_a_phone_the_bar_has_what_one_reads_with(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, viewport={"width": 390, "height": 844})
    page = context.new_page()
    open_first(page, "说:会议")
    bar = page.get_by_role("navigation", name="本文", exact=True)
    expect(bar).to_be_in_viewport()
    assert re.sub(r"[‹›\s\d/–]", "", bar.inner_text()) == "提纲查找引用收藏"  # and no name of a key
    bar.get_by_role("link", name="提纲").click()
    sheet = page.get_by_role("dialog", name="提纲")
    expect(sheet).to_be_visible()
    picture(page, "sheet")
    entry = sheet.get_by_role("link").last
    address = entry.get_attribute("href")
    entry.click()
    expect(sheet).to_be_hidden()
    expect(page.locator(f"[id='{address[1:]}']" if address else "none")).to_be_in_viewport()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last, top = page.evaluate(
        """() => [".beside > :last-child", ".bar"].map((own) => document.querySelector(own).getBoundingClientRect())
                 .map((own, at) => at ? own.top : own.bottom)"""
    )
    assert last <= top + 1  # nothing is hidden behind it
    context.close()


def test_without_a_script_the_bar_leads_to_the_parts_of_the_page(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=说:会议")
    follow(page.locator(".hit h2 a").first)
    bar = page.get_by_role("navigation", name="本文", exact=True)
    bar.get_by_role("link", name="提纲").click()
    expect(page.locator(".outline")).to_be_in_viewport()
    bar.get_by_role("link", name="查找").click()
    box = page.get_by_role("searchbox", name="在本文中查找")
    expect(box).to_be_in_viewport()
    box.fill("会议")
    follow(page.get_by_role("button", name="查找"))
    expect(page.locator(".found")).to_have_text(re.compile(r"^\d+ 处$"))
    follow(page.locator(".similar").get_by_role("link"))
    expect(page.locator(".alike li").first).to_be_visible()
    page.go_back()
    follow(bar.get_by_role("link", name="引用"))
    expect(page.get_by_role("textbox", name="BibTeX")).to_be_visible()
    context.close()


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


def test_similar_documents_come_once_somebody_is_near(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/similar" in request.url else None)
    page.goto("/search?q=残疾人联合会")
    follow(page.locator(".hit h2 a").first)
    expect(page.locator(".body")).to_be_visible()
    assert asked == []
    page.locator(".similar").scroll_into_view_if_needed()
    expect(page.locator(".similar .alike li").first).to_be_visible()
    assert len(asked) == 1


@EVERYWHERE
def test_a_comparison_leads_back_to_the_document_with_its_marks(wide_page: Page) -> None:
    page = wide_page
    page.goto("/search?q=残疾人联合会第七次代表大会")
    follow(page.locator(".hit h2 a").first)
    document = page.url.partition("#")[0]
    page.locator(".reprints summary").click()
    follow(page.locator(".reprints .aside").first)
    assert page.locator(".comparison .folded").count() > 0
    follow(page.get_by_role("link", name="全部", exact=True))
    assert page.locator(".comparison .folded").count() == 0
    follow(page.get_by_role("link", name="‹ 回到文件"))
    assert page.url.partition("#")[0] == document


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


def test_a_document_and_a_paragraph_are_kept_by_their_stars(page: Page) -> None:
    open_first(page, "科普大篷车")
    whole = page.locator(".bar .star")
    expect(whole).to_have_attribute("aria-pressed", "false")
    whole.click()
    expect(whole).to_have_attribute("aria-pressed", "true")
    star = page.get_by_role("button", name="收藏第 2 段")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    kept = page.evaluate("archiveKept.list().map(own => [own.kind, own.address.replace(/.*documents/, '')])")
    path = page.url.partition("?")[0].partition("/documents")[2]
    anchor = page.locator(".body [data-number='2']").get_attribute("id")
    assert kept == [["paragraph", f"{path}#{anchor}"], ["document", path]]
    page.keyboard.press("f")
    page.keyboard.type("科普")
    expect(page.locator(".found")).to_have_text(re.compile("处"))
    expect(star).to_have_attribute("aria-pressed", "true")
    # What is kept of a paragraph is how it begins, marked or not.
    for at in page.locator(".body [data-number]:has(mark):has(.star)").all():
        words = at.evaluate(
            "own => [...own.childNodes].filter(one => !one.matches?.('a, button')).map(one => one.textContent).join('')"
        )
        assert (at.locator(".star").get_attribute("data-title") or "").endswith(f": {words.strip()[:30]}")
    picture(page, "stars")
