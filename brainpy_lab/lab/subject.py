"""What a lab shows: a network with its inputs, the views of it and the controls that act on it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import ModelUseError
from .controls import Control, range_around, same
from .offer import offer, on_sheet
from .phase_view import phase_view, phase_view_of
from .plane import plane_of_group, planes_of_groups, recorded, variables_of_group
from .populations import Population, Populations, Quantity
from .recipe import Recipe
from .views import RasterView, RateView, Series, TraceView, View
from .weights import Connection, Weight, edge_parameter, edge_state

MOST_BOXES = 40


@dataclass
class Place:
    """A state of a group.

    Attributes
    ----------
    label, owner : str
        What the person calls it, and whose it is where there are several.
    place : (object, state)
        In the program.
    unit : str
    """

    label: str
    owner: str
    place: tuple[str, str]
    unit: str = ""

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.label}" if self.owner else self.label


@dataclass
class Drive(Place):
    """A state that an input protocol may be added to, and the number of the input that feeds it, once it has one."""

    number: int | None = None


@dataclass
class Subject:
    """A network, ready to be built.

    Attributes
    ----------
    name, kind, summary : str
    program, bindings
        Of the network with the monitors that the views need.
    views : list of View
    controls : list of Control
    seed : int or None
        None when nothing is random.
    layout : Layout
        Which object each part of the program stands for.
    notices : list of str
        What is allowed in the models but probably not meant, one line for each model.
    recipe : Recipe or None
        The cell that it was made from.
    drives : list of Drive
        What input protocols may be added to.
    who : Populations
        The neurons, and which of them has been chosen.
    states : list of Place
        What a person may give initial values.
    """

    name: str
    kind: str
    summary: str
    program: object
    bindings: object
    views: list[View]
    controls: list[Control]
    seed: int | None = None
    layout: object = None
    notices: list[str] = field(default_factory=list)
    recipe: Recipe | None = None
    drives: list[Drive] = field(default_factory=list)
    who: Populations = field(default_factory=Populations)
    states: list[Place] = field(default_factory=list)

    @property
    def shown(self) -> list[View]:
        """The views that are shown."""
        return [view for view in self.views if view.shown]


def neuron_subject(name: str, group, inputs=()) -> Subject:
    """One model: traces of one neuron and its phase plane; of several also a raster, images and a histogram.

    `inputs` are those of ``group.run``.
    """
    from ..frontends.types_api import Network
    from ..frontends.types_api.inputs import read_group_inputs

    network = Network(group)
    model = group.model.ir
    units = dict(model.units)
    hidden = {"input", "spike", "t_last_spike"}
    names = [state.name for state in model.states if state.name not in hidden]
    spikes = any(state.name == "spike" for state in model.states)
    specs = read_group_inputs(group, inputs)
    given = [(group, spec.key, spec.value, spec.op) for spec in specs]
    if spikes and not names:
        names, spikes = ["spike"], False  # there is nothing else to see
    wanted = [(group, state, [0]) for state in names]
    if group.num > 1 and spikes:
        wanted.append((group, "spike"))
    program, bindings = _build(network, given, wanted)
    if len(wanted) > len(names) and program.monitors[len(names)].kind == "dense":  # a number of spikes
        names.append("spike")
        wanted[-1] = (group, "spike", [0])
        program, bindings = _build(network, given, wanted)
    owner = network.layout.name_of(group)
    bindings.names[owner] = name
    scale = _typical(group, names)
    population = Population(name, group.num, shape=on_sheet(group.geometry))
    # A state that can only be 0 or 1 is recorded as events, and is no curve.
    curves = {state: k for k, state in enumerate(names) if program.monitors[k].kind == "dense"}
    population.quantities = [Quantity(state, units.get(state, ""), (owner, state)) for state in curves]
    population.watched = dict(curves)
    population.spikes = len(names) if len(wanted) > len(names) else None
    who = Populations([population])
    views: list[View] = []
    for state, k in curves.items():
        one = Series(k, state, units.get(state, ""), colour=k % 6)
        place = next((view for view in views if _fits(view.series, one, scale)), None)
        if place is None:
            views.append(TraceView("", [one], who=who))
        else:
            place.series.append(one)
    for view in views:
        view.title = ", ".join(one.name for one in view.series)
    if population.spikes is not None:
        views.append(RasterView("spikes", [population.events], who=who))
    notices = _notices([group])
    try:
        places = {variable: (owner, variable) for variable in variables_of_group(group.model)}
        if len(places) > 1:
            seen, monitors = recorded(program, bindings, places)
            views.append(phase_view(plane_of_group(group.model, owner, monitors, group.num, seen)))
            program = seen
    except ModelUseError as error:
        notices.append(f"no phase plane: {error}")
    controls = [
        Control(spec.key.rpartition(".")[2], "", float(value), "", range_around(value), [], [k])
        for k, (spec, value) in enumerate(zip(specs, bindings.inputs))
        if not hasattr(value, "shape")
    ]
    for parameter in model.params[:MOST_BOXES]:
        value = bindings.params.get((owner, parameter.name))
        if value is not None and not hasattr(value, "shape"):
            controls.append(
                Control(parameter.name, "", value, parameter.unit, parameter.slider, [(owner, parameter.name)])
            )
    size = "1 neuron" if group.num == 1 else f"{group.num:,} neurons"
    return Subject(
        name,
        "neuron",
        size,
        program,
        bindings,
        offer(views, who, []),
        controls,
        _seed(program, bindings, [group]),
        network.layout,
        notices,
        drives=_drives(network.layout, [group], bindings),
        who=who,
        states=_beginnings(network.layout, [group], bindings),
    )


def network_subject(name: str, network, inputs, sliders, namespace: dict, linked: dict[int, str]) -> Subject:
    """A network: raster and rate of every population that spikes, else an image of the first state; and more on demand.

    Where the state 'spike' may be more than 1, a number of spikes, it is shown as other states are.

    Parameters
    ----------
    inputs
        As for ``Network.run``.
    sliders : sequence of NetworkSlider
        What the cell says with ``X = NUMBER in [lo, hi]``.
    namespace : dict
        Where the names of `sliders` are looked up.
    linked : dict
        Number of an input -> name of the slider that is its value.
    """
    from ..frontends.types_api import NeuGroup, SynConn

    groups = [item for item in network.members if isinstance(item, NeuGroup)]
    spiking = [group for group in groups if any(state.name == "spike" for state in group.model.ir.states)]
    counting: set[int] = set()
    while True:
        wanted: list[tuple] = [(group, "spike") for group in spiking]
        traced = {id(group): _alike(group, counting) for group in groups}
        wanted += [(group, state, [0]) for group in groups for state in traced[id(group)]]
        program, bindings = _build(network, inputs, wanted)
        found = {id(group) for k, group in enumerate(spiking) if program.monitors[k].kind == "dense"}
        if not found:
            break
        counting |= found
        spiking = [group for group in spiking if id(group) not in counting]
    layout = network.layout
    shown = {id(item): _shown_name(item, namespace) for item in layout.objects}
    bindings.names = {layout.name_of(item): shown[id(item)] for item in layout.objects}

    who, monitor, population_of = Populations(), len(spiking), {}
    for k, group in enumerate([*spiking, *(group for group in groups if group not in spiking)]):
        first_row = sum(one.size for one in who)
        one = Population(shown[id(group)], group.num, first_row, k % 6, on_sheet(group.geometry))
        one.spikes = k if k < len(spiking) else None
        owner, units = layout.name_of(group), dict(group.model.ir.units)
        one.quantities = [Quantity(state, units.get(state, ""), (owner, state)) for state in _states(group, counting)]
        who.append(one)
        population_of[id(group)] = one
    for group in groups:
        one = population_of[id(group)]
        units = dict(group.model.ir.units)
        for k, state in enumerate(traced[id(group)]):
            one.watched[state] = monitor
            one.traced.append(Series(monitor, state, units.get(state, ""), colour=k))
            monitor += 1
    views: list[View] = []
    if spiking:
        series = [one.events for one in who if one.spikes is not None]
        views = [RasterView("spikes", series, who=who), RateView("population rate", series)]
    if any(one.traced for one in who):
        who.chosen = next(k for k, one in enumerate(who) if one.traced)
        views.append(TraceView("", [], who=who, follows=True))
        views[-1].shown = not spiking
    notices = _notices(network.members)
    program, planes = planes_of_groups(
        program, bindings, [(group.model, layout.name_of(group), population_of[id(group)]) for group in groups], notices
    )
    if planes:
        views.append(phase_view_of(planes))
    views = offer(views, who, _connections(network, layout, program, bindings, shown))

    controls = _network_controls(network, layout, bindings, sliders, namespace, linked, shown)
    n_neurons = sum(group.num for group in groups)
    n_synapses = sum(item.num for item in network.members if isinstance(item, SynConn))
    summary = f"{n_neurons:,} neurons" + (f", {n_synapses:,} synapses" if n_synapses else "")
    return Subject(
        name,
        "network",
        summary,
        program,
        bindings,
        views,
        controls,
        _seed(program, bindings, groups),
        layout,
        notices,
        drives=_drives(layout, groups, bindings),
        who=who,
        states=_beginnings(layout, groups, bindings),
    )


def _states(group, counting: set[int]) -> list[str]:
    """The states of a group that are worth a picture; its spikes are where they are numbers."""
    hidden = {"input", "t_last_spike", "refractory"} | (set() if id(group) in counting else {"spike"})
    return [state.name for state in group.model.ir.states if state.name not in hidden]


def _alike(group, counting: set[int]) -> list[str]:
    """The first state, and those that fit on its axes."""
    names, units = _states(group, counting), dict(group.model.ir.units)
    scale, found = _typical(group, names), []
    for name in names:
        if not found or (len(found) < 4 and _fits(found, Series(0, name, units.get(name, "")), scale)):
            found.append(Series(0, name, units.get(name, "")))
    return [one.name for one in found]


def _connections(network, layout, program, bindings, shown) -> list[Connection]:
    """The connections whose edges are stored, with what each edge has: states, and parameters of its own."""
    from ..frontends.types_api import SynConn
    from ..ir.program import Projection
    from ..passes.merge import merge
    from ..runtime.bindings import Edges

    merged, found = merge(program).sums, []
    for item in network.members:
        name = layout.name_of(item) if isinstance(item, SynConn) and id(item) in layout.names else None
        target = program.find(name) if name is not None else None
        edges = bindings.edges.get(name)
        if not isinstance(target, Projection) or not isinstance(edges, Edges):
            continue
        units = dict(item.model.ir.units)
        weights = [Weight(key, units.get(key, ""), edge_parameter(name, key)) for key in sorted(target.spread)]
        if name not in merged:
            real = [state.name for state in target.states if state.name != "t_last_pre_spike"]
            weights += [Weight(state, units.get(state, ""), edge_state(name, state)) for state in real]
        ends = [shown.get(id(getattr(end, "source", end)), "") for end in (item.pre_group, item.post_group)]
        sizes = [bindings.sizes[end] for end in (target.pre, target.post)]
        found.append(Connection(shown[id(item)], *ends, *sizes, edges.pre_ids, edges.post_ids, weights))
    return found


def _network_controls(network, layout, bindings, sliders, namespace, linked, shown) -> list[Control]:
    controls: list[Control] = []
    for slider in sliders:
        if slider.owner:
            item = eval(slider.owner, namespace)  # a dotted name, read from the cell's own syntax tree
            targets = [(layout.name_of(item), slider.name)] if id(item) in layout.names else []
            owner = shown.get(id(item), slider.owner)
            controls.append(Control(slider.name, owner, slider.value, "", slider.slider, targets, [], slider.target))
            continue
        targets = []
        for item in network.members:
            untouched = slider.name not in item.pars.updates
            value = bindings.params.get((layout.name_of(item), slider.name))
            if value is not None and untouched and item.model.step_functions and not hasattr(value, "shape"):
                targets.append((layout.name_of(item), slider.name))
        fed = [k for k, name in linked.items() if name == slider.name]
        controls.append(Control(slider.name, "", slider.value, "", slider.slider, targets, fed, slider.target))
    taken = {target for control in controls for target in control.targets}
    for k, spec in enumerate(layout.inputs):
        value = bindings.inputs[k]
        if k not in linked and not hasattr(value, "shape"):
            field_name = spec.key.rpartition(".")[2]
            label = spec.owner.model.ir.input_name or field_name
            controls.append(Control(label, shown[id(spec.owner)], value, "", range_around(value), [], [k]))
    for item in network.members:
        for parameter in item.model.ir.params:
            target = (layout.name_of(item), parameter.name)
            if parameter.slider and target not in taken and not hasattr(bindings.params.get(target), "shape"):
                value = bindings.params[target]
                controls.append(
                    Control(parameter.name, shown[id(item)], value, parameter.unit, parameter.slider, [target])
                )
    return controls


def _drives(layout, groups, bindings) -> list[Drive]:
    """The inputs of groups that take one."""
    from ..frontends.types_api.inputs import takes_no_input

    found = []
    for group in groups:
        model = group.model.ir
        if "input" in group.ST and not takes_no_input(model) and model.steps:
            label = model.input_name or "input"
            unit = next((param.unit for param in model.params if param.name == label), "")
            name = layout.name_of(group)
            owner = bindings.names[name] if len(groups) > 1 else ""
            found.append(Drive(label, owner, (name, "input"), unit))
    return found


def _beginnings(layout, groups, bindings) -> list[Place]:
    """The states of groups that the model gives a beginning."""
    found = []
    for group in groups:
        name, units = layout.name_of(group), dict(group.model.ir.units)
        owner = bindings.names[name] if len(groups) > 1 else ""
        for state in group.model.ir.states:
            if state.name not in ("input", "spike", "t_last_spike") and state.dtype == "real":
                found.append(Place(state.name, owner, (name, state.name), units.get(state.name, "")))
    return found


def _build(network, inputs, wanted):
    """The program with the monitors of the views only: what the user records belongs to runs, not to the lab."""
    with _no_monitors(network.members):
        return network.build_program(inputs, wanted)


@contextmanager
def _no_monitors(members):
    kept = [(item, item.monitors) for item in members]
    try:
        for item in members:
            item.monitors = []
        yield
    finally:
        for item, monitors in kept:
            item.monitors = monitors


def _shown_name(item, namespace: dict) -> str:
    """The name under which the cell holds an object, which says more than an automatic one."""
    for name, value in namespace.items():
        if value is item and not name.startswith("_"):
            return name
    return item.name


def _typical(group, names: list[str]) -> dict[str, float]:
    return {name: abs(float(group.ST[name][0])) for name in names}


def _fits(series: list[Series], one: Series, scale: dict[str, float]) -> bool:
    """States share axes when they have the same unit and start at values of similar size."""
    first = series[0]
    if first.unit != one.unit or len(series) >= 5:
        return False
    a, b = max(scale[first.name], 1.0), max(scale[one.name], 1.0)
    return max(a, b) <= 15 * min(a, b)


def _notices(members) -> list[str]:
    """For every model the first thing that looks wrong, and how many there are."""
    from ..ir.verify import warnings

    lines = []
    for model in {id(item.model): item.model for item in members}.values():
        found = warnings(model.ir)
        if found:
            more = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
            lines.append(f"{found[0]}{more}")
    return lines


def _seed(program, bindings, groups) -> int | None:
    """The seed of what is random in steps, or else in initial values; None when nothing is, or nobody has set one."""
    from .. import profile
    from ..frontends.types_api.program import has_noise

    if has_noise(program):
        return int(bindings.seed)
    draws = any(item.kind != "value" for group in groups for item in group.model.ir.initial)
    return profile.get_seed() if draws else None


__all__ = ["Drive", "Place", "Subject", "network_subject", "neuron_subject", "same"]
