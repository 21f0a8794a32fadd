"""A search to take away: a spreadsheet that Excel reads and cannot be made to run, and a feed."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Write, browse

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
