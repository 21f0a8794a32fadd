"""What a monitor is told: by whom it may be asked, what is counted, and the papers for Prometheus and Grafana."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from flask.testing import FlaskClient
from werkzeug.test import Client

from indexer import Settings
from indexer.errors import MissingArchiveError
from indexer.updating.pipeline import update_index
from searchapp.views import metrics
from tests.conftest import PROJECT, Write, browse, edit_manifest, program, serving
from tests.e2e.fronts import find_port
from tests.searchapp.test_logs import ask

NETWORKS = {"admin_networks": ["127.0.0.1", "192.0.2.0/24"]}


def with_settings(settings: Settings, **changes: Any) -> Settings:
    return Settings.model_validate({**settings.model_dump(), **changes})


def read(text: str) -> dict[str, float]:
    """Return every figure of /metrics by its name and labels."""
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def scrape(client: FlaskClient) -> dict[str, float]:
    return read(client.get("/metrics").text)


def test_who_may_ask_is_said_by_the_settings(corpus_settings: Settings) -> None:
    nobody = browse(corpus_settings).get("/metrics")
    assert (nobody.status_code, "admin_networks" in nobody.text) == (404, True)
    client = browse(with_settings(corpus_settings, **NETWORKS))
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "198.51.100.1"}).status_code == 403
    assert client.get("/metrics", headers={"Host": "forged.example"}).status_code == 400
    elsewhere = browse(with_settings(corpus_settings, **NETWORKS, metrics="127.0.0.1:9150")).get("/metrics")
    assert (elsewhere.status_code, "archive_search_" in elsewhere.text) == (404, False)


def test_requests_searches_and_refusals_are_counted(corpus_settings: Settings) -> None:
    client = browse(with_settings(corpus_settings, **NETWORKS))
    for path in (
        "/search?q=科普",
        "/search?q=科普",
        "/search?q=蟛蜞菊榅桲",
        "/search?from=x",
        "/nothing",
        "/documents/x",
    ):
        client.get(path)
    client.post("/api/v1/batch", json={"searches": [{"q": "科普"}, {"q": "蟛蜞菊"}, {"q": "科普", "page": 9999}]})
    client.get("/search?q=科普", headers={"Authorization": "Bearer as_unknown"})
    client.get(f"/search?q={quote('长' * 9000)}")
    client.open("/search", method="谁")
    told = scrape(client)
    own = "archive_search_requests_total"
    assert told[f'{own}{{method="GET",route="/search",status="200"}}'] == 3
    assert told[f'{own}{{method="GET",route="/search",status="400"}}'] == 1
    assert told[f'{own}{{method="GET",route="other",status="404"}}'] == 1
    assert told[f'{own}{{method="GET",route="/documents/<id>",status="404"}}'] == 1
    assert told[f'{own}{{method="POST",route="/api/v1/batch",status="200"}}'] == 1
    assert told[f'{own}{{method="OTHER",route="other",status="405"}}'] == 1
    # A date that is none is left out; a page that is not there is no search.
    assert told["archive_search_searches_total"] == 6
    assert told["archive_search_searches_without_hits_total"] == 2
    assert told['archive_search_refusals_total{reason="key"}'] == 1
    assert told['archive_search_refusals_total{reason="address"}'] == 1
    assert told['archive_search_request_duration_seconds_count{route="/search"}'] == 6
    assert told['archive_search_request_duration_seconds_bucket{le="+Inf",route="/search"}'] == 6
    assert scrape(client)["archive_search_searches_total"] == 6  # a scrape is no search


def test_what_was_not_finished_is_counted(corpus_settings: Settings) -> None:
    client = browse(with_settings(corpus_settings, **NETWORKS, search_seconds=1e-7))
    client.get("/search?q=科普")
    client.get("/feed.atom?q=科普")
    told = scrape(client)
    assert told["archive_search_partial_answers_total"] == 2
    assert told["archive_search_searches_without_hits_total"] == 0  # nobody knows
    assert told['archive_search_refusals_total{reason="time"}'] == 1


def test_a_monitor_is_told_how_the_index_is(write: Write, settings: Settings) -> None:
    client = browse(with_settings(settings, **NETWORKS))
    before = scrape(client)
    assert before["archive_search_index_usable"] == 0
    assert "archive_search_documents" not in before
    update_index(settings, [write({"a.txt": "某会议召开。", "b.docx": b"no document"})])
    client = browse(with_settings(settings, **NETWORKS))
    told = scrape(client)
    assert (told["archive_search_documents"], told["archive_search_failed_files"]) == (1, 1)
    assert (told["archive_search_generation"], told["archive_search_index_usable"]) == (1, 1)
    assert (told["archive_search_last_run_failed"], told["archive_search_index_writing"]) == (0, 0)
    assert 0 <= told["archive_search_last_good_run_age_seconds"] < 100
    assert told['archive_search_requests_waiting{kind="search"}'] == 0
    assert told["process_resident_memory_bytes"] > 1 << 20
    assert told['archive_search_build_info{version="0.2.0"}'] == 1
    with pytest.raises(MissingArchiveError):
        update_index(settings, [settings.index / "none"])
    assert scrape(client)["archive_search_last_run_failed"] == 1
    (settings.index / "state.sqlite").write_bytes(b"no database")
    browsed = browse(with_settings(settings, **NETWORKS))
    assert "archive_search_last_good_run_age_seconds" not in scrape(browsed)
    assert browsed.get("/readyz").status_code == 200


def test_readiness_tells_when_a_run_ended_well(corpus_settings: Settings) -> None:
    ready = json.loads(browse(corpus_settings).get("/readyz").text)
    assert set(ready) == {
        "status", "generation", "created", "age_seconds", "seconds_since_good_run", "reason", "documents",
    }  # fmt: skip
    assert ready["seconds_since_good_run"] >= 0


def test_a_port_of_its_own_answers_a_monitor_alone_and_ends_with_the_site(
    corpus_settings: Settings, tmp_path: Path
) -> None:
    own, errors = f"127.0.0.1:{find_port()}", tmp_path / "errors"
    variables = {"ARCHIVE_METRICS": own, "ARCHIVE_SEARCHES_PER_MINUTE": "2"}
    with errors.open("w") as stream, serving(corpus_settings, stderr=stream.fileno(), **variables) as site:
        for _ in range(3):
            ask(site.address, f"/search?q={quote('科普')}")
        for _ in range(5):  # no budget, no place
            answer = ask(f"http://{own}", "/metrics")
            assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/plain")
        told = read(answer.body.decode())
        assert told["archive_search_searches_total"] == 2
        assert told['archive_search_refusals_total{reason="budget"}'] == 1
        ask(site.address, "/", "GET", b"x" * 9000)
        told = read(ask(f"http://{own}", "/metrics").body.decode())
        assert told['archive_search_refusals_total{reason="size"}'] == 1  # what the server itself refuses
        assert ask(f"http://{own}", "/metrics", Host="forged.example").status == 400
        assert ask(f"http://{own}", "/search?q=x").status == 404
        assert ask(f"http://{own}", "/metrics", "POST", b"x").status == 405
        flood(own, site.process.pid)
        second = subprocess.run(
            [program("searchapp"), "--index", str(corpus_settings.index), "serve", "--port", "0"],
            env={**os.environ, "ARCHIVE_METRICS": own}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert second.returncode == 2
        assert f"cannot listen on {own}" in second.stderr
        assert "the setting metrics" in second.stderr
    with pytest.raises(OSError, match="refused"):
        ask(f"http://{own}", "/metrics")
    assert all(json.loads(line)["level"] == "info" for line in errors.read_text(encoding="utf-8").splitlines())


def flood(address: str, process: int) -> None:
    """Connect to the port of monitors again and again, say half of something, and go in a huff."""
    before, connections = count_threads(process), []
    for _ in range(25):
        connections.append(socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=30))
        with suppress(ConnectionError):
            connections[-1].sendall(b"GET /metrics")
    assert [closed.recv(1) for closed in connections[20:]] == [b""] * 5
    assert count_threads(process) <= before + 20
    for own in connections:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
        own.close()


def count_threads(process: int) -> int:
    return len(list(Path(f"/proc/{process}/task").iterdir()))


def test_what_fails_at_the_port_of_monitors_is_told_as_all_else(
    corpus_settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "write_metrics", lambda: int("none"))
    answer = Client(metrics.make_metrics_app(browse(corpus_settings).application)).get("/metrics")
    assert answer.status_code == 500
    assert [own.exc_info is not None for own in caplog.records] == [True]


def test_processes_of_one_site_share_their_counts(corpus_settings: Settings, tmp_path: Path) -> None:
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "ARCHIVE_ADMIN_NETWORKS": "127.0.0.1"}
    with (
        serving(corpus_settings, stderr=None, **shared) as one,
        serving(corpus_settings, stderr=None, **shared) as other,
    ):
        for site, times in ((one, 2), (other, 3)):
            for _ in range(times):
                assert ask(site.address, f"/search?q={quote('科普')}").status == 200
        for site in (one, other):
            until = time.monotonic() + 20
            while (told := read(ask(site.address, "/metrics").body.decode()))["archive_search_searches_total"] < 5:
                assert time.monotonic() < until, "a process counts what it answered within half a second"
            assert told['archive_search_requests_total{method="GET",route="/search",status="200"}'] == 5
            assert told["archive_search_searches_total"] == 5
            assert told["archive_search_documents"] == 86
            assert told["process_open_fds"] > 3


def test_dashboard_and_alerts_ask_for_nothing_that_is_not_told(corpus_settings: Settings) -> None:
    client = browse(with_settings(corpus_settings, **NETWORKS))
    client.get("/search?q=科普", headers={"Authorization": "Bearer as_unknown"})
    client.get("/search?q=科普")
    known = {re.split(r"[{ ]", name)[0] for name in scrape(client)}
    dashboard = json.loads((PROJECT / "deploy/grafana-dashboard.json").read_text(encoding="utf-8"))
    alerts = yaml.safe_load((PROJECT / "deploy/alerts.yml").read_text(encoding="utf-8"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [variable["query"] for variable in dashboard["templating"]["list"]]
    asked += [rule["expr"] for rule in rules]
    named = {name for query in asked for name in re.findall(r"\b(?:archive_search|process)_\w+", query)}
    assert len(named) > 20
    assert named <= known
    own = {name for name in known if name.startswith("archive_search") and "_duration_" not in name}
    assert own - named <= {"archive_search_build_info"}
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)


def test_why_an_older_generation_is_served_is_told_without_paths(write: Write, settings: Settings) -> None:
    archive = write({"a.txt": "某会议召开。"})
    update_index(settings, [archive])
    write({"b.txt": "另一个会议召开。"})
    update_index(settings, [archive])
    client = browse(with_settings(settings, **NETWORKS))
    assert (json.loads(client.get("/readyz").text)["reason"], scrape(client)["archive_search_index_degraded"]) == (
        None,
        0,
    )
    manifest = settings.index / "gen-000002/manifest.json"
    whole = manifest.read_bytes()
    for damage, reason in (("analyzer", "another version built"), ("bytes", "is damaged")):
        if damage == "bytes":
            manifest.write_bytes(whole[:-1])
        else:
            edit_manifest(manifest.parent, '"analyzer": "4"', '"analyzer": "5"')
        client = browse(with_settings(settings, **NETWORKS))
        ready = json.loads(client.get("/readyz").text)
        assert (ready["status"], ready["generation"], reason in ready["reason"]) == ("degraded", 1, True)
        assert str(settings.index) not in ready["reason"]
        told = scrape(client)
        assert (told["archive_search_index_degraded"], told["archive_search_generation"]) == (1, 1)
        manifest.write_bytes(whole)
