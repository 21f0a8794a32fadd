"""A slip in a name or a phrase: what was meant is offered, or searched openly where that is beyond doubt."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import OpenIndex, Phrase, Reader, Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.fields import BY_NAME
from searchapp.search.lookalikes import NEARLY_SAME_SOUND, OTHER, SAME_SHAPE, SAME_SOUND, compare
from searchapp.search.names import is_near, read_names
from searchapp.search.pinyin import readings_of, split_syllables
from searchapp.search.request import SearchRequest
from searchapp.search.results import ResultPage
from searchapp.search.run import count_values, find_all, search
from searchapp.search.slips import read_typed
from searchapp.search.suggestions import Suggester
from tests.conftest import Run, Write

Index = Callable[..., Reader]


@pytest.fixture
def index(write: Write, settings: Settings) -> Index:
    def build(*texts: str, **values: Any) -> Reader:
        lines = [{"id": f"d{n}", "title": "文件", "text": text, **values} for n, text in enumerate(texts)]
        update_index(settings, [write({"r.jsonl": "\n".join(json.dumps(line) for line in lines)})])
        return open_index(settings.index).reader

    return build


def ids(page: ResultPage) -> list[str]:
    return sorted(hit.document.id for hit in page.hits)


def offered(page: ResultPage) -> list[str]:
    return [one.query for one in (*([page.instead] if page.instead else []), *page.spellings)]


# --- which slips


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("澜江日抱", "澜江日报"),
        ("澜江日抱 党史", "澜江日报 党史"),
        ("来源:澜江日抱", "来源:澜江日报"),
        ("周谨研", "周谨言"),
        ("作者：周谨研", "作者：周谨言"),
        ("科协党祖书记", "科协党组书记"),
        ("科普大篷车进百寸 活动", "科普大篷车进百村 活动"),
    ],
)
def test_what_was_meant_is_searched_and_said(corpus_index: OpenIndex, typed: str, meant: str) -> None:
    page = search(corpus_index.reader, SearchRequest(typed))
    assert page.instead is not None
    assert page.instead.query == meant
    assert typed.replace(page.instead.word, page.instead.instead) == meant
    same = search(corpus_index.reader, SearchRequest(meant))
    assert (page.total, ids(page), page.facets) == (same.total, ids(same), same.facets)


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("党史学习较育", "wrong"),
        ("党史学教育", "missing"),
        ("党史学习习教育", "twice"),
        ("党史大学习教育", "added"),
        ("党史习学教育", "swapped"),
        ("王廷飞", "alike"),
        ("王言飞", "same sound"),
        ("王延飞飞", "twice"),
        ("王飞延", "swapped"),
    ],
)
def test_one_slip_of_any_kind_in_a_text_that_no_dictionary_knows(index: Index, typed: str, slip: str) -> None:
    reader = index("全省党史学习教育动员大会召开", "王延飞在会上讲话", "王强和李明出席了会议")
    meant = "王延飞" if typed.startswith("王") else "党史学习教育"
    assert meant in offered(search(reader, SearchRequest(typed)))
    assert meant in [one.text for one in Suggester(reader).find(typed)]


def test_a_slip_inside_a_long_sentence_is_seen(index: Index) -> None:
    reader = index("王延飞同志在全省党史学习教育动员大会上的讲话要点如下", "别的文件")
    page = search(reader, SearchRequest("王延飞同志在全省党史学习较育动员大会上的讲话"))
    assert offered(page)[:1] == ["王延飞同志在全省党史学习教育动员大会上的讲话"]


def test_a_name_that_is_found_in_pieces_alone_is_a_slip_as_well(index: Index) -> None:
    reader = index("王延飞出席", "王子在延安，飞机来了", "风景")
    page = search(reader, SearchRequest("王延风"))
    assert "王延飞" in offered(page)


def mistype(names: list[str], reader: Reader, *, alike: bool) -> list[tuple[str, str]]:
    """Return names with one wrong character, of the same sound or of any other, that no document holds."""
    chance, characters = random.Random(7), sorted({character for name in names for character in name})
    characters += [chr(point) for point in range(0x4E00, 0x9FA5, 23)]
    found: list[tuple[str, str]] = []
    for name in names:
        for at, right in enumerate(name):
            wrong = [one for one in characters if one != right and bool(readings_of(one) & readings_of(right)) == alike]
            typed = name[:at] + chance.choice(wrong or ["龘"]) + name[at + 1 :]
            if not reader.count([Phrase(typed)])[0]:
                found.append((typed, name))
    return found


@pytest.mark.parametrize(("alike", "least"), [(True, 0.95), (False, 0.9)])
def test_the_right_name_is_offered_for_one_wrong_character(corpus_index: OpenIndex, alike: bool, least: float) -> None:
    reader = corpus_index.reader
    people = [one.value for one in search(reader, SearchRequest(), most_values=200).facets["people"] if one.value]
    slips = mistype([name for name in people if len(name) in (2, 3)], reader, alike=alike)[:100]
    right = [name in " ".join(offered(search(reader, SearchRequest(typed)))) for typed, name in slips]
    assert len(right) > 60
    assert sum(right) >= least * len(right)


def test_names_and_words_that_are_not_there_are_not_taken_for_others(corpus_index: OpenIndex) -> None:
    chance = random.Random(5)
    given = (
        "华建国伟芳丽强军磊洋勇艳杰娟涛超敏静平刚桂英志文玉兰春梅晓红海波云龙飞宇浩然轩雨欣怡嘉思远佳琪栋德胜永康兴邦"
    )
    names = {chance.choice("王李张刘陈杨赵黄周吴") + "".join(chance.sample(given, 2)) for _ in range(150)}
    words = [
        "项目管理",
        "量子纠缠",
        "义无反顾",
        "水产养殖",
        "表彰会",
        "十字路口",
        "航天员",
        "火车站",
        "葡萄酒",
        "天文台",
    ]
    absent = [one for one in sorted(names) + words if not corpus_index.reader.count([Phrase(one)])[0]]
    changed = [one for one in absent if search(corpus_index.reader, SearchRequest(one)).instead]
    assert len(absent) > 100
    assert len(changed) <= len(absent) // 20, changed


# --- what is never changed


@pytest.mark.parametrize("change", [{"literal": True}, {"match": "all"}])
def test_who_asks_for_the_letter_gets_it(corpus_index: OpenIndex, change: dict[str, Any]) -> None:
    page = search(corpus_index.reader, SearchRequest("周谨研", **change))
    assert (page.instead, page.total) == (None, 0)
    assert offered(page) == ["周谨言"]


def test_quoted_text_is_offered_and_not_searched(corpus_index: OpenIndex) -> None:
    page = search(corpus_index.reader, SearchRequest("“澜江日抱” 党史"))
    assert page.instead is None
    assert offered(page) == ["“澜江日报” 党史"]


def test_a_word_of_the_dictionary_is_no_slip(index: Index) -> None:
    reader = index(*["表演大会召开"] * 5)
    page = search(reader, SearchRequest("表彰大会"))
    assert page.instead is None


def test_of_two_that_are_as_likely_neither_is_chosen(index: Index) -> None:
    reader = index("李小明讲话", "李晓明讲话", "别的")
    page = search(reader, SearchRequest("李笑明"))
    assert page.instead is None
    assert set(offered(page)) == {"李小明", "李晓明"}


def test_nothing_is_offered_for_exclusions_labels_and_days() -> None:
    assert [one.joined for one in read_typed("-周谨研 日期:上周 来源:澜江日抱 人:“周谨研” 科技2021")] == [
        "澜江日抱",
        "周谨研",
        "科技",
    ]
    assert [(one.field, one.quoted) for one in read_typed("人:“周谨研” 讲话")] == [("people", True), (None, False)]


# --- one answer everywhere


def test_pages_counts_and_exports_are_of_the_same_search(corpus_index: OpenIndex) -> None:
    reader, wanted = corpus_index.reader, SearchRequest("周谨研", size=1)
    pages = [search(reader, SearchRequest("周谨研", size=1, offset=at)) for at in range(search(reader, wanted).total)]
    assert {page.total for page in pages} == {len(pages)}
    assert sorted(hit.document.id for page in pages for hit in page.hits) == find_all(reader, wanted)[0]
    assert sum(one.count for one in count_values(reader, wanted, own=BY_NAME["source"])[0]) == len(pages)


def test_every_face_says_what_was_done(client: FlaskClient) -> None:
    query = quote("周谨研")
    record = json.loads(client.get(f"/api/v1/search?q={query}").text)
    assert record["instead"] == {"query": "周谨言", "word": "周谨研", "instead": "周谨言"}
    assert record["spellings"] == []
    assert record["hits"][0]["url"].endswith(f"?q={quote('周谨言')}")
    for address in (f"/search?q={query}", f"/embed?q={query}"):
        page = client.get(address).text
        assert "没有找到“<span" in page or "没有找到“周谨研”" in page, address
        assert "literal=1" in page
    literal = client.get(f"/search?q={query}&literal=1").text
    assert "您是不是要找" in literal
    assert json.loads(client.get(f"/api/v1/search?q={query}&literal=1").text)["instead"] is None


def test_the_terminal_says_it_beside_the_hits(searchapp: Run, index: Index) -> None:
    index("王延飞讲话")
    result = searchapp("search", "王言飞")
    assert "“王言飞” stands nowhere; these are the hits of “王延飞”" in result.stderr
    assert "王延飞讲话" in result.stdout
    assert "stands nowhere" not in searchapp("search", "王言飞", "--literal").stderr


# --- Latin letters


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dangshi", "党史"),
        ("DangShi", "党史"),
        ("kexiedangzu", "科协党组"),
        ("zhoujinyan", "周谨言"),
        ("zjy", "周谨言"),
        ("zhou jin yan", "周谨言"),
        ("dang shi 会议", "党史 会议"),
        ("作者:zhoujinyan", "作者:周谨言"),
        ("lanjiangribao", "澜江日报"),
        ("dangshi 会议", "党史 会议"),
    ],
)
def test_pinyin_that_finds_nothing_offers_what_is_read_so(corpus_index: OpenIndex, typed: str, meant: str) -> None:
    page = search(corpus_index.reader, SearchRequest(typed))
    assert page.instead is None
    assert meant in offered(page)


def test_letters_are_split_into_syllables_in_every_way() -> None:
    assert split_syllables("xian") == [("xian",), ("xi", "an")]
    assert split_syllables("wyf") == []
    assert split_syllables("") == [()]
    assert len(split_syllables("xian" * 6)) <= 16


# --- names with dots


@pytest.fixture
def dotted(index: Index) -> Reader:
    texts = [
        "会议由阿不都·热西提主持",
        "阿不都热西提出席会议",
        "阿不都•热西提：我们要努力",
        "阿不都在会上，热西提没有来",
    ]
    return index(*texts, author="阿不都·热西提")


@pytest.mark.parametrize("typed", ["阿不都·热西提", "阿不都热西提", "阿不都•热西提", "阿不都-热西提", "阿不都‧热西提"])
def test_a_name_is_the_same_with_any_dot_and_with_none(dotted: Reader, typed: str) -> None:
    page = search(dotted, SearchRequest(f"正文:{typed}"))
    assert {"d0", "d1", "d2"} <= set(ids(page))
    assert search(dotted, SearchRequest(f"作者:{typed}")).total == 4
    assert any(re.sub("[·•‧-]", "", one.text) == "阿不都热西提" for one in page.understood)


def test_a_quoted_name_has_the_dot_that_was_typed(dotted: Reader) -> None:
    assert ids(search(dotted, SearchRequest("正文:“阿不都热西提”"))) == ["d1"]
    assert ids(search(dotted, SearchRequest("正文:“阿不都·热西提”"))) == ["d0", "d2"]
    assert ids(search(dotted, SearchRequest("正文:阿不都热西提", literal=True))) == ["d1"]


def test_what_joins_words_is_no_dot_of_a_name(index: Index) -> None:
    reader = index("科普通知", "科普和通知")
    assert all("-" not in one.text for one in search(reader, SearchRequest("科普-通知")).understood)


def test_a_dot_that_is_missing_from_a_name_in_the_text_alone_is_found(index: Index) -> None:
    assert ids(search(index("买买提·玉素甫发言", "别的"), SearchRequest("买买提玉素甫"))) == ["d0"]


# --- who may read what


def test_nothing_is_offered_from_documents_that_are_not_there(index: Index) -> None:
    reader = index("王延飞讲话", "科普工作")
    some = reader.only(Phrase("科普"))
    assert offered(search(reader, SearchRequest("王廷飞"))) == ["王延飞"]
    for typed in ("王廷飞", "wangyanfei"):
        assert offered(search(some, SearchRequest(typed))) == []
        assert Suggester(some).find(typed) == []


# --- how alike


def test_characters_are_compared_by_sound_then_by_shape() -> None:
    pairs = {"报抱": SAME_SOUND, "金京": NEARLY_SAME_SOUND, "廷延": SAME_SHAPE, "己已": SAME_SHAPE, "王的": OTHER}
    assert {pair: compare(*pair) for pair in pairs} == pairs
    assert compare("延", "廷") == SAME_SHAPE


def test_one_slip_is_near_and_two_are_not() -> None:
    near = ["王延飞", "王廷飞", "王飞", "王延", "王延飞飞", "延王飞"]
    assert all(is_near(typed, "王延飞") and is_near("王延飞", typed) for typed in near)
    assert not any(is_near(typed, "王延飞") for typed in ("飞延王", "王", "李廷飞", "王延飞同志"))


def test_names_are_found_by_one_slip_and_by_how_they_are_read(corpus_index: OpenIndex) -> None:
    names = read_names(corpus_index.reader)
    assert [name.text for name in names.find_near("澜江日抱")] == ["澜江日报"]
    assert "澜江日报" in [name.text for name in names.find_read("ljrb")]
    assert read_names(corpus_index.reader) is names


def test_suggestions_know_people_issuers_and_series(corpus_index: OpenIndex) -> None:
    suggester = Suggester(corpus_index.reader)
    suggester.wait()
    facets = search(corpus_index.reader, SearchRequest()).facets
    for field, kind in (("people", "person"), ("issuer", "issuer"), ("series", "series")):
        names = [one.value for one in facets[field] if one.value and len(one.value) > 3 - (field == "people")]
        kinds = {(one.text, one.kind) for name in names[:20] for one in suggester.find(name[:-1])}
        assert any(found == kind for _, found in kinds), field
    assert ("澜江日报", "source") in [(one.text, one.kind) for one in suggester.find("澜江日抱")]


@pytest.mark.parametrize("typed", ["周谨研 日期:1990", "周谨研 -周谨言", "周谨研 来源:没有这家报"])
def test_what_would_find_nothing_is_not_searched_instead(corpus_index: OpenIndex, typed: str) -> None:
    page = search(corpus_index.reader, SearchRequest(typed))
    assert (page.total, page.instead) == (0, None)
    assert typed.replace("周谨研", "周谨言") in offered(page)
    assert find_all(corpus_index.reader, SearchRequest(typed))[0] == []


def test_what_folds_to_the_same_is_offered_once(corpus_index: OpenIndex) -> None:
    assert offered(search(corpus_index.reader, SearchRequest("沈研秋"))) == ["沈砚秋"]


def test_what_was_typed_is_not_offered(corpus_index: OpenIndex) -> None:
    for typed in ("会议：泓口市科协代表大会动员", "会议：泓口市科协代表大会省级学会"):
        page = search(corpus_index.reader, SearchRequest(typed))
        assert typed not in offered(page)


def test_every_answer_says_what_was_searched_instead(client: FlaskClient) -> None:
    query = {"q": "沈研秋"}
    facets = json.loads(client.get("/api/v1/facets", query_string={**query, "field": "source"}).text)
    assert facets["instead"]["query"] == "沈砚秋"
    assert sum(value["count"] for value in facets["values"]) > 0
    *lines, last = map(json.loads, client.get("/api/v1/export.jsonl", query_string=query).text.splitlines())
    assert (last["end"], last["total"], last["instead"]) == (True, len(lines), "沈砚秋")
    assert "没有找到“沈研秋”，这是“沈砚秋”的结果。" in client.get("/export.csv", query_string=query).text
    assert "以下是“" in client.get("/sources", query_string=query).text
    assert json.loads(client.get("/api/v1/facets?q=沈砚秋&field=source").text)["instead"] is None
