"""The search box while somebody types: suggestions, input methods, keys, the searches of this browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.looking import EVERYWHERE, search_box

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(wide_page: Page) -> list[str]:
    """Return the suggestions that the page asks for, as it goes."""
    found: list[str] = []
    wide_page.on("request", lambda request: found.append(request.url) if "/suggest" in request.url else None)
    return found


def compose(session: CDPSession, text: str) -> None:
    """Compose as an input method does: the letters stand in the box, but are not yet typed."""
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


@EVERYWHERE
def test_suggestions_are_chosen_with_the_arrows_and_searched_with_enter(wide_page: Page, asked: list[str]) -> None:
    page = wide_page
    page.goto("/")
    box = search_box(page)
    box.press_sequentially("kexue", delay=10)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    assert len(asked) == 1  # not one for each key
    page.keyboard.press("ArrowDown")
    first = options.first.locator("span").inner_text()
    expect(box).to_have_value(first)
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("kexue")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(box).to_have_value(first)


def test_escape_closes_and_gives_back_what_was_typed(wide_page: Page) -> None:
    page = wide_page
    page.goto("/")
    box = search_box(page)
    box.press_sequentially("科普")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("科普")


@EVERYWHERE
def test_a_click_searches(page: Page) -> None:
    page.goto("/")
    search_box(page).press_sequentially("科普大")
    option = page.get_by_role("option").first
    text = option.locator("span").inner_text()
    option.click()
    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(search_box(page)).to_have_value(text)


@EVERYWHERE
def test_a_title_opens_its_document_and_what_was_typed_can_still_be_searched(wide_page: Page) -> None:
    page = wide_page
    page.goto("/")
    box = search_box(page)
    title = page.get_by_role("option", name="一根轴承里的三代人")
    box.press_sequentially("轴承里")
    expect(title).to_contain_text("打开文件")
    while title.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("一根轴承里的三代人")
    page.go_back()
    assert page.evaluate("localStorage.getItem('searches')") is None  # nothing was searched
    box.fill("轴承里")
    page.get_by_role("option", name="检索这些字").click()
    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(box).to_have_value("轴承里")
    box.fill("轴承里的")
    with page.context.expect_page() as opened:
        title.click(button="middle")
    expect(opened.value.locator("h1")).to_have_text("一根轴承里的三代人")
    expect(page).to_have_url(re.compile(r"/search\?q="))


@EVERYWHERE
def test_nothing_is_asked_while_an_input_method_composes(wide_page: Page, asked: list[str]) -> None:
    page = wide_page
    page.goto("/")
    search_box(page).focus()
    session = page.context.new_cdp_session(page)
    for letters in ("k", "ke", "ke p", "ke pu"):
        compose(session, letters)
    page.wait_for_timeout(400)
    assert asked == []
    session.send("Input.insertText", {"text": "科普"})
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1
    assert "%E7%A7%91%E6%99%AE" in asked[0]


def test_the_enter_of_an_input_method_searches_nothing(wide_page: Page) -> None:
    page = wide_page
    page.goto("/help")
    box = search_box(page)
    box.focus()
    session = page.context.new_cdp_session(page)
    compose(session, "kepu")
    for kind in ("rawKeyDown", "char", "keyUp"):
        session.send(
            "Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229, "text": "\r"}
        )
    page.wait_for_timeout(200)
    expect(page).to_have_url(re.compile("/help$"))
    session.send("Input.insertText", {"text": "科普"})
    # Some browsers end the composition first, and report the Enter that ended it with key code 229.
    prevented = box.evaluate(
        """box => !box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, cancelable: true, bubbles: true}))"""
    )
    assert prevented
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))


@EVERYWHERE
def test_searches_are_kept_in_the_browser(wide_page: Page) -> None:
    page = wide_page
    for query in ("科普大篷车", "党史学习教育"):
        page.goto(f"/search?q={query}")
    page.goto("/help")
    search_box(page).click()
    expect(page.get_by_text("最近检索", exact=True)).to_be_visible()
    options = page.get_by_role("option").locator("span")
    assert options.all_inner_texts() == ["党史学习教育", "科普大篷车", "全部检索记录"]
    assert page.context.cookies() == []


def test_a_slash_in_a_field_is_a_slash(wide_page: Page) -> None:
    page = wide_page
    page.goto("/sources")
    field = page.get_by_label("来源名称包含")
    field.focus()
    page.keyboard.press("/")
    expect(field).to_have_value("/")
