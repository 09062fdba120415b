"""Arrays, variables, loops and delays of `bp.math`."""

import numpy as np

import brainpy_lab as bp
import brainpy_lab.math as bm
from tests.bad_input.parts import NOTHING
from tests.bad_input.runs import Called
from tests.bad_input.table import FLAG, NEEDED, POSITIVE, Call, Wrong, inf, nan

NUMBERS = ["1", None, {}, ["a"], [[1.0], [1.0, 2.0]]]
FLOATS = ["float16", "double precision", 64, int, None, np.int64]
INTS = ["int8", 64.0, float, None, "whole"]
DEVICE = [Wrong("cpus", says="device"), Wrong("gpux", says="device"), 3, None]
AXIS = [7, -3, "0", 0.5, nan, {}]
INDEX = [7, -3, "a", 0.5, nan, {}]
TYPE = ["flaot", 3, None]
NO_NUMBER = [Wrong(v, says="number") for v in ("1", None, {})]
IGNORED = {"_": "has no effect"}

SETTINGS = [
    Call("math.set_dt", {"dt": 0.1}, {"dt": POSITIVE + NEEDED}),
    Call("math.set_float", {"dtype": np.float64}, {"dtype": FLOATS}),
    Call("math.set_int", {"dtype": np.int64}, {"dtype": INTS}),
    Call("math.set_platform", {"platform": "cpu"}, {"platform": DEVICE}),
    Call("math.enable_x64", {"x64": True}, {"x64": FLAG}),
    Call(
        "math.set",
        {},
        {
            "dt": POSITIVE,
            "float_": [Wrong(v, says="dtype") for v in FLOATS if v is not None],
            "int_": [Wrong(v, says="dtype") for v in INTS if v is not None],
            "x64": FLAG,
            "platform": [v for v in DEVICE if v is not None],
        },
    ),
]


def array():
    return bm.asarray([1.0, 2.0])


def variable():
    return bm.Variable(np.array([1.0, 2.0]), name="x")


def view():
    return bp.dyn.LifRef(4)[:2].V


def reduction(name: str, *more: str) -> Call:
    return Call(
        f"math.Array.{name}",
        {},
        {"axis": AXIS, "keepdims": FLAG + NEEDED, **({"ddof": ["0", nan, None, -1]} if more else {})},
        on=array,
        free=IGNORED,
    )


def called(function):
    return lambda: Called(function)


ARRAYS = [
    *(reduction(name) for name in ("sum", "mean", "prod", "max", "min", "any", "all")),
    *(reduction(name, "ddof") for name in ("var", "std")),
    Call("math.Array.dot", {"other": array()}, {"other": [*NO_NUMBER, Wrong(np.zeros(7), "(7,)", "fit")]}, on=array),
    Call(
        "math.Array.clip",
        {"min": 0.0, "max": 1.0},
        {"min": [*NO_NUMBER[::2], Wrong(np.zeros(7), "(7,)", "fit")], "max": NO_NUMBER[::2]},
        on=array,
        free=IGNORED,
    ),
    *(
        Call(name, {"index": 0}, {"index": INDEX}, on=on)
        for name, on in (
            ("math.Array.__getitem__", array),
            ("math.Parameter.__getitem__", variable),
            ("math.VariableView.__getitem__", view),
        )
    ),
    *(
        Call(
            name,
            {"index": 0, "new": 1.0},
            {"index": INDEX, "new": [Wrong(v, says="value") for v in ("1", None, {}, [1.0, 2.0, 3.0])]},
            on=on,
        )
        for name, on in (
            ("math.Array.__setitem__", array),
            ("math.Parameter.__setitem__", variable),
            ("math.VariableView.__setitem__", view),
        )
    ),
    Call(
        "math.Parameter",
        {"value": [1.0, 2.0]},
        {"value": ["1", None, {}, ["a"], [[1.0], [1.0, 2.0]], 0, -3], "dtype": TYPE[:2], "name": [3, None, True]},
        free={"batch_axis": "has no effect here"},
    ),
    *(
        Call(
            name,
            {"new": 1.0},
            {"new": [Wrong(v, says="value") for v in ("1", None, {})] + [Wrong(np.zeros(7), "(7,)", "shape")]},
            on=on,
        )
        for name, on in (
            ("math.Parameter.value=", variable),
            ("math.Parameter.update", variable),
            ("math.VariableView.value=", view),
        )
    ),
    Call("math.Parameter.astype", {"dtype": int}, {"dtype": TYPE}, on=variable),
    Call(
        "math.Parameter.reshape",
        {},
        {
            "shape": [
                Wrong(args=(3,), says="shape", shows="3"),
                Wrong(args=("2",), says="shape", shows="'2'"),
                Wrong(args=(2.0,), says="shape", shows="2.0"),
            ]
        },
        args=((2, 1),),
        on=variable,
    ),
    Call(
        "math.Parameter.fill",
        {"number": 1.0},
        {"number": [Wrong(v, says="value") for v in ("1", None, {})]},
        on=variable,
    ),
    Call(
        "math.VariableView",
        lambda: {"variable": variable(), "ids": [0]},
        {"variable": [3, None, "x"], "ids": ["0", None, [7], [-1], [0.5], {}]},
    ),
    Call("math.asarray", {"value": 1.0}, {"value": NUMBERS, "dtype": TYPE[:2]}),
    Call("math.as_numpy", {"value": 1.0}, {"value": NUMBERS}),
    Call("math.as_variable", {"value": [1.0]}, {"value": NUMBERS}),
    Call(
        "math.arange",
        {},
        {
            "values": [Wrong(args=(v,), says="arange", shows=repr(v)) for v in ("3", None, {}, nan)],
            "dtype": [Wrong(args=(3,), kwargs={"dtype": "flaot"}, shows="'flaot'")],
            "keywords": [Wrong(args=(3,), kwargs={"endpiont": 3}, says="arange", shows="endpiont")],
        },
        args=(3,),
    ),
    Call(
        "math.add",
        {},
        {
            "values": [
                Wrong(args=("1", 1.0), says="number", shows="'1'"),
                Wrong(args=(None, 1.0), says="number", shows="None"),
                Wrong(args=(np.zeros(2), np.zeros(3)), says="shapes", shows="(3,)"),
                Wrong(args=(1.0,), says="add", shows="1"),
            ],
            "keywords": [Wrong(args=(1.0, 2.0), kwargs={"axsi": 1}, says="add", shows="axsi")],
        },
        args=(1.0, 2.0),
    ),
    Call(
        "math.sum",
        {},
        {
            "values": [
                Wrong(args=("1",), says="number", shows="'1'"),
                Wrong(args=(None,), says="number", shows="None"),
                Wrong(args=(), says="sum", shows="sum"),
            ],
            "keywords": [
                Wrong(args=(np.zeros(2),), kwargs={"axis": 7}, says="axis", shows="7"),
                Wrong(args=(np.zeros(2),), kwargs={"axsi": 0}, says="sum", shows="axsi"),
            ],
        },
        args=([1.0, 2.0],),
    ),
    *(Call(f"math.{name}", {"x": 1.0}, {"x": NO_NUMBER}) for name in ("exprel", "sigmoid", "relu")),
    Call(
        "math.cond",
        {"condition": True, "yes": 1.0, "no": 2.0},
        {
            "condition": NO_NUMBER,
            "yes": [NO_NUMBER[0], NO_NUMBER[2], None],
            "no": [NO_NUMBER[0], NO_NUMBER[2], None],
        },
        free={"operands": "passed on to the two functions"},
    ),
]


def loop(k):
    return k + 1.0


LOOPS = [
    Call(
        "math.for_loop",
        {"body_fun": loop, "operands": bm.arange(3), "jit": False},
        {
            "body_fun": [3, None, "f"],
            "operands": [3, None, "abc", [], {}, Wrong((np.zeros(2), np.zeros(3)), "[2, 3]"), ["a"], np.zeros((0, 2))],
            "reverse": FLAG + NEEDED,
            "jit": FLAG,
            "progress_bar": FLAG + NEEDED,
        },
        free=IGNORED,
    )
]


def steps():
    return bm.LengthDelay(bm.zeros(2), 3)


def times():
    return bm.TimeDelay(bm.zeros(2), delay_len=1.0, dt=0.1)


DELAYS = [
    Call(
        "math.LengthDelay",
        {"delay_target": bm.zeros(2), "delay_len": 3},
        {
            "delay_target": ["x", None, {}, ["a"]],
            "delay_len": ["3", -1, 2.5, nan, True, None, [3]],
            "initial_delay_data": ["x", {}, Wrong(np.zeros((4, 2)), "(4, 2)"), Wrong(lambda shape: "a", "'a'")],
            "name": [3, True],
        },
        free={"batch_axis": "has no effect here", "update_method": "has no effect here"},
    ),
    Call("math.LengthDelay.reset", free={"_": NOTHING, "__": NOTHING}, on=steps),
    Call(
        "math.LengthDelay.update",
        {"value": np.ones(2)},
        {"value": ["1", {}, Wrong(np.zeros(7), "(7,)"), Wrong(None, "value")]},
        on=steps,
    ),
    Call(
        "math.LengthDelay.__call__",
        {"delay_len": 2},
        {
            "delay_len": [Wrong(v, says="steps") for v in ("2", -1, 1.5, nan, 4, {}, [1, 2, 3])],
            "indices": [Wrong(args=(1, 7), shows="7"), Wrong(args=(1, "a"), shows="'a'")],
        },
        on=lambda: Called(steps()),
    ),
    Call(
        "math.TimeDelay",
        {"delay_target": bm.zeros(2), "delay_len": 1.0},
        {
            "delay_target": ["x", None, {}, ["a"]],
            "delay_len": [v for v in POSITIVE] + [None],
            "initial_delay_data": ["x", {}, Wrong(np.zeros(7), "(7,)")],
            "before_t0": ["x", {}, Wrong(np.zeros(7), "(7,)"), Wrong(lambda t: "a", "'a'")],
            "t0": ["0", nan, inf, None, True],
            "dt": POSITIVE,
            "name": [3, True],
            "interp_method": ["linear", 3, None],
        },
    ),
    Call("math.TimeDelay.reset", free={"_": NOTHING, "__": NOTHING}, on=times),
    Call(
        "math.TimeDelay.update",
        {"value": np.ones(2)},
        {"value": ["1", {}, Wrong(np.zeros(7), "(7,)"), Wrong(None, "value")]},
        on=times,
    ),
    Call(
        "math.TimeDelay.__call__",
        {"time": -0.5},
        {"time": ["0", nan, None, 3.0, -3.0, {}, [0.0, 0.0, 0.0]], "indices": [7, "a", 0.5]},
        on=lambda: Called(times()),
    ),
]
ROWS = SETTINGS + ARRAYS + LOOPS + DELAYS
