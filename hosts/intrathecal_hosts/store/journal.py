"""The journal: what happened to a pump and what came of it, one line of JSON for each event, in a chain of digests.

The first line holds the pump with which the journal begins (`format`, `pump`). Each other holds a step: an event, or a
transfer to another pump (`event` or `transfer`), and its `answer`; or it says that the step before it was lost with the
power (`lost`), so that the state before that step is taken up again, and gives that state's digest as `answer.pump`.

Each line holds the SHA-256 of the digest before it and of all else in the line (`digest`), so that no line can be
changed, left out or put elsewhere unnoticed, but for lines missing at the end. Lines are only ever added.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from attrs import define, field, fields, frozen

from intrathecal import Device, Event, Pump, Step
from intrathecal_hosts.plain import NotPlain, event_of, object_of, plain, plain_event, record_of, with_keys
from intrathecal_hosts.store.saved import Refused, check, shape
from intrathecal_hosts.therapy import Replacement

FORMAT: Final = "intrathecal journal 1"
"""What the first line says that it is."""
DIGEST: Final = "digest"
"""The key of a line's digest."""
LOST: Final = "lost"
"""The key of a line that says that the step before it was lost."""
OPENING: Final = b'{"digest":"'
"""How every line begins."""


class BadJournal(Exception):
    """A journal that cannot be read, or was changed; the message names the line, and says why."""


@frozen
class Entry:
    """One event, or the transfer to another pump, and the core's answer; or that the step before it was lost."""

    line: int
    """Its line in the file, from 1 on; the first line is the pump's."""
    event: Event | Replacement | None
    """`None`: the step before it was lost, and the state before that is taken up again."""
    answer: Mapping[str, Any]
    """Verdict, command and alarms as JSON holds them, and the digest of the pump; of a lost step the digest alone."""


@frozen
class Journal:
    """What a journal holds."""

    pump: Pump
    """As it was before the first event."""
    entries: tuple[Entry, ...]
    torn: bool
    """The last line was broken off, as power was lost while it was written; it is none of the entries."""


@define(eq=False)
class Writer:
    """Adds to a journal. A new file begins with the pump; one that is there goes on, without the end that was torn.

    Raises `OSError` where the file cannot be read or written, `BadJournal` where it is there, and none or changed, or
    that of another pump.
    """

    path: Path
    pump: Pump
    """The pump before the first event of a new journal. One that is there has its own, which was this device then, or
    was replaced by it since."""
    durable: bool = True
    """Wait for the disk after each line."""
    _last: str = field(init=False, default="")
    _size: int = field(init=False, default=0)
    """bytes: of all whole lines."""
    _torn: bool = field(init=False, default=False)
    """Part of a line that could not be written is at the end, and could not be taken off."""

    def __attrs_post_init__(self) -> None:
        if self.path.exists():
            self._last = self._end_of_whole()
        if self._last == "":
            self._add({"format": FORMAT, "pump": plain(self.pump)})

    def add(self, event: Event | Replacement, answer: Step) -> None:
        """One more event, or the transfer to another pump, and its answer; once this returns, it is on the disk, where
        the journal is durable.

        Raises `OSError` where the file cannot be written: nothing is added then, and it may be tried again.
        """
        self._add({**told_event(event), "answer": told_of(answer)})

    def lose(self, pump: Pump) -> None:
        """The last step was lost with the power, and this pump, the state before it, is taken up again.

        Raises `OSError` as `add` does.
        """
        self._add({LOST: True, "answer": {"pump": pump_digest(pump)}})

    def _end_of_whole(self) -> str:
        """The last digest, once a torn end is taken off; empty where no whole line is left."""
        last = ""
        devices: list[Device] = []
        for number, line in enumerate(_lines(self.path), 1):
            if not line.endswith(b"\n"):
                _check_torn(number, line)
                break
            told = _checked(number, line, last)
            devices += _devices(number, told)
            last = told[DIGEST]
            self._size += len(line)
        if devices and self.pump.device not in (devices[0], devices[-1]):
            raise BadJournal(f"line 1: is of another pump: its device has {_other(devices[0], self.pump.device)}")
        os.truncate(self.path, self._size)
        return last

    def _add(self, told: Mapping[str, Any]) -> None:
        if self._torn:
            raise OSError(errno.EIO, "a line broke off, and cannot be taken off", str(self.path))
        digest = chained(self._last, told)
        line = canonical({**told, DIGEST: digest}) + b"\n"
        file = self.path.open("ab")
        try:
            self._write(file, line)
        except OSError:
            self._take_off()
            raise
        self._last = digest
        self._size += len(line)

    def _write(self, file: BinaryIO, line: bytes) -> None:
        with file:
            file.write(line)
            if self.durable:
                file.flush()
                os.fsync(file.fileno())

    def _take_off(self) -> None:
        """What was written of a line that is not whole."""
        try:
            os.truncate(self.path, self._size)
        except OSError:
            self._torn = True


def told_event(event: Event | Replacement) -> dict[str, Any]:
    """What a journal keeps of an event, or of a transfer."""
    if isinstance(event, Replacement):
        return {"transfer": plain(event)}
    return {"event": plain_event(event)}


def told_of(answer: Step) -> dict[str, Any]:
    """What a journal keeps of an answer: verdict, command and alarms, and the digest of the pump."""
    return {
        "verdict": plain(answer.verdict),
        "command": plain(answer.command),
        "alarms": plain(answer.alarms),
        "pump": pump_digest(answer.pump),
    }


def pump_digest(pump: Pump) -> str:
    """SHA-256 of what a pump is and of all its numbers."""
    numbers: list[int] = []
    shape().flatten(pump, numbers)
    return hashlib.sha256(shape().digest + ",".join(map(str, map(int, numbers))).encode()).hexdigest()


def read(path: Path) -> Journal:
    """What the journal holds.

    Raises `OSError` where the file cannot be read, `BadJournal` where it is none, or was changed.
    """
    pump: Pump | None = None
    entries: list[Entry] = []
    torn, last = False, ""
    for number, line in enumerate(_lines(path), 1):
        if torn := not line.endswith(b"\n"):
            break
        told = _checked(number, line, last)
        last = told[DIGEST]
        try:
            if number == 1:
                pump = _beginning(told)
            else:
                entries.append(_entry(number, told, entries))
        except NotPlain as error:
            raise BadJournal(f"line {number}: {error}") from error
    if pump is None:
        raise BadJournal("line 1: is not there: a journal begins with its pump")
    return Journal(pump, tuple(entries), torn)


def _beginning(told: Mapping[str, Any]) -> Pump:
    if told.get("format") != FORMAT:
        raise NotPlain(f"says that it is {told.get('format')!r}, this reads {FORMAT!r}")
    with_keys(told, "format", "pump", DIGEST)
    pump: Pump = record_of(told["pump"], Pump)
    try:
        check(pump)
    except Refused as why:
        raise NotPlain(f"pump: {why}") from why
    return pump


def _entry(number: int, told: Mapping[str, Any], before: list[Entry]) -> Entry:
    kind = next((key for key in (LOST, "transfer") if key in told), "event")
    with_keys(told, kind, "answer", DIGEST)
    if not isinstance(told["answer"], dict):
        raise NotPlain("answer: is no object of JSON")
    if kind != LOST:
        return Entry(number, event_told(told), told["answer"])
    if told[LOST] is not True:
        raise NotPlain(f"{LOST}: {told[LOST]!r} is not true")
    if not before or before[-1].event is None:
        raise NotPlain(f"{LOST}: no step stands before it that could be")
    return Entry(number, None, told["answer"])


def _devices(number: int, told: Mapping[str, Any]) -> list[Device]:
    """The pump of the first line, and each that takes over in another; none in all others.

    Raises `BadJournal` for a first line that begins no journal, and a transfer that is none.
    """
    try:
        if number == 1:
            return [_beginning(told).device]
        if "transfer" not in told:
            return []
        entry = _entry(number, told, [])
    except NotPlain as error:
        raise BadJournal(f"line {number}: {error}") from error
    return [entry.event.device] if isinstance(entry.event, Replacement) and accepted(entry.answer) else []


def _other(its: Device, given: Device) -> str:
    """In what the one is not the other, as in `serial 1, not 2`."""
    name = next(each.name for each in fields(Device) if getattr(its, each.name) != getattr(given, each.name))
    return f"{name} {getattr(its, name)}, not {getattr(given, name)}"


def _check_torn(number: int, line: bytes) -> None:
    """Raises `BadJournal` for the only line of a file, if it is no line of a journal that was broken off."""
    if number == 1 and not OPENING.startswith(line.rstrip(b"\0")[: len(OPENING)]):
        raise BadJournal("line 1: is not how a journal begins, and is left as it is")


def event_told(told: Mapping[str, Any]) -> Event | Replacement:
    """The event, or the transfer, that `told_event` told so.

    Raises `NotPlain` for anything else.
    """
    if "transfer" in told:
        replacement: Replacement = record_of(told["transfer"], Replacement)
        return replacement
    return event_of(told.get("event"))


def accepted(answer: Mapping[str, Any]) -> bool:
    """Whether an answer says so that was told by `told_of`."""
    verdict = answer.get("verdict")
    return isinstance(verdict, dict) and verdict.get("accepted") is True


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _checked(number: int, line: bytes, last: str) -> dict[str, Any]:
    """The line, if it is what was written after the one with the digest `last`."""
    try:
        told = object_of(line)
    except NotPlain as error:
        raise BadJournal(f"line {number}: {error}") from error
    if not isinstance(told.get(DIGEST), str):
        raise BadJournal(f"line {number}: has no {DIGEST}")
    rest = {key: value for key, value in told.items() if key != DIGEST}
    if told[DIGEST] != chained(last, rest) or line != canonical(told) + b"\n":
        raise BadJournal(f"line {number}: is not what was written there: its digest is that of another line")
    return told


def chained(last: str, told: Mapping[str, Any]) -> str:
    """The digest of a line that follows the one with the digest `last`."""
    return hashlib.sha256(last.encode() + canonical(told)).hexdigest()


def canonical(told: Mapping[str, Any]) -> bytes:
    """The one way to write it, without the end of the line."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
