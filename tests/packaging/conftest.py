"""The systems, and the table of what was run and how long it took."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import CORPUS, PROJECT
from tests.packaging.builds import build_deb
from tests.packaging.machines import Machine, booted, entered, make_base

_FIGURES: list[str] = []
# What the package needs, and systemd as on every such machine; nothing that compiles.
_PACKAGES = ["python3-venv", "systemd"]
Note = Callable[[str], AbstractContextManager[None]]
Begin = Callable[..., AbstractContextManager[Machine]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all of them: they are run by `make test-packages`, not by `make test`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.packages)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    if _FIGURES:
        terminalreporter.section("figures")
        for line in _FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def note() -> Callable[[str], None]:
    """Return a function that puts a line below the tests."""
    return _FIGURES.append


@pytest.fixture(scope="session")
def timed() -> Note:
    """Return a context that notes how long something took."""

    @contextmanager
    def measure(what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        _FIGURES.append(f"{what}: {time.monotonic() - began:.1f} s")

    return measure


@dataclass(frozen=True)
class Upgrades:
    """Packages of later versions: one reads the index of this version, one does not."""

    reads: Path
    cannot: Path


@pytest.fixture(scope="session")
def upgrades(tmp_path_factory: pytest.TempPathFactory) -> Upgrades:
    """Build them."""
    folder = tmp_path_factory.mktemp("upgrades")
    name = "indexer/analysis/normalize.py"
    old = re.findall(r"^NORMALIZER_VERSION = \d+$", (PROJECT / name).read_text(encoding="utf-8"), re.MULTILINE)[0]
    cannot = build_deb(folder, "0.9.1", {name: (old, "NORMALIZER_VERSION = 99")})
    return Upgrades(build_deb(folder, "0.9.0"), cannot)


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def suite(request: pytest.FixtureRequest) -> str:
    """Return the name of a Debian: 12 and 13."""
    return str(request.param)


@pytest.fixture(scope="session")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """Return a context that has a new system with the sample corpus as its archive; `init` boots it."""
    if os.geteuid() != 0:
        pytest.skip("a system of its own needs root")
    made: list[Path] = []

    @contextmanager
    def begin_machine(suite: str, *, init: bool = False) -> Iterator[Machine]:
        base = PROJECT / f"build/systems/{suite}.tar"
        if not base.exists():
            make_base(suite, _PACKAGES, base)
        root = tmp_path_factory.mktemp(suite)
        made.append(root)
        subprocess.run(["tar", "-xf", base, "-C", root, "--exclude=./dev/*"], check=True)
        shutil.copytree(CORPUS, root / "srv/archive")
        with (booted if init else entered)(root) as machine:
            yield machine
        shutil.rmtree(root)

    yield begin_machine
    for root in made:
        shutil.rmtree(root, ignore_errors=True)
