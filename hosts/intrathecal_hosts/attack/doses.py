"""Doses: prescriptions around what a pump's limits and its doses before allow, within them or beyond."""

from __future__ import annotations

from random import Random
from typing import Final

from intrathecal import Drive, PatientBolusOrder, Prescription, Pump
from intrathecal.prescription import steady
from intrathecal.units import DAY, FLOW_MAX, SHARES, SLOT, SLOTS, VOLUME_MAX

PARTS: Final = (100, 300, 600, 900, 1_000, 1_050)
"""per mille of a limit."""
STEPS: Final = (100, 500, 800, 900, 950, 1_000, 1_000, 1_000, 1_100, 1_300)
"""per mille of the dose before."""


def a_prescription(pump: Pump, random: Random) -> Prescription:
    """Mostly one that fits the pump."""
    if pump.device.drive == Drive.CONSTANT_FLOW and random.random() < 0.9:
        return steady(pump.device.flow_min)
    asks = random.random() < (0.8 if pump.limits.patient_bolus else 0.05)
    day = _a_day(pump, random)
    order = an_order(pump, day, random) if asks else NO_BOLUS
    flow = max((day - order.count * order.volume) // DAY, 0)
    flows = tuple(_in_range(pump, each, random) for each in _shaped(min(flow, FLOW_MAX * 4 // 5), random))
    least = pump.device.flow_min
    fallback = random.choices((0, min(flows), least, max(flows), least - 1), (5, 5, 1, 0.3, 0.1))[0]
    ceiling = SHARES // max(pump.limits.potency, 1) * random.choice((*PARTS, 1_000, 1_000)) // 1_000
    return _of(flows, order, min(ceiling, VOLUME_MAX), fallback)


def an_order(pump: Pump, day: int, random: Random) -> PatientBolusOrder:
    """What the patient may trigger: some of the day (quanta), or as much as may be at once, or more."""
    duration = random.choice((60, 300, 900)) if random.random() < 0.98 else DAY // 4
    count = random.choice((1, 2, 4, 4, SLOTS))
    wanted = random.choice((day // 10, day // 3, day // 2)) // count
    if random.random() < 0.1:
        wanted = pump.limits.bolus * random.choice((1_000, 1_001)) // 1_000
    least = 2 * day // DAY * duration
    volume = min(max(wanted, least if duration < SLOT else 0, pump.device.flow_min * duration), VOLUME_MAX)
    return PatientBolusOrder(volume, duration, random.choice((0, 600, 7_200)), count)


NO_BOLUS: Final = PatientBolusOrder(volume=0, duration=1, lockout=0, count=0)


def _of(flows: tuple[int, ...], order: PatientBolusOrder, ceiling: int, fallback: int) -> Prescription:
    return Prescription(flows=flows, patient_bolus=order, ceiling=ceiling, fallback=min(fallback, FLOW_MAX))


def _a_day(pump: Pump, random: Random) -> int:
    """quanta."""
    dosing = pump.dosing
    if random.random() < 0.15:
        return pump.limits.day * random.choice(PARTS) // 1_000
    before = dosing.last if dosing.last > 0 and random.random() < 0.7 else dosing.rises_from
    return before * random.choice(STEPS) // 1_000


def _in_range(pump: Pump, flow: int, random: Random) -> int:
    if flow == 0 or random.random() < 0.001:
        return flow
    return max(min(flow, pump.limits.flow), pump.device.flow_min)


def _shaped(flow: int, random: Random) -> tuple[int, ...]:
    """48 flows that are this one on average, or less."""
    shape = random.random()
    if shape < 0.5:
        return (flow,) * SLOTS
    if shape < 0.8:
        high = random.randrange(1, SLOTS)
        return (flow * 5 // 4,) * high + (flow * 3 // 4,) * (SLOTS - high)
    if shape < 0.9:
        return (flow, 0) * (SLOTS // 2)
    return tuple(flow * random.randrange(500, 1_001) // 1_000 for _ in range(SLOTS))
