"""Recalls: what has gone wrong with real pumps, and the requirements that would have caught it.

Each recall names scenarios, files that any host can run (`tests/scenarios/recalls/`): they show what the core refuses
and what it raises where the same thing happens again. Source keys are those of the catalogue's bibliography.
"""

from __future__ import annotations

from typing import Final

from intrathecal_specs.recalls.entries import ENTRIES
from intrathecal_specs.recalls.hardware import HARDWARE
from intrathecal_specs.recalls.recall import FAULT_MODEL, Origin, Recall
from intrathecal_specs.recalls.scanners import SCANNERS
from intrathecal_specs.recalls.volumes import VOLUMES

__all__ = ["FAULT_MODEL", "RECALLS", "Origin", "Recall"]

RECALLS: Final = tuple(sorted(ENTRIES + HARDWARE + VOLUMES + SCANNERS, key=lambda recall: recall.key))
"""Every recall that the requirements answer, by date."""
