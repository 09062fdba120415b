"""Which views a lab offers of its populations and connections, and which of them it shows at first."""

from __future__ import annotations

from collections import Counter

from .histogram import HistogramView, what_to_count
from .images import ActivityView, HeatView, SheetView
from .populations import Population, Populations
from .views import View
from .weights import Connection, WeightView, offered

NAMES = {"phase": "phase plane", "heat": "heat map"}
"""What views are called where that is not their kind."""


def offer(views: list[View], who: Populations, connections: list[Connection]) -> list[View]:
    """Add what else can be shown of the populations, name and number all views.

    Shown at first are the given views that are shown, a state or the activity on a sheet where neurons lie on one, and
    the heat map where nothing spikes.
    """
    many = [one for one in who if one.size > 1 and one.quantities]
    sheets = [one for one in many if one.shape is not None]
    spiking = [one for one in who if one.spikes is not None]
    firing = [one for one in sheets if one.spikes is not None]
    found = list(views)
    if firing:
        found.append(ActivityView("", [], who=who, offered=firing))
    if sheets:
        states = [(one, quantity) for one in sheets for quantity in one.quantities]
        found.append(_hidden(SheetView("", [], who=who, offered=states), bool(firing)))
    if many:
        states = [(one, quantity) for one in many for quantity in one.quantities]
        found.append(_hidden(HeatView("", [], who=who, offered=states), bool(spiking)))
    countable = what_to_count(who, connections)
    if many or connections:
        found.append(_hidden(HistogramView("", [], who=who, offered=countable)))
    if matrices := offered(connections):
        found.append(_hidden(WeightView("", [], who=who, offered=matrices)))
    kinds = Counter()
    for number, view in enumerate(found):
        view.id = f"v{number}"
        name = view.name or NAMES.get(view.kind, view.kind)
        kinds[name] += 1
        view.name = name if kinds[name] == 1 else f"{name} {kinds[name]}"
    return found


def _hidden(view: View, hidden: bool = True) -> View:
    view.shown = not hidden
    return view


def on_sheet(shape) -> tuple[int, int] | None:
    """Rows and columns of a population whose shape is a sheet, not a line."""
    sizes = tuple(int(size) for size in shape) if isinstance(shape, (tuple, list)) else ()
    return sizes if len(sizes) == 2 and min(sizes) > 1 else None  # type: ignore[return-value]


__all__ = ["Connection", "Population", "Populations", "offer", "on_sheet"]
