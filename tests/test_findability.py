"""The promise: any text that can be seen in a document finds that document, quoted or plain."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from indexer import OpenIndex, Settings, fold, open_index
from indexer.updating.pipeline import update_index
from searchapp.language.parsing import parse_query

pytestmark = pytest.mark.bulk

PIECES_OF_EACH_DOCUMENT = 40
LONGEST_PIECE = 40
# What has a meaning in the query language; a piece that holds it is tried in quotes only.
OPERATORS = re.compile(r"[-－−|｜\"“”＂「」『』《》()（）:：]|(?:^|\s)(?:OR|AND|或)(?:\s|$)")


def pieces(text: str, chance: random.Random) -> list[str]:
    cuts = (chance.randrange(len(text)) for _ in range(PIECES_OF_EACH_DOCUMENT if text else 0))
    return [piece for at in cuts if fold(piece := text[at : at + chance.randint(1, LONGEST_PIECE)]).text]


def misses(index: OpenIndex, seed: int) -> tuple[list[tuple[str, str]], int]:
    chance = random.Random(seed)
    missed, tried = [], 0
    for document in index.reader.iter_documents():
        for piece in [*pieces(document.title or "", chance), *pieces(document.body, chance)]:
            typed = [f"“{piece}”", f"「{piece}」"]
            if '"' not in piece:
                typed.append(f'"{piece}"')
            if not OPERATORS.search(piece):
                typed.append(piece)
            for query in typed:
                tree = parse_query(query).query
                tried += 1
                if tree is None or document.id not in index.reader.find_keys(tree):
                    missed.append((document.path, query))
    return missed, tried


def test_every_piece_of_every_sample_document_finds_it(corpus_index: OpenIndex) -> None:
    missed, tried = misses(corpus_index, seed=20260101)
    assert tried > 10_000
    assert missed == []


def test_every_piece_of_the_real_documents_finds_them(shared_archive: Path, tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index")
    update_index(settings, [shared_archive])
    index = open_index(settings.index)
    assert index.reader.document_count == 7
    missed, tried = misses(index, seed=7)
    assert tried > 1_000
    assert missed == []


@pytest.mark.parametrize("piece", ["学", "2025", "20", "I", "创2", "9月16日", "AI+制造", "泓口发布", "於"])
def test_short_and_odd_pieces_find_something(corpus_index: OpenIndex, piece: str) -> None:
    tree = parse_query(piece).query
    assert tree is not None
    assert len(corpus_index.reader.find_keys(tree))
