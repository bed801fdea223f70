"""Shrinking: of a life in which a promise was broken, as little as still breaks it, as a scenario that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import tomli_w
from attrs import evolve

from intrathecal import Device, Phase, Pump
from intrathecal.catalogue import DEVICES, PROTOCOLS, protocol
from intrathecal.catalogue import device as catalogued
from intrathecal.units import MILLILITRE
from intrathecal_hosts.attack.life import Life, Told
from intrathecal_hosts.plain import plain_event
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.therapy import Replacement

MOST_LIVES: Final = 400
"""How often it is tried whether less will do."""


def shrunk(life: Life) -> Life:
    """The shortest life that was found in which the same promise is broken: stretches are left out, ever shorter ones,
    for as long as that leaves it broken; what follows one comes as much sooner, or when it did."""
    tried, size, length = 0, len(life.told) // 2, 0
    while size > 0 and tried < MOST_LIVES:
        place = 0
        while place < len(life.told) and tried < MOST_LIVES:
            less = without(life, place, size)
            tried += 1
            if less is None:
                place += size
            else:
                life = less
        size //= 2
        if size == 0 and length != len(life.told):  # what is left out may let more be left out
            size, length = len(life.told) // 2, len(life.told)
    return life


def without(life: Life, place: int, size: int) -> Life | None:
    """The life without so many events from that place on, if it still breaks the promise."""
    assert life.breach is not None
    before, after = life.told[:place], life.told[place + size :]
    sooner = after[0].event.at - life.told[place].event.at if after else 0
    for by in dict.fromkeys((sooner, 0)):
        less = again(life, [*before, *(_sooner(each, by) for each in after)], life.breach.promise)
        if less is not None:
            return less
    return None


def _sooner(told: Told, by: int) -> Told:
    """The same, so many seconds sooner."""
    return evolve(told, event=evolve(told.event, at=max(told.event.at - by, 0)))


def again(life: Life, told: Sequence[Told], promise: Promise) -> Life | None:
    """A life that begins so, and is told this, up to the breach of that promise; nothing where it is kept."""
    plant = life.audited.auditor.plant
    other = Life.of(life.beginning, plant.flow, plant.seed)
    for each in told:
        other.tell(each)
        if other.breach is not None:
            return other if other.breach.promise is promise else None
    return None


def scenario_of(life: Life) -> str:
    """The life as a scenario file; to be run with the true flow and the seed of its plant.

    Raises `ValueError` for a life that begins as no scenario does.
    """
    breach, beginning = life.breach, life.beginning
    assert breach is not None
    if beginning.now > 0:
        raise ValueError(f"begins at {beginning.now} s, and a scenario at 0 s")
    pumps = [beginning.device, *(told.event.device for told in life.told if isinstance(told.event, Replacement))]
    meant = [told for told in life.told if isinstance(told.event, Replacement) or told.device in pumps]
    ours = [told for told in meant if told.event.at <= breach.at]
    events = [_happening(told) for told in sorted(ours, key=lambda told: told.event.at)]
    head: dict[str, Any] = {
        "title": f"The promise {breach.promise} is broken at {breach.at} s: {breach.what}",
        "until": f"{breach.at} s",
        "attended": False,
        "device": _model(beginning.device),
        **_trial(beginning),
        "solution": [{"name": "morphine", "concentration": "1 mg/mL"}],
        "event": events,
    }
    return f"# Found by `intrathecal attack`. Run it: {command(life)}\n" + tomli_w.dumps(head)


def command(life: Life, path: str = "FILE") -> str:
    """What runs its scenario."""
    plant = life.audited.auditor.plant
    return f"intrathecal simulate {path} --flow {plant.flow} --seed {plant.seed}"


def _happening(told: Told) -> dict[str, Any]:
    event = told.event
    at = f"{event.at} s"
    if isinstance(event, Replacement):
        return {"at": at, "kind": "replace", "by": event.authority.name, "device": _model(event.device)}
    lost = {"lost": True} if told.lost else {}
    return {"at": at, "kind": "raw", **lost, "event": plain_event(event)}


def _model(device: Device) -> dict[str, Any]:
    """By its name in the catalogue, and by its bolus port where that is another."""
    for facts in DEVICES:
        known = catalogued(facts.name, device.serial)
        if device == known:
            return {"model": facts.name, "serial": device.serial}
        if device == evolve(known, port=device.port):
            return {"model": facts.name, "serial": device.serial, "port": f"{device.port // MILLILITRE} mL"}
    raise ValueError(f"device: {device} is none of the catalogue")


def _trial(pump: Pump) -> dict[str, Any]:
    if pump.phase != Phase.TRIAL:
        return {}
    return {"trial": {"protocol": next(each.name for each in PROTOCOLS if protocol(each.name) == pump.trial.protocol)}}
