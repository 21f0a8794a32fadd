"""Shown below a path by a proxy, over TLS: no address of the site leads outside, and none is that of the proxy's inside."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import Site
from tests.e2e.fronts import BELOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("site", ["below", "cut"], indirect=True),
]

OF_A_KIND = 4  # pages asked for: their addresses differ in their arguments, or are those of several documents
STARTS = (
    "/",
    "/search?q=科普",
    "/search?q=会议&group=source&from=2021",
    "/embed?q=科普",
    "/documents/none",
    "/none",
    "/api/v1/none",
)
PATHS = {
    "/",
    "/search",
    "/documents/*",
    "/documents/*/raw",
    "/documents/*/cite",
    "/documents/*/similar",
    "/compare",
    "/term",
    "/sources",
    "/filters",
    "/help",
    "/help/embed",
    "/api",
    "/embed",
    "/embed.js",
    "/status",
    "/export.csv",
    "/export.docx",
    "/list",
    "/feed.atom",
    "/opensearch.xml",
    "/preferences",
    "/static/style.css",
    "/static/embed.css",
}
_LED_BY = {"href", "src", "action", "formaction", "poster", "data", "cite", "longdesc", "srcset"}


@dataclass
class Answer:
    address: str
    status: int
    headers: http.client.HTTPMessage
    text: str

    def addresses(self) -> Iterator[str]:
        """Yield where elements and headers lead, as written."""
        for name in ("Location", "Content-Location", "Link"):
            yield from self.headers.get_all(name, [])
        if self.headers.get_content_type() != "text/html":
            return
        for node in LexborHTMLParser(self.text).css("*"):
            own = node.attributes
            yield from (own[name] or "" for name in own if name in _LED_BY)
            if node.tag == "form":
                fields = [(one.attributes.get("name"), one.attributes.get("value")) for one in node.css("input")]
                pairs = [(name, value or ("科普" if name == "q" else "")) for name, value in fields if name]
                yield f"{own.get('action')}?{urlencode(pairs)}"

    def select(self, selector: str, attribute: str) -> str | None:
        """Return an attribute of the first element of a kind."""
        node = LexborHTMLParser(self.text).css_first(selector)
        return node.attributes[attribute] if node is not None else None


@dataclass
class Visitor:
    """Asks a site, and looks at every answer."""

    site: Site
    connection: http.client.HTTPSConnection
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, path: str) -> Answer:
        """Ask for a page that is called as at the root."""
        address = self.site.locate(path)
        parts = urlsplit(address)
        self.connection.request("GET", quote(f"{parts.path}?{parts.query}", safe="/?&=%+~@:,;!$'()*"))
        got = self.connection.getresponse()
        answer = Answer(address, got.status, got.headers, got.read().decode("utf-8-sig", "replace"))
        self._look_at(answer)
        return answer

    def _look_at(self, answer: Answer) -> None:
        here = f"{self.site.address}/"
        for led in answer.addresses():
            address = urljoin(answer.address, re.sub("(?i)%2e", ".", led).replace("\\", "/"))  # as browsers read it
            if urlsplit(address).hostname == urlsplit(here).hostname and not address.startswith(here):
                self.wrong.append((answer.address, led))
        # What is spelled out in full, in scripts, feeds and spreadsheets as well: an address of ours, or our origin.
        spelled = re.findall(r"https?://127\.0\.0\.1\b[^\s\"'<>,;)]*", answer.text)
        origin = here.removesuffix(f"{BELOW}/")
        self.wrong += [(answer.address, own) for own in spelled if own != origin and not own.startswith(here)]
        for cookie in answer.headers.get_all("Set-Cookie", []):
            if not re.search(rf"; Path={BELOW}(;|$)", cookie) or "; Secure" not in cookie:
                self.wrong.append((answer.address, cookie))


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(urlsplit(site.address).netloc, context=trusting, timeout=30)
    yield Visitor(site, connection)
    connection.close()


def kind(address: str) -> str:
    """Return the path of an address, the same for all documents."""
    return re.sub("/documents/[^/]+", "/documents/*", urlsplit(address).path)


def test_no_address_of_any_page_leads_outside(visitor: Visitor) -> None:
    here = f"{visitor.site.address}/"
    waiting = [visitor.site.locate(start) for start in STARTS]
    seen, kinds = set(waiting), Counter(map(kind, waiting))
    asked: list[Answer] = []
    while waiting:
        asked.append(visitor.ask(waiting.pop(0)))
        for led in asked[-1].addresses():
            address = urljoin(asked[-1].address, led).partition("#")[0]
            if address.startswith(here) and address not in seen and kinds[kind(address)] < OF_A_KIND:
                seen.add(address)
                kinds[kind(address)] += 1
                waiting.append(address)
    assert visitor.wrong == []
    paths = {kind(answer.address).removeprefix(BELOW) for answer in asked if answer.status < 400}
    assert paths >= PATHS


def test_addresses_for_others_are_whole(visitor: Visitor) -> None:
    """What is kept, sent or read elsewhere names the scheme, the host and the path that people use."""
    here = f"{visitor.site.address}/"
    found = visitor.ask("/api/v1/search?q=科普&size=1").text
    document = urljoin(here, json.loads(found)["hits"][0]["url"].partition("?")[0])
    page, results = visitor.ask(document), visitor.ask("/search?q=科普")
    assert page.select("link[rel=canonical]", "href") == document
    assert page.select("meta[property='og:url']", "content") == document
    assert (results.select("meta[property='og:url']", "content") or "").startswith(f"{here}search?q=")
    card = json.loads(visitor.ask(f"/oembed?url={quote(document)}").text)
    assert card["provider_url"] == here
    assert f'href="{document}"' in card["html"]
    search = json.loads(visitor.ask(f"/oembed?url={quote(results.address)}").text)
    assert f'src="{here}embed?q=' in search["html"]
    assert visitor.ask("/oembed?url=" + quote(f"https://{urlsplit(here).netloc}/search?q=科普")).status == 404
    for path, wanted in (
        ("/feed.atom?q=科普", f"<id>{here}documents/"),
        ("/export.csv?q=科普", f",{here}documents/"),
        ("/opensearch.xml", f'template="{here}search?q={{searchTerms}}"'),
        ("/robots.txt", f"Disallow: {BELOW}/search\n"),
        ("/help/embed", f"{here}embed.js"),
        ("/api/v1/openapi.json", f'"url":"{BELOW}"'),
        (urljoin(here, page.select(".quote", "href") or ""), document),
    ):
        answer = visitor.ask(path)
        assert answer.status == 200, path
        assert wanted in answer.text, path
    assert visitor.wrong == []


def test_a_choice_is_kept_for_this_site_only_and_leads_back(visitor: Visitor) -> None:
    answer = visitor.ask(f"/preferences?theme=dark&next={BELOW}/help")
    assert answer.headers["Location"] == f"{BELOW}/help"
    assert f"; Path={BELOW}" in answer.headers["Set-Cookie"]
    for foreign in (
        "/help",
        f"{BELOW}x/help",
        f"{BELOW}/../help",
        "//elsewhere.example/",
        "https://elsewhere.example/",
    ):
        visitor.ask(f"/preferences?theme=dark&next={foreign}")
    assert visitor.wrong == []
