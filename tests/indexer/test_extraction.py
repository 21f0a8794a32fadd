"""Preparing in several processes: the same index whatever their number, and none at all where one of them dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import time
from pathlib import Path

import pytest

from indexer import Everything, Phrase, Run, Settings, open_index
from indexer.errors import DamagedIndexError, EngineError, WorkerError
from indexer.reading import Root, WalkNotes, walk
from indexer.updating.extraction import cut_batches
from indexer.updating.pipeline import rebuild_index, update_index
from indexer.updating.workers import in_order
from tests.conftest import Write, program

LINES = [
    {"id": f"r{n % 450}", "title": f"标题{n}", "text": f"会议第{n}次召开，讨论了科普工作。" * 20} for n in range(500)
]
FILES: dict[str, str | bytes] = {
    "big.jsonl": "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES),
    "bad.txt": b"\0\1\2",
    **{f"{n}.txt": f"标题第{n}号\n来源：甲\n\n这是第{n}份文件的正文，写一句话。" for n in range(40)},
}


def settings_for(tmp_path: Path, processes: int) -> Settings:
    return Settings(index=tmp_path / f"index{processes}", processes=processes, memory=2000)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.updating.building._LARGEST_BATCH", 50_000)
    monkeypatch.setattr("indexer.updating.building._SMALLEST_BATCH", 50_000)


def test_the_index_is_the_same_whatever_the_number_of_processes(write: Write, tmp_path: Path) -> None:
    archive = write(FILES)
    found = []
    for processes in (1, 3):
        settings = settings_for(tmp_path, processes)
        report = rebuild_index(settings, [archive])
        reader = open_index(settings.index).reader
        hits = reader.run(Run(Everything(), limit=1000)).hits
        found.append(
            (
                report.documents,
                sorted(report.failed),
                reader.read([key for key, _ in hits]),
                [len(reader.find_keys(Phrase(text))) for text in ("科普工作", "第7次", "份文件")],
                {
                    file.name: file.stat().st_size
                    for file in settings.index.glob("gen-*/*.arrays")
                    if "MAIN" not in file.name
                },
                sorted(file.stat().st_size for file in settings.index.glob("gen-*/MAIN*.arrays")),
            )
        )
    assert found[0] == found[1]
    assert found[0][0] == 540
    assert len(found[0][1]) == 1 + 4  # the file that is no text; three of the taken ids, and how many more


def test_a_large_file_of_records_is_cut_between_lines(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write({"big.jsonl": FILES["big.jsonl"]})
    files = list(walk(Root(archive, "a"), [], notes=WalkNotes()))
    monkeypatch.setattr("indexer.reading.files._BLOCK", 1000)
    parts = [part for batch in cut_batches(tmp_path, files, most=20_000) for part in batch.parts]
    assert len(parts) > 10
    data = (archive / "big.jsonl").read_bytes()
    pieces = [data[part.lines.start : part.lines.end] for part in parts if part.lines]
    assert b"".join(pieces) == data
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])
    firsts = [part.lines.first_line for part in parts if part.lines]
    assert firsts == [1 + data[: part.lines.start].count(b"\n") for part in parts if part.lines]
    wide = write({"wide.jsonl": str(FILES["big.jsonl"]).encode("utf-16")})
    files = [file for file in walk(Root(wide, "a"), [], notes=WalkNotes()) if "wide" in file.path]
    assert len([part for batch in cut_batches(tmp_path, files, most=20_000) for part in batch.parts]) == 1


def test_records_of_a_file_in_many_pieces_keep_their_lines(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.reading.files._BLOCK", 1000)
    lines = str(FILES["big.jsonl"]).split("\n")
    lines[300] = "{"
    report = update_index(settings_for(tmp_path, 1), [write({"big.jsonl": "\n".join(lines)})])
    assert report.documents == 499
    assert any(reason.startswith("line 301: is not JSON") for _, reason in report.failed)
    assert update_index(settings_for(tmp_path, 1), []).unchanged == 1


def test_a_killed_worker_fails_the_run_and_keeps_the_index(write: Write, tmp_path: Path) -> None:
    archive = write({"first.txt": "标题\n来源：甲\n\n最早的正文。"})
    settings = settings_for(tmp_path, 2)
    update_index(settings, [archive])
    write({f"{n}.txt": ("题目\n来源：甲\n\n" + f"第{n}份正文，讨论了科普工作。" * 40_000) for n in range(24)})
    command = [program("indexer"), "--index", str(settings.index), "index", "--processes", "2", "--memory", "2000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        victims: list[int] = []
        while not victims and process.poll() is None:
            time.sleep(0.02)
            victims = workers_of(process.pid)
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait() == 2
    assert "a worker process was killed" in said
    assert "Traceback" not in said
    reader = open_index(settings.index).reader
    assert (reader.document_count, len(reader.find_keys(Phrase("最早的正文")))) == (1, 1)
    assert len(list(settings.index.glob("gen-*"))) == 1


def workers_of(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, command in commands.items() if b"spawn_main" in command]


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert list(in_order(abs, range(-40, 0), processes=3)) == list(range(40, 0, -1))
    assert list(in_order(abs, [], processes=2)) == []


def test_a_worker_that_ends_is_an_error_and_leaves_nothing_behind() -> None:
    with pytest.raises(WorkerError):
        list(in_order(os._exit, [1, 1, 1], processes=2))
    assert not multiprocessing.active_children()


def test_an_error_of_a_task_is_raised_where_the_task_came_from() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_order(int, ["1", "x", "3"], processes=2))
    results = in_order(int, ["1", "2", "3"], processes=2)
    assert next(results) == 1
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_workers_end_with_the_process_that_began_them(write: Write, tmp_path: Path) -> None:
    archive = write({f"{n}.txt": "题目\n\n" + f"第{n}份正文，讨论了科普工作。" * 40_000 for n in range(24)})
    command = [program("indexer"), "--index", str(tmp_path / "index"), "index", str(archive), "--processes", "2"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        workers: list[int] = []
        while len(workers) < 2 and process.poll() is None:
            time.sleep(0.02)
            workers = workers_of(process.pid)
        process.kill()
    for _ in range(200):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            break
        time.sleep(0.05)
    assert len(workers) == 2
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def refuse(_task: int) -> int:
    raise DamagedIndexError(Path("x"), ["y"])


def make_what_cannot_be_carried(_task: int) -> object:
    return lambda: None


def test_errors_that_cannot_travel_keep_their_words() -> None:
    with pytest.raises(EngineError, match="DamagedIndexError: the index is damaged in x: y"):
        list(in_order(refuse, [1, 2], processes=2))
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        list(in_order(make_what_cannot_be_carried, [1, 2], processes=2))


def test_a_file_that_breaks_the_parser_is_a_sentence_and_the_others_go_on(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(text: str, *_: object, **__: object) -> None:
        raise IndexError(text)

    archive = write({"a.txt": "坏", "b.jsonl": '{"text": "好"}'})
    monkeypatch.setattr("indexer.updating.extraction.parse_text", break_down)
    report = update_index(settings, [archive])
    assert report.documents == 1
    assert report.failed == [("archive/a.txt", "could not be parsed, please report it (IndexError: 坏)")]


@pytest.mark.bulk
def test_a_large_text_with_a_wrong_byte_or_a_cut_end_is_cut_and_doubted(write: Write, settings: Settings) -> None:
    line = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。\n".encode()
    archive = write({"bad.txt": line * 30_000 + b"\xff" + line * 30_000, "cut.txt": (line * 60_000)[:-2]})
    report = update_index(settings, [archive])
    assert not report.failed
    documents = {d.order: d for d in open_index(settings.index).reader.iter_documents() if d.path.endswith("bad.txt")}
    assert len(documents) == 2
    assert sorted(d.flags for d in documents.values()) == [(), ("encoding-doubtful", "damaged-characters")]
