"""``python -m benchmarks.gpu``: what a card does, in a few minutes: equal bits, times beside the memory floor, sliders.

``--write`` puts the tables into docs/gpu.md.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import platform
import sys
import time
from pathlib import Path

import numpy as np

import brainpy_lab as bp
from brainpy_lab.runtime.build import build
from brainpy_lab.runtime.simulation import Simulation

PAGE = Path(__file__).resolve().parent.parent / "docs" / "gpu.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

WATCHED = 1000
"""Steps over which rates are taken."""

FAN_OUT = 80
DT = 0.1

MANY = 1_000_000
"""Hodgkin-Huxley neurons whose steps are timed."""

COBA_IS = """\
COBA is the network of Vogels and Abbott (2005) with 80 synapses for each neuron and dt = 0.1 ms. "Memory needs" is the
time in which the card could copy the bytes that a step moves (`backends/cuda/traffic.py`)."""

MOST_COMPARED = 1_000_000
"""Neurons up to which all rules of sums and float types are timed: larger networks take minutes to connect."""

INPUTS = {"LIF": 30.0, "QuaIF": 20.0, "ExpIF": 2.0, "AdExIF": 900.0, "Izhikevich": 15.0, "HH": 15.0}
"""What makes some ready neurons fire; the others get 1."""


# -- models ----------------------------------------------------------------------------------------------------------


class Conductances(bp.Projection):
    """Exponential conductances over given connections."""

    def __init__(self, pre, post, edges, weight, tau, reversal):
        super().__init__()
        comm = bp.dnn.EventCSRLinear(bp.conn.IJConn(*edges)(pre.num, post.num), weight)
        self.proj = bp.dyn.FullProjAlignPostMg(
            pre=pre,
            delay=None,
            comm=comm,
            syn=bp.dyn.Expon.desc(post.num, tau=tau),
            out=bp.dyn.COBA.desc(E=reversal),
            post=post,
        )


class Coba(bp.DynSysGroup):
    """The balanced network of Vogels and Abbott (2005) with 80 synapses for each neuron, drawn with repetition."""

    def __init__(self, n):
        super().__init__()
        n_e = n * 4 // 5
        pars = dict(V_rest=-60.0, V_th=-50.0, V_reset=-60.0, tau=20.0, tau_ref=5.0)
        self.E = bp.dyn.LifRef(n_e, **pars, V_initializer=bp.init.Normal(-55.0, 2.0, seed=1))
        self.I = bp.dyn.LifRef(n - n_e, **pars, V_initializer=bp.init.Normal(-55.0, 2.0, seed=2))
        numbers = np.random.default_rng(1)
        for pre, weight, tau, reversal in (("E", 0.6, 5.0, 0.0), ("I", 6.7, 10.0, -80.0)):
            for post in "EI":
                a, b = getattr(self, pre), getattr(self, post)
                edges = targets(numbers, a.num, b.num, FAN_OUT * b.num // n)
                setattr(self, f"{pre}2{post}", Conductances(a, b, edges, weight, tau, reversal))
        self.Ein, self.Iin = bp.dyn.InputVar(self.E.varshape), bp.dyn.InputVar(self.I.varshape)
        self.E.add_inp_fun("", self.Ein)
        self.I.add_inp_fun("", self.Iin)


def targets(numbers, n_pre, n_post, each):
    """Sources and targets of `each` connections from every neuron, sorted."""
    post = numbers.integers(0, n_post, (n_pre, each), dtype=np.int32)
    post.sort(axis=1)
    return np.repeat(np.arange(n_pre, dtype=np.int64), each), post.reshape(-1)


def coba(n, backend, sums="auto", float_type="float64") -> Simulation:
    """The network on a back end, with spikes recorded."""
    bp.profile.set(dt=DT, float_type=float_type, sums=sums, seed=1)
    net = Coba(n)
    runner = bp.DSRunner(
        net, monitors=["E.spike", "I.spike"], inputs=[("Ein.input", 20.0), ("Iin.input", 20.0)], progress_bar=False
    )
    made = runner.simulation(backend)
    bp.profile.set(sums="auto", float_type="float64")
    return made


def neurons(name, n, backend, float_type="float64", dt=0.02) -> Simulation:
    """A group of ready neurons with different inputs, spikes recorded where there are any."""
    bp.profile.set(dt=dt, float_type=float_type, seed=1)
    group = bp.NeuGroup(getattr(bp.models, f"get_{name}")(), n)
    drive = INPUTS.get(name, 1.0) * np.linspace(0.5, 1.5, n)
    fields = [(group, "ST.spike")] if "spike" in group.ST else []
    program, bindings = bp.Network(group).build_program((group, "ST.input", drive), fields)
    bp.profile.set(float_type="float64")
    return build(program, bindings, backend)


# -- equal bits ------------------------------------------------------------------------------------------------------


def run(simulation, steps):
    simulation.begin(0.0, steps)
    left = steps
    while left:
        now = min(left, max(1, simulation.chunk_steps()))
        simulation.advance(now)
        left -= now
    simulation.sync()
    return simulation


def differences(one, other) -> list[str]:
    """States and recordings whose bits differ."""
    found = [
        f"{key[0]}.{key[1]}" + (" (not finite)" if not np.isfinite(array).all() else "")
        for key, array in one.bindings.arrays.items()
        if array.tobytes() != other.bindings.arrays[key].tobytes()
    ]
    for index in range(len(one.program.monitors)):
        a, b = one.monitor(index), other.monitor(index)
        parts = zip(a, b) if isinstance(a, tuple) else [(a, b)]
        found += [f"monitor {index}" for x, y in parts if x.tobytes() != y.tobytes()]
    return found


def equal_bits(backend, steps=1000) -> list[tuple[str, str]]:
    """(what, result) for ready neurons in both float types and networks under both rules of sums."""
    rows = []
    names = [name.removeprefix("get_") for name in bp.models.__all__ if name.startswith("get_")]
    made = [name for name in names if isinstance(getattr(bp.models, f"get_{name}")(), bp.NeuType)]
    for float_type in ("float64", "float32"):
        wrong = []
        for name in made:
            pair = [run(neurons(name, 1000, where, float_type), steps) for where in ("numba", backend)]
            wrong += [f"{name}: {', '.join(found)}" for found in [differences(*pair)] if found]
        what = f"{len(made)} ready neurons, 1,000 of each, {steps} steps, {float_type}"
        rows.append((what, "; ".join(wrong) or "equal"))
    for n in (4000, 20_000):
        for sums in ("fold", "quanta"):
            for float_type in ("float64", "float32"):
                pair = [run(coba(n, where, sums, float_type), steps) for where in ("numba", backend)]
                result = ", ".join(differences(*pair)) or "equal"
                rows.append((f"COBA {n}, {steps} steps, sums={sums}, {float_type}", result))
    return rows


# -- times -----------------------------------------------------------------------------------------------------------


def per_step(simulation, seconds=1.0) -> float:
    """us for a step, once the simulation is under way; the median of five pieces."""
    simulation.begin(0.0, None, WATCHED)
    simulation.advance(200)
    took, steps = [], 200
    while len(took) < 5:
        began = time.perf_counter()
        simulation.advance(steps)
        now = time.perf_counter() - began
        if now < seconds / 10 and steps < 20_000:
            steps = min(20_000, max(steps + 1, int(steps * seconds / 5 / max(now, 1e-6))))
            continue
        took.append(now / steps)
    return 1e6 * sorted(took)[2]


def rate(simulation, n) -> float:
    """Hz, in the last steps."""
    first = max(0, simulation.run_step - WATCHED)
    spikes = sum(len(simulation.events_since(index, first)[0]) for index in range(len(simulation.program.monitors)))
    return spikes / n / ((simulation.run_step - first) * simulation.dt / 1000)


def copy_speed(backend) -> float:
    """Bytes a second of a copy within the card, read and written; 0 where there is none."""
    if backend != "cuda":
        return 0.0
    import cupy

    a, b = (cupy.zeros(2**28, np.float32) for _ in range(2))
    took = []
    for _ in range(6):
        cupy.cuda.Device().synchronize()
        began = time.perf_counter()
        for _ in range(10):
            b.data.copy_from_device_async(a.data, a.nbytes, cupy.cuda.Stream.null)
        cupy.cuda.Device().synchronize()
        took.append((time.perf_counter() - began) / 10)
    return 2 * a.nbytes / min(took)


def least(simulation, n, hertz, speed) -> str:
    """us that the memory of the card needs for what a step moves; only for sums in any order."""
    if not speed or simulation.sums == "fold":
        return ""
    from brainpy_lab.backends.cuda.traffic import bytes_per_step, traffic

    loops = traffic(simulation.code.text, simulation.code.text.memory.buffers)
    firing = hertz * simulation.dt / 1000
    return f"{1e6 * bytes_per_step(loops, firing, FAN_OUT * firing) / speed:.1f}"


def coba_times(backend, sizes) -> list[tuple]:
    rows, speed = [], copy_speed(backend)
    for n in sizes:
        for float_type, rules in (("float32", ("quanta", "any", "fold")), ("float64", ("quanta",))):
            for sums in rules:
                if n > MOST_COMPARED and (float_type, sums) != ("float32", "quanta"):
                    continue
                bp.profile.set(deterministic=sums != "any")
                simulation = coba(n, backend, "auto" if sums == "any" else sums, float_type)
                bp.profile.set(deterministic=True)
                us = per_step(simulation)
                hertz = rate(simulation, n)
                rows.append((n, float_type, sums, us, us * 1e-3 / DT, hertz, least(simulation, n, hertz, speed)))
                print(rows[-1], flush=True)
                del simulation
                gc.collect()
    return rows


def slider(backend, n) -> tuple[float, float]:
    """us for a step without and with a parameter moved before every 100 steps."""
    simulation = neurons("HH", n, backend, dt=0.01)
    simulation.begin(0.0, None, 1)
    target = simulation.program.objects[0].name
    name = simulation.program.objects[0].params[0]
    value = float(simulation.param(target, name))
    results = []
    for moves in (False, True):
        simulation.advance(100)
        began = time.perf_counter()
        for k in range(20):
            if moves:
                simulation.set_param(target, name, value * (1 + 1e-3 * (k % 3)))
            simulation.advance(100)
        results.append(1e6 * (time.perf_counter() - began) / 2000)
    return results[0], results[1]


def tables(backend, sizes) -> str:
    """All of it, as Markdown."""
    bits = [f"| {what} | {result} |" for what, result in shown(equal_bits(backend))]
    coba_rows = [
        f"| {n:,} | {float_type} | {sums} | {us:.1f} | {floor} | {factor:.3f} | {hertz:.1f} |"
        for n, float_type, sums, us, factor, hertz, floor in coba_times(backend, sizes)
    ]
    neuron_rows = []
    for float_type in ("float64", "float32"):
        us = per_step(neurons("HH", MANY, backend, float_type, dt=0.01))
        neuron_rows.append(f"| {MANY:,}, {float_type} | {us:.1f} | {us * 1e3 / MANY:.2f} |")
        print(neuron_rows[-1], flush=True)
    for n in (1000, 100_000):
        plain, moved = slider(backend, n)
        what = f"{n:,}, float64, a slider moved every 100 steps"
        neuron_rows.append(f"| {what} | {moved:.1f} (not moved: {plain:.1f}) | |")
        print(neuron_rows[-1], flush=True)
    parts = [
        [f"{datetime.date.today()}: {machine(backend)}."],
        table("equal bits with the CPU", "", rows=bits),
        [COBA_IS],
        table("COBA, neurons", "", "sums", "us a step", "memory needs", "seconds a second", "Hz", rows=coba_rows),
        table("Hodgkin-Huxley", "us a step", "ns a neuron and step", rows=neuron_rows),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def table(*heads, rows) -> list[str]:
    """Its lines."""
    return ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *rows]


def shown(rows):
    """The rows, each told as it comes."""
    for row in rows:
        print(row, flush=True)
        yield row


def put_between(page: str, text: str) -> str:
    """A page with the tables in the place of those that it has; whatever stands around them stays.

    Raises
    ------
    ValueError
        When the page does not have each of the marks once, in their order.
    """
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    if page.count(BEGIN) != 1 or page.count(END) != 1 or END not in rest:
        raise ValueError(f"expected {BEGIN!r} and behind it {END!r}, each once; put them where the tables belong")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def machine(backend) -> str:
    """What it ran on."""
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    if backend != "cuda":
        return f"{backend}, {platform.processor() or platform.machine()}, {versions}"
    import cupy

    from brainpy_lab.backends.cuda.devices import open_device

    runtime = cupy.cuda.runtime
    driver = runtime.driverGetVersion()
    return f"{open_device('cuda').name}, CUDA driver {driver}, CuPy {cupy.__version__}, {versions}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--backend", default="cuda", help="cuda, or emulator, or numba to try the command itself")
    parser.add_argument("--sizes", default="4000,40000,400000,4000000", help="of the COBA networks")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/gpu.md")
    chosen = parser.parse_args(arguments)
    if chosen.write:
        put_between(PAGE.read_text("utf-8"), "")  # before minutes of measuring
    text = tables(chosen.backend, [int(size) for size in chosen.sizes.split(",")])
    print(text)
    if chosen.write:
        PAGE.write_text(put_between(PAGE.read_text("utf-8"), text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
