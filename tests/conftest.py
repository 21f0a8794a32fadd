"""Real indexes in temporary folders; nothing of ours is replaced."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from indexer import OpenIndex, Settings, open_index
from indexer.cli import main as indexer_main
from indexer.updating.pipeline import update_index
from searchapp import create_app
from searchapp.cli import main as searchapp_main
from tests.failpoints import Forks

# What programs say here is English; tests of other languages set their own.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)

# Timings never gate a test, and every run tries the same cases; HYPOTHESIS_PROFILE=explore looks further.
hypothesis.settings.register_profile("repeat", deadline=None, derandomize=True)
hypothesis.settings.register_profile("few", deadline=None, derandomize=True, max_examples=30)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

PROJECT = Path(__file__).parent.parent
CORPUS = PROJECT / "corpus"
SHARED = PROJECT.parent / "shared"

Write = Callable[[Mapping[str, str | bytes]], Path]
Run = Callable[..., Result]


def read_gold(file: Path) -> list[dict[str, Any]]:
    """Read the true values of a set of files, one JSON object a line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def edit_manifest(generation: Path, old: str, new: str) -> None:
    """Change what a manifest says, as if another version had written it so (without the checksum of its own)."""
    file = generation / "manifest.json"
    text = re.sub(r'\n "sha256": "[0-9a-f]*",', "", file.read_text(encoding="utf-8"), count=1)
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="session")
def shared_archive() -> Path:
    """Return the five real files, which are beside the project only on some machines."""
    folder = SHARED / "archive"
    if not folder.is_dir():
        pytest.skip("the real archive is not beside the project")
    return folder


@pytest.fixture(scope="session")
def corpus_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings of an index of the sample corpus, built once a test run."""
    settings = Settings(index=tmp_path_factory.mktemp("corpus") / "index", threads=2)
    update_index(settings, [CORPUS])
    return settings


@pytest.fixture(scope="session")
def corpus_index(corpus_settings: Settings) -> OpenIndex:
    """Return the open index of the sample corpus."""
    return open_index(corpus_settings.index)


class ReadingClient(FlaskClient):
    """A client that reads every answer to its end, as a browser does, so that sent files are closed."""

    def open(self, *arguments: Any, **options: Any) -> Any:
        """Ask and read."""
        return super().open(*arguments, **{**options, "buffered": True})


def browse(settings: Settings) -> FlaskClient:
    """Return a client of a site of its own."""
    app = create_app(settings)
    app.test_client_class = ReadingClient
    return app.test_client()


@pytest.fixture(scope="session")
def client(corpus_settings: Settings) -> FlaskClient:
    """Return a client of the site over the sample corpus."""
    return browse(corpus_settings)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes files into an archive folder and returns it."""
    archive = tmp_path / "archive"

    def write_files(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            file = archive / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return archive

    return write_files


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings of an index that is not made yet."""
    return Settings(index=tmp_path / "index")


@pytest.fixture
def indexer(tmp_path: Path) -> Run:
    """Return a function that runs `indexer` on an index of this test."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(indexer_main, ["--index", str(tmp_path / "index"), *map(str, arguments)])

    return run


@pytest.fixture
def searchapp(tmp_path: Path) -> Run:
    """Return a function that runs `searchapp` on the index of this test."""

    def run(*arguments: str | Path, stdin: str | None = None) -> Result:
        shown = ["--index", str(tmp_path / "index"), *map(str, arguments)]
        return CliRunner().invoke(searchapp_main, shown, input=stdin)

    return run


@dataclass
class Site:
    """A running `searchapp serve`: its address and process."""

    address: str
    process: subprocess.Popen[str]

    def locate(self, path: str) -> str:
        """Return the address of a page that is called as at the root: /search, wherever the site is shown."""
        below = f"{urlsplit(self.address).path}/"
        return path if not path.startswith("/") or path.startswith(below) else f"{self.address}{path}"


def program(name: str) -> str:
    """Return the path of one of our console scripts."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert found is not None
    return found


@contextmanager
def serving(settings: Settings, *, stderr: int | None = None, **variables: str) -> Iterator[Site]:
    """Serve an index by the real command, on a free port; variables of the environment change its settings."""
    command = [program("searchapp"), "--index", str(settings.index), "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **variables}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert " at http://" in line, line
            yield Site(line.split(" at ")[1].split("/ ")[0], process)
        finally:
            process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def site(corpus_settings: Settings) -> Iterator[Site]:
    """Serve the sample corpus."""
    with serving(corpus_settings) as own:
        yield own


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Return what runs commands with faults, cheaply."""
    own = Forks(tmp_path_factory.mktemp("forks") / "errors")
    yield own
    own.close()
