"""Level 2 in straight lines: what a back end prints or runs for one step of one object.

Every state is read at its value before the step; all stores happen after everything is computed. A kernel runs over
one index space:

``neurons``
    one element per neuron; a state is ``Field('self', name)``. Everywhere ``Field('one', ..)`` is a state of the
    population with a single element.
``rows``
    one element per source neuron of a projection; ``Field('pre', ..)`` are the states of that neuron and
    ``Field('row', ..)`` the values that all its edges share.
``edges``
    one element per edge, in the order of synapse ids; ``self``, ``pre``, ``post`` and ``row`` are all readable.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .expr import Expr, Local, map_children


@dataclass(frozen=True)
class Let:
    """``name = value``, assigned once."""

    name: str
    value: Expr


@dataclass(frozen=True)
class DrawLet:
    """``name`` = a standard normal or uniform number of the stream of this draw site; ``fixed`` as in `Draw`."""

    name: str
    distribution: str
    site: int
    fixed: bool = False


@dataclass(frozen=True)
class RingLet:
    """``name`` = the state as it was ``back`` steps ago; ``owner`` is 'self' or 'row'.

    Without ``back``, as many as the ring has places, less one.
    """

    name: str
    owner: str
    field: str
    back: Expr | None = None


@dataclass(frozen=True)
class Store:
    """Write a state of the element; ``owner`` is 'self' or 'row'."""

    owner: str
    field: str
    value: Expr


@dataclass(frozen=True)
class Push:
    """Write into the delay ring of a state, at this step's place."""

    owner: str
    field: str
    value: Expr


@dataclass(frozen=True)
class Accumulate:
    """``post.field op= value``, edge by edge, where ``when`` holds (None: everywhere); ``op`` as in `Fold`."""

    field: str
    op: str
    value: Expr
    when: Expr | None = None


Binding = Let | DrawLet | RingLet
Effect = Store | Push | Accumulate


@dataclass(frozen=True)
class Kernel:
    """One straight-line step.

    Parameters
    ----------
    name : str
        Name of the step, for people.
    space : str
        'neurons', 'rows' or 'edges'.
    layout : str
        For edges: 'rows', 'runs', 'list' or 'random'.
    lets : tuple of Binding
    effects : tuple of Effect
    guard : Expr or None
        For edges: a value per source neuron; rows where it does not hold are skipped.
    serial : bool
        An edge reads what earlier edges of the same step wrote, so the edges must run one after the other.
    """

    name: str
    space: str
    layout: str
    lets: tuple[Binding, ...]
    effects: tuple[Effect, ...]
    guard: Expr | None = None
    serial: bool = False


def let_value(let: Binding) -> Expr | None:
    """The expression that a binding evaluates, if any."""
    return let.value if isinstance(let, Let) else let.back if isinstance(let, RingLet) else None


def written_out(node: Expr, lets: Mapping[str, Expr]) -> Expr:
    """The expression with locals replaced by what they stand for; those that are not in `lets` stay."""
    if isinstance(node, Local) and node.name in lets:
        return written_out(lets[node.name], lets)
    return map_children(node, lambda child: written_out(child, lets))


def values(kernel: Kernel) -> list[Expr]:
    """Every expression of a kernel, in the order in which they are evaluated."""
    found = [value for let in kernel.lets if (value := let_value(let)) is not None]
    if kernel.guard is not None:
        found.append(kernel.guard)
    for effect in kernel.effects:
        found.append(effect.value)
        if isinstance(effect, Accumulate) and effect.when is not None:
            found.append(effect.when)
    return found
