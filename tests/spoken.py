"""What the programs may say, read out of the code. `python -m tests.spoken` lists what has no Chinese for the terminal."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from indexer.cli import main as indexer_main
from indexer.command_line import paragraphs
from indexer.messages import read_texts, tell
from indexer.settings import Settings
from searchapp.cli import main as searchapp_main

PROJECT = Path(__file__).parent.parent
CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Spoken:
    """What the code may print: all texts of it, those of each class of error, the formats of log lines,
    reasons of files, what reports note.
    """

    all: list[str]
    errors: dict[str, list[str]]
    logged: list[str]
    reasons: list[str]
    noted: list[str]


def read_spoken() -> Spoken:
    """Read all texts from the code."""
    spoken = Spoken([], {}, [], [], [])
    for package in ("indexer", "searchapp"):
        for file in (PROJECT / package).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            spoken.all.extend(texts_of(tree))
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    spoken.errors.setdefault(node.name, []).extend(texts_of(node))
                elif isinstance(node, ast.Call):
                    note_call(node, spoken)
    for folder in ("installed", "bundle"):
        spoken.all.extend(file.read_text(encoding="utf-8") for file in (PROJECT / "deploy" / folder).iterdir())
    return spoken


def note_call(node: ast.Call, spoken: Spoken) -> None:
    """Note what an error is made of, and what goes into the log."""
    if isinstance(node.func, ast.Name):
        texts = [text for argument in node.args for text in texts_of(argument)]
        spoken.errors.setdefault(node.func.id, []).extend(texts)
        if node.func.id == "UnreadableFileError":
            told = [argument for argument in node.args if isinstance(argument, ast.Constant | ast.JoinedStr)]
            spoken.reasons.extend(text for argument in told for text in texts_of(argument)[:1])
    elif ast.unparse(node.func) in {"_log.warning", "_log.error"}:
        spoken.logged.extend(texts_of(node.args[0]))
    elif ast.unparse(node.func).endswith(("report.note", "notes.append", "problems.append", "failed.append")):
        noted = [
            text for text in texts_of(node.args[0])[:1] if not CHINESE.search(text)
        ]  # of the site they are Chinese
        spoken.noted.extend(text for text in noted if len(re.findall(r"[a-z]+", text)) > 2)


def texts_of(tree: ast.AST) -> list[str]:
    """Return the texts in some code, with … for what is put into them."""
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in whole for part in node.values}
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in parts]
    return [
        *(
            "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
            for node in whole
        ),
        *(node.value for node in plain if isinstance(node.value, str)),
    ]


def marked() -> Iterator[str]:
    """Yield the English texts that are marked for the terminal."""
    for folder in ("indexer", "searchapp", "deploy"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"N_", "say"}:
                    told = [own.value for own in node.args[:1] if isinstance(own, ast.Constant)]
                    yield from (text for text in told if isinstance(text, str) and _is_english(text))


def _is_english(text: str) -> bool:
    return bool(re.search("[a-z]{2}", text)) and not CHINESE.search(re.sub(r"“[^”]*”|\{.*?\}", "", text))


def commands(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a program and all its commands, with the words that call them."""
    yield name, group
    if isinstance(group, click.Group):
        for own, command in group.commands.items():
            yield from commands(command, f"{name} {own}")


def helped() -> Iterator[str]:
    """Yield the texts of the help of both programs."""
    for name, program in (("indexer", indexer_main), ("searchapp", searchapp_main)):
        for _, command in commands(program, name):
            yield from (one for one in paragraphs(command.help or "") if not one.startswith("\b"))
            yield from (own[1] for own in getattr(command, "examples", ()) if not isinstance(own, str))
            yield from (meaning for _, meaning in getattr(command, "exit_codes", ()))
            for parameter in command.params:
                if isinstance(parameter, click.Option) and parameter.help:
                    yield parameter.help
                if section := getattr(parameter, "section", None):
                    yield from [section] if isinstance(section, str) else filter(None, (section.heading, section.note))


def described() -> Iterator[str]:
    """Yield what the settings mean."""
    yield from (field.description for field in Settings.model_fields.values() if field.description)


def texts() -> list[str]:
    """Return every text that is translated by itself."""
    return list(dict.fromkeys([*marked(), *helped(), *described()]))


def main() -> None:
    """Print each text that has no Chinese."""
    os.environ["LC_ALL"] = "zh_CN.UTF-8"
    for text in texts():
        if text not in read_texts("zh") and tell(text) == text:
            print(text)


if __name__ == "__main__":
    main()
