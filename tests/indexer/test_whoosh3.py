"""The way out: the index that one Whoosh wrote is read and continued by its successor, and the other way round."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import Settings, open_index
from indexer.query import Phrase
from indexer.updating.pipeline import update_index
from tests.conftest import Write

SUCCESSOR = Path(__file__).parents[2] / ".venv" / "whoosh3"
CONTINUE = """
import sys
from pathlib import Path
import whoosh
from indexer import Phrase, Settings, open_index
from indexer.updating.pipeline import update_index
settings = Settings(index=Path(sys.argv[1]))
before = len(open_index(settings.index).reader.find_keys(Phrase("写一句话")))
print(whoosh.__version__[0], before, update_index(settings, [Path(sys.argv[2])]).documents)
"""


@pytest.mark.skipif(not SUCCESSOR.exists(), reason="whoosh3 is not set up; `make .venv/.whoosh3` does that")
def test_either_whoosh_continues_what_the_other_wrote(write: Write, settings: Settings) -> None:
    archive = write({f"{n}.txt": f"标题第{n}号\n来源：甲\n\n这是第{n}份文件的正文，写一句话。" for n in range(5)})
    update_index(settings, [archive])
    write({"new.txt": "新增\n来源：甲\n\n这是新的正文，写一句话。"})
    (archive / "0.txt").unlink()
    done = subprocess.run(
        [sys.executable, "-c", CONTINUE, settings.index, archive],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SUCCESSOR)},
    )
    assert done.stdout == "3 5 5\n"
    write({"newer.txt": "更新\n来源：甲\n\n这是更新的正文，写一句话。"})
    assert update_index(settings, []).documents == 6
    assert len(open_index(settings.index).reader.find_keys(Phrase("写一句话"))) == 6
