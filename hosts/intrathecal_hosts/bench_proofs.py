"""How the time of proving grows with the slots of a day and with the number of requirements.

Each measurement is a process of its own, on a copy of the sources in which a day has another number of slots. Measured
is what the processor spends on it, from the first term to the last verdict.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

PACKAGES: Final = ("intrathecal", "intrathecal_specs", "intrathecal_proofs")
"""What is copied."""
TASKS: Final = ("settle", "decide PatientBolus", "step PatientBolus")
"""What is proven: the books, and the most frequent thing that a patient does."""
SLOTS: Final = (24, 48, 96)
"""Slots of a day: 48 is the core's own number."""
PARTS: Final = (4, 2, 1)
"""One of so many requirements is proven."""
ROUNDS: Final = 3
"""How often each is measured, in turns."""
OWN: Final = "SLOTS: Final = 48\n"
LENGTH: Final = "SLOT: Final = 1_800\n"
"""Where `units.py` says how many slots a day has, and how long one is (s)."""

MEASURE: Final = """
import sys, time
from intrathecal_proofs.machinery.campaign import Extras, work
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_specs.everything import REQUIREMENTS
every, *labels = sys.argv[1:]
claims = sorted(REQUIREMENTS)[::int(every)]
begun = time.process_time()
rows = [row for label in labels for row in work(label, claims, Extras()).rows]
spent = time.process_time() - begun
print(len(claims), spent, sum(row.verdict is not Verdict.PROVEN for row in rows))
"""


class NotMeasured(Exception):
    """The time of proving could not be measured; the message says why."""


@frozen
class Case:
    """One thing to measure."""

    slots: int
    part: int
    """One of so many requirements is proven."""

    def name(self, requirements: int) -> str:
        """As the figure is called."""
        return f"proofs, {self.slots} slots a day, {requirements} requirements"


CASES: Final = (*(Case(slots, 1) for slots in SLOTS), *(Case(48, part) for part in PARTS if part > 1))


def proof_times() -> Mapping[str, list[float]]:
    """By what was proven: s of processor time, round by round.

    Raises `NotMeasured`: without Z3, where something is not proven, so that its time says nothing, or where the sources
    cannot be copied.
    """
    if importlib.util.find_spec("z3") is None:
        raise NotMeasured("needs the extra 'proofs': pip install 'intrathecal[proofs]'")
    try:
        return _in_copies()
    except OSError as error:
        raise NotMeasured(str(error)) from error


def _in_copies() -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        copies = {slots: copied(Path(folder) / str(slots), slots) for slots in SLOTS}
        for _ in range(ROUNDS):
            for case in CASES:
                requirements, seconds = _measured(copies[case.slots], case)
                found.setdefault(case.name(requirements), []).append(seconds)
    return found


def copied(folder: Path, slots: int) -> Path:
    """The sources in that folder, with so many slots a day, which must divide it in whole seconds."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        shutil.copytree(Path(spec.origin).parent, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    units = folder / "intrathecal" / "units.py"
    text = units.read_text(encoding="utf-8")
    assert text.count(OWN) == 1
    assert text.count(LENGTH) == 1
    changed = text.replace(OWN, f"SLOTS: Final = {slots}\n").replace(LENGTH, f"SLOT: Final = {86_400 // slots}\n")
    units.write_text(changed, encoding="utf-8")
    return folder


def _measured(sources: Path, case: Case) -> tuple[int, float]:
    """How many requirements were proven, and s of processor time."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(case.part), *TASKS],
        env={**os.environ, "PYTHONPATH": str(sources)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMeasured(done.stderr.strip().splitlines()[-1])
    requirements, seconds, unproven = done.stdout.split()
    if int(unproven):
        raise NotMeasured(f"{case.name(int(requirements))}: {unproven} obligations are not proven")
    return int(requirements), float(seconds)
