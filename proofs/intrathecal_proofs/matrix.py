"""The matrix of requirements and events: what a proof run says, for people and for scripts."""

from __future__ import annotations

import typing
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import attrs
from rich.table import Table

from intrathecal.events import Event
from intrathecal_proofs.families import CONTRACTS, INVARIANTS, LINKS
from intrathecal_proofs.machinery.cases import CASES, IN_TIME
from intrathecal_proofs.machinery.claims import event_types_of, parameters
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.rows import Row
from intrathecal_specs.everything import REQUIREMENTS

EVENT_NAMES: tuple[str, ...] = tuple(kind.__name__ for kind in typing.get_args(Event))
"""The columns."""
SHORT = {
    "Tick": "Tick",
    "Missed": "Miss",
    "Commission": "Comm",
    "Program": "Prog",
    "Stop": "Stop",
    "PatientBolus": "PBol",
    "ClinicianBolus": "CBol",
    "Prime": "Prim",
    "ReviseCatheter": "Cath",
    "ShiftSchedule": "Shft",
    "CancelBolus": "Canc",
    "Withdraw": "With",
    "Refill": "Refi",
    "ChangeSolution": "Chan",
    "LevelMeasured": "Levl",
    "FaultFound": "Faul",
    "FaultGone": "Gone",
    "Reread": "Rere",
    "XRay": "XRay",
    "MriBegins": "MriB",
    "MriEnds": "MriE",
    "Interrogate": "Intr",
    "Retire": "Reti",
    "ScreeningDose": "Scrn",
    "ScreeningResponse": "Resp",
    "PressureChanged": "Pres",
    "PortBolus": "Port",
    "Silence": "Sile",
    "Acknowledge": "Ackn",
}
"""Four letters for each column."""
MARKS = {Verdict.PROVEN: "ok", Verdict.REFUTED: "REF", Verdict.UNKNOWN: "?"}
"""How verdicts are shown."""
CAPTION = "ok proven, ? unknown, REF refuted, . not about this event"
"""What the marks mean."""
LEMMAS = "lemmas"
"""The name of the row of everything that requirements rest on: invariants, links and contracts."""


@attrs.frozen
class Cell:
    """One requirement under one event."""

    verdict: Verdict | None
    """`None` where the requirement is not about the event, or was left out of the run."""
    seconds: float
    obligations: int


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Refuted before unknown before proven."""
    found = set(verdicts)
    return next((v for v in (Verdict.REFUTED, Verdict.UNKNOWN) if v in found), Verdict.PROVEN)


def concerns(name: str, event: str) -> bool:
    """Whether the requirement is about that event at all."""
    claim = REQUIREMENTS[name].function
    if "event" not in parameters(claim):
        return True
    return event in {kind.__name__ for kind in event_types_of(claim)}


def by_claim(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """The rows of each claim."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.claim].append(row)
    return found


def cells(rows: list[Row], asked: Collection[str] = EVENT_NAMES) -> dict[tuple[str, str], Cell]:
    """By requirement and event: the verdict over all obligations that it has there; none for an event that was not
    asked for, of which some are left out."""
    of = by_claim(rows)
    found = {}
    for name in REQUIREMENTS:
        for event in EVENT_NAMES:
            held = [row for row in of[name] if row.event in (event, "*")]
            told = held and event in asked and concerns(name, event)
            verdict = worst(row.verdict for row in held) if told else None
            mine = sum(row.seconds for row in held if row.event == event)
            found[name, event] = Cell(verdict, mine, len(held))
    return found


def table(rows: list[Row], asked: Collection[str] = EVENT_NAMES) -> Table:
    """The matrix: one row a rule, with how many requirements state it, one column an event that was asked for, and the
    time in all."""
    made = Table(title="Rules and events", caption=CAPTION, padding=0, min_width=len(CAPTION))
    made.add_column("rule", no_wrap=True)
    made.add_column("n", justify="right", no_wrap=True)
    columns = [event for event in EVENT_NAMES if event in asked]
    for event in columns:
        made.add_column(SHORT[event], justify="center", no_wrap=True)
    made.add_column("s", justify="right", no_wrap=True)
    of, matrix = by_claim(rows), cells(rows, asked)
    rules: dict[str, list[str]] = defaultdict(list)
    for name, needed in REQUIREMENTS.items():
        if of[name]:
            rules[needed.id].append(name)
    for rule in sorted(rules, key=_order):
        names = rules[rule]
        verdicts = ([matrix[name, event].verdict for name in names] for event in columns)
        marks = [_mark([verdict for verdict in found if verdict is not None]) for found in verdicts]
        seconds = sum(row.seconds for name in names for row in of[name])
        made.add_row(rule, str(len(names)), *marks, f"{seconds:.1f}")
    lemmas = [row for row in rows if row.claim not in REQUIREMENTS]
    if lemmas:
        marks = [_mark([r.verdict for r in lemmas if r.event in (event, "*")]) for event in columns]
        count = len({row.claim for row in lemmas})
        made.add_row(LEMMAS, str(count), *marks, f"{sum(row.seconds for row in lemmas):.1f}")
    return made


def _mark(verdicts: list[Verdict]) -> str:
    return MARKS[worst(verdicts)] if verdicts else "."


def _order(id: str) -> tuple[str, int]:
    family, _, number = id.partition("-")
    return family, int(number)


class Placed(typing.Protocol):
    """An obligation, of which it is known what it is about."""

    @property
    def claim(self) -> str:
        """What is claimed."""

    @property
    def event(self) -> str:
        """Of what event, by its name; `*` is whatever happens."""

    @property
    def setting(self) -> str:
        """Where."""


def missing(rows: Collection[Placed]) -> list[str]:
    """Requirements, invariants, links and contracts without any obligation, and requirements without one about an event
    that they are about, in time: in a whole run there must be none."""
    have = {row.claim for row in rows}
    untimely = tuple(f"({case})" for case in CASES if case != IN_TIME)
    told = {(row.claim, row.event) for row in rows if not row.setting.endswith(untimely)}
    named = [*REQUIREMENTS, *INVARIANTS, *LINKS, *(claim.__name__ for claim in CONTRACTS.values())]
    found = [name for name in named if name not in have]
    for name, needed in REQUIREMENTS.items():
        if name in have and "event" in parameters(needed.function):
            silent = (event for event in EVENT_NAMES if concerns(name, event) and (name, event) not in told)
            found += [f"{name} at {event}" for event in silent]
    return found


def as_json(rows: list[Row], asked: Collection[str] = EVENT_NAMES) -> dict[str, object]:
    """Everything that a script would read."""
    matrix, named = cells(rows, asked), {row.claim for row in rows}
    return {
        "requirements": [
            {
                "id": needed.id,
                "name": name,
                "english": needed.english,
                "fingerprint": needed.fingerprint,
                "events": {
                    event: {
                        "verdict": None if matrix[name, event].verdict is None else str(matrix[name, event].verdict),
                        "seconds": round(matrix[name, event].seconds, 3),
                    }
                    for event in EVENT_NAMES
                },
            }
            for name, needed in REQUIREMENTS.items()
            if name in named
        ],
        "obligations": [attrs.asdict(row) for row in rows],
    }
