"""Frames: an event changes what it is about, and leaves everything else as a tick at its time leaves it."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import (
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    PressureChanged,
    Prime,
    Program,
    Refill,
    Reread,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Stop,
    Tick,
    Withdraw,
)
from intrathecal.evolving import evolve
from intrathecal.pump import (
    Pump,
)
from intrathecal.stepping import step
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement

_SHAPE = "design: The shape of the core"
_WHOLE = (Hazard.CORRUPTED_PROGRAM, Hazard.UNDER_DELIVERY)


@requirement("AUTH-3", hazards=_WHOLE, source=_SHAPE)
def an_event_changes_what_it_is_about_and_nothing_else(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """An accepted event leaves all that it is not about as a tick at its time leaves it: but for its number, the supply
    that it may mark, the alarms and the next command."""
    tick = step(device, before, Tick(at=event.at)).pump
    pump = after.pump
    kept = evolve(tick, number=pump.number, supply=pump.supply, alarms=pump.alarms, command=pump.command)
    own = treated(event, kept, pump) if isinstance(event, Treating) else told(event, kept, pump)
    return not after.verdict.accepted or isinstance(event, Tick | Missed) or pump == own


Treating = (
    PatientBolus | ClinicianBolus | CancelBolus | Prime | ReviseCatheter | Program | Stop | ShiftSchedule | Retire
)
"""Events about what runs."""


def treated(event: Event, kept: Pump, pump: Pump) -> Pump:
    """What is kept, with what an event about what runs may change."""
    if isinstance(event, PatientBolus | ClinicianBolus):
        return evolve(kept, mode=pump.mode, bolus=pump.bolus, history=pump.history)
    if isinstance(event, CancelBolus | Stop):
        return evolve(kept, mode=pump.mode, history=pump.history)
    if isinstance(event, Prime):
        return evolve(kept, mode=pump.mode, bolus=pump.bolus, line=pump.line)
    if isinstance(event, ReviseCatheter):
        return evolve(kept, line=pump.line)
    if isinstance(event, ShiftSchedule):
        return evolve(kept, schedule=pump.schedule)
    if isinstance(event, Retire):
        return evolve(kept, phase=pump.phase, mode=pump.mode, history=pump.history, mri=pump.mri)
    return prescribed(kept, pump)


def prescribed(kept: Pump, pump: Pump) -> Pump:
    """What is kept, with what a prescription may change."""
    return evolve(
        kept,
        mode=pump.mode,
        faults=pump.faults,
        therapy=pump.therapy,
        schedule=pump.schedule,
        history=pump.history,
        dosing=pump.dosing,
        line=pump.line,
        bridge=pump.bridge,
    )


def told(event: Event, kept: Pump, pump: Pump) -> Pump:
    """What is kept, with what any other event may change."""
    if isinstance(event, Commission):
        first = evolve(kept, mode=pump.mode, therapy=pump.therapy, schedule=pump.schedule, dosing=pump.dosing)
        filled = evolve(first, solution=pump.solution, limits=pump.limits, reservoir=pump.reservoir)
        return evolve(filled, phase=pump.phase, line=pump.line, trial=pump.trial)
    if isinstance(event, ChangeSolution):
        filled = evolve(kept, solution=pump.solution, limits=pump.limits, reservoir=pump.reservoir)
        return prescribed(evolve(filled, closed=pump.closed), pump)
    if isinstance(event, Withdraw | Refill):
        return evolve(kept, reservoir=pump.reservoir, closed=pump.closed)
    if isinstance(event, FaultFound | FaultGone):
        return evolve(kept, faults=pump.faults, mode=pump.mode, history=pump.history)
    if isinstance(event, Reread):
        charged = evolve(kept, window=pump.window, faults=pump.faults, mode=pump.mode, history=pump.history)
        fallen = evolve(charged, therapy=pump.therapy, schedule=pump.schedule, bridge=pump.bridge)
        return evolve(fallen, reservoir=pump.reservoir, line=pump.line)
    if isinstance(event, MriBegins | MriEnds | Interrogate):
        return evolve(kept, mri=pump.mri)
    if isinstance(event, ScreeningDose | ScreeningResponse):
        return evolve(kept, phase=pump.phase, trial=pump.trial)
    if isinstance(event, PressureChanged):
        return evolve(kept, band=pump.band, reservoir=pump.reservoir)
    if isinstance(event, PortBolus):
        return evolve(kept, window=pump.window, history=pump.history)
    return kept
