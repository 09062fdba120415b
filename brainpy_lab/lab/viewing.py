"""Which views of a lab are shown, what they show, and that what they need has been looked at.

A view may need what nobody recorded: the potential of a neuron that was chosen just now, or an image of a state that
was switched on just now. Then the session goes back by the window and computes it again, with the same bits, for the
monitors and samplers that look there now; how far back depends on how long that takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import checks
from ..checks import near
from ..errors import ModelKeyError, ModelUseError

if TYPE_CHECKING:
    from .lab import Lab
    from .populations import Populations
    from .subject import Subject
    from .views import View, Window

REPEAT_SECONDS = 1.0
"""A repeat that would take longer goes less far back."""


class Looking:
    """Sees to it that somebody looks at what the shown views need. Lives as long as a session; used in its thread."""

    def __init__(self) -> None:
        self._reached = 0  # the first step of the window, after a repeat that could not go further back
        self._step = 0

    def look(self, session, views: list[View], who: Populations, window: Window) -> None:
        """Take on the samplers of the views that are shown, and look at the past of those that are new."""
        wanted = [sampler for view in views if (sampler := view.sampler(window)) is not None]
        if set(map(id, wanted)) != set(map(id, session.samplers)):
            session.samplers[:] = wanted
        if window.last < self._step:  # it went back: what could not be reached then may be close now
            self._reached = 0
        self._step = window.last
        seen = window.since(self._reached)
        if seen.last == seen.first or not any(view.lacks(seen) for view in views):
            return
        began = session.repeat((window.last - window.first) * window.dt, REPEAT_SECONDS)
        first = session.simulation.run_step - (session.step_count - began.step)
        for one in who:
            one.since = min(one.since, first)
        for view in views:
            view.has_seen(first)
        still = any(view.lacks(window.since(first)) for view in views)
        self._reached = window.last if still else first if first > window.first else 0


def keep_views(before: Subject, after: Subject) -> None:
    """Let views of a subject that was made anew be shown as those of the same name were, with the same choice."""
    known = {view.name: view for view in before.views if view.name}
    for view in after.views:
        old = known.get(view.name)
        if old is not None:
            view.shown = old.shown
            if old.offers and old.offers[old.of] in view.offers:
                view.show_choice(view.offers.index(old.offers[old.of]))
    names = {one.name: one for one in before.who}
    for k, one in enumerate(after.who):
        old = names.get(one.name)
        if old is not None and old.neuron < one.size:
            one.neuron = old.neuron
            if before.who.now is old:
                after.who.chosen, after.who.is_marked = k, before.who.is_marked


def find_view(lab: Lab, name: str) -> View:
    """The view of a name.

    Raises
    ------
    ModelKeyError
        When there is none.
    """
    known = {view.name: view for view in lab.subject.views if view.name}
    if checks.text("name", name) not in known:
        raise ModelKeyError(f"{lab.name} has no view {name!r}; its views are {', '.join(known)}. {near(name, known)}")
    return known[name]


def describe(lab: Lab) -> dict:
    """What is shown, and the chosen neuron, ready for JSON: what `restore` takes."""
    who = lab.subject.who
    diagrams = [[view.choice.label, view.y] for view in lab.subject.views if view.kind == "bifurcation"]
    return {
        "views": {view.name: view.shown for view in lab.subject.views if view.name},
        "of": {view.name: view.offers[view.of] for view in lab.subject.views if view.offers},
        "chosen": [who.now.name, who.now.neuron] if who and who.is_marked else None,
        "diagram": diagrams[0] if diagrams else None,
    }


def restore(subject: Subject, found: dict) -> None:
    """Show what a lab showed, as far as the views are still there."""
    shown, of = (checks.mapping(key, found.get(key), "what the file says") for key in ("views", "of"))
    chosen, diagram = found.get("chosen"), found.get("diagram")
    for view in subject.views:
        view.shown = bool(shown.get(view.name, view.shown))
        if of.get(view.name) in view.offers:
            view.show_choice(view.offers.index(of[view.name]))
        if view.kind == "bifurcation" and isinstance(diagram, list) and len(diagram) == 2:
            over = [one for one in view.choices if one.label == diagram[0]]
            if over and diagram[1] in view.phase.plane.variables:
                view.choose(over[0], diagram[1])
    if isinstance(chosen, list) and len(chosen) == 2:
        subject.who.mark(*chosen)


def choice(lab: Lab, view: View, of: str) -> int:
    """The number of what a view is to show."""
    if checks.text("of", of) not in view.offers:
        known = ", ".join(view.offers)
        if not known:
            raise ModelUseError(
                f"the view {view.name!r} of {lab.name} shows one thing only, not {of!r}. Leave 'of' out."
            )
        raise ModelKeyError(
            f"the view {view.name!r} of {lab.name} shows {known}, but not {of!r}. {near(of, view.offers)}"
        )
    return view.offers.index(of)


def population(lab: Lab, group: str | None) -> int:
    """The number of a population; without a name the one of the chosen neuron."""
    who = lab.subject.who
    if not who:
        raise ModelUseError(f"{lab.name} has no group of neurons to choose from.")
    if group is None:
        return who.chosen
    names = [one.name for one in who]
    if checks.text("group", group) not in names:
        raise ModelKeyError(
            f"{lab.name} has no group {group!r}; its groups are {', '.join(names)}. {near(group, names)}"
        )
    return names.index(group)


def change(lab: Lab, act: Callable[[], object]) -> None:
    """Change what views show, between two frames.

    Raises
    ------
    ModelUseError
        When the lab is closed.
    """
    lab._refuse_closed()
    lab._change_view(act)


def choose(lab: Lab, which: int, neuron: int) -> None:
    """Show a neuron's trace and mark it everywhere."""
    change(lab, lambda: choose_now(lab, which, neuron))


def choose_now(lab: Lab, which: int, neuron: int) -> None:
    """The same, where nothing runs meanwhile."""
    who, simulation = lab.subject.who, lab._simulation
    lab._past.kept = None  # it holds what was recorded of another neuron
    who.chosen, who.is_marked = which, True
    if simulation is None:
        who[which].neuron = neuron
    elif who[which].neuron != neuron:
        who[which].point(simulation, neuron)
    for view in lab.subject.views:
        if view.kind == "trace" and getattr(view, "follows", False):
            view.shown = True
        elif view.kind == "phase":
            view.follow(who[which], neuron, simulation)


def hear(lab: Lab) -> None:
    """What the page says about views."""

    def show(message: dict) -> None:
        view = lab.subject.views[int(message["view"])]
        lab._change_view(lambda: setattr(view, "shown", bool(message["shown"])))

    def of(message: dict) -> None:
        view, wanted = lab.subject.views[int(message["view"])], int(message["of"])
        if 0 <= wanted < len(view.offers):
            lab._change_view(lambda: view.show_choice(wanted))

    def pick(message: dict) -> None:
        found = lab.subject.views[int(message["view"])].pick(float(message["x"]), float(message["y"]))
        if found is not None:
            choose(lab, *found)

    def move(message: dict) -> None:
        who = lab.subject.who
        if who:
            neuron = who.now.neuron + int(message["by"]) if who.is_marked else who.now.neuron
            choose(lab, who.chosen, min(who.now.size - 1, max(0, neuron)))

    for kind, act in {"show": show, "of": of, "pick": pick, "neuron": move}.items():
        lab.hear(f"view {kind}", act)
