"""What people say of a file wins over everything inferred, survives every run, and is checked; and what doctor finds."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile

import pytest

from indexer import Settings, open_index
from indexer.errors import OverridesError
from indexer.updating.pipeline import rebuild_index, update_index
from tests.conftest import Run, Write, program

BODY = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议，并作了交流发言，会议开得很好。"
BULLETIN = f"甲会议召开\n\n{BODY}\n\n某市科协 [2021-03-12]\n\n乙会议召开\n\n{BODY}别的。\n\n某市科协 [2021-03-13]\n"
FILES = {"年/一.txt": f"某会议召开\n来源：某报 2021-03-12\n{BODY}", "二.txt": BULLETIN}


def titles(settings: Settings) -> dict[str, str | None]:
    return {f"{d.path}#{d.order + 1}": d.title for d in open_index(settings.index).reader.iter_documents()}


def test_overrides_win_and_survive_and_act_when_they_change(write: Write, settings: Settings) -> None:
    archive = write(
        {**FILES, "overrides.toml": '["年/一.txt"]\ntitle = "改过的"\ndate = 2020-01-02\n["二.txt#2"]\nauthor = "某人"'}
    )
    update_index(settings, [archive])
    for run in (update_index, rebuild_index):
        documents = {f"{d.path}#{d.order + 1}": d for d in open_index(settings.index).reader.iter_documents()}
        changed = documents["archive/年/一.txt#1"]
        assert (changed.title, changed.date, changed.source) == ("改过的", "2020-01-02", "某报")
        assert changed.evidence["title"].rule == "overrides.toml"
        assert [documents[f"archive/二.txt#{n}"].author for n in (1, 2)] == [None, "某人"]
        run(settings, [])
    write({"overrides.toml": '["二.txt"]\nsource = ""'})
    report = update_index(settings, [])
    assert sorted(report.changed) == ["archive/二.txt", "archive/年/一.txt"]
    documents = {f"{d.path}#{d.order + 1}": d for d in open_index(settings.index).reader.iter_documents()}
    assert documents["archive/年/一.txt#1"].title == "某会议召开"
    assert [documents[f"archive/二.txt#{n}"].source for n in (1, 2)] == [None, None]
    (archive / "overrides.toml").unlink()
    assert update_index(settings, []).changed == ["archive/二.txt"]
    assert update_index(settings, []).unchanged == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('["一.txt"]\ntitel = "x"', '["一.txt"] sets "titel", which is no field; fields are title,'),
        ('["一.txt"]\ndate = "12.3.2021"', "sets date = '12.3.2021', which is no date like 2021-03-12"),
        ('title = "x"', '"title" stands outside any file'),
        ('["一.txt"\ntitle', "cannot be read"),
        ('["一.txt"]\ntitle = ["x"]', "sets title to something that is no text"),
        ('["一.txt"]\ntitle = true', "sets title to something that is no text"),
        ('["一.txt"]\ndate = "2021-02-30"', "which is no date like 2021-03-12"),
        ('["一.txt"]\ndate = "0000"', "which is no date like 2021-03-12"),
        ("a=" + "[" * 5000, "cannot be read"),
        ("a=" + "1" * 5000, "cannot be read"),
    ],
)
def test_a_mistake_is_a_sentence_and_changes_nothing(
    write: Write, settings: Settings, text: str, sentence: str
) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    write({"overrides.toml": text})
    with pytest.raises(OverridesError) as error:
        update_index(settings, [])
    assert sentence in str(error.value)
    assert "overrides.toml" in str(error.value)
    assert titles(settings)["archive/年/一.txt#1"] == "某会议召开"


def test_a_file_that_is_not_there_is_named_and_stops_nothing(write: Write, settings: Settings) -> None:
    archive = write({**FILES, "overrides.toml": '["无.txt"]\ntitle = "x"'})
    report = update_index(settings, [archive])
    assert report.failed == [("archive/overrides.toml", 'names "无.txt", which is no file here')]
    assert report.documents == 3


def test_overrides_are_read_with_a_mark_of_their_encoding_and_only_beside_the_archive(
    write: Write, settings: Settings
) -> None:
    archive = write(
        {
            **FILES,
            "overrides.toml": '\ufeff["年/一.txt"]\ntitle = "改过的"',
            "年/overrides.toml": '["一.txt"]\ntitle = "错"',
        }
    )
    report = update_index(settings, [archive])
    assert titles(settings)["archive/年/一.txt#1"] == "改过的"
    assert report.left_out == [
        ("archive/年/overrides.toml", "is only read in the folder that is indexed, not below it")
    ]


def test_a_document_that_is_not_in_its_file_is_named(write: Write, settings: Settings) -> None:
    report = update_index(settings, [write({**FILES, "overrides.toml": '["二.txt#7"]\nauthor = "某人"'})])
    assert report.failed == [("archive/二.txt", "overrides.toml speaks of number 7 in it, which is no document")]
    assert report.documents == 3


def test_inspect_shows_overrides_evidence_and_people(write: Write, indexer: Run) -> None:
    news = "白渚市科协召开全委会\n2021-03-12 某报\n3月11日，白渚市科协召开四届二次全委会。市科协主席王延飞主持会议。王延飞指出，要抓好落实。"
    archive = write({"a.txt": news, "overrides.toml": '["a.txt"]\neditor = "某编辑"'})
    record = json.loads(indexer("inspect", archive / "a.txt", "--json").stdout)["documents"][0]
    assert record["people"] == [
        {"name": "王延飞", "role": "市科协主席", "parts": ["chaired", "spoke"], "at": 26, "line": 3}
    ]
    assert record["meeting"] == {
        "series": "白渚市科协全委会",
        "name": "四届二次全委会",
        "session": "第4届",
        "number": 2,
    }
    assert [(own["speaker"], own["sure"]) for own in record["speech"]] == [("王延飞", True)]
    assert (record["issuer"], record["meeting_date"], record["editor"]) == ("白渚市科协", "2021-03-11", "某编辑")
    assert record["evidence"]["editor"] == {"line": 0, "rule": "overrides.toml", "text": "某编辑"}
    assert record["evidence"]["date"]["line"] == 2
    shown = indexer("inspect", archive / "a.txt").stdout
    assert "person         王延飞 (市科协主席): chaired, spoke   <- line 3" in shown
    assert "said           王延飞 指出: 王延飞指出，要抓好落实。" in shown


# --- the setting `overrides`: files that lie where nobody may write


def own_file(settings: Settings, text: str) -> Settings:
    file = settings.index.parent / "own.toml"
    file.write_text(text, encoding="utf-8")
    return settings.model_copy(update={"overrides": file})


def values(settings: Settings) -> dict[str, tuple[str | None, str | None]]:
    return {
        f"{d.path.removeprefix('archive/')}#{d.order + 1}": (d.title, d.author)
        for d in open_index(settings.index).reader.iter_documents()
    }


def test_overrides_that_lie_elsewhere_win_value_by_value_and_act_when_they_change(
    write: Write, settings: Settings
) -> None:
    beside = '["年/一.txt"]\ntitle = "甲"\nauthor = "甲某"\n["二.txt#2"]\ntitle = "乙"\nauthor = "乙某"'
    archive = write({**FILES, "overrides.toml": beside})
    own = own_file(settings, '["archive/年/一.txt"]\ntitle = "丙"\n["archive/二.txt"]\nauthor = "丙某"')
    update_index(own, [archive])
    expected = {"年/一.txt#1": ("丙", "甲某"), "二.txt#1": ("甲会议召开", "丙某"), "二.txt#2": ("乙", "丙某")}
    assert values(own) == expected
    rebuild_index(own, [])
    assert values(own) == expected
    assert update_index(own, []).unchanged == 2
    own_file(settings, '["archive/年/一.txt"]\ntitle = "丁"')
    report = update_index(own, [])
    assert sorted(report.changed) == ["archive/二.txt", "archive/年/一.txt"]
    assert values(own)["年/一.txt#1"] == ("丁", "甲某")
    assert values(own)["二.txt#2"] == ("乙", "乙某")
    assert update_index(settings, []).changed == ["archive/年/一.txt"]


def test_mistakes_and_names_in_vain_of_overrides_that_lie_elsewhere_are_told(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    text = '["archive/无.txt"]\ntitle = "x"\n["年/一.txt"]\ntitle = "x"\n["archive/二.txt#7"]\ntitle = "x"'
    own = own_file(settings, text)
    report = update_index(own, [archive])
    assert [path for path, reason in report.failed if "which is no file here" in reason] == [str(own.overrides)] * 2
    assert ("archive/二.txt", "overrides.toml speaks of number 7 in it, which is no document") in report.failed
    other = archive.parent / "other"
    other.mkdir()
    (other / "三.txt").write_text(BODY, encoding="utf-8")
    report = update_index(own_file(settings, '["archive/年/一.txt"]\ntitle = "x"'), [other])
    assert report.failed == []  # what it says of roots that were not looked at is not in vain
    for text, sentence in (('["archive/二.txt"]\ntitel = "x"', "is no field"), ("x", "cannot be read")):
        with pytest.raises(OverridesError, match=sentence) as error:
            update_index(own_file(settings, text), [])
        assert "own.toml" in str(error.value)
    assert own.overrides is not None
    own.overrides.unlink()
    with pytest.raises(OverridesError, match=r"own\.toml cannot be read: No such file"):
        update_index(own, [])


def test_overrides_that_lie_elsewhere_reach_into_archives(write: Write, settings: Settings) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as box:
        for name in ("甲.txt", "乙.txt"):
            box.writestr(name, f"某会议召开\n\n{BODY}{name}")
    beside = '["信.zip/甲.txt"]\ntitle = "甲"\nauthor = "甲某"\n["信.zip/乙.txt"]\ntitle = "乙"'
    archive = write({"信.zip": packed.getvalue(), "overrides.toml": beside})
    update_index(own_file(settings, '["archive/信.zip/甲.txt"]\ntitle = "丙"'), [archive])
    assert values(settings) == {"信.zip/甲.txt#1": ("丙", "甲某"), "信.zip/乙.txt#1": ("乙", None)}


def test_inspect_names_a_file_as_the_index_does_and_shows_overrides_that_lie_elsewhere(
    write: Write, indexer: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write(FILES)
    own = own_file(settings, '["archive/年/一.txt"]\ntitle = "丙"')
    monkeypatch.setenv("ARCHIVE_OVERRIDES", str(own.overrides))
    indexer("index", archive)
    (record,) = json.loads(indexer("inspect", archive / "年/一.txt", "--json").stdout)["documents"]
    (held,) = [d for d in open_index(settings.index).reader.iter_documents() if d.path == "archive/年/一.txt"]
    assert (record["path"], record["id"], record["title"]) == (held.path, held.id, "丙")


def test_an_archive_on_a_read_only_file_system_is_indexed(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    own = own_file(settings, '["archive/年/一.txt"]\ntitle = "丙"')
    mount = f"mount --bind {archive} {archive} && mount -o remount,bind,ro {archive} && ! touch {archive}/x"
    index = f"{program('indexer')} --index {settings.index} index {archive} && {program('indexer')} --index {settings.index} reindex"
    if subprocess.run(["unshare", "--mount", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a folder for reading only")
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", f"{mount} 2>/dev/null && {index}"],
        env={**os.environ, "ARCHIVE_OVERRIDES": str(own.overrides)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert values(settings)["年/一.txt#1"] == ("丙", None)


def test_an_archive_of_somebody_else_is_indexed_and_nothing_is_written_beside_the_files(
    write: Write, settings: Settings
) -> None:
    archive = write({**FILES, "overrides.toml": '["二.txt"]\nauthor = "某人"', "坏.docx": b"PK\x03\x04"})
    folders = [archive, archive / "年"]
    before = [(folder.stat().st_mtime_ns, sorted(folder.iterdir())) for folder in folders]
    for folder in folders:
        folder.chmod(0o555)
    try:
        update_index(settings, [archive])
        rebuild_index(settings, [])
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert [(folder.stat().st_mtime_ns, sorted(folder.iterdir())) for folder in folders] == before


def test_doctor_counts_what_is_missing_or_odd(write: Write, indexer: Run) -> None:
    archive = write(
        {
            "a.txt": BODY,
            "b.txt": f"某会议召开\n来源：白渚市科协 2021-03-12\n{BODY}",
            "c.txt": f"某会议召开\n来源：白渚市科学技术协会 2021-03-13\n{BODY}",
            "d.txt": "某会议召开\n来源：白渚市科协 2021-03\n××市科协召开会议，××同志讲话。\n剩余30%的内容被隐藏",
            "e.docx": b"broken",
            "f.txt": "",
        }
    )
    indexer("index", archive)
    report = json.loads(indexer("doctor", "--json").stdout)
    assert report["documents"] == 4
    found = {own["name"]: (own["count"], own["places"]) for own in report["findings"]}
    assert found["no title"] == (1, ["archive/a.txt"])
    assert found["no date"][1] == ["archive/a.txt"]
    assert found["truncated"][1] == found["anonymised"][1] == ["archive/d.txt"]
    assert found["same title"][0] == 3
    assert found["source spelling"][1] == ["archive/c.txt"]
    assert sorted(found["reprints"][1]) == ["archive/a.txt", "archive/b.txt", "archive/c.txt"]
    assert found["failed files"][0] == found["empty files"][0] == 1
    shown = indexer("doctor").stdout
    assert "1 (25.0 %) have no title:\n    archive/a.txt\n" in shown


def test_a_corrected_first_day_of_a_meeting_takes_the_last_one_that_was_read_with_it(
    write: Write, settings: Settings
) -> None:
    text = "省科协召开年会\n来源：省科协 2021-03-20\n3月12日至14日，省科协年会在云泽市召开。会议总结了工作。"
    archive = write({"a.txt": text, "b.txt": text, "overrides.toml": '["a.txt"]\nmeeting_date = "2021-05-12"\n'})
    update_index(settings, [archive])
    days = {d.path: (d.meeting_date, d.meeting_until) for d in open_index(settings.index).reader.iter_documents()}
    assert days == {"archive/a.txt": ("2021-05-12", None), "archive/b.txt": ("2021-03-12", "2021-03-14")}
