"""One file that installs on a machine without a network, for all of it or below one folder."""

from __future__ import annotations

from collections.abc import Callable

from tests.packaging.builds import BUNDLE, VERSION
from tests.packaging.conftest import Begin, Note
from tests.packaging.machines import Machine


def unpack(machine: Machine) -> str:
    """Return where the bundle was unpacked to."""
    machine.put(BUNDLE, "/tmp/bundle.tar.gz")
    machine.run("tar --extract --file /tmp/bundle.tar.gz --directory /tmp")
    return f"/tmp/{BUNDLE.name.removesuffix('.tar.gz')}"


def test_the_bundle_installs_for_the_machine_and_again_over_itself(
    suite: str, begin: Begin, timed: Note, note: Callable[[str], None]
) -> None:
    with begin(suite) as machine:
        assert machine.try_running("command -v cc gcc pip").stdout == ""
        folder = unpack(machine)
        with timed(f"{suite}, bundle, from the unpacked file to the first hit"):
            machine.run(f"sh {folder}/install.sh")
            machine.run("indexer index --quiet")
            assert "党史学习教育" in machine.run("searchapp search 党史学习教育 --limit 1")
        assert machine.run("stat --format='%U:%G %a' /var/lib/archive-search/index") == (
            "archive-search-index:archive-search 750"
        )
        machine.run("echo '# mine' >> /etc/archive-search/archive.toml")
        machine.run(f"sh {folder}/install.sh")
        assert "# mine" in machine.run("cat /etc/archive-search/archive.toml")
        assert "# mine" not in machine.run("cat /etc/archive-search/archive.toml.new")
        assert machine.run("indexer --version").splitlines()[0] == VERSION
        machine.run(f"sh {folder}/install.sh --remove")
        assert machine.try_running("ls -d /opt/archive-search /usr/bin/indexer").stdout == ""
        assert machine.run("ls /var/lib/archive-search/index/CURRENT /etc/archive-search/archive.toml")
        note(f"{BUNDLE.name}: {BUNDLE.stat().st_size / 1e6:.0f} MB")


def test_the_bundle_is_tried_below_one_folder_by_anybody(begin: Begin) -> None:
    with begin("bookworm") as machine:
        folder = unpack(machine)
        machine.run("groupadd archive-search; useradd --create-home somebody")
        before = machine.run("find / -xdev -newer /tmp/bundle.tar.gz -type f | grep -v ^/tmp | sort")
        machine.run(f"sh {folder}/install.sh --prefix /tmp/trial", user="somebody")
        machine.run(
            "/tmp/trial/current/bin/indexer --index /tmp/trial/index index /srv/archive --quiet", user="somebody"
        )
        assert machine.run(
            "/tmp/trial/current/bin/searchapp --index /tmp/trial/index count 科普", user="somebody"
        ).isdigit()
        assert machine.run("find / -xdev -newer /tmp/bundle.tar.gz -type f | grep -v ^/tmp | sort") == before
        refused = machine.try_running(f"sh {folder}/install.sh", user="somebody")
        assert refused.returncode == 1
        assert "As root" in refused.stderr
