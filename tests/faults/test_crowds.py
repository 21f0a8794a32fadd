"""Crowds and hostile clients at an archive of some size: T35 to T40."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from indexer import open_index
from tests.conftest import SHARED, edit_manifest
from tests.faults.conftest import Count, Serve, Tallying
from tests.faults.house import Answer, Archive, Asking, Site, indexer, percentile, spread

WORDS = [
    "会议",
    "工作",
    "中国",
    "北京",
    "记者 报道",
    "经济 发展",
    "教育",
    "学习",
    "2021年",
    "市场",
    "公司 管理",
    "“的人”",
    "体育 比赛",
    "研究",
]
NORMAL = [f"/search?q={quote(word)}" for word in WORDS]
COSTLY = f"/export.csv?q={quote('的 了 在 是 和 ' * 12)}"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of 37,000 news items where they are beside the project, else of some made-up texts."""
    folder = tmp_path_factory.mktemp("large")
    news = SHARED / "bulk" / "news.jsonl.gz"
    if news.is_file():
        (folder / "archive").mkdir()
        with gzip.open(news, "rb") as packed, (folder / "archive" / "news.jsonl").open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    else:
        Archive(folder / "archive", 3000, 1500)
    assert indexer("index", folder / "archive", "--index", folder / "index", timeout=1200).returncode == 0
    return folder / "index"


@pytest.fixture(scope="module")
def site(large: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve it."""
    folder = tmp_path_factory.mktemp("site")
    own = Site(large, folder / "log", misses=folder / "misses.sqlite")
    for path in NORMAL * 2:
        own.get(path)
    yield own
    own.stop()


@pytest.fixture(scope="module")
def documents(large: Path) -> int:
    """Return how many documents it holds."""
    return open_index(large, thorough=False).reader.document_count


def idle(site: Site, asked: int = 60) -> list[float]:
    """Return how long normal questions take while nobody else asks."""
    return [site.get(NORMAL[number % len(NORMAL)]).seconds for number in range(asked)]


def crowd(site: Site, path: str, number: int, *, timeout: float = 60) -> list[Answer]:
    """Ask the same of a site so many times at once."""
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(site.get(path, timeout=timeout))) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def hostile(rnd: random.Random) -> list[str]:
    """Return queries that are dear elsewhere: ranges, patterns, very many parts, nesting, negation, deep pages."""
    common = "的一是不了在人有我他这中大来上个国到说们为子和你地出"

    def some(number: int) -> list[str]:
        return [rnd.choice(common) + rnd.choice(common) for _ in range(number)]

    queries = [
        "日期:0001..9999 的",
        "*",
        "a*",
        "*的*",
        " ".join(["一*", "二*", "a*", "b*", "的*"] * 6),
        " OR ".join(some(5000)),
        "|".join(common * 10),
        " ".join(common * 3),
        "的 " * 64,
        "的" * 1000,
        "(" * 500 + "的" + ")" * 500,
        "（" * 20 + "的 或 了" + "）" * 20,
        " ".join(f"-{word}" for word in some(64)),
        "-的 -一 -是",
        "“" + "的一是不了在人有" * 60 + "”",
        "人:" + "王" * 100,
        "说:王 " + " ".join(common),
        "标题:" * 60 + "的",
        "\u202e\u0300" * 300,
        "".join(rnd.sample(common * 20, 300)),
        " ".join(some(60)),
        "哪次会议提出过" + "".join(some(100)),
    ]
    paths = [f"/api/v1/search?q={quote(query)}"[:8000] for query in queries]
    return [*paths, "/api/v1/search?q=%E7%9A%84&page=400&size=100", "/api/v1/search?q=%E7%9A%84&size=100&group=source"]


def test_queries_of_death(site: Site, documents: int, rnd: random.Random, tallying: Tallying) -> None:
    """T35: one to four at once; each ends soon, and others are served meanwhile."""
    tally = tallying(f"T35 queries of death, {documents} documents")
    quiet = idle(site)
    asking = Asking(site, NORMAL, pause=0.05)
    times: list[float] = []
    for number in (1, 4):
        for path in hostile(rnd):
            for answer in crowd(site, path, number):
                tally.count(f"status {answer.status}")
                tally.expect(answer.status in (200, 400, 404, 414, 503), "status", path[:80], answer.status)
                tally.count("partial", when=b'"partial":true' in answer.body)
                times += [answer.seconds] if number == 1 else []
    meanwhile = [answer.seconds for answer in asking.stop()]
    tally.notes |= {"alone": spread(times), "normal idle": spread(quiet), "normal meanwhile": spread(meanwhile)}
    tally.expect(not asking.wrong, "a normal question failed", *asking.wrong[:3])
    tally.expect(max(times) < 6, "a query that does not end", max(times))


def test_load_while_it_is_rebuilt(large: Path, tmp_path: Path, count: Count, tallying: Tallying, serve: Serve) -> None:
    """T36: eight clients, first alone, then beside a rebuild and a switch: no error, the same answers, no growing memory."""
    index = tmp_path / "index"
    shutil.copytree(large, index)
    site = serve(index, misses=tmp_path / "misses.sqlite")
    paths = [path.replace("/search", "/api/v1/search") for path in NORMAL]
    totals = {path: json.loads(site.get(path).body)["total"] for path in paths}
    tally = tallying(f"T36 load and rebuild, {count(10)} s each")
    known = set(totals.values())

    def is_right(answer: Answer) -> bool:
        return answer.status == 200 and json.loads(answer.body)["total"] in known

    asking = Asking(site, paths, threads=8, pause=0.3, is_right=is_right)
    time.sleep(count(10))
    alone, before = asking.stop(), site.megabytes()
    tally.expect(not asking.wrong, "a wrong answer alone", *asking.wrong[:3])
    rebuild = subprocess.Popen(
        [shutil.which("nice") or "nice", "-n", "10", *_indexer("reindex", "--index", index)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    asking = Asking(site, paths, threads=8, pause=0.3, is_right=is_right)
    begun = time.monotonic()
    while rebuild.poll() is None or time.monotonic() - begun < count(10):
        time.sleep(0.2)
    time.sleep(3)
    beside = asking.stop()
    served = json.loads(site.get("/readyz").body)
    tally.notes |= {
        "answers": len(alone) + len(beside),
        "generation": served["generation"],
        "alone": spread([answer.seconds for answer in alone]),
        "beside": spread([answer.seconds for answer in beside]),
        "MB before and after": f"{before} {site.megabytes()}",
    }
    site.stop()
    tally.expect(not asking.wrong, "an answer that is neither old nor new", *asking.wrong[:3])
    tally.expect(rebuild.returncode == 0 and served["generation"] == 2, "not switched", rebuild.returncode, served)


def _indexer(*words: object) -> list[str]:
    from tests.conftest import program

    return [program("indexer"), *map(str, words)]


# --- slow clients


def connect(port: int, data: bytes, number: int) -> list[socket.socket]:
    """Open connections, send what is given, and keep them."""
    own = []
    for _ in range(number):
        one = socket.create_connection(("127.0.0.1", port), timeout=5)
        one.sendall(data)
        own.append(one)
    return own


SLOW = {
    "200 idle": (200, b""),
    "200 half headers": (200, b"GET /search?q=a HTTP/1.1\r\nHost: localhost\r\nX-a: b\r\n"),
    "20 slow bodies": (20, b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000\r\n\r\nx"),
    "20 slow readers": (20, f"GET /search?q={quote('的')}&size=100 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()),
}


@pytest.fixture
def proxy(site: Site, tmp_path: Path) -> Iterator[int]:
    """Put a real nginx before the site; return its port."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    example = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
    server = example.replace("listen 80;", f"listen 127.0.0.1:{port};").replace(
        "127.0.0.1:8000", f"127.0.0.1:{site.port}"
    )
    server = server.replace("server_name search.example;", "server_name localhost;").replace(
        "rate=10r/s", "rate=1000r/s"
    )
    server = server.replace("/var/log/nginx/", f"{tmp_path}/")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/errors; daemon off; {'user root;' if not os.geteuid() else ''}"
        f"events {{ worker_connections 2000; }} http {{ access_log off; client_body_temp_path {tmp_path}/b;"
        f"proxy_temp_path {tmp_path}/p; fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u;"
        f"scgi_temp_path {tmp_path}/s; {server} }}"
    )
    process = subprocess.Popen([nginx, "-c", str(tmp_path / "nginx.conf")], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while site.get("/healthz", port=port).status != 200 and time.monotonic() < until:
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(10)


@pytest.mark.parametrize("through", ["nginx", "nothing"])
def test_clients_that_dawdle(through: str, site: Site, request: pytest.FixtureRequest, tallying: Tallying) -> None:
    """T37: a normal request is answered."""
    port = request.getfixturevalue("proxy") if through == "nginx" else site.port
    tally = tallying(f"T37 slow clients through {through}")
    for name, (number, data) in SLOW.items():
        own = connect(port, data, number)
        time.sleep(1)
        answers = [site.get(NORMAL[at % len(NORMAL)], port=port) for at in range(10)]
        for one in own:
            one.close()
        tally.expect({answer.status for answer in answers} == {200}, "not answered", name, [a.status for a in answers])
        tally.notes[name] = spread([answer.seconds for answer in answers])
        tally.count("kinds")


# --- too many


def test_ten_times_as_many_as_there_is_room_for(site: Site, documents: int, count: Count, tallying: Tallying) -> None:
    """T38: for some seconds; who is refused is told so at once, who is let in is served, and then all is as before."""
    tally = tallying(f"T38 overload for {count(10)} s, {documents} documents")
    quiet = idle(site, 200)
    asking = Asking(site, NORMAL, threads=100, pause=0.0, is_right=lambda answer: answer.status in (200, 503))
    time.sleep(count(10))
    answers = asking.stop()
    begun = time.monotonic()
    back = site.get(NORMAL[0])
    again = idle(site)
    by_status = Counter(answer.status for answer in answers)
    refused = [answer for answer in answers if answer.status == 503]
    accepted = [answer.seconds for answer in answers if answer.status == 200]
    tally.notes |= {f"status {status}": number for status, number in by_status.items()}
    tally.notes |= {
        "idle": spread(quiet),
        "accepted": spread(accepted),
        "refused": spread([answer.seconds for answer in refused]),
        "first answer after": f"{1000 * (time.monotonic() - begun - sum(again)):.0f} ms",
        "idle again": spread(again),
    }
    tally.expect(not asking.wrong, "neither answered nor refused", *asking.wrong[:3])
    tally.expect(all(answer.headers.get("retry-after") for answer in refused), "no Retry-After")
    tally.expect(percentile([answer.seconds for answer in refused] or [0], 0.99) < 2, "refused late")
    tally.expect(back.status == 200 and back.seconds < 5, "no recovery", back.status, back.seconds)


def test_sixty_costly_exports_at_once(site: Site, tallying: Tallying) -> None:
    """T38: what made a normal request wait 21 seconds; some of the clients leave before they are answered."""
    tally = tallying("T38 sixty costly exports")
    quiet = idle(site)
    asking = Asking(site, NORMAL, pause=0.1)
    for one in connect(site.port, f"GET {COSTLY} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 30):
        one.close()
    answers = crowd(site, COSTLY, 60)
    meanwhile = asking.stop()
    back = site.get(NORMAL[0])
    tally.notes |= {f"status {status}": number for status, number in Counter(a.status for a in answers).items()}
    tally.notes |= {
        "refused": spread([answer.seconds for answer in answers if answer.status == 503]),
        "normal idle": spread(quiet),
        "normal meanwhile": spread([answer.seconds for answer in meanwhile]),
        "normal after": f"{1000 * back.seconds:.0f} ms",
    }
    tally.expect({answer.status for answer in answers} <= {200, 503}, "status", Counter(a.status for a in answers))
    tally.expect(not asking.wrong, "a normal question failed", *asking.wrong[:3])
    tally.expect(max(answer.seconds for answer in answers if answer.status == 503) < 5, "refused late")


# --- oddities


_HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
ODD: dict[str, bytes] = {
    "CL and TE": b"POST /search" + _HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /search" + _HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
    "bad chunk": b"POST /search" + _HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "TE spaced": b"POST /search" + _HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "negative length": b"POST /search" + _HEAD + b"Content-Length: -1\r\n\r\n",
    "NUL in the path": b"GET /se\0arch" + _HEAD + b"\r\n",
    "raw GBK": "GET /search?q=会议".encode("gbk") + _HEAD + b"\r\n",
    "raw UTF-8": "GET /search?q=会议".encode() + _HEAD + b"\r\n",
    "300 KB header": b"GET /" + _HEAD + b"X: " + b"a" * 300_000 + b"\r\n\r\n",
    "100 KB address": b"GET /search?q=" + b"a" * 100_000 + _HEAD + b"\r\n",
    "9 KB address": b"GET /search?q=" + b"a" * 9_000 + _HEAD + b"\r\n",
    "TRACE": b"TRACE /search" + _HEAD + b"\r\n",
    "CONNECT": b"CONNECT x:1" + _HEAD + b"\r\n",
    "absolute address": b"GET http://evil.example/search?q=a" + _HEAD + b"\r\n",
    "no host": b"GET /search HTTP/1.1\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "bare LF": b"GET / HTTP/1.1\nHost: localhost\n\n",
    "folded header": b"GET /" + _HEAD + b"X: a\r\n b\r\n\r\n",
    "garbage": bytes(range(200, 256)) * 4 + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
    "lower case": b"get /" + _HEAD + b"\r\n",
    "OPTIONS *": b"OPTIONS *" + _HEAD + b"\r\n",
    "PUT": b"PUT /search" + _HEAD + b"Content-Length: 0\r\n\r\n",
    "DELETE": b"DELETE /documents/x" + _HEAD + b"\r\n",
    "line ends in an address": b"GET /preferences?next=/%0d%0aSet-Cookie:a=b" + _HEAD + b"\r\n",
    "escape in a path": b"GET /%1b%5b31m%0aFORGED" + _HEAD + b"\r\n",
    "ranges": b"GET /static/style.css" + _HEAD + b"Range: bytes=0-,0-,0-,0-\r\n\r\n",
    "odd cookies": b"GET /" + _HEAD + b'Cookie: lang=../../x; size="><script>; theme=\xff\r\n\r\n',
    "languages": b"GET /" + _HEAD + b"Accept-Language: " + b"aa;q=0.1," * 3_000 + b"\r\n\r\n",
    "1 GB announced": b"POST /search" + _HEAD + b"Content-Length: 1100000000\r\n\r\nx",
    "forwarded": b"GET /feed.atom?q=a" + _HEAD + b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n\r\n",
    "forged host": b"GET /feed.atom?q=a HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "forged host with escape": b"GET / HTTP/1.1\r\nHost: \x1b[31mevil\r\n\r\n",
}


def test_oddities_of_http(site: Site, tallying: Tallying) -> None:
    """T39: no error of ours, no forged line in the log, no name of a stranger in an answer."""
    tally = tallying("T39 oddities")
    for name, data in ODD.items():
        with socket.create_connection(("127.0.0.1", site.port), timeout=5) as one:
            got = b""
            with suppress(OSError):
                one.sendall(data)
                one.settimeout(1)  # an answered connection stays open
                while (part := one.recv(65536)) and len(got) < 1 << 20:
                    got += part
        status = got[9:12].decode("latin-1") or "closed"
        tally.count(f"{status[0]}xx" if status.isdigit() else "closed or held")
        tally.expect(not status.startswith("5") or status == "501", "5xx", name, got[:80])
        tally.expect(b"//evil.example" not in got, "believed", name)
        tally.expect(len(got) < 200_000, "a large answer", name, len(got))
    log = site.log.read_text(errors="replace")
    tally.expect("\x1b" not in log, "escape in the log")
    tally.expect("Traceback" not in log, "traceback in the log", log[-300:])
    tally.expect(not any(line.startswith("FORGED") for line in log.splitlines()), "forged line")
    tally.expect(site.get("/healthz").status == 200, "dead")


def harm(name: str, index: Path, archive: Archive) -> None:
    """Break something under a running site."""
    if name == "index removed":
        shutil.rmtree(index)
    elif name == "arrays cut away":
        for file in index.glob("gen-*/*.arrays"):
            file.rename(file.with_suffix(".away"))
            file.write_bytes(b"x")
    elif name == "another version":
        shutil.copytree(index / "gen-000001", index / "gen-000002")
        edit_manifest(index / "gen-000002", '"normalizer": "', '"normalizer": "9')
        (index / "CURRENT").write_text("gen-000002\n")
    elif name == "misses broken":
        (index / "misses.sqlite").write_bytes(b"no database" * 100)
    elif name == "misses a folder":
        (index / "misses.sqlite").mkdir()
    elif name == "originals gone":
        archive.folder.rename(archive.folder.with_name("away"))


def test_errors_of_every_layer(tmp_path: Path, tallying: Tallying, serve: Serve) -> None:
    """T40: index missing, damaged, of another version; the log of misses broken; the original file gone."""
    tally = tallying("T40 errors")
    archive, base, index = Archive(tmp_path / "archive", 10), tmp_path / "base", tmp_path / "index"
    assert indexer("index", archive.folder, "--processes", 1, "--index", base).returncode == 0
    paths = [
        "/",
        "/search?q=%E4%BC%9A%E8%AE%AE",
        "/search?q=%E9%BE%98%E9%9D%90",
        "/status",
        "/help",
        "/term?q=%E4%BC%9A",
        "/sources",
    ]
    paths += [
        "/export.csv?q=a",
        "/feed.atom",
        "/readyz",
        "/api/v1/search?q=a",
        "/api/v1/suggest?q=a",
        "/documents/none",
        "/compare",
    ]
    for name in (
        "index removed",
        "arrays cut away",
        "another version",
        "misses broken",
        "misses a folder",
        "originals gone",
    ):
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(base, index)
        site = serve(index)
        some = json.loads(site.get("/api/v1/search?q=%E4%BC%9A%E8%AE%AE").body)["hits"][0]["url"].partition("?")[0]
        harm(name, index, archive)
        for _ in range(2):
            for path in [*paths, some, f"{some}/raw", f"/api/v1{some}"]:
                answer = site.get(path)
                tally.count("answers")
                told = answer.body.decode(errors="replace")
                tally.expect(answer.status in (200, 400, 404, 503), "status", name, path, answer.status)
                tally.expect("Traceback" not in told and 'File "' not in told, "traceback", name, path)
                public = path != "/status" and answer.status >= 400
                tally.expect(not (public and str(tmp_path) in told), "a path of the machine", name, path, told[:200])
                if path.startswith("/api") and answer.status >= 400:
                    kind = answer.headers["content-type"]
                    tally.expect(kind == "application/problem+json", "form", name, path, kind)
            time.sleep(1.2)
        tally.expect(site.get("/healthz").status == 200, "not alive", name)
        site.stop()
