"""The user dictionary: its words are cut whole, its changes are told, and no change of it loses a hit."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.analysis.analyzer import analyze_texts, fingerprint, use_dictionary
from indexer.analysis.lookup import TOTAL, Dictionary
from indexer.analysis.words import cut, is_known_word, read_dictionary
from indexer.errors import SettingsError
from indexer.parsing import parse_text
from indexer.settings import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import CORPUS, Run, Write, browse, program


@pytest.fixture(autouse=True)
def no_dictionary() -> Iterator[None]:
    yield
    use_dictionary(None)


def test_words_of_the_dictionary_are_cut_whole(tmp_path: Path) -> None:
    """The format is jieba's: a word, perhaps its frequency, perhaps its part of speech."""
    file = tmp_path / "userdict.txt"
    file.write_text("\ufeff江成与 3 nr\n慧科平台\n傳統俞建華 nr\n\n科创２０２５ 5\n", encoding="utf-8")
    assert "慧科平台" not in cut("打开慧科平台")
    use_dictionary(file)
    assert cut("党组书记江成与和大家进行交流")[1:3] == ["江成与", "和"]
    assert cut("打开慧科平台") == ["打开", "慧科平台"]
    assert "科创2025" in cut("关于科创2025的通知")
    assert is_known_word("传统俞建华")  # folded, as all text that is cut
    assert "慧科平台" in analyze_texts(["打开慧科平台"]).vocabulary
    use_dictionary(None)
    assert "慧科平台" not in cut("打开慧科平台")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("会议\n，，， 3 n\n", "line 2: '，，，' is no word"),
        (b"\xff\xfe\xff", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_dictionary_that_cannot_be_used_says_where(tmp_path: Path, text: str | bytes | None, sentence: str) -> None:
    file = tmp_path / "userdict.txt"
    if text is not None:
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(SettingsError, match=sentence):
        read_dictionary(file)


def test_a_frequency_that_no_dictionary_has_is_a_part_of_the_word(tmp_path: Path) -> None:
    file = tmp_path / "userdict.txt"
    file.write_text("科协 99999999999999999999999 n\n", encoding="utf-8")
    use_dictionary(file)
    assert cut("科协会议") == ["科协", "会议"]


def test_a_latin_word_inside_a_word_of_the_dictionary_is_found_by_its_beginning(
    write: Write, tmp_path: Path, indexer: Run, searchapp: Run
) -> None:
    words, config = tmp_path / "userdict.txt", tmp_path / "archive.toml"
    config.write_text('dictionary = "userdict.txt"\nsynonyms = "synonyms.txt"\n', encoding="utf-8")
    words.write_text("东方AI论坛 100000 n\nCAST大会 100000 n\n", encoding="utf-8")
    (tmp_path / "synonyms.txt").write_text("CAST=中国科协\n", encoding="utf-8")
    archive = write({"a.txt": "标题在此\n来源：甲\n\n参加东方AI论坛，出席CAST大会。"})
    assert indexer("--config", config, "index", archive).exit_code == 0
    for query in ("AI*", "中国科协", "CAST", "“AI论”"):
        assert searchapp("--config", config, "count", query).stdout == "1\n", query


def test_a_running_site_cuts_queries_as_the_generation_that_it_serves(write: Write, tmp_path: Path) -> None:
    archive, words = write({"a.txt": "标题在此\n来源：甲\n\n打开慧科平台。"}), tmp_path / "userdict.txt"
    words.write_text("别的词\n", encoding="utf-8")
    settings = Settings(index=tmp_path / "index", dictionary=words)
    update_index(settings, [archive])
    site = browse(settings)
    assert site.get("/api/v1/search?q=x").status_code == 200
    words.write_text("慧科平台\n", encoding="utf-8")
    assert not is_known_word("慧科平台")
    environment = {**os.environ, "ARCHIVE_DICTIONARY": str(words)}
    command = [program("indexer"), "--index", str(settings.index), "reindex", "--quiet"]
    subprocess.run(command, check=True, env=environment)
    deadline = time.monotonic() + 10
    while not is_known_word("慧科平台"):
        assert time.monotonic() < deadline, "the site never followed"
        site.get("/api/v1/search?q=x")
        time.sleep(0.2)


def test_what_was_cut_with_two_dictionaries_is_stale_for_both(write: Write, tmp_path: Path, indexer: Run) -> None:
    archive = write({"a.txt": "标题在此\n来源：甲\n\n第一份。"})
    words, config = tmp_path / "userdict.txt", tmp_path / "archive.toml"
    config.write_text('dictionary = "userdict.txt"\n', encoding="utf-8")
    for at, word in enumerate(("慧科平台", "江成与", "慧科平台")):
        words.write_text(f"{word}\n", encoding="utf-8")
        (archive / f"{at}.txt").write_text(f"标题{at}\n来源：甲\n\n第{at}份。", encoding="utf-8")
        assert indexer("--config", config, "index", archive).exit_code == 0
    assert "no rebuild needed" not in indexer("--config", config, "reindex", "--if-needed").stdout


def test_the_fingerprint_follows_the_entries_not_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("慧科平台\n", encoding="utf-8")
    use_dictionary(file)
    first = fingerprint()["dictionary"]
    file.write_text("慧科平台\n\n", encoding="utf-8")
    use_dictionary(file)
    assert fingerprint()["dictionary"] == first != "none"
    file.write_text("慧科平台\n江成与\n", encoding="utf-8")
    use_dictionary(file)
    assert fingerprint()["dictionary"] != first


def test_a_changed_dictionary_loses_no_hit_and_is_told(
    write: Write, tmp_path: Path, indexer: Run, searchapp: Run
) -> None:
    """Complaint 41: a dictionary was changed, and what was indexed before is not found any more."""
    archive = write(
        {"a.txt": "标题在此\n来源：甲\n\n打开慧科平台看一看。", "b.txt": "别的标题\n来源：甲\n\n无关的文字。"}
    )
    words, config = tmp_path / "userdict.txt", tmp_path / "archive.toml"
    config.write_text('dictionary = "userdict.txt"\n', encoding="utf-8")
    words.write_text("别的词\n", encoding="utf-8")
    assert indexer("--config", config, "index", archive).exit_code == 0
    words.write_text("慧科平台\n江成与 nr\n", encoding="utf-8")
    for query in ("慧科平台", "慧科", "科平", "“打开慧科”"):
        assert searchapp("--config", config, "count", query).stdout == "1\n", query
    assert "the dictionary (1 words" in indexer("--config", config, "status").stdout
    (archive / "c.txt").write_text("新的标题\n来源：乙\n\n慧科平台又一次。", encoding="utf-8")
    told = indexer("--config", config, "index", archive)
    assert told.exit_code == 0
    assert "older documents keep their words until `indexer reindex`" in told.stderr
    assert searchapp("--config", config, "count", "慧科平台").stdout == "2\n"
    assert "dictionary" in indexer("--config", config, "reindex", "--if-needed").stderr
    assert indexer("--config", config, "reindex", "--if-needed").stdout == "no rebuild needed\n"


def test_what_is_looked_up_on_disk_is_what_jieba_says() -> None:
    """A search in the terminal does not wait for jieba; its words have to be those of the index all the same."""
    rjieba = pytest.importorskip("rjieba")
    dictionary = Dictionary.find()
    assert dictionary is not None
    lines = Path(dictionary.file).read_text(encoding="utf-8").splitlines()
    assert sum(int(line.split(" ")[1]) for line in lines) == TOTAL
    known = dict(line.split(" ")[:2] for line in lines)
    sample = [
        word for word in [*list(known)[::101], "一", "一一", "吉林", "高妹", "高富", "高子白", "高密"] if word in known
    ]
    for word in sample:
        assert dictionary.frequency(word) in (None, int(known[word])), word
    assert [dictionary.frequency(word) for word in ("科普", "科普工", "高富帅", "C语言")] == [
        int(known["科普"]),
        0,
        None,
        None,
    ]
    texts = re.findall(
        "[一-龥]{1,14}", "".join(file.read_text("utf-8") for file in sorted((CORPUS / "jianghua").glob("*.txt")))
    )
    cut_on_disk = {text: found for text in texts if (found := dictionary.cut(text)) is not None}
    assert len(cut_on_disk) > 200
    guess = True
    assert {text: rjieba.cut(text, guess) for text in cut_on_disk} == cut_on_disk


def test_what_a_document_is_made_of_does_not_depend_on_the_words_of_a_house(tmp_path: Path) -> None:
    """They change, and documents that were parsed before must be those that are parsed afterwards."""
    text = "标题在此处写着\n来源：某报\n\n会上介绍，打开慧科\n平台看一看，党组书记江与成讲话"
    file = tmp_path / "userdict.txt"
    file.write_text("慧科平台 100000\n与成讲话\n江与成 nr\n", encoding="utf-8")
    before = parse_text(text, "a.txt")
    use_dictionary(file)
    assert is_known_word("慧科平台")
    assert parse_text(text, "a.txt") == before
