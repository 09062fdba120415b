"""Programs on which both back ends are compared, and their numbers as they are without any change."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest import mock

import numpy as np

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.ir.expr import Binary, Const, Field, StepSize, Time
from brainpy_lab.ir.program import Monitor, Population, Program, Slot, Step
from brainpy_lab.ir.statements import Assign
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build
from brainpy_lab.runtime.waveforms import Waveform
from tests.agreement import (
    networks,
    random_networks,
    test_python_steps,
    test_random_edges,
    test_random_steps,
    test_shared_spaces,
)
from tests.agreement.networks import EVENTS, connected, counters, guarded_synapse, same, synapse
from tests.agreement.random_networks import RandomNetwork
from tests.agreement.random_steps import PARAMS, STATES, RandomStep
from tests.passes import test_rows
from tests.planted.checks import Check, own_profile
from tests.planted.interpreted import interpreting

Numbers = dict[object, np.ndarray]
STEPS = 40


def of_simulation(simulation) -> Numbers:
    """States, rings and recordings."""
    simulation.sync()
    found: Numbers = {key: array.copy() for key, array in simulation.bindings.arrays.items()}
    found |= {key: array.copy() for key, array in simulation.buffers.items() if key[1] == "ring"}
    for index in range(len(simulation.program.monitors)):
        recorded = simulation.monitor(index)
        parts = recorded if isinstance(recorded, tuple) else [recorded]
        found |= {("monitor", index, part): np.array(array) for part, array in enumerate(parts)}
    return found


def random_step(seed: int, float_type: str, backend: str) -> Numbers:
    return test_random_steps.simulate(RandomStep(seed, length=5).body, backend, float_type, STEPS)


@functools.cache
def _random_network(seed: int, float_type: str):
    network = RandomNetwork(seed, float_type)
    return network, network.load(Path(tempfile.gettempdir()))


def random_network(seed: int, float_type: str, backend: str) -> Numbers:
    _, module = _random_network(seed, float_type)
    bp.profile.set(dt=0.1, seed=seed, float_type=float_type)
    net, inputs = module.network()
    simulation = build(*net.build_program(inputs, n_steps=random_networks.STEPS), backend)
    simulation.begin(0.0, random_networks.STEPS)
    for n in (13, STEPS - 13):
        simulation.advance(n)
    return of_simulation(simulation)


def written(make: Callable, inputs: Callable, options: dict, float_type: str, backend: str) -> Numbers:
    """A network of tests/agreement/networks.py."""
    bp.profile.set(float_type=float_type)
    network = make()
    return of_simulation(networks.simulate(network, backend, inputs(network), steps=STEPS, **options))


def whole_powers(float_type: str, backend: str) -> Numbers:
    """Powers of whole numbers."""
    return test_random_steps.simulate(test_random_steps.WHOLE_POWERS, backend, float_type, 5)


def over_zero(float_type: str, backend: str) -> Numbers:
    """A literal over zero."""
    return test_random_steps.simulate(test_random_steps.OVER_ZERO, backend, float_type, 1)


V, U = Field("self", "V"), Field("self", "u")
CLOCK = (
    Assign(V, Binary("+", V, Binary("*", StepSize(), U))),
    Assign(U, Binary("+", U, Binary("*", Const(0.1), Time()))),
)
STEPS_TOGETHER = {
    **{f"N{seed}": RandomStep(seed, length=5).body for seed in (1, 2, 4, 5)},
    "over_zero": test_random_steps.OVER_ZERO, "powers": test_random_steps.WHOLE_POWERS, "clock": CLOCK,
}  # fmt: skip


def clock(float_type: str, backend: str) -> Numbers:
    """What time it is, and how long a step."""
    return test_random_steps.simulate(CLOCK, backend, float_type, 5)


def together(float_type: str, backend: str) -> Numbers:
    """All kinds of expressions in one program, each step in a population of its own: one text is compiled sooner."""
    items = tuple(
        Population(name, name, STATES, tuple(PARAMS), (Step("update", body),)) for name, body in STEPS_TOGETHER.items()
    )
    program = Program(items, tuple(Slot(item.name, "step", "update") for item in items), float_type=float_type)
    start = test_random_steps.start(float_type)
    arrays = {(item.name, state): array.copy() for item in items for (_, state), array in start.items()}
    params = {(item.name, key): value for item in items for key, value in PARAMS.items()}
    sizes = {item.name: test_random_steps.N for item in items}
    with np.errstate(all="ignore"):
        simulation = build(program, Bindings(0.1, sizes, arrays, params, seed=test_random_steps.SEED), backend)
        simulation.begin(2.0, STEPS)
        for n in (13, STEPS - 13):
            simulation.advance(n)
    return of_simulation(simulation)


def random_edges(float_type: str, backend: str) -> Numbers:
    """Edges that are not stored, with numbers of their own."""
    return dict(enumerate(test_random_edges.run(backend, float_type)[0]))


def unconditional(backend: str) -> Numbers:
    """Edges that are not stored and carry whatever their source does."""
    return {"y": test_random_edges.unconditional(backend)}


def shared_spaces(float_type: str, backend: str) -> Numbers:
    """Conditions, whole numbers, one value for all, delays of neurons, every way to change a target."""
    return dict(enumerate(test_shared_spaces.run(backend, float_type)[0]))


def rows(name: str, layout: str, backend: str) -> Numbers:
    """A synapse whose parts depend on rows, edges or both."""
    delay = 3 if "delay" in name else 1
    return dict(test_rows.simulate(test_rows.STEPS[name], delay=delay, layout=layout, backend=backend))


def counted(sources: tuple, backend: str) -> Numbers:
    """Inputs of every kind into numbers that can be checked by hand, and every kind of monitor."""
    n, rng = 5, np.random.default_rng(1)
    values = {
        "number": 0.7, "array": rng.normal(size=n), "series": rng.normal(size=STEPS // 2),
        "table": rng.normal(size=(STEPS // 2, n)), "events": np.array([[0.5, 1.0], [0.5, 3.0], [1.2, 0.0]]),
    }  # fmt: skip
    monitors = [Monitor("N", "x"), Monitor("N", "f", "events"), Monitor("N", "x", some=True)]
    simulation = counters(
        backend, inputs=sources, values=[values[source] for _, source in sources], monitors=monitors,
        indices=[None, None, np.array([3, 1])], k=0.37,
    )  # fmt: skip
    simulation.begin(0.0, STEPS)
    for part in (7, STEPS - 7):
        simulation.advance(part)
    return of_simulation(simulation)


def wave(op: str, backend: str) -> Numbers:
    """A waveform, whose ring is shorter than the run, in two runs: the second one goes on in the ring."""
    simulation = counters(backend, inputs=((op, "wave"),), values=[np.zeros(16)], monitors=[Monitor("N", "x")])
    simulation.set_wave(0, Waveform.make("noise", mean=2.0, sd=0.4, every=0.1, seed=3))
    for n in (7, STEPS - 7):
        simulation.begin(simulation.t, n)
        simulation.advance(n)
    return of_simulation(simulation)


def full_lists(backend: str) -> Numbers:
    """A list of events that has room for two steps with events, to the last place."""
    with mock.patch("brainpy_lab.runtime.recordings.FIRST_ROOM", 0):
        simulation = counters(backend, monitors=[EVENTS])
        make_room, full = simulation.recordings.make_room, iter(range(STEPS))

        def bounded(run_step: int) -> None:
            next(full)  # a driver that finds no room where there is some would ask for ever
            make_room(run_step)

        with mock.patch.object(simulation.recordings, "make_room", bounded):
            simulation.begin(0.0, STEPS)
            simulation.advance(STEPS)
        return of_simulation(simulation)


def delayed_arrays(backend: str) -> Numbers:
    """Synapses whose steps stay Python, behind a delay, in two runs."""
    return dict(test_python_steps.run_network("counted", backend))


PLAIN = {"float64": (1, 6), "float32": (0, 2, 5, 9, 11)}
"""Random networks without a step that stays Python, of every layout."""
PAIRS = ([0, 1, 1, 3, 7, 19, 4], [2, 2, 5, 3, 0, 1, 19])
DELAYED = dict(delay=0.3)


def _gamma():
    return models.gamma_network(9, seed=3)


def _drive(network) -> tuple:
    return (network.group, "ST.input", np.linspace(60.0, 140.0, 20))


def programs() -> dict[str, Callable[[str], Numbers]]:
    """By name, what runs a program on a back end."""
    found: dict[str, Callable[[str], Numbers]] = {}
    for float_type in ("float64", "float32"):
        for seed in range(8):
            found[f"random step {seed} {float_type}"] = functools.partial(random_step, seed, float_type)
        found[f"whole powers {float_type}"] = functools.partial(whole_powers, float_type)
        found[f"over zero {float_type}"] = functools.partial(over_zero, float_type)
        found[f"clock {float_type}"] = functools.partial(clock, float_type)
        for seed in PLAIN[float_type]:
            found[f"random network {seed} {float_type}"] = functools.partial(random_network, seed, float_type)
        for name, make in {
            "jumps": lambda: connected(lambda: synapse("jump"), *PAIRS, **DELAYED),
            "graded": lambda: connected(lambda: synapse("graded"), *PAIRS),
            "guarded": lambda: connected(guarded_synapse, *PAIRS),
        }.items():
            found[f"{name} {float_type}"] = functools.partial(written, make, _drive, {"dt": 0.4}, float_type)
        found[f"random edges {float_type}"] = functools.partial(random_edges, float_type)
        found[f"shared spaces {float_type}"] = functools.partial(shared_spaces, float_type)
    found["gamma"] = functools.partial(written, _gamma, lambda net: (net.neurons, "ST.input", 1.2), {}, "float64")
    found["random edges that always carry"] = unconditional
    for name in test_rows.STEPS:
        for layout in ("rows", "list", "runs"):
            found[f"synapse with {name} as {layout}"] = functools.partial(rows, name, layout)
    kinds = [(op, source) for op in "+-*/=" for source in ("number", "array", "series", "table")]
    for op, source in [*kinds, ("=", "events")]:
        found[f"input {op} {source}"] = functools.partial(counted, ((op, source),))
    for op in "+-*/=":
        found[f"input {op} wave"] = functools.partial(wave, op)
    found["full lists of events"] = full_lists
    found["arrays of synapses with a delay"] = delayed_arrays
    return found


@functools.cache
def expected(name: str) -> Numbers:
    """The numbers of a program without any change; only those that both back ends agree on can be here."""
    with own_profile():
        return programs_once()[name]("reference")


PYTHON = tuple((seed, "float64") for seed in (0, 2, 3, 4))
"""Random networks with steps that stay Python."""


@functools.cache
def _expected_of_python(seed: int, float_type: str) -> Numbers:
    with own_profile():
        return random_network(seed, float_type, "reference")


def python_on_reference(seed: int, float_type: str) -> None:
    """A network with steps that stay Python has the numbers that it has without a change."""
    with own_profile():
        compare(random_network(seed, float_type, "reference"), _expected_of_python(seed, float_type))


def python_checks() -> dict[str, Check]:
    for case in PYTHON:
        _expected_of_python(*case)
    return {f"python step on reference: random network {case}": functools.partial(python_on_reference, *case)
            for case in PYTHON}  # fmt: skip


def on_reference(name: str) -> None:
    """A program on the reference has the numbers that it has without a change."""
    with own_profile():
        compare(programs_once()[name]("reference"), expected(name))


def interpreted(name: str) -> None:
    """A program as printed for Numba has the numbers of the reference."""
    with own_profile(), interpreting():
        compare(programs_once()[name]("numba"), expected(name))


def compiled(name: str) -> None:
    """A program, compiled by Numba, has the numbers of the reference."""
    with own_profile():
        compare(programs_once()[name]("numba"), expected(name))


programs_once = functools.cache(programs)


def uncompiled(tests: dict[str, Check]) -> dict[str, Check]:
    """Tests of what is printed for Numba, with Python in the place of the compiler."""

    def run(test: Check) -> None:
        with interpreting():
            test()

    return {f"interpreted: {name}": functools.partial(run, test) for name, test in tests.items()}


def compare(found: Numbers, wanted: Numbers) -> None:
    assert found.keys() == wanted.keys()
    for key, array in wanted.items():
        assert array.dtype.kind not in "f" or same(found[key], array), key
        assert found[key].dtype == array.dtype and np.array_equal(found[key], array, equal_nan=True), key


def checks(run: Callable[[str], None], names: Iterable[str] | None = None) -> dict[str, Check]:
    """A check for each program, or for those that are named; what they expect is computed now, before any change."""
    names = list(programs_once() if names is None else names)
    for name in names:
        expected(name)
    return {f"{run.__name__}: {name}": functools.partial(run, name) for name in names}
