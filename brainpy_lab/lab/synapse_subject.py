"""What the lab of a synapse shows: the synapse in its test rig."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..connect import All2All
from ..frontends.types_api import Network, NeuGroup, NeuType, SynConn
from ..ir.model import Model, Slider
from ..ir.statements import Fold
from ..passes.typing import statements_of
from . import rig
from .controls import Control
from .offer import offer
from .populations import Populations
from .recipe import Recipe, held
from .subject import MOST_BOXES, Subject, _build, _notices, _seed
from .views import RasterView, Series, TraceView, View

PRE, POST = "presynaptic", "postsynaptic"
MOST_CURVES = 5
HINTS = {
    "train": "when the presynaptic neuron spikes; pairing: the postsynaptic neuron spikes too, by the lag later",
    "rate": "of a regular or Poisson train; pairs, bursts and pairings begin as often",
    "interval": "between the spikes of a pair or burst",
    "spikes": "in a burst",
    "lag": "of a pairing: postsynaptic after presynaptic spike; below 0 it comes before",
    "V_rest": "presynaptic potential between spikes",
    "mode": "a membrane that spikes, or one that is held at V_clamp",
    "V_clamp": "potential of the voltage clamp",
    "I_0": "constant current into the postsynaptic neuron",
}


def synapse_network(synapse, n: int = 1, delay: float | None = None) -> Network:
    """A synapse between the test rig's neurons.

    Parameters
    ----------
    synapse : SynType
        With an ``ir``, as `bp.synapse` makes it.
    n : int
        Number of presynaptic neurons. Their trains are spread over the period.
    delay : float, optional
        ms, in place of the one of the model.

    Returns
    -------
    Network
        Its members are called ``presynaptic``, ``postsynaptic`` and as the synapse.

    Raises
    ------
    ModelUseError
        When the synapse adds to a field that the rig does not have.
    """
    model: Model = synapse.ir
    wanted = rig.wanted_by(model)
    units = rig.units_of(model)
    train, rate = (rig.PAIRING, 10.0) if wanted.follows_post else (rig.REGULAR, 20.0)
    before = rig.with_numbers(rig.source(train, rate), wanted.pre_numbers)
    after = rig.target(train, rate, *rig.MEMBRANES[units.current])
    after = rig.with_numbers(rig.with_conductances(after, wanted.conductances), wanted.post_numbers)
    pre, post = NeuGroup(NeuType.from_model(before), n), NeuGroup(NeuType.from_model(after), 1)
    pre.ST["phase"] = (rig.FIRST_PHASE + np.arange(n) / n) % 1.0
    edges = SynConn(synapse, pre, post, conn=All2All(), delay=delay)
    return Network(**{PRE: pre, POST: post, "synapse": edges})


def synapse_subject(name: str, synapse, n: int = 1, values: dict[str, float] | None = None) -> Subject:
    """Spikes, states of the first synapse, the current that it makes, and the postsynaptic potential.

    Parameters
    ----------
    name : str
    synapse : SynType
    n : int
        Number of presynaptic neurons, each with one synapse.
    values : dict, optional
        ``{'delay': ms}`` in place of the model's.
    """
    model: Model = synapse.ir
    delay = (values or {}).get("delay", model.delay)
    is_late = any(step.looks_back for step in model.steps)
    network = synapse_network(synapse, n, delay if is_late else None)
    pre, post, edges = network.members
    wanted = rig.wanted_by(model)
    curves = _curves(model)
    recorded: list[tuple] = [(pre, "spike"), (post, "spike")]
    recorded += [(edges, curve, [0]) for group in curves for curve in group]
    recorded += [(post, "current", [0])]
    recorded += [(post, f"{field}_now", [0]) for field in wanted.conductances]
    recorded += [(post, "V", [0])]
    program, bindings = _build(network, (), recorded)
    layout = network.layout
    bindings.names = {layout.name_of(pre): PRE, layout.name_of(post): POST, layout.name_of(edges): name}
    views = _views(model, n, curves, wanted)
    views = offer(views, Populations(), [])
    size = "1 synapse" if n == 1 else f"{n:,} synapses onto one neuron"
    return Subject(
        name,
        "synapse",
        size,
        program,
        bindings,
        views,
        _controls(name, model, wanted, layout, bindings, network.members, delay if is_late else None),
        _seed(program, bindings, network.members),
        layout,
        _told(wanted) + _notices([edges]),
    )


def subject_of_recipe(recipe: Recipe, values: dict[str, float] | None = None) -> Subject:
    """What the lab of a synapse cell shows, `values` in place of those of the recipe."""
    from ..frontends.equations import synapse

    recipe = replace(recipe, values={**recipe.values, **(values or {})})
    model = synapse(recipe.text, recipe.name, method=recipe.method)
    subject = synapse_subject(recipe.name, model, recipe.n, recipe.values)
    subject.recipe = recipe
    return subject


def remaking(recipe: Recipe) -> Callable[..., Subject]:
    """What makes the lab of a synapse cell again: ``remake(values)``, or ``remake(values, seed)`` with another seed."""

    def remake(values: dict[str, float], seed: int | None = None) -> Subject:
        settings = recipe.settings if seed is None else {**recipe.settings, "seed": seed, "draws": 0}
        with held(settings):
            return subject_of_recipe(replace(recipe, settings=settings), values)

    return remake


def _curves(model: Model) -> list[list[str]]:
    """States and intermediates of the synapse that share axes: what moves by equations, what events set, the rest."""
    steps = [state.name for state in model.states if state.name != "spike"]
    moving = {name for step in model.steps for one in statements_of(step.body) for name in _integrated(one)}
    groups = [[name for name in steps if name in moving], [name for name in steps if name not in moving]]
    groups.append([quantity for quantity, _ in model.readouts])
    return [group[k : k + MOST_CURVES] for group in groups for k in range(0, len(group), MOST_CURVES)]


def _integrated(statement) -> list[str]:
    system = getattr(statement, "system", None)
    return [equation.variable for equation in system.equations] if system is not None else []


def _views(model: Model, n: int, curves: list[list[str]], wanted: rig.Wanted) -> list[View]:
    units, states = rig.units_of(model), dict(model.units)
    who = "" if n == 1 else " of synapse 0"
    views: list[View] = [
        RasterView("spikes", [Series(0, PRE, colour=0, size=n), Series(1, POST, colour=1, size=1, first=n)])
    ]
    k = 2
    for group in curves:
        series = [Series(k + j, one, states.get(one, ""), colour=j % 6) for j, one in enumerate(group)]
        views.append(TraceView(", ".join(group) + who, series))
        k += len(group)
    if _adds_current(model) or wanted.conductances:
        views.append(TraceView("current into the postsynaptic neuron", [Series(k, "I", units.current, colour=3)]))
    k += 1
    for name in wanted.conductances:
        unit = units.current if name.startswith("I") else units.conductance
        views.append(TraceView(f"post.{name}", [Series(k, name, unit, colour=4)]))
        k += 1
    views.append(TraceView("postsynaptic potential", [Series(k, "V", "mV", colour=1)]))
    return views


def _adds_current(model: Model) -> bool:
    folds = [one for step in model.steps for one in statements_of(step.body) if isinstance(one, Fold)]
    return any(fold.field == "input" for fold in folds)


def _told(wanted: rig.Wanted) -> list[str]:
    lines = []
    for end, names in (("pre", wanted.pre_numbers), ("post", wanted.post_numbers)):
        if names:
            listed = ", ".join(f"{end}.{name}" for name in names)
            lines.append(f"the test neurons compute no {listed}: set what the synapse reads there beside the views")
    for name in wanted.conductances:
        conductance = f"a conductance with the reversal potential {rig.reversal(name)}"
        kind = "a current" if name.startswith("I") else conductance
        lines.append(f"post.{name} is taken for {kind}")
    return lines


def _controls(name, model: Model, wanted, layout, bindings, members, delay: float | None) -> list[Control]:
    pre, post, edges = (layout.name_of(item) for item in members)
    controls = []
    for parameter in model.params[:MOST_BOXES]:
        target = (edges, parameter.name)
        if target in bindings.params:
            controls.append(
                Control(parameter.name, name, bindings.params[target], parameter.unit, parameter.slider, [target])
            )
    if delay is not None:
        most = max(20.0, 2.0 * model.delay)
        controls.append(Control("delay", name, delay, "ms", Slider(0.0, most), written="delay"))

    def add(
        end: str, label: str, unit: str, slider: Slider | None, *targets: tuple[str, str], labels=(), acts_with=None
    ) -> None:
        value = bindings.params[targets[0]]
        hint = HINTS.get(label, "")
        control = Control(label, end, value, unit, slider, list(targets), labels=labels, hint=hint, acts_with=acts_with)
        controls.append(control)

    def choices(labels: tuple[str, ...]) -> Slider:
        numbers = tuple(float(k) for k in range(len(labels)))
        return Slider(numbers[0], numbers[-1], choices=numbers)

    train = len(controls)
    add(PRE, "train", "", choices(rig.TRAINS), (pre, "train"), (post, "train"), labels=rig.TRAINS)
    add(PRE, "rate", "Hz", Slider(0.0, 200.0, step=1.0), (pre, "rate"), (post, "rate"))
    several = (train, (rig.PAIRS, rig.BURSTS))
    add(PRE, "interval", "ms", Slider(1.0, 100.0), (pre, "interval"), acts_with=several)
    add(PRE, "spikes", "", Slider(2.0, 10.0, step=1.0), (pre, "spikes"), acts_with=(train, (rig.BURSTS,)))
    add(PRE, "lag", "ms", Slider(-50.0, 50.0), (post, "lag"), acts_with=(train, (rig.PAIRING,)))
    if wanted.reads_pre_V:
        add(PRE, "V_rest", "mV", Slider(-100.0, 40.0), (pre, "V_rest"))
    for field in wanted.pre_numbers:
        add(PRE, field, "", None, (pre, field))
    units = rig.units_of(model)
    mode = len(controls)
    add(POST, "mode", "", choices(rig.MODES), (post, "mode"), labels=rig.MODES)
    add(POST, "V_clamp", "mV", Slider(-100.0, 60.0), (post, "V_clamp"), acts_with=(mode, (rig.CLAMP,)))
    for field in wanted.conductances:
        if not field.startswith("I"):
            add(POST, rig.reversal(field), "mV", Slider(-100.0, 60.0), (post, rig.reversal(field)))
    for field in wanted.post_numbers:
        add(POST, field, "", None, (post, field))
    for field, unit in (("I_0", units.current), ("C", units.capacitance), ("g_L", units.conductance), ("E_L", "mV"),
                        ("V_th", "mV"), ("V_reset", "mV"), ("t_ref", "ms")):  # fmt: skip
        add(POST, field, unit, None, (post, field))
    return controls
