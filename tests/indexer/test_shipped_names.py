"""The names that we ship, and the reader of files of names: each line is a group, each name stands in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.analysis.normalize import fold
from indexer.analysis.words import is_known_word
from indexer.errors import SettingsError
from indexer.names import SHIPPED, OtherName, parse_group, read_names, read_shipped, read_shipped_lines

# Names of two characters that no dictionary knows and that hardly ever stand across two words.
_RARE_PAIRS = {"雄安", "网购", "思政", "非遗", "双创", "双碳", "央企", "硕导"}


@pytest.mark.parametrize("kind", SHIPPED)
def test_each_line_that_we_ship_is_a_group(kind: str) -> None:
    problems = {line: parse_group(line).find_problem({}) for line in read_shipped_lines(kind)}
    assert {line: problem for line, problem in problems.items() if problem} == {}


def test_no_name_that_we_ship_stands_in_two_groups() -> None:
    groups: dict[str, str] = {}
    for kind in SHIPPED:
        for line in read_shipped_lines(kind):
            for name in parse_group(line).others():
                assert name not in groups, (name, line, groups[name])
                groups[name] = line
    assert set(read_shipped()) == set(groups)


def test_the_names_that_we_ship_are_read_as_they_fold() -> None:
    others = [other for own in read_shipped().values() for other in own]
    assert [other.text for other in others if fold(other.text).text != other.folded] == []


def test_a_name_of_two_characters_that_we_look_for_can_be_told_from_two_halves_of_words() -> None:
    short = {other.folded for own in read_shipped().values() for other in own if len(other.folded) == 2}
    assert {name for name in short if not name.isascii() and not is_known_word(name)} - _RARE_PAIRS == set()


def test_a_direction_and_the_years_of_changes_are_read(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    lines = [
        "南大>南京大学=南京大學堂",
        "甲部+乙局=乙总局 > 2013 > 丙委 >2018> 丁委=丁",
        "科委>>科技局",
        "R+D=研发活动",
    ]
    file.write_text("\n".join(line.replace("=丁", "=丁委员会") for line in lines), encoding="utf-8")
    others = read_names(file)
    assert [other.text for other in others["南大"]] == ["南京大学", "南京大學堂"]
    assert "南京大学" not in others
    assert others["甲部"] == (
        OtherName("丙委", "丙委", "later", 2013),
        OtherName("丁委", "丁委", "later", 2018),
        OtherName("丁委员会", "丁委员会", "later", 2018),
    )
    assert others["丁委"][0] == OtherName("丁委员会", "丁委员会")
    assert [(other.text, other.when, other.year) for other in others["丙委"]] == [
        ("甲部", "earlier", 2013),
        ("乙局", "earlier", 2013),
        ("乙总局", "earlier", 2013),
        ("丁委", "later", 2018),
        ("丁委员会", "later", 2018),
    ]
    assert others["科委"] == (OtherName("科技局", "科技局", "later", None),)
    assert [other.text for other in others["研发活动"]] == ["R+D"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("甲局>乙局>丙局", "write a direction as short>full, once"),
        ("甲局>乙局>2018>丙局", "write a direction as short>full, once"),
        ("甲局>2018>乙局>2013>丙局", "the years of changes have to ascend"),
        ("甲局>2018>", "a group needs two different names"),
        (">甲局", "a group needs two different names"),
    ],
)
def test_a_mistake_in_a_direction_or_a_year_is_told(tmp_path: Path, line: str, sentence: str) -> None:
    file = tmp_path / "names.txt"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        read_names(file)
