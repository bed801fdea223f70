"""Digests: what an obligation says, and what the terms of a task hang on, in a few bytes that are the same in any
process."""

from __future__ import annotations

import ast
import functools
import importlib.util
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from intrathecal_proofs.families import CONTRACTS
from intrathecal_proofs.machinery.prover import facts_of_goal, stated_in
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import SEED, versions
from intrathecal_proofs.machinery.term_digests import digest, of_truth

PACKAGES = ("intrathecal", "intrathecal_specs", "intrathecal_proofs")
"""The packages that a verdict may hang on."""
HANDLERS = "intrathecal.handlers."
"""Modules of the core of which a task uses few; it hangs on all the others."""
OF_A_TICK = frozenset([f"{HANDLERS}barring", f"{HANDLERS}waiting"])
"""Those that claims run which take a step themselves: a tick."""
SAYING = ("intrathecal_specs", "intrathecal_proofs")
"""The packages in which claims are told."""
MACHINERY = "intrathecal_proofs.machinery."
"""The prover itself."""
ROOT = "intrathecal_proofs.machinery.campaign"
"""What lifts and settles a task: no verdict hangs on a module that it imports nowhere."""


def of_obligation(obligation: Obligation) -> bytes:
    """The digest of the goal, of everything that may be assumed, and of the prover that is to settle it."""
    more = sorted(map(of_truth, facts_of_goal(obligation)))
    return digest(of_prover(), of_truth(obligation.goal), _of_setting(obligation.setting), *more)


@functools.lru_cache(maxsize=8)
def _of_setting(setting: Setting) -> bytes:
    return digest(*sorted(map(of_truth, stated_in(setting))))


@functools.cache
def sources() -> Mapping[str, bytes]:
    """By module of the packages: the digest of its file, as it was on the disk when this was first asked."""
    return sources_now()


def of_sources() -> str:
    """The digest of this process's sources, as they were when it first asked, of its solvers and of its Python; empty,
    if the sources have changed since."""
    return digest(*_engines(), *sources().values()).hex() if sources_now() == sources() else ""


def sources_now() -> dict[str, bytes]:
    """The same, as they are now."""
    found = {}
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        root = Path(spec.origin).parent
        for file in sorted(root.rglob("*.py")):
            module = ".".join((package, *file.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
            found[module] = digest(module, file.read_bytes())
    return found


@functools.cache
def of_prover() -> str:
    """The digest of the prover, of its solvers and of the Python that it runs on."""
    return _of_modules(module for module in sources() if module.startswith(MACHINERY))


def of_task(label: str, handlers: Iterable[str]) -> str:
    """The digest of all that the rows of a task hang on, if it uses these modules of handlers."""
    used = _with_what_they_take({*handlers, *always()})
    modules = (module for module in behind() if not module.startswith(HANDLERS) or module in used)
    return digest(label, _of_modules(modules)).hex()


def _of_modules(modules: Iterable[str]) -> str:
    return digest(*_engines(), *(sources().get(module, b"") for module in sorted(modules))).hex()


def _engines() -> tuple[str, ...]:
    solvers = (f"{name} {version}" for name, version in sorted(versions().items()))
    return (*solvers, str(SEED), platform.python_version())


@functools.cache
def behind(root: str = ROOT) -> frozenset[str]:
    """The modules that lifting and settling import, or another module, one through the other, with the packages that
    they are in."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        module = waiting.pop()
        if module in sources() and module not in found:
            found.add(module)
            waiting += (source for source, _ in imports_of(module))
            waiting.append(module.rpartition(".")[0])
    return frozenset(found)


@functools.cache
def always() -> frozenset[str]:
    """The modules of handlers of which every task may use something: what claims call, but for what they know by
    contract, and what others take from them that is no function."""
    found = set(OF_A_TICK)
    known = {(function.__module__, function.__name__) for function in CONTRACTS}
    for module in behind():
        if module.startswith(SAYING) and not module.startswith(MACHINERY):
            found |= {each[0] for each in imports_of(module) if each[0].startswith(HANDLERS) and each not in known}
        elif not module.startswith(HANDLERS):
            found |= _taken_by(module)
    return frozenset(found)


def _with_what_they_take(modules: set[str]) -> set[str]:
    """These modules, and those of handlers from which they take anything but functions."""
    waiting = list(modules)
    while waiting:
        more = _taken_by(waiting.pop()) - modules
        modules |= more
        waiting += more
    return modules


@functools.cache
def _taken_by(module: str) -> frozenset[str]:
    """The modules of handlers from which this one takes anything but functions."""
    return frozenset(
        source for source, name in imports_of(module) if source.startswith(HANDLERS) and name not in _functions(source)
    )


@attrs.frozen
class Outline:
    """What the digests ask of a module's text."""

    imports: tuple[tuple[str, str], ...]
    """What it takes from which, by statement; or by name, where it imports a module only once it needs it."""
    functions: tuple[str, ...]
    """Those that it defines."""


OUTLINES: dict[str, Outline] = {}
"""By the digest of a text, of what reads it and of the modules that there are: read once, and kept by the cache from
run to run."""


def imports_of(module: str) -> tuple[tuple[str, str], ...]:
    """What the module takes from which."""
    return _outline(module).imports


def _functions(module: str) -> tuple[str, ...]:
    return _outline(module).functions


@functools.cache
def _outline(module: str) -> Outline:
    key = digest(sources()[module], sources()[__name__], *sorted(sources())).hex()
    if key in OUTLINES:
        return OUTLINES[key]
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_bytes()
    found = _read(ast.parse(text))
    if digest(module, text) == sources()[module]:  # else it was edited since this process began
        OUTLINES[key] = found
    return found


def _read(tree: ast.Module) -> Outline:
    imports: list[tuple[str, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"line {node.lineno}: an import names the whole path of its module")
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                within = f"{node.module}.{alias.name}"
                imports.append((within, "*") if within in sources() else (node.module, alias.name))
        elif isinstance(node, ast.Import):
            imports += ((alias.name, "*") for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in sources():
            imports.append((node.value, "*"))
    return Outline(tuple(imports), tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef)))
