"""Text -> documents: articles, titles, header values, dates and paragraphs, each value with its evidence.

The names are loaded when they are first used: who only searches need not wait for the patterns of parsing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.parsing.jsonl import parse_records
    from indexer.parsing.mails import parse_mail
    from indexer.parsing.parse import make_id, parse_body, parse_text

# Of everything that decides what a text becomes.
PARSER_VERSION = 9

__all__ = ["PARSER_VERSION", "make_id", "parse_body", "parse_mail", "parse_records", "parse_text"]

_HOME_OF = {
    "make_id": "indexer.parsing.parse",
    "parse_body": "indexer.parsing.parse",
    "parse_text": "indexer.parsing.parse",
    "parse_mail": "indexer.parsing.mails",
    "parse_records": "indexer.parsing.jsonl",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(name)
    return getattr(import_module(_HOME_OF[name]), name)
