"""Models as classes: neurons, channels, synapses, projections. Arguments of one name have one meaning everywhere."""

import inspect

import numpy as np

import brainpy_lab as bp
from tests.bad_input.table import COUNT, FLAG, HUGE, NEEDED, Call, Wrong, inf, nan

SIZE = ["3", 0, -1, 2.5, nan, inf, True, (), (2, 0), ("a", 2), {}, None, HUGE]
NAME = [3, "", "two words", "1st", True]
METHOD = ["eulre", 3, None, True]
TYPE = ["bol", 3, ["bool"], "U3"]
SHAPE = Wrong(np.zeros(7), "(7,)")
VALUE = ["10.", nan, True, {}, [1.0, nan], SHAPE]
ABOVE_0 = [*VALUE, 0, -1.0]
NOT_BELOW_0 = [*VALUE, -1.0]
START = ["10.", nan, {}, [1.0, nan], SHAPE]
BASE = {
    "size": SIZE,
    "keep_size": FLAG + NEEDED,
    "name": NAME,
    "mode": ["batch", 3, True],
    "method": METHOD,
    "input_var": FLAG,
    "ref_var": FLAG,
    "spk_dtype": TYPE,
    "spk_type": TYPE,
    "noise": VALUE,
    "normalize": FLAG + NEEDED,
    "need_sort": FLAG + NEEDED,
    "scaling": [],
}
WITHOUT_EFFECT = (
    "sharding",
    "init_var",
    "spk_fun",
    "spk_reset",
    "detach_spk",
    "scaling",
    "stop_spike_gradient",
    "atomic",
)
UNKNOWN = "has no effect here; older programs give it"


def bad_values(name: str, quick: bool) -> list:
    """Wrong values of an argument, by its name; `quick` leaves it at two of them."""
    if name in BASE:
        found = BASE[name]
    elif name.endswith("_initializer"):
        found = START
    elif name in ("tau_ref", "T_dur", "T_duration"):
        found = NOT_BELOW_0
    elif name.startswith("tau") or name in ("delta_T", "C", "A"):
        found = ABOVE_0
    elif name == "U":
        found = [*VALUE, -0.1, 1.5]
    else:
        found = VALUE
    if quick:
        found = [
            value
            for value in found
            if value in ("3", 0, -1.0, "eulre", "10.", "True", "bol") or value is nan or value == "two words"
        ]
    return found


def row(name: str, good: dict, quick: bool = False, **more) -> Call:
    """A class by the names of its arguments; `more` says what the names do not."""
    bad, free = {}, {}
    for key, p in inspect.signature(eval(f"bp.{name}")).parameters.items():
        if key in more:
            bad[key] = more[key]
        elif key in WITHOUT_EFFECT:
            free[key] = UNKNOWN
        elif p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            bad[key] = bad_values(key, quick)
    return Call(name, good, {**bad, **{key: more[key] for key in more if key not in bad}}, free=free)


def unknown(**good) -> list:
    return [Wrong(kwargs={**good, "taau": 1.0}, says="argument", shows="'taau'")]


TWO = {"size": 2}


def neurons(n=2):
    return bp.dyn.LifRef(n)


def _neurons():
    """One kind with every value of every argument, all others with a few."""
    first = True
    for module, names in (("dyn", bp.dyn.__all__), ("neurons", bp.neurons.__all__)):
        for name in names:
            kind = getattr(getattr(bp, module), name)
            if isinstance(kind, type) and issubclass(kind, Spiking) and not name.endswith("LTC"):
                yield row(f"{module}.{name}", TWO, quick=not first, values=unknown(size=2))
                first = False


Spiking = next(kind for kind in bp.dyn.Lif.__mro__ if kind.__name__ == "Spiking")
NEURONS = [
    *_neurons(),
    Call(
        "dyn.Lif",
        TWO,
        {"values": [Wrong(kwargs={"size": 2, "tau_ref": 1.0}, says="refractoriness", shows="Ref")]},
    ),
    row("dyn.InputVar", TWO),
    row("dyn.InputGroup", TWO),
    row("dyn.OutputGroup", TWO, quick=True),
    row(
        "dyn.PoissonGroup",
        {"size": 2, "freqs": 10.0},
        freqs=[*NOT_BELOW_0, inf, 1e9, None],
    ),
    row(
        "dyn.SpikeTimeGroup",
        {"size": 2, "indices": [0, 1], "times": [1.0, 2.0]},
        indices=["01", 3, None, {}, [0, 2], [-1, 0], [0.5, 1.0], [True, False], [], Wrong([0], "1")],
        times=["01", 3, None, {}, [nan, 1.0], [inf, 1.0], ["1", "2"], [], Wrong([1.0], "1")],
    ),
    Call(
        "dyn.PoissonInput",
        lambda: {"target_var": neurons().V, "num_input": 3, "freq": 10.0, "weight": 1.0},
        {
            "target_var": [3, None, "V", Wrong(np.zeros(2), "array")],
            "num_input": COUNT + NEEDED,
            "freq": [*NOT_BELOW_0, inf, 1e9, None],
            "weight": [*VALUE, None],
            "mode": BASE["mode"],
            "name": NAME,
        },
    ),
    Call(
        "dyn.NeuDyn",
        TWO,
        {key: BASE[key] for key in ("size", "keep_size", "name", "mode", "method")},
        free={"sharding": UNKNOWN},
    ),
    Call(
        "CondNeuGroup",
        TWO,
        {
            **{key: BASE[key] for key in ("size", "keep_size", "name", "mode", "method", "spk_type", "noise")},
            "input_var": FLAG + NEEDED,
            "C": [*ABOVE_0, None],
            "A": [*ABOVE_0, None],
            "V_th": [*VALUE, None],
            "V_initializer": START,
            "channels": [
                Wrong(kwargs={"size": 2, "IL": 3}, says="IL", shows="3"),
                Wrong(kwargs={"size": 2, "V_tth": 3.0}, says="V_tth", shows="3.0"),
                Wrong(kwargs={"size": 2, "IL": bp.channels.IL}, says="IL", shows="IL"),
                Wrong(kwargs={"size": 2, "IL": bp.channels.IL(3)}, says="IL", shows="(3,)"),
                Wrong(kwargs={"size": 2, "IK": bp.channels.IK_HH1952v2(2)}, says="IK", shows="IK_HH1952v2"),
            ],
        },
        free={"init_var": UNKNOWN},
    ),
    Call(
        "CondNeuGroup.add_elem",
        {},
        {
            "elements": [Wrong(args=(3,), says="channels", shows="3")],
            "named": [
                Wrong(kwargs={"IL": None}, says="IL", shows="None"),
                Wrong(kwargs={"IL": bp.channels.IL(3)}, says="IL", shows="(3,)"),
            ],
        },
        on=lambda: bp.CondNeuGroup(2),
    ),
]


SYNAPSES = [
    *(row(f"dyn.{name}", TWO) for name in ("Expon", "STP")),
    *(row(f"dyn.{name}", TWO, quick=True) for name in ("Alpha", "AMPA", "GABAa", "BioNMDA", "NMDA", "STD")),
    *(
        Call(
            f"dyn.{name}",
            TWO,
            {
                **row(f"dyn.{name}", TWO, quick=True).bad,
                "normalize": FLAG + NEEDED,
                "tau_decay": [*ABOVE_0, *([1.0, 0.5] if name == "DualExponV2" else [])],
            },
            free={"sharding": UNKNOWN},
        )
        for name in ("DualExpon", "DualExponV2")
    ),
]
REVERSAL = ["10.", nan, None, True, {}, [1.0, nan]]
OUTS = [
    row("dyn.COBA", {"E": 0.0}, E=REVERSAL),
    row("dyn.CUBA", {}),
    row("dyn.MgBlock", {}, **dict.fromkeys(("E", "cc_Mg", "alpha", "V_offset"), REVERSAL), beta=[*REVERSAL, 0.0]),
    *(
        Call(
            f"synouts.{name}",
            {},
            {
                **dict.fromkeys(keys, REVERSAL),
                "target_var": [3, True, ["V"], "two words", ""],
                **({"membrane_var": [3, True, ["V"], "two words", ""]} if name != "CUBA" else {}),
                "name": NAME,
            },
        )
        for name, keys in (("SynOut", ()), ("CUBA", ()), ("COBA", ("E",)), ("MgBlock", ("E", "cc_Mg", "alpha", "beta")))
    ),
]
ION_ERRORS = [
    Wrong(kwargs={"size": 2, "IK": 3}, says="IK", shows="3"),
    Wrong(kwargs={"size": 2, "IK": bp.channels.IK_HH1952(2)}, says="IK", shows="IK_HH1952"),
    Wrong(kwargs={"size": 2, "IK": bp.channels.IK_HH1952v2(3)}, says="IK", shows="(3,)"),
]


def takes_values(kind) -> bool:
    return any(p.kind is p.VAR_KEYWORD for p in inspect.signature(kind.__init__).parameters.values())


def _channels():
    skip = ("IonInfo", "MixIons", "Calcium", "Ion", "Potassium", "Sodium", "CalciumDyna")
    done = set()
    for name in bp.channels.__all__:
        kind = getattr(bp.channels, name)
        if not isinstance(kind, type) or name in skip:
            continue
        init = kind.__init__.__code__
        is_ion = hasattr(kind, "pack_info")
        more = {"channels": ION_ERRORS[:2]} if is_ion else {"values": unknown(size=2)}
        more = {} if "values" in more and not takes_values(kind) else more
        found = row(f"channels.{name}", TWO, quick=init in done, **more)
        if "C" in found.bad:  # a concentration: nothing is divided by it
            found.bad["C"] = VALUE
        found.bad["method"] = METHOD[:2]  # None is the default
        yield found
        done.add(init)


def ions(n=2):
    return bp.dyn.PotassiumFixed(n), bp.dyn.CalciumFixed(n)


CHANNELS = [
    *_channels(),
    Call("channels.Ion", TWO, {"channels": ION_ERRORS[:1]}),
    *(
        Call(
            f"channels.{name}",
            TWO,
            {
                "args": [
                    Wrong(args=("2",), says="size", shows="'2'"),
                    Wrong(args=(2, "yes"), says="keep_size", shows="'yes'"),
                ]
            },
        )
        for name in ("IAHP_De1994", "Ih_De1996")
    ),
    *(
        Call(
            name,
            {},
            {
                "ions": [
                    Wrong(args=(), says="ions", shows="()"),
                    Wrong(args=(3, 4), says="ions", shows="3"),
                    Wrong(args=(bp.dyn.PotassiumFixed(2), bp.dyn.CalciumFixed(3)), says="ions", shows="(3,)"),
                ],
                "channels": [],
            },
            args=ions(),
        )
        for name in ("channels.MixIons", "channels.mix_ions")
    ),
    Call(
        "channels.Calcium.add_external_current",
        {"key": "k", "fun": lambda V, C, E: 0.0},
        {"key": [3, None, ["k"]], "fun": [3, None, "f"]},
        on=lambda: bp.dyn.CalciumFixed(2),
    ),
]
ROWS = NEURONS + SYNAPSES + OUTS + CHANNELS
