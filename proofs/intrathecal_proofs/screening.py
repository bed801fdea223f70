"""Screening: what is stored of a trial is what was given and recorded."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.pump import Phase, Pump
from intrathecal.trial import RUNGS, dose_at
from intrathecal.units import NEVER, SINGLE_MASS_MAX
from intrathecal_proofs.argument import invariant, link
from intrathecal_specs.trial import Screening


@invariant
def a_trial_is_on_its_ladder(device: Device, pump: Pump) -> bool:
    """A trial goes one rung up only where the ladder has a further dose; so its rung always has one. TRIAL-1, TRIAL-3
    and NUM-1 rest on it."""
    trial = pump.trial
    rung = 0 <= trial.rung and trial.rung < RUNGS and dose_at(trial.protocol.ladder, trial.rung) > 0
    mass = 0 <= trial.effective and trial.effective <= SINGLE_MASS_MAX
    return rung and mass and NEVER <= trial.dosed_at and trial.dosed_at <= pump.now


@invariant
def a_trial_that_goes_on_has_shown_nothing(device: Device, pump: Pump) -> bool:
    """The first success ends a trial, and without one there is none to be kept. A dose whose response is awaited has
    been given. TRIAL-2 and TRIAL-3 rest on it."""
    trial = pump.trial
    awaited = trial.answered or (0 <= trial.dosed_at and pump.phase == Phase.TRIAL)
    over = pump.phase == Phase.TRIAL or pump.phase == Phase.REJECTED
    return awaited and (not over or trial.effective == 0)


@link
def a_trial_remembers_its_doses(device: Device, seen: Screening, pump: Pump) -> bool:
    """Each dose but the last was answered without success, and led one rung up: in a trial the rung counts the doses.
    The last dose's time is the one stored. TRIAL-1, TRIAL-2 and TRIAL-3 rest on it."""
    trial = pump.trial
    open_doses = 0 if trial.answered else 1
    counted = pump.phase != Phase.TRIAL or seen.doses == trial.rung + open_doses
    open_mass = trial.answered or seen.mass == dose_at(trial.protocol.ladder, trial.rung)
    last = seen.doses == 0 or (seen.at == trial.dosed_at and open_mass)
    rest = 0 <= seen.doses and seen.doses == seen.responses + open_doses and 0 <= seen.mass
    return counted and last and rest
