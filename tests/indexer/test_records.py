"""JSON Lines: what a record gives is trusted, what it lacks is inferred, what is broken is named."""

from __future__ import annotations

import json

from indexer.parsing import parse_records, parse_text


def test_given_values_are_kept_and_the_text_is_the_body_whole() -> None:
    record = {
        "id": "a/1",
        "title": "标题",
        "text": "第一段。\n\n第二段。",
        "source": "来源",
        "date": "2021-03",
        "author": "甲",
    }
    documents, problems = parse_records(json.dumps(record), "x.jsonl")
    document = documents[0]
    assert (document.id, document.title, document.source, document.date) == ("a/1", "标题", "来源", "2021-03")
    assert document.date_precision == "month"
    assert document.body == "第一段。\n第二段。"
    assert not problems


def test_a_record_with_only_a_text_is_parsed_like_a_file() -> None:
    text = "市科协召开会议\n2022-01-04 来源：澜江在线\n\n1月3日，市科协召开会议，总结工作。会议审议了报告。"
    document = parse_records(json.dumps({"text": text}), "x.jsonl")[0][0]
    assert (document.title, document.source, document.date) == ("市科协召开会议", "澜江在线", "2022-01-04")
    assert document.meeting_date == "2022-01-03"
    assert document.body.startswith("1月3日")


def test_a_broken_line_is_named_and_the_others_stay() -> None:
    lines = [
        '{"text": "一"}',
        "{",
        '{"title": "无正文"}',
        "[]",
        '{"text": "二", "date": "2021-02-30"}',
        "",
        '{"text": "三"}',
    ]
    documents, problems = parse_records("\n".join(lines), "x.jsonl")
    assert [(document.body or document.title, document.date) for document in documents] == [
        ("一", None),
        ("二", None),
        ("三", None),
    ]
    assert [problem.partition(":")[0] for problem in problems] == ["line 2", "line 3", "line 4", "line 5"]
    assert "2021-02-30" in problems[-1]


def test_a_lone_surrogate_in_json_is_dropped() -> None:
    document = parse_records('{"title": "标\\ud800题", "text": "正\\udfff文\\u0000"}', "x.jsonl")[0][0]
    assert (document.title, document.body) == ("标题", "正文")


def test_numbers_as_ids_and_missing_ids_work() -> None:
    documents, _ = parse_records('{"id": 7, "title": "t", "text": "一"}\n{"title": "t", "text": "二"}', "x.jsonl")
    assert documents[0].id == "7"
    assert len(documents[1].id) == 16


def test_ids_that_cannot_stand_in_an_address_get_another() -> None:
    for given in ("a/raw", "/lead", " ", "a\nb", "a//b", "../x", "."):
        documents, problems = parse_records(json.dumps({"id": given, "title": "t", "text": "一"}), "x.jsonl")
        assert len(documents[0].id) == 16
        assert len(problems) == bool(given.strip())
    for given in ("a/b", "年/1", "x?y#z%25", "a b"):
        assert parse_records(json.dumps({"id": given, "text": "一"}), "x.jsonl")[0][0].id == given


def test_dates_in_any_notation_are_read() -> None:
    for given in ("2021-03-12", "2021-3-12", "2021年3月12日", 20210312, "2021-03-12T08:00:00Z", "2021/3/12 10:00"):
        documents, problems = parse_records(json.dumps({"title": "t", "text": "一", "date": given}), "x.jsonl")
        assert (documents[0].date, problems) == ("2021-03-12", []), given


def test_what_somebody_said_stands_in_the_body_that_a_title_keeps_whole() -> None:
    text = "市科协召开会议\n2022-01-04 来源：澜江在线\n\n1月3日，市科协召开会议。\n王延飞指出，要保护好黄河。"
    document = parse_records(json.dumps({"title": "会议", "text": text}), "x.jsonl")[0][0]
    assert (document.source, document.date) == ("澜江在线", "2022-01-04")
    assert [document.body[own.start : own.end] for own in document.speech] == ["王延飞指出，要保护好黄河。"]
    assert document.body[document.people[0].at :].startswith("王延飞")


def test_a_record_of_nothing_that_can_be_kept_is_reported() -> None:
    documents, problems = parse_records('{"text": "\\ud800 \\udfff "}\n{"text": "好"}\n', "a.jsonl")
    assert [document.body for document in documents] == ["好"]
    assert problems == ['line 1: has a "text" of nothing but characters that no text can hold']


def test_what_a_record_lacks_is_what_a_file_of_its_text_would_have() -> None:
    """It is read once, and in the same way: header, foot and signature of the text that a title keeps whole."""
    text = (
        "市科协召开会议\n来源：澜江在线　作者：李红\n\n1月3日，市科协在省科技馆召开会议，总结工作。会议审议了报告。\n\n"
        "（澜江市科协办公室 2022年1月4日）"
    )
    read = parse_text(text, "x.txt", given={"title": "会议"})[0]
    for given in ({}, {"source": "另一来源"}, {"date": "2022-02-01"}, {"source": "另一来源", "date": "2022-02-01"}):
        document = parse_records(json.dumps({"title": "会议", "text": text, **given}), "x.jsonl")[0][0]
        assert document.body == text.replace("\n\n", "\n")
        expected = {"source": "澜江市科协办公室", "date": "2022-01-04"} | given
        assert {name: getattr(document, name) for name in expected} == expected
        for name in expected.keys() - given.keys():
            assert document.evidence[name] == read.evidence[name]
            assert getattr(document, name) == getattr(read, name)
