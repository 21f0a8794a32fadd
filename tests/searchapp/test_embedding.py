"""The frame and what browsers, wikis and crawlers ask for; in a real browser: tests/e2e/test_embedding.py."""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as ET
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from searchapp.fields import FILTERS
from searchapp.views.colours import DARK, LIGHT, find_contrast, read_accent
from tests.conftest import PROJECT, Write, browse

ORIGINS = ["https://intranet.example", "https://*.dept.example"]


@pytest.fixture(scope="module")
def embedded(corpus_settings: Settings) -> FlaskClient:
    return browse(corpus_settings.model_copy(update={"embed_origins": ORIGINS}))


def policy(client: FlaskClient, address: str) -> dict[str, str]:
    value = client.get(address).headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in value.split(";"))


def test_only_the_frame_may_be_framed_and_only_where_the_settings_say(
    embedded: FlaskClient, client: FlaskClient
) -> None:
    listed = "'self' https://intranet.example https://*.dept.example"
    for address in ("/embed", "/embed?q=科普", "/embed?sort=x", f"/embed?q={'x' * 9000}"):
        assert policy(embedded, address)["frame-ancestors"] == listed, address
        assert policy(client, address)["frame-ancestors"] == "'self'"
        assert "X-Frame-Options" not in embedded.get(address).headers
    for address in ("/", "/search?q=科普", "/help/embed", "/status", "/none", "/embed.js", "/api/v1/search"):
        assert policy(embedded, address)["frame-ancestors"] == "'none'", address


def test_any_page_may_frame_it_only_where_the_settings_say_so_in_as_many_words(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"embed_anywhere": True}))
    assert policy(client, "/embed")["frame-ancestors"] == "*"
    answer = client.get("/api/v1/search?q=科普", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "address",
    ["/", "/documents/kx-0005/raw", "/documents/kx-0005", "/search?q=科普", "/search?sort=x", "/term?q=科普", "/sources", "/help", "/help/embed", "/api", "/status", "/embed?q=科普&accent=1f5a73",
     "/documents/none", "/none", "/api/v1/search?q=科普", "/api/v1/none", "/api/v1/openapi.json", "/embed.js", "/static/style.css", "/feed.atom?q=科普",
     "/export.csv?q=科普", "/export.docx?q=科普", "/list?q=科普", "/opensearch.xml", "/suggest?q=科", "/oembed?url=x", "/favicon.ico", "/robots.txt", "/healthz", "/readyz", "/preferences",
     f"/search?q={'x' * 9000}"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_every_answer_says_what_a_browser_may_do_with_it(embedded: FlaskClient, address: str, method: str) -> None:
    answer = embedded.open(address, method=method)
    assert answer.status_code < 500
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Resource-Policy",
    ):
        assert name in answer.headers, name
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"):
        assert directive in answer.headers["Content-Security-Policy"]
    shared = answer.status_code < 400 and (address == "/embed.js" or address.startswith("/embed?"))
    is_frame = address.startswith("/embed?")
    if method in ("GET", "HEAD"):
        wanted = "cross-origin" if shared or is_frame else "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == wanted
    if answer.data and (answer.mimetype or "").startswith("text/"):
        assert "charset" in (answer.content_type or "")
    assert not re.search(r"\d", answer.headers.get("Server", ""))
    assert "Cross-Origin-Opener-Policy" not in answer.headers  # over http browsers ignore it and complain


def test_a_frame_sets_no_cookie_and_is_small(embedded: FlaskClient) -> None:
    answer = embedded.get("/embed?q=科普")
    assert "Set-Cookie" not in answer.headers
    style = embedded.get("/static/embed.css")
    assert len(answer.data) + len(style.data) <= 20_000
    assert re.findall(r'(?:src|href)="([^"]*\.(?:css|js|svg|ico))"', answer.text) == ["/static/embed.css"]
    assert len(gzip.compress(embedded.get("/embed.js").data, 9, mtime=0)) <= 12 * 1024


def test_a_frame_keeps_what_its_page_says(embedded: FlaskClient) -> None:
    text = embedded.get(
        "/embed?q=科普&source=白渚日报&size=1&filters=dates&theme=dark&target=_blank&lock=source&home=0"
    ).text
    assert 'data-theme="dark"' in text
    for name, value in (
        ("source", "白渚日报"),
        ("size", "1"),
        ("filters", "dates"),
        ("theme", "dark"),
        ("lock", "source"),
    ):
        assert f'<input type="hidden" name="{name}" value="{value}">' in text
    assert '<input class="day" name="from"' in text
    assert 'aria-label="取消筛选：白渚日报"' not in text
    assert "白渚日报" in text
    following = re.search(r'rel="next" href="([^"]+)"', text)
    assert following is not None
    for said in ("theme=dark", "lock=source", "target=_blank", "home=0", "filters=dates"):
        assert said in following[1]
    assert re.search(r'<h2><a href="/documents/[^"]+" target="_blank" rel="noopener">', text)
    assert "在文档检索中查看" not in text
    free = embedded.get("/embed?q=科普&source=白渚日报&filters=all").text
    assert 'aria-label="取消筛选：白渚日报"' in free
    assert 'name="source" value="白渚日报" checked' in free


def test_parts_of_a_frame_can_be_had_alone(embedded: FlaskClient) -> None:
    box = embedded.get("/embed?show=box&q=科普&source=白渚日报&theme=dark").text
    assert 'name="theme"' not in box
    assert '<form role="search" action="/search" target="_top">' in box
    assert '<input type="hidden" name="source" value="白渚日报">' in box
    assert 'class="hit"' not in box
    results = embedded.get("/embed?show=results&q=科普").text
    assert "<form" not in results
    assert 'class="hit"' in results
    assert 'class="hit"' not in embedded.get("/embed").text, "nothing was asked for yet"
    assert "English" not in embedded.get("/embed?lang=en&q=科普").text
    assert "Search" in embedded.get("/embed?lang=en&q=科普").text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("accent=ffee00", "看不清：与背景的对比度是 1.2"),
        ("accent=1f5a73&theme=dark", "看不清"),
        ("accent=blue", "六位十六进制颜色"),
        ("show=all", "show"), ("filters=x", "filters"), ("theme=x", "theme"), ("lang=fr", "lang"), ("target=_parent", "target"),
        ("lock=sources", "lock 里的“sources”不是检索的参数"),
        ("from=何时", "不是有效的日期"), ("size=1000", "size"), ("page=999&q=科普", "没有第 999 页"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_a_frame_is_said_in_it(embedded: FlaskClient, arguments: str, sentence: str) -> None:
    answer = embedded.get(f"/embed?{arguments}")
    assert answer.status_code in (400, 404)
    assert '<p role="alert">' in answer.text
    assert sentence in answer.text
    assert '<form role="search"' in answer.text


def test_a_slip_in_a_frame_leaves_it_as_its_page_made_it(embedded: FlaskClient) -> None:
    said = "source=白渚日报&lock=source&filters=dates&theme=dark&lang=en&target=_blank"
    for slip, status in (("from=abc", 400), ("page=99", 404)):
        answer = embedded.get(f"/embed?q=科普&{said}&{slip}")
        assert answer.status_code == status
        assert 'data-theme="dark"' in answer.text
        for name, value in (pair.split("=") for pair in said.split("&")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in answer.text


@pytest.mark.parametrize("said", ["show=box&filters=sources", "filters=all&q=此话无人说过", "filters=all&q=科普"])
def test_a_chosen_source_is_never_lost(embedded: FlaskClient, said: str) -> None:
    for source in ("白渚日报", "没有的来源"):
        text = embedded.get(f"/embed?{said}&source={source}").text
        hidden = f'<input type="hidden" name="source" value="{source}">' in text
        assert hidden != (f'name="source" value="{source}" checked' in text), "once, and only once"


def test_a_locked_query_is_not_respelt(embedded: FlaskClient) -> None:
    assert "您是不是要找" in embedded.get("/embed?q=“科斜” 大会").text
    assert "您是不是要找" not in embedded.get("/embed?q=“科斜” 大会&lock=q").text
    assert "literal=1" in embedded.get("/embed?q=科斜 大会").text
    assert "literal=1" not in embedded.get("/embed?q=科斜 大会&lock=q").text


def test_colours_stay_readable_on_both_papers() -> None:
    for typed in ("1f5a73", "#a00", "24566b", "000000"):
        pair = read_accent(typed, theme="auto")
        assert pair is not None
        assert find_contrast(pair[0], LIGHT) >= 4.5
        assert find_contrast(pair[1], DARK) >= 4.5
    assert round(find_contrast("000000", "ffffff"), 1) == 21.0
    assert round(find_contrast("767676", "ffffff"), 2) == 4.54  # WCAG's own example of the least grey
    assert f"#{LIGHT[:3]};" in (PROJECT / "searchapp/static/embed.css").read_text(encoding="utf-8")
    assert f"#{DARK};" in (PROJECT / "searchapp/static/embed.css").read_text(encoding="utf-8")


def test_the_component_is_kept_by_browsers_and_can_be_pinned(embedded: FlaskClient) -> None:
    answer = embedded.get("/embed.js", headers={"Origin": ORIGINS[0]})
    assert answer.mimetype == "text/javascript"
    assert "max-age" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGINS[0], "integrity needs it"
    again = embedded.get("/embed.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    page = embedded.get("/help/embed").text
    assert re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}"', page)


def test_the_component_knows_every_filter() -> None:
    script = (PROJECT / "searchapp/static/embed.js").read_text(encoding="utf-8")
    for own in FILTERS:
        assert re.search(rf'["\'` ]{own.argument}["\'` ]', script), own.argument


def test_the_help_has_the_lines_of_this_site(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"base_path": "/tools", "embed_origins": ORIGINS}))
    page = client.get("/help/embed?source=白渚日报&from=2021&size=3&theme=dark").text
    assert (
        "&lt;script src=&#34;http://localhost/tools/embed.js&#34; defer&gt;" in page
        or "http://localhost/tools/embed.js" in page
    )
    assert ORIGINS[0] in page
    frame = quote("白渚日报")
    assert f"http://localhost/tools/embed?source={frame}" in page
    assert f'src="/tools/embed?source={frame}' in page, "the preview"
    wrong = client.get("/help/embed?from=何时")
    assert wrong.status_code == 200
    assert "不是有效的日期" in wrong.text
    assert "embed_origins" in browse(corpus_settings).get("/help/embed").text


def test_browsers_learn_how_to_search(client: FlaskClient) -> None:
    page = client.get("/").text
    assert re.search(r'<link rel="search" href="/opensearch.xml" type="application/opensearchdescription\+xml"', page)
    root = ET.fromstring(client.get("/opensearch.xml").data)
    urls = {own.get("type"): own.get("template") for own in root.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")}
    assert urls["text/html"] == "http://localhost/search?q={searchTerms}"
    template = urls["application/x-suggestions+json"]
    assert template is not None
    typed, texts = json.loads(client.get(template.replace("{searchTerms}", "科普")).text)
    assert typed == "科普"
    assert texts
    assert all(isinstance(text, str) for text in texts)


def test_links_have_previews(client: FlaskClient) -> None:
    hit = json.loads(client.get("/api/v1/search?q=科普大篷车&size=1").text)["hits"][0]
    page = client.get(hit["url"]).text
    assert f'<meta property="og:title" content="{hit["title"]}">' in page
    assert f'<link rel="canonical" href="http://localhost/documents/{hit["id"]}">' in page
    for address, kind in ((hit["url"], "blockquote"), ("/search?q=科普", "iframe")):
        found = re.search(r'type="application/json\+oembed" href="([^"]+)"', client.get(address).text)
        assert found is not None
        card = json.loads(client.get(found[1].replace("&amp;", "&")).text)
        assert (card["version"], card["type"]) == ("1.0", "rich")
        assert card["html"].startswith(f"<{kind}")
        assert card["title"] in (hit["title"], "科普")
    for wrong in (
        "",
        "http://evil.example/search?q=a",
        "http://localhost/none",
        "http://localhost/documents/none",
        "javascript:alert(1)",
        "http://[",
        "x" * 500,
    ):
        assert client.get(f"/oembed?url={quote(wrong)}").status_code == 404, wrong
    assert client.get("/oembed?url=http://localhost/search&format=xml").status_code == 501
    for scheme in ("javascript", "ftp", "data"):
        assert client.get(f"/oembed?url={scheme}://localhost/documents/{hit['id']}").status_code == 404
    small = json.loads(client.get("/oembed?url=http://localhost/search?q=a&maxwidth=200&maxheight=100").text)
    assert (small["width"], small["height"]) == (200, 100)
    assert 'width="200" height="100"' in small["html"]


def test_names_that_are_not_ascii_have_previews(write: Write, settings: Settings) -> None:
    record = {"id": "纪要 1/二", "title": "会议纪要", "text": "科普工作会议纪要的正文。"}
    update_index(settings, [write({"a.jsonl": json.dumps(record, ensure_ascii=False)})])
    client = browse(settings)
    address = json.loads(client.get("/api/v1/search?q=科普").text)["hits"][0]["url"]
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', client.get(address).text)
    assert found is not None
    assert json.loads(client.get(found[1].replace("&amp;", "&")).text)["title"] == "会议纪要"


def test_a_feed_changes_with_its_texts_only(client: FlaskClient) -> None:
    root = ET.fromstring(client.get("/feed.atom?q=科普").data)
    hashes = [own.text for own in root.iter("{urn:archive-search:feed}content-hash")]
    assert len(hashes) > 10
    assert all(re.fullmatch("[0-9a-f]{64}", text or "") for text in hashes)


def test_icons_and_robots_stand_where_they_are_looked_for(client: FlaskClient) -> None:
    assert client.get("/favicon.ico").data[:4] == b"\0\0\1\0"
    assert "Disallow: /search" in client.get("/robots.txt").text
