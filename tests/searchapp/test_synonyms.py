"""Groups of synonyms: read from a file, found in queries, shown, and switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import And, Or, Phrase, SettingsError, Term, fold, use_dictionary
from indexer.settings import read_settings
from searchapp.language.cutting import find_pairs
from searchapp.language.equals import Lexicon, read_lexicon
from searchapp.language.parsing import Understood, parse_query
from searchapp.language.synonyms import read_synonyms
from tests.conftest import PROJECT


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    file = tmp_path / "synonyms.txt"
    file.write_text("\ufeff# 机构\n中国科协=中国科学技术协会＝全国科協\n\nCAST = 中国航天 # 公司\n", encoding="utf-8")
    return Lexicon(read_synonyms(file))


def test_a_name_is_looked_for_in_its_other_forms(lexicon: Lexicon) -> None:
    parsed = parse_query("全国科协", lexicon)
    others = ("中国科协", "中国科学技术协会")
    assert parsed.query == Or((And((Term("全国"), Term("科协"))), Term("全国科协", others)))
    assert parsed.understood == [Understood("全国科协", others)]
    assert parsed.needles[0].forms == others
    assert parse_query("中国科协", lexicon).understood == [Understood("中国科协", ("中国科学技术协会", "全国科協"))]


def test_a_name_inside_a_longer_part_keeps_its_neighbours(lexicon: Lexicon) -> None:
    text = "全国科协党组会议"
    query = parse_query(text, lexicon).query
    name = Or((And((Term("全国"), Term("科协"))), Term("全国科协", ("中国科协", "中国科学技术协会"))))
    assert query == Or((And((name, Term("党组"), Term("会议"))), Phrase(text, pairs=find_pairs(fold(text)))))


def test_quoted_and_literal_queries_have_no_synonyms(lexicon: Lexicon) -> None:
    assert parse_query("“中国科协”", lexicon).query == Phrase("中国科协")
    literal = parse_query("中国科协", lexicon, literal=True)
    assert literal.understood == []
    assert "全国科协" not in repr(literal.query)


def test_nothing_is_read_out_of_the_middle_of_a_word(lexicon: Lexicon, tmp_path: Path) -> None:
    file = tmp_path / "more.txt"
    file.write_text("人大=全国人民代表大会\n", encoding="utf-8")
    assert parse_query("本人大多", Lexicon(read_synonyms(file))).understood == []
    assert parse_query("市人大", Lexicon(read_synonyms(file))).understood == [
        Understood("市人大", ("全国人民代表大会",))
    ]
    assert "4年" not in repr(parse_query("李四年会", lexicon).query)


def test_latin_names_are_whole_words(lexicon: Lexicon) -> None:
    assert parse_query("cast", lexicon).understood == [Understood("cast", ("中国航天",))]
    assert parse_query("broadcast", lexicon).understood == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("中国科协\n", "line 1: a group needs two different names"),
        ("中国科协=中國科協\n", "line 1: a group needs two different names"),
        ("甲一=乙一\n丙一=甲一\n", "line 2: 甲一 is in another group already"),
        ("碳元素=C\n", "line 1: a group needs two different names"),
        ("=".join(f"名{n}字" for n in range(21)), "line 1: a group has at most 20 names, this one has 21"),
    ],
)
def test_a_mistake_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        read_synonyms(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_synonyms(tmp_path / "none.txt")


def test_the_examples_that_we_ship_can_be_used() -> None:
    """The settings in deploy/ name all three files of a house."""
    settings = read_settings(PROJECT / "deploy" / "archive.toml").settings
    lexicon = read_lexicon(settings)
    use_dictionary(None)
    assert parse_query("全国科协", lexicon).understood[0].synonyms == ("中国科协", "中国科学技术协会")
    assert lexicon.calendar.parse("七届理事会期间") == (20170601, 20220631)
