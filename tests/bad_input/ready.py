"""Ready models, and the profile."""

import inspect

import brainpy_lab as bp
from tests.bad_input.table import (
    ABOVE_0,
    COUNT,
    FLAG,
    METHOD,
    NEEDED,
    PARAMETER,
    POSITIVE,
    SEED,
    SHARE,
    Call,
    Wrong,
)

# What divides something: 0 is wrong too.
DIVISORS = {
    "C", "K_d", "V_2", "V_4", "delta_T", "tau", "tau_d", "tau_decay", "tau_f", "tau_rise", "tau_w", "width",
}  # fmt: skip


def _row(name: str) -> Call:
    bad = {}
    for parameter in inspect.signature(getattr(bp.models, name)).parameters:
        divides = parameter in DIVISORS and name != "get_linear_rate"  # there tau = 0 is a rate without delay
        kind = METHOD if parameter == "method" else ABOVE_0 if divides else PARAMETER
        bad[parameter] = list(kind)
    if name == "get_linear_rate":
        bad["rectified"] = [1, "yes", None]
    if name == "get_STP":
        bad["U"] += [-0.1, 1.5]
    if name == "get_dual_exponential":
        bad["tau_decay"] += [1.0]  # that of tau_rise
    if name == "get_conductance":
        bad["name"] = [3, None]
    return Call(f"models.{name}", {}, bad)


MODELS = [_row(name) for name in bp.models.__all__ if name.startswith("get_")]

NETWORKS = [
    Call(
        "models.gamma_network",
        {"n": 3},
        {"n": COUNT, "seed": SEED, "g_max": PARAMETER, "delay": [*PARAMETER, -1.0], "method": METHOD},
    ),
    Call(
        "models.ei_network",
        {"n_exc": 8, "n_inh": 2, "prob": 0.9, "seed": 1},
        {
            "n_exc": COUNT,
            "n_inh": COUNT,
            "prob": SHARE + NEEDED,
            "seed": SEED,
            "g_exc": PARAMETER,
            "g_inh": PARAMETER,
            "delay": [*PARAMETER, -1.0],
            "method": METHOD,
        },
    ),
]

DEVICE = ["cpus", "gpux", 3, ["cpu"]]
FLOAT_TYPE = ["float16", "double", 64, int]
INT_TYPE = ["int8", 64, float]
JIT = ["yes", 1, 0.5]
SUMS = ["folded", 3, True]

PROFILE = [
    Call(
        "profile.set",
        {"dt": 0.1},
        {
            "jit": JIT,
            "device": DEVICE,
            "numerical_method": METHOD,
            "dt": POSITIVE,
            "float_type": FLOAT_TYPE,
            "int_type": INT_TYPE,
            "merge_integrators": FLAG,
            "merge_steps": FLAG,
            "merge_synapses": FLAG,
            "substitute": FLAG,
            "show_code": FLAG,
            "show_code_scope": FLAG,
            "seed": SEED,
            "sums": SUMS,
            "deterministic": FLAG,
        },
    ),
    Call("profile.set_sums", {"sums": "fold"}, {"sums": SUMS + NEEDED}),
    Call("profile.set_device", {"jit": True}, {"jit": JIT, "device": DEVICE}),
    Call("profile.set_dt", {"dt": 0.1}, {"dt": POSITIVE + NEEDED}),
    Call("profile.set_numerical_method", {"method": "rk4"}, {"method": METHOD + NEEDED}),
    Call("profile.set_float_type", {"float_type": "float32"}, {"float_type": FLOAT_TYPE + NEEDED}),
    Call("profile.set_int_type", {"int_type": "int32"}, {"int_type": INT_TYPE + NEEDED}),
    Call("profile.set_seed", {"seed": 1}, {"seed": SEED + NEEDED + [2**32]}),
    Call(
        "profile.set_numba_profile",
        {"nogil": True},
        {
            "kwargs": [
                Wrong(kwargs={"nogil": "yes"}, says="nogil", shows="'yes'"),
                Wrong(kwargs={"fast": True}, says="fast", shows="True"),
            ]
        },
    ),
    Call("profile.set_backend", {"backend": "numpy"}, {"backend": ["torch", 3, None]}),
]

ROWS = MODELS + NETWORKS + PROFILE
