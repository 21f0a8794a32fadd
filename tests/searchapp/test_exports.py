"""A search to take away: a spreadsheet that Excel reads and cannot be made to run, citations for Word, and a feed."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
import zipfile
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from lxml import etree

from indexer import Settings
from indexer.reading.docx import read as read_docx
from indexer.updating.pipeline import update_index
from tests.conftest import Write, browse

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ATOM = "{http://www.w3.org/2005/Atom}"


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_spreadsheet_holds_every_hit_in_order(client: FlaskClient) -> None:
    answer = client.get("/export.csv?q=科普&fold=0&sort=oldest")
    assert answer.mimetype == "text/csv"
    heading, *rows = rows_of(answer.data)
    assert heading[:3] == ["序号", "标题", "来源"]
    hits = json.loads(client.get("/api/v1/search?q=科普&fold=0&sort=oldest&size=100").text)["hits"]
    assert [row[1] for row in rows] == [hit["title"] or "" for hit in hits]
    assert all(client.get(row[-1]).status_code == 200 for row in rows[:3])


def test_hits_of_many_pages_are_all_in_the_spreadsheet(write: Write, settings: Settings) -> None:
    lines = [json.dumps({"id": f"d{n}", "title": f"第{n}次会议", "text": f"会议研究第{n}项工作。"}) for n in range(250)]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    rows = rows_of(browse(settings).get("/export.csv?q=会议&fold=0").data)[1:]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 251)]
    assert len({row[1] for row in rows}) == 250


def test_cells_are_no_formulas(write: Write, settings: Settings) -> None:
    record = {"id": "a", "title": '=HYPERLINK("http://x")', "text": "+会议纪要。", "source": "@某报", "author": "-1"}
    update_index(settings, [write({"a.jsonl": json.dumps(record)})])
    row = rows_of(browse(settings).get("/export.csv?q=会议").data)[1]
    assert row[1:4] == ['\'=HYPERLINK("http://x")', "'@某报", ""]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_the_feed_has_the_newest(client: FlaskClient) -> None:
    answer = client.get("/feed.atom?q=科普")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    moments = [entry.findtext(f"{ATOM}updated") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == moments[0]
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in feed.iter(f"{ATOM}entry"))


def test_no_hits_are_an_empty_sheet_and_feed(client: FlaskClient) -> None:
    assert len(rows_of(client.get("/export.csv?q=“此话无人说过”").data)) == 1
    assert not list(ET.fromstring(client.get("/feed.atom?q=“此话无人说过”").data).iter(f"{ATOM}entry"))


def test_hostile_titles_stay_text(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.jsonl": json.dumps({"title": "</title><x>&", "text": "会议 ]]> <b>纪要"})})])
    feed = ET.fromstring(browse(settings).get("/feed.atom?q=会议").data)
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "</title><x>&"


# --- citations


def parts_of(data: bytes) -> dict[str, etree._Element]:
    """Return the parts of a Word file, having looked at what Word asks of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        parts = {name: etree.fromstring(package.read(name)) for name in package.namelist()}
    types = parts.pop("[Content_Types].xml")
    named = {own.get("PartName", "")[1:] for own in types.iter(f"{PACKAGE}/content-types}}Override")}
    endings = {own.get("Extension") for own in types.iter(f"{PACKAGE}/content-types}}Default")}
    assert named <= parts.keys()
    assert {name.rpartition(".")[2] for name in parts.keys() - named} <= endings
    for name, part in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        for own in part.iter(f"{PACKAGE}/relationships}}Relationship"):
            if own.get("TargetMode") != "External":
                assert posixpath.join(folder, own.get("Target", "")) in parts
    return parts


def links_of(parts: dict[str, etree._Element]) -> dict[str, str]:
    """Return where each link of a Word file leads, all of which are used, by its text."""
    rows = parts["word/_rels/document.xml.rels"].iter(f"{PACKAGE}/relationships}}Relationship")
    targets = {own.get("Id"): own.get("Target", "") for own in rows if own.get("TargetMode") == "External"}
    links = list(parts["word/document.xml"].iter(f"{WORD}hyperlink"))
    assert {own.get(LINK) for own in links} == targets.keys()
    return {"".join(own.itertext()): targets[own.get(LINK)] for own in links}


def test_the_word_file_cites_every_hit_with_its_passages(client: FlaskClient) -> None:
    query = "q=科普 会议&source=泓口发布&not_source=澜江日报&from=2019"
    answer = client.get(f"/export.docx?{query}")
    name = answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2]
    assert unquote(name) == "“科普 会议”的引文清单.docx"
    found = read_docx(answer.data)
    assert found.hints["heading"][0] == "“科普 会议”的引文清单"
    lines = found.text.splitlines()
    assert lines[1:4] == ["来源：泓口发布", "来源：不含 澜江日报", "发布日期：自 2019年"]
    assert re.fullmatch(r"1 份文件包含全部词，另列相近的 \d 份；\d{4}年\d+月\d+日 检索", lines[4])
    hits = json.loads(client.get(f"/api/v1/search?{query}&size=100").text)["hits"]
    assert [line.partition("．")[2] for line in lines if re.match(r"\d+．", line)] == [hit["title"] for hit in hits]
    for hit in hits:
        assert all(f"{own['text']}（第 {own['paragraph']} 段）" in lines for own in hit["snippets"])
    parts = parts_of(answer.data)
    links = links_of(parts)
    assert all(client.get(address).status_code == 200 for address in links.values())
    pages = {f"http://localhost/documents/{hit['id']}" for hit in hits}
    assert {links[hit["title"]] for hit in hits} == pages == set(links.values())
    assert sum(line.startswith("出处：《") for line in lines) == len(hits)
    assert sum(line.startswith("GB/T 7714：") for line in lines) == len(hits)
    runs = parts["word/document.xml"].iter(f"{WORD}r")
    marked = {
        "".join(run.itertext()) for run in runs if run.find(f"{WORD}rPr/{WORD}rStyle[@{WORD}val='Marked']") is not None
    }
    assert marked == {"科普", "会议"}
    used = {
        own.get(f"{WORD}val") for tag in ("pStyle", "rStyle") for own in parts["word/document.xml"].iter(f"{WORD}{tag}")
    }
    assert used <= {own.get(f"{WORD}styleId") for own in parts["word/styles.xml"].iter(f"{WORD}style")}
    fields = [own.get(f"{WORD}instr") for own in parts["word/footer1.xml"].iter(f"{WORD}fldSimple")]
    assert fields == [" PAGE ", " NUMPAGES "]
    page = client.get(f"/list?{query}").text
    text = re.sub(r"<[^>]+>", "", page)
    assert all(line.partition("．")[2] in text or line in text for line in lines)


def test_chosen_documents_come_in_their_order_and_no_others(client: FlaskClient) -> None:
    hits = json.loads(client.get("/api/v1/search?q=科普&size=100").text)["hits"]
    ids = [hits[at]["id"] for at in (7, 2, 11)]
    titles = [hits[at]["title"] for at in (7, 2, 11)]
    asked = "&".join(f"id={own}" for own in [*ids, "none", ids[0]])
    rows = rows_of(client.get(f"/export.csv?{asked}&q=科普&source=澜江日报").data)[1:]
    assert [row[1] for row in rows[:-1]] == titles
    assert rows[-1] == ["选中的 1 份文件已不在档案里。"]
    lines = read_docx(client.get(f"/export.docx?{asked}&q=科普").data).text.splitlines()
    assert [line.partition("．")[2] for line in lines if re.match(r"\d+．", line)] == titles
    assert all(f"{own['text']}（第 {own['paragraph']} 段）" in lines for own in hits[7]["snippets"])
    page = client.get(f"/list?{asked}").text
    assert "引文清单</h1>" in page
    assert all(title in page for title in titles)
    assert page.count("<li>") == 3
    assert rows_of(client.get("/export.csv?id=&q=“此话无人说过”").data)[1:] == []
    told = re.sub("</?span[^>]*>", "", client.get("/list?q=科普&in=title&also=会议&within=paragraph").text)
    assert all(
        f'<p class="preamble">{text}</p>' in told for text in ("只在标题里", "都在同一段里", "在结果中检索：会议")
    )
    assert client.get("/list?" + "&".join(f"id=d{n}" for n in range(101))).status_code == 400


@pytest.mark.parametrize("title", ["</w:t><x>&\"'", "坏\x0b字\x1f符\ufffe", "={HYPERLINK}"])
def test_hostile_documents_stay_text_in_word(write: Write, settings: Settings, title: str) -> None:
    record = {"id": "a", "title": title, "text": "会议 ]]> <b>纪要\x00。", "source": "<某>&报"}
    update_index(settings, [write({"a.jsonl": json.dumps(record)})])
    site = browse(settings)
    query = "会议 <w:p/> \x01&&"
    data = site.get("/export.docx", query_string={"q": query, "match": "any"}).data
    parts_of(data)
    assert "]]> <b>" in read_docx(data).text
    assert site.get("/list", query_string={"q": query, "match": "any"}).status_code == 200


def test_a_list_that_is_cut_says_so(write: Write, settings: Settings) -> None:
    lines = [json.dumps({"id": f"d{n}", "text": f"第{n}号会议"}) for n in range(2001)]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    site = browse(settings)
    text = read_docx(site.get("/export.docx?q=会议&fold=0").data).text
    assert text.count("出处：") == 2000
    assert "只导出前 2000 条。" in text
