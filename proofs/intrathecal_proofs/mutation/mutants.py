"""All mutants of the core: each of its functions, each with one edit."""

from __future__ import annotations

import ast
import functools
import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import attrs

import intrathecal
from intrathecal_proofs.machinery.sources import Sources, source_of
from intrathecal_proofs.mutation.operators import applied, edits
from intrathecal_proofs.mutation.reach import Function, plain, proven

OUTSIDE = "Outside the verifiable subset"
"""What the first line of a module says whose functions are not lifted."""


@attrs.frozen(eq=False)
class Mutant:
    """A function of the core with one expression changed."""

    function: Function
    kind: str
    """The rule by which it is changed: see `operators`."""
    line: int
    was: str
    now: str
    nth: int
    """Which one it is of those of the function that are changed in the same way, from 1 on."""
    tree: ast.FunctionDef

    @property
    def place(self) -> str:
        """`module.function`."""
        return place_of(self.function)

    @property
    def file(self) -> str:
        """As in `handlers/boluses.py`."""
        return file_of(self.function)

    @property
    def key(self) -> str:
        """What tells it from all others, whatever line it stands on."""
        again = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.place}: {self.was} -> {self.now}{again}"

    @property
    def sources(self) -> Sources:
        """What the lifter reads instead."""
        return {self.place: self.tree}

    @property
    def code(self) -> CodeType:
        """What Python runs instead."""
        module = ast.Module([self.tree], [])
        shipped = plain(self.function)
        names = dict(shipped.__globals__)
        flags = shipped.__code__.co_flags & _FUTURE
        exec(compile(module, shipped.__code__.co_filename, "exec", flags, True), names)
        return plain(names[shipped.__name__]).__code__


_FUTURE = 0x1000000
"""`from __future__ import annotations`, as a compiler's flag."""


def place_of(function: Function) -> str:
    """`module.function`."""
    return f"{function.__module__}.{function.__qualname__}"


def file_of(function: Function) -> str:
    """Where in the core a function stands, as in `handlers/boluses.py`."""
    return function.__module__.removeprefix("intrathecal.").replace(".", "/") + ".py"


@functools.cache
def functions() -> tuple[Function, ...]:
    """Every function of the core that some obligation is about, in the order of files and lines."""
    folder = str(Path(str(intrathecal.__file__)).parent)
    found: list[Function] = []
    for info in sorted(pkgutil.walk_packages([folder], "intrathecal."), key=lambda info: info.name):
        module = importlib.import_module(info.name)
        if OUTSIDE not in (module.__doc__ or ""):
            own = [each for each in proven() if each.__module__ == info.name]
            found += sorted(own, key=lambda function: plain(function).__code__.co_firstlineno)
    return tuple(found)


def mutants_of(function: Function) -> Iterator[Mutant]:
    """The function's mutants.

    Raises `ValueError` for one that changes nothing, or is the same as another.
    """
    tree = source_of(function, {}).tree
    texts = {ast.unparse(tree)}
    told: Counter[tuple[str, str]] = Counter()
    for edit in edits(function, tree):
        changed = applied(tree, edit)
        text = ast.unparse(changed)
        if text in texts:
            raise ValueError(f"{function.__qualname__}: {edit.was} -> {edit.now} is no mutant of its own")
        texts.add(text)
        told[edit.was, edit.now] += 1
        nth = told[edit.was, edit.now]
        yield Mutant(function, edit.kind, edit.line, edit.was, edit.now, nth, changed)


@functools.cache
def mutants() -> tuple[Mutant, ...]:
    """All mutants."""
    return tuple(mutant for function in functions() for mutant in mutants_of(function))
