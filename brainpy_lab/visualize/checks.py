"""Checks of how a figure is to look."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelValueError


def recording(name: str, value, nan: bool = True) -> np.ndarray:
    """A recording of shape (n_steps, n); that of a sheet, (n_steps, height, width), has its rows side by side."""
    try:
        found = np.asarray(value)
    except ValueError:  # rows of different lengths: no table, as will be said
        found = np.zeros(0)
    if found.ndim == 3 and found.size:
        value = found.reshape(len(found), -1)
    return checks.table(name, value, nan=nan)


def labels(**texts) -> None:
    """Texts beside a figure; None is none."""
    for name, value in texts.items():
        if value is not None:
            checks.text(name, value)


def limits(name: str, value) -> tuple | None:
    """The two ends of an axis; None leaves one, or both, to matplotlib."""
    if value is None:
        return None
    ends = checks.pair(name, value, "a pair (low, high)")
    low, high = (None if end is None else checks.number(name, end) for end in ends)
    if low is not None and low == high:
        raise checks.wrong(name, value, "a pair (low, high)", "Give two different numbers.")
    return low, high


def size(name: str, value) -> tuple[float, float]:
    """Width and height, inches."""
    ends = checks.pair(name, value, "width and height, inches")
    width, height = (checks.number(name, end, unit="inches", above=0) for end in ends)
    return width, height


def color(name: str, value):
    """A colour of matplotlib."""
    from matplotlib.colors import is_color_like

    if is_color_like(value):
        return value
    raise checks.wrong(name, value, "a colour", "Give one that matplotlib knows, such as 'black' or '#0072B2'.")


def color_map(name: str, value):
    """A colour map of matplotlib, by its name or itself; None is the usual one."""
    from matplotlib import colormaps
    from matplotlib.colors import Colormap

    if value is None or isinstance(value, Colormap) or isinstance(value, str) and value in colormaps:
        return value
    raise checks.wrong(name, value, "a colour map of matplotlib", checks.near(value, colormaps, "Choose one of"))


def marker(name: str, value):
    """A mark of matplotlib."""
    from matplotlib.markers import MarkerStyle

    try:
        MarkerStyle(value)
    except (ValueError, TypeError):
        raise checks.wrong(name, value, "a marker of matplotlib", "Give '.', 'o', '|' or another one.") from None
    return value


def line(style: dict) -> None:
    """What matplotlib takes for a line."""
    from matplotlib.lines import Line2D

    try:
        Line2D([], [], **style)
    except (AttributeError, TypeError, ValueError) as error:
        shown = ", ".join(f"{key}={checks.shown(value)}" for key, value in style.items())
        raise ModelValueError(
            f"the style ({shown}) must be what matplotlib takes for a line: {error}. Give color='k', say."
        ) from None
