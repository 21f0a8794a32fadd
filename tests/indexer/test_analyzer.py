"""Tokens: words that rank, characters and pairs that guarantee."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import jieba
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze, analyze_text, query_words
from indexer.analysis.normalize import SEPARATOR, fold
from indexer.analysis.words import cut
from indexer.reading import decode
from tests.conftest import CORPUS


@given(st.text(max_size=60))
def test_the_offsets_of_every_token_cut_the_original(text: str) -> None:
    folded = fold(text).text
    for token in analyze(text):
        assert folded[token.position : token.position + len(token.text)] == token.text
        assert 0 <= token.start < token.end <= len(text)


@given(st.text(max_size=60))
def test_words_of_a_query_are_among_the_words_of_the_document(text: str) -> None:
    assert set(query_words(text)) <= set(analyze_text(text).words)


def test_rjieba_cuts_han_text_into_the_words_of_jieba() -> None:
    """Holds the fast cutter to the reference on every sample text."""
    reference = jieba.Tokenizer()
    reference.initialize()
    runs = {
        run
        for file in CORPUS.rglob("*.txt")
        for run in re.findall(r"[\u4e00-\u9fff]{2,}", decode(file.read_bytes()).text)
    }
    different = [run for run in runs if cut(run) != reference.lcut(run)]
    assert len(runs) > 5000
    assert len(different) <= len(runs) // 1000, different[:5]


def test_finer_words_inside_a_long_one_count_too() -> None:
    assert {"科学技术", "科学", "技术"} <= set(analyze_text("科学技术").words)


def test_punctuation_stands_between_words_and_pairs() -> None:
    text = analyze_text("指出，要求")
    assert (text.folded, text.words) == (f"指出{SEPARATOR}要求", ["指出", "要求"])


def test_one_character_and_function_words_are_kept() -> None:
    text = analyze_text("党的二十大和我")
    assert text.folded == "党的二十大和我"
    assert "".join(word for word in text.words[: text.length]) == text.folded


def test_jieba_itself_cuts_where_rjieba_is_missing(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['rjieba'] = None\n"
        "from indexer.analysis.words import cut, describe_cutter, is_one_word\n"
        "print('/'.join(cut('党史学习教育')), is_one_word('教育'), is_one_word('习教'), describe_cutter())"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "党史/学习/教育 True False jieba 0.42.1\n"
    assert (tmp_path / "archive-search").stat().st_mode & 0o777 == 0o700
