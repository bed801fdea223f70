"""Whether the truth came out as a scenario expects: each failure one line, what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intrathecal_hosts.amounts import ml_exactly, moment
from intrathecal_hosts.plant.body import NANOGRAM
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.plant import THOUSAND, Plant
from intrathecal_hosts.plant.strengths import Exact
from intrathecal_hosts.scenario import DoseExpected, TruthExpected
from intrathecal_hosts.therapy import DrugName
from intrathecal_hosts.units_text import Balance


def failures(expect: TruthExpected, drugs: Sequence[DrugName], plant: Plant) -> list[str]:
    """Every expectation of the truth that the plant in use at the end does not meet; none is asked where the true flow
    is not the commanded one."""
    if plant.flow is not Flow.NOMINAL:
        return []
    return [
        *_volume("left", expect.left, plant.volume),
        *_volume("beside", expect.beside, plant.beside),
        *_rest(expect, plant),
        *(line for place, dose in enumerate(expect.doses) for line in _dose(place, dose, drugs, plant)),
    ]


def _volume(key: str, expected: Balance | None, came: int) -> Iterator[str]:
    """`came`: thousandths of a quantum."""
    if expected is not None and THOUSAND * expected.quanta != came:
        told = ml_exactly(came // THOUSAND)
        yield f"expect.truth.{key}: expected {ml_exactly(expected.quanta)}, came {told}"


def _rest(expect: TruthExpected, plant: Plant) -> Iterator[str]:
    rested = int(plant.body.rested)
    if expect.without_delivery is not None and expect.without_delivery.seconds != rested:
        expected = moment(expect.without_delivery.seconds)
        yield f"expect.truth.without_delivery: expected {expected}, came {moment(rested)}"


def _dose(place: int, dose: DoseExpected, drugs: Sequence[DrugName], plant: Plant) -> Iterator[str]:
    drug = next(each for each in drugs if each.name == dose.drug)
    until = plant.now if dose.until is None else dose.until.seconds
    came = _taken(plant, drug.code, dose.since.seconds, until)
    least, most = (dose.mass.ng + sign * dose.within.ng for sign in (-1, 1))
    if not least * NANOGRAM <= came <= most * NANOGRAM:
        told = f"{_spoken(came / NANOGRAM, drug)}, not within {_spoken(dose.within.ng, drug)}"
        yield f"expect.truth.doses[{place}]: expected {_spoken(dose.mass.ng, drug)} of {drug.name}, came {told}"


def _taken(plant: Plant, code: int, since: int, until: int) -> Exact:
    """Thousandths of a quantum times ng/mL: what has come of a drug from one time to the other (s)."""
    intake = plant.body.intakes.get(code)
    return 0 if intake is None else intake.through(until) - intake.until(since)


def _spoken(nanograms: Exact | float, drug: DrugName) -> str:
    return f"{float(nanograms / drug.nanograms):.6g} {drug.unit}"
