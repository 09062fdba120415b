"""What a lab records and shows of a model that is written as classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from ..frontends.objects_api.base import DynamicalSystem
from ..frontends.objects_api.element import Element
from ..math.variable import Variable
from .offer import offer, on_sheet
from .phase_view import phase_view, phase_view_of
from .plane import MOST_VARIABLES, plane_of_element, recorded, sound_variables
from .populations import Population, Populations, Quantity
from .views import RasterView, RateView, Series, TraceView, View
from .weights import Connection, Weight, edge_parameter, edge_state

MOST_TRACES = 4
HIDDEN = {"spike", "input", "t_last_spike", "refractory"}


class ObjectViews:
    """The views of a model, in two steps: what is to be recorded, and, once the model is laid out, the views.

    Of groups with several neurons, and of a model without groups whose variables have one size, the states of one
    neuron are recorded, which may become another neuron; of other groups those of their only one.

    Parameters
    ----------
    model : DynamicalSystem
    name : str
        What the model is called.
    groups : list
        Its groups of neurons.
    paths : dict of int to str
        Identity of a part -> what it is called.
    element : Element, optional
        Of the model, for phase planes.

    Attributes
    ----------
    said : list of str
        Why there is no phase plane although there might be one.
    """

    def __init__(self, model: DynamicalSystem, name: str, groups: list, paths: dict[int, str], element: Element | None):
        self.model, self.name, self.paths, self.element = model, name, paths, element
        self.many = [group for group in groups if group.num > 1]
        self.single = [group for group in groups if group.num == 1]
        if not groups:
            (self.many if _common_size(model) > 1 else self.single).append(model)
        self.is_alone = len(groups) <= 1
        self.spiking = [group for group in self.many if isinstance(vars(group).get("spike"), Variable)]
        self.in_plane, self.said = _in_plane(element if self.is_alone else None)
        self.in_planes: dict[str, dict[str, Variable]] = {}
        if not self.is_alone:
            self.in_planes, self.said = _in_planes(element, [paths[id(group)] for group in self.many])
        self.fixed = self._fixed_traces()
        self.watched = [(group, *found) for group in self.many for found in self._watched(group).items()]

    # -- what is recorded --------------------------------------------------------------------------------------------

    def outputs(self) -> dict[str, Callable[[], Any]]:
        """The monitors of the runner."""
        return {
            **{f"spike of {k}": _all_of(group.spike) for k, group in enumerate(self.spiking)},
            **{f"watched {k}": _all_of(variable) for k, (_, _, variable) in enumerate(self.watched)},
            **{label: _first_of(variable) for label, variable in self.fixed},
        }

    def _watched(self, group: Any) -> dict[str, Variable]:
        """The variables of a group of many neurons that are recorded of one of them."""
        size = _size_of(group)
        real = {key: value for key, value in _real(group) if value.size == size}
        if self.is_alone:
            return dict(list(real.items())[:MOST_TRACES])
        first = next(iter(real.values()), None)
        fitting = [(key, value) for key, value in real.items() if _alike(_scale(first), _scale(value))]
        return dict(fitting[:MOST_TRACES])

    def _fixed_traces(self) -> list[tuple[str, Variable]]:
        """Label and variable of what is traced of groups with a single neuron: of the only group all, else one."""
        found = []
        for group in self.single:
            real = _real(group)[: MOST_TRACES if self.is_alone else 1]
            prefix = "" if self.is_alone else f"{self.paths[id(group)]}."
            found += [(f"{prefix}{key}", value) for key, value in real]
        return found[:MOST_TRACES]

    # -- what is shown -----------------------------------------------------------------------------------------------

    def views(self, laid: Any) -> tuple[Any, list[View], Populations]:
        """Of a laid out model that records `outputs`: its program, which records for a phase plane too, the views, and
        the populations."""
        numbers = iter([number for number, _, _ in laid.outputs])
        spikes = {id(group): next(numbers) for group in self.spiking}
        number_of: dict[int, int] = {}
        for _, _, variable in self.watched:
            number_of[id(variable)] = number = next(numbers)
            laid.bindings.indices[number] = np.zeros(1, np.int64)
        fixed = [Series(next(numbers), label, colour=k % 6) for k, (label, _) in enumerate(self.fixed)]
        who = self._populations(laid, spikes, number_of)
        found = self._spike_views(who) + self._trace_views(who, fixed)
        program = laid.program
        if self.in_plane:
            places = {label: laid.places[variable] for label, variable in self.in_plane.items()}
            program, monitors = recorded(program, laid.bindings, places)
            size = max(variable.size for variable in self.in_plane.values())
            found.append(phase_view(plane_of_element(self.element, laid, monitors, size)))
        planes = []
        for population in who:
            if population.name in self.in_planes:
                places = {label: laid.places[one] for label, one in self.in_planes[population.name].items()}
                program, monitors = recorded(program, laid.bindings, places)
                population.watched |= {label: monitor for label, (monitor, _) in monitors.items()}
                planes.append((population, plane_of_element(self.element, laid, monitors, population.size)))
        if planes:
            found.append(phase_view_of(planes))
        return program, offer(found, who, _connections(self.model, self.paths, laid)), who

    def _populations(self, laid: Any, spikes: dict[int, int], number_of: dict[int, int]) -> Populations:
        who = Populations()
        ordered = [*self.spiking, *(group for group in self.many if id(group) not in spikes)]
        for k, group in enumerate(ordered):
            size = _size_of(group)
            one = Population(self.paths.get(id(group)) or self.name, size, sum(other.size for other in who), k % 6)
            one.shape, one.spikes = on_sheet(getattr(group, "size", ())), spikes.get(id(group))
            one.quantities = [
                Quantity(key, "", laid.places[variable])
                for key, variable in _real(group)
                if variable.size == size and variable in laid.places
            ]
            mine = [(key, variable) for holder, key, variable in self.watched if holder is group]
            one.watched = {key: number_of[id(variable)] for key, variable in mine}
            one.traced = [Series(one.watched[key], key, colour=n % 6) for n, (key, _) in enumerate(mine[:MOST_TRACES])]
            who.append(one)
        return who

    def _spike_views(self, who: Populations) -> list[View]:
        series = [one.events for one in who if one.spikes is not None]
        if not series:
            return []
        found: list[View] = [RasterView("spikes", series, who=who)]
        if len(series) > 1 or series[0].size >= 20:
            found.append(RateView("population rate", series))
        return found

    def _trace_views(self, who: Populations, fixed: list[Series]) -> list[View]:
        found: list[View] = []
        if who and not self.is_alone:
            if any(one.traced for one in who):
                who.chosen = next(k for k, one in enumerate(who) if one.traced)
                found.append(TraceView("", [], who=who, follows=True))
                found[0].shown = not self.spiking
        elif who:
            values = dict((key, variable) for _, key, variable in self.watched)
            found += _on_axes(who[0].traced, [values[one.name] for one in who[0].traced], who)
        return found + _on_axes(fixed, [variable for _, variable in self.fixed], None)


def _on_axes(series: list[Series], variables: list[Variable], who: Populations | None) -> list[View]:
    """Traces, together where their values are of similar size."""
    found: list[tuple[float, TraceView]] = []
    for one, variable in zip(series, variables):
        place = next((view for scale, view in found if _alike(scale, _scale(variable))), None)
        if place is None:
            found.append((_scale(variable), TraceView("", [one], who=who)))
        else:
            place.series.append(one)
    for _, view in found:
        view.title = ", ".join(one.name for one in view.series) + " of the first neuron"
    return [view for _, view in found]


def _in_plane(element: Element | None) -> tuple[dict[str, Variable], list[str]]:
    """The variables of a phase plane, none where there are fewer than two, and why there is none although there might
    be."""
    if element is None:
        return {}, []
    names, said = sound_variables(element.slopes)
    if len(names) >= 2:
        return {name: element.slopes.integrated[name] for name in names[:MOST_VARIABLES]}, []
    return {}, [f"no phase plane: {said}"] if said and len(element.slopes) >= 2 else []


def _in_planes(element: Element | None, groups: list[str]) -> tuple[dict[str, dict[str, Variable]], list[str]]:
    """The same for the groups of a network, by name: only the equations of that part."""
    if element is None:
        return {}, []
    found, said = {}, []
    slopes = element.slopes
    for group in groups:
        part = [name for name in slopes if name.startswith(f"{group}.")]
        names, why = sound_variables(slopes, part)
        if len(names) >= 2:
            found[group] = {name: slopes.integrated[name] for name in names[:MOST_VARIABLES]}
        elif why and len(part) >= 2:
            said.append(f"no phase plane of {group}: {why}")
    return found, said


def _connections(model: DynamicalSystem, paths: dict[int, str], laid: Any) -> list[Connection]:
    """Everything that keeps its edges, with the weights that differ from edge to edge."""
    nodes = model.nodes("relative")
    found = []
    for path, node in nodes.items():
        held = vars(node)
        if not {"pre_ids", "post_ids", "num_in", "num_out"} <= held.keys():
            continue
        ends = [_end(nodes, paths, path, end) for end in ("pre", "post")]
        called = path.removesuffix(".comm").removesuffix(".proj") or path
        one = Connection(called, *ends, held["num_in"], held["num_out"], held["pre_ids"], held["post_ids"])
        weight = held.get("weight")
        if np.size(getattr(weight, "value", weight)) == len(one.pre_ids) > 1:
            place = next(iter(laid.param_places.get((id(node), "weight"), ())), None)
            if isinstance(weight, Variable) and weight in laid.places:
                one.weights.append(Weight("weight", "", edge_state(*laid.places[weight])))
            elif place is not None and laid.bindings.sizes[place[0]] == len(one.pre_ids):
                one.weights.append(Weight("weight", "", edge_parameter(*place)))
            elif isinstance(weight, np.ndarray) and weight.ndim == 1:
                one.weights.append(Weight("weight", "", lambda simulation, weight=weight: weight))
        found.append(one)
    return found


def _end(nodes: dict, paths: dict[int, str], path: str, end: str) -> str:
    """What the population at an end of a connection is called: the projection around it knows."""
    while path:
        path = path.rpartition(".")[0]
        refs = vars(nodes[path]).get("refs") if path in nodes else None
        if refs is not None:
            return paths.get(id(getattr(refs, end)), "") or end
    return end


def _real(group: Any) -> list[tuple[str, Variable]]:
    return [
        (key, value)
        for key, value in vars(group).items()
        if isinstance(value, Variable) and key not in HIDDEN and value.dtype.kind == "f" and value.size
    ]


def _common_size(model: Any) -> int:
    """The size that most variables of a model have."""
    sizes = Counter(variable.size for _, variable in _real(model))
    return sizes.most_common(1)[0][0] if sizes else 1


def _size_of(holder: Any) -> int:
    return int(holder.num) if hasattr(holder, "num") else _common_size(holder)


def _all_of(variable: Variable) -> Callable[[], Any]:
    return lambda: variable.value


def _first_of(variable: Variable) -> Callable[[], Any]:
    return lambda: variable.value.reshape(-1)[:1]


def _scale(variable: Variable) -> float:
    return max(1.0, float(np.abs(variable.numpy().reshape(-1)[0])))


def _alike(a: float, b: float) -> bool:
    return max(a, b) <= 15 * min(a, b)
