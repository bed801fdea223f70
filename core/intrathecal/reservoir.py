"""The reservoir's books: exact in nominal volume, with the levels at which true volume could reach a threshold."""

from __future__ import annotations

from attrs import evolve

from intrathecal.arithmetic import div_floor, greatest
from intrathecal.device import Device
from intrathecal.pump import ClosedAccount, Finding, Limits, Reservoir
from intrathecal.units import PER_MILLE


def level(held: int, threshold: int, device: Device) -> int:
    """quanta: the `remaining` at or below which the true volume could reach `threshold` within a second.

    `held`: quanta filled less withdrawn. The true volume falls by up to (1000 + fast) / 1000 of the nominal delivery;
    two quanta for each nL/d of the fastest flow pay for the second in which a level is passed. Rounded up.
    """
    margin = 2 * device.flow_max
    return held - div_floor(PER_MILLE * greatest(held - threshold - margin, 0), PER_MILLE + device.fast)


def fill(device: Device, limits: Limits, volume: int) -> Reservoir:
    """A new account, opened with `volume` quanta."""
    return Reservoir(
        filled=volume,
        remaining=volume,
        delivered=0,
        withdrawn=0,
        written_off=0,
        doubtful=0,
        low_level=level(volume, limits.low, device),
        empty_level=level(volume, device.residual, device),
    )


def draw(reservoir: Reservoir, volume: int, doubtful: bool) -> Reservoir:
    """The account after `volume` quanta were delivered; `doubtful`: and may not have been."""
    return Reservoir(
        filled=reservoir.filled,
        remaining=reservoir.remaining - volume,
        delivered=reservoir.delivered + volume,
        withdrawn=reservoir.withdrawn,
        written_off=reservoir.written_off,
        doubtful=reservoir.doubtful + volume if doubtful else reservoir.doubtful,
        low_level=reservoir.low_level,
        empty_level=reservoir.empty_level,
    )


def withdraw(device: Device, limits: Limits, reservoir: Reservoir, volume: int) -> Reservoir:
    """The account after `volume` quanta were withdrawn by needle."""
    withdrawn = reservoir.withdrawn + volume
    held = reservoir.filled - withdrawn
    return evolve(
        reservoir,
        remaining=reservoir.remaining - volume,
        withdrawn=withdrawn,
        low_level=level(held, limits.low, device),
        empty_level=level(held, device.residual, device),
    )


def finding(device: Device, reservoir: Reservoir, drawn: int) -> Finding:
    """What `drawn` quanta, taken from a pump drawn empty, tell of the delivery since the last refill.

    What is doubtful may have been delivered at the fast end, or not at all.
    """
    held = reservoir.filled - reservoir.withdrawn
    fastest = reservoir.delivered * (PER_MILLE + device.fast)
    slowest = (reservoir.delivered - reservoir.doubtful) * (PER_MILLE - device.slow)
    if PER_MILLE * (drawn + device.residual + device.measuring_error - held) + fastest < 0:
        return Finding.OVER_DELIVERED
    if PER_MILLE * (drawn - device.measuring_error - held) + slowest > 0:
        return Finding.UNDER_DELIVERED
    return Finding.AS_EXPECTED


def disagrees(device: Device, reservoir: Reservoir, seen: int) -> bool:
    """Whether a level sensor that sees `seen` quanta sees what no tolerance explains."""
    held = reservoir.filled - reservoir.withdrawn
    fastest = reservoir.delivered * (PER_MILLE + device.fast)
    slowest = (reservoir.delivered - reservoir.doubtful) * (PER_MILLE - device.slow)
    less = PER_MILLE * (seen + device.measuring_error - held) + fastest < 0
    return less or PER_MILLE * (seen - device.measuring_error - held) + slowest > 0


def close(device: Device, reservoir: Reservoir, drawn: int, at: int) -> ClosedAccount:
    """The account closed at `at` (s) by drawing `drawn` quanta: what was expected and not drawn is written off."""
    return ClosedAccount(
        at=at,
        filled=reservoir.filled,
        delivered=reservoir.delivered,
        withdrawn=reservoir.withdrawn + drawn,
        doubtful=reservoir.doubtful,
        written_off=reservoir.written_off + reservoir.remaining - drawn,
        finding=finding(device, reservoir, drawn),
    )


def is_empty(reservoir: Reservoir) -> bool:
    """Whether what is left could all be residual."""
    return reservoir.remaining <= reservoir.empty_level
