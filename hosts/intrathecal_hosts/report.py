"""A run told to a clinician at a terminal: days, alarms, refusals, and the final books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from intrathecal.units import MILLILITRE, NEVER
from intrathecal_hosts.amounts import fixed, ml_exactly, ml_per_day, moment
from intrathecal_hosts.days import Day, DayRange, alike
from intrathecal_hosts.expectations import ACCOUNTS
from intrathecal_hosts.plant.promises import Breach
from intrathecal_hosts.summary import InUse, Refusal, Summary
from intrathecal_hosts.therapy import DrugName, Scenario

_WIDTH_OF_FILES = 132
"""Columns where the output is no terminal, so that no row wraps."""


def console() -> Console:
    """Where the report goes: standard output, without colour codes unless it is a terminal."""
    screen = Console()
    return screen if screen.is_terminal else Console(width=_WIDTH_OF_FILES, color_system=None)


def show(screen: Console, scenario: Scenario, days: Sequence[Day], summary: Summary) -> None:
    """Print the whole report."""
    screen.print(scenario.title, style="bold", highlight=False, markup=False)
    screen.print(_days(scenario.drugs, days))
    if len(summary.pumps) > 1:
        screen.print(_pumps(summary.pumps))
    if summary.alarms:
        screen.print(_alarms(summary))
    if summary.refusals:
        screen.print(_refusals(summary.refusals))
    screen.print(_books(summary))


def show_failures(screen: Console, lines: Sequence[str]) -> None:
    """Print what went against expectation."""
    for line in lines:
        screen.print(f"FAILED {line}", style="bold red", highlight=False, markup=False, soft_wrap=True)


def show_unchecked(screen: Console, flow: str) -> None:
    """Print that what the file expects of the truth is worked for the commanded flow, and was not asked."""
    screen.print(f"Not checked with a true flow that is {flow}: expect.truth", highlight=False)


def show_breaches(screen: Console, flow: str, breaches: Sequence[Breach]) -> None:
    """Print which promises were broken, as an auditor saw it from outside."""
    for each in breaches:
        line = f"BROKEN {each.promise} at {moment(each.at)}: {each.what}"
        screen.print(line, style="bold red", highlight=False, markup=False, soft_wrap=True)
    if not breaches:
        screen.print(f"Audited with a true flow that is {flow}: no promise was broken", highlight=False)


def _days(drugs: Sequence[DrugName], days: Sequence[Day]) -> Table:
    table = Table(title="Days", title_justify="left")
    table.add_column("day", justify="right")
    for drug in drugs:
        table.add_column(f"{escape(drug.name)}, {drug.unit}", justify="right")
    table.add_column("boluses\ngiven/refused", justify="right")
    table.add_column("flow, mL/d", justify="right")
    table.add_column("reservoir at\nend, mL", justify="right")
    table.add_column("pump")
    table.add_column("alarms")
    for part in alike(days):
        table.add_row(*_day(drugs, part))
    return table


def _day(drugs: Sequence[DrugName], part: DayRange) -> Iterator[str]:
    day = part.last
    yield str(day.number) if part.first == day.number else f"{part.first}-{day.number}"
    for drug in drugs:
        yield fixed(day.doses.get(drug.code, 0), drug.nanograms, 3)
    yield f"{day.boluses}/{day.boluses_refused}" if day.boluses or day.boluses_refused else ""
    least, greatest = ml_per_day(day.flow_least), ml_per_day(day.flow_greatest)
    yield least if least == greatest else f"{least}-{greatest}"
    yield fixed(day.remaining, MILLILITRE, 3)
    yield ", ".join(activity.value for activity in day.activities)
    yield ", ".join([f"+{alarm.name}" for alarm in day.risen] + [f"-{alarm.name}" for alarm in day.ended])


def _pumps(pumps: Sequence[InUse]) -> Table:
    table = Table(title="Pumps", title_justify="left")
    table.add_column("since")
    table.add_column("serial number", justify="right")
    table.add_column("capacity, mL", justify="right")
    for pump in pumps:
        table.add_row(moment(pump.since), str(pump.device.serial), fixed(pump.device.capacity, MILLILITRE, 1))
    return table


def _alarms(summary: Summary) -> Table:
    table = Table(title="Alarms", title_justify="left")
    table.add_column("time")
    table.add_column("alarm")
    table.add_column("")
    for change in summary.alarms:
        table.add_row(moment(change.at), change.alarm.name, "rose" if change.risen else "ended")
    return table


def _refusals(refusals: Sequence[Refusal]) -> Table:
    table = Table(title="Refused", title_justify="left")
    table.add_column("first")
    table.add_column("last")
    table.add_column("times", justify="right")
    table.add_column("event")
    table.add_column("in the file")
    table.add_column("reason")

    causes: dict[tuple[str, str, str], list[int]] = {}
    for refusal in refusals:
        causes.setdefault((refusal.kind, refusal.key, _why(refusal)), []).append(refusal.at)
    for (kind, key, reason), times in causes.items():
        last = moment(times[-1]) if len(times) > 1 else ""
        table.add_row(moment(times[0]), last, str(len(times)), kind, key, reason)
    return table


def _why(refusal: Refusal) -> str:
    """The reason, and from when on the event would be accepted, where the core tells."""
    told = "" if refusal.earliest == NEVER else f" before {moment(refusal.earliest)}"
    return refusal.reason.name + told


def _books(summary: Summary) -> Table:
    table = Table(title="Books, over all refills", title_justify="left", show_header=False)
    books = summary.books()
    for account in ACCOUNTS:
        table.add_row(account.replace("_", " "), ml_exactly(getattr(books, account)))
    due = summary.refill_by()
    if due is not None:
        table.add_row("refill by", moment(due))
    return table
