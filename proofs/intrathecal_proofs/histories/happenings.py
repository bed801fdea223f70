"""Happenings: the steps of a life, and who looks on."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from intrathecal import (
    Device,
    Event,
    Pump,
    Step,
    step,
)


@attrs.frozen
class Happening:
    """One step of a life."""

    device: Device
    """The one that the event was for."""
    before: Pump
    event: Event
    after: Step


Onlooker = Callable[[Happening], None]
"""Is shown every step of one life."""


def stepped(device: Device, pump: Pump, event: Event, onlooker: Onlooker) -> Pump:
    """The pump after the event, which the onlooker is shown."""
    after = step(device, pump, event)
    onlooker(Happening(device, pump, event, after))
    return after.pump
