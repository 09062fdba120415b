"""`explore`: a live lab of any model, from Python."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelKeyError, ModelUseError
from ..ir.model import Slider
from .controls import Control
from .lab import Lab, labs
from .recipe import Recipe, held, settings_now
from .subject import Subject, network_subject, neuron_subject

DRIVES = {
    "LIF": 40.0,
    "QuaIF": 20.0,
    "ExpIF": 5.0,
    "AdExIF": 1000.0,
    "Izhikevich": 20.0,
    "GIF": 5.0,
    "HH": 30.0,
    "WangBuzsaki": 5.0,
    "MorrisLecar": 150.0,
    "FitzHughNagumo": 1.5,
    "HindmarshRose": 4.0,
}
"""How far the slider of the input goes that a ready model gets, when nobody has said so; from 0."""
DRIVE = 50.0
"""The same for other models, to either side."""
VIEWS = ("trace", "raster", "rate", "phase")


def explore(
    model: Any,
    *views: str,
    params: dict[str, Any] | None = None,
    inputs: Any = (),
    n: int = 1,
    dt: float | None = None,
    seed: int | None = None,
    backend: str = "auto",
    speed: float | None = None,
    paused: bool = False,
    together: bool = False,
    background: bool = False,
    projector: bool = False,
    name: str | None = None,
    show: bool = True,
    **ranges: Any,
) -> Lab:
    """Open a live lab on a model.

    Parameters
    ----------
    model : NeuType, SynType, NeuGroup, Network, DynamicalSystem or a class of those
        A neuron model of a text or of functions, a group of neurons, a network, or a model that is written as a class.
        A class is called with `n` where it needs a size. A synapse is shown in the test rig of its cells.
    *views : str
        Which views to show: 'trace', 'raster', 'rate', 'phase'. All that the model has when left out.
    params : dict, optional
        As `ranges`, for names that are none of Python's or are taken: ``{'exc.tau': (5, 20), 'n': [1, 2, 4]}``.
    inputs
        As for ``NeuGroup.run`` of a neuron model, ``Network.run`` of a network, ``DSRunner`` of a model written as a
        class. A single model that takes input from outside gets a constant one, which begins at 0 and can be moved;
        ``input=(0, 20)`` says how far.
    n : int, optional
        Number of neurons of a neuron model, or of presynaptic neurons of a synapse.
    dt : float, ms, optional
        The profile's when left out.
    seed : int, optional
        Of random numbers.
    backend : str, optional
        'auto', 'reference', 'numba', 'cuda' or 'emulator', as for `Lab`.
    speed : float, optional
        Simulated ms per second; infinity is as fast as possible.
    paused : bool, optional
        Do not start: predict first.
    together : bool, optional
        Run beside other labs instead of pausing them.
    background : bool, optional
        Run on when nobody looks.
    projector : bool, optional
        Large type and lines.
    name : str, optional
        Of the lab, in ``bp.labs``. That of a neuron model or class, or of the variable that holds the model.
    show : bool, optional
        Display it, where there is a notebook.
    **ranges
        Parameter -> what may be set: ``(low, high)`` or ``(low, high, step)`` is a slider, ``(low, high, 'log')`` a
        logarithmic one, a list a menu of values, a number only sets it. Where several objects have a parameter of that
        name it moves all of them; ``params={'exc.tau': ...}`` means one.

    Returns
    -------
    Lab

    Raises
    ------
    ModelUseError
        When an argument does not fit, or the model cannot be shown.
    ModelKeyError
        For a parameter or a view that the model does not have.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> lab = bp.explore(bp.models.get_LIF(), input=(0, 30), tau=[5., 10., 20.], paused=True)  # doctest: +SKIP
    >>> bp.explore(net, 'raster', params={'exc.tau': (5, 20)}, inputs=(exc, 'ST.input', 20.))  # doctest: +SKIP
    """
    options = _checked(dt, seed, n, name, backend)
    for key, value in {
        "paused": paused,
        "together": together,
        "background": background,
        "projector": projector,
        "show": show,
    }.items():
        checks.flag(key, value)
    if speed is not None:
        speed = checks.number("speed", speed, unit="ms per second", above=0, finite=False)
    if isinstance(inputs, np.ndarray):
        raise checks.wrong("inputs", inputs, "as for a run", "Write ('ST.input', array), say.", ModelUseError)
    wanted = {**checks.mapping("params", params, "parameters and their ranges"), **ranges}
    twice = [key for key in ranges if params and key in params]
    if twice:
        raise ModelUseError(f"{twice[0]!r} is in params and is a keyword, too. Give it once.")
    parsed = {key: _range(key, value) for key, value in wanted.items()}
    called = options["name"] or _name(model, sys._getframe(1))

    built = _built_in(model, parsed)

    def make(values: dict[str, float], seed: int | None = options["seed"]) -> Subject:
        settings = {**settings_now()}
        if dt is not None:
            settings["dt"] = options["dt"]
        if seed is not None:
            settings |= {"seed": seed, "draws": 0}
        with held(settings):
            subject = _subject(model, called, options["n"], inputs, parsed, settings, {**built, **values})
        _choose_views(subject, views)
        if inputs == ():
            _widen_drive(subject, model)
        _move(subject, {key: one for key, one in parsed.items() if key not in built})
        return subject

    can_be_made_again = _is_type(model)
    lab = Lab(
        make({}, options["seed"]),
        backend=backend,
        speed=speed,
        together=together,
        background=background,
        remake=make if can_be_made_again else None,
        projector=projector,
    )
    labs.add(lab)
    lab.open(paused=paused, show=show)
    return lab


def _checked(dt, seed, n, name, backend) -> dict:
    from .magics import BACKENDS

    return {
        "dt": None if dt is None else checks.number("dt", dt, unit="ms", above=0),
        "seed": None if seed is None else checks.seed("seed", seed),
        "n": checks.count("n", n, "neurons"),
        "name": None if name is None else checks.text("name", name),
        "backend": checks.choice("backend", backend, BACKENDS),
    }


def _built_in(model: Any, ranges: dict[str, tuple[Slider | None, float | None]]) -> dict[str, float]:
    """Numbers with which a model is made, because they cannot be moved while it runs: the delay of a synapse."""
    from ..frontends.types_api import SynType

    delay = ranges.get("delay", (None, None))[1]
    return {"delay": delay} if isinstance(model, SynType) and delay is not None else {}


def _is_type(model: Any) -> bool:
    from ..frontends.types_api import NeuType, SynType

    return isinstance(model, NeuType | SynType) or inspect.isclass(model)


def _name(model: Any, frame) -> str:
    """What the caller calls the model, or it calls itself."""
    from ..frontends.types_api import NeuType, SynType

    if inspect.isclass(model):
        return model.__name__
    if isinstance(model, NeuType | SynType):
        return model.name
    for space in (frame.f_locals, frame.f_globals):
        for name, value in space.items():
            if value is model and not name.startswith("_"):
                return name
    return str(getattr(model, "name", "") or type(model).__name__)


# -- what is shown ------------------------------------------------------------------------------------------------


def _subject(model: Any, name: str, n: int, inputs: Any, ranges: dict, settings: dict, rebuilt: dict) -> Subject:
    from ..frontends.objects_api.base import DynamicalSystem
    from ..frontends.types_api import Network, NeuGroup, NeuType, SynType
    from ..math.variable import Variable
    from .object_subject import object_subject
    from .synapse_subject import synapse_subject

    if inspect.isclass(model) and issubclass(model, DynamicalSystem):
        model = _instance(model, n)
    if isinstance(model, NeuType):
        known = {parameter.name for parameter in model.ir.params}
        values = {key: value for key, (_, value) in ranges.items() if value is not None and key in known}
        subject = neuron_subject(name, NeuGroup(model, n, pars_update=values), _inputs(model.ir, inputs))
        subject.recipe = _recipe(model, name, n, settings) if not subject.program.inputs and not values else None
        return subject
    if isinstance(model, SynType):
        if inputs != ():
            raise ModelUseError(
                f"inputs: the synapse {name} is shown in a test rig, whose neurons get what its sliders say. Leave it "
                "out, or explore a network."
            )
        subject = synapse_subject(name, model, n, rebuilt)
        if recipe := _recipe(model, name, n, settings):
            subject.recipe = replace(recipe, values=dict(rebuilt))
        return subject
    if isinstance(model, NeuGroup):
        return neuron_subject(name, model, _inputs(model.model.ir, inputs))
    if isinstance(model, Network):
        called = {key: item for key, item in model.objects.items() if key != item.name}  # Network(exc=group)
        return network_subject(name, model, inputs, [], called, {})
    if isinstance(model, DynamicalSystem):
        if inputs == () and isinstance(vars(model).get("input"), Variable):
            inputs = ("input", 0.0)  # something to move
        return object_subject(name, model, inputs, [], {name: model}, {})
    cure = "Give a model of a neuron or synapse, a group, a network, or one that is written as bp.DynamicalSystem."
    raise checks.wrong("model", model, "a model", cure, ModelUseError)


def _inputs(model, inputs: Any) -> Any:
    """Those given, or a constant one to move, where a model of functions takes input and has no parameter for it."""
    takes = any(state.name == "input" for state in model.states) and not model.source
    return ("ST.input", 0.0) if inputs == () and takes else inputs


def _widen_drive(subject: Subject, model: Any) -> None:
    """The slider of an input that begins at 0 says nothing of what the model needs: let it reach that."""
    called = {str(getattr(model, "name", "")), getattr(getattr(model, "model", None), "name", ""), type(model).__name__}
    far = next((DRIVES[name] for name in called if name in DRIVES), None)
    for control in subject.controls:
        if control.inputs and control.value == 0.0:
            control.slider = Slider(-DRIVE, DRIVE) if far is None else Slider(0.0, far)


def _instance(kind: type, n: int) -> Any:
    """An object of a class, which gets the number of neurons where it needs one argument."""
    needed = [
        parameter.name
        for parameter in inspect.signature(kind).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    if len(needed) > 1:
        raise ModelUseError(
            f"{kind.__name__} needs {', '.join(needed)}, and explore knows only a size. Make the object first: "
            f"bp.explore({kind.__name__}(...))."
        )
    return kind(**{needed[0]: n}) if needed else kind()


def _recipe(model, name: str, n: int, settings: dict) -> Recipe | None:
    """How to make the model again, where its text alone says so."""
    from ..frontends import equations
    from ..frontends.types_api import NeuType

    text = model.ir.source
    if not text:
        return None
    kind = "neuron" if isinstance(model, NeuType) else "synapse"
    try:
        again = getattr(equations, kind)(text, model.name).ir
    except Exception:  # a text that needs what was around it
        return None
    same = again.steps == model.ir.steps and again.params == model.ir.params and model.name == name
    return Recipe(kind, name, text, n, None, settings=settings) if same else None


def _choose_views(subject: Subject, views: Iterable[str]) -> None:
    wanted = list(views)
    kinds = list(dict.fromkeys(view.kind for view in subject.views))
    for view in wanted:
        if not isinstance(view, str) or view not in kinds:
            raise ModelKeyError(
                f"views: {subject.name} has no view {checks.shown(view)}; it has {', '.join(kinds)}. "
                f"{checks.near(view, kinds)}"
            )
    if wanted:
        for view in subject.views:
            view.shown = view.kind in wanted


# -- what may be moved --------------------------------------------------------------------------------------------


def _range(name: str, given: Any) -> tuple[Slider | None, float | None]:
    """A slider and no value, or a value and no slider."""
    what = "a number, (low, high), (low, high, step), (low, high, 'log'), or a list of values"
    if checks.is_number(given):
        return None, checks.number(name, given)
    if isinstance(given, tuple):
        ends = [checks.number(name, one) for one in given[:2] if checks.is_number(one)]
        if len(given) not in (2, 3) or len(ends) != 2 or not all(map(checks.is_number, given[:2])):
            raise checks.wrong(name, given, what, "Give for example (0, 10).", ModelUseError)
        low, high = ends
        if low >= high:
            raise checks.wrong(name, given, "a range from low to high", "Put the smaller number first.", ModelUseError)
        if len(given) == 2:
            return Slider(low, high), None
        if given[2] == "log":
            if low <= 0:
                raise checks.wrong(name, given, "a range above 0, to be logarithmic", "Begin above 0.", ModelUseError)
            return Slider(low, high, "log"), None
        if not checks.is_number(given[2]) or not 0 < given[2] <= high - low:
            raise checks.wrong(
                name, given, "a range with a step above 0 that fits into it", "Give (0, 10, 0.1), say.", ModelUseError
            )
        return Slider(low, high, step=float(given[2])), None
    if isinstance(given, list | range | np.ndarray):
        values = checks.array(name, list(given), "a list of numbers", ndim=1)
        if not len(values):
            raise checks.wrong(name, given, "a list of numbers", "Give at least one value.", ModelUseError)
        choices = tuple(float(value) for value in values)
        return Slider(min(choices), max(choices), choices=choices), None
    raise checks.wrong(name, given, what, "Give for example (0, 10).", ModelUseError)


def _move(subject: Subject, ranges: dict[str, tuple[Slider | None, float | None]]) -> None:
    """Give parameters and inputs the sliders and values that were asked for."""
    for name, (slider, value) in ranges.items():
        control = _control(subject, name)
        start = control.value if value is None else value
        if control.rebuilds and (slider is None or _inside(slider, start) != start):
            given, cure = slider and (slider.low, slider.high), f"Give a range that holds it, or {name}=number."
            raise checks.wrong(name, given, f"a range around {start:g}", cure, ModelUseError)
        if slider is not None:
            start = _inside(slider, start)
            control.slider = slider
        elif control.slider is not None and not control.slider.low <= start <= control.slider.high:
            control.slider = None  # a number that the model's own slider does not reach
        control.value = start
        for place in control.targets:
            subject.bindings.params[place] = start
        for number in control.inputs:
            subject.bindings.inputs[number] = start
    moved = [_control(subject, name) for name in ranges]
    first = [control for control in moved if control.slider]
    subject.controls = [*first, *(control for control in subject.controls if not any(control is one for one in first))]


def _inside(slider: Slider, value: float) -> float:
    """The value, or what the slider can show of it."""
    if slider.choices:
        return value if value in slider.choices else min(slider.choices, key=lambda choice: abs(choice - value))
    return min(slider.high, max(slider.low, value))


def _control(subject: Subject, name: str) -> Control:
    """The control of that name, made of parameters where there is none yet."""
    for control in subject.controls:
        if name in (control.name, f"{control.owner}.{control.name}"):
            others = [one for one in subject.controls if one.name == name and one is not control]
            if not others:
                return control
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place, value in subject.bindings.params.items():
        if not hasattr(value, "shape") or not value.shape:
            places.setdefault(_shown(subject, place), []).append(place)
    found = {key: at for key, at in places.items() if name in (key[1], ".".join(key))}
    if not found:
        bare = [key[1] for key in places]
        parts = [key[1] if bare.count(key[1]) == 1 else ".".join(key) for key in places]
        known = dict.fromkeys([*(control.name for control in subject.controls), *parts])
        raise ModelKeyError(
            f"{subject.name} has no parameter {name!r} that can be moved; parameters: "
            f"{', '.join(list(known)[:20]) or 'none'}. {checks.near(name, known)}"
        )
    targets = [place for at in found.values() for place in at]
    value = float(subject.bindings.params[targets[0]])
    owner = next(iter(found))[0] if "." in name and len(found) == 1 else ""
    control = Control(name.rpartition(".")[2] if owner else name, owner, value, "", None, targets)
    taken = set(targets)
    subject.controls = [one for one in subject.controls if not one.targets or not taken >= set(one.targets)]
    subject.controls.append(control)
    return control


def _shown(subject: Subject, place: tuple[str, str]) -> tuple[str, str]:
    bindings = subject.bindings
    return bindings.parameter_names.get(place) or (bindings.names.get(place[0], place[0]), place[1])
