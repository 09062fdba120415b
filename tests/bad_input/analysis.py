"""Phase portraits, bifurcation diagrams, equations and integrators."""

import ast

import numpy as np
import sympy

import brainpy_lab as bp
from tests.bad_input.frontend import INPUTS, MODEL
from tests.bad_input.table import FLAG, FUNCTION, HUGE, METHOD, NEEDED, POSITIVE, TEXT, Call, Wrong, inf, nan

BOX = {"V": [-3.0, 3.0], "w": [-3.0, 3.0]}


def fhn():
    return bp.models.get_FitzHughNagumo()


def portrait():
    return bp.PhasePortraitAnalyzer(fhn(), BOX, {"I": 0.8})


def line():
    """One variable."""
    return bp.PhasePortraitAnalyzer(fhn(), {"V": [-3.0, 3.0]}, {"I": 0.8, "w": 0.0})


def sweep():
    return bp.BifurcationAnalyzer(fhn(), {"I": [0.0, 1.0]}, BOX, par_resolution=0.5)


RANGES = [
    3, None, {}, ["V"], "V", {"V": 3}, {"V": [0.0]}, {"V": [0.0, 1.0, 2.0]}, {"V": "ab"}, {"V": [0.0, "1"]},
    {"V": [0.0, nan]}, {"V": [0.0, inf]}, {"V": [1.0, 0.0]}, {"V": [1.0, 1.0]}, Wrong({3: [0.0, 1.0]}, "3"),
]  # fmt: skip
VALUES = [3, "I", ["I"], Wrong({3: 1.0}, "3"), {"I": "0.8"}, {"I": nan}, {"I": None}, {"I": [1.0, 2.0]}, {"I": True}]
PARS = [
    3, "a", ["a"], Wrong({3: 1.0}, "3"), Wrong({"aa": 1.0}, "aa"), {"a": "0.7"}, {"a": nan}, {"a": None},
    {"a": [1.0, 2.0]},
]  # fmt: skip
UNKNOWN = Wrong({"u": [0.0, 1.0]}, "u", "dynamical variable")
THREE = Wrong({"V": [0, 1], "w": [0, 1], "u": [0, 1]}, "3")
AX = [3, "ax", ["ax"], {}]
RESOLUTION = POSITIVE + NEEDED
ELEMENT = [3, "3", -1, 1.5, nan, None, True, [0]]

PORTRAITS = [
    Call(
        "PhasePortraitAnalyzer",
        lambda: {"model": fhn(), "target_vars": BOX, "fixed_vars": {"I": 0.8}},
        {
            "model": [*MODEL, Wrong(bp.models.get_AMPA(), "AMPA")],
            "target_vars": [*RANGES, Wrong({"u": [0.0, 1.0]}, "u", "target"), THREE],
            "fixed_vars": [*VALUES, Wrong({"Iext": 1.0}, "Iext"), Wrong({"V": 1.0}, "V"), Wrong({}, "I")],
            "pars_update": PARS,
            "lim_scale": POSITIVE + NEEDED,
            "element": ELEMENT,
        },
    ),
    Call("PhasePortraitAnalyzer.plot_nullcline", {}, {"show": FLAG, "ax": AX}, on=portrait),
    *(
        Call(
            "PhasePortraitAnalyzer.plot_vector_field",
            {},
            {"resolution": RESOLUTION, "lw_lim": lw_lim, "show": FLAG, "ax": AX},
            on=on,
        )
        for on, lw_lim in (
            (portrait, [3, "ab", None, [1.0], (2.0, 1.0), (0.5, "5"), (0.5, nan), (-1.0, 1.0)]),
            (line, [3, None, (2.0, 1.0)]),
        )
    ),
    Call("PhasePortraitAnalyzer.find_fixed_points", {}, {"resolution": RESOLUTION}, on=portrait),
    Call("PhasePortraitAnalyzer.plot_fixed_point", {}, {"resolution": RESOLUTION, "show": FLAG, "ax": AX}, on=portrait),
    Call(
        "PhasePortraitAnalyzer.plot_trajectory",
        {"target_setting": (0.0, 0.0, 1.0)},
        {
            "target_setting": [
                3,
                None,
                "ab",
                [],
                {},
                (0.0, 1.0),
                [(0.0, 1.0)],
                [3],
                [("0", 0.0, 1.0)],
                [(nan, 0.0, 1.0)],
                [(0.0, 0.0, 0.0)],
                [(0.0, 0.0, -1.0)],
                [(0.0, 0.0, "1")],
                [(0.0, 0.0, nan)],
                [(0.0, 0.0, (1.0, 0.5))],
                [(0.0, 0.0, (1.0, 2.0, 3.0))],
                [(None, 0.0, 1.0)],
                [(True, 0.0, 1.0)],
            ],
            "axes": ["v-t", 3, None, "V-w"],
            "inputs": INPUTS,
            "show": FLAG,
            "ax": AX,
        },
        on=portrait,
    ),
    Call(
        "BifurcationAnalyzer",
        lambda: {"model": fhn(), "target_pars": {"I": [0.0, 1.0]}, "dynamical_vars": BOX, "par_resolution": 0.5},
        {
            "model": MODEL,
            "target_pars": [
                *(
                    {("I" if key == "V" else key): value for key, value in one.items()} if type(one) is dict else one
                    for one in RANGES
                    if not (isinstance(one, dict) and 3 in one)
                ),
                Wrong({"u": [0.0, 1.0]}, "u", "target parameter"),
                Wrong({"I": [0, 1], "a": [0, 1], "b": [0, 1]}, "3"),
            ],
            "dynamical_vars": [*RANGES, UNKNOWN, THREE],
            "fixed_vars": [3, "w", ["w"], Wrong({"Iext": 1.0}, "Iext"), Wrong({"V": 1.0}, "V"), Wrong({"I": 1.0}, "I")],
            "pars_update": PARS,
            "element": ELEMENT,
            "par_resolution": [
                0,
                -0.1,
                "0.1",
                None,
                nan,
                inf,
                True,
                {"a": 0.1},
                {"I": "0.1"},
                Wrong({}, "nothing"),
                1e-9,
                HUGE,
            ],
            "var_resolution": [
                0,
                -0.1,
                "0.1",
                None,
                nan,
                inf,
                True,
                {"V": 0.1},
                {"V": 0.1, "w": "0.1"},
                Wrong({}, "nothing"),
            ],
        },
    ),
    Call(
        "BifurcationAnalyzer.plot_bifurcation",
        {},
        {"plot_vars": ["u", 3, ["u"], [3], None], "show": FLAG},
        on=sweep,
    ),
]


def rate(x, t, tau):
    inner = x / tau
    return -inner


def equation():
    return bp.integration.DiffEquation(rate)


CLASSES = [
    Call(
        f"integration.{name}",
        {"diff_eq": rate},
        {"diff_eq": [Wrong(value, says="func") for value in (*FUNCTION, None)]},
    )
    for name in ("Euler", "RK4", "MilsteinIto")
]
TREE = ast.parse("a + b", mode="eval").body
NODE = [3, "a", None, [TREE]]
INTEGRATION = [
    Call("integrate", {"func": rate}, {"func": [3, "rk4", [rate]], "method": METHOD}),
    Call("integration.Integrator", {"func": rate}, {"func": [3, "rk4", None], "method": METHOD}),
    Call(
        "integration.Integrator.get_nb_step",
        {"diff_eq": rate},
        {
            "diff_eq": [Wrong(value, says="func") for value in (3, "rk4", None)],
            "args": [Wrong(args=(rate, value), says="method", shows=str(value)) for value in METHOD],
        },
    ),
    Call("integration.get_integrator", {"method": "rk4"}, {"method": METHOD}),
    Call(
        "integration.RK2",
        {"diff_eq": rate},
        {"diff_eq": [Wrong(value, says="func") for value in (3, "rk4", None)], "beta": POSITIVE + NEEDED},
    ),
    *CLASSES,
    Call(
        "integration.Integrator.__call__",
        {"x": 1.0, "t": 0.0, "tau": 10.0},
        {
            "args": [
                Wrong(args=("1", 0.0, 10.0), says="x", shows="'1'"),
                Wrong(args=(1.0, None, 10.0), says="t", shows="None"),
                Wrong(args=([[1.0], [1.0, 2.0]], 0.0, 10.0), says="x", shows="[[1.0], [1.0, 2.0]]"),
                Wrong(args=(np.zeros(2), 0.0, np.zeros(3)), says="tau", shows="(3,)"),
                Wrong(args=(1.0, 0.0), says="tau", shows="missing"),
            ],
            "kwargs": [
                Wrong(args=(1.0, 0.0), kwargs={"tau": "10"}, says="tau", shows="'10'"),
                Wrong(args=(1.0, 0.0, 10.0), kwargs={"tua": 1.0}, says="tua", shows="tua"),
            ],
        },
        on=lambda: bp.integrate(rate),
    ),
    Call(
        "integration.DiffEquation",
        {"func": rate},
        {"func": [*FUNCTION, None], "stochastic_type": ["itos", 3, True]},
    ),
    Call(
        "integration.DiffEquation.get_f_expressions",
        {},
        {"substitute_vars": [3, 0.5, True]},
        on=equation,
    ),
    *(
        Call(
            f"integration.DiffEquation.{name}",
            {"name": "k1", "y_sub": "y"},
            {"name": [3, None, "a b", ""], "y_sub": [3, None, "a b", ""], "t_sub": [3, "a b", ""]},
            on=equation,
        )
        for name in ("replace_f_expressions", "replace_g_expressions")
    ),
    Call(
        "integration.Expression",
        {"var": "a", "code": "b + 1"},
        {"var": TEXT + NEEDED, "code": [*TEXT, None, "b +", "a = 1"], "substituted": TEXT},
    ),
    Call(
        "integration.Expression.get_code", {}, {"subs": FLAG + NEEDED}, on=lambda: bp.integration.Expression("a", "b")
    ),
    Call(
        "integration.str2sympy",
        {"str_expr": "a + b"},
        {
            "str_expr": [
                *TEXT,
                None,
                Wrong("a +", says="expression"),
                Wrong("a = 1", says="expression"),
                Wrong("'text'", says="number"),
            ]
        },
    ),
    Call(
        "integration.sympy2str", {"sympy_expr": sympy.Symbol("a")}, {"sympy_expr": [3, "a", None, [sympy.Symbol("a")]]}
    ),
    Call(
        "integration.SympyRender.render_expr",
        {"expr": "a + b"},
        {"expr": [*TEXT, None, Wrong("a +", says="expression")], "strip": FLAG},
        on=bp.integration.SympyRender,
    ),
    Call(
        "integration.SympyRender.render_code",
        {"code": "a = b"},
        {"code": [*TEXT, None, Wrong("a =", says="assignments")]},
        on=bp.integration.SympyRender,
    ),
    Call("integration.SympyRender.render_node", {"node": TREE}, {"node": NODE}, on=bp.integration.SympyRender),
    Call("exprel", {"x": 0.5}, {"x": ["0.5", None, nan, True, {}, ["a"], [1.0, nan]]}),
]

ROWS = PORTRAITS + INTEGRATION
