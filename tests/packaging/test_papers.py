"""What the papers tell an administrator to type is typed here, on a new system without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.packaging.builds import BUNDLE, DEB
from tests.packaging.conftest import Begin, Note
from tests.packaging.machines import Machine

# The guide in Chinese has the same commands; tests/test_guides.py holds that.
PAPERS = [PROJECT / "deploy/README.md", PROJECT / "docs/administrator.md"]
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
    with begin("bookworm") as machine, timed(f"{paper.name}, all its commands"):
        begin_at(machine)
        for _, text in blocks:
            if "/install.sh\n" in text:  # another way to install: on a system of its own
                with begin("bookworm") as other:
                    begin_at(other)
                    other.run(f"cd {_HERE}\n{text}")
            else:
                machine.run(f"cd {_HERE}\n{text}")
