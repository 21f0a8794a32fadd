"""What a request means: periods in date fields, bodies with those below them, exclusion, grouping, days of meetings."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from indexer import OpenIndex, QueryError, Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.language.dates import parse_day_of_year
from searchapp.language.periods import Calendar
from searchapp.search.overview import grow_tree, read_overview
from searchapp.search.request import SearchRequest, read_days
from searchapp.search.run import NoSuchPageError, search
from tests.conftest import Write, browse

NAMES = ("开始日期", "结束日期")
CALENDAR = Calendar({"换届期间": (20210301, 20210630)}, today=lambda: date(2021, 6, 15))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2021", None, ("2021", None)),
        ("2021年3月", "2021-6", ("2021-03", "2021-06")),
        ("近三年", None, ("2018-06-15", "2021-06-15")),
        ("近三年", "2020", ("2018-06-15", "2020")),
        ("", "近三年", ("2018-06-15", "2021-06-15")),
        ("", "2020年以来", ("2020-01-01", None)),
        ("2023", "2021", ("2021", "2023")),
        ("二〇二一年三月", "二〇二一年十二月三十一号", ("2021-03", "2021-12-31")),
        ("2021年3月12号", None, ("2021-03-12", None)),
        ("去年", "", ("2020-01-01", "2020-12-31")),
        ("昨天", "", ("2021-06-14", "2021-06-14")),
        ("", "昨天", ("2021-06-14", "2021-06-14")),
        ("2021年上半年", None, ("2021-01-01", "2021-06-30")),
        ("换届期间", None, ("2021-03-01", "2021-06-30")),
        (None, "去年", ("2020-01-01", "2020-12-31")),
        ("2020年以来", None, ("2020-01-01", None)),
        ("3/12", None, ("2021-03-12", None)),
        ("12月1日", "", ("2020-12-01", None)),
        ("", "  ", (None, None)),
    ],
)
def test_date_fields_take_dates_and_periods(
    start: str | None, end: str | None, days: tuple[str | None, str | None]
) -> None:
    assert read_days(start, end, calendar=CALENDAR, names=NAMES) == days


def test_what_is_no_date_is_named_with_its_field() -> None:
    with pytest.raises(QueryError, match="结束日期“某日”不是有效的日期"):
        read_days("2021", "某日", calendar=CALENDAR, names=NAMES)


@pytest.mark.parametrize("typed", ["2/30", "13/1", "3/", "三月"])
def test_days_that_no_year_has_are_none(typed: str) -> None:
    assert parse_day_of_year(typed, date(2021, 6, 15)) is None


@pytest.fixture
def bodies(write: Write, settings: Settings) -> OpenIndex:
    """Return documents of bodies above and below each other, of two sources, before and after their meetings."""
    rows = [
        ("country", "中国科协", "甲报", "2021-01-05", "2020-12-30"),
        ("province", "山东省科协", "甲报", "2021-02-05", "2021-02-01"),
        ("city", "聊城市科协", "乙报", "2020-03-05", "2020-03-01"),
        ("other", "山东省妇联", None, "2018", None),
    ]
    lines = [
        json.dumps(
            {"id": name, "title": f"{issuer}会议", "text": f"{issuer}召开工作会议，研究部署工作。", "issuer": issuer}
            | {"source": source, "date": day, "meeting_date": held},
            ensure_ascii=False,
        )
        for name, issuer, source, day, held in rows
    ]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    return open_index(settings.index)


def found(index: OpenIndex, request: SearchRequest) -> set[str]:
    return {hit.document.id for hit in search(index.reader, request).hits}


WANTED = SearchRequest("工作会议")


@pytest.mark.parametrize(
    ("request_", "ids"),
    [
        (WANTED.change(issuer=("中国科协",)), {"country", "province", "city"}),
        (WANTED.change(issuer=("山东省科协",)), {"province", "city"}),
        (WANTED.change(issuer=("聊城市科协", "山东省妇联")), {"city", "other"}),
        (WANTED.change(not_source=("甲报",)), {"city", "other"}),
        (WANTED.change(not_source=("",)), {"country", "province", "city"}),
        (WANTED.change(source=("甲报", "乙报"), not_source=("乙报",)), {"country", "province"}),
        (replace(WANTED, date_from="2021"), {"country", "province"}),
        (replace(WANTED, date_from="2021", dated_by="meeting_date"), {"province"}),
        (WANTED.change(year=("2020",), dated_by="meeting_date"), {"country", "city"}),
        (WANTED.change(year=("",), dated_by="meeting_date"), {"other"}),
    ],
)
def test_filters(bodies: OpenIndex, request_: SearchRequest, ids: set[str]) -> None:
    assert found(bodies, request_) == ids


def test_the_newest_goes_by_the_chosen_date(bodies: OpenIndex) -> None:
    for dated_by, order in (("date", ["other", "city", "country"]), ("meeting_date", ["city", "country", "province"])):
        request = SearchRequest("会议", sort="oldest", dated_by=dated_by, size=3)  # type: ignore[arg-type]
        assert [hit.document.id for hit in search(bodies.reader, request).hits] == order


def test_years_and_months_are_those_of_the_chosen_date(bodies: OpenIndex) -> None:
    facets = search(bodies.reader, replace(WANTED, dated_by="meeting_date")).facets
    assert {value.value: value.count for value in facets["year"]} == {"2021": 1, "2020": 2, None: 1}
    assert {value.value: value.count for value in facets["month"]} == {
        "2021-02": 1, "2020-12": 1, "2020-03": 1, None: 1
    }  # fmt: skip


def test_groups_are_exact_and_paged(bodies: OpenIndex) -> None:
    page = search(bodies.reader, replace(WANTED, group="source"))
    assert [(group.value, group.total) for group in page.groups] == [("甲报", 2), ("乙报", 1), (None, 1)]
    assert (page.total, page.cards, page.hits) == (4, 3, [])
    page = search(bodies.reader, replace(WANTED, group="year", offset=1, size=1))
    assert [(group.value, group.total) for group in page.groups] == [("2020", 1)]
    page = search(bodies.reader, WANTED.change(not_source=("甲报",), group="source"))
    assert [group.value for group in page.groups] == ["乙报", None]
    page = search(bodies.reader, WANTED.change(source=("甲报",), group="source"))
    assert [group.value for group in page.groups] == ["甲报"]
    with pytest.raises(NoSuchPageError):
        search(bodies.reader, replace(WANTED, group="source", offset=10))


def test_series_are_grouped_however_many_there_are(write: Write, settings: Settings) -> None:
    rows = [
        {"title": f"云泽市{name}学会第{number % 7 + 1}次会议", "text": f"学会召开第{number % 7 + 1}次会议，研究工作。"}
        for number, name in enumerate(
            f"{first}{second}" for first in "水土风火木金石田" for second in "利务工政农林牧渔"
        )
    ]
    update_index(settings, [write({"a.jsonl": "\n".join(json.dumps(row) for row in rows)})])
    reader = open_index(settings.index).reader
    page = search(reader, SearchRequest("会议", group="series", size=100))
    assert sum(group.total for group in page.groups) == page.total == len(rows)
    assert len([group for group in page.groups if group.value]) > 50
    rare = page.groups[60].value
    assert rare is not None
    chosen = search(reader, SearchRequest("会议", group="series").change(series=(rare,)))
    assert [(group.value, group.total) for group in chosen.groups] == [(rare, 1)]
    assert [value.count for value in chosen.facets["series"] if value.chosen] == [1]


def test_the_tree_counts_what_is_below(bodies: OpenIndex) -> None:
    overview = read_overview(bodies.reader)
    tree = grow_tree({"聊城市科协": 1, "山东省妇联": 1}, overview.below, chosen=["山东省妇联"])
    top = next(one for one in tree if one.value == "中国科协")
    assert (top.count, top.total) == (1, 3)
    assert [(one.value, one.count, one.total) for one in top.below] == [("山东省科协", 1, 2)]
    assert [one.value for one in top.below[0].below] == ["聊城市科协"]
    women = next(one for one in tree if one.value == "全国妇联")
    assert [(one.value, one.chosen) for one in women.below] == [("山东省妇联", True)]


def test_years_of_the_archive_are_complete(bodies: OpenIndex) -> None:
    overview = read_overview(bodies.reader)
    assert overview.years() == ["2021", "2020", "2019", "2018"]
    assert overview.years("meeting_date") == ["2021", "2020"]
    assert overview.documents == 4


def test_each_part_is_counted_where_nothing_holds_all(bodies: OpenIndex) -> None:
    page = search(bodies.reader, SearchRequest("聊城市 妇联", match="all"))
    assert {part.text: part.count for part in page.tried} == {"聊城市": 1, "妇联": 1}
    assert search(bodies.reader, WANTED).tried == []


def test_the_api_gives_groups_and_anchors(client: FlaskClient) -> None:
    record = json.loads(client.get("/api/v1/search?q=会议&group=year").text)
    assert record["hits"] == []
    assert sum(group["total"] for group in record["groups"]) == record["total"]
    hit = record["groups"][0]["hits"][0]
    page = client.get(hit["url"]).text
    assert all(f'id="{snippet["anchor"]}"' in page for snippet in hit["snippets"])


def test_a_mistake_in_a_date_is_said_beside_its_box_and_loses_nothing_else(client: FlaskClient) -> None:
    asked = "q=会议&source=泓口发布&not_source=澜江日报&sort=newest&from=昨日&to=2022"
    for path in ("search", "filters"):
        answer = client.get(f"/{path}?{asked}")
        page = answer.text
        assert answer.status_code == 400
        assert re.search(r'name="from" value="昨日"[^>]* aria-invalid="true" aria-describedby="mistake-from"', page)
        assert re.search(r'id="mistake-from">开始日期“昨日”不是有效的日期', page)
        assert re.search(r'name="to" value="2022"[^>]*autocomplete="off">', page)
        assert re.search(r'name="source" value="泓口发布" checked', page)
        for name, value in (("not_source", "澜江日报"), ("sort", "newest")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in page
        assert 'href="/search?q=%E4%BC%9A%E8%AE%AE&amp;to=2022&amp;source=%E6%B3%93%E5%8F%A3%E5%8F%91%E5%B8%83' in page
    told = client.get(f"/filters.json?{asked}").get_json()
    assert list(told["mistakes"]) == ["from"]
    found = client.get(f"/search?{asked}&find=泓口&page=9", follow_redirects=True)  # as Enter in its box sends it
    assert (found.status_code, "开始日期“昨日”不是有效的日期" in found.text) == (200, True)
    assert '<input type="hidden" name="to" value="2022">' in found.text


_BOX = re.compile(
    r'<input type="checkbox" form="search" name="(\w+)" value="([^"]*)"(?: checked)?>.*?<span class="count">([\d,]+)',
    re.DOTALL,
)


@pytest.mark.parametrize("asked", ["q=会议", "q=科普&year=2021&year=2022&genre=会议", "source=泓口发布&by=meeting"])
def test_boxes_count_the_same_while_somebody_ticks(client: FlaskClient, asked: str) -> None:
    told = client.get(f"/filters.json?{asked}").get_json()
    pages = [html.unescape(client.get(f"/{path}?{asked}").text) for path in ("search", "filters")]
    assert f">{told['view']}</button>" in pages[1]
    for page in pages:
        assert re.search(rf'<p(?: role="status")?>{told["told"]}</p>', page)
        boxes = _BOX.findall(page)
        assert len(boxes) > 30
        for name, value, count in boxes:
            assert told["counts"][name].get(value, 0) == int(count.replace(",", "")), (name, value)
        for year in ("2021", "2022"):
            assert (
                (f'data-year="{year}"' in told["drawn"]) == (f'data-year="{year}"' in page) == (f"year={year}" in asked)
            )


def test_a_form_keeps_whatever_it_has_no_control_for(client: FlaskClient) -> None:
    asked = (
        "q=科普&in=title&within=sentence&also=会议&not_source=泓口发布&sort=oldest&group=year&literal=1&fold=0&size=5"
    )
    for path in ("search", "filters"):
        page = html.unescape(client.get(f"/{path}?{asked}&year=2021&from=2020").text)
        form = page[page.index('id="search"') : page.index("</form>")]
        kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
        assert sorted(kept) == sorted(tuple(pair.split("=")) for pair in asked.split("&")[1:])


def test_what_is_chosen_is_not_left_out(client: FlaskClient) -> None:
    both = client.get("/api/v1/search?q=会议&source=泓口发布&not_source=泓口发布").get_json()
    assert both["total"] == client.get("/api/v1/search?q=会议&source=泓口发布").get_json()["total"] > 0


def test_a_term_is_looked_for_as_it_stands(write: Write, settings: Settings) -> None:
    files = {
        "a.txt": "确立制度的会议\n来源：某报 2012-12-28\n\n会议确立了两个制度，各单位都要执行。",
        "b.txt": "深刻领悟\n来源：某报 2021-11-19\n\n会议要求深刻领悟“两个确立”的决定性意义。",
    }
    update_index(settings, [write(files)])
    page = browse(settings).get("/term?q=两个确立").text
    assert "共 1 份文件" in page
    assert re.findall(r'<time datetime="([\d-]+)">', page)[0] == "2021-11-19"
    assert "size=1" not in page  # what it leads to is as long as any page of results
    assert "共 2 份文件" in browse(settings).get("/term?q=两个 确立").text


def test_the_page_of_sources_adds_to_what_is_chosen(client: FlaskClient) -> None:
    page = html.unescape(client.get("/sources?q=会议&source=泓口发布&not_source=澜江日报").text)
    assert re.search(r"/search\?q=[^\"]*source=[^\"]*&source=[^\"]*&not_source=", page)
    assert "已选，取消" in page
    assert "已排除，取消" in page


def test_unknown_arguments_are_a_sentence(client: FlaskClient) -> None:
    for address in ("/search?q=会议&by=x", "/search?q=会议&group=x", "/sources?by=x", "/term?q=会议&from=x"):
        assert client.get(address).status_code == 400, address


def test_words_of_the_title_and_what_hits_are_searched_for(write: Write, settings: Settings) -> None:
    """`in` and `also` narrow: no near hit comes in, each has a chip of its own in the address, and API and CSV agree."""
    update_index(
        settings,
        [
            write(
                {
                    "a.txt": "科普工作会议召开\n\n会议在白渚市举行，研究智库建设。\n代表发言。",
                    "b.txt": "智库建设座谈\n\n座谈提到科普工作会议。\n会议地点另行通知。",
                    "c.txt": "科普工作会议闭幕\n\n会议闭幕，通过决议。\n代表发言。",
                }
            )
        ],
    )
    client = browse(settings)

    def titles(arguments: str) -> list[str]:
        answer = json.loads(client.get(f"/api/v1/search?{arguments}").text)
        assert sum(value["count"] for value in answer["facets"]["genre"]) == answer["total"]
        lines = client.get(f"/export.csv?{arguments}").text.strip().splitlines()
        assert len(lines) == answer["total"] + 1
        return sorted(hit["title"] for hit in answer["hits"])

    assert titles("q=科普会议&in=title") == ["科普工作会议召开", "科普工作会议闭幕"]
    assert titles("q=科普会议&in=title&also=智库") == ["科普工作会议召开"]
    assert titles("q=科普&also=智库&also=-座谈") == ["科普工作会议召开"]
    assert titles("q=科普&also=标题:智库") == ["智库建设座谈"]
    assert titles("q=科普&also=智库建没规划") == [], "what narrows is never relaxed"
    assert titles("also=闭幕") == ["科普工作会议闭幕"]
    page = client.get("/search?q=科普会议&in=title&also=智库").text
    assert "<mark>智库</mark>" in page
    assert "in=title" in page
    assert "also=%E6%99%BA%E5%BA%93" in page
    assert client.get("/search?q=x" + "&also=y" * 9).status_code == 400
