"""What a catalogue is made of: facts, each with what it rests on. Outside the verifiable subset."""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from attrs import frozen

from intrathecal.device import Band, Drive, MriPolicy
from intrathecal.drug import DrugClass, LimitSource
from intrathecal.quantities import Concentration, DailyMass, Duration, Flow, Mass, Multiple, Ratio, Volume
from intrathecal.trial import SuccessBy, TrialBy

Value = TypeVar("Value")
"""What a fact states."""


class Basis(Enum):
    """What a fact rests on; the letter is the mark it is shown with."""

    READ = "S"
    """A source's text was read and states the value for this use."""
    DERIVED = "D"
    """Worked out from what sources state."""
    UNVERIFIED = "M"
    """Commonly stated; no source's text was read."""
    CHOSEN = "P"
    """Chosen by this project."""


@frozen
class Fact(Generic[Value]):
    """A value from the world, and where it comes from."""

    value: Value
    basis: Basis
    sources: tuple[str, ...]
    """Keys of `SOURCES`."""
    note: str
    """What a source says where it says it otherwise, or why the value was chosen."""

    @property
    def verified(self) -> bool:
        """Whether sources carry the value. `False`: replace it before relying on it."""
        return self.basis in (Basis.READ, Basis.DERIVED)


@frozen
class DeviceFacts:
    """A model of device; fields mean what those of `Device` mean, but `refill_within`."""

    name: str
    capacity: Fact[Volume]
    residual: Fact[Volume]
    low: Fact[Volume]
    flow_min: Fact[Flow]
    flow_max: Fact[Flow]
    fast: Fact[Ratio]
    slow: Fact[Ratio]
    measuring_error: Fact[Volume]
    grace: Fact[Duration]
    silence: Fact[Duration]
    patient_bolus: Fact[bool]
    tubing: Fact[Volume]
    mri: Fact[MriPolicy]
    mri_recovery: Fact[Duration]
    refill_within: Fact[Duration]
    """How long a filling may stay in the pump, however slowly it leaves: for the host's calendar, not for the core."""
    drive: Fact[Drive]
    bands: Fact[tuple[Band, ...]]
    port: Fact[Volume]


@frozen
class DrugFacts:
    """A drug; fields mean what those of `Drug` and `Titration` mean, shares being of the daily dose."""

    name: str
    code: int
    """This project's own number for the drug."""
    kind: Fact[DrugClass]
    concentration_max: Fact[Concentration]
    hard: Fact[DailyMass]
    soft: Fact[DailyMass]
    single: Fact[Mass]
    limit_source: Fact[LimitSource]
    stop_dangerous: Fact[bool]
    patient_bolus: Fact[bool]
    never_with: Fact[tuple[DrugClass, ...]]
    cautious_with: Fact[tuple[DrugClass, ...]]
    start: Fact[DailyMass]
    rise: Fact[DailyMass]
    rise_share: Fact[Ratio]
    fall_share: Fact[Ratio]
    interval: Fact[Duration]
    sudden_below: Fact[Ratio]


@frozen
class ProtocolFacts:
    """How a drug is tried before implantation; fields mean what those of `Protocol` mean."""

    name: str
    drug: str
    """The drug's name in the catalogue."""
    by: Fact[TrialBy]
    ladder: Fact[tuple[Mass | DailyMass, ...]]
    interval: Fact[Duration]
    observation: Fact[Duration]
    success: Fact[SuccessBy]
    relief: Fact[Ratio]
    multiple: Fact[Multiple]
    multiple_if_long: Fact[Multiple]
    long_effect: Fact[Duration]


def read(value: Value, *sources: str, note: str = "") -> Fact[Value]:
    """A value that the text of these sources states."""
    return Fact(value=value, basis=Basis.READ, sources=sources, note=note)


def derived(value: Value, *sources: str, note: str) -> Fact[Value]:
    """A value worked out from these sources; `note` says how."""
    return Fact(value=value, basis=Basis.DERIVED, sources=sources, note=note)


def unverified(value: Value, note: str = "") -> Fact[Value]:
    """A value that is commonly stated, and of which no source's text was read."""
    return Fact(value=value, basis=Basis.UNVERIFIED, sources=(), note=note)


def chosen(value: Value, *sources: str, note: str) -> Fact[Value]:
    """A value that this project chose; `note` says why, with these sources in view."""
    return Fact(value=value, basis=Basis.CHOSEN, sources=sources, note=note)
