"""From the statements of a step to straight lines: integrators inlined, conditions turned into selections.

Every assignment gets a name of its own, so the result can be read from top to bottom, a state is loaded before and
stored after everything else, and no back end needs to know what `Integrate` or `If` mean. Both sides of a condition
are computed and one is selected; a draw is numbered by its site, so drawing on both sides changes no number.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..ir.expr import Element, Expr, Field, Local, Logic, Not, Select, map_children, walk
from ..ir.kernel import Accumulate, Binding, DrawLet, Effect, Kernel, Let, Push, RingLet, Store
from ..ir.program import Step
from ..ir.statements import Assign, Draw, Fold, If, Integrate, RingPush, RingRead, Statement
from .fold import fold
from .integrate import METHODS
from .integrate.stage import Names, Problem


def lower(step: Step, space: str, delay_steps: int = 1) -> Kernel:
    """Lower one step over 'neurons' or 'edges'.

    Parameters
    ----------
    step : Step
    space : str
    delay_steps : int
        Length of the delay ring; with 1 a delayed state is the present one and there is no ring.

    Returns
    -------
    Kernel
        Untyped; an edge kernel's `guard` is set when the whole step is one condition on the source neuron.
    """
    line = _Line(delay_steps)
    body = step.body
    guard = None
    if space == "edges" and len(body) == 1 and isinstance(body[0], If) and not body[0].otherwise:
        if only_reads_source(body[0].condition):
            guard, body = fold(body[0].condition), body[0].then
    line.run(body)
    effects: list[Effect] = [Store("self", name, value) for name, value in line.fields.items()]
    return Kernel(step.name, space, "", tuple(line.lets), tuple(effects + line.effects), guard)


def only_reads_source(node: Expr) -> bool:
    """True when a value depends on nothing of an edge but its source neuron."""
    return not any(isinstance(part, Local)
                   or isinstance(part, Field) and part.owner in ("self", "post")
                   or isinstance(part, Element) and part.which != "pre" for part in walk(node))


@dataclass
class _Line:
    """The straight line so far: what every local and every state is called now."""

    delay_steps: int
    lets: list[Binding] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    locals: dict[str, Expr] = field(default_factory=dict)
    fields: dict[str, Expr] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    condition: Expr | None = None

    def now(self, node: Expr) -> Expr:
        """The expression over the present names."""
        if isinstance(node, Local):
            return self.locals.get(node.name, node)
        if isinstance(node, Field) and node.owner == "self":
            return self.fields.get(node.name, node)
        return map_children(node, self.now)

    def let(self, hint: str, value: Expr) -> Expr:
        if isinstance(value, Local):
            return value
        name = self.names.fresh(hint)
        self.lets.append(Let(name, fold(value)))
        return Local(name, place=value.place)

    def run(self, body: tuple[Statement, ...]) -> None:
        for statement in body:
            self.do(statement)

    def do(self, statement: Statement) -> None:
        match statement:
            case Assign(target=Local(name), value=value):
                self.locals[name] = self.let(name, self.now(value))
            case Assign(target=Field(_, name), value=value):
                self.fields[name] = self.let(name, self.now(value))
            case If():
                self._branches(statement)
            case Draw(target=target, distribution=distribution, site=site, fixed=fixed):
                name = self.names.fresh(target.name)
                self.lets.append(DrawLet(name, distribution, site, fixed))
                self.locals[target.name] = Local(name)
            case Integrate():
                self._integrate(statement)
            case Fold(field=name, op=op, value=value):
                self.effects.append(Accumulate(name, op, self.let(name, self.now(value)), self.condition))
            case RingPush(field=name):
                if self.delay_steps > 1:
                    self.effects.append(Push("self", name, self.now(Field("self", name))))
            case RingRead(target=target, field=name, back=back):
                if self.delay_steps > 1:
                    ago = None if back is None else fold(self.now(back))
                    fresh = self.names.fresh(target.name)
                    self.lets.append(RingLet(fresh, "self", name, ago))
                    self.locals[target.name] = Local(fresh)
                else:
                    self.locals[target.name] = self.now(Field("self", name))

    def _branches(self, statement: If) -> None:
        condition = self.let("condition", self.now(statement.condition))
        outer, before_locals, before_fields = self.condition, dict(self.locals), dict(self.fields)

        def side(body: tuple[Statement, ...], holds: Expr) -> tuple[dict[str, Expr], dict[str, Expr]]:
            self.locals, self.fields = dict(before_locals), dict(before_fields)
            self.condition = holds if outer is None else Logic("and", outer, holds)
            self.run(body)
            return self.locals, self.fields

        yes = side(statement.then, condition)
        no = side(statement.otherwise, Not(condition))
        self.condition = outer
        self.locals = self._merge(condition, yes[0], no[0], lambda name: None)
        self.fields = self._merge(condition, yes[1], no[1], lambda name: Field("self", name))

    def _merge(self, condition: Expr, yes: dict[str, Expr], no: dict[str, Expr],
               missing: Callable[[str], Expr | None]) -> dict[str, Expr]:
        merged: dict[str, Expr] = {}
        for name in [*yes, *(name for name in no if name not in yes)]:
            # A local that only one side assigns can only be read where that side ran.
            a, b = yes.get(name, missing(name)), no.get(name, missing(name))
            if a is None or b is None or a == b:
                merged[name] = a if a is not None else b  # type: ignore[assignment]
            else:
                merged[name] = self.let(name, Select(condition, a, b))
        return merged

    def _integrate(self, statement: Integrate) -> None:
        values: list[Expr] = [self.let(eq.variable, self.now(value))
                              for eq, value in zip(statement.system.equations, statement.values)]
        # The method's own names must differ from every name there is: what it returns is final already, and only the
        # names of the step around it (frozen arguments) are looked up, through `outside`.
        problem = Problem(statement.system, values, self.now(statement.time), Names(list(self.names.taken)),
                          statement.site, self.now)
        inner, results, extras = METHODS[statement.system.method].step(problem)
        outer, self.locals = self.locals, {}
        self.run(tuple(inner))
        results = [self.now(result) for result in results]
        extras = [self.now(extra) for extra in extras]
        self.locals = outer
        for name, result in zip(statement.results, results):
            self.locals[name] = self.let(name, result)
        for name, extra in zip(statement.extras, extras):
            self.locals[name] = self.let(name, extra)
