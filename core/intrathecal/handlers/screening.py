"""The trial: a screening dose is given by syringe; its response, or that to an infusion, is recorded."""

from __future__ import annotations

from intrathecal.arithmetic import greatest
from intrathecal.device import Device
from intrathecal.events import ScreeningDose, ScreeningResponse
from intrathecal.evolving import evolve
from intrathecal.pump import Phase, Pump
from intrathecal.titrating import infused_dose
from intrathecal.trial import TrialBy, dose_at, succeeded
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_screening_dose(device: Device, pump: Pump, event: ScreeningDose) -> Decision:
    """The dose on the ladder's next rung is given: none is left out, and none is repeated."""
    trial = pump.trial
    if pump.phase != Phase.TRIAL:
        return refuse(pump, Reason.NOT_IN_TRIAL)
    if trial.protocol.by == TrialBy.INFUSION:
        return refuse(pump, Reason.OFF_LADDER)
    if not trial.answered:
        return refuse(pump, Reason.UNANSWERED)
    if pump.now - trial.dosed_at < trial.protocol.interval:
        return refuse(pump, Reason.DOSE_INTERVAL)
    if event.drug != trial.protocol.drug:
        return refuse(pump, Reason.OTHER_DRUG)
    if event.mass != dose_at(trial.protocol.ladder, trial.rung):
        return refuse(pump, Reason.OFF_LADDER)
    return accept(evolve(pump, number=event.number, trial=evolve(trial, dosed_at=pump.now, answered=False)))


def on_screening_response(device: Device, pump: Pump, event: ScreeningResponse) -> Decision:
    """A success makes a candidate; without one the trial goes one rung up, and at the top ends in rejection.

    An effect that has not ended when it is recorded counts as long: toward a smaller first dose.
    """
    trial = pump.trial
    if trial.infusing:
        return on_response_to_infusion(device, pump, event)
    if trial.answered:
        return refuse(pump, Reason.NO_DOSE)
    since = pump.now - trial.dosed_at
    if since < trial.protocol.observation:
        return refuse(pump, Reason.OBSERVATION)
    if succeeded(trial.protocol, event.relief, event.responded):
        long = event.lasted > trial.protocol.long_effect or event.lasted >= since
        effective = dose_at(trial.protocol.ladder, trial.rung)
        found = evolve(trial, answered=True, effective=effective, long=long)
        return accept(evolve(pump, number=event.number, phase=Phase.CANDIDATE, trial=found))
    if dose_at(trial.protocol.ladder, trial.rung + 1) == 0:
        return accept(evolve(pump, number=event.number, phase=Phase.REJECTED, trial=evolve(trial, answered=True)))
    return accept(evolve(pump, number=event.number, trial=evolve(trial, answered=True, rung=trial.rung + 1)))


def on_response_to_infusion(device: Device, pump: Pump, event: ScreeningResponse) -> Decision:
    """A success is told of the daily dose that was infused, once that is certain and has arrived; without one the
    infusion goes on as it was."""
    trial = pump.trial
    dose = infused_dose(pump)
    if pump.phase != Phase.IMPLANTED:
        return refuse(pump, Reason.NOT_IMPLANTED)
    if pump.line.clearing > 0 or pump.line.rising > 0:
        return refuse(pump, Reason.LINE_NOT_CLEAR)
    if dose < trial.protocol.ladder[0]:
        return refuse(pump, Reason.NO_DOSE)
    if pump.now < greatest(pump.dosing.changed_at + trial.protocol.observation, pump.window.doubtful_until):
        return refuse(pump, Reason.OBSERVATION)
    infused = dose if succeeded(trial.protocol, event.relief, event.responded) else trial.infused
    return accept(evolve(pump, number=event.number, trial=evolve(trial, infused=infused)))
