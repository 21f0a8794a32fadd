"""The original of a document: its file, the file in an archive or a mail, the line of a record; and to whom it is sent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import Settings, open_index
from indexer.updating.pipeline import update_index
from tests.conftest import Write, browse
from tests.indexer.test_boxes import GOOD, attach, mail
from tests.indexer.test_formats import make_docx, zipped

RECORDS = [
    {
        "id": f"r{n}",
        "title": f"记录第{n}号",
        "text": f"第{n}条记录的正文，写一句话。",
        "source": "甲" if n % 2 else "乙",
    }
    for n in range(5)
]


def raw_of(settings: Settings, path: str, *, order: int = 0) -> str:
    """Return the address of the original of a document."""
    documents = open_index(settings.index).reader.iter_documents()
    (found,) = [own.id for own in documents if (own.path, own.order) == (f"archive/{path}", order)]
    return f"/documents/{found}/raw"


def serve(write: Write, settings: Settings, files: dict[str, str | bytes]) -> FlaskClient:
    update_index(settings, [write(files)])
    return browse(settings)


def restrict(settings: Settings, rules: str) -> Settings:
    file = settings.index.with_name("access.toml")
    file.write_text(rules, encoding="utf-8")
    return settings.model_copy(update={"access": file})


def lines(encoding: str = "utf-8") -> bytes:
    return "\n".join(json.dumps(own, ensure_ascii=False) for own in RECORDS).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_the_original_of_a_record_is_its_line(write: Write, settings: Settings, encoding: str) -> None:
    client = serve(write, settings, {"a.jsonl": lines(encoding), "b.zip": zipped({"内/c.jsonl": lines(encoding)})})
    for at, record in enumerate(RECORDS):
        answer = client.get(f"/documents/{record['id']}/raw")
        assert json.loads(answer.data) == record
        assert answer.headers["Content-Type"] == "application/json"
        assert f"filename=a-{at + 1}.json" in answer.headers["Content-Disposition"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        inside = client.get(raw_of(settings, "b.zip/内/c.jsonl", order=at))
        assert json.loads(inside.data) == record
        assert f"filename=c-{at + 1}.json" in inside.headers["Content-Disposition"]


def test_head_range_and_etag_are_those_of_the_line(write: Write, settings: Settings) -> None:
    client = serve(write, settings, {"a.jsonl": lines()})
    line = lines().split(b"\n")[3]
    head = client.head("/documents/r3/raw")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(line))
    part = client.get("/documents/r3/raw", headers={"Range": "bytes=2-9"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, line[2:10], f"bytes 2-9/{len(line)}")
    assert client.get("/documents/r3/raw", headers={"Range": f"bytes={len(line)}-"}).status_code == 416
    again = client.get("/documents/r3/raw", headers={"If-None-Match": head.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("change", ["a line more", "another text", "gone", "cut", "no text any more"])
def test_the_line_of_another_record_is_never_sent(write: Write, settings: Settings, change: str) -> None:
    client = serve(write, settings, {"a.jsonl": lines()})
    secret = json.dumps({"id": "new", "text": "后来加上的密件。"}, ensure_ascii=False).encode()
    changed = {
        "a line more": secret + b"\n" + lines(),
        "another text": lines().replace("第3条记录的正文".encode(), "别的正文".encode()),
        "gone": b"\n",
        "cut": lines()[:-200],
        "no text any more": b"\x00\x01\x02\xff" * 500,
    }
    write({"a.jsonl": changed[change]})
    assert client.get("/documents/r3/raw").status_code == 404


def test_the_original_of_a_file_in_an_archive_is_that_file(write: Write, settings: Settings) -> None:
    document = make_docx(GOOD)
    inner = zipped({"深/c.docx": document})
    gbk = GOOD.encode("gb18030")
    client = serve(write, settings, {"一.zip": zipped({"a.docx": document, "目录/b 二.txt": gbk, "内.zip": inner})})
    for path, data in (("a.docx", document), ("目录/b 二.txt", gbk), ("内.zip/深/c.docx", document)):
        answer = client.get(raw_of(settings, f"一.zip/{path}"))
        assert (answer.status_code, answer.data) == (200, data)
        name = path.rpartition("/")[2]
        told = answer.headers["Content-Disposition"]
        assert f"filename={name}" in told or f"filename*=UTF-8''{quote(name)}" in told
        is_text = name.endswith(".txt")
        assert answer.headers["Content-Type"] == (
            "text/plain; charset=gb18030" if is_text else "application/octet-stream"
        )
        assert told.startswith("inline" if is_text else "attachment")
    part = client.get(raw_of(settings, "一.zip/a.docx"), headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, b"PK")


def test_a_mail_is_sent_whole_and_what_is_attached_alone(write: Write, settings: Settings) -> None:
    document = make_docx("附件的正文。")
    letter = attach(mail(), "附件.docx", document).as_bytes()
    client = serve(write, settings, {"a.eml": letter, "b.zip": zipped({"a.eml": letter})})
    for path in ("", "b.zip/"):
        assert client.get(raw_of(settings, f"{path}a.eml")).data == letter
        assert client.get(raw_of(settings, f"{path}a.eml/附件.docx")).data == document


def test_a_mail_and_what_is_attached_lead_to_each_other(write: Write, settings: Settings) -> None:
    letter = attach(attach(mail(), "甲.txt", GOOD.encode()), "乙.txt", f"乙{GOOD}".encode()).as_bytes()
    client = serve(write, settings, {"a.eml": letter, "b.zip": zipped({"c.txt": GOOD.encode()})})
    page = client.get(raw_of(settings, "a.eml").removesuffix("/raw")).text
    attached = [raw_of(settings, f"a.eml/{name}").removesuffix("/raw") for name in ("乙.txt", "甲.txt")]
    assert [f'href="{address}"' in page for address in attached] == [True, True]
    assert "附于" not in page
    page = client.get(attached[0]).text
    assert "附于" in page
    assert f'href="{raw_of(settings, "a.eml").removesuffix("/raw")}"' in page
    assert "附于" not in client.get(raw_of(settings, "b.zip/c.txt").removesuffix("/raw")).text
    hidden = '[groups.everyone]\nread = "all"\nexcept = [{path = "archive/a.eml/乙.txt"}]\n'
    page = browse(restrict(settings, hidden)).get(raw_of(settings, "a.eml").removesuffix("/raw")).text
    assert [f'href="{address}"' in page for address in attached] == [False, True]


def test_a_file_that_is_not_in_its_archive_any_more_is_not_sent(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    client = serve(write, settings, {"a.zip": zipped({"b.txt": GOOD.encode()})})
    address = raw_of(settings, "a.zip/b.txt")
    assert client.get(address).status_code == 200
    (tmp_path / "secret.zip").write_bytes(zipped({"b.txt": b"secret"}))
    file = tmp_path / "archive/a.zip"
    for data in (zipped({"c.txt": GOOD.encode()}), b"PK cut off", b""):
        file.write_bytes(data)
        assert client.get(address).status_code == 404
    file.unlink()
    assert client.get(address).status_code == 404
    file.symlink_to(tmp_path / "secret.zip")
    assert client.get(address).status_code == 404
    file.unlink()
    os.mkfifo(file)
    assert client.get(address).status_code == 404


RULES = """
[groups.everyone]
read = "all"
except = [{path = "archive/a.zip/内部"}, {path = "archive/来信.eml/密.txt"}, {path = "archive/坏.eml/密.docx"}, {source = "乙"}]
"""


def test_who_may_not_read_a_file_in_an_archive_gets_nothing_of_it(write: Write, settings: Settings) -> None:
    files: dict[str, str | bytes] = {
        "a.zip": zipped({"公开.txt": GOOD.encode(), "内部/密.txt": "密件的正文。".encode()}),
        "来信.eml": attach(attach(mail(), "密.txt", "密件的附件。".encode()), "公开.txt", GOOD.encode()).as_bytes(),
        "坏.eml": attach(mail("坏信"), "密.docx", b"PK the secret cannot be read").as_bytes(),
        "图.eml": attach(mail("有图的信"), "a.png", b"\x89PNG").as_bytes(),
        "乙.eml": attach(mail("甲乙的信"), "b.txt", f"某某通知\n来源：乙\n\n{GOOD}".encode()).as_bytes(),
        "r.jsonl": lines(),
    }
    whole = serve(write, settings, files)
    addresses = {
        own.path.removeprefix("archive/") + f"#{own.order}": f"/documents/{own.id}/raw"
        for own in open_index(settings.index).reader.iter_documents()
    }
    assert {whole.get(address).status_code for address in addresses.values()} == {200}
    client = browse(restrict(settings, RULES))
    sent = {name for name, address in addresses.items() if client.get(address).status_code == 200}
    assert sent == {
        "a.zip/公开.txt#0", "来信.eml/公开.txt#0", "图.eml#0", "r.jsonl#1", "r.jsonl#3",
    }  # fmt: skip
    assert all(client.get(address).status_code in (200, 404) for address in addresses.values())
    for name in sent:
        assert "密".encode() not in client.get(addresses[name]).data
