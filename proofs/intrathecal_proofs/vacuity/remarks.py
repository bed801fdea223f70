"""Remarks: what the core's arithmetic says beyond the contracts of its leaves, of use only to show that a way through a
handler cannot be taken. Each is proven of the bodies of these leaves before it is used.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Annotated

import attrs

from intrathecal.arithmetic import greatest
from intrathecal.drug import Solution, ceiling_of
from intrathecal.events import Commission
from intrathecal.fields import Within
from intrathecal.handlers.constant_flow import BURN_STEADY
from intrathecal.pricing import hard_day, potency_of, potency_over
from intrathecal.units import DAY, FLOW_MAX
from intrathecal_proofs.leaves import Fast
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts
from intrathecal_proofs.machinery.lifted import Lifted, record, signed
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Value
from intrathecal_specs.words import true_strength

Flow = Annotated[int, Within(1, FLOW_MAX, "nL/d")]
"""A flow that is not zero."""
Pairs = Callable[..., tuple[tuple[int, int], ...]]
"""Gives pairs of factors."""


def a_flow_within_the_hard_limit_never_fills_the_day(solution: Solution, fast: Fast, flow: Flow) -> bool:
    """A ceiling leaves 1 % for the rounding of potency, and that rounding takes less wherever a flow is fast enough to
    fill a day: so a constant flow that no hard limit forbids is never refused as too much for a day."""
    return flow * DAY > hard_day(solution) or flow * potency_over(solution, fast) <= BURN_STEADY


def why_it_never_does(solution: Solution, fast: Fast, flow: Flow) -> tuple[tuple[int, int], ...]:
    """Drug by drug: from its potency, rounded up, over its strength to its hard limit and its ceiling."""
    found: tuple[tuple[int, int], ...] = ()
    most = 0
    for ingredient in solution.ingredients:
        own = potency_of(ingredient, fast)
        ceiling = ceiling_of(ingredient.drug, fast)
        so_far = most
        most = greatest(most, own)
        found = found + (
            (100 * true_strength(ingredient, fast) + ceiling - 1 - own * ceiling, flow),
            (hard_day(solution) - flow * DAY, ingredient.concentration),
            (ingredient.drug.hard * 1_000_000 - flow * ingredient.concentration, 1_000 + fast),
            (flow * own - BURN_STEADY - 1, ceiling),
            (FLOW_MAX - flow, ceiling),
            (own - most, flow),
            (most - own, flow),
            (so_far - most, flow),
            (most - so_far, flow),
        )
    return found


def how_it_is_asked(solution: Solution, fast: Fast, flow: Flow) -> tuple[tuple[int, int], ...]:
    """The handler compares the flow with what may burn without pause, by potency rounded down."""
    potency = potency_over(solution, fast)
    price = greatest(potency, 1)
    steady = BURN_STEADY // price
    return ((price - potency, flow), (potency - price, flow), (flow - steady - 1, price))


def remarked(setting: Setting, code: Lifted) -> Setting:
    """The setting of a commissioning with what is remarked of it; any other as it is."""
    if setting.event != Commission.__name__ or not is_proven():
        return setting
    device, event = record(setting.values["device"]), record(setting.values["event"])
    given = {
        "solution": event.fields["solution"],
        "fast": device.fields["fast"],
        "flow": device.fields["flow_min"],
    }
    said = code.claim(a_flow_within_the_hard_limit_never_fills_the_day, given, None)
    return attrs.evolve(setting, proven=(*setting.proven, said, *_products(code, how_it_is_asked, given)))


@functools.cache
def is_proven() -> bool:
    """Whether the remark is, of the bodies of those leaves that it says more of than their contracts do."""
    code = Lifted(contracts=LeafContracts().without(potency_over, potency_of))
    symbols = Symbols()
    hints = {"solution": Solution, "fast": Fast, "flow": Flow}
    given = {name: symbols.arbitrary(hint, name) for name, hint in hints.items()}
    goal = code.claim(a_flow_within_the_hard_limit_never_fills_the_day, given, None)
    proven = _products(code, why_it_never_does, given)
    setting = Setting("remark", "*", given, tuple(symbols.facts), proven, tuple(given), frozenset())
    return settle_obligation(Obligation("remark", setting, goal)).verdict is Verdict.PROVEN


def _products(code: Lifted, pairs_of: Pairs, given: Mapping[str, Value]) -> tuple[Truth, ...]:
    """What signed products say of these values."""
    pairs = code.lifter().call(pairs_of, *given.values())
    assert isinstance(pairs, tuple)
    return tuple(signed(*pair) for pair in pairs)
