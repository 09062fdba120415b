"""A point of a sweep has the bits of a run of its own, whatever computes it; what fails or is cancelled says so."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError
from brainpy_lab.sweeps.measures import Measures
from brainpy_lab.sweeps.neurons import NeuronJob
from brainpy_lab.sweeps.settings import of_profile
from brainpy_lab.sweeps.sweep import Run

ROOT = Path(__file__).resolve().parents[2]
FHN = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
init v = -a, w = b
spike when v > 1
"""
NOISY = """
dv/dt = (I - v) / tau + sigma * xi
I = 1; tau = 10; sigma = 0.3
init v = 0
"""
LIF = """
dv/dt = (I - v) / tau
I = 2; tau = 10
init v = 0
spike when v > 1
reset v = 0
"""
I, TAU = np.linspace(0.0, 1.2, 7), [5.0, 12.5]
QUIET = {"progress": False}


@pytest.fixture(scope="module")
def fhn():
    return bp.neuron(FHN, "FHN")


@pytest.fixture
def uncompiled(monkeypatch):
    """The reference instead of Numba: the same bits, without seconds of compiling."""
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")


@pytest.fixture(scope="module")
def curve(fhn):
    return bp.sweep(fhn, I=I, tau=TAU, duration=80.0, measure=["count", "max v", area], **QUIET)


def area(rec):
    return np.array([rec["v"].mean(), rec["w"].std()])


def alone(model, duration, seed=None, inputs=(), **values):
    """What a person runs by hand."""
    group = bp.NeuGroup(model, 1, monitors=["v", "w", "spike"][: len(model.ir.states) - 1], pars_update=values)
    group.run(duration, inputs=inputs, seed=seed)
    return group.mon


def test_points_in_one_group_have_the_bits_of_runs_of_their_own(fhn, curve):
    assert "neurons of one group" in curve.how
    for i, current in enumerate(I):
        for k, tau in enumerate(TAU):
            mon = alone(fhn, 80.0, I=float(current), tau=tau)
            assert curve["max v"][i, k] == mon.v.max()
            assert curve["count"][i, k] == mon.spike.sum()
            assert curve["area"][i, k].tolist() == [mon.v.mean(), mon.w.std()]


def test_a_constant_current_has_the_bits_of_its_own_run_also_for_as_many_points_as_steps(uncompiled):
    model = bp.models.get_Izhikevich()
    found = bp.sweep(model, input=np.arange(50.0), duration=5.0, measure="last V", **QUIET)["last V"]
    for k in (3, 40):
        group = bp.NeuGroup(model, 1, monitors=["V"])
        group.run(5.0, inputs=("ST.input", float(k)))
        assert found[k] == group.mon.V[-1, 0]


def test_a_model_with_noise_runs_alone_and_has_the_bits_of_a_run_with_its_seed(uncompiled):
    model = bp.neuron(NOISY, "Noisy")
    found = bp.sweep(model, I=[0.5, 1.0], duration=20.0, measure="mean v", n=2, seed=5, **QUIET)
    assert found.how == "one point at a time"
    assert found.dims == ("I", "repeat") and found.seeds == [5, 6]
    for k, current in enumerate([0.5, 1.0]):
        for r, seed in enumerate([5, 6]):
            assert found["mean v"][k, r] == alone(model, 20.0, seed=seed, I=current).v.mean()
    assert found["mean v"][0, 0] != found["mean v"][0, 1]


def test_the_rate_of_a_leaky_neuron_is_its_formula():
    model, currents = bp.neuron(LIF, "LIF"), np.array([0.5, 1.5, 2.0, 4.0])
    found = bp.sweep(model, I=currents, duration=2000.0, dt=0.05, measure=["rate", "latency", "isi", "cv"], **QUIET)
    # From 0 the threshold 1 is reached after tau ln(I / (I - 1)); a spike comes up to one step late, and the method
    # (RK4) is exact beside that.
    period = 10.0 * np.log(currents[1:] / (currents[1:] - 1.0))
    assert np.all((found["isi"][1:] >= period - 1e-6) & (found["isi"][1:] <= period + 0.05 + 1e-6))
    assert np.allclose(found["rate"][1:], 1000.0 / found["isi"][1:], atol=0.5)  # one spike in 2 s
    assert np.all(np.abs(found["latency"][1:] - period) <= 0.05 + 1e-6)
    assert np.all(found["cv"][1:] < 1e-9)
    assert found["rate"][0] == 0 and math.isnan(found["isi"][0]) and math.isnan(found["latency"][0])


def test_discard_hides_the_beginning():
    model = bp.neuron(LIF, "LIF")
    all_of_it = bp.sweep(model, I=[2.0], duration=100.0, measure="count", **QUIET)["count"]
    late = bp.sweep(model, I=[2.0], duration=100.0, discard=50.0, measure=["count", length], **QUIET)
    assert 0 < late["count"][0] < all_of_it[0]
    assert late["length"][0] == 500 and late["rate_of"][0] == late["count"][0] / 0.05


def length(rec):
    return {"length": len(rec.ts), "rate_of": 1000.0 * len(rec.spikes()[0]) / rec.duration}


# -- executors --------------------------------------------------------------------------------------------------------


def same(one, other) -> bool:
    return all(np.array_equal(one.results[name], other.results[name], equal_nan=True) for name in one.results)


def again(fhn, executor):
    found = bp.sweep(fhn, I=I, tau=TAU, duration=80.0, measure=["count", "max v", area], executor=executor, **QUIET)
    assert found.errors == []
    return found


@pytest.mark.parametrize("executor", ["serial", 2])
def test_executors_of_the_package_give_the_same_bits(fhn, curve, executor):
    assert same(again(fhn, executor), curve)


def test_an_executor_of_concurrent_futures_gives_the_same_bits(fhn, curve):
    with ThreadPoolExecutor(1) as pool:
        assert same(again(fhn, pool), curve)


@pytest.mark.parametrize("options", [{}, {"return_as": "generator_unordered"}])
def test_joblib_gives_the_same_bits(fhn, curve, options):
    import joblib

    assert same(again(fhn, joblib.Parallel(n_jobs=2, backend="threading", **options)), curve)


def test_a_dask_cluster_gives_the_same_bits(fhn, curve):
    import distributed

    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert same(again(fhn, client), curve)


# -- what a function makes --------------------------------------------------------------------------------------------


def make_pair(g=1.0, n=4):
    first, second = bp.NeuGroup(bp.models.get_LIF(), n), bp.NeuGroup(bp.models.get_LIF(), 2)
    return bp.Network(E=first, I=second), [(first, "ST.input", 20.0 * g), (second, "ST.input", 30.0)]


def test_a_function_that_makes_a_network_is_run_and_its_groups_are_measured(uncompiled):
    found = bp.sweep(make_pair, g=[1.0, 2.0], duration=60.0, measure=["count", "max E.V"], executor="serial", **QUIET)
    for k, g in enumerate([1.0, 2.0]):
        first = bp.NeuGroup(bp.models.get_LIF(), 4, monitors=["V", "spike"])
        second = bp.NeuGroup(bp.models.get_LIF(), 2, monitors=["spike"])
        bp.Network(first, second).run(60.0, inputs=[(first, "ST.input", 20.0 * g), (second, "ST.input", 30.0)])
        assert found["count E"][k] == first.mon.spike.sum()
        assert found["count I"][k] == second.mon.spike.sum()
        assert found["max E.V"][k] == first.mon.V.max()
    assert found["count E"][1] > 0


def test_a_model_of_classes_is_swept_over_what_it_holds(uncompiled):
    model = bp.dyn.LifRef(2, input_var=True)
    found = bp.sweep(model, tau=[5.0, 10.0], inputs=("input", 30.0), duration=50.0, measure=["count", "mean V"],
                     executor="serial", **QUIET)  # fmt: skip
    assert model.tau == 10.0, "the person's model is left alone"
    for k, tau in enumerate([5.0, 10.0]):
        runner = bp.DSRunner(bp.dyn.LifRef(2, tau=tau, input_var=True), inputs=("input", 30.0),
                             monitors=["V", "spike"], progress_bar=False)  # fmt: skip
        runner.run(50.0)
        assert found["count"][k] == np.sum(runner.mon.spike)
        assert found["mean V"][k] == np.mean(runner.mon.V)


def test_a_function_that_returns_results_gets_values_and_seed():
    def draw(scale, seed):
        return {"plain": scale * np.random.random(), "own": np.random.default_rng(seed).random(3)}

    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    found = bp.sweep(draw, scale=[1.0, 2.0], n=2, seed=3, executor="serial", **QUIET)
    assert np.array_equal(np.random.get_state()[1], before), "the person's generator goes on where it was"
    assert np.array_equal(found["plain"][1], 2 * found["plain"][0])
    assert found["own"].shape == (2, 2, 3)
    assert np.array_equal(found["own"][0, 1], np.random.default_rng(4).random(3))


def test_texts_are_swept_by_functions():
    found = bp.sweep(lambda kind: len(kind), kind=["a", "bbb"], executor="serial", **QUIET)
    assert found["result"].tolist() == [1, 3]


# -- failures, cancelling ---------------------------------------------------------------------------------------------


def test_a_failed_point_says_what_failed_and_the_others_are_there():
    def half(x):
        if x == 2:
            raise ValueError("two is too many")
        return x / 2

    found = bp.sweep(half, x=[1, 2, 3], executor="serial", **QUIET)
    assert found.status == "done"
    assert found["result"][[0, 2]].tolist() == [0.5, 1.5] and math.isnan(found["result"][1])
    (error,) = found.errors
    assert error.index[0] == 1 and str(error) == "x = 2: ValueError: two is too many"
    assert "in half" in error.traceback
    assert [row["error"] for row in found.rows()] == ["", "ValueError: two is too many", ""]


def test_a_point_whose_state_is_lost_fails_and_its_neighbours_do_not():
    model = bp.neuron("dv/dt = k * v**2 - v\nk = 1\ninit v = 0.5", "Exploding")
    found = bp.sweep(model, k=[0.0, 1.0, 9.0], duration=20.0, measure="last v", **QUIET)
    assert np.isfinite(found["last v"]).tolist() == [True, True, False]
    assert "smaller dt" in str(found.errors[0])


def die(x):
    if x == 1:
        os._exit(3)
    return x


def test_a_process_that_dies_fails_only_its_point():
    found = bp.sweep(die, x=[0, 1, 2, 3], executor=1, **QUIET)
    assert found["result"][[0, 2, 3]].tolist() == [0, 2, 3]
    assert [error.kind for error in found.errors] == ["WorkerError"]
    assert "exit status 3" in str(found.errors[0])


def test_interrupting_keeps_what_is_done(capsys):
    def stop_at(x):
        if x == 2:
            raise KeyboardInterrupt
        return x

    found = bp.sweep(stop_at, x=[0, 1, 2, 3], executor="serial", **QUIET)
    assert found.status == "cancelled" and found.n_done == 2
    assert found["result"][:2].tolist() == [0, 1] and np.isnan(found["result"][2:]).all()
    assert "2 of 4 points are done and kept" in capsys.readouterr().out


def test_cancelling_ends_a_sweep_that_waits_in_processes():

    def endless(x):
        import time

        time.sleep(0 if x == 0 else 3600)
        return x

    before = threading.active_count()
    found = bp.sweep(endless, x=[0, 1, 2], executor=2, wait=False, **QUIET)
    first = threading.Event()
    found.hear(first.set)
    assert found.n_done or first.wait(60)
    processes = list(found._executor.executor._running)
    found.cancel()
    assert found.wait(1.0) and found.status == "cancelled"
    assert found.partial["result"].tolist()[0] == 0 and found.n_done == 1
    for process in processes:
        assert process.wait(10) != 0
    for thread in found._executor.executor._threads:
        thread.join(10)
    assert threading.active_count() <= before


ABANDONED = """
import os, sys, time
import brainpy_lab as bp

told = sys.argv[1]

def endless(x):
    with open(told, "a") as file:
        file.write(f"{os.getpid()} ")
    time.sleep(3600)

bp.sweep(endless, x=[1], executor=1, wait=False)
while not (os.path.exists(told) and open(told).read()):
    time.sleep(0.05)
os._exit(0)
"""


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for a process in /proc")
def test_no_process_outlives_the_one_that_asked(tmp_path):
    told = tmp_path / "pid"
    subprocess.run([sys.executable, "-c", ABANDONED, str(told)], check=True, timeout=60, cwd=ROOT)
    pid = int(told.read_text())
    end = time.monotonic() + 30
    while os.path.exists(f"/proc/{pid}/stat") and _state(pid) != "Z" and time.monotonic() < end:
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{pid}/stat") or _state(pid) == "Z"


def _state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


def test_cancelling_ends_points_in_threads_between_two_chunks(fhn):
    found = bp.sweep(fhn, I=[0.5, 0.6], duration=1e8, measure="count", wait=False, **QUIET)
    assert not found.wait(0.2)
    found.cancel()
    assert found.status == "cancelled" and found.n_done == 0


def test_a_sweep_tells_when_there_is_something_new(fhn):
    found = Run(NeuronJob(fhn, 1.0, 0.0, Measures("count"), of_profile(None), "auto"), {"I": np.arange(300.0)}, [0])
    told = []
    found.hear(lambda: told.append((found.n_done, found.status)))
    found.start()
    assert found.wait(60)
    # The first group is every other point; the last call says that all is done.
    assert told == [(150, "running"), (300, "running"), (300, "done")]


def test_models_say_why_they_run_alone(fhn):
    def why(model, inputs=()):
        return NeuronJob(model, 1.0, 0.0, Measures("count"), of_profile(None), "reference", inputs).why_alone([])

    assert why(fhn) == ""
    assert why(bp.neuron(NOISY, "Noisy")) == "it has noise"
    assert why(bp.neuron(FHN.replace("v = -a", "v = uniform(0, 1)"), "Random")) == "it begins at random"
    assert why(fhn, inputs=("ST.input", np.zeros(10))) == "its input is an array"


# -- other forms ------------------------------------------------------------------------------------------------------


def test_results_as_xarray_have_coordinates_and_units(curve):
    import xarray

    data = curve.to_xarray()
    assert isinstance(data, xarray.Dataset) and data["count"].dims == ("I", "tau")
    assert data["count"].sel(tau=5.0).values.tolist() == curve["count"][:, 0].tolist()
    assert data["area"].dims == ("I", "tau", "area_0")


def test_results_as_pandas_have_a_row_for_each_point(curve):
    table = curve.to_pandas()
    assert list(table.columns) == ["I", "tau", "seed", "count", "max v", "error"] and len(table) == 14
    row = table[(table.I == I[3]) & (table.tau == 12.5)].iloc[0]
    assert row["max v"] == curve["max v"][3, 1]


# -- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda m: bp.sweep(m, J=[1, 2], duration=1.0), '"J" is no parameter of FHN'),
        (lambda m: bp.sweep(m, duration=1.0), "needs a parameter with several values"),
        (lambda m: bp.sweep(m, I=[1, 2]), "how long shall FHN run"),
        (lambda m: bp.sweep(m, I=[1, 1], duration=1.0), "same value twice"),
        (lambda m: bp.sweep(m, {"I": [1]}, I=[2], duration=1.0), "swept twice"),
        (lambda m: bp.sweep(m, I=3.0, duration=1.0), "I=[3.0] for one value"),
        (lambda m: bp.sweep(m, I=[1, 2], duration=1.0, measure="rte"), "Measures are rate"),
        (lambda m: bp.sweep(m, I=[1, 2], duration=1.0, measure="max V"), '"V", which is no variable of FHN'),
        (lambda m: bp.sweep(m, I=[1, 2], duration=1.0, executor="dask"), '"executor" must be'),
        (lambda m: bp.sweep(bp.NeuGroup(m, 2), I=[1, 2], duration=1.0), "Give a function that makes it"),
        (lambda m: bp.sweep(make_pair, h=[1, 2], duration=1.0), 'make_pair takes no argument "h"'),
        (lambda m: bp.sweep(partial(pow, 2), exp=[1], y=[2]), "takes no argument"),
        (lambda m: bp.sweep(lambda a, b: a, a=[1]), 'needs "b"'),
        (lambda m: bp.sweep(bp.dyn.LifRef(1), tua=[1.0], duration=1.0), "is no number that"),
        (lambda m: bp.sweep(m, I=[1, 2], duration=10.0, discard=10.0), '"discard" must be'),
        (lambda m: bp.sweep(lambda a: m, a=[1, 2], wait=False, executor="auto", measure=threading.Lock()), "measure"),
    ],
)
def test_mistakes_are_told(fhn, call, says):
    with pytest.raises(ModelError, match=".*" + says.replace("[", r"\[").replace("(", r"\(")):
        call(fhn)


def test_what_cannot_be_sent_to_a_process_is_told():
    lock = threading.Lock()
    with pytest.raises(ModelError, match='cannot be sent to another process.*executor="serial"'):
        bp.sweep(lambda a: a if lock else a, a=[1, 2], **QUIET)
