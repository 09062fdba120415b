"""A `move`, `reduce` or `comm` of a graph as a projection of the program."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..ir import expr as ir
from ..ir import statements as st
from ..ir.program import Projection, Step
from ..runtime.bindings import Edges, RandomEdges
from .graph import Link, Node
from .statements import Printer

RUN_LENGTH = 8
"""Unbroken targets per run from which on storing runs beats storing single targets."""


@dataclass
class LaidLink:
    """A projection, and what is bound to it.

    Attributes
    ----------
    projection : Projection
    edges : Edges or RandomEdges
    params : dict of str to Node
        Its parameters: what an object or a literal says, or an array with one number per edge.
    """

    projection: Projection
    edges: Edges | RandomEdges
    params: dict[str, Node] = field(default_factory=dict)


class _Numbers(Printer):
    """Free values in the step of a projection, over parameters of its own, which can be moved."""

    def __init__(self) -> None:
        self.params: dict[str, Node] = {}

    def value(self, node: Node, name: str) -> ir.Expr:
        """A number of the link, under this name where it is a single one."""
        if node.op in ("array", "param", "const"):
            return self._named(node, name)
        return self.expression(node)

    def parameter(self, node: Node, hint: str) -> ir.Expr:
        return self._named(node, hint)

    def look_up(self, node: Node) -> ir.Expr | None:
        return None

    def _named(self, node: Node, hint: str) -> ir.Expr:
        for name, known in self.params.items():
            if known is node:
                return ir.Param(name)
        name, count = hint, 1
        while name in self.params:
            count += 1
            name = f"{hint}_{count}"
        self.params[name] = node
        return ir.Param(name)


def lay_link(node: Node, name: str, pre: str, post: str, carried: str, target: str) -> LaidLink:
    """The projection of a link.

    Parameters
    ----------
    node : Node
    name, pre, post : str
        Of the projection and its populations.
    carried, target : str
        The states that it reads and folds onto.
    """
    link: Link = node.data
    numbers = _Numbers()
    value: ir.Expr = ir.Field("pre", carried)
    weight: ir.Expr = ir.Const(1.0) if link.weight is None else numbers.value(link.weight, "weight")
    drawn: tuple[st.Statement, ...] = ()
    if link.numbers:
        assert link.spread is not None
        drawn = (st.Draw(ir.Local("number"), link.numbers, 0, fixed=True),)
        spread = numbers.value(link.spread, "weight_spread")
        weight = ir.Binary("+", weight, ir.Binary("*", spread, ir.Local("number")))
    body: tuple[st.Statement, ...]
    if link.event:
        body = (st.If(value, (*drawn, st.Fold(target, link.op, weight))),)
    else:
        product = value if link.weight is None else ir.Binary("*", value, weight)
        body = (*drawn, st.Fold(target, link.op, product))
    projection = Projection(
        name,
        "carry",
        pre,
        post,
        (),
        tuple(numbers.params),
        (Step("carry", body),),
        frozenset(key for key, known in numbers.params.items() if known.op == "array"),
        layout="random" if link.rule is not None else link_layout(link.pre_ids, link.post_ids),
    )
    edges = Edges(link.pre_ids, link.post_ids) if link.rule is None else link.rule
    return LaidLink(projection, edges, numbers.params)


def link_layout(pre_ids: np.ndarray, post_ids: np.ndarray) -> str:
    """How edges lie best in memory, as `ir.program.Projection.layout` says it."""
    if np.any(pre_ids[1:] < pre_ids[:-1]):
        return "list"
    breaks = np.count_nonzero((np.diff(post_ids) != 1) | (np.diff(pre_ids) != 0))
    return "runs" if len(pre_ids) >= RUN_LENGTH * (breaks + 1) else "rows"
