"""`searchapp serve` from its start to its end: without an index, with wrong settings, under a service manager, told to go."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Run, Write, program, serving
from tests.searchapp.test_server import ask, connect
from tests.service import ServiceManager

TEXT = "标题在此\n来源：甲\n\n科普工作在这里。"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    own = ServiceManager(tmp_path)
    yield own
    own.close()


def command(settings: Settings, port: int = 0) -> list[str]:
    return [program("searchapp"), "--index", str(settings.index), "serve", "--port", str(port)]


def wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError


# --- without an index


def test_a_site_without_an_index_says_so_and_serves_the_first_that_comes(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    """Neither the index nor its folder is there, nor the one around it; what does not fit to it is said later."""
    own = settings.model_copy(update={"index": tmp_path / "none" / "index"})
    log, access, best = (tmp_path / name for name in ("log", "access.toml", "best.toml"))
    access.write_text('[groups.everyone]\nread = "all"\nexcept = [{source = "无此来源"}]\n', encoding="utf-8")
    best.write_text('[[answer]]\nqueries = ["章程"]\ndocument = "无此文件.txt"\n', encoding="utf-8")
    names = {"ARCHIVE_ACCESS": str(access), "ARCHIVE_BEST": str(best)}
    with log.open("wb") as errors, serving(own, stderr=errors.fileno(), **names) as site:
        for path, kind in (
            ("/", "text/html"),
            ("/embed?q=a", "text/html"),
            ("/api/v1/search?q=a", "application/problem+json"),
        ):
            status, headers, body = ask(site, path)
            assert (status, headers["content-type"].split(";")[0], headers["cache-control"]) == (503, kind, "no-store")
            assert int(headers["retry-after"]) > 0
            assert "索引还没有建好" in body.decode()
        english: Any = {"Accept-Language": "en"}
        assert "There is no index yet" in ask(site, "/search?q=a", **english)[2].decode()
        for path in ("/healthz", "/help", "/help/embed", "/api", "/static/style.css", "/favicon.ico", "/robots.txt"):
            assert ask(site, path)[0] == 200, path
        assert b"<td><a" not in ask(site, "/help")[2]  # examples would be of an archive
        status, _, body = ask(site, "/readyz")
        assert (status, json.loads(body)["reason"]) == (503, "there is no index; make one with `indexer index`")
        assert log.read_text().count("there is no index in") == 1
        assert "无此" not in log.read_text()
        update_index(own, [write({"a.txt": TEXT})])
        wait_for(lambda: ask(site, "/search?q=a")[0] == 200)
        assert json.loads(ask(site, "/readyz")[2])["generation"] == 1
        assert b"<table" in ask(site, "/help")[2]
        wait_for(lambda: "无此文件" in log.read_text())
    assert "无此来源" in log.read_text()
    assert log.read_text().count("Serving gen-000001, 1 documents") == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("archive.toml", "colour = 1", "unknown setting `colour`"),
        ("archive.toml", "threads = 99", "setting `threads`"),
        ("archive.toml", 'dictionary = "none.txt"', "none.txt"),
        ("archive.toml", 'synonyms = "none.txt"', "none.txt"),
        ("archive.toml", 'calendar = "none.txt"', "none.txt"),
        ("archive.toml", 'best = "none.toml"', "none.toml"),
        ("archive.toml", 'access = "none.toml"', "none.toml"),
        ("access.toml", "[groups.a]\nreed = 1", "reed"),
        ("keys.json", "{", "keys.json"),
    ],
)
def test_wrong_settings_still_refuse_to_start(
    searchapp: Run, tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    if name != "archive.toml":
        (tmp_path / "archive.toml").write_text(f'{name.partition(".")[0]} = "{name}"', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:  # what is overlooked ends here
        port = taken.getsockname()[1]
        result = searchapp("--config", tmp_path / "archive.toml", "serve", "--port", str(port))
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "cannot listen" not in result.stderr


# --- its end


def test_what_has_begun_is_answered_and_what_is_idle_is_closed(corpus_settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as errors, serving(corpus_settings, stderr=errors.fileno()) as site:
        half = connect(site, b"GET /search?q=a HTTP/1.1\r\nHost: localhost\r\n")
        idle = connect(site, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        first = http.client.HTTPResponse(idle)
        first.begin()
        assert (first.read(), first.headers["Connection"]) == (b'{"status":"ok"}\n', None)
        slow = connect(site, b"GET /api/v1/export.jsonl?q= HTTP/1.1\r\nHost: localhost\r\n\r\n")
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        begun = slow.recv(1000)
        site.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, site.process.pid, os.WSTOPPED)
        waiting = [connect(site, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(5)]
        site.process.terminate()
        site.process.send_signal(signal.SIGCONT)
        assert idle.recv(1000) == b""
        for one in waiting:  # the kernel took them in; the site had not yet
            assert one.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
            one.close()
        idle.close()
        half.sendall(b"\r\n")
        answer = http.client.HTTPResponse(half)
        answer.begin()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert "检索" in answer.read().decode()
        while piece := slow.recv(4096):
            begun += piece
            time.sleep(0.001)
        assert begun.endswith(b"0\r\n\r\n")  # the last chunk
        slow.close()
        half.close()
        assert site.process.wait(timeout=20) == 0
    assert not re.search("cut off|Traceback|interrupted", log.read_text())


def test_who_insists_is_not_kept_waiting(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as errors, serving(settings, stderr=errors.fileno()) as site:
        dawdling = connect(site, b"GET / HTTP/1.1\r\n")
        site.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert site.process.poll() is None  # it waits for who has sent half a request
        site.process.send_signal(signal.SIGINT)
        assert site.process.wait(timeout=10) == 0
        dawdling.close()
    assert "interrupted" not in log.read_text()


# --- under a service manager


def test_a_service_manager_is_told_and_keeps_the_socket(
    write: Write, settings: Settings, manager: ServiceManager
) -> None:
    manager.start(command(settings))
    manager.wait_for("STATUS=no index yet: there is no index in")
    assert manager.kept is not None
    port = manager.find_port()
    update_index(settings, [write({"a.txt": TEXT})])
    assert manager.wait_for("STATUS=serving") == "STATUS=serving generation 1, 1 documents"
    assert manager.stop() == 0
    assert manager.told == ["STOPPING=1"]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as early:  # nobody is there, and nobody is refused
        early.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
        manager.start(command(settings))
        assert early.makefile("rb").readline() == b"HTTP/1.0 200 OK\r\n"
    assert manager.find_port() == port


def test_a_socket_of_another_address_is_given_up(settings: Settings, manager: ServiceManager) -> None:
    manager.start(command(settings))
    before = manager.find_port()
    assert manager.stop(signal.SIGKILL) == -signal.SIGKILL
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    manager.start(command(settings, port))
    assert manager.find_port() == port
    assert f"for another address than 127.0.0.1:{port}" in manager.log.read_text()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", before), timeout=5)


def test_a_socket_that_the_manager_made_itself_is_listened_on(settings: Settings, manager: ServiceManager) -> None:
    """As by a .socket unit, before the service was ever started; it is not given back."""
    own = socket.create_server(("127.0.0.1", 0))
    port = own.getsockname()[1]
    manager.kept = ("archive-search.socket", own.detach())
    manager.start(command(settings, port))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asking:
        asking.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert asking.makefile("rb").readline() == b"HTTP/1.0 200 OK\r\n"


def test_what_is_handed_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Another process's sockets, and descriptors that are none, such as files; children inherit nothing."""
    script = """
import os, subprocess, sys
from searchapp.systemd import notify, take_sockets
os.environ.update(LISTEN_PID=sys.argv[1] or str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES="a:b")
found = [(own.name, own.socket.getsockname()[0], own.socket.get_inheritable()) for own in take_sockets()]
notify("READY=1")
print(found, [name for name in os.environ if name.startswith("LISTEN_")], take_sockets())
"""
    with socket.create_server(("127.0.0.1", 0)) as own, (tmp_path / "file").open("wb") as file:

        def hand_over() -> None:
            os.dup2(file.fileno(), 3)
            os.dup2(own.fileno(), 4)

        for pid, found in (("1", []), ("", [("b", "127.0.0.1", False)])):
            done = subprocess.run(
                [sys.executable, "-c", script, pid],
                capture_output=True, text=True, check=True, close_fds=False, preexec_fn=hand_over,
            )  # fmt: skip
            assert done.stdout == f"{found} [] []\n"


def test_the_abstract_name_space_is_known(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from searchapp.systemd import notify

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0archive-search-{os.getpid()}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@archive-search-{os.getpid()}")
        notify("STATUS=two\nlines", "READY=1")
        assert heard.recv(1000) == b"STATUS=two lines\nREADY=1"
    notify("READY=1")  # nobody listens any more
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")
