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


# Where a search can begin is known to `re` only if every row begins with a character, with no class, look-behind or
# optional part; without that each row is tried at each character of a text, three to five times as slow.
TRIED_EVERYWHERE = {
    "buttons and counters behind a value on its line",
    "how a kicker ends, or that it tells more than the headline under it",
    "how a title ends that goes on in the next line",
    "labels of the table over the documents of an office",
    "labels that have a cell of a table for themselves",
    "labels whose characters stand apart",
    "marks of a press report",
    "reporters whom running text names",
    "titles of notices",
    "titles of plans",
    "titles of reports",
    "titles of rules",
    "titles of speeches",
    "titles that tell of a meeting",
    "what is no body",
    "what names of parts of bodies end in",
    "what somebody did, behind their name",
    "what stands before the name of a body and belongs to the sentence",
    "what stands between a label and its value",
    "what stands between a place and what is held there",
    "what stands in brackets at the end, looks like a name, and is none",
    "what tells of the meeting again where a line begins",
    "what tells of the meeting again where a sentence begins",
    "what the head of a newspaper's page says besides its name",
    "what the name of an organisation ends in",
    "what those are called or did who wrote a text, in brackets before their names",
    "what those did whom a bracket names; those who wrote are in the group",
    "where the next thing on a line begins and a value ends",
    "who owns a page, as its foot says; 版权所有 侵权必究 stands in books",
    "who wrote, behind a stroke, also with a pen name",
    "whom the end of a text names in brackets",
    "words of the foot of a page, before which its owner may stand, but no sentence",
}


def is_tried_everywhere(rules: Rules) -> bool:
    """Tell whether a search for the rules cannot skip to the characters with which they begin."""
    own = rules.pattern
    compiler, parser = import_module("re._compiler"), import_module("re._parser")
    tree = parser.parse(own.pattern, own.flags)
    prefix = compiler._get_literal_prefix(tree, own.flags)[0]
    return not prefix and not compiler._get_charset_prefix(tree, own.flags)


def test_no_other_table_that_is_searched_is_tried_at_every_character() -> None:
    searched = [rules for _, _, rules in TABLES.values() if rules.how == "search"]
    assert {rules.purpose for rules in searched if is_tried_everywhere(rules)} <= TRIED_EVERYWHERE
    assert is_tried_everywhere(Rules("a class", ("打印", "打印"), ("[分共]享", "分享")))
    assert not is_tried_everywhere(Rules("characters", ("打印", "打印"), ("分享|共享", "分享")))
