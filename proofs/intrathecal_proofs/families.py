"""All families of the argument: importing this module reads every file of them."""

from __future__ import annotations

from intrathecal_proofs import (
    bounds,
    bridging,
    carrying,
    constant_flow,
    dosing,
    forecasting,
    leaves,
    prices,
    priming,
    saving,
    screening,
    shifting,
    sounding,
    titrating,
    volumes,
    waiting,
)
from intrathecal_proofs.argument import ARGUMENT

FAMILIES = (
    leaves,
    bounds,
    prices,
    dosing,
    titrating,
    bridging,
    carrying,
    priming,
    volumes,
    waiting,
    forecasting,
    constant_flow,
    sounding,
    screening,
    shifting,
    saving,
)
"""The files of the argument."""
INVARIANTS = ARGUMENT.invariants
LINKS = ARGUMENT.links
PRODUCTS = ARGUMENT.products
ARMED = ARGUMENT.armed
LEMMAS = ARGUMENT.lemmas
PATH_BY_PATH = ARGUMENT.path_by_path
CONTRACTS = ARGUMENT.contracts
WITHIN = ARGUMENT.within
REQUIRES = ARGUMENT.requires
