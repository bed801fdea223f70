"""A run told day by day: doses, boluses, flows, the reservoir, alarms. Day 0 begins at time 0, a midnight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import Factory, define, evolve, frozen

from intrathecal import Alarm, ClinicianBolus, PatientBolus, PortBolus, Pump, Solution
from intrathecal.units import DAY, MILLILITRE
from intrathecal_hosts.record import Record
from intrathecal_hosts.spans import Activity, spans


@frozen
class Day:
    """One day, or one of a run of days that are alike."""

    number: int
    """The day: `number` days after time 0 it began."""
    delivered: int
    """quanta."""
    doses: Mapping[int, int]
    """By a drug's code: ng of it that were delivered, nominal; a part of a nanogram is left out, and so is what was
    injected through the bolus port."""
    boluses: int
    """How many started."""
    boluses_refused: int
    refused: int
    """How many events were refused, boluses included."""
    flow_least: int
    """nL/d."""
    flow_greatest: int
    """nL/d."""
    remaining: int
    """quanta at the day's end."""
    activities: tuple[Activity, ...]
    """What the pump did, in the order of `Activity`."""
    risen: tuple[Alarm, ...]
    ended: tuple[Alarm, ...]


@frozen
class DayRange:
    """Days in a row that a reader need not tell apart: only the reservoir differs."""

    first: int
    last: Day


@define
class DayBook:
    """Collects the records of a run, in order, into days."""

    days: list[_OpenDay] = Factory(list)

    def see(self, record: Record) -> None:
        """Count the record: what ran belongs to the day in which it ran, the answer to the day of the event."""
        for span in spans(record):
            day = self._day(span.start // DAY)
            day.flows.add(span.flow)
            day.activities.add(span.activity)
        self._day(record.before.now // DAY).run(record)
        self._day(record.step.pump.now // DAY).answer(record)

    def closed(self) -> tuple[Day, ...]:
        """The days so far; a last one that has not lasted yet is left out unless something happened in it."""
        return tuple(day.closed() for day in self.days if day.flows or day.eventful)

    def _day(self, number: int) -> _OpenDay:
        if not self.days or self.days[-1].number < number:
            self.days.append(_OpenDay(number=number))
        return self.days[-1] if self.days[-1].number == number else self.days[-2]


@define
class _OpenDay:
    number: int
    masses: Counter[int] = Factory(Counter)
    """By a drug's code: quanta · ng/mL."""
    delivered: int = 0
    boluses: int = 0
    boluses_refused: int = 0
    refused: int = 0
    remaining: int = 0
    flows: set[int] = Factory(set)
    activities: set[Activity] = Factory(set)
    risen: list[Alarm] = Factory(list)
    ended: list[Alarm] = Factory(list)

    @property
    def eventful(self) -> bool:
        return bool(self.boluses or self.refused or self.risen or self.ended)

    def run(self, record: Record) -> None:
        self.delivered += record.delivered
        self.remaining = record.before.reservoir.remaining - record.delivered
        if record.delivered > 0:
            self.masses.update({code: record.delivered * each for code, each in strengths(record.before).items()})

    def answer(self, record: Record) -> None:
        is_bolus = isinstance(record.event, PatientBolus | ClinicianBolus | PortBolus)
        accepted = record.step.verdict.accepted
        self.boluses += is_bolus and accepted
        self.boluses_refused += is_bolus and not accepted
        self.refused += not accepted
        self.remaining = record.step.pump.reservoir.remaining
        self.risen += [alarm for alarm in Alarm if record.step.alarms.risen[alarm]]
        self.ended += [alarm for alarm in Alarm if record.step.alarms.ended[alarm]]

    def closed(self) -> Day:
        return Day(
            number=self.number,
            delivered=self.delivered,
            doses={code: mass // MILLILITRE for code, mass in self.masses.items()},
            boluses=self.boluses,
            boluses_refused=self.boluses_refused,
            refused=self.refused,
            flow_least=min(self.flows, default=0),
            flow_greatest=max(self.flows, default=0),
            remaining=self.remaining,
            activities=tuple(activity for activity in Activity if activity in self.activities),
            risen=tuple(self.risen),
            ended=tuple(self.ended),
        )


def strengths(pump: Pump) -> dict[int, int]:
    """By code: ng/mL of each drug that the pump has held, in what it delivers next: of the old solution until the new
    one can arrive, then of the stronger until it surely has."""
    new = _held(pump.solution)
    if pump.bridge.late == 0:
        return new
    old = _held(pump.bridge.solution)
    if pump.bridge.early >= pump.bridge.flow:
        return old
    return {code: max(old.get(code, 0), new.get(code, 0)) for code in {**old, **new}}


def _held(solution: Solution) -> dict[int, int]:
    return {each.drug.code: each.concentration for each in solution.ingredients if each.drug.code > 0}


def alike(days: Iterable[Day]) -> list[DayRange]:
    """The days, with those in a row that differ in the reservoir alone, and hold no alarm, taken together."""
    ranges: list[DayRange] = []
    for day in days:
        if ranges and _same(ranges[-1].last, day):
            ranges[-1] = DayRange(first=ranges[-1].first, last=day)
        else:
            ranges.append(DayRange(first=day.number, last=day))
    return ranges


def _same(one: Day, next_one: Day) -> bool:
    quiet = not (one.risen or one.ended or next_one.risen or next_one.ended)
    return quiet and one == evolve(next_one, number=one.number, remaining=one.remaining)
