"""Steps that are not translated element by element: what runs, what is said before the run, and what a person sees."""

import io
import subprocess
import sys
import textwrap
import traceback

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError, ModelDefError, ModelUseError
from brainpy_lab.ir.python_step import PythonStep


@pytest.fixture(autouse=True)
def clean_profile():
    bp.profile.set(jit="auto", dt=0.1, seed=3, show_code=False)
    yield
    bp.profile.set(jit="auto", dt=0.1, seed="auto", show_code=False)


@bp.integrate
def int_x(x, t, drive):
    return -x / 5.0 + drive


def reverse(ST, _t):
    ST["x"] = int_x(ST["x"], _t, 1.0)
    ST["x"] = ST["x"][::-1]


def neuron(step, mode="vector", **more):
    return bp.NeuType("M", ST=bp.NeuState("x", "y"), steps=step, mode=mode, **more)


def runs(step, jit, mode="vector", n=4, duration=1.0, **more):
    bp.profile.set(jit=jit)
    group = bp.NeuGroup(neuron(step, mode, **more), n, monitors=["x"])
    group.ST["x"] = np.arange(n) / 4.0
    group.run(duration)
    return group


# ---- what stays Python ----


def test_only_what_cannot_be_translated_stays_python():
    def plain(ST, _t):
        ST["x"] = int_x(ST["x"], _t, 0.0)

    model = bp.NeuType("M", ST=bp.NeuState("x"), steps=[plain, reverse])
    assert [isinstance(step, PythonStep) for step in model.steps] == [False, True]


def test_an_array_is_assigned_from_itself_as_numpy_does():
    found = [runs(reverse, jit).mon.x for jit in (True, False)]
    assert np.array_equal(*found)
    expected = np.arange(4) / 4.0
    for row in found[0]:
        expected = (expected + 0.1 * (-expected / 5.0 + 1.0))[::-1]
        np.testing.assert_allclose(row, expected, rtol=1e-14)  # ten steps of four roundings


@pytest.mark.parametrize("jit", [True, False])
def test_counters_and_arrays_of_a_group_are_its_own(jit):
    def count(ST, hits):
        hits[0] += len(np.where(ST["x"] >= 0.5)[0])

    bp.profile.set(jit=jit)
    model = neuron(count, hand_overs={"hits": np.zeros(1, int)})
    first, second = bp.NeuGroup(model, 2), bp.NeuGroup(model, 2)
    first.ST["x"] = [0.0, 1.0]
    first.run(1.0)
    first.run(1.0)
    second.run(1.0)
    assert first.hits[0] == 20 and second.hits[0] == 0


@pytest.mark.parametrize("jit", [True, False])
def test_attributes_may_be_replaced_between_runs(jit):
    def add(ST, table, scale):
        ST["x"] += np.sum(table, axis=0) * scale

    bp.profile.set(jit=jit)
    group = bp.NeuGroup(neuron(add), 2, satisfies={"table": np.ones((3, 2)), "scale": 1.0})
    group.run(0.1)
    simulation = group._alone._built.simulation
    group.table, group.scale = np.full((3, 2), 2.0), 0.5
    group.run(0.1)
    assert np.array_equal(group.ST["x"], [6.0, 6.0]) and group._alone._built.simulation is simulation


@pytest.mark.parametrize("jit", [True, False])
def test_arrays_around_a_step_are_read_where_they_are(jit):
    kernel = np.array([1.0, 2.0, 3.0])

    def add(ST):
        ST["x"][:3] += kernel
        kernel[0] = 7.0

    group = runs(add, jit, duration=0.2)
    assert np.array_equal(group.ST["x"][:3], np.arange(3) / 4.0 + [8.0, 4.0, 6.0]) and kernel[0] == 7.0


@pytest.mark.parametrize("jit", [True, False])
def test_parameters_of_steps_helpers_and_integrators_can_be_changed(jit):
    rate, gain, leak = 2.0, 1.0, 0.0

    @bp.integrate
    def int_y(y, t):
        return rate - leak * y

    def scaled(x):
        return x * gain

    def step(ST, _t):
        ST["x"][::1] = scaled(int_y(ST["x"], _t))

    model = neuron(step)
    assert set(p.name for p in model.ir.params) == {"rate", "gain", "leak"}
    bp.profile.set(jit=jit)
    group = bp.NeuGroup(model, 2)
    group.run(0.1)
    assert np.allclose(group.ST["x"], 0.2)
    group.pars["rate"], group.pars["gain"] = 0.0, np.array([2.0, 3.0])
    group.run(0.1)
    assert np.allclose(group.ST["x"], [0.4, 0.6])


@pytest.mark.parametrize("jit", [True, False])
def test_arrays_and_counters_can_be_recorded(jit):
    def count(ST, hits, table):
        hits[0] += 1
        table[1, :] = hits[0]

    bp.profile.set(jit=jit)
    model = neuron(count, hand_overs={"hits": np.zeros(1, int), "table": np.zeros((2, 3))})
    group = bp.NeuGroup(model, 2, monitors=["hits", "table", ("table", [3])])
    group.run(0.3)
    assert np.array_equal(group.mon.hits[:, 0], [1.0, 2.0, 3.0])
    group = bp.NeuGroup(model, 2, monitors=["table"])
    group.run(0.3)
    assert group.mon.table.shape == (3, 2, 3) and np.array_equal(group.mon.table[2], [[0] * 3, [3] * 3])


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_a_snapshot_holds_the_arrays_that_a_step_changes(backend):
    trace = np.zeros(2)

    def count(ST, hits):
        hits[0] += 1
        trace[:] += ST["x"][::-1] + np.random.normal(size=2)
        ST["x"] += 1.0

    group = bp.NeuGroup(neuron(count, hand_overs={"hits": np.zeros(1)}), 2)
    simulation = bp.Network(group).simulation(backend)
    simulation.advance(3)
    snapshot = simulation.save()
    simulation.advance(4)
    after = group.hits.copy(), trace.copy(), group.ST["x"].copy()
    simulation.load(snapshot)
    assert group.hits[0] == 3.0
    simulation.advance(4)
    assert all(np.array_equal(a, b) for a, b in zip(after, (group.hits, trace, group.ST["x"])))


def test_old_names_of_numpy_are_understood():
    def step(ST):
        ST["x"] = np.zeros(len(ST["x"]), dtype=np.float_) + np.ones(4, dtype=float)[0]

    for jit in (True, False):
        assert np.all(runs(step, jit).ST["x"] == 1.0)


@pytest.mark.parametrize("jit", [True, False])
def test_arrays_of_a_group_have_their_methods(jit):
    def step(ST, table):
        ST["x"] = table.astype(float) + table.T.shape[0]

    assert np.array_equal(runs(step, jit, hand_overs={"table": np.arange(4)}).ST["x"], [4.0, 5.0, 6.0, 7.0])


@pytest.mark.parametrize("jit", [True, False])
def test_products_over_the_last_axis_and_over_all_elements_are_those_of_numpy(jit):
    table = np.linspace(-1.0, 2.0, 12).reshape(3, 4)

    def step(ST, found):
        found[0] = np.vdot(table, table * 2.0)
        found[1:] = np.inner(table, table)[2]
        ST["x"] = np.fmin(ST["x"], np.array([np.nan, 0.0, 1.0, 1.0]))

    group = runs(step, jit, hand_overs={"found": np.zeros(4)}, duration=0.1)
    np.testing.assert_allclose(group.found, [np.vdot(table, table * 2.0), *np.inner(table, table)[2]], rtol=1e-14)
    assert np.array_equal(group.ST["x"], [0.0, 0.0, 0.5, 0.75])


# ---- synapses made by hand ----


@pytest.mark.parametrize("jit", [True, False])
def test_a_connection_without_groups_uses_what_it_is_given(jit):
    def step(ST, pre, post, pre2syn):
        for i in range(len(pre2syn)):
            ST["s"][pre2syn[i]] += pre["x"][i]
        post["y"] += np.sum(ST["s"])

    def still(ST):
        ST["x"] = ST["x"]

    bp.profile.set(jit=jit)
    cell = neuron(still)
    pre, post = bp.NeuGroup(cell, 2), bp.NeuGroup(cell, 1)
    pre.ST["x"] = [1.0, 10.0]
    syn = bp.SynConn(bp.SynType("S", bp.SynState("s"), step), num=3)
    syn.pre, syn.post, syn.pre2syn = pre.ST, post.ST, [np.array([0, 2]), [1]]
    bp.Network(pre, syn, post).run(0.1)
    assert np.array_equal(syn.ST["s"], [1.0, 10.0, 1.0]) and post.ST["y"][0] == 12.0


def test_a_connection_without_groups_says_what_it_lacks():
    def step(ST, pre, pre2syn):
        ST["s"][pre2syn[0]] += pre["x"][0]

    def still(ST):
        ST["x"] = ST["x"]

    model = bp.SynType("S", bp.SynState("s"), step)
    with pytest.raises(ModelUseError, match='How many synapses of "S"'):
        bp.SynConn(model)
    with pytest.raises(ModelUseError, match='"num" must be a whole number of synapses, 1 or more'):
        bp.SynConn(model, num=0)
    syn = bp.SynConn(model, num=2)
    with pytest.raises(ModelUseError, match='requires "pre" as argument'):
        bp.Network(syn).run(1.0)
    other = bp.NeuGroup(neuron(still), 1)
    syn.pre, syn.pre2syn = other.ST, [[0]]
    with pytest.raises(ModelUseError, match="is not the state of a group of this network"):
        bp.Network(syn).run(1.0)
    matrix = bp.SynType("S", bp.SynState("s"), step, mode="matrix")
    with pytest.raises(ModelUseError, match="'pre_size': ..., 'post_size'"):
        bp.SynConn(matrix)
    assert bp.SynConn(matrix, satisfies={"pre_size": 2, "post_size": 3}).ST["s"].shape == (2, 3)


def test_slices_sort_the_synapses_and_exclude_each_other():
    def by_post(ST, post_slice_syn):
        ST["s"][post_slice_syn[0, 0] : post_slice_syn[0, 1]] += 1.0

    def both(ST, post_slice_syn, pre_slice_syn):
        ST["s"][post_slice_syn[0, 0]] = pre_slice_syn[0, 0]

    def still(ST):
        ST["x"] = ST["x"]

    group = bp.NeuGroup(neuron(still), 3)
    syn = bp.SynConn(bp.SynType("S", bp.SynState("s"), by_post), group, group, conn=bp.connect.All2All())
    assert np.all(np.diff(syn.post_ids) >= 0)
    bp.Network(group, syn).run(0.1)
    assert np.array_equal(syn.ST["s"], [1.0] * 3 + [0.0] * 6)
    with pytest.raises(ModelUseError, match="synapses have one order"):
        bp.SynConn(bp.SynType("S", bp.SynState("s"), both), group, group, conn=bp.connect.All2All())


# ---- what is said before the run ----


def test_every_argument_of_a_step_must_be_an_attribute():
    def step(ST, table):
        ST["x"] = table[0]

    with pytest.raises(ModelUseError, match='Function "step" in "M" requires "table" as argument, but "table" is not'):
        bp.NeuGroup(neuron(step), 2).run(1.0)


def refusals():
    imaginary, label = 1j, "text"

    def undefined(ST):
        ST["x"][0] = undefinedd  # noqa: F821

    def unknown_state(ST):
        ST["z"][0] = 1.0

    def poisson(ST):
        ST["x"] = np.random.poisson(3.0, size=4)

    def complex_name(ST):
        ST["x"][0] = imaginary

    def complex_literal(ST):
        ST["x"][0] = 1j

    def text(ST):
        ST["x"][0] = label * 2.0

    def lasting(ST):
        global counter
        counter = 1

    def attribute(ST):
        ST.x = ST["y"][::-1]

    def in_place(ST):
        x = ST["x"][::-1]
        x **= 2

    def misspelt(ST):
        ST["x"][0] = np.expp(1.0)

    def truth(ST):
        if ST["x"] > 0:
            ST["x"][0] = 1.0

    def minus_truth(ST):
        ST["x"][::1] = -(ST["x"] > 0)

    def unknown_type(ST):
        ST["x"] = np.zeros(4, dtype="flaot32")[::-1]

    return {
        undefined: (ModelDefError, "'undefinedd' is not defined in the step, around it or as a global"),
        unknown_state: (ModelDefError, 'Variable "z" is used in M, but not defined in "ST"'),
        poisson: (CodeError, "np.random.poisson cannot be drawn in a step.*there are np.random.normal"),
        complex_name: (ModelDefError, "'imaginary' is a number of type complex"),
        complex_literal: (CodeError, "1j is not a real number"),
        text: (CodeError, "label is a str, and a number is expected"),
        lasting: (CodeError, "global; keep what lasts in a state"),
        attribute: (CodeError, r"ST.x is no state; write ST\['x'\]"),
        in_place: (CodeError, r"write x = x \*\* ..., or x\[:\] = x \*\*"),
        misspelt: (ModelDefError, "np has no attribute 'expp'. Did you mean 'exp'"),
        truth: (CodeError, "no single truth value in vector mode"),
        minus_truth: (CodeError, "is minus a truth value; write np.logical_not"),
        unknown_type: (CodeError, "'flaot32' is no type of numbers"),
    }


@pytest.mark.parametrize("step", refusals(), ids=lambda step: step.__name__)
def test_a_mistake_is_told_with_its_line_when_the_model_is_defined(step):
    error, message = next(found for other, found in refusals().items() if other.__name__ == step.__name__)
    with pytest.raises(error, match=message) as caught:
        neuron(step)
    assert caught.value.place.file == __file__
    assert step.__code__.co_firstlineno < caught.value.place.line <= step.__code__.co_firstlineno + 3


def test_a_delayed_step_cannot_change_its_states():
    @bp.delayed
    def step(ST):
        ST["s"][0] = 1.0

    with pytest.raises(ModelDefError, match='Delayed function cannot assign value to "ST"'):
        bp.SynType("S", bp.SynState("s"), step)


def printing(ST):
    if ST["x"][0] > 100:
        print(ST["x"])
    ST["x"] += 1.0


def unknown_to_numba(ST):
    ST["x"] = np.roll(ST["x"], shift=1, axis=0) + np.interp(ST["x"], [0, 1], [0, 1], left=0.0)


def needs_a_library(ST):
    ST["x"] = ST["x"] + np.linalg.norm(ST["x"])


def with_a_place(ST):
    np.sin(ST["x"][::-1], out=ST["y"])


def with_a_context(ST):
    with np.errstate(all="ignore"):
        ST["x"] = ST["x"][::-1]


def test_automatic_compilation_says_once_why_a_step_runs_uncompiled():
    with pytest.warns(UserWarning) as told:
        group = runs(printing, "auto")
    line = printing.__code__.co_firstlineno + 2
    assert [str(item.message) for item in told] == [
        f"{__file__}:{line}:9: step 'printing' runs uncompiled because of print()"
    ]
    simulation = group._alone._built.simulation
    assert simulation.backend == "reference" and len(simulation.notices) == 1
    for step in (unknown_to_numba, needs_a_library, with_a_place):  # Numba refuses each with an error of another kind
        with pytest.warns(UserWarning, match="runs uncompiled because of what Numba says of it"):
            runs(step, "auto")


def test_insisting_on_compilation_is_an_error_that_says_what_to_write():
    with pytest.raises(CodeError, match=r"cannot be compiled because of print\(\).*take it out.*jit=False") as caught:
        runs(printing, True)
    assert caught.value.place.line == printing.__code__.co_firstlineno + 2
    with pytest.raises(CodeError, match="what Numba says of it.*np.where and masks") as caught:
        runs(unknown_to_numba, True)
    assert caught.value.place.line == unknown_to_numba.__code__.co_firstlineno + 1
    with pytest.raises(CodeError, match="what Numba says of it: Unsupported context manager"):
        runs(with_a_context, True)


def of_one_element(ST, _obj_i):
    ST["x"] = ST["x"][::-1] + _obj_i


def of_a_synapse(ST, _pre_i):
    while ST["x"] < 1.0:
        ST["x"] = _pre_i + 1.0


@pytest.mark.parametrize(
    "step, mode, message",
    [
        (of_one_element, "vector", "'_obj_i' exists in scalar mode only"),
        (of_a_synapse, "scalar", "'_pre_i' exists in synapses only; a neuron has '_obj_i'"),
        (of_a_synapse, "vector", "'_pre_i' exists in synapses only"),
    ],
)
def test_an_index_argument_is_refused_where_there_is_none(step, mode, message):
    with pytest.raises(ModelDefError, match=f"step '{step.__name__}': argument {message}") as caught:
        neuron(step, mode)
    assert caught.value.place.line == step.__code__.co_firstlineno


@pytest.mark.parametrize("jit", [True, False])
def test_a_matrix_model_draws_and_takes_inputs_by_pairs(jit):
    @bp.integrate
    def int_s(s, t):
        return -s / 3.0, 0.2

    def update(ST, _t, conn_mat):
        ST["s"] = int_s(ST["s"], _t) * conn_mat

    def still(ST):
        ST["x"] = ST["x"]

    bp.profile.set(jit=jit)
    cells = bp.NeuGroup(neuron(still), 3), bp.NeuGroup(neuron(still), 4)
    conn = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [1, 1, 1, 1]])
    syn = bp.SynConn(bp.SynType("S", bp.SynState("s"), update, mode="matrix"), *cells, conn=conn, monitors=["s"])
    bp.Network(*cells, syn).run(0.2, inputs=(syn, "s", np.ones((3, 4))))
    assert syn.mon.s.shape == (2, 3, 4) and np.all((syn.mon.s[1] == 0) == (conn == 0))
    assert len(np.unique(syn.mon.s[1])) == 11  # ten synapses with noise of their own, and 0
    values = bp.SynConn(bp.SynType("S", bp.SynState("s"), weighted(), mode="matrix"), *cells, conn=conn)
    with pytest.raises(ModelUseError, match=r'"10" != 12. Give one number, or an array of shape \(3, 4\)'):
        values.pars["weight"] = np.ones(10)
    values.pars["weight"] = np.arange(12.0).reshape(3, 4)
    bp.Network(*cells, values).run(0.2)
    assert values.ST["s"].tolist() == (2 * np.arange(12.0).reshape(3, 4)).tolist()


def weighted():
    weight = 2.0

    def update(ST):
        ST["s"] += weight

    return update


def test_a_call_outside_the_table_is_named_with_the_result():
    def step(ST):
        ST["x"] = np.arctan(ST["x"][::-1])

    with pytest.warns(UserWarning, match=r"bits not promised, step 'step' calls np.arctan\(\)"):
        group = runs(step, False)
    assert "bits not promised" in group._alone._built.simulation.notices[0]
    np.testing.assert_allclose(group.mon.x[0], np.arctan(np.arange(4) / 4.0)[::-1])


def test_a_compiled_step_does_not_read_beyond_its_arrays():
    def beyond(ST, _i):
        ST["x"][_i] = 1.0

    with pytest.raises(IndexError) as caught:
        runs(beyond, True)
    assert "jit=False" in "".join(traceback.format_exception(caught.value))


# ---- what a debugger and a traceback show ----


def test_a_traceback_names_the_line_of_the_user():
    def step(ST):
        ST["x"] = ratio(ST["x"][::-1])

    def ratio(x):
        return x[9]

    with pytest.raises(IndexError) as caught:
        runs(step, False)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.line) == (__file__, "return x[9]")


DEBUGGED = """
import pdb
import brainpy_lab as bp

bp.profile.set(jit=False, dt=0.1, show_code=True)
g_leak = 0.3

@bp.integrate(method='rk2')
def int_v(v, t, drive):
    return -g_leak * v + drive, 0.1

def update(ST, _t):
    v = int_v(ST['v'], _t, 2.)
    pdb.set_trace()
    ST['v'] = v

group = bp.NeuGroup(bp.NeuType('M', bp.NeuState(v=1.), update), 1)
group.run(1.)
"""


def test_a_breakpoint_stops_in_the_text_of_the_user(tmp_path):
    file = tmp_path / "debugged.py"
    file.write_text(textwrap.dedent(DEBUGGED).replace(", 0.1\n", "\n"))
    done = subprocess.run(
        [sys.executable, str(file)],
        input="p v\np g_leak\np ST['v']\nn\nq\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "_dfv_dt = " in done.stdout and "def int_v(" in done.stdout
    assert f"{file}(15)update()" in done.stdout and "-> ST['v'] = v" in done.stdout
    answers = [line for line in done.stdout.splitlines() if line.startswith("(Pdb) ")]
    assert answers[0].startswith("(Pdb) array([1.1") and "0.3" in answers[1] and "array([1.])" in answers[2]


def test_code_is_shown_with_one_function_per_integrator(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    bp.profile.set(show_code=True)

    def step(ST, _t):
        ST["x"] = int_x(ST["x"], _t, 2.0)

    runs(step, False)
    shown = sys.stdout.getvalue()
    assert "def int_x(" in shown and "_dfx_dt = " in shown
