"""The table of commands: where each one lives, which extra it needs, what it is for. The plain install can read it."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from attrs import frozen

SUBJECT: Final = "A safety core for implanted intrathecal drug pumps: not a medical device, no clinical advice."
"""What the command line is about."""


@frozen
class CommandEntry:
    """One command of `intrathecal`."""

    target: str
    """`module:name` of its click command."""
    extra: str
    """The extra of the distribution that it needs."""
    summary: str
    """One line for `--help`."""


COMMANDS: Final = {
    "attack": CommandEntry("intrathecal_hosts.attack.command:attack", "hosts", "Attack the core with wicked hosts."),
    "bench": CommandEntry("intrathecal_hosts.bench_command:bench", "hosts", "Measure the speed of the core."),
    "catalog": CommandEntry("intrathecal_hosts.catalog_command:catalog", "hosts", "Show devices, drugs and sources."),
    "explain": CommandEntry("intrathecal_proofs.cli:explain", "proofs", "Explain a requirement and its evidence."),
    "export": CommandEntry(
        "intrathecal_proofs.evidence.export_command:export_command", "proofs", "Write every proof for other solvers."
    ),
    "fmu": CommandEntry("intrathecal_hosts.fmi.command:fmu", "fmi", "Write a therapy as an FMU for co-simulation."),
    "ledger": CommandEntry("intrathecal_proofs.ledger_command:ledger", "proofs", "Write or check what is known."),
    "mutants": CommandEntry(
        "intrathecal_proofs.mutation.mutants_command:mutants_command",
        "proofs",
        "Change the core, and see what notices.",
    ),
    "ordeal": CommandEntry(
        "intrathecal_hosts.store.ordeal_command:ordeal", "hosts", "Damage saved states, and read them back."
    ),
    "prove": CommandEntry("intrathecal_proofs.cli:prove", "proofs", "Prove the requirements, and check the proofs."),
    "recalls": CommandEntry(
        "intrathecal_proofs.recalls_command:recalls", "proofs", "Show recalls and what answers them."
    ),
    "recheck": CommandEntry(
        "intrathecal_proofs.evidence.recheck_command:recheck_command", "proofs", "Check what export wrote, with cvc5."
    ),
    "replay": CommandEntry("intrathecal_hosts.store.replay_command:replay", "hosts", "Check a journal by the core."),
    "simulate": CommandEntry("intrathecal_hosts.simulate_command:simulate", "hosts", "Run a therapy from a file."),
    "vectors": CommandEntry(
        "intrathecal_hosts.vectors.command:vectors", "hosts", "Write traces to test ports of the core against."
    ),
    "witnesses": CommandEntry(
        "intrathecal_proofs.vacuity.command:witnesses", "proofs", "Show that nothing is proven of nothing."
    ),
}
"""By name: every command."""

MODULES_OF_EXTRAS: Final = {
    "fmi": ("cattrs", "click", "pythonfmu", "rich"),
    "hosts": ("cattrs", "click", "google_crc32c", "matplotlib", "rich", "tomli_w", "transitions"),
    "proofs": ("cattrs", "click", "crosshair", "cvc5", "hypothesis", "rich", "z3"),
}
"""By extra: the third-party modules that it installs."""


class ExtraMissing(Exception):
    """A command cannot run because the extra that it needs is not installed; its text is the line to print."""


def load(name: str) -> object:
    """The click command called `name`, one of `COMMANDS`.

    Raises `ExtraMissing` where a module of the command's extra is not installed. Any other failed import propagates:
    it is a fault, not a missing extra.
    """
    entry = COMMANDS[name]
    module, _, attribute = entry.target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in MODULES_OF_EXTRAS[entry.extra]:
            raise
        raise ExtraMissing(missing_line(name)) from missing


def release() -> str:
    """The version of the installed distribution, or that there is none: a checkout on the path."""
    try:
        return version("intrathecal")
    except PackageNotFoundError:
        return "(not installed)"


def missing_line(name: str) -> str:
    """What a user reads when the extra of the command `name` is not installed."""
    extra = COMMANDS[name].extra
    return f"intrathecal {name} needs the extra '{extra}': pip install 'intrathecal[{extra}]'"
