"""What the papers hold: headings, blocks of commands, tables. `python -m tests.guides` lists every command and how it is held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).parent.parent
# How a block of commands is held; the papers say the same at their top.
MARKS = {
    "tested": "run by `make test`",
    "ci": "run by .ci/run",
    "chroot": "run by `make test-packages`",
    "systemd": "not run: only its syntax is checked",
}


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after its fence, its text, its first line in the paper."""

    info: str
    text: str
    line: int

    @property
    def mark(self) -> str | None:
        """Return how a block of commands is held, as far as it says so; None of other blocks."""
        language, _, mark = self.info.partition(" ")
        return mark if language == "sh" else None

    def strip_comments(self) -> str:
        """Return the text without what is written for people, which differs by language."""
        stripped = (re.sub(r"(^|\s+)# .*$", "", line) for line in self.text.splitlines())
        return "\n".join(line for line in stripped if line.strip())

    def commands(self) -> Iterator[str]:
        """Yield the commands; one that goes on behind a backslash, or has a text of its own, as one."""
        whole = re.sub(r"(<<'(\w+)')\n.*?^\2$", r"\1 …", self.strip_comments(), flags=re.MULTILINE | re.DOTALL)
        yield from whole.replace("\\\n", " ").splitlines()


@dataclass(frozen=True)
class Paper:
    """A paper in Markdown."""

    file: Path

    @property
    def name(self) -> str:
        """Return its path in the project."""
        return str(self.file.relative_to(PROJECT))

    @cached_property
    def text(self) -> str:
        """Return all of it."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        """Return its fenced blocks."""
        found = re.finditer(r"^```(.*)\n((?:.*\n)*?)```$", self.text, re.MULTILINE)
        return [Block(one[1], one[2], self.text.count("\n", 0, one.start()) + 2) for one in found]

    @cached_property
    def prose(self) -> str:
        """Return it without its blocks."""
        return re.sub(r"^```.*\n(?:.*\n)*?```$", "", self.text, flags=re.MULTILINE)

    def headings(self) -> list[tuple[int, list[str]]]:
        """Return level and code of each heading."""
        found = re.findall(r"^(#+) (.+)$", self.prose, re.MULTILINE)
        return [(len(marks), coded(words)) for marks, words in found]

    def sections(self) -> list[str]:
        """Return what stands between its headings, without blocks."""
        return re.split(r"^#+ .+$", self.prose, flags=re.MULTILINE)

    def tables(self) -> list[list[list[str]]]:
        """Return each table as its rows of cells, the head left out."""
        return self.tables_of(self.prose)

    @staticmethod
    def tables_of(text: str) -> list[list[list[str]]]:
        """Return each table of a part of a paper, in the same way."""
        found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        return [[_cells(row) for row in table.splitlines()[2:]] for table in found]

    def links(self) -> set[str]:
        """Return what its links and pictures point at."""
        return set(re.findall(r"\]\(([^)\s]+)\)", self.prose))

    def counterpart(self) -> Paper:
        """Return the same paper in the other language."""
        name = self.file.name
        other = name.replace(".zh-CN.md", ".md") if ".zh-CN." in name else name.replace(".md", ".zh-CN.md")
        return Paper(self.file.with_name(other))


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("\0", "|") for cell in row.replace("\\|", "\0").strip("|").split("|")]


def coded(text: str) -> list[str]:
    """Return what stands as code in a text."""
    return re.findall(r"`([^`]+)`", text)


def english_papers() -> list[Paper]:
    """Return the papers that stand in both languages, by their English names."""
    files = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
    return [Paper(file) for file in files if ".zh-CN." not in file.name]


def papers_with_commands() -> list[Paper]:
    """Return every paper that an administrator follows."""
    return [*english_papers(), Paper(PROJECT / "deploy" / "README.md")]


def main() -> None:
    """Print a row for each command: where it stands, how it is held, what it is."""
    for paper in papers_with_commands():
        for block in paper.blocks:
            if block.mark is not None:
                for command in block.commands():
                    print(f"{paper.name}:{block.line}\t{block.mark}\t{MARKS[block.mark]}\t{command}")


if __name__ == "__main__":
    main()
