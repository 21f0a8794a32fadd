"""What the logs of a running site hold, and what they never do: queries, names, keys, users, addresses."""

from __future__ import annotations

import fcntl
import http.client
import json
import logging
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from indexer import Settings, open_index
from indexer.api_keys import add_api_key
from indexer.updating.pipeline import update_index
from searchapp import create_app
from searchapp.logs import REQUEST_ID, AccessLine, AccessLog, configure_logs
from tests.conftest import PROJECT, Site, browse, serving
from tests.e2e.fronts import find_port, wait_until_listening

QUERY, PERSON, USER, PROGRAM, ADDRESS = "貔貅工作", "陆怀舟", "wangyf", "门户程序", "203.0.113.77"
GROUP, OTHER = "机要组", "王秘书"
AS_OTHER = OTHER.encode().decode("latin-1")
COMMON = re.compile(r'(\S+) - (\S+) \[\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}\] "([^"]*)" (\d{3}) (\d+|-)')


@dataclass
class House:
    """A site with everything that could leak into a log."""

    folder: Path
    settings: Settings
    key: str
    ids: dict[str, str]

    @property
    def secrets(self) -> set[str]:
        """What no log may hold, in any form of writing."""
        plain = {QUERY, PERSON, USER, PROGRAM, ADDRESS, GROUP, self.key, "as_forged", OTHER, "秘密标题"}
        return plain | {quote(one) for one in plain} | {quote(one, encoding="gb18030") for one in plain} | {
            one.encode("unicode_escape").decode() for one in plain
        }  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("logs")
    archive = folder / "archive"
    archive.mkdir()
    (archive / f"{PERSON}讲话.txt").write_text("秘密标题\n来源：甲\n\n貔貅工作由陆怀舟主持。", encoding="utf-8")
    record = {"id": f"{PERSON}-1", "title": "秘密标题", "text": "貔貅工作的记录。"}
    (archive / "r.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    (folder / "access.toml").write_text(
        f'[groups.everyone]\nread = "all"\n[groups."{GROUP}"]\nread = "all"\nmembers = ["{USER}"]\n', encoding="utf-8"
    )
    settings = Settings(index=folder / "index")
    update_index(settings, [archive])
    key = add_api_key(settings.index / "keys.json", PROGRAM, groups=[], scope="read", expires=None)
    ids = {own.path: own.id for own in open_index(settings.index).reader.iter_documents()}
    return House(folder, settings, key, ids)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what Python calls for what nobody catches."""
    for module, name in ((threading, "excepthook"), (sys, "unraisablehook"), (warnings, "showwarning")):
        monkeypatch.setattr(module, name, getattr(module, name))


@contextmanager
def logging_site(house: House, name: str, **variables: str) -> Iterator[tuple[Site, Path, Path]]:
    """Serve with all logs on; yield the site, its standard error and its access log."""
    errors, access = house.folder / f"{name}.errors", house.folder / f"{name}.access"
    with (
        errors.open("w") as stream,
        serving(
            house.settings,
            stderr=stream.fileno(),
            ARCHIVE_ACCESS_LOG=str(access),
            ARCHIVE_ACCESS=str(house.folder / "access.toml"),
            ARCHIVE_TRUSTED_PROXIES="127.0.0.1",
            ARCHIVE_AUTH_HEADER="X-Remote-User",
            ARCHIVE_SEARCHES_PER_MINUTE="60",
            **variables,
        ) as site,
    ):
        yield site, errors, access


@dataclass
class Told:
    """An answer: its status, headers (in lower case) and body."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    to: str | http.client.HTTPConnection, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> Told:
    """Ask over a connection, or over a new one to an address."""
    own = connect(to) if isinstance(to, str) else to
    try:
        own.request(method, path, body=body, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = own.getresponse()
        return Told(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        if isinstance(to, str):
            own.close()


def connect(address: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)


def tour(house: House, site: Site, entrance: str) -> dict[int, Told]:
    """Ask every address of the site, as a user, with a query and a person; then everything that is refused."""
    seen: dict[int, Told] = {}

    def visit(path: str, method: str = "GET", body: bytes | None = None, *, to: str = entrance, **headers: str) -> None:
        headers = {"X_Forwarded_For": ADDRESS, "X_Remote_User": USER, "Referer": f"http://x/{quote(QUERY)}"} | headers
        told = ask(to, path, method, body, **headers)
        assert "<!doctype" not in told.body[:9].decode("latin-1") or told.headers["x-request-id"]
        seen[told.status] = told

    asked = f"q={quote(QUERY)}&person={quote(PERSON)}&field=source&url=x"
    for rule in create_app(house.settings).url_map.iter_rules():
        for own in house.ids.values() if "document_id" in rule.rule else ["style.css"]:
            path = re.sub(r"<.*>", lambda _, own=own: quote(own), rule.rule)  # type: ignore[misc]
            if "GET" in (rule.methods or ()):
                visit(f"{path}?{asked}")
    visit("/api/v1/batch", "POST", json.dumps({"searches": [{"q": QUERY}, {"q": PERSON}]}).encode())
    visit(f"/search?q={quote(QUERY, encoding='gb18030')}")
    visit(f"/{quote(PERSON)}?{asked}")  # 404
    visit(f"/documents/{quote(PERSON)}?{asked}")  # 404
    visit(f"/static/{USER}?{asked}", to=site.address)  # 404
    visit(f"/search?{asked}&from={quote(PERSON)}")  # 400
    visit(f"/search?{asked}", "DELETE")  # 405
    visit(f"/search?{asked}", "QUERY", body=QUERY.encode())  # a method of nobody's
    for to in (entrance, site.address):  # 414 of three kinds, and 413
        visit(f"/search?q={quote(QUERY * 3000)}", to=to)
        visit(f"/search?q={quote(QUERY * 900)}", to=to)
        visit(f"/search?{asked}", "POST", body=QUERY.encode() * 2000, to=to)
    for authorization in ("Bearer as_forged", f"Bearer {house.key}"):
        visit(f"/api/v1/search?{asked}", Authorization=authorization)
    for _ in range(80):
        if 429 not in seen:
            visit(f"/search?{asked}")
    fail(house, site, seen)
    current = house.settings.index / "CURRENT"
    name = current.read_bytes()
    current.write_text("gen-009999\n")  # an index that is not there, which a site goes on without
    visit(f"/search?{asked}", X_Remote_User=AS_OTHER)
    current.write_bytes(name)
    return seen


def fail(house: House, site: Site, seen: dict[int, Told]) -> None:
    """Let the site run out of files under a request: an error that its code does not know, about a file with a name."""
    with closing(connect(site.address)) as connection:
        _fail(connection, house, site, seen=seen)


def _fail(connection: http.client.HTTPConnection, house: House, site: Site, *, seen: dict[int, Told]) -> None:
    ask(connection, "/none", X_Remote_User=AS_OTHER)  # so that the page of an error is at hand
    number = next(own for path, own in house.ids.items() if path.endswith(".txt"))
    limits = resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE)
    held = {int(own.name) for own in Path(f"/proc/{site.process.pid}/fd").iterdir()}
    free = min(set(range(len(held) + 1)) - held)
    resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (free, limits[1]))
    try:
        told = ask(connection, f"/documents/{number}/raw?q={quote(QUERY)}", X_Remote_User=AS_OTHER)
    finally:
        resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, limits)
    assert told.status == 500
    seen[500] = told


def read_lines(errors: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]


@contextmanager
def nginx_before(site: Site, folder: Path) -> Iterator[str]:
    """Put the nginx of `deploy/` before a site, with its logs in a folder; without nginx the site alone."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        yield site.address
        return
    port = find_port()
    server = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8000", urlsplit(site.address).netloc),
        ("server_name search.example;", "server_name localhost;"),
        ("rate=10r/s", "rate=1000r/s"),
        ("$proxy_add_x_forwarded_for", "$http_x_forwarded_for"),  # the clients of this test say where they are
        ('X-Remote-User ""', "X-Remote-User $http_x_remote_user"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert old in server, old
        server = server.replace(old, new)
    paths = " ".join(f"{name}_temp_path {folder}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors; events {{ }} "
        f"http {{ client_body_temp_path {folder}/body; {paths} {server} }}",
        encoding="utf-8",
    )
    with subprocess.Popen([nginx, "-e", str(folder / "errors"), "-c", str(configuration)]) as process:
        try:
            wait_until_listening(process, port)
            shutil.rmtree(folder / "body")  # large bodies go there: something critical to tell
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def test_no_log_holds_a_query_a_name_a_key_a_user_or_an_address(house: House, tmp_path: Path) -> None:
    with logging_site(house, "quiet") as (site, errors, access), nginx_before(site, tmp_path) as entrance:
        seen = tour(house, site, entrance)
    assert {200, 302, 400, 401, 404, 405, 413, 414, 429, 500} <= seen.keys()
    with logging_site(house, "hurried", ARCHIVE_SEARCH_SECONDS="0.0000001") as (site, *hurried):
        assert ask(site.address, f"/feed.atom?q={quote(QUERY)}", X_Remote_User=USER).status == 503
        ask(site.address, f"/search?q={quote(QUERY)}", X_Remote_User=USER)
    assert {"time"} < {line.get("refused") for line in read_lines(hurried[0])}
    assert any(line.get("partial") for line in read_lines(hurried[0]))
    logs = [errors, access, *hurried, *tmp_path.glob("archive-search*.log")]
    for log in logs:
        text = log.read_text(encoding="utf-8")
        if log.parent == tmp_path:  # nginx knows paths alone; what was typed as one is in them
            text = "".join(line for line in text.splitlines() if " 404 " not in line and "documents/" not in line)
        assert [secret for secret in house.secrets if secret in text] == [], log.name
    lines = read_lines(errors)
    requests = [line for line in lines if line["message"] == "request"]
    assert len(requests) > 60
    assert all(set(line) >= {"time", "level", "id", "method", "route", "status", "ms"} for line in requests)
    assert {"/search", "/documents/<id>", "/documents/<id>/raw", None} <= {line["route"] for line in requests}
    assert {line["total"] for line in requests if line["route"] == "/search" and line["status"] == 200} >= {1, 2}
    assert {"key", "budget"} <= {line.get("refused") for line in requests}
    assert {line["method"] for line in requests} >= {"GET", "POST", "DELETE", "OTHER"}
    written = [COMMON.fullmatch(line) for line in access.read_text(encoding="utf-8").splitlines()]
    assert len(written) == len(requests)
    assert {match[1] + match[2] for match in written if match} == {"--"}
    hashed, named = (next(own for path, own in house.ids.items() if path.endswith(end)) for end in (".txt", ".jsonl"))
    shown = {match[3] for match in written if match}
    assert {f"GET /documents/{hashed} HTTP/1.1", "GET /documents/<id> HTTP/1.1"} <= {
        line.replace("HTTP/1.0", "HTTP/1.1") for line in shown
    }
    assert named == f"{PERSON}-1"


def test_an_error_page_has_the_number_of_its_line_in_the_log(house: House, tmp_path: Path) -> None:
    given = "0123456789abcdef" * 2
    with logging_site(house, "numbers") as (site, errors, _):
        page = ask(site.address, "/none", X_Request_ID=given)
        problem = ask(site.address, "/api/v1/search?page=x")
        frame = ask(site.address, "/embed?from=x")
        refusals = [ask(site.address, "/search", Authorization="Bearer as_forged") for _ in range(2)]
        early = ask(site.address, f"/search?q={'x' * 200_000}")
        seen: dict[int, Told] = {}
        fail(house, site, seen)
    assert page.headers["x-request-id"] == str(UUID(given))  # a trusted proxy's
    for told in (page, problem, frame, *refusals, early, seen[500]):
        own = told.headers["x-request-id"]
        assert (own in told.body.decode()) or told is early
        assert own in {line.get("id") for line in read_lines(errors)}
    assert json.loads(problem.body)["instance"] == UUID(problem.headers["x-request-id"]).urn
    assert refusals[0].headers["x-request-id"] != refusals[1].headers["x-request-id"]  # their page is kept; it is not
    (failed,) = (line for line in read_lines(errors) if line["level"] == "error")
    assert failed["id"] == seen[500].headers["x-request-id"]
    assert failed["error"][-1] == "OSError"
    assert any("searchapp/views/documents.py" in frame and frame.endswith(" raw") for frame in failed["error"])


def test_logs_hold_what_was_asked_and_who_where_the_settings_say_so(house: House) -> None:
    wanted = {"ARCHIVE_LOG_QUERIES": "true", "ARCHIVE_LOG_USERS": "true"}
    with logging_site(house, "open", **wanted) as (site, errors, access):
        seen: dict[int, Told] = {}
        ask(site.address, f"/search?q={quote(QUERY)}", X_Remote_User=USER, X_Forwarded_For=ADDRESS)
        ask(site.address, "/api/v1/search?q=x", Authorization=f"Bearer {house.key}")
        fail(house, site, seen)
    lines = read_lines(errors)
    asked = next(line for line in lines if line.get("route") == "/search")
    assert (asked["query"], asked["who"], asked["address"]) == (f"q={QUERY}", f"user {USER}", ADDRESS)
    assert f"key {PROGRAM}" in {line.get("who") for line in lines}
    assert "陆怀舟讲话" in str(next(line for line in lines if line["level"] == "error")["error"])
    text = access.read_text(encoding="utf-8")
    assert f"{ADDRESS} - {USER} [" in text
    assert f'"GET /search?q={quote(QUERY)} HTTP/1.1" 200' in text
    assert house.key not in text + errors.read_text(encoding="utf-8")


def test_an_id_from_elsewhere_is_not_believed(client: FlaskClient) -> None:
    given = {"X-Request-ID": "0123456789abcdef" * 2}
    first, second = (client.get("/healthz", headers=given).headers["X-Request-ID"] for _ in range(2))
    assert len({first, second, str(UUID("0123456789abcdef" * 2))}) == 3


def test_what_a_proxy_gives_is_taken_only_where_it_is_an_id(corpus_settings: Settings) -> None:
    client = browse(Settings.model_validate({**corpus_settings.model_dump(), "trusted_proxies": ["127.0.0.1"]}))
    for given in ("", "x", "王延飞", "0" * 31, "0123456789abcdef" * 2 + "\n"):
        header = given.encode().decode("latin-1").strip("\n")
        answer = client.get("/healthz", headers={"X-Request-ID": header})
        own = answer.headers["X-Request-ID"]
        assert (UUID(own).version == 4) == (UUID(own) != UUID("0123456789abcdef" * 2))


def test_the_access_log_is_rotated_without_a_word_and_one_that_fails_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "logs" / "access.log"
    log = AccessLog(file)
    line = [AccessLine(time.time(), "-", "-", "GET / HTTP/1.1", 200, 1)]
    for _ in range(3):
        log.write(line)  # there is no such folder
    assert caplog.text.count("cannot be written") == 1
    file.parent.mkdir()
    log.write(line)
    file.rename(tmp_path / "access.log.1")
    log.write(line)
    log.close()
    for own in (file, tmp_path / "access.log.1"):
        assert COMMON.fullmatch(own.read_text(encoding="utf-8").rstrip("\n"))


def test_a_line_that_a_full_disk_cut_spoils_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "access.log"
    log = AccessLog(file)
    line = [AccessLine(time.time(), "-", "-", "GET / HTTP/1.1", 200, 1)]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        for _ in range(3):
            log.write(line)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    log.write(line)
    log.close()
    written = [bool(COMMON.fullmatch(own)) for own in file.read_text(encoding="utf-8").splitlines()]
    assert written == [True, False, True]
    assert caplog.text.count("cannot be written") == 1


def test_a_log_that_is_stuck_keeps_nobody_waiting(house: House, tmp_path: Path) -> None:
    """A pipe that nobody reads, and a disk that does not answer: neither requests wait, nor does the end of the site."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.mkfifo(tmp_path / "access.log")
    with (
        serving(house.settings, stderr=writing) as piped,
        serving(house.settings, ARCHIVE_ACCESS_LOG=str(tmp_path / "access.log")) as stuck,
    ):
        for site in (piped, stuck):
            for _ in range(100):
                assert ask(site.address, "/healthz").status == 200
        time.sleep(1)  # until the thread that writes has come to it
        for site in (piped, stuck):
            for number in range(3):
                assert ask(site.address, "/", Host=f"{number}.example").status == 400  # each is told by its own thread
            site.process.terminate()
        assert [site.process.wait(timeout=20) for site in (piped, stuck)] == [0, 0]
    told = os.read(reading, 4096).decode().splitlines()
    assert all(json.loads(line) for line in told[:-1])
    os.close(reading)
    os.close(writing)


@pytest.mark.usefixtures("hooks")
def test_a_standard_error_that_is_closed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    configure_logs(Settings())


class Unlucky:
    def __del__(self) -> None:
        raise LookupError(QUERY)


@pytest.mark.usefixtures("hooks")
@pytest.mark.parametrize("log_queries", [False, True])
def test_the_message_of_an_error_is_told_only_where_queries_may_be(
    log_queries: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of errors their kinds and lines of code are told, of all that led to them; Waitress's own words hold paths."""
    handler = logging.StreamHandler()
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    configure_logs(Settings(log_queries=log_queries))
    try:
        try:
            int(QUERY)
        except ValueError as error:
            raise LookupError(QUERY) from error
    except LookupError:
        logging.getLogger("waitress").exception("Exception while serving /documents/%s", PERSON)
    thread = threading.Thread(target=int, args=[QUERY])
    thread.start()
    thread.join()
    own = Unlucky()
    del own
    warnings.showwarning(UserWarning(QUERY), UserWarning, "file.py", 7)
    told, ended, unraised, warned = map(json.loads, capsys.readouterr().err.splitlines())
    assert (unraised["error"][-1].partition(":")[0], QUERY in str(unraised)) == ("LookupError", log_queries)
    assert warned["message"] == "UserWarning at file.py:7"
    assert (ended["error"][-1].partition(":")[0], QUERY in str(ended)) == ("ValueError", log_queries)
    kinds = [line.partition(":")[0] for line in told["error"] if not line.startswith("/")]
    assert kinds == ["ValueError", "LookupError"]
    assert (QUERY in str(told), PERSON in str(told)) == (log_queries, log_queries)
    assert told["message"].startswith("Exception while serving")


def test_a_terminal_gets_words(house: House) -> None:
    """The log of a site that is started by hand."""
    main, other = os.openpty()
    with serving(house.settings, stderr=other) as site:
        os.close(other)
        ask(site.address, f"/search?q={quote(QUERY)}")
        text = ""
        while "GET" not in text:
            text += os.read(main, 4096).decode()
    os.close(main)
    assert re.search(r"^GET /search 200 [\d.]+ ms id [0-9a-f-]{36} total 2\r?$", text, re.MULTILINE), text
    assert REQUEST_ID.get() == ""
