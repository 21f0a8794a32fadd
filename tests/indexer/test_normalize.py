"""One folding for documents and queries, with a way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import SEPARATOR
from indexer.analysis.normalize import BOUNDARY, fold, fold_texts

EQUAL = [
    ("ＡＢＣ２０２１", "abc2021", "width and case"),
    ("習近平總書記", "习近平总书记", "traditional characters"),
    ("树牢“四个意识”", "树牢四个意识", "quotes are silent"),
    ("《意见》精神", "意见精神", "title marks are silent"),
    ("党 史\n学习　教育", "党史学习教育", "white space and line breaks between Han characters"),
    ("科创 2025 平台", "科创2025平台", "white space between scripts"),
    ("指出,要", "指出，要", "Chinese and Western punctuation"),
    ("2021-03-12", "2021.03.12", "dashes and dots"),
    ("gen—itgc", "gen-itgc", "dashes of every kind"),
    ("café", "cafe\u0301", "accents, composed or not"),
    ("Straße", "strasse", "letters that fold to several"),
    ("㎅", "kb", "signs made of capitals"),
    ("㎡", "m2", "signs that stand for several characters"),
    ("中\u200b国", "中国", "characters without width"),
    ("⻔诊部⻋辆⻢上到⻬心⻘山⻣干", "门诊部车辆马上到齐心青山骨干", "radicals that look like characters"),
    ("⻑江⻳山", "长江龟山", "radicals, simplified as characters are"),
    ("⻭科⻲山看⻫⺼亮", "齿科龟山看齐月亮", "radicals of other forms"),
    ("中\ufe00国葛\U000e0100城㊗\ufe0f", "中国葛城祝", "variation selectors"),
    ("ᠠ\u180bᠨ a\u034fb", "ᠠᠨ ab", "selectors of other scripts"),
    ("\uf9f4間\ufa19社\U0002f800", "林间神社丽", "compatibility ideographs"),
    ("３．５％", "3.5 %", "signs that are kept"),
]
DIFFERENT = [
    ("工作。会议", "工作会议", "a sentence's end is no part of a phrase"),
    ("hello world", "helloworld", "Latin words keep their space"),
    ("后来", "后末", "other characters"),
    ("C#", "C++", "signs that tell one thing from another"),
    ("3.5%", "3.5", "a percentage and a number"),
]


@pytest.mark.parametrize(("left", "right"), [case[:2] for case in EQUAL], ids=[case[2] for case in EQUAL])
def test_equal_forms_fold_to_one(left: str, right: str) -> None:
    assert fold(left).text == fold(right).text != ""


@pytest.mark.parametrize(("left", "right"), [case[:2] for case in DIFFERENT], ids=[case[2] for case in DIFFERENT])
def test_different_texts_stay_different(left: str, right: str) -> None:
    assert fold(left).text != fold(right).text


@given(st.text())
def test_folded_text_folds_to_itself(text: str) -> None:
    assert fold(fold(text).text).text == fold(text).text


@given(st.text(), st.data())
def test_any_piece_of_a_text_folds_to_a_piece_of_its_folding(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert fold(text[start:end]).text in fold(text).text


@given(st.text())
def test_every_folded_character_stands_for_a_piece_of_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    previous = 0
    for character, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert previous <= start < end <= len(text)
        previous = start
        if character != SEPARATOR:
            assert character in fold(text[start:end]).text
    assert not folded.text.startswith(SEPARATOR)
    assert not folded.text.endswith(SEPARATOR)


@given(st.lists(st.text(st.characters() | st.sampled_from("会，。㎡a \n"), max_size=12), max_size=4))
def test_texts_folded_together_keep_the_way_back(texts: list[str]) -> None:
    folded = fold_texts(texts)
    starts, ends = folded.places()
    original = "".join(text.replace(BOUNDARY, "。") + BOUNDARY for text in texts)
    assert len(folded.characters) == len(starts) == len(ends)
    for point, start, end in zip(folded.characters.tolist(), starts, ends, strict=True):
        covered = original[start:end]
        assert covered == BOUNDARY if chr(point) == BOUNDARY else covered
        if chr(point) not in (BOUNDARY, SEPARATOR):
            assert chr(point) in fold(covered).text


@given(st.text(alphabet=st.characters(), max_size=20))
def test_lone_surrogates_and_controls_never_raise(text: str) -> None:
    fold(text + "\ud800\0\x1f")


def test_every_radical_folds_to_one_character_and_is_shown_as_it_was() -> None:
    for point in (*range(0x2E81, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6)):
        folded = fold(f"中{chr(point)}国")
        assert len(folded.text) == 3, hex(point)
        assert not 0x2E80 <= ord(folded.text[1]) < 0x2FE0, hex(point)
        assert folded.original(1, 2) == (1, 2)


def test_a_selector_is_no_place_of_its_own_and_descriptions_of_shapes_are_left_alone() -> None:
    text = "我市葛\U000e0100城区中\ufe00学"
    folded = fold(text)
    assert folded.text == "我市葛城区中学"
    assert [text[slice(*folded.original(at, at + 1))] for at in (2, 3, 5)] == ["葛", "城", "中"]
    assert fold("字⿰木木形").text == fold("字，木木形").text
    assert fold("\ufe0f\U000e0100").text == ""


def test_the_way_back_cuts_the_original() -> None:
    text = "会议指出，ＡＢ㎡和“两个确立”。"
    folded = fold(text)
    at = folded.text.find(fold("两个确立").text)
    start, end = folded.original(at, at + 4)
    assert text[start:end] == "两个确立"
