"""Pressure: within allowed bands nothing changes but the tolerance of the books; outside an alarm sounds."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve

from intrathecal import Alarm, Authority, Band, Program, Pump, Reason, Tick, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_band, make_prescription, make_solution, pressure_changed
from intrathecal.device import band_of
from intrathecal.quantities import Pressure, hours, hpa, kpa, mg_per_day, mg_per_ml, ml, ml_per_day, per_cent
from intrathecal.units import PRESSURE_MAX

GENERIC: Final = device("generic programmable 20 mL", 1)
"""Allowed are 700 hPa to 3 403 hPa: a dive to 78 ft, of which each is 30.643 hPa, below 1 013 hPa of air."""
CLINICIAN: Final = Authority.CLINICIAN
HOUR: Final = 3_600


def running(serial: int = 1) -> Pump:
    on = evolve(GENERIC, serial=serial)
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(10))]),
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(5)],
        reference_acknowledged=True,
    )
    pump = step(on, candidate(on), event).pump
    day = make_prescription(flows=ml_per_day("0.48"))
    answer = step(on, pump, Program(0, 2, CLINICIAN, day, soft_limit_acknowledged=True))
    assert answer.verdict.reason == Reason.NONE
    return answer.pump


def at(pump: Pump, pressure: Pressure) -> Pump:
    answer = step(pump.device, pump, pressure_changed(at=hours(0), pressure=pressure))
    assert answer.verdict.accepted
    return answer.pump


@pytest.mark.parametrize(
    ("pressure", "alarmed"),
    [(hpa(753), False), (kpa("101.3"), False), (hpa(3_403), False), (hpa(3_404), True), (hpa(700), True)],
)
def test_a_cabin_and_a_dive_to_78_feet_raise_nothing(pressure: Pressure, alarmed: bool) -> None:
    pump = running()
    after = at(pump, pressure)
    assert after.alarms.listed[Alarm.PRESSURE] == alarmed
    assert (after.command, after.therapy, after.mode) == (pump.command, pump.therapy, pump.mode)
    if not alarmed:
        assert evolve(after, band=pump.band) == pump


def test_the_alarm_stays_until_it_is_acknowledged_at_the_surface() -> None:
    pump = at(at(running(), hpa(5_000)), hpa(1_013))
    assert pump.alarms.listed[Alarm.PRESSURE]
    assert not pump.alarms.conditions[Alarm.PRESSURE]


def test_the_books_use_the_tolerance_of_the_band() -> None:
    # 0.48 mL/d for half an hour are 0.01 mL, 864 000 000 quanta: on land 15 % off, too deep up to twice as much.
    land = step(GENERIC, running(), Tick(1_800)).pump.reservoir
    assert (land.fastest, land.slowest) == (864_000_000 * 1_150, 864_000_000 * 850)
    deep = step(GENERIC, at(running(), hpa(5_000)), Tick(1_800)).pump.reservoir
    assert (deep.fastest, deep.slowest) == (864_000_000 * 1_999, 0)


def test_the_levels_rise_in_the_deep_and_fall_again_at_the_surface() -> None:
    # Of 20 mL 18 may go before 2 mL are left, but for two seconds at 24 mL/d: 1 555 152 000 000 quanta of true volume.
    # On land that is at the soonest 1 000 / 1 150 of it in the books, in the deep 1 000 / 1 999.
    land = running()
    assert land.reservoir.low_level == 1_728_000_000_000 - 1_352_306_086_956
    deep = at(land, hpa(5_000))
    assert deep.reservoir.low_level == 1_728_000_000_000 - 777_964_982_491
    assert at(deep, hpa(1_013)).reservoir == land.reservoir


def test_a_retired_or_boxed_pump_has_a_band_too() -> None:
    assert candidate(GENERIC).band == band_of(GENERIC, 1_013)


def test_bands_that_allow_more_than_the_device_are_refused() -> None:
    def bands(**said: bool) -> tuple[Band, ...]:
        wide = make_band(allowed=True, fast=per_cent(16), slow=per_cent(0))
        none = make_band(allowed=False, fast=per_cent(0), slow=per_cent(0))
        land = make_band(
            up_to=hpa(1_100), allowed=not said.get("ordinary_air_forbidden"), fast=per_cent(0), slow=per_cent(0)
        )
        return (land, none, none, wide if said.get("wide") else none)

    assert evolve(GENERIC, bands=bands()).bands[3].up_to == PRESSURE_MAX
    for wrong in (bands(ordinary_air_forbidden=True), bands(wide=True), bands()[:1] * 4):
        with pytest.raises(ValueError, match="needs bands that ascend"):
            evolve(GENERIC, bands=wrong)
