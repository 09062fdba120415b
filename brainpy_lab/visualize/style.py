"""Styles of all figures that follow."""

from __future__ import annotations

from .checks import positive


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
    size = figsize.split(",") if isinstance(figsize, str) else figsize
    try:
        width, height = (float(value) for value in size)
    except (TypeError, ValueError):
        width = height = None
    positive("figsize", width, figsize)
    positive("figsize", height, figsize)
    positive("fontsize", fontsize)
    positive("lw", lw)
    import matplotlib.pyplot as plt

    small, smaller = max(1, fontsize - 2), max(1, fontsize - 4)
    plt.rcParams.update(
        {
            "text.color": "black",
            "axes.edgecolor": axes_edgecolor,
            "axes.labelcolor": "black",
            "axes.labelsize": fontsize,
            "axes.linewidth": lw,
            "axes.titlesize": fontsize,
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
