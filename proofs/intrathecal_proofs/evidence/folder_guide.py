"""What stands beside the exported files: how anybody checks them with any solver, and what they do not show."""

from __future__ import annotations

from typing import Final

README: Final = "README.md"
"""The guide's file in the folder."""
SYSTEM: Final = "system.vmt"
"""The file of the whole system, in an export that nothing limits."""
GUIDE: Final = """\
# Proof obligations of `intrathecal`

Each `.smt2` file is one obligation: a requirement, or a lemma that requirements rest on, in one setting. The folders
are the tasks of the inductive system. `manifest.json` names every file, its sha256, its claim and its setting, and the
sha256 of every source file that the obligations were lifted from. What was not proven is listed there, under
`unproven`, and is in no file.

## Checking them

A file asks one question after another; premises that questions share are said once. Each is answered `unsat` if what
is claimed follows from what may be assumed; the comments at the head say what is claimed, and where. Any solver that
reads SMT-LIB 2 and knows linear arithmetic of whole numbers can be asked, with one of these for example:

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

## The whole system

A whole export holds `system.vmt` too: the induction as one transition system in VMT-LIB, for model checkers that read
it and know products of whole numbers. State variables are the leaves of the pump, the device included; inputs are the
kind of an event and its leaves. `:init` is a pump as it begins, `:trans` a step, and each `:invar-property` a
requirement or an invariant on states. It is lifted whole and exact, apart from the obligations: nothing is assumed of
any function.
A solver for SMT-LIB 2 reads it as text, and warns of attributes that it does not know:

    z3 system.vmt
    cvc5 --lang smt2 system.vmt

With the values of a step added as assertions, and `(assert trans)`, it says whether the pump can take that step.
Requirements across steps, those of observers and those about transfers are in the obligations alone.

## What the files do not show

- **That the source was read rightly.** The lifter turned Python into these formulas; nothing here repeats that.
- **That the induction is put together rightly.** That what a question assumes is established by others, that the
  settings cover every step, and that these are all the tasks, is argued in `ARCHITECTURE.md` and `proofs/`.
- **That the requirements say what you want.** Their English stands in each file.
- **Anything of exact products.** A product of variables is a free variable, of which its sign and bounds are said. That
  is weaker than the product: what is `unsat` so is `unsat` with it. A `sat` may be due to that alone.
"""
"""Its text."""
