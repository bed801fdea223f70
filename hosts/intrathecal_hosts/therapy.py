"""A scenario with its device and solution made: what a host runs."""

from __future__ import annotations

from attrs import frozen

from intrathecal import Authority, Device, Event, Protocol, Pump, Solution, Step, candidate, in_trial, step, transfer
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.scenario import Expectations


class ScenarioError(Exception):
    """The scenario cannot be run; its text names the key and the reason."""


@frozen
class DrugName:
    """What a drug of the solution is called, and the unit in which its label speaks."""

    name: str
    code: int
    """By which the core knows it."""
    unit: str
    """`mg` or `ug`."""
    nanograms: int
    """How many ng one unit is."""


@frozen
class Scenario:
    """A therapy ready to run."""

    title: str
    until: int
    """s."""
    device: Device
    """That with which it begins."""
    solution: Solution
    drugs: tuple[DrugName, ...]
    """The drugs of all its solutions, in the order of the file, each once."""
    happenings: tuple[Happening, ...]
    """In the order of the file."""
    expect: Expectations
    protocol: Protocol | None
    """That of the trial with which it begins, if it does."""
    attended: bool = True
    """The host calls whenever a command ends; else it does nothing but what is listed."""

    @property
    def beginning(self) -> Pump:
        """The pump at time 0."""
        return candidate(self.device) if self.protocol is None else in_trial(self.device, self.protocol)


@frozen
class Due:
    """One time at which something happens."""

    at: int
    """s."""
    key: str
    """Where the file says so, such as `event[3]`."""
    happening: Happening


@frozen
class Replacement:
    """Another pump is to take over: no event for a pump, but a transfer from one to the next."""

    at: int
    """s."""
    device: Device
    authority: Authority


def times(happening: Happening) -> list[int]:
    """s: each time at which it happens."""
    every = happening.every.seconds if happening.every else 0
    return [happening.at.seconds + turn * every for turn in range(happening.times)]


def keyed(scenario: Scenario) -> list[tuple[str, Happening]]:
    """Each event of the file with its key; the first is `event[0]`."""
    return [(f"event[{place}]", happening) for place, happening in enumerate(scenario.happenings)]


def answered(device: Device, pump: Pump, event: Event | Replacement) -> Step:
    """What the core answers to an event that was meant for this device, or to a transfer."""
    if isinstance(event, Replacement):
        return transfer(pump, event.device, event.authority)
    return step(device, pump, event)
