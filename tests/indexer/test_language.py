"""What stands on a terminal is in its language: Chinese where the locale is Chinese, else English, never both."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from indexer import ArchiveError, QueryError, Settings
from indexer.cli import main as indexer_main
from indexer.command_line import tell_error
from indexer.doctor import _CHECKS
from indexer.errors import MissingArchiveError, OutOfTimeError
from indexer.messages import language, read_texts, say, tell, use_catalogue
from indexer.settings import read_settings
from searchapp.cli import main as searchapp_main
from tests.conftest import PROJECT, Write
from tests.spoken import CHINESE, commands, read_spoken, texts

# Words that no English sentence does without.
ENGLISH = re.compile(
    r"(?<![\w/.-])(the|of|is|are|and|or|to|what|which|with|for|not|that|be|was|it|an|no|all|one|by|from|print)(?![\w/.-])",
    re.IGNORECASE,
)
# What may stand in the help of either language: what is typed, and values of the archive as examples.
TYPED = re.compile(r"`[^`]*`|“[^”]*”|\[[^\]]*\]|(?<!\w)--?[\w-]+|[（(][^（）()]*[）)]|近 ?三 ?年")


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_TW"}, "zh"),
        ({"LC_ALL": "zh_HK.Big5-HKSCS"}, "zh"),
        ({"LC_MESSAGES": "zh_CN.GB18030", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_has_chinese_with_the_same_placeholders() -> None:
    known = read_texts("zh")
    assert len(known) > 500
    unsaid = {text: re.sub(r"\{.*?\}", "7", known.get(text) or tell_in_chinese(text)) for text in texts()}
    assert [pair for pair in unsaid.items() if not CHINESE.search(pair[1]) and re.search("[a-z]{3}", pair[1])] == []
    assert [pair for pair in unsaid.items() if ENGLISH.search(TYPED.sub("", pair[1]))] == []
    for text, said in known.items():
        if not re.search(r"%\(|click", text):
            assert placeholders(said) <= placeholders(text), text
        assert CHINESE.search(said) or re.fullmatch(r"[\W\d_]*", re.sub(r"\{.*?\}", "", said)), text


def tell_in_chinese(text: str) -> str:
    """Return a text as a Chinese terminal says it, its placeholders filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "zh_CN.UTF-8")
        return tell(re.sub(r"\{\w+(![rs])?(:[^}]*)?\}|%[srd]", "7", text))


def reasons() -> Iterator[str]:
    """Yield what errors, reports, reasons of files and findings may say, with … for what is put into them."""
    spoken = read_spoken()
    known = {"ArchiveError", *(own.__name__ for own in subclasses(ArchiveError))}
    for name, told in spoken.errors.items():
        if name in known - {"QueryError", "NoSuchPageError"}:
            yield from told
    yield from spoken.reasons
    yield from spoken.noted
    yield from (sentence for sentence, _ in _CHECKS.values())


def subclasses(error: type[Exception]) -> Iterator[type[Exception]]:
    for own in error.__subclasses__():
        yield own
        yield from subclasses(own)


def test_every_error_reason_and_finding_has_chinese() -> None:
    spoken = {text for text in reasons() if len(re.findall(r"[a-z]{2,}", text)) > 2 and not text[0].isupper()}
    assert len(spoken) > 150
    unsaid = [text for text in spoken if not CHINESE.search(tell_in_chinese(text.replace("…", "7")))]
    assert unsaid == []


def everywhere() -> list[tuple[str, click.Command]]:
    return [*commands(indexer_main, "indexer"), *commands(searchapp_main, "searchapp")]


def ask_for_help(name: str, locale: str) -> str:
    program, *words = name.split()
    group = {"indexer": indexer_main, "searchapp": searchapp_main}[program]
    done = CliRunner().invoke(group, [*words, "--help"], env={"LC_ALL": locale}, prog_name=program)
    assert done.exit_code == 0
    # What is typed as an example is the same in both.
    return "\n".join(
        line for line in done.stdout.splitlines() if not line.startswith(f"  {program} ") or "  " in line[4:]
    )


@pytest.mark.parametrize(("name", "command"), everywhere(), ids=[name for name, _ in everywhere()])
def test_help_is_in_one_language(name: str, command: click.Command) -> None:
    said = ask_for_help(name, "zh_CN.UTF-8")
    assert CHINESE.search(said)
    assert [line for line in said.splitlines() if ENGLISH.search(TYPED.sub("", line))] == []
    assert "用法：" in said
    told = ask_for_help(name, "en_US.UTF-8")
    examples = [line for line, _ in getattr(command, "examples", ())]
    lines = [line for line in told.splitlines() if not any(own in line for own in examples)]
    assert CHINESE.search(TYPED.sub("", " ".join(" ".join(lines).split()))) is None
    assert "Usage: " in told


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_nothing_of_the_help_is_cut_and_it_fits_a_terminal(locale: str) -> None:
    for name, _ in everywhere():
        program, *words = name.split()
        group = {"indexer": indexer_main, "searchapp": searchapp_main}[program]
        environment = {"LC_ALL": locale, "COLUMNS": "80"}
        said = CliRunner().invoke(group, [*words, "--help"], env=environment, prog_name=program).stdout
        assert not re.search(r"[a-z]\.\.\.$", said, re.MULTILINE), name
        assert max(map(columns, said.splitlines())) <= 80, name


def columns(line: str) -> int:
    return len(line) + len(re.findall(r"[\u2e80-\u9fff\uff00-\uff60]", line))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["index", "--limt", "3"], "错误：没有选项 '--limt'。"),
        (["move"], "错误：缺少参数 'OLD'。"),
        (["bakup"], "错误：没有命令 'bakup'。 您是不是要用 'backup'？"),
        (["reindex", "--keep", "500"], "错误：'--keep' 的值不对：500 不在范围 1<=x<=100 之内。"),
        (["status", "--max-age", "x"], "'x' 不是时长；请写小时数或天数，例如 26、26h 或 2d"),
        (["index", "/none"], "indexer: /none 不存在；什么也没有改动。请检查路径，或磁盘是否已挂载"),
        (["check"], "里没有索引；用 `indexer index 文件夹` 建一个"),
        (["--config", "/none.toml", "check"], "indexer: 设置文件 /none.toml 读不了：没有这个文件或文件夹"),
        (["restore", "/none.tar.gz"], "indexer: /none.tar.gz 读不了：没有这个文件或文件夹；什么也没有改动"),
    ],
)
def test_wrong_use_and_errors_are_told_in_chinese(tmp_path: Path, arguments: list[str], said: str) -> None:
    shown = ["--index", str(tmp_path / "index"), *arguments]
    done = CliRunner().invoke(indexer_main, shown, env={"LC_ALL": "zh_CN.UTF-8"}, prog_name="indexer")
    assert done.exit_code != 0
    assert said in done.stderr
    assert not ENGLISH.search(TYPED.sub("", done.stderr).replace(str(tmp_path), ""))


def test_mistakes_in_settings_are_told_in_chinese(monkeypatch: pytest.MonkeyPatch, chinese: None) -> None:
    for name, value in {"PORT": "x", "KEEP": "0", "FOO": "1", "EMBED_ORIGINS": "*"}.items():
        monkeypatch.setenv(f"ARCHIVE_{name}", value)
    with pytest.raises(ArchiveError) as raised:
        read_settings()
    assert len(str(raised.value).splitlines()) == 4
    assert CHINESE.search(str(raised.value)) is None
    told = tell_error(raised.value).splitlines()
    assert "设置 `port`（来自 ARCHIVE_PORT）的值是 'x'：应是整数" in told
    assert not any(ENGLISH.search(TYPED.sub("", line)) for line in told)


def test_reports_are_chinese_for_people_and_english_for_machines(write: Write, tmp_path: Path) -> None:
    archive = write(
        {"一.txt": "标题第一号\n来源：甲 2021-03-11\n\n这是一份文件的正文。", "bad.txt": b"\x00\x01\x02\xff" * 50}
    )

    def run(*arguments: str) -> click.testing.Result:
        shown = ["--index", str(tmp_path / "index"), *arguments]
        return CliRunner().invoke(indexer_main, shown, env={"LC_ALL": "zh_CN.UTF-8"}, prog_name="indexer")

    done = run("index", str(archive))
    assert done.stdout.startswith(
        "文件：新增 2，改动 0，改名 0，删除 0，未变 0，无内容 0，失败 1；共 1 份文档，第 1 代"
    )
    assert done.stderr == "失败：archive/bad.txt：不是文本：含有 NUL 字节\n"
    shown = run("status").stdout
    assert "状态         有失败\n" in shown
    assert "档案里有 1 个文件读不了：archive/bad.txt：不是文本：含有 NUL 字节" in shown
    report = json.loads(run("status", "--json").stdout)
    assert report["state"] == "failing"
    assert report["failed"][0]["reason"] == "is not text: it holds NUL bytes"
    assert "第 2 行，标签“来源”" in run("inspect", str(archive / "一.txt")).stdout
    assert "1 份（100.0%）没有发文单位：" in run("doctor").stdout


def test_an_error_stays_english_and_is_told_in_the_language_of_the_terminal(chinese: None) -> None:
    error = MissingArchiveError(Path("/srv/a b"), [])
    assert str(error).startswith("/srv/a b does not exist; nothing was changed")
    assert tell_error(error).startswith("/srv/a b 不存在；什么也没有改动")
    assert tell_error(OutOfTimeError()) == "检索用时太久；请缩短检索词，或按日期、来源缩小范围"
    assert tell("something that nobody has translated") == "something that nobody has translated"
    assert say("{path}: {reason}", path="x.pdf", reason="needs a password; save it without one") == (
        "x.pdf：需要密码；请去掉密码另存"
    )


def test_sentences_of_the_site_are_english_on_an_english_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    use_catalogue("messages", PROJECT / "searchapp" / "translations")
    error = QueryError("年份“{typed}”应是四位数字，例如 2021。", typed="21")
    assert CHINESE.search(tell_error(error)) is None
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert tell_error(error) == "年份“21”应是四位数字，例如 2021。"


def test_settings_are_explained_in_chinese(tmp_path: Path) -> None:
    shown = CliRunner().invoke(indexer_main, ["config"], env={"LC_ALL": "zh_CN.UTF-8"}).stdout
    rows = dict(line.split(" = ", 1) for line in shown.splitlines())
    assert rows.keys() == set(Settings.model_fields)
    assert all(CHINESE.search(row.split("  # 默认：")[1]) for row in rows.values() if "  # 默认：" in row)
