"""What a lab shows: a network with its inputs, the views of it and the controls that act on it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import ModelUseError
from .controls import Control, range_around, same
from .phase_view import phase_view
from .plane import plane_of_group, recorded, variables_of_group
from .recipe import Recipe
from .views import RasterView, RateView, Series, TraceView, View

MOST_BOXES = 40


@dataclass
class Drive:
    """A state that an input protocol may be added to.

    Attributes
    ----------
    label, owner : str
        What the person calls it, and whose it is where there are several.
    place : (object, state)
        In the program.
    unit : str
    number : int or None
        Of the program's input that feeds it, once it has one.
    """

    label: str
    owner: str
    place: tuple[str, str]
    unit: str = ""
    number: int | None = None

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.label}" if self.owner else self.label


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


def neuron_subject(name: str, group) -> Subject:
    """One model: traces of the first neuron and its phase plane, and a raster when there are several."""
    from ..frontends.types_api import Network

    network = Network(group)
    model = group.model.ir
    units = dict(model.units)
    hidden = {"input", "spike", "t_last_spike"}
    names = [state.name for state in model.states if state.name not in hidden]
    wanted = [(group, state, [0]) for state in names]
    if group.num > 1 and any(state.name == "spike" for state in model.states):
        wanted.append((group, "spike"))
    program, bindings = _build(network, (), wanted)
    owner = network.layout.name_of(group)
    bindings.names[owner] = name
    scale = _typical(group, names)
    views: list[View] = []
    for k, state in enumerate(names):
        one = Series(k, state, units.get(state, ""), colour=k % 6)
        place = next((view for view in views if _fits(view, one, scale)), None)
        if place is None:
            views.append(TraceView("", [one]))
        else:
            place.series.append(one)
    who = "" if group.num == 1 else " of neuron 0"
    for view in views:
        view.title = ", ".join(one.name for one in view.series) + who
    if len(wanted) > len(names):
        views.append(RasterView("spikes", [Series(len(names), name, size=group.num)]))
    notices = _notices([group])
    try:
        places = {variable: (owner, variable) for variable in variables_of_group(group.model)}
        if len(places) > 1:
            seen, monitors = recorded(program, bindings, places)
            views.append(phase_view(plane_of_group(group.model, owner, monitors, group.num)))
            program = seen
    except ModelUseError as error:
        notices.append(f"no phase plane: {error}")
    _number(views)
    controls = []
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
        views,
        controls,
        _seed(program, bindings),
        network.layout,
        notices,
        drives=_drives(network.layout, [group], bindings),
    )


def network_subject(name: str, network, inputs, sliders, namespace: dict, linked: dict[int, str]) -> Subject:
    """A network: raster and rate of every population that spikes, else a trace of the first neuron.

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
    wanted: list[tuple] = [(group, "spike") for group in spiking]
    traced = None
    if not spiking and groups:
        traced = groups[0]
        first = next(state.name for state in traced.model.ir.states if state.name not in ("input", "t_last_spike"))
        wanted = [(traced, first, [0])]
    program, bindings = _build(network, inputs, wanted)
    layout = network.layout
    shown = {id(item): _shown_name(item, namespace) for item in layout.objects}
    bindings.names = {layout.name_of(item): shown[id(item)] for item in layout.objects}

    views: list[View] = []
    first_row = 0
    series = []
    for k, group in enumerate(spiking):
        series.append(Series(k, shown[id(group)], colour=k % 6, size=group.num, first=first_row))
        first_row += group.num
    if series:
        views = [RasterView("spikes", series), RateView("population rate", series)]
    elif traced is not None:
        views = [TraceView(f"{wanted[0][1]} of neuron 0", [Series(0, wanted[0][1])])]
    _number(views)

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
        _seed(program, bindings),
        layout,
        _notices(network.members),
        drives=_drives(layout, groups, bindings),
    )


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


def _fits(view: View, one: Series, scale: dict[str, float]) -> bool:
    """States share axes when they have the same unit and start at values of similar size."""
    first = view.series[0]
    if first.unit != one.unit or len(view.series) >= 5:
        return False
    a, b = max(scale[first.name], 1.0), max(scale[one.name], 1.0)
    return max(a, b) <= 15 * min(a, b)


def _number(views: list[View]) -> None:
    for k, view in enumerate(views):
        view.id = f"v{k}"


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


def _seed(program, bindings) -> int | None:
    from ..frontends.types_api.program import has_noise

    return int(bindings.seed) if has_noise(program) else None


__all__ = ["Drive", "Subject", "network_subject", "neuron_subject", "same"]
