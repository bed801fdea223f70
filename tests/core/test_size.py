"""The core stays small enough to be read in an hour."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import intrathecal

MOST: Final = 2_000
"""Lines of code, without imports, docstrings, comments and tables of data."""
OUTSIDE: Final = "utside the verifiable subset"
"""What a file's first paragraph says where it is for embedders, and no part of the certified core."""


def certified() -> list[Path]:
    """The files of the core that are proven."""
    root = Path(intrathecal.__file__).parent
    files = sorted(path for path in root.rglob("*.py") if path.name != "__init__.py")
    return [path for path in files if OUTSIDE not in path.read_text().split("\n\n")[0]]


def lines_of_code(text: str) -> int:
    """How many lines of the text are code: those of imports, docstrings, members of enumerations and tables at the top
    level are not counted, nor are comments and empty ones."""
    tree = ast.parse(text)
    left_out = {line for node in ast.walk(tree) if is_data(node) for line in lines(node)}
    left_out |= {line for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) for line in lines(node)}
    left_out |= {line for each in tree.body for node in members(each) for line in lines(node)}
    stripped = [line.strip() for line in text.splitlines()]
    return sum(
        1 for number, line in enumerate(stripped, 1) if line and not line.startswith("#") and number not in left_out
    )


def is_data(node: ast.AST) -> bool:
    """Whether the node is an import or a text that stands alone, as docstrings do."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return text or isinstance(node, ast.Import | ast.ImportFrom)


def members(node: ast.stmt) -> list[ast.stmt]:
    """The members of an enumeration."""
    if not isinstance(node, ast.ClassDef) or [ast.unparse(base) for base in node.bases] != ["IntEnum"]:
        return []
    return [each for each in node.body if isinstance(each, ast.Assign)]


def lines(node: ast.AST) -> Iterator[int]:
    """The numbers of the node's lines."""
    assert isinstance(node, ast.stmt)
    assert node.end_lineno is not None
    yield from range(node.lineno, node.end_lineno + 1)


def test_the_core_stays_small(capsys: pytest.CaptureFixture[str]) -> None:
    total = sum(lines_of_code(path.read_text()) for path in certified())
    with capsys.disabled():
        print(f"\nthe core: {total} lines of code in {len(certified())} files")
    assert total <= MOST


def test_code_is_counted_and_nothing_else() -> None:
    text = '''"""A file."""

from enum import IntEnum

TABLE = (
    1,
    2,
)
"""Two numbers."""


class Kind(IntEnum):
    """A kind."""

    ONE = 1


def one() -> int:
    """One."""
    # Why.
    return 1
'''
    assert lines_of_code(text) == 3
