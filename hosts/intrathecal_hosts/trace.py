"""What a picture of a run needs: flows, boluses, the reservoir with its uncertainty, the dose window, states, alarms.

Numbers for the eye alone: whatever is decided or reported stays in whole numbers elsewhere.
"""

from __future__ import annotations

from attrs import Factory, define, frozen

from intrathecal import Alarm, Pump
from intrathecal.units import DAY, MILLILITRE, PER_MILLE, SHARES
from intrathecal_hosts.record import Record
from intrathecal_hosts.spans import Activity, Span, spans


@frozen
class Level:
    """The state at one moment."""

    day: float
    remaining: float
    """mL, nominal."""
    remaining_least: float
    """mL: the true volume, had the pump always run at the fast end of the band of pressure that it was in."""
    remaining_greatest: float
    """mL: the same at the slow end."""
    low: float
    """mL: the true volume at which the low alarm has sounded."""
    residual: float
    """mL: what the pump cannot deliver."""
    share: float
    """Per cent of a day's ceiling, at the fast end: the last 48 whole slots and the current one."""


@define
class Trace:
    """Collects the records of a run, in order."""

    spans: list[Span] = Factory(list)
    levels: list[Level] = Factory(list)
    alarms: dict[Alarm, list[tuple[int, int]]] = Factory(dict)
    """By alarm: when it was listed, as pairs of s."""
    replacements: list[float] = Factory(list)
    """days: when another pump took over."""

    def see(self, record: Record) -> None:
        """Add the record to the lines."""
        for span in spans(record):
            last = self.spans[-1] if self.spans else None
            if last is not None and (last.end, last.flow, last.activity) == (span.start, span.flow, span.activity):
                self.spans[-1] = Span(start=last.start, end=span.end, flow=span.flow, activity=span.activity)
            else:
                self.spans.append(span)
        self.levels.append(level(record.step.pump))
        if record.replaced:
            self.replacements.append(record.before.now / DAY)
        for alarm in Alarm:
            if record.before.alarms.listed[alarm]:
                lengthen(self.alarms.setdefault(alarm, []), record.before.now, record.step.pump.now)

    def during(self, activity: Activity) -> list[tuple[int, int]]:
        """When the pump did this, as pairs of s."""
        return [(span.start, span.end) for span in self.spans if span.activity == activity]


def lengthen(stretches: list[tuple[int, int]], start: int, end: int) -> None:
    """Add the stretch from `start` to `end` (s); it lengthens the last one where that ended at `start`."""
    if stretches and stretches[-1][1] == start:
        stretches[-1] = (stretches[-1][0], end)
    else:
        stretches.append((start, end))


def level(pump: Pump) -> Level:
    """The state of the pump, at the time up to which its books are kept."""
    reservoir = pump.reservoir
    held = reservoir.filled - reservoir.withdrawn
    fastest = held - reservoir.fastest / PER_MILLE
    slowest = held - reservoir.slowest / PER_MILLE
    return Level(
        day=pump.now / DAY,
        remaining=reservoir.remaining / MILLILITRE,
        remaining_least=max(fastest, 0) / MILLILITRE,
        remaining_greatest=slowest / MILLILITRE,
        low=pump.limits.low / MILLILITRE,
        residual=pump.device.residual / MILLILITRE,
        share=100 * (pump.window.total + pump.window.current) / SHARES,
    )
