"""Wheel and source distribution are complete: what git tracks is in them, and the wheel works where the project is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import CORPUS, PROJECT

BUILD = "from setuptools import build_meta as b; print(b.build_{}({!r}))"
# Papers about the code stay beside the code; the catalogue of texts is where translations are made from.
LEFT_OUT = (".md", ".pot")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Return the files of the project that git knows."""
    if not (PROJECT / ".git").exists():
        pytest.skip("only a clone says which files belong to the project")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (PROJECT / name).is_file()]


@pytest.fixture(scope="module")
def built(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build both of a fresh copy, as a fresh clone would."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in tracked:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, source / name)
    for kind in ("sdist", "wheel"):
        command = [sys.executable, "-W", "ignore", "-c", BUILD.format(kind, str(target))]
        subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl")), next(target.glob("*.tar.gz"))


def test_the_wheel_has_every_file_of_the_packages_and_no_other(built: tuple[Path, Path], tracked: list[str]) -> None:
    names = {name for name in zipfile.ZipFile(built[0]).namelist() if ".dist-info/" not in name}
    ours = {name for name in tracked if name.startswith(("indexer/", "searchapp/")) and not name.endswith(LEFT_OUT)}
    assert names == ours


def test_the_source_distribution_has_every_file(built: tuple[Path, Path], tracked: list[str]) -> None:
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert [name for name in tracked if name not in names] == []


def test_the_wheel_works_in_an_empty_folder(built: tuple[Path, Path], tmp_path: Path) -> None:
    installed, here = tmp_path / "installed", tmp_path / "here"
    here.mkdir()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", installed, built[0]], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}

    def run(*command: str | Path) -> str:
        return subprocess.run(command, cwd=here, env=environment, check=True, capture_output=True, text=True).stdout

    where = run(sys.executable, "-c", "import indexer, searchapp; print(indexer.__file__, searchapp.__file__)")
    assert all(file.startswith(str(installed)) for file in where.split())
    run(installed / "bin/indexer", "index", CORPUS, "--quiet")
    assert "党史学习教育" in run(installed / "bin/searchapp", "search", "党史学习教育")


def test_the_units_of_a_second_site_differ_only_in_its_name() -> None:
    """The plain units are for the first site, whose settings are archive.toml and whose folders have no name behind."""
    folder = PROJECT / "deploy/systemd"
    for plain in ("archive-search.service", "archive-search-index.service", "archive-search-index.timer"):
        name, kind = plain.split(".")
        template = (folder / f"{name}@.{kind}").read_text(encoding="utf-8")
        first = template.replace("/%i.toml", "/archive.toml").replace("-%i\n", "\n")
        assert first.replace(" of %i", "").replace(" %i\n", "\n") == (folder / plain).read_text(encoding="utf-8")
