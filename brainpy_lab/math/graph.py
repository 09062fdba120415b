"""What one time step does, as it was recorded: a graph of values, the variables it writes, the draws it makes.

A value is a `Node`. It has a shape as NumPy would give it, and a type of the representation; its `known` is its number
where that follows from parameters and literals alone, so that Python may decide by it. Only elementwise nodes of one
size meet directly; everything else (broadcasting, sums along axes, slices, what goes from neurons to neurons) is a
`move`, a `reduce` or a `comm`, which become projections.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelError
from ..ir.expr import DTYPES
from ..ir.place import Place

PACKAGE = str(Path(__file__).resolve().parents[1])
NOT_KNOWN = object()
"""`Node.known` of what is found out only by running."""


class TraceError(ModelError, TypeError):
    """Something in `update` cannot be recorded."""


@dataclass(eq=False)
class Node:
    """A value of the step.

    Parameters
    ----------
    op : str
        'const', 'param', 'array', 'read', 't', 'dt', 'i', 'i0', 'series', 'binary', 'compare', 'logic', 'not',
        'negative', 'power', 'select', 'call', 'cast', 'fill', 'draw', 'integrate', 'result', 'variable' (of an
        equation), 'stage_time', 'delayed', 'view', 'move', 'reduce', 'comm'.
    args : tuple of Node
    shape : tuple of int
    dtype : str or None
        As in the representation; None for literals, which take the type of what they meet.
    data : object
        What the node is besides its operands.
    known : object
        Its number, or `NOT_KNOWN`.
    number : int
        Its place in the order of recording.
    """

    op: str
    args: tuple[Node, ...]
    shape: tuple[int, ...]
    dtype: str | None
    data: Any = None
    known: Any = NOT_KNOWN
    number: int = 0

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(math.prod(self.shape))

    @property
    def is_free(self) -> bool:
        """Whether it needs no memory: made of literals, parameters and the time, so it can be computed anywhere."""
        return (
            self.op in FREE
            or self.op in ELEMENTWISE
            and self.op not in NEEDS_MEMORY
            and all(arg.is_free for arg in self.args)
        )


FREE = frozenset(("const", "param", "t", "dt", "i", "i0", "variable", "stage_time"))
ELEMENTWISE = frozenset(
    (
        "binary",
        "compare",
        "logic",
        "not",
        "negative",
        "power",
        "select",
        "call",
        "cast",
        "fill",
        "draw",
        "integrate",
        "result",
        "delayed",
    )
)
NEEDS_MEMORY = frozenset(("fill", "draw", "integrate", "result", "delayed"))
LINKS = frozenset(("move", "reduce", "comm"))


@dataclass
class Equation:
    """One differential equation in nodes: `variable` stands for its state, the others are made of it."""

    name: str
    variable: Node
    drift: Node
    diffusion: Node | None = None
    noise: str | None = None


@dataclass
class Integration:
    """A system of equations and its method. The node's ``args`` are the start values, then the time.

    ``inner`` holds the numbers of the nodes that depend on a variable of the equations or on the time of a stage.
    """

    equations: list[Equation]
    method: str
    site: int
    inner: set[int]


@dataclass(eq=False)
class Link:
    """How a `move`, `reduce` or `comm` gets from the elements of its source to those of its result.

    Parameters
    ----------
    op : str
        As in `ir.statements.Fold`.
    pre_ids, post_ids : ndarray of int64
        Empty where the edges follow from a `rule`.
    event : bool
        What is carried is the weight, where the source is not zero; otherwise the product of both.
    weight : Node or None
        A free number, or an 'array' node with one value per edge; None is 1.
    start : float
        What the sum starts from. A second operand of the node, if there is one, is what it starts from instead.
    rule : RandomEdges or None
        Edges that are made anew in every step.
    numbers : str
        '' or, with a rule, the distribution of a number of each edge: the weight is ``weight + spread*number``.
    spread : Node or None
    """

    op: str
    pre_ids: np.ndarray
    post_ids: np.ndarray
    event: bool = False
    weight: Node | None = None
    start: float = 0.0
    rule: Any = None
    numbers: str = ""
    spread: Node | None = None


class Graph:
    """The recording of one step.

    Attributes
    ----------
    nodes : list of Node
        In the order of recording.
    writes : dict of Variable to Node
        The last value of each variable that was written.
    reads : dict of Variable to Node
        The node of the value that each variable has before the step.
    series : list of Node
        What changes from step to step by a given series.
    pushes : dict
        Delay -> the value that it takes in this step.
    folded : dict
        (id of owner, attribute) -> (owner, attribute), of the parameters by which Python decided something, so that
        the recording holds for their present value only.
    """

    def __init__(self, float_type: str = "float64"):
        self.float_type = float_type
        self.nodes: list[Node] = []
        self.writes: dict[Any, Node] = {}
        self.reads: dict[Any, Node] = {}
        self.series: list[Node] = []
        self.pushes: dict[Any, Node] = {}
        self.folded: dict[tuple[int, str], tuple[object, str]] = {}
        self.params: dict[tuple[int, str], Node] = {}
        self.arrays: dict[int, Node] = {}
        self.kept: dict[Any, np.ndarray] = {}
        self.sites = 0
        self.inside: list[set[int]] = []

    def add(
        self,
        op: str,
        args: tuple[Node, ...],
        shape: tuple[int, ...],
        dtype: str | None,
        data: Any = None,
        known: Any = NOT_KNOWN,
    ) -> Node:
        node = Node(op, args, tuple(shape), dtype, data, known, len(self.nodes))
        self.nodes.append(node)
        if self.inside and any(arg.number in self.inside[-1] for arg in args):
            self.inside[-1].add(node.number)
        return node

    def const(self, value: float | int | bool) -> Node:
        """A literal."""
        value = value.item() if isinstance(value, np.generic) else value
        return self.add("const", (), (), "bool" if isinstance(value, bool) else None, value, value)

    def param(self, owner: object, name: str, value: float) -> Node:
        """A number that an object holds; the same node each time it is read."""
        key = (id(owner), name)
        if key not in self.params:
            known = np.dtype(self.float_type).type(value).item()
            self.params[key] = self.add("param", (), (), "real", (owner, name), known)
        return self.params[key]

    def array(self, value: np.ndarray, owner: object = None, name: str = "") -> Node:
        """An array that the step only reads."""
        if id(value) not in self.arrays:
            kind = {"b": "bool", "i": "int", "u": "int", "f": "real"}.get(value.dtype.kind)
            if kind is None:
                raise TraceError(f"an array of {value.dtype} in a step: use numbers or conditions{at_user()}")
            if value.size == 0:
                raise TraceError(f"an array of shape {value.shape} has no elements{at_user()}")
            self.arrays[id(value)] = self.add("array", (), value.shape, kind, (value, owner, name))
        return self.arrays[id(value)]

    def read(self, variable: Any) -> Node:
        """The present value of a variable."""
        if variable in self.writes:
            return self.writes[variable]
        if variable not in self.reads:
            dtype = kind_of(variable.dtype, self.float_type)
            self.reads[variable] = self.add("read", (), variable.shape, dtype, variable)
        return self.reads[variable]

    def new_site(self, count: int = 1) -> int:
        """The number of a new draw site."""
        self.sites += count
        return self.sites - count


def kind_of(dtype: np.dtype, float_type: str) -> str:
    """The type of the representation for a NumPy type."""
    if dtype.kind == "b":
        return "bool"
    if dtype.kind in "iu":
        return "int"
    return "real" if dtype.name == float_type else "f64"


def highest(kinds: list[str | None], low: str) -> str | None:
    """The type that operands of these types are brought to; None when all are literals."""
    known = [kind for kind in kinds if kind is not None]
    return max([*known, low], key=DTYPES.index) if known else None


# -- the recording that is under way ---------------------------------------------------------------------------------

_active: list[Graph] = []


def active() -> Graph | None:
    """The graph that is being recorded, if any."""
    return _active[-1] if _active else None


class recording:
    """``with recording(graph):`` whatever happens goes into `graph`."""

    def __init__(self, graph: Graph):
        self.graph = graph

    def __enter__(self) -> Graph:
        _active.append(self.graph)
        return self.graph

    def __exit__(self, *problem: object) -> None:
        _active.pop()


def user_place() -> Place | None:
    """The innermost line of the running program that is not of this package."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(PACKAGE) and "/numpy/" not in file.replace("\\", "/"):
            import linecache

            return Place(file, frame.f_lineno, text=linecache.getline(file, frame.f_lineno).rstrip("\n"))
        frame = frame.f_back
    return None


def at_user() -> str:
    """``' (file.py:12: the line)'``, or nothing where no line of a user is known."""
    place = user_place()
    if place is None:
        return ""
    text = place.text.strip()
    return f" ({place.file}:{place.line}: {text})" if text else f" ({place.file}:{place.line})"
