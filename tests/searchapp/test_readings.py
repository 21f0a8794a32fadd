"""Queries that are too long, lists, or find nothing as they were typed: cut, widened or read otherwise, and said so."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Run, Write, browse

NAMES = [first + second for first in "王李张刘陈杨" for second in "国建文军志强海燕丽娜晓明"][:68]
Ask = Callable[..., dict[str, Any]]


def record(name: str, text: str, **values: str) -> str:
    return json.dumps({"id": name, "text": text, **values}, ensure_ascii=False)


RECORDS = [
    record("label", "他说：“科学没有国界。”标题：如何写好总结。作者：不详。日期：2021-3-12 10:20。"),
    record(
        "words", "怎样写好总结，如何写好报告。", title="工作报告", source="澜江日报", author="沈砚秋", date="2021-05-06"
    ),
    record("two", f"出席的有{NAMES[0]}和{NAMES[1]}。" + "这里另有一段很长的话。" * 60, title="名单", source="澜江晚报"),
    record("one", f"{NAMES[0]}，{NAMES[0]}，还是{NAMES[0]}。", title=NAMES[0], source="白渚日报"),
    record("rare", f"{NAMES[60]}{NAMES[60]}。", title=NAMES[60]),
    record("last", f"只有{NAMES[66]}来了。", title="总结"),
    record("none", "别的事情：钱甲、钱乙、钱丙、钱丁、钱戊。"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("readings")
    files = {"内部/2021/通知 一.txt": "关于种树的事。", "内部/名录.jsonl": "\n".join(RECORDS)}
    for name, text in files.items():
        file = folder / "archive" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index")
    update_index(settings, [folder / "archive"])
    return browse(settings)


@pytest.fixture
def ask(site: FlaskClient) -> Ask:
    def answer(query: str, **arguments: str) -> dict[str, Any]:
        response = site.get("/api/v1/search", query_string={"q": query, **arguments})
        assert response.status_code == 200
        return json.loads(response.text)  # type: ignore[no-any-return]

    return answer


def read(site: FlaskClient, query: str, path: str = "/search", **arguments: str) -> str:
    response = site.get(path, query_string={"q": query, **arguments})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]*>", "", response.text)))


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def notes(answer: dict[str, Any]) -> list[str]:
    return [one["note"] for one in answer["understood"] if "note" in one]


# --- too long


@pytest.mark.parametrize("length", [1001, 1500, 5000])
def test_a_pasted_page_is_answered_by_its_beginning(site: FlaskClient, ask: Ask, length: int) -> None:
    typed = ("如何写好总结。" * 1000)[:length]
    answer = ask(typed)
    (cut,) = [one["cut"] for one in answer["understood"] if "cut" in one]
    assert cut == {"characters_used": 1000, "characters_given": length, "parts_used": 1, "parts_given": 1}
    assert "label" in ids(answer)
    for path in ("/search", "/embed", "/term"):
        assert "查询太长，只用了前 1,000 个字符。" in read(site, typed, path)


def test_links_of_a_page_that_was_cut_are_no_longer_than_what_was_used(site: FlaskClient) -> None:
    text = site.get("/search", query_string={"q": "如何写好总结" * 500}).text
    links = list(map(html.unescape, re.findall('href="([^"]*)"', text)))
    assert max(map(len, links)) < 16_000
    (chosen,) = {link for link in links if "theme=dark" in link}
    back = site.get(chosen)
    assert (back.status_code, site.get(back.headers["Location"]).status_code) == (302, 200)


def test_what_no_address_holds_is_refused_with_what_to_do(site: FlaskClient) -> None:
    refused = site.get("/search", query_string={"q": "会" * 9000})
    assert refused.status_code == 414
    assert "请只贴开头一部分" in refused.text
    assert "maxlength" not in site.get("/").text


def test_too_many_words_and_brackets_are_answered(site: FlaskClient, ask: Ask) -> None:
    words = "总结 " + " ".join(f"“词{n}”" for n in range(70))
    assert ask(words)["understood"][0]["cut"]["parts_used"] == 64
    assert "只用了前 64 个词" in read(site, words)
    assert "只用了前 1,000 个字符里的前 64 个词" in read(site, words * 4)
    assert "label" in ids(ask("(" * 40 + "总结" + ")" * 40))


def test_a_batch_and_the_terminal_say_what_was_cut(
    site: FlaskClient, tmp_path: Any, indexer: Run, searchapp: Run, write: Write
) -> None:
    batch = site.post("/api/v1/batch", json={"searches": [{"q": "会" * 1500}]})
    assert notes(json.loads(batch.text)["results"][0]) == ["cut"]
    indexer("index", write({"a.txt": "如何写好总结"}))
    result = searchapp("search", "总结 " * 1500)
    assert result.exit_code == 0
    assert "the first 64 words" in result.stderr


# --- lists


@pytest.mark.parametrize("between", ["\n", "\t", "  ", " ", "、", "，", ",", "；", "/"])
def test_of_a_list_any_name_is_looked_for_and_more_come_first(site: FlaskClient, ask: Ask, between: str) -> None:
    answer = ask(between.join(NAMES))
    assert ids(answer)[0] == "two"  # which holds two; the others have one, oftener and in short texts
    assert set(ids(answer)) == {"two", "one", "rare"}
    assert notes(answer) == ["cut", "any"]
    assert answer["relaxed"]["complete"] == 0
    assert len(answer["hits"][0]["missing"]) == 62
    text = read(site, between.join(NAMES))
    assert "按任一词检索（任选其一）" in text
    assert f"含有：{NAMES[0]}、{NAMES[1]}" in text
    assert "缺少" not in text


def test_what_holds_a_whole_list_comes_first_and_match_all_asks_for_it(ask: Ask) -> None:
    typed = "、".join([NAMES[0], NAMES[1], "出席"])
    assert (ids(ask(typed))[0], notes(ask(typed))) == ("two", [])
    five = "\n".join([NAMES[0], NAMES[1], "出席", "钱一", "钱二"])
    assert (ids(ask(five)), notes(ask(five))) == (["two", "one"], ["any"])
    assert ask(five)["relaxed"]["given_up"] == ["钱一", "钱二"]
    five = five.replace("钱一", f"{NAMES[0]}和").replace("钱二", f"席的有{NAMES[0]}")
    assert (ids(ask(five)), notes(ask(five)), ask(five)["relaxed"]["complete"]) == (["two", "one"], ["any"], 1)
    assert ids(ask(five, match="all")) == ["two"]
    assert ids(ask("\n".join(NAMES), match="all")) == []
    assert notes(ask(five, sort="newest")) == []
    assert notes(ask("钱甲、钱乙、钱丙、钱丁、钱戊")) == []  # which stands so in a document
    assert notes(ask("钱乙、钱甲、钱丙、钱丁、钱戊")) == ["any"]


def test_a_list_that_nothing_holds_any_of_finds_nothing(ask: Ask) -> None:
    assert (ask("钱一\n钱二\n钱三\n钱四\n钱五")["total"], notes(ask("钱一、钱二、钱三"))) == (0, [])


# --- labels


@pytest.mark.parametrize(
    ("typed", "first", "label"),
    [
        ("标题：如何写好总结", "label", "标题"),
        ("标题:如何写好总结", "label", "标题"),
        ("标题: 如何写好总结", "label", "标题"),
        ("作者：不详", "label", "作者"),
        ("来源：科学没有国界", "label", "来源"),
        ("日期：2021-3-12 10:20", "label", "发布日期"),
        ("日期：2021-03-12", "label", "发布日期"),
        ("说：科学没有国界", "label", "说话人"),
    ],
)
def test_a_pasted_line_that_no_field_answers_is_text(
    site: FlaskClient, ask: Ask, typed: str, first: str, label: str
) -> None:
    answer = ask(typed)
    assert ids(answer)[0] == first
    assert (answer["understood"][0]["text"], answer["understood"][0]["note"]) == (typed, "no_document")
    sentence = f"没有文件的“{label}”符合“{typed}”，已把它当作文字检索。"
    assert answer["understood"][0]["says"] == sentence
    for path in ("/search", "/embed", "/term"):
        assert sentence in read(site, typed, path)
    assert first in site.get("/export.csv", query_string={"q": typed}).text


def test_a_field_that_is_answered_stays_one(ask: Ask) -> None:
    assert (ids(ask("标题:总结")), notes(ask("标题:总结"))) == (["last"], [])
    assert notes(ask("-标题:没有 总结")) == []
    assert ids(ask("来源:澜江日报 不存在的词")) == []
    assert notes(ask("日期:2035 总结")) == []


def test_an_operator_that_nothing_answers_stays_one(site: FlaskClient, ask: Ask) -> None:
    answer = ask("标题:写好")
    assert (answer["total"], notes(answer)) == (0, ["no_answer"])
    assert {one["text"]: one["count"] for one in answer["tried"]} == {"标题:写好": 0, "写好": 2}
    assert "没有文件的“标题”符合“标题:写好”。" in read(site, "标题:写好")


@pytest.mark.parametrize("match", ["auto", "any"])
@pytest.mark.parametrize(
    "typed",
    [
        "%E9%80%9A%E7%9F%A5",
        "来源：没有这家报 科普",
        "人:陆怀舟",
        "作者：没有人，科普",
        "3月12日",
    ],
)
def test_a_page_marks_as_many_places_as_its_hit_says_however_a_query_was_read(
    client: FlaskClient, typed: str, match: str
) -> None:
    hits = client.get("/api/v1/search", query_string={"q": typed, "match": match}).get_json()["hits"]
    assert hits
    marked = {hit["id"]: len(re.findall("<mark", client.get(hit["url"]).get_data(as_text=True))) for hit in hits}
    assert marked == {hit["id"]: hit["hit_count"] for hit in hits}


def test_the_page_of_a_document_marks_a_line_that_was_text(site: FlaskClient) -> None:
    assert "<mark" in site.get("/documents/label", query_string={"q": "标题：如何写好总结"}).text


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("来源:澜江报", "来源:澜江日报"),
        ("来源:“澜江 日报社” 总结", "来源:澜江日报 总结"),
        ("作者:沈砚", None),
        ("作者：沈砚秋秋", "作者：沈砚秋"),
        ("来源:西海报", None),
    ],
)
def test_near_values_of_a_field_are_offered(site: FlaskClient, ask: Ask, typed: str, instead: str | None) -> None:
    answer = ask(typed)
    offered = [one["query"] for one in (*answer["spellings"], *filter(None, [answer["instead"]]))]
    assert (instead in offered) if instead else not offered
    assert not instead or instead in read(site, typed)


def test_what_failed_is_said_with_counts(ask: Ask) -> None:
    tried = {one["text"]: one["count"] for one in ask("来源:西海报 作者:沈砚秋 种树")["tried"]}
    assert (tried["来源:西海报"], tried["作者:沈砚秋"], tried["种树"]) == (0, 1, 1)
    tried = {one["text"]: one["count"] for one in ask(f"说:{NAMES[0]} 总结")["tried"]}
    assert (tried[f"说:{NAMES[0]}"], tried[NAMES[0]], tried["总结"]) == (0, 2, 3)


@pytest.mark.parametrize(
    ("typed", "value"), [("日期:2021-13", "2021-13"), ("日期:去年底了", "去年底了"), ("会议日期:abc", "abc")]
)
def test_what_is_no_date_is_said_and_searched_as_text(site: FlaskClient, ask: Ask, typed: str, value: str) -> None:
    assert notes(ask(typed)) == ["no_date"]
    assert f"“{value}”不是日期，可写成 2021、2021-03" in read(site, typed)


# --- other dead ends


@pytest.mark.parametrize("typed", ["，。", "-", "--", "“", "()", "“”", "😀", "*", "|", "《》"])
def test_what_has_no_text_says_so(site: FlaskClient, ask: Ask, typed: str) -> None:
    assert notes(ask(typed)) == ["nothing"]
    text = read(site, typed)
    assert f"“{typed}”里没有可以检索的文字" in text
    assert "没有文件包含这些文字" not in text


def test_where_everything_is_excluded_it_is_said(site: FlaskClient, ask: Ask) -> None:
    typed = f"-的 -总结 -还 -{NAMES[60]}"
    answer = ask(typed)
    assert (answer["total"], notes(answer)) == (0, ["all_excluded"])
    assert {one["text"]: one["count"] for one in answer["tried"]}["-总结"] == 5
    assert "排除之后一份文件也不剩" in read(site, typed)
    assert "没有文件包含这些文字" not in read(site, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "内部/2021/通知 一.txt",
        "通知%20一.txt",
        "https://site.example/x/%E9%80%9A%E7%9F%A5%20%E4%B8%80.txt",
        "D:\\文件\\通知 一.txt",
    ],
)
def test_the_name_of_a_file_finds_it(site: FlaskClient, ask: Ask, typed: str) -> None:
    answer = ask(typed)
    assert (answer["total"], notes(answer)) == (1, ["file"])
    assert "按文件名“" in read(site, typed)


def test_escapes_of_an_address_are_read(site: FlaskClient, ask: Ask) -> None:
    answer = ask("%E7%A7%91%E5%AD%A6%E6%B2%A1%E6%9C%89%E5%9B%BD%E7%95%8C")
    assert (ids(answer), notes(answer), answer["understood"][0]["text"]) == (["label"], ["decoded"], "科学没有国界")


def test_an_id_leads_to_its_document(site: FlaskClient, ask: Ask) -> None:
    assert notes(ask("none")) == ["id"]
    assert 'href="/documents/none"' in site.get("/search?q=none").text


def test_a_label_without_a_value_says_so(site: FlaskClient, ask: Ask) -> None:
    assert (ids(ask("标题:")), notes(ask("标题:"))) == (["label"], ["no_value"])
    assert "“标题:”后面没有内容，已当作文字检索。" in read(site, "标题:")


def test_a_part_beside_single_characters_is_tried_alone(ask: Ask) -> None:
    assert {"text": "总结", "count": 3} in ask("<b>总结</b>")["tried"]
