"""The status page, searches without hits, preferences, and the English texts of the site."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from indexer import MissLog, Settings
from indexer.updating.pipeline import update_index
from tests.conftest import PROJECT, Write, browse

TRANSLATIONS = PROJECT / "searchapp" / "translations"


def test_searches_without_hits_are_counted_without_who_asked(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "某会议召开，研究科普工作。"})])
    client = browse(settings)
    for query in ("量子纠缠", "量子纠缠", "科普", "量子  纠缠", "某会议 榅桲"):
        client.get(f"/search?q={quote(query)}", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    client.get("/search?q=科普&year=1999")  # it is the filter that leaves nothing
    page = client.get("/status").text
    rows = re.findall(r'lang="zh-CN">([^<]+)</a></td><td>(\d+)</td>', page)
    assert sorted(rows) == [("某会议 榅桲", "1"), ("量子 纠缠", "1"), ("量子纠缠", "2")]
    client.get("/search?q=量子纠缠", headers={"Referer": "http://localhost/status"})
    assert MissLog(settings.index / "misses.sqlite").read(1)[0].count == 2
    with sqlite3.connect(settings.index / "misses.sqlite") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(misses)")]
    assert columns == ["query", "count", "day"]
    assert b"10.1.2.3" not in (settings.index / "misses.sqlite").read_bytes()


def test_a_log_that_cannot_be_written_stops_no_search(write: Write, settings: Settings, tmp_path: Path) -> None:
    update_index(settings, [write({"a.txt": "某会议召开。"})])
    client = browse(settings.model_copy(update={"misses": tmp_path / "missing" / "misses.sqlite"}))
    assert client.get("/search?q=量子").status_code == 200
    assert "没有记录：" in client.get("/status").text


def test_the_log_keeps_the_latest(tmp_path: Path) -> None:
    log = MissLog(tmp_path / "misses.sqlite")
    for number in range(1010):
        log.note(f"查询{number}")
    log.note("查询1009")
    log.note("   ")
    kept = log.read(2000)
    assert len(kept) == 1000
    assert (kept[0].query, kept[0].count) == ("查询1009", 2)


def test_a_damaged_log_is_said(tmp_path: Path) -> None:
    file = tmp_path / "misses.sqlite"
    file.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    log = MissLog(file)
    log.note("量子")
    assert log.read(10) == []
    assert log.trouble


def test_files_that_could_not_be_read_stand_with_their_reason(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "某会议召开。", "b.docx": b"no document"})])
    page = browse(settings).get("/status").text
    assert "b.docx" in page
    assert re.search(r">[^<]*b\.docx</td><td><span[^>]*>[^<]{10,}</span></td>", page)


def test_a_preference_is_kept_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/preferences?size=larger&next=/search?q=1")
    assert answer.headers["Location"] == "/search?q=1"
    assert "size=larger" in answer.headers["Set-Cookie"]
    assert 'data-size="larger"' in client.get("/help").text
    client.get("/preferences?size=enormous")
    assert 'data-size="larger"' in client.get("/help").text
    client.get("/preferences?size=normal")


@pytest.mark.parametrize(
    "next_", ["https://example.org/", "//example.org", "/\\example.org", "", "javascript:1", "/a\nb"]
)
def test_a_preference_leads_nowhere_else(client: FlaskClient, next_: str) -> None:
    assert client.get("/preferences", query_string={"size": "normal", "next": next_}).headers["Location"] == "/"


def test_the_language_is_chosen_or_the_browsers(client: FlaskClient) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert 'lang="zh-CN"' in client.get("/help").text[:60]
    assert 'lang="en"' in client.get("/help", headers=english).text[:60]
    answer = client.get("/search?q=科普", headers=english)
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)
    wrong = client.get("/search?q=科普&from=昨日", headers=english)
    assert "The start date “昨日” is no valid date" in wrong.text
    client.get("/preferences?lang=zh")
    assert 'lang="zh-CN"' in client.get("/help", headers=english).text[:60]
    client.delete_cookie("lang")


def test_every_text_of_the_site_is_translated_and_compiled() -> None:
    folder = TRANSLATIONS / "en" / "LC_MESSAGES"
    with (TRANSLATIONS / "site.pot").open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    with (folder / "messages.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file) if message.id}
    with (folder / "messages.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert set(english) == wanted
    assert [text for text, own in english.items() if not own] == []
    assert compiled == english
    for text, own in english.items():
        for form in (r"%\((\w+)\)s", r"\{(\w+)\}"):
            assert sorted(set(re.findall(form, str(own)))) == sorted(set(re.findall(form, str(text)))), text


def test_the_list_of_texts_is_that_of_the_templates() -> None:
    with (TRANSLATIONS / "site.pot").open("rb") as file:
        known = {str(message.id) for message in read_po(file)}
    for template in (PROJECT / "searchapp" / "templates").glob("*.html"):
        for text in re.findall(r"""_\((["'])(.+?)\1""", template.read_text(encoding="utf-8")):
            assert text[1] in known, (template.name, text[1])


def test_pages_are_compressed_for_who_takes_it(client: FlaskClient) -> None:
    plain = client.get("/search?q=科普")
    packed = client.get("/search?q=科普", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 3


def test_every_example_of_the_help_finds_something(client: FlaskClient) -> None:
    addresses = re.findall(r'href="(/search\?[^"]+)"', client.get("/help").text)
    assert len(addresses) == len(set(addresses)) >= 14
    for address in addresses:
        page = client.get(html.unescape(address).replace("/search", "/api/v1/search") + "&match=all")
        assert page.get_json()["total"], address
