"""The test rig of a synapse: a presynaptic spike train, and a postsynaptic membrane or voltage clamp.

Both are ordinary models, written for one neuron, so that a lab of a synapse is a network like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import ModelUseError
from ..frontends.cells.words import UNIT_SETS
from ..ir.expr import Binary, Const, Expr, Field, Param
from ..ir.model import Model, Parameter
from ..ir.program import State
from ..ir.statements import Assign, Fold, Statement
from ..passes.typing import statements_of

TRAINS = ("regular", "Poisson", "pairs", "bursts", "pairing")
REGULAR, POISSON, PAIRS, BURSTS, PAIRING = (float(k) for k in range(5))
MODES = ("membrane", "voltage clamp")
CLAMP = 1.0
# Where in its period a train begins: the first spike comes after a fifth of it.
FIRST_PHASE = 0.8
# Capacitance and leak conductance of the membrane by the unit of the current: 10 ms, and 20 ms of a 200 pF neuron.
MEMBRANES = {"nA": (1.0, 0.1), "pA": (200.0, 10.0), "uA/cm2": (1.0, 0.1)}


@dataclass(frozen=True)
class Units:
    """Units of current, conductance and capacitance that go together."""

    current: str
    conductance: str
    capacitance: str


def units_of(model: Model) -> Units:
    """The set of units that a synapse is written in; nA, uS and nF where it names none."""
    used = {parameter.unit for parameter in model.params} | {unit for _, unit in model.units}
    for group in UNIT_SETS:
        if used & set(group):
            return Units(*group)
    return Units(*UNIT_SETS[0])


def source(train: float = REGULAR, rate: float = 20.0) -> Model:
    """A presynaptic neuron that spikes as it is told.

    Parameters
    ----------
    train : float
        Number of a name in `TRAINS`. Pairs and bursts begin as often as a regular train spikes; of a pairing the
        postsynaptic neuron has the other half.
    rate : float, Hz

    Returns
    -------
    Model
        Fields: 'spike', 'V' (mV; a spike rises to 30 and falls back to `V_rest` within some ms), 'r' (Hz, the rate).
    """
    interval, spikes, V_rest, V_peak, tau_V = 10.0, 5.0, -65.0, 30.0, 1.0

    def update(ST, _dt):
        chance = np.random.random()
        share = rate * _dt / 1000.0
        phase = ST["phase"] + share
        begins = 0.0
        # A quarter of a step forgives the rounding of a sum of many steps, also in single precision.
        if phase >= 1.0 - 0.25 * share and share > 0.0:
            phase = phase - 1.0
            begins = 1.0
        if train == 1.0:
            begins = 1.0 if chance < share else 0.0
        left = ST["left"]
        wait = ST["wait"] - _dt
        spike = 0.0
        if begins > 0.0:
            spike = 1.0
            left = 1.0 if train == 2.0 else (spikes - 1.0 if train == 3.0 else 0.0)
            wait = interval
        elif left >= 1.0 and wait < 0.25 * _dt:
            spike = 1.0
            left = left - 1.0
            wait = interval
        V = V_rest + (ST["V"] - V_rest) * np.exp(-_dt / tau_V)
        if spike > 0.0:
            V = V_peak
        ST["phase"] = phase
        ST["left"] = left
        ST["wait"] = wait
        ST["spike"] = spike
        ST["V"] = V
        ST["r"] = rate

    from ..frontends.types_api import NeuType
    from ..types import NeuState

    state = NeuState({"spike": 0.0, "V": V_rest, "r": rate, "phase": FIRST_PHASE, "left": 0.0, "wait": 0.0})
    return NeuType("presynaptic", state, update, mode="scalar").ir


def target(train: float, rate: float, C: float, g_L: float) -> Model:
    """A postsynaptic neuron: a leaky membrane that spikes, or is clamped; of a pairing it spikes with the clock.

    Parameters
    ----------
    train, rate : float
        Of the presynaptic train; Hz.
    C, g_L : float
        Capacitance and leak conductance, in units that go together.

    Returns
    -------
    Model
        Fields: 'V' (mV), 'input', 'spike', 'r' (Hz, which follows the input with 1 Hz for each unit of current within
        `tau_r`), and 'current', what came from synapses in the last step.
    """
    mode, V_clamp, lag, I_0 = 0.0, -65.0, 10.0, 0.0
    E_L, V_th, V_reset, t_ref, tau_r = -65.0, -50.0, -65.0, 2.0, 10.0

    from ..frontends.integrate import integrate

    @integrate(method="exponential")
    def int_V(V, t, I):
        return (g_L * (E_L - V) + I) / C

    @integrate(method="exponential")
    def int_r(r, t, I):
        return (I - r) / tau_r

    def update(ST, _t, _dt):
        current = ST["input"]
        V = int_V(ST["V"], _t, current + I_0)
        wait = ST["wait"] - _dt
        if wait > 0.25 * _dt:
            V = V_reset
        if mode > 0.0:
            V = V_clamp
        spike = 0.0
        if V >= V_th and mode < 1.0 and train < 4.0:
            spike = 1.0
        # The clock of the presynaptic train, and whether it was at its beginning `lag` ms ago.
        before = ST["phase"]
        share = rate * _dt / 1000.0
        after = before + share
        late = lag * rate / 1000.0 - 0.25 * share
        if train == 4.0:
            spike = 1.0 if np.floor(after - late) > np.floor(before - late) else 0.0
        if after >= 1.0 - 0.25 * share and share > 0.0:
            after = after - 1.0
        if spike > 0.0:
            V = V_clamp if mode > 0.0 else V_reset
            wait = t_ref
        ST["r"] = int_r(ST["r"], _t, current + I_0)
        ST["phase"] = after
        ST["wait"] = wait
        ST["spike"] = spike
        ST["V"] = V
        ST["current"] = current
        ST["input"] = 0.0

    from ..frontends.types_api import NeuType
    from ..types import NeuState

    start = {"V": E_L, "input": 0.0, "spike": 0.0, "current": 0.0, "r": 0.0, "phase": FIRST_PHASE, "wait": 0.0}
    return NeuType("postsynaptic", NeuState(start), update, mode="scalar").ir


def with_numbers(model: Model, names: list[str]) -> Model:
    """The model with fields that hold what a person sets: parameters of the same names."""
    states = tuple(State(name) for name in names)
    params = tuple(Parameter(name, 0.0) for name in names)
    body = tuple(Assign(Field("self", name), Param(name)) for name in names)
    return _extended(model, states, params, body)


def with_conductances(model: Model, names: list[str]) -> Model:
    """The target with fields that synapses add to: of a name that begins with g a conductance, with I a current.

    What was added in a step is part of the current of the next, and is shown by the field ``NAME_now``.
    """
    states, params, body = [], [], []
    total: Expr = Field("self", "input")
    for name in names:
        field = Field("self", name)
        part: Expr = field
        if name[0] in "gG":
            params.append(Parameter(reversal(name), 0.0, "mV"))
            part = Binary("*", field, Binary("-", Param(reversal(name)), Field("self", "V")))
        total = Binary("+", total, part)
        states += [State(name), State(f"{name}_now")]
        body.append(Assign(Field("self", f"{name}_now"), field))
    if names:
        body.append(Assign(Field("self", "input"), total))
        body += [Assign(Field("self", name), Const(0.0)) for name in names]
    return _extended(model, tuple(states), tuple(params), tuple(body))


def reversal(name: str) -> str:
    """Name of the reversal potential of a conductance."""
    return f"E_{name}"


def _extended(model: Model, states: tuple, params: tuple, body: tuple[Statement, ...]) -> Model:
    step = model.steps[0]
    step = replace(step, body=(*body, *step.body))
    return replace(model, states=(*model.states, *states), params=(*model.params, *params), steps=(step,))


@dataclass(frozen=True)
class Wanted:
    """What a synapse asks of the rig: fields that it only reads, and those that it adds to, by the neuron's end."""

    pre_numbers: list[str]
    post_numbers: list[str]
    conductances: list[str]
    reads_pre_V: bool
    follows_post: bool


def wanted_by(model: Model) -> Wanted:
    """What the rig must have for a synapse.

    Raises
    ------
    ModelUseError
        When the synapse adds to a field that no membrane has.
    """
    from ..frontends.types_api.group_base import used_fields

    used = used_fields(model.steps)
    added = {one.field: one.place for step in model.steps for one in statements_of(step.body) if isinstance(one, Fold)}
    conductances = []
    for name, place in added.items():
        if name in ("input", "V", "r"):
            continue
        if name[0] not in "gGI":
            raise ModelUseError(
                f"synapse '{model.name}': the neuron that the lab tests synapses with has no field '{name}' for "
                f"'post.{name} += ...'. It has input (a current), V (mV), r (Hz), and any name that begins with I (a "
                "current) or g (a conductance). Rename the field; or write --no-show in the first line, and connect "
                "neurons of your own in a cell %%brainpy network.",
                place=place,
            )
        conductances.append(name)
    pre = [name for name in used.get("pre", {}) if name not in ("spike", "V", "r")]
    known = {"V", "input", "spike", "r", *conductances}
    post = [name for name in used.get("post", {}) if name not in known]
    follows = "spike" in used.get("post", {})
    return Wanted(pre, post, conductances, "V" in used.get("pre", {}), follows)
