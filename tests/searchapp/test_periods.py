"""Periods as people name them, seen from one day: Sunday, 22 November 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import SettingsError
from searchapp.language.periods import Calendar, read_calendar
from searchapp.search.results import spell_days

CALENDAR = Calendar(read_calendar().named, lambda: date(2026, 11, 22))


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("2021", (20210101, 20211231)),
        ("2021-03", (20210301, 20210331)),
        ("2021年3月", (20210301, 20210331)),
        ("２０２１／３／１２", (20210312, 20210312)),
        ("2021..2022", (20210101, 20221231)),
        ("2021-2022", (20210101, 20221231)),
        ("2022..2021", (20210101, 20221231)),
        ("2021年至2023年", (20210101, 20231231)),
        ("2021年3月至5月", (20210301, 20210531)),
        ("2021..", (20210101, None)),
        ("..2021", (None, 20211231)),
        (">=2021-03", (20210301, None)),
        (">2021-06", (20210701, None)),
        ("≤2021", (None, 20211231)),
        ("2021年3月以来", (20210301, None)),
        ("2020年以前", (None, 20191231)),
        ("2021年上半年", (20210101, 20210631)),
        ("2021年第四季度", (20211001, 20211231)),
        ("今年", (20260101, 20261231)),
        ("去年", (20250101, 20251231)),
        ("前年", (20240101, 20241231)),
        ("去年下半年", (20250701, 20251231)),
        ("今年3月", (20260301, 20260331)),
        ("近三年", (20231122, 20261122)),
        ("最近3个月", (20260822, 20261122)),
        ("过去两周", (20261108, 20261122)),
        ("近十年来", (20161122, 20261122)),
        ("近几年", (20231122, 20261122)),
        ("昨天", (20261121, 20261121)),
        ("本周", (20261116, 20261122)),
        ("上周", (20261109, 20261115)),
        ("上个月", (20261001, 20261031)),
        ("十四五期间", (20210101, 20251231)),
        ("“十四五”期间", (20210101, 20251231)),
        ("党的二十大以来", (20221016, None)),
        ("十八大以来", (20121108, None)),
        ("2021年两会期间", (20210304, 20210311)),
        ("2021-13", None),
        ("0000年3月", None),
        ("0000年上半年", None),
        ("0001年以前", (None, 10101)),
        ("科普", None),
        ("", None),
        ("..", None),
        ("近零年", None),
    ],
)
def test_what_a_period_means(typed: str, period: tuple[int | None, int | None] | None) -> None:
    assert CALENDAR.parse(typed) == period


def test_the_last_day_of_a_short_month_is_gone_back_from() -> None:
    assert Calendar({}, lambda: date(2026, 3, 31)).parse("近1个月") == (20260228, 20260331)
    assert Calendar({}, lambda: date(2024, 2, 29)).parse("近一年") == (20230228, 20240229)


@given(st.text(alphabet="近三年月0123456789..-至以来去今上半季度 期间>=<", max_size=16))
def test_nothing_typed_is_an_error(typed: str) -> None:
    CALENDAR.parse(typed)


def test_a_calendar_of_ones_own_adds_periods_and_replaces_them(tmp_path: Path) -> None:
    file = tmp_path / "periods.txt"
    file.write_text("# 本会\n换届筹备期=换届期间：2021-03..2021年6月\n疫情期间: 2020-01-20..\n", encoding="utf-8")
    calendar = read_calendar(file)
    assert calendar.parse("换届期间") == calendar.parse("换届筹备期") == (20210301, 20210631)
    assert calendar.parse("疫情期间") == (20200120, None)
    assert calendar.parse("十四五期间") == (20210101, 20251231)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("换届期间\n", "line 1: write a period as"),
        ("\n换届期间: 2021-13..2022\n", "line 2: write a period as"),
        ("：2021..2022\n", "line 1: the period has no name"),
        ("换届期间: 2021\n", "line 1: write a period as"),
    ],
)
def test_a_mistake_in_a_calendar_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "periods.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        read_calendar(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_calendar(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ((20210101, 20210631), "2021-01-01 至 2021-06-30"),
        ((20210101, None), "2021-01-01 以来"),
        ((None, 20240231), "2024-02-29 以前"),
    ],
)
def test_a_period_is_shown_with_days_of_the_calendar(period: tuple[int | None, int | None], words: str) -> None:
    assert spell_days(period) == words
