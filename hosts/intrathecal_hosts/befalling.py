"""From what a scenario says of the hardware to what truly befalls it, and to what is told of that, and when.

A pump that takes over has new hardware: what befell the one before is over, and is told no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from intrathecal import Drive, Fault, MriPolicy, Reason
from intrathecal.quantities import Duration
from intrathecal_hosts.circumstances import Failing, FittingBattery, InHardware, Magnet, Recovering, Stalling, Warming
from intrathecal_hosts.deeds import Replacing
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.plant.battery import Battery
from intrathecal_hosts.plant.hardware import Fate, Fitting, Standstill, Warm
from intrathecal_hosts.solutions import device_of
from intrathecal_hosts.therapy import Scenario, ScenarioError, keyed, times

Told = tuple[int, Happening]
"""When (s), and what the host tells the core."""


def fate_of(scenario: Scenario) -> Fate:
    """What truly befalls the hardware in the whole run."""
    begun = [(happening, at) for happening in scenario.happenings for at in times(happening)]
    fittings = [Fitting(at, _battery(each)) for each, at in begun if isinstance(each, FittingBattery)]
    return Fate(
        standstills=tuple(_standstill(each, at) for each, at in begun if isinstance(each, Stalling | Magnet)),
        fittings=tuple(sorted(fittings, key=lambda fitting: fitting.at)),
        warm=tuple(_warm(each, at) for each, at in begun if isinstance(each, Warming)),
    )


def noticed(happening: InHardware, at: int) -> list[Told]:
    """What the hardware notices of something that befalls it at `at` (s), as it would be told by a host that is always
    there. What a battery reports hangs on what it has delivered by then: the plant tells that."""
    if not isinstance(happening, Stalling | Magnet) or happening.noticed_after is None:
        return []
    found = at + happening.noticed_after.seconds
    told: list[Told] = [(found, Failing(at=Duration(found), fault=Fault.MOTOR_STALL))]
    turns = _standstill(happening, at).ends
    if turns is not None:
        gone = turns + happening.recovery_noticed_after.seconds
        told.append((gone, Recovering(at=Duration(gone), fault=Fault.MOTOR_STALL)))
    return told


def check(scenario: Scenario) -> None:
    """Raises `ScenarioError`, naming the key, where the hardware cannot be so."""
    device = scenario.device
    for key, happening in keyed(scenario):
        if isinstance(happening, Replacing) and happening.expect == Reason.NONE:
            device = device_of(happening.device)
        if not isinstance(happening, InHardware):
            continue
        if happening.expect != Reason.NONE or happening.duplicate:
            raise ScenarioError(f"{key}: befalls the hardware, takes neither 'expect' nor 'duplicate'")
        if max(times(happening)) > scenario.until:
            raise ScenarioError(f"{key}.at: lies after the scenario's end ('until')")
        if isinstance(happening, Warming) != (device.drive == Drive.CONSTANT_FLOW):
            reason = "a pump of constant flow has neither motor nor battery"
            other = "a pump with a motor runs no faster where it is warm"
            raise ScenarioError(f"{key}: {other if isinstance(happening, Warming) else reason}")
        if isinstance(happening, Magnet) and device.mri == MriPolicy.EMPTY_FIRST:
            raise ScenarioError(f"{key}: a magnet opens this device's valves, which is not simulated")
        for wrong in _nonsense(happening):
            raise ScenarioError(f"{key}.{wrong}")


def _nonsense(happening: InHardware) -> Iterator[str]:
    """The key and the reason."""
    if isinstance(happening, FittingBattery) and happening.idle.seconds == 0:
        yield "idle: a battery that never lasts a second is none"
    if isinstance(happening, Warming) and happening.duration.seconds == 0:
        yield "duration: is 0 s, the pump is never warm"
    if not isinstance(happening, Stalling | Magnet):
        return
    ends = _standstill(happening, 0).ends
    if ends == 0:
        yield f"{'duration' if isinstance(happening, Magnet) else 'turns_after'}: is 0 s, the motor never stands still"
    if happening.noticed_after is not None and ends is not None and happening.noticed_after.seconds >= ends:
        yield f"noticed_after: there is nothing to notice any more, the motor turns again after {ends} s"
    if happening.recovery_noticed_after.seconds > 0 and (happening.noticed_after is None or ends is None):
        yield "recovery_noticed_after: takes a standstill that is noticed, and passes"


def _standstill(happening: Stalling | Magnet, at: int) -> Standstill:
    if isinstance(happening, Magnet):
        return Standstill(at, at + happening.duration.seconds + happening.recovery.seconds)
    return Standstill(at, None if happening.turns_after is None else at + happening.turns_after.seconds)


def _battery(happening: FittingBattery) -> Battery:
    return Battery(
        idle=happening.idle.seconds,
        millilitre=happening.millilitre.seconds,
        due=happening.replacement_due.per_mille,
        reports=happening.reports,
    )


def _warm(happening: Warming, at: int) -> Warm:
    """A flow is never slower than nothing."""
    faster = happening.warmer.tenths * happening.per_degree.per_mille // 10
    return Warm(at, at + happening.duration.seconds, faster)
