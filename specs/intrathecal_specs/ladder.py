"""A trial in numbers: its ladder, the first daily dose after it, and what a patient has had before."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import least
from intrathecal.drug import Solution
from intrathecal.evolving import evolve
from intrathecal.fields import Within
from intrathecal.pricing import day_volume_limit, within_ladder
from intrathecal.pump import FormerDoses, Limits
from intrathecal.titrating import former_dose
from intrathecal.trial import RUNGS, Protocol, Trial, dose_at, first_dose, top_of
from intrathecal.units import NUMBER_MAX, PLACES, SINGLE_MASS_MAX
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.roundings import COSTS, ROUNDED_DOWN

Number = Annotated[int, Within(0, NUMBER_MAX, "(drug code)")]
"""An arbitrary code."""
Rung = Annotated[int, Within(-1, RUNGS, "rungs")]
"""An arbitrary place on a ladder, or beside it."""


@requirement("TRIAL-5", hazards=COSTS, source=ROUNDED_DOWN)
def a_first_dose_is_the_multiple_but_for_a_nanogram(trial: Trial) -> bool:
    """The largest first daily dose is the protocol's multiple of the effective dose, short of it by less than a
    nanogram."""
    if trial.effective < 0 or trial.effective > SINGLE_MASS_MAX:
        return True
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    dose = first_dose(trial)
    return 1_000 * dose <= trial.effective * multiple and trial.effective * multiple < 1_000 * (dose + 1)


@requirement("TRIAL-4", hazards=COSTS, source="design: Trial")
def a_former_dose_is_that_of_the_same_drug(former: FormerDoses, code: Number) -> bool:
    """What a patient has had of a drug is the largest that is known of the drug with its code, and of no other."""
    dose = former_dose(former, code)
    found = dose == 0
    most = True
    for i in range(PLACES):
        same = former.codes[i] == code
        found = found or (same and dose == former.doses[i])
        most = most and (not same or former.doses[i] <= dose)
    return found and most


@requirement("TRIAL-2", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="design: Trial")
def a_ladder_is_read_from_its_foot(protocol: Protocol, rung: Rung) -> bool:
    """The dose of a rung is the one in its place, and none above the top or below the foot; the top is the last dose
    that is one."""
    dose = 0
    top = protocol.ladder[0]
    for i in range(RUNGS):
        dose = protocol.ladder[i] if rung == i else dose
        top = protocol.ladder[i] if protocol.ladder[i] > top else top
    return dose_at(protocol.ladder, rung) == dose and top_of(protocol.ladder) == top


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="design: Trial")
def a_trial_by_infusion_limits_the_day_of_its_drug_alone(
    limits: Limits, protocol: Protocol, solution: Solution
) -> bool:
    """In a trial by infusion the day is within the ladder's top of the drug that is tried, and no other limit
    changes."""
    day = limits.day
    for ingredient in solution.ingredients:
        most = day_volume_limit(top_of(protocol.ladder), ingredient)
        day = least(day, most) if ingredient.drug.code == protocol.drug else day
    return within_ladder(limits, protocol, solution) == evolve(limits, day=day)
