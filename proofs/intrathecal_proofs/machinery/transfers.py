"""Transfers: what takes over from an arbitrary old pump satisfies the invariants, and observers go on observing."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from intrathecal import Device
from intrathecal.events import Authority
from intrathecal.pump import Pump
from intrathecal.transferring import transfer
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.claims import (
    STATE_CLAIMS,
    about_a_transfer,
    hints_of,
    observed_claims,
    parameters,
)
from intrathecal_proofs.machinery.lifted import Lifted, record, taken
from intrathecal_proofs.machinery.lifter import paths
from intrathecal_proofs.machinery.origins import stated
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.values import Value
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS

TRANSFERS = frozenset(["intrathecal.transferring"])
"""Where every way through is proven by itself."""


def transferring(code: Lifted) -> Iterator[Obligation]:
    """Each way through a transfer, from an arbitrary pump that satisfies the invariants to an arbitrary device."""
    symbols = Symbols()
    old = record(symbols.arbitrary(Pump, "old"))
    given: dict[str, Value] = {
        "old": old,
        "device": symbols.arbitrary(Device, "device"),
        "authority": symbols.arbitrary(Authority, "authority"),
    }
    proven = code.assume("old", old, armed=True)
    ways = paths(lambda lifter: lifter.call(transfer, *given.values()), code.lifter, TRANSFERS, {})
    for place, (known, lifter, after) in enumerate(ways):
        setting = Setting(
            label=f"transfer, path {place}",
            event="*",
            values={**given, "after": after},
            premises=(*symbols.facts, *taken(known)),
            proven=proven,
            inputs=tuple(given),
            reached=frozenset(lifter.reached),
        )
        yield from code.duties(setting, lifter.duties)
        for name, needed in REQUIREMENTS.items():
            if about_a_transfer(needed.function) and code.wants(name):
                yield Obligation(name, setting, code.claim(needed.function, setting.values, None))
        new = record(record(after).fields["pump"])
        if record(record(after).fields["verdict"]).fields["accepted"] is terms.FALSE:
            if values.identity(new) != values.identity(old):
                raise LiftError(f"{setting.label}: a transfer that is refused must hand back the old pump itself")
        else:
            yield from code.kept(setting, new, frozenset(STATE_CLAIMS))
            yield from _watched(code, setting)


def _watched(code: Lifted, setting: Setting) -> Iterator[Obligation]:
    """What observers saw of the old pump is handed over, and whoever begins to observe the new one may."""
    old, after = record(setting.values["old"]), record(setting.values["after"])
    new = record(after.fields["pump"])
    for observer in OBSERVERS.values():
        symbols = Symbols()
        seen = record(symbols.arbitrary(observer.seen, "seen"))
        begun = code.lifter().call(observer.begin, symbols.arbitrary(hints_of(observer.begin)["start"], "start"))
        claims = [(name, claim) for name, claim in observed_claims(observer) if "before" not in parameters(claim)]
        before: dict[str, Value] = {"device": old.fields["device"], "seen": seen, "pump": old}
        held = [(name, code.claim(claim, before, None)) for name, claim in claims]
        given = {**setting.values, "seen": seen}
        watched = attrs.evolve(
            setting,
            premises=setting.premises + tuple(symbols.facts),
            proven=(
                *setting.proven,
                *stated("seen", held),
                *code.products(given, None),
            ),
            inputs=(*setting.inputs, "seen"),
            values=given,
        )
        for follows in (code.lifter().call(observer.hand_over, seen), begun):
            at = {"device": new.fields["device"], "seen": follows, "pump": new}
            for name, claim in claims:
                if code.wants(name):
                    yield Obligation(name, watched, code.claim(claim, at, None))
