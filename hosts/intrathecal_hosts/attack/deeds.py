"""Deeds: what a script is made of, and what is said of its events, by the pump as it is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from intrathecal import SALINE, Authority, Event, Ingredient, PatientBolusOrder, Pump, Solution
from intrathecal.prescription import steady
from intrathecal.units import DAY, FLOW_MAX, PLACES, SHARES, SLOT, VOLUME_MAX
from intrathecal_hosts.attack.cast import DRUGS

Said = Callable[[Pump], Mapping[str, Any]]


@frozen
class Wait:
    """The host only calls, so often."""

    calls: int


@frozen
class Replaced:
    """Another pump takes over."""


@frozen
class Act:
    """An event; what is said of it."""

    kind: type[Event]
    said: Said


Deed = Act | Wait | Replaced
BY: Final = {"authority": Authority.CLINICIAN}
MEANT: Final = dict.fromkeys(
    ("soft_limit_acknowledged", "fall_acknowledged", "increase_acknowledged", "restart_acknowledged"), True
)
"""All that is unusual of a dose."""


def act(kind: type[Event], **said: Any) -> Act:
    """Now, with the next number, by a clinician."""

    def of(pump: Pump) -> Mapping[str, Any]:
        return {"at": pump.now, "number": pump.number + 1, **BY, **said}

    return Act(kind, of)


def emptied(pump: Pump) -> Mapping[str, Any]:
    """All that the books hold is drawn, which is meant."""
    volume = max(pump.reservoir.remaining, 0)
    return {"at": pump.now, "number": pump.number + 1, **BY, "volume": volume, "sudden_acknowledged": True}


def nearly_emptied(pump: Pump) -> Mapping[str, Any]:
    """So much is drawn that the pump runs dry an hour and a half later."""
    left = pump.reservoir.empty_level + pump.command.flow * 3 * SLOT
    return {**emptied(pump), "volume": max(pump.reservoir.remaining - left, 0)}


def missed(pump: Pump) -> Mapping[str, Any]:
    """The host was away for ten minutes after the last command's end, or for what is left of a slot."""
    return {"at": max(pump.command.until, min(pump.now + SLOT, pump.command.until + 600))}


def largest(pump: Pump) -> Mapping[str, Any]:
    """A bolus as large as one may be, in ten minutes."""
    least = pump.device.flow_min * 600
    return {"at": pump.now, "number": pump.number + 1, **BY, "volume": max(pump.limits.bolus, least), "duration": 600}


def half_as_strong(pump: Pump) -> Mapping[str, Any]:
    """The same dose in a day, of a solution that is half as strong: it runs twice as fast, once the line is clear."""
    half = tuple(evolve(each, concentration=(each.concentration + 1) // 2) for each in pump.solution.ingredients)
    return {**_changed(pump, half, 2), "least_day_acknowledged": True}


def half_as_strong_but_none(pump: Pump) -> Mapping[str, Any]:
    """The same, but nothing of it is filled in."""
    return {**half_as_strong(pump), "filled": 0}


def as_slow_as_may_be(pump: Pump) -> Mapping[str, Any]:
    """A solution half as strong, by bridge, by meeting and as prescribed at the pump's least flow."""
    flow = pump.device.flow_min
    slow = {"bridge_flow": flow, "meeting_flow": flow, "prescription": evolve(steady(flow), fallback=flow)}
    return {**half_as_strong(pump), **slow, "fall_acknowledged": True}


def leaving_out(pump: Pump) -> Mapping[str, Any]:
    """The same solution without its first drug or its last, which therapy may not stop at once."""
    some = pump.solution.ingredients
    places = [place for place, each in enumerate(some) if each.concentration > 0]
    place = places[-(pump.number % 2)] if places else 0
    left = (*some[:place], evolve(some[place], concentration=0), *some[place + 1 :])
    return _changed(pump, left, 1)


def bringing_the_tried(pump: Pump) -> Mapping[str, Any]:
    """The same solution with as little as may be of the drug beside it that was tried before implantation."""
    tried = [each for each in DRUGS if each.code == pump.trial.protocol.drug] or [DRUGS[0]]
    return _bringing(pump, Ingredient(tried[0], 1))


def bringing_a_trace_but_none(pump: Pump) -> Mapping[str, Any]:
    """The same solution with as little as may be of a drug beside it that must not stop suddenly, but nothing of it is
    filled in."""
    return {**_bringing(pump, Ingredient(DRUGS[1], 1)), "filled": 0, "least_day_acknowledged": True}


def _bringing(pump: Pump, ingredient: Ingredient) -> dict[str, Any]:
    """Another solution, with that beside what is in the pump."""
    some = pump.solution.ingredients
    free = [place for place, each in enumerate(some) if each.concentration == 0]
    place = free[0] if free else len(some) - 1
    said = {"mixture_acknowledged": True, "formulary_confirmed": True}
    return {**_changed(pump, (*some[:place], ingredient, *some[place + 1 :]), 1), **said}


def _changed(pump: Pump, ingredients: tuple[Ingredient, ...], times: int) -> dict[str, Any]:
    """Another solution, by bridge and meeting as fast as the last day was, and a prescription of so many times it, for
    which the fallback is no faster than they are."""
    flow = max(pump.dosing.last // DAY, pump.device.flow_min)
    prescription = evolve(steady(min(times * flow, FLOW_MAX)), fallback=flow)
    flows = {"bridge_flow": flow, "meeting_flow": flow, "prescription": prescription}
    books = {"emptied": True, "rinsed": True, "drawn": max(pump.reservoir.remaining, 0), "filled": pump.device.capacity}
    return {"at": pump.now, "number": pump.number + 1, **BY, "solution": Solution(ingredients), **flows, **books}


def a_full_day(pump: Pump) -> Mapping[str, Any]:
    """As much as may be in a day, and some of it as fast as may be."""
    fastest = min(pump.limits.flow, FLOW_MAX)
    rest = (pump.limits.day // SLOT - 24 * fastest) // 24
    slower = min(max(rest, pump.device.flow_min), fastest)
    flows = (fastest,) * 24 + (slower,) * 24
    prescription = evolve(steady(0), flows=flows)
    return {"at": pump.now, "number": pump.number + 1, **BY, "prescription": prescription, **MEANT}


def a_heavy_day(pump: Pump) -> Mapping[str, Any]:
    """Nearly as much as may be in a day, evenly, so that few boluses have room beside it."""
    flow = min(pump.limits.day * 19 // 20 // DAY, pump.limits.flow, FLOW_MAX)
    return {"at": pump.now, "number": pump.number + 1, **BY, "prescription": steady(flow), **MEANT}


def used_to_the_most(pump: Pump) -> Mapping[str, Any]:
    """A pump for a patient who has had the largest daily dose of a drug until now."""
    first = Ingredient(DRUGS[0], DRUGS[0].concentration_max)
    solution = Solution((first, *SALINE.ingredients[1:]))
    reference = (first.drug.hard, *(0,) * (PLACES - 1))
    confirmed = {"formulary_confirmed": True, "reference_acknowledged": True}
    filled = {"solution": solution, "filled": pump.device.capacity, "reference": reference}
    return {"at": pump.now, "number": pump.number + 1, **BY, **filled, **confirmed, **MEANT}


def a_sound_day(pump: Pump) -> Mapping[str, Any]:
    """Most of what the doses before allow, with boluses of a tenth of it where the patient may trigger any."""
    day = min(pump.dosing.last or pump.dosing.rises_from, pump.limits.day, pump.limits.flow * DAY) * 9 // 10
    flow = max(day * 8 // 10 // DAY, pump.device.flow_min)
    prescription = steady(flow)
    volume = day // 10 // 4
    if pump.limits.patient_bolus and volume // 300 > flow and volume <= pump.limits.bolus:
        order = PatientBolusOrder(volume=volume, duration=300, lockout=1_200, count=4)
        ceiling = min(SHARES // max(pump.limits.potency, 1), VOLUME_MAX)
        prescription = evolve(prescription, patient_bolus=order, ceiling=ceiling)
    return {"at": pump.now, "number": pump.number + 1, **BY, "prescription": prescription, **MEANT}
