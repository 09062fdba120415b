"""Whole models written in Python, read and run once beside the Python itself."""

import linecache
import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError, ModelDefError
from brainpy_lab.frontends.delayed import delayed
from brainpy_lab.frontends.integrate import integrate
from brainpy_lab.frontends.pysource import translate_steps as read_steps
from brainpy_lab.ir.expr import Field, Local, Param
from brainpy_lab.ir.statements import Draw, Fold, Integrate, RingPush, RingRead
from tests.frontends.python_steps import assert_same, run_read

V_th = 0.0
E_leak = -65  # an int on purpose
g_leak = 0.1
C = 1.0
g_max, E_syn, tau_syn = 0.1, -75.0, 2.0
tau_ref, V_reset, tau_m = 1.5, -70.0, 10.0


@integrate(method="exponential")
def int_h(h, t, V):
    alpha = 0.07 * np.exp(-(V + 58) / 20)
    beta = 1 / (np.exp(-0.1 * (V + 28)) + 1)
    return alpha * (1 - h) - beta * h


@integrate(method="euler")
def int_V(V, t, h, current):
    leak = g_leak * (V - E_leak)
    dvdt = (-leak * h**3 + current) / C
    return dvdt


@integrate(method="exponential")
def int_s(s, t, T):
    return 12.0 * T * (1 - s) - s / tau_syn


STATES = {"V": [-80.0, -0.01, 3.0], "h": [0.1, 0.5, 0.9], "spike": [0.0, 0.0, 1.0], "input": [1.0, 20.0, 0.3]}


def neuron(ST, _t):
    h = int_h(ST["h"], _t, ST["V"])
    V = int_V(ST["V"], _t, h, current=ST["input"])
    ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
    ST["V"] = V
    ST["h"] = h
    ST["input"] = 0.0


@pytest.mark.parametrize("mode", ["scalar", "vector"])
def test_a_neuron_read_from_python_does_what_python_does(mode):
    read = assert_same(neuron, STATES, mode)
    assert set(read.params) == {"V_th", "E_leak", "g_leak", "C"}
    assert read.params["E_leak"] == -65.0 and isinstance(read.params["E_leak"], float)
    assert list(read.fields["self"]) == ["h", "V", "input", "spike"]


def update(ST, _t, pre):
    T = 1 / (1 + np.exp(-(pre["V"] - V_th) / 2))
    ST["s"] = int_s(ST["s"], _t, T)


@delayed
def output(ST, post):
    post["input"] -= g_max * ST["s"] * (post["V"] - E_syn)


def test_a_delayed_step_reads_the_ring_that_the_ordinary_step_fills():
    read = read_steps([update, output], "synapse", "scalar", ("s",))
    first, second = read.steps
    assert first.body[-1] == RingPush("s") and not first.delayed
    assert second.delayed and second.body[0] == RingRead(Local("s_delayed"), "s")
    fold = second.body[1]
    assert isinstance(fold, Fold) and (fold.field, fold.op) == ("input", "-")
    assert read.delayed_fields == ("s",)
    assert set(read.fields) == {"self", "pre", "post"} and set(read.fields["post"]) == {"input", "V"}


def test_a_delayed_field_that_no_step_assigns_is_read_live():
    @delayed
    def weighted(ST, post):
        post["input"] += ST["w"]

    read = read_steps([weighted], "synapse", "scalar", ("w",))
    assert read.delayed_fields == () and not read.steps[0].delayed
    assert read.steps[0].body[0].value == Field("self", "w")


def test_the_order_of_steps_is_kept_when_the_delayed_one_is_first():
    read = read_steps([output, update], "synapse", "scalar", ("s",))
    assert [step.name for step in read.steps] == ["output", "update"]
    assert read.steps[1].body[-1] == RingPush("s")


def test_a_delayed_step_cannot_assign_a_state():
    @delayed
    def wrong(ST, post):
        ST["s"] = 0.0

    with pytest.raises(ModelDefError, match='Delayed function cannot assign value to "ST".') as caught:
        read_steps([wrong], "synapse", "scalar", ("s",))
    assert caught.value.place.column == 9


def test_a_leaky_neuron_with_branches_does_what_python_does():
    def step(ST, _t):
        if _t - ST["t_last"] > tau_ref:
            V = int_V(ST["V"], _t, 1.0, ST["input"])
            if V >= V_th:
                V = V_reset
                ST["t_last"] = _t
                ST["spike"] = True
            ST["V"] = V
        elif ST["input"] > 5.0:
            ST["spike"] = 0.5
        else:
            ST["spike"] = False
        ST["input"] = 0.0

    states = {"V": [-1e-3, -70.0, 5.0, 1.0], "t_last": [0.0, 0.0, 9.9, 9.9], "input": [50.0, 1.0, 1.0, 9.0]}
    read = assert_same(step, {**states, "spike": [0.0] * 4}, "scalar", t=10.0)
    assert read.time_fields == ("t_last",)


def test_indices_of_a_mask_write_the_elements_of_the_mask():
    def step(ST, _t):
        V = int_V(ST["V"], _t, ST["h"], ST["input"])
        refractory = _t - ST["t_last"] < tau_ref
        V = np.where(refractory, ST["V"], V)
        spike = V > V_th
        idx = np.where(spike)[0]
        if len(idx):
            V[idx] = V_reset
            refractory[idx] = 1.0
            ST["t_last"][idx] = _t
        ST["V"] = V
        ST["spike"] = spike
        ST["refractory"] = refractory

    states = {**STATES, "t_last": [-5.0, -5.0, 9.5], "refractory": [0.0, 0.0, 0.0]}
    assert_same(step, states, "vector", t=10.0)


def test_draws_are_numbered_through_all_steps_of_an_object():
    @integrate(method="euler")
    def noisy(x, t):
        return -x, 0.5

    def first(ST, _t):
        ST["x"] = noisy(ST["x"], _t) + np.random.normal(1.0, 2.0)

    def second(ST):
        ST["x"] += np.random.rand()

    read = read_steps([first, second], "neuron", "scalar", ("x",))
    sites = [s.site for step in read.steps for s in step.body if isinstance(s, (Draw, Integrate))]
    assert sites == [0, 1, 2]
    assert [s.distribution for step in read.steps for s in step.body if isinstance(s, Draw)] == ["normal", "uniform"]
    found = run_read(read, {"x": [1.0]}, draw=lambda kind, site: np.float64(10.0 * (site + 1)))
    dt = bp.profile.get_dt()
    # x + f*dt + g*sqrt(dt)*xi with xi = 10, then 1 + 2 * 20
    assert found["x"][0] == pytest.approx(1 - dt + 0.5 * math.sqrt(dt) * 10 + 1 + 2 * 20, rel=1e-12)


def test_a_step_of_a_notebook_cell_is_read_from_the_line_cache():
    text = "k = 2.\ndef decay(ST): ST['x'] = ST['x'] / k; ST['y'] = 0.\n"
    name = "<ipython-input-7-test>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    scope = {}
    exec(compile(text, name, "exec"), scope)
    read = assert_same(scope["decay"], {"x": [1.0, 4.0], "y": [1.0, 1.0]})
    place = read.fields["self"]["x"]
    assert (place.file, place.line, place.text) == (name, 2, "def decay(ST): ST['x'] = ST['x'] / k; ST['y'] = 0.")


def test_a_function_without_text_is_refused():
    scope = {}
    exec("def nowhere(ST): ST['x'] = 1.", scope)
    with pytest.raises(CodeError, match="source text of function 'nowhere' is not available"):
        read_steps([scope["nowhere"]], "neuron", "scalar", ("x",))


def test_a_lambda_is_refused():
    with pytest.raises(CodeError, match="write it as a function with def"):
        read_steps([lambda ST: None], "neuron", "scalar", ("x",))


def test_a_function_compiled_by_numba_is_read_as_its_python():
    class Dispatcher:  # what a numba dispatcher shows of itself, without loading numba
        def __init__(self, func):
            self.py_func, self.__name__ = func, func.__name__

        def __call__(self, *args):
            return self.py_func(*args)

    def double(x):
        return 2.0 * x

    doubled = Dispatcher(double)

    def step(ST):
        ST["x"] = doubled(ST["x"])

    assert_same(step, {"x": [1.0, 2.0]})


def test_one_name_with_two_values_is_refused():
    def make(tau):
        @integrate(method="euler")
        def decay(x, t):
            return -x / tau

        return decay

    fast, slow = make(1.0), make(2.0)

    def step(ST, _t):
        ST["x"] = fast(ST["x"], _t)
        ST["y"] = slow(ST["y"], _t)

    with pytest.raises(ModelDefError, match="'tau' is 2.0 in 'decay', but 1.0 in 'decay'"):
        read_steps([step], "neuron", "scalar", ("x", "y"))


def test_one_name_with_one_value_in_two_scopes_is_one_parameter():
    def make(tau):
        @integrate(method="euler")
        def decay(x, t):
            return -x / tau

        return decay

    first, second = make(3.0), make(3)

    def step(ST, _t):
        ST["x"] = first(ST["x"], _t) + second(ST["x"], _t)

    assert assert_same(step, {"x": [1.0]}).params == {"tau": 3.0}


def test_an_array_in_scope_is_one_parameter_per_element():
    gains = np.array([1.0, 2.0, 3.0])

    def step(ST):
        ST["x"] = gains * ST["x"]

    read = assert_same(step, {"x": [1.0, 1.0, 2.0]}, "vector")
    np.testing.assert_array_equal(read.params["gains"], gains)


def test_element_indices_are_arguments_or_free_names_of_scalar_mode():
    def free(ST):
        ST["x"] = _obj_i  # noqa: F821

    def given(ST, _obj_i):
        ST["x"] = _obj_i

    bodies = [read_steps([f], "neuron", "scalar", ("x",)).steps[0].body for f in (free, given)]
    assert bodies[0] == bodies[1]
    with pytest.raises(CodeError, match="exists in scalar mode only"):
        read_steps([free], "neuron", "vector", ("x",))


def test_every_node_knows_its_place():
    read = read_steps([neuron], "neuron", "scalar", tuple(STATES))
    condition = next(s for s in read.steps[0].body if getattr(s, "target", None) == Field("self", "spike")).value
    right = condition.right.right
    assert right == Param("V_th")
    assert right.place.text[right.place.column - 1 : right.place.end_column - 1] == "V_th"
    assert right.place.file == __file__


def test_unused_arguments_of_the_group_are_accepted_and_used_ones_refused():
    def unused(ST, _t, data1, data2): ...

    assert read_steps([unused], "neuron", "vector", ()).arguments == {"unused": ("ST", "_t", "data1", "data2")}

    def used(ST, pre2syn):
        ST["x"] = pre2syn

    with pytest.raises(CodeError, match="argument 'pre2syn' is an attribute of the group"):
        read_steps([used], "neuron", "scalar", ("x",))


def test_locals_may_have_the_names_that_compiled_code_uses():
    @integrate(method="euler")
    def f(x, t, n):
        dt = 3.0 * x
        draw = dt + n
        return draw - x

    def step(ST, _t):
        t = ST["x"] * 2
        dt = t + 1
        n = dt * 3
        i = 7 * n
        params = states = P = n + 1
        new_0 = x_ = self_x = i
        ST["x"] = f(ST["x"], _t, t) + dt + t + n + i + params + states + P + new_0 + x_ + self_x

    assert_same(step, {"x": [1.0, -0.5]})
