"""Each statement that a step may contain, and each that it may not."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError, ModelDefError
from brainpy_lab.frontends.integrate import integrate
from brainpy_lab.frontends.pysource import translate_steps as read_steps
from brainpy_lab.ir.expr import Field
from brainpy_lab.ir.statements import Fold, If
from tests.frontends.python_steps import assert_same, run_read

X = {"x": [-2.5, -1.0, 0.0, 0.5, 3.0], "y": [1.0, 2.0, -3.0, 0.25, 3.0]}
k = 2.0


@integrate(method="euler")
def decay(x, t, a):
    return -a * x


@integrate(method="euler")
def pair(x, t):
    half = x / 2
    return (-x,), half, half + t


def swap(ST):
    a, b = ST["x"], ST["y"] + 0.0
    a, b = b, a * 1.0
    ST["x"], ST["y"] = a, b


def chained(ST):
    a = b = ST["x"] * 2
    a = a + 1
    ST["x"] = ST["y"] = a + b


def augmented(ST):
    a = ST["x"] * 1.0
    a += 1
    a *= 2
    a -= ST["y"]
    a /= 4
    a **= 2
    ST["x"] += a
    ST["y"] //= 2


def annotated(ST):
    a: float = ST["x"] + 1
    b: float  # noqa: F842
    ST["y"] = a


def calls(ST, _t):
    x = decay(decay(ST["x"], _t, k), t=_t, a=ST["y"] * 2) + decay(a=1.0, x=ST["y"], t=_t)
    ST["x"], half, more = pair(x, _t)
    ST["y"] = half * more


def everything_on_one_line(ST): a = ST["x"]; ST["y"] = a * 2  # noqa: E701, E702  # fmt: skip


def passing(ST):
    """A docstring."""
    ...
    pass
    return ST["x"]


STEPS = [swap, chained, augmented, annotated, calls, everything_on_one_line, passing]


@pytest.mark.parametrize("mode", ["scalar", "vector"])
@pytest.mark.parametrize("step", STEPS, ids=lambda f: f.__name__)
def test_statements_do_what_python_does(step, mode):
    assert_same(step, X, mode, t=2.0)


def test_an_integrator_is_called_inside_a_branch():
    def step(ST, _t):
        if decay(ST["x"], _t, 1.0) > 0:
            ST["x"] = decay(ST["x"], _t, k)
        elif ST["y"] > decay(ST["y"], _t, 3.0):
            x = ST["y"]
            ST["y"] = x
        else:
            ST["y"] = pair(ST["y"], _t)[1]

    assert_same(step, X)


def test_scalar_mode_copies_and_vector_mode_does_not():
    def step(ST):
        a = ST["x"]
        a += 1
        ST["y"] = a * 2

    scalar = assert_same(step, X, "scalar")
    vector = assert_same(step, X, "vector")
    assert Field("self", "x") not in [s.target for s in scalar.steps[0].body]
    assert vector.steps[0].body[0].target == Field("self", "x")


def test_two_names_of_one_array_change_together():
    def step(ST):
        a = ST["x"] + 1
        b = a
        b += 1
        a[a > 1] = 0.0
        ST["x"] = a
        a = a * 2
        ST["y"] = a + b

    assert_same(step, X, "vector")


def test_a_view_sees_what_is_assigned_later():
    def step(ST):
        a = ST["x"]
        ST["x"] = ST["y"] * 2
        ST["y"] = a

    assert_same(step, X, "vector")
    assert_same(step, X, "scalar")


def test_states_swapped_in_one_assignment_follow_the_mode():
    def step(ST):
        ST["x"], ST["y"] = ST["y"], ST["x"]

    assert_same(step, X, "vector")  # views: both end as y
    assert_same(step, X, "scalar")


def test_masks_choose_elements():
    def step(ST):
        x = ST["x"] * 1.0
        low = x < 0
        x[low] = ST["y"][low] * 2 + 1
        x[x > 2] -= 1.5
        ST["y"][low] *= 3
        ST["x"][:] = x
        ST["y"][np.where(low)[0]] = k
        if np.any(low):
            ST["x"][low] += ST["x"][low]

    assert_same(step, X, "vector")


def test_a_mask_stays_what_it_was_when_its_indices_were_taken():
    def step(ST):
        x = ST["x"] * 1.0
        low = x < 0
        idx = np.where(low)[0]
        low[x > 0] = True
        x[idx] = 7.0
        count = len(idx)
        if count > 0:
            x[idx] += 1.0
        ST["x"] = x
        ST["y"] = low

    assert_same(step, X, "vector")


def test_a_synapse_adds_to_its_target():
    def step(ST, post, pre):
        if pre["spike"] == True:  # noqa: E712
            post["input"] += ST["x"]
            post["other"] -= 1

    read = read_steps([step], "synapse", "scalar", ("x",))
    (branch,) = read.steps[0].body
    assert isinstance(branch, If)
    assert [(s.field, s.op) for s in branch.then if isinstance(s, Fold)] == [("input", "+"), ("other", "-")]


def test_the_step_of_time_can_be_asked_for():
    def step(ST, _dt):
        ST["x"] = _dt * bp.profile.get_dt()

    read = read_steps([step], "neuron", "scalar", ("x",))
    assert run_read(read, {"x": [0.0]})["x"][0] == bp.profile.get_dt() ** 2


# ---- what is refused ----


def for_loop(ST):
    for _ in range(3):
        ST["x"] = 1.0


def while_loop(ST):
    while ST["x"] > 0:
        ST["x"] = 1.0


def try_it(ST):
    try:
        ST["x"] = 1.0
    except ValueError:
        pass


def with_it(ST):
    with np.errstate():
        ST["x"] = 1.0


def raise_it(ST):
    raise ValueError


def delete(ST):
    del ST["x"]


def asserts(ST):
    assert ST["x"] > 0


def imports(ST):
    import os  # noqa: F401


def prints(ST):
    print(ST["x"])


def breaks(ST):
    breakpoint()


def nested(ST):
    def inner():
        return 1


def bare_call(ST):
    np.clip(ST["x"], 0, 1, out=ST["x"])


def early_return(ST):
    if ST["x"] > 0:
        return


def attribute(ST):
    ST.x = 1.0


def one_element(ST):
    ST["x"][0] = 1.0


def whole_state(ST):
    a = ST
    ST["x"] = a


@pytest.mark.parametrize(
    "step, line, column, message",
    [
        (for_loop, 1, 5, "a for loop"),
        (while_loop, 1, 5, "a while loop"),
        (try_it, 1, 5, "try; test for the case"),
        (with_it, 1, 5, "with; move it out"),
        (raise_it, 1, 5, "raise; check before the run"),
        (delete, 1, 5, "del; "),
        (asserts, 1, 5, "assert; "),
        (imports, 1, 5, "import; move it above"),
        (prints, 1, 5, r"print\(\) cannot run inside a compiled step"),
        (breaks, 1, 5, r"breakpoint\(\) cannot run"),
        (nested, 1, 5, "a function inside the step"),
        (bare_call, 1, 5, "changes nothing that a compiled step can see"),
        (early_return, 2, 9, "return can only be the last statement"),
        (attribute, 1, 5, "ST.x cannot be assigned"),
        (one_element, 1, 5, "writes some elements of an array"),
        (whole_state, 2, 15, "a holds all states"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_statement_that_cannot_be_read_names_its_place(step, line, column, message):
    with pytest.raises(CodeError, match=message) as caught:
        read_steps([step], "neuron", "scalar", ("x",))
    place = caught.value.place
    assert (place.file, place.line, place.column) == (__file__, step.__code__.co_firstlineno + line, column)
    assert f"step '{step.__name__}'" in str(caught.value)


def write_pre(ST, pre):
    pre["V"] += 1.0


def write_post(ST, post):
    post["V"] = 1.0


def scale_post(ST, post):
    post["V"] *= 2.0


def read_and_add(ST, post):
    post["V"] += 0.1 * post["V"]


@pytest.mark.parametrize(
    "step, message",
    [
        (write_pre, "only reads its presynaptic neuron"),
        (write_post, r"can only be added to \(post\['V'\] \+= e\)"),
        (scale_post, r"can only be added to \(post\['V'\] \+= e\)"),
        (read_and_add, "is read in a step that also adds to it"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_synapse_writes_its_neurons_only_by_adding(step, message):
    with pytest.raises(CodeError, match=message) as caught:
        read_steps([step], "synapse", "scalar", ())
    assert caught.value.place.line == step.__code__.co_firstlineno + 1


def test_a_name_from_one_branch_only_is_refused_where_it_is_used():
    def step(ST):
        if ST["x"] > 0:
            a = 1.0
        ST["x"] = a

    with pytest.raises(CodeError, match="'a' has a value in only one branch") as caught:
        read_steps([step], "neuron", "scalar", ("x",))
    assert caught.value.place.line == step.__code__.co_firstlineno + 3


@pytest.mark.parametrize(
    "statement, message",
    [
        ("V[mask] = ST['y']", "index both sides alike"),
        ("V[3] = 1.", "writes some elements"),
        ("mask += 0.5", "NumPy would cut the value"),
        ("k[mask] = 1.", "this array is a parameter|is a single number"),
        ("if len(np.where(mask)[0]):\n        ST['x'] = 1.", "only the elements of these indices"),
        ("V = ST['x'][mask]", "takes some elements of an array"),
        ("ST['x'] = V.sum()", r"\.sum\(\) cannot be part"),
    ],
)
def test_array_code_that_is_not_elementwise_is_refused(statement, message):
    import linecache

    text = f"def step(ST):\n    V = ST['x'] * 1.\n    mask = V > 0\n    {statement}\n"
    name = f"<cell {statement}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    scope = {"np": np, "k": np.ones(5)}
    exec(compile(text, name, "exec"), scope)
    with pytest.raises(CodeError, match=message) as caught:
        read_steps([scope["step"]], "neuron", "vector", ("x", "y"))
    assert caught.value.place.line >= 4


def test_neurons_of_a_vector_synapse_are_gathered_by_their_ids():
    def step(ST, pre, pre_ids):
        ST["x"] = pre["V"][pre_ids]

    def whole(ST, pre):
        ST["x"] = pre["V"]

    read = read_steps([step], "synapse", "vector", ("x",))
    assert read.steps[0].body[0].value == Field("pre", "V")
    with pytest.raises(CodeError, match="is an array over neurons"):
        read_steps([whole], "synapse", "vector", ("x",))


def test_what_a_delayed_vector_step_reads_cannot_be_changed_in_place():
    @bp.delayed
    def step(ST):
        g = ST["g"]
        g *= 2

    with pytest.raises(ModelDefError, match='Delayed function cannot assign value to "ST".'):
        read_steps([step], "synapse", "vector", ("g",))


def test_one_name_for_two_arrays_is_refused_where_it_is_used():
    def step(ST):
        a = ST["x"]
        if k > 1:
            a = a + 1
        a += 1

    with pytest.raises(CodeError, match="means two different things after the `if`") as caught:
        read_steps([step], "neuron", "vector", ("x",))
    assert caught.value.place.line == step.__code__.co_firstlineno + 4


def test_only_synapses_have_delayed_steps():
    @bp.delayed
    def step(ST):
        pass

    with pytest.raises(ModelDefError, match="only steps of a synapse can be delayed"):
        read_steps([step], "neuron", "scalar", ())
