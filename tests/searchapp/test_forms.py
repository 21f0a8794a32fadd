"""Dates and numbers in any notation: what each is also looked for as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import SEPARATOR, fold, parse_numeral, spell_number
from searchapp.language.cutting import show_signs
from searchapp.language.forms import find_forms


def forms(text: str) -> dict[str, list[str]]:
    folded = fold(text)
    return {
        folded.text[one.start : one.end]: [form.replace(SEPARATOR, "-") for form in one.texts]
        for one in find_forms(folded.text, show_signs(folded, text))
    }


@pytest.mark.parametrize(
    ("text", "found", "some"),
    [
        ("于2021年3月12日召开", "2021年3月12日", {"2021-03-12", "20210312", "二〇二一年三月十二日", "2021年03月12日"}),
        ("二○二一年三月十二日", "二-二一年三月十二日", {"2021年3月12日", "2021-03-12"}),
        ("2021.3.12", "2021-3-12", {"2021年3月12日", "2021-03-12"}),
        ("20210312", "20210312", {"2021年3月12日"}),
        ("2021年3月", "2021年3月", {"2021-03", "二〇二一年三月", "2021-3"}),
        ("二〇二一年", "二〇二一年", {"2021年"}),
        ("三月十二日", "三月十二日", {"3月12日", "03月12日"}),
        ("第七次会议", "第七次", {"第7次"}),
        ("第23届", "第23届", {"第二十三届"}),
        ("五届五次全委", "五届五次", {"5届5次"}),
        ("十四五规划", "十四五", {"14-5规划"}),
        ("14·5规划", "14-5", {"十四五"}),
        ("2个学会", "2个", {"二个", "两个"}),
        ("一百零八人", "一百零八人", {"108人"}),
    ],
)
def test_other_forms(text: str, found: str, some: set[str]) -> None:
    known = {text.replace(SEPARATOR, "-"): own for text, own in forms(text).items()}
    assert some <= set(known[found])


@pytest.mark.parametrize(
    "text",
    [
        "一个",
        "五一节",
        "万一",
        "统一",
        "两会",
        "祖-10",
        "2021",
        "3.5",
        "十分",
        "零次",
        "1-2亿元",
        "三轮车",
        "五粮液",
        "四处",
        "2021国际会议",
        "二三十人",
        "百度",
        "两院院士",
    ],
)
def test_what_has_no_other_form(text: str) -> None:
    assert not forms(text)


@given(st.integers(1, 9999))
def test_numerals_are_read_as_they_are_spelled(number: int) -> None:
    assert parse_numeral(spell_number(number)) == number


@given(st.text(alphabet="一二三十百千零〇○两2013年月日号届次第-. 五会", max_size=20))
def test_stretches_stand_apart_and_forms_are_folded(text: str) -> None:
    folded = fold(text).text
    end = 0
    for one in find_forms(folded):
        assert end <= one.start < one.end <= len(folded)
        end = one.end
        assert folded[one.start : one.end] not in one.texts
        assert all(fold(form).text == form for form in one.texts)
