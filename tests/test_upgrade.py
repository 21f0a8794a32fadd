"""Upgrades by the real programs under a service manager, with requests all the while: not one of them may fail."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from indexer import use_dictionary
from indexer.cli import main as indexer_main
from indexer.settings import read_settings
from indexer.store.generations import read_current
from tests.conftest import CORPUS, PROJECT, browse, edit_manifest, program
from tests.service import Crowd, ServiceManager

V0_1_0 = PROJECT / "tests" / "data" / "v0.1.0"
THEN = "/srv/archive"  # where the archive of the fixture lay
API_KEY = "as_1e674670_NTjuDzU5hAgOO8fcGpbCHFIDsVJ0QQ_PVEy8a6kP6vQ"
SEARCHES = ["/api/v1/search?q=" + quote(query) for query in ("科普", "会议 -通知", "“党史学习教育”", "人:王延飞")]
PATHS = [*SEARCHES, f"/search?q={quote('科协')}", "/", "/status", "/readyz"]


@dataclass(frozen=True)
class House:
    """What a house of version 0.1.0 has: settings, archive, index; and the commands of then and now."""

    folder: Path
    service: ServiceManager

    @property
    def config(self) -> Path:
        return self.folder / "archive.toml"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def run(self, *words: str) -> Result:
        """Run `indexer` of now."""
        return CliRunner().invoke(indexer_main, ["--config", str(self.config), *words])

    def serve(self, *, then: bool = False) -> None:
        """Start the site, of now or `then`, under the service manager; it gets the socket of the one before."""
        of_then = [
            sys.executable,
            "-m",
            "tests.other_version",
            self.index / "gen-000002" / "manifest.json",
            "searchapp",
        ]
        command = [program("searchapp")] if not then else of_then
        self.service.start([*command, "--config", self.config, "serve", "--port", "0"])

    def ask(self, path: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.service.find_port(), timeout=30)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def ready(self) -> tuple[str, int | None]:
        """Return what the site says of itself: whether all is well, and which generation it serves."""
        found = json.loads(self.ask("/readyz")[1])
        return found["status"], found.get("generation")

    def hits(self) -> dict[str, set[str]]:
        """Return what each search finds."""
        found = {}
        for path in SEARCHES:
            status, body = self.ask(f"{path}&size=100&fields=id&fold=0")
            assert status == 200, body
            found[path] = {hit["id"] for hit in json.loads(body)["hits"]}
        return found

    def log(self) -> str:
        return self.service.log.read_text(encoding="utf-8")

    def become_unreadable(self) -> None:
        """Let its index be one that we cannot read, as after a change of how text is folded."""
        edit_manifest(self.index / "gen-000002", '"normalizer": "', '"normalizer": "another ')


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a house of version 0.1.0, whose archive has moved to this test."""
    shutil.copytree(V0_1_0, tmp_path, dirs_exist_ok=True)
    archive = shutil.copytree(CORPUS, tmp_path / "archive")
    config = tmp_path / "archive.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(THEN, str(archive)), encoding="utf-8")
    own = House(tmp_path, ServiceManager(tmp_path))
    moved = own.run("move", THEN, str(archive))
    assert moved.exit_code == 0, moved.stderr
    yield own
    own.service.close()
    use_dictionary(None)


@pytest.mark.parametrize("is_readable", [True, False], ids=["readable", "unreadable"])
def test_an_upgrade_under_a_running_site_fails_no_request(house: House, *, is_readable: bool) -> None:
    """As `deploy/` does it: the old site serves on while the new version builds beside it, then it is restarted.

    The socket goes from process to process, and who connects meanwhile waits in its queue.
    """
    if not is_readable:
        house.become_unreadable()
    house.serve(then=True)
    house.service.wait_for("STATUS=serving generation 2, 86 documents")
    before = house.hits()
    with Crowd(house.service.find_port(), PATHS) as crowd:
        crowd.wait_for_more(50)
        rebuilt = house.run("reindex", "--if-needed")
        assert rebuilt.exit_code == 0, rebuilt.stderr
        updated = house.run("index", "--quiet")
        assert (updated.exit_code, updated.stdout, updated.stderr) == (0, "", "")
        live = read_current(house.index)
        assert live is not None
        if live.number > 2:  # the old site cannot read it, says so, and serves what it has
            assert "degraded: rebuild needed" in house.service.wait_for("STATUS=serving generation 2")
            assert house.ready() == ("degraded", 2)
            assert house.service.stop() == 0
            house.serve(then=True)  # also when it is started again
            assert "degraded: rebuild needed" in house.service.wait_for("STATUS=serving generation 2")
            assert house.log().count("Going on with gen-000002") == 1
            assert house.log().count("Serving gen-000002 instead") == 1
        else:
            assert is_readable
            assert rebuilt.stdout == "no rebuild needed\n"
        assert house.service.stop() == 0
        house.serve()
        house.service.wait_for(f"STATUS=serving generation {live.number}")
        crowd.wait_for_more(50)
    print(f"upgrade, index {'as it was' if is_readable else 'of another version'}: {crowd}")
    assert crowd.failed == []
    assert "Traceback" not in house.log()
    assert "ended with an error" not in house.log()
    assert house.ready() == ("ok", live.number)
    assert house.run("reindex", "--if-needed").stdout == "no rebuild needed\n"
    after = house.hits()
    assert all(before[path] <= after[path] for path in SEARCHES)
    if before == after:
        assert all(len(found) == 1 for found in crowd.totals.values())


def test_a_new_site_over_an_index_that_only_the_old_one_reads_says_so_until_one_is_built(house: House) -> None:
    house.become_unreadable()
    shutil.rmtree(house.index / "gen-000001")
    house.serve()
    told = house.service.wait_for("STATUS=no index yet: ")
    assert "the normalizer (another" in told
    assert told.endswith("run `indexer reindex --if-needed`")
    for _ in range(2):
        status, page = house.ask("/search?q=a")
        assert status == 503
        assert "网站换了新版本" in page
        status, told = house.ask("/readyz")
        reason = "another version built the index; run `indexer reindex --if-needed`"
        assert (status, json.loads(told)) == (503, {"status": "unavailable", "reason": reason})
    assert house.log().count("rebuild needed") == 1
    refused = house.run("index")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.endswith("run `indexer reindex --if-needed`\n")
    assert house.run("reindex", "--if-needed", "--quiet").exit_code == 0
    house.service.wait_for("STATUS=serving generation 3, ")
    assert house.ask("/search?q=a")[0] == 200
    assert house.ready() == ("ok", 3)


def test_a_rebuild_that_fails_half_way_leaves_the_old_index(house: House) -> None:
    house.become_unreadable()
    files = {path: path.read_bytes() for path in house.index.rglob("*") if path.is_file() and path.name != "LOCK"}
    command = f"ulimit -f 200; exec {program('indexer')} --config {house.config} reindex --if-needed"
    failed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=120)
    assert failed.returncode == 2
    assert "File too large" in failed.stderr
    assert all(path.read_bytes() == data for path, data in files.items())
    assert "rebuild needed: the normalizer" in house.run("index").stderr
    assert house.run("reindex", "--if-needed", "--quiet").exit_code == 0


def test_every_setting_of_0_1_0_is_read_and_means_what_it_meant() -> None:
    """Whoever renames a setting, or drops one, goes on reading its old name (CONTRIBUTING, Rename a setting)."""
    file = V0_1_0 / "archive.toml"
    configuration = read_settings(file)
    written = file.read_text(encoding="utf-8").count(" = ")
    assert [*configuration.origins.values()].count(str(file)) == written == 33
    settings = configuration.settings
    assert settings.index == V0_1_0 / "index"
    assert (settings.site_title, settings.port, settings.threads, settings.keep) == ("文献检索", 8001, 3, 3)
    assert (settings.base_path, settings.page_size, settings.search_seconds) == ("/archive", 20, 2.0)
    assert (settings.auth_header, settings.embed_credentials) == ("X-User", True)


def test_keys_misses_and_state_of_0_1_0_go_on(house: House) -> None:
    assert "公文系统  read  办公室" in house.run("key", "list").stdout
    assert house.run("doctor", "--misses").stdout.split()[:3] == ["2", "2026-12-01", "量子纠缠"]
    assert house.run("reindex", "--if-needed", "--quiet").exit_code == 0  # as every upgrade begins
    report = json.loads(house.run("index", "--json").stdout)
    assert report["deleted"] == []
    assert report["unchanged"] > 60  # their bytes are what they were, and nothing of them is parsed again
    client = browse(read_settings(house.config).settings)
    for key, status in ((API_KEY, 200), (API_KEY[:-1], 401)):
        assert client.get(SEARCHES[0], headers={"Authorization": f"Bearer {key}"}).status_code == status
