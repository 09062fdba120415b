"""The pipeline, from a program and its numbers to something that runs."""
from __future__ import annotations

import os

import numpy as np

from .. import checks
from ..ir.program import Program
from ..ir.python_step import python_steps
from ..ir.verify import verify
from ..passes.integrate import METHODS
from . import merging
from .bindings import Bindings
from .code import DEVICES
from .names import Names
from .notices import tell
from .simulation import Simulation

BACKENDS = ("auto", "reference", "numba", *DEVICES)


def automatic_backend() -> str:
    """The back end that 'auto' stands for."""
    return os.environ.get("BRAINPY_LAB_BACKEND", "numba")


def build(
    program: Program, bindings: Bindings, backend: str = "auto", threads: int | None = None, advise: bool = False
) -> Simulation:
    """Compile a program.

    Parameters
    ----------
    program : Program
    bindings : Bindings
    backend : str
        'reference' (NumPy), 'numba', 'cuda' (an NVIDIA GPU), 'emulator' (the text for the GPU, run on the CPU), or
        'auto', which is Numba unless ``BRAINPY_LAB_BACKEND`` names another.
    threads : int, optional
        At most so many threads, where they make a step shorter (``profile.get_num_threads``); the bits are the same.
    advise : bool
        Warn of what would pay, once in a process; otherwise it is only in the notices.

    Returns
    -------
    Simulation

    Raises
    ------
    ModelError
        When the program breaks rules of the representation (`ir.rules`).
    ModelUseError
        For a back end that does not exist, and a device that cannot be used.
    CodeError
        When a step cannot be compiled, and 'numba' was asked for; when one stays Python, and a device was asked for.

    Warns
    -----
    UserWarning
        When 'auto' chose the reference for the sake of a step, for calls whose bits are not promised, when threads were
        asked for and there is only one, and for projections that were to be merged and cannot be. Once in a process,
        when merging would pay.
    """
    verify(program, METHODS)
    automatic = backend == "auto"
    if automatic:
        backend = automatic_backend()
    if backend not in BACKENDS:
        raise checks.wrong("backend", backend, "a back end", checks.near(backend, BACKENDS, "Choose one of"))
    check_device(program, bindings, backend)
    simulation = _fitting(program, bindings, backend, automatic, threads)
    if threads is not None and simulation.backend == "reference":
        simulation.notices.append("device 'multi-cpu': the reference back end (NumPy) runs on one thread")
    simulation.notices += _strangers(program) + _lost_denormals() + merging.refusals(simulation)
    advice = merging.advice(simulation)
    for notice in simulation.notices + (merging.first(advice) if advise else []):
        tell(notice)
    simulation.notices += merging.facts(simulation) + advice
    return simulation


def check_device(program: Program, bindings: Bindings, backend: str) -> None:
    """Before anything is compiled: open the device of a back end that has one, and see what it cannot run.

    Raises
    ------
    ModelUseError, CodeError
        As `build`.
    """
    if backend in DEVICES:
        from ..backends.cuda.devices import open_device
        from ..backends.cuda.refusals import refuse_python_steps

        open_device(backend)
        refuse_python_steps(program, Names((item.name for item in program.objects), bindings.names).shown)


def _fitting(program: Program, bindings: Bindings, backend: str, automatic: bool, threads: int | None) -> Simulation:
    """The simulation, on the reference back end when that was allowed and some step cannot be compiled."""
    if not (automatic and backend == "numba" and any(python_steps(item.steps) for item in program.objects)):
        return Simulation(program, bindings, backend, threads)
    from ..backends.numba.python_refusal import NotCompiledError

    try:
        return Simulation(program, bindings, backend, threads)
    except NotCompiledError as error:
        simulation = Simulation(program, bindings, "reference")
        simulation.notices.append(f"{error.place}: step {error.step!r} runs uncompiled because of {error.reason}")
        return simulation


def _strangers(program: Program) -> list[str]:
    """Calls whose results may differ from one back end or machine to another."""
    return [f"{stranger.place}: bits not promised, step {step.name!r} calls {stranger.what}, which is not in the table"
            for item in program.objects for step in python_steps(item.steps) for stranger in step.strangers]


def _lost_denormals() -> list[str]:
    """Numbers below 2.2e-308 become 0 when a library that was linked with -ffast-math is loaded into the process."""
    if np.float64(5e-324) * np.float64(1.0) > 0:
        return []
    return ["bits not promised: a library in this process, built with -ffast-math, has switched off denormal numbers "
            "(below 2.2e-308); load it in another process"]
