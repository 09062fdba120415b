"""The numbers that a program runs on: sizes, states, parameters, edges, inputs."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InternalError
from ..ir.program import Program, Projection
from ..kernels.reference.random_edges import skip_scale

if TYPE_CHECKING:
    from .sums import Sums


def numpy_dtype(dtype: str, real: np.dtype) -> np.dtype:
    """The NumPy type of an IR type."""
    return {"real": real, "f64": np.dtype(np.float64), "int": np.dtype(np.int64), "bool": np.dtype(np.bool_)}[dtype]


@dataclass
class Edges:
    """Which neuron each synapse joins to which, in the order of synapse ids.

    Parameters
    ----------
    pre_ids, post_ids : ndarray, shape (n_edges,), integer
        Indices into the source and the target population, in 32 or 64 bits as they come.
    """

    pre_ids: np.ndarray
    post_ids: np.ndarray

    def __post_init__(self) -> None:
        self.pre_ids, self.post_ids = (_ids(array) for array in (self.pre_ids, self.post_ids))


def _ids(array: np.ndarray) -> np.ndarray:
    small = isinstance(array, np.ndarray) and array.dtype == np.int32
    return np.ascontiguousarray(array, dtype=np.int32 if small else np.int64)


@dataclass(frozen=True)
class RandomEdges:
    """Edges that are not stored: each pair is connected with a probability, and a seed says which are.

    Parameters
    ----------
    n_pre, n_post : int
    prob : float
        From 0 to 1.
    seed : int
    """

    n_pre: int
    n_post: int
    prob: float
    seed: int

    @property
    def possible(self) -> int:
        """Number of targets that a source may have."""
        return self.n_post if self.prob > 0 else 0

    @property
    def scale(self) -> float:
        """What makes skips of logarithms."""
        return skip_scale(self.prob) if self.prob > 0 else 0.0


@dataclass
class Bindings:
    """What a program is bound to when it is built.

    Parameters
    ----------
    dt : float
        Step, ms.
    sizes : dict of str to int
        Elements of every object: neurons, or edges; random edges count as none.
    arrays : dict of (object, state) to ndarray
        One-dimensional, C-contiguous, of the program's float type ('f64' states: float64). Written in place for life.
    params : dict of (object, parameter) to float or ndarray
        A number, or one per element for a spread parameter.
    edges : dict of str to Edges or RandomEdges
    inputs : list
        One entry per input of the program: a number, (n,), (n_steps,) or (n_steps, n); for events (n_events, 2).
    indices : list
        One entry per monitor of the program: an index array, or None for all elements.
    seed : int
        Seed of the program's random numbers.
    attributes : dict of (object, name) to object
        What steps in Python take from a group: arrays, which they may change in place, numbers, lists of arrays.
    names : dict of str to str
        What the user calls the objects; messages and `Session.params` use it.
    parameter_names : dict of (object, parameter) to (str, str)
        What the user calls parameters, where that differs: whose they are, and their name there. Several may have one
        name: they are one number to the user, and change together.
    sums : dict of str to Sums
        What the edges of each projection sum up to, for programs that merge them. It lives as long as their states.
    """

    dt: float
    sizes: dict[str, int]
    arrays: dict[tuple[str, str], np.ndarray]
    params: dict[tuple[str, str], float | np.ndarray]
    edges: dict[str, Edges | RandomEdges] = field(default_factory=dict)
    inputs: list[float | np.ndarray] = field(default_factory=list)
    indices: list[np.ndarray | None] = field(default_factory=list)
    seed: int = 0
    attributes: dict[tuple[str, str], object] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    parameter_names: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    sums: dict[str, Sums] = field(default_factory=dict)

    def stored(self, name: str) -> Edges:
        """The edges of a projection that stores them."""
        edges = self.edges[name]
        assert isinstance(edges, Edges)
        return edges

    def check(self, program: Program) -> None:
        """Raise `InternalError` unless everything that `program` needs is here with the right shape and dtype."""
        real = np.dtype(program.float_type)
        for item in program.objects:
            n = self.sizes[item.name]
            for state in item.states:
                array = self.arrays[item.name, state.name]
                dtype = numpy_dtype(state.dtype, real)
                if array.shape != (n,) or array.dtype != dtype or not array.flags.c_contiguous:
                    raise InternalError(f"state {state.name!r} of {item.name!r} is {array.dtype}{array.shape}, "
                                        f"expected contiguous {dtype}({n},)")
            for name in item.params:
                shape = np.shape(self.params[item.name, name])
                if shape != ((n,) if name in item.spread else ()):
                    raise InternalError(f"parameter {name!r} of {item.name!r} has shape {shape}")
            if isinstance(item, Projection):
                edges = self.edges[item.name]
                if isinstance(edges, RandomEdges):
                    ends = self.sizes[item.pre], self.sizes[item.post]
                    if item.layout != "random" or (edges.n_pre, edges.n_post) != ends:
                        raise InternalError(f"random edges of {item.name!r} are bound to {item.layout!r} edges "
                                            f"between {ends} neurons")
                elif edges.pre_ids.shape != (n,) or edges.post_ids.shape != (n,):
                    raise InternalError(f"edges of {item.name!r} have shapes {edges.pre_ids.shape}, expected ({n},)")
        if len(self.inputs) != len(program.inputs) or len(self.indices) != len(program.monitors):
            raise InternalError("one value per input and one index per monitor are needed")
