"""Pairs of an event and the mode that it finds: which cannot happen, and what leads to a mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from intrathecal import (
    Drive,
    Event,
    Fault,
    Mode,
)
from intrathecal.events import (
    ChangeSolution,
    ClinicianBolus,
    Commission,
    FaultFound,
    MriBegins,
    PatientBolus,
    Prime,
    Program,
    Retire,
    Stop,
    Withdraw,
)
from intrathecal_proofs.strategies import EVENTS

Pair = tuple[Drive, str, Mode, bool]
"""A pump's drive, an event's name, the mode in which it found the pump, and whether it was accepted."""
_RUNS_NOTHING = "a bolus replaces a running schedule"
_NOT_TWICE = "a pump that is not stopped is implanted, and none is implanted twice"
_NO_BOLUS = "neither a bolus nor priming runs in this mode"
_PRIMED = "what priming has left in the line takes longer to clear than priming takes"
_STILL_IN_ITS_BOX = "a pump that is not stopped is implanted or worn, and no dose is given by syringe any more"
IMPOSSIBLE_FOR_ANY: Mapping[tuple[str, Mode, bool], str] = {
    **{("Commission", mode, True): _NOT_TWICE for mode in Mode if mode != Mode.STOPPED},
    **{
        (kind, mode, True): _RUNS_NOTHING
        for kind in ("PatientBolus", "ClinicianBolus", "Prime")
        for mode in (Mode.STOPPED, Mode.SAFE, Mode.SUSPENDED)
    },
    **{("CancelBolus", mode, True): _NO_BOLUS for mode in Mode if mode not in (Mode.BOLUS, Mode.PRIMING)},
    **{
        (kind, Mode.PRIMING, True): _PRIMED
        for kind in ("PatientBolus", "ClinicianBolus", "PortBolus", "ChangeSolution", "Prime", "ScreeningResponse")
    },
    ("Prime", Mode.BRIDGING, True): "what has run out of the line has filled it",
    **{("ScreeningDose", mode, True): _STILL_IN_ITS_BOX for mode in Mode if mode != Mode.STOPPED},
    ("ScreeningResponse", Mode.BRIDGING, True): "in a trial by infusion the solution is not changed",
    ("Stop", Mode.SAFE, True): "only a new prescription leaves the safe mode",
    ("Program", Mode.SUSPENDED, True): "the motor is stalled",
    ("ChangeSolution", Mode.SUSPENDED, True): "the motor is stalled",
}
"""What cannot happen to a pump of either drive, each with the reason."""
OF_CONSTANT_FLOW = (Mode.STOPPED, Mode.BASAL, Mode.BRIDGING)
"""All modes of a pump without a motor: it can be filled, be filled with something else, and be drawn empty."""
_OTHER_MODE = "it takes a motor, or electronics that report a fault, to come into this mode"
_NO_MOTOR = "there is no motor to obey, and there are no electronics to report"
_RUNS_ON = "a constant flow is neither stopped by a command nor missed by a host"
_STOPPED_IS_OUT = "a constant flow is stopped only in its box or once retired, and this is done to an implanted pump"
_NOT_WORN = "a constant flow is not worn in a trial by infusion, and a trial by syringe is over once it is implanted"
IMPOSSIBLE_WITHOUT_A_MOTOR: Mapping[tuple[str, Mode, bool], str] = {
    **{
        (kind.__name__, mode, accepted): _OTHER_MODE
        for kind in EVENTS
        for mode in Mode
        for accepted in (True, False)
        if mode not in OF_CONSTANT_FLOW
    },
    **{
        (kind, mode, True): _NO_MOTOR
        for kind in ("PatientBolus", "ClinicianBolus", "CancelBolus", "Prime", "Program", "ShiftSchedule")
        + ("FaultFound", "FaultGone", "Interrogate")
        for mode in OF_CONSTANT_FLOW
    },
    **{(kind, mode, True): _RUNS_ON for kind in ("Stop", "Missed") for mode in OF_CONSTANT_FLOW},
    **{
        (kind, Mode.STOPPED, True): _STOPPED_IS_OUT
        for kind in ("Withdraw", "Refill", "ChangeSolution", "PortBolus", "ReviseCatheter", "Retire", "MriBegins")
    },
    ("MriEnds", Mode.STOPPED, True): "an MRI is announced of an implanted pump, and forgotten once it is retired",
    **{("ScreeningResponse", mode, True): _NOT_WORN for mode in (Mode.BASAL, Mode.BRIDGING)},
}
"""What, besides, cannot happen to a pump with a constant flow, each with the reason."""
IMPOSSIBLE: Mapping[Pair, str] = {
    **{(drive, *what): why for drive in Drive for what, why in IMPOSSIBLE_FOR_ANY.items()},
    **{(Drive.CONSTANT_FLOW, *what): why for what, why in IMPOSSIBLE_WITHOUT_A_MOTOR.items()},
}
"""Pairs that no history can reach, each with the reason."""
PAIRS: tuple[Pair, ...] = tuple(
    (drive, kind.__name__, mode, accepted)
    for drive in Drive
    for kind in EVENTS
    for mode in Mode
    for accepted in (True, False)
)
"""Every pair."""
Way = Sequence[tuple[type[Event], Mapping[str, Any]]]
"""Events that lead somewhere, each with the fields that it must have."""
WAYS: Mapping[tuple[Drive, Mode], tuple[Way, ...]] = {
    (Drive.PROGRAMMABLE, Mode.STOPPED): (
        [(Commission, {})],
        [(Commission, {}), (Program, {}), (Stop, {})],
        [],
    ),
    (Drive.PROGRAMMABLE, Mode.BASAL): ([(Commission, {}), (Program, {})],),
    (Drive.PROGRAMMABLE, Mode.BOLUS): (
        [(Commission, {}), (Program, {}), (ClinicianBolus, {})],
        [(Commission, {}), (Program, {}), (PatientBolus, {})],
    ),
    (Drive.PROGRAMMABLE, Mode.PRIMING): ([(Commission, {}), (Program, {}), (Prime, {})],),
    (Drive.PROGRAMMABLE, Mode.SAFE): ([(Commission, {}), (Program, {}), (FaultFound, {"fault": Fault.RESET})],),
    (Drive.PROGRAMMABLE, Mode.BRIDGING): ([(Commission, {}), (Program, {}), (ChangeSolution, {})],),
    (Drive.PROGRAMMABLE, Mode.SUSPENDED): (
        [(Commission, {}), (Program, {}), (MriBegins, {}), (FaultFound, {"fault": Fault.MOTOR_STALL})],
    ),
    (Drive.CONSTANT_FLOW, Mode.STOPPED): ([(Commission, {}), (Withdraw, {}), (Retire, {})], []),
    (Drive.CONSTANT_FLOW, Mode.BASAL): ([(Commission, {})],),
    (Drive.CONSTANT_FLOW, Mode.BRIDGING): ([(Commission, {}), (ChangeSolution, {})],),
}
"""By drive and mode: what leads there from a candidate's pump, as a rule."""
