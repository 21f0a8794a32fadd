"""The container image indexes, serves, is well, and writes only where it is told to."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import CORPUS, PROJECT
from tests.packaging.conftest import Note
from tests.packaging.machines import make_base

_BASE = "archive-search-base"
# As `podman run --read-only --tmpfs /tmp --volume …` does it: the root is read only, the archive as well.
_RUN = """
set -e
ip link set lo up
cd "$1"
mount --bind . .
cd "$1"
mount --bind "$2" srv/archive
mount -o remount,bind,ro "$1/srv/archive"
mount --bind "$3" var/lib/archive-search
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount -o remount,bind,ro "$1"
exec chroot . setpriv --reuid=990 --regid=990 --clear-groups --no-new-privs --inh-caps=-all env -i "PATH=$4" sh -euc "$5"
"""


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image(timed: Note) -> Iterator[str]:
    """Build the image from a Debian that is made here; return its name."""
    base = PROJECT / "build/systems/base.tar"
    if not base.exists():
        make_base("trixie", [], base)
    scratch = run("buildah", "from", "scratch")
    run("buildah", "add", scratch, base, "/")
    run("buildah", "commit", scratch, _BASE)
    run("buildah", "rm", scratch)
    with timed("image, build"):
        run("make", "image", f"BASE={_BASE}", "IMAGE=archive-search:test")
    yield "archive-search:test"
    run("buildah", "rmi", "archive-search:test", _BASE)


def test_the_image_indexes_and_serves_with_a_root_that_is_read_only(
    image: str, tmp_path: Path, note: Callable[[str], None]
) -> None:
    facts = json.loads(run("buildah", "inspect", "--type", "image", image))
    config = facts["Docker"]["config"]
    assert config["User"] == "990:990"
    path = dict(one.split("=", 1) for one in config["Env"])["PATH"]
    container = run("buildah", "from", image)
    try:
        root = Path(run("buildah", "mount", container))
        assert not [name for name in ("pip3", "gcc", "cc", "make") if (root / "usr/bin" / name).exists()]
        (root / "srv/archive").mkdir()
        volume = tmp_path / "volume"
        volume.mkdir()
        volume.chmod(0o777)
        health = " ".join(f'"{word}"' for word in config["Healthcheck"]["Test"][1:])
        serve = " ".join(config["Cmd"])
        script = f"""
            cd /etc/archive-search
            indexer index --quiet
            searchapp count 科普
            ! touch /here 2>/dev/null
            ! touch /srv/archive/here 2>/dev/null
            {serve} &
            for second in 1 2 3 4 5 6 7 8 9 10; do {health} 2>/dev/null && break; sleep 1; done
            {health}
            python -c 'import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:8000/readyz").status)'
            kill $!
        """
        arguments = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _RUN, "sh"]
        printed = run(*arguments, root, CORPUS, volume, path, script)
        assert printed.splitlines()[0].isdigit()
        assert printed.splitlines()[-1] == "200"
        note(f"image: {sum(file.lstat().st_size for file in root.rglob('*') if file.is_file()) / 1e6:.0f} MB unpacked")
    finally:
        run("buildah", "rm", container)
