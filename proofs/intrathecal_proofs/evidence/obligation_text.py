"""An obligation as an SMT-LIB 2 file: one question after another, each expected to be unsatisfiable.

Premises that several questions share are said once, and the goals are denied one after another. The text holds no
name that hangs on the process: variables have the names of what they stand for, everything else is numbered by first
use in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import attrs

from intrathecal_proofs.families import CONTRACTS
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.claims import claim_called
from intrathecal_proofs.machinery.prover import Outcome, Question
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.smt import Script, bounds_of
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_specs.everything import REQUIREMENTS

ABOUT_PRODUCTS = (
    "; A product of variables, m1 for one, is a free variable of which only some facts are said: what is unsatisfiable",
    "; with it free is unsatisfiable with the exact product too.",
)
_NAMED_BY_INDEX = re.compile(r"(?<![\w|!.])(?:[at]\d+|p\d+(?:_\d+)+)(?!\w)")
_INTRODUCED = re.compile(r"\((?:declare-const|define-fun) (\S+) ")
_RESULT = re.compile(r"(\w+)( [0-9a-f]+|\(.*\))(.*)", re.DOTALL)


def text_of(obligation: Obligation, questions: Iterable[Question]) -> str:
    """The file: what is claimed and where, in comments; then the questions."""
    lines = [*_header(obligation), *ABOUT_PRODUCTS, "(set-info :smt-lib-version 2.6)", "(set-logic QF_LIA)"]
    names = Names()
    for premises, group in groupby(questions, key=lambda question: question.premises):
        goals = [question.goal for question in group]
        lines.append(f"; of {len(premises)} premises: {len(goals)} questions, each with its goal denied")
        lines += ["(push 1)", *names.given_to(_asked_of(premises, goals)), "(pop 1)"]
    return "\n".join([*lines, ""])


def _header(obligation: Obligation) -> Iterator[str]:
    setting = obligation.setting
    yield f"; claim: {obligation.claim}"
    yield f"; {id_of(obligation.claim)}: {english_of(obligation.claim)}"
    yield f"; setting: {setting.label}"
    yield f"; event: {setting.event}"
    if obligation.where:
        yield f"; where: {place_of(obligation.where)}"


def id_of(claim: str) -> str:
    """The requirement's identifier; lemmas and contracts have none of their own."""
    return REQUIREMENTS[claim].id if claim in REQUIREMENTS else "lemma"


def english_of(claim: str) -> str:
    """What is claimed, in one line."""
    if claim in REQUIREMENTS:
        return " ".join(REQUIREMENTS[claim].english.split())
    contracts = {contract.__name__: contract for contract in CONTRACTS.values()}
    lemma = claim_called(claim) or contracts[claim]
    return " ".join((lemma.__doc__ or "").split())


def place_of(where: str) -> str:
    """File and line from the package on: the same wherever it is installed."""
    found = re.search(r"(?:^|[/\\])(intrathecal(?:_specs|_proofs)?[/\\][^:]*:\d+)$", where)
    return where if found is None else found[1].replace("\\", "/")


def _asked_of(premises: tuple[Truth, ...], goals: list[Truth]) -> Iterator[str]:
    """The premises, and the goals in turn, each taken back once it was asked."""
    script = Script(bounds=bounds_of(premises))
    for premise in premises:
        script.assume(premise)
    yield from script.taken()
    for goal in goals:
        said = set(script.said)
        script.assume(terms.negation(goal))
        yield from ("(push 1)", *script.taken(), "(set-info :status unsat)", "(check-sat)", "(pop 1)")
        script.said = said


@attrs.define
class Names:
    """The names in one file."""

    given: dict[str, str] = attrs.field(factory=dict)
    """By the name that hangs on the process: the one in the file."""
    counts: dict[str, int] = attrs.field(factory=dict)
    """How many names of a kind there are."""
    results: dict[tuple[str, str], str] = attrs.field(factory=dict)
    """By function and arguments: what the result of a function that is known by contract is called."""

    def given_to(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines with the names of this file, and without comments."""
        for line in lines:
            code, _, meaning = line.partition(" ; ")
            introduced = _INTRODUCED.match(code)
            name = "" if introduced is None else introduced[1]
            if name not in self.given and _NAMED_BY_INDEX.fullmatch(name):
                self.given[name] = self._new(name, code, meaning)
            yield _NAMED_BY_INDEX.sub(lambda found: self.given[found[0]], code)

    def _new(self, name: str, code: str, meaning: str) -> str:
        if meaning:
            return f"|{self._variable(meaning)}|"
        if name.startswith("t"):
            return self._numbered("t")
        if name.startswith("p"):
            return self._numbered("m")
        return self._numbered("choice" if code.startswith("(define-fun") else "quotient")

    def _variable(self, meaning: str) -> str:
        """The variable's own name; a result's is short, as its own tells all that the function was given."""
        result = _RESULT.fullmatch(meaning)
        if result is None:
            return meaning
        call = (result[1], result[2])
        if call not in self.results:
            self.results[call] = self._numbered(f"{result[1]}!")
        return self.results[call] + result[3]

    def _numbered(self, kind: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}{self.counts[kind]}"


def questions_of(obligation: Obligation, outcome: Outcome) -> list[Question]:
    """The questions that prove the obligation: those that were settled; what is among the premises already, in one; and
    that the parts together give the whole."""
    framed = [question.goal for question in outcome.questions if _is_framed(question)]
    found = [question for question in outcome.questions if not _is_framed(question)]
    if framed:
        found.append(Question(tuple(framed), terms.conjunction(*framed)))
    if [question.goal for question in found] != [obligation.goal]:
        found.append(Question(tuple(question.goal for question in found), obligation.goal))
    return found


def _is_framed(question: Question) -> bool:
    return question.premises == (question.goal,)
