"""How a pump begins: blank records, and the pump of a candidate or of a patient whose trial begins."""

from __future__ import annotations

from typing import Final

from intrathecal.alarm import ALARMS
from intrathecal.device import Device, band_of
from intrathecal.drug import PAIRS, Drug, DrugClass, Ingredient, LimitSource, Solution, Titration
from intrathecal.evolving import evolve
from intrathecal.fault import FAULTS
from intrathecal.prescription import PatientBolusOrder, Prescription
from intrathecal.pump import (
    Alarms,
    Bolus,
    BolusHistory,
    Bridge,
    Cause,
    ClosedAccount,
    Command,
    DoseHistory,
    Finding,
    FormerDoses,
    Limits,
    Line,
    Mode,
    Mri,
    Phase,
    Pump,
    Reservoir,
    Schedule,
    Service,
    Supply,
    Therapy,
    Window,
)
from intrathecal.trial import NO_PROTOCOL, Protocol, trial_of
from intrathecal.units import DAY, END, NEVER, PLACES, SLOT, SLOTS, STANDARD_PRESSURE

NO_DRUG: Final = Drug(
    code=0,
    kind=DrugClass.NONE,
    concentration_max=0,
    hard=1,
    soft=1,
    single=1,
    limit_source=LimitSource.LABEL,
    stop_dangerous=False,
    patient_bolus=True,
    never_with=(DrugClass.NONE,) * PAIRS,
    cautious_with=(DrugClass.NONE,) * PAIRS,
    titration=Titration(start=1, rise=0, rise_per_mille=0, fall_per_mille=0, interval=DAY, sudden_below=0),
)
"""What stands in an empty place of a solution."""
NO_FORMER: Final = FormerDoses(codes=(0,) * PLACES, doses=(0,) * PLACES, until=NEVER)
"""There was no pump before."""
SALINE: Final = Solution(ingredients=(Ingredient(drug=NO_DRUG, concentration=0),) * PLACES)
"""No drug at all."""
NOTHING: Final = Prescription(
    flows=(0,) * SLOTS, patient_bolus=PatientBolusOrder(volume=0, duration=1, lockout=0, count=0), ceiling=0, fallback=0
)
"""What is prescribed before anything is."""
UNLIMITED: Final = Limits(potency=0, flow=0, bolus=0, day=0, soft=0, low=0, stop_dangerous=False, patient_bolus=False)
"""What no drug at all would allow; the low alarm's volume is the device's."""
UNTREATED: Final = Therapy(
    prescription=NOTHING,
    day=0,
    peak=0,
    fastest=0,
    ceiling=0,
    fallback_burn=0,
    bolus_flow=0,
    bolus_burn=0,
    over_soft=False,
)
"""The therapy of nothing."""
UNFILLED: Final = Reservoir(
    filled=0,
    remaining=0,
    delivered=0,
    withdrawn=0,
    written_off=0,
    doubtful=0,
    low_level=-1,
    empty_level=-1,
    fastest=0,
    slowest=0,
)
"""An account that was never opened: no level is reached."""
UNCLOSED: Final = ClosedAccount(
    at=NEVER,
    filled=0,
    delivered=0,
    withdrawn=0,
    doubtful=0,
    written_off=0,
    finding=Finding.AS_EXPECTED,
    fastest=0,
    slowest=0,
)
"""No account was closed."""
NO_BRIDGE: Final = Bridge(
    solution=SALINE,
    potency=0,
    strongest=0,
    early=0,
    late=0,
    flow=0,
    burn=0,
    meeting_flow=0,
    meeting_burn=0,
    fallback_burn=0,
    day=0,
    peak=0,
)
"""No solution was changed."""
ON_TIME: Final = Service(
    gap_at=NEVER, gaps_today=0, gaps_before=0, day_ends=DAY, outage_since=NEVER, outage_until=NEVER
)
"""The host has missed nothing."""


def candidate(device: Device) -> Pump:
    """The pump of a patient declared a candidate outside this library, at time 0, before it is commissioned: empty,
    stopped, without a prescription, and without a trial."""
    return Pump(
        device=device,
        now=0,
        number=0,
        phase=Phase.CANDIDATE,
        mode=Mode.STOPPED,
        faults=(False,) * FAULTS,
        solution=SALINE,
        limits=evolve(UNLIMITED, low=device.low),
        therapy=UNTREATED,
        schedule=Schedule(flows=(0,) * SLOTS, burns=(0,) * SLOTS, reserved=(0,) * SLOTS),
        reservoir=UNFILLED,
        supply=Supply(sensed=0, disagrees=False, use_by=2 * END, check_early=False),
        closed=UNCLOSED,
        window=Window(past=(0,) * SLOTS, total=0, current=0, ends=SLOT, doubtful_until=0),
        bolus=Bolus(volume=0, flow=0, burn=0, started=NEVER, ends=NEVER),
        history=BolusHistory(ended=NEVER, starts=(NEVER,) * SLOTS),
        dosing=DoseHistory(last=0, rises_from=0, falls_from=0, held=True, changed_at=0),
        line=Line(catheter=0, uncertainty=0, rising=0, unprimed=0, clearing=0),
        bridge=NO_BRIDGE,
        delivered_at=NEVER,
        service=ON_TIME,
        mri=Mri(announced=False, unverified_since=NEVER),
        alarms=Alarms(conditions=(False,) * ALARMS, listed=(False,) * ALARMS, silent_until=NEVER),
        command=Command(flow=0, burn=0, until=0, cause=Cause.STOPPED),
        trial=trial_of(NO_PROTOCOL),
        former=NO_FORMER,
        band=band_of(device, STANDARD_PRESSURE),
    )


def in_trial(device: Device, protocol: Protocol) -> Pump:
    """The pump of a patient whose trial by this protocol begins, at time 0; by syringe, it stays in its box."""
    return evolve(candidate(device), phase=Phase.TRIAL, trial=trial_of(protocol))
