"""`intrathecal export`: every obligation as an SMT-LIB 2 file, with a manifest, for anybody to check again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from intrathecal_proofs.canaries import ALWAYS, canary_songs
from intrathecal_proofs.cli import chosen, labels_for
from intrathecal_proofs.evidence.exporting import Edited, FolderInUse, export, prepare
from intrathecal_proofs.evidence.manifest import MANIFEST, digest_of
from intrathecal_proofs.lifting_command import Lifting
from intrathecal_proofs.looks import look_of
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.progress import progress_bar


def tasks_named(words: tuple[str, ...]) -> list[str]:
    """The labels that `--task` names.

    Raises `click.BadParameter` for a word that is none.
    """
    labels = [task.label for task in tasks()]
    for word in words:
        if word not in labels:
            raise click.BadParameter(f"{word!r} is no task; there are {', '.join(labels)}", param_hint="--task")
    return list(dict.fromkeys(words))


@click.command("export", cls=Lifting)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--only", multiple=True, metavar="ID_OR_EVENT", help="A requirement (DOSE-1) or an event (Program) alone."
)
@click.option("--task", "named", multiple=True, metavar="TASK", help="A task ('decide Stop') alone.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
def export_command(folder: Path, only: tuple[str, ...], named: tuple[str, ...], jobs: int) -> None:
    """Prove every requirement, and write every obligation into DIR as SMT-LIB 2, with a manifest.

    DIR is new or empty. Exit 0 if all that was asked for is proven and written, 1 if anything is not proven, a canary
    is not refuted, or the sources are changed meanwhile, 2 for bad arguments or a file that cannot be written.
    """
    claims, events = chosen(only)
    labels = tasks_named(named) or labels_for(events)
    try:
        prepare(folder)
        canaries = look_of(canary_songs(ALWAYS))
        if not canaries.good:
            click.echo(f"intrathecal export: nothing is written: {canaries.line}", err=True)
            sys.exit(1)
        with progress_bar("exporting") as bar:
            row = bar.add_task("lifting", total=len(labels))
            manifest = export(
                folder,
                labels,
                claims,
                (*only, *named),
                jobs,
                lambda label: bar.update(row, advance=1, description=label),
            )
        digest = digest_of((folder / MANIFEST).read_bytes())
    except Edited:
        click.echo("intrathecal export: the sources were changed meanwhile: there is no manifest", err=True)
        sys.exit(1)
    except FolderInUse as error:
        click.echo(f"intrathecal export: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"intrathecal export: {error.filename or folder}: {error.strerror}", err=True)
        sys.exit(2)
    for name in manifest.unproven:
        click.echo(f"not proven, and not written: {name}")
    asked = sum(each.questions for each in manifest.obligations)
    click.echo(f"{len(manifest.obligations)} obligations, {asked} questions, {len(manifest.unproven)} not proven")
    click.echo(f"{folder / MANIFEST}: sha256 {digest}")
    sys.exit(1 if manifest.unproven or not manifest.obligations else 0)
