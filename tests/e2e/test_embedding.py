"""The search inside foreign pages: link form, frame and component, under a strict policy, in old browsers, without script."""

from __future__ import annotations

import gzip
import re
import ssl
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    FrameLocator,
    Locator,
    Page,
    Response,
    Route,
    expect,
)

from searchapp.views.colours import read_accent
from tests.conftest import Site
from tests.e2e.conftest import open_context
from tests.e2e.fronts import Host
from tests.e2e.looking import EVERYWHERE, SIZES, picture
from tests.e2e.test_access import check, is_again
from tests.e2e.test_weight import WATCH

pytestmark = pytest.mark.browser

STRICT = "default-src 'none'; style-src 'self'; script-src {0} 'self'; connect-src {0}; frame-src {0}; form-action {0}"
FORM = '<form action="{site}/search" target="_blank"><input name="q" aria-label="检索文档"><button>检索</button></form>'
FRAME = '<iframe src="{site}/embed?q=科普&accent=b00020" title="检索" width="100%" height="100"></iframe>'
SCRIPT = '<script src="{site}/embed.js" defer></script>'
COMPONENT = f"{SCRIPT}<archive-search{{own}}>{FORM}</archive-search><p>下文</p>"
# What browsers have learned since Chromium 86; a page may also carry its own, which do something else.
NEWER = """
    for (const [owner, name] of [[Array, "at"], [Array, "findLast"], [String, "at"], [String, "replaceAll"], [Element, "replaceChildren"]])
        delete owner.prototype[name];
    delete Object.hasOwn;
    delete window.structuredClone;
    delete Crypto.prototype.randomUUID;
"""


@dataclass
class Outside:
    """Foreign pages in a browser that embed a site."""

    site: Site
    host: Host
    context: BrowserContext
    said: list[str] = field(default_factory=list)

    def open(self, body: str, *, own: str = "", origin: str = "", policy: str = STRICT, **page: str) -> Page:
        """Open a page whose addresses of the site are filled in, and attributes of the component (`own`)."""
        filled = body.replace("{site}", self.site.address).replace("{own}", own)
        parts = urlsplit(self.site.address)
        path = self.host.show(filled, policy=policy.format(f"{parts.scheme}://{parts.netloc}"), **page)
        opened = self.context.new_page()
        opened.goto(f"{origin or self.host.origin}{path}")
        return opened

    def note(self, message: ConsoleMessage) -> None:
        """Keep what a console says."""
        self.said.append(f"{message.type}: {message.text}")


def open_outside(browser: Browser, site: Site, host: Host, **options: Any) -> Iterator[Outside]:
    context = open_context(browser, site, **options)
    outside = Outside(site, host, context)
    context.on("console", outside.note)
    context.on("weberror", lambda error: outside.said.append(str(error.error)))
    yield outside
    context.close()
    assert outside.said == []


@pytest.fixture(params=SIZES, ids=list(SIZES))
def outside(browser: Browser, site: Site, host: Host, request: pytest.FixtureRequest) -> Iterator[Outside]:
    width, height = SIZES[request.param]
    yield from open_outside(browser, site, host, viewport={"width": width, "height": height})


@pytest.fixture
def wide(browser: Browser, site: Site, host: Host) -> Iterator[Outside]:
    width, height = SIZES["desktop"]
    yield from open_outside(browser, site, host, viewport={"width": width, "height": height})


@pytest.fixture
def scriptless(browser: Browser, site: Site, host: Host) -> Iterator[Outside]:
    yield from open_outside(browser, site, host, java_script_enabled=False)


def asked_by(page: Page) -> list[str]:
    """Return what a page asks the API, as it goes."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/api/v1/" in request.url else None)
    return found


def searches(asked: list[str]) -> int:
    return sum("/api/v1/search?" in address for address in asked)


def search_in(page: Page, query: str) -> Locator:
    """Search in the component by keys; return its hits."""
    box = page.locator("archive-search .input")
    box.fill(query)
    box.press("Enter")
    hits = page.locator("archive-search .hit")
    expect(hits.first).to_be_visible()
    return hits


def height_of(page: Page) -> int:
    box = page.locator("iframe").bounding_box()
    assert box is not None
    return round(box["height"])


def wait_until_whole(page: Page) -> None:
    """Wait until the frame is as high as what stands in it (a border is 2 + 2)."""
    body = page.frame_locator("iframe").first.locator("body")
    for _ in range(40):
        wanted = body.evaluate("body => Math.ceil(body.getBoundingClientRect().height)")
        if height_of(page) in {wanted, wanted + 4}:
            return
        page.wait_for_timeout(50)
    assert height_of(page) == wanted


def search_frame(page: Page, query: str) -> FrameLocator:
    """Search in the only frame of a page by keys; return what it shows then."""
    inside = page.frame_locator("iframe")
    inside.get_by_role("searchbox").fill(query)
    with page.expect_event("framenavigated"):
        page.keyboard.press("Enter")
    expect(inside.get_by_role("status")).to_be_visible()
    return inside


def hold_up(route: Route) -> None:
    """Let a script come once the page is painted."""
    route.request.frame.page.wait_for_timeout(300)
    route.continue_()


# --- the link form


@EVERYWHERE
def test_a_form_opens_the_results_in_a_new_tab(outside: Outside) -> None:
    page = outside.open(FORM)
    page.get_by_label("检索文档").fill("科普")
    with outside.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator(".hit").first).to_be_visible()
    assert opened.value.url.startswith(f"{outside.site.address}/search?q=")


# --- the frame


@EVERYWHERE
def test_a_frame_searches_and_pages_inside_and_opens_documents_at_the_top(outside: Outside) -> None:
    page = outside.open(FRAME)
    inside = page.frame_locator("iframe")
    expect(inside.locator(".hit")).to_have_count(5)
    search_frame(page, "会议")
    first = inside.locator(".hit a").first.get_attribute("href")
    inside.get_by_role("link", name="下一页").click()
    expect(inside.get_by_role("link", name="上一页")).to_be_visible()
    assert inside.locator(".hit a").first.get_attribute("href") != first
    assert page.url.startswith(outside.host.origin)
    title = inside.locator(".hit a").first.inner_text()
    with page.expect_navigation(url=re.compile("/documents/")):
        inside.locator(".hit a").first.click()
    assert page.url.startswith(f"{outside.site.address}/documents/")
    expect(page.locator("h1")).to_contain_text(title)


@pytest.mark.parametrize("target", ["_top", "_blank"])
def test_a_frame_with_only_a_box_opens_the_results_elsewhere(wide: Outside, target: str) -> None:
    frame = FRAME.replace("?q=科普", f"?show=box&lock=source&source=泓口发布&target={target}")
    page = wide.open(frame)
    page.frame_locator("iframe").get_by_role("searchbox").fill("会议")
    if target == "_blank":
        with wide.context.expect_page() as opened:
            page.keyboard.press("Enter")
        page = opened.value
    else:
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="取消筛选：泓口发布")).to_be_visible()
    expect(page.locator("#q")).to_have_value("会议")
    assert page.url.startswith(f"{wide.site.address}/search?")


@EVERYWHERE
def test_a_frame_is_as_high_as_what_stands_in_it(outside: Outside) -> None:
    page = outside.open(SCRIPT + FRAME)
    wait_until_whole(page)
    link = page.frame_locator("iframe").locator(".hit a").first
    assert link.evaluate("link => getComputedStyle(link).color") == "rgb(176, 0, 32)"  # the accent
    before = height_of(page)
    assert before > 300
    picture(page, "embedded-frame")
    expect(search_frame(page, "“此话无人说过”").get_by_text("没有找到")).to_be_visible()
    wait_until_whole(page)
    assert height_of(page) < before


@pytest.mark.parametrize(("theme", "scheme"), [("auto", "light"), ("auto", "dark"), ("light", "dark")])
def test_the_colour_of_a_page_is_seen_on_either_paper(
    wide_page: Page, theme: str, scheme: Literal["light", "dark"]
) -> None:
    wide_page.emulate_media(color_scheme=scheme)
    wide_page.goto(f"/embed?q=科普&accent=b00020&theme={theme}")
    pair = read_accent("b00020", theme=theme)
    assert pair is not None
    wanted = pair[1] if (theme, scheme) == ("auto", "dark") else pair[0]
    red, green, blue = (int(wanted[at : at + 2], 16) for at in (0, 2, 4))
    link = wide_page.locator(".hit a").first
    assert link.evaluate("link => getComputedStyle(link).color") == f"rgb({red}, {green}, {blue})"


def test_a_script_that_comes_late_hears_how_high_a_frame_is(wide: Outside) -> None:
    wide.context.route("**/embed.js", hold_up)
    wait_until_whole(wide.open(SCRIPT + FRAME))


def test_a_frame_on_a_page_that_is_not_allowed_is_refused(wide: Outside) -> None:
    page = wide.open(FRAME, origin=wide.host.stranger)
    page.wait_for_timeout(300)
    assert "frame-ancestors" in "".join(wide.said)
    assert page.frame_locator("iframe").locator(".hit").count() == 0
    wide.said.clear()
    page = wide.open(COMPONENT, origin=wide.host.stranger)
    page.locator("archive-search .input").press_sequentially("科普")
    page.keyboard.press("Enter")
    expect(page.locator("archive-search [role=alert]")).to_contain_text("连不上检索服务")
    assert "Access-Control-Allow-Origin" in "".join(wide.said)
    wide.said.clear()


LINES = "二、框架"


def paste(context: BrowserContext, called: str, *, arguments: str = "") -> str:
    """Return the lines that the help page offers to be copied under a heading."""
    page = context.new_page()
    page.goto(f"/help/embed{arguments}")
    text = page.get_by_label(called).input_value()
    page.close()
    return text


@pytest.mark.parametrize("way", ["component", "lines"])
def test_messages_of_strangers_change_nothing(wide: Outside, way: str) -> None:
    stranger = wide.host.show("<p>x</p>")
    body = SCRIPT + FRAME if way == "component" else paste(wide.context, LINES)
    page = wide.open(f'{body}<iframe src="{wide.host.stranger}{stranger}" id="other"></iframe>', policy="")
    embedded = page.locator("iframe").first
    page.frames[1].wait_for_selector("form")
    page.wait_for_timeout(300)
    before = embedded.bounding_box()
    told = '{type: "archive-search:height", version: 1, height: 777}'
    page.evaluate(f"window.postMessage({told}, '*')")
    other = next(frame for frame in page.frames if frame.url.startswith(wide.host.stranger))
    other.evaluate(f"parent.postMessage({told}, '*')")
    wrong = ["'archive-search:height'", "{}", told.replace(":height", ":other")]
    if way == "component":  # the lines believe what our own frame says, and no more than 20,000
        wrong += [told.replace("777", height) for height in ("-1", "NaN", "Infinity", "'777'", "null", "{}", "1e9")]
        wrong += ["null", told.replace("1,", "2,")]
    for data in wrong:
        page.frames[1].evaluate(f"parent.postMessage({data}, '*')")
        page.wait_for_timeout(30)
        assert embedded.bounding_box() == before, data
    assert wide.said == []
    page.frames[1].evaluate(f"parent.postMessage({told}, '*')")
    page.wait_for_function("[777, 781].includes(document.querySelector('iframe').offsetHeight)")


# --- the component


@EVERYWHERE
def test_the_component_is_used_with_the_keyboard_alone(outside: Outside) -> None:
    page = outside.open(COMPONENT)
    asked = asked_by(page)
    expect(page.locator("archive-search .input")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("kexue", delay=10)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    assert len(asked) == 1  # not one for each key
    page.keyboard.press("ArrowDown")
    box = page.get_by_role("combobox")
    chosen = options.first.locator("span").inner_text()
    expect(box).to_have_value(chosen)
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    hits = page.locator("archive-search .hit")
    expect(hits.first).to_be_visible()
    assert searches(asked) == 1
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.locator("archive-search [role=status]")).to_have_text(re.compile(r"\d 份"))
    picture(page, "embedded-inline")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "A":
            break
    with page.expect_navigation(url=re.compile("/documents/")):
        page.keyboard.press("Enter")
    assert page.url.startswith(f"{outside.site.address}/documents/")
    expect(page.locator("h1")).to_be_visible()


def test_a_title_that_is_suggested_opens_its_document(wide: Outside) -> None:
    page = wide.open(COMPONENT)
    asked = asked_by(page)
    page.get_by_role("combobox").press_sequentially("轴承里")
    title = page.get_by_role("option", name="一根轴承里的三代人")
    expect(title).to_be_visible()
    while title.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    with page.expect_navigation(url=re.compile("/documents/")):
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("一根轴承里的三代人")
    assert searches(asked) == 0


@pytest.mark.parametrize("mode", ["dropdown", "dialog"])
def test_the_other_modes_open_and_close_with_keys(outside: Outside, mode: str) -> None:
    page = outside.open(
        COMPONENT, own=f' mode="{mode}" hotkey="ctrl+k" source="澜江日报" within="paragraph" also="会议"'
    )
    asked = asked_by(page)
    expect(page.locator("archive-search .button").first).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("archive-search .input")).to_be_focused()
    search_in(page, "科普")
    assert searches(asked) == 1
    for argument in ("source=%E6%BE%9C%E6%B1%9F%E6%97%A5%E6%8A%A5", "within=paragraph", "also=%E4%BC%9A%E8%AE%AE"):
        assert argument in asked[-1]
    picture(page, f"embedded-{mode}")
    page.keyboard.press("Escape")
    expect(page.locator("archive-search .hit").first).to_be_hidden()
    if mode == "dialog":
        expect(page.locator("archive-search .input")).to_be_hidden()


def test_more_comes_without_asking_twice(wide: Outside) -> None:
    page = wide.open(COMPONENT, own=' size="3"')
    asked = asked_by(page)
    hits = search_in(page, "会议")
    expect(hits).to_have_count(3)
    page.get_by_role("button", name="更多").click()
    expect(hits).to_have_count(6)
    assert searches(asked) == 2
    titles = hits.locator(".title a").evaluate_all("links => links.map(link => link.href)")
    assert len(set(titles)) == 6


def test_nothing_moves_when_the_component_comes_nor_when_it_has_searched(outside: Outside) -> None:
    outside.context.add_init_script(
        WATCH.replace("window.shifts += one.value", "if (!one.hadRecentInput) window.shifts += one.value")
    )
    lines = paste(outside.context, "一、组件")
    outside.context.route("**/embed.js", hold_up)
    page = outside.open(f"<p>上文</p>{lines}<p>下文</p>")
    expect(page.locator("archive-search .input")).to_be_visible()
    page.wait_for_timeout(400)
    assert page.evaluate("window.shifts") == 0
    page.locator("archive-search .input").press_sequentially("科普", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("archive-search .hit").first).to_be_visible()
    page.wait_for_timeout(400)
    assert page.evaluate("window.shifts") == 0
    outside.context.route("**/api/v1/search?*", answer_late)
    page.reload()
    page.locator("archive-search .input").press_sequentially("会议", delay=20)
    page.keyboard.press("Enter")
    expect(page.locator("archive-search .hit").first).to_be_visible()
    page.wait_for_timeout(400)
    assert page.evaluate("window.shifts") == 0


def answer_late(route: Route) -> None:
    """Answer when the browser no longer takes what moves for the visitor's doing."""
    time.sleep(0.9)
    route.continue_()


def compose(session: CDPSession, text: str) -> None:
    """Compose as an input method does: the letters stand in the box, but are not yet typed."""
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def test_nothing_is_asked_while_an_input_method_composes(wide: Outside) -> None:
    page = wide.open(COMPONENT)
    asked = asked_by(page)
    page.locator("archive-search .input").focus()
    session = page.context.new_cdp_session(page)
    for letters in ("k", "ke", "ke p", "ke pu"):
        compose(session, letters)
    for kind in ("rawKeyDown", "char", "keyUp"):
        session.send(
            "Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229, "text": "\r"}
        )
    page.wait_for_timeout(400)
    assert asked == []
    session.send("Input.insertText", {"text": "科普"})
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1
    # Some browsers end the composition first, and report the Enter that ended it with key code 229.
    prevented = page.locator("archive-search .input").evaluate(
        """box => !box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, cancelable: true, bubbles: true, composed: true}))"""
    )
    assert prevented
    assert searches(asked) == 0
    page.keyboard.press("Enter")
    expect(page.locator("archive-search .hit").first).to_be_visible()
    assert searches(asked) == 1


def test_the_styles_of_the_page_stay_outside(wide: Outside) -> None:
    page = wide.open(COMPONENT)
    measure = """() => [...document.querySelector("archive-search").shadowRoot.querySelectorAll("*")].map(node => {
        const own = getComputedStyle(node);
        return [node.className, own.color, own.fontSize, own.backgroundColor, own.display, own.letterSpacing, own.textTransform].join();
    })"""
    search_in(page, "科普")
    quiet = page.evaluate(measure)
    loud = """* { color: red !important; font-size: 40px !important; letter-spacing: 9px !important; text-transform: uppercase !important; background: lime }
        input, button, ul, a { display: none !important; } archive-search { display: flex }"""
    page = wide.open(COMPONENT, style=loud)
    search_in(page, "科普")
    assert page.evaluate(measure) == quiet


# --- where something is missing


def test_without_script_the_form_between_the_tags_and_the_frame_work(scriptless: Outside) -> None:
    page = scriptless.open(COMPONENT)
    page.get_by_label("检索文档").fill("科普")
    with scriptless.context.expect_page() as opened:
        page.get_by_role("button", name="检索").click()
    expect(opened.value.locator(".hit").first).to_be_visible()
    page = scriptless.open(FRAME)
    inside = page.frame_locator("iframe")
    inside.get_by_role("searchbox").fill("会议")
    inside.get_by_role("button", name="检索").click()
    inside.get_by_role("link", name="下一页").click()
    expect(inside.get_by_role("link", name="上一页")).to_be_visible()
    with page.expect_navigation(url=re.compile("/documents/")):
        inside.locator(".hit a").first.click()


def test_a_browser_of_2020_is_enough(wide: Outside) -> None:
    wide.context.add_init_script(NEWER)
    page = wide.open(COMPONENT)
    page.locator("archive-search .input").press_sequentially("kexue", delay=10)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("archive-search .hit").first).to_be_visible()
    page = wide.open(SCRIPT + FRAME)
    wait_until_whole(page)
    for path in ("/search?q=科普", "/help/embed", "/api"):
        page.goto(wide.site.locate(path))
        expect(page.locator("h1, h2").first).to_be_visible()


def test_a_page_in_gbk_searches_for_what_was_typed(wide: Outside) -> None:
    page = wide.open(FORM.replace("检索文档", "题") + COMPONENT, charset="gbk")
    search_in(page, "科普大篷车")
    assert "科普大篷车" in page.locator("archive-search mark").all_inner_texts()
    page.get_by_label("题").fill("科普大篷车")
    with wide.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("#q")).to_have_value("科普大篷车")


# --- what the help page says


@EVERYWHERE
def test_the_lines_of_the_help_page_work_as_they_are(wide: Outside) -> None:
    chosen = "?source=泓口发布&size=3"
    page = wide.open(paste(wide.context, "一、组件", arguments=chosen), policy="")
    expect(search_in(page, "会议")).to_have_count(3)
    assert set(page.locator("archive-search .facts span:first-child").all_inner_texts()) == {"泓口发布"}
    page = wide.open(paste(wide.context, LINES, arguments=chosen), policy="")
    expect(search_frame(page, "会议").locator(".hit")).to_have_count(3)
    wait_until_whole(page)
    page = wide.open(paste(wide.context, "三、表单", arguments=chosen), policy="")
    page.get_by_label("检索文档").fill("会议")
    with wide.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.get_by_role("link", name="取消筛选：泓口发布")).to_be_visible()
    with wide.context.expect_console_message() as printed:
        wide.open(f"<script>{paste(wide.context, '四、接口', arguments=chosen)}</script>", policy="")
    assert printed.value.args[0].json_value()["total"] > 0
    wide.said.remove(f"log: {printed.value.text}")


def test_the_policy_of_the_help_page_is_enough(wide: Outside) -> None:
    page = wide.context.new_page()
    page.goto("/help/embed")
    written = page.locator("code", has_text="script-src").inner_text()
    page = wide.open(SCRIPT + FRAME + COMPONENT, policy=f"default-src 'none'; style-src 'self'; {written}")
    search_in(page, "科普")
    wait_until_whole(page)


# --- what it weighs


def test_the_first_view_of_a_frame_is_light_and_leaves_no_cookie(wide: Outside) -> None:
    for path in ("/embed", "/embed?q=科普"):
        answers: list[Response] = []
        page = wide.context.new_page()
        page.on("response", partial(list[Response].append, answers))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert 1 <= len(answers) <= 2
        assert 2000 < sum(len(answer.body()) for answer in answers) <= 20_000
        assert all("set-cookie" not in answer.all_headers() for answer in answers)
    assert wide.context.cookies() == []


def test_the_component_is_light_and_is_asked_for_once(site: Site) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    asking = urllib.request.Request(f"{site.address}/embed.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asking, context=trusting, timeout=10) as answer:
        packed = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["ETag"]
        assert "max-age" in answer.headers["Cache-Control"]
    assert b"customElements.define" in gzip.decompress(packed)
    assert len(packed) <= 12 * 1024


# --- for everybody


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("mode", ["inline", "dropdown", "dialog"])
def test_axe_finds_nothing_in_the_component(outside: Outside, mode: str, colours: str) -> None:
    style = f":root {{ color-scheme: light dark }} body {{ background: {'#fff' if colours == 'light' else '#1d2124'}; color: {'#222' if colours == 'light' else '#eee'} }}"
    page = outside.open(f"<h1>内网</h1><h2>档案</h2>{COMPONENT}", own=f' mode="{mode}"', policy="", style=style)
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    again = is_again(page, colours)
    check(page, again=again)
    if mode == "dialog":
        page.get_by_role("button", name="检索文档").click()
    page.locator("archive-search .input").press_sequentially("科普")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    check(page, again=again)
    page.keyboard.press("Enter")
    expect(page.locator("archive-search .hit").first).to_be_visible()
    check(page, again=again)
    picture(page, f"embedded-{mode}-{colours}")
