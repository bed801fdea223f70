"""Moves: an event of any kind, such as the pump may well take, or with something wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, get_args

import attrs

from intrathecal import Alarm, Authority, Event, Fault, Pump, SuccessBy, Tick
from intrathecal.units import DAY, END, FLOW_MAX, MILLILITRE, NUMBER_MAX, PLACES, SLOT, SLOTS, VOLUME_MAX
from intrathecal_hosts.attack.cast import a_solution, a_wrong_solution, the_same_otherwise
from intrathecal_hosts.attack.doses import a_prescription

KINDS: Final[tuple[type[Event], ...]] = get_args(Event)
ACKNOWLEDGED: Final = 0.9
"""How often something is acknowledged that must be."""
RIGHT: Final = 0.97
"""How often author, number and time are those that the pump takes."""
Maker = Callable[[Pump, Random], Any]


def a_move(kind: type[Event], pump: Pump, random: Random, said: Mapping[str, Any] | None = None) -> Event:
    """An event of that kind; what is `said` of it is as it is said."""
    makers: Any = _MAKERS[kind]
    fields = {name: make(pump, random) for name, make in makers.items() if said is None or name not in said}
    known: Any = {} if said is None else {name: value for name, value in said.items() if name in makers}
    make: Any = kind
    event: Event = make(**fields, **known)
    return event


def a_time(pump: Pump, random: Random) -> int:
    """s: mostly one that the pump takes."""
    now, until = pump.now, pump.command.until
    drawn = random.random()
    if drawn < 0.5:
        return now
    if drawn < 0.75:
        return min(max(until, now), now + SLOT)
    if drawn < 0.9:
        return min(now + random.choice((1, 60, 61, random.randrange(SLOT))), END)
    if drawn < RIGHT:
        return min(max(pump.bolus.ends, now), now + SLOT)
    return min(max(now + random.choice((-1, SLOT + 1, -DAY)), 0), END)


def a_wait(pump: Pump, random: Random) -> Tick:
    """The host calls when the command ends, or when the slot does."""
    until = pump.command.until if pump.command.until > pump.now else pump.window.ends
    return Tick(min(until, pump.now + SLOT, END))


def _number(pump: Pump, random: Random) -> int:
    return min(pump.number + 1 if random.random() < RIGHT else pump.number, NUMBER_MAX)


def _authority(pump: Pump, random: Random) -> Authority:
    return Authority.CLINICIAN if random.random() < RIGHT else Authority.PATIENT


def _meant(pump: Pump, random: Random) -> bool:
    return random.random() < ACKNOWLEDGED


def _around(volume: int, random: Random) -> int:
    """quanta: that, or a little beside it."""
    off = random.choice((0, 0, 0, -MILLILITRE // 10, MILLILITRE // 10, -3 * MILLILITRE, 3 * MILLILITRE))
    return min(max(volume + off, 0), VOLUME_MAX)


def _drawn(pump: Pump, random: Random) -> int:
    ran = pump.command.flow * max(pump.command.until - pump.now, 0)
    return _around(pump.reservoir.remaining - random.choice((0, ran)), random)


def _filled(pump: Pump, random: Random) -> int:
    parts = (pump.device.capacity, pump.device.capacity // 2, pump.device.low, pump.device.capacity + 1)
    return random.choices(parts, (6, 3, 1, 0.1))[0]


def _new(pump: Pump, random: Random) -> Any:
    drawn = random.random()
    if drawn < 0.15:
        return a_wrong_solution(random)
    return a_solution(random) if drawn < 0.4 else the_same_otherwise(pump.solution, random)


def _first(pump: Pump, random: Random) -> Any:
    return a_wrong_solution(random) if random.random() < 0.1 else a_solution(random)


def _same(pump: Pump, random: Random) -> Any:
    return pump.solution if random.random() < 0.95 else a_solution(random)


def _injected(pump: Pump, random: Random) -> Any:
    return _same(pump, random) if random.random() < 0.7 else _first(pump, random)


def _use_by(pump: Pump, random: Random) -> int:
    return min(pump.now + random.choice((1, 30, 90)) * DAY, END)


def _reference(pump: Pump, random: Random) -> tuple[int, ...]:
    return tuple(random.choice((0, 100_000, 1_000_000, 5_000_000, 20_000_000)) for _ in range(PLACES))


def _bolus(pump: Pump, random: Random) -> int:
    return min(max(pump.limits.bolus * random.choice((10, 50, 200, 1_001)) // 1_000, MILLILITRE // 1_000), VOLUME_MAX)


def _duration(pump: Pump, random: Random) -> int:
    return random.choice((60, 600, SLOT, 2 * SLOT))


def _primed(pump: Pump, random: Random) -> int:
    return min(max(pump.line.unprimed * random.choice((500, 900, 1_001)) // 1_000, 1), VOLUME_MAX)


def _flow(pump: Pump, random: Random) -> int:
    day = pump.dosing.last // DAY
    within = (pump.device.flow_min, day, day, max(pump.schedule.flows), day // 2)
    some = (*within, pump.device.flow_min - 1, pump.limits.flow + 1)
    return min(max(random.choice(some), 1), FLOW_MAX)


def _sensed(pump: Pump, random: Random) -> int:
    return _around(pump.reservoir.remaining, random)


def _fault(pump: Pump, random: Random) -> Fault:
    return random.choices(tuple(Fault), (6, 6, 0.2, 0.2, 2))[0]


def _mass(pump: Pump, random: Random) -> int:
    protocol = pump.trial.protocol
    return random.choice((*(each for each in protocol.ladder if each > 0), protocol.ladder[0] + 1))


def _drug(pump: Pump, random: Random) -> int:
    return pump.trial.protocol.drug + (random.random() > RIGHT)


def _relief(pump: Pump, random: Random) -> int:
    wanted = pump.trial.protocol.relief if pump.trial.protocol.success == SuccessBy.RELIEF else 0
    return random.choice((0, wanted))


def _lasted(pump: Pump, random: Random) -> int:
    return random.choice((0, 3_600, pump.trial.protocol.long_effect + 1))


def _alarm(pump: Pump, random: Random) -> Alarm:
    listed = [alarm for alarm in Alarm if pump.alarms.listed[alarm]]
    return random.choice(listed) if listed and random.random() < 0.9 else random.choice(tuple(Alarm))


def _injection(pump: Pump, random: Random) -> int:
    return max(min(pump.device.port, VOLUME_MAX) * random.choice((1, 10, 100, 1_001)) // 1_000, 1)


_ANY: Final[Mapping[str, Maker]] = {
    "at": a_time,
    "number": _number,
    "authority": _authority,
    "solution": _new,
    "prescription": a_prescription,
    "use_by": _use_by,
    "reference": _reference,
    "catheter": lambda pump, random: random.choice((0, MILLILITRE // 10, MILLILITRE // 4)),
    "catheter_uncertainty": lambda pump, random: random.choice((0, MILLILITRE // 100)),
    "filled": _filled,
    "drawn": _drawn,
    "volume": _bolus,
    "duration": _duration,
    "bridge_flow": _flow,
    "meeting_flow": _flow,
    "fault": _fault,
    "drug": _drug,
    "mass": _mass,
    "relief": _relief,
    "lasted": _lasted,
    "alarm": _alarm,
    "slots": lambda pump, random: random.randrange(1, SLOTS),
    "pressure": lambda pump, random: random.choice((1_013, 1_013, 800, 600, 1_500, 99_000)),
}
"""By field: what makes one."""
_OF_KIND: Final[Mapping[tuple[str, str], Maker]] = {
    ("Commission", "solution"): _first,
    ("Refill", "solution"): _same,
    ("PortBolus", "solution"): _injected,
    ("PortBolus", "volume"): _injection,
    ("Prime", "volume"): _primed,
    ("Withdraw", "volume"): _drawn,
    ("LevelMeasured", "volume"): _sensed,
    ("Silence", "duration"): lambda pump, random: random.choice((600, pump.device.silence, pump.device.silence + 1)),
}
"""Where it matters of what event it is one."""
_MAKERS: Final = {
    kind: {
        field.name: _OF_KIND.get((kind.__name__, field.name)) or _ANY.get(field.name) or _meant
        for field in attrs.fields(kind)
    }
    for kind in KINDS
}
"""By event, and by field: what makes one."""
