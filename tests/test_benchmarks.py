"""The comparison asks real questions of us, and gets the answers that a naive count gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.archive import make_questions, read_some
from benchmarks.measure import measure_build, measure_questions
from benchmarks.ours import Ours

pytestmark = pytest.mark.bulk

SIZE = 150


def test_our_part_of_the_comparison_runs_and_counts_right(tmp_path: Path) -> None:
    built = measure_build(Ours(), SIZE, tmp_path)
    assert built["cpu"] > 0
    assert built["index_over_text"] > 0
    asked = measure_questions(Ours(kept=False), SIZE, tmp_path)
    items = read_some(SIZE)
    questions = make_questions(items)
    assert len(asked["answers"]) == len(questions)
    phrases = [
        (question, answer["total"])
        for question, answer in zip(questions, asked["answers"], strict=True)
        if question.how == "phrase"
    ]
    assert len(phrases) > 10
    for question, total in phrases:
        assert total == sum(question.parts[0] in item.title + "\n" + item.text for item in items), question
    assert sum(answer["total"] > 0 for answer in asked["answers"]) > len(questions) * 0.8
