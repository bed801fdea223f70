"""Settings and obligations: what is arbitrary, what may be assumed of it, and what is to be proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Value


@attrs.frozen(eq=False)
class Setting:
    """Arbitrary values, what may be assumed of them, and how a counterexample is run."""

    label: str
    """As in `decide Program`."""
    event: str
    """The event type's name, or `*` where the setting is the same for all."""
    values: Mapping[str, Value]
    """By the names that claims and products ask for."""
    premises: tuple[Truth, ...]
    proven: tuple[Truth, ...]
    """What other obligations establish, and this one may rest on."""
    inputs: tuple[str, ...]
    """Which of the values are arbitrary; the others are computed from them."""
    reached: frozenset[str]
    """Functions that were run."""
    known: Mapping[Truth, bool] = attrs.field(factory=dict)
    """Conditions that this way through the code decides."""
    under: Setting | None = None
    """A setting that assumes less, which others share."""
    own: Setting | None = None
    """Where every refusal shares this setting: the one of this way alone, for claims that take the step twice."""
    refused: bool = False
    """The event is refused, for whatever reason: every way to a refusal leaves the same, and is asked about once."""

    def below(self) -> Iterator[Setting]:
        """The settings that assume less, the least first."""
        if self.under is not None:
            yield from self.under.below()
            yield self.under


@attrs.frozen(eq=False)
class Obligation:
    """One thing to prove."""

    claim: str
    """The requirement's or the lemma's name."""
    setting: Setting
    goal: Truth
    where: str = ""
    """File and line, for a duty."""

    @property
    def name(self) -> str:
        """As in `no_drug_appears_or_vanishes: settle`."""
        return f"{self.claim}: {self.setting.label}"


Question = tuple[str, Truth, tuple[Truth, ...]]
"""A claim, its goal and the premises: asked twice, it is the same question; with other premises it is another."""
