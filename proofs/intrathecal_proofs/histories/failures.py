"""Failures: a life that breaks something, without whatever can be left out of it, as source that plays it again."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from intrathecal import (
    Phase,
    Pump,
    candidate,
)
from intrathecal_proofs.histories.happenings import Happening, Onlooker, stepped
from intrathecal_proofs.machinery.counterexample import expression
from intrathecal_proofs.monitor import Monitor, Violation, broken_by_state


@attrs.frozen
class Failure:
    """What a life broke."""

    violations: tuple[Violation, ...]
    beginning: Pump
    """The pump that the life began with."""
    happenings: tuple[Happening, ...]

    @property
    def text(self) -> str:
        """Python source that plays the life again, and stops where it breaks something."""
        lines = []
        for happening in self.happenings:
            of = "device" if happening.device == self.beginning.device else expression(happening.device)
            lines.append(f"    ({of}, {expression(happening.event)}),\n")
        names = ", ".join(violation.name for violation in self.violations)
        return PLAYED_AGAIN.format(
            names=names,
            device=expression(self.beginning.device),
            events="".join(lines),
            pump=self._beginning,
        )

    @property
    def _beginning(self) -> str:
        """Python source of the pump that the life began with."""
        if self.beginning == candidate(self.beginning.device):
            return "candidate(device)"
        if self.beginning.phase == Phase.TRIAL:
            return f"in_trial(device, {expression(self.beginning.trial.protocol)})"
        return expression(self.beginning)


PLAYED_AGAIN = """\
# breaks {names}
from intrathecal import *
from intrathecal.pump import *
from intrathecal_proofs.monitor import Monitor, broken_by_state

device = {device}
events = (
{events})
pump = {pump}
monitor = Monitor(device, pump)
broken = broken_by_state(pump)
assert not broken, broken
for of, event in events:
    after = step(of, pump, event)
    broken = monitor.watch(pump, event, after, of)
    assert not broken, broken
    pump = after.pump
"""
"""A failure as source, but for its values."""


class Broken(AssertionError):
    """A life broke a requirement or a lemma."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


def monitored(beginning: Pump) -> Onlooker:
    """An onlooker who raises `Broken` when something is broken."""
    monitor = Monitor(beginning.device, beginning)
    lived: list[Happening] = []

    def look(happening: Happening) -> None:
        lived.append(happening)
        broken = monitor.watch(happening.before, happening.event, happening.after, happening.device)
        if broken:
            raise Broken(Failure(tuple(broken), beginning, tuple(lived)))

    at_first = broken_by_state(beginning)
    if at_first:
        raise Broken(Failure(tuple(at_first), beginning, ()))
    return look


def shortened(failure: Failure) -> Failure:
    """The same life without whatever can be left out of it: what it leaves still breaks something."""
    for place in range(len(failure.happenings) - 1, -1, -1):
        if place < len(failure.happenings):
            less = failure.happenings[:place] + failure.happenings[place + 1 :]
            failure = _replayed(failure.beginning, less) or failure
    return failure


def _replayed(beginning: Pump, happenings: Sequence[Happening]) -> Failure | None:
    """What comes of the same events, for the same devices."""
    onlooker = monitored(beginning)
    pump = beginning
    try:
        for happening in happenings:
            pump = stepped(happening.device, pump, happening.event, onlooker)
    except Broken as broken:
        return broken.failure
    return None
