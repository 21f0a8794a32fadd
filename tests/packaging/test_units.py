"""The units are sound, tight, and do their work under a real systemd where one can be booted."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.packaging.builds import DEB, HADOLINT
from tests.packaging.conftest import Begin, Upgrades
from tests.packaging.machines import Machine
from tests.packaging.test_packages import install

UNITS = PROJECT / "deploy/systemd"
SERVICES = sorted(file.name for file in UNITS.glob("*.service"))
MOST_EXPOSED = 30  # of 100; 8.7 of 10 it was


def test_every_unit_is_sound(tmp_path: Path) -> None:
    for name in ("current/bin/indexer", "serving/bin/searchapp", "switch-release"):
        program = tmp_path / "opt/archive-search" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    units = tmp_path / "etc/systemd/system"
    shutil.copytree(UNITS, units)
    shutil.copytree("/lib/systemd/system", tmp_path / "lib/systemd/system", symlinks=True)
    names = [file.name for file in UNITS.glob("archive-search*")]
    checked = subprocess.run(
        ["systemd-analyze", "verify", f"--root={tmp_path}", "--man=no", "--recursive-errors=no", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "archive-search" not in checked.stderr
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_may_do_little(name: str, note: Callable[[str], None]) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNITS / name)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    note(re.findall(r"Overall exposure level for .*: [\d.]+ \w+", checked.stdout)[0])


def test_the_scripts_and_the_image_are_as_their_linters_want_them() -> None:
    files = [file for folder in ("installed", "package", "bundle") for file in (PROJECT / "deploy" / folder).glob("*")]
    scripts = [file for file in files if file.read_text(encoding="utf-8").startswith("#!/bin/sh")]
    assert len(scripts) >= 8
    subprocess.run(["shellcheck", PROJECT / "deploy/system-packages.sh", *scripts], check=True)
    subprocess.run([HADOLINT, PROJECT / "Containerfile"], check=True)


def wait_until(machine: Machine, script: str) -> None:
    for _ in range(100):
        if machine.try_running(script).returncode == 0:
            return
        time.sleep(0.2)
    pytest.fail(f"{script}: {machine.run('journalctl --no-pager --lines=40')}")


# As deploy/README.md says it.
_SECOND = r"""
cd /etc/archive-search
cp --preserve archive.toml second.toml
sed -i -e '/^access_log/d' -e '/^metrics/d' -e 's,^index = .*,index = "/var/lib/archive-search/second",' \
    -e 's,^misses = .*,misses = "/var/lib/archive-search-site-second/misses.sqlite",' second.toml
echo 'port = 8001' >> second.toml
systemctl start archive-search-index@second.service archive-search@second.service
"""
_ASKING = """
import pathlib, time, urllib.request
good, bad = 0, []
while not pathlib.Path('/root/enough').exists():
    time.sleep(0.02)
    try:
        urllib.request.urlopen('http://127.0.0.1:8000/api/v1/search?q=%E7%A7%91%E6%99%AE', timeout=30).read()
        good += 1
    except OSError as error:
        bad.append(str(error))
print(good, len(bad), set(bad))
"""


@contextmanager
def asked_all_the_while(machine: Machine, note: Callable[[str], None]) -> Iterator[None]:
    """Have the site asked again and again, and answer each time."""
    (machine.root / "root/asking.py").write_text(_ASKING)
    machine.run("python3 /root/asking.py > /root/asked 2>&1 &")
    yield
    machine.run("sleep 2; touch /root/enough")
    wait_until(machine, "test -s /root/asked")
    good, bad, *what = machine.run("cat /root/asked").split(maxsplit=2)
    note(f"two upgrades under systemd: {good} requests answered, {bad} failed")
    assert int(good) > 100
    assert bad == "0", what


def test_a_booted_system_runs_the_site_and_the_nightly_run(
    begin: Begin, upgrades: Upgrades, note: Callable[[str], None]
) -> None:
    """All of the units' fences are up: readers of PDF, OFD and office files are processes with limits of their own."""
    with begin("bookworm", init=True) as machine:
        wait_until(machine, "systemctl is-system-running | grep -E 'running|degraded'")
        install(machine, DEB)
        wait_until(machine, "systemctl is-active archive-search.service archive-search-index.timer")
        assert machine.ask("/readyz").startswith("503 ")
        machine.run("systemctl start archive-search-index.service")
        assert machine.run("systemctl show --property=Result --value archive-search-index.service") == "success"
        ready = "urllib.request.urlopen('http://127.0.0.1:8000/readyz')"
        wait_until(machine, f'python3 -c "import urllib.request; {ready}"')
        # Searches without hits are kept where only the site may write.
        machine.ask("/search?q=%E9%BE%98%E9%BE%98%E9%BE%98")
        wait_until(machine, "test -s /var/lib/archive-search-site/misses.sqlite")

        with asked_all_the_while(machine, note):
            install(machine, upgrades.reads)
            wait_until(machine, "systemctl status archive-search.service | grep /releases/0.9.0/")
            install(machine, upgrades.cannot)
            machine.run("systemctl status archive-search.service | grep /releases/0.9.0/")
            machine.run("systemctl start archive-search-index.service")
            wait_until(machine, "systemctl status archive-search.service | grep /releases/0.9.1/")

        machine.run(_SECOND)
        assert machine.ask("/api/v1/search?q=%E7%A7%91%E6%99%AE", port=8001).startswith("200 ")
        assert machine.run("systemctl is-active archive-search.service") == "active"

        machine.run("dpkg --purge archive-search")
        assert machine.try_running("systemctl is-active archive-search.service").stdout.strip() == "inactive"
        assert machine.try_running("systemctl list-unit-files 'archive-search*' --no-legend").stdout == ""
        note("units: run under " + machine.run("systemctl --version | head -n 1"))
