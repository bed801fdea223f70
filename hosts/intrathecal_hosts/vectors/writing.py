"""Writing: a folder of traces, with a manifest and a page that tells of their form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from intrathecal_hosts.commands import release
from intrathecal_hosts.store.saved import shape
from intrathecal_hosts.vectors.branches import all_branches
from intrathecal_hosts.vectors.choosing import Trace, all_goals
from intrathecal_hosts.vectors.edges import all_edges
from intrathecal_hosts.vectors.form import FORMAT, MANIFEST, PAGE, TRACES, lines_of
from intrathecal_hosts.vectors.page import page


def write(folder: Path, traces: Sequence[Trace], drawn: dict[str, int], after_each: Callable[[], None]) -> list[str]:
    """Write them all into a folder that is there; what none of them meets, in words.

    `drawn`: what they were chosen from, for the manifest. The manifest comes last, so that a folder without one is not
    whole.

    Raises `OSError` where something cannot be written.
    """
    (folder / MANIFEST).unlink(missing_ok=True)
    for old in folder.glob(TRACES):
        old.unlink()
    files: dict[str, Any] = {}
    for place, trace in enumerate(traces):
        name = f"trace-{place:03}.jsonl"
        text = b"".join(line + b"\n" for line in lines_of(trace))
        (folder / name).write_bytes(text)
        files[name] = {
            "sha256": hashlib.sha256(text).hexdigest(),
            "steps": len(trace.told),
            "meets": sorted(trace.goals),
        }
        after_each()
    (folder / PAGE).write_text(page(), encoding="utf-8")
    missed = sorted(all_goals().difference(*(trace.goals for trace in traces)))
    manifest = {
        "format": FORMAT,
        "core": {"version": release(), "pump": shape().digest.hex()},
        **drawn,
        "branches": len(all_branches()),
        "edges": len(all_edges()),
        "not_met": missed,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return missed
