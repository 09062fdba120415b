"""How large a quantum is: chosen from the weights, so that no sum of what spikes deliver can leave 62 bits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..errors import ModelUseError
from ..ir.expr import Const, Expr, Field, Param, map_children, walk
from ..ir.plan import Contribution, Key, Plan, Quanta
from ..ir.program import Projection
from ..passes.quanta import INVERSE, MOST, SPILT, SUM, UNIT
from .bindings import Bindings, RandomEdges
from .evaluate import value
from .names import Names

GROWTH = 2.0**8
"""How much larger weights may become before the quantum has to be chosen anew; for plastic ones, at all."""

SHRINKING = 2.0**-24
"""How much smaller, so that no digits are lost."""

BITS = 62


def allocate(plan: Plan, sizes: dict[str, int]) -> dict[Key, np.ndarray]:
    """The integer sums and the numbers that belong to them."""
    found: dict[Key, np.ndarray] = {}
    for one in plan.quanta:
        found[one.population, "state", SUM + one.field] = np.zeros(sizes[one.population], np.int64)
        names = [UNIT, INVERSE]
        if _is_plastic(one):
            found[one.population, "state", SPILT + one.field] = np.zeros(sizes[one.population], np.int64)
            names.append(MOST)
        for name in names:
            found[one.population, "quantum", name + one.field] = np.zeros(1)
    return found


def _is_plastic(one: Quanta) -> bool:
    return any(part.is_plastic for part in one.parts)


class Units:
    """Chooses the quanta of a program."""

    def __init__(self, plan: Plan, bindings: Bindings, buffers: dict[Key, np.ndarray]):
        self.plan, self.bindings, self.buffers = plan, bindings, buffers
        self.is_watched = any(_is_plastic(one) for one in plan.quanta)

    def choose(self, changed: Iterable[tuple[str, str]] | None = None) -> None:
        """Keep what fits the weights of now, or choose anew.

        Parameters
        ----------
        changed : iterable of (object, parameter), optional
            Only sums to which one of these belongs; None means all.

        Notes
        -----
        What is chosen depends on what was there before, and on the weights, so that a run that is repeated from a
        snapshot chooses the same.
        """
        names = None if changed is None else set(changed)
        for one in self.plan.quanta:
            if names is None or any(names & _parameters(part) for part in one.parts):
                self._choose(one)

    def _choose(self, one: Quanta) -> None:
        unit, inverse = (self.buffers[one.population, "quantum", name + one.field] for name in (UNIT, INVERSE))
        total, largest = self._bound(one)
        if not math.isfinite(total):
            return  # the state becomes infinite by itself, and the run tells of it
        held = float(unit[0]) * 2.0**BITS
        # Half of what is held, so that plastic weights may grow as far beside it as they were promised.
        fits = total <= held / 2 and (total >= held * SHRINKING or total == 0.0)
        if held > 0.0 and fits:
            return  # with the most that one edge may add, which belongs to it
        bound = GROWTH * total if total > 0.0 else 1.0
        exponent = max(-1000, math.ceil(math.log2(bound)) - BITS)
        unit[0], inverse[0] = 2.0**exponent, 2.0**-exponent
        if _is_plastic(one):
            self.buffers[one.population, "quantum", MOST + one.field][0] = GROWTH * largest

    def clear(self) -> None:
        """Forget what was too large in an earlier run."""
        for one in self.plan.quanta:
            if _is_plastic(one):
                self.buffers[one.population, "state", SPILT + one.field].fill(0)

    def _bound(self, one: Quanta) -> tuple[float, float]:
        """The most that any target can get in a step, and the most from a single edge whose weight can change."""
        n = self.bindings.sizes[one.population]
        each = np.zeros(n)
        more = largest = 0.0
        plastic = 0  # edges at a target
        for part in one.parts:
            edges = self.bindings.edges[part.projection]
            weight = np.abs(np.asarray(self._weights(part), np.float64))
            if isinstance(edges, RandomEdges):
                item = self.plan.program.find(part.projection)
                assert isinstance(item, Projection)
                more += float(weight.max(initial=0.0)) * self.bindings.sizes[item.pre]
            elif part.is_plastic:
                plastic += int(np.bincount(edges.post_ids, minlength=n).max(initial=1))
                largest = max(largest, float(weight.max(initial=0.0)))
            elif weight.ndim == 0:
                each += float(weight) * np.bincount(edges.post_ids, minlength=n)
            else:
                each += np.bincount(edges.post_ids, weight, n)
        largest = largest or 1.0  # weights that begin at 0
        return float(each.max(initial=0.0)) + more + plastic * largest, largest

    def _weights(self, part: Contribution) -> float | np.ndarray:
        """What each edge delivers, in float64."""
        item = self.plan.program.find(part.projection)
        numbers = self.buffers[part.projection, "param", ""]
        params = {
            name: self.buffers[part.projection, "spread", name] if name in item.spread else numbers[place]
            for place, name in enumerate(item.params)
        }
        states = {("self", state.name): self.bindings.arrays[part.projection, state.name] for state in item.states}
        with np.errstate(all="ignore"):
            return value(_untyped(part.value), params=params, states=states)

    def check(self, names: Names) -> None:
        """Raise when a weight has become too large to be added.

        Raises
        ------
        ModelUseError
        """
        for one in self.plan.quanta:
            if _is_plastic(one) and self.buffers[one.population, "state", SPILT + one.field].any():
                sources = ", ".join(names.shown(part.projection) for part in one.parts if part.is_plastic)
                raise ModelUseError(
                    f"what {sources} deliver to {one.field!r} of {names.shown(one.population)!r} became more than "
                    f"{GROWTH:g} times the largest weight at the start of the run, which sums in quanta cannot hold. "
                    "Keep the weights bounded (np.clip), start from larger ones, or sum in another way: "
                    'profile.set(sums="fold").'
                )


def _parameters(part: Contribution) -> set[tuple[str, str]]:
    return {(part.projection, node.name) for node in walk(part.value) if isinstance(node, Param)}


def _untyped(node: Expr) -> Expr:
    """The expression without types and conversions, for evaluation in float64."""
    if hasattr(node, "to"):
        return _untyped(node.operand)  # type: ignore[attr-defined]
    if isinstance(node, Const):
        return Const(float(node.value))
    if isinstance(node, Field):
        return Field(node.owner, node.name)
    if isinstance(node, Param):
        return Param(node.name)
    return replace(map_children(node, _untyped), dtype=None)
