"""The rules of a step: what its statements and expressions may read, write and call."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword

from .expr import (
    DTYPES,
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Element,
    Expr,
    Field,
    Local,
    Logic,
    Param,
    Power,
    children,
)
from .functions import FUNCTIONS
from .place import Place
from .program import Step
from .rules import Problem
from .statements import Assign, Draw, Fold, If, Integrate, RingPush, RingRead, Statement

FOLDS = ("+", "-", "*", "min", "max", "=")
"""How edges may change their target."""

MOST_DRAWS = 256
"""Draw sites of an object: what is above would be the stream of the next object."""


@dataclass(frozen=True)
class Scope:
    """What a step may use.

    Parameters
    ----------
    where : str
        Object and step, for messages.
    states : mapping of owner to set of str
        None where the states of an owner are not known, as before a synapse model is connected.
    params : set of str
    value_rule : str
        The rule that a local or a state breaks where neither has a meaning; '' where both have.
    noise : mapping of method to int, or None
        The integration methods, and the draws that they take for each noise, 0 for those that take no noise; None
        when they are not known.
    sites : dict of int to str
        The draws of the object so far. Filled in.
    delayed : bool
    rings : set of str, or None
        The states that may be delayed; None where all may be.
    most_draws : int
        Of an object, or of the program where its draws are counted together.
    random_edges : bool
        Whether the step runs over edges of the layout 'random'.
    """

    where: str
    states: Mapping[str, frozenset[str] | None]
    params: frozenset[str]
    value_rule: str = ""
    noise: Mapping[str, int] | None = None
    sites: dict[int, str] | None = None
    delayed: bool = False
    rings: frozenset[str] | None = None
    most_draws: int = MOST_DRAWS
    random_edges: bool = False


def check_step(step: Step, scope: Scope, found: list[Problem]) -> None:
    """Add the broken rules of a step to `found`."""
    _Step(scope, found, step.place).body(step.body, set(), False)


def check_value(node: Expr, scope: Scope, defined: set[str], place: Place | None, found: list[Problem]) -> None:
    """Add the broken rules of an expression to `found`; `defined` are the locals that have a value."""
    _Step(scope, found, place).value(node, defined, place)


class _Step:
    def __init__(self, scope: Scope, found: list[Problem], place: Place | None):
        self.scope, self.found, self.place = scope, found, place

    def tell(self, rule: str, message: str, place: Place | None) -> None:
        self.found.append(Problem(rule, f"{self.scope.where}: {message}", place or self.place))

    # -- statements --------------------------------------------------------------------------------------------------

    def body(self, body: tuple[Statement, ...], defined: set[str], under: bool) -> None:
        for statement in body:
            self.statement(statement, defined, under)

    def statement(self, statement: Statement, defined: set[str], under: bool) -> None:
        place = statement.place
        match statement:
            case Assign(target=target, value=value):
                self.value(value, defined, place)
                if isinstance(target, Local):
                    self.define(target.name, defined, place)
                else:
                    self.write(target, place)
            case If(condition=condition, then=then, otherwise=otherwise):
                self.value(condition, defined, place)
                other = set(defined)
                self.body(then, defined, True)
                self.body(otherwise, other, True)
                defined |= other
            case Draw(target=target, distribution=distribution, site=site, fixed=fixed):
                if distribution not in ("normal", "uniform"):
                    self.tell("draw-known", f"a draw is {distribution!r}; choose 'normal' or 'uniform'", place)
                if fixed and not self.scope.random_edges:
                    self.tell("fixed-draw-on-random-edge", f"the number {target.name!r} is drawn once and for all; "
                                                           "only edges of the layout 'random' have such numbers, "
                                                           "others have parameters", place)
                elif not fixed:
                    self.site(site, 1, place)
                self.define(target.name, defined, place)
            case Integrate():
                self.integrate(statement, defined)
            case Fold():
                self.fold(statement, defined)
            case RingPush(field=name):
                if under:
                    self.tell("ring-push-always", f"state {name!r} goes into its delay under a condition; let every "
                                                  "step push it, after the condition", place)
                self.ring(name, place)
            case RingRead(target=target, field=name, back=back):
                self.ring(name, place)
                if back is not None:
                    self.value(back, defined, place)
                    if "post" in self.scope.states:
                        self.tell("ring-back-in-population", f"the delayed state {name!r} says how many steps back; "
                                                             "edges have one delay, so leave it out", place)
                self.define(target.name, defined, place)

    def define(self, name: str, defined: set[str], place: Place | None) -> None:
        if not name.isidentifier() or iskeyword(name):
            self.tell("names-are-identifiers", f"the local {name!r} is not a name; use letters, digits and "
                                               "underscores, and no Python keyword", place)
        defined.add(name)

    def write(self, target: Field, place: Place | None) -> None:
        if target.owner != "self":
            self.tell("writes-own-state", f"it assigns {target.name!r} of {target.owner!r}; only states of the element "
                                          "itself can be assigned, to a target add with += or -=", place)
            return
        self.state(target, place)
        if self.scope.delayed:
            self.tell("delayed-does-not-write", f"it reads through the delay and writes state {target.name!r}; write "
                                                "states in a step that is not delayed", place)

    def fold(self, statement: Fold, defined: set[str]) -> None:
        self.value(statement.value, defined, statement.place)
        if statement.op not in FOLDS:
            self.tell("fold-operator", f"the target's {statement.field!r} is changed by {statement.op!r}; choose one "
                                       f"of {' '.join(FOLDS)}", statement.place)
        if "post" not in self.scope.states:
            self.tell("fold-in-projection", f"it adds to {statement.field!r} of a target, but it has none; do it in a "
                                            "synapse model", statement.place)
            return
        states = self.scope.states["post"]
        if states is not None and statement.field not in states:
            self.tell("fold-field-exists", f"it adds to {statement.field!r}, which the target population does not "
                                           f"have; its states are {_list(states)}", statement.place)

    def ring(self, name: str, place: Place | None) -> None:
        if self.scope.rings is not None and name not in self.scope.rings:
            self.tell("ring-has-length", f"state {name!r} is delayed, but its delay has no length; a projection has "
                                         "one for all its states, a population one for each", place)
        states = self.scope.states.get("self")
        if states is not None and name not in states:
            self.tell("ring-field-declared", f"the delayed state {name!r} is not declared; declared are "
                                             f"{_list(states)}", place)

    def site(self, first: int, count: int, place: Place | None) -> None:
        sites = {} if self.scope.sites is None else self.scope.sites
        if count and self.scope.random_edges:
            self.tell("fixed-draw-on-random-edge", "it draws in every step, but its edges have no numbers to count "
                                                   "them by; draw at the neurons", place)
        for site in range(first, first + count):
            if not 0 <= site < self.scope.most_draws:
                self.tell("draw-site-range", f"a draw has number {site}; there are at most {self.scope.most_draws} "
                                             "draws, numbered from 0", place)
            elif site in sites:
                self.tell("draw-site-unique", f"two draws have the number {site}, so they would give the same noise "
                                              f"(the other is in {sites[site]}); number them anew", place)
            sites[site] = self.scope.where

    def integrate(self, statement: Integrate, defined: set[str]) -> None:
        system, place = statement.system, statement.place
        for value in (*statement.values, statement.time):
            self.value(value, defined, place)
        equations = system.equations
        extras = sum(len(eq.extras) for eq in equations)
        for what, count, expected in (("start values", len(statement.values), len(equations)),
                                      ("results", len(statement.results), len(equations)),
                                      ("names of extra values", len(statement.extras), extras)):
            if count != expected:
                self.tell("integrate-arity", f"an integration of {len(equations)} equations has {count} {what}, "
                                             f"expected {expected}", place)
        noisy = {eq.noise or str(number) for number, eq in enumerate(equations) if eq.diffusion is not None}
        if self.scope.noise is not None:
            if system.method not in self.scope.noise:
                self.tell("method-known", f"there is no integration method {system.method!r}; choose one of "
                                          f"{_list(self.scope.noise)}", place)
            elif noisy and not self.scope.noise[system.method]:
                able = [name for name, takes in self.scope.noise.items() if takes]
                self.tell("method-takes-noise", f"the method {system.method!r} cannot take a stochastic equation; "
                                                f"choose one of {_list(able)}", place)
        draws = 1 if self.scope.noise is None else self.scope.noise.get(system.method, 1)
        self.site(statement.site, len(noisy) * draws, place)
        inner = defined | {eq.variable for eq in equations}
        for eq in equations:
            known = set(inner)
            at = eq.place or place
            self.define(eq.variable, known, at)
            for name, value in eq.lines:
                self.value(value, known, at)
                self.define(name, known, at)
            for value in (eq.drift, *(() if eq.diffusion is None else (eq.diffusion,)), *eq.extras):
                self.value(value, known, at)
        for name in (*statement.results, *statement.extras):
            self.define(name, defined, place)

    # -- expressions -------------------------------------------------------------------------------------------------

    def value(self, node: Expr, defined: set[str], place: Place | None) -> None:
        """Check an expression. A loop over a stack: this runs before every build and has to cost nothing."""
        stack = [node]
        params, push = self.scope.params, stack.append
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is Binary:
                if node.op not in _ARITHMETIC:  # type: ignore[attr-defined]
                    self.operator(node, place)
                push(node.right)  # type: ignore[attr-defined]
                push(node.left)  # type: ignore[attr-defined]
            elif kind is Local:
                if node.name not in defined:  # type: ignore[attr-defined]
                    self.local(node, place)
            elif kind is Param:
                if node.name not in params:  # type: ignore[attr-defined]
                    self.param(node, place)
            elif kind is Field:
                self.state(node, node.place or place)  # type: ignore[arg-type]
            else:
                if kind is not Const or type(node.value) not in _LITERALS:  # type: ignore[attr-defined]
                    self.other(node, node.place or place)
                stack.extend(children(node))

    def local(self, node: Expr, place: Place | None) -> None:
        assert isinstance(node, Local)
        if self.scope.value_rule:
            self.tell(self.scope.value_rule, f"it reads {node.name!r}; only parameters and numbers are known here",
                      node.place or place)
        else:
            self.tell("local-defined", f"{node.name!r} is read before it gets a value; assign it above, or declare it",
                      node.place or place)

    def param(self, node: Expr, place: Place | None) -> None:
        assert isinstance(node, Param)
        self.tell("param-declared", f"parameter {node.name!r} is read but never declared; declared are "
                                    f"{_list(self.scope.params)}", node.place or place)

    def state(self, node: Field, place: Place | None) -> None:
        if self.scope.value_rule:
            self.tell(self.scope.value_rule, f"it reads state {node.name!r}; only parameters and numbers are known "
                                             "here", place)
        elif node.owner not in self.scope.states:
            self.owner(node.owner, f"state {node.name!r}", place)
        else:
            states = self.scope.states[node.owner]
            if states is not None and node.name not in states:
                whose = "" if node.owner == "self" else f" of the {node.owner} population"
                self.tell("state-declared", f"state {node.name!r}{whose} is used but never declared; declared are "
                                            f"{_list(states)}; add {node.name!r} to them, or rename it", place)

    def owner(self, owner: str, what: str, place: Place | None) -> None:
        if owner in ("pre", "post"):
            text = f"it uses {what} of {owner!r}, which only a synapse has; read the neuron's own states"
        else:
            text = f"it uses {what} of {owner!r}; choose one of {_list(self.scope.states)}"
        self.tell("owner-known", text, place)

    def operator(self, node: Expr, place: Place | None) -> None:
        self.tell("operator-known", f"there is no operator {node.op!r}; "  # type: ignore[attr-defined]
                                    "choose one of + - * /, < <= > >= == !=, and, or", node.place or place)

    def other(self, node: Expr, place: Place | None) -> None:
        match node:
            case Call(function, args):
                entry = FUNCTIONS.get(function)
                if entry is None:
                    self.tell("function-known", f"there is no function {function!r} in the table; it has "
                                                f"{_list(FUNCTIONS)}", place)
                elif len(args) != entry.arity:
                    self.tell("arity", f"{function} takes {entry.arity} argument{'s' if entry.arity > 1 else ''}, "
                                       f"found {len(args)}", place)
            case Power(_, exponent):
                if type(exponent) is not int or not 0 <= exponent <= 64:
                    self.tell("power-range", f"the integer power is {exponent!r}, expected a whole number from 0 to "
                                             "64; use pow for others", place)
            case Compare(op):
                if op not in _COMPARISONS:
                    self.operator(node, place)
            case Logic(op):
                if op not in ("and", "or"):
                    self.operator(node, place)
            case Cast(_, to):
                if to not in DTYPES:
                    self.tell("cast-known", f"a conversion is to {to!r}; choose one of {', '.join(DTYPES)}", place)
            case Element(which):
                if which not in self.scope.states:
                    self.owner(which, "the index", place)
            case Const(value):
                self.tell("literal-kind", f"the literal {value!r} is a {type(value).__name__}; write a plain number",
                          place)


_ARITHMETIC = frozenset("+-*/")
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
_LITERALS = frozenset((bool, int, float))


def _list(names: object) -> str:
    return ", ".join(sorted(names)) or "none"  # type: ignore[call-overload]
