"""The reservoir audited: whether a pump tells that little is left, and stops when nothing is."""

from __future__ import annotations

from typing import Final

from intrathecal import Alarm, Cause, Drive, Event, Step
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.plant import THOUSAND
from intrathecal_hosts.plant.promises import Promise

LOW_WHERE_DANGEROUS: Final = 4_000_000 * 86_400
"""quanta, 4 mL: by then the low alarm has sounded where a sudden stop is dangerous (domain.md 4.4)."""


def judge_reservoir(heard: Heard, event: Event, answer: Step) -> None:
    """One more answer."""
    if heard.plant.implanted and not heard.lost:
        _judge_low(heard, event, answer)
        _judge_residual(heard, event, answer)


def _judge_low(heard: Heard, event: Event, answer: Step) -> None:
    if heard.short and not heard.sensed:
        return
    plant = heard.plant
    dangerous = any(drug.stop_dangerous for code, drug in heard.drugs.items() if code in plant.told)
    low = max(heard.device.low, LOW_WHERE_DANGEROUS if dangerous else 0)
    if plant.volume <= THOUSAND * low and not answer.alarms.listed[Alarm.LOW_RESERVOIR]:
        heard.breach(Promise.LOW, event.at, f"{plant.volume // THOUSAND} quanta are left, and no alarm")


def _judge_residual(heard: Heard, event: Event, answer: Step) -> None:
    runs = answer.command.flow > 0 and answer.command.cause == Cause.THERAPY
    dry = heard.plant.volume <= THOUSAND * heard.device.residual and not heard.short
    if runs and dry and heard.allowed_pressure() and heard.device.drive == Drive.PROGRAMMABLE:
        heard.breach(Promise.RESIDUAL, event.at, f"{answer.command.flow} nL/d, and nothing is left")
