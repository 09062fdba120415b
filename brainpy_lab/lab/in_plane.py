"""What a person does in the phase plane of a lab: move the neuron, try another start, choose axes and neuron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from .. import checks
from ..checks import near
from ..errors import ModelKeyError, ModelUseError
from .bifurcation_view import BifurcationView
from .phase_view import PhaseView, first_axes
from .trials import refuse_large
from .viewing import choose_now

if TYPE_CHECKING:
    from .lab import Lab


Shown = TypeVar("Shown")


def view_of(lab: Lab) -> PhaseView:
    """The phase plane of a lab.

    Raises
    ------
    ModelKeyError
        When it has none.
    """
    return _first(
        lab,
        PhaseView,
        "no phase plane: that needs one neuron model with two variables that are integrated, or a "
        "network with such a group.",
    )


def listen(lab: Lab) -> None:
    """Hear what the page says of it."""

    def there(message: dict) -> dict[str, float]:
        view = view_of(lab)
        return {view.x: float(message["x"]), view.y: float(message["y"])}

    def chosen(message: dict) -> None:
        fixed = message.get("fixed")
        lab.plane(
            None if "x" not in message else str(message["x"]),
            None if "y" not in message else str(message["y"]),
            element=message.get("element"),
            group=message.get("group"),
            fixed=None if fixed is None else {str(name): float(value) for name, value in fixed.items()},
        )

    def over(message: dict) -> None:
        view = diagram_of(lab)
        choice = next((one for one in view.choices if one.control == message.get("control")), view.choice)
        shown = bool(message.get("shown", True))
        lab.bifurcation(lab._label(choice.control), str(message.get("y", view.y)), shown=shown)

    lab.hear("bifurcation", over)
    lab.hear("place", lambda message: lab.place(**there(message)))

    def tried(message: dict) -> None:
        try:
            lab.trial(**there(message))
        except ModelUseError as error:
            lab.note = str(error)
            lab._show_after()

    lab.hear("trial", tried)
    lab.hear("no trials", lambda _: lab.clear_trials())
    lab.hear("plane", chosen)


def place(lab: Lab, values: Mapping[str, float]) -> None:
    """See `Lab.place`."""
    view = view_of(lab)
    for name, value in _checked(lab, view, values).items():
        lab._do(lambda session, where=view.plane.states[name], value=value: session.set_state(*where, value))
    if lab.session is not None and lab.session.status != "closed":
        lab._show_after()


def trial(lab: Lab, values: Mapping[str, float]) -> None:
    """See `Lab.trial`."""
    view = view_of(lab)
    values = _checked(lab, view, values)
    if lab._simulation is not None:
        refuse_large(lab._simulation)

    def start() -> None:
        session, simulation = lab.session, lab._simulation
        if follow not in session.on_chunk:
            session.on_chunk.insert(0, follow)  # before the frame is made
        view.trials.start(simulation, view.plane, values)

    follow = _Follow(view)
    if lab.session is not None and lab.session.status != "closed":
        lab._show_after(start)


class _Follow:
    """Lets the trials of a view follow a session; one for a view is equal to another."""

    def __init__(self, view: PhaseView):
        self.view = view

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Follow) and other.view is self.view

    def __hash__(self) -> int:
        return id(self.view)

    def __call__(self, session) -> None:
        self.view.trials.follow(session.simulation)


def clear_trials(lab: Lab) -> None:
    """See `Lab.clear_trials`."""
    view = view_of(lab)
    if lab.session is not None and lab.session.status != "closed":
        lab._show_after(view.trials.clear)


def choose(
    lab: Lab, x: str | None, y: str | None, element: int | None, fixed: Mapping[str, float] | None, group: str | None
) -> None:
    """See `Lab.plane`."""
    view = view_of(lab)
    for name, value in (("x", x), ("y", y)):
        if value is not None:
            checks.text(name, value)
    of = view.of if group is None else _group(lab, view, group)
    plane = view.plane_of(of)
    known = plane.variables
    first = (view.x, view.y) if of == view.of else first_axes(plane)
    x, y = first[0] if x is None else x, first[1] if y is None else y
    for name in (x, y):
        if name not in known or x == y:
            cure = near(name, known) if name not in known else "Give two different ones."
            raise ModelKeyError(
                f"the phase plane of {lab.name} shows two of {', '.join(known)}, but got {x!r} and {y!r}. {cure}"
            )
    if element is not None:
        element = checks.count("element", element, low=0, high=plane.size - 1)
    if fixed is not None:
        fixed = {name: checks.number(f"fixed[{name!r}]", value) for name, value in _named(lab, fixed, known).items()}

    def once() -> None:
        who = lab.subject.who
        view.shown = True
        if view.groups:
            view.show_choice(of)
        if element is not None:
            if view.groups:
                which = next(k for k, one in enumerate(who) if one is view.groups[of][0])
                choose_now(lab, which, element)
            elif who:
                choose_now(lab, who.chosen, element)
            else:
                view.choose_element(element)
        if fixed is not None:
            view.fix(fixed)
        if (x, y) != (view.x, view.y):
            view.choose(x, y)

    if lab.session is None or lab.session.status == "closed":
        once()
    else:
        lab._change_view(once)


def _group(lab: Lab, view: PhaseView, group: str) -> int:
    if checks.text("group", group) not in view.offers:
        raise ModelKeyError(
            f"{lab.name} has phase planes of {', '.join(view.offers)}, but got {group!r}. {near(group, view.offers)}"
            if view.offers
            else f"{lab.name} has one phase plane, and no group to choose, but got {group!r}. Leave 'group' out."
        )
    return view.offers.index(group)


def diagram_of(lab: Lab) -> BifurcationView:
    """The bifurcation diagram of a lab.

    Raises
    ------
    ModelKeyError
        When it has none.
    """
    return _first(
        lab,
        BifurcationView,
        "no bifurcation diagram: that needs a phase plane, and a slider of a parameter that its equations read.",
    )


def _first(lab: Lab, kind: type[Shown], lacks: str) -> Shown:
    for view in lab.subject.views:
        if isinstance(view, kind):
            return view
    raise ModelKeyError(f"{lab.name} has {lacks}")


def bifurcation(lab: Lab, parameter: str | None, y: str | None, shown: bool) -> None:
    """See `Lab.bifurcation`."""
    view = diagram_of(lab)
    checks.flag("shown", shown)
    for name, value in (("parameter", parameter), ("y", y)):
        if value is not None:
            checks.text(name, value)
    choice = view.choice
    if parameter is not None:
        labels = {lab._label(one.control): one for one in view.choices}
        if parameter not in list(labels):
            raise ModelKeyError(
                f"the bifurcation diagram of {lab.name} goes over {', '.join(labels)}, but got {parameter!r}. "
                f"{near(parameter, labels)}"
            )
        choice = labels[parameter]
    known = view.phase.plane.variables
    y = view.y if y is None else y
    if y not in known:
        raise ModelKeyError(
            f"the bifurcation diagram of {lab.name} shows one of {', '.join(known)}, but got {y!r}. {near(y, known)}"
        )

    def once() -> None:
        view.shown = shown
        view.choose(choice, y)

    if lab.session is None or lab.session.status == "closed":
        once()
    else:
        lab._show_after(once)


def _named(lab: Lab, fixed: Mapping[str, float], known: list[str]) -> dict[str, float]:
    for name in checks.mapping("fixed", fixed, "variables and numbers"):
        if name not in known:
            raise ModelKeyError(
                f"fixed gives {name!r} a value, which is no variable of {lab.name}; its variables are "
                f"{', '.join(known)}. {near(name, known)}"
            )
    return dict(fixed)


def _checked(lab: Lab, view: PhaseView, values: Mapping[str, float]) -> dict[str, float]:
    found = {}
    for name, value in values.items():
        found[name] = checks.number(name, value)
        if name not in view.plane.states:
            known = view.plane.variables
            raise ModelKeyError(
                f"{lab.name} has no variable {name!r}; its variables are {', '.join(known)}. {near(name, known)}"
            )
    return found
