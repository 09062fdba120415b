"""The pipeline, from a program and its numbers to something that runs."""
from __future__ import annotations

import os

from ..errors import ModelUseError
from ..ir.program import Program
from ..ir.verify import verify
from ..passes.integrate import METHODS
from .bindings import Bindings
from .simulation import Simulation

BACKENDS = ("auto", "reference", "numba")


def build(program: Program, bindings: Bindings, backend: str = "auto") -> Simulation:
    """Compile a program.

    Parameters
    ----------
    program : Program
    bindings : Bindings
    backend : str
        'reference' (NumPy), 'numba', or 'auto', which is Numba unless ``BRAINPY_LAB_BACKEND`` names another.

    Returns
    -------
    Simulation

    Raises
    ------
    ModelError
        When the program breaks rules of the representation (`ir.rules`).
    ModelUseError
        For a back end that does not exist.
    """
    verify(program, METHODS)
    if backend == "auto":
        backend = os.environ.get("BRAINPY_LAB_BACKEND", "numba")
    if backend not in BACKENDS:
        raise ModelUseError(f"there is no back end {backend!r}; choose one of {', '.join(BACKENDS)}")
    return Simulation(program, bindings, backend)
