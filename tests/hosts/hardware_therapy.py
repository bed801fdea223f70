"""A therapy of morphine, in a scenario file, to which something is added; and what was told of its hardware."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from intrathecal import FaultFound, FaultGone, LevelMeasured
from intrathecal_hosts.runner import Record

THERAPY: Final = """
title = "Hardware"
until = "{until}"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["6 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "6 mg/d"

{more}
"""
EVENT: Final = '[[event]]\nat = "1 d"\nkind = '
BATTERY: Final = EVENT + '"battery"\nreplacement_due = "10 %"\n'
STALL: Final = '[[event]]\nat = "1 d"\nkind = "stall"\nnoticed_after = "2 h"\nturns_after = "5 h"\n'
REFILL: Final = EVENT + '"refill"\nfilled = "20 mL"\ntruly = '


def written(tmp_path: Path, more: str, until: str = "9 d") -> Path:
    """The scenario file with more in it, which ends then."""
    path = tmp_path / "therapy.toml"
    path.write_text(THERAPY.format(more=more, until=until))
    return path


def told_of(records: list[Record]) -> list[tuple[str, int]]:
    """What was told of the hardware, and when (s)."""
    kinds = FaultFound | FaultGone | LevelMeasured
    return [(type(each.event).__name__, each.event.at) for each in records if isinstance(each.event, kinds)]
