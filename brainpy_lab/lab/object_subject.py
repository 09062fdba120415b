"""What a lab shows of a model that is written as classes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from ..errors import ModelUseError
from ..frontends.objects_api.base import DynamicalSystem
from ..frontends.objects_api.element import Element
from ..frontends.objects_api.groups import NeuDyn
from ..frontends.objects_api.runner import DSRunner
from .controls import Control, range_around
from .object_views import HIDDEN, ObjectViews
from .subject import MOST_BOXES, Drive, Place, Subject


@contextmanager
def watch_models():
    """Collect the models and runners that are made meanwhile, in order."""
    made: list[Any] = []
    kept = DynamicalSystem.__init__, DSRunner.__init__

    def watching(init: Callable) -> Callable:
        def watched(item: Any, *args: Any, **kwargs: Any) -> None:
            init(item, *args, **kwargs)
            if not any(item is other for other in made):
                made.append(item)

        return watched

    DynamicalSystem.__init__, DSRunner.__init__ = watching(kept[0]), watching(kept[1])
    try:
        yield made
    finally:
        DynamicalSystem.__init__, DSRunner.__init__ = kept


def whole_models(made: list[Any]) -> list[DynamicalSystem]:
    """Those of some models that are no part of another of them."""
    models = [item for item in made if isinstance(item, DynamicalSystem)]
    parts = {id(node) for model in models for node in model.nodes(include_self=False).values()}
    return [model for model in models if id(model) not in parts]


def object_subject(
    name: str,
    model: DynamicalSystem,
    inputs: Any,
    sliders,
    namespace: dict,
    linked: dict[int, str],
    runner: DSRunner | None = None,
) -> Subject:
    """Raster and rate of every group that spikes, traces of a neuron, images, and of a single group its phase plane.

    Parameters
    ----------
    name : str
    model : DynamicalSystem
    inputs
        As for `DSRunner`.
    sliders : sequence of NetworkSlider
        What the cell says with ``X = NUMBER in [lo, hi]``.
    namespace : dict
        Where the owners of `sliders` are looked up.
    linked : dict
        Number of an input -> name of the slider that is its value.
    runner : DSRunner, optional
        One of the cell, whose inputs are taken.
    """
    groups = [node for node in model.nodes().unique().values() if isinstance(node, NeuDyn)]
    paths = {id(node): path or name for path, node in model.nodes("relative").items()}
    shown = DSRunner(model, inputs=inputs, progress_bar=False)
    if runner is not None and not shown.inputs:
        shown.inputs = runner.inputs
    element, why = None, ""
    try:
        element = Element(model, runner=shown)
    except ModelUseError as error:
        if len(groups) <= 1:
            raise
        why = f"no phase plane: {error}"  # a network has other views
    recorder = ObjectViews(model, name, groups, paths, element)
    recorder.said += [why] if why else []
    shown.monitors = recorder.outputs()
    laid = shown.lay_out()
    program, views, who = recorder.views(laid)
    controls = _controls(shown, laid, sliders, namespace, linked, groups)
    kind = "neuron" if model in groups else "network"
    n_neurons = sum(group.num for group in groups)
    n_edges = sum(
        laid.bindings.sizes[item.name] for item in laid.program.objects if (item.name, "weight") in laid.bindings.params
    )
    size = "1 neuron" if n_neurons == 1 else f"{n_neurons:,} neurons"
    summary = f"{size}, {n_edges:,} synapses" if n_edges else size
    from ..frontends.types_api.program import has_noise

    seed = int(laid.bindings.seed) if has_noise(laid.program) else None
    notices = [*laid.notices, *recorder.said]
    subject = Subject(name, kind, summary, program, laid.bindings, views, controls, seed, None, notices)
    subject.who, subject.drives = who, _drives(laid, groups, paths)
    subject.states = _states(laid, groups or [model], paths)
    return subject


def _drives(laid, groups: list, paths: dict[int, str]) -> list[Drive]:
    """The variables called input, which groups read as a current and clear after each step."""
    places = {id(variable): place for variable, place in laid.places.items()}
    found = []
    for group in groups:
        place = places.get(id(vars(group).get("input")))
        if place is not None and place not in laid.constants:
            found.append(Drive("input", paths[id(group)] if len(groups) > 1 else "", place))
    return found


def _states(laid, holders: list, paths: dict[int, str]) -> list[Place]:
    """The real variables that groups have of their own."""
    places = {id(variable): place for variable, place in laid.places.items()}
    found = []
    for holder in holders:
        owner = paths[id(holder)] if len(holders) > 1 else ""
        for key, value in vars(holder).items():
            place = places.get(id(value))
            if place is not None and key not in HIDDEN and value.dtype.kind == "f" and value.size:
                found.append(Place(key, owner, place))
    return found


def _controls(shown: DSRunner, laid, sliders, namespace: dict, linked: dict[int, str], groups: list) -> list[Control]:
    controls: list[Control] = []
    places = laid.param_places
    fed: set[tuple[str, str]] = set()
    for slider in sliders:
        targets: list[tuple[str, str]] = []
        owner = ""
        if slider.owner:
            item = eval(slider.owner, namespace)  # a dotted name, read from the cell's own syntax tree
            owner = slider.owner
            targets = places.get((id(item), slider.name), [])
        for k, linked_name in linked.items():
            if linked_name == slider.name and k < len(shown.inputs):
                targets = [*targets, *places.get((id(shown.inputs[k]), "value"), [])]
        fed.update(targets)
        controls.append(Control(slider.name, owner, slider.value, "", slider.slider, list(targets), [], slider.target))
    for spec in shown.inputs:
        targets = [place for place in places.get((id(spec), "value"), []) if place not in fed]
        if targets and isinstance(spec.value, (int, float)):
            controls.append(Control("input", spec.called, spec.value, "", range_around(spec.value), targets))
    if len(groups) == 1:
        (group,) = groups
        for key, value in vars(group).items():
            targets = [place for place in places.get((id(group), key), []) if place not in fed]
            if targets and isinstance(value, float) and len(controls) < MOST_BOXES:
                controls.append(Control(key, "", value, "", None, targets))
    return controls


def object_table(model: DynamicalSystem, name: str) -> str:
    """The parts of a model as a Markdown table."""
    from ..frontends.objects_api.groups import Dynamic, Projection

    rows = ["| part | class | size |", "|:--|:--|--:|"]
    for path, node in model.nodes("relative").items():
        if isinstance(node, (Dynamic, Projection)) and "before_updates" not in path:
            size = f"{node.num:,}" if isinstance(node, Dynamic) else ""
            rows.append(f"| `{path or name}` | {type(node).__name__} | {size} |")
    return "\n".join(rows)
