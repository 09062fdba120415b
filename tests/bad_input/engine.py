"""Sessions and labs: what runs live."""

from functools import cache

import brainpy_lab as bp
from brainpy_lab.lab.lab import Lab
from brainpy_lab.lab.subject import neuron_subject
from brainpy_lab.runtime.waveforms import Waveform
from tests.bad_input.frontend import neurons
from tests.bad_input.table import HUGE, NEEDED, NOT_NEGATIVE, POSITIVE, SEED, TEXT, Call, Wrong, inf, nan

FHN = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
n = 1 in {1, 2}
x = n*v
"""


def network():
    return bp.Network(neurons(name="E"))


def simulation():
    return network().simulation(backend="reference", inputs=("E", "ST.input", 1.0))


@cache
def session():
    """One for all rows: what is refused changes nothing."""
    return bp.Session(simulation(), speed=inf)


@cache
def lab():
    """One for all rows."""
    made = Lab(neuron_subject("FHN", bp.NeuGroup(bp.neuron(FHN, "FHN"), 1)), backend="reference")
    made._make_session()
    return made


def left() -> int:
    """The number of a future that the lab has left."""
    made = lab()
    made.step(2)
    made.rewind(0.1)
    made.set("a", 0.6 if made.params["a"] == 0.7 else 0.7)
    made.step(1)
    made.wait()
    return made.branches[-1].number


@cache
def noisy_lab():
    """One in which something is random."""
    made = Lab(neuron_subject("Walk", bp.NeuGroup(bp.neuron("dv/dt = -v/10 + xi", "Walk"), 1)), backend="reference")
    made._make_session()
    return made


def end() -> None:
    """Close what the rows have opened."""
    for made in (session, lab, noisy_lab):
        if made.cache_info().currsize:
            made().close()
            made.cache_clear()
    for opened in list(bp.labs.values()):
        opened.close()


NO_CONTROL = [Wrong("J", says="control"), 3, None]
SPEED = [value for value in POSITIVE if value not in (inf, HUGE)]
COUNTED = ["3", -1, 2.5, nan, True, [3], None, HUGE]
VALUE = ["1", None, nan, inf, {}, ["a"], [1.0, nan, 2.0], Wrong([1.0, 2.0], "(2,)")]

SESSIONS = [
    Call(
        "Session",
        lambda: {"simulation": simulation()},
        {
            "simulation": [3, None, "net", Wrong(network(), "Network")],
            "speed": [*SPEED, None],
            "snapshot_bytes": NOT_NEGATIVE + NEEDED,
            "ring_rows": [*COUNTED, 0],
            "called": TEXT + NEEDED,
        },
    ),
    Call("Session.run", {"duration": 0.1}, {"duration": NOT_NEGATIVE}, on=session),
    Call("Session.step", {"n": 1}, {"n": COUNTED}, on=session),
    Call("Session.rewind", {"ms": 0.0, "lead": 0}, {"ms": NOT_NEGATIVE + NEEDED, "lead": COUNTED}, on=session),
    Call(
        "Session.go_to",
        {"step": 0, "lead": 0, "seconds": 1.0},
        {
            "step": ["1", 0.5, None, inf, True],
            "lead": COUNTED,
            "seconds": [v for v in NOT_NEGATIVE if v not in (inf, HUGE)],
        },
        on=session,
    ),
    Call(
        "Session.repeat",
        {"ms": 0.0, "seconds": 1.0},
        {"ms": NOT_NEGATIVE + NEEDED, "seconds": [v for v in NOT_NEGATIVE if v not in (inf, HUGE)]},
        on=session,
    ),
    Call("Session.return_to", {"number": 1, "lead": 0}, {"number": [*COUNTED, 0], "lead": COUNTED}, on=session),
    Call("Session.wait", {"timeout": 1.0}, {"timeout": [v for v in NOT_NEGATIVE if v not in (inf, HUGE)]}, on=session),
    Call(
        "Session.set_state",
        {"obj": "E", "field": "V", "index": None, "value": 1.0},
        {
            "obj": [Wrong("F", says="object"), Wrong(3, says="object"), Wrong(None, says="object")],
            "field": [Wrong("u", says="state"), Wrong(3, says="state"), Wrong(None, says="state")],
            "index": [3, -4, "0", 0.5, [0, 3], [[0]], {}],
            "value": [Wrong(getattr(v, "value", v), getattr(v, "shows", None), "state") for v in VALUE],
        },
        on=session,
    ),
    Call(
        "Session.set_input",
        {"k": 0, "value": 1.0},
        {
            "k": ["0", 1, -1, 0.5, None, True],
            "value": [Wrong(getattr(v, "value", v), getattr(v, "shows", None), "input") for v in VALUE],
        },
        on=session,
    ),
    Call(
        "Session.set_wave",
        {"k": 0, "waveform": Waveform.make("pulses")},
        {"k": ["0", 1, -1, 0.5, None, True], "waveform": [3, "pulses", {"kind": "pulses"}]},
        on=lambda: lab().session,
    ),
    Call("Session.restore", lambda: {"snapshot": session().snapshot()}, {"snapshot": [3, None, {}]}, on=session),
    Call("Session.speed=", {"speed": 10.0}, {"speed": SPEED + NEEDED}, on=session),
    Call(
        "session.params.__setitem__",
        {"key": "tau", "value": 5.0},
        {
            "key": [
                Wrong("tua", says="parameter"),
                Wrong(3, says="parameter"),
                Wrong(None, says="parameter"),
                Wrong(("E", "tua"), "tua", "parameter"),
                Wrong(("F", "tau"), "F", "object"),
                Wrong(("E", "tau", 1), says="parameter"),
            ],
            "value": [
                Wrong(v, says="tau") if not isinstance(v, Wrong) else Wrong(v.value, v.shows, "tau") for v in VALUE
            ],
        },
        on=lambda: session().params,
    ),
    Call(
        "session.params.__getitem__",
        {"key": "tau"},
        {"key": [Wrong("tua", says="parameter"), Wrong(3, says="parameter"), Wrong(("E", "tua"), "tua", "parameter")]},
        on=lambda: session().params,
    ),
]

LABS = [
    Call("lab.run", {"duration": 1.0}, {"duration": NOT_NEGATIVE}, on=lab),
    Call("lab.pause", {"why": "so"}, {"why": TEXT + NEEDED}, on=lab),
    Call("lab.step", {"n": 1}, {"n": COUNTED}, on=lab),
    Call("lab.rewind", {"ms": 0.0}, {"ms": NOT_NEGATIVE}, on=lab),
    Call("lab.goto", {"t": 0.0}, {"t": ["1", None, nan, inf, True, [1.0]]}, on=lab),
    Call("lab.branch", lambda: {"number": left()}, {"number": [*COUNTED, 0]}, on=lab),
    Call("lab.hold", {"on": False}, {"on": [1, None, "yes"]}, on=lab),
    Call("lab.params.__getitem__", {"name": "I"}, {"name": NO_CONTROL}, on=lambda: lab().params),
    Call(
        "lab.params.__setitem__",
        {"name": "I", "value": 1.0},
        {"name": NO_CONTROL, "value": [Wrong(v, says="I") for v in ("1", None, nan, inf, True, [1.0], 7.0)]},
        on=lambda: lab().params,
    ),
    Call("lab.wait", {"timeout": 1.0}, {"timeout": [v for v in NOT_NEGATIVE if v not in (inf, HUGE)]}, on=lab),
    Call("lab.speed=", {"value": 10.0}, {"value": [Wrong(v, says="speed") for v in SPEED + NEEDED]}, on=lab),
    Call(
        "lab.set",
        {"name": "I", "value": 1.0},
        {
            "name": NO_CONTROL,
            "value": [Wrong(v, says="I") for v in ("1", None, nan, inf, True, [1.0], 7.0)],
        },
        on=lab,
    ),
    Call("lab.randomise", {"seed": 1}, {"seed": SEED}, on=lab),
    Call(
        "lab.seed=",
        {"value": 3},
        {"value": [Wrong(v, says="seed") for v in ("1", -1, 2.5, nan, True, [3])]},
        on=noisy_lab,
    ),
    Call(
        "lab.show_view",
        {"name": "trace", "of": None},
        {"name": [Wrong("tracer", says="view"), 3, None], "of": ["V", 3]},
        on=lab,
    ),
    Call(
        "lab.hide_view",
        {"name": "trace"},
        {"name": [Wrong("tracer", says="view"), 3, None]},
        on=lab,
    ),
    Call(
        "lab.choose",
        {"neuron": 0, "group": None},
        {"neuron": [*COUNTED, 1], "group": ["E", 3, ["FHN"]]},
        on=lab,
    ),
    Call(
        "lab.protocol",
        {"kind": "pulses", "target": "I"},
        {
            "kind": ["pulse", 3, True, ["pulses"]],
            "target": ["J", 3, ["I"]],
            "points": [Wrong([(0, 0), (1, 1)], shows="pulses")],
            "restart": [1, "no", None],
            "numbers": [
                Wrong(kwargs={"kind": "pulses", "wdith": 3.0}, says="protocol", shows="'wdith'"),
                *(
                    Wrong(kwargs={"kind": "pulses", "width": v}, says="width", shows=repr(v))
                    for v in ("1", None, nan, -1, 0, True)
                ),
            ],
        },
        on=lab,
    ),
    Call(
        "lab.place",
        {"v": 0.5},
        {
            "values": [
                *(Wrong(kwargs={"v": v}, says="v", shows=repr(v)) for v in ("1", None, nan, inf, True, [1.0])),
                Wrong(kwargs={"u": 1.0}, says="variable", shows="'u'"),
            ]
        },
        on=lab,
    ),
    Call(
        "lab.plane",
        {"x": "v", "y": "w"},
        {
            **{name: [*(Wrong(value, says="phase plane") for value in "uV"), 3, ["v"]] for name in "xy"},
            "element": [Wrong(value, says="element") for value in (-1, 10**6, "0", 0.5, True, [0])],
            "fixed": [
                Wrong(3, says="fixed"),
                Wrong(["v"], says="fixed"),
                Wrong({"u": 1.0}, says="variable"),
                *(Wrong({"v": value}, says="v") for value in ("1", None, nan, True)),
            ],
            "group": [Wrong("E", says="group"), Wrong(3, says="group")],
        },
        on=lab,
    ),
    Call(
        "lab.bifurcation",
        {"parameter": "I", "y": "v"},
        {
            "parameter": [*(Wrong(value, says="goes over") for value in "Jv"), 3, ["I"]],
            "y": [*(Wrong(value, says="shows one of") for value in "uV"), 3, ["v"]],
            "shown": [Wrong(value, says="shown") for value in ("yes", 1, None)],
        },
        on=lab,
    ),
    Call(
        "lab.trial",
        {"v": 0.5},
        {
            "values": [
                *(Wrong(kwargs={"v": v}, says="v", shows=repr(v)) for v in ("1", None, nan, inf, True, [1.0])),
                Wrong(kwargs={"u": 1.0}, says="variable", shows="'u'"),
            ]
        },
        on=lab,
    ),
    Call("labs.add", lambda: {"lab": lab()}, {"lab": [3, None, "FHN"]}, on=lambda: bp.labs),
]
ROWS = SESSIONS + LABS
