"""What runs as a script where text is taken for markup: in documents and queries, through the frame and the component."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Dialog, expect

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Site, serving
from tests.e2e.fronts import Host
from tests.e2e.test_embedding import COMPONENT, Outside, open_outside

pytestmark = pytest.mark.browser

SHAPES = (
    "<script>alert({n})</script>",
    "<img src=x onerror=alert({n})>",
    '"><svg/onload=alert({n})>',
    "'><b onmouseover=alert({n})>x",
    "</title><script>alert({n})</script>",
    "</textarea><script>alert({n})</script>",
    "</script><script>alert({n})</script>",
    "</style><script>alert({n})</script>",
    "<mark onclick=alert({n})>会议</mark>",
    "javascript:alert({n})",
    "{{{{{n}*{n}}}}}",
    "${{alert({n})}}",
    "<!--<script>-->alert({n})",
    "<iframe srcdoc='<script>alert({n})</script>'>",
    '<a href="javascript:alert({n})">会</a>',
    '" autofocus onfocus=alert({n}) x="',
    "&lt;script&gt;alert({n})&lt;/script&gt;",
    "&#60;img src=x onerror=alert({n})&#62;",
    "＜script＞alert({n})＜/script＞",
    "<ScRiPt/x>alert({n})</sCrIpT>",
    "]]><script>alert({n})</script>",
    "<template><slot onslotchange=alert({n})>",
    "<archive-search q=x onclick=alert({n})></archive-search>",
    "<math><mtext><style><img src=x onerror=alert({n})></style>",
    "\u202e<embed src=data:text/html,alert({n})>",
)
PAYLOADS = [SHAPES[n % len(SHAPES)].format(n=n) for n in range(100)]
FRAME_TAGS = {"A", "BUTTON", "FORM", "H2", "INPUT", "LI", "MARK", "OL", "P", "S", "SCRIPT", "SMALL", "SPAN", "UL", "DETAILS", "SUMMARY", "TIME", "FIELDSET", "LEGEND", "LABEL"}  # fmt: skip
COMPONENT_TAGS = {"A", "BUTTON", "DIALOG", "DIV", "FORM", "INPUT", "LI", "MARK", "OL", "P", "SECTION", "SMALL", "SPAN", "UL"}  # fmt: skip
# Of all elements below a root: how many there are by name, and what could run. The one style that is ours is the room
# that the component makes for an answer that comes late.
LOOK = r"""root => {
    const found = {tags: {}, running: []};
    for (const node of root.querySelectorAll("*")) {
        found.tags[node.tagName] = (found.tags[node.tagName] || 0) + 1;
        for (const own of node.attributes) {
            if (own.name === "style" && /^min-height: \d+px;$/.test(own.value)) continue;
            if (/^on|^style$|^srcdoc$/i.test(own.name) || /^\s*(javascript|data|vbscript):/i.test(own.value) && /^(href|src|action|formaction)$/.test(own.name)) found.running.push(`${own.name}=${own.value}`);
        }
    }
    return found;
}"""


@pytest.fixture
def hostile(tmp_path: Path, host: Host) -> Iterator[Site]:
    """Serve an archive in which everything is a payload."""
    archive = tmp_path / "archive"
    archive.mkdir()
    records = [
        {
            "id": f"p{n}{payload}",
            "title": f"会议{payload}",
            "text": f"会议 记号{n} {payload} 结束。\n张三指出，{payload}。\n会议听取了{payload}会议的报告。",
            "source": f"源{payload}",
            "author": payload,
            "issuer": f"省{payload}科协",
            "date": "2021-03-12",
            "url": payload,
            "genre": payload,
            "place": payload,
        }
        for n, payload in enumerate(PAYLOADS[:50])
    ]
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    (archive / "payloads.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for n, payload in enumerate(PAYLOADS[50:]):
        name = f"{payload.replace('/', '／')}会议{n}.txt"
        (archive / name).write_text(
            f"会议{payload}\n来源：{payload} 2021-03-12\n\n会议正文 文件{n} {payload}。\n", encoding="utf-8"
        )
    settings = Settings(index=tmp_path / "index", threads=2)
    update_index(settings, [archive])
    with serving(settings, ARCHIVE_EMBED_ORIGINS=host.origin) as site:
        yield site


@pytest.fixture
def outside(browser: Browser, hostile: Site, host: Host) -> Iterator[Outside]:
    yield from open_outside(browser, hostile, host)


def test_text_stays_text_wherever_it_is_shown(outside: Outside) -> None:
    def note_dialog(dialog: Dialog) -> None:
        outside.said.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    outside.context.on("dialog", note_dialog)
    look_at(outside, "会议", hits=100)
    for at in (0, 13):
        look_at(outside, " ".join(PAYLOADS[at : at + 13])[:1000])
    look_at(outside, "会议", hits=1, source=f"源{PAYLOADS[1]}", title=PAYLOADS[15])


def look_at(outside: Outside, query: str, *, hits: int = 0, source: str = "", title: str = "") -> None:
    """Ask in a frame and in the component of one page; see that there is nothing but text in what we made."""
    asked = urlencode({"q": query, "size": 100, "fold": 0, "filters": "all", **({"source": source} if source else {})})
    frame = f'<iframe src="{{site}}/embed?{escape(asked)}" title="x" width="900" height="500"></iframe>'
    own = (
        f' size="100" source="{escape(source.replace(",", ""))}" label="{escape(title)}" placeholder="{escape(title)}"'
    )
    page = outside.open(frame + COMPONENT, own=own)
    body = page.frame_locator("iframe").locator("body")
    expect(body.get_by_role("status").or_(body.get_by_role("alert"))).to_be_visible()
    see(body.evaluate(LOOK), FRAME_TAGS)
    page.locator("archive-search .input").fill(query)
    page.locator("archive-search .input").press("Enter")
    shown = page.locator("archive-search .results:not([aria-busy])")
    expect(shown).to_be_visible()
    see(page.locator("archive-search").evaluate(f"host => ({LOOK})(host.shadowRoot)"), COMPONENT_TAGS)
    if hits:
        expect(body.locator(".hit")).to_have_count(hits)
        assert shown.locator(".hit").count() >= hits / 2  # reprints stand once each
        for text in (body.inner_text(), shown.inner_text()):
            assert "<img src=x onerror=alert(" in text


def see(found: dict[str, Any], ours: set[str]) -> None:
    assert set(found["tags"]) - ours == set()
    assert found["tags"].get("SCRIPT", 1) == found["tags"]["FORM"] == 1
    assert found["running"] == []
