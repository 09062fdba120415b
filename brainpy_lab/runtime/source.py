"""What a back end prints for a simulation, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import checks
from .build import BACKENDS
from .code import DEVICES, compile_plan

if TYPE_CHECKING:
    from .simulation import Simulation


def source(simulation: Simulation, backend: str | None = None, mathematics: bool = False) -> str:
    """As ``Simulation.source``. Another back end than the one in use only prints: nothing of the simulation changes."""
    chosen = simulation.backend if backend is None else backend
    if chosen not in BACKENDS[1:]:
        raise checks.wrong("backend", chosen, "a back end", checks.near(chosen, BACKENDS[1:], "Choose one of"))
    if chosen in DEVICES:
        from ..backends.cuda.readable import readable

        return readable(simulation.plan, simulation.buffers, mathematics)
    code = simulation.code
    if chosen != simulation.backend:
        code = compile_plan(simulation.plan, dict(simulation.buffers), chosen, simulation.bindings.attributes)
    parts = []
    for name, text in code.kernel_sources.items():
        target, dot, rest = name.partition(".")
        parts.append(f"# {simulation.names.shown(target)}{dot}{rest}\n{text}")
    driver = getattr(code, "driver_source", None)
    return "\n\n".join(parts + ([f"# driver\n{driver}"] if driver else []))
