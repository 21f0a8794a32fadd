"""How often each fault is tried, and the table of figures at the end."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.house import Site, Tally

_FIGURES: list[str] = []
Count = Callable[[int], int]
Tallying = Callable[[str], Tally]
Serve = Callable[..., Site]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all of them: they are run by `make test-faults`, not by `make test`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, and what could not be run."""
    skipped = [
        f"{report.nodeid}: not run: {report.longrepr[2]}" for report in terminalreporter.stats.get("skipped", [])
    ]
    if _FIGURES:
        terminalreporter.section(f"figures (seed {_seed()})")
        for line in [*_FIGURES, *skipped]:
            terminalreporter.write_line(line)


def _seed() -> int:
    return int(os.environ.get("SEED") or 1)


@pytest.fixture
def count() -> Count:
    """Return a function from the trials of a sample to those that were asked for."""
    return lambda sample: int(os.environ.get("COUNT") or sample)


@pytest.fixture
def rnd(request: pytest.FixtureRequest) -> random.Random:
    """Return chance, the same for each test and seed."""
    return random.Random(f"{request.node.name}{_seed()}")


@pytest.fixture
def tallying() -> Iterator[Tallying]:
    """Return a function that begins a tally; at the end of the test it is printed, and nothing in it may be wrong."""
    begun: list[Tally] = []

    def begin(kind: str) -> Tally:
        begun.append(Tally(kind))
        return begun[-1]

    yield begin
    _FIGURES.extend(map(str, begun))
    for tally in begun:
        assert not tally.wrong, "\n".join([str(tally), *tally.wrong[:10]])


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that serves an index; all sites end with the test."""
    sites: list[Site] = []

    def begin(index: Path, **settings: object) -> Site:
        sites.append(Site(index, tmp_path / "log", **settings))
        return sites[-1]

    yield begin
    for site in sites:
        site.stop()
