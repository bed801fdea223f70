"""What a scenario says of a solution: its drugs, how much of each is in it, and the limits of those of its own."""

from __future__ import annotations

from attrs import frozen

from intrathecal import DrugClass, LimitSource
from intrathecal.quantities import Concentration, DailyMass, Duration, Mass, Ratio

NO_DAILY_MASS = DailyMass(0)
NO_SHARE = Ratio(0)


@frozen(kw_only=True)
class TitrationText:
    """How the drug is begun, raised and lowered; shares are of the daily dose."""

    start: DailyMass
    rise: DailyMass = NO_DAILY_MASS
    rise_share: Ratio = NO_SHARE
    fall_share: Ratio = NO_SHARE
    interval: Duration
    sudden_below: Ratio = NO_SHARE


@frozen(kw_only=True)
class DrugLimits:
    """The limits of a drug that the catalogue does not know, or whose formulary differs; as in `intrathecal.Drug`."""

    code: int
    kind: DrugClass
    concentration_max: Concentration
    hard: DailyMass
    soft: DailyMass
    single: Mass
    limit_source: LimitSource
    stop_dangerous: bool
    patient_bolus: bool
    titration: TitrationText
    never_with: tuple[DrugClass, ...] = ()
    cautious_with: tuple[DrugClass, ...] = ()


@frozen(kw_only=True)
class IngredientText:
    """One drug of the solution; without `limits`, one of the catalogue. Rates and doses are those of the first drug."""

    name: str
    concentration: Concentration
    limits: DrugLimits | None = None
