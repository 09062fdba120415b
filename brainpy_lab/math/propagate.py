"""What goes from elements to elements along edges."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels.reference.random_edges import edge_number, row_blocks
from ..runtime.bindings import RandomEdges
from .arrays import algebra_for, held
from .eager import EagerAlgebra, fold
from .graph import Link, Node, TraceError, at_user
from .tracing import TraceAlgebra


def propagate(
    x: Any,
    pre_ids: np.ndarray,
    post_ids: np.ndarray,
    n_post: int,
    weight: Any = None,
    event: bool = False,
    onto: Any = None,
) -> Any:
    """Sums over edges, each a left fold in the order of the edges.

    Parameters
    ----------
    x : array of shape (n_pre,)
    pre_ids, post_ids : ndarray of int64, shape (n_edges,)
    n_post : int
    weight : float or array of shape (n_edges,), optional
    event : bool
        Add the weights of the edges whose source is true (a number: above 0), instead of ``x*weight``.
    onto : array of shape (n_post,), optional
        What the sums start from, instead of 0.

    Returns
    -------
    array of shape (n_post,)
    """
    algebra = algebra_for(x, weight, onto)
    value = algebra.lift(x)
    if event and algebra.kind(value) != "bool":
        value = algebra.compare(">", value, algebra.lift(0.0))
    w = None if weight is None else algebra.lift(weight)
    start = None if onto is None else algebra.cast(algebra.lift(onto), "real")
    compute = _recorded if isinstance(algebra, TraceAlgebra) else _computed
    return held(compute(algebra, value, pre_ids, post_ids, n_post, w, event, start))


def _recorded(
    algebra: TraceAlgebra, value: Node, pre_ids, post_ids, n_post: int, weight: Node | None, event: bool, start: Any
) -> Node:
    if value.size == 1 and len(np.unique(pre_ids)) > 1 or value.is_free:
        value = algebra.fill(value, (int(pre_ids.max()) + 1 if len(pre_ids) else 1,))
    while weight is not None and weight.op == "view":
        weight = weight.args[0]
    if weight is not None and not (weight.op == "array" or weight.is_free):
        raise TraceError(
            f"weights that change while it runs{at_user()}: a sparse connection has fixed weights; multiply in "
            "update() where they should change."
        )
    if weight is not None and weight.op == "array" and weight.size == 1:
        weight = algebra.graph.const(float(weight.data[0].reshape(-1)[0]))
    link = Link("+", pre_ids, post_ids, event, weight)
    algebra._outside_equations(value, "connections")
    args = (value,) if start is None else (value, algebra.broadcast(start, (n_post,)))
    return algebra.graph.add("comm", args, (n_post,), "real", link)


def _computed(
    algebra: EagerAlgebra, value, pre_ids, post_ids, n_post: int, weight, event: bool, start: Any
) -> np.ndarray:
    real = algebra.types["real"]
    out = np.zeros(n_post, real)
    if start is not None:
        out[...] = start
    if np.ndim(value) == 0 and len(pre_ids):
        value = np.broadcast_to(value, (int(pre_ids.max()) + 1,))
    value = np.asarray(value)
    if event:
        edges = np.flatnonzero(value[pre_ids])
        weights = np.broadcast_to(np.asarray(1.0 if weight is None else weight, real), (len(pre_ids),))
        fold(out, post_ids[edges], weights[edges], "+")
        return out
    carried = algebra.cast(value, "real")[pre_ids]
    if weight is not None:
        carried = algebra.binary("*", carried, np.asarray(weight, real) if np.ndim(weight) else weight)
    with np.errstate(all="ignore"):
        fold(out, post_ids, carried, "+")
    return out


def propagate_random(
    x: Any, rule: RandomEdges, weight: Any = None, spread: Any = None, numbers: str = "", event: bool = False
) -> Any:
    """Sums over edges that are not stored, each a left fold over ascending sources.

    Parameters
    ----------
    x : array of shape (n_pre,)
    rule : RandomEdges
    weight : float, optional
        Of every edge, 1 by default.
    spread : float, optional
        With `numbers`: the weight of an edge is ``weight + spread*number``.
    numbers : {'', 'normal', 'uniform'}
        The standard number that belongs to each edge.
    event : bool
        As of `propagate`.

    Returns
    -------
    array of shape (n_post,)
    """
    algebra = algebra_for(x, weight, spread)
    value = algebra.lift(x)
    if event and algebra.kind(value) != "bool":
        value = algebra.compare(">", value, algebra.lift(0.0))
    w, s = (None if number is None else algebra.lift(number) for number in (weight, spread))
    if isinstance(algebra, TraceAlgebra):
        if value.size == 1 and rule.n_pre > 1 or value.is_free:
            value = algebra.fill(value, (rule.n_pre,))
        algebra._outside_equations(value, "connections")
        none = np.zeros(0, np.int64)
        link = Link("+", none, none, event, w, rule=rule, numbers=numbers, spread=s)
        return held(algebra.graph.add("comm", (value,), (rule.n_post,), "real", link))
    return held(
        _computed_random(algebra, np.broadcast_to(np.asarray(value), (rule.n_pre,)), rule, w, s, numbers, event)
    )


def _computed_random(algebra: EagerAlgebra, value, rule: RandomEdges, weight, spread, numbers, event) -> np.ndarray:
    real = algebra.types["real"]
    out = np.zeros(rule.n_post, real)
    rows = np.flatnonzero(value)
    for pre, post, place in row_blocks(rule.seed, rows, rule.possible, rule.scale):
        carried = np.broadcast_to(real.type(1.0 if weight is None else weight), pre.shape)
        if numbers:
            suffix = "f32" if real == np.float32 else "f64"
            carried = carried + real.type(spread) * edge_number(numbers, suffix, rule.seed, 0, pre, place)
        if not event:
            carried = algebra.cast(value, "real")[pre] * carried if weight is not None else value[pre].astype(real)
        with np.errstate(all="ignore"):
            fold(out, post, carried, "+")
    return out
