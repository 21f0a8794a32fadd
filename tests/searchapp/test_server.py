"""The server as it stands on the network, without a proxy: limits, names, crowds, clients that dawdle or leave."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections import Counter
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer import Settings, SettingsError
from indexer.settings import read_settings
from tests.conftest import Site, browse

COSTLY = f"/export.csv?q={quote('的 了 在 是 和 ' * 12)}"
NORMAL = f"/search?q={quote('科普')}"
Answer = tuple[int, dict[str, str], bytes]


def ask(site: Site, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    address = urlsplit(site.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def connect(site: Site, data: bytes = b"") -> socket.socket:
    address = urlsplit(site.address)
    own = socket.create_connection((address.hostname or "", address.port or 0), timeout=60)
    own.sendall(data)
    return own


def first_line(site: Site, data: bytes) -> str:
    with connect(site, data) as own:
        return own.makefile("rb").readline().decode("latin-1").strip()


def test_a_crowd_of_costly_requests_leaves_room_for_others(site: Site) -> None:
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(site, COSTLY))) for _ in range(40)]
    for thread in threads:
        thread.start()
    normal = [ask(site, NORMAL)[0] for _ in range(5)]
    for thread in threads:
        thread.join()
    assert normal == [200] * 5
    statuses = Counter(status for status, _, _ in answers)
    assert set(statuses) == {200, 503}
    assert statuses[503] > 10
    assert all(int(headers["retry-after"]) > 0 for status, headers, _ in answers if status == 503)
    assert ask(site, COSTLY)[0] == 200


def test_requests_whose_client_has_gone_are_dropped(site: Site) -> None:
    for _ in range(30):
        connect(site, f"GET {COSTLY} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()).close()
    assert ask(site, NORMAL)[0] == 200
    assert ask(site, COSTLY)[0] in {200, 503}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET /search?q=a HTTP/1.1\r\nHost: localhost\r\nX-a: b\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000\r\n\r\nx",
    ],
)
def test_two_hundred_clients_that_dawdle_stop_nobody(site: Site, data: bytes) -> None:
    dawdling = [connect(site, data) for _ in range(200)]
    try:
        assert ask(site, NORMAL)[0] == 200
        assert ask(site, "/healthz")[0] == 200
    finally:
        for own in dawdling:
            own.close()


def test_a_request_may_carry_eight_kilobytes(site: Site) -> None:
    assert ask(site, "/search", method="POST", body=b"x" * 8192)[0] == 405
    for path, kind in (("/search", "text/plain; charset=utf-8"), ("/api/v1/search", "application/problem+json")):
        status, headers, body = ask(site, path, method="POST", body=b"x" * 8193)
        assert (status, headers["content-type"], headers["cache-control"]) == (413, kind, "no-store")
        assert "太多" in body.decode()
    chunks = b"2000\r\n" + b"x" * 8192 + b"\r\n"
    head = b"POST /search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert first_line(site, head + chunks + chunks + b"0\r\n\r\n") == "HTTP/1.1 413 Request Entity Too Large"


def test_a_pasted_page_reaches_the_search(site: Site) -> None:
    for length in (1500, 5000, 8000):
        status, _, body = ask(site, f"/search?q={quote('科普会议' * (length // 4))}")
        assert status == 200, length
        assert "查询太长" in body.decode()
    status, _, body = ask(site, f"/search?q={quote('科普会议' * 9000)}")
    assert (status, "请只贴开头一部分" in body.decode()) == (414, True)


@pytest.mark.parametrize("path", ["/search?q=", "/api/v1/search?q=", "/documents/", "/preferences?next=/"])
def test_an_address_of_more_than_eight_kilobytes_is_refused_shortly(site: Site, path: str) -> None:
    status, headers, body = ask(site, path + "a" * 9000)
    assert status == 414
    assert headers["cache-control"] == "no-store"
    assert len(body) < 10_000
    assert "地址太长" in body.decode()
    assert ask(site, path + "a" * 7000)[0] < 500
    line = first_line(site, f"GET {path}{'a' * 300_000} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert line == "HTTP/1.0 414 Request-URI Too Long"
    header = "a" * 300_000
    line = first_line(site, f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {header}\r\n\r\n".encode())
    assert line == "HTTP/1.0 431 Request Header Fields Too Large"


def test_a_query_of_a_thousand_characters_is_no_long_address(site: Site) -> None:
    status, _, body = ask(site, f"/api/v1/search?q={quote('科普工作会议' * 166)}&sort=newest")
    assert (status, json.loads(body)["query"]) == (200, "科普工作会议" * 166)


def test_a_refusal_tells_nobody_of_another(corpus_settings: Settings) -> None:
    """It is rendered once and kept: not with the preferences and the address of who was refused first."""
    client = browse(corpus_settings)
    client.set_cookie("theme", "dark")
    refused = client.get("/documents/secret-name?q=" + "a" * 9000)
    assert refused.status_code == 414
    for text in (refused.text, browse(corpus_settings).get("/search?q=" + "a" * 9000).text):
        assert "secret-name" not in text
        assert 'data-theme="dark"' not in text
    assert "too long" in client.get("/search?q=" + "a" * 9000, headers={"Accept-Language": "en"}).text


def test_a_name_that_is_not_ours_is_refused_and_stands_nowhere(site: Site) -> None:
    for path in ("/feed.atom", "/export.csv?q=a", NORMAL, "/api/v1/search?q=a", "/healthz", "/static/style.css"):
        status, _, body = ask(site, path, Host="evil.example")
        assert status == 400
        assert b"evil.example" not in body
        assert "hosts" in body.decode()
    for name in (
        "localhost:8000",
        "LOCALHOST",
        "127.0.0.1",
        "192.0.2.7:8000",
        "[::1]:8000",
        socket.gethostname().upper(),
    ):
        assert ask(site, NORMAL, Host=name)[0] == 200
    for name in ("", "1.2.3.4:80@evil.example", "[::1]evil.example", "127.0.0.1:1/x", "localhost:x", "a..b", "x" * 300):
        assert ask(site, NORMAL, Host=name)[0] == 400, name
    assert first_line(site, b"GET /healthz HTTP/1.0\r\n\r\n") == "HTTP/1.0 200 OK"
    assert b"http://192.0.2.7/" in ask(site, f"/feed.atom?q={quote('科普')}", Host="192.0.2.7")[2]
    assert ask(site, NORMAL, Host="<script>.example")[2].count(b"<script>") == 0


def test_names_of_the_site_are_a_setting(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"hosts": ["search.example", ".intranet.example", "a_b"]}))
    for name, status in (
        ("search.example", 200),
        ("Search.Example:8080", 200),
        ("search.example.", 200),
        ("a_b", 200),
        ("localhost", 200),
        ("127.0.0.1", 200),
        ("192.0.2.7", 400),
        ("a.intranet.example", 200),
        ("intranet.example", 200),
        ("evil-search.example", 400),
        ("search.example.evil", 400),
        ("search.example@evil", 400),
    ):
        assert client.get(NORMAL, headers={"Host": name}).status_code == status, name


def test_names_are_looked_at_when_they_are_set() -> None:
    assert read_settings(options={"hosts": ["Search.Example", ".intranet"]}).settings.hosts == [
        "search.example",
        ".intranet",
    ]
    for name in ("http://search.example", "a b", "*", "search.example:8000", "", "."):
        with pytest.raises(SettingsError, match="hosts"):
            read_settings(options={"hosts": [name]})


ROUTES = [
    "/",
    NORMAL,
    "/term?q=a",
    "/sources",
    "/help",
    "/status",
    "/export.csv?q=a",
    "/feed.atom",
    "/readyz",
    "/healthz",
]
ROUTES += [
    "/static/nosuch",
    "/api/v1/search?q=a",
    "/api/v1/suggest?q=a",
    "/api/v1/documents/none",
    "/documents/none",
    "/nosuch",
    "/search?page=0",
]


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_says_who_may_keep_it(client: FlaskClient, route: str) -> None:
    answer = client.get(route)
    kept = "no-store" if answer.status_code >= 400 else "private, max-age=0"
    assert answer.headers["Cache-Control"] == kept
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_server_goes_on_after_all_that(site: Site) -> None:
    time.sleep(0.1)
    assert json.loads(ask(site, "/readyz")[2])["status"] == "ok"
    assert site.process.poll() is None
