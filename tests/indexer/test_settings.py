"""Defaults, file, environment, command line: in rising order, with a sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.plain import read_search_settings
from indexer.settings import read_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_layer_wins_over_the_one_before_and_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "archive.toml").write_text('port = 1\nthreads = 1\nkeep = 1\nsite_title = "协会档案"\n')
    monkeypatch.setenv("ARCHIVE_PORT", "2")
    monkeypatch.setenv("ARCHIVE_THREADS", "2")
    configuration = read_settings(None, {"port": 3, "host": None})
    settings = configuration.settings
    assert (settings.port, settings.threads, settings.keep, settings.page_size) == (3, 2, 1, 10)
    assert settings.site_title == "协会档案"
    assert {name: configuration.origins[name] for name in ("port", "threads", "keep", "host")} == {
        "port": "--port",
        "threads": "ARCHIVE_THREADS",
        "keep": "archive.toml",
        "host": "default",
    }


def test_paths_in_a_file_are_read_from_its_folder(folder: Path) -> None:
    (folder / "etc").mkdir()
    (folder / "etc" / "my.toml").write_text('index = "ix"\narchive = ["a", "/b"]\n')
    settings = read_settings(Path("etc/my.toml")).settings
    assert settings.index == folder / "etc" / "ix"
    assert settings.archive == [folder / "etc" / "a", Path("/b")]


def test_lists_in_the_environment_are_paths_with_colons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_ARCHIVE", "a:b")
    assert read_settings().settings.archive == [Path("a"), Path("b")]


def test_every_mistake_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "archive.toml").write_text('prot = 1\nport = "x"\n')
    monkeypatch.setenv("ARCHIVE_KEEP", "0")
    with pytest.raises(SettingsError) as raised:
        read_settings()
    mistakes = "\n".join(raised.value.mistakes)
    assert len(raised.value.mistakes) == 3
    assert "unknown setting `prot` in archive.toml" in mistakes
    assert "setting `port` from archive.toml is 'x'" in mistakes
    assert "setting `keep` from ARCHIVE_KEEP is '0'" in mistakes


@pytest.mark.parametrize(("content", "sentence"), [(b"port = ", "is not TOML"), (b"\xff", "cannot be read")])
def test_a_broken_file_is_one_sentence(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "archive.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        read_settings()


def test_a_named_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"none\.toml cannot be read"):
        read_settings(Path("none.toml"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        'index = "ix"\n',
        'archive = ["a"]\ndictionary = "d.txt"\nsynonyms = "/s.txt"\ncalendar = "c"\nbest = "b.toml"\n',
    ],
)
def test_what_a_search_reads_without_the_model_is_what_the_model_says(folder: Path, text: str) -> None:
    (folder / "archive.toml").write_text(text)
    settings = read_settings().settings
    plain = read_search_settings(None, None)
    assert plain is not None
    for name in plain.__slots__:
        assert getattr(plain, name) == getattr(settings, name), name
    named = read_search_settings(Path("archive.toml"), Path("other"))
    assert named is not None
    assert named.index == Path("other")


@pytest.mark.parametrize("text", ["index = 1\n", "port = 1\n", "indx = 'x'\n", "index = 'a\n", "archive = 'a'\n"])
def test_what_only_the_model_can_check_is_left_to_it(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (folder / "archive.toml").write_text(text)
    assert read_search_settings(None, None) is None
    (folder / "archive.toml").unlink()
    assert read_search_settings(Path("none.toml"), None) is None
    monkeypatch.setenv("ARCHIVE_INDEX", "other")
    assert read_search_settings(None, None) is None
