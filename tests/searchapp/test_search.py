"""Requests over the sample corpus: filters, facets, order, relaxation."""

from __future__ import annotations

import pytest

from indexer import OpenIndex, QueryError, Reader
from searchapp.search.request import SearchRequest, read_date
from searchapp.search.run import NoSuchPageError, search


@pytest.fixture
def reader(corpus_index: OpenIndex) -> Reader:
    return corpus_index.reader


def titles(reader: Reader, request: SearchRequest) -> list[str | None]:
    return [hit.document.title for hit in search(reader, request).hits]


def test_a_verbatim_hit_comes_before_one_that_only_holds_the_words(reader: Reader) -> None:
    page = search(reader, SearchRequest("一线四联工作法", size=50))
    verbatim = ["一线四联”工作法" in (hit.document.title or "") + hit.document.body for hit in page.hits]
    assert any(verbatim)
    assert verbatim == sorted(verbatim, reverse=True)


def test_a_phrase_cut_by_a_page_break_is_one_phrase(reader: Reader) -> None:
    whole = [hit.document for hit in search(reader, SearchRequest("“党史学习教育”", size=100)).hits]
    assert whole
    assert all("党史学习教育" in (document.title or "") + document.body for document in whole)


def test_filters_narrow_and_add_up(reader: Reader) -> None:
    all_ = search(reader, SearchRequest("科普"))
    by_year = {value.value: value.count for value in all_.facets["year"]}
    assert sum(by_year.values()) == all_.total
    some = search(reader, SearchRequest("科普").change(year=("2021", "2022")))
    assert some.total == by_year["2021"] + by_year["2022"]
    sources = {value.value: value.count for value in some.facets["source"]}
    first = next(value for value in sources if value)
    one = search(reader, SearchRequest("科普").change(year=("2021", "2022"), source=(first,)))
    assert one.total == sources[first]
    assert {hit.document.source for hit in one.hits} == {first}
    assert {value.value for value in one.facets["source"]} == set(sources)


def test_dates_are_included_at_both_ends_and_in_either_order(reader: Reader) -> None:
    day = next(hit.document.date for hit in search(reader, SearchRequest("科普", sort="newest")).hits)
    assert day is not None
    assert search(reader, SearchRequest("科普", date_from=day, date_to=day)).total >= 1
    forwards = search(reader, SearchRequest("科普", date_from="2021", date_to="2022-06")).total
    assert forwards == search(reader, SearchRequest("科普", date_from="2022-06", date_to="2021")).total > 0


def test_documents_without_a_date_can_be_asked_for(reader: Reader) -> None:
    page = search(reader, SearchRequest(size=100).change(year=("",)))
    assert page.total
    assert all(hit.document.date is None for hit in page.hits)


def test_without_a_query_the_archive_is_browsed_newest_first(reader: Reader) -> None:
    page = search(reader, SearchRequest(size=100))
    dates = [hit.document.date for hit in page.hits]
    dated = [date for date in dates if date]
    assert page.total == reader.document_count
    assert dated == sorted(dated, reverse=True)
    assert dates[len(dated) :] == [None] * (len(dates) - len(dated))


def test_pages_make_the_whole_list(reader: Reader) -> None:
    whole = search(reader, SearchRequest("科协", size=100))
    paged = [
        hit.document.id
        for offset in range(0, whole.total, 7)
        for hit in search(reader, SearchRequest("科协", offset=offset, size=7)).hits
    ]
    assert paged == [hit.document.id for hit in whole.hits]


def test_a_page_beyond_the_last_is_refused_with_the_numbers(reader: Reader) -> None:
    with pytest.raises(NoSuchPageError, match=r"没有第 1000000000 页：结果共 \d+ 条，\d+ 页"):
        search(reader, SearchRequest("科协", offset=10 * (10**9 - 1)))


def test_where_nothing_holds_all_words_the_best_comes_and_says_what_is_missing(reader: Reader) -> None:
    page = search(reader, SearchRequest("哪次会议提出过科普大篷车进百村 量子纠缠"))
    assert page.hits
    assert "纠缠" in page.given_up
    assert any("科普大篷车" in hit.document.body for hit in page.hits[:3])
    assert search(reader, SearchRequest("科普大篷车 量子纠缠", match="all")).total == 0
    assert search(reader, SearchRequest("科普大篷车 量子纠缠", match="any")).total > 0


def test_excluded_words_stay_excluded_when_relaxing(reader: Reader) -> None:
    page = search(reader, SearchRequest("科普大篷车 量子纠缠 -栖霞岭", size=100))
    assert page.hits
    assert not any("栖霞岭" in hit.document.body for hit in page.hits)


def test_alternatives_find_what_each_finds(reader: Reader) -> None:
    either = search(reader, SearchRequest("银龄 或 大篷车")).total
    one, other = (search(reader, SearchRequest(word)).total for word in ("银龄", "大篷车"))
    both = search(reader, SearchRequest("银龄 大篷车", match="all")).total
    assert either == one + other - both


def test_a_field_that_nothing_matches_is_not_required_among_alternatives(reader: Reader) -> None:
    assert search(reader, SearchRequest("标题:不存在的词 OR 党史", match="any")).total > 0


def test_a_source_or_an_author_finds_its_documents(reader: Reader) -> None:
    page = search(reader, SearchRequest("来源:澜江日报", size=100))
    assert page.total
    assert all("澜江日报" in (hit.document.source or "") for hit in page.hits)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2021", "2021"),
        ("2021-3", "2021-03"),
        ("2021年3月12日", "2021-03-12"),
        ("２０２１／３／１２", "2021-03-12"),
        ("20210312", "2021-03-12"),
        ("", None),
        ("  ", None),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str, iso: str | None) -> None:
    assert read_date(typed, "开始日期") == iso


@pytest.mark.parametrize("typed", ["2021-02-30", "2021-13", "昨天", "21-3-1", "2021-3-1-1", "0000"])
def test_what_is_no_date_is_named(typed: str) -> None:
    with pytest.raises(QueryError, match=f"开始日期“{typed}”不是有效的日期"):
        read_date(typed, "开始日期")


def test_a_run_of_letters_that_is_no_word_finds_what_holds_it_and_nothing_else(corpus_index: OpenIndex) -> None:
    assert search(corpus_index.reader, SearchRequest("a" * 300)).total == 0


def test_a_year_in_a_question_is_weighed_against_the_date_of_a_document(corpus_index: OpenIndex) -> None:
    hits = search(corpus_index.reader, SearchRequest("云泽市科协2023年做了哪些工作")).hits
    assert hits[0].document.id == "3d6af52c8cf124af"
