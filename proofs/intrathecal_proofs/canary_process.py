"""A process of its own for one canary: `python -m` this module, with the engine's name and the false requirement's.

It says `refuted` or `not refuted`. What the engines read of the requirements is imported once the false one is
registered, and which values a search finds does not hang on what was lifted before.
"""

from __future__ import annotations

import importlib
import sys

from intrathecal_proofs.false_requirements import FALSE


def refuted(engine: str, name: str) -> bool:
    """Whether the engine refutes the false requirement of that name, which is one of this process from now on."""
    FALSE[name].register()
    found: bool = importlib.import_module("intrathecal_proofs.refuting").ENGINES[engine](FALSE[name])
    return found


if __name__ == "__main__":
    sys.stdout.write("refuted\n" if refuted(sys.argv[1], sys.argv[2]) else "not refuted\n")
