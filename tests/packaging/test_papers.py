"""What the papers tell an administrator to type is typed here, on a new system without a network."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.packaging.builds import BUNDLE, DEB
from tests.packaging.conftest import Begin, Note
from tests.packaging.machines import Machine

PAPERS = [PROJECT / "deploy/README.md", *sorted(PROJECT.glob("docs/administrator*.md"))]
_BLOCK = re.compile(r"^```sh (chroot|tested)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Where the commands of a paper are typed; a name without a folder is that of a settings file, or of what was fetched.
_HERE = "/etc/archive-search"


def begin_at(machine: Machine) -> None:
    machine.run(f"mkdir --parents {_HERE}")
    for file in (DEB, BUNDLE):
        machine.put(file, f"{_HERE}/{file.name}")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_the_commands_of_a_paper_do_what_they_say(paper: Path, begin: Begin, timed: Note) -> None:
    blocks = _BLOCK.findall(paper.read_text(encoding="utf-8"))
    assert any(mark == "chroot" for mark, _ in blocks)
    with ExitStack() as stack, timed(f"{paper.name}, all its commands"):
        machine = None
        for _, text in blocks:
            # The bundle is another way to install: it begins on a system without the package.
            if machine is None or "/install.sh\n" in text:
                stack.close()
                machine = stack.enter_context(begin("bookworm"))
                begin_at(machine)
            machine.run(f"cd {_HERE}\n{text}")
