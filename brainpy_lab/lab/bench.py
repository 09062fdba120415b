"""How fast models run on this machine: two networks that everybody has, or a model of one's own."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from .. import checks, profile
from ..errors import InternalError, ModelUseError

ROUNDS = 3


@dataclass
class Timing:
    """One row.

    Attributes
    ----------
    what, backend : str
    n : int
        Number of neurons.
    dt : float, ms
    rates : list of float
        Steps a second, one for each round.
    compile_s : float
        Seconds from the program to its first step.
    spikes : int
        How many there were, which shows that the work was done.
    """

    what: str
    backend: str
    n: int
    dt: float
    rates: list[float]
    compile_s: float
    spikes: int

    @property
    def steps_per_s(self) -> float:
        """The median."""
        return statistics.median(self.rates)

    @property
    def real_time(self) -> float:
        """Simulated time per time."""
        return self.steps_per_s * self.dt / 1000.0


def standard(names=None, seconds: float = 0.5, backend: str = "numba", size: float = 1.0) -> list[Timing]:
    """Time the networks that everybody has.

    Parameters
    ----------
    names : list of str, optional
        Of 'HH' (1,000 Hodgkin-Huxley neurons under a constant current, 0.01 ms) and 'COBA' (4,000 integrate-and-fire
        neurons with conductance synapses, 0.1 ms; Vogels and Abbott 2005). Both when left out.
    seconds : float
        Of each of the rounds.
    backend : str
    size : float
        Share of the neurons, for a quick look.
    """
    names = list(STANDARD) if names is None else [checks.choice("name", name, STANDARD) for name in names]
    checks.number("seconds", seconds, unit="s", above=0)
    rows = [STANDARD[name](seconds, backend, size) for name in names]
    for row in rows:
        if row.spikes == 0:
            raise InternalError(f"bench {row.what}: no neuron fired, so what was timed is not the network")
    return rows


def _hh(seconds: float, backend: str, size: float) -> Timing:
    from ..frontends.types_api import Network, NeuGroup
    from ..models.excitable import get_HH

    def make():
        group = NeuGroup(get_HH(method="euler"), max(1, round(1000 * size)))
        return Network(group).build_program((group, "ST.input", 10.0), [(group, "spike")])

    with _settings(0.01):
        return _timed("HH", make, backend, seconds)


def _coba(seconds: float, backend: str, size: float) -> Timing:
    from ..models.networks import ei_network

    def make():
        net = ei_network(round(3200 * size), round(800 * size), prob=min(1.0, 0.02 / size), seed=1)
        return net.build_program((net.neurons, "ST.input", 20.0))

    with _settings(0.1):
        return _timed("COBA", make, backend, seconds)


STANDARD: dict[str, Callable[[float, str, float], Timing]] = {"HH": _hh, "COBA": _coba}


def of_model(name: str, value, seconds: float = 0.5) -> list[Timing]:
    """Time a model of neurons (1,000), one of synapses (1,000 in a test rig), or a network: the reference and Numba.

    Raises
    ------
    ModelUseError
        For anything else.
    """
    from ..frontends.objects_api.base import DynamicalSystem
    from ..frontends.objects_api.runner import DSRunner
    from ..frontends.types_api import Network, NeuGroup, NeuType, SynType
    from .synapse_subject import synapse_network

    def make():
        if isinstance(value, NeuType):
            return Network(NeuGroup(value, value.n or 1000)).build_program()
        if isinstance(value, SynType):
            return synapse_network(value, 1000).build_program()
        if isinstance(value, Network):
            return value.build_program()
        laid = DSRunner(value, progress_bar=False).lay_out()
        return laid.program, laid.bindings

    if not isinstance(value, (NeuType, SynType, Network, DynamicalSystem)):
        raise ModelUseError(f"{name} is no model or network: name one, or one of {', '.join(STANDARD)}.")
    return [_timed(name, make, backend, seconds, keeps=isinstance(value, (Network, DynamicalSystem)))
            for backend in ("reference", "numba")]  # fmt: skip


def of_lab(lab, seconds: float = 0.5) -> list[Timing]:
    """Time what a lab shows, from where the cell begins; the lab itself goes on."""
    import copy

    subject = lab.subject
    return [
        _timed(lab.name, lambda: (subject.program, copy.deepcopy(subject.bindings)), backend, seconds)
        for backend in ("reference", "numba")
    ]


def _timed(what: str, make, backend: str, seconds: float, keeps: bool = False) -> Timing:
    """Steps a second; with `keeps` the states that the program works on are put back."""
    from ..ir.program import Population
    from ..runtime.build import build

    program, bindings = make()
    before = {key: array.copy() for key, array in bindings.arrays.items()} if keeps else {}
    try:
        began = time.perf_counter()
        simulation = build(program, bindings, backend)
        simulation.begin(0.0, None, 1000)
        simulation.advance(1)
        compile_s = time.perf_counter() - began
        rates = []
        _for(simulation, seconds / 2)  # warm caches, and past the first transient
        for _ in range(ROUNDS):
            rates.append(_for(simulation, seconds))
        spikes = sum(
            len(simulation.events_since(k, 0)[0]) for k, m in enumerate(program.monitors) if m.kind == "events"
        )
        if simulation.run_step < ROUNDS:
            raise InternalError(f"bench {what}: no step was made")
        n = sum(bindings.sizes[item.name] for item in program.objects if isinstance(item, Population))
        return Timing(what, simulation.backend, n, simulation.dt, rates, compile_s, spikes)
    finally:
        for key, array in before.items():
            bindings.arrays[key][...] = array


def _for(simulation, seconds: float) -> float:
    """Steps a second, over about so many seconds."""
    began, steps = time.perf_counter(), 0
    while (now := time.perf_counter()) < began + seconds:
        chunk = max(1, simulation.chunk_steps())
        simulation.advance(chunk)
        steps += chunk
    return steps / (now - began)


class _settings:
    """Double precision, a step, and no settings that change what is computed."""

    def __init__(self, dt: float):
        self.dt = dt

    def __enter__(self) -> None:
        self.kept = {"dt": profile.get_dt(), "float_type": profile.get_float_type()}
        profile.set(dt=self.dt, float_type="float64")

    def __exit__(self, *problem) -> None:
        profile.set(**self.kept)


def machine() -> str:
    """Processor, its number of cores, and the versions that matter."""
    from importlib.metadata import version

    from .. import __version__

    versions = f"Python {platform.python_version()}, numba {version('numba')}, brainpy_lab {__version__}"
    return f"{_processor()}, {os.cpu_count()} cores, {versions}"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            found = next(line for line in lines if line.startswith("model name"))
        return found.partition(":")[2].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(rows: list[Timing]) -> str:
    """Rows as text, with the spread over the rounds."""
    heads = ("", "neurons", "back end", "step", "steps/s", "spread", "x real time", "first step")
    cells = [heads]
    for row in rows:
        spread = f"{_short(min(row.rates))} to {_short(max(row.rates))}"
        speed, step = f"{row.real_time:.3g}", f"{row.dt:g} ms"
        first = f"{row.compile_s:.2f} s"
        cells.append((row.what, f"{row.n:,}", row.backend, step, _short(row.steps_per_s), spread, speed, first))
    widths = [max(len(line[k]) for line in cells) for k in range(len(heads))]
    lines = [
        "  ".join(
            text.ljust(width) if k == 0 else text.rjust(width) for k, (text, width) in enumerate(zip(line, widths))
        )
        for line in cells
    ]
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value < 1e6 else f"{value / 1e6:.2f} M"
