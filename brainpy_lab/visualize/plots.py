"""Traces and rasters."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..measure import raster_plot as _spikes
from ..naming import also_named
from . import checks as looks


@also_named(row_num="n_row", col_num="n_col", row_len="len_row", col_len="len_col")
def get_figure(n_row, n_col, len_row=3, len_col=6):
    """A figure and its grid.

    Parameters
    ----------
    n_row, n_col : int
        Rows and columns of the grid. `row_num` and `col_num` are other names for them.
    len_row, len_col : float
        Height of a row and width of a column, inches. `row_len` and `col_len` are other names for them.

    Returns
    -------
    matplotlib.figure.Figure, matplotlib.gridspec.GridSpec
        Use ``fig.add_subplot(gs[row, column])``.
    """
    n_row, n_col = checks.count("n_row", n_row, "rows"), checks.count("n_col", n_col, "columns")
    len_row, len_col = (
        checks.number(name, length, unit="inches", above=0)
        for name, length in (("len_row", len_row), ("len_col", len_col))
    )
    import matplotlib.pyplot as plt

    fig = plt.figure(figsize=(n_col * len_col, n_row * len_row), constrained_layout=True)
    return fig, fig.add_gridspec(n_row, n_col)


def line_plot(
    ts,
    val_matrix,
    plot_ids=None,
    ax=None,
    xlim=None,
    ylim=None,
    xlabel="Time (ms)",
    ylabel="value",
    legend=None,
    title=None,
    show=False,
    **style,
):
    """Draw recorded values over time.

    Parameters
    ----------
    ts : ndarray, shape (n_steps,), ms
    val_matrix : ndarray, shape (n_steps, n)
    plot_ids : int or sequence of int, optional
        Columns to draw; only the first when left out.
    ax : matplotlib axes, optional
        The current ones when left out.
    xlim, ylim : pair of float, optional
        Of the axes; the whole recording when left out.
    xlabel, ylabel, title : str, optional
    legend : str, optional
        Curves are labelled ``legend-column``.
    show : bool
        Show the figure at the end.
    **style
        As in matplotlib's ``plot``: ``color``, ``linewidth``, ``alpha``...
    """
    values = checks.table("val_matrix", _as_columns(val_matrix), nan=True)
    ts = checks.times_of_rows("ts", ts, len(values), "val_matrix")
    if not isinstance(plot_ids, (list, tuple, range, np.ndarray)):
        plot_ids = [0 if plot_ids is None else plot_ids]
    columns = checks.indices("plot_ids", plot_ids, "columns", n=values.shape[1])
    looks.line(style)
    ax = _axes(ax, show, xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel, title=title, legend=legend)
    for column in columns:
        ax.plot(ts, values[:, column], label=f"{legend}-{column}" if legend else None, **style)
    if legend:
        ax.legend()
    _finish(ax, ts, xlim, ylim, xlabel, ylabel, title, show)


def raster_plot(
    ts,
    sp_matrix,
    ax=None,
    marker=".",
    markersize=2,
    color="k",
    xlabel="Time (ms)",
    ylabel="Neuron index",
    xlim=None,
    ylim=None,
    title=None,
    show=False,
    **style,
):
    """Draw a dot for each spike.

    Parameters
    ----------
    ts : ndarray, shape (n_steps,), ms
    sp_matrix : ndarray, shape (n_steps, n), or (n_steps, height, width) for a sheet
        Positive where a neuron spikes.
    ax : matplotlib axes, optional
        The current ones when left out.
    marker, markersize, color
        As in matplotlib.
    xlabel, ylabel, title : str, optional
    xlim, ylim : pair of float, optional
        Of the axes; the whole recording when left out, silent times too.
    show : bool
        Show the figure at the end.
    **style
        As in matplotlib's ``plot``: ``alpha``...
    """
    sp_matrix = looks.recording("sp_matrix", sp_matrix, nan=False)
    ts = checks.times_of_rows("ts", ts, len(sp_matrix), "sp_matrix")
    index, time = _spikes(sp_matrix, ts)
    markersize = checks.number("markersize", markersize, unit="points", above=0)
    looks.color("color", color)
    looks.marker("marker", marker)
    looks.line(style)
    ax = _axes(ax, show, xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel, title=title)
    ax.plot(time, index, marker, markersize=markersize, color=color, **style)
    _finish(ax, ts, xlim, ylim, xlabel, ylabel, title, show)


def _as_columns(values):
    """A plain list of numbers is one column; what a matrix connection records has one column for each entry."""
    try:
        found = np.asarray(values)
    except ValueError:  # rows of different lengths: no table, as will be said
        return values
    return found.reshape(len(found), -1) if found.ndim and found.size else values


def remove_axis(ax, *pos) -> None:
    """Hide sides of the frame around axes.

    Parameters
    ----------
    ax : matplotlib axes
    *pos : {'left', 'right', 'top', 'bottom'}

    Raises
    ------
    ModelUseError
        When there is no such side.
    """
    if checks.axes("ax", ax) is None:
        raise checks.wrong("ax", ax, "axes of matplotlib", "Give plt.gca(), say.")
    for side in pos:
        ax.spines[checks.choice("pos", side, ("left", "right", "top", "bottom"))].set_visible(False)


def _axes(ax, show, xlim, ylim, **texts):
    """The axes to draw on; what is said about them is checked before anything is drawn."""
    checks.flag("show", show)
    looks.limits("xlim", xlim)
    looks.limits("ylim", ylim)
    looks.labels(**texts)
    if checks.axes("ax", ax) is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.gca() if plt.get_fignums() else plt.figure(layout="constrained").gca()


def _finish(ax, ts, xlim, ylim, xlabel, ylabel, title, show: bool) -> None:
    if xlim is None and len(ts):
        # The axis is the whole time of all recordings that are drawn here, also where nothing spikes.
        end = ts[-1] + (ts[-1] - ts[0]) / max(len(ts) - 1, 1)  # when the last step ends
        ax.update_datalim([(ts[0], 0.0), (end, 0.0)], updatey=False)
        ax.margins(x=0.0)
        ax.autoscale_view(scaley=False)
    for name, value in dict(xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel, title=title).items():
        if value is not None and not isinstance(value, str) or value:
            ax.set(**{name: value})
    if show:
        import matplotlib.pyplot as plt

        plt.show()
