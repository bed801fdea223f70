"""A campaign against all mutants, or some of them, on a pool of processes that share one bank of scenes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from random import Random

import attrs

from intrathecal_proofs.machinery.digests import of_sources, sources
from intrathecal_proofs.machinery.renewed import streamed
from intrathecal_proofs.mutation.bank import SEED, WHOLE, Bank, built
from intrathecal_proofs.mutation.ledger import Ledger
from intrathecal_proofs.mutation.mutants import Mutant, functions, mutants, mutants_of, place_of
from intrathecal_proofs.mutation.solving import Fate, Settled, settled


def chosen(file: str | None, sample: int | None, seed: int) -> list[Mutant]:
    """The mutants of a file of the core, or of all, and of them so many, drawn from a seed."""
    found = [mutant for mutant in mutants() if file in (None, mutant.file)]
    if sample is None or sample >= len(found):
        return found
    return Random(seed).sample(found, sample)


_BANKS: list[Bank] = []
"""The bank of this process of the pool."""


class Edited(Exception):
    """The sources were changed while mutants of them were looked at."""


def _begin(bank: Bank) -> None:
    """Terms live as long as their process, so that nothing is gained by looking for what could be given back."""
    gc.disable()
    sources()
    _BANKS.append(bank)


def _work(key: str) -> tuple[Settled, str]:
    """What became of the mutant, and the digest of the sources that it is one of."""
    place = key.split(": ", 1)[0]
    function = next(each for each in functions() if place_of(each) == place)
    return settled(next(mutant for mutant in mutants_of(function) if mutant.key == key), _BANKS[0]), of_sources()


def run(some: Sequence[Mutant], jobs: int, ledger: Ledger, done: Callable[[Settled], None]) -> list[Settled]:
    """What becomes of these mutants; what the ledger knows is not looked at again, what comes is kept in it.

    `done` hears of each, as it comes. Raises `Edited` once the sources are no longer those of its beginning.
    """
    of_these = of_sources()
    keys = {mutant.key for mutant in some}
    found = {row.key: row for row in ledger.rows() if row.key in keys}
    for row in found.values():
        done(row)
    waiting = [mutant.key for mutant in some if mutant.key not in found]
    if waiting:
        for row, of in streamed(_work, waiting, jobs, _begin, built(SEED, WHOLE)):
            if not of or of != of_these:
                raise Edited
            ledger.keep(row)
            found[row.key] = row
            done(row)
    return [found[mutant.key] for mutant in some]


def with_the_listed(rows: Sequence[Settled], listed: Mapping[str, str]) -> list[Settled]:
    """The same, but that a survivor for which the table has a reason is listed with it."""
    return [
        attrs.evolve(row, fate=Fate.LISTED, told=(listed[row.key],))
        if row.fate is Fate.SURVIVOR and row.key in listed
        else row
        for row in rows
    ]
