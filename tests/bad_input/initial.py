"""Initial values and weights."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.table import FLAG, NEEDED, NOT_NEGATIVE, NUMBER, POSITIVE, RAGGED, SEED, Call, Wrong, nan

init = bp.init
NOT_BELOW = NOT_NEGATIVE  # None is 1 for some scales
SHAPE = [
    Wrong(args=(value,), says="shape", shows=repr(value)) for value in ("3", -1, 2.5, nan, None, True, (2, "3"), {})
]
AXIS = ["0", 0.5, True, nan, [0]]


def fill(make, *values):
    """A rule's `__call__`, whose shape has no name."""
    return Call("init.Initializer.__call__", {}, {"shape": [*SHAPE, *values]}, on=make, args=((2, 2),))


def a_matrix_needs(shape, says="shape"):
    return Wrong(args=(shape,), says=says, shows=repr(shape))


def scaling(name: str, **required) -> Call:
    return Call(
        f"init.{name}",
        required,
        {
            "scale": POSITIVE + NEEDED,
            "mode": ["fan", 3, None, ["fan_in"]],
            "distribution": ["gauss", 3, None, ["normal"]],
            "in_axis": AXIS + NEEDED,
            "out_axis": AXIS + NEEDED,
            "seed": SEED,
        },
    )


RANGES = ["ab", nan, [1.0], [1.0, 0.0], [1.0, nan], [1.0, "2"], {}, True, -1.0]
PLACES = {
    "min_w": NUMBER,
    "encoding_values": RANGES,
    **dict.fromkeys(("periodic_boundary", "include_self", "normalize"), FLAG + NEEDED),
}
PAIR = [3, "ab", None, [1.0], [1.0, 2.0, 3.0], [1.0, "2"], [1.0, nan], [True, 1.0], {}]
VALUE = ["2", nan, None, {}, ["a", "b", "c"], [1.0, nan, 2.0], RAGGED, Wrong(np.zeros(2), "(2,)")]

ROWS = [
    Call("init.Constant", {}, {"value": NUMBER + NEEDED}),
    Call("init.Identity", {}, {"value": NUMBER + NEEDED}),
    Call("init.Normal", {}, {"mean": NUMBER + NEEDED, "scale": NOT_NEGATIVE + NEEDED, "seed": SEED}),
    Call(
        "init.TruncatedNormal",
        {},
        {
            "loc": NUMBER + NEEDED,
            "scale": POSITIVE + NEEDED,
            "lower": [*NUMBER, 5.0],
            "upper": [*NUMBER, -5.0],
            "seed": SEED,
        },
    ),
    Call("init.Uniform", {}, {"min_val": [*NUMBER, None, 2.0], "max_val": [*NUMBER, None, -1.0], "seed": SEED}),
    Call("init.Gamma", {"shape": 2.0}, {"shape": NOT_NEGATIVE + NEEDED, "scale": NOT_BELOW, "seed": SEED}),
    Call("init.Exponential", {}, {"scale": NOT_BELOW, "seed": SEED}),
    Call("init.Orthogonal", {}, {"scale": NUMBER + NEEDED, "axis": AXIS + NEEDED, "seed": SEED}),
    scaling("VarianceScaling", scale=1.0, mode="fan_in", distribution="normal"),
    *(scaling(f"{author}{kind}") for author in ("Kaiming", "Xavier", "Lecun") for kind in ("Normal", "Uniform")),
    Call(
        "init.GaussianDecay",
        {"sigma": 1.0, "max_w": 1.0},
        {"sigma": POSITIVE + NEEDED, "max_w": NUMBER + NEEDED, **PLACES},
    ),
    Call(
        "init.DOGDecay",
        {"sigmas": (1.0, 2.0), "max_ws": (1.0, 0.5)},
        {"sigmas": [*PAIR, [1.0, 0.0], [-1.0, 1.0]], "max_ws": PAIR, **PLACES},
    ),
    fill(init.ZeroInit),
    fill(init.Identity, a_matrix_needs((2, 2, 2))),
    fill(init.Orthogonal, a_matrix_needs((2,))),
    fill(lambda: init.Orthogonal(axis=1), a_matrix_needs((2,))),
    fill(init.XavierNormal, a_matrix_needs((2,)), a_matrix_needs((0, 2))),
    fill(lambda: init.XavierNormal(in_axis=0, out_axis=1)),
    fill(lambda: init.DOGDecay((1.0, 2.0), (1.0, 0.5), encoding_values=[(0, 1), (0, 1)]), a_matrix_needs((2,))),
    Call(
        "init.parameter",
        {"value": 2.0, "shape": 3, "allow_none": False, "name": "value"},
        {
            "value": [*VALUE, Wrong(init.ZeroInit, "ZeroInit"), Wrong(lambda shape: "a", "'a'")],
            "shape": ["3", -1, 2.5, nan, None, True, (2, "3"), {}],
            "allow_none": FLAG + NEEDED,
            "allow_scalar": FLAG + NEEDED,
            "name": [3, None, ["a"]],
        },
    ),
]
