"""Marks are exactly the matched characters; snippets are whole sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Document, fold
from searchapp.language.parsing import parse_query
from searchapp.search.marks import _find_folded, _Searched, find_marks
from searchapp.search.snippets import LONGEST_SNIPPET, MOST_SNIPPETS, ONE_LINE, TWO_LINES, fit, make_snippets
from searchapp.views.marked import split_marked


def marked(typed: str, body: str, title: str = "") -> list[str]:
    marks = find_marks(Document("", "", body=body, title=title), parse_query(typed).needles)
    return [title[start:end] for start, end in marks.title] + [body[start:end] for start, end in marks.body]


@pytest.mark.parametrize(
    ("typed", "body", "found"),
    [
        ("马克思", "学习马克思主义", ["马克思"]),
        ("黑暗的势力", "与黑暗的势力作战", ["黑暗的势力"]),
        ("马 克 思", "学习马克思主义", ["马克思"]),
        ("gen*", "oxygen, GEN-itgc，Ｇenetics 与㎡，gene", ["GEN", "Ｇenetics", "gene"]),
        ("gen*", "oxygen, GEN-itgc，Ｇenetics 与gene", ["GEN", "Ｇenetics", "gene"]),
        ("党史学习教育", "开展党史学习教育，学习党史", ["党史学习教育"]),
        ("党史学习教育", "学习党史，接受教育", ["学习党史", "教育"]),
        ("四个意识", "树牢“四个意识”", ["四个意识"]),
        ("树牢四个意识", "要树牢“四个意识”。", ["树牢“四个意识"]),
        ("9月16日", "于９月１６日召开", ["９月１６日"]),
        ("习近平总书记", "習近平總書記指出", ["習近平總書記"]),
        ("m2", "面积30㎡。", ["㎡"]),
        ("科创2025", "𠮷“科创 2025”平台", ["科创 2025"]),
        ("会", "会会会议", ["会会会"]),
        ("学习的", "他的学习很好", ["学习"]),
        ("科普 -通知", "科普通知", ["科普"]),
        ("标题:科普", "科普正文", []),
        ("没有的", "正文", []),
    ],
)
def test_exactly_what_matched_is_marked(typed: str, body: str, found: list[str]) -> None:
    assert marked(typed, body) == found


def test_a_field_marks_only_its_field() -> None:
    assert marked("标题:科普", "科普正文", title="科普标题") == ["科普"]
    assert marked("正文:科普", "正文在科普", title="标题科普") == ["科普"]


def test_a_match_over_a_paragraphs_end_is_two_places() -> None:
    assert marked("提高报告", "信任度提高。\n报告同") == ["提高", "报告"]
    assert marked("“提高。报告”", "信任度提高\n，报告同") != []
    assert marked("“提高 报告”", "信任度提高\n报告同") == ["提高", "报告"]


@given(st.text(alphabet="会议a1，。\n“𠮷", max_size=60), st.text(alphabet="会议a1", min_size=1, max_size=3))
def test_marks_are_ordered_apart_and_hold_the_match(body: str, typed: str) -> None:
    previous = -1
    for start, end in find_marks(Document("", "", body=body), parse_query(typed).needles).body:
        assert previous < start < end <= len(body)
        assert "\n" not in body[start:end]
        previous = end


def test_snippets_are_whole_sentences_at_most_three_in_their_order() -> None:
    sentences = [f"第{n}句说到科普工作，内容各不相同。" for n in range(6)]
    body = "开头的话。\n" + "\n".join(sentences)
    marks = find_marks(Document("", "", body=body), parse_query("科普").needles).body
    snippets = make_snippets(body, marks)
    assert len(snippets) == MOST_SNIPPETS
    assert all(snippet.text in sentences for snippet in snippets)
    assert [snippet.paragraph for snippet in snippets] == sorted(snippet.paragraph for snippet in snippets)


def test_the_sentence_that_holds_most_of_the_query_is_shown() -> None:
    body = "只有科普。只有智库。" * 5 + "这里科普和智库都有。" + "又是科普。" * 5
    marks = find_marks(Document("", "", body=body), parse_query("科普 智库").needles).body
    assert "这里科普和智库都有。" in [snippet.text for snippet in make_snippets(body, marks)]


@pytest.mark.parametrize("at", [0, 400, 900])
def test_a_sentence_without_end_is_cut_around_its_mark(at: int) -> None:
    body = "字，" * at + "科普" + "，文" * 900
    marks = find_marks(Document("", "", body=body), parse_query("科普").needles).body
    snippet = make_snippets(body, marks)[0]
    assert len(snippet.text) <= LONGEST_SNIPPET + 2
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["科普"]


def test_a_mark_without_end_is_cut() -> None:
    body = "科" * 10_000
    snippet = make_snippets(body, [(0, len(body))])[0]
    assert len(snippet.text) <= LONGEST_SNIPPET + 2
    assert all(end <= len(snippet.text) for _, end in snippet.marks)


TEXTS = st.lists(st.text(alphabet="会议科普字，。", min_size=1, max_size=80), min_size=1, max_size=6)


@given(TEXTS, st.sampled_from([18, ONE_LINE, TWO_LINES]))
def test_what_fits_into_a_line_shows_marks_of_the_text_it_is_cut_from(paragraphs: list[str], room: int) -> None:
    body = "\n".join(paragraphs)
    marks = find_marks(Document("", "", body=body), parse_query("科普 会议").needles).body
    snippets = make_snippets(body, marks)
    shown = fit(snippets, room)
    assert sum(len(own.text) for own in shown) <= room + 2 * len(shown)
    for own in shown:
        assert own.text.strip("…") in paragraphs[own.paragraph - 1]
        assert {own.text[start:end] for start, end in own.marks} <= {body[start:end] for start, end in marks} | {
            "科",
            "普",
        }
    assert any(own.marks for own in shown) == bool(marks)


def test_all_that_differs_in_the_marks_is_in_sight() -> None:
    body = (
        "这里说到科普，"
        + "别的内容还有很多，" * 20
        + "到这里为止。\n"
        + "开头的内容也很多，" * 12
        + "才说到会议，然后"
        + "继续，" * 20
    )
    marks = find_marks(Document("", "", body=body), parse_query("科普 会议").needles).body
    shown = fit(make_snippets(body, marks), TWO_LINES)
    assert [own.text[start:end] for own in shown for start, end in own.marks] == ["科普", "会议"]
    assert len(body) > 3 * sum(len(own.text) for own in shown)


def test_without_marks_the_opening_is_shown() -> None:
    assert [snippet.text for snippet in make_snippets("第一句。第二句。", [])] == ["第一句。"]
    assert make_snippets("", []) == []


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_marked_pieces_make_the_text_again(text: str, cuts: list[tuple[int, int]]) -> None:
    ends = sorted({min(cut, len(text)) for pair in cuts for cut in pair})
    marks = [(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False) if start < end]
    pieces = list(split_marked(text, marks))
    assert "".join(piece for piece, _ in pieces) == text
    assert sum(colour is not None for _, colour in pieces) == len(marks)


# Han, traditional, Latin, digits, marks that vanish, spaces, punctuation, accents, characters that fold to several.
ALPHABET = "会议科协學a1B\u0301é，。“” \n\u3000-ｆ\u200b㎡ﬁ𠮷"


@given(st.text(ALPHABET, max_size=40), st.text(ALPHABET, min_size=1, max_size=6), st.data())
def test_marks_are_where_the_folded_text_says(text: str, other: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    for piece in (other, text[start : data.draw(st.integers(start, len(text)))]):
        sought = fold(piece).text
        if sought:
            assert _Searched(text).find(sought) == _find_folded(fold(text), sought)


@pytest.mark.parametrize(
    ("typed", "body", "found"),
    [
        ("五年", "2015年起的5年，㎡", ["5年"]),
        ("五年规划", "2015年起的5年和规划", ["5年", "规划"]),
        ("5年", "2015年，十五年和五年", ["5年", "五年"]),
        ("5年以内", "十五年和五年", ["五年"]),
    ],
)
def test_other_forms_are_marked_only_where_they_stand_alone(typed: str, body: str, found: list[str]) -> None:
    assert marked(typed, body) == found


def test_of_a_document_that_only_comes_near_the_pieces_of_words_are_marked() -> None:
    document = Document("", "", body="榅桲是一种果树。", title="")
    needles = parse_query("榅桲还可以叫什么").needles
    assert find_marks(document, needles).body == []
    assert [document.body[start:end] for start, end in find_marks(document, needles, near=True).body] == ["榅桲"]
