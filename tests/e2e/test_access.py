"""Everybody can use every page: rules of WCAG 2.2 AA by axe, the keyboard alone, large type, dark colours, English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Site
from tests.e2e.conftest import open_context, open_page
from tests.e2e.looking import EVERYWHERE, SIZES, fits, follow, has_sheet, picture, search_box

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Rules whose outcome depends on colours or width; all others are of the page itself.
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
# Those whose outcome depends on the language.
WORDS = ["html-has-lang", "html-lang-valid", "valid-lang", "document-title", "label", "link-name", "button-name"]
PAGES = {
    "home": "/",
    "results": "/search?q=科普 会议&source=泓口发布&not_source=澜江日报&from=2019&by=meeting",
    "one year": "/search?q=会议&from=2021&to=2021",
    "groups": "/search?q=会议&group=year",
    "nothing": "/search?q=“此话无人说过”",
    "mistake": "/search?q=科普&from=昨日",
    "filters": "/filters?q=科普&year=2021&from=昨日",
    "sources": "/sources?q=科普&find=澜江",
    "kept": "/kept",
    "term": "/term?q=科普",
    "help": "/help",
    "status": "/status",
    "frame": "/embed?q=科普&filters=all&source=泓口发布",
    "empty frame": "/embed?show=box",
    "embedding": "/help/embed",
    "interface": "/api",
    "citations": "/list?q=科普 会议&source=泓口发布",
    "missing": "/documents/none",
}


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def check(page: Page, *, again: bool = False, only: list[str] = LOOKS) -> None:
    """Ask axe; a violation is named with the element that has it.

    Of a page that was asked about before (`again`), in other colours, at another width or in English, `only` what that changes.
    """
    rules = [rule for rule in RULES if rule != "best-practice" or "/embed?" not in page.url]  # a frame is no whole page
    chosen = {"type": "rule", "values": only} if again else {"type": "tag", "values": rules}
    found = Axe().run(page, options={"runOnly": chosen})
    said = [
        f"{own['id']}: {own['help']}: {[node['html'][:200] + str(node.get('failureSummary')) for node in own['nodes'][:2]]}"
        for own in found.response["violations"]
    ]
    assert said == []


def is_again(page: Page, colours: str) -> bool:
    """Tell whether a page is asked about once more: first it is at desktop width, in light colours."""
    assert page.viewport_size is not None
    return (page.viewport_size["width"], colours) != (SIZES["desktop"][0], "light")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_any_page(page: Page, name: str, colours: str) -> None:
    response = page.context.new_page().goto(PAGES[name])
    assert response is not None
    other = page.context.pages[-1]
    other.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    assert fits(other)
    check(other, again=is_again(page, colours))


def test_axe_finds_nothing_while_reading(page: Page, colours: str) -> None:
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    page.goto("/search?q=科普 会议 工作")
    follow(page.locator(".hit h2 a").first)
    expect(page.locator(".body")).to_be_visible()
    again = is_again(page, colours)
    check(page, again=again)
    page.locator(".quote").first.click()
    expect(page.locator("dialog.quoting")).to_be_visible()
    check(page, again=again)
    page.keyboard.press("Escape")
    href = page.locator(".quote").first.get_attribute("href")
    assert href is not None
    page.goto(href)
    check(page, again=again)
    picture(page, f"cite-{colours}")
    page.go_back()
    page.keyboard.press("f")
    page.keyboard.type("会议")
    expect(page.locator(".found")).to_have_text(re.compile("处"))
    page.locator(".similar").scroll_into_view_if_needed()
    expect(page.locator(".similar .alike")).to_be_visible()
    page.locator(".link").last.click()
    check(page, again=again)
    if page.locator(".to-outline").is_visible():
        page.locator(".to-outline").click()
        check(page, again=again)
        page.keyboard.press("Escape")
    similar = page.locator(".similar").get_attribute("data-load")
    assert similar is not None
    page.goto(similar)
    check(page, again=again)


def test_axe_finds_nothing_beside_each_other_and_while_suggesting(page: Page, colours: str) -> None:
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    page.goto("/search?q=残疾人联合会第七次代表大会")
    page.locator(".reprints summary").first.click()
    follow(page.locator(".reprints .aside").first)
    expect(page.locator(".comparison")).to_be_visible()
    assert fits(page)
    check(page, again=is_again(page, colours))
    picture(page, f"compare-{colours}")
    page.goto(page.url.partition("&b=")[0])
    expect(page.get_by_role("heading", name="选择对照的文件")).to_be_visible()
    check(page, again=is_again(page, colours))
    search_box(page).fill("科")
    expect(page.locator(".suggestions li").first).to_be_visible()
    check(page, again=is_again(page, colours))


@pytest.mark.parametrize("name", [*PAGES, "document"])
def test_axe_finds_nothing_in_english(browser: Browser, site: Site, name: str) -> None:
    context = open_context(browser, site, locale="en-GB")
    page = context.new_page()
    if name == "document":
        page.goto("/search?q=科普")
        follow(page.locator(".hit h2 a").first)
    else:
        page.goto(PAGES[name])
    check(page, again=True, only=[*LOOKS, *WORDS])
    context.close()


def tab_to(page: Page, there: str) -> None:
    """Press Tab until a condition holds."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(there):
            return
    pytest.fail(f"no Tab leads to {there}")


@EVERYWHERE
def test_the_keyboard_alone_searches_filters_and_reads(page: Page) -> None:
    page.goto("/help")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()
    page.keyboard.type("科普 会议")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    below = has_sheet(page)
    if below:
        expect(page.locator("button.to-filters")).to_be_visible()
        tab_to(page, "document.activeElement.className === 'to-filters'")
        page.keyboard.press("Enter")
    tab_to(page, "document.activeElement.name === 'year'")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # one sees where one is
    ticked = page.evaluate("document.activeElement.value")
    page.keyboard.press("Space")
    if below:
        tab_to(page, "document.activeElement.className === 'apply'")
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("取消筛选"))).to_be_visible()
    if not below:
        expect(page.locator(":focus")).to_have_value(ticked)  # one goes on where one was
    page.locator(".hit h2 a").first.focus()
    page.keyboard.press("Enter")
    output = page.locator(".jump output")
    expect(output).to_have_text(re.compile("^1/"))
    page.keyboard.press("n")
    expect(output).to_have_text(re.compile("^2/"))
    page.keyboard.press("Shift+N")
    page.keyboard.press("Shift+N")
    last = output.inner_text()
    assert last.split("/")[0] == last.split("/")[1]  # round to the last one


@EVERYWHERE
def test_keys_can_be_switched_off(wide_page: Page) -> None:
    page = wide_page
    page.goto("/help")
    follow(page.get_by_role("group", name="快捷键").get_by_role("link", name="关"))
    expect(page).to_have_url(re.compile("/help$"))
    page.keyboard.press("/")
    expect(search_box(page)).not_to_be_focused()


@EVERYWHERE
def test_large_type_and_dark_colours_are_remembered_without_script(browser: Browser, site: Site) -> None:
    context = open_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=科普")
    follow(page.get_by_role("group", name="字号").get_by_role("link", name="特大"))
    follow(page.get_by_role("group", name="颜色").get_by_role("link", name="深色"))
    expect(page).to_have_url(re.compile(r"/search\?q="))
    follow(page.locator(".hit h2 a").first)
    expect(page.locator(".document .body")).to_be_visible()
    page.wait_for_load_state()  # style sheets, too
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 26)"
    context.close()


def test_every_page_looks_as_it_was_chosen(wide_page: Page) -> None:
    page = wide_page.context.new_page()  # some of these answers are refusals, which a console tells
    page.goto("/preferences?theme=dark&size=larger&keys=off")
    for name, address in PAGES.items():
        page.goto(address)
        chosen = page.evaluate("['theme', 'size', 'keys'].map(name => document.documentElement.dataset[name])")
        assert chosen == (["auto", None, None] if "frame" in name else ["dark", "larger", "off"]), name


@pytest.fixture
def half_page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a page as a desktop at 200 % zoom shows it: half as wide."""
    width, height = SIZES["desktop"]
    yield from open_page(browser, site, width // 2, height // 2)


@pytest.mark.parametrize("name", ["home", "results", "groups", "term", "status"])
def test_at_200_percent_nothing_sticks_out(half_page: Page, name: str) -> None:
    half_page.goto(PAGES[name])
    assert fits(half_page)


def test_nothing_moves_by_itself(wide_page: Page) -> None:
    """So there is nothing to reduce for who asked for reduced motion."""
    wide_page.goto("/search?q=科普 会议 工作")
    follow(wide_page.locator(".hit h2 a").first)
    wide_page.keyboard.press("n")
    assert wide_page.evaluate("document.getAnimations().length") == 0
    moving = "node => getComputedStyle(node).scrollBehavior + getComputedStyle(node).transitionDuration"
    assert set(wide_page.locator("html, body *").evaluate_all(f"nodes => nodes.map({moving})")) == {"auto0s"}


def test_english_is_complete_on_every_page(browser: Browser, site: Site) -> None:
    """What is left in Chinese is text of the archive, marked as Chinese."""
    context = open_context(browser, site, locale="en-GB")
    page = context.new_page()
    for address in (*PAGES.values(), "/compare?a=none&b=none"):
        page.goto(address)
        assert page.evaluate("document.documentElement.lang") == "en"
        left = page.evaluate(
            """() => {
                const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                const found = [];
                while (walker.nextNode()) {
                    const node = walker.currentNode;
                    if (node.parentElement.closest("textarea, pre")) continue; // lines to be copied
                    const own = node.parentElement.closest("[lang]").lang;
                    if (/[\\u4e00-\\u9fff]/.test(node.data) && own === "en") found.push(node.data.trim());
                }
                return found;
            }"""
        )
        allowed = re.compile(
            r"文档检索|通知, 讲话|科协发〔2021〕15号|“[^”]*”|近三年|去年|十四五期间|二〇二一年三月十二日|\d+年(?:上半年|\d+月(?:\d+日)?)|\S+:"
        )
        assert [text for text in left if re.search("[\u4e00-\u9fff]", allowed.sub("", text))] == [], address
    page.goto("/search?q=科普")
    follow(page.locator(".hit h2 a").first)
    picture(page, "english-document")
    follow(page.get_by_role("link", name="中文"))
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    context.close()
