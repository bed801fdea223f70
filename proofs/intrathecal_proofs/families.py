"""All families of the argument: importing this module reads every file of them."""

from __future__ import annotations

from intrathecal_proofs import (
    bounds,
    bridging,
    constant_flow,
    dosing,
    leaves,
    prices,
    priming,
    screening,
    shifting,
    sounding,
    titrating,
    volumes,
)
from intrathecal_proofs.argument import ARGUMENT

FAMILIES = (
    leaves,
    bounds,
    prices,
    dosing,
    titrating,
    bridging,
    priming,
    volumes,
    constant_flow,
    sounding,
    screening,
    shifting,
)
"""The files of the argument."""
INVARIANTS = ARGUMENT.invariants
LINKS = ARGUMENT.links
PRODUCTS = ARGUMENT.products
ARMED = ARGUMENT.armed
CONTRACTS = ARGUMENT.contracts
WITHIN = ARGUMENT.within
REQUIRES = ARGUMENT.requires
