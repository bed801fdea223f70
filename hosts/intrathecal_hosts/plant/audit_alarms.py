"""Alarms audited: whether what a pump was told, and what it must reckon by itself, is listed as long as it is so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from intrathecal import Alarm, Cause, Drive, Event, Fault, LevelMeasured, Step
from intrathecal_hosts.plant.audit_reservoir import LOW_WHERE_DANGEROUS
from intrathecal_hosts.plant.body import DAY
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.plant import THOUSAND
from intrathecal_hosts.plant.promises import Promise

ALARM_OF: Final = {
    Fault.MOTOR_STALL: Alarm.MOTOR_STALL,
    Fault.END_OF_SERVICE: Alarm.END_OF_SERVICE,
    Fault.MEMORY: Alarm.MEMORY_FAULT,
    Fault.RESET: Alarm.RESET,
    Fault.REPLACEMENT_DUE: Alarm.REPLACEMENT_DUE,
}
"""What a fault is told by."""
Owed = tuple[Promise, Alarm]
"""An alarm that is to be listed, and the promise that says so."""


def judge_alarms(heard: Heard, event: Event, answer: Step) -> None:
    """One more answer, once what the event tells is known, and what is commanded from now on."""
    heard.prescribed.mark_supply()
    owed = [] if heard.retired else [(Promise.FAULT, ALARM_OF[fault]) for fault in sorted(heard.prescribed.faults)]
    if heard.plant.implanted:
        owed += [*_of_volume(heard, event, answer), *_of_needles(heard), *_of_surroundings(heard, event.at)]
    for promise, alarm in owed:
        if not answer.alarms.listed[alarm]:
            heard.breach(promise, event.at, f"{alarm.name} is not listed")


def _of_volume(heard: Heard, event: Event, answer: Step) -> Iterator[Owed]:
    accounts, device = heard.prescribed.accounts, heard.device
    seen = isinstance(event, LevelMeasured) and answer.verdict.accepted and event.volume <= device.residual
    if accounts.counts_as_empty or seen or answer.command.cause == Cause.EMPTY:
        yield Promise.EMPTY, Alarm.EMPTY
    low = max(device.low, LOW_WHERE_DANGEROUS if heard.prescribed.dangerous else 0)
    day = device.flow_min * DAY if device.drive == Drive.CONSTANT_FLOW else heard.prescribed.day
    if day > 0 and accounts.spare(low) <= 2 * day * (THOUSAND + device.fast):
        yield Promise.DUE, Alarm.REFILL_DUE


def _of_needles(heard: Heard) -> Iterator[Owed]:
    accounts = heard.prescribed.accounts
    if accounts.over:
        yield Promise.FINDING, Alarm.OVER_DELIVERY
    if accounts.under:
        yield Promise.FINDING, Alarm.REFILL_DISCREPANCY
    if accounts.disagrees:
        yield Promise.LEVEL, Alarm.LEVEL_DISAGREEMENT


def _of_surroundings(heard: Heard, at: int) -> Iterator[Owed]:
    prescribed, accounts = heard.prescribed, heard.prescribed.accounts
    if accounts.outside:
        yield Promise.PRESSURE, Alarm.PRESSURE
    if prescribed.unverified is not None and at - prescribed.unverified > heard.device.mri_recovery:
        yield Promise.VERIFIED, Alarm.UNVERIFIED_AFTER_MRI
    if accounts.to_check:
        yield Promise.CHECK, Alarm.EARLY_CHECK
