"""The cast: devices, trials and solutions that lives are made of; all that is in them is of the catalogue, or a little
wrong."""

from __future__ import annotations

from random import Random
from typing import Final

from attrs import evolve

from intrathecal import NO_DRUG, SALINE, Device, Drug, Ingredient, Solution
from intrathecal.catalogue import device, drug, protocol
from intrathecal.units import CONCENTRATION_MAX, MILLILITRE

PROGRAMMABLE: Final = tuple(
    device(name, 1) for name in ("SynchroMed II 20 mL", "Prometra II 20 mL", "generic programmable 18 mL")
)
WITH_A_PORT: Final = evolve(PROGRAMMABLE[0], port=MILLILITRE)
"""A port through which boluses are injected, and a motor: no device of the catalogue has both."""
CONSTANT: Final = tuple(
    device(name, 1)
    for name in (
        "generic constant-flow 20 mL at 0.15 mL/d",
        "Codman 3000 16 mL at 0.3 mL/d",
        "IsoMed 20 mL at 1.5 mL/d",
    )
)
DEVICES: Final = (*PROGRAMMABLE, *PROGRAMMABLE, WITH_A_PORT, *CONSTANT)
"""One is drawn of these."""
PROTOCOLS: Final = tuple(protocol(name) for name in ("baclofen trial", "morphine trial", "morphine infusion trial"))
DRUGS: Final = tuple(drug(name) for name in ("morphine", "baclofen", "bupivacaine", "fentanyl"))
OFTEN: Final = (DRUGS[0], DRUGS[0], DRUGS[1])
STRENGTHS: Final = (100, 300, 500, 1_000)
"""per mille of a drug's highest concentration."""


def another(of: Device, random: Random) -> Device:
    """A device of its own, perhaps of the same model."""
    return evolve(random.choice((of, *DEVICES)), serial=of.serial + 1)


def a_solution(random: Random) -> Solution:
    """Of one drug, mostly; or of two."""
    first = random.choice(OFTEN if random.random() < 0.7 else DRUGS)
    some = [_some(first, random)]
    if random.random() < 0.15:
        some.append(_some(random.choice([each for each in DRUGS if each != first]), random))
    return _of(some)


def the_same_otherwise(solution: Solution, random: Random) -> Solution:
    """The same drugs in their places, in other strengths."""
    return evolve(
        solution,
        ingredients=tuple(
            each if each.concentration == 0 else _some(each.drug, random) for each in solution.ingredients
        ),
    )


def a_wrong_solution(random: Random) -> Solution:
    """One that no pump may hold, or not without more ado."""
    first = random.choice(DRUGS)
    right = _some(first, random)
    wrong: tuple[list[Ingredient], ...] = (
        [evolve(right, concentration=min(first.concentration_max * 2, CONCENTRATION_MAX))],
        [right, right],
        [evolve(right, drug=evolve(first, code=NO_DRUG.code))],
        [right, _some(_that_forbids(first), random)],
        [_some(drug("ziconotide"), random), right],
        [],
    )
    return _of(random.choice(wrong))


def _that_forbids(other: Drug) -> Drug:
    return evolve(drug("clonidine"), never_with=(other.kind,) * len(other.never_with))


def _some(of: Drug, random: Random) -> Ingredient:
    return Ingredient(of, max(of.concentration_max * random.choice(STRENGTHS) // 1_000, 1))


def _of(some: list[Ingredient]) -> Solution:
    return Solution((*some, *SALINE.ingredients[len(some) :]))
