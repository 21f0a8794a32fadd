"""Bars by month and by year: none is lost, the tallest is full, what is chosen is marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchapp.search.timeline import find_open_years, make_timeline, within

YEARS = ["2022", "2021"]


def test_months_from_the_first_year_to_the_last() -> None:
    timeline = make_timeline({"2021-03": 4, "2022-12": 2, "2022": 1, None: 9}, YEARS)
    assert (timeline.unit, len(timeline.bars), timeline.count) == ("month", 24, 7)
    assert [(bar.label, bar.count, bar.height, bar.at) for bar in timeline.bars if bar.count] == [
        ("2021-03", 4, 100, 2),
        ("2022-12", 2, 50, 23),
    ]
    assert [(year.label, year.count, year.rough) for year in timeline.years] == [("2021", 4, 0), ("2022", 3, 1)]


def test_long_archives_are_drawn_by_year() -> None:
    years = [str(year) for year in range(2025, 2009, -1)]
    timeline = make_timeline({"2012-01": 1, "2012-02": 1}, years)
    assert timeline.unit == "year"
    assert [(bar.label, bar.count) for bar in timeline.bars if bar.count] == [("2012", 2)]
    assert make_timeline({}, years, date_from="2012-02", date_to="2012-03").unit == "month"


def test_what_lies_between_the_dates_is_chosen() -> None:
    timeline = make_timeline({"2021-03": 1}, YEARS, date_from="2021-03-15", date_to="2021-04")
    assert [bar.label for bar in timeline.bars if bar.chosen] == ["2021-03", "2021-04"]
    assert {bar.label[:4] for bar in timeline.bars} == {"2021"}
    assert not any(bar.chosen for bar in make_timeline({}, YEARS).bars)


def test_outside_the_archive_nothing_is_drawn() -> None:
    assert make_timeline({"2021-03": 1}, YEARS, date_from="1990", date_to="1995").bars == []
    assert make_timeline({}, []).bars == []


@given(st.dictionaries(st.integers(0, 23), st.integers(1, 10**6), max_size=24))
def test_every_month_with_hits_can_be_seen(counts: dict[int, int]) -> None:
    by_month = {f"{2021 + at // 12}-{at % 12 + 1:02}": count for at, count in counts.items()}
    timeline = make_timeline(by_month, YEARS)  # type: ignore[arg-type]
    assert timeline.count == sum(counts.values())
    assert all((bar.height >= 3) == bool(bar.count) and bar.height <= 100 for bar in timeline.bars)


def test_the_years_whose_months_are_worth_a_look() -> None:
    counts: dict[str | None, int] = {"2021-03": 4, "2021": 1, "2022-12": 2}

    def opened(*chosen: str, ends: tuple[str | None, str | None] = (None, None)) -> list[str]:
        return list(find_open_years(counts, YEARS, chosen=chosen, ends=ends))

    assert opened() == []
    assert opened("2021", "") == ["2021"]
    assert opened("2021", "2022") == ["2022", "2021"]
    assert opened(ends=("2021-03", "2021-05-02")) == ["2021"]
    assert opened(ends=("2021-03", "2022")) == opened(ends=("2021", None)) == []
    assert find_open_years(counts, YEARS, chosen=["2021"], ends=(None, None))["2021"].months[2] == 4
    assert within(["2024", "2023", "2022", "2021"], ["2023", "", "2022"]) == ["2023", "2022"]
    assert within(YEARS, [""]) == YEARS
