"""What stands beside the exported files: how anybody checks them with any solver, and what they do not show."""

from __future__ import annotations

from typing import Final

README: Final = "README.md"
"""The guide's file in the folder."""
GUIDE: Final = """\
# Proof obligations of `intrathecal`

Each `.smt2` file is one obligation: a requirement, or a lemma that requirements rest on, in one setting. The folders
are the tasks of the inductive system. `manifest.json` names every file, its sha256, its claim and its setting, and the
sha256 of every source file that the obligations were lifted from. What was not proven is listed there, under
`unproven`, and is in no file.

## Checking them

A file asks one question after another. Each is answered `unsat` if what is claimed follows from what may be assumed;
the comments at the head say what is claimed, and where. Any solver that reads SMT-LIB 2 and knows linear arithmetic of
whole numbers can be asked, with one of these for example:

    z3 leaves/the_smallest_is_below_all-1.smt2
    cvc5 --incremental leaves/the_smallest_is_below_all-1.smt2

| answer | what it means |
|---|---|
| `unsat` | The solver confirms the question. An obligation is confirmed if all its answers are `unsat`. |
| `sat` | The solver contradicts it: one of the two is wrong. |
| `unknown` | The solver gave up: nothing is confirmed, and nothing contradicted. |

`intrathecal recheck DIR` asks cvc5 all of them, and compares every file with the manifest, and the manifest with the
source that is installed. It reads the files as text, and knows nothing of how they came about.

Where a claim was proven in parts, the last question is whether the parts give the whole. What a step leaves untouched
is claimed of the same as is assumed: then the question is a triviality.

## What the files do not show

- **That the source was read rightly.** The lifter turned Python into these formulas; nothing here repeats that.
- **That the induction is put together rightly.** That what a question assumes is established by others, that the
  settings cover every step, and that these are all the tasks, is argued in `ARCHITECTURE.md` and `proofs/`.
- **That the requirements say what you want.** Their English stands in each file.
- **Anything of exact products.** A product of variables is a free variable, of which its sign and bounds are said. That
  is weaker than the product: what is `unsat` so is `unsat` with it. A `sat` may be due to that alone.
"""
"""Its text."""
