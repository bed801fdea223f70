"""The device that was implanted: what its hardware can do and where its limits lie."""

from __future__ import annotations

from enum import IntEnum

from attrs import field, frozen

from intrathecal.fields import YES_OR_NO, Member, Within
from intrathecal.units import DAY, FLOW_MAX, NUMBER_MAX, VOLUME_MAX


class MriPolicy(IntEnum):
    """What a device lets be done in an MRI."""

    FORBIDDEN = 0
    EMPTY_FIRST = 1
    """A strong field may open the valves: all drug is drawn first (domain.md 2, S-flowmri)."""
    KEEP_RUNNING = 2
    """The rotor stalls and should turn again by itself; stopping it would hide that (domain.md 1.6, S-mri)."""


@frozen
class Device:
    """A programmable pump as built. Records hold base units; `intrathecal.constructors` takes typed quantities.

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
    """nL/d: the slowest flow but zero."""
    flow_max: int = field(validator=Within(1, FLOW_MAX, "nL/d"))
    """nL/d: the fastest flow."""
    fast: int = field(validator=Within(0, 999, "per mille"))
    """per mille: the true flow is at most this much above the nominal one."""
    slow: int = field(validator=Within(0, 999, "per mille"))
    """per mille: the true flow is at most this much below the nominal one."""
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

    def __attrs_post_init__(self) -> None:
        if not valid_device(self):
            raise ValueError(
                "Device: needs residual < low <= capacity and flow_min <= flow_max, has "
                f"residual {self.residual} quanta, low {self.low} quanta, capacity {self.capacity} quanta, "
                f"flow_min {self.flow_min} nL/d, flow_max {self.flow_max} nL/d"
            )


def valid_device(device: Device) -> bool:
    """The fields make sense together: the low alarm comes before the residual volume, the flow range is not empty."""
    return device.residual < device.low and device.low <= device.capacity and device.flow_min <= device.flow_max
