"""Transfer: a patient whose pump is retired is a candidate for another one, which knows what the old one gave."""

from __future__ import annotations

from intrathecal.alarming import report
from intrathecal.beginning import candidate
from intrathecal.device import Device
from intrathecal.events import Authority
from intrathecal.evolving import evolve
from intrathecal.pump import FormerDoses, Phase, Pump
from intrathecal.stepping import untouched
from intrathecal.titrating import day_mass, former_dose
from intrathecal.trial import Trial
from intrathecal.verdict import ACCEPTED, Reason, Step
from intrathecal.window import doubted


def transfer(old: Pump, device: Device, authority: Authority) -> Step:
    """The patient of the retired pump `old` is to have `device` instead: the new pump, yet to be commissioned, or `old`
    as it was where that is refused.

    The new pump's time goes on from the old one's, and so do dose window, lockout and count: a share is a part of a
    day's ceiling on whichever pump, so that what the old one gave leaves the new one as much less.
    """
    if authority != Authority.CLINICIAN:
        return untouched(old, Reason.NOT_CLINICIAN)
    if old.phase != Phase.RETIRED:
        return untouched(old, Reason.NOT_RETIRED)
    if device == old.device:
        return untouched(old, Reason.SAME_DEVICE)
    pump = successor(old, device)
    return Step(pump=pump, verdict=ACCEPTED, command=pump.command, alarms=report(old.alarms, pump.alarms, pump.now))


def successor(old: Pump, device: Device) -> Pump:
    """The candidate's pump that takes over from `old`."""
    new = candidate(device)
    return evolve(
        new,
        now=old.now,
        number=old.number,
        phase=Phase.TRIAL if old.trial.infusing and old.trial.infused == 0 else Phase.CANDIDATE,
        window=doubted(old.window, 0),
        history=old.history,
        service=evolve(new.service, day_ends=old.service.day_ends),
        command=evolve(new.command, until=old.now),
        trial=concluded(old),
        former=former_doses(old),
    )


def former_doses(old: Pump) -> FormerDoses:
    """What the patient has had of each drug until now: the daily dose last prescribed on `old`, or, where it has
    delivered nothing, what was known before it."""
    if old.delivered_at < 0:
        return old.former
    ingredients = old.solution.ingredients
    return FormerDoses(
        codes=tuple(ingredient.drug.code for ingredient in ingredients),
        doses=tuple(day_mass(old.dosing.last, ingredient) for ingredient in ingredients),
        until=old.delivered_at,
    )


def concluded(old: Pump) -> Trial:
    """The trial; the daily dose that was a success in an infusion is now the effective one. What was found no longer
    counts once an implanted pump has given a daily dose of its drug itself."""
    trial = old.trial
    if trial.infusing:
        return evolve(trial, effective=trial.infused, infusing=False, infused=0)
    given = old.delivered_at >= 0 and former_dose(former_doses(old), trial.protocol.drug) > 0
    return evolve(trial, effective=0, long=False) if given else trial
