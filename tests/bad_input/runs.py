"""Runs of models as classes, integrators, shared values, and what a step of each part takes."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.objects import METHOD
from tests.bad_input.table import FLAG, HUGE, NEEDED, POSITIVE, Call, Wrong, inf, nan


def now(make):
    """A part in a step."""

    def made():
        bp.share.save(t=0.0, i=0, dt=0.1)
        return make()

    return made


def runner(**options):
    return lambda: bp.DSRunner(bp.dyn.LifRef(3, input_var=True), progress_bar=False, jit=False, **options)


INPUTS = [
    3,
    "input",
    Wrong(("inptu", 1.0), "inptu"),
    Wrong(("input",), "input"),
    Wrong((3, 1.0), "3", "input"),
    Wrong([3], "3", "input"),
    Wrong(("spike_", 1.0), "spike_"),
    Wrong(("name", 1.0), "name", "input"),
    Wrong(("input", "1"), "'1'"),
    Wrong(("input", nan), "nan"),
    Wrong(("input", [1.0, 2.0]), "[1.0, 2.0]"),
    Wrong(("input", np.array([1.0, nan, 2.0])), "nan at 1"),
    Wrong(("input", np.zeros(7)), "(7,)"),
    Wrong(("input", 1.0, "fixed"), "fixed", "type"),
    Wrong(("input", 1.0, "func"), "1.0"),
    Wrong(("input", 1.0, "fix", "%"), "%", "operation"),
    Wrong(("input", "abc", "iter"), "'abc'"),
    Wrong(("input", np.zeros((5, 7)), "iter"), "(7,)"),
    {"input": 1.0},
]
MONITORS = [
    3, "Vm", [3], ["Vm"], [("V", 7)], [("V", "a")], [("V",)], {"V": 3}, {"V": "Vm"}, {3: "V"}, ["name"],
    {"x": ("Vm", 0)},
]  # fmt: skip
DURATION = [value for value in POSITIVE if value != HUGE] + [1e-9]

RUNS = [
    Call(
        "DSRunner",
        lambda: {"target": bp.dyn.LifRef(3, input_var=True)},
        {
            "target": [3, None, "net", bp.dyn.LifRef],
            "inputs": INPUTS,
            "monitors": [Wrong(v, says="monitor") for v in MONITORS],
            "jit": [1, "True", {"predict": 3}, None],
            "dt": POSITIVE,
            "t0": ["0", nan, inf, None, True, [0.0]],
            "progress_bar": FLAG + NEEDED,
        },
        free=dict.fromkeys(("numpy_mon_after_run", "data_first_axis", "memory_efficient", "dyn_vars"), "has no effect"),
    ),
    Call(
        "DSRunner.run",
        {"duration": 0.5},
        {
            "duration": [*DURATION, None],
            "reset_state": FLAG + NEEDED,
            "eval_time": FLAG + NEEDED,
        },
        free={"shared_args": "has no effect here"},
        on=runner(),
    ),
    Call(
        "DSRunner.run",
        {"inputs": np.zeros((3, 3))},
        {
            "inputs": [
                "abc",
                3.0,
                {},
                Wrong(np.full((3, 3), nan), "nan"),
                Wrong(np.zeros((3, 7)), "(7,)", "x"),
                [["a"]],
                Wrong((np.zeros(2), np.zeros(3)), "[2, 3]"),
            ]
        },
        on=runner(),
    ),
    Call(
        "DSRunner.__call__",
        {"duration": 0.5},
        {"duration": [*DURATION, None]},
        free={"keywords": "those of run"},
        on=runner(),
    ),
    Call("DSRunner.simulation", {"backend": "reference"}, {"backend": ["nunba", 3, True]}, on=runner()),
]


def slope(x, t, I=0.0):
    return -x + I


def noise(x, t, I=0.0):
    return 0.1


EQUATION = [3, "f", [slope], Wrong(lambda: 0.0, "lambda", "t"), Wrong(lambda x: 0.0, "lambda", "t")]
STEP = {"dt": POSITIVE, "method": METHOD[:2] + [True]}
OTHERS = "has no effect here; older programs give it"
EQUATIONS = [
    Call(
        "odeint",
        {"f": slope},
        {
            "f": EQUATION,
            **STEP,
            "adaptive": FLAG + NEEDED,
            "show_code": FLAG + NEEDED,
        },
        free={"others": OTHERS},
    ),
    Call("odeint", {"f": slope, "adaptive": True, "method": "rkf45"}, {"tol": POSITIVE, "method": ["euler", 3]}),
    Call(
        "sdeint",
        {"f": slope, "g": noise},
        {
            "f": [3, None, "f", [slope]],
            "g": [3, None, "g", Wrong([noise, noise], "2 noises"), ["g"]],
            **STEP,
            "intg_type": ["ito", 3, True],
            "wiener_type": ["vector", 3, True],
        },
        free={"others": OTHERS},
    ),
    Call(
        "JointEq",
        {},
        {
            "eqs": [
                Wrong(args=(), says="JointEq", shows="()"),
                Wrong(args=(3,), says="JointEq", shows="3"),
                Wrong(args=(lambda x: 0.0,), says="t", shows="x"),
            ]
        },
        args=(slope,),
    ),
    Call(
        "math.Integrator.__call__",
        {"x": 1.0, "t": 0.0},
        {
            "args": [
                Wrong(args=(1.0, 0.0, 0.0, 0.1, 5.0), says="arguments", shows="5"),
                Wrong(args=(1.0,), says="t", shows="slope"),
            ],
            "keywords": [
                Wrong(kwargs={"x": 1.0, "t": 0.0, "J": 2.0}, says="argument", shows="'J'"),
                Wrong(kwargs={"x": "1", "t": 0.0}, says="x", shows="'1'"),
                Wrong(kwargs={"x": None, "t": 0.0}, says="x", shows="None"),
                Wrong(kwargs={"x": 1.0, "t": "0"}, says="t", shows="'0'"),
                Wrong(kwargs={"x": 1.0, "t": 0.0, "dt": -0.1}, says="dt", shows="-0.1"),
                Wrong(kwargs={"x": 1.0, "t": 0.0, "I": "a"}, says="I", shows="'a'"),
            ],
        },
        on=lambda: Called(bp.odeint(slope)),
    ),
]


class Called:
    """What is called itself, under the name of the method."""

    def __init__(self, what):
        self.what = what

    def __call__(self, *args, **keywords):
        return self.what(*args, **keywords)


KNOWN = [Wrong("tt", says="share"), Wrong(3, says="share"), Wrong(["t"], says="key")]
SHARED = [
    Call("share.save", {"t": 0.0}, free={"values": "any"}, on=lambda: bp.share),
    Call("share.load", {"key": "dt"}, {"key": KNOWN}, free={"desc": "for readers of the program"}, on=lambda: bp.share),
    Call(
        "share.__setitem__",
        {"key": "t", "value": 0.0},
        {"key": [3, None, ["t"]]},
        free={"value": "any"},
        on=lambda: bp.share,
    ),
    Call("share.get", {"key": "nobody"}, {"key": [["t"], {}]}, free={"default": "any"}, on=lambda: bp.share),
    Call(
        "share.clear_shargs",
        {},
        {"keys": [Wrong(args=(["t"],), says="key", shows="['t']")]},
        args=("nobody",),
        on=lambda: bp.share,
    ),
]

VALUE = ["1", {}, [1.0, 2.0, 3.0, 4.0], Wrong(np.zeros(7), "(7,)")]


def taking(name: str, make, argument: str, good=None, more=(), **free) -> Call:
    """A step of a part."""
    good = np.ones(2) if good is None else good
    return Call(f"{name}.update", {argument: good}, {argument: [*VALUE, *more]}, on=now(make), free=free)


SPIKING = {
    name: (lambda name=name: getattr(bp.dyn, name)(2)) for name in ("LifRef", "HH", "Izhikevich", "AdExIF", "Gif")
}
STEPS = [
    *(taking(f"dyn.{name}", make, "x") for name, make in SPIKING.items()),
    Call(
        "dyn.AdExIF.update", {}, {"more": [Wrong(args=(1.0, 2.0), says="input", shows="2")]}, on=now(SPIKING["AdExIF"])
    ),
    taking("CondNeuGroup", lambda: bp.CondNeuGroup(2), "x"),
    Call(
        "CondNeuGroup.update",
        {},
        {"more": [Wrong(args=(1.0, 2.0), says="input", shows="2")]},
        on=now(lambda: bp.CondNeuGroup(2)),
    ),
    *(
        taking(f"dyn.{name}", lambda name=name: getattr(bp.dyn, name)(2), "x")
        for name in ("Expon", "Alpha", "DualExpon", "DualExponV2")
    ),
    *(
        taking(f"dyn.{name}", lambda name=name: getattr(bp.dyn, name)(2), "pre_spike")
        for name in ("NMDA", "AMPA", "GABAa", "BioNMDA")
    ),
    *(
        taking(f"dyn.{name}", lambda name=name: getattr(bp.dyn, name)(2), "pre_spike", more=(None,))
        for name in ("STD", "STP")
    ),
    Call("dyn.InputGroup.update", free={"x": "what comes in goes out"}, on=now(lambda: bp.dyn.InputGroup(2))),
]
ROWS = RUNS + EQUATIONS + SHARED + STEPS
