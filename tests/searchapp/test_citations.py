"""How documents are cited: plainly, by GB/T 7714, and in the files that programs for references read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Document, Settings
from indexer.updating.pipeline import update_index
from searchapp.document.citations import cite, join_quoted, key_of
from tests.conftest import Write, browse

TODAY = date(2026, 11, 28)
HERE = "http://here/documents/a"
NEWS = Document("a", "a", "正文", title="某会议召开", source="某日报", author="张三 李四", date="2021-03-12")
NOTICE = Document("a", "a", "正文", title="通知", source="省科协网", issuer="山东省科协", date="2021-03-12",
                  meeting_date="2021-03-10", number="鲁科协发〔2021〕3号", genre="通知", url="https://example.org/1")  # fmt: skip
UNTITLED = Document("a", "a", "没有标题的文字，很长很长很长很长很长很长很长。")

_UNESCAPED = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
              "textasciicircum": "^"}  # fmt: skip


def read_ris(text: str) -> list[tuple[str, str]]:
    """Read one entry by the grammar of RIS: lines of a tag, two spaces, a dash, a space and a value, ended by CR LF."""
    lines = text.split("\r\n")
    assert lines.pop() == ""
    read = [re.fullmatch(r"([A-Z][A-Z0-9])  - ([^\r\n]*)", line) for line in lines]
    assert all(read), text
    pairs = [(match[1], match[2]) for match in read if match]
    assert (pairs[0][0], pairs[-1]) == ("TY", ("ER", ""))
    return pairs


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Read one entry by the grammar of BibTeX: a value ends with the brace that closes it, whatever is escaped."""
    head = re.match(r"@([a-z]+)\{([^\s,{}()=\"#%'\\~]+),\s*", text)
    assert head, text
    at, fields = head.end(), {}
    while text[at] != "}":
        name = re.compile(r"\s*([a-z]+) = \{").match(text, at)
        assert name, text[at:]
        at, depth, start = name.end(), 1, name.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        assert name[1] not in fields
        fields[name[1]] = text[start : at - 1]
        at = text.index("\n", at) + 1
    assert text[at:] == "}\n"
    return head[1], head[2], fields


def unescape(value: str) -> str:
    """Return what TeX would print of a value; a sign that means something to it fails."""
    pieces = re.findall(r"\{\\(text[a-z]+)\}|\\([&%$#_])|([^\\{}~^&%$#_])", value)
    assert len("".join(f"{{\\{a}}}" if a else f"\\{b}" if b else c for a, b, c in pieces)) == len(value), value
    return "".join(_UNESCAPED[word] if word else sign or own for word, sign, own in pieces)


@pytest.mark.parametrize(
    ("document", "where", "standard"),
    [
        (NEWS, "《某会议召开》，张三 李四，某日报，2021年3月12日发布", "张三, 李四. 某会议召开[N]. 某日报, 2021-03-12."),
        (
            NOTICE,
            "《通知》，山东省科协，省科协网，2021年3月10日会议，2021年3月12日发布",
            "山东省科协. 通知[EB/OL]. 省科协网, (2021-03-12)[2026-11-28]. https://example.org/1.",
        ),
        (
            UNTITLED,
            "《没有标题的文字，很长很长很长很长很长很长…》",
            "没有标题的文字，很长很长很长很长很长很长…[EB/OL]. [2026-11-28]. http://here/documents/a.",
        ),
    ],
)  # fmt: skip
def test_people_are_told_where_a_text_is_from_and_at_which_address(
    document: Document, where: str, standard: str
) -> None:
    citation = cite(document, HERE, today=TODAY)
    assert (citation.plain, citation.standard) == (f"{where}，{HERE}", standard)
    assert citation.quote("一句。", "2", anchor="p1234") == f"“一句。”（{where}，第 2 段） {HERE}#p1234"


def test_programs_are_told_kind_names_and_days() -> None:
    news, notice = (cite(own, HERE, today=TODAY) for own in (NEWS, NOTICE))
    assert read_ris(news.ris) == [
        ("TY", "NEWS"), ("AU", "张三"), ("AU", "李四"), ("TI", "某会议召开"), ("T2", "某日报"), ("PY", "2021"),
        ("DA", "2021/03/12"), ("LA", "zh-CN"), ("UR", HERE), ("ID", "a"), ("Y2", "2026/11/28"), ("ER", ""),
    ]  # fmt: skip
    official = dict(read_ris(notice.ris))
    assert {name: official[name] for name in ("TY", "AU", "PB", "M1", "UR", "AV")} == {
        "TY": "GOVDOC", "AU": "山东省科协", "PB": "山东省科协", "M1": "鲁科协发〔2021〕3号",
        "UR": "https://example.org/1", "AV": HERE,
    }  # fmt: skip
    kind, key, fields = read_bibtex(news.bibtex)
    assert (kind, key, fields["author"], fields["journal"]) == ("article", "a", "张三 and 李四", "某日报")
    kind, key, fields = read_bibtex(notice.bibtex)
    assert (kind, fields["author"], fields["year"], fields["month"]) == ("misc", "{山东省科协}", "2021", "3")
    assert (fields["publisher"], fields["howpublished"]) == ("山东省科协", "省科协网")
    assert fields["note"] == f"\\url{{{HERE}}}"


@pytest.mark.parametrize(
    ("author", "ris", "bibtex"),
    [
        ("张三、李四", ["张三", "李四"], "张三 and 李四"),
        ("阿不都·热合曼", ["阿不都·热合曼"], "阿不都·热合曼"),
        ("省科协办公室", ["省科协办公室"], "{省科协办公室}"),
        ("本报评论员 张三", ["本报评论员 张三"], "{本报评论员 张三}"),
        ("John Smith, Mary Ann Lee", ["Smith, John", "Lee, Mary Ann"], "John Smith and Mary Ann Lee"),
        ("Health Bureau (3), North", ["Health Bureau (3)，North"], "{Health Bureau (3), North}"),
    ],
)
def test_bodies_are_one_name_and_people_are_several(author: str, ris: list[str], bibtex: str) -> None:
    citation = cite(replace(NEWS, author=author), HERE, today=TODAY)
    assert [value for tag, value in read_ris(citation.ris) if tag == "AU"] == ris
    assert read_bibtex(citation.bibtex)[2]["author"] == bibtex


@pytest.mark.parametrize(("day", "ris"), [("2021", "2021//"), ("2021-03", "2021/03/")])
def test_a_month_or_a_year_is_no_day(day: str, ris: str) -> None:
    citation = cite(replace(NEWS, date=day), HERE, today=TODAY)
    assert dict(read_ris(citation.ris))["DA"] == ris
    assert read_bibtex(citation.bibtex)[2]["date"] == day


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_text_breaks_out_of_its_field(title: str, source: str, document_id: str) -> None:
    document = Document(document_id, "a", "正文", title=title, source=source, url=f"http://{source}")
    citation = cite(document, HERE, today=TODAY)
    said = " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+", " ", title).split())
    tags = dict(read_ris(citation.ris))
    assert tags.get("TI", "") == said
    _, key, fields = read_bibtex(citation.bibtex)
    assert unescape(fields.get("title", "")) == said
    assert key == key_of(document_id) == tags["ID"]
    citation.ris.encode()


def test_keys_are_ids_or_tell_ids_apart() -> None:
    assert key_of("k-2021.5") == "k-2021.5"
    assert len({key_of("甲"), key_of("乙"), key_of("a b"), key_of("a,b")}) == 4


def test_what_is_left_out_between_quoted_sentences_is_seen() -> None:
    one, two, three, next_one = (0, 1, "甲。"), (1, 1, "乙。"), (2, 1, "丙。"), (3, 2, "丁。")
    assert join_quoted([one, two]) == ("甲。乙。", "1")
    assert join_quoted([one, three]) == ("甲。……丙。", "1")
    assert join_quoted([three, next_one]) == ("丙。\n丁。", "1、2")
    assert join_quoted([two, next_one]) == ("乙。……\n丁。", "1、2")


def test_references_are_sent_as_files(write: Write, settings: Settings) -> None:
    update_index(settings, [write({"a.txt": "某会议\n来源：某报 2021-03-12\n\n会议开了一天。"})])
    client = browse(settings)
    (hit,) = json.loads(client.get("/api/v1/search?q=会议").text)["hits"]
    for form, kind, ending in (("ris", "application/x-research-info-systems", "ris"), ("bibtex", "application/x-bibtex", "bib")):  # fmt: skip
        answer = client.get(f"/documents/{hit['id']}/cite?format={form}")
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f"attachment; filename={hit['id']}.{ending}"
        assert "某会议" in answer.text
        assert f"http://localhost/documents/{hit['id']}" in answer.text
