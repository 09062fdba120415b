"""A built network: what decides whether another run can use it."""

from __future__ import annotations

import numpy as np

from .program import Layout


class Built:
    """A program, what it is bound to, and the simulation that runs it.

    Attributes
    ----------
    program : ir.Program
    bindings : runtime.Bindings
    layout : Layout
    backend : str
        What the profile asked for: 'auto', 'numba' or 'reference'.
    threads : int or None
        At most so many, when the profile asked for threads.
    simulation : runtime.Simulation or None
    """

    def __init__(self, program, bindings, layout: Layout, backend: str, threads: int | None):
        self.program, self.bindings, self.layout = program, bindings, layout
        self.backend, self.threads = backend, threads
        self.simulation = None

    def fits(self, other: Built) -> bool:
        """Whether the other differs in nothing but numbers that lie in memory."""
        mine, theirs = self.bindings, other.bindings
        return (
            (self.backend, self.threads) == (other.backend, other.threads)
            and (mine.dt, mine.sizes) == (theirs.dt, theirs.sizes)
            and all(mine.arrays.get(key) is array for key, array in theirs.arrays.items())
            and all(a is b for a, b in zip(self.layout.objects, other.layout.objects))
            and _kinds(mine.attributes) == _kinds(theirs.attributes)
            and [np.shape(value) for value in mine.inputs] == [np.shape(value) for value in theirs.inputs]
            and all(np.array_equal(a, b) if a is not None else b is None for a, b in zip(mine.indices, theirs.indices))
            and self.program == other.program
        )

    def rebind(self, other: Built) -> None:
        """Write the values of another run: parameters and inputs are memory."""
        for (name, parameter), value in other.bindings.params.items():
            self.simulation.set_param(name, parameter, value)
        for k, value in enumerate(other.bindings.inputs):
            self.simulation.set_input(k, value)
        self.simulation.set_attributes(other.bindings.attributes)
        self.simulation.seed = other.bindings.seed
        self.bindings, self.layout = other.bindings, other.layout


def _kinds(attributes) -> dict:
    from ...runtime.buffers import attribute_kind

    return {key: attribute_kind(value) for key, value in attributes.items()}
