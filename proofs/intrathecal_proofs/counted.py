"""Which sources the ledger, and the campaigns that it takes over, are of."""

from __future__ import annotations

from intrathecal_proofs.machinery.digests import behind, sources
from intrathecal_proofs.machinery.term_digests import digest

MAKING = (
    "intrathecal_proofs.ledger_command",
    "intrathecal_proofs.mutation.mutants_command",
    "intrathecal_proofs.vacuity.command",
)
"""What makes the ledger, and the campaigns."""
WHOLE = ("intrathecal", "intrathecal_specs")
"""Packages of which every file counts as a source; of the proofs those count that a verdict may hang on."""


def sources_said() -> dict[str, str]:
    """By module of the core, of the requirements, and of what proves them and makes the ledger and its campaigns: the
    digest of its file."""
    used = frozenset().union(*map(behind, MAKING))
    counted = (module for module in sources() if module.partition(".")[0] in WHOLE or module in used)
    return {module: sources()[module].hex() for module in sorted(counted)}


def digest_said() -> str:
    """All of them, in one digest."""
    return digest(*(f"{module} {said}" for module, said in sources_said().items())).hex()
