"""Styles of all figures that follow."""

from __future__ import annotations

from .. import checks
from .checks import color, size


def plot_style1(fontsize=22, axes_edgecolor="black", figsize="5,4", lw=1) -> None:
    """Set matplotlib's defaults to large letters and plain axes, for publications.

    Parameters
    ----------
    fontsize : float
        Of labels and titles, points; those of ticks and legends are smaller by 2 and 4.
    axes_edgecolor : str
        Colour of the axes.
    figsize : str or pair of float
        Width and height, inches, ``'5,4'`` or ``(5, 4)``.
    lw : float
        Width of lines, points.

    Raises
    ------
    ModelUseError
        When a size is none.
    """
    try:
        pair = [float(part) for part in figsize.split(",")] if isinstance(figsize, str) else figsize
    except ValueError:
        raise checks.wrong("figsize", figsize, "width and height, inches", "Write '5,4' or (5, 4).") from None
    width, height = size("figsize", pair)
    fontsize = checks.number("fontsize", fontsize, unit="points", above=0)
    lw = checks.number("lw", lw, unit="points", low=0)
    import matplotlib.pyplot as plt

    color("axes_edgecolor", axes_edgecolor)
    small, smaller = max(1, fontsize - 2), max(1, fontsize - 4)
    plt.rcParams.update(
        {
            "text.color": "black",
            "axes.edgecolor": axes_edgecolor,
            "axes.labelcolor": "black",
            "axes.labelsize": fontsize,
            "axes.linewidth": lw,
            "axes.titlesize": fontsize,
            "figure.constrained_layout.use": True,  # large labels need room beside the axes
            "figure.figsize": (width, height),
            "font.size": fontsize,
            "legend.fontsize": smaller,
            "legend.frameon": False,
            "lines.linewidth": lw,
            "xtick.labelsize": small,
            "ytick.labelsize": small,
            "xtick.major.width": lw,
            "ytick.major.width": lw,
        }
    )
