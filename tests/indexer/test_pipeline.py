"""Incremental updates: what changed, came, moved and went; nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from indexer import Settings, open_index
from indexer.analysis.analyzer import use_dictionary
from indexer.analysis.normalize import NORMALIZER_VERSION
from indexer.document import Document, to_record
from indexer.engine.whoosh.arrays import ArrayFileWriter
from indexer.engine.whoosh.columns import write_columns
from indexer.errors import (
    EmptyArchiveError,
    IndexFormatError,
    MissingArchiveError,
    NoArchiveNamedError,
    OverlappingArchiveError,
    ShrinkError,
    UnreadableFileError,
    UnusableArchiveError,
)
from indexer.query import Phrase
from indexer.reading import FoundFile, read_file
from indexer.store.generations import make_current, read_current
from indexer.store.state import STATE_FILE, SeenFile, read_state
from indexer.updating.pipeline import move_archive, reasons_to_rebuild, rebuild_index, update_index
from indexer.updating.reuse import describe_parsers
from tests.conftest import CORPUS, Write, edit_manifest

TEN = {f"{n}.txt": f"标题第{n}号\n来源：甲\n\n这是第{n}份文件的正文，内容是独特的句子{n * 1111}。" for n in range(10)}


def bodies(settings: Settings) -> set[str]:
    reader = open_index(settings.index).reader
    return {document.body for document in reader.iter_documents()}


def count(settings: Settings, phrase: str) -> int:
    reader = open_index(settings.index).reader
    return len(reader.find_keys(Phrase(phrase)))


def test_new_changed_renamed_and_deleted_files_are_told_apart(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    first = update_index(settings, [archive])
    assert (len(first.added), first.documents, first.generation) == (10, 10, 1)
    (archive / "0.txt").unlink()
    (archive / "1.txt").rename(archive / "moved.txt")
    write(
        {
            "2.txt": "标题改过了\n来源：甲\n\n这份文件改成了别的文字，原来的没有了。",
            "new.txt": "新的文件\n来源：乙\n\n新来的正文在这里，从前没有。",
        }
    )
    second = update_index(settings, [archive])
    assert second.added == ["archive/new.txt"]
    assert second.changed == ["archive/2.txt"]
    assert second.renamed == ["archive/1.txt -> archive/moved.txt"]
    assert second.deleted == ["archive/0.txt"]
    assert (second.unchanged, second.documents, second.generation) == (7, 10, 2)
    assert count(settings, "独特的句子2222") == count(settings, "独特的句子0") == 0
    assert count(settings, "改成了别的文字") == count(settings, "独特的句子1111") == 1


def test_an_unchanged_archive_makes_no_generation(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    os.utime(archive / "3.txt", (1, 1))
    report = update_index(settings, [archive])
    assert (report.generation, report.unchanged, report.changed) == (1, 10, [])


def test_a_change_that_keeps_size_and_time_is_seen(write: Write, settings: Settings) -> None:
    archive = write({"a.txt": "标题\n来源：甲\n\n正文甲甲甲甲。"})
    status = (archive / "a.txt").stat()
    update_index(settings, [archive])
    write({"a.txt": "标题\n来源：甲\n\n正文乙乙乙乙。"})
    os.utime(archive / "a.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert update_index(settings, [archive]).changed == ["archive/a.txt"]


def test_updates_end_where_a_rebuild_ends(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    (archive / "9.txt").unlink()
    write({"0.txt": "别的\n来源：甲\n\n别的正文，换了内容。", "b.txt": "简报\n来源：乙\n\n简报正文，只有一段话。"})
    update_index(settings, [archive])
    other = Settings(index=tmp_path / "other")
    rebuild_index(other, [archive])
    assert bodies(settings) == bodies(other)


def test_without_a_path_the_known_folders_are_updated(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    write({"new.txt": "新\n\n新的正文，在这里，写了一句话。"})
    assert update_index(settings, []).added == ["archive/new.txt"]


def test_a_second_folder_joins_and_leaves_the_first_alone(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(TEN)
    other = tmp_path / "more" / "archive"
    other.mkdir(parents=True)
    (other / "a.txt").write_text("另一个\n\n另一个文件夹里的正文，名字相同。", encoding="utf-8")
    update_index(settings, [archive])
    report = update_index(settings, [other])
    assert report.added == ["archive-2/a.txt"]
    assert (report.documents, report.unchanged) == (11, 0)
    (archive / "0.txt").unlink()
    assert update_index(settings, [other]).deleted == []
    assert update_index(settings, []).deleted == ["archive/0.txt"]


def test_a_folder_inside_a_known_one_is_no_second_archive(write: Write, settings: Settings) -> None:
    archive = write({**TEN, "sub/x.txt": "子文件夹\n\n子文件夹里的正文，写一句话。"})
    update_index(settings, [archive])
    assert update_index(settings, [archive / "sub"]).documents == 11
    with pytest.raises(OverlappingArchiveError, match="is in the index already"):
        update_index(settings, [archive.parent])


def test_reindex_with_a_path_makes_it_the_whole_archive(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(TEN)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("另一个\n\n另一个文件夹里的正文，写一句话。", encoding="utf-8")
    update_index(settings, [archive])
    with pytest.raises(ShrinkError, match="10 of 10"):
        rebuild_index(settings, [other])
    assert rebuild_index(settings, [other], allow_shrink=True).documents == 1
    assert count(settings, "独特的句子") == 0


def test_a_run_that_would_lose_many_files_stops(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    for n in range(3):
        (archive / f"{n}.txt").unlink()
    with pytest.raises(ShrinkError, match="3 of 10 indexed files are gone"):
        update_index(settings, [archive])
    assert len(bodies(settings)) == 10
    assert update_index(settings, [archive], allow_shrink=True).documents == 7


def test_renaming_everything_is_no_loss(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    (archive / "new").mkdir()
    for file in archive.glob("*.txt"):
        file.rename(archive / "new" / file.name)
    report = update_index(settings, [archive])
    assert (len(report.renamed), report.documents) == (10, 10)


def test_a_bad_file_is_recorded_and_tried_again_and_stops_nothing(write: Write, settings: Settings) -> None:
    archive = write({**TEN, "bad.txt": b"\x00\x01\x02\xff" * 50})
    report = update_index(settings, [archive])
    assert report.failed == [("archive/bad.txt", "is not text: it holds NUL bytes")]
    assert report.documents == 10
    with read_state(settings.index) as state:
        assert state.read_files(1)["archive/bad.txt"].outcome == "failed"
    write({"bad.txt": "修好了\n\n现在可以读了，正文在这里。"})
    again = update_index(settings, [archive])
    assert (again.failed, again.documents) == ([], 11)


def test_a_file_that_becomes_unreadable_keeps_its_documents(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    write({"5.txt": b"\x00\x01\x02\xff" * 50})
    report = update_index(settings, [archive])
    assert [path for path, _ in report.failed] == ["archive/5.txt"]
    assert count(settings, "独特的句子5555") == 1


def test_a_file_that_goes_on_failing_makes_no_generation(write: Write, settings: Settings) -> None:
    archive = write({**TEN, "bad.txt": b"\x00\x01\x02\xff" * 50})
    update_index(settings, [archive])
    again = update_index(settings, [archive])
    assert (again.generation, again.changed, len(again.failed)) == (1, [], 1)


def test_many_files_that_become_unusable_stop_a_rebuild_and_an_update(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    write({f"{n}.txt": "" for n in range(4)})
    for build in (update_index, rebuild_index):
        with pytest.raises(ShrinkError, match="4 of 10"):
            build(settings, [archive])
    assert len(bodies(settings)) == 10
    assert update_index(settings, [archive], allow_shrink=True).documents == 6


def test_two_names_that_read_the_same_are_both_indexed(write: Write, settings: Settings) -> None:
    archive = write({"中文.txt": "甲\n\n第一份文件的正文，写一句话。"})
    Path(os.fsdecode(os.fsencode(archive) + b"/" + "中文.txt".encode("gbk"))).write_text(
        "乙\n\n第二份文件的正文，写一句话。"
    )
    assert update_index(settings, [archive]).documents == 2


def test_an_id_stays_with_the_file_that_cannot_be_read_now(write: Write, settings: Settings) -> None:
    record = json.dumps({"id": "x", "title": "t", "text": "第一条"}, ensure_ascii=False)
    archive = write({"2.jsonl": record})
    update_index(settings, [archive])
    write({"2.jsonl": b"\x00\x01\x02\xff" * 50, "1.jsonl": record.replace("一", "二")})
    update_index(settings, [archive])
    reader = open_index(settings.index).reader
    found = {document.body: document.id for document in reader.iter_documents()}
    assert set(found) == {"第一条", "第二条"}
    assert found["第一条"] == "x" != found["第二条"]


def test_paths_that_cannot_be_opened_are_one_sentence(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "loop", tmp_path / ("x" * 300)):
        with pytest.raises(UnusableArchiveError, match="cannot be opened"):
            update_index(settings, [path])


def test_a_folder_named_in_gbk_is_an_archive_like_any_other(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("档案".encode("gbk"))
    folder.mkdir()
    (folder / "a.txt").write_text("标题\n\n正文在这里，写一句话。", encoding="utf-8")
    assert update_index(settings, [folder]).added == ["档案/a.txt"]
    assert update_index(settings, []).unchanged == 1


def test_a_dry_run_says_all_and_changes_nothing(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    report = update_index(settings, [archive], dry_run=True)
    assert len(report.added) == 10
    assert not settings.index.exists()
    update_index(settings, [archive])
    (archive / "0.txt").unlink()
    assert update_index(settings, [archive], dry_run=True).deleted == ["archive/0.txt"]
    assert len(bodies(settings)) == 10


def test_two_records_with_one_id_are_both_kept(write: Write, settings: Settings) -> None:
    lines = [json.dumps({"id": "same", "title": "t", "text": text}) for text in ("第一条", "第二条")]
    archive = write(
        {"a.jsonl": "\n".join(lines), "b.jsonl": json.dumps({"id": "same", "title": "t", "text": "第三条"})}
    )
    report = update_index(settings, [archive])
    assert bodies(settings) == {"第一条", "第二条", "第三条"}
    assert all("'same' is taken by archive/a.jsonl" in reason for _, reason in report.failed)
    write({"c.jsonl": json.dumps({"id": "same", "title": "t", "text": "第四条"})})
    assert "taken by" in update_index(settings, [archive]).failed[0][1]


def test_a_document_that_the_engine_refuses_costs_only_itself(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = write_columns

    def refuse_one(file: ArrayFileWriter, documents: list[Document]) -> None:
        if any(document.path == "archive/5.txt" for document in documents):
            raise ValueError("no such thing")
        accept(file, documents)

    monkeypatch.setattr("indexer.engine.whoosh.segment_writing.write_columns", refuse_one)
    report = update_index(settings, [write(TEN)])
    assert report.failed == [("archive/5.txt", "the index refused it: ValueError('no such thing')")]
    assert len(bodies(settings)) == report.documents == 9
    again = update_index(settings, [])
    assert (again.generation, len(again.failed)) == (1, 1)


def test_an_empty_file_is_known_and_gives_nothing(write: Write, settings: Settings) -> None:
    report = update_index(settings, [write({**TEN, "empty.txt": " \n\n"})])
    assert (report.empty, report.documents) == (["archive/empty.txt"], 10)


def test_missing_empty_and_unnamed_archives_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(MissingArchiveError, match="does not exist"):
        update_index(settings, [tmp_path / "none"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyArchiveError, match="no file to index"):
        update_index(settings, [tmp_path / "empty"])
    with pytest.raises(NoArchiveNamedError):
        update_index(settings, [])


def test_a_vanished_archive_loses_nothing(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    archive.rename(archive.with_name("away"))
    with pytest.raises(MissingArchiveError):
        update_index(settings, [])
    assert len(bodies(settings)) == 10


def test_an_index_of_another_analyzer_asks_for_a_rebuild(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    live = read_current(settings.index)
    assert live is not None
    edit_manifest(live.folder, f'"normalizer": "{NORMALIZER_VERSION}"', '"normalizer": "0"')
    with pytest.raises(IndexFormatError, match=rf"the normalizer \(0 to {NORMALIZER_VERSION}\) changed"):
        update_index(settings, [archive])
    with pytest.raises(IndexFormatError):
        open_index(settings.index)
    assert reasons_to_rebuild(settings) == [f"the normalizer (0 to {NORMALIZER_VERSION})"]
    rebuild_index(settings, [])
    assert reasons_to_rebuild(settings) == []
    assert len(bodies(settings)) == 10


def test_a_passing_failure_is_over_when_the_file_can_be_read_again(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write(TEN)
    real = read_file

    def fail_once(file: FoundFile) -> tuple[bytes, str]:
        if file.path.endswith("/2.txt"):
            raise UnreadableFileError("cannot be read: Input/output error")
        return real(file)

    monkeypatch.setattr("indexer.updating.extraction.read_file", fail_once)
    assert len(update_index(settings, [archive]).failed) == 1
    monkeypatch.setattr("indexer.updating.extraction.read_file", real)
    report = update_index(settings, [])
    assert (report.failed, report.documents) == ([], 10)


def test_ids_of_a_file_that_fails_late_are_not_given_away(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.updating.building._LARGEST_BATCH", 100)  # a batch for each file
    monkeypatch.setattr("indexer.updating.building._SMALLEST_BATCH", 100)
    archive = write({"k1.jsonl": record("a", "甲" * 50), "k2.jsonl": record("x", "乙" * 50)})
    update_index(settings, [archive])
    write({"k1.jsonl": record("a", "甲" * 50) + "\n" + record("x", "丙" * 50), "k2.jsonl": b"\0\1"})
    report = update_index(settings, [])
    assert report.documents == 3
    documents = list(open_index(settings.index).reader.iter_documents())
    assert len({document.id for document in documents}) == 3
    assert {document.body[0] for document in documents} == {"甲", "乙", "丙"}
    assert next(document.body[0] for document in documents if document.id == "x") == "乙"


def test_a_file_that_changes_between_two_readings_costs_only_itself(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write({"1.jsonl": record("a", "甲甲"), "2.jsonl": record("a", "乙乙") + "\n" + record("c", "丁丁")})
    real = read_file
    readings: list[str] = []

    def read_and_change(file: FoundFile) -> tuple[bytes, str]:
        readings.append(file.path)
        if readings.count("archive/2.jsonl") == 2 and file.path == "archive/2.jsonl":
            write({"2.jsonl": record("c", "丁丁") + "\n" + record("a", "戊戊")})
        return real(file)

    monkeypatch.setattr("indexer.updating.extraction.read_file", read_and_change)
    report = update_index(settings, [archive])
    assert [path for path, _ in report.failed] == ["archive/2.jsonl"]
    assert bodies(settings) == {"甲甲"}
    monkeypatch.setattr("indexer.updating.extraction.read_file", real)
    update_index(settings, [])
    assert bodies(settings) == {"甲甲", "丁丁", "戊戊"}


def record(document_id: str, text: str) -> str:
    return json.dumps({"id": document_id, "title": "t", "text": text}, ensure_ascii=False)


def records(settings: Settings) -> list[dict[str, Any]]:
    """Return all that an index holds, as `export` prints it."""
    return [to_record(document) for document in open_index(settings.index).reader.iter_documents()]


def rebuilt(settings: Settings, archive: Path, tmp_path: Path) -> list[dict[str, Any]]:
    """Return what an index holds that is made of the files alone."""
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        fresh = settings.model_copy(update={"index": Path(folder) / "index"})
        update_index(fresh, [archive])
        return records(fresh)


# Of every making: a corpus, lines of JSON in several parts, a text in pieces, two articles in a file, flags, overrides.
def many_files() -> dict[str, str | bytes]:
    items = [
        {"id": f"n/{n}", "title": f"第{n}条", "text": f"省科协主席王延飞指出，第{n}条要保护好黄河。" * 40}
        | ({"date": "2021-03-12", "source": "甲报"} if n % 3 else {})
        for n in range(700)
    ]
    article = "某市召开科普工作会议\n2021-03-12 来源：某报\n\n3月11日，某市召开会议，市科协主席李红在会上强调，要把事情做好。\n"
    return {
        "news.jsonl": "\n".join(json.dumps(item, ensure_ascii=False) for item in items),
        "long.txt": "这一行写的是同样的话。\n" * 100_500,
        "two.txt": f"{article}{'=' * 20}\n{article.replace('某市', '邻市')}",
        "lost.txt": b"\xe6\xa0\x87\xe9\xa2\x98\n\n\xff"
        + "正文里有一个字坏了，其他的都还在这里，写得清清楚楚。".encode(),
        "own.txt": article,
        "overrides.toml": '["own.txt"]\nsource = "更正的来源"\n',
    }


def test_a_rebuild_takes_over_what_did_not_change_as_it_would_be_parsed(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    archive = write(many_files())
    shutil.copytree(CORPUS, archive / "corpus")
    update_index(settings, [archive])
    words = tmp_path / "words.txt"
    words.write_text("科普工作\n事情做好 nr\n", encoding="utf-8")
    changed = settings.model_copy(update={"dictionary": words})
    report = rebuild_index(changed, [])
    files = len(read_files(settings))
    assert report.documents > 780
    assert report.taken_over == files - len(report.empty) - len(report.failed)
    assert report.taken_over > 70
    expected = rebuilt(changed, archive, tmp_path)
    assert records(settings) == expected
    assert rebuild_index(changed.model_copy(update={"processes": 2}), []).taken_over == report.taken_over
    assert records(settings) == expected
    use_dictionary(None)


def read_files(settings: Settings) -> dict[str, SeenFile]:
    live = read_current(settings.index)
    assert live is not None
    with read_state(settings.index) as state:
        return state.read_files(live.number)


def test_a_rebuild_parses_what_changed_however_little(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(
        {
            **TEN,
            "broken.jsonl": '{"text": "一条记录的正文。"}\n{\n',
            "same.jsonl": '{"id": "a", "title": "甲", "text": "正文甲。"}\n{"id": "a", "title": "乙", "text": "正文乙。"}\n',
        }
    )
    update_index(settings, [archive])
    assert rebuild_index(settings, []).taken_over == 10
    status = (archive / "0.txt").stat()
    write({"0.txt": TEN["0.txt"].replace("甲", "乙")})
    os.utime(archive / "0.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    (archive / "1.txt").rename(archive / "moved.txt")
    write({"overrides.toml": '["2.txt"]\nsource = "丙"\n'})
    os.utime(archive / "3.txt", (1, 1))
    report = rebuild_index(settings, [])
    assert report.taken_over == 7
    assert len(report.failed) == 2, "what could not be used is told again"
    assert records(settings) == rebuilt(settings, archive, tmp_path)
    write({"overrides.toml": ""})
    assert rebuild_index(settings, []).taken_over == 9
    assert records(settings) == rebuilt(settings, archive, tmp_path)


def test_a_moved_archive_is_taken_over(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    moved = archive.rename(tmp_path / "moved")
    move_archive(settings, archive, new=moved)
    assert rebuild_index(settings, []).taken_over == 10


def test_damage_falls_back_to_the_files(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    expected = records(settings)
    live = read_current(settings.index)
    assert live is not None
    taken = []
    for file in [live.folder / name for name in live.manifest.checksums]:
        whole = file.read_bytes()
        for place in sorted({len(whole) * tenth // 10 for tenth in range(1, 10)}):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            taken.append(rebuild_index(settings, []).taken_over)
            assert records(settings) == expected, (file.name, place)
            file.write_bytes(whole)
            make_current(settings.index, live)
    assert min(taken) == 0
    assert max(taken) == 10, "what is whole is taken all the same"


def test_nothing_is_taken_over_that_something_else_parsed(write: Write, settings: Settings) -> None:
    archive = write(TEN)
    update_index(settings, [archive])
    ours = describe_parsers()
    live = read_current(settings.index)
    assert live is not None
    edit_manifest(live.folder, f'"parsed_by": "{ours}"', '"parsed_by": "other"')
    write({"new.txt": "新\n\n新的正文，在这里，写了一句话。"})
    update_index(settings, [archive])
    assert rebuild_index(settings, []).taken_over == 0, "an update keeps documents of the other"
    (settings.index / STATE_FILE).unlink()
    assert rebuild_index(settings, []).taken_over == 0, "nobody knows what the files were"
    assert rebuild_index(settings, []).taken_over == 11
