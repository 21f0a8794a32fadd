"""Systems of their own below a folder: Debian from nothing, with processes, mounts and a network that reach nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Result = subprocess.CompletedProcess[str]

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Its own network has nothing but itself; /dev and /proc are there as on a running machine.
_BEGIN = """
set -e
ip link set lo up
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
exec chroot "$1" sleep infinity
"""


def make_base(suite: str, packages: list[str], file: Path) -> None:
    """Make a file of a Debian with some packages, from where this machine has its own packages."""
    targets = ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)"]
    sources = subprocess.run(
        [*targets, "Identifier: Packages", "Component: main"], check=True, capture_output=True, text=True
    )
    mirror = next(line for line in sources.stdout.splitlines() if "debian" in line and "security" not in line)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part.tar")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", *(f"--include={name}" for name in packages)]
    command += ["--aptopt=Acquire::Check-Valid-Until false", suite, str(part), mirror]
    subprocess.run(command, check=True)
    part.replace(file)


class Machine:
    """A system in which commands are run."""

    def __init__(self, root: Path, process: int) -> None:
        self.root = root
        self._enter = ["nsenter", "--target", str(process), "--net", "--mount", "--pid", "--root", "--wd"]
        self._enter += ["--", "env", "-i", f"PATH={_PATH}", "LANG=C.UTF-8", "HOME=/root"]

    def try_running(self, script: str, *, user: str | None = None) -> Result:
        """Run a script; return how it ended and what it printed."""
        step = ["setpriv", f"--reuid={user}", "--regid=archive-search", "--init-groups"] if user else []
        return subprocess.run(
            [*self._enter, *step, "sh", "-euc", script], capture_output=True, text=True, timeout=300, check=False
        )

    def run(self, script: str, *, user: str | None = None) -> str:
        """Run a script that must end well; return its results."""
        done = self.try_running(script, user=user)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    @contextmanager
    def going(self, command: str, *, user: str) -> Iterator[None]:
        """Have a command that goes on, as long as the block."""
        step = ["setpriv", f"--reuid={user}", "--regid=archive-search", "--init-groups"]
        script = f"echo $$ > /tmp/{user}.pid; exec {command}"
        with subprocess.Popen([*self._enter, *step, "sh", "-c", script]):
            yield
            self.run(f"kill $(cat /tmp/{user}.pid)")

    def ask(self, path: str, *, port: int = 8000) -> str:
        """Return the status that the site of this system answers, and what it says; it may take a while to begin."""
        return self.run(
            "python3 - <<'END'\n"
            "import time, urllib.error, urllib.request\n"
            "for _ in range(100):\n"
            "    try:\n"
            f"        answer = urllib.request.urlopen('http://127.0.0.1:{port}{path}')\n"
            "    except urllib.error.HTTPError as error:\n"
            "        answer = error\n"
            "    except OSError:\n"
            "        time.sleep(0.2)\n"
            "        continue\n"
            "    print(answer.status, answer.read().decode())\n"
            "    break\n"
            "END"
        )

    def put(self, source: Path, target: str) -> None:
        """Copy a file, or what is in a folder, into the system."""
        to = self.root / target.lstrip("/")
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, to)


@contextmanager
def entered(root: Path) -> Iterator[Machine]:
    """Have a system without an init: what a chroot is."""
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _BEGIN, "sh", str(root)]
    with subprocess.Popen(command) as keeper:
        try:
            yield Machine(root, _wait_for_child(keeper, "sleep"))
        finally:
            keeper.kill()


@contextmanager
def booted(root: Path) -> Iterator[Machine]:
    """Boot a system with its systemd."""
    command = ["systemd-nspawn", "--quiet", "--directory", str(root), "--register=no", "--keep-unit", "--boot"]
    command += ["--private-network", "--console=pipe"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as keeper:
        init = _wait_for_child(keeper, "systemd")
        try:
            yield Machine(root, init)
        finally:
            with suppress(ProcessLookupError):
                os.kill(init, signal.SIGRTMIN + 4)  # power off
            keeper.wait(timeout=90)


def _wait_for_child(keeper: subprocess.Popen[bytes], name: str) -> int:
    """Return the process that holds a system, once it has become what it is to be."""
    for _ in range(200):
        with suppress(OSError, IndexError):
            child = int(Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children").read_text().split()[0])
            if Path(f"/proc/{child}/comm").read_text().strip() == name:
                return child
        if keeper.poll() is not None:
            break
        time.sleep(0.05)
    keeper.kill()
    raise RuntimeError(f"no system began in {keeper.args!r}")
