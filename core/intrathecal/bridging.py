"""Bridging: the old solution is run out of the line, by volume at both ends of tolerance."""

from __future__ import annotations

from intrathecal.arithmetic import div_ceil, div_floor, greatest, largest, least, smallest
from intrathecal.device import Device
from intrathecal.drug import Ingredient, Solution, present
from intrathecal.events import ChangeSolution
from intrathecal.evolving import evolve
from intrathecal.pricing import whole_day
from intrathecal.pump import Bridge, Limits, Line, Mode, Pump, Schedule, Slots
from intrathecal.titrating import whole_line
from intrathecal.units import FLOW_MAX, NANOLITRE, PER_MILLE, PLACES, SLOT, SLOTS


def surest(volume: int, fast: int) -> int:
    """quanta: what can be delivered, at the `fast` end (per mille), without filling `volume` quanta, of which there may
    be less than none."""
    return div_floor(greatest(volume, 0) * PER_MILLE, PER_MILLE + fast)


def surest_line(device: Device, line: Line) -> int:
    """quanta: what can be delivered, at the fast end, before anything could have passed tubing and catheter."""
    return surest(device.tubing + line.catheter - line.uncertainty, device.fast)


def arrives(bridge: Bridge, delivered: int, unsure: bool) -> bool:
    """Whether the new solution has surely arrived once `delivered` quanta were; `unsure`: and may fall short."""
    return bridge.late != 0 and not unsure and bridge.late <= delivered


def cross(bridge: Bridge, delivered: int, unsure: bool, arrived: bool) -> Bridge:
    """The bridge after `delivered` quanta; `unsure`: and may fall short, so that the latest arrival comes no nearer;
    `arrived`: as `arrives` says."""
    if bridge.late == 0:
        return bridge
    left = bridge.late if unsure else bridge.late - delivered
    return evolve(bridge, early=greatest(bridge.early - delivered, 0), late=0 if arrived else left)


def released(schedule: Schedule) -> Schedule:
    """The schedule with nothing set aside but its own prices."""
    return Schedule(flows=schedule.flows, burns=schedule.burns, reserved=schedule.burns)


def most_burn(burn: int, meeting_burn: int, fallback_burn: int) -> int:
    """shares/s: the most that may burn while the line may hold the old solution, of what bridge, meeting and fallback
    do."""
    return greatest(greatest(burn, meeting_burn), fallback_burn)


def set_aside(schedule: Schedule, most: int) -> Schedule:
    """The schedule with at least `most` shares/s set aside in every slot."""
    return Schedule(
        flows=schedule.flows, burns=schedule.burns, reserved=tuple(put_by(burn, most) for burn in schedule.burns)
    )


def put_by(burn: int, most: int) -> int:
    """shares/s: what is set aside for a slot that burns `burn`, or up to `most` while the bridge lasts."""
    return greatest(burn, most)


def with_day(bridge: Bridge, reserved: Slots) -> Bridge:
    """The bridge with what is set aside for a whole day."""
    return evolve(bridge, day=whole_day(reserved), peak=largest(reserved))


def running(pump: Pump) -> Mode:
    """What a pump does that neither is stopped nor runs a bolus: it bridges, or runs its schedule."""
    return Mode.BRIDGING if pump.bridge.late != 0 else Mode.BASAL


def built(device: Device, pump: Pump, limits: Limits, event: ChangeSolution) -> Bridge:
    """The bridge from the pump's solution to the event's, whose limits are `limits`."""
    strongest = greatest(pump.limits.potency, limits.potency)
    return Bridge(
        solution=pump.solution,
        potency=pump.limits.potency,
        strongest=strongest,
        early=surest_line(device, pump.line),
        late=greatest(whole_line(device, pump.line), 1),
        flow=event.bridge_flow,
        burn=event.bridge_flow * pump.limits.potency,
        meeting_flow=event.meeting_flow,
        meeting_burn=event.meeting_flow * strongest,
        fallback_burn=event.prescription.fallback * strongest,
        day=0,
        peak=0,
    )


def meeting_slots(bridge: Bridge) -> int:
    """In how many slots of a day the meeting can run."""
    return least(div_ceil(greatest(bridge.late - bridge.early, 0), bridge.meeting_flow * SLOT) + 1, SLOTS)


def least_day(bridge: Bridge, flows: tuple[int, ...], old: int, new: int) -> int:
    """nL/d · ng/mL: the least that any day of the bridge nominally brings of a drug at these concentrations (ng/mL).

    The slots of the meeting bring its flow at the weaker one, all others the smallest of bridge and prescription.
    """
    slots = meeting_slots(bridge)
    met = bridge.meeting_flow * least(old, new)
    rest = least(bridge.flow * old, smallest(flows, FLOW_MAX) * new)
    return div_floor(slots * met + (SLOTS - slots) * rest, SLOTS)


def brings_too_little(bridge: Bridge, solution: Solution, flows: tuple[int, ...], last: int) -> bool:
    """Whether some day of the bridge to `solution` brings so little of a drug that it counts as a sudden stop.

    `last`: quanta, the daily dose in force, of the old solution.
    """
    found = False
    for i in range(PLACES):
        old = bridge.solution.ingredients[i]
        new = solution.ingredients[i].concentration
        found = found or (present(old) and least_day(bridge, flows, old.concentration, new) < sudden_day(old, last))
    return found


def sudden_day(ingredient: Ingredient, last: int) -> int:
    """nL/d · ng/mL: the day below which the drug is stopped suddenly, where `last` quanta are the daily dose."""
    mass = div_ceil(div_ceil(last, NANOLITRE) * ingredient.concentration, PER_MILLE)
    return mass * ingredient.drug.titration.sudden_below
