"""Files -> index. The names below are all that a reader of an index (such as searchapp) may use.

They are loaded when they are first used, so that `indexer --help` need not wait for numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.access import Access, Condition, Group, names_inside, read_access
    from indexer.analysis import SEPARATOR
    from indexer.analysis.analyzer import cut_words, split_word, use_dictionary
    from indexer.analysis.normalize import FoldedText, align, fold, make_finder, pairs_of, stands_alone
    from indexer.analysis.numerals import NUMERALS, ZEROS, parse_numeral, spell_digits, spell_formal, spell_number
    from indexer.analysis.words import is_known_word
    from indexer.api_keys import API_KEYS_FILE, ApiKey, find_api_key, read_api_keys
    from indexer.budget import BY_THE_CLOCK, Budget
    from indexer.command_line import (
        ArchiveGroup,
        common_options,
        disarm,
        load_settings,
        print_error,
        print_line,
        print_text,
    )
    from indexer.document import (
        LIKELY_YEARS,
        MEETING_SPEAKS,
        VALUES,
        Document,
        Meeting,
        Person,
        Speech,
        date_span,
        to_record,
    )
    from indexer.engine import Found, Reader, Vocabulary
    from indexer.errors import (
        AbandonedError,
        ArchiveError,
        DamagedIndexError,
        IndexFormatError,
        NoIndexError,
        OutOfTimeError,
        QueryError,
        SettingsError,
    )
    from indexer.misses import MISSES_FILE, MissLog
    from indexer.names import OtherName, read_names, read_shipped
    from indexer.originals import find_original
    from indexer.parsing.layout.lines import heading_of
    from indexer.parsing.values.issuers import find_below, hierarchy
    from indexer.parsing.values.number import normalize_number
    from indexer.query import (
        LISTED_FIELDS,
        And,
        Below,
        DateField,
        Everything,
        Field,
        Key,
        Near,
        Not,
        OneOf,
        Or,
        Pattern,
        Phrase,
        Query,
        Range,
        Ranking,
        Recency,
        Run,
        Said,
        Scoring,
        Sort,
        Term,
    )
    from indexer.reading import decode, format_of
    from indexer.reading.formats import searched_name
    from indexer.settings import Settings, read_list
    from indexer.status import LeftOutGroup, group_left_out, read_unused, read_warnings
    from indexer.store.generations import OpenIndex, open_index
    from indexer.visibility import find_reach, find_visible

_HOMES = {
    "indexer.access": ("Access", "Condition", "Group", "names_inside", "read_access"),
    "indexer.analysis": ("SEPARATOR",),
    "indexer.analysis.analyzer": ("cut_words", "split_word", "use_dictionary"),
    "indexer.analysis.normalize": (
        "FoldedText",
        "align",
        "fold",
        "make_finder",
        "pairs_of",
        "stands_alone",
    ),
    "indexer.analysis.numerals": (
        "NUMERALS",
        "ZEROS",
        "parse_numeral",
        "spell_digits",
        "spell_formal",
        "spell_number",
    ),
    "indexer.analysis.words": ("is_known_word",),
    "indexer.api_keys": ("API_KEYS_FILE", "ApiKey", "find_api_key", "read_api_keys"),
    "indexer.budget": ("BY_THE_CLOCK", "Budget"),
    "indexer.command_line": (
        "ArchiveGroup",
        "common_options",
        "disarm",
        "load_settings",
        "print_error",
        "print_line",
        "print_text",
    ),
    "indexer.document": (
        "LIKELY_YEARS",
        "MEETING_SPEAKS",
        "VALUES",
        "Document",
        "Meeting",
        "Person",
        "Speech",
        "date_span",
        "to_record",
    ),
    "indexer.engine": ("Found", "Reader", "Vocabulary"),
    "indexer.errors": (
        "AbandonedError",
        "ArchiveError",
        "DamagedIndexError",
        "IndexFormatError",
        "NoIndexError",
        "OutOfTimeError",
        "QueryError",
        "SettingsError",
    ),
    "indexer.store.generations": ("OpenIndex", "open_index"),
    "indexer.misses": ("MISSES_FILE", "MissLog"),
    "indexer.names": ("OtherName", "read_names", "read_shipped"),
    "indexer.originals": ("find_original",),
    "indexer.parsing.layout.lines": ("heading_of",),
    "indexer.parsing.values.issuers": ("find_below", "hierarchy"),
    "indexer.parsing.values.number": ("normalize_number",),
    "indexer.query": (
        "LISTED_FIELDS",
        "And",
        "Below",
        "DateField",
        "Everything",
        "Field",
        "Key",
        "Near",
        "Not",
        "OneOf",
        "Or",
        "Pattern",
        "Phrase",
        "Query",
        "Range",
        "Ranking",
        "Recency",
        "Run",
        "Said",
        "Scoring",
        "Sort",
        "Term",
    ),
    "indexer.reading": ("decode", "format_of"),
    "indexer.reading.formats": ("searched_name",),
    "indexer.settings": ("Settings", "read_list"),
    "indexer.status": ("LeftOutGroup", "group_left_out", "read_unused", "read_warnings"),
    "indexer.visibility": ("find_reach", "find_visible"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "API_KEYS_FILE",
    "BY_THE_CLOCK",
    "LIKELY_YEARS",
    "LISTED_FIELDS",
    "MEETING_SPEAKS",
    "MISSES_FILE",
    "NUMERALS",
    "SEPARATOR",
    "VALUES",
    "ZEROS",
    "AbandonedError",
    "Access",
    "And",
    "ApiKey",
    "ArchiveError",
    "ArchiveGroup",
    "Below",
    "Budget",
    "Condition",
    "DamagedIndexError",
    "DateField",
    "Document",
    "Everything",
    "Field",
    "FoldedText",
    "Found",
    "Group",
    "IndexFormatError",
    "Key",
    "LeftOutGroup",
    "Meeting",
    "MissLog",
    "Near",
    "NoIndexError",
    "Not",
    "OneOf",
    "OpenIndex",
    "Or",
    "OtherName",
    "OutOfTimeError",
    "Pattern",
    "Person",
    "Phrase",
    "Query",
    "QueryError",
    "Range",
    "Ranking",
    "Reader",
    "Recency",
    "Run",
    "Said",
    "Scoring",
    "Settings",
    "SettingsError",
    "Sort",
    "Speech",
    "Term",
    "Vocabulary",
    "align",
    "common_options",
    "cut_words",
    "date_span",
    "decode",
    "disarm",
    "find_api_key",
    "find_below",
    "find_original",
    "find_reach",
    "find_visible",
    "fold",
    "format_of",
    "group_left_out",
    "heading_of",
    "hierarchy",
    "is_known_word",
    "load_settings",
    "make_finder",
    "names_inside",
    "normalize_number",
    "open_index",
    "pairs_of",
    "parse_numeral",
    "print_error",
    "print_line",
    "print_text",
    "read_access",
    "read_api_keys",
    "read_list",
    "read_names",
    "read_shipped",
    "read_unused",
    "read_warnings",
    "searched_name",
    "spell_digits",
    "spell_formal",
    "spell_number",
    "split_word",
    "stands_alone",
    "to_record",
    "use_dictionary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(name)
    return getattr(import_module(_HOME_OF[name]), name)
