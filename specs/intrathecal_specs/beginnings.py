"""Beginnings: a pump in its box has done nothing, and a trial begins before its first dose."""

from __future__ import annotations

from intrathecal.alarm import ALARMS
from intrathecal.beginning import SALINE, candidate, in_trial
from intrathecal.device import Device
from intrathecal.evolving import evolve
from intrathecal.fault import FAULTS
from intrathecal.handlers.constant_flow import factory_prescription
from intrathecal.pump import (
    Bolus,
    BolusHistory,
    DoseHistory,
    Line,
    Mode,
    Phase,
    Window,
)
from intrathecal.trial import Protocol
from intrathecal.units import END, NEVER, SLOT, SLOTS
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement

_SHAPE = "design: The shape of the core"
_WHOLE = (Hazard.CORRUPTED_PROGRAM, Hazard.UNDER_DELIVERY)


@requirement("TRIAL-4", hazards=_WHOLE, source=_SHAPE)
def a_pump_in_its_box_has_done_nothing(device: Device) -> bool:
    """A candidate's pump is stopped and empty, holds nothing, was prescribed nothing, has delivered nothing and lists
    no alarm; nothing is on its way, and no dose is one to step from."""
    pump = candidate(device)
    still = pump.mode == Mode.STOPPED and pump.phase == Phase.CANDIDATE and pump.now == 0 and pump.number == 0
    command = pump.command.flow == 0 and pump.command.burn == 0 and pump.command.until == 0
    nothing = (0,) * SLOTS
    schedule = pump.schedule.flows == nothing and pump.schedule.burns == nothing and pump.schedule.reserved == nothing
    window = pump.window == Window(past=nothing, total=0, current=0, ends=SLOT, doubtful_until=0)
    bolus = pump.bolus == Bolus(volume=0, flow=0, burn=0, started=NEVER, ends=NEVER)
    history = pump.history == BolusHistory(ended=NEVER, starts=(NEVER,) * SLOTS)
    dosing = pump.dosing == DoseHistory(last=0, rises_from=0, falls_from=0, held=True, changed_at=0)
    line = pump.line == Line(catheter=0, uncertainty=0, rising=0, unprimed=0, clearing=0)
    supply = pump.supply.sensed == 0 and not pump.supply.disagrees and not pump.supply.check_early
    faults = pump.faults == (False,) * FAULTS and pump.supply.use_by == 2 * END
    silent = pump.alarms.listed == (False,) * ALARMS and pump.alarms.conditions == (False,) * ALARMS
    unheard = pump.alarms.silent_until == NEVER and pump.delivered_at == NEVER and pump.closed.at == NEVER
    empty = pump.reservoir.filled == 0 and pump.reservoir.remaining == 0 and pump.solution == SALINE
    doses = schedule and window and bolus and history and dosing
    return still and command and doses and line and supply and faults and silent and unheard and empty


@requirement("TRIAL-2", hazards=_WHOLE, source="design: Trial")
def a_trial_begins_before_its_first_dose(device: Device, protocol: Protocol) -> bool:
    """A patient's trial begins with a pump in its box, at the foot of the protocol's ladder, before any dose; a
    candidate's has none, and found nothing."""
    pump = in_trial(device, protocol)
    trial = pump.trial
    fresh = trial.protocol == protocol and trial.rung == 0 and trial.dosed_at == NEVER and trial.answered
    unknown = trial.effective == 0 and not trial.long and not trial.infusing and trial.infused == 0
    boxed = pump == evolve(candidate(device), phase=Phase.TRIAL, trial=trial)
    return boxed and fresh and unknown and not candidate(device).trial.long


@requirement("FIX-1", hazards=_WHOLE, source="domain.md 1.5 (constant flow)")
def a_constant_flow_is_its_own_prescription(device: Device) -> bool:
    """What a constant-flow pump is prescribed is its factory flow in every slot, also where another would fall back,
    with no bolus of the patient's and no ceiling of their own."""
    prescription = factory_prescription(device)
    flows = all(flow == device.flow_min for flow in prescription.flows)
    order = prescription.patient_bolus
    none = order.volume == 0 and order.count == 0 and order.duration == 1 and order.lockout == 0
    return flows and none and prescription.fallback == device.flow_min and prescription.ceiling == 0
