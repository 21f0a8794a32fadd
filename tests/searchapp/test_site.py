"""The site and its API over real HTTP requests to the application."""

from __future__ import annotations

import html
import json
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import OpenIndex, Settings, open_index
from indexer.updating.pipeline import rebuild_index, update_index
from searchapp import create_app
from searchapp.language.parsing import parse_query
from searchapp.search.marks import find_marks
from searchapp.views.context import INDEX
from tests.conftest import CORPUS, Write, browse, edit_manifest


def marks_in(page: str) -> list[str]:
    return [html.unescape(mark) for mark in re.findall(r"<mark(?: class=\"t\d\")?>(.*?)</mark>", page, re.DOTALL)]


def test_the_results_page_shows_marks_counts_and_filters(client: FlaskClient) -> None:
    page = client.get("/search?q=科普大篷车").text
    assert re.search(r"共 \d+ 份文件", page)
    assert "科普大篷车" in marks_in(page)
    assert 'name="source"' in page
    assert 'name="year"' in page


def test_the_api_answers_as_the_contract_says(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=科普大篷车&size=3&page=2&year=2022&year=2023")
    assert answer.mimetype == "application/json"
    record = json.loads(answer.text)
    assert set(record) == {"query", "total", "partial", "best", "cards", "relaxed", "understood", "spellings", "instead", "tried", "coverage", "took_ms",
                           "page", "size", "cursor", "generation", "hits", "facets"}  # fmt: skip
    assert (record["query"], record["page"], record["size"], record["relaxed"]) == (
        "科普大篷车",
        2,
        3,
        {"complete": 15, "given_up": [], "apart": []},
    )
    assert set(record["facets"]) == {
        "source",
        "issuer",
        "year",
        "month",
        "genre",
        "number",
        "people",
        "speaker",
        "place",
        "series",
        "complete",
    }
    assert set(record["facets"]["year"][0]) == {"value", "count"}
    hit = record["hits"][0]
    assert set(hit) == {"id", "title", "source", "issuer", "date", "meeting_date", "meeting_until", "author", "genre", "number", "place", "score", "hit_count", "url", "path",
                        "original_url", "title_marks", "missing", "apart", "reasons", "reprints", "snippets"}  # fmt: skip
    assert all(set(snippet) == {"text", "marks", "paragraph", "anchor"} for snippet in hit["snippets"])
    assert client.get(hit["url"]).status_code == 200


def test_years_that_no_calendar_has_are_text(client: FlaskClient) -> None:
    for query in ("0000年3月 科普", "日期:0000年3月", "0000年上半年"):
        assert client.get(f"/search?q={quote(query)}").status_code == 200


def test_marks_of_the_api_count_code_points(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n𠮷𠮷😀科普工作在这里，写一句话。"})])
    hit = json.loads(browse(settings).get("/api/v1/search?q=科普").text)["hits"][0]
    snippet = hit["snippets"][0]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["科普"]


def test_marked_places_on_the_document_page_are_the_hit_count(client: FlaskClient) -> None:
    for query in ("科普", "党史学习教育", "学习 会议", "“两江一湖”", "智汇澜江 平台"):
        for hit in json.loads(client.get(f"/api/v1/search?q={quote(query)}&size=100").text)["hits"]:
            assert len(marks_in(client.get(hit["url"]).text)) == hit["hit_count"]


def test_marked_places_of_a_phrase_are_its_occurrences(client: FlaskClient, corpus_index: OpenIndex) -> None:
    for query in ("科普大篷车", "会议指出", "科协"):
        for hit in json.loads(client.get(f"/api/v1/search?q={query}&size=100&literal=1").text)["hits"]:
            (document,) = corpus_index.reader.read([hit["id"]])
            assert document is not None
            occurrences = ((document.title or "") + "\n" + document.body).count(query)
            if occurrences:
                assert hit["hit_count"] == occurrences, hit["title"]


@pytest.mark.parametrize("prefix", ["/search", "/api/v1/search"])
@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        ("q=a&from=2021-02-30", 400, "开始日期“2021-02-30”不是有效的日期"),
        ("q=科协&page=1000000000", 404, "没有第 1000000000 页"),
        ("q=科协&page=0", 400, "参数 page=“0”应是"),
        ("q=科协&page=-1", 400, "参数 page=“-1”应是"),
        ("q=科协&page=x", 400, "参数 page=“x”应是"),
        ("q=科协&page=99999999999999999999999", 400, "参数 page="),
        ("q=科协&size=101", 400, "参数 size=“101”应是 1 到 100 之间的整数"),
        ("q=科协&sort=best", 400, "参数 sort=“best”应是 relevance、newest、oldest 之一"),
        ("q=科协&match=x", 400, "参数 match=“x”应是"),
        ("q=科协&year=21", 400, "年份“21”应是四位数字"),
        ("q=科协" + "&source=x" + "".join(f"&source={n}" for n in range(64)), 400, "参数 source 太多或太长"),
        ("q=科协&genre=" + "长" * 201, 400, "参数 genre 太多或太长"),
        ("q=科协&person=" + "%00" * 201, 400, "参数 person 太多或太长"),
    ],
)
def test_what_cannot_be_answered_says_why(
    client: FlaskClient, prefix: str, arguments: str, status: int, sentence: str
) -> None:
    answer = client.get(f"{prefix}?{arguments}")
    assert answer.status_code == status
    if prefix == "/search":
        assert sentence in html.unescape(answer.text)
        assert "<html" in answer.text
    else:
        assert answer.mimetype == "application/problem+json"
        problem = json.loads(answer.text)
        assert sentence in problem["detail"]
        assert problem["status"] == status


@pytest.mark.parametrize(
    "query",
    ["%00", "%ED%A0%80", "%FF%FE", "a%0Ab", "“", "(((", "-", "OR", "日期:2021)", "date:<0001", "%F0%9F%98%80", "*", "%",
     "'; DROP TABLE x; --", "{{7*7}}", "科协%00"],
)  # fmt: skip
def test_nothing_typed_breaks_the_site(client: FlaskClient, query: str) -> None:
    for path in (f"/search?q={query}", f"/api/v1/search?q={query}"):
        assert client.get(path).status_code == 200


class Tags(HTMLParser):
    """Collects what a browser would make elements of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        assert tag != "script" or dict(attrs).get("src", "").startswith("/static/")  # type: ignore[union-attr]


def test_text_from_files_is_data(write: Write, settings: Settings) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover=x&amp;"
    record = {
        "id": "<u>\"'&",
        "title": f"标题{attack}",
        "text": f"正文科普{attack}。",
        "source": attack,
        "author": attack,
    }
    update_index(settings, [write({"<i>.jsonl": json.dumps(record)})])
    client = browse(settings)
    hit = json.loads(client.get("/api/v1/search?q=科普").text)["hits"][0]
    pages = [
        "/",
        f"/search?q=科普{quote(attack)}",
        "/search?q=科普",
        f"/search?source={quote(attack)}&from={quote(attack)}",
    ]
    for path in (*pages, f"/search?source={quote(attack)}", hit["url"], hit["url"].replace("=", f"={quote(attack)}")):
        tags = Tags(client.get(path).text)
        assert not tags.names & {"img", "i", "u"}, path
        assert not any(name.startswith("on") for name in tags.attributes), path
    assert "alert(1)" in hit["snippets"][0]["text"]


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in (
        "/",
        "/search?q=科协",
        "/search?q=a&from=x",
        "/none",
        "/api/v1/search?q=a",
        "/healthz",
        "/static/style.css",
    ):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_original_file_is_sent_as_it_is(client: FlaskClient, corpus_index: OpenIndex) -> None:
    encodings = set()
    for document in corpus_index.reader.iter_documents():
        answer = client.get(f"/documents/{document.id}/raw")
        written = (CORPUS / document.path.removeprefix("corpus/")).read_bytes()
        is_record = document.path.endswith(".jsonl")
        assert answer.data == (written.splitlines()[document.order] if is_record else written)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        encodings.add(answer.mimetype_params.get("charset"))
    assert {"utf-8", "gb18030", "utf-16-le"} <= encodings


def test_a_moved_or_linked_original_is_not_sent(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(
        {"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。", "换\n行.txt": "另一个\n来源：甲\n\n科普工作在那里。"}
    )
    update_index(settings, [archive])
    client = browse(settings)
    hits = json.loads(client.get("/api/v1/search?q=科普").text)["hits"]
    assert [client.get(f"/documents/{hit['id']}/raw").status_code for hit in hits] == [200, 200]
    (tmp_path / "secret").write_text("secret")
    (archive / "a.txt").unlink()
    (archive / "a.txt").symlink_to(tmp_path / "secret")
    statuses = {hit["title"]: client.get(f"/documents/{hit['id']}/raw").status_code for hit in hits}
    assert statuses == {"标题在此": 404, "另一个": 200}


@pytest.mark.parametrize("document_id", ["none", "../../etc/passwd", "%2e%2e%2fx", "a%00b", "长" * 300])
def test_an_unknown_document_is_a_404(client: FlaskClient, document_id: str) -> None:
    for path in (f"/documents/{document_id}", f"/documents/{document_id}/raw", f"/api/v1/documents/{document_id}"):
        assert client.get(path).status_code == 404


def test_ids_of_records_are_found_by_their_address(write: Write, settings: Settings) -> None:
    ids = ["a/b", "年 1", "x?y#z%25&", "a+b"]
    lines = [json.dumps({"id": given, "title": "t", "text": f"科普{given}"}) for given in ids]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    client = browse(settings)
    for hit in json.loads(client.get("/api/v1/search?q=科普").text)["hits"]:
        assert hit["id"] in ids
        assert client.get(hit["url"]).status_code == 200
        assert json.loads(client.get(f"/api/v1/documents/{quote(hit['id'])}").text)["id"] == hit["id"]


def test_other_methods_are_refused_with_what_is_allowed(client: FlaskClient) -> None:
    answer = client.post("/search")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_health_and_readiness_are_two_things(client: FlaskClient, settings: Settings) -> None:
    assert json.loads(client.get("/healthz").text) == {"status": "ok"}
    ready = json.loads(client.get("/readyz").text)
    assert (ready["status"], ready["generation"], ready["documents"]) == ("ok", 1, 86)
    without = browse(settings)
    assert without.get("/healthz").status_code == 200
    assert without.get("/readyz").status_code == 503
    assert without.get("/search?q=a").status_code == 503
    assert "请联系管理员" in without.get("/search?q=a").text


def test_a_new_generation_is_served_without_a_restart(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchapp.live._SECONDS_BETWEEN_LOOKS", 0.0)
    archive = write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})
    update_index(settings, [archive])
    client = browse(settings)
    assert json.loads(client.get("/api/v1/search?q=科普").text)["total"] == 1
    write({"b.txt": "另一个标题\n来源：甲\n\n科普工作在那里。"})
    update_index(settings, [archive])
    assert json.loads(client.get("/api/v1/search?q=科普").text)["total"] == 2
    shutil.rmtree(settings.index)
    assert json.loads(client.get("/api/v1/search?q=科普").text)["total"] == 2


def test_an_index_made_after_the_start_is_served(write: Write, settings: Settings) -> None:
    client = browse(settings)
    assert client.get("/").status_code == 503
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})])
    assert client.get("/").status_code == 200


def test_a_generation_of_another_version_is_passed_over_until_one_comes_that_can_be_read(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("searchapp.live._SECONDS_BETWEEN_LOOKS", 0.0)
    groups = settings.index.parent / "access.toml"
    groups.write_text('[groups.everyone]\nread = [{source = "甲"}]\n', encoding="utf-8")
    archive = write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})
    update_index(settings, [archive])
    whole = browse(settings)
    some = browse(settings.model_copy(update={"access": groups}))
    write({"b.txt": "另一个标题\n来源：甲\n\n科普工作在那里。"})
    for client in (whole, some):
        assert json.loads(client.get("/api/v1/search?q=科普").text)["total"] == 1
    caplog.clear()
    update_index(settings, [archive])
    edit_manifest(settings.index / "gen-000002", '"normalizer": "', '"normalizer": "another ')
    views = [client.application.extensions[INDEX].view() for client in (whole, some)]
    for client, view in zip((whole, some), views, strict=True):
        for _ in range(3):
            assert json.loads(client.get("/api/v1/search?q=科普").text)["total"] == 1
            assert json.loads(client.get("/readyz").text)["status"] == "degraded"
        assert view.suggester is client.application.extensions[INDEX].view().suggester  # nothing is learned anew
    assert caplog.text.count("Going on with gen-000001") == 2  # once for each site
    assert "最新一代不能打开" in whole.get("/status").text
    live = whole.application.extensions[INDEX]
    for sure in (False, True):  # it fails for another reason: what is open is verified, and stays
        live._found_good = float("-inf")
        assert live.doubt(live.get(), sure=sure)
        assert whole.get("/search?q=科普").status_code == 200
    rebuild_index(settings, [])
    for client in (whole, some):
        assert json.loads(client.get("/api/v1/search?q=科普").text)["total"] == 2
        assert json.loads(client.get("/readyz").text)["status"] == "ok"


def test_what_is_open_is_not_given_up_because_another_version_removed_its_files(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchapp.live._SECONDS_BETWEEN_LOOKS", 0.0)
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})])
    client = browse(settings)
    assert client.get("/search?q=科普").status_code == 200
    rebuild_index(settings.model_copy(update={"keep": 1}), [])
    edit_manifest(settings.index / "gen-000002", '"normalizer": "', '"normalizer": "another ')

    def fail() -> str:
        raise ZeroDivisionError

    client.application.view_functions["pages.explain"] = fail
    for _ in range(3):
        assert client.get("/help").status_code == 500
        assert client.get("/search?q=科普").status_code == 200


def test_an_index_that_cannot_be_opened_is_tried_seldom_and_told_once(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each try may read every byte; only another CURRENT is a reason to try at once."""
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})])
    tries = []

    def count(folder: Path, **options: Any) -> OpenIndex:
        tries.append(folder)
        if len(tries) == 3:
            raise OSError(24, "Too many open files")
        return open_index(folder, **options)

    monkeypatch.setattr("searchapp.live.open_index", count)
    victim = next((settings.index / "gen-000001").glob("*.arrays"))
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1])
    client = browse(settings)
    for _ in range(5):
        assert client.get("/search?q=科普").status_code == 503
        assert client.get("/readyz").status_code == 503
    assert (len(tries), caplog.text.count("check --repair")) == (1, 1)
    live = client.application.extensions[INDEX]
    for words in ("check --repair", "cannot be opened: [Errno 24] Too many open files"):
        live._try_again = 0.0  # some seconds later
        assert client.get("/search?q=科普").status_code == 503
        assert caplog.text.count(words) == 1
    victim.write_bytes(whole)
    live._try_again = 0.0
    assert client.get("/search?q=科普").status_code == 200
    assert len(tries) == 4


def test_every_link_of_the_results_page_leads_somewhere(corpus_settings: Settings) -> None:
    client = browse(corpus_settings)  # of its own: some of the links choose a language
    page = client.get("/search?q=科协&source=澜江日报&year=2021&sort=oldest&from=2019&size=2").text
    links = {html.unescape(link) for link in re.findall(r'href="([^"#]+)', page)}
    assert len(links) > 8
    for link in links:
        assert client.get(link).status_code in {200, 302}, link


def test_the_document_page_marks_what_the_engine_matched(client: FlaskClient, corpus_index: OpenIndex) -> None:
    document = next(corpus_index.reader.iter_documents())
    needles = parse_query(document.body[:8]).needles
    assert find_marks(document, needles).body
    assert marks_in(client.get(f"/documents/{quote(document.id)}?q={quote(document.body[:8])}").text)


def test_too_many_searches_at_once_are_told_to_come_back(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})])
    app = create_app(settings.model_copy(update={"threads": 1}))
    live = app.extensions[INDEX]
    with live._opening, ThreadPoolExecutor() as pool:
        first = pool.submit(lambda: app.test_client().get("/search?q=科普"))
        while not first.running():
            time.sleep(0.01)
        time.sleep(0.2)
        refused = app.test_client().get("/api/v1/search?q=科普")
        assert app.test_client().get("/healthz").status_code == 200
        live._opening.release()
        assert first.result().status_code == 200
        live._opening.acquire()
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert int(refused.headers["Retry-After"]) > 0
    assert app.test_client().get("/search?q=科普").status_code == 200


@pytest.mark.parametrize("first", ["/api/v1/search?q=科普", "/readyz"])
@pytest.mark.parametrize("broken", ["families.arrays", "MAIN_*.arrays"])
def test_damage_under_a_running_site_is_answered_from_the_last_good_generation(
    write: Write, settings: Settings, broken: str, first: str
) -> None:
    """One bit, read from the disk after the site began to serve the file: the request itself is answered."""
    archive = write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})
    update_index(settings, [archive])
    write({"b.txt": "另一个标题\n来源：甲\n\n科普工作在那里。"})
    update_index(settings, [archive])
    client = browse(settings)
    assert json.loads(client.get("/readyz").text)["generation"] == 2
    for thread in threading.enumerate():  # what is learned of a new generation reads it, too
        if thread.name == "suggestions":
            thread.join()
    reader = client.application.extensions[INDEX].get().reader
    for file in [reader._families, *(segment.file for segment in reader._segments)]:
        file._unchecked[:] = b"\1" * len(file._unchecked)  # as when the system has let go of the bytes
        file._whole.clear()
    reader._columns.clear()
    reader._live_columns.clear()
    reader.cache = type(reader.cache)(1 << 20)
    for victim in settings.index.glob(f"gen-000002/{broken}"):
        with victim.open("r+b") as stream:
            stream.seek(64)
            stream.write(bytes([victim.read_bytes()[64] ^ 1]))
    client.application.extensions[INDEX]._tried_out = None  # a second later
    answer = json.loads(client.get(first).text)
    assert answer["status" if "status" in answer else "total"] in ("degraded", 1)
    ready = json.loads(client.get("/readyz").text)
    assert (ready["status"], ready["generation"]) == ("degraded", 1)


def test_who_fails_after_others_have_changed_over_is_answered_all_the_same(write: Write, settings: Settings) -> None:
    """Two requests had the damaged generation; the second one fails when the first has led to the last good one."""
    archive = write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})
    update_index(settings, [archive])
    write({"b.txt": "另一个标题\n来源：甲\n\n科普工作在那里。"})
    update_index(settings, [archive])
    live = browse(settings).application.extensions[INDEX]
    damaged = live.get()
    victim = next((settings.index / "gen-000002").glob("*.toc"))
    victim.write_bytes(b"")
    assert live.doubt(damaged, sure=True)
    assert live.get().generation.number == 1
    assert live.doubt(damaged, sure=True)  # no 503 for who had the old one: ask again
    good = live.get()
    assert not live.doubt(good, sure=False)


def test_without_any_good_generation_nobody_is_told_that_all_is_well(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})])
    victim = settings.index / "gen-000001" / "families.arrays"
    victim.write_bytes(victim.read_bytes()[:-1])
    client = browse(settings)
    for _ in range(2):
        ready = client.get("/readyz")
        assert (ready.status_code, json.loads(ready.text)["status"]) == (503, "unavailable")
        assert "check --repair" in json.loads(ready.text)["reason"]
        assert str(settings.index) not in ready.text
        assert client.get("/search?q=科普").status_code == 503
        assert client.get("/healthz").status_code == 200


def test_an_error_that_no_damage_explains_is_500_with_a_number_and_checks_the_files_once(
    write: Write, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    update_index(settings, [write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})])
    caplog.set_level("INFO", "searchapp")
    client = browse(settings)

    def fail() -> str:
        raise ZeroDivisionError

    client.application.view_functions["api.search_json"] = fail
    for _ in range(3):
        answer = client.get("/api/v1/search?q=科普")
        assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
        assert json.loads(answer.text)["instance"].removeprefix("urn:uuid:") in caplog.text
        assert "ZeroDivision" not in answer.text
    assert client.get("/search?q=科普").status_code == 200
    assert caplog.text.count("Serving gen-000001") == 2


def test_damage_under_a_running_site_falls_back_or_is_503(write: Write, settings: Settings) -> None:
    archive = write({"a.txt": "标题在此\n来源：甲\n\n科普工作在这里。"})
    update_index(settings, [archive])
    write({"b.txt": "另一个标题\n来源：甲\n\n科普工作在那里。"})
    update_index(settings, [archive])
    client = browse(settings)
    index = client.application.extensions[INDEX].get()
    assert index.generation.number == 2
    index.reader._segments.append(None)  # whatever breaks a search in a way that good files cannot
    victim = next(settings.index.glob("gen-000002/*.arrays"))
    victim.rename(victim.with_suffix(".away"))
    assert client.get("/search?q=科普&source=甲").status_code == 200
    ready = json.loads(client.get("/readyz").text)
    assert (ready["status"], ready["generation"]) == ("degraded", 1)
    assert client.get("/search?q=科普").status_code == 200
