"""The competitor: a machine of two states, with one guard and one action, in the `transitions` library."""

from __future__ import annotations

from collections.abc import Callable

from transitions import Machine


class _Switch:
    """What the machine drives: a switch that counts how often it was thrown."""

    def __init__(self) -> None:
        self.thrown = 0

    def allowed(self) -> bool:
        return self.thrown >= 0

    def count(self) -> None:
        self.thrown += 1


def toggling(times: int) -> Callable[[], None]:
    """Work that throws the switch `times` times, there and back, past the guard and with the action each time."""
    switch = _Switch()
    machine = Machine(model=switch, states=["off", "on"], initial="off", auto_transitions=False)
    for source, target in (("off", "on"), ("on", "off")):
        machine.add_transition("throw", source, target, conditions="allowed", after="count")

    def throw() -> None:
        trigger = vars(switch)["throw"]
        for _ in range(times):
            trigger()

    return throw
