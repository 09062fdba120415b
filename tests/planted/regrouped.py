"""Sums and products that a pass or a method hands on grouped otherwise: ``(a + b) + c`` as ``a + (b + c)``."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from brainpy_lab.ir.expr import Binary, Const, Expr
from brainpy_lab.passes.integrate import METHODS
from tests.planted.checks import Check, Ordered, cases

FLIPPED = {"+": "-", "-": "+", "*": "/", "/": "*"}


@dataclass
class Regroup:
    """Groups one place of a tree otherwise.

    Parameters
    ----------
    place : int
        Which of those that there are, from 0.

    Attributes
    ----------
    seen : int
        How many there were.
    """

    place: int
    seen: int = 0

    def of(self, thing: Any) -> Any:
        """Anything that holds expressions, with one place changed."""
        if isinstance(thing, tuple | list):
            return type(thing)(self.of(part) for part in thing)
        if not dataclasses.is_dataclass(thing) or isinstance(thing, type):
            return thing
        changes = {}
        for spec in dataclasses.fields(thing):
            old = getattr(thing, spec.name)
            new = self.of(old) if isinstance(old, tuple | list) or dataclasses.is_dataclass(old) else old
            if new is not old and new != old:
                changes[spec.name] = new
        thing = replace(thing, **changes) if changes else thing
        return self._here(thing) if isinstance(thing, Expr) else thing

    def _here(self, node: Expr) -> Expr:
        other = _otherwise(node)
        if other is None:
            return node
        self.seen += 1
        return other if self.seen == self.place + 1 else node


def _otherwise(node: Expr) -> Expr | None:
    """The same value grouped otherwise; None where there is no such way or where it rounds alike."""
    match node:
        case Binary(op, Binary(inner, a, b), c) if _kind(op) == _kind(inner) and not _exact(op, a, b, c):
            joined = op if inner in "+*" else FLIPPED[op]
            return replace(node, op=inner, left=a, right=replace(node, op=joined, left=b, right=c))
        case Binary("+" | "*" as op, a, Binary(inner, b, c)) if op == inner and not _exact(op, a, b, c):
            return replace(node, left=replace(node, left=a, right=b), right=c)
    return None


def _kind(op: str) -> str:
    return "sum" if op in "+-" else "product"


def _exact(op: str, *parts: Expr) -> bool:
    """Whether a factor is a power of two, by which nothing is rounded."""
    return op in "*/" and any(
        isinstance(part, Const) and part.value and math.frexp(abs(part.value))[0] == 0.5 for part in parts
    )


# -- in methods --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def regrouping_method(name: str, place: int) -> Iterator[Regroup]:
    """A method of integration whose step has one group otherwise."""
    method = METHODS[name]
    seen = Regroup(place)

    def step(problem):
        here = Regroup(place)
        found = here.of(method.step(problem))
        seen.seen = max(seen.seen, here.seen)
        return found

    METHODS[name] = replace(method, step=step)
    try:
        yield seen
    finally:
        METHODS[name] = method


ALIKE = {
    "milstein_derivative_ito": [15], "milstein_derivative_stra": [15], "rk4_alternative": [9], "rkf12": [6, 7, 9],
    "rkf45": [23, 29],
}  # fmt: skip
"""Places whose last bit is lost in all the steps on which bits are held: they enter the result with a small weight, or
are differences of slopes so close to each other that they are exact."""


def count_of_method(name: str) -> int:
    """How many places a method has, in the equations on which its bits are held."""
    from tests.passes.test_integrators_keep_bits import step_of

    with regrouping_method(name, -1) as seen:
        step_of(name)
    return seen.seen


def check_of_method(name: str) -> Check:
    from tests.passes.test_integrators_keep_bits import test_a_step_has_these_bits

    return functools.partial(test_a_step_has_these_bits, name)


# -- in passes ---------------------------------------------------------------------------------------------------------

PASSES = {
    "fold.fold": ("test_fold", (0, 1, 2)), "common.share": ("test_common", (0, 1, 2)),
    "lower.lower": ("test_lower", (0, 1, 2)), "typing.infer": ("test_typing", (0, 1, 2)),
    "rows.split": ("test_rows", (0, 2)), "derivative.derivative": ("test_derivative", (0,)),
    "linear_part.linear_part": ("test_linear_part", (0,)),
}  # fmt: skip
"""Each pass, its tests, and which places of its results are grouped otherwise; the others are not in what is tested, or
round alike there. Merging synapses is not here: it changes rounding, and says so."""


@contextlib.contextmanager
def regrouping_pass(name: str, place: int) -> Iterator[None]:
    """A pass whose results have one group otherwise, wherever it is called."""
    module, _, function = name.partition(".")
    live = getattr(sys.modules[f"brainpy_lab.passes.{module}"], function)

    @functools.wraps(live)
    def changed(*args, **kwargs):
        return Regroup(place).of(live(*args, **kwargs))

    holders = [
        (other, key)
        for other in list(sys.modules.values())
        if getattr(other, "__name__", "").startswith(("brainpy_lab", "tests."))
        for key, value in list(vars(other).items())
        if value is live
    ]
    for other, key in holders:
        setattr(other, key, changed)
    try:
        yield
    finally:
        for other, key in holders:
            setattr(other, key, live)


@functools.cache
def checks_of_pass(name: str) -> Ordered:
    return Ordered(cases(f"tests.passes.{PASSES[name][0]}", "tests.passes.test_passes_keep_bits",
                         "tests.passes.test_exp_auto"))  # fmt: skip
