"""The comparison: every engine at every size, one table. Figures are for their ratios within one run, nothing else."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from benchmarks.archive import describe
from benchmarks.measure import engines

_SIZES = (1_000, 10_000, 100_000)
_OURS = "ours"
_NOTHING_KEPT = "ours, nothing kept"


@click.command()
@click.option("--size", "sizes", type=int, multiple=True, default=_SIZES, show_default=True, help="Documents.")
@click.option("--engine", "names", multiple=True, help="Only this engine (repeatable).")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Keep what was measured here.")
def main(sizes: tuple[int, ...], names: tuple[str, ...], file: Path | None) -> None:
    """Compare this project with other engines over the same documents and questions."""
    names = names or tuple(engines())
    measured: dict[int, dict[str, Any]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            measured[size] = {name: _measure(name, size, Path(folder)) for name in names}
        _print_table(size, measured[size])
        if file:
            file.write_text(json.dumps(measured, ensure_ascii=False))
    for few, many in pairwise(sizes if _OURS in names else ()):
        small, large = (_percentile(measured[size][_OURS], "page_ms", 50) for size in (few, many))
        click.echo(f"our page p50 grows {large / small:.1f} times from {few:,} to {many:,} documents")


def _measure(name: str, size: int, folder: Path) -> dict[str, Any]:
    own = folder / ("ours" if name == _NOTHING_KEPT else name.replace(" ", "-"))
    click.echo(f"{size:,} documents: {name}", err=True)
    built = {} if own.exists() else _run("build", name, size, own)
    asked = _run("ask", name, size, own)
    if name == _OURS:
        asked["cold_ms"] = _start_cold(own / "index")
    if name != _OURS:
        shutil.rmtree(own)
    return built | asked


def _run(what: str, name: str, size: int, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.measure", what, name, str(size), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{name} failed: {done.stderr.strip().splitlines()[-1:]}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _start_cold(index: Path) -> float:
    """Return how long a new process takes to its first answer, everything included."""
    program = Path(sys.executable).with_name("searchapp")
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([program, "--index", index, "search", "会议 工作"], capture_output=True, check=False)
        times.append(time.perf_counter() - started)
    return min(times) * 1000


def _print_table(size: int, measured: dict[str, Any]) -> None:
    names = list(measured)
    click.echo(f"\n## {size:,} documents ({describe()}), each question's quickest turn\n")
    click.echo("| | " + " | ".join(names) + " |\n| --- |" + " --- |" * len(names))
    rows: list[tuple[str, list[str]]] = [
        ("build, CPU s", [_cell(measured[name].get("cpu"), 1) for name in names]),
        ("peak memory, MB", [_cell(measured[name].get("peak_mb"), 0) for name in names]),
        ("index / text", [_cell(measured[name].get("index_over_text"), 2) for name in names]),
        ("open and first page, ms", [_cell(measured[name]["first_ms"], 0) for name in names]),
    ]
    for percent in (50, 95):
        for what, key in (("page", "page_ms"), ("ids only", "ids_ms")):
            cells = [_cell(_percentile(measured[name], key, percent), 2) for name in names]
            rows.append((f"{what}, p{percent} ms", cells))
    kinds = dict.fromkeys(answer["kind"] for answer in measured[names[0]]["answers"])
    rows += [
        (f"{kind}: page p50, ms", [_cell(_percentile(measured[name], "page_ms", 50, kind), 2) for name in names])
        for kind in kinds
    ]
    for title, cells in rows:
        click.echo(f"| {title} | " + " | ".join(cells) + " |")
    if _OURS in measured:
        click.echo(f"\na new process of ours gives its first answer after {measured[_OURS]['cold_ms']:.0f} ms")
        _print_ratios(measured)


def _print_ratios(measured: dict[str, Any]) -> None:
    ours = measured[_OURS]
    for name, theirs in measured.items():
        if name in (_OURS, _NOTHING_KEPT):
            continue
        build = ours["cpu"] / theirs["cpu"]
        page = _percentile(ours, "page_ms", 50) / _percentile(theirs, "page_ms", 50)
        pairs = zip(ours["answers"], theirs["answers"], strict=True)
        same = sum(own["total"] == other["total"] for own, other in pairs)
        click.echo(
            f"ours / {name}: build {build:.2f}, page p50 {page:.2f}; "
            f"the same total for {same} of {len(ours['answers'])} questions"
        )


def _percentile(measured: dict[str, Any], key: str, percent: int, kind: str | None = None) -> float:
    times = [answer[key] for answer in measured["answers"] if kind in (None, answer["kind"])]
    return float(statistics.quantiles(times, n=100, method="inclusive")[percent - 1])


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


if __name__ == "__main__":
    main()
