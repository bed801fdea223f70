"""Authority: who may do what, to which pump, and what a refusal leaves behind."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import (
    Acknowledge,
    Authority,
    Commission,
    Event,
    Interrogate,
    Missed,
    ScreeningDose,
    ScreeningResponse,
    Tick,
)
from intrathecal.pump import Phase, Pump
from intrathecal.stepping import step
from intrathecal.verdict import Reason, Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import ByClinician, ByPatient


@requirement("AUTH-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 1.3 (patient device)")
def a_patient_changes_no_limit_prescription_or_solution(
    device: Device, before: Pump, event: ByPatient, after: Step
) -> bool:
    """An event that a patient may send leaves limits, prescription and solution as they were."""
    kept = after.pump.limits == before.limits and after.pump.solution == before.solution
    return kept and after.pump.therapy == before.therapy and after.pump.device == before.device


@requirement("AUTH-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 6.2 (R8.1-8.3)")
def a_clinicians_event_needs_a_clinicians_authority(
    device: Device, before: Pump, event: ByClinician, after: Step
) -> bool:
    """An event that is a clinician's is refused without a clinician's authority."""
    return event.authority == Authority.CLINICIAN or not after.verdict.accepted


@requirement("AUTH-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Authority")
def only_an_implanted_pump_is_treated(device: Device, before: Pump, event: ByClinician, after: Step) -> bool:
    """But for a trial, commissioning, interrogating and acknowledging, a clinician's event is applied to an implanted
    pump alone."""
    before_it = isinstance(event, ScreeningDose | ScreeningResponse | Commission)
    treated = after.verdict.accepted and not before_it and not isinstance(event, Interrogate | Acknowledge)
    return not treated or before.phase == Phase.IMPLANTED


@requirement("AUTH-3", hazards=(Hazard.OVER_DELIVERY, Hazard.SILENT_STOP), source="design: Authority")
def a_refusal_leaves_what_a_tick_would(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A refused event leaves exactly what a tick at its time would leave; refused for its time or device, nothing is
    changed. A refusal has a reason, an acceptance has none."""
    tick = step(device, before, Tick(at=event.at)).pump
    reason = after.verdict.accepted == (after.verdict.reason == Reason.NONE)
    untimely = isinstance(event, Missed) and after.pump == before
    return reason and (after.verdict.accepted or after.pump == tick or untimely)


@requirement("AUTH-3", hazards=(Hazard.SILENT_STOP,), source="design: The shape of the core")
def the_step_tells_the_pumps_own_command(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The command that a step returns is the one that the pump keeps."""
    return after.command == after.pump.command


@requirement(
    "AUTH-4",
    hazards=(Hazard.WRONG_MODEL,),
    source="domain.md 5 (Oct 2019: rules of another model)",
)
def an_event_for_another_device_changes_nothing(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """An event for a device that differs from the pump's own is refused, and the pump keeps its device always."""
    kept = after.pump.device == before.device
    return kept and (device == before.device or (not after.verdict.accepted and after.pump == before))
