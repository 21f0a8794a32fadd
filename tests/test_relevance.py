"""Judged questions are answered at least so well; lowering a floor is a decision, and has to be seen here.

The floors are nDCG@10 of every ninth query (of small sets, of all), a thousandth below what was measured. They hold
for data with this fingerprint alone; `make relevance` prints the whole table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.relevance import JudgedSet, Measured, find_sets, measure

pytestmark = pytest.mark.bulk

_STEP = 9
FLOORS = {
    # 30 questions; one whose answers stood sixth and eighth (q05) costs .005 since others fill the list.
    "sample corpus": ("945f22a54fd19c39", 1, 0.953),
    "cmrc_wiki": ("7b428219d36fc11f", _STEP, 0.987),
    "domainrag_ruc": ("cc49aafb570a7708", 1, 0.478),
    "drcd_simp": ("65d25988862b005e", _STEP, 0.964),
    "drcd_trad": ("db20abad09e37129", _STEP, 0.964),
    "drcd_trad, asked in simplified": ("09a3d28e66da7120", _STEP, 0.964),
    "drcd_simp, asked in traditional": ("7c2ad8f4b113abe8", _STEP, 0.964),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where indexes are kept, so that sets that share documents share one."""
    return tmp_path_factory.mktemp("relevance")


@pytest.mark.parametrize("name", FLOORS)
def test_judged_questions_are_answered_as_well_as_ever(name: str, folder: Path) -> None:
    fingerprint, step, floor = FLOORS[name]
    judged = {one.name: one for one in find_sets()}.get(name)
    if judged is None:
        pytest.skip("the set is not beside the project")
    if judged.fingerprint() != fingerprint:
        pytest.fail(f"{name} has changed ({judged.fingerprint()}): run `make relevance`, and set its floor anew")
    assert measure(judged, folder / judged.documents.parent.name, step=step, depth=10).ndcg >= floor


def test_every_set_has_a_floor() -> None:
    assert {judged.name for judged in find_sets()} <= set(FLOORS)


def test_the_measure_is_what_its_definition_says(tmp_path: Path) -> None:
    """Two queries: one answered second, one not at all."""
    corpus, queries, grades = (tmp_path / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
    texts = {"a": "科普大篷车 科普大篷车", "b": "科普大篷车来了，大家都去看，天气很好"}
    corpus.write_text("\n".join(f'{{"id": "{n}", "title": "无", "text": "{text}"}}' for n, text in texts.items()))
    queries.write_text('{"id": "1", "text": "科普大篷车"}\n{"id": "2", "text": "量子"}')
    grades.write_text("1\tb\t1\n2\ta\t1")
    row = measure(JudgedSet("own", corpus, queries, grades), tmp_path / "index")
    assert (len(row.answers), row.none, row.mean("first"), row.mean("found"), row.mean("recall")) == (
        2,
        1,
        0.0,
        0.5,
        0.5,
    )
    assert row.ndcg == pytest.approx(0.5 * 0.6309, abs=1e-4)
    worse = Measured({name: answer._replace(ndcg=0.0) for name, answer in row.answers.items()}, 0.0)
    assert row.compare(worse, "ndcg") == pytest.approx((0.5 * 0.6309, 0.5 * 0.6309 / 2**0.5), abs=1e-4)
