"""What proofs assume of every device, drug and protocol is held at each of its limits: a mutant of it is noticed here.

No proof can notice one that asks for more than is written: it would then be of fewer devices.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from attrs import evolve

from intrathecal.device import BANDS, Band, Device, Drive, ordinary_air, valid_bands, valid_device
from intrathecal.drug import Drug, valid_drug
from intrathecal.trial import Protocol, valid_protocol
from intrathecal.units import PRESSURE_MAX
from intrathecal_proofs.machinery.symbols import VALID
from intrathecal_proofs.mutation.mutants import Mutant, mutants_of
from intrathecal_proofs.mutation.reach import Function, reached_from
from intrathecal_proofs.mutation.replay import installed
from intrathecal_proofs.vacuity.playing import OPIOID, PROGRAMMED, TRIED

AIR = (Band(700, False, 999, 1_000), Band(1_100, True, 50, 50), Band(2_000, False, 0, 0), Band(20_000, False, 0, 0))
"""hPa and per mille: nothing below 700, what a device of 5 % keeps to up to 1100, and two bands above."""
TOP = Band(PRESSURE_MAX, False, 0, 0)
Case = tuple[Any, bool]
"""What may be a record, and whether it is one."""
GIVES_THE_SAME = {
    "intrathecal.device.valid_bands: lowest = 0 -> lowest = -1": "no band ends below 0 hPa",
    "intrathecal.trial.valid_protocol: protocol.ladder[0] > 0 -> protocol.ladder[0] >= 0": "0 times any is no dose",
    "intrathecal.trial.valid_protocol: protocol.ladder[0] > 0 -> protocol.ladder[0] > -1": "0 times any is no dose",
}
"""Mutants that no record tells from what is written, and why."""


def unchecked(record: Any, **said: Any) -> Any:
    """The record with these fields, which may not go together."""
    made = copy(record)
    for name, value in said.items():
        object.__setattr__(made, name, value)
    return made


def device(good: bool, **said: Any) -> Case:
    return unchecked(PROGRAMMED, **said), good


def constant_flow(good: bool, slowest: int, fastest: int) -> Case:
    return device(good, drive=Drive.CONSTANT_FLOW, flow_min=slowest, flow_max=fastest)


def bands(good: bool, *some: Band) -> Case:
    return device(good, bands=(*some, *(TOP,) * (BANDS - len(some))))


def drug(good: bool, **said: int) -> Case:
    return unchecked(OPIOID, **said), good


def protocol(good: bool, *ladder: int, **said: int) -> Case:
    return unchecked(TRIED, ladder=ladder, **said), good


DEVICES: tuple[Case, ...] = (
    device(True, residual=6, low=7, capacity=7),
    device(False, residual=7, low=7, capacity=8),
    device(False, residual=6, low=8, capacity=7),
    device(True, flow_min=5, flow_max=5),
    device(True, flow_min=4, flow_max=5),
    device(False, flow_min=6, flow_max=5),
    device(False, bands=(TOP,) * BANDS),
    constant_flow(True, 6, 6),
    constant_flow(False, 5, 6),
    constant_flow(False, 6, 5),
)
"""quanta, and nL/d."""
AIRS: tuple[Case, ...] = (
    bands(True, *AIR[:3]),
    bands(True, AIR[0], AIR[1]),
    bands(False, *AIR[:3], evolve(TOP, up_to=PRESSURE_MAX - 1)),
    bands(False, AIR[0], evolve(AIR[1], up_to=1_012), AIR[2]),
    bands(True, AIR[0], evolve(AIR[1], up_to=1_013), AIR[2]),
    bands(False, evolve(AIR[0], up_to=1_013), AIR[1], AIR[2]),
    bands(True, evolve(AIR[0], up_to=1_012), AIR[1], AIR[2]),
    bands(False, AIR[0], evolve(AIR[1], fast=51)),
    bands(False, AIR[0], evolve(AIR[1], slow=51)),
    bands(True, AIR[0], AIR[1], evolve(AIR[2], allowed=True, fast=50, slow=50)),
    bands(False, AIR[0], AIR[1], evolve(AIR[2], allowed=True, fast=51, slow=50)),
    bands(True, AIR[0], AIR[0], AIR[1]),
    bands(False, AIR[0], evolve(AIR[0], up_to=699), AIR[1]),
    bands(True, evolve(AIR[0], up_to=0), AIR[1]),
    bands(False, evolve(AIR[1], up_to=1_013, fast=51), AIR[1]),
    bands(False, evolve(AIR[1], up_to=600, slow=51), evolve(AIR[1], up_to=1_013)),
)
"""hPa, per mille: ordinary air is at 1013 hPa."""
DRUGS: tuple[Case, ...] = (drug(True, soft=6, hard=7), drug(True, soft=7, hard=7), drug(False, soft=8, hard=7))
"""ng/d."""
PROTOCOLS: tuple[Case, ...] = (
    protocol(True, 1_000, 0, 0, 0),
    protocol(False, 0, 0, 0, 0),
    protocol(False, 0, 5, 6, 7),
    protocol(True, 5, 6, 7, 8),
    protocol(False, 5, 5, 7, 8),
    protocol(False, 5, 6, 6, 8),
    protocol(False, 5, 6, 7, 7),
    protocol(False, 5, 6, 7, 6),
    protocol(False, 5, 4, 0, 0),
    protocol(False, 5, 0, 7, 0),
    protocol(False, 5, 6, 0, 8),
    protocol(True, 5, 6, 0, 0),
    protocol(True, 5, 6, 7, 0),
    protocol(True, 1, 2, 0, 0, multiple=1_000, multiple_if_long=1_000),
    protocol(False, 1, 2, 0, 0, multiple=1_000, multiple_if_long=999),
    protocol(True, 2, 3, 0, 0, multiple=1_000, multiple_if_long=999),
    protocol(True, 2, 3, 0, 0, multiple=501, multiple_if_long=500),
    protocol(False, 2, 3, 0, 0, multiple=501, multiple_if_long=499),
    protocol(False, 2, 3, 0, 0, multiple=600, multiple_if_long=601),
)
"""ng by ng of the ladder, and per mille of the effective dose."""
CASES: dict[Function, tuple[Case, ...]] = {
    valid_device: DEVICES,
    valid_bands: AIRS,
    valid_drug: DRUGS,
    valid_protocol: PROTOCOLS,
}


def is_made(record: Any) -> bool:
    """Whether its constructor takes it."""
    try:
        evolve(record)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("function", CASES)
def test_records_are_taken_or_refused_at_each_limit(function: Function) -> None:
    asked = [good for _, good in CASES[function]]
    assert asked == [is_made(record) for record, _ in CASES[function]]
    assert asked == [function(record) for record, _ in CASES[function]]


@pytest.mark.parametrize("function", CASES)
def test_every_mutant_of_what_is_assumed_is_noticed_at_a_limit(function: Function) -> None:
    some = list(mutants_of(function))
    assert some
    unnoticed = [mutant.key for mutant in some if not noticed(mutant, CASES[function])]
    assert unnoticed == [mutant.key for mutant in some if mutant.key in GIVES_THE_SAME]


def noticed(mutant: Mutant, cases: tuple[Case, ...]) -> bool:
    """Whether what is a record counts as none, or the other way round, or anything is raised."""
    with installed(mutant):
        try:
            return any(mutant.function(record) is not good for record, good in cases)
        except (TypeError, LookupError, AttributeError):
            return True


def test_every_mutant_of_ordinary_air_is_noticed() -> None:
    air = (Band(700, False, 999, 1_000), Band(1_100, True, 30, 40), *(Band(PRESSURE_MAX, False, 999, 1_000),) * 2)
    assert ordinary_air(fast=30, slow=40) == air
    for mutant in mutants_of(ordinary_air):
        with installed(mutant):
            try:
                assert ordinary_air(fast=30, slow=40) != air, mutant.key
            except (ValueError, TypeError):
                continue


def test_nothing_else_is_assumed_of_them() -> None:
    assert set(VALID) == {Device, Drug, Protocol}
    asked = {each for valid in VALID.values() for each in reached_from(valid)}
    assert {each.__name__ for each in asked} == {*(each.__name__ for each in CASES), "band_of"}
