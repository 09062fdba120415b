"""A model: what a front end reads from a user's text, before groups of it are made."""
from __future__ import annotations

from dataclasses import dataclass, field

from .expr import Expr
from .place import Place
from .program import State, Step


@dataclass(frozen=True)
class Slider:
    """How a person may move a parameter: a range, or a choice of values.

    ``scale`` is 'linear' or 'log'; ``step`` None lets the page choose; ``choices`` non-empty makes it a menu.
    """

    low: float
    high: float
    scale: str = "linear"
    step: float | None = None
    choices: tuple[float, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A number that a model reads from memory. ``unit`` labels it and never converts."""

    name: str
    value: float
    unit: str = ""
    slider: Slider | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Initial:
    """Where a state starts: ``kind`` is 'value' (one expression over parameters), 'uniform' or 'normal' (two)."""

    state: str
    kind: str
    args: tuple[Expr, ...]
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Model:
    """A neuron or synapse model.

    Parameters
    ----------
    name : str
    kind : str
        'neuron' or 'synapse'.
    states : tuple of State
        In the order of the state container.
    params : tuple of Parameter
    steps : tuple of Step
    initial : tuple of Initial
        States that do not start at their default.
    readouts : tuple of (name, Expr)
        Intermediate quantities that can be monitored.
    units : tuple of (name, unit)
        Labels of states, for axes.
    input_name : str
        The user's name for what comes from outside, '' when the model takes none.
    source : str
        The text it was read from.
    delay : float
        Delay of a synapse, ms, where a connection names none.
    """

    name: str
    kind: str
    states: tuple[State, ...]
    params: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    initial: tuple[Initial, ...] = ()
    readouts: tuple[tuple[str, Expr], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    input_name: str = ""
    source: str = ""
    delay: float = 0.0
