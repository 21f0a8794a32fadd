"""The units are sound, tight, and do their work under a real systemd where one can be booted."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.packaging.builds import DEB, HADOLINT
from tests.packaging.conftest import Begin
from tests.packaging.machines import Machine

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
    subprocess.run([HADOLINT / "Containerfile"], check=True)


def wait_until(machine: Machine, script: str) -> None:
    for _ in range(100):
        if machine.try_running(script).returncode == 0:
            return
        time.sleep(0.2)
    pytest.fail(f"{script}: {machine.run('journalctl --no-pager --lines=40')}")


def test_a_booted_system_runs_the_site_and_the_nightly_run(begin: Begin, note: Callable[[str], None]) -> None:
    """All of the units' fences are up: readers of PDF, OFD and office files are processes with limits of their own."""
    with begin("bookworm", init=True) as machine:
        wait_until(machine, "systemctl is-system-running | grep -E 'running|degraded'")
        machine.put(DEB, "/root/package.deb")
        machine.run("dpkg --install /root/package.deb")
        wait_until(machine, "systemctl is-active archive-search.service archive-search-index.timer")
        assert machine.ask("/readyz").startswith("503 ")
        machine.run("systemctl start archive-search-index.service")
        assert machine.run("systemctl show --property=Result --value archive-search-index.service") == "success"
        assert "0 failed" not in machine.run("journalctl --unit archive-search-index --no-pager")
        wait_until(
            machine, "python3 -c 'import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:8000/readyz\")'"
        )
        assert machine.ask("/api/v1/search?q=%E7%A7%91%E6%99%AE").startswith("200 ")
        # Searches without hits are kept where only the site may write.
        machine.ask("/search?q=%E9%BE%98%E9%BE%98%E9%BE%98")
        wait_until(machine, "test -s /var/lib/archive-search-site/misses.sqlite")

        machine.run(
            "sed -e 's/^index = .*/index = \"\\/var\\/lib\\/archive-search\\/second\"/' -e 's/-site\\//-site-second\\//' "
            "/etc/archive-search/archive.toml > /etc/archive-search/second.toml; "
            "echo 'port = 8001' >> /etc/archive-search/second.toml; "
            "systemd-tmpfiles --create; "
            "systemctl start archive-search-index@second.service archive-search@second.service"
        )
        assert machine.ask("/api/v1/search?q=%E7%A7%91%E6%99%AE", port=8001).startswith("200 ")
        assert machine.run("systemctl is-active archive-search.service") == "active"

        machine.run("dpkg --purge archive-search")
        assert machine.try_running("systemctl is-active archive-search.service").stdout.strip() == "inactive"
        assert machine.run("systemctl list-unit-files 'archive-search*' --no-legend") == ""
        note("units: run under systemd " + machine.run("systemctl --version | head -n 1"))
