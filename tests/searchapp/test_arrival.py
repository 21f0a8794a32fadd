"""What proxies and old pages make of a request, and who is believed."""

from __future__ import annotations

import http.client
import ipaddress
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit
from wsgiref.types import WSGIEnvironment

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from indexer.api_keys import add_api_key
from indexer.settings import read_settings
from searchapp.views.arrival import Arrival, read_query
from tests.conftest import Site, browse, serving

PROXIES = ["10.0.0.0/8", "192.0.2.7"]


@pytest.fixture(scope="module")
def behind(corpus_settings: Settings) -> FlaskClient:
    return browse(
        corpus_settings.model_copy(
            update={"trusted_proxies": read_settings(options={"trusted_proxies": PROXIES}).settings.trusted_proxies}
        )
    )


def feed(client: FlaskClient, peer: str, **headers: str) -> str:
    """Return the address that a feed gives itself."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    text = client.get("/feed.atom?q=科普", headers=named, environ_overrides={"REMOTE_ADDR": peer}).text
    found = re.search(r'<link rel="self"[^>]* href="([^"?]*)', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("10.1.1.1", {"X_Forwarded_Proto": "https"}, "https://localhost/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_Prefix": "/tools/search/"}, "http://localhost/tools/search/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_Host": "evil.example"}, "http://localhost/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_Proto": "javascript"}, "http://localhost/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_Prefix": "//evil.example"}, "http://localhost/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_Prefix": "/a/../b"}, "http://localhost/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_Prefix": '/"><script>'}, "http://localhost/feed.atom"),
        # Two proxies: both add what they were asked by; of an untrusted one before them nothing is believed.
        ("10.1.1.1", {"X_Forwarded_For": "198.51.100.1, 192.0.2.7", "X_Forwarded_Proto": "https, http"}, "https://localhost/feed.atom"),
        ("10.1.1.1", {"X_Forwarded_For": "198.51.100.1, 203.0.113.9", "X_Forwarded_Proto": "https, http"}, "http://localhost/feed.atom"),
        # From anywhere else, nothing at all.
        ("203.0.113.9", {"X_Forwarded_Proto": "https", "X_Forwarded_Prefix": "/a"}, "http://localhost/feed.atom"),
        ("", {"X_Forwarded_Proto": "https"}, "http://localhost/feed.atom"),
    ],
)  # fmt: skip
def test_only_trusted_proxies_say_by_which_address_the_site_is_asked(
    behind: FlaskClient, peer: str, headers: dict[str, str], address: str
) -> None:
    assert feed(behind, peer, **headers) == address


@pytest.mark.parametrize(
    ("chain", "seen"),
    [
        ("", "10.1.1.1"),
        ("198.51.100.1", "198.51.100.1"),
        ("1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the client wrote the first one itself
        ("198.51.100.1, 192.0.2.7", "198.51.100.1"),
        ("198.51.100.1:4711, 192.0.2.7:80", "198.51.100.1"),
        ("[2001:db8::1]:99", "2001:db8::1"),
        ("nonsense", "10.1.1.1"),
    ],
)
def test_the_address_of_who_asks_is_the_first_that_is_no_proxy(chain: str, seen: str) -> None:
    found = []

    def application(environ: WSGIEnvironment, _start: object) -> list[bytes]:
        found.append(environ["REMOTE_ADDR"])
        return []

    arrival = Arrival(application, read_settings(options={"trusted_proxies": PROXIES}).settings)
    environ = {"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_FOR": chain, "PATH_INFO": "/"}
    arrival(environ, lambda *_: lambda _: None)
    assert found == [seen]


def test_administrators_come_from_their_networks(corpus_settings: Settings) -> None:
    update = read_settings(options={"trusted_proxies": PROXIES, "admin_networks": ["198.51.100.0/24", "::1"]}).settings
    client = browse(
        corpus_settings.model_copy(
            update={name: getattr(update, name) for name in ("trusted_proxies", "admin_networks")}
        )
    )
    for peer, chain, status in (
        ("198.51.100.7", "", 200), ("::ffff:198.51.100.7", "", 200), ("::1", "", 200), ("203.0.113.1", "198.51.100.7", 403),
        ("10.1.1.1", "198.51.100.7", 200), ("10.1.1.1", "198.51.100.7, 203.0.113.1", 403),
    ):  # fmt: skip
        answer = client.get("/status", headers={"X-Forwarded-For": chain}, environ_overrides={"REMOTE_ADDR": peer})
        assert answer.status_code == status, (peer, chain)


@pytest.mark.parametrize("path", ["/search", "/tools/search/search"])
def test_below_a_path_everything_leads_below_it(corpus_settings: Settings, path: str) -> None:
    """The proxy may cut the path off or hand it on."""
    client = browse(corpus_settings.model_copy(update={"base_path": "/tools/search"}))
    page = client.get(f"{path}?q=科普").text
    addresses = re.findall(r'(?:href|src|action|data-suggest)="([^"#]+)"', page)
    assert len(addresses) > 50
    assert [one for one in addresses if not urlsplit(one).path.startswith("/tools/search/")] == []
    answer = client.get("/tools/search/preferences?theme=dark&next=/tools/search/help")
    assert answer.headers["Location"] == "/tools/search/help"
    assert "Path=/tools/search" in answer.headers["Set-Cookie"]
    assert client.get("/preferences?theme=dark&next=/elsewhere").headers["Location"] == "/tools/search/"
    assert client.get("/tools/search").status_code == 200
    hit = json.loads(client.get("/api/v1/search?q=科普&size=1").text)["hits"][0]
    assert hit["url"].startswith("/tools/search/documents/")
    assert client.get(hit["url"]).status_code == 200
    refused = client.get(f"/tools/search/search?q={'x' * 9000}")
    assert refused.status_code == 414
    assert 'href="/tools/search/static/style.css"' in refused.text


def test_cookies_are_for_https_where_the_site_is(behind: FlaskClient) -> None:
    def cookie(**headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = behind.get("/preferences?theme=dark", headers=named, environ_overrides={"REMOTE_ADDR": "10.1.1.1"})
        return answer.headers["Set-Cookie"]

    assert "Secure" in cookie(X_Forwarded_Proto="https")
    assert "Secure" not in cookie()


def test_queries_in_chinese_encodings_are_read(client: FlaskClient) -> None:
    total = json.loads(client.get("/api/v1/search?q=科普").text)["total"]
    assert total > 10
    for query in ("%BF%C6%C6%D5", "%bf%c6%c6%d5", "科普".encode("gb18030").decode("latin-1")):
        answer = json.loads(client.get("/api/v1/search", environ_overrides={"QUERY_STRING": f"q={query}"}).text)
        assert (answer["query"], answer["total"]) == ("科普", total)
    mixed = client.get(f"/api/v1/search?q=%BF%C6%C6%D5&source={quote('白渚日报')}")
    assert (
        json.loads(mixed.text)["total"] == json.loads(client.get("/api/v1/search?q=科普&source=白渚日报").text)["total"]
    )


def test_what_is_no_text_in_any_encoding_stays_as_it_is() -> None:
    assert read_query("q=%FF%FE&a=%BF%C6") == "q=%FF%FE&a=%E7%A7%91"
    assert read_query("q=a+b&q=%E7%A7%91") == "q=a+b&q=%E7%A7%91"
    assert read_query("q=%BF%C6+%C6%D5") == "q=%E7%A7%91+%E6%99%AE"


@pytest.mark.parametrize(
    "address", ["/search/?q=科普", "/term/?q=科普", "/help/", "/embed/?q=科普", "/api/v1/archive/"]
)
def test_a_slash_at_the_end_finds_the_same_page(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


# --- budgets


def test_who_has_spent_a_budget_waits_and_others_do_not(corpus_settings: Settings) -> None:
    update = {"searches_per_minute": 5, "admin_networks": [ipaddress.ip_network("198.51.100.3")]}
    client = browse(corpus_settings.model_copy(update=update))
    own = {"REMOTE_ADDR": "198.51.100.1"}
    statuses = [client.get("/search?q=科普", environ_overrides=own).status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    problem = client.get("/api/v1/search?q=科普", environ_overrides=own)
    assert problem.mimetype == "application/problem+json"
    assert 1 <= int(problem.headers["Retry-After"]) <= 60
    assert client.get("/search?q=科普", environ_overrides={"REMOTE_ADDR": "198.51.100.2"}).status_code == 200
    for free in (
        "/static/style.css",
        "/healthz",
        "/readyz",
        "/embed.js",
        "/favicon.ico",
        "/robots.txt",
        "/opensearch.xml",
    ):
        assert client.get(free, environ_overrides=own).status_code == 200, free
    frame = client.get("/embed?q=科普&lang=en&theme=dark", environ_overrides=own)
    assert (frame.status_code, 'data-theme="dark"' in frame.text, "used up" in frame.text) == (429, True, True)
    assert client.get("/oembed?url=x", environ_overrides=own).mimetype == "application/problem+json"
    state = client.get("/status", environ_overrides={"REMOTE_ADDR": "198.51.100.3"}).text
    row = re.search(r"address 198\.51\.100\.1</td><td>(\d+)</td><td>[\d,]+</td><td>(\d+)<", state)
    assert row is not None, "who uses how much is shown"
    assert (int(row[1]), int(row[2])) == (5, 6)


def test_pages_that_search_nothing_are_no_searches(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"searches_per_minute": 2}))
    for address in ("/", "/help", "/help/embed", "/api", "/none", "/preferences", "/api/v1/openapi.json"):
        assert client.get(address).status_code in (200, 302, 404)
    tag = client.get("/api/v1/search?q=科普").headers["ETag"]
    for _ in range(5):
        assert client.get("/api/v1/search?q=科普", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/search?q=科普").status_code == 200
    assert client.get("/search?q=科普").status_code == 429
    state = browse(corpus_settings).get("/status").text
    assert "address 127.0.0.1" not in state, "who searches is not for everybody"


def test_suggestions_are_no_searches_but_their_time_counts(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"searches_per_minute": 2}))
    assert {client.get("/api/v1/suggest?q=科").status_code for _ in range(10)} == {200}
    costly = browse(corpus_settings.model_copy(update={"milliseconds_per_minute": 1}))
    statuses = [costly.get("/search?q=科普 会议 工作").status_code for _ in range(5)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_a_batch_is_as_many_searches_as_it_holds(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"searches_per_minute": 5}))
    assert client.post("/api/v1/batch", json={"searches": [{"q": "科普"}] * 6}).status_code == 200
    assert client.get("/api/v1/search?q=科普").status_code == 429


# --- over the wire


@pytest.fixture(scope="module")
def guarded_site(corpus_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """Serve a site with a key, and three searches a minute."""
    folder = tmp_path_factory.mktemp("guarded")
    token = add_api_key(folder / "keys.json", "program", groups=[])
    with serving(corpus_settings, ARCHIVE_KEYS=str(folder / "keys.json"), ARCHIVE_SEARCHES_PER_MINUTE="3") as site:
        yield site, token


def post(
    site: Site, path: str, *, length: int, headers: dict[str, str], body: bytes = b""
) -> tuple[int, dict[str, str], str]:
    """Say how long a body is, and send none or the beginning of it."""
    address = urlsplit(site.address)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)) as connection:
        connection.putrequest("POST", path)
        for name, value in {"Content-Length": str(length), "Content-Type": "application/json", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


def test_a_large_body_is_read_only_of_who_may_ask(guarded_site: tuple[Site, str]) -> None:
    site, token = guarded_site
    status, headers, text = post(site, "/api/v1/batch", length=900_000, headers={"Authorization": "Bearer as_0_x"})
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert json.loads(text)["detail"]
    for path in ("/api/v1/batch", "/api/v1/search"):
        status, _, text = post(site, path, length=2_000_000, headers={})
        assert (status, json.loads(text)["status"]) == (413, 413)
    assert post(site, "/search", length=20_000, headers={})[0] == 413
    body = json.dumps({"searches": [{"q": "科普", "size": 1}] * 3, "more": "x" * 100_000}).encode()
    own = {"Authorization": f"Bearer {token}"}
    status, _, text = post(site, "/api/v1/batch", length=len(body), headers=own, body=body)
    assert (status, len(json.loads(text)["results"])) == (200, 3)
    status, headers, text = post(site, "/api/v1/batch", length=900_000, headers=own)  # the budget is spent
    assert (status, json.loads(text)["status"]) == (429, 429)
    assert int(headers["retry-after"]) > 0
    assert post(site, "/api/v1/batch", length=len(body), headers={}, body=body)[0] == 200  # it was the key's


def test_behind_a_proxy_a_batch_comes_through_and_no_key_and_no_name_stands_in_the_log(
    corpus_settings: Settings, tmp_path: Path
) -> None:
    secret = "as_00000000_topsecret"
    variables = {"ARCHIVE_KEYS": str(tmp_path / "keys.json"), "ARCHIVE_TRUSTED_PROXIES": "127.0.0.1"}
    body = json.dumps({"searches": [{"q": "科普", "size": 1}]}).encode()
    with serving(corpus_settings, stderr=subprocess.PIPE, **variables) as site:
        for scheme in ("", "wss", "https"):  # not every proxy says it
            headers = {"X-Forwarded-Proto": scheme}
            assert post(site, "/api/v1/batch", length=len(body), headers=headers, body=body)[0] == 200
        address = urlsplit(site.address)
        for headers in (
            {"Authorization": f"Bearer {secret}"},
            {"X-Remote-User": "wangyanfei"},
            {"Host": "evil.example"},
        ):
            with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)) as connection:
                connection.request("GET", "/api/v1/search?q=%E7%A7%91", headers=headers)
                assert connection.getresponse().status in {200, 400, 401}
        site.process.terminate()
        _, log = site.process.communicate(timeout=20)
    assert "evil.example" in log
    assert "topsecret" not in log
    assert "wangyanfei" not in log
