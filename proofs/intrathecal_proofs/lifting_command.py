"""Commands that lift the core: source outside the verifiable subset is one line to them."""

from __future__ import annotations

from typing import Any

import click

from intrathecal_proofs.machinery.sources import LiftError


class Lifting(click.Command):
    """Ends with exit 1, and the place in the source, where that cannot be lifted: then nothing of it is proven."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it.

        Raises `click.ClickException`, whose text names file and line, for source that cannot be lifted.
        """
        try:
            return super().invoke(ctx)
        except LiftError as error:
            raise click.ClickException(f"nothing is proven of source outside the verifiable subset: {error}") from error
