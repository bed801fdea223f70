"""Whether a run came out as its scenario expects: each failure one line, what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from intrathecal import Reason
from intrathecal.units import DAY
from intrathecal_hosts.amounts import ml_exactly, moment
from intrathecal_hosts.scenario import Expectations
from intrathecal_hosts.summary import Summary

ACCOUNTS: Final = ("filled", "remaining", "delivered", "withdrawn", "written_off")
"""The sides of the books."""


def failures(expect: Expectations, summary: Summary) -> list[str]:
    """Every expectation that the run did not meet."""
    return [
        *_answers(summary),
        *_books(expect, summary),
        *_boluses(expect, summary),
        *_refill_date(expect, summary),
        *_refusals(expect, summary),
        *_alarms(expect, summary),
    ]


def _answers(summary: Summary) -> Iterator[str]:
    for surprise in summary.surprises:
        where = f"{surprise.key or 'host'} ({surprise.kind}, {moment(surprise.at)})"
        yield f"{where}: expected {_verdict(surprise.expected)}, came {_verdict(surprise.came)}"


def _books(expect: Expectations, summary: Summary) -> Iterator[str]:
    books = summary.books()
    for account in ACCOUNTS:
        expected = getattr(expect, account)
        came = getattr(books, account)
        if expected is not None and expected.quanta != came:
            yield f"expect.{account}: expected {ml_exactly(expected.quanta)}, came {ml_exactly(came)}"


def _boluses(expect: Expectations, summary: Summary) -> Iterator[str]:
    if expect.boluses_given is not None and expect.boluses_given != summary.boluses_given:
        yield f"expect.boluses_given: expected {expect.boluses_given}, came {summary.boluses_given}"


def _refill_date(expect: Expectations, summary: Summary) -> Iterator[str]:
    due = summary.refill_by()
    came = None if due is None else due // DAY
    if expect.refill_by_day is not None and expect.refill_by_day != came:
        yield f"expect.refill_by_day: expected {expect.refill_by_day}, came {'none' if came is None else came}"


def _refusals(expect: Expectations, summary: Summary) -> Iterator[str]:
    if expect.refusals is None:
        return
    refused = summary.refused_for()
    for reason in sorted(refused | expect.refusals):
        expected, came = expect.refusals.get(reason, 0), refused.get(reason, 0)
        if expected != came:
            yield f"expect.refusals.{reason.name}: expected {expected}, came {came}"


def _alarms(expect: Expectations, summary: Summary) -> Iterator[str]:
    if expect.alarms is None:
        return
    expected = [f"{alarm.alarm.name} on day {alarm.day}" for alarm in expect.alarms]
    came = [f"{change.alarm.name} on day {change.at // DAY}" for change in summary.alarms if change.risen]
    if expected != came:
        yield f"expect.alarms: expected {', '.join(expected) or 'none'}, came {', '.join(came) or 'none'}"


def _verdict(reason: Reason) -> str:
    return "accepted" if reason == Reason.NONE else reason.name
