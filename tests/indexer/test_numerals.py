"""Numbers in characters: read as they are written, and nothing read that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.numerals import parse_numeral, spell_formal, spell_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("２０２１", 2021),
        ("二〇二一", 2021),
        ("二○二一", 2021),
        ("一百零五", 105),
        ("十", 10),
        ("两千七百", 2700),
        ("三百五", 350),
        ("一万二", 12_000),
        ("一万零五百", 10_500),
        ("廿五", 25),
        ("卅", 30),
        ("壹佰贰拾万", 1_200_000),
        ("一亿二千万", 120_000_000),
        ("1亿2000万", 120_000_000),
        ("12000万", 120_000_000),
        ("十四五", 0),
        ("二三十", 0),
        ("百千", 0),
        ("万", 0),
        ("", 0),
    ],
)
def test_what_a_numeral_is_read_as(text: str, number: int) -> None:
    assert parse_numeral(text) == number


@given(st.integers(1, 10**12 - 1))
def test_numbers_are_read_as_they_are_spelled(number: int) -> None:
    assert parse_numeral(spell_number(number)) == number
    assert parse_numeral(spell_formal(number)) == number


@given(st.text(alphabet="一二两三十百千万亿零〇○廿卅壹拾佰0123", max_size=12))
def test_no_numeral_is_an_error(text: str) -> None:
    assert parse_numeral(text) >= 0
