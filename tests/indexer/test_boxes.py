"""Archives and mails: each file in them is a document of its own, and none that is bad costs another."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import stat
import struct
import subprocess
import sys
import warnings
import zipfile
from base64 import b64encode, encodebytes
from contextlib import suppress
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from indexer import Document, Settings, open_index
from indexer.errors import UnreadableFileError
from indexer.reading import boxes, confined
from indexer.reading.formats import format_of
from indexer.status import check_index, read_status, read_unused
from indexer.store.state import LeftOut, open_state, read_state
from indexer.updating.extraction import read_documents
from indexer.updating.pipeline import find_file, rebuild_index, roll_back, update_index
from tests.conftest import Run, Write
from tests.indexer.test_formats import PAGE, make_docx, make_pdf, zipped

GOOD = "这是好的一份文件，写着一句完整的话。"
TRADITIONAL = "一份文件，寫著一句完整的話。"
UNREAD = "is of a format that is not read"


def documents_of(settings: Settings) -> dict[str, Document]:
    return {document.path: document for document in open_index(settings.index).reader.iter_documents()}


def inspect(write: Write, name: str, data: bytes) -> tuple[list[str], dict[str, str]]:
    """Return the paths of the documents of one file, without its own, and what was left out of it."""
    documents, problems, _ = read_documents(find_file(write({name: data}) / name))
    paths = [document.path.removeprefix(f"{name}/") for document in documents]
    return paths, {path.removeprefix(f"{name}/"): why for path, _, why in (own.partition(": ") for own in problems)}


def with_entry(name: str, data: bytes | str = GOOD, *, mode: int = 0, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of one odd entry and one good one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr, entry.compress_type = mode << 16, kind
        archive.writestr(entry, data)
        with warnings.catch_warnings(action="ignore"):  # where both have one name
            archive.writestr("好.txt", GOOD)
    return stream.getvalue()


def patched(data: bytes, field: int, value: bytes) -> bytes:
    """Change a field of the first entry in the directory of an archive."""
    at = data.index(b"PK\x01\x02") + field
    return data[:at] + value + data[at + len(value) :]


def mail(subject: str = "关于召开科普工作会议的通知", text: str = GOOD, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def attach(message: EmailMessage, name: str, data: bytes) -> EmailMessage:
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


# --- archives


def test_the_files_of_an_archive_are_documents_of_their_own(write: Write, settings: Settings, searchapp: Run) -> None:
    inner = zipped({"内/b.txt": "内层独有的一句话。".encode("gb18030")})
    entries = {
        "目录/通知.docx": make_docx("压缩包里的通知，独有词一。"),
        "页.html": PAGE.encode("gb18030"),
        "c.pdf": make_pdf(["独有词二在此，", "接着写下去。"]),
        "内.zip": inner,
        "d.jsonl": "\n".join(json.dumps({"id": f"r{n}", "title": "记录", "text": f"记录独有{n}。"}) for n in range(2)).encode(),
        "e.txt": "独有词三。".encode("gb18030"),
    }  # fmt: skip
    report = update_index(settings, [write({"a.zip": zipped(entries)})])
    assert (report.added, report.failed, report.left_out, report.documents) == (["archive/a.zip"], [], [], 7)
    found = documents_of(settings)
    assert sorted(found) == [
        "archive/a.zip/c.pdf", "archive/a.zip/d.jsonl", "archive/a.zip/e.txt", "archive/a.zip/内.zip/内/b.txt",
        "archive/a.zip/目录/通知.docx", "archive/a.zip/页.html",
    ]  # fmt: skip
    page = found["archive/a.zip/页.html"]
    assert (page.title, page.source, page.parent) == ("某市科协召开全委会议", "某报", "archive/a.zip")
    assert found["archive/a.zip/内.zip/内/b.txt"].parent == "archive/a.zip/内.zip"
    assert {own.file for own in found.values()} == {"archive/a.zip"}
    for word in ("独有词一", "独有词二", "独有词三", "内层独有", "记录独有1"):
        assert searchapp("count", word).stdout == "1\n"
    assert searchapp("search", "文件:通知.docx").exit_code == 0
    assert check_index(settings) == ([], 7)


def test_an_archive_is_one_file_to_updates(write: Write, settings: Settings) -> None:
    def pack(**texts: str) -> dict[str, bytes]:
        return {"a.zip": zipped({f"{name}.txt": text.encode() for name, text in texts.items()}), "b.txt": GOOD.encode()}

    archive = write(pack(一="第一份正文。", 二="第二份正文。"))
    update_index(settings, [archive])
    before = {path: own.id for path, own in documents_of(settings).items()}
    assert update_index(settings, []).generation == 1
    write(pack(一="第一份正文，改过。", 三="第三份正文。"))
    report = update_index(settings, [])
    assert (report.changed, report.documents, report.unchanged) == (["archive/a.zip"], 3, 1)
    after = documents_of(settings)
    assert after["archive/a.zip/一.txt"].id == before["archive/a.zip/一.txt"]
    assert "改过" in after["archive/a.zip/一.txt"].body
    (archive / "a.zip").rename(archive / "c.zip")
    report = update_index(settings, [])
    assert report.renamed == ["archive/a.zip -> archive/c.zip"]
    assert sorted(documents_of(settings)) == ["archive/b.txt", "archive/c.zip/一.txt", "archive/c.zip/三.txt"]
    (archive / "c.zip").write_bytes(b"PK cut off")
    report = update_index(settings, [], allow_shrink=True)
    assert [path for path, _ in report.failed] == ["archive/c.zip"]
    assert len(documents_of(settings)) == 3  # what the index holds of it stays until it can be read
    (archive / "c.zip").unlink()
    assert update_index(settings, [], allow_shrink=True).documents == 1
    assert check_index(settings) == ([], 1)


def test_how_large_the_parts_are_in_which_an_archive_is_read_changes_nothing(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {f"目录{n % 3}/{n:02}.txt": f"第{n}份正文在此。{GOOD * n}".encode() for n in range(30)}
    inner = zipped({**texts, "坏.docx": b"PK bad"})
    archive = write({"a.zip": zipped({**texts, "内.zip": inner, "z.jpg": b"", "y.docx": b"PK"})})
    update_index(settings, [archive])
    whole = documents_of(settings)
    assert len(whole) == 60
    monkeypatch.setattr("indexer.updating.building.share_memory", lambda _megabytes, _processes: (2000, 2))
    pieces = settings.model_copy(update={"index": settings.index.with_name("pieces")})
    report = update_index(pieces, [archive])
    assert documents_of(pieces) == whole
    assert sorted(report.failed) == sorted(
        [("archive/a.zip/y.docx", "is no .docx file, or is cut off; save it again as .docx"),
         ("archive/a.zip/内.zip/坏.docx", "is no .docx file, or is cut off; save it again as .docx")]
    )  # fmt: skip
    assert read_unused(pieces.index, 1) == read_unused(settings.index, 1)


@pytest.mark.parametrize(
    ("raw", "flags", "shown"),
    [
        ("会议纪要.txt".encode("gbk"), 0, "会议纪要.txt"),
        ("通知.txt".encode("gbk"), 0, "通知.txt"),  # which is UTF-8 by accident
        ("会议纪要.txt".encode(), 0, "会议纪要.txt"),
        ("会议纪要.txt".encode(), 0x800, "会议纪要.txt"),
        ("会议纪要.txt".encode("gbk"), 0x800, "会议纪要.txt"),  # which it says is UTF-8
        ("第①号".encode("gbk") + b".txt", 0, "第①号.txt"),
        (b"a\\b\\c.txt", 0, "a/b/c.txt"),
        (b"plain name.txt", 0, "plain name.txt"),
    ],
)
def test_names_are_read_as_people_gave_them(write: Write, raw: bytes, flags: int, shown: str) -> None:
    stand_in = b"x" * (len(raw) - 4) + b".txt"
    data = with_entry(stand_in.decode()).replace(stand_in, raw)
    bits = struct.pack("<H", flags)
    data = patched(data[:6] + bits + data[8:], 8, bits)
    assert inspect(write, "a.zip", data)[0] == [shown, "好.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.txt", "etc/x.txt"),
        ("/etc/x.txt", "etc/x.txt"),
        ("C:\\dir\\x.txt", "C:/dir/x.txt"),
        ("a/../x.txt", "a/x.txt"),
        ("好.txt", "好.txt"),
        ("x" * 5000 + ".txt", "x" * 396 + ".txt"),
    ],
)
def test_names_lead_nowhere_else(write: Write, name: str, shown: str) -> None:
    paths, left_out = inspect(write, "a.zip", with_entry(name))
    assert (paths[0], left_out) == (shown, {})
    assert paths[1] == ("好~2.txt" if shown == "好.txt" else "好.txt")


DAMAGED = "is damaged in its archive (Bad CRC-32 for file 'a.txt')"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_entry("a.txt", b"0" * (60 << 20)), "is packed more than 200 to 1, as no real document is"),
        (patched(with_entry("a.txt"), 24, struct.pack("<I", 1 << 31)), "is packed more than 200 to 1, as no real document is"),
        (patched(with_entry("a.docx", os.urandom(1 << 20)), 24, struct.pack("<I", 150 << 20)), "unpacks to more than 100 MB, the most for one file; split it"),
        (patched(with_entry("a.txt"), 24, struct.pack("<I", 10)), DAMAGED),
        (patched(with_entry("a.txt"), 16, b"none"), DAMAGED),
        (patched(with_entry("a.txt"), 42, struct.pack("<I", 1 << 30)), "is damaged in its archive (Truncated file header)"),
        (patched(with_entry("a.txt"), 8, b"\x01\x00"), "needs a password; pack it without one"),
        (patched(with_entry("a.txt"), 10, b"\x09\x00"), "is packed in a way that is not read; pack it again as .zip"),
        (with_entry("a.txt", "/etc/hostname", mode=stat.S_IFLNK | 0o777), "is a symbolic link"),
        (with_entry("a.txt", "", mode=stat.S_IFIFO | 0o644), "is not a regular file"),
        (with_entry("a.txt", b"\x00\x01\x02\xff" * 50), "is not text: it holds NUL bytes"),
        (with_entry("a.txt", b""), "holds no text"),
    ],
    ids=["bomb", "too large a size", "beyond the limit", "too small a size", "checksum", "outside", "encrypted", "deflate64", "link", "fifo", "bytes", "empty"],
)  # fmt: skip
def test_a_bad_entry_costs_no_other(write: Write, data: bytes, sentence: str) -> None:
    paths, left_out = inspect(write, "a.zip", data)
    assert (paths, list(left_out.values())) == (["好.txt"], [sentence])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (zipped({f"{n}.txt": b"" for n in range(10_001)}), "holds 10001 entries, more than 10000; split it"),
        (zipped({f"{n}.txt": b"" for n in range(100_000)}), "holds 100000 entries, more than 10000; split it"),
        (with_entry("a.txt")[:-30], "is no .zip file, or is cut off (File is not a zip file); pack it again"),
        (b"", "is no .zip file, or is cut off (File is not a zip file); pack it again"),
    ],
    ids=["10001", "100000", "cut off", "nothing"],
)
def test_an_archive_that_cannot_be_opened_is_one_sentence(
    write: Write, settings: Settings, data: bytes, sentence: str
) -> None:
    archive = write({"a.zip": data, "b.txt": GOOD})
    report = update_index(settings, [archive])
    assert (report.failed, report.documents) == ([("archive/a.zip", sentence)], 1)
    assert update_index(settings, []).failed == report.failed


def test_archives_in_archives_are_opened_three_deep(write: Write) -> None:
    data = zipped({"好.txt": GOOD.encode()})
    for number in range(10):
        data = zipped({f"{number}.zip": data, "好.txt": GOOD.encode()})
    paths, left_out = inspect(write, "a.zip", data)
    assert paths == ["9.zip/8.zip/好.txt", "9.zip/好.txt", "好.txt"]
    assert left_out == {"9.zip/8.zip/7.zip": "lies in 3 archives or mails, one in the other; unpack them"}


def test_entries_and_bytes_are_counted_over_all_archives_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zipped({f"{n}.txt": GOOD.encode() for n in range(6)})
    data = zipped({"a.zip": inner, "b.zip": inner})
    monkeypatch.setattr(boxes, "MOST_ENTRIES", 10)
    found = [member for member, _ in boxes.Walk().iter_members(io.BytesIO(data), format_of("a.zip"))]
    problems = {member.path: member.problem for member in found if member.problem}
    assert problems == {"b.zip": "holds more than 10 entries; split it"}
    assert (
        len(found) == 2 + 6 + 2 + 1
    )  # both archives, what the first holds, what was counted of the second, its problem
    monkeypatch.setattr(boxes, "MOST_UNPACKED", len(inner) + 100)
    walk, stream = boxes.Walk(), io.BytesIO(zipped({"a.zip": inner, "好.txt": GOOD.encode(), "大.txt": b"0" * 200}))
    with pytest.raises(UnreadableFileError, match="lies behind the first"):
        for member, entry in walk.iter_members(stream, format_of("a.zip")):
            if not member.is_box and member.path in ("好.txt", "大.txt"):
                walk.read(member, entry)
    assert walk.unpacked == len(inner) + len(GOOD.encode())


def test_a_file_that_stops_its_reader_is_passed_over(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "MOST_SECONDS", 0.5)
    slow = b"<div>" * 100_000
    inner = zipped({"坏.html": slow, "好.txt": GOOD.encode()})
    data = zipped(
        {"1.txt": GOOD.encode(), "2.html": slow, "3.txt": GOOD.encode(), "内.zip": inner, "4.txt": GOOD.encode()}
    )
    report = update_index(settings, [write({"a.zip": data})])
    late = "needs more than 0 seconds of the processor"
    assert sorted(report.failed) == [("archive/a.zip/2.html", late), ("archive/a.zip/内.zip/坏.html", late)]
    names = ["1.txt", "3.txt", "4.txt", "内.zip/好.txt"]
    assert sorted(documents_of(settings)) == [f"archive/a.zip/{name}" for name in names]


def test_a_killed_reader_costs_no_file_of_an_archive(write: Write) -> None:
    data = zipped({f"{n}.txt": f"{GOOD}{n}".encode() for n in range(3)})
    file = write({"a.zip": data}) / "a.zip"
    members = confined.read_box("archive", file)
    found = [next(members)]
    for number in subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "reading.confined"], capture_output=True, text=True, check=False
    ).stdout.split():
        os.kill(int(number), signal.SIGKILL)
    found += members
    assert [(own.path, bool(own.text)) for own in found] == [("0.txt", True), ("1.txt", True), ("2.txt", True)]


def test_who_leaves_off_in_the_middle_of_an_archive_gets_right_answers_later(write: Write) -> None:
    file = write({"a.zip": zipped({f"{n}.txt": GOOD.encode() for n in range(500)})}) / "a.zip"
    members = confined.read_box("archive", file)
    next(members)
    del members  # as any error does it
    assert confined.read_confined("html", b"<p>b").text == "b"


def test_litter_is_left_out_in_silence_and_counted(write: Write, settings: Settings) -> None:
    litter = ["__MACOSX/._a.docx", ".DS_Store", "~$a.docx", "Thumbs.db", "目录/.~lock.a.odt#", "__MACOSX/._b.zip"]
    report = update_index(settings, [write({"a.zip": zipped({"好.txt": GOOD.encode()} | dict.fromkeys(litter, b"\0")), "~$b.docx": b"", "Thumbs.db": b""})])  # fmt: skip
    assert (report.failed, report.left_out, report.documents) == ([], [], 1)
    counts = {group["kind"]: group["count"] for group in read_status(settings)["left_out"]}
    assert counts == {"litter": 6, "excluded": 2}


def test_what_people_know_better_of_a_file_in_an_archive_wins(write: Write, settings: Settings, indexer: Run) -> None:
    said = '["a.zip/目录/好.txt"]\nsource = "山东省科协"\n["a.zip/无.txt"]\nsource = "甲"\n'
    archive = write({"a.zip": zipped({"目录/好.txt": GOOD.encode(), "b.txt": GOOD.encode()}), "overrides.toml": said})
    report = update_index(settings, [archive])
    assert report.failed == [("archive/a.zip", 'overrides.toml names "无.txt", which is no file in it')]
    found = documents_of(settings)
    assert [found[f"archive/a.zip/{name}"].source for name in ("目录/好.txt", "b.txt")] == ["山东省科协", None]
    write({"overrides.toml": said.replace("山东省科协", "某市科协")})
    update_index(settings, [])
    assert documents_of(settings)["archive/a.zip/目录/好.txt"].source == "某市科协"
    shown = json.loads(indexer("inspect", archive / "a.zip", "--json").stdout)
    assert [own["source"] for own in shown["documents"]] == ["某市科协", None]


def test_what_people_know_better_of_an_archive_holds_for_each_file_in_it_and_of_a_mail_for_itself(
    write: Write, settings: Settings
) -> None:
    said = '["a.zip"]\nsource = "甲"\nplace = "某市"\n["a.zip/b.txt"]\nsource = "乙"\n["a.zip#2"]\nsource = "丙"\n["c.eml"]\nsource = "丁"\n'
    letter = attach(mail(), "附.txt", GOOD.encode()).as_bytes()
    box = zipped({"b.txt": GOOD.encode(), "c.txt": GOOD.encode()})
    report = update_index(settings, [write({"a.zip": box, "c.eml": letter, "overrides.toml": said})])
    assert report.failed == [("archive/a.zip", "overrides.toml speaks of number 2 in it, which is no document")]
    found = {path: (own.source, own.place) for path, own in documents_of(settings).items()}
    assert found == {
        "archive/a.zip/b.txt": ("乙", "某市"), "archive/a.zip/c.txt": ("甲", "某市"),
        "archive/c.eml": ("丁", None), "archive/c.eml/附.txt": (None, None),
    }  # fmt: skip


def test_records_in_archives_share_no_id_with_others(write: Write, settings: Settings) -> None:
    record = json.dumps({"id": "one", "title": "记录", "text": "记录的正文。"}).encode()
    archive = write({"a.zip": zipped({"a.jsonl": record}), "b.zip": zipped({"a.jsonl": record + b"\nnone"})})
    report = update_index(settings, [archive])
    assert report.documents == 2
    assert len(report.failed) == 2
    assert any("the id 'one' is taken by archive/a.zip" in reason for _, reason in report.failed)
    assert any(path == "archive/b.zip/a.jsonl" and "is not JSON" in reason for path, reason in report.failed)
    os.utime(archive / "a.zip", (1, 1))
    write({"a.zip": zipped({"a.jsonl": record, "c.txt": GOOD.encode()})})
    assert update_index(settings, []).documents == 3
    assert documents_of(settings)["archive/a.zip/a.jsonl"].id == "one"  # it keeps its id when it is read again


def test_an_archive_whose_state_was_lost_is_known_by_its_documents(write: Write, settings: Settings) -> None:
    archive = write({"a.zip": zipped({"1.txt": GOOD.encode(), "2.txt": b"x\n" + GOOD.encode()}), "b.txt": GOOD})
    update_index(settings, [archive])
    (settings.index / "state.sqlite").unlink()
    report = update_index(settings, [])
    assert (sorted(report.changed), report.added, report.deleted) == (["archive/a.zip", "archive/b.txt"], [], [])
    assert report.documents == 3


# --- mails


def test_a_mail_is_a_document_and_so_is_what_is_attached(write: Write, settings: Settings, searchapp: Run) -> None:
    letter = mail(From="王延飞 <w@example.cn>", Date="Fri, 12 Mar 2021 23:30:00 +0800")
    attach(letter, "附件一.docx", make_docx("附件的正文，独有词一。"))
    attach(letter, "图.png", b"\x89PNG")
    report = update_index(settings, [write({"来信.eml": letter.as_bytes()})])
    assert report.left_out == [("archive/来信.eml/图.png", UNREAD)]
    found = documents_of(settings)
    own, attached = found["archive/来信.eml"], found["archive/来信.eml/附件一.docx"]
    assert (own.title, own.author, own.date, own.parent) == ("关于召开科普工作会议的通知", "王延飞", "2021-03-12", None)
    assert own.evidence["date"].rule == "date of the mail"
    assert GOOD in own.body
    assert attached.parent == "archive/来信.eml"
    assert searchapp("count", "独有词一").stdout == "1\n"


def test_who_sent_a_mail_is_its_source_where_it_is_no_person(write: Write) -> None:
    archive = write(
        {
            "a.eml": mail(From="某市科学技术协会 <a@example.cn>").as_bytes(),
            "b.eml": mail(From="notice <a@example.cn>").as_bytes(),
            "c.eml": mail(text=f"来源：某报\n\n{GOOD}", From="王延飞 <a@example.cn>").as_bytes(),
        }
    )
    read = [read_documents(find_file(archive / name))[0][0] for name in ("a.eml", "b.eml", "c.eml")]
    assert [(own.source, own.author) for own in read] == [("某市科学技术协会", None), (None, None), (None, "王延飞")]


def test_a_mail_that_answers_another_says_nothing_of_that_one_and_is_kept_whole(write: Write) -> None:
    text = "收到。\n\n-----邮件原件-----\n发件人: 李四 <l@example.cn>\n发送时间: 2020年3月10日 9:00\n主题: 材料\n来源：某报\n\n请把材料发我。\n"
    letter = mail("答复: 材料", text, From="王延飞 <w@example.cn>", Date="Fri, 12 Mar 2021 23:30:00 +0800")
    (document,), _, _ = read_documents(find_file(write({"a.eml": letter.as_bytes()}) / "a.eml"))
    assert (document.title, document.author, document.source) == ("答复: 材料", "王延飞", None)
    assert document.date == "2021-03-12"
    assert document.body.split("\n") == [line for line in text.split("\n") if line]


def test_lines_that_a_mail_program_broke_are_joined(write: Write) -> None:
    flowed = raw_mail(
        b"x",
        "会议定于三月 \r\n十二日召开。\r\n-- \r\n王延飞".encode(),
        kind=b"text/plain; charset=utf-8; format=flowed; delsp=yes",
    )
    (document,), _, _ = read_documents(find_file(write({"a.eml": flowed}) / "a.eml"))
    assert document.body.split("\n") == ["会议定于三月十二日召开。", "--", "王延飞"]


def raw_mail(subject: bytes, text: bytes, *, kind: bytes = b"text/plain", more: bytes = b"") -> bytes:
    return b"Subject: " + subject + b"\r\nContent-Type: " + kind + b"\r\n" + more + b"\r\n" + text


@pytest.mark.parametrize(
    "data",
    [
        raw_mail("关于会议的通知".encode("gbk"), GOOD.encode("gbk")),
        raw_mail("关于会议的通知".encode(), GOOD.encode(), kind=b"text/plain; charset=gb2312"),
        raw_mail(b"=?gb2312?B?" + b64encode("关于会议的通知".encode("gbk")) + b"?=", GOOD.encode("gbk"), kind=b'text/plain; charset="gb2312"'),
        raw_mail(b"=?utf-8?Q?=E5=85=B3=E4=BA=8E=E4=BC=9A=E8?=\r\n =?utf-8?Q?=AE=AE=E7=9A=84=E9=80=9A=E7=9F=A5?=", GOOD.encode("utf-16"), kind=b"text/plain; charset=utf-16"),
        raw_mail("关于会议的通知".encode(), f"<meta charset=gb2312><p>{GOOD}</p>".encode("gbk"), kind=b"text/html"),
        raw_mail("关于会议的通知".encode(), f"<p>這是好的：{TRADITIONAL}</p>".encode("big5"), kind=b"text/html; charset=big5"),
    ],
    ids=["bare GBK", "UTF-8 declared as GB 2312", "words in GB 2312", "a character cut by two words", "page", "Big5"],
)  # fmt: skip
def test_mails_in_any_encoding_are_read(write: Write, data: bytes) -> None:
    (document,), problems, _ = read_documents(find_file(write({"a.eml": data}) / "a.eml"))
    assert (GOOD in document.body or TRADITIONAL in document.body, problems) == (True, [])
    assert (document.title or "").startswith("关于会议")


def part(header: bytes) -> bytes:
    return (
        b"Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        + GOOD.encode()
        + b"\n--b\n"
        + header
        + b"\nContent-Transfer-Encoding: base64\n\n6L+Z5piv6ZmE5Lu255qE5q2j5paH44CC\n--b--\n"
    )


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Disposition: attachment; filename*=utf-8''%E9%99%84%E4%BB%B6.txt",
        b"Content-Disposition: attachment; filename*=gb2312''%B8%BD%BC%FE.txt",
        b"Content-Disposition: attachment;\n filename*0*=utf-8''%E9%99%84;\n filename*1*=%E4%BB%B6.txt",
        b'Content-Type: application/octet-stream; name="=?gbk?B?uL28/i50eHQ=?="',
        b'Content-Disposition: attachment; filename="=?UTF-8?B?6ZmE5Lu2LnR4dA==?="',
        b'Content-Disposition: attachment; filename="' + "附件.txt".encode("gbk") + b'"',
        b'Content-Disposition: attachment; filename="' + "附件.txt".encode() + b'"',
    ],
)
def test_names_of_what_is_attached_are_read_in_every_way_that_is_in_use(write: Write, header: bytes) -> None:
    documents, problems, _ = read_documents(find_file(write({"a.eml": part(header)}) / "a.eml"))
    assert ([own.path for own in documents], problems) == (["a.eml", "a.eml/附件.txt"], [])
    assert documents[1].body == "这是附件的正文。"


def test_the_page_of_a_mail_wins_over_its_plain_twin_and_pictures_are_no_documents(write: Write) -> None:
    letter = mail(text="请用支持网页的软件查看。")
    letter.add_alternative(f"<table><tr><td>姓名</td><td>王延飞</td></tr></table><p>{GOOD}</p>", subtype="html")
    (document,), problems, _ = read_documents(find_file(write({"a.eml": letter.as_bytes()}) / "a.eml"))
    assert document.body == f"姓名 王延飞\n{GOOD}"
    assert "软件" not in document.body
    assert problems == []


def test_forwarded_mails_are_mails_in_a_mail(write: Write) -> None:
    inner = attach(mail("原来的通知", "原来的正文写在这里。"), "附/件.txt", "附件的正文。".encode())
    outer = mail("转发：原来的通知", "请看转发的内容。")
    outer.add_attachment(inner)
    packed = (  # as Outlook attaches them: a mail in base64
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b'Content-Type: message/rfc822; name="x.eml"\nContent-Transfer-Encoding: base64\n\n'
        + encodebytes(inner.as_bytes())
        + b"--b--\n"
    )
    archive = write({"a.eml": outer.as_bytes(), "b.eml": packed})
    documents, problems, _ = read_documents(find_file(archive / "a.eml"))
    assert [(own.path, own.parent) for own in documents] == [
        ("a.eml", None),
        ("a.eml/原来的通知.eml", "a.eml"),
        ("a.eml/原来的通知.eml/附_件.txt", "a.eml/原来的通知.eml"),
    ]
    assert problems == []
    documents, problems, _ = read_documents(find_file(archive / "b.eml"))
    assert [own.path for own in documents] == ["b.eml", "b.eml/x.eml", "b.eml/x.eml/附_件.txt"]


def deep_mail(depth: int) -> bytes:
    inner = "Subject: 最里面\n\n正文在最里面。\n"
    for at in range(depth):
        inner = (
            f"Subject: {at}\nContent-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\nContent-Type: text/plain\n\n"
            f"第{at}层的正文。\n--b{at}\nContent-Type: message/rfc822\n\n{inner}\n--b{at}--\n"
        )
    return inner.encode()


def deep_parts(depth: int) -> bytes:
    inner = f"Content-Type: text/plain\n\n{GOOD}\n"
    for at in range(depth):
        inner = f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n{inner}\n--b{at}--\n"
    return f"Subject: x\n{inner}".encode()


def many_parts(count: int) -> bytes:
    parts = "".join(f'--b\nContent-Type: text/plain; name="{n}.txt"\n\n{GOOD}\n' for n in range(count))
    return f"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n".encode()


@pytest.mark.parametrize(
    ("data", "found", "sentences"),
    [
        (deep_mail(100), 3, ["lies in 3 archives or mails, one in the other; unpack them"]),
        (deep_parts(100), 1, []),
        (deep_parts(3000), 0, ["needs more memory than one file may take; it is damaged or hostile"]),
        (many_parts(2_000), 2_001, []),
        (many_parts(10_001), 0, ["has more than 10000 parts; it is damaged or hostile"]),
        (b"Subject: " + b"=?gbk?B?" * 200_000 + b"\n\n" + GOOD.encode(), 1, []),
        (b"From: " + b"<" * 500_000 + b"\n\n" + GOOD.encode(), 1, []),
        (b"Date: " + b"1 " * 500_000 + b"\n\n" + GOOD.encode(), 1, []),
        (b'Subject: x\nContent-Type: multipart/mixed; boundary="' + b"(" * 9999 + b'"\n\n' + GOOD.encode(), 1, []),
        (b"Subject: x\nContent-Transfer-Encoding: base64\n\n" + b"!" * 1000 + GOOD.encode(), 1, []),
        (b"Subject: x\nContent-Type: text/plain; charset=rot13\n\n" + GOOD.encode(), 1, []),
        (GOOD.encode(), 0, ["is no mail: it does not begin with headers such as From and Subject"]),
        (os.urandom(10_000), 0, ["is no mail: it does not begin with headers such as From and Subject"]),
        (attach(mail(), "x.docx", b"PK")
         .as_bytes()[:-40], 1, ["is no .docx file, or is cut off; save it again as .docx"]),
    ],
)  # fmt: skip
def test_hostile_mails_end(write: Write, settings: Settings, data: bytes, found: int, sentences: list[str]) -> None:
    report = update_index(settings, [write({"a.eml": data, "b.txt": GOOD})])
    assert (report.documents - 1, [reason for _, reason in report.failed]) == (found, sentences)


def test_a_saved_page_is_what_a_browser_shows(write: Write) -> None:
    page = MIMEMultipart("related")
    page["Subject"] = "=?utf-8?B?5paw6Ze7?="
    page["From"] = "<Saved by Blink>"
    shown = MIMEText(PAGE, "html", "gb18030")
    shown["Content-Location"] = "http://kx.example.gov.cn/a.html"
    page.attach(shown)
    page.attach(MIMEText("body { color: red }", "css"))
    (document,), problems, _ = read_documents(find_file(write({"a.mht": page.as_bytes()}) / "a.mht"))
    assert (document.title, document.source, document.date) == ("某市科协召开全委会议", "某报", "2021-03-12")
    assert (document.url, document.author, problems) == ("http://kx.example.gov.cn/a.html", None, [])
    assert "color" not in document.body


# --- what is left out


def test_texts_without_an_ending_are_read_and_what_is_no_text_is_left_out(write: Write, settings: Settings) -> None:
    long = f"{GOOD * 3000}".encode("gb18030")
    files = {
        "报告": GOOD.encode("gb18030"), "关于2021.3.12会议的通知": GOOD.encode(), "长": long, "记录.LOG": GOOD.encode(),
        "b.TXT": GOOD.encode(), "c.Text": GOOD.encode("utf-16"),
        "程序": bytes(range(256)) * 10, "随机": os.urandom(4000), "图.jpg": b"", "x.EXE": b"", "y.exe": b"",
    }  # fmt: skip
    archive = write({**files, "a.zip": zipped({name: data for name, data in files.items() if name != "长"})})
    report = update_index(settings, [archive])
    read = ["b.TXT", "c.Text", "关于2021.3.12会议的通知", "报告", "记录.LOG"]
    expected = [*(f"archive/a.zip/{name}" for name in read), *(f"archive/{name}" for name in [*read, "长"])]
    assert sorted(documents_of(settings)) == sorted(expected)
    assert report.failed == []
    left_out = read_status(settings)["left_out"]
    assert [(own["kind"], own["ending"], own["count"]) for own in left_out] == [
        ("format", ".exe", 4), ("format", ".jpg", 2), ("no text", "", 4),
    ]  # fmt: skip
    assert left_out[1]["examples"] == ["archive/a.zip/图.jpg", "archive/图.jpg"]


def test_what_is_left_out_is_told_after_a_quiet_run_and_after_every_later_one(write: Write, indexer: Run) -> None:
    box = zipped({"好.txt": GOOD.encode(), "坏.docx": b"PK", "图.png": b"", "空.txt": b""})
    archive = write(
        {"a.txt": GOOD, "一.jpg": "", "二.JPG": "", "三.xyz": "", "a.zip": box, "~$a.docx": "", "空.txt": ""}
    )
    assert indexer("index", "--quiet", archive).stdout == ""
    for again in ((), ("index", "--quiet"), ("index",), ("reindex", "--quiet")):
        if again:
            result = indexer(*again)
            failed = "failed: archive/a.zip/坏.docx: is no .docx file, or is cut off; save it again as .docx\n"
            assert (result.exit_code, failed in result.stderr) == (0, True)
        status = indexer("status").stdout
        for line in (
            "failed: archive/a.zip/坏.docx: is no .docx file, or is cut off; save it again as .docx\n",
            f"left out: archive/一.jpg and 1 more: {UNREAD} (.jpg)\n",
            f"left out: archive/a.zip/图.png: {UNREAD} (.png)\n",
            f"left out: archive/三.xyz: {UNREAD} (.xyz)\n",
            "left out: archive/a.zip/空.txt and 1 more: holds no text\n",
            "left out: archive/~$a.docx: is left out by the setting `exclude`\n",
        ):
            assert line in status, (again, line)
        doctor = json.loads(indexer("doctor", "--json").stdout)
        found = {
            own["sentence"]: own["places"] for own in doctor["findings"] if own["name"] in ("left out", "empty files")
        }
        assert found[f"are left out; each {UNREAD} (.jpg)"] == ["archive/一.jpg", "archive/二.JPG"]
        assert found["hold no document"] == ["archive/a.zip/空.txt", "archive/空.txt"]
    (archive / "一.jpg").unlink()
    (archive / "a.zip").unlink()
    report = json.loads(indexer("index", "--json", "--allow-shrink").stdout)
    assert sorted(report["left_out"]) == [["archive/三.xyz", UNREAD], ["archive/二.JPG", UNREAD]]
    shown = json.loads(indexer("status", "--json").stdout)
    assert (shown["failed"], [(own["kind"], own["count"]) for own in shown["left_out"]]) == (
        [], [("format", 1), ("format", 1), ("empty", 1), ("excluded", 1)],
    )  # fmt: skip


def test_a_report_names_each_that_was_left_out_once(write: Write, indexer: Run) -> None:
    box = zipped({"好.txt": GOOD.encode(), "图.jpg": b"", "坏.docx": b"PK"})
    archive = write({"a.zip": box, **{f"{n}.jpg": "" for n in range(30)}})
    result = indexer("index", archive)
    assert result.stderr == (
        "failed: archive/a.zip/坏.docx: is no .docx file, or is cut off; save it again as .docx\n"
        f"left out: archive/0.jpg and 30 more: {UNREAD} (.jpg)\n"
    )
    assert result.stdout.startswith(
        "files: 1 added, 0 changed, 0 renamed, 0 deleted, 0 unchanged, 0 empty, 1 failed; 1 documents"
    )
    report = json.loads(indexer("index", "--json").stdout)
    assert (len(report["left_out"]), report["unchanged"], report["generation"]) == (31, 1, 1)
    assert report["failed"] == [["archive/a.zip/坏.docx", "is no .docx file, or is cut off; save it again as .docx"]]


def test_what_lies_where_a_run_did_not_look_stays_told(write: Write, settings: Settings) -> None:
    archive = write(
        {
            "东/a.txt": GOOD,
            "东/x.jpg": "",
            "西/b.txt": GOOD,
            "西/y.jpg": "",
            "西/c.zip": zipped({"坏.docx": b"PK", "好.txt": GOOD.encode()}),
        }
    )
    update_index(settings, [archive / "东", archive / "西"])
    paths = ["东/x.jpg", "西/c.zip/坏.docx", "西/y.jpg"]
    assert [own.path for own in read_unused(settings.index, 1)] == paths
    write({"东/d.txt": GOOD})
    update_index(settings, [archive / "东"])
    assert [own.path for own in read_unused(settings.index, 2)] == paths
    roll_back(settings)
    rebuild_index(settings, [archive / "东"], allow_shrink=True)
    assert [own.path for own in read_unused(settings.index, 3)] == ["东/x.jpg"]


def test_a_state_that_an_earlier_version_wrote_is_read_and_brought_up_to_date(write: Write, settings: Settings) -> None:
    archive = write({"a.txt": GOOD, "x.jpg": ""})
    update_index(settings, [archive])
    with open_state(settings.index) as state:
        state._connection.execute("DROP TABLE left_out")  # it had files and runs alone
        state._connection.execute("VACUUM")
    with read_state(settings.index) as state:
        assert state.read_left_out(1) == []
    assert read_status(settings)["left_out"] == []
    report = update_index(settings, [])
    assert (report.generation, report.unchanged) == (1, 1)
    with read_state(settings.index) as state:
        assert state.read_left_out(1) == [LeftOut("archive/x.jpg", UNREAD)]


def test_nothing_outside_is_opened(write: Write, tmp_path: Path) -> None:
    hostile = zipped({"../../secret.txt": GOOD.encode(), "/etc/hostname": b"x"})
    file = write({"a.zip": with_entry("l.txt", "/etc/hostname", mode=stat.S_IFLNK | 0o777), "b.zip": hostile})
    trace = tmp_path / "trace"
    code = "import sys; from pathlib import Path; from indexer.updating.pipeline import find_file; from indexer.updating.extraction import read_documents\nfor name in sys.argv[1:]: read_documents(find_file(Path(name)))"
    command: list[Any] = ["strace", "-f", "-o", trace, "-e", "trace=openat,open,connect,creat,mkdir,unlink"]
    run = subprocess.run([*command, sys.executable, "-c", code, file / "a.zip", file / "b.zip"], check=False, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})  # fmt: skip
    assert run.returncode == 0
    calls = trace.read_text()
    assert "a.zip" in calls
    assert "/etc/hostname" not in calls
    assert "/secret.txt" not in calls
    assert "AF_INET" not in calls


def test_a_mutant_of_a_box_is_a_sentence_and_never_a_failure_of_ours() -> None:
    letter = attach(attach(mail(), "附件.txt", GOOD.encode()), "x.zip", zipped({"a.txt": GOOD.encode()}))
    letter.add_attachment(mail("内层的通知"))
    seeds = {"a.eml": letter.as_bytes(), "a.zip": zipped({"m.eml": letter.as_bytes(), "好.txt": GOOD.encode()})}
    tokens = (
        b"\0",
        b"\xff",
        b"=?",
        b'"',
        b"*0*=",
        b";",
        b"\n",
        b"%",
        b"PK\x01\x02",
        b"charset=utf-16",
        b"\xff\xff\xff\xff",
    )
    chance = random.Random(17)
    for turn in range(4000):
        name = ("a.eml", "a.zip")[turn % 2]
        data = bytearray(seeds[name])
        for _ in range(chance.choice((1, 2, 4, 10))):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 20))] = chance.choice(tokens)
        told = confined._try(lambda name=name, data=data: {"paths": read_all(name, bytes(data))}, "box")  # type: ignore[misc]
        assert "no real" not in told.get("error", ""), told


def read_all(name: str, data: bytes) -> list[str]:
    walk = boxes.Walk()
    found = []
    for member, entry in walk.iter_members(io.BytesIO(data), format_of(name)):
        assert "no real" not in member.problem.replace("as no real document is", ""), member
        found.append(member.path)
        if not (member.is_box or member.problem or member.left_out):
            with suppress(UnreadableFileError):
                walk.read(member, entry)
    return found


def test_text_beside_a_page_is_no_twin_of_it(write: Write) -> None:
    letter = (
        "From: a@example.org\nSubject: 通知\nDate: Thu, 01 Jan 1970 00:00:00 +0000\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain; charset=utf-8\n\n第一段纯文本在附件之前。\n"
        "--m\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=utf-8\n\n签名一次\n"
        "--a\nContent-Type: text/html; charset=utf-8\n\n<p>签名一次</p>\n--a--\n--m--\n"
    )
    (document,), _, _ = read_documents(find_file(write({"通知.eml": letter.encode()}) / "通知.eml"))
    assert document.body.split() == ["第一段纯文本在附件之前。", "签名一次"]
    assert document.date is None


def test_what_is_excluded_is_so_in_archives_too(write: Write, settings: Settings) -> None:
    box = zipped({"机密/一.txt": GOOD.encode(), "README": b"x", "好.txt": GOOD.encode()})
    archive = write({"a.zip": box})
    update_index(settings.model_copy(update={"exclude": ["机密*"]}), [archive])
    assert set(documents_of(settings)) == {"archive/a.zip/好.txt", "archive/a.zip/README"}
    update_index(settings, [archive])
    assert set(documents_of(settings)) == {"archive/a.zip/好.txt", "archive/a.zip/机密/一.txt"}
