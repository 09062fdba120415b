"""Random numbers of steps: recorded when a step is recorded, and the same numbers when it is computed by itself.

A number is a function of seed, draw site, element and absolute step. Sites are counted in the order of the calls of a
step; steps are counted through all runs since the seed was set, so that no two runs have the same noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import profile
from .arrays import Traced, held
from .graph import TraceError, active, at_user


class Clock:
    """How many steps have been run, and with which seed."""

    def __init__(self) -> None:
        self.steps = 0
        self.seed: int | None = None

    def program_seed(self) -> int:
        """The seed of the noise of steps."""
        stated = profile.get_seed()
        if stated is not None:
            return stated
        if self.seed is None:
            self.seed = int(np.random.randint(2**31))
        return self.seed

    def restart(self, seed: int | None) -> None:
        """Begin anew with a seed."""
        self.seed, self.steps = seed, 0

    def take(self, n_steps: int) -> int:
        """The number of the first of `n_steps` steps that are about to run."""
        first = self.steps
        self.steps += n_steps
        return first


clock = Clock()


class EagerStep:
    """``with EagerStep(step):`` one step that is computed by itself."""

    now: EagerStep | None = None

    def __init__(self, step: int):
        self.step, self.sites = step, 0

    def __enter__(self) -> EagerStep:
        self.before, EagerStep.now = EagerStep.now, self
        return self

    def __exit__(self, *problem: object) -> None:
        EagerStep.now = self.before

    def new_site(self, count: int = 1) -> int:
        self.sites += count
        return self.sites - count


def is_in_step() -> bool:
    """Whether a step is being recorded or computed."""
    return active() is not None or EagerStep.now is not None


def standard(distribution: str, shape: tuple[int, ...]) -> Any:
    """A standard 'normal' or 'uniform' number for each element of a shape, of the present step."""
    graph = active()
    if graph is not None:
        if graph.inside:
            raise TraceError(f"a random number inside an equation{at_user()}: use bp.sdeint for noise in equations.")
        site = graph.new_site()
        node = graph.add("draw", (), shape, "real", (distribution, site))
        return Traced(node)
    step = EagerStep.now
    assert step is not None
    element = np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)
    return held(numbers(distribution, step.new_site(), element, step.step))


def numbers(distribution: str, site: int, element: np.ndarray, step: int) -> np.ndarray:
    """The numbers that a program draws at a site."""
    from ..kernels.reference import random

    suffix = "f32" if profile.get_float_type() == "float32" else "f64"
    return np.asarray(getattr(random, f"{distribution}_{suffix}")(clock.program_seed(), site, element, step, 0))
