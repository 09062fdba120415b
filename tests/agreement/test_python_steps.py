"""Steps that stay Python give the same bits on the reference and on Numba."""

import numpy as np
import pytest

import brainpy_lab as bp

tau, k_gain, n_bins, n_drawn = 8.0, 0.7, 3, 4
WEIGHTS = np.linspace(-1.0, 1.0, 12).reshape(3, 4)


@pytest.fixture(autouse=True)
def clean_profile():
    bp.profile.set(jit="auto", dt=0.1, seed=5)
    yield
    bp.profile.set(jit="auto", dt=0.1, seed="auto", float_type="float64")


@bp.integrate
def int_x(x, t, drive):
    return (-x + drive) / tau


@bp.integrate(method="rk4")
def int_y(y, t, x):
    a = np.exp(-np.abs(y)) * x
    return (-(y**3) + a + np.sin(0.1 * t),), a


@bp.integrate
def int_noisy(x, t):
    return -x / tau, 0.3


def squashed(values, sharp=2.0):
    return np.tanh(sharp * values) * k_gain


# ---- steps over whole arrays: every one of them needs Python ----


def dynamic_indices(ST, _t):
    x = int_x(ST["x"], _t, 3.0 + ST["input"])
    chosen = np.where(x > 1.0)[0]
    if len(chosen) > 1:
        x[chosen] = x[chosen] * 0.5 - chosen / 10
        ST["y"][chosen] += 1.0
    ST["x"] = x


def boolean_masks(ST, _t):
    x, y = ST["x"], ST["y"]
    high = np.logical_or(x > 0.2, y < -0.1)
    y[high] = np.exp(-x[high]) - y[high] ** 3
    x += 0.1 * np.where(high, -x, np.cos(y)) * (1.0 + high.sum())


def sums(ST, counts):
    total = np.sum(ST["x"])
    ST["y"] = ST["x"] * total - np.mean(ST["x"] ** 2) + ST["x"].sum() / ST["x"].size
    ST["x"] = np.dot(WEIGHTS.T, np.dot(WEIGHTS, ST["x"])) / 6.0 + np.tanh(total**5)
    counts[0] += np.sum(ST["x"] > 0)


def loops(ST, _t):
    V = ST["x"]
    for i in range(len(V)):
        if V[i] > 0.5:
            V[i] = 0.0
            continue
        k = 0
        while k < n_bins and V[i] < 0.4:
            V[i] += np.exp(-V[i] - k) / (1.0 + i)
            k += 1
    ST["y"] = np.maximum(V, ST["y"]) % 0.7


def one_element(ST, _i):
    ST["x"][_i % 4] += 0.25
    ST["y"][-1] = ST["x"][0] // 0.3
    ST["y"][1:3] = ST["x"][:2] ** 0.5


def matrices(ST, weights, _t):
    drive = weights @ ST["x"]
    ST["y"] += np.sum(weights * ST["x"], axis=1) - np.sum(weights, axis=0)
    new, a = int_y(ST["x"], _t, drive)
    ST["x"] = np.clip(new, -2.0, 2.0)
    weights *= 0.99
    weights[0, :] = a


def integrators_in_loops(ST, _t):
    out = np.zeros(4)
    for i in range(4):
        y, a = int_y(ST["x"][i], _t, ST["y"][i])
        out[i] = y + a
    ST["x"] = out
    ST["y"] = int_x(t=_t, x=ST["y"], drive=out.mean())


def draws(ST, _t):
    noise = np.random.normal(0.5, 0.2, size=4)
    kick = np.random.random() + np.random.uniform(-1.0, 1.0, ST["x"].shape)
    for _ in range(2):
        kick += np.random.randn(4)
    table = np.random.rand(n_drawn, n_drawn) + 0.0 * np.random.random(n_drawn)
    ST["x"] = int_noisy(ST["x"], _t) + noise * kick
    ST["y"] = np.sum(table, axis=1)


def helpers(ST, ids):
    ST["x"][ids] = squashed(ST["x"][ids]) + squashed(1.0, sharp=ST["y"][0])
    ST["y"] = squashed(values=ST["y"]) - 0.01


def types_of_numbers(ST, gain, order):
    count = np.bincount(np.array([0, 1, 1, 3]), minlength=4)
    ST["y"] = count * gain + order / 2 + (count > 1) + 7 // 2
    ST["x"] = np.minimum(count, 2) ** 2 + 2.0**order + np.float64(len(count)) - 0.3 * ST["x"]


def aliases(ST):
    x = ST["x"]
    y = x
    y += 1.0
    z = x * 1.0
    z -= 5.0
    ST["y"][:] = x + z
    x[::2] *= 0.5


def selections(ST):
    order = np.argsort(ST["x"])
    ST["y"][order] = np.arange(4) / 3.0
    ST["x"] = np.cumsum(ST["y"]) - np.max(ST["x"]) + np.abs(np.floor(-ST["x"] * 3))
    if np.any(ST["x"] > 2) and not np.all(ST["x"] > 2):
        ST["x"] -= 2.0


def overlaps(ST, weights):
    x, y = ST["x"], ST["y"]
    x += x[::-1]
    y -= weights[1]
    ST["y"] *= ST["y"][::-1]
    weights += weights.T
    weights *= 0.5
    x /= 1.0 + np.max(np.abs(x))


def ties(ST, counts):
    level = np.array([1.0, 0.0, -0.0, 1.0] * 5) * ST["x"][0]
    order = np.argsort(level)
    counts[0] += order[3] + 10 * order[-1]
    ST["y"] = np.sort(level)[8:12] + order[:4] / 10.0 + np.unique(level)[0] + level.max()
    ST["x"] += np.arange(0.3, 0.65, 0.1) + 0.01 * np.cumsum(ST["x"]) * np.max(-np.abs(level[1:3]))
    np.random.normal(size=len(order))


def truths_that_are_counted(ST):
    x = ST["x"]
    n = 0
    high = x[0] > 0.1
    for i in range(len(x)):
        n += x[i] > 0.2
        low = x[i] < 0.5
        ST["y"][i] = (x[i] > 0.2) + low + (low * high) * 0.25 - (x[i] > 9)
    ST["x"] = x + 0.01 * n + either(x > 1.0, x < 0.0) * 0.1 + either(x[0] > 0, x[1] > -9)
    x[3] += either(0.25, x[2])
    x[(x > 0) * (x < 3)] -= 1.0


def either(first, second):
    return first + second


def nothing_to_divide_by(ST, _i, counts):
    ST["y"] = ST["y"] + 1.0 / (1.0 + 1 / _i) + (5 // _i + 5 % _i)
    n, total = 0, 0.0
    for i in np.where(ST["x"] > 50.0)[0]:
        total += ST["x"][i]
        n += 1
    total /= n
    if np.isnan(total) and 1.0 / n > 1.0:
        ST["x"] += 0.1 + 0.0 * np.random.random(len(ST["x"]))


def narrow_types(ST):
    y = ST["y"].astype(np.float32) * 0.1 + np.float32(ST["x"][0] * 0.3) * 1.1
    ST["x"] = ST["x"] + np.zeros(4, dtype="float32") + y[::-1] / 7 + np.int32(3) * 1000000000 * 1e-10
    ST["y"] = np.minimum(ST["x"] > 0, y > 0) + np.abs(ST["x"] > 0.5)


ARRAY_STEPS = [dynamic_indices, boolean_masks, sums, loops, one_element, matrices, integrators_in_loops, draws, helpers,
               types_of_numbers, aliases, selections, overlaps, ties,
               truths_that_are_counted, nothing_to_divide_by, narrow_types]  # fmt: skip


def run_group(steps, mode, backend, python=True):
    model = bp.NeuType(
        "M",
        ST=bp.NeuState("x", "y", "input"),
        steps=steps,
        mode=mode,
        hand_overs={
            "counts": np.zeros(1, int),
            "weights": (np.linspace(0.0, 1.0, 16).reshape(4, 4) / 3).astype(bp.profile.get_float_type()),
            "ids": np.array([2, 0, 2]),
            "gain": 1.5,
            "order": 3,
        },
    )
    assert any(type(step).__name__ == "PythonStep" for step in model.steps) == python
    bp.profile.set(jit=backend == "numba")
    group = bp.NeuGroup(model, 4, monitors=["x", "y"])
    group.ST["x"] = np.array([0.3, -0.2, 1.4, 0.9])
    group.ST["y"] = np.array([0.1, 0.7, -0.4, 0.0])
    group.run(4.0, inputs=("input", 0.01))
    group.run((4.0, 6.0), inputs=("input", 0.02))
    assert group.ST["x"].dtype == group.weights.dtype == bp.profile.get_float_type()
    return {"x": group.mon.x, "y": group.mon.y, "counts": group.counts, "weights": group.weights}


def same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert np.array_equal(first[name], second[name], equal_nan=True), name


def in_both_precisions(cases, quick):
    """(case, float type); what is not quick in float32 is left to the campaign."""
    single = [pytest.param(case, "float32", marks=() if case in quick else pytest.mark.soak) for case in cases]
    return [(case, "float64") for case in cases] + single


@pytest.mark.parametrize("step, float_type", in_both_precisions(ARRAY_STEPS, [loops, draws, matrices]))
def test_array_steps_agree(step, float_type):
    bp.profile.set(float_type=float_type)
    reference = run_group(step, "vector", "reference")
    same(reference, run_group(step, "vector", "numba"))
    assert np.isfinite(reference["x"]).all() and len(np.unique(reference["x"])) >= 3


# ---- steps over one element that need a loop ----


def newton(ST, _t, _obj_i):
    x = ST["x"]
    n = 0
    while abs(x**3 - ST["y"]) > 1e-6 and n < 20:
        x -= (x**3 - ST["y"]) / (3 * x**2 + 0.1)
        n += 1
    ST["x"] = x
    if _obj_i == 2:
        return
    for k in range(n_bins):
        ST["y"] += np.random.normal() * 0.1 + int_x(x, _t, k) * tau / 100


def counts_of_element(ST, _obj_i, _i):
    n = (ST["x"] > 0.2) + (ST["y"] > 0.2)
    for k in range(3):
        n += ST["x"] > k
        ST["y"] += 1.0 / (1.0 + 1 / (k - _obj_i))
    level = np.where(n > 2, n, 0.5)
    ST["x"] += level * 0.1 + _i**13 * 1e-30 + _obj_i**2 / (_obj_i - 9)
    if ST["x"] > 3.0:
        ST["x"] -= 3.0 + bp.exprel(ST["y"])


def whole_powers(ST, _i):
    ST["x"] = np.sin(_i**9) + ST["x"] + (_i + 60) ** 12 / 1e19
    ST["y"] = np.exp(ST["y"]) % 1.7


def test_element_steps_that_count_agree():
    for step in (counts_of_element, whole_powers):
        reference = run_group(step, "scalar", "reference", python=step is counts_of_element)
        same(reference, run_group(step, "scalar", "numba", python=step is counts_of_element))
        assert len(np.unique(reference["x"][-1])) == 4


def test_a_whole_number_has_no_negative_whole_power():
    def powers(ST, order):
        for k in range(3):
            ST["x"] += 2 ** (order - k - 2)

    for backend in ("reference", "numba"):
        with pytest.raises(ValueError, match="no negative whole power: write 2.0"):
            run_group(powers, "vector", backend)


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_element_steps_agree(float_type):
    bp.profile.set(float_type=float_type)
    reference = run_group(newton, "scalar", "reference")
    same(reference, run_group(newton, "scalar", "numba"))
    assert len(np.unique(reference["y"][-1])) == 4  # every element draws numbers of its own


@pytest.mark.parametrize("float_type", ["float64", pytest.param("float32", marks=pytest.mark.soak)])
def test_a_parameter_with_one_value_per_element_agrees(float_type):
    bp.profile.set(float_type=float_type)

    def runs(mode, backend):
        bp.profile.set(jit=backend == "numba")
        model = bp.NeuType("M", ST=bp.NeuState("x", "y", "input"), steps=newton if mode == "scalar" else helpers,
                           mode=mode, hand_overs={"ids": np.arange(4)})  # fmt: skip
        group = bp.NeuGroup(model, 4, monitors=["x", "y"], pars_update={"k_gain": np.array([1.0, 2.0, 3.0, 4.0])}
                            if mode == "vector" else {"tau": np.array([1.0, 2.0, 3.0, 4.0])})  # fmt: skip
        group.ST["x"] = 0.5
        group.run(3.0)
        assert len(np.unique(group.ST["y"])) == 4
        return {"x": group.mon.x, "y": group.mon.y}

    for mode in ("scalar", "vector"):
        same(runs(mode, "reference"), runs(mode, "numba"))


# ---- synapses ----


@bp.integrate
def int_s(s, t):
    return -s / 3.0


def spread_vector(ST, _t, pre, pre2syn):
    s = int_s(ST["s"], _t)
    for i in np.where(pre["spike"] > 0.0)[0]:
        s[pre2syn[i]] += 1.0
    ST["s"] = s


def spread_slices(ST, _t, pre, pre_slice_syn):
    s = int_s(ST["s"], _t)
    for i in range(len(pre_slice_syn)):
        if pre["spike"][i]:
            first, last = pre_slice_syn[i]
            s[first:last] += 1.0
    ST["s"] = s


def spread_ids(ST, _t, pre, pre_ids):
    ST["s"] = int_s(ST["s"], _t) + pre["spike"][pre_ids]


@bp.delayed
def gather_enumerated(ST, post, post2syn):
    g = np.zeros(len(post2syn))
    for j, ids in enumerate(post2syn):
        g[j] = np.sum(ST["s"][ids])
    post["input"] -= g * (post["V"] - 10.0)


@bp.delayed
def gather_counted(ST, post, post2syn):
    for j in range(len(post2syn)):
        for i in post2syn[j]:
            post["input"][j] -= ST["s"][i] * (post["V"][j] - 10.0)


@bp.delayed
def gather_at(ST, post, post_ids):
    np.add.at(post["input"], post_ids, -ST["s"] * (post["V"][post_ids] - 10.0))


def spread_matrix(ST, _t, pre, conn_mat):
    s = int_s(ST["s"], _t)
    s += pre["spike"].reshape((-1, 1)) * conn_mat
    ST["s"] = s


@bp.delayed
def gather_matrix(ST, post):
    post["input"] -= np.sum(ST["s"], axis=0) * (post["V"] - 10.0)


def scalar_spread(ST, _t, pre):
    s = int_s(ST["s"], _t)
    if pre["spike"]:
        s += 1.0
    ST["s"] = s


@bp.delayed
def scalar_loop(ST, post):
    rest = ST["s"]
    while rest > 0.25:
        rest -= 0.25
        post["input"] -= 0.25 * (post["V"] - 10.0)


SYNAPSES = {
    "lists": ("vector", spread_vector, gather_enumerated),
    "counted": ("vector", spread_vector, gather_counted),
    "slices": ("vector", spread_slices, gather_enumerated),
    "ids": ("vector", spread_ids, gather_counted),
    "matrix": ("matrix", spread_matrix, gather_matrix),
    "element": ("scalar", scalar_spread, scalar_loop),
}


def cells():
    @bp.integrate
    def int_V(V, t, current):
        return (-V + current) / 5.0

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["input"])
        spike = V > 1.0
        V[spike] = 0.0
        ST["V"], ST["spike"] = V, spike
        ST["input"] = 0.0

    return bp.NeuType("Cell", ST=bp.NeuState("V", "spike", "input"), steps=update)


def run_network(kind, backend, delay=0.7, again=True):
    mode, update, output = SYNAPSES[kind]
    bp.profile.set(jit=backend == "numba")
    cell = cells()
    pre = bp.NeuGroup(cell, 3, monitors=["spike"])
    post = bp.NeuGroup(cell, 5, monitors=["V", "input"])
    pre.ST["V"] = [0.0, 0.3, 0.6]
    conn = np.array([[1, 0, 1, 0, 1], [0, 1, 1, 0, 0], [1, 1, 0, 1, 0]])
    syn = bp.SynConn(bp.SynType("Syn", bp.SynState("s"), (update, output), mode=mode), pre, post, conn=conn,
                     delay=delay, monitors=["s"])  # fmt: skip
    net = bp.Network(pre, syn, post)
    net.run(15.0, inputs=(pre, "input", 3.0))
    if again:
        net.run((15.0, 20.0), inputs=(pre, "input", 2.0))
    return {"V": post.mon.V, "input": post.mon.input, "s": syn.mon.s, "spike": pre.mon.spike}


@pytest.mark.parametrize("kind, float_type", in_both_precisions(SYNAPSES, ["matrix", "element"]))
def test_synapses_in_python_agree(kind, float_type):
    bp.profile.set(float_type=float_type)
    reference = run_network(kind, "reference")
    same(reference, run_network(kind, "numba"))
    assert reference["spike"].any() and reference["V"].any()


def test_array_synapses_do_what_the_scalar_one_does():
    # 1e-12: the sums of a few hundred steps are taken in another order, each off by some 1e-16.
    lists, matrix = run_network("lists", "reference"), run_network("matrix", "reference")
    np.testing.assert_allclose(lists["V"], matrix["V"], atol=1e-12)
    assert matrix["s"].shape == (50, 3, 5)
    np.testing.assert_allclose(matrix["s"][:, [0, 0, 0, 1, 1, 2, 2, 2], [0, 2, 4, 1, 2, 0, 1, 3]], lists["s"])
    for kind in ("counted", "slices", "ids"):
        np.testing.assert_allclose(run_network(kind, "numba")["V"], lists["V"], atol=1e-12)


def test_a_delay_of_a_step_in_python_has_its_length():
    def first(delay):
        return int(np.argmax(run_network("lists", "numba", delay, again=False)["V"][:, 0] != 0))

    assert first(0.7) - first(0.1) == 6


def test_a_ufunc_at_runs_where_numba_cannot():
    SYNAPSES["at"] = ("vector", spread_vector, gather_at)
    try:
        bp.profile.set(jit="auto")
        with pytest.raises(bp.errors.CodeError, match="gather_at"):
            run_network("at", "numba")
        found, expected = run_network("at", "reference"), run_network("counted", "numba")
        np.testing.assert_allclose(found["V"], expected["V"], atol=1e-12)
    finally:
        del SYNAPSES["at"]


# ---- single precision


def narrow_and_wide(ST, _t, table, scale):
    low = table * 0.1 + ST["x"] * 0.1 - scale * 0.1
    fired = np.where(_t > 0.25, _t, ST["t_last"])
    ST["t_last"] = fired
    ST["t_first"][ST["x"] > 5.0] = _t + 0.3
    ST["x"] = 2 * ST["x"] + 3 * low / 7 + np.sum(table)
    table[1] += 0.1


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_a_step_computes_in_double_and_what_it_stores_is_rounded(float_type):
    bp.profile.set(float_type=float_type)
    found = []
    for jit in (False, True):
        bp.profile.set(jit=jit)
        model = bp.NeuType(
            "M",
            ST=bp.NeuState(x=0.7, t_last=-1e7, t_first=-1e7),
            steps=narrow_and_wide,
            hand_overs={"table": np.array([0.3, 0.6, 0.9], np.float32), "scale": np.float32(0.7)},
        )
        group = bp.NeuGroup(model, 3)
        group.run(0.4)
        found.append({"table": group.table, **{name: group.ST[name] for name in ("x", "t_last", "t_first")}})
    same(*found)
    real = np.dtype(float_type)
    x, table = np.full(3, 0.7, real), np.array([0.3, 0.6, 0.9], np.float32)
    for _ in range(4):
        wide = table.astype(np.float64)
        low = wide * 0.1 + x.astype(np.float64) * 0.1 - float(np.float32(0.7)) * 0.1
        x = (2.0 * x.astype(np.float64) + 3.0 * low / 7.0 + (0.0 + wide[0] + wide[1] + wide[2])).astype(real)
        table[1] = np.float32(wide[1] + 0.1)
    assert np.array_equal(found[0]["x"], x) and np.array_equal(found[0]["table"], table)
    assert found[0]["x"].dtype == real and found[0]["table"].dtype == np.float32
    assert [found[0][name].dtype for name in ("t_last", "t_first")] == [np.float64] * 2
    assert np.array_equal(found[0]["t_last"], np.full(3, 3 * 0.1))


def test_draws_of_a_step_in_single_precision_are_those_of_the_scalar_form():
    def vector(ST):
        ST["x"][np.arange(len(ST["x"]))] = np.random.normal(size=len(ST["x"]))

    def scalar(ST):
        ST["x"] = np.random.normal()

    bp.profile.set(float_type="float32", jit=False, seed=3)
    drawn = []
    for step, mode in ((vector, "vector"), (scalar, "scalar")):
        group = bp.NeuGroup(bp.NeuType("M", ST=bp.NeuState("x"), steps=step, mode=mode), 5)
        group.run(0.3)
        drawn.append(group.ST["x"])
    assert np.array_equal(*drawn) and len(np.unique(drawn[0])) == 5
