"""Statements of a step, over one index space.

A front end may use all of them. ``passes.lower`` turns `Integrate` into assignments and `If` into selections, so
that a back end sees straight lines only: `Assign`, `Draw`, `Fold`, `RingRead`, `RingPush`.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from .expr import Expr, Field, Local
from .place import Place


@dataclass(frozen=True)
class Equation:
    """One differential equation d(variable)/dt = drift + diffusion * xi.

    ``variable`` and ``time`` are the names by which drift and diffusion call the state and the time;
    ``lines`` are the intermediate assignments above them, in order; ``extras`` further values that a call returns.
    ``noise`` names the white noise: equations with the same name share a draw.
    """

    variable: str
    drift: Expr
    diffusion: Expr | None = None
    lines: tuple[tuple[str, Expr], ...] = ()
    extras: tuple[Expr, ...] = ()
    noise: str | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class System:
    """Level 1: equations that advance together by one method.

    Every name of a variable that occurs in the expressions is a `Local` of that name; time is `Time`.
    """

    equations: tuple[Equation, ...]
    method: str


@dataclass(frozen=True)
class Statement:
    place: Place | None = field(default=None, compare=False, kw_only=True, repr=False)


@dataclass(frozen=True)
class Assign(Statement):
    """Write a local, or a state of the element itself (a `Field` of owner 'self')."""

    target: Local | Field
    value: Expr


@dataclass(frozen=True)
class If(Statement):
    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Draw(Statement):
    """A standard ``normal`` or ``uniform`` number; ``site`` counts the draws of the object's steps.

    A ``fixed`` one belongs to a random edge and is the same in every step; ``site`` counts these from 0.
    """

    target: Local
    distribution: str
    site: int
    fixed: bool = False


@dataclass(frozen=True)
class Integrate(Statement):
    """Advance a system by one step.

    ``values`` are the start values of its variables, ``time`` the time they belong to, ``results`` the locals that
    receive the new values and ``extras`` those that receive the extra values of the first evaluation.
    ``site`` is the number of the first noise draw.
    """

    system: System
    values: tuple[Expr, ...]
    time: Expr
    results: tuple[str, ...]
    extras: tuple[str, ...] = ()
    site: int = 0


@dataclass(frozen=True)
class Fold(Statement):
    """Change a state of the target neuron, edge by edge in ascending order.

    ``op`` is '+' (add), '-' (subtract), '*' (multiply), 'min', 'max' or '=' (the last edge wins).
    """

    field: str
    op: str
    value: Expr


@dataclass(frozen=True)
class RingPush(Statement):
    """Store a state of the element in its delay ring for this step. In a population the ring is `Population.rings`."""

    field: str


@dataclass(frozen=True)
class RingRead(Statement):
    """Read a state as it was ``back`` steps ago, and without that ``delay_len - 1`` steps ago.

    ``back``, from 1 to ``delay_len - 1``, may differ from element to element and from step to step; only populations
    have it.
    """

    target: Local
    field: str
    back: Expr | None = None


def blocks(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
    """The statement lists inside a statement."""
    return (statement.then, statement.otherwise) if isinstance(statement, If) else ()


def expressions(statement: Statement) -> tuple[Expr, ...]:
    """The expressions that a statement itself evaluates (not those of statements inside it)."""
    match statement:
        case Assign(value=value) | Fold(value=value):
            return (value,)
        case If(condition=condition):
            return (condition,)
        case Integrate(values=values, time=time):
            return (*values, time)
        case RingRead(back=Expr() as back):
            return (back,)
        case _:
            return ()
