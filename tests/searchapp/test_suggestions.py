"""Suggestions while typing, and other spellings of what was not found: from the archive's own words."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import OpenIndex, Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.search.pinyin import spell
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from searchapp.search.spelling import find_spellings
from searchapp.search.suggestions import Suggester, find_phrases
from tests.conftest import Write, browse


@pytest.fixture(scope="module")
def suggester(corpus_index: OpenIndex) -> Suggester:
    made = Suggester(corpus_index.reader)
    made.wait()
    return made


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        ("科协党", "科协党组书记", "phrase"),
        ("kxdz", "科协党组书记", "phrase"),
        ("kexiedangzu", "科协党组书记", "phrase"),
        ("澜江日", "澜江日报", "source"),
        ("ljrb", "澜江日报", "source"),
        ("周谨", "周谨言", "author"),
        ("大篷", "大篷车", "word"),
        ("轴承里", "一根轴承里的三代人", "title"),
        ("kepu", "科普大篷车", "phrase"),
    ],
)
def test_what_begins_so_or_holds_it_is_suggested(suggester: Suggester, typed: str, text: str, kind: str) -> None:
    assert (text, kind) in [(suggestion.text, suggestion.kind) for suggestion in suggester.find(typed)]


def test_what_begins_so_comes_first_and_counts_are_true(suggester: Suggester, corpus_index: OpenIndex) -> None:
    found = [one for one in suggester.find("科普") if one.kind != "title"]
    begins = [one.text.startswith("科普") for one in found]
    assert begins == sorted(begins, reverse=True)
    for one in found:
        if one.kind in ("word", "phrase"):
            assert one.count == search(corpus_index.reader, SearchRequest(f"“{one.text}”")).total


def test_nothing_typed_suggests_nothing_and_anything_typed_is_answered(suggester: Suggester) -> None:
    assert suggester.find("") == suggester.find("，。 ") == []
    for typed in ("%", "\ud800", "会" * 500, "*", "a" * 100, "㎡"):
        assert len(suggester.find(typed)) <= 10


def test_phrases_have_no_punctuation_and_no_joining_words_at_their_ends() -> None:
    phrases = {"".join(words) for words in find_phrases("省科协党组的会议，讨论了经费")}
    assert phrases == {"科协党组", "科协党组的会议", "党组的会议", "讨论了经费"}


def test_the_api_suggests(client: FlaskClient) -> None:
    record = json.loads(client.get(f"/api/v1/suggest?q={quote('智汇')}").text)
    assert record["query"] == "智汇"
    assert set(record["suggestions"][0]) == {"text", "kind", "count"}
    for size in (1, 2, 3, 7):
        assert len(json.loads(client.get(f"/api/v1/suggest?q={quote('科')}&size={size}").text)["suggestions"]) == size
    assert json.loads(client.get("/api/v1/suggest").text)["suggestions"] == []
    assert client.get("/api/v1/suggest?q=k&size=11").status_code == 400


# --- spellings


def test_a_spelling_is_offered_only_where_it_finds_something(write: Write, settings: Settings) -> None:
    lines = [{"id": f"d{n}", "title": "文件", "text": "乡村振兴的会议"} for n in range(30)]
    lines += [{"id": "x", "title": "文件", "text": "他会义无反顾，真心"}]
    update_index(settings, [write({"r.jsonl": "\n".join(json.dumps(line) for line in lines)})])
    reader = open_index(settings.index).reader
    slip = search(reader, SearchRequest("乡村振心"))
    assert (slip.instead and slip.instead.query, slip.spellings) == ("乡村振兴", [])
    slip = search(reader, SearchRequest("乡村会义"))  # 会义 stands somewhere, but 会议 is what was meant
    assert (slip.instead, [one.query for one in slip.spellings]) == (None, ["乡村会议"])


@pytest.mark.parametrize(
    ("word", "best"),
    [
        ("科斜", "科协"),
        ("大鹏车", "大篷车"),
        ("大朋车", "大篷车"),
        ("残疾", None),
        ("科普", None),
        ("a", None),
        ("KEXIE", None),
    ],
)
def test_the_word_that_was_meant_comes_first(corpus_index: OpenIndex, word: str, best: str | None) -> None:
    found = find_spellings(corpus_index.reader.vocabulary(), word)
    if best is not None:
        assert found[0] == best
    assert word not in found
    assert len(found) <= 3


def test_a_missing_and_a_doubled_character_are_seen(corpus_index: OpenIndex) -> None:
    assert "大篷车" in find_spellings(corpus_index.reader.vocabulary(), "大大篷车")
    assert "大篷车" in find_spellings(corpus_index.reader.vocabulary(), "大篷篷车")


def test_a_spelling_is_offered_and_not_searched_for_who_wants_the_letter(corpus_index: OpenIndex) -> None:
    page = search(corpus_index.reader, SearchRequest("科斜 大会", literal=True))
    assert [(one.query, one.word, one.instead) for one in page.spellings] == [("科协 大会", "科斜", "科协")]
    assert all("科协" not in match.text for hit in page.hits for match in hit.reasons.matches)
    assert search(corpus_index.reader, SearchRequest("科协 大会")).spellings == []


def test_who_finds_nothing_is_told_what_there_is(corpus_index: OpenIndex) -> None:
    page = search(corpus_index.reader, SearchRequest("囧"))
    assert page.total == 0
    assert page.coverage is not None
    assert (page.coverage.documents, page.coverage.first_year, page.coverage.last_year) == (86, "2019", "2024")


def test_an_empty_archive_suggests_nothing(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "\n"})])
    reader = open_index(settings.index).reader
    made = Suggester(reader)
    made.wait()
    assert made.find("科协") == []
    assert find_spellings(reader.vocabulary(), "科斜") == []
    assert search(reader, SearchRequest("科斜")).coverage is not None


def test_readings_have_no_tones() -> None:
    assert spell("科协旅行") == ["ke", "xie", "lv", "xing"]
    assert spell("ab科") == ["a", "b", "ke"]


def test_a_title_of_one_document_can_be_opened_and_others_are_searched(write: Write, settings: Settings) -> None:
    titles = ["水库调度方案", "水库移民公告", "水库移民公告", "关于水库调度方案的说明", "水库移民公告（二）"]
    lines = [{"id": f"d{n}", "title": title, "text": f"第{n}份正文，各不相同。"} for n, title in enumerate(titles)]
    update_index(settings, [write({"a.jsonl": "\n".join(json.dumps(line) for line in lines)})])
    client = browse(settings)

    def ask(typed: str) -> list[dict[str, object]]:
        found = json.loads(client.get("/api/v1/suggest", query_string={"q": typed}).text)["suggestions"]
        return [one for one in found if one["kind"] == "title"]

    (one,) = (own for own in ask("水库调度方案") if own["text"] == titles[0])
    assert (one["id"], one["url"], one["count"]) == ("d0", "/documents/d0", 1)
    assert client.get(str(one["url"])).status_code == 200
    several = {str(own["text"]): own for own in ask("移民公告")}
    assert several["水库移民公告"] == {"text": "水库移民公告", "kind": "title", "count": 2}
    assert several["水库移民公告（二）"]["id"] == "d4"
