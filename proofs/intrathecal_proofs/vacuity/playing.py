"""Playing: devices, drugs and prescriptions of round numbers, and how one thing after another happens to a pump."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from intrathecal import Authority, Device, Drive, Pump, Tick, step, transfer
from intrathecal.beginning import SALINE
from intrathecal.device import MriPolicy
from intrathecal.drug import PAIRS, Drug, DrugClass, Ingredient, LimitSource, Solution, Titration
from intrathecal.events import (
    ChangeSolution,
    Commission,
    Program,
    Retire,
    Withdraw,
)
from intrathecal.prescription import PatientBolusOrder, Prescription
from intrathecal.trial import Protocol, SuccessBy, TrialBy
from intrathecal.units import DAY, MILLILITRE, PLACES, SLOT, SLOTS
from intrathecal_proofs.histories.happenings import Happening, Onlooker

Arrival = Callable[[Pump], Onlooker]
"""Brings the onlooker of each pump's life."""
TWO_DAYS = 2 * SLOTS + 2
"""Ticks: more than 48 h."""
SLOW, HALF, MOST = 50_000, 500_000, 960_000
"""nL/d."""
STRONG, WEAK = 10_000_000, 100_000
"""ng/mL: a millilitre, or less than a hundred of them, holds a drug's largest day."""
DOSE = 10_000_000
"""ng/d: the largest day of a drug, and as a mass its largest bolus."""
OPIOID = Drug(
    code=1,
    kind=DrugClass.OPIOID,
    concentration_max=STRONG,
    hard=DOSE,
    soft=DOSE,
    single=2 * DOSE,
    limit_source=LimitSource.LABEL,
    stop_dangerous=False,
    patient_bolus=True,
    never_with=(DrugClass.NONE,) * PAIRS,
    cautious_with=(DrugClass.NONE,) * PAIRS,
    titration=Titration(start=1_000_000, rise=0, rise_per_mille=300, fall_per_mille=200, interval=DAY, sudden_below=0),
)
OTHER = attrs.evolve(OPIOID, code=2)
NEVER = attrs.evolve(OTHER, kind=DrugClass.LOCAL_ANAESTHETIC, never_with=(DrugClass.OPIOID,) * PAIRS)
CARING = attrs.evolve(OTHER, kind=DrugClass.LOCAL_ANAESTHETIC, cautious_with=(DrugClass.OPIOID,) * PAIRS)
TRIED = Protocol(
    drug=OPIOID.code,
    by=TrialBy.INFUSION,
    ladder=(DOSE // 20, DOSE, 0, 0),
    interval=DAY,
    observation=DAY,
    success=SuccessBy.RELIEF,
    relief=500,
    multiple=1_000,
    multiple_if_long=1_000,
    long_effect=0,
)
PROGRAMMED = Device(
    serial=1,
    capacity=20 * MILLILITRE,
    residual=MILLILITRE,
    low=2 * MILLILITRE,
    flow_min=SLOW,
    flow_max=24_000_000,
    fast=50,
    slow=50,
    measuring_error=0,
    grace=60,
    silence=3_600,
    patient_bolus=True,
    tubing=MILLILITRE // 10,
    mri=MriPolicy.KEEP_RUNNING,
    port=10 * MILLILITRE,
)


MEANT: dict[str, Any] = {"fall_acknowledged": True, "increase_acknowledged": True, "restart_acknowledged": True}
"""All that is unusual of a dose."""


def constant(serial: int, flow: int) -> Device:
    """A pump of that constant flow (nL/d)."""
    return attrs.evolve(PROGRAMMED, serial=serial, drive=Drive.CONSTANT_FLOW, flow_min=flow, flow_max=flow)


def of(*ingredients: tuple[Drug, int]) -> Solution:
    """A solution of these drugs (ng/mL)."""
    some = tuple(Ingredient(drug, concentration) for drug, concentration in ingredients)
    return Solution((*some, *SALINE.ingredients[len(some) :]))


def all_day(flow: int) -> Prescription:
    """One flow (nL/d), and no bolus of the patient's."""
    none = PatientBolusOrder(volume=0, duration=1, lockout=0, count=0)
    most = MILLILITRE * 9 // 10
    return Prescription(flows=(flow,) * SLOTS, patient_bolus=none, ceiling=most, fallback=min(flow, SLOW))


def peaking(flow: int) -> Prescription:
    """That flow for five sixths of the day, and a slow one else."""
    return attrs.evolve(all_day(SLOW), flows=(flow,) * (5 * SLOTS // 6) + (SLOW,) * (SLOTS // 6))


def with_boluses(prescription: Prescription) -> Iterator[Prescription]:
    """With a patient's bolus that is slower than the schedule, with one that is faster, and without."""
    for flow in (SLOW, 2 * max(prescription.flows)):
        order = PatientBolusOrder(volume=flow * 600, duration=600, lockout=3_600, count=1)
        yield attrs.evolve(prescription, patient_bolus=order)
    yield prescription


def brought(solution: Solution, bridge_flow: int, prescription: Prescription) -> dict[str, Any]:
    """What a change of solution brings."""
    done: dict[str, Any] = {"emptied": True, "rinsed": True, "drawn": 0, "filled": 10 * MILLILITRE}
    flows = {"bridge_flow": bridge_flow, "meeting_flow": bridge_flow}
    return {**done, **flows, "solution": solution, "prescription": prescription}


@attrs.define
class Play:
    """One pump after another, and what happens to them."""

    arrival: Arrival
    pump: Pump
    look: Onlooker = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.look = self.arrival(self.pump)

    def happens(self, kind: type, later: int = 0, **said: Any) -> None:
        """An event, `later` (s) than the last one."""
        names = {field.name for field in attrs.fields(kind)}
        fitting = {"at": self.pump.now + later, "number": self.pump.number + 1, "authority": Authority.CLINICIAN}
        event = kind(**{name: value for name, value in fitting.items() if name in names}, **said)
        before = self.pump
        after = step(before.device, before, event)
        self.look(Happening(before.device, before, event, after))
        self.pump = after.pump

    def waits(self, ticks: int) -> None:
        """So many ticks, each when a command ends, or a slot later where none runs."""
        for _ in range(ticks):
            ends = self.pump.command.until - self.pump.now
            self.happens(Tick, min(ends, SLOT) if ends > 0 else SLOT)

    def is_filled(self, solution: Solution, dose: int = 0, **said: Any) -> None:
        """Commissioned; `dose`: ng/d of its first drug that the patient has had."""
        fixed: dict[str, Any] = {
            "formulary_confirmed": True,
            "mixture_acknowledged": True,
            "reference_acknowledged": True,
        }
        line: dict[str, Any] = {"catheter": MILLILITRE // 5, "catheter_uncertainty": 0}
        reference = (dose, *(0,) * (PLACES - 1))
        filled: dict[str, Any] = {"solution": solution, "filled": 15 * MILLILITRE, "reference": reference}
        self.happens(Commission, **{**fixed, **line, **filled, **said})

    def is_programmed(self, flow: int, **said: Any) -> None:
        """One flow, all day."""
        self.happens(Program, **{"prescription": all_day(flow), "soft_limit_acknowledged": True, **said})

    def is_prescribed_in_many_ways(self) -> None:
        """Prescriptions with and without boluses, from too much to what may be."""
        fastest = self.pump.limits.flow
        most = attrs.evolve(all_day(MOST * 11 // 10), fallback=MOST * 11 // 10)
        fallback = attrs.evolve(all_day(fastest), fallback=fastest)
        for prescription in (fallback, peaking(fastest), all_day(MOST), most):
            for varied in with_boluses(prescription):
                self.is_programmed(0, prescription=varied, **MEANT)

    def is_prescribed_badly(self, prescribed: Callable[[Prescription], None]) -> None:
        """With a fallback, a ceiling or boluses that no pump may have, or not with this solution."""
        plain = all_day(HALF)
        large = PatientBolusOrder(volume=3 * MILLILITRE, duration=DAY // 2, lockout=3_600, count=1)
        fast = attrs.evolve(large, volume=MILLILITRE // 10, duration=60)
        for order in (large, fast):
            prescribed(attrs.evolve(plain, patient_bolus=order))
        for prescription in (
            attrs.evolve(plain, fallback=MOST),
            attrs.evolve(plain, fallback=SLOW // 2),
            attrs.evolve(plain, ceiling=100 * MILLILITRE),
            all_day(PROGRAMMED.flow_max),
        ):
            prescribed(prescription)

    def changes(self, solution: Solution, bridge_flow: int, prescription: Prescription, **said: Any) -> None:
        """Another solution, with all that is unusual of it meant."""
        change = brought(solution, bridge_flow, prescription)
        self.happens(ChangeSolution, **{**change, **MEANT, "least_day_acknowledged": True, **said})

    def is_replaced(self, device: Device) -> None:
        """Drawn empty, retired, and another pump takes over."""
        self.happens(Withdraw, volume=self.pump.reservoir.remaining)
        self.happens(Retire)
        self.pump = transfer(self.pump, device, Authority.CLINICIAN).pump
        self.look = self.arrival(self.pump)
