"""What comes near: behind everything complete, within the filters, and never what was excluded."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from indexer import Reader, Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.results import ResultPage
from searchapp.search.run import find_all, search
from tests.conftest import Write, browse

Index = Callable[[list[dict[str, str]]], Reader]


@pytest.fixture
def index(write: Write, settings: Settings) -> Index:
    """Return a function that indexes records."""

    def make(records: list[dict[str, str]]) -> Reader:
        lines = [json.dumps({"title": "文件"} | record, ensure_ascii=False) for record in records]
        update_index(settings, [write({"r.jsonl": "\n".join(lines)})])
        return open_index(settings.index).reader

    return make


def ids(page: ResultPage) -> list[str]:
    return [hit.document.id for hit in page.hits]


def marks_of(page: ResultPage) -> list[tuple[int, int]]:
    """Return what is marked in the body of the first hit, whose body is one sentence."""
    return page.hits[0].snippets[0].marks


def test_words_that_stand_together_come_before_what_is_only_near(index: Index) -> None:
    whole = [{"id": f"whole{n}", "text": "桥梁、苹果、汽车、飞机、电脑、书籍都有。"} for n in range(3)]
    near = [{"id": "near", "text": "桥梁苹果汽车飞机电脑" * 9}]
    page = search(index(whole + near), SearchRequest("桥梁苹果汽车飞机电脑书籍"))
    assert (page.complete, page.total) == (3, 4)
    assert ids(page)[3] == "near"
    assert [hit.missing for hit in page.hits] == [[], [], [], ["书籍"]]


def test_what_holds_nearly_all_in_one_place_may_come_before_words_all_over_a_long_text(index: Index) -> None:
    filler = "其余都是别的内容。" * 40
    scattered = {"id": "scattered", "text": filler.join(["桥梁", "苹果", "汽车", "飞机", "电脑", "书籍"])}
    near = {"id": "near", "text": "桥梁苹果汽车飞机电脑" * 9}
    others = [{"id": f"d{n}", "text": "天气预报"} for n in range(40)]
    page = search(index([scattered, near, *others]), SearchRequest("桥梁苹果汽车飞机电脑书籍"))
    assert (page.complete, ids(page)) == (1, ["near", "scattered"])
    assert [hit.missing for hit in page.hits] == [["书籍"], []]


def test_a_title_that_holds_all_words_is_a_place_where_they_stand_together(index: Index) -> None:
    titled = {"id": "titled", "title": "桥梁和书籍、苹果以及汽车", "text": "其余都是别的内容。" * 40}
    page = search(index([titled, {"id": "near", "text": "桥梁苹果汽车" * 9}]), SearchRequest("桥梁苹果汽车书籍"))
    assert ids(page) == ["titled", "near"]


@pytest.mark.parametrize("typed", ["换届选举", "换届选举大会", "大会 换届选举", "换届选举 大会精神"])
def test_what_the_dictionary_holds_as_one_word_is_found_apart(index: Index, typed: str) -> None:
    texts = {
        "apart": "学会完成换届，大会选举产生新一届理事会，大会精神",
        "half": "谈谈选举与大会精神",
        "no": "天气预报",
    }
    reader = index([{"id": name, "text": text} for name, text in texts.items()])
    page = search(reader, SearchRequest(typed))
    assert (page.complete, ids(page)) == (0, ["apart", "half"])
    assert [(hit.missing, hit.apart) for hit in page.hits] == [([], ["换届选举"]), (["换届选举"], [])]
    assert (page.given_up, page.apart) == ([], ["换届选举"])
    assert "换届" in {page.hits[0].document.body[start:end] for start, end in marks_of(page)}
    assert search(reader, SearchRequest(f"“{typed}”")).total == 0
    assert search(reader, SearchRequest(typed, match="all")).total == 0
    assert ids(search(reader, SearchRequest(typed, match="any")))[0] == "apart"


def test_a_word_that_is_one_comes_before_those_that_hold_it_apart(index: Index) -> None:
    records = [{"id": f"apart{n}", "text": "换届、选举换届、选举"} for n in range(3)]
    page = search(
        index([*records, {"id": "whole", "text": "有换届选举一事，" + "别的" * 99}]), SearchRequest("换届选举")
    )
    assert (page.complete, page.total, ids(page)[0]) == (1, 4, "whole")


def test_a_frequent_word_needs_no_company(index: Index) -> None:
    records = [{"id": f"whole{n}", "text": "换届选举"} for n in range(10)]
    page = search(index([*records, {"id": "apart", "text": "换届、选举"}]), SearchRequest("换届选举"))
    assert (page.complete, page.total) == (None, 10)


def test_a_single_character_that_is_missing_is_said_too(index: Index) -> None:
    page = search(index([{"id": "a", "text": "科协的人"}]), SearchRequest("科协和书"))
    assert [hit.missing for hit in page.hits] == [["书"]]


def test_what_is_near_is_sought_among_the_chosen(index: Index) -> None:
    old = [{"id": f"o{n}", "text": "科普会议纪要", "date": "2020"} for n in range(150)]
    new = [{"id": f"n{n}", "text": "科普展览", "date": "2021"} for n in range(5)]
    reader = index(old + new)
    everywhere = search(reader, SearchRequest("科普 会议 机器人"))
    chosen = search(reader, SearchRequest("科普 会议 机器人").change(year=("2021",)))
    assert (everywhere.total, everywhere.complete) == (100, 0)
    assert (chosen.total, chosen.complete) == (5, 0)
    assert {value.value: value.count for value in chosen.facets["year"]} == {"2021": 5, "2020": 100}
    few = search(reader, SearchRequest("科普展览").change(year=("2020",)))
    assert few.complete in (None, 0)


def test_filters_that_leave_little_are_no_reason_to_relax(index: Index) -> None:
    records = [{"id": f"d{n}", "text": "科普的会议", "date": "2020" if n else "2021"} for n in range(20)]
    page = search(index(records), SearchRequest("科普会议").change(year=("2021",)))
    assert (page.total, page.complete) == (1, None)


def test_what_is_excluded_never_comes_back(index: Index) -> None:
    reader = index(
        [
            {"id": "a", "text": "会议 通知 内容"},
            {"id": "b", "text": "会议 内容"},
            {"id": "c", "text": "去年科普，通知在此"},
        ]
    )
    assert ids(search(reader, SearchRequest("（科普 -通知） 会议"))) == ["b"]
    assert "c" not in ids(search(reader, SearchRequest("去年 科普 -通知")))
    assert ids(search(reader, SearchRequest("内容 -去年"))) in (["a", "b"], ["b", "a"])
    assert ids(search(reader, SearchRequest("科普 -去年"))) == []


def test_any_part_finds_at_least_what_all_parts_find(index: Index) -> None:
    reader = index([{"id": "a", "text": "去年 科普工作"}, {"id": "b", "text": "别的"}])
    assert ids(search(reader, SearchRequest("去年 科普", match="all"))) == ["a"]
    assert ids(search(reader, SearchRequest("去年 科普", match="any"))) == ["a"]


def test_what_comes_near_fills_the_list_up_to_a_hundred(index: Index) -> None:
    records = [{"id": f"d{n:03}", "text": "科普会议" + ("工作" if n < 120 else "")} for n in range(400)]
    records += [{"id": f"whole{n:02}", "text": "科普会议工作，量子计算"} for n in range(40)]
    reader = index(records)
    page = search(reader, SearchRequest("科普会议工作量子计算", size=100))
    assert (page.total, page.complete) == (100, 40)
    assert all(hit.document.id.startswith("whole") for hit in page.hits[:40])
    assert all("工作" in hit.document.body for hit in page.hits)
    assert search(reader, SearchRequest("科普会议")).complete is None  # more than a hundred hold it


def test_places_on_the_document_page_are_the_hit_count_of_near_hits_too(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "文件标题\n来源：甲\n\n会议研究机器设备采购，机器已到。"})])
    site = browse(settings)
    for query in ("会议 机器人", "机械人设备", "机器人"):
        for hit in json.loads(site.get(f"/api/v1/search?q={quote(query)}").text)["hits"]:
            assert site.get(hit["url"]).text.count("<mark>") == hit["hit_count"], query


def test_equal_forms_are_not_found_inside_longer_numbers(index: Index) -> None:
    texts = ["2015年的事", "12次会议", "去年12月", "11月10日", "23项工作", "十五年", "增长14.5%", "参会人数达114.5万"]
    texts += ["张三家", "于2021.3.12召开"]
    reader = index([{"id": f"d{n}", "text": text} for n, text in enumerate(texts)])
    for query in ("五年", "二次", "二月", "一月十日", "三项", "5年", "十四五", "2021年3月1日"):
        found = [hit.document.body for hit in search(reader, SearchRequest(query, match="all")).hits]
        assert found == [text for text in texts if query in text], query


def test_forms_are_found_where_they_stand_alone(index: Index) -> None:
    texts = ["5年", "会议于2021.3.1举行", "1月召开", "第五届第一次", "14·5规划", "“十四五”期间"]
    reader = index([{"id": f"d{n}", "text": f"关于{text}的事"} for n, text in enumerate(texts)])
    for query, text in (("五年", "5年"), ("2021年3月1日", texts[1]), ("一月", texts[2]), ("五届一次", texts[3])):
        found = [hit.document.body for hit in search(reader, SearchRequest(query, match="all")).hits]
        assert found == [f"关于{text}的事"]
    assert search(reader, SearchRequest("十四五期间", match="all")).total == 1
    assert search(reader, SearchRequest("十四五规划", match="all")).total == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("会议 -通知 或 科普", ["b", "c"]),
        ("会议 -通知 | 科普", ["b", "c"]),
        ("会议 科普 或 -通知", ["b", "c"]),
        ("-通知 或 科普", ["b"]),
        ("会议 (-通知) 或 科普", ["b", "c"]),
    ],
)
def test_an_exclusion_is_never_an_alternative(index: Index, query: str, found: list[str]) -> None:
    reader = index(
        [{"id": "a", "text": "会议通知科普"}, {"id": "b", "text": "会议科普"}, {"id": "c", "text": "会议记录"}]
    )
    assert sorted(ids(search(reader, SearchRequest(query)))) == found


def test_what_a_group_demands_is_kept_when_it_is_given_up(index: Index) -> None:
    texts = ["机器人通知", "科普会议", "机器人", "科普通知", "会议"]
    records = [{"id": text, "text": text, "date": "2020", "source": "乙社"} for text in texts]
    reader = index(records)
    assert "机器人通知" not in ids(search(reader, SearchRequest("（科普 -通知） 或 （会议 -通知） 机器人")))
    assert ids(search(reader, SearchRequest("（日期:2021 科普） 机器人"))) == []
    assert ids(search(reader, SearchRequest("（来源:甲社 科普） 机器人"))) == []
    assert "机器人通知" not in ids(search(reader, SearchRequest("（-通知 或 天文台） 机器人 科普")))


def test_the_same_text_quoted_and_plain_is_told_apart(index: Index) -> None:
    reader = index([{"id": "a", "text": "会议第7次召开"}, {"id": "b", "text": "别的文章"}])
    for query in ("“第七次” 第七次", "第七次 “第七次”"):
        page = search(reader, SearchRequest(query))
        assert [(hit.document.id, hit.missing) for hit in page.hits] == [("a", ["第七次"])], query


def test_amounts_are_not_taken_apart(index: Index) -> None:
    texts = ["投资3.5亿元建设", "经费1,500万元", "历时2.5年", "5亿元", "2020.12.31-2021.3.12"]
    reader = index([{"id": f"d{n}", "text": text} for n, text in enumerate(texts)])
    assert ids(search(reader, SearchRequest("五亿元", match="all"))) == ["d3"]
    assert ids(search(reader, SearchRequest("五百万元", match="all"))) == []
    assert ids(search(reader, SearchRequest("五年", match="all"))) == []
    assert ids(search(reader, SearchRequest("2021年3月12日", match="all"))) == ["d4"]
    page = search(reader, SearchRequest("2021-03"))
    assert [one.text for one in page.understood] == ["2021-03"]


def test_spellings_under_a_filter_find_something_there(index: Index) -> None:
    reader = index([{"id": "a", "text": "科普活动", "date": "2020"}, {"id": "b", "text": "别的", "date": "2021"}])
    assert [one.instead for one in search(reader, SearchRequest("科谱")).spellings] == ["科普"]
    assert search(reader, SearchRequest("科谱").change(year=("2021",))).spellings == []


def test_what_holds_little_of_a_quoted_text_is_not_near_it(index: Index) -> None:
    """A name that somebody remembers wrongly finds its like; a text that shares a word with it is nothing."""
    records = [{"id": "like", "text": "关于桥梁苹果汽车飞机的报告"}, {"id": "word", "text": "汽车展览"}]
    reader = index(records)
    assert ids(search(reader, SearchRequest("“桥梁苹果汽车飞船”"))) == ["like"]
    page = search(reader, SearchRequest("“电脑书籍汽车铁路”"))
    assert (page.total, page.complete) == (0, None)
    assert ids(search(reader, SearchRequest("电脑书籍汽车铁路"))), "unquoted, a word is enough"


def test_a_number_and_what_it_counts_are_one_part_across_a_space(index: Index) -> None:
    reader = index([{"id": "year", "text": "2019年的科普工作"}, {"id": "apart", "text": "年报：科普 2019 项"}])
    assert ids(search(reader, SearchRequest("2019 年 科普", match="all"))) == ["year"]


def test_any_part_loses_no_document_to_what_holds_more_of_them(index: Index) -> None:
    texts = ("熊猫 孔雀", "大会", *("大会 纪要" for _ in range(20)), *("天气预报" for _ in range(40)))
    records = [{"id": f"d{n:02}", "text": text, "source": "甲报" if n < 2 else "乙报"} for n, text in enumerate(texts)]
    reader = index(records)
    page = search(reader, SearchRequest("熊猫 孔雀 大会", match="any").change(source=["甲报"]))
    assert (page.total, ids(page), page.complete) == (2, ["d00", "d01"], None)
    assert find_all(reader, SearchRequest("熊猫 孔雀 大会", match="any").change(source=["甲报"]))[0] == ["d00", "d01"]
