"""The agenda: everything that the host is to tell the core, and when."""

from __future__ import annotations

from intrathecal import Reason
from intrathecal_hosts.befalling import noticed
from intrathecal_hosts.circumstances import InHardware, Outage
from intrathecal_hosts.deeds import Replacing
from intrathecal_hosts.therapy import Due, Scenario, keyed, times


def agenda(scenario: Scenario) -> list[Due]:
    """Everything that is to be told, each repetition by itself, in order of time, then of the file; what the hardware
    notices comes after all that is listed for that second, and not before the host is there to hear it."""
    listed = [
        Due(at=at, key=key, happening=happening)
        for key, happening in keyed(scenario)
        if not isinstance(happening, InHardware)
        for at in times(happening)
    ]
    return sorted([*listed, *_noticed(scenario, listed)], key=lambda due: due.at)


def _noticed(scenario: Scenario, listed: list[Due]) -> list[Due]:
    """What is told of the hardware before the scenario's end, of a pump that has not been replaced meanwhile."""
    accepted = [due for due in listed if due.happening.expect == Reason.NONE]
    replaced = [due.at for due in accepted if isinstance(due.happening, Replacing)]
    away = _away(listed)
    return [
        Due(at=heard, key=key, happening=told)
        for key, happening in keyed(scenario)
        if isinstance(happening, InHardware)
        for begins in times(happening)
        for at, told in noticed(happening, begins)
        if (heard := _heard(at, away)) <= scenario.until and not any(begins < each <= heard for each in replaced)
    ]


def _away(listed: list[Due]) -> list[tuple[int, int]]:
    """s: from when to when the host is away, in order of time."""
    outages = [(due.at, due.happening) for due in listed if isinstance(due.happening, Outage)]
    return sorted((at, at + outage.duration.seconds) for at, outage in outages)


def _heard(at: int, away: list[tuple[int, int]]) -> int:
    """s: when a host that may be away at `at` hears of it."""
    for left, back in away:
        at = back if left <= at < back else at
    return at
