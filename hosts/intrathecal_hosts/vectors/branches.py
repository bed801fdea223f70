"""Branches of the core: every conditional jump of its functions, both ways, and which of them a call takes.

They are read from the bytecode, so that both ways of a conditional expression or of an `and` are told apart, where a
line would count as one.
"""

from __future__ import annotations

import dis
import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, Final

from attrs import define, field, frozen

import intrathecal

CONDITIONAL: Final = ("POP_JUMP", "JUMP_IF", "FOR_ITER")
"""How the names of instructions begin that go one of two ways."""
OUTSIDE: Final = "utside the verifiable subset"
"""What a module says of itself whose functions no step calls."""
CHECKS: Final = "valid_"
"""How functions are called that run where a record is made, not in a step."""


@frozen
class Branch:
    """One way of one conditional jump."""

    function: str
    """As in `handlers.boluses.on_patient_bolus`."""
    line: int
    offset: int
    """Of the jump, in the function's bytecode: what tells those of one line apart."""
    jumps: bool
    """The jump is made; else what follows is run."""

    def __str__(self) -> str:
        way = "jumps" if self.jumps else "goes on"
        return f"{self.function}, line {self.line}, at {self.offset}: {way}"


@functools.cache
def all_branches() -> frozenset[Branch]:
    """Those of every function of the core that a step may call."""
    return frozenset(
        Branch(where.function, where.lines[offset], offset, jumps)
        for where in _functions().values()
        for offset in where.jumps
        for jumps in (False, True)
    )


def taken(call: Callable[[], Any]) -> frozenset[Branch]:
    """The branches that the call takes."""
    tracer = _Tracer(_functions())
    before = sys.gettrace()
    sys.settrace(tracer.enter)
    try:
        call()
    finally:
        sys.settrace(before)
    return frozenset(
        Branch(where.function, where.lines[offset], offset, to == where.jumps[offset])
        for where, offset, to in tracer.went
    )


@frozen(eq=False)
class _Function:
    function: str
    jumps: dict[int, int]
    """By offset of a conditional jump: where it jumps to."""
    lines: dict[int, int]


@define
class _Tracer:
    known: dict[CodeType, _Function]
    went: set[tuple[_Function, int, int]] = field(factory=set)

    def enter(self, frame: FrameType, happens: str, _: Any) -> Any:
        """Called for every call: only those of the core are followed."""
        where = self.known.get(frame.f_code)
        if where is None or not where.jumps:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        at: int | None = None

        def follow(frame: FrameType, happens: str, _: Any) -> Any:
            nonlocal at
            if happens == "opcode":
                if at is not None:
                    self.went.add((where, at, frame.f_lasti))
                at = frame.f_lasti if frame.f_lasti in where.jumps else None
            return follow

        return follow


@functools.cache
def _functions() -> dict[CodeType, _Function]:
    return {
        code: _function(code, name_of(module, function.__name__))
        for module in modules()
        for function in functions_of(module)
        for code in _codes(function.__code__)
    }


def _function(code: CodeType, name: str) -> _Function:
    jumps: dict[int, int] = {}
    lines: dict[int, int] = {}
    line = code.co_firstlineno
    for each in dis.get_instructions(code):
        line = each.starts_line if isinstance(each.starts_line, int) else line
        if each.opname.startswith(CONDITIONAL):
            jumps[each.offset], lines[each.offset] = each.argval, line
    return _Function(name, jumps, lines)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The function's own, and those of what it works out within, as of comprehensions."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def modules() -> Iterator[ModuleType]:
    """Those of the core that hold what a step calls."""
    for each in pkgutil.walk_packages(intrathecal.__path__, "intrathecal."):
        module = importlib.import_module(each.name)
        if OUTSIDE not in (module.__doc__ or "").split("\n\n")[0]:
            yield module


def functions_of(module: ModuleType) -> Iterator[FunctionType]:
    """Those of the module that a step may call."""
    for each in vars(module).values():
        if (
            isinstance(each, FunctionType)
            and each.__module__ == module.__name__
            and not each.__name__.startswith(CHECKS)
        ):
            yield each


def name_of(module: ModuleType, function: str) -> str:
    """As in `handlers.boluses.on_patient_bolus`."""
    return f"{module.__name__.removeprefix('intrathecal.')}.{function}"
