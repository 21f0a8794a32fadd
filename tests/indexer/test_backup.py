"""A backup has all that no run can build anew, is of one moment, and goes back whole, or says what it lacks."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indexer import Settings, open_index
from indexer.api_keys import add_api_key
from indexer.backup import _take_generation
from indexer.cli import main as indexer_main
from indexer.inventory import INVENTORY, Place, find_places
from indexer.misses import MissLog
from indexer.settings import Configuration, read_settings
from indexer.store.state import read_state
from indexer.updating.pipeline import rebuild_index, update_index
from tests.conftest import Write, browse, edit_manifest
from tests.failpoints import Failpoint, Forks

EMPTY = hashlib.sha256().hexdigest()
Change = Callable[[tarfile.TarFile, tarfile.TarInfo, bytes], None]

FILES = {
    f"会议/{n}.txt": f"标题第{n}号\n来源：甲报 2021-03-1{n}\n\n这是第{n}份文件的正文，科普工作。" for n in range(4)
}
HOUSE = {
    "archive.toml": 'archive = ["HOUSE/archive"]\nindex = "index"\ndictionary = "dict.txt"\nsynonyms = "syn.txt"\n'
    'calendar = "periods.txt"\nbest = "best.toml"\naccess = "access.toml"\noverrides = "own.toml"\n'
    'misses = "kept/misses.sqlite"\nadmin_networks = ["127.0.0.1"]\n',
    "dict.txt": "科普工作 100 n\n",
    "syn.txt": "科普=科学普及\n",
    "periods.txt": "换届期间: 2021-03..2021-06\n",
    "best.toml": '[[answer]]\nqueries = ["值班"]\ndocument = "archive/会议/1.txt"\n',
    "access.toml": '[groups.everyone]\nread = [{path = "archive/会议/1.txt"}]\n[groups."全体"]\nread = "all"\n',
    "own.toml": '["archive/会议/2.txt"]\nauthor = "柳暗"\n',
    "archive/overrides.toml": '["会议/1.txt"]\nsource = "乙报"\n',
}


def run(house: Path, *words: object) -> Result:
    """Run `indexer` with the settings of a house."""
    return CliRunner().invoke(indexer_main, ["--config", str(house / "archive.toml"), *map(str, words)])


def ask(house: Path, token: str, *queries: str) -> list[Any]:
    """Return what the site of a house answers whoever has a key, and who has none."""
    client = browse(read_settings(house / "archive.toml").settings)
    answers = []
    for query in queries:
        for headers in ({"Authorization": f"Bearer {token}"}, {}):
            answer = client.get(f"/api/v1/search?q={query}", headers=headers).get_json()
            answers.append([answer["total"], answer["best"], answer["understood"], answer["hits"]])
    misses = client.get("/status", headers={"Authorization": f"Bearer {token}"}).text
    return [*answers, "查无此词" in misses]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return the folder of an archive with all that people write, its index, a key and a search without hits."""
    folder = tmp_path / "house"
    for name, text in {**HOUSE, **{f"archive/{name}": text for name, text in FILES.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace("HOUSE", str(folder)), encoding="utf-8")
    assert run(folder, "index", "--quiet").exit_code == 0
    (folder / "kept").mkdir()
    MissLog(folder / "kept/misses.sqlite").note("查无此词")
    return folder


@pytest.fixture
def token(house: Path) -> str:
    return add_api_key(house / "index/keys.json", "p", groups=["全体"], scope="admin")


def test_every_path_of_the_settings_stands_in_the_inventory() -> None:
    rows = {row.name for row in INVENTORY}
    assert len(rows) == len(INVENTORY), "a path has one row"
    paths = {name for name, field in Settings.model_fields.items() if "Path" in str(field.annotation)}
    assert paths <= rows, "say in indexer/inventory.py what lies there, and whether a backup takes it"
    assert rows - paths == {"settings", "state", "overrides.toml"}


@pytest.mark.parametrize("with_index", [True, False])
def test_what_was_restored_elsewhere_answers_as_before(
    house: Path, token: str, tmp_path: Path, *, with_index: bool
) -> None:
    queries = ["科普工作", "科学普及", "值班", "换届期间 科普", "来源:乙报", "作者:柳暗"]
    before = ask(house, token, *queries)
    assert before[-1]
    assert [answer[0] for answer in before[:2]] == [4, 1]
    done = run(house, "backup", tmp_path / "b.tar.gz", *(["--with-index"] if with_index else []))
    assert (done.exit_code, done.stderr) == (0, "")
    new = tmp_path / "elsewhere"
    shutil.copytree(house / "archive", tmp_path / "moved/archive")
    (tmp_path / "moved/archive/overrides.toml").unlink()
    shutil.rmtree(house)
    done = run(new, "restore", tmp_path / "b.tar.gz", "--root", f"{house}/archive={tmp_path}/moved/archive", "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    kept = {row.name for row in INVENTORY if row.kind != "apart"}
    assert {row for row, _ in report["restored"]} == (kept - {"state"} | {"index"} if with_index else kept)
    if with_index:
        assert open_index(new / "index").generation.number == report["generation"] == 1
        with read_state(new / "index") as state:  # the log of runs goes on
            assert state.last_good_run() is not None
    else:
        assert "`indexer index` builds it anew" in done.stderr
    index = json.loads(run(new, "index", "--json").stdout)
    assert (index["unchanged"], len(index["added"])) == ((4, 0) if with_index else (0, 4))
    assert ask(new, token, *queries) == before
    assert (new / "index/keys.json").stat().st_mode & 0o777 == 0o644


def test_a_backup_opens_with_standard_tools_and_nobody_else_reads_it(house: Path, tmp_path: Path) -> None:
    done = run(house, "backup", tmp_path / "b.tar.gz", "--json")
    report = json.loads(done.stdout)
    assert report["lacking"] == []
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        assert tar.getnames()[:2] == ["manifest.json", "settings/archive.toml"]
        assert tar.getmember("settings/archive.toml").uname == pwd.getpwuid(os.geteuid()).pw_name
        tar.extractall(tmp_path / "out", filter="data")
    assert (tmp_path / "out/overrides.toml/archive/overrides.toml").read_text() == HOUSE["archive/overrides.toml"]
    listed = json.loads((tmp_path / "out/manifest.json").read_text())["items"]
    assert len(listed) == len(report["files"]) == 10


def test_a_backup_replaces_no_other_unasked(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    file.write_text("mine")
    done = run(house, "backup", file)
    assert (done.exit_code, file.read_text()) == (2, "mine")
    assert "is there already" in done.stderr
    (tmp_path / "b.tar.gz.new").write_text("left by a run that was killed" * 10_000)
    (tmp_path / "b.tar.gz.new").chmod(0o644)
    assert run(house, "backup", file, "--force", "--quiet").stdout == ""
    assert file.stat().st_mode & 0o777 == 0o600
    assert run(tmp_path / "x", "restore", file, "--dry-run").exit_code == 0
    assert not (tmp_path / "b.tar.gz.new").exists()
    with (tmp_path / "b.tar.gz.new").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "is being written by another process" in run(house, "backup", file, "--force").stderr
    assert (tmp_path / "b.tar.gz.new").exists()


def test_what_is_named_and_missing_is_told_by_the_exit_code(house: Path, tmp_path: Path) -> None:
    (house / "syn.txt").unlink()
    shutil.rmtree(house / "kept")
    done = run(house, "backup", tmp_path / "b.tar.gz")
    assert done.exit_code == 1
    assert done.stderr == f"not in the backup: {house}/syn.txt (synonyms): is missing\n"
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert f"the backup lacks {house}/syn.txt (synonyms): is missing\n" in done.stderr
    (house / "archive").rename(house / "away")
    done = run(house, "backup", tmp_path / "c.tar.gz")
    assert f"overrides.toml): the archive is not there: {house}/archive" in done.stderr
    with tarfile.open(tmp_path / "c.tar.gz") as tar:
        assert "settings/archive.toml" in tar.getnames()


def test_a_damaged_index_is_not_taken_and_told(house: Path, tmp_path: Path) -> None:
    (arrays,) = (house / "index/gen-000001").glob("MAIN_*.arrays")
    arrays.write_bytes(arrays.read_bytes()[:-1] + b"x")
    done = run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    assert done.exit_code == 1
    assert "has other bytes than were written" in done.stderr
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert "the index is not in this backup" in done.stderr


def test_a_full_disk_leaves_no_half_of_a_backup(house: Path, tmp_path: Path, forks: Forks) -> None:
    words = ("--config", house / "archive.toml", "backup", tmp_path / "b.tar.gz", "--with-index")
    done = forks.run(Failpoint("", largest=3000), *words)
    assert done.returncode == 2
    assert "b.tar.gz cannot be written: File too large; nothing was changed" in done.stderr
    assert not list(tmp_path.glob("b.tar.gz*"))


def test_a_folder_named_relative_to_the_settings_lies_beside_them_again(house: Path, tmp_path: Path) -> None:
    settings = house / "archive.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(f"{house}/archive", "archive"), encoding="utf-8")
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    new = tmp_path / "new"
    done = run(new, "restore", tmp_path / "b.tar.gz")
    assert f"{new}/archive is not there; --root {house}/archive=NEW says" in done.stderr
    shutil.copytree(house / "archive", new / "archive")
    (new / "archive/overrides.toml").unlink()
    done = run(new, "restore", tmp_path / "b.tar.gz", "--force")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"restored: {new}/archive/overrides.toml" in done.stdout
    index = json.loads(run(new, "index", "--json").stdout)
    assert (index["unchanged"], index["added"], index["documents"]) == (4, [], 4)
    shutil.copytree(new / "archive", tmp_path / "papers")
    words = ("--root", f"{house}/archive={tmp_path}/papers", "--force")
    assert run(new, "restore", tmp_path / "b.tar.gz", *words).exit_code == 0  # the same index, of another folder
    assert [root.path for root in open_index(new / "index").generation.manifest.read_roots()] == [tmp_path / "papers"]


def test_a_state_that_is_damaged_stops_no_index(house: Path, tmp_path: Path) -> None:
    (house / "index/state.sqlite").write_bytes(b"x" * 9000)
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    new = tmp_path / "new"
    done = run(new, "restore", tmp_path / "b.tar.gz")
    assert done.exit_code == 0
    assert "state.sqlite is damaged" in done.stderr
    assert json.loads(run(new, "index", "--json").stdout)["documents"] == 4


def test_a_full_disk_leaves_the_index_out_and_says_why(house: Path, tmp_path: Path, forks: Forks) -> None:
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    new = tmp_path / "new"
    words = ("--config", new / "archive.toml", "restore", tmp_path / "b.tar.gz")
    done = forks.run(Failpoint("", largest=12_500), *words)
    assert done.returncode == 1
    assert f"not restored: {new}/index (index): the index cannot be written to {new}/index: File too large\n" in (
        done.stderr
    )
    assert (new / "syn.txt").exists()


# --- while others write


def test_an_index_that_is_replaced_meanwhile_is_taken_as_it_was(house: Path) -> None:
    settings = read_settings(house / "archive.toml", {"keep": 1}).settings
    with ExitStack() as held:
        lacking: list[tuple[str, str]] = []
        live, taken = _take_generation(settings.index, held, lacking=lacking)
        assert live is not None
        rebuild_index(settings, [])
        rebuild_index(settings, [])
        assert not live.folder.exists()
        bytes_of = {item.member: source.read() for item, source in taken}
    assert {
        name.removeprefix("index/"): len(data) for name, data in bytes_of.items() if name.startswith("index/M")
    } == {name: own.size for name, own in live.manifest.checksums.items() if name.startswith("M")}
    assert not lacking


def test_the_state_in_a_backup_is_that_of_its_index(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_after_two_runs(configuration: Configuration) -> list[Place]:
        for _ in range(2):
            rebuild_index(configuration.settings, [])
        return find_places(configuration)

    monkeypatch.setenv("ARCHIVE_KEEP", "1")
    monkeypatch.setattr("indexer.backup.find_places", find_after_two_runs)
    assert run(house, "backup", tmp_path / "b.tar.gz", "--with-index").exit_code == 0
    assert run(tmp_path / "new", "restore", tmp_path / "b.tar.gz").exit_code == 0
    assert json.loads(run(tmp_path / "new", "index", "--json").stdout)["unchanged"] == 4


def test_backups_beside_a_run_are_each_one_committed_generation(house: Path, tmp_path: Path) -> None:
    settings = read_settings(house / "archive.toml", {"keep": 1}).settings
    committed = [sorted(FILES)]
    ended = threading.Event()

    def write() -> None:
        for number in range(100):
            if ended.is_set():
                return
            (house / f"archive/会议/新{number}.txt").write_text(
                f"新增{number}\n\n新增的第{number}份文件。", encoding="utf-8"
            )
            committed.append([*committed[-1], f"会议/新{number}.txt"])
            update_index(settings, [])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(6):
            assert run(house, "backup", tmp_path / f"{number}.tar.gz", "--with-index", "--quiet").exit_code == 0
    finally:
        ended.set()
        thread.join()
    for number in range(6):
        new = tmp_path / f"new{number}"
        assert run(new, "restore", tmp_path / f"{number}.tar.gz").exit_code == 0
        opened = open_index(new / "index")
        paths = sorted(document.path.removeprefix("archive/") for document in opened.reader.iter_documents())
        assert paths in [sorted(own) for own in committed]
        with read_state(new / "index") as state:
            assert sorted(state.read_files(opened.generation.number)) == [f"archive/{path}" for path in paths]


def test_searches_without_hits_are_taken_as_they_were_between_two_changes(house: Path, tmp_path: Path) -> None:
    file = house / "kept/misses.sqlite"
    killed = f"""import os, sqlite3; c = sqlite3.connect({str(file)!r}); c.execute("PRAGMA cache_size = 1")
c.executemany("INSERT INTO misses VALUES (?, 1, '2026-01-01')", ((f"词{{n}}",) for n in range(2000))); c.commit()
c.execute("UPDATE misses SET count = 7"); os._exit(0)"""
    subprocess.run([sys.executable, "-c", killed], check=True)
    assert file.with_name("misses.sqlite-journal").exists()  # and half of the change is in the file
    assert run(house, "backup", tmp_path / "b.tar.gz").exit_code == 0
    assert run(tmp_path / "new", "restore", tmp_path / "b.tar.gz").exit_code == 0
    assert {miss.count for miss in MissLog(tmp_path / "new/kept/misses.sqlite").read(3000)} == {1}
    file.unlink()
    file.with_name("misses.sqlite-journal").write_text("of another file")
    assert run(house, "restore", tmp_path / "b.tar.gz").exit_code == 0
    assert not file.with_name("misses.sqlite-journal").exists()  # it would be applied to the file of the backup


# --- what a restore refuses


def test_what_differs_is_listed_and_nothing_is_changed_unless_forced(house: Path, token: str, tmp_path: Path) -> None:
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    again = run(house, "restore", tmp_path / "b.tar.gz")
    assert again.exit_code == 0
    assert set(re.findall(r"^(\w+):", again.stdout, re.MULTILINE)) == {"same"}
    assert f"same: {house}/index (index)\n" in again.stdout
    (house / "syn.txt").write_text("甲=乙\n", encoding="utf-8")
    (house / "syn.txt").chmod(0o600)
    (house / "archive/会议/9.txt").write_text("新增\n\n新增的文件。", encoding="utf-8")
    (house / "periods.txt").unlink()
    (house / "best.toml").rename(house / "real.toml")
    (house / "best.toml").symlink_to("real.toml")
    (house / "real.toml").write_text("", encoding="utf-8")
    run(house, "index")
    before = contents(house)
    done = run(house, "restore", tmp_path / "b.tar.gz")
    assert done.exit_code == 2
    assert f"{house}/syn.txt (synonyms) is there and differs" in done.stderr
    assert f"{house}/index (index) is there and differs" in done.stderr
    assert contents(house) == before
    assert run(house, "restore", tmp_path / "b.tar.gz", "--force", "--dry-run").exit_code == 0
    assert contents(house) == before
    done = run(house, "restore", tmp_path / "b.tar.gz", "--force")
    assert done.exit_code == 0, done.stderr
    assert f"replaced: {house}/syn.txt (synonyms)\n" in done.stdout
    assert f"restored: {house}/periods.txt (calendar)\n" in done.stdout
    assert (house / "syn.txt").stat().st_mode & 0o777 == 0o600
    assert (house / "best.toml").is_symlink()
    assert (house / "real.toml").read_text(encoding="utf-8") == HOUSE["best.toml"]
    live = open_index(house / "index")
    assert (live.generation.number, live.generation.manifest.previous, live.reader.document_count) == (3, 2, 4)
    assert json.loads(run(house, "index", "--json").stdout)["added"] == ["archive/会议/9.txt"]
    assert run(house, "rollback").exit_code == 0


def test_the_state_of_another_index_is_left_out(house: Path, tmp_path: Path) -> None:
    run(house, "backup", tmp_path / "b.tar.gz")
    run(house, "reindex")
    before = (house / "index/state.sqlite").read_bytes()
    done = run(house, "restore", tmp_path / "b.tar.gz", "--force")
    assert (done.exit_code, (house / "index/state.sqlite").read_bytes()) == (0, before)
    assert "the state was left out" in done.stderr


def test_an_index_of_another_version_is_left_out_and_the_rest_restored(house: Path, tmp_path: Path) -> None:
    edit_manifest(house / "index/gen-000001", '"normalizer": "', '"normalizer": "0')
    assert run(house, "backup", tmp_path / "b.tar.gz", "--with-index").exit_code == 0
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert done.exit_code == 1
    assert "was built by another version (the normalizer" in done.stderr
    assert (tmp_path / "new/syn.txt").read_text(encoding="utf-8") == HOUSE["syn.txt"]
    assert not list((tmp_path / "new/index").glob("gen-*"))


def test_what_cannot_be_written_is_listed_and_the_rest_is_done(house: Path, tmp_path: Path) -> None:
    run(house, "backup", tmp_path / "b.tar.gz")
    (house / "archive/overrides.toml").unlink()
    (house / "archive/overrides.toml.new").mkdir()
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert done.exit_code == 1
    assert "overrides.toml): cannot be written: Is a directory; the setting `overrides` may name" in done.stderr
    assert (tmp_path / "new/access.toml").exists()
    shutil.rmtree(house)
    done_again = run(tmp_path / "other", "restore", tmp_path / "b.tar.gz")
    assert done_again.exit_code == 1
    assert f"{house}/archive is not there; --root {house}/archive=NEW says" in done_again.stderr


def test_a_restore_that_is_killed_leaves_no_index_or_a_whole_one(house: Path, tmp_path: Path, forks: Forks) -> None:
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    new = tmp_path / "new"
    words = ("--config", new / "archive.toml", "restore", tmp_path / "b.tar.gz")
    passed = forks.run(Failpoint(str(new)), *words).passed
    assert passed > 20
    for at in range(1, passed, passed // 10):
        shutil.rmtree(new)
        assert forks.run(Failpoint(str(new), at=at), *words).returncode < 0
        if (new / "index/CURRENT").exists() and (new / "index/CURRENT").read_text() != "none\n":
            assert open_index(new / "index").degraded is None
        done = run(new, "restore", tmp_path / "b.tar.gz", "--force")
        assert done.exit_code == 0, done.stderr
        assert open_index(new / "index").reader.document_count == 4


def repack(file: Path, change: Change) -> None:
    """Write a backup anew, each of its members by `change`."""
    with tarfile.open(file) as tar:
        members = [(member, own.read() if (own := tar.extractfile(member)) else b"") for member in tar]
    with tarfile.open(file, "w:gz") as tar:
        for member, text in members:
            change(tar, member, text)


def put(tar: tarfile.TarFile, member: tarfile.TarInfo, text: bytes) -> None:
    member.size = len(text)
    tar.addfile(member, io.BytesIO(text))


def add(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Change:
    """Return what adds a member to a backup, named in its list as well."""

    def change(tar: tarfile.TarFile, member: tarfile.TarInfo, text: bytes) -> None:
        if member.name != "manifest.json":
            put(tar, member, text)
            return
        listed = json.loads(text)
        row = name.partition("/")[0]
        row = row if row in {own.name for own in INVENTORY} else "synonyms"
        listed["items"].append({**listed["items"][1], "row": row, "member": name, "size": 0, "sha256": EMPTY})
        put(tar, member, json.dumps(listed).encode())
        extra = tarfile.TarInfo(name)
        extra.type, extra.linkname = kind, link
        tar.addfile(extra)

    return change


def edit(old: str, new: str) -> Change:
    """Return what changes the list of a backup."""

    def change(tar: tarfile.TarFile, member: tarfile.TarInfo, text: bytes) -> None:
        assert member.name != "manifest.json" or old.encode() in text
        put(tar, member, text.replace(old.encode(), new.encode()) if member.name == "manifest.json" else text)

    return change


def rename(old: str, new: str) -> Change:
    """Return what calls a member by another name, in the list too."""

    def change(tar: tarfile.TarFile, member: tarfile.TarInfo, text: bytes) -> None:
        member.name = member.name.replace(old, new)
        put(tar, member, text.replace(old.encode(), new.encode()) if member.name == "manifest.json" else text)

    return change


def spoil(tar: tarfile.TarFile, member: tarfile.TarInfo, text: bytes) -> None:
    put(tar, member, text.replace("科普".encode(), "科幻".encode()))


def drop(tar: tarfile.TarFile, member: tarfile.TarInfo, text: bytes) -> None:
    if member.name != "synonyms/syn.txt":
        put(tar, member, text)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (spoil, "is damaged: "),
        (drop, "is damaged: it lacks synonyms/syn.txt"),
        (add("../../escaped"), "holds '../../escaped', which is none"),
        (add("synonyms/../../escaped"), "holds 'synonyms/../../escaped', which is none"),
        (add("index/.."), "holds 'index/..', which is none"),
        (add("/etc/escaped"), "holds '/etc/escaped', which is none"),
        (add("synonyms/link", tarfile.SYMTYPE, "/etc/passwd"), "holds 'synonyms/link', which is none"),
        (add("synonyms/hard", tarfile.LNKTYPE, "settings/archive.toml"), "holds 'synonyms/hard', which is none"),
        (add("synonyms/device", tarfile.CHRTYPE), "holds 'synonyms/device', which is none"),
        (edit('"format": 1', '"format": 2'), "is a backup of format 2"),
        (edit('"row": "best"', '"row": "passwd"'), "holds passwd, which version 0.2.0 knows and this one does not"),
    ],
)
def test_a_backup_that_is_not_what_it_says_changes_nothing(
    house: Path, tmp_path: Path, change: Change, sentence: str
) -> None:
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    repack(tmp_path / "b.tar.gz", change)
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert done.exit_code == 2, done.stdout
    assert sentence in done.stderr
    assert not (tmp_path / "new").exists()


def test_an_index_of_other_files_than_it_says_is_left_out(house: Path, tmp_path: Path) -> None:
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    repack(tmp_path / "b.tar.gz", rename("_MAIN_1.toc", "_MAIN_9.toc"))
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert done.exit_code == 1
    assert "b.tar.gz holds other files than its index says" in done.stderr
    assert not re.search("nothing was changed|check --repair", done.stderr)
    assert not list((tmp_path / "new/index").glob("gen-*"))


@pytest.mark.parametrize("cut", [0, 10, -1, -9, -3000])
def test_a_backup_that_was_cut_changes_nothing(house: Path, tmp_path: Path, cut: int) -> None:
    run(house, "backup", tmp_path / "b.tar.gz")
    data = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "b.tar.gz").write_bytes(data[: cut % len(data)])
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert (done.exit_code, (tmp_path / "new").exists()) == (2, False)
    assert "nothing was changed" in done.stderr
    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(b"x" * 2000))
    assert "no backup" in run(tmp_path / "new", "restore", tmp_path / "b.tar.gz").stderr


# --- move and doctor read the same table


def test_a_move_says_what_still_names_the_old_folder_and_what_stays_behind(house: Path, tmp_path: Path) -> None:
    shutil.copytree(house / "archive", tmp_path / "new")
    (tmp_path / "new/overrides.toml").unlink()
    done = run(house, "move", house / "archive", tmp_path / "new")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        f"the setting `archive` still names {house}/archive",
        f"{house}/archive/overrides.toml stays behind: copy it to {tmp_path}/new/overrides.toml, or the next run forgets what it says",
    ]


def test_doctor_says_what_of_the_settings_is_missing_or_open_to_others(house: Path, token: str) -> None:
    assert "settings need them" not in run(house, "doctor").stdout
    (house / "best.toml").unlink()
    (house / "periods.txt").unlink()
    (house / "periods.txt").symlink_to("periods.txt")
    (house / "index/keys.json").chmod(0o666)
    found = json.loads(run(house, "doctor", "--json").stdout)["findings"]
    assert next(own["places"] for own in found if own["name"] == "settings") == [
        f"{house}/periods.txt (calendar) cannot be read: Too many levels of symbolic links",
        f"{house}/best.toml (best) is missing",
        f"{house}/index/keys.json (keys) can be written by others than its owner, who could let anybody read everything",
    ]


def test_the_places_are_those_of_the_settings_also_where_the_index_cannot_be_read(house: Path) -> None:
    (house / "index/CURRENT").write_text("gen-000009\n")
    places = {place.row.name: place.file for place in find_places(read_settings(house / "archive.toml"))}
    assert places["overrides.toml"] == house / "archive/overrides.toml"
    assert places["keys"] == house / "index/keys.json"
    shutil.rmtree(house / "index")
    assert len(find_places(read_settings(house / "archive.toml"))) == len(
        [row for row in INVENTORY if row.kind != "apart"]
    )


def test_a_backup_without_a_settings_file_goes_where_the_settings_of_then_say(
    write: Write, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "一.txt").write_text("单篇\n\n一份单独的文件。", encoding="utf-8")
    update_index(settings, [write(FILES), tmp_path / "一.txt"])
    (tmp_path / "s.txt").write_text("甲=乙\n", encoding="utf-8")
    monkeypatch.setenv("ARCHIVE_SYNONYMS", "s.txt")
    runner = CliRunner()
    assert runner.invoke(indexer_main, ["--index", "index", "backup", "b.tar.gz", "--with-index"]).exit_code == 0
    monkeypatch.delenv("ARCHIVE_SYNONYMS")
    done = runner.invoke(indexer_main, ["--index", "other", "restore", "b.tar.gz"])
    assert done.exit_code == 1
    assert "s.txt (synonyms): no setting `synonyms` says where it goes" in done.stderr
    assert open_index(tmp_path / "other").reader.document_count == 5


@pytest.mark.parametrize(("said", "sentence"), [("/a", "is not OLD=NEW"), ("/a=/none", "/none is no folder")])
def test_where_a_folder_lies_must_be_said_of_one_that_is_there(
    house: Path, tmp_path: Path, said: str, sentence: str
) -> None:
    run(house, "backup", tmp_path / "b.tar.gz")
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz", "--root", said)
    assert (done.exit_code, (tmp_path / "new").exists()) == (2, False)
    assert sentence in done.stderr


def test_a_restore_says_what_is_left_to_do(house: Path, tmp_path: Path) -> None:
    text = house.joinpath("archive.toml").read_text(encoding="utf-8")
    house.joinpath("archive.toml").write_text(f'{text}# "{house}/archive" is the first of them\n', encoding="utf-8")
    run(house, "backup", tmp_path / "b.tar.gz")
    run(house, "backup", tmp_path / "i.tar.gz", "--with-index")
    house.joinpath("archive").rename(tmp_path / "papers")
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz", "--root", f"{house}/archive={tmp_path}/papers")
    assert done.exit_code == 0
    assert "documents will begin with papers instead of archive" in done.stderr
    assert tmp_path.joinpath("new/archive.toml").read_text().startswith(f'archive = ["{tmp_path}/papers"]')
    for number, name, way in ((1, "b", f"--root {house}/archive=NEW_FOLDER"), (2, "i", "`indexer move ")):
        done = run(tmp_path / f"new{number}", "restore", tmp_path / f"{name}.tar.gz")
        assert done.exit_code == 1  # the overrides that lie beside the files
        assert f"the archive {house}/archive is not there: mount it, or say by {way}" in done.stderr
    settings = tmp_path / "new/archive.toml"
    settings.write_text(
        f'{settings.read_text(encoding="utf-8")}keys = "{tmp_path}/papers/keys.json"\n', encoding="utf-8"
    )
    run(tmp_path / "new", "backup", tmp_path / "k.tar.gz")
    (tmp_path / "other").mkdir()
    done = run(tmp_path / "last", "restore", tmp_path / "k.tar.gz", "--root", f"{tmp_path}/papers={tmp_path}/other")
    assert f"the setting `keys` still names {tmp_path}/papers/keys.json\n" in done.stderr


def test_an_index_can_be_read_by_no_more_people_than_before(house: Path, tmp_path: Path) -> None:
    (house / "index").chmod(0o750)
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    new = tmp_path / "new"
    assert run(new, "restore", tmp_path / "b.tar.gz").exit_code == 0
    modes = {path.stat().st_mode & 0o777 for path in (new / "index", *new.joinpath("index").rglob("*"))}
    assert modes == {0o750, 0o640}


def test_the_command_that_builds_the_index_anew_names_all_folders_where_settings_do_not(
    house: Path, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/一.txt").write_text("单篇\n\n一份单独的文件。", encoding="utf-8")
    run(house, "index", tmp_path / "more")
    run(house, "backup", tmp_path / "b.tar.gz")
    new = tmp_path / "new"
    done = run(new, "restore", tmp_path / "b.tar.gz")
    assert (command := f"index {house}/archive {tmp_path}/more") in done.stderr
    assert json.loads(run(new, *command.split(), "--json").stdout)["documents"] == 5


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_restores_belongs_to_whoever_it_belonged_to(house: Path, token: str, tmp_path: Path) -> None:
    own = pwd.getpwnam("nobody")
    for path in (
        house / "index",
        *house.joinpath("index").rglob("*"),
        house / "access.toml",
        house / "kept/misses.sqlite",
    ):
        os.chown(path, own.pw_uid, own.pw_gid)
    os.chown(house / "index/keys.json", 0, 0)
    (house / "access.toml").chmod(0o640)
    run(house, "backup", tmp_path / "b.tar.gz", "--with-index")
    new = tmp_path / "new"
    for force in ((), ("--force",)):  # into an index that is not there, and into one that differs
        assert run(new, "restore", tmp_path / "b.tar.gz", *force).exit_code == 0
        of_root = {path.relative_to(new) for path in new.rglob("*") if path.stat().st_uid == 0}
        assert {str(path) for path in of_root} == {
            "archive.toml", "dict.txt", "syn.txt", "periods.txt", "best.toml", "own.toml", "index/keys.json",
        }  # fmt: skip
        run(new, "reindex")
        os.chown(new / "index/LOCK", own.pw_uid, own.pw_gid)
        for path in (
            *new.glob("index/gen-*"),
            *new.glob("index/gen-*/*"),
            new / "index/CURRENT",
            new / "index/state.sqlite",
        ):
            os.chown(path, own.pw_uid, own.pw_gid)
    assert new.joinpath("access.toml").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owners_that_this_machine_does_not_know_are_named(house: Path, tmp_path: Path) -> None:
    run(house, "backup", tmp_path / "b.tar.gz")
    repack(tmp_path / "b.tar.gz", edit('"owner": "root"', '"owner": "weg"'))
    done = run(tmp_path / "new", "restore", tmp_path / "b.tar.gz")
    assert "no user or group here is called weg: what was theirs belongs to root" in done.stderr
    assert "weg" not in run(tmp_path / "new", "restore", tmp_path / "b.tar.gz").stderr
