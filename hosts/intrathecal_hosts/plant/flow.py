"""How true the flow is: anywhere within the tolerance that the device's label gives for the ambient pressure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import Final

from intrathecal import Device

AIR: Final = 1_013
"""hPa: ordinary air pressure, until the pump is told of another."""
KEPT_FOR: Final = 1_800
"""s: how long a flow is as true as it is, before it changes."""


class Flow(StrEnum):
    """How the true flow lies to the commanded one."""

    NOMINAL = "nominal"
    """It is the commanded one."""
    FAST = "fast"
    """It is always at the fast end."""
    SLOW = "slow"
    """It is always at the slow end."""
    DRIFTING = "drifting"
    """It wanders, a little each half-hour."""
    ERRATIC = "erratic"
    """It is at either end, each half-hour anew."""


def tolerance(device: Device, pressure: int) -> tuple[int, int]:
    """per mille: how far the true flow may be above and below the commanded one at that pressure (hPa)."""
    for band in device.bands:
        if pressure <= band.up_to:
            return band.fast, band.slow
    raise ValueError(f"pressure: {pressure} hPa is above every band of the device")


def errors(flow: Flow, seed: int) -> Callable[[int, int, int], int]:
    """By half-hour and the two ends of tolerance (per mille): how much the true flow is above the commanded one (per
    mille). The same for the same seed, in whatever order it is asked."""
    wandered = [500]

    def drift(half_hour: int) -> int:
        """per mille of the way from the slow end to the fast one."""
        while len(wandered) <= half_hour + 1:
            moved = wandered[-1] + Random(f"{seed} {len(wandered) - 1}").randint(-100, 100)
            wandered.append(min(max(moved, 0), 1_000))
        return wandered[half_hour + 1]

    def error(half_hour: int, fast: int, slow: int) -> int:
        if flow is Flow.FAST:
            return fast
        if flow is Flow.SLOW:
            return -slow
        if flow is Flow.ERRATIC:
            return Random(f"{seed} {half_hour}").choice((fast, -slow))
        if flow is Flow.DRIFTING:
            return -slow + drift(half_hour) * (fast + slow) // 1_000
        return 0

    return error
