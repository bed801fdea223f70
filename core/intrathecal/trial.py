"""The trial before implantation: doses by syringe, rung by rung, or an infusion, until one is a success or none is."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from attrs import field, frozen

from intrathecal.arithmetic import div_floor
from intrathecal.drug import Drug
from intrathecal.fields import Each, Member, Within
from intrathecal.units import DAY, MULTIPLE_MAX, NEVER, NUMBER_MAX, PER_MILLE, SINGLE_MASS_MAX

RUNGS: Final = 4
"""How many doses a ladder can have."""
LONGEST: Final = 30 * DAY
"""s: the longest that a protocol may make anybody wait; bounds the types."""


class TrialBy(IntEnum):
    """How the drug that is tried is given."""

    SYRINGE = 0
    """One dose at a time, rung by rung."""
    INFUSION = 1
    """By a programmable pump that is worn outside."""


class SuccessBy(IntEnum):
    """What makes a dose a success."""

    RELIEF = 0
    """Pain is relieved by at least so much."""
    RESPONSE = 1
    """The clinician finds a response, such as muscles that relax."""


@frozen
class Protocol:
    """How a drug is tried before a pump is implanted. Records hold base units; `intrathecal.constructors` takes typed
    quantities.

    Raises `ValueError` where `valid_protocol` does not hold.
    """

    drug: int = field(validator=Within(0, NUMBER_MAX, "(drug code)"))
    """Which drug is tried."""
    by: TrialBy = field(validator=Member(TrialBy))
    ladder: tuple[int, ...] = field(validator=Each(RUNGS, Within(0, SINGLE_MASS_MAX, "ng")))
    """ng: the screening doses, each larger than the last; 0 fills up. By infusion ng/d: no daily dose is above the last
    of them, and none below the first is a success."""
    interval: int = field(validator=Within(DAY, LONGEST, "s"))
    """s: from one dose to the next, or to implantation: so no 24 hours hold a dose and anything else."""
    observation: int = field(validator=Within(1, LONGEST, "s"))
    """s: how long the patient is watched after a dose, or on a daily dose, before a response may be recorded."""
    success: SuccessBy = field(validator=Member(SuccessBy))
    relief: int = field(validator=Within(1, PER_MILLE, "per mille"))
    """per mille: the least relief of pain that is a success, where relief is what counts."""
    multiple: int = field(validator=Within(1, MULTIPLE_MAX, "per mille"))
    """per mille of the effective dose: the largest first daily dose."""
    multiple_if_long: int = field(validator=Within(1, MULTIPLE_MAX, "per mille"))
    """per mille: the same where the effect lasted long."""
    long_effect: int = field(validator=Within(0, LONGEST, "s"))
    """s: an effect that lasted for longer was long."""

    def __attrs_post_init__(self) -> None:
        if not valid_protocol(self):
            raise ValueError(
                "Protocol: needs a ladder that rises, multiple_if_long <= multiple and a first daily dose of 1 ng/d or "
                f"more, has ladder {self.ladder} ng, multiple_if_long {self.multiple_if_long} per mille, "
                f"multiple {self.multiple} per mille"
            )


def valid_protocol(protocol: Protocol) -> bool:
    """There is a first dose, each further one is larger than the one before, and nothing follows where the ladder ends;
    a long effect never leads to more, and no success to nothing."""
    rises = protocol.ladder[0] > 0
    for i in range(1, RUNGS):
        last = protocol.ladder[i - 1]
        rises = rises and (protocol.ladder[i] == 0 or (last > 0 and last < protocol.ladder[i]))
    something = protocol.ladder[0] * protocol.multiple_if_long >= PER_MILLE
    return rises and protocol.multiple_if_long <= protocol.multiple and something


@frozen
class Trial:
    """How far a trial has come, and what it showed."""

    protocol: Protocol
    rung: int
    """The place on the ladder of the next dose; of the last one while its response is awaited, and once the trial is
    over."""
    dosed_at: int
    """s: when the last dose was given; `NEVER` before the first."""
    answered: bool
    """No dose awaits its response."""
    effective: int
    """ng, or ng/d after a trial by infusion: the dose that was a success; 0 where none was."""
    long: bool
    """Its effect was long."""
    infusing: bool
    """This pump is the trial's own, worn outside."""
    infused: int
    """ng/d: the daily dose that was a success on it; 0: none yet."""


NO_PROTOCOL: Final = Protocol(
    drug=0,
    by=TrialBy.SYRINGE,
    ladder=(1,) + (0,) * (RUNGS - 1),
    interval=DAY,
    observation=1,
    success=SuccessBy.RELIEF,
    relief=PER_MILLE,
    multiple=PER_MILLE,
    multiple_if_long=PER_MILLE,
    long_effect=0,
)
"""What stands in the place of a protocol where there was no trial: no drug."""


def trial_of(protocol: Protocol) -> Trial:
    """A trial that has yet to begin."""
    return Trial(
        protocol=protocol, rung=0, dosed_at=NEVER, answered=True, effective=0, long=False, infusing=False, infused=0
    )


def dose_at(ladder: tuple[int, ...], rung: int) -> int:
    """ng: the dose at that place of the ladder; 0 above its top."""
    dose = 0
    for i in range(RUNGS):
        dose = ladder[i] if i == rung else dose
    return dose


def top_of(ladder: tuple[int, ...]) -> int:
    """ng, or ng/d: the ladder's last dose."""
    top = ladder[0]
    for i in range(1, RUNGS):
        top = ladder[i] if ladder[i] > 0 else top
    return top


def succeeded(protocol: Protocol, relief: int, responded: bool) -> bool:
    """Whether a dose that brought so much relief (per mille), or a response, was a success."""
    return responded if protocol.success == SuccessBy.RESPONSE else relief >= protocol.relief


def tried(trial: Trial, drug: Drug) -> bool:
    """Whether the trial found an effective dose of this drug."""
    return trial.effective > 0 and trial.protocol.drug == drug.code


def first_dose(trial: Trial) -> int:
    """ng/d: the largest first daily dose of the drug that was tried, rounded down; 0 where no dose was a success."""
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    return div_floor(trial.effective * multiple, PER_MILLE)
