"""The inductive system: everything that is to be proven, in tasks that can be lifted apart from each other.

A step is settle and answer, which is decide and arm. Each is run once on an arbitrary state that satisfies the
invariants, and each must keep them; so they hold in every state by induction from the candidate pump. A requirement
across a step is proven of the answer alone where settling does not matter to it, else on the whole step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from attrs import frozen

from intrathecal_proofs.machinery.claims import EVENTS
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.stages import Crossing, answering, arming, beginning, settling
from intrathecal_proofs.machinery.standing import leaves, standing
from intrathecal_proofs.machinery.transfers import transferring
from intrathecal_proofs.machinery.whole_steps import stepping


@frozen
class Task:
    """A piece of the system that is lifted by itself."""

    label: str
    obligations: Callable[[Lifted], Iterator[Obligation]]


def tasks() -> list[Task]:
    """Everything to be proven."""
    found = [
        Task("begin", beginning),
        Task("arm", arming),
        Task("transfer", transferring),
        Task("alone", standing),
        Task("leaves", leaves),
    ]
    for missed in (False, True):
        for case in Crossing:
            label = ("settle missed time" if missed else "settle") + case
            found.append(Task(label, partial(settling, missed=missed, case=case)))
    for event in EVENTS:
        found.append(Task(f"decide {event.__name__}", partial(answering, event=event)))
        found.append(Task(f"step {event.__name__}", partial(stepping, event=event)))
    return found
