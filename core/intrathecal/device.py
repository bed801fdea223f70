"""The device that was implanted: what its hardware can do and where its limits lie."""

from __future__ import annotations

from enum import IntEnum

from attrs import Factory, field, frozen

from intrathecal.fields import YES_OR_NO, Each, Made, Member, Within
from intrathecal.members import at_once
from intrathecal.units import DAY, FLOW_MAX, NUMBER_MAX, PRESSURE_MAX, STANDARD_PRESSURE, VOLUME_MAX

BANDS = 4
"""How many bands of ambient pressure a device tells apart."""


@at_once
class Drive(IntEnum):
    """What drives the drug out."""

    PROGRAMMABLE = 0
    """A motor or valves, which the core commands."""
    CONSTANT_FLOW = 1
    """Gas behind a restrictor, at the flow set in the factory: no motor and no electronics (domain.md 3.1)."""


class MriPolicy(IntEnum):
    """What a device lets be done in an MRI."""

    FORBIDDEN = 0
    EMPTY_FIRST = 1
    """A strong field may open the valves: all drug is drawn first (domain.md 2, S-flowmri)."""
    KEEP_RUNNING = 2
    """The rotor stalls and should turn again by itself; stopping it would hide that (domain.md 1.6, S-mri)."""


@frozen
class Band:
    """A band of ambient pressure, and how true the flow is in it."""

    up_to: int = field(validator=Within(0, PRESSURE_MAX, "hPa"))
    """hPa: the highest pressure of the band, which begins above that of the band before. One that is no higher than
    that of the band before makes it empty."""
    allowed: bool = field(validator=YES_OR_NO)
    """Whether the device may be exposed to it."""
    fast: int = field(validator=Within(0, 999, "per mille"))
    """per mille: the true flow is at most this much above the nominal one."""
    slow: int = field(validator=Within(0, 1_000, "per mille"))
    """per mille: the true flow is at most this much below the nominal one; at 1000 it may stand still."""


@frozen
class Device:
    """A pump as built. Records hold base units; `intrathecal.constructors` takes typed quantities.

    Raises `ValueError` where `valid_device` does not hold.
    """

    serial: int = field(validator=Within(1, NUMBER_MAX, "(serial number)"))
    """Which device this is: two of one model differ."""
    capacity: int = field(validator=Within(1, VOLUME_MAX, "quanta"))
    """quanta: what an emptied pump may be filled with."""
    residual: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what the pump cannot deliver, nominally."""
    low: int = field(validator=Within(1, VOLUME_MAX, "quanta"))
    """quanta: at or below this true volume the low-reservoir alarm has sounded."""
    flow_min: int = field(validator=Within(1, FLOW_MAX, "nL/d"))
    """nL/d: the slowest flow but zero; of a constant-flow pump the only one, set in the factory."""
    flow_max: int = field(validator=Within(1, FLOW_MAX, "nL/d"))
    """nL/d: the fastest flow."""
    fast: int = field(validator=Within(0, 999, "per mille"))
    """per mille: the true flow is at most this much above the nominal one, in any allowed band of pressure."""
    slow: int = field(validator=Within(0, 999, "per mille"))
    """per mille: the true flow is at most this much below the nominal one, in any allowed band of pressure."""
    measuring_error: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: how far a volume measured at refill may be off."""
    grace: int = field(validator=Within(0, DAY, "s"))
    """s: how late a host may be before the gap in therapy is an alarm."""
    silence: int = field(validator=Within(1, DAY, "s"))
    """s: the longest silence of an advisory alarm."""
    patient_bolus: bool = field(validator=YES_OR_NO)
    """Whether a patient may trigger boluses on this device at all."""
    tubing: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what the pump holds between the reservoir and the catheter."""
    mri: MriPolicy = field(default=MriPolicy.FORBIDDEN, validator=Member(MriPolicy))
    """What may be done in an MRI; of a device of which nothing is known, nothing."""
    mri_recovery: int = field(default=DAY, validator=Within(0, DAY, "s"))
    """s: how long after an MRI nobody may have confirmed motor and program before that is an alarm."""
    drive: Drive = field(default=Drive.PROGRAMMABLE, validator=Member(Drive))
    """What drives it."""
    bands: tuple[Band, ...] = field(
        default=Factory(lambda self: ordinary_air(self.fast, self.slow), takes_self=True),
        validator=Each(BANDS, Made(Band)),
    )
    """Bands of ambient pressure, from the lowest to the highest, which has no bound; of a device of which nothing more
    is known, weather and the cabin of an airliner are allowed, and nothing else."""
    port: int = field(default=0, validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: the most that the bolus port takes at once; 0 where there is none."""

    def __attrs_post_init__(self) -> None:
        if not valid_bands(self):
            raise ValueError(
                f"Device: needs bands that ascend to {PRESSURE_MAX} hPa, {STANDARD_PRESSURE} hPa in an allowed one, "
                f"and no allowed one beyond fast {self.fast} and slow {self.slow} per mille, has {self.bands}"
            )
        if self.drive == Drive.CONSTANT_FLOW and self.flow_min != self.flow_max:
            raise ValueError(
                "Device: constant flow needs flow_min = flow_max, has "
                f"flow_min {self.flow_min} nL/d, flow_max {self.flow_max} nL/d"
            )
        if not valid_device(self):
            raise ValueError(
                "Device: needs residual < low <= capacity and flow_min <= flow_max, has "
                f"residual {self.residual} quanta, low {self.low} quanta, capacity {self.capacity} quanta, "
                f"flow_min {self.flow_min} nL/d, flow_max {self.flow_max} nL/d"
            )


def valid_device(device: Device) -> bool:
    """The fields make sense together: the low alarm comes before the residual volume, the flow range is not empty, and
    is one flow where it cannot be changed; so do the bands of pressure."""
    flows = device.flow_min <= device.flow_max
    constant = device.drive == Drive.PROGRAMMABLE or device.flow_min == device.flow_max
    volumes = device.residual < device.low and device.low <= device.capacity
    return volumes and flows and constant and valid_bands(device)


def valid_bands(device: Device) -> bool:
    """The bands ascend without a gap to the highest pressure there is, ordinary air pressure lies in an allowed one,
    and no allowed one is wider than the device's own tolerance."""
    good = device.bands[BANDS - 1].up_to == PRESSURE_MAX and band_of(device, STANDARD_PRESSURE).allowed
    lowest = 0
    for band in device.bands:
        within = band.fast <= device.fast and band.slow <= device.slow
        good = good and lowest <= band.up_to and (within or not band.allowed)
        lowest = band.up_to
    return good


def band_of(device: Device, pressure: int) -> Band:
    """The band that the pressure (hPa, up to the highest there is) lies in."""
    found = device.bands[BANDS - 1]
    for i in range(BANDS - 1):
        band = device.bands[BANDS - 2 - i]
        found = band if pressure <= band.up_to else found
    return found


def slow_in_air(device: Device) -> int:
    """per mille: the true flow is at most this much below the nominal one at ordinary air pressure."""
    return band_of(device, STANDARD_PRESSURE).slow


def ordinary_air(fast: int, slow: int) -> tuple[Band, ...]:
    """Bands that allow 700 to 1100 hPa, with these tolerances (per mille), and nothing else: a cabin is kept at 753 hPa
    or more, and the highest air pressure on record is 1085 hPa. Outside, the flow may be anything."""
    outside = Band(up_to=PRESSURE_MAX, allowed=False, fast=999, slow=1_000)
    thin = Band(up_to=700, allowed=False, fast=999, slow=1_000)
    return (thin, Band(up_to=1_100, allowed=True, fast=fast, slow=slow), outside, outside)
