"""A package is installed, used, upgraded and removed, without a network."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.builds import DEB, RPM, VERSION
from tests.packaging.conftest import Begin, Note, Upgrades
from tests.packaging.machines import Machine

_SERVE = "/opt/archive-search/serving/bin/searchapp --config /etc/archive-search/archive.toml serve"
# What the unit of the nightly run does, for a system without an init.
_INDEX = "/opt/archive-search/current/bin/indexer --config /etc/archive-search/archive.toml"


def install(machine: Machine, package: Path) -> None:
    machine.put(package, f"/root/{package.name}")
    machine.run(f"dpkg --install /root/{package.name}; rm /root/{package.name}")


def nightly_run(machine: Machine) -> None:
    machine.run(f"{_INDEX} reindex --if-needed --quiet && {_INDEX} index --quiet", user="archive-search-index")
    machine.run("/opt/archive-search/switch-release")


def link(machine: Machine, name: str) -> str:
    return machine.run(f"readlink /opt/archive-search/{name}").removeprefix("releases/")


def listing(machine: Machine, *paths: str) -> dict[str, str]:
    """Return who owns each path and who may do what."""
    lines = machine.run(f"stat --format='%n %U:%G %a' {' '.join(paths)}").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def test_a_package_is_installed_used_and_removed(suite: str, begin: Begin, timed: Note) -> None:
    with begin(suite) as machine:
        with timed(f"{suite}, deb, from nothing to the first hit"):
            with timed(f"{suite}, deb, install"):
                install(machine, DEB)
            machine.run("indexer index --quiet")
            assert "党史学习教育" in machine.run("searchapp search 党史学习教育 --limit 1")
        assert machine.run("indexer --version | head -n 1; searchapp --version | head -n 1").split() == [
            VERSION,
            VERSION,
        ]
        assert listing(
            machine,
            "/etc/archive-search/archive.toml",
            "/var/lib/archive-search/index",
            "/var/lib/archive-search/index/CURRENT",
            "/var/lib/archive-search-site",
            "/var/log/archive-search",
            "/var/backups/archive-search",
        ) == {
            "/etc/archive-search/archive.toml": "root:archive-search 640",
            "/var/lib/archive-search/index": "archive-search-index:archive-search 750",
            "/var/lib/archive-search/index/CURRENT": "archive-search-index:archive-search 640",
            "/var/lib/archive-search-site": "archive-search:archive-search 750",
            "/var/log/archive-search": "archive-search:archive-search 750",
            "/var/backups/archive-search": "archive-search-index:archive-search 700",
        }
        for path in ("/var/lib/archive-search/index/CURRENT", "/srv/archive/new", "/opt/archive-search/current/new"):
            assert machine.try_running(f"echo x >> {path}", user="archive-search").returncode != 0
        assert machine.try_running("echo x > /srv/archive/new", user="archive-search-index").returncode != 0
        with machine.going(_SERVE, user="archive-search"):
            assert '"status":"ok"' in machine.ask("/readyz")
            assert machine.ask("/api/v1/search?q=%E7%A7%91%E6%99%AE").startswith("200 ")
        enabled = machine.run("systemctl is-enabled archive-search.service archive-search-index.timer")
        assert enabled.split() == ["enabled", "enabled"]
        assert "_INDEXER_COMPLETE" in machine.run("cat /usr/share/bash-completion/completions/indexer")
        typed = "COMP_WORDS='indexer sta' COMP_CWORD=1 _INDEXER_COMPLETE=bash_complete"
        assert machine.run(f"{typed} indexer") == "plain,status"
        for page in ("man1/indexer.1", "man1/searchapp.1", "zh_CN/man1/indexer.1", "zh_CN/man1/searchapp.1"):
            assert machine.run(f"head -c 3 /usr/share/man/{page}") == ".TH"

        machine.run("echo '# mine' >> /etc/archive-search/archive.toml")
        before = machine.run("stat --format=%Y /opt/archive-search/releases/*/requirements.txt")
        with timed(f"{suite}, deb, the same again"):
            install(machine, DEB)
        assert machine.run("stat --format=%Y /opt/archive-search/releases/*/requirements.txt") == before
        assert "# mine" in machine.run("cat /etc/archive-search/archive.toml")

        machine.run("touch /var/backups/archive-search/backup")
        machine.run("dpkg --remove archive-search")
        left = machine.run("ls /etc/archive-search/archive.toml /var/lib/archive-search/index/CURRENT")
        assert len(left.split()) == 2
        assert machine.try_running("ls /opt/archive-search /usr/bin/indexer").stdout == ""
        machine.run("dpkg --purge archive-search")
        assert machine.try_running("ls -d /etc/archive-search /var/l*/archive-search*").stdout == ""
        assert listing(machine, "/var/backups/archive-search/backup")["/var/backups/archive-search/backup"].startswith(
            "root:root"
        )
        assert machine.try_running("getent passwd archive-search archive-search-index").stdout == ""
        assert len(machine.run("ls /srv/archive").split()) > 10


def test_an_upgrade_that_reads_the_index_serves_at_once_and_one_that_cannot_after_the_night(
    suite: str, begin: Begin, upgrades: Upgrades, timed: Note
) -> None:
    with begin(suite) as machine:
        install(machine, DEB)
        install(machine, upgrades.reads)  # there is no index yet
        assert link(machine, "serving") == "0.9.0"
        nightly_run(machine)
        assert link(machine, "previous") == VERSION
        with timed(f"{suite}, deb, upgrade"):
            install(machine, upgrades.cannot)
        assert (link(machine, "current"), link(machine, "serving")) == ("0.9.1", "0.9.0")
        assert machine.run("searchapp count 科普").isdigit()
        machine.run("/opt/archive-search/switch-release")
        assert link(machine, "serving") == "0.9.0"
        nightly_run(machine)
        assert link(machine, "serving") == "0.9.1"
        assert machine.run("searchapp --version; searchapp count 科普").split()[0] == "0.9.1"
        # What is not used any more goes; the release before stays.
        assert machine.run("ls /opt/archive-search/releases").split() == ["0.9.0", "0.9.1"]


def test_a_release_that_was_left_half_made_or_lost_its_python_is_made_again(begin: Begin) -> None:
    with begin("bookworm") as machine:
        install(machine, DEB)
        release = f"/opt/archive-search/releases/{VERSION}"
        for harm in (f"rm {release}/requirements.txt", f"rm -r {release}/lib/python3*/site-packages/indexer"):
            machine.run(harm)
            machine.run("dpkg-trigger --by-package=archive-search /usr/bin/python3; dpkg --configure --pending")
            assert machine.run("indexer --version").splitlines()[0] == VERSION
        machine.run("echo ARCHIVE_SEARCH_PYTHON=/nowhere/python > /etc/default/archive-search")
        machine.run(f"rm {release}/requirements.txt")
        failed = machine.try_running("/opt/archive-search/install-release")
        assert failed.returncode == 1
        assert "none of /nowhere/python is one of 3.11" in failed.stderr


def test_the_rpm_holds_the_same_files_and_its_scripts_are_scripts(note: Callable[[str], None]) -> None:
    def ask(*arguments: str) -> str:
        return subprocess.run(
            ["rpm", "--query", "--package", str(RPM), *arguments], check=True, capture_output=True, text=True
        ).stdout

    in_deb = subprocess.run(["dpkg-deb", "--contents", DEB], check=True, capture_output=True, text=True).stdout
    files = {line.split(maxsplit=5)[5].removeprefix(".") for line in in_deb.splitlines() if line[0] == "-"}
    assert files <= set(ask("--list").split())
    assert "/etc/archive-search/archive.toml" in ask("--configfiles")
    scripts = ask("--scripts")
    parts = re.split(r"^\w+ scriptlet \(using /bin/sh\):$", scripts, flags=re.MULTILINE)
    assert len(parts) == 4, scripts
    for part in parts[1:]:
        subprocess.run(["sh", "-n"], input=part, text=True, check=True)
    note("rpm: listed and its scripts parsed, not run")


@pytest.mark.parametrize("file", [DEB, RPM], ids=["deb", "rpm"])
def test_sizes(file: Path, note: Callable[[str], None]) -> None:
    assert file.stat().st_size < 250 << 20
    note(f"{file.name}: {file.stat().st_size / 1e6:.0f} MB")
