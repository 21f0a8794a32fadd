"""Tokens: words that rank, characters and pairs that guarantee."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import SEPARATOR
from indexer.analysis.analyzer import analyze, analyze_texts, cut_words
from indexer.analysis.normalize import BOUNDARY, fold, text_of
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
    assert {word for _, word in cut_words(fold(text))} <= set(words_of(text))


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
    assert {"科学技术", "科学", "技术"} <= set(words_of("科学技术"))


def test_punctuation_stands_between_words_and_pairs() -> None:
    assert folded("指出，要求") == f"指出{SEPARATOR}要求{BOUNDARY}"
    assert words_of("指出，要求") == ["指出", "要求"]


def test_one_character_and_function_words_are_kept() -> None:
    text = "党的二十大和我"
    assert "".join(words_of(text)[: analyze_texts([text]).lengths[0]]) == text


TEXTS = st.lists(st.text(st.characters() | st.sampled_from("会议科協a1，。“ \n㎡\U0010ffff"), max_size=30), max_size=5)


@given(TEXTS)
def test_texts_analysed_together_are_as_each_alone(texts: list[str]) -> None:
    together = analyze_texts(texts)
    assert text_of(together.characters) == "".join(fold(text).text + BOUNDARY for text in texts)
    assert together.starts.tolist() == [0, *accumulate(len(fold(text).text) + 1 for text in texts)]
    for number, text in enumerate(texts):
        own = [together.vocabulary[word] for word in together.words[together.owners == number]]
        assert sorted(own) == sorted(words_of(text))
        assert together.lengths[number] == analyze_texts([text]).lengths[0]


def test_many_texts_are_cut_in_pieces_that_hold_whole_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"科协会议第{number}次，讨论工作。" for number in range(50)]
    whole = analyze_texts(texts)
    monkeypatch.setattr("indexer.analysis.analyzer._CUT_CHARACTERS", 30)
    pieces = analyze_texts(texts)
    assert pieces.vocabulary == whole.vocabulary
    assert pieces.words.tolist() == whole.words.tolist()
    assert pieces.owners.tolist() == whole.owners.tolist()


def test_a_run_too_long_for_a_word_is_no_word() -> None:
    assert words_of("会议 " + "a" * 65) == ["会议"]
    assert cut_words(fold("a" * 65)) == []


def words_of(text: str) -> list[str]:
    analyzed = analyze_texts([text])
    return [analyzed.vocabulary[word] for word in analyzed.words]


def folded(text: str) -> str:
    return text_of(analyze_texts([text]).characters)


def test_jieba_itself_cuts_where_rjieba_is_missing(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['rjieba'] = None\n"
        "from indexer.analysis.words import cut, describe_cutter, has_word_across, is_known_word\n"
        "print('/'.join(cut('党史学习教育')), has_word_across('教育', 1), has_word_across('习教', 1), end=' ')\n"
        "print(is_known_word('教育'), is_known_word('习教'), describe_cutter())"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "党史/学习/教育 True False True False jieba 0.42.1\n"
    assert (tmp_path / "archive-search").stat().st_mode & 0o777 == 0o700
