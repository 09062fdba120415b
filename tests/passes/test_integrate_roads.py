"""A method computes the same bits by every road: a direct call, a group on each back end, a cell."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.passes.integrate import METHODS_0_3

DT, STEPS, N = 0.05, 12, 3
PLAIN = [name for name in METHODS_0_3 if "(" not in name]
NOISY = [name for name in PLAIN if METHODS_0_3[name].noise]
START = np.array([0.2, 1.1, 2.5])
rate = 0.7


def right(x, t):
    return rate * x * (1 - x) + np.sin(t)


def noisy(x, t):
    return rate * x * (1 - x) + np.sin(t), 0.3 * x


# The cell's text is the function's expression; the two meet in the representation.
CELL = "rate = 0.7\ndx/dt = rate*x*(1 - x) + sin(t)"


@pytest.fixture(autouse=True)
def fixed_profile():
    bp.profile.set(dt=DT, seed=7)


def recorded(group, backend, monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", backend)
    group.run(STEPS * DT)
    return group.mon


def group_of(names, function, tmp_path, name):
    """A group that advances one state by each method, every neuron from its own start."""
    scope = {f"int_{method}": bp.integrate(function, method=method) for method in names}
    body = "".join(f"    ST['{method}'] = int_{method}(ST['{method}'], _t)\n" for method in names)
    path = tmp_path / f"{name}.py"
    path.write_text(f"def update(ST, _t):\n{body}")
    exec(compile(path.read_text(), str(path), "exec"), scope)
    model = bp.NeuType(name, bp.NeuState(dict.fromkeys(names, 0.0)), steps=scope["update"], mode="vector")
    group = bp.NeuGroup(model, N, monitors=list(names))
    for method in names:
        group.ST[method] = START
    return group


def test_a_group_has_the_bits_of_direct_calls_on_both_back_ends(monkeypatch, tmp_path):
    found = {backend: recorded(group_of(PLAIN, right, tmp_path, "Plain"), backend, monkeypatch)
             for backend in ("reference", "numba")}  # fmt: skip
    for method in PLAIN:
        direct, x = bp.integrate(right, method=method), START
        for k in range(STEPS):
            x = direct(x, k * DT)
            for backend, mon in found.items():
                np.testing.assert_array_equal(getattr(mon, method)[k], x, err_msg=f"{method} on {backend}, step {k}")


def test_noise_has_the_same_bits_on_both_back_ends_and_none_shares_it(monkeypatch, tmp_path):
    found = [recorded(group_of(NOISY, noisy, tmp_path, "Noisy"), backend, monkeypatch)
             for backend in ("reference", "numba")]  # fmt: skip
    for method in NOISY:
        one, two = (getattr(mon, method) for mon in found)
        np.testing.assert_array_equal(one, two)
        assert np.isfinite(one).all()
    # Five methods, three neurons: fifteen numbers that only independent noise makes all differ beyond the methods' own.
    last = np.concatenate([getattr(found[0], method)[0] / START for method in NOISY])
    assert np.unique(last).size == last.size


@pytest.mark.parametrize("method", PLAIN)
def test_a_cell_has_the_bits_of_direct_calls(method, monkeypatch):
    group = bp.NeuGroup(bp.neuron(f"{CELL}\nmethod {method}", "Grows"), N, monitors=["x"])
    group.ST["x"] = START
    mon = recorded(group, "reference", monkeypatch)
    direct, x = bp.integrate(right, method=method), START
    for k in range(STEPS):
        x = direct(x, k * DT)
        np.testing.assert_array_equal(mon.x[k], x)


@pytest.mark.parametrize("method", NOISY)
def test_a_cell_with_noise_has_the_bits_of_the_group_written_by_hand(method, monkeypatch, tmp_path):
    by_cell = bp.NeuGroup(bp.neuron(f"{CELL} + 0.3*x*xi\nmethod {method}", "Grows"), N, monitors=["x"])
    by_cell.ST["x"] = START
    by_hand = group_of([method], noisy, tmp_path, "ByHand")
    one = recorded(by_cell, "reference", monkeypatch).x
    two = getattr(recorded(by_hand, "reference", monkeypatch), method)
    np.testing.assert_array_equal(one, two)
