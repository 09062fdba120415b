"""Models, groups, connections and networks of the 0.3 front end, and what groups hold."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.table import (
    COUNT,
    FLAG,
    FUNCTION,
    HUGE,
    NEEDED,
    NOT_NEGATIVE,
    SEED,
    TEXT,
    Call,
    Wrong,
    inf,
    nan,
)


def step(ST):
    ST["x"] = ST["x"] + 1.0


def synapse_step(ST, pre, post):
    post["input"] += pre["spike"]


def neurons(n=3, **options):
    return bp.NeuGroup(bp.models.get_LIF(), n, **options)


def recorded():
    group = neurons(monitors=["V", "spike"])
    group.run(1.0)
    return group


def model(**changes):
    return {"name": "M", "ST": bp.NeuState("x"), "steps": step, **changes}


def synapses():
    group = neurons()
    return {"model": bp.models.get_AMPA(), "pre_group": group, "post_group": group, "conn": bp.connect.All2All()}


def by_hand():
    return {"model": bp.SynType("S", bp.SynState("s"), synapse_step, mode="vector"), "num": 3}


class OutOfRange(bp.connect.Connector):
    def connect(self, pre, post):
        return pre, post + 10


def network():
    return bp.Network(E=neurons(name=None))


NAME = [3, "", "two words", "1st", Wrong(nan, "nan"), True]
DICT = [3, "tau", ["tau"], Wrong({1: 2.0}, "1")]
MODEL = [3, "LIF", None, bp.models.get_LIF]
MONITORS = [3, "V", [3], [("V", "all")], [("V", [0.5])], [("V", -0.5)], [("V",)], {3: None}, {"V": "all"}]
DURATION = ["10", None, nan, inf, True, (1, 2, 3), (0, "10"), (0, nan), (5.0, 5.0), 0, -1.0, HUGE, {}]
GEOMETRY = ["3", 0, -1, (2, 0), (2, 2, 2), nan, inf, True, ("a", 2), {}, 10**12, HUGE]
INPUTS = [
    3,
    "ST.input",
    Wrong(("ST.inptu", 1.0), "inptu"),
    Wrong(("ST.input",), "ST.input"),
    Wrong((3, 1.0), "3"),
    Wrong([3], "3"),
    Wrong(("ST.input", "1"), "'1'"),
    Wrong(("ST.input", [1.0, 2.0]), "[1.0, 2.0]"),
    Wrong(("ST.input", nan), "nan"),
    Wrong(("ST.input", inf), "inf"),
    Wrong(("ST.input", np.array([1.0, nan, 2.0])), "nan at 1"),
    Wrong(("ST.input", np.array(["a"])), "'a'"),
    Wrong(("ST.input", np.zeros(7)), "(7,)"),
    Wrong(("ST.input", 1.0, "%"), "%"),
    Wrong(("ST.input", 1.0, ["+"]), "+"),
    Wrong([("ST.input", 1.0), ("ST.input", 2.0)], "ST.input"),
    Wrong(("pre.input", 1.0), "pre"),
]
FIELD = [3, "u", None]

MODELS = [
    Call(
        f"{kind}Type",
        lambda state=state, function=function: model(ST=state("x"), steps=function),
        {
            "name": [3, None, ["M"]],
            "ST": [3, "x", {"x": 0.0}, None],
            "steps": [*FUNCTION, None, [3], Wrong([step, step], "step")],
            "mode": ["scaler", 3, None, True],
            "requires": [3, ["x"], {"x": 3}, Wrong({"x": bp.types.ListConn}, "ListConn")],
            "hand_overs": [3, "x", ["x"]],
            "heter_params_replace": [3, "x", ["x"]],
        },
    )
    for kind, state, function in (("Neu", bp.NeuState, step), ("Syn", bp.SynState, step))
]

GROUPS = [
    Call(
        "NeuGroup",
        lambda: {"model": bp.models.get_LIF(), "geometry": 3},
        {
            "model": [*MODEL, Wrong(bp.models.get_AMPA(), "AMPA")],
            "geometry": GEOMETRY,
            "monitors": MONITORS,
            "name": NAME,
            "satisfies": [*DICT, Wrong({"ST": 3}, "ST")],
            "pars_update": [
                *DICT,
                Wrong({"tua": 1.0}, "tua", "Parameter"),
                Wrong({"tau": "10."}, "'10.'", "pars"),
                Wrong({"tau": nan}, "nan", "pars"),
                Wrong({"tau": None}, "None", "pars"),
                Wrong({"tau": True}, "True", "pars"),
                Wrong({"tau": [1.0, 2.0]}, '"2"', "parameter"),
                Wrong({"tau": [1.0, nan, 2.0]}, "nan at 1", "pars"),
            ],
        },
    ),
    Call(
        "NeuGroup.__getitem__",
        {"item": slice(0, 2)},
        {
            "item": [
                "0",
                None,
                -1,
                3,
                0.5,
                True,
                [0, 1],
                (0, 1),
                (0, 1, 2),
                slice(2, 2),
                slice(0, 2, -1),
                slice("a", 2),
                slice(0, 2.5),
                slice(None, None, 0),
            ]
        },
        on=neurons,
    ),
    Call(
        "NeuGroup.set_schedule",
        {"schedule": ["input", "update"]},
        {"schedule": ["update", 3, None, ["updaet"], [3]]},
        on=neurons,
    ),
    Call("NeuGroup.spikes", {"key": "spike"}, {"key": [*FIELD, "V"]}, on=recorded),
    Call(
        "NeuGroup.run",
        {"duration": 1.0},
        {
            "duration": DURATION,
            "inputs": INPUTS,
            "report": FLAG,
            "report_percent": [*NOT_NEGATIVE, 0, 1.5],
            "seed": SEED + [2**32],
        },
        on=neurons,
    ),
    Call(
        "group.pars.__setitem__",
        {"name": "tau", "value": 5.0},
        {
            "name": [Wrong("tua", says="Parameter"), Wrong(3, says="Parameter"), Wrong(None, says="Parameter")],
            "value": [Wrong(value, says="pars") for value in ("5", nan, None, True, {}, [1.0, nan, 2.0], ["a"] * 3)]
            + [Wrong(np.zeros(2), '"2"', "parameter"), Wrong([[1.0], [1.0, 2.0]], says="pars")],
        },
        on=lambda: neurons().pars,
    ),
    *(
        Call(
            f"group.pars.{method}",
            {argument: "tau"},
            {argument: [Wrong("tua", says="Parameter"), Wrong(3, says="Parameter")]},
            on=lambda: neurons().pars,
        )
        for method, argument in (("__getitem__", "name"), ("get", "item"))
    ),
    Call("group.mon.__getitem__", {"key": "V"}, {"key": [3, "u"]}, on=lambda: recorded().mon),
    Call(
        "group.mon.get", {"key": "u"}, free={"key": "the default answers", "default": "any"}, on=lambda: recorded().mon
    ),
]

CONNECTIONS = [
    Call(
        "SynConn",
        synapses,
        {
            "model": [*MODEL, Wrong(bp.models.get_LIF(), "LIF")],
            "pre_group": [3, "pre", None],
            "post_group": [3, "post", None],
            "conn": [
                3,
                "all2all",
                bp.connect.All2All,
                [[1.0]],
                Wrong({}, "[]"),
                {"i": [0]},
                Wrong(None, "conn"),
                Wrong(np.zeros((2, 3)), "(2, 3)"),
                Wrong(np.full((3, 3), nan), "nan at [0, 0]"),
                Wrong(np.full((3, 3), "a"), "array of <U1"),
                Wrong(np.zeros((3, 3)), "conn"),
                Wrong({"i": [0.5], "j": [0]}, "[0.5]"),
                Wrong({"i": [0], "j": [3]}, "3"),
                Wrong({"i": [-1], "j": [0]}, "-1"),
                Wrong({"i": [0, 1], "j": [0]}, "2"),
                Wrong({"i": ["0"], "j": [0]}, "'0'"),
                Wrong(OutOfRange(), "10"),
            ],
            "delay": [*NOT_NEGATIVE],
            "name": NAME,
            "monitors": MONITORS,
            "satisfies": DICT,
            "pars_update": [*DICT, Wrong({"E": "0"}, "'0'", "pars"), Wrong({"Ee": 0.0}, "Ee", "Parameter")],
            "num": [*COUNT, 4],
        },
    ),
    Call("SynConn", by_hand, {"num": [*COUNT, Wrong(None, "num")]}),
    Call("delayed", {"func": synapse_step}, {"func": [*FUNCTION, None]}),
]

NETWORK_INPUTS = [
    3,
    Wrong(("E", "ST.input"), "ST.input"),
    Wrong(("F", "ST.input", 1.0), "F", "input"),
    Wrong((3, "ST.input", 1.0), "3", "input"),
    Wrong([("E", "ST.input", "1")], "'1'", "input"),
    Wrong([("E", "ST.input", nan)], "nan", "inputs"),
    Wrong([("E", "input", 1.0, "%")], "%", "Input"),
]
EXTRA = [Wrong(3), Wrong([3]), Wrong([("E", "V")], "E"), Wrong("V")]

NETWORKS = [
    Call(
        "Network",
        lambda: {"E": neurons()},
        {
            "objects": [Wrong(args=(3,), shows="3"), Wrong(args=(bp.models.get_LIF(),), shows="LIF")],
            "mode": ["twice", 3, None, True],
            "named": [
                Wrong(kwargs={"E": 3}, says="objects", shows="3"),
                Wrong(kwargs={"run": neurons()}, says="name", shows="run"),
            ],
        },
    ),
    Call(
        "Network.add",
        lambda: {"F": neurons()},
        {
            "objects": [Wrong(args=(3,), shows="3"), Wrong(args=("E",), shows="'E'")],
            "named": [
                Wrong(kwargs={"F": None}, says="objects", shows="None"),
                Wrong(kwargs={"E": neurons()}, says="name", shows="E"),
            ],
        },
        on=network,
    ),
    Call(
        "Network.run",
        {"duration": 1.0},
        {
            "duration": DURATION,
            "inputs": NETWORK_INPUTS,
            "report": FLAG,
            "report_percent": [*NOT_NEGATIVE, 0, 1.5],
            "seed": SEED,
        },
        on=network,
    ),
    Call(
        "Network.build_program",
        {},
        {"inputs": NETWORK_INPUTS, "extra_monitors": EXTRA, "n_steps": [*COUNT]},
        on=network,
    ),
    Call(
        "Network.simulation",
        {},
        {"backend": ["nunba", 3, True], "inputs": NETWORK_INPUTS, "extra_monitors": EXTRA},
        on=network,
    ),
]

SIZE = ["3", -1, 2.5, True, nan, None, (2, "3"), (2, -1), HUGE]
STATES = [
    Call(
        "NeuState",
        {"V": 0.0},
        {
            "args": [
                Wrong(args=(value,), says="fields", shows=repr(value)) for value in (3, None, 1.5, {"V", "w"} - {"w"})
            ]
            + [Wrong(args=([3],), says="field", shows="3"), Wrong(args=({3: 1.0},), says="field", shows="3")],
            "kwargs": [
                Wrong(kwargs={"V": value}, says="V", shows=repr(value)) for value in ("1", nan, None, [1.0], {})
            ],
            "help": TEXT + NEEDED,
        },
    ),
    *(
        Call(
            f"NeuState.{method}",
            {"size": 3},
            {"size": SIZE},
            on=lambda: bp.NeuState("V"),
            free={"storage": "of the package's own groups"},
        )
        for method in ("__call__", "make_copy")
    ),
    Call(
        "NeuState.__setitem__",
        {"name": "V", "value": 1.0},
        {
            "name": [Wrong("u", says="NeuState"), Wrong(3, "3", "NeuState"), Wrong("_data", says="NeuState")],
            "value": [
                Wrong("1", says="V"),
                Wrong(None, says="V"),
                Wrong([1.0, 2.0], says="V"),
                Wrong({}, says="V"),
                Wrong([1.0, "a", 2.0], says="V"),
                Wrong([[1.0], [1.0, 2.0]], says="V"),
            ],
        },
        on=lambda: bp.NeuState("V")(3),
    ),
    Call(
        "NeuState.__getitem__",
        {"name": "V"},
        {"name": [Wrong("u", says="NeuState"), Wrong(3, "3", "NeuState")]},
        on=lambda: bp.NeuState("V")(3),
    ),
    Call(
        "NeuState.update",
        {"V": 1.0},
        {
            "args": [Wrong(args=(3,), shows="3"), Wrong(args=("V",), shows="'V'")],
            "kwargs": [
                Wrong(kwargs={"u": 1.0}, says="NeuState", shows="u"),
                Wrong(kwargs={"V": "1"}, says="V", shows="'1'"),
            ],
        },
        on=lambda: bp.NeuState("V")(3),
    ),
    Call(
        "NeuState.check",
        {"value": bp.NeuState("V", "u")},
        {"value": [3, None, {"V": 0.0}, Wrong(bp.SynState("V"), "SynState"), Wrong(bp.NeuState("u"), "V")]},
        on=lambda: bp.NeuState("V"),
    ),
]

MADE = {
    "Array": (lambda: bp.types.Array(2), np.zeros((2, 2)), [3, [[1.0]], np.zeros(3)]),
    "MatConn": (bp.types.MatConn, np.zeros((2, 2)), [3, None, np.zeros(3)]),
    "ListConn": (bp.types.ListConn, [[0]], [3, [3], np.zeros(3)]),
    "SliceConn": (bp.types.SliceConn, np.zeros((3, 2), int), [3, np.zeros(3)]),
    "Int": (bp.types.Int, 3, ["3", 3.0, None]),
    "Float": (bp.types.Float, 3.0, ["3", 3, None]),
    "String": (bp.types.String, "a", [3, None]),
    "List": (lambda: bp.types.List(bp.types.Int()), [1], [3, "ab", [1.5]]),
    "Dict": (lambda: bp.types.Dict(item_type=bp.types.Int()), {"a": 1}, [3, [1], {1: 1}, {"a": "b"}]),
}
CHECKERS = [
    *(
        Call("types.TypeChecker.check", {"value": good}, {"value": [Wrong(v, says="Must be") for v in bad]}, on=make)
        for make, good, bad in MADE.values()
    ),
    Call("types.TypeChecker", {}, {"help": TEXT + NEEDED}),
    Call("types.Array", {"dim": 1}, {"dim": ["1", -1, 1.5, True, None, nan, HUGE], "help": TEXT + NEEDED}),
    Call(
        "types.Array.__call__", {"size": (2, 3)}, {"size": [*SIZE, Wrong(3, "dim=2", "Must be")]}, on=MADE["Array"][0]
    ),
    Call("types.List", {}, {"item_type": [3, "Int", int], "help": TEXT + NEEDED}),
    Call("types.Dict", {}, {"key_type": [3, "Int", int], "item_type": [3, "Int", int], "help": TEXT + NEEDED}),
    Call("types.ListConn.make_copy", {"conn": [[1]]}, {"conn": [Wrong(3, says="Must be"), Wrong([3], says="Must be")]}),
]

ROWS = MODELS + GROUPS + CONNECTIONS + NETWORKS + STATES + CHECKERS
