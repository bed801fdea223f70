"""Protocols of trials by name, each number with its source. Outside the verifiable subset.

Examples for engineers, not clinical advice, with sources as in `intrathecal.catalogue`.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from intrathecal.catalogue import Fact, drug
from intrathecal.constructors import make_protocol
from intrathecal.quantities import Duration, Mass, Multiple, Ratio, hours, mg, per_cent, times, ug
from intrathecal.trial import Protocol, SuccessBy


@frozen
class ProtocolFacts:
    """How a drug of the catalogue is tried; fields mean what those of `Protocol` mean."""

    name: str
    drug: str
    ladder: Fact[tuple[Mass, ...]]
    interval: Fact[Duration]
    observation: Fact[Duration]
    success: Fact[SuccessBy]
    relief: Fact[Ratio]
    """Where a response counts, it decides nothing."""
    multiple: Fact[Multiple]
    multiple_if_long: Fact[Multiple]
    long_effect: Fact[Duration]


_BACLOFEN = ProtocolFacts(
    name="baclofen",
    drug="baclofen",
    ladder=Fact((ug(50), ug(75), ug(100)), "S-bac1, S-bac2, S-bac4: 24 h apart, and no further", verified=True),
    interval=Fact(hours(24), "S-bac1", verified=True),
    observation=Fact(hours(4), "S-bac1: 4 to 8 h; an effect that has not ended then counts as long", verified=True),
    success=Fact(SuccessBy.RESPONSE, "S-bac1", verified=True),
    relief=Fact(per_cent(50), "decides nothing here", verified=False),
    multiple=Fact(times(2), "S-bac1, S-bac2", verified=True),
    multiple_if_long=Fact(times(1), "S-bac1, S-bac2", verified=True),
    long_effect=Fact(hours(8), "S-bac1, S-bac2", verified=True),
)
_HALF_THE_PAIN = Fact(per_cent(50), "4.5: commonly required, read in a copy of Wikipedia alone", verified=False)

PROTOCOLS: Final = (
    _BACLOFEN,
    evolve(
        _BACLOFEN,
        name="baclofen, small child",
        ladder=Fact(
            (ug(25), ug(50), ug(75), ug(100)),
            "S-itbscr: 25 ug first in very small children or those who rely on spasticity; then as S-bac1",
            verified=True,
        ),
    ),
    ProtocolFacts(
        name="morphine, single shots",
        drug="morphine",
        ladder=Fact(
            (mg("0.1"), mg("0.15")),
            "4.2: the least of a PACC single shot, and the most for outpatients new to opioids, no source read",
            verified=False,
        ),
        interval=Fact(hours(24), "chosen: as long as S-infu has patients monitored after a start", verified=False),
        observation=Fact(hours(24), "S-infu: 24 to 72 h after a start, said of infusions", verified=False),
        success=Fact(SuccessBy.RELIEF, "4.5: commonly required, read in a copy of Wikipedia alone", verified=False),
        relief=_HALF_THE_PAIN,
        multiple=Fact(times(1), "chosen: a day then holds no more than one shot did", verified=False),
        multiple_if_long=Fact(times(1), "chosen: the same", verified=False),
        long_effect=Fact(hours(24), "chosen: makes no difference", verified=False),
    ),
    ProtocolFacts(
        name="ziconotide, single shots",
        drug="ziconotide",
        ladder=Fact((ug(1), ug(2), ug(3), ug(5)), "4.2, 4.5: 1 to 5 ug, no source read; steps chosen", verified=False),
        interval=Fact(hours(24), "chosen: by then less than 5 % of the peak is left (S-prialt4)", verified=False),
        observation=Fact(hours(24), "chosen: the same", verified=False),
        success=Fact(SuccessBy.RELIEF, "4.5: commonly required, read in a copy of Wikipedia alone", verified=False),
        relief=_HALF_THE_PAIN,
        multiple=Fact(times("0.48"), "chosen: 5 ug lead to the largest start of S-prialt, 2.4 ug/d", verified=False),
        multiple_if_long=Fact(times("0.48"), "chosen: the same", verified=False),
        long_effect=Fact(hours(24), "chosen: makes no difference", verified=False),
    ),
)
"""Every protocol that is known by name."""


def protocol(name: str) -> Protocol:
    """The protocol called `name`.

    Raises `ValueError`, listing the names, for a protocol that is not known.
    """
    for facts in PROTOCOLS:
        if facts.name == name:
            return make_protocol(
                drug=drug(facts.drug),
                ladder=facts.ladder.value,
                interval=facts.interval.value,
                observation=facts.observation.value,
                success=facts.success.value,
                relief=facts.relief.value,
                multiple=facts.multiple.value,
                multiple_if_long=facts.multiple_if_long.value,
                long_effect=facts.long_effect.value,
            )
    raise ValueError(f"protocol: {name!r} is not known; known are {'; '.join(facts.name for facts in PROTOCOLS)}")
