"""Each rule of parsing finds its example, and without it nothing does: what no example needs is removed."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

import indexer.parsing
from indexer.parsing.rules import Rule, Rules

MODULES = [import_module(own.name) for own in pkgutil.walk_packages(indexer.parsing.__path__, "indexer.parsing.")]
TABLES = {
    id(own): (module.__name__, name, own)
    for module in MODULES
    for name, own in vars(module).items()
    if isinstance(own, Rules)
}
ROWS = [(name, rules, row) for _, name, rules in TABLES.values() for row in rules]


@pytest.mark.parametrize(
    ("rules", "row"), [pytest.param(rules, row, id=f"{name} {row.example}"[:60]) for name, rules, row in ROWS]
)
def test_a_rule_finds_its_example_which_nothing_else_finds(rules: Rules, row: Rule) -> None:
    found = rules.find(row.example)
    assert found is not None
    other = rules.find_without(row, row.example)
    assert other is None or other.span() != found.span() or other.groupdict() != found.groupdict()


def test_a_rule_that_another_makes_needless_is_seen() -> None:
    rules = Rules("ways to print", ("打印.*", "打印本页"), ("打印本页", "打印本页"))
    assert rules.find_without(rules.rows[1], "打印本页") is not None
    assert Rules("none").find("打印") is None


def test_words_are_rows_the_longest_first() -> None:
    rules = Rules.of_words("buttons", "打印 打印本页", how="match")
    assert [row.pattern for row in rules] == ["打印本页", "打印"]
    assert [rules.find(f"{row.example}。") is not None for row in rules] == [True, True]
