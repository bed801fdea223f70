"""Settling: the books are brought to the time of an event, before anything is decided."""

from __future__ import annotations

from intrathecal.arithmetic import least
from intrathecal.bridging import arrives, cross, released
from intrathecal.device import Device, slow_in_air
from intrathecal.evolving import evolve
from intrathecal.pump import Mode, Mri, Pump, Service, replaces_schedule
from intrathecal.reservoir import draw, is_empty
from intrathecal.titrating import advance
from intrathecal.units import DAY, NEVER
from intrathecal.window import doubted, record, turn


def settle(device: Device, pump: Pump, at: int, missed: bool) -> Pump:
    """The pump with its books brought to `at` (s, from `pump.now` to one slot on).

    What the last command delivered is now counted; delivery ended at the command's own deadline, whatever the host did.
    `missed`: the host was away, so that any gap is an outage.
    """
    command = pump.command
    end = least(at, command.until)
    ran = end - pump.now
    runs = command.flow > 0 and ran > 0
    delivered = delivered_until(pump, at)
    doubtful = in_doubt(pump.mri)
    elsewhere = runs and (doubtful or (pump.mode == Mode.PRIMING and not is_empty(pump.reservoir)))
    reservoir = draw(pump.reservoir, delivered, doubtful, pump.band)
    unsure = falls_short(pump)
    arrived = arrives(pump.bridge, delivered, unsure)
    over = replaces_schedule(pump) and (at > command.until or at >= pump.bolus.ends or is_empty(reservoir))
    schedule = turn(pump.schedule) if at >= pump.window.ends else pump.schedule
    missing = at - end if missed or pump.mode != Mode.STOPPED else 0
    return evolve(
        pump,
        now=at,
        mode=Mode.BASAL if over or (arrived and pump.mode == Mode.BRIDGING) else pump.mode,
        schedule=released(schedule) if arrived else schedule,
        reservoir=reservoir,
        supply=evolve(pump.supply, sensed=pump.supply.sensed - delivered),
        window=record(doubted(pump.window, 0) if elsewhere else pump.window, command.burn * ran, at),
        history=evolve(pump.history, ended=end) if over and pump.mode == Mode.BOLUS else pump.history,
        line=advance(pump.line, delivered, unsure),
        bridge=cross(pump.bridge, delivered, unsure, arrived),
        delivered_at=end if runs else pump.delivered_at,
        service=watch_host(pump, at, missing, 0 if missed else device.grace),
    )


def delivered_until(pump: Pump, at: int) -> int:
    """quanta: what the last command delivers from the pump's time to `at` (s), or to its own end."""
    return pump.command.flow * (least(at, pump.command.until) - pump.now)


def in_doubt(mri: Mri) -> bool:
    """Whether what counts as delivered may not have been: in an MRI, and until its end is verified."""
    return mri.announced or mri.unverified_since != NEVER


def falls_short(pump: Pump) -> bool:
    """Whether what counts as delivered may bring what is on its way in the line less far than it was reckoned to: it
    may not have been, or the ambient pressure may make it slower than in ordinary air."""
    return in_doubt(pump.mri) or pump.band.slow > slow_in_air(pump.device)


def watch_host(pump: Pump, at: int, gap: int, grace: int) -> Service:
    """The host's record at `at` (s), after a gap of `gap` seconds up to `at`, of which `grace` are no outage."""
    service = pump.service
    if gap == 0 and at < service.day_ends:
        return service
    late = gap > grace
    new = late and service.outage_until != pump.command.until
    same_day = at < service.day_ends
    return Service(
        gap_at=at if late else service.gap_at,
        gaps_today=service.gaps_today + gap if same_day else gap,
        gaps_before=service.gaps_before if same_day else service.gaps_today,
        day_ends=service.day_ends if same_day else service.day_ends + DAY,
        outage_since=pump.command.until if new else service.outage_since,
        outage_until=at if late else service.outage_until,
    )
