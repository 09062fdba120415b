"""What a person may move: a parameter of one or several objects, or a constant input."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .. import checks
from ..ir.model import Slider
from .axes import nice_step


@dataclass
class Control:
    """One control of a lab.

    Parameters
    ----------
    name : str
        What the person calls it.
    owner : str
        The group or connection it belongs to, '' when there is only one or it belongs to the cell.
    value : float
        As the cell says; a double click goes back to it.
    unit : str
    slider : Slider or None
        None shows a number box only.
    targets : list of (object, parameter)
        Names in the program.
    inputs : list of int
        Inputs of the program that it feeds.
    written : str
        What stands left of '=' in the cell, '' when the cell does not assign it.
    labels : tuple of str
        What the choices of the slider are called, in their order; without them their numbers are shown.
    hint : str
        What it does, where the name alone does not say it.
    acts_with : (int, tuple of float), optional
        Number of another control, and with which of its values this one does something; it always does without.
    rebuilds : bool
        No step reads it, so the cell has to run again: it acts on release, from t = 0.
    """

    name: str
    owner: str
    value: float
    unit: str = ""
    slider: Slider | None = None
    targets: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    written: str = ""
    labels: tuple[str, ...] = ()
    hint: str = ""
    acts_with: tuple[int, tuple[float, ...]] | None = None

    @property
    def rebuilds(self) -> bool:
        return not self.targets and not self.inputs

    @property
    def full_name(self) -> str:
        """With whose it is: 'group.I'."""
        return f"{self.owner}.{self.name}" if self.owner else self.name

    def spec(self) -> dict:
        """What the page must know."""
        slider = self.slider
        return {
            "label": self.name,
            "owner": self.owner,
            "unit": self.unit,
            "value": float(self.value),
            "slider": slider is not None,
            "low": slider.low if slider else 0.0,
            "high": slider.high if slider else 0.0,
            "scale": slider.scale if slider else "linear",
            "step": slider.step if slider else None,
            "choices": list(slider.choices) if slider else [],
            "labels": list(self.labels),
            "hint": self.hint,
            "acts_with": self.acts_with,
            "rebuilds": self.rebuilds,
        }

    def check(self, value: float | str) -> float:
        """The value as a float; a choice may be given by what it is called.

        Raises
        ------
        ModelUseError
            When it is not finite, or outside of the slider.
        """
        slider = self.slider
        if slider and isinstance(value, str) and self.labels:
            if value not in self.labels:
                raise checks.wrong(self.name, value, f"one of {', '.join(self.labels)}", "Choose one of them.")
            value = slider.choices[self.labels.index(value)]
        value = checks.number(self.name, value)
        if slider and slider.choices and value not in slider.choices:
            choices = ", ".join(f"{choice:g}" for choice in slider.choices)
            raise checks.wrong(self.name, value, f"one of {choices}", "Choose one of them.")
        return checks.number(self.name, value, low=slider.low, high=slider.high) if slider else value

    def shown(self, value: float, digits: int = 6) -> str:
        """A value as people read it."""
        choices = self.slider.choices if self.slider else ()
        if self.labels and value in choices:
            return self.labels[choices.index(value)]
        return f"{value:.{digits}g}"

    def write(self, session, value: float) -> None:
        """Leave the value in the session's mailbox."""
        for owner, name in self.targets:
            session.params[session.simulation.names.shown_parameter(owner, name)] = value
        for index in self.inputs:
            session.set_input(index, value)

    def read(self, simulation) -> float:
        """The value in the simulation's memory; the cell's where no step reads it."""
        if self.targets:
            return float(simulation.param(*self.targets[0]))
        if self.inputs:
            return simulation.get_input(self.inputs[0]).item()
        return float(self.value)


def drawn_values(controls: list[Control], seed: int) -> dict[int, float]:
    """A value for every slider that acts at once, drawn evenly from its range: number of the control -> value."""
    rng = np.random.Generator(np.random.Philox(seed))
    found = {}
    for k, control in enumerate(controls):
        slider = control.slider
        if slider is None or control.rebuilds:
            continue
        share = rng.random()
        if slider.choices:
            found[k] = float(slider.choices[int(share * len(slider.choices))])
        elif slider.scale == "log":
            found[k] = float(f"{slider.low * (slider.high / slider.low) ** share:.3g}")
        else:
            step = slider.step or nice_step((slider.high - slider.low) / 500)
            begin = slider.low if slider.step else 0.0
            value = begin + round((slider.low + share * (slider.high - slider.low) - begin) / step) * step
            found[k] = float(f"{value:.12g}")
        if not slider.choices:
            found[k] = min(slider.high, max(slider.low, found[k]))
    return found


def range_around(value: float) -> Slider:
    """A slider for a number that came without one: from 0 to about twice the value, or around 0."""
    if value == 0:
        return Slider(-1.0, 1.0)
    far = nice_step(abs(value) * 2)
    return Slider(0.0, far) if value > 0 else Slider(-far, 0.0)


def same(a: float, b: float) -> bool:
    """Whether two values agree up to single precision, in which a program may hold them."""
    return a == b or abs(a - b) <= 1e-6 * max(abs(a), abs(b))
