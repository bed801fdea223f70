"""The form of vectors: a trace is a file of lines of JSON, the first with the pump that it begins with, each other with
an event, what the core answers, and what that changes in the pump."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from intrathecal import Device, Pump, Step, refill_by
from intrathecal_hosts.attack.life import Told
from intrathecal_hosts.plain import NotPlain, object_of, plain, record_of, with_keys
from intrathecal_hosts.store.journal import accepted, canonical, event_told, told_event, told_of
from intrathecal_hosts.store.replaying import differences
from intrathecal_hosts.therapy import Replacement, answered
from intrathecal_hosts.vectors.choosing import Trace

FORMAT: Final = "intrathecal vectors 1"
"""What manifest and traces say that they are."""
MANIFEST: Final = "manifest.json"
"""What lists the traces."""
TRACES: Final = "trace-*.jsonl"
"""What the traces in a folder are called."""
PAGE: Final = "FORMAT.md"
"""What tells people of the form."""
REFILL_BY: Final = "refill_by"
"""The key of an answer beside those of a step: the predicted refill date (s)."""
ANSWER, CHANGED, DEVICE = "answer", "changed", "device"
"""The keys of a line beside its event's: the core's answer, what it changes in the pump, and the device that the event
was meant for, where that is not the pump's own."""


class BadVectors(Exception):
    """What is no trace, or was changed; the message names the file and the line, in one line."""


@frozen
class Line:
    """One step of a trace."""

    number: int
    """In its file, from 1 on; the first line is the pump's."""
    told: Told
    answer: Mapping[str, Any]
    changed: Mapping[str, Any]


@frozen
class Written:
    """A trace as it was read."""

    beginning: Pump
    lines: tuple[Line, ...]


def lines_of(trace: Trace) -> Iterator[bytes]:
    """The lines of its file, without their ends."""
    pump = trace.beginning
    yield canonical({"format": FORMAT, "pump": plain(pump)})
    for each in trace.told:
        answer = answered(each.device, pump, each.event)
        device = {} if meant_for(pump, each) is None else {DEVICE: plain(each.device)}
        yield canonical({**told_event(each.event), **device, **output(pump, answer)})
        pump = answer.pump


def meant_for(pump: Pump, told: Told) -> Device | None:
    """The device that the event was meant for, if it was not the pump's own."""
    return None if told.device == pump.device else told.device


def output(before: Pump, answer: Step) -> dict[str, Any]:
    """What is compared: verdict, command, alarms and refill date, and each number of the pump that is another."""
    said = {key: value for key, value in told_of(answer).items() if key != "pump"} | {REFILL_BY: refill_by(answer.pump)}
    changed = {path: new for path, _, new in differences("", plain(before), plain(answer.pump))}
    return {ANSWER: said, CHANGED: changed}


def read(path: Path) -> Written:
    """The trace in that file.

    Raises `OSError` where it cannot be read, `BadVectors` where it is none.
    """
    given = jsons(path)
    first = next(given, None)
    if first is None:
        raise BadVectors(f"{path.name}: is empty: a trace begins with its pump")
    number = 1
    lines: list[Line] = []
    try:
        with_keys(_of_this_format(first), "format", "pump")
        beginning: Pump = record_of(first["pump"], Pump)
        device = beginning.device
        for number, told in enumerate(given, 2):
            line = _line(number, told, device)
            lines.append(line)
            if isinstance(line.told.event, Replacement) and accepted(line.answer):
                device = line.told.event.device
    except NotPlain as error:
        raise BadVectors(f"{path.name}, line {number}: {error}") from error
    return Written(beginning, tuple(lines))


def _line(number: int, told: Mapping[str, Any], device: Device) -> Line:
    """A step of a trace; `device`: the one that its event was meant for, where the line names none."""
    kind = "transfer" if "transfer" in told else "event"
    with_keys(told, kind, ANSWER, CHANGED, *(key for key in (DEVICE,) if key in told))
    for key in (ANSWER, CHANGED):
        if not isinstance(told[key], dict):
            raise NotPlain(f"{key}: is no object of JSON")
    of = record_of(told[DEVICE], Device) if DEVICE in told else device
    return Line(number, Told(of, event_told(told)), told[ANSWER], told[CHANGED])


def jsons(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file, each an object of JSON.

    Raises `OSError` where it cannot be read, `BadVectors` for a line that is none.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                told = object_of(line)
            except NotPlain as error:
                raise BadVectors(f"{path.name}, line {number}: {error}") from error
            yield told


def _of_this_format(told: Mapping[str, Any]) -> Mapping[str, Any]:
    if told.get("format") != FORMAT:
        raise NotPlain(f"says that it is {told.get('format')!r}, this reads {FORMAT!r}")
    return told
