"""What joins groups: connections of models as classes, projections, and synapses in one object."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.objects import ABOVE_0, METHOD, NAME, NOT_BELOW_0, VALUE, neurons
from tests.bad_input.parts import NOTHING, STEPS, TIMES
from tests.bad_input.table import COUNT, FLAG, NEEDED, SEED, SHARE, Call, Wrong, nan

MODE = ["batch", 3, True]
LABEL = [3, True, ["a"]]
EFFECT = "has no effect here; older programs give it"
NAMED = {"name": NAME, "mode": MODE}
FREE = {"sharding": EFFECT}


def rule(n=2, m=2):
    return bp.conn.All2All(pre=n, post=m)


WEIGHT = ["1", nan, None, True, {}, [1.0, nan], Wrong(np.zeros(7), "(7,)"), Wrong(bp.init.ZeroInit, "ZeroInit")]
SEVEN = ["1", None, {}, Wrong(np.zeros(7), "(7,)", "carries")]
ONE = ["1", nan, None, True, {}, [1.0, 2.0]]
COMM = {"num_in": COUNT + NEEDED, "num_out": COUNT + NEEDED}

CARRIERS = [
    Call(
        "dnn.AllToAll",
        {"num_in": 2, "num_out": 2, "weight": 1.0},
        {**COMM, "weight": WEIGHT, "include_self": FLAG + NEEDED, **NAMED},
        free=FREE,
    ),
    Call(
        "dnn.Dense",
        {"num_in": 2, "num_out": 2},
        {
            **COMM,
            "W_initializer": [v for v in WEIGHT if v is not None],
            "b_initializer": [v for v in WEIGHT if v is not None],
            **NAMED,
        },
    ),
    Call("dnn.OneToOne", {"num": 2, "weight": 1.0}, {"num": COUNT + NEEDED, "weight": WEIGHT, **NAMED}, free=FREE),
    Call("dnn.Identity", {}, NAMED, free={"args": "has no effect", "kwargs": "has no effect"}),
    *(
        Call(
            f"dnn.{name}",
            {"conn": rule(), "weight": 1.0},
            {"conn": [3, None, "all", bp.conn.All2All, Wrong(bp.conn.All2All(), "All2All")], "weight": WEIGHT, **NAMED},
            free={**FREE, "others": EFFECT},
        )
        for name in ("CSRLinear", "EventCSRLinear")
    ),
    Call(
        "dnn.MaskedLinear",
        {"conn": rule(), "weight": 1.0},
        {
            "conn": [
                3,
                None,
                "all",
                [[1.0], [1.0, 2.0]],
                Wrong(np.zeros(3), "(3,)"),
                Wrong(np.full((2, 2), nan), "nan"),
            ],
            "weight": WEIGHT,
            "mask_fun": [3, "f", Wrong(lambda w: "a", "'a'"), Wrong(lambda w: w[0], "(2,)")],
            **NAMED,
        },
        free=FREE,
    ),
    *(
        Call(
            f"dnn.{event}{name}",
            {"num_in": 2, "num_out": 2, "prob": 0.5, **dict.fromkeys(law, 1.0)},
            {
                **COMM,
                "prob": SHARE + NEEDED,
                **{key: ONE for key in law},
                "seed": SEED,
                "transpose": [True, "True", 1],
                **NAMED,
            },
            free={**FREE, "atomic": EFFECT},
        )
        for event in ("", "Event")
        for name, law in (
            ("JitFPHomoLinear", ("weight",)),
            ("JitFPNormalLinear", ("w_mu", "w_sigma")),
            ("JitFPUniformLinear", ("w_low", "w_high")),
        )
    ),
    Call(
        "dnn.JitFPUniformLinear",
        {"num_in": 2, "num_out": 2, "prob": 0.5, "w_low": 0.0, "w_high": 1.0},
        {"w_low": [2.0], "w_high": [-1.0]},
    ),
    Call(
        "dnn.JitFPNormalLinear",
        {"num_in": 2, "num_out": 2, "prob": 0.5, "w_mu": 0.0, "w_sigma": 1.0},
        {"w_sigma": [-1.0]},
    ),
    *(
        Call(f"dnn.{made().__class__.__name__}.update", {"x": np.ones(2)}, {"x": SEVEN}, on=made)
        for made in (
            lambda: bp.dnn.AllToAll(2, 2, 1.0),
            lambda: bp.dnn.Dense(2, 2),
            lambda: bp.dnn.OneToOne(2, 1.0),
            lambda: bp.dnn.CSRLinear(rule(), 1.0),
            lambda: bp.dnn.MaskedLinear(rule(), 1.0),
            lambda: bp.dnn.EventJitFPHomoLinear(2, 2, 0.5, 1.0),
        )
    ),
    Call(
        "dnn.Dense.update",
        {"x": np.ones((3, 2))},
        {"x": [Wrong(np.ones((3, 5)), "(3, 5)", "carries")]},
        on=lambda: bp.dnn.Dense(2, 2),
    ),
    Call("dnn.Identity.update", {"x": 1.0}, free={"x": "what comes in goes out"}, on=bp.dnn.Identity),
]


def ends():
    pre, post = neurons(), neurons()
    return {
        "pre": pre,
        "post": post,
        "comm": bp.dnn.AllToAll(2, 2, 1.0),
        "delay": None,
        "syn": bp.dyn.Expon.desc(2),
        "out": bp.dyn.COBA.desc(0.0),
    }


def only(*names, own=()):
    def make():
        bp.share.save(t=0.0, i=0)
        found = {key: value for key, value in ends().items() if key in names}
        for key in own:
            found[key] = found[key]()
        return found

    return make


GROUP = [3, None, "E", bp.dyn.Lif]
BAD = {
    "pre": [*GROUP, Wrong(bp.dyn.COBA(0.0), "COBA")],
    "post": [*GROUP, Wrong(bp.dyn.COBA(0.0), "COBA")],
    "delay": TIMES,
    "comm": [3, None, "all"],
    "syn": [3, None, "Expon", bp.dyn.Expon],
    "out": [3, None, "COBA", bp.dyn.COBA],
    "out_label": LABEL,
    **NAMED,
}
DESCRIBED = [Wrong(bp.dyn.Expon(2), "Expon")]
AN_OBJECT = [Wrong(bp.dyn.Expon.desc(2), "description")]


def projection(name: str, *names: str, own=(), more=None) -> Call:
    keys = (*names, *(("out_label",) if "out" in names else ()), "name", "mode")
    bad = {key: list(BAD[key]) for key in keys}
    if "syn" in names:
        bad["syn"] += AN_OBJECT if "syn" in own else DESCRIBED
    if "out" in own:
        bad["out"] += [Wrong(bp.dyn.COBA.desc(0.0), "description")]
    return Call(f"dyn.{name}", only(*names, own=own), bad)


PROJECTIONS = [
    projection("VanillaProj", "comm", "out", "post", own=("out",)),
    projection("HalfProjDelta", "comm", "post"),
    projection("FullProjDelta", "pre", "delay", "comm", "post"),
    projection("HalfProjAlignPostMg", "comm", "syn", "out", "post"),
    projection("HalfProjAlignPost", "comm", "syn", "out", "post", own=("syn", "out")),
    projection("FullProjAlignPostMg", "pre", "delay", "comm", "syn", "out", "post"),
    projection("FullProjAlignPost", "pre", "delay", "comm", "syn", "out", "post", own=("syn", "out")),
    *(
        projection(f"FullProjAlignPre{kind}Mg", "pre", "delay", "syn", "comm", "out", "post", own=("out",))
        for kind in ("SD", "DS")
    ),
    *(
        projection(f"FullProjAlignPre{kind}", "pre", "delay", "syn", "comm", "out", "post", own=("syn", "out"))
        for kind in ("SD", "DS")
    ),
    *(
        Call(
            f"dyn.{name}.update",
            {"x": np.ones(2)},
            {"x": SEVEN},
            on=lambda name=name, make=make: getattr(bp.dyn, name)(**make()),
        )
        for name, make in (
            ("VanillaProj", only("comm", "out", "post", own=("out",))),
            ("HalfProjDelta", only("comm", "post")),
            ("HalfProjAlignPostMg", only("comm", "syn", "out", "post")),
            ("HalfProjAlignPost", only("comm", "syn", "out", "post", own=("syn", "out"))),
        )
    ),
    Call(
        "dyn.ProjAlignPost1",
        free={"args": "those of HalfProjAlignPost", "kwargs": "those of HalfProjAlignPost"},
        on=lambda: Old(),
    ),
]


class Old:
    """The earlier names warn and make what the new ones make."""

    ProjAlignPost1 = staticmethod(lambda: None)


def receptors():
    bp.share.save(t=0.0, i=0)
    return bp.synapses.AMPA(**two())


def two():
    return {"pre": neurons(), "post": bp.dyn.LifRef(2, input_var=True), "conn": bp.conn.All2All()}


CONN = [
    3, "all", bp.conn.All2All, {"i": [0]}, {"i": [0], "k": [0]}, [[1.0], [1.0, 2.0]],
    Wrong(np.zeros((2, 3)), "(2, 3)"), Wrong(np.full((2, 2), nan), "nan"), Wrong(np.full((2, 2), "a"), "a"),
    Wrong({"i": [0.5], "j": [0]}, "0.5", "i"), Wrong({"i": [0], "j": [-1]}, "-1", "j"),
    Wrong({"i": [0], "j": [0, 1]}, "1", "i"),
]  # fmt: skip
OUTPUT = [3, "COBA", bp.synouts.COBA, Wrong(bp.dyn.COBA(0.0), "COBA")]
STP = [3, "STD", bp.synplast.STD, Wrong(bp.dyn.STD(2), "STD")]
JOINT = {
    "pre": [*GROUP],
    "post": [*GROUP],
    "conn": [*CONN, None],
    "output": OUTPUT,
    "stp": STP,
    "comp_method": ["dens", 3, None, True],
    "g_max": [v for v in WEIGHT if v is not True] + [True],
    "delay_step": STEPS,
    "method": METHOD,
    **NAMED,
}


def synapse(name: str, quick=False, **parameters) -> Call:
    bad = {**JOINT, **parameters}
    if name == "GapJunction":
        for key in ("output", "stp", "delay_step", "method"):
            del bad[key]
    if name == "Delta":
        del bad["method"]
    return Call(f"synapses.{name}", two, bad, free={"stop_spike_gradient": EFFECT})


TAUS = {"tau_decay": ABOVE_0, "tau_rise": ABOVE_0}
RATES = {"alpha": VALUE, "beta": VALUE, "T": VALUE, "T_duration": NOT_BELOW_0}
TWO_STEPS = {**dict.fromkeys(("alpha1", "beta1", "alpha2", "beta2", "T_0"), VALUE), "T_dur": NOT_BELOW_0}


def joint():
    bp.share.save(t=0.0, i=0)
    return bp.synapses.Exponential(**two())


UNSHAPED = [v for v in ABOVE_0 if not isinstance(v, Wrong)]  # the shape comes with the synapse
GIVEN = ["1", {}, Wrong(np.zeros(7), "(7,)")]
SPIKES = [Wrong("1", says="carries"), Wrong({}, says="carries"), Wrong(np.zeros(7), "(7,)", "carries")]
SYNAPSES = [
    Call(
        "TwoEndConn",
        two,
        {key: JOINT[key] for key in ("pre", "post", "output", "stp", "name", "mode")} | {"conn": CONN},
    ),
    *(
        Call(
            f"TwoEndConn.check_{role}_attrs",
            {},
            {
                "attrs": [
                    Wrong(args=("Vm",), says="needs", shows="'Vm'"),
                    Wrong(args=(3,), says="attributes", shows="3"),
                ]
            },
            args=("V",),
            on=lambda: bp.TwoEndConn(**two()),
        )
        for role in ("pre", "post")
    ),
    synapse("Exponential", tau=ABOVE_0),
    synapse("Alpha", tau_decay=ABOVE_0),
    synapse("DualExponential", **TAUS),
    synapse("NMDA", a=VALUE, **TAUS),
    synapse("AMPA", **RATES),
    synapse("GABAa", **RATES),
    synapse("BioNMDA", **TWO_STEPS),
    synapse("Delta", post_ref_key=[Wrong("refractry", says="needs"), 3, True]),
    synapse("GapJunction"),
    *(
        Call(f"synapses.{name}.reset_state", free={"args": NOTHING, "kwargs": NOTHING}, on=on)
        for name, on in (("Exponential", joint), ("AMPA", lambda: bp.synapses.AMPA(**two())))
    ),
    Call("synapses.Exponential.update", {"pre_spike": np.ones(2)}, {"pre_spike": SPIKES}, on=joint),
    Call("synapses.AMPA.update", {"pre_spike": np.ones(2)}, {"pre_spike": GIVEN}, on=lambda: receptors()),
    Call(
        "synapses.Delta.update", {"pre_spike": np.ones(2)}, {"pre_spike": SPIKES}, on=lambda: bp.synapses.Delta(**two())
    ),
    Call(
        "synapses.AMPA.g_max=",
        {"value": 1.0},
        {"value": [Wrong(v, says="g_max") for v in ("1", nan, None, {}, [1.0, nan])]},
        on=joint,
    ),
    Call(
        "synplast.STD",
        {},
        {"tau": UNSHAPED, "U": [*UNSHAPED[:-2], -0.1, 1.5], "method": METHOD, "name": NAME},
    ),
    Call(
        "synplast.STP",
        {},
        {"tau_f": UNSHAPED, "tau_d": UNSHAPED, "U": [*UNSHAPED[:-2], -0.1, 1.5], "method": METHOD, "name": NAME},
    ),
    Call("synplast.SynSTP", {}, {"name": NAME}),
    *(
        Call(
            f"{module}.register_master",
            lambda: {"master": bp.TwoEndConn(**two())},
            {"master": [3, None, "E"]},
            on=on,
        )
        for module, on in (("synouts.COBA", bp.synouts.COBA), ("synplast.STD", bp.synplast.STD))
    ),
]
ROWS = CARRIERS + PROJECTIONS + SYNAPSES
