"""Text -> documents: articles, titles, header values, dates and paragraphs, each value with its evidence."""

from indexer.parsing.parse import PARSER_VERSION, parse_text
from indexer.parsing.records import parse_records

__all__ = ["PARSER_VERSION", "parse_records", "parse_text"]
