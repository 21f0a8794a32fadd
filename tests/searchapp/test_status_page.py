"""`/status` says of everything in the archive that is not found why it is not, to who looks for a file of theirs as well."""

from __future__ import annotations

import html
import json
import re

from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Write, browse
from tests.indexer.test_boxes import GOOD
from tests.indexer.test_formats import zipped

DAYS = ["2020-05-01", "2023-05-01", "2099-05-01"]


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the table that a heading names."""
    table = page.partition(f'aria-label="{heading}"')[2].partition("</table>")[0]
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", row)]
        for row in re.findall(r"<tr>(?=<td).*?</tr>", table)
    ]


def make_site(write: Write, settings: Settings) -> FlaskClient:
    box = zipped({"好.txt": GOOD.encode(), "坏.docx": b"PK", "图.jpg": b"", "空.txt": b"", ".DS_Store": b""})
    files: dict[str, str | bytes] = {
        "a.txt": GOOD,
        "一.JPG": "",
        "二.jpg": "",
        "三.exe": "",
        "空.txt": "",
        "~$b.docx": "",
        "程序": b"\0" * 9,
    }
    archive = write({**files, "a.zip": box, "<b>.docx": b"PK"})
    (archive / "链接.txt").symlink_to(archive / "a.txt")
    update_index(settings, [archive])
    update_index(settings, [])  # a quiet run that finds nothing new
    return browse(settings)


def test_what_was_left_out_stands_with_reason_ending_and_count(write: Write, settings: Settings) -> None:
    page = make_site(write, settings).get("/status").text
    assert rows(page, "没有收录的文件") == [
        ["不读取这种格式的文件", ".jpg", "3", "archive/a.zip/图.jpg"],
        ["不读取这种格式的文件", ".exe", "1", "archive/三.exe"],
        ["文件名没有后缀，内容也不是文本", "", "1", "archive/程序"],
        ["文件里没有文字", "", "2", "archive/a.zip/空.txt"],
        ["符号链接，不跟随", "", "1", "archive/链接.txt"],
        ["按设置 exclude 不收录（多为临时文件）", "", "1", "archive/~$b.docx"],
        ["程序留下的临时文件", "", "1", "archive/a.zip/.DS_Store"],
    ]
    failed = "不是 .docx 文件，或不完整；请重新存为 .docx"
    assert rows(page, "读不了的文件") == [["archive/<b>.docx", failed], ["archive/a.zip/坏.docx", failed]]
    assert "没有收录的文件 <small>10</small>" in page


def test_a_file_is_looked_for_by_its_name(write: Write, settings: Settings) -> None:
    client = make_site(write, settings)
    page = client.get("/status?find=jpg").text
    assert rows(page, "文件为什么没有收录") == [
        ["archive/a.zip/图.jpg", "不读取这种格式的文件"],
        ["archive/二.jpg", "不读取这种格式的文件"],
    ]
    assert rows(client.get("/status?find=坏").text, "文件为什么没有收录") == [
        ["archive/a.zip/坏.docx", "不是 .docx 文件，或不完整；请重新存为 .docx"]
    ]
    for name in ("a.txt", "无此文件", "<b>x"):
        assert "没有这样的文件" in client.get(f"/status?find={name}").text
    english = client.get("/status?find=一", headers={"Accept-Language": "en", "Cookie": "lang=en"}).text
    assert "is no .docx file, or is cut off; save it again as .docx" in english
    assert rows(english, "Why a file is not in the index") == [["archive/一.JPG", "of a format that is not read"]]


def test_an_archive_of_which_nothing_was_left_out_says_so(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": GOOD})])
    page = browse(settings).get("/status").text
    assert re.search(r"没有收录的文件 <small>0</small></h2>\s*<p>没有。</p>", page)


def test_one_date_of_a_far_year_makes_no_list_of_empty_ones(write: Write, settings: Settings) -> None:
    lines = [{"id": f"d{n}", "title": "会议", "text": "工作会议。", "date": day} for n, day in enumerate(DAYS)]
    update_index(settings, [write({"a.jsonl": "\n".join(json.dumps(line) for line in lines)})])
    client = browse(settings)
    shown = {"/status": ["2099", "2023", "2022", "2021", "2020"], "/": ["2099", "2023", "2022", "2021", "2020"]}
    for address, years in shown.items():
        page = client.get(address).text
        assert "其间 75 年没有文件" in page
        listed = re.sub(r"<[^>]+>", " ", page.partition("按年")[2])
        assert re.findall(r"\b2\d{3}\b(?= +\d)", listed)[: len(years)] == years
    assert client.get("/search?q=会议").text.count('name="year"') == 5
    table = client.get("/term?q=会议").text.partition('<table class="months">')[2]
    assert re.findall(r'scope="row">(?:<a[^>]*>)?(\d{4})', table) == ["2020", "2021", "2022", "2023", "2099"]
    assert "其间 75 年没有文件" in table
