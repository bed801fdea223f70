"""A safety core for implanted intrathecal drug pumps. Software for engineers: not a medical device, no clinical advice.

A host calls `step(device, pump, event)` for every event in the life of a pump, and obeys the command in the answer.
"""

from intrathecal.alarm import ALARMS, LATCHING, PRIORITIES, SILENT, Alarm, Priority
from intrathecal.device import Device, MriPolicy, valid_device
from intrathecal.drug import Drug, DrugClass, Ingredient, LimitSource, Solution, valid_drug
from intrathecal.events import (
    Acknowledge,
    Authority,
    CancelBolus,
    ClinicianBolus,
    Commission,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    Program,
    Refill,
    Retire,
    Silence,
    Stop,
    Tick,
    Withdraw,
    XRay,
)
from intrathecal.fault import Fault
from intrathecal.prescription import PatientBolusOrder, Prescription
from intrathecal.pump import NO_DRUG, SALINE, Cause, Command, Finding, Mode, Phase, Pump, candidate
from intrathecal.stepping import step
from intrathecal.verdict import AlarmReport, Reason, Step, Verdict

__all__ = [
    "ALARMS",
    "LATCHING",
    "NO_DRUG",
    "PRIORITIES",
    "SALINE",
    "SILENT",
    "Acknowledge",
    "Alarm",
    "AlarmReport",
    "Authority",
    "CancelBolus",
    "Cause",
    "ClinicianBolus",
    "Command",
    "Commission",
    "Device",
    "Drug",
    "DrugClass",
    "Event",
    "Fault",
    "FaultFound",
    "FaultGone",
    "Finding",
    "Ingredient",
    "Interrogate",
    "LevelMeasured",
    "LimitSource",
    "Missed",
    "Mode",
    "MriBegins",
    "MriEnds",
    "MriPolicy",
    "PatientBolus",
    "PatientBolusOrder",
    "Phase",
    "Prescription",
    "Priority",
    "Program",
    "Pump",
    "Reason",
    "Refill",
    "Retire",
    "Silence",
    "Solution",
    "Step",
    "Stop",
    "Tick",
    "Verdict",
    "Withdraw",
    "XRay",
    "candidate",
    "step",
    "valid_device",
    "valid_drug",
]
