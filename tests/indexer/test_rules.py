"""Each rule of parsing finds its example, and without it nothing does: what no example needs is removed."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import indexer.parsing
from indexer.parsing.rules import Rule, Rules

MODULES = [import_module(own.name) for own in pkgutil.walk_packages(indexer.parsing.__path__, "indexer.parsing.")]


def tables_in(value: object) -> Iterator[Rules]:
    """Yield the tables that a name of a module stands for, alone or among others."""
    if isinstance(value, Rules):
        yield value
    elif isinstance(value, (tuple, list, dict)):
        for own in value.values() if isinstance(value, dict) else value:
            yield from tables_in(own)


TABLES = {
    id(own): (module.__name__, name, own)
    for module in MODULES
    for name, value in vars(module).items()
    for own in tables_in(value)
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
