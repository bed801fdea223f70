"""Visits: short lives to one mode, and there one event, for what long lives seldom meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
from hypothesis import given
from hypothesis import seed as seeded
from hypothesis import strategies as st

from intrathecal import (
    Event,
    Mode,
    Pump,
    Tick,
    TrialBy,
    candidate,
    in_trial,
)
from intrathecal.events import (
    Acknowledge,
    MriBegins,
    MriEnds,
    PressureChanged,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Silence,
    Withdraw,
)
from intrathecal.units import PRESSURE_MAX, STANDARD_PRESSURE
from intrathecal_proofs import strategies
from intrathecal_proofs.histories.happenings import Onlooker, stepped
from intrathecal_proofs.histories.lives import (
    AFTER_A_BRIDGE,
    LONGEST_BRIDGE,
    TRIAL_BEGINS,
    clears,
    is_short,
    quietly,
)
from intrathecal_proofs.histories.pairs import WAYS, Pair, Way
from intrathecal_proofs.strategies import EVENTS

BEFOREHAND: Mapping[type[Event], Way] = {
    MriEnds: [(MriBegins, {})],
    ScreeningResponse: [(ScreeningDose, {})],
    Retire: [(Withdraw, {})],
    Silence: [(PressureChanged, {"pressure": PRESSURE_MAX})],
    Acknowledge: [(PressureChanged, {"pressure": PRESSURE_MAX}), (PressureChanged, {"pressure": STANDARD_PRESSURE})],
}
"""By event: what must just have happened for it to be accepted, by a pump of either drive."""
VISITS = 5
"""How many visits are paid to a pair at a time."""
ATTEMPTS = 100
"""How often, until the pair is met."""


def visit(pair: Pair, seed: int, arrival: Callable[[Pump], Onlooker]) -> None:
    """Some short lives to one mode, and there one event: for the pairs that long lives seldom meet; raises what an
    onlooker raises."""
    drive, name, mode, accepted = pair
    kind = next(each for each in EVENTS if each.__name__ == name)
    how = strategies.events if accepted else strategies.spoilt
    beforehand = BEFOREHAND.get(kind, ()) if accepted else ()
    at_the_end = accepted and mode == Mode.BRIDGING and kind in AFTER_A_BRIDGE

    @seeded(seed)
    @quietly(VISITS)
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        device = data.draw(strategies.devices(drive), label="device")
        tried = accepted and kind in TRIAL_BEGINS
        by = TrialBy.SYRINGE if mode == Mode.STOPPED else TrialBy.INFUSION
        protocols = strategies.protocols_by(by)
        pump = in_trial(device, data.draw(protocols, label="protocol")) if tried else candidate(device)
        onlooker = arrival(pump)
        for each, fields in (*data.draw(st.sampled_from(WAYS[drive, mode]), label="way"), *beforehand):
            event = attrs.evolve(data.draw(strategies.events(pump, each), label="event"), **fields)
            pump = stepped(device, pump, event, onlooker)
        for _ in range(LONGEST_BRIDGE if at_the_end and is_short(pump) else 0):
            if pump.mode == mode and not clears(pump):
                pump = stepped(device, pump, Tick(at=pump.command.until), onlooker)
        if pump.mode == mode:
            event = data.draw(how(pump, kind), label="event")
            stepped(device, pump, attrs.evolve(event, at=pump.command.until) if at_the_end else event, onlooker)

    once()
