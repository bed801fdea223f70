"""What a scenario says of a device: one of the catalogue by its model, or one of its own by its fields."""

from __future__ import annotations

from attrs import frozen

from intrathecal import Drive, MriPolicy
from intrathecal.constructors import A_DAY, NO_PORT
from intrathecal.quantities import Duration, Flow, Pressure, Ratio, Volume


@frozen(kw_only=True)
class DeviceByModel:
    """A device of the catalogue."""

    model: str
    serial: int = 1
    port: Volume | None = None
    """What its bolus port takes, where that is another than the catalogue's."""


@frozen(kw_only=True)
class BandText:
    """A band of ambient pressure, above that of the band before; without `up_to`, without a bound."""

    up_to: Pressure | None = None
    allowed: bool
    fast: Ratio
    slow: Ratio


@frozen(kw_only=True)
class DeviceByFields:
    """A device of its own; the fields are those of `intrathecal.Device`."""

    serial: int
    capacity: Volume
    residual: Volume
    low: Volume
    flow_min: Flow
    flow_max: Flow
    fast: Ratio
    slow: Ratio
    measuring_error: Volume
    grace: Duration
    silence: Duration
    patient_bolus: bool
    tubing: Volume
    mri: MriPolicy = MriPolicy.FORBIDDEN
    mri_recovery: Duration = A_DAY
    drive: Drive = Drive.PROGRAMMABLE
    bands: tuple[BandText, ...] | None = None
    """From the lowest pressure to the highest; left out, ordinary air alone is allowed."""
    port: Volume = NO_PORT
