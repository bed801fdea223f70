"""The reservoir's books: exact in nominal volume, with the levels at which true volume could reach a threshold."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest, least
from intrathecal.device import Band, Device
from intrathecal.evolving import evolve
from intrathecal.pump import ClosedAccount, Finding, Limits, Reservoir
from intrathecal.units import PER_MILLE


def spare(device: Device, reservoir: Reservoir, threshold: int) -> int:
    """quanta · per mille: what may still truly leave before the true volume is within a second of `threshold` quanta.

    Two quanta for each nL/d of the fastest flow pay for the second in which a level is passed. Below zero where the
    true volume may be there already.
    """
    held = reservoir.filled - reservoir.withdrawn
    return PER_MILLE * (held - threshold - 2 * device.flow_max) - reservoir.fastest


def level(remaining: int, to_spare: int, fast: int) -> int:
    """quanta: the `remaining` at or below which what there is `to_spare` (quanta · per mille) may truly be gone, where
    the true volume falls by up to (1000 + fast) / 1000 of the nominal delivery. Rounded up."""
    return remaining - div_floor(greatest(to_spare, 0), PER_MILLE + fast)


def widest(device: Device, band: Band) -> int:
    """per mille: the fast end that levels are priced at: that of any allowed band, or of this one if it is wider."""
    return greatest(device.fast, band.fast)


def levelled(device: Device, limits: Limits, reservoir: Reservoir, band: Band) -> Reservoir:
    """The account with its levels found anew, for a pump in that band of pressure."""
    fast = widest(device, band)
    return evolve(
        reservoir,
        low_level=level(reservoir.remaining, spare(device, reservoir, limits.low), fast),
        empty_level=level(reservoir.remaining, spare(device, reservoir, device.residual), fast),
    )


def fill(device: Device, limits: Limits, volume: int, band: Band) -> Reservoir:
    """A new account, opened with `volume` quanta, of a pump in that band of pressure."""
    opened = Reservoir(
        filled=volume,
        remaining=volume,
        delivered=0,
        withdrawn=0,
        written_off=0,
        doubtful=0,
        low_level=volume,
        empty_level=volume,
        fastest=0,
        slowest=0,
    )
    return levelled(device, limits, opened, band)


def draw(reservoir: Reservoir, volume: int, doubtful: bool, band: Band) -> Reservoir:
    """The account after `volume` quanta were delivered in that band of pressure; `doubtful`: and may not have been."""
    return evolve(
        reservoir,
        remaining=reservoir.remaining - volume,
        delivered=reservoir.delivered + volume,
        doubtful=reservoir.doubtful + volume if doubtful else reservoir.doubtful,
        fastest=reservoir.fastest + volume * (PER_MILLE + band.fast),
        slowest=reservoir.slowest if doubtful else reservoir.slowest + volume * (PER_MILLE - band.slow),
    )


def lose(device: Device, limits: Limits, reservoir: Reservoir, volume: int, band: Band) -> Reservoir:
    """The account, of which up to `volume` quanta more may have been delivered than it knows, at the widest tolerance
    of a pump in that band of pressure: what is surely left is less by it, down to nothing. It nominally stays."""
    held = PER_MILLE * (reservoir.filled - reservoir.withdrawn)
    most = least(reservoir.fastest + volume * (PER_MILLE + widest(device, band)), held)
    return levelled(device, limits, evolve(reservoir, fastest=most), band) if most > reservoir.fastest else reservoir


def withdraw(device: Device, limits: Limits, reservoir: Reservoir, volume: int, band: Band) -> Reservoir:
    """The account after `volume` quanta were withdrawn by needle from a pump in that band of pressure."""
    left = evolve(reservoir, remaining=reservoir.remaining - volume, withdrawn=reservoir.withdrawn + volume)
    return levelled(device, limits, left, band)


def finding(device: Device, reservoir: Reservoir, drawn: int) -> Finding:
    """What `drawn` quanta, taken from a pump drawn empty, tell of the delivery since the last refill.

    What is doubtful may have been delivered at the fast end, or not at all.
    """
    held = reservoir.filled - reservoir.withdrawn
    if PER_MILLE * (drawn + device.residual + device.measuring_error - held) + reservoir.fastest < 0:
        return Finding.OVER_DELIVERED
    if PER_MILLE * (drawn - device.measuring_error - held) + reservoir.slowest > 0:
        return Finding.UNDER_DELIVERED
    return Finding.AS_EXPECTED


def disagrees(device: Device, reservoir: Reservoir, seen: int) -> bool:
    """Whether a level sensor that sees `seen` quanta sees what no tolerance explains."""
    held = reservoir.filled - reservoir.withdrawn
    less = PER_MILLE * (seen + device.measuring_error - held) + reservoir.fastest < 0
    return less or PER_MILLE * (seen - device.measuring_error - held) + reservoir.slowest > 0


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
        fastest=reservoir.fastest,
        slowest=reservoir.slowest,
    )


def is_empty(reservoir: Reservoir) -> bool:
    """Whether what is left could all be residual."""
    return reservoir.remaining <= reservoir.empty_level
