"""What was typed -> what is asked. Nothing typed is an error; what is too long is cut openly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import (
    And,
    Everything,
    Field,
    Not,
    OpenIndex,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Sort,
    Term,
    fold,
)
from searchapp.language.cutting import find_pairs
from searchapp.language.equals import Lexicon
from searchapp.language.parsed import Cut
from searchapp.language.parsing import parse_query
from searchapp.language.synonyms import Synonyms
from searchapp.search.request import MatchMode, SearchRequest
from searchapp.search.run import search

BARE = Lexicon(Synonyms({}, {}))  # without the names that we ship


def part(text: str, *words: str | Term) -> Query:
    terms = tuple(Term(word) if isinstance(word, str) else word for word in words)
    return Or((And(terms) if len(terms) > 1 else terms[0], Phrase(text, pairs=find_pairs(fold(text)))))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("科协", Term("科协")),
        ("科协　会议", And((Term("科协"), Term("会议")))),
        ("党史学习教育", part("党史学习教育", "党史", "学习", "教育")),
        ("提出过的经验", part("提出过的经验", "提出", "经验")),
        ("什么的", part("什么的", "什么", "的")),
        ("“四个意识”", Phrase("四个意识")),
        ('"四个意识"', Phrase("四个意识")),
        ("「四个意识」", Phrase("四个意识")),
        ("《意见》", Phrase("意见")),
        ("”四个意识“", part("”四个意识“", Term("四个", ("4个",)), "意识")),
        ("“四个意识", part("“四个意识", Term("四个", ("4个",)), "意识")),
        ("学习“四个意识”精神", And((Term("学习"), Phrase("四个意识"), Term("精神")))),
        ("“还有“来源：某处”的说法”", Phrase("还有“来源：某处”的说法")),
        ("“甲”乙”", Phrase("甲”乙")),
        ("“甲” “乙”", And((Phrase("甲"), Phrase("乙")))),
        ("科普 -通知", And((Term("科普"), Not(Term("通知"))))),
        ("-通知", And((Everything(), Not(Term("通知"))))),
        ("-5℃", Term("5c")),
        ("−5℃", Term("5c")),
        ("科普 -5", And((Term("科普"), Term("5")))),
        ("科普 -2021", And((Term("科普"), Not(Term("2021"))))),
        ("（一）", Term("一")),
        ("（一）加强", part("（一）加强", "一", "加强")),
        ("(试行)办法", part("(试行)办法", "试行", "办法")),
        ("(科普)", Term("科普")),
        ("（科普 或 智库）会议", And((Or((Term("科普"), Term("智库"))), Term("会议")))),
        ("2.0.1", Term(fold("2.0.1").text, alone=True)),
        ("C#", Term("c#", alone=True)),
        ("5、6", part("5、6", "5", "6")),
        ("互联网+科普", part("互联网+科普", "互联网", "科普")),
        ("科普 + 智库", And((Term("科普"), Term("智库")))),
        ("科普-通知", part("科普-通知", "科普", "通知")),
        ("科普 - 通知", And((Term("科普"), Term("通知")))),
        ("科普 OR 智库", Or((Term("科普"), Term("智库")))),
        ("科普 或 智库", Or((Term("科普"), Term("智库")))),
        ("科普|智库", Or((Term("科普"), Term("智库")))),
        ("科普 AND 智库", And((Term("科普"), Term("智库")))),
        ("（科普 或 智库） 会议", And((Or((Term("科普"), Term("智库"))), Term("会议")))),
        ("标题:总结", Field("title", Term("总结"))),
        ("来源：日报", Field("source", Term("日报"))),
        ("title:“工作 总结”", Field("title", Phrase("工作 总结"))),
        ("日期:2021", Range("date", 20210101, 20211231)),
        ("日期:2021-03..2022", Range("date", 20210301, 20221231)),
        ("日期:2022..2021", Range("date", 20210101, 20221231)),
        ("日期:>=2021年3月", Range("date", 20210301, None)),
        ("会议日期:<2021-03-12", Range("meeting_date", None, 20210311)),
        ("日期:三十二日", part("日期:三十二日", "日期", Term("三十二日", ("32日", "卅二日")))),
        ("日期:2021)", part("日期:2021)", "日期", "2021")),
        ("(日期:2021)", Range("date", 20210101, 20211231)),
        ("作者:", Term("作者")),
        ("", None),
        ("。。 ——", None),
        ("-", None),
        ("((((", None),
    ],
)
def test_what_a_query_asks(typed: str, query: Query | None) -> None:
    assert parse_query(typed, BARE).query == query


@given(
    st.text(
        alphabet=st.sampled_from(list('会a1 　-—|（）()“”"「」《》:：或OR。，日期标题2021.<>=*？\ud800')), max_size=40
    )
)
def test_nothing_typed_is_an_error(corpus_index: OpenIndex, typed: str) -> None:
    query = parse_query(typed).query
    if query is not None:
        corpus_index.reader.find_keys(query)


WORDS_TEXT = """
    科普 科协 会议 党史学习教育 第七次 十四五 2021年3月12日 ２０２１／３ 二〇二一年 近三年 去年 2021..2022 >=2021-03
    哪次 什么 的 gen-itgc AI* 沈砚秋 张三 大篷车 万三百 科斜 ㎡ 一 -通知 或 OR AND | 学習
"""
WORDS = st.sampled_from([*WORDS_TEXT.split(), "\ud800"]) | st.text(min_size=1, max_size=6)
FIELDS = st.sampled_from(
    ["标题:", "来源：", "正文:", "作者:", "日期:", "会议日期：", "title:", "date:", "类型:", "无此:"]
)
SENTENCES: st.SearchStrategy[str] = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.tuples(inner, st.sampled_from([" 或 ", " OR ", "|", "　", " -"]), inner).map("".join),
        st.tuples(
            st.sampled_from(["“%s”", '"%s"', "「%s」", "《%s》", "（%s）", "(%s)", "-%s", "“%s", "(%s"]), inner
        ).map(lambda pair: pair[0].replace("%s", pair[1])),
        st.tuples(FIELDS, inner).map("".join),
    ),
    max_leaves=8,
)


@given(SENTENCES, st.sampled_from(["auto", "all", "any"]), st.sampled_from(["relevance", "newest"]), st.booleans())
def test_any_sentence_of_the_language_is_answered(
    corpus_index: OpenIndex, typed: str, match: MatchMode, sort: Sort, literal: bool
) -> None:
    """What is found is told the same by every page of it."""
    request = SearchRequest(typed, match=match, sort=sort, literal=literal, size=100)
    page = search(corpus_index.reader, request)
    assert page.total == len(page.hits)
    if page.complete is not None:
        assert match != "all"
        whole = {hit.document.id for hit in page.hits if not (hit.missing or hit.apart)}
        if match == "auto" and not any(one.note for one in page.understood):
            strict = search(corpus_index.reader, replace(page.as_asked(request), match="all"))
            assert whole == {hit.document.id for hit in strict.hits}
            assert len(whole) == page.complete
    if page.total > 3:
        rest = search(corpus_index.reader, replace(request, offset=3, size=3))
        assert [hit.document.id for hit in rest.hits] == [hit.document.id for hit in page.hits[3:6]]
    for hit in page.hits:
        assert all(0 <= start < end <= len(hit.document.title or "") for start, end in hit.title_marks)
        for snippet in hit.snippets:
            assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.marks)


@given(st.text(max_size=200))
def test_no_unicode_is_an_error(typed: str) -> None:
    parse_query(typed)


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("会" * 1001, Cut(1000, 1001, 1, 1)),
        ("会 " * 65, Cut(129, 129, 64, 65)),
        (" ".join(f"词{n}" for n in range(400)), Cut(1000, 1889, 64, 222)),
        ("会 " * 64, None),
        ("会" * 1000 + " " * 9, None),
    ],
)
def test_of_a_query_that_is_too_long_the_beginning_is_asked(typed: str, cut: Cut | None) -> None:
    parsed = parse_query(typed)
    assert [one.cut for one in parsed.understood if one.note == "cut"] == ([cut] if cut else [])


def test_brackets_that_nest_too_deep_are_text() -> None:
    for depth in (16, 17, 400):
        assert parse_query("(" * depth + "会 议" + ")" * depth).query == And((Term("会"), Term("议")))


@pytest.mark.parametrize(
    ("typed", "items"),
    [
        ("王国\n王建\n王文\n王军\n王志", 5),
        ("王国\t王建\t王文\t王军\t王志", 5),
        ("王国  王建  王文  王　军  王志", 5),
        ("王国、王建、王文", 3),
        ("白渚日报；澜江日报；泓口发布", 3),
        ("王国，王建，王文，", 3),
        ("王国,王建,王文,王国", 3),
        ("王国/王建/王文", 3),
        (" ".join(f"王{name}" for name in "国建文军志强海燕丽娜晓明"), 12),
        ("王国、王建", 0),
        ("王国 王建 王文 王军 王志", 0),  # words that are to be found together
        ("床前明月光，疑是地上霜，举头望明月", 0),
        ("内部/2021/通知.txt", 0),
        ("2021/3/12", 0),
        ("学习、宣传、贯彻好这一次会议的精神并且一直坚持到底不放松", 0),
        ("“王国、王建、王文”", 0),
        ("王国、王建、王文 -通知", 0),
        ("标题:王国、王建、王文", 0),
        ("王国、王建、王文 会议", 0),
    ],
)
def test_a_pasted_list_is_told_from_a_sentence(typed: str, items: int) -> None:
    parsed = parse_query(typed)
    assert len(parsed.items) == items
    assert not items or len(parsed.units) == items


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("标题: 总结", Field("title", Term("总结"))),
        ("标题：　总结 会议", And((Field("title", Term("总结")), Term("会议")))),
        ("标题: 来源:日报", And((Term("标题"), Field("source", Term("日报"))))),
        ("标题:\n总结", And((Term("标题"), Term("总结")))),
        ("标题: -总结", And((Term("标题"), Not(Term("总结"))))),
        ("日期：2021-3-12 10:20 会议", And((Range("date", 20210312, 20210312), Term("会议")))),
        ("OR 科普", Term("科普")),
        ("科普 OR", Term("科普")),
        ("AND 科普 AND", Term("科普")),
        ("OR", Term("or")),
        ("科普 或", And((Term("科普"), Term("或")))),
    ],
)
def test_what_is_typed_half_is_read_as_it_was_meant(typed: str, query: Query) -> None:
    assert parse_query(typed, BARE).query == query


def test_figures_out_of_a_table_may_begin_inside_a_number() -> None:
    assert parse_query("2.5").query == Term(fold("2.5").text, alone=True)
    columns = parse_query("2.5 13.6").query
    assert isinstance(columns, And)
    assert "alone=True" not in repr(columns)


def test_what_relaxing_may_give_up_and_what_not() -> None:
    parsed = parse_query("党史学习 “原话” 标题:总结 -通知 日期:2021 甲 或 乙")
    assert [unit.text for unit in parsed.units] == ["党史", "学习", "原话", "甲 或 乙"]
    assert parsed.required == [
        Field("title", Term("总结")),
        Not(Term("通知")),
        Range("date", 20210101, 20211231),
    ]


def test_a_star_asks_for_words_that_begin_so() -> None:
    assert parse_query("Gen*").query == Pattern("gen*")
    assert parse_query("标题:gen＊").query == Field("title", Pattern("gen*"))
    assert parse_query("科技*").query == Term("科技")  # it, which is found inside words
    assert parse_query("“gen*”").query == Phrase("gen*")
    assert parse_query("*").query is None


@pytest.mark.parametrize(
    ("typed", "optional"),
    [
        ("博览会在什么时间开幕", "时间"),
        ("博览会在哪个城市开幕", "城市"),
        ("博览会开幕的时间是什么？", "时间"),
        ("纪录片的主演是谁", ""),  # one word beside it says too little
        ("纪录片评奖的主演是谁", "主演"),
        ("纪录片评奖的会长是谁", ""),
        ("时间管理从什么时间开始", ""),
        ("什么时间", ""),
        ("博览会开幕时间", ""),
        ("时间管理课程", ""),
        ("博览会 开幕 时间", ""),
    ],
)
def test_what_a_question_asks_for_is_evidence_and_no_demand(typed: str, optional: str) -> None:
    parsed = parse_query(typed, BARE)
    assert not optional or optional not in [unit.text for unit in parsed.units]
    demand = repr(parsed.query)
    assert optional in demand
    assert ("Everything()" in demand) == bool(optional)
