"""Lay out the files as they lie on a machine: what the packages hold, and the bundle copies.

    python deploy/tree.py FOLDER WHEELS dist/archive_search-0.2.0-py3-none-any.whl

FOLDER is made anew. The list of wheels, with a hash for each, is written here: the wheel of this project and that of
jieba are built, so their hashes stand in no other list.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parent.parent
DEPLOY = PROJECT / "deploy"
SETTINGS = ("archive.toml", "userdict.txt", "synonyms.txt", "access.toml")
EXAMPLES = ("best.toml", "periods.txt")  # of a house that is not this one
PAPERS = ("README.md", "README.zh-CN.md", "CHANGELOG.md", "SECURITY.md", "docs")
SHELLS = (
    ("bash", "bash-completion/completions/{}"),
    ("zsh", "zsh/vendor-completions/_{}"),  # Debian
    ("zsh", "zsh/site-functions/_{}"),  # others
    ("fish", "fish/vendor_completions.d/{}.fish"),
)


def put(source: Path, target: Path, *, mode: int = 0o644) -> None:
    """Copy a file, or a folder, to its place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
        target.chmod(mode)


def put_wheels(folder: Path, wheels: list[Path]) -> None:
    """Lay down wheels, the list of them with hashes, the version, and which Pythons they serve."""
    folder.mkdir(parents=True)
    pins = defaultdict(list)
    for wheel in wheels:
        shutil.copyfile(wheel, folder / wheel.name)
        name, version, *_ = wheel.name.split("-")
        python = re.search(r"-cp3(\d+)-cp3", wheel.name)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        pins[re.sub(r"[_.]", "-", name.lower()), version].append((f"3.{python[1]}" if python else "", digest))
    served = sorted({own for pin in pins.values() for own, _ in pin if own}, key=lambda own: int(own[2:]))
    marked = read_markers()
    lines = [
        f"{name}=={version}{marked.get((name, version), '')}"
        + "".join(f" \\\n    --hash=sha256:{digest}" for _, digest in sorted(pin))
        for (name, version), pin in sorted(pins.items())
    ]
    own_version = next(version for name, version in pins if name == "archive-search")
    for name, text in (("requirements.txt", "\n".join(lines)), ("PYTHONS", " ".join(served)), ("VERSION", own_version)):
        (folder / name).write_text(f"{text}\n", encoding="utf-8")


def read_markers() -> dict[tuple[str, str], str]:
    """Return for which Pythons a pin is, of those that are not for all."""
    text = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z0-9-]+)==(\S+) ; (.*?) \\$", text, re.MULTILINE)
    return {(name, version): f" ; {marker}" for name, version, marker in found}


def put_completion(share: Path) -> None:
    """Write what completes the commands in three shells; it asks the command itself, so it knows every option."""
    for program in ("indexer", "searchapp"):
        for shell, place in SHELLS:
            target = share / place.format(program)
            target.parent.mkdir(parents=True, exist_ok=True)
            command = [str(Path(sys.executable).parent / program)]
            environment = {**os.environ, f"_{program.upper()}_COMPLETE": f"{shell}_source"}
            target.write_bytes(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)


def main() -> None:
    """Lay out everything."""
    root, wheels, own_wheel = map(Path, sys.argv[1:])
    shutil.rmtree(root, ignore_errors=True)
    home, share = root / "opt/archive-search", root / "usr/share"
    put_wheels(home / "wheels", [*sorted(wheels.glob("*.whl")), own_wheel])
    for name in ("install-release", "switch-release"):
        put(DEPLOY / "installed" / name, home / name, mode=0o755)
    for name in ("indexer", "searchapp"):
        put(DEPLOY / "installed" / name, root / "usr/bin" / name, mode=0o755)
    put(DEPLOY / "installed/default", root / "etc/default/archive-search")
    put(DEPLOY / "logrotate.conf", root / "etc/logrotate.d/archive-search")
    for name in SETTINGS:
        put(DEPLOY / name, root / "etc/archive-search" / name)
    for name in EXAMPLES:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (root / "etc/archive-search" / name).write_text(re.sub(r"(?m)^(?=[^#\n])", "#", text), encoding="utf-8")
    for unit in (*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("systemd/*.timer")):
        put(unit, root / "usr/lib/systemd/system" / unit.name)
    put(DEPLOY / "systemd/sysusers.conf", root / "usr/lib/sysusers.d/archive-search.conf")
    put(DEPLOY / "systemd/tmpfiles.conf", root / "usr/lib/tmpfiles.d/archive-search.conf")
    papers = share / "doc/archive-search"
    put(PROJECT / "LICENSE", papers / "copyright")
    for kind in ("*.md", "*.conf", "*.yml", "*.json"):
        for file in DEPLOY.glob(kind):
            put(file, papers / "deploy" / file.name)
    for name in PAPERS:
        put(PROJECT / name, papers / name)
    put_completion(share)
    subprocess.run([sys.executable, str(DEPLOY / "manual.py"), str(share / "man")], check=True)
    if moment := int(os.environ.get("SOURCE_DATE_EPOCH", "0")):
        for file in root.rglob("*"):
            os.utime(file, (moment, moment))


if __name__ == "__main__":
    main()
