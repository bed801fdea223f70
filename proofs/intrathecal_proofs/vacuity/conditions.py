"""Conditions: whether the left side of each implication in a claim's own source can be true, and can be false.

A disjunction that a claim asserts is an implication: if none of its other parts holds, the last one does. So is a
conjunction that it denies. The left side as a whole must be seen to hold and not to hold, and so must each part of it;
alternatives of a left side must each be met, and a branch be taken and not taken. Of two parts, one that is denied is
the left side, wherever it stands.
The claim's source runs on steps that happened, with every part worked out; a part that Python would not have reached
counts for its neighbours, and not for what stands within it.
"""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import attrs

from intrathecal import Authority, transfer
from intrathecal_proofs.machinery.claims import (
    Claim,
    about_a_transfer,
    event_types_of,
    hints_of,
    observed,
    parameters,
)
from intrathecal_proofs.machinery.sources import source_of
from intrathecal_proofs.scenes import drawn, numbers_of, parts_of
from intrathecal_proofs.vacuity.findings import Finding, Kind, Verdict
from intrathecal_proofs.vacuity.scenery import Scene

Signs = frozenset[bool]
"""Whether something is asserted, denied, or both."""
Key = tuple[int, int]
"""Which side of a claim: the place of the condition, and which part of it, or which part with all others (from -1)."""
PARTS, PART, TEST = "_parts", "_part", "_test"
"""What the functions are called that note what is seen."""
ASSERTED, DENIED, BOTH = frozenset([True]), frozenset([False]), frozenset([True, False])


@attrs.frozen
class Side:
    """Something that must be seen, in a claim's source."""

    text: str
    """Its source."""
    wanted: Signs
    """Which truth values."""


@attrs.define(eq=False)
class Watched:
    """A claim that notes what it sees of its own sides."""

    name: str
    run: Callable[..., bool]
    sides: Mapping[Key, Side]
    seen: dict[Key, set[bool]]

    def new(self) -> dict[Key, set[bool]]:
        """What was seen since the last time."""
        found = {key: set(values) for key, values in self.seen.items()}
        self.seen.clear()
        return found


@attrs.define(eq=False)
class _Notes:
    """What becomes of the parts of a claim while it runs."""

    seen: dict[Key, set[bool]]
    ignored: int = 0

    def test(self, node: int, value: bool) -> bool:
        """The test of a branch."""
        if not self.ignored:
            self.seen[node, 0].add(bool(value))
        return value

    def parts(self, node: int, either: bool, *parts: Callable[[], bool]) -> bool:
        """A disjunction or a conjunction, as Python works it out; what it does not reach is worked out too."""
        values: list[bool | None] = []
        result = not either
        for part in parts:
            if result is either:
                values.append(self._unreached(part))
            else:
                result = bool(part())
                values.append(result)
        if not self.ignored:
            for place, value in enumerate(values):
                others = values[:place] + values[place + 1 :]
                if None not in others:
                    self.seen[node, place].add(all(other is not either for other in others))
                if value is not None:
                    self.seen[node, -1 - place].add(value)
        return result

    def _unreached(self, part: Callable[[], bool]) -> bool | None:
        self.ignored += 1
        try:
            return bool(part())
        except (ArithmeticError, AttributeError, LookupError):  # what stands before it excludes that: it says nothing
            return None
        finally:
            self.ignored -= 1


class _Polarity:
    """Which parts of a claim it asserts, and which it denies."""

    def __init__(self, tree: ast.FunctionDef) -> None:
        self.signs: dict[ast.AST, Signs] = defaultdict(frozenset)
        self._names: dict[str, Signs] = defaultdict(frozenset)
        before: object = None
        while before != dict(self._names):  # a loop hands on what its next round makes of a name
            before = dict(self._names)
            self._body(tree.body)

    def _body(self, body: Sequence[ast.stmt]) -> None:
        for statement in reversed(body):
            if isinstance(statement, ast.Return) and statement.value is not None:
                self._visit(statement.value, ASSERTED)
            elif isinstance(statement, ast.Assign):
                target = statement.targets[0]
                self._visit(statement.value, self._names[target.id] if isinstance(target, ast.Name) else BOTH)
            elif isinstance(statement, ast.If):
                self._body(statement.orelse)
                self._body(statement.body)
                self._visit(statement.test, BOTH)
            elif isinstance(statement, ast.For):
                self._body(statement.body)
                self._visit(statement.iter, BOTH)

    def _visit(self, node: ast.AST, signs: Signs) -> None:
        self.signs[node] |= signs
        if isinstance(node, ast.Name):
            self._names[node.id] |= signs
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._visit(node.operand, frozenset(not sign for sign in signs))
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                self._visit(value, signs)
        elif isinstance(node, ast.IfExp):
            self._visit(node.test, BOTH)
            self._visit(node.body, signs)
            self._visit(node.orelse, signs)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("all", "any"):
            for argument in node.args:
                self._visit(argument.elt if isinstance(argument, ast.GeneratorExp) else argument, signs)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, BOTH)


class _Instrumented(ast.NodeTransformer):
    """The claim's source, with calls that note what is seen.

    `late`: parts are handed over unread, for Python to work out all of them; else one after another, as far as Python
    would.
    """

    def __init__(self, polarity: _Polarity, late: bool) -> None:
        self.polarity = polarity
        self.late = late
        self.sides: dict[Key, Side] = {}
        self._count = 0

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if isinstance(node.op, ast.Or) and True in self.polarity.signs[node] and _turned(node.values):
            node.values.reverse()
        self._count += 1
        number, signs, either = self._count, self.polarity.signs[node], isinstance(node.op, ast.Or)
        last = len(node.values) - 1
        for place, value in enumerate(node.values):
            implies = (either and True in signs) or (not either and False in signs)
            if implies and place == last:
                self.sides[number, place] = Side(_joined(node.values[:last], either), BOTH)
            elif implies and last > 1:  # of two parts, the first is the left side
                self.sides[number, -1 - place] = Side(ast.unparse(value), BOTH)
            elif either and False in signs:
                self.sides[number, -1 - place] = Side(ast.unparse(value), ASSERTED)
        self.generic_visit(node)
        if not self.late:
            node.values = [_call(PART, [ast.Constant(number), value]) for value in node.values]
            return _call(PARTS, [ast.Constant(number), ast.Constant(last), ast.Constant(either), node])
        arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        parts = [ast.Lambda(arguments, value) for value in node.values]
        return _call(PARTS, [ast.Constant(number), ast.Constant(either), *parts])

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self._tested(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._tested(node.test)
        node.body = [self.visit(each) for each in node.body]
        node.orelse = [self.visit(each) for each in node.orelse]
        return node

    def _tested(self, test: ast.expr) -> ast.expr:
        self._count += 1
        number = self._count
        self.sides[number, 0] = Side(ast.unparse(test), BOTH)
        return _call(TEST, [ast.Constant(number), self.visit(test)])


def _turned(values: Sequence[ast.expr]) -> bool:
    """Whether, of two alternatives, the last is the denial of a left side: what it implies stands before it."""
    first, last = (isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.Not) for each in (values[0], values[-1]))
    return len(values) == 2 and last and not first


def _joined(others: Sequence[ast.expr], either: bool) -> str:
    """What it takes for a part to decide: none of the others holds, or all of them do."""
    texts = [ast.unparse(each) for each in others]
    if either:
        texts = [text.removeprefix("not ") if text.startswith("not ") else f"not ({text})" for text in texts]
    return " and ".join(texts)


def _call(name: str, arguments: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), arguments, [])


def instrumented(claim: Claim, late: bool) -> tuple[ast.FunctionDef, dict[Key, Side]]:
    """The claim's source, with a call of `PARTS` or `TEST` for each of its sides; and the sides."""
    tree = copy.deepcopy(source_of(claim, {}).tree)
    tree.decorator_list, tree.returns = [], None
    for argument in tree.args.args:
        argument.annotation = None
    maker = _Instrumented(_Polarity(tree), late)
    maker.visit(tree)
    return ast.fix_missing_locations(tree), maker.sides


def watched(name: str, claim: Claim) -> Watched:
    """The claim, made to note what it sees."""
    tree, sides = instrumented(claim, late=True)
    notes = _Notes(defaultdict(set))
    space: dict[str, Any] = {**claim.__globals__, PARTS: notes.parts, TEST: notes.test}
    exec(compile(ast.Module([tree], []), f"<{name}, watched>", "exec"), space)
    return Watched(name, space[tree.name], sides, notes.seen)


@attrs.frozen
class Seen:
    """A side of a claim, and where each truth value of it was seen, or why it never is."""

    claim: str
    key: Key
    side: Side
    found: Mapping[bool, tuple[Verdict, str]]

    @property
    def missing(self) -> list[bool]:
        """The truth values of which nothing is known yet."""
        return sorted(self.side.wanted.difference(self.found))

    @property
    def finding(self) -> Finding:
        """What became of it."""
        if self.missing:
            verdict = Verdict.UNKNOWN
            why = f"never {' nor '.join(str(each).lower() for each in self.missing)} in any scene"
        else:
            verdict = max((self.found[value][0] for value in self.side.wanted), key=LEAST_FIRST.index)
            why = "; ".join(f"{str(value).lower()} {self.found[value][1]}" for value in sorted(self.side.wanted))
        return Finding(Kind.CONDITION, f"{self.claim}: {self.side.text}", "*", verdict, why)


LEAST_FIRST = (Verdict.REACHED, Verdict.ARBITRARY, Verdict.IMPOSSIBLE)
"""Of several truth values, the verdict that is told: the last of them."""


@attrs.define(eq=False)
class Sides:
    """The sides of one claim, and where they were seen."""

    name: str
    claim: Claim
    random: Random
    found: dict[Key, dict[bool, tuple[Verdict, str]]] = attrs.field(factory=lambda: defaultdict(dict))
    watched: Watched = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.watched = watched(self.name, self.claim)

    @property
    def open(self) -> bool:
        """Whether anything was not seen yet."""
        return any(not side.wanted <= self.found[key].keys() for key, side in self.watched.sides.items())

    def look(self, scene: Scene) -> None:
        """Run the claim on the scene, if it is about such a one and anything was not seen yet."""
        if "event" in parameters(self.claim) and type(scene.happening.event) not in event_types_of(self.claim):
            return
        for given in self._arguments(scene):
            if self.open:
                self.watched.run(**given)
                self._note(scene, self.watched.new())

    def _note(self, scene: Scene, seen: Mapping[Key, Collection[bool]]) -> None:
        verdict = Verdict.REACHED if scene.lived else Verdict.ARBITRARY
        asked = self.watched.sides.keys() & seen.keys()
        new = {(key, value) for key in asked for value in seen[key] if value not in self.found[key]}
        for key, value in new:
            self.found[key][value] = (verdict, f"in {scene.origin}")

    def _arguments(self, scene: Scene) -> Iterator[dict[str, Any]]:
        h = scene.happening
        hints, observer = hints_of(self.claim), observed(self.claim)
        given = {"device": h.device, "before": h.before, "event": h.event, "after": h.after, "pump": h.after.pump}
        if about_a_transfer(self.claim):
            authority = self.random.choice(tuple(Authority))
            device = self.random.choice((h.device, attrs.evolve(h.device, serial=1 + h.device.serial % 2)))
            given = {"old": h.after.pump, "device": device, "authority": authority}
            given["after"] = transfer(h.after.pump, device, authority)
        near = numbers_of(h.before)
        for name in parameters(self.claim):
            if name not in given and name != observed_as(self.claim):
                given[name] = drawn(hints[name], parts_of(scene.happening.before), near, self.random)
        for seen in scene.seen[observer.seen] if observer is not None else (None,):
            if observer is not None:
                given[observed_as(self.claim)] = observer.follow(h.device, seen, h.before, h.event, h.after)
            yield {name: given[name] for name in parameters(self.claim)}

    def seen(self) -> Iterator[Seen]:
        """What became of each side."""
        for key, side in self.watched.sides.items():
            yield Seen(self.name, key, side, self.found[key])


def observed_as(claim: Claim) -> str:
    """The name of the parameter for an observer's record, or of none."""
    observer = observed(claim)
    names = (name for name, hint in hints_of(claim).items() if observer is not None and hint is observer.seen)
    return next(names, "")


def conditions_of_claims(claims: Mapping[str, Claim], scenes: Sequence[Scene], random: Random) -> list[Seen]:
    """What became of each side of each claim, over these scenes."""
    found = []
    for name, claim in claims.items():
        sides = Sides(name, claim, random)
        for scene in scenes:
            if not sides.open:
                break
            sides.look(scene)
        found += list(sides.seen())
    return found
