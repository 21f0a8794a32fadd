"""HTML, Word and PDF files become text; hostile and broken ones become a sentence, and nothing else suffers."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import threading
import zipfile
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from indexer import Settings
from indexer.errors import UnreadableFileError
from indexer.parsing import parse_text
from indexer.reading import confined, read_text
from indexer.updating.pipeline import update_index
from tests.conftest import Run, Write

SENTENCE = "会议听取了工作汇报，审议了有关事项，部署了下一步任务，各单位负责人参加了会议。"
PAGE = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>全委会召开_某某网</title>
<meta name="PubDate" content="2021-03-12"><meta name="ContentSource" content="某报"><script>var 脚本 = 1;</script></head>
<body><div>首页 &gt; 新闻</div><h1>某市科协召开全委会议</h1><div style="display: none">藏起来的</div>
<p>{SENTENCE}</p><table><tr><td>姓名</td><td>王延飞</td></tr></table><p>第一行<br>第二行</p><!-- 注释 -->
<div>版权所有：某某网</div></body></html>"""


def make_docx(*paragraphs: str, title: str = "") -> bytes:
    document = docx.Document()
    if title:
        document.add_paragraph(title, style="Title")
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "姓名", "王延飞"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_pdf(*pages: list[str]) -> bytes:
    """Write a PDF as old Chinese programs do: a font that is not embedded, its text in GBK."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        shown = " ".join(f"<{line.encode('gbk').hex()}> Tj T*" for line in lines)
        stream = f"BT /F1 12 Tf 50 780 Td 16 TL {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H"
            " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def zipped(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_a_page_is_what_a_browser_shows(encoding: str) -> None:
    page = PAGE if encoding == "gb18030" else PAGE.replace("gb2312", "utf-8")
    read = read_text("a.html", page.encode(encoding))
    assert read.text.splitlines() == [
        "首页 > 新闻", "某市科协召开全委会议", SENTENCE, "姓名 王延飞", "第一行", "第二行", "版权所有：某某网",
    ]  # fmt: skip
    document = parse_text(read.text, "a.html", hints=read.hints)[0]
    assert (document.title, document.source, document.date) == ("某市科协召开全委会议", "某报", "2021-03-12")
    assert document.evidence["source"].rule == "meta contentsource"
    assert "首页" not in document.body
    assert "版权" not in document.body


def test_a_page_that_ends_too_early_or_declares_a_wrong_encoding_is_read_whole() -> None:
    broken = PAGE.replace("<p>", "</html><p>", 1).replace("gb2312", "utf-8").encode("gb18030")
    assert SENTENCE in read_text("a.htm", broken).text


def test_a_word_document_gives_its_paragraphs_tables_and_title() -> None:
    read = read_text("a.docx", make_docx("各有关单位：", SENTENCE, title="关于召开会议的通知"))
    assert read.text.splitlines() == ["关于召开会议的通知", "各有关单位：", SENTENCE, "姓名\t王延飞"]
    assert read.hints["heading"] == ("关于召开会议的通知", "paragraph of style Title")


def test_a_pdf_gives_its_lines_without_heads_and_page_numbers() -> None:
    texts = ["春天来了，花都开了。", "夏天到了，人们去游泳。", "秋天收庄稼。", "冬天下大雪，路上没有人。", "又是一年。"]
    pages = [["某某简报", text, f"接着是{text[:2]}的事。", f"- {at} -"] for at, text in enumerate(texts, start=1)]
    lines = read_text("a.pdf", make_pdf(*pages)).text.splitlines()
    assert lines[:3] == ["某某简报", "春天来了，花都开了。", "接着是春天的事。"]  # the first page keeps its head
    assert lines[3:5] == ["夏天到了，人们去游泳。", "接着是夏天的事。"]
    assert not any("-" in line for line in lines)


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf(["文字"]))))
    writer.encrypt("geheim", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.docx", b"PK\x03\x04 cut off", "is damaged or cut off; get it again, or save it anew"),
        ("a.docx", b"\xd0\xcf\x11\xe0" * 20, "is no .docx file, or is cut off; save it again as .docx"),
        ("a.docx", zipped({"a.txt": b"a"}), "is an archive, but no .docx file"),
        ("a.docx", zipped({"word/document.xml": b"a" * (30 << 20)}), "is packed more than 200 to 1, as no real document is"),
        ("a.docx", zipped({f"{n}": b"" for n in range(10_001)}), "holds 10001 entries, more than 10000"),
        ("a.pdf", b"%PDF-1.4 nothing", "is damaged, or no real PDF file"),
        ("a.pdf", encrypted(), "needs a password; save it without one"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match="^" + sentence.replace("(", r"\(")):
        read_text(name, data)


def test_a_document_cannot_read_other_files() -> None:
    secret = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    data = make_docx("x")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "word/document.xml":
                content = secret.encode() + body + b"<w:t>a&x;b</w:t></w:r></w:p></w:body></w:document>"
            new.writestr(entry, content)
    assert read_text("a.docx", stream.getvalue()).text == "a"


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "MOST_SECONDS", 0.5)
    with pytest.raises(UnreadableFileError, match="seconds of the processor"):
        read_text("a.html", b"<div>" * 100_000)
    assert read_text("a.html", "<p>之后的文件".encode()).text == "之后的文件"


def test_waiting_is_not_held_against_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts seconds of the processor: a busy machine, here one that stops the reader, fails no file."""
    read_text("a.html", b"<p>a")  # the reader is running now, and waits
    monkeypatch.setattr(confined, "MOST_SECONDS", 0.5)
    process = confined._reader._process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    threading.Timer(1.5, process.send_signal, [signal.SIGCONT]).start()
    assert read_text("b.html", b"<p>b").text == "b"
    assert confined._reader._process is process


def test_a_killed_reader_costs_no_file() -> None:
    read_text("a.html", b"<p>a")
    children = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "reading.confined"], capture_output=True, text=True, check=False
    )
    for number in children.stdout.split():
        os.kill(int(number), signal.SIGKILL)
    assert read_text("b.html", b"<p>b").text == "b"


def test_an_archive_of_all_formats_is_searched_and_its_bad_files_are_listed(
    write: Write, settings: Settings, searchapp: Run
) -> None:
    archive = write(
        {
            "a.html": PAGE.encode("gb18030"),
            "b.docx": make_docx(SENTENCE, "独一无二的词一"),
            "c.pdf": make_pdf(["独一无二的词二在此，", "接着写下去。"]),
            "d.docx": b"PK broken",
            "e.txt": "独一无二的词三。",
        }
    )
    report = update_index(settings, [archive])
    assert (report.documents, [path for path, _ in report.failed]) == (4, ["archive/d.docx"])
    for word in ("全委会议", "独一无二的词一", "独一无二的词二", "独一无二的词三"):
        assert searchapp("count", word).stdout == "1\n"
    assert update_index(settings, [archive]).failed == report.failed
    (archive / "d.docx").write_bytes(make_docx("独一无二的词四"))
    assert update_index(settings, [archive]).documents == 5


@pytest.mark.bulk
def test_a_text_beyond_the_limit_becomes_parts_that_are_all_found(
    write: Write, settings: Settings, searchapp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.updating.extraction.LARGEST_TEXT", 1 << 20)
    sentences = [f"第{number}号文件的内容已经由会议审议通过并印发执行。" for number in range(60_000)]
    archive = write({"a/大.txt": "".join(sentences).encode("gb18030"), "b.txt": "\n".join(sentences[:40_000])})
    report = update_index(settings, [archive])
    assert not report.failed
    assert report.documents > 4
    for number in range(0, 60_000, 7_919):
        assert searchapp("count", f"“第{number}号文件的内容已经”").stdout == ("2\n" if number < 40_000 else "1\n")
    assert "第 1 部分" in searchapp("search", "“第0号文件”").stdout


@pytest.mark.bulk
def test_a_text_of_very_many_lines_becomes_parts_that_are_all_found(
    write: Write, settings: Settings, searchapp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines cost memory while they are parsed, however short they are."""
    monkeypatch.setattr("indexer.updating.extraction.MOST_LINES", 20_000)
    lines = [f"第{number}行" for number in range(100_000)]
    archive = write({"rows.txt": "\n".join(lines), "short.txt": "\n".join(lines[:5])})
    report = update_index(settings, [archive])
    assert not report.failed
    assert report.documents > 3
    for number in range(10, 100_000, 9_973):
        assert searchapp("count", f"“第{number}行”").stdout == "1\n"


@pytest.mark.parametrize(
    ("name", "text"), [("a.html", "<p>a" * 300_002), ("a.jsonl", '{"text": "' + "a\\n" * 300_002 + '"}')]
)
def test_a_page_or_record_of_too_many_lines_is_refused(write: Write, settings: Settings, name: str, text: str) -> None:
    report = update_index(settings, [write({name: text, "b.txt": "别的文件的正文。"})])
    assert report.documents == 1
    assert "lines" in report.failed[0][1]


def test_pages_read_as_browsers_show_them() -> None:
    page = (
        "<h1>工作会议报道</h1><p>某市于<st1:chsdate>2021年3月12日</st1:chsdate>在<st1:place>北京</st1:place>召开<o:p></o:p>会议。</p>"
        "<pre>关于召开会议的通知\n来源：某报</pre>"
    )
    assert read_text("a.html", page.encode()).text.splitlines() == [
        "工作会议报道",
        "某市于2021年3月12日在北京召开会议。",
        "关于召开会议的通知",
        "来源：某报",
    ]


@pytest.mark.parametrize("declared", ["gb2312", "undefined", "rot13", "utf-16"])
def test_a_page_in_utf_8_is_read_whatever_it_declares(declared: str) -> None:
    page = f'<meta charset="{declared}"><p>{SENTENCE}'
    assert read_text("a.html", page.encode()).text == SENTENCE


def test_every_text_of_a_word_document_is_read_once() -> None:
    document = docx.Document()
    outer = document.add_table(rows=1, cols=1).rows[0].cells[0]
    outer.text = "外层"
    inner = outer.add_table(rows=1, cols=1)
    inner.rows[0].cells[0].text = "内层"
    stream = io.BytesIO()
    document.save(stream)
    assert read_text("a.docx", stream.getvalue()).text.split() == ["外层", "内层"]


def test_a_word_document_outlives_a_picture_that_is_not_in_it() -> None:
    data = make_docx(SENTENCE)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    relation = b'<Relationship Id="rId99" Type="' + kind + b'" Target="media/none.png"/></Relationships>'
    name = "word/_rels/document.xml.rels"
    entries[name] = entries[name].replace(b"</Relationships>", relation)
    assert SENTENCE in read_text("a.docx", zipped(entries)).text


def test_only_the_numbers_of_pages_are_taken_off_them() -> None:
    one = make_pdf(["联系电话如下", "88456123", "100081"])
    assert read_text("a.pdf", one).text.splitlines() == ["联系电话如下", "88456123", "100081"]
    many = make_pdf(*([f"第{page}页的正文在此。", f"表决结果第{page}项通过", f"- {page} -"] for page in range(1, 5)))
    lines = read_text("a.pdf", many).text.splitlines()
    assert [line for line in lines if "表决" in line] == [f"表决结果第{page}项通过" for page in range(1, 5)]
    assert not [line for line in lines if line.startswith("-")]


def test_an_encrypted_pdf_that_opens_without_a_password_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf([SENTENCE]))))
    writer.encrypt("", "owner", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    assert read_text("a.pdf", stream.getvalue()).text == SENTENCE


def test_pages_without_text_among_others_are_flagged() -> None:
    assert read_text("a.pdf", make_pdf([SENTENCE], [])).flags == ("pages-without-text",)


def test_nothing_in_the_folder_we_stand_in_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lxml.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    confined._reader.stop()
    assert SENTENCE in read_text("a.docx", make_docx(SENTENCE)).text
    confined._reader.stop()
    assert not (tmp_path / "run").exists()


def test_a_page_of_more_characters_than_one_file_may_hold_is_refused(write: Write, settings: Settings) -> None:
    most = 8_000_000
    paragraph = "<p>" + "字" * 999_999 + "</p>"
    archive = write({"many.html": f"<body>{paragraph * 9}</body>", "few.html": f"<body>{paragraph * 2}</body>"})
    report = update_index(settings, [archive])
    ((path, reason),) = report.failed
    assert path == "archive/many.html"
    assert f"more than {most // 1_000_000} million characters" in reason
