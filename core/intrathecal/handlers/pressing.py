"""The ambient pressure changes: a flight, a dive, a chamber."""

from __future__ import annotations

from intrathecal.device import Device, band_of
from intrathecal.events import PressureChanged
from intrathecal.evolving import evolve
from intrathecal.pump import Phase, Pump
from intrathecal.reservoir import levelled, widest
from intrathecal.verdict import Decision, accept


def on_pressure_changed(device: Device, pump: Pump, event: PressureChanged) -> Decision:
    """The books go on with the tolerance of the new band. Where it is wider than any allowed one, or was, the levels of
    the reservoir are found anew; therapy goes on."""
    band = band_of(device, event.pressure)
    beyond = widest(device, band) > device.fast or widest(device, pump.band) > device.fast
    if beyond and pump.phase == Phase.IMPLANTED:
        return accept(evolve(pump, band=band, reservoir=levelled(device, pump.limits, pump.reservoir, band)))
    return accept(evolve(pump, band=band))
