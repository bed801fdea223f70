"""Drugs, their limits, and the solution of up to four of them that fills the reservoir."""

from __future__ import annotations

from enum import IntEnum

from attrs import field, frozen

from intrathecal.arithmetic import div_ceil
from intrathecal.fields import YES_OR_NO, Each, Made, Member, Within
from intrathecal.units import (
    CONCENTRATION_MAX,
    DAILY_MASS_MAX,
    DAY,
    NUMBER_MAX,
    PER_MILLE,
    PLACES,
    SINGLE_MASS_MAX,
    SLOTS,
)

PAIRS = 4
"""How many classes of drugs a drug can name as ones it may not, or only cautiously, meet."""


class DrugClass(IntEnum):
    """What a drug does, as far as mixing goes."""

    NONE = 0
    OPIOID = 1
    LOCAL_ANAESTHETIC = 2
    ALPHA2_AGONIST = 3
    GABA_B_AGONIST = 4
    CALCIUM_CHANNEL_BLOCKER = 5


class LimitSource(IntEnum):
    """Where a drug's hard limit comes from. There is no third: without a limit there is no drug."""

    LABEL = 1
    FORMULARY = 2


@frozen
class Titration:
    """How a drug is begun, raised and lowered."""

    start: int = field(validator=Within(1, DAILY_MASS_MAX, "ng/d"))
    """ng/d: the largest first daily dose of a patient to whom the drug is new."""
    rise: int = field(validator=Within(0, DAILY_MASS_MAX, "ng/d"))
    """ng/d: one step up; the larger of this and `rise_per_mille` counts."""
    rise_per_mille: int = field(validator=Within(0, PER_MILLE, "per mille"))
    """per mille of the daily dose that is raised: one step up."""
    fall_per_mille: int = field(validator=Within(0, PER_MILLE, "per mille"))
    """per mille of the daily dose that is lowered: one step down."""
    interval: int = field(validator=Within(DAY, 100 * DAY, "s"))
    """s: how long a daily dose is kept before it is one that further steps are taken from."""
    sudden_below: int = field(validator=Within(0, PER_MILLE, "per mille"))
    """per mille of the daily dose: a day that brings less than this counts as a sudden stop."""


@frozen
class Drug:
    """A drug and its limits.

    Raises `ValueError` where `valid_drug` does not hold.
    """

    code: int = field(validator=Within(0, NUMBER_MAX, "(drug code)"))
    """Which drug this is; 0 is none."""
    kind: DrugClass = field(validator=Member(DrugClass))
    """Its class."""
    concentration_max: int = field(validator=Within(0, CONCENTRATION_MAX, "ng/mL"))
    """ng/mL: the strongest solution of it."""
    hard: int = field(validator=Within(1, DAILY_MASS_MAX, "ng/d"))
    """ng/d: the largest programmed day; nothing helps above it."""
    soft: int = field(validator=Within(1, DAILY_MASS_MAX, "ng/d"))
    """ng/d: a programmed day above it needs an acknowledgement."""
    single: int = field(validator=Within(1, SINGLE_MASS_MAX, "ng"))
    """ng: the most that one bolus may carry, truly."""
    limit_source: LimitSource = field(validator=Member(LimitSource))
    """Whether the label or a formulary, which the host confirms, sets the hard limit."""
    stop_dangerous: bool = field(validator=YES_OR_NO)
    """Whether a sudden stop endangers the patient."""
    patient_bolus: bool = field(validator=YES_OR_NO)
    """Whether a patient may trigger boluses of it."""
    never_with: tuple[DrugClass, ...] = field(validator=Each(PAIRS, Member(DrugClass)))
    """Classes that it may not meet; `NONE` fills up."""
    cautious_with: tuple[DrugClass, ...] = field(validator=Each(PAIRS, Member(DrugClass)))
    """Classes that it may meet only when a clinician acknowledges it; `NONE` fills up."""
    titration: Titration = field(validator=Made(Titration))

    def __attrs_post_init__(self) -> None:
        if not valid_drug(self):
            raise ValueError(f"Drug: needs soft <= hard, has soft {self.soft} ng/d, hard {self.hard} ng/d")


def valid_drug(drug: Drug) -> bool:
    """The soft limit does not lie above the hard one."""
    return drug.soft <= drug.hard


@frozen
class Ingredient:
    """One drug of a solution and its concentration; a concentration of 0 is an empty place."""

    drug: Drug = field(validator=Made(Drug))
    concentration: int = field(validator=Within(0, CONCENTRATION_MAX, "ng/mL"))
    """ng/mL."""


@frozen
class Solution:
    """What fills the reservoir: up to four drugs; none is saline."""

    ingredients: tuple[Ingredient, ...] = field(validator=Each(PLACES, Made(Ingredient)))


def ceiling_of(drug: Drug, fast: int) -> int:
    """ng: the most of the drug that any 24 hours may truly hold.

    `fast`: per mille. The hard limit at the fast end of tolerance, one slot more for where the 24 hours start, and
    1 % for the rounding of potency; rounded up, so that the hard limit itself is always admitted.
    """
    return div_ceil(drug.hard * (PER_MILLE + fast) * (SLOTS + 1) * 101, PER_MILLE * SLOTS * 100)


def present(ingredient: Ingredient) -> bool:
    """Whether the place is taken."""
    return ingredient.concentration > 0


def holds(solution: Solution, code: int) -> bool:
    """Whether the solution holds the drug with that code."""
    return any(present(ingredient) and ingredient.drug.code == code for ingredient in solution.ingredients)


def may_not_meet(one: Drug, other: Drug) -> bool:
    """Whether the first drug may never be mixed with the second."""
    return any(kind != DrugClass.NONE and kind == other.kind for kind in one.never_with)


def may_cautiously_meet(one: Drug, other: Drug) -> bool:
    """Whether mixing the first drug with the second needs an acknowledgement."""
    return any(kind != DrugClass.NONE and kind == other.kind for kind in one.cautious_with)


def too_strong(solution: Solution) -> bool:
    """Whether any concentration is above its drug's largest."""
    return any(
        present(ingredient) and ingredient.concentration > ingredient.drug.concentration_max
        for ingredient in solution.ingredients
    )


def named_twice(solution: Solution) -> bool:
    """Whether one drug takes two places, so that no limit would see its whole mass."""
    found = False
    for i in range(PLACES):
        for j in range(i):
            one = solution.ingredients[i]
            other = solution.ingredients[j]
            found = found or (present(one) and present(other) and one.drug.code == other.drug.code)
    return found


def nameless(solution: Solution) -> bool:
    """Whether any drug that is present has the code of none."""
    return any(present(ingredient) and ingredient.drug.code == 0 for ingredient in solution.ingredients)


def misplaced(old: Solution, new: Solution) -> bool:
    """Whether a drug of the old solution has lost its place in the new one, or stands in another place too."""
    found = False
    for i in range(PLACES):
        kept = old.ingredients[i].drug
        found = found or (kept.code != 0 and new.ingredients[i].drug != kept)
        for j in range(PLACES):
            if i != j:
                found = found or (kept.code != 0 and new.ingredients[j].drug.code == kept.code)
    return found


def clashes(one: Solution, other: Solution) -> bool:
    """Whether any drug of the first solution may never meet one of the second, or that one it; a drug meets itself. Of
    one solution twice: whether its own drugs may not meet."""
    found = False
    for a in one.ingredients:
        for b in other.ingredients:
            both = present(a) and present(b) and a.drug.code != b.drug.code
            found = found or (both and (may_not_meet(a.drug, b.drug) or may_not_meet(b.drug, a.drug)))
    return found


def meets_cautiously(one: Solution, other: Solution) -> bool:
    """Whether any drug of the first solution may meet one of the second, or that one it, only when acknowledged. Of
    one solution twice: whether its own drugs may."""
    found = False
    for a in one.ingredients:
        for b in other.ingredients:
            both = present(a) and present(b) and a.drug.code != b.drug.code
            found = found or (both and (may_cautiously_meet(a.drug, b.drug) or may_cautiously_meet(b.drug, a.drug)))
    return found


def needs_formulary(solution: Solution) -> bool:
    """Whether any hard limit comes from a formulary."""
    return any(
        present(ingredient) and ingredient.drug.limit_source == LimitSource.FORMULARY
        for ingredient in solution.ingredients
    )
