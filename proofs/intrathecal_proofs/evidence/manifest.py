"""The manifest of exported evidence: what was exported, from which source, and the digest of every file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Final

import attrs
import cattrs

FORMAT: Final = 1
"""Of the manifest: another number is read by another release."""
MANIFEST: Final = "manifest.json"
"""Its file; written last, so that an export that was interrupted has none."""
PACKAGES: Final = ("intrathecal", "intrathecal_specs", "intrathecal_proofs")
"""Whose source the evidence is about."""


class UnreadableManifest(Exception):
    """There is no manifest, or what is there is none; the text is one line for a reader."""


@attrs.frozen
class Exported:
    """One obligation, and the file that holds it."""

    path: str
    """Within the folder, with `/` between its parts."""
    sha256: str
    task: str
    claim: str
    id: str
    """The requirement's, or `lemma`."""
    setting: str
    event: str
    where: str
    """File and line, for a duty; else empty."""
    questions: int
    engines: tuple[str, ...]
    """What settled it."""
    steps: int
    """Of Z3's resource limit, that it took."""


@attrs.frozen
class Manifest:
    """Everything that a folder of evidence is checked against."""

    format: int
    release: str
    """The version of the distribution."""
    solvers: dict[str, str]
    """Versions, by name."""
    seed: int
    only: tuple[str, ...]
    """What the export was limited to: requirements, events and tasks; nothing where it is whole."""
    source: dict[str, str]
    """sha256 of each source file, by its path from the package on."""
    others: dict[str, str]
    """sha256 of each file that holds no obligation, by its path in the folder."""
    obligations: tuple[Exported, ...]
    unproven: tuple[str, ...]
    """Obligations that were not proven, and so are in no file."""

    def digests(self) -> dict[str, str]:
        """sha256 of each file of the folder but the manifest, by its path there."""
        return {**self.others, **{each.path: each.sha256 for each in self.obligations}}


def release() -> str:
    """The version of the installed distribution, or that there is none: a checkout on the path."""
    try:
        return version("intrathecal")
    except PackageNotFoundError:
        return "(not installed)"


def digest_of(data: bytes) -> str:
    """The sha256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def source_digests() -> dict[str, str]:
    """sha256 of each source file of the packages as they are installed here, by its path from the package on."""
    return dict(sorted(_sources()))


def _sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        root = Path(str(import_module(package).__file__)).parent
        for file in root.rglob("*.py"):
            yield file.relative_to(root.parent).as_posix(), digest_of(file.read_bytes())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest whole, or not at all.

    Raises `OSError` where it cannot be written.
    """
    partial = folder / f"{MANIFEST}.partial"
    partial.write_text(json.dumps(attrs.asdict(manifest), indent=1) + "\n", encoding="utf-8")
    os.replace(partial, folder / MANIFEST)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the folder.

    Raises `UnreadableManifest` where there is none, or none that this release reads.
    """
    file = folder / MANIFEST
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise UnreadableManifest(f"{file}: no manifest: the export was interrupted, or this is none") from missing
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableManifest(f"{file}: cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UnreadableManifest(f"{file}: is no manifest of format {FORMAT}")
    try:
        manifest = cattrs.Converter(forbid_extra_keys=True).structure(found, Manifest)
    except (cattrs.BaseValidationError, TypeError, ValueError) as error:
        raise UnreadableManifest(f"{file}: is no manifest of format {FORMAT}: {error}") from error
    astray = [path for path in manifest.digests() if _leads_astray(path)]
    if astray:
        raise UnreadableManifest(f"{file}: names a file outside its folder: {astray[0]}")
    return manifest


def _leads_astray(path: str) -> bool:
    return PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path
