"""Fetch the wheels of all dependencies for one kind of machine and several Pythons, whatever runs here.

    python deploy/wheels.py FOLDER x86_64 3.11 3.12 3.13

What is in the folder already is not fetched again. Every wheel is checked against its hash in requirements.txt; jieba,
which comes as source only, is built here from a source that was checked so.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.markers import Marker

PROJECT = Path(__file__).parent.parent
# As old as the C library may be: 2.28 is that of Kylin V10, Anolis 8 and their relatives.
GLIBC = 28
SOURCE_ONLY = "jieba"
_PIN = re.compile(r"^([a-z0-9-]+)==[^;\\\s]+(?: ; ([^\\]+))?[ \\]*\n(?:    --hash=\S+[ \\]*\n)+", re.MULTILINE)


def choose_pins(python: str) -> list[str]:
    """Return the pins of requirements.txt, with their hashes, that a version of Python asks for."""
    # pip judges markers by the Python that runs it, not by --python-version.
    target = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    target |= {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    text = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    return [
        re.sub(r" ; [^\\]+", " ", pin[0], count=1)
        for pin in _PIN.finditer(text)
        if pin[2] is None or Marker(pin[2].strip()).evaluate(target)
    ]


def run_pip(*arguments: str, pins: list[str]) -> None:
    """Run pip over some pins."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("".join(pins))
        file.flush()
        common = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", file.name)
        subprocess.run([sys.executable, "-m", "pip", *arguments, *common], check=True)


def fetch(folder: Path, machine: str, *, python: str) -> None:
    """Fetch the wheels for one version of Python."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 16, -1)] + [f"manylinux2014_{machine}"]
    wanted = ["--python-version", python, "--implementation", "cp", "--only-binary=:all:"]
    wanted += [word for tag in tags for word in ("--platform", tag)]
    pins = [pin for pin in choose_pins(python) if not pin.startswith(f"{SOURCE_ONLY}==")]
    run_pip("download", "--dest", str(folder), "--find-links", str(folder), *wanted, pins=pins)


def main() -> None:
    """Fetch and build."""
    folder, machine, pythons = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    for python in pythons:
        fetch(folder, machine, python=python)
    if not list(folder.glob(f"{SOURCE_ONLY}-*.whl")):
        pins = [pin for pin in choose_pins(pythons[0]) if pin.startswith(f"{SOURCE_ONLY}==")]
        run_pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), pins=pins)
    wanted = {pin.split(" ")[0] for python in pythons for pin in choose_pins(python)}
    for wheel in folder.glob("*.whl"):  # those of earlier pins
        name, version = wheel.name.split("-")[:2]
        if f"{re.sub('[_.]', '-', name.lower())}=={version}" not in wanted:
            wheel.unlink()


if __name__ == "__main__":
    main()
