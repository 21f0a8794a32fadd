"""Dates and numbers as people write them: each notation finds all others, and nothing that only looks like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import Reader, Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.results import ResultPage
from searchapp.search.run import search
from tests.conftest import Write, browse

# Each row is one thing. Every notation stands in a document of its own, and each of them finds all of its row.
SAME = """
2021年3月18日 | 2021-03-18 | 2021.3.18 | 2021/3/18 | 20210318 | ２０２１年３月１８日 | 2021年03月18日 | 二〇二一年三月十八日 | 二零二一年三月十八日 | 二○二一年三月十八日
2019年5月 | 2019-05 | 二〇一九年五月 | 2019 年 5 月
5月12日至14日 | 5月12－14日 | 5月12日—14日 | 5月12~14日 | 5月12日到14日 | 5月12日－5月14日 | 五月十二日至十四日
6月30日至7月2日 | 6月30日—7月2日 | 6月30日到7月2日
廿五日 | 25日 | 二十五日
26件 | 二十六件
381道 | 三百八十一道
8支队伍 | 八支队伍
200余名 | 二百余名 | 两百余名
卅余位 | 30余位 | 三十余位
120多项 | 一百二十多项
2700户 | 两千七百户 | 二千七百户 | 2,700户 | ２，７００户
6,200余人 | 6200余人 | 六千二百余人 | 六千两百余人
2个百分点 | 两个百分点 | 二个百分点
3.2倍 | 三点二倍
1.2亿元 | 1亿2000万元 | 一亿二千万元 | 12000万元 | 12,000万元 | 120000000元 | 120,000,000元 | 一点二亿元
130万元 | 一百三十万元 | 壹佰叁拾万元 | 1300000元
1.5万人 | 15000人 | 一万五千人 | 15,000人
4.5% | ４．５％ | 百分之四点五 | 百分之4.5
五分之三 | 3/5
12:00 | １２：００ | 12点 | 12时 | 十二时
下午3:30 | 15:30 | 下午3点半 | 15时30分 | 下午三点半
0531-86061234 | 0531-8606 1234 | (0531)86061234 | （0531）8606-1234 | 0531 86061234 | 053186061234 | +86 531 86061234
13812345678 | 138 1234 5678 | 138-1234-5678 | +86 13812345678
科协发〔2021〕15号 | 科协发[2021]15号 | 科协发【2021】第15号 | 科协发2021年15号 | 科协发2021年第15号 | 科协发202115号 | 科协发2021 15号 | 科协发（2021）015号 | 科协发(2021年)15号
十九届六中全会 | 19届6中全会 | 第十九届中央委员会第六次全体会议
十四五规划 | 14.5规划 | 14·5规划
2021-2022 | 2021至2022年 | 2021年—2022年
"""  # fmt: skip
ROWS = [[notation.strip() for notation in row.split("|")] for row in SAME.strip().splitlines()]


def index_texts(texts: dict[str, str], *, folder: Path) -> Reader:
    """Index texts as files of these names."""
    archive = folder / "archive"
    archive.mkdir()
    for name, text in texts.items():
        (archive / f"{name}.txt").write_text(f"有关情况\n{text}\n", encoding="utf-8")
    settings = Settings(index=folder / "index")
    update_index(settings, [archive])
    return open_index(settings.index).reader


def complete(page: ResultPage) -> set[str]:
    """Return the names of the files that hold all of a query."""
    return {Path(hit.document.path).stem for hit in page.hits if not hit.missing and not hit.apart}


@pytest.fixture(scope="module")
def notations(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    texts = {
        f"{row}-{at}": f"这里写着{one}，没有别的。" for row, all_ in enumerate(ROWS) for at, one in enumerate(all_)
    }
    return index_texts(texts, folder=tmp_path_factory.mktemp("notations"))


@pytest.mark.parametrize(("row", "typed"), [(row, typed) for row, all_ in enumerate(ROWS) for typed in all_])
def test_each_notation_finds_all_others_and_nothing_else(notations: Reader, row: int, typed: str) -> None:
    found = complete(search(notations, SearchRequest(typed, size=100)))
    assert found == {f"{row}-{at}" for at in range(len(ROWS[row]))}


def test_a_literal_request_has_one_notation(notations: Reader) -> None:
    assert len(complete(search(notations, SearchRequest("26件", literal=True)))) == 1


OTHERS = {
    "percent": "增长13.5%，又降3.55%，共3.5倍。",
    "letters": "学习C语言与C++语言。",
    "fraction": "占比12/3，又占2/35。",
    "version": "版本12.0.1与2.0.12。",
    "words": "四联重工在两江新区，六成职工五一放假，祖孙三代会餐，十四五岁的孩子四处奔走，百度公司一个会议，张三届时到会。",
    "plan": "“十四五”规划开局。",
    "larger": "一百二十六件，第十七次代表大会，澜办〔2021〕115号。",
    "month": "2021年12月印发规定。",
}


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return index_texts(OTHERS, folder=tmp_path_factory.mktemp("others"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3.5%", set()),
        ("百分之三点五", set()),
        ("C#", set()),
        ("C+", set()),
        ("C++", {"letters"}),
        ("2/3", set()),
        ("2.0.1", set()),
        ("12.0.1", {"version"}),
        ("14.5%", set()),
        ("14.5亿元", set()),
        ("14.5规划", {"plan"}),
        ("26件", set()),
        ("七代会", set()),
        ("十七代会", {"larger"}),
        ("〔2021〕15号", set()),
        ("〔2021〕12号", set()),
        ("4个", set()),
        ("2个", set()),
        ("6个", set()),
        ("51个", set()),
    ],
)
def test_what_only_looks_alike_is_not_complete(others: Reader, typed: str, found: set[str]) -> None:
    assert complete(search(others, SearchRequest(typed))) == found


def test_a_number_inside_a_longer_one_is_near_and_found_where_it_is_quoted(others: Reader) -> None:
    page = search(others, SearchRequest("3.5%"))
    assert [Path(hit.document.path).stem for hit in page.hits] == ["percent"]
    assert page.hits[0].missing == ["3.5%"]
    assert complete(search(others, SearchRequest("“3.5%”"))) == {"percent"}
    assert complete(search(others, SearchRequest("3.5%", literal=True, match="all"))) == {"percent"}


def test_the_spoken_name_of_a_congress_finds_its_full_name(tmp_path: Path) -> None:
    congresses = {
        "seventh": "市残疾人联合会第七次代表大会召开。",
        "tenth": "省农学会第10次会员代表大会闭幕。",
        "workers": "职工代表大会审议提案。",
        "dinner": "祖孙三代会餐。",
    }
    reader = index_texts(congresses, folder=tmp_path)
    for typed in ("七代会", "7代会", "残联七代会"):
        assert complete(search(reader, SearchRequest(typed))) == {"seventh"}
    assert complete(search(reader, SearchRequest("农学会十代会"))) == {"tenth"}
    assert not search(reader, SearchRequest("三代会餐")).understood
    assert [one.text for one in search(reader, SearchRequest("七代会")).understood] == ["七代会"]


MEETINGS = {
    "held": "省科协召开常委会议\n2021年3月22日　来源：省科协\n3月18日，省科协召开常委会议，审议工作总结。",
    "issued": "市科协印发办法\n2022年3月20日　来源：市科协\n3月18日，市科协印发办法，要求认真执行。",
    "long": "论坛举行\n论坛于2021年6月30日至7月6日举行。",
    "span": "讲习班3月12日—14日开班。",
    "short": "学会会议于2021年5月12－14日在澜江召开。",
}


@pytest.fixture(scope="module")
def meetings(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    archive = tmp_path_factory.mktemp("meetings")
    for name, text in MEETINGS.items():
        (archive / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=archive.parent / "days" / "index")
    update_index(settings, [archive])
    return open_index(settings.index).reader


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2021年3月18日", {"held"}),
        ("2021-03-18 常委会议", {"held"}),
        ("2021年3月22日", {"held"}),
        ("2021年3月", {"held"}),
        ("2022年3月18日", set()),
        ("标题:2021年3月22日", set()),
        ("2021年7月3日", {"long"}),
        ("2021年7月8日", set()),
        ("2021年5月12日", {"short"}),
        ("2021年5月13日", {"short"}),
        ("5月14日", {"short"}),
        ("3月12日", {"span"}),
        ("3月13日", {"span"}),
        ("3月14日", {"span"}),
        ("3月15日", set()),
        ("3月1日", set()),
    ],
)
def test_a_day_finds_what_is_dated_so_and_the_spans_that_hold_it(meetings: Reader, typed: str, found: set[str]) -> None:
    assert complete(search(meetings, SearchRequest(typed))) == found


def test_what_names_the_day_comes_before_spans_around_it(write: Write, settings: Settings) -> None:
    texts = {"a": "讲习班3月12日—14日开班。", "b": "讲习班3月13日开班。", "c": "讲习班3月12日至13日开班。"}
    update_index(settings, [write({f"{name}.txt": text for name, text in texts.items()})])
    page = search(open_index(settings.index).reader, SearchRequest("3月13日"))
    assert {Path(hit.document.path).stem for hit in page.hits[:2]} == {"b", "c"}
    assert [Path(hit.document.path).stem for hit in page.hits][-1] == "a"


def test_the_page_says_that_a_day_was_taken_for_a_date(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"held.txt": MEETINGS["held"]})])
    site = browse(settings)
    text = site.get("/search?q=2021年3月18日").text
    assert "也列出 2021-03-18 发布或开会的文件。" in text
    answer = site.get("/api/v1/search?q=2021年3月18日").get_json()
    assert answer["understood"][0]["days"] == ["2021-03-18", "2021-03-18"]


def test_a_document_of_a_year_is_not_one_of_each_day(write: Write, settings: Settings) -> None:
    """What is dated by its year alone might be of any day; it is not told to be of this one."""
    update_index(settings, [write({"a.jsonl": '{"id": "1", "title": "总结", "date": "2021", "text": "全年工作"}'})])
    assert search(open_index(settings.index).reader, SearchRequest("2021年3月18日")).total == 0


def test_a_piece_cut_out_of_a_number_is_found_in_it(tmp_path: Path) -> None:
    reader = index_texts({"a": "增长20.8%。", "b": "增长20.9%。"}, folder=tmp_path)
    assert complete(search(reader, SearchRequest(".8%"))) == {"a"}
