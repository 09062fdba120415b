"""Every test of agreement once more, with Numba on three threads whatever that costs."""

import numpy as np
import pytest

from brainpy_lab.backends.numba import pieces, team_backend, turns
from brainpy_lab.ir.program import Population, Program, Slot, Step
from brainpy_lab.runtime import simulation
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build
from tests.agreement.random_steps import PARAMS, STATES, RandomStep
from tests.agreement.test_models_agree import *  # noqa: F403
from tests.agreement.test_networks_agree import *  # noqa: F403
from tests.agreement.test_python_steps import *  # noqa: F403
from tests.agreement.test_random_steps import *  # noqa: F403

pytestmark = [pytest.mark.soak, pytest.mark.filterwarnings("ignore:device 'multi-cpu'")]
_compile_plan = simulation.compile_plan


@pytest.fixture(autouse=True)
def on_three_threads(monkeypatch):
    """Numba compiles for three threads, and even a few neurons are cut into pieces."""

    def compile_for_three(plan, buffers, backend, attributes, threads):
        code = _compile_plan(plan, buffers, backend, attributes, 3)
        assert code.threads == (3 if backend == "numba" else 1)
        return code

    monkeypatch.setattr(team_backend, "worth", lambda times, meetings: (max(times), "told to"))
    monkeypatch.setattr(pieces, "GRAIN", 1)
    monkeypatch.setattr(turns, "FIRST_PROBE", 2**60)
    monkeypatch.setattr(simulation, "compile_plan", compile_for_three)


@pytest.mark.parametrize("seed", range(100, 160))
def test_random_steps_on_any_number_of_threads(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    threads, n = int(rng.integers(2, 9)), int(rng.integers(1, 70))
    float_type = ["float64", "float32"][seed % 2]
    body = RandomStep(seed, length=6).body
    program = Program(
        (Population("N", "random", STATES, tuple(PARAMS), (Step("update", body),)),),
        (Slot("N", "step", "update"),),
        float_type=float_type,
    )
    found = []
    for count in (1, threads):
        monkeypatch.setattr(simulation, "compile_plan", lambda *args, count=count: _compile_plan(*args[:4], count))
        arrays = {
            ("N", state.name): np.random.default_rng(5)
            .normal(size=n)
            .astype("float64" if state.dtype == "f64" else float_type)
            for state in STATES
        }
        sim = build(program, Bindings(0.1, {"N": n}, arrays, {("N", k): v for k, v in PARAMS.items()}, seed=3), "numba")
        assert sim.threads == count
        sim.begin(0.0, 400)
        sim.advance(123)
        sim.advance(277)
        found.append({name: array.tobytes() for name, array in arrays.items()})
    assert found[0] == found[1]
