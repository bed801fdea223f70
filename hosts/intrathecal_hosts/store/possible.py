"""What is true of every state that a pump can be in: its times, books, prices and dose window fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from attrs import frozen

from intrathecal import Drive, Mode, Phase, Pump
from intrathecal.pricing import price_solution
from intrathecal.units import BURN_MAX, DAY, END, NEVER, NUMBER_MAX, PER_MILLE, SHARES, SLOT, SLOTS


@frozen
class Bound:
    """What a number of a pump must lie between."""

    name: str
    """As in `window.total`."""
    value: int
    low: int
    high: int
    unit: str

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        limit = f"outside {self.low} to {self.high}" if self.low != self.high else f"not {self.low}"
        return f"{self.name}: {self.value} {self.unit} is {limit} {self.unit}"


def impossible(pump: Pump) -> str | None:
    """The first bound that does not hold, in one line; nothing where all of them do."""
    return next((str(bound) for bound in bounds(pump) if not bound.holds), None)


def bounds(pump: Pump) -> Iterator[Bound]:
    """All of them, of the device and the solution that the pump has."""
    return chain(
        of_times(pump),
        of_the_reservoir(pump),
        of_the_closed_account(pump),
        of_the_window(pump),
        of_the_command(pump),
        of_limits(pump),
        of_the_schedule(pump),
        of_therapy(pump),
        of_a_bolus(pump),
    )


def of_times(pump: Pump) -> Iterator[Bound]:
    """The present lies in its slot and its day, and what is past does not lie after it."""
    now = pump.now
    yield Bound("now", now, 0, END, "s")
    yield Bound("number", pump.number, 0, NUMBER_MAX, "(number of an event)")
    yield Bound("window.ends", pump.window.ends, now + 1, now + SLOT, "s")
    yield Bound("service.day_ends", pump.service.day_ends, now + 1, now + DAY, "s")
    yield Bound("delivered_at", pump.delivered_at, NEVER, now, "s")
    yield Bound("closed.at", pump.closed.at, NEVER, now, "s")
    yield Bound("history.ended", pump.history.ended, NEVER, now, "s")
    yield Bound("history.starts", min(pump.history.starts), NEVER, now, "s")
    yield Bound("history.starts", max(pump.history.starts), NEVER, now, "s")
    yield Bound("mri.unverified_since", pump.mri.unverified_since, NEVER, now, "s")


def of_the_reservoir(pump: Pump) -> Iterator[Bound]:
    """The open account adds up, and holds no more than the pump does."""
    account = pump.reservoir
    capacity = pump.device.capacity
    yield Bound("reservoir.filled", account.filled, 0, capacity, "quanta")
    yield Bound("reservoir.remaining", account.remaining, 0, capacity, "quanta")
    yield Bound("reservoir.delivered", account.delivered, 0, capacity, "quanta")
    yield Bound("reservoir.withdrawn", account.withdrawn, 0, capacity, "quanta")
    yield Bound("reservoir.written_off", account.written_off, 0, 0, "quanta")
    yield Bound("reservoir.doubtful", account.doubtful, 0, account.delivered, "quanta")
    parts = account.filled - account.delivered - account.withdrawn
    yield Bound("reservoir.remaining", account.remaining, parts, parts, "quanta")
    least = PER_MILLE * account.delivered
    most = 2 * least + PER_MILLE * account.filled
    yield Bound("reservoir.fastest", account.fastest, least, most, "quanta · per mille")
    yield Bound("reservoir.slowest", account.slowest, 0, least, "quanta · per mille")


def of_the_closed_account(pump: Pump) -> Iterator[Bound]:
    """The account that the last refill closed adds up, and nothing remains in it."""
    closed = pump.closed
    yield Bound("closed.filled", closed.filled, 0, pump.device.capacity, "quanta")
    yield Bound("closed.delivered", closed.delivered, 0, closed.filled, "quanta")
    yield Bound("closed.doubtful", closed.doubtful, 0, closed.delivered, "quanta")
    parts = closed.delivered + closed.withdrawn + closed.written_off
    yield Bound("closed.filled", closed.filled, parts, parts, "quanta")


def of_the_window(pump: Pump) -> Iterator[Bound]:
    """Its total is that of its slots, and 24 hours hold no more than their ceiling."""
    window = pump.window
    total = sum(window.past)
    yield Bound("window.past", min(window.past), 0, SHARES, "shares")
    yield Bound("window.current", window.current, 0, SHARES, "shares")
    yield Bound("window.total", window.total, total, total, "shares")
    yield Bound("window.total", window.total, 0, SHARES - window.current, "shares")
    yield Bound("window.doubtful_until", window.doubtful_until, 0, window.ends + DAY, "s")


def of_the_command(pump: Pump) -> Iterator[Bound]:
    """It ends with the slot, runs nothing or what the device can, and 24 hours and the reservoir have room for it."""
    command = pump.command
    window = pump.window
    seconds = command.until - pump.now
    weakest, strongest = _potencies(pump)
    spent = pump.device.drive == Drive.CONSTANT_FLOW and command.flow == 0
    most = BURN_MAX if spent else command.flow * strongest
    room = SHARES - window.total - window.current
    left = pump.reservoir.remaining - pump.device.residual if command.flow > 0 else 0
    yield Bound("command.until", command.until, pump.now, window.ends, "s")
    yield _flow("command.flow", command.flow, pump)
    yield Bound("command.burn", command.burn, command.flow * weakest, most, "shares/s")
    yield Bound("command.burn until its end", command.burn * seconds, 0, room, "shares")
    yield Bound("command.flow until its end", command.flow * seconds, 0, left, "quanta")


def of_limits(pump: Pump) -> Iterator[Bound]:
    """They are the price of what is in the pump, of nothing before it is commissioned; a day may be less, where a trial
    says so."""
    limits = pump.limits
    if pump.phase not in (Phase.IMPLANTED, Phase.RETIRED):
        yield Bound("limits.potency", limits.potency, 0, 0, "shares a quantum")
        return
    priced = price_solution(pump.device, pump.solution)
    yield Bound("limits.potency", limits.potency, priced.potency, priced.potency, "shares a quantum")
    yield Bound("limits.flow", limits.flow, priced.flow, priced.flow, "nL/d")
    yield Bound("limits.bolus", limits.bolus, priced.bolus, priced.bolus, "quanta")
    yield Bound("limits.day", limits.day, 0, priced.day, "quanta")
    yield Bound("limits.soft", limits.soft, priced.soft, priced.soft, "quanta")
    yield Bound("limits.low", limits.low, priced.low, priced.low, "quanta")


def of_the_schedule(pump: Pump) -> Iterator[Bound]:
    """Each flow is one that the device can run, and its price that of the solution; no less is set aside for it."""
    schedule = pump.schedule
    prices = tuple(flow * pump.limits.potency for flow in schedule.flows)
    yield _flow("schedule.flows", min(filter(None, schedule.flows), default=0), pump)
    yield _flow("schedule.flows", max(schedule.flows), pump)
    slot = next((slot for slot in range(SLOTS) if schedule.burns[slot] != prices[slot]), 0)
    yield Bound(f"schedule.burns[{slot}]", schedule.burns[slot], prices[slot], prices[slot], "shares/s")
    slot = next((slot for slot in range(SLOTS) if schedule.reserved[slot] < prices[slot]), 0)
    yield Bound(f"schedule.reserved[{slot}]", schedule.reserved[slot], prices[slot], BURN_MAX, "shares/s")
    yield Bound("schedule.reserved", max(schedule.reserved), 0, BURN_MAX, "shares/s")


def of_therapy(pump: Pump) -> Iterator[Bound]:
    """Its sums and prices are those of the schedule and of the prescription."""
    therapy = pump.therapy
    potency = pump.limits.potency
    day = SLOT * sum(pump.schedule.burns)
    fallback = therapy.prescription.fallback * potency
    ceiling = therapy.prescription.ceiling * potency
    bolus = therapy.bolus_flow * potency
    yield Bound("therapy.day", therapy.day, day, day, "shares")
    yield Bound("therapy.peak", therapy.peak, max(pump.schedule.burns), BURN_MAX, "shares/s")
    yield Bound("therapy.fastest", therapy.fastest, max(pump.schedule.flows), pump.device.flow_max, "nL/d")
    yield _flow("therapy.prescription.fallback", therapy.prescription.fallback, pump)
    yield Bound("therapy.fallback_burn", therapy.fallback_burn, fallback, fallback, "shares/s")
    yield Bound("therapy.ceiling", therapy.ceiling, ceiling, ceiling, "shares")
    yield _flow("therapy.bolus_flow", therapy.bolus_flow, pump)
    yield Bound("therapy.bolus_burn", therapy.bolus_burn, bolus, bolus, "shares/s")


def of_a_bolus(pump: Pump) -> Iterator[Bound]:
    """What runs in place of the schedule has begun, and has not ended; it is no more than was asked for."""
    if pump.mode not in (Mode.BOLUS, Mode.PRIMING):
        return
    bolus = pump.bolus
    price = bolus.flow * pump.limits.potency
    yield Bound("bolus.started", bolus.started, 0, pump.now, "s")
    yield Bound("bolus.ends", bolus.ends, pump.now + 1, bolus.started + DAY, "s")
    yield Bound("bolus.flow", bolus.flow, pump.device.flow_min, pump.device.flow_max, "nL/d")
    yield Bound("bolus.burn", bolus.burn, price, price, "shares/s")
    yield Bound("bolus.flow until its end", bolus.flow * (bolus.ends - bolus.started), 0, bolus.volume, "quanta")


def _potencies(pump: Pump) -> tuple[int, int]:
    """shares a quantum: the least and the most that what leaves the line may have; two only during a bridge."""
    if pump.bridge.late == 0:
        return pump.limits.potency, pump.limits.potency
    return pump.bridge.potency, pump.bridge.strongest


def _flow(name: str, flow: int, pump: Pump) -> Bound:
    """Nothing, or what the device can run."""
    return Bound(name, flow, 0 if flow == 0 else pump.device.flow_min, pump.device.flow_max, "nL/d")
