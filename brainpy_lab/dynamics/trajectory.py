"""Paths of the model itself, from many initial values at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .subject import Subject


class Trajectories:
    """A run of the model for each setting.

    Parameters
    ----------
    subject : Subject
    names : sequence of str
        The variables in the order of the settings.
    fixed : mapping of str to float
        Variables that stand still, and parameters.
    settings : tuple, or list of tuples
    inputs : tuple or list
        As in `Subject.run`.
    """

    def __init__(self, subject: Subject, names: Sequence[str], fixed: Mapping[str, float], settings, inputs):
        starts, self.spans = _read(settings, names)
        duration = max(end for _, end in self.spans)
        self.ts, values = subject.run(names, starts, duration, fixed, inputs)
        self.values = {name: values[:, i] for i, name in enumerate(names)}

    def paths(self, names: Sequence[str], axes: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """x and y of each setting; see `PhasePortraitAnalyzer.plot_trajectory`."""
        xs, ys = [], []
        for i, (start, end) in enumerate(self.spans):
            part = (self.ts >= start - 1e-9) & (self.ts <= end + 1e-9)
            values = np.stack([self.values[name][part, i] for name in names], axis=-1)
            xs.append(values[:, 0] if axes == "v-v" else self.ts[part])
            ys.append(values[:, 1] if axes == "v-v" else values)
        return xs, ys


def _read(settings, names: Sequence[str]) -> tuple[np.ndarray, list[tuple[float, float]]]:
    form = f"({', '.join(f'{name}_0' for name in names)}, duration)"
    if isinstance(settings, tuple):
        settings = [settings]
    if not isinstance(settings, list) or not settings:
        raise checks.wrong("target_setting", settings, f"a tuple {form} or a list of those", "Give initial values.")
    starts, spans = [], []
    for setting in settings:
        if not isinstance(setting, (tuple, list)) or len(setting) != len(names) + 1:
            raise ModelUseError(
                f'Every "target_setting" must be {form}, but got {checks.shown(setting)}. Give values and a time.'
            )
        *values, duration = setting
        starts.append([checks.number(f"target_setting: {name}_0", value) for name, value in zip(names, values)])
        pair = duration if isinstance(duration, (tuple, list)) else (0.0, duration)
        if len(pair) != 2:
            raise checks.wrong(
                "target_setting: duration", duration, "a number or (start, end)", "Give one of them, ms."
            )
        start, end = (checks.number("target_setting: duration", value, unit="ms", low=0) for value in pair)
        if not start < end:
            raise checks.wrong("target_setting: duration", duration, "above 0", "Give a later end, ms.")
        spans.append((start, end))
    return np.array(starts), spans
