"""Traces and rasters."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError
from ..measure import raster_plot as _spikes
from ..naming import also_named
from .checks import count, positive


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
    n_row, n_col = count("n_row", n_row), count("n_col", n_col)
    len_row, len_col = positive("len_row", len_row), positive("len_col", len_col)
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
    xlabel, ylabel, title : str, optional
    legend : str, optional
        Curves are labelled ``legend-column``.
    show : bool
        Show the figure at the end.
    **style
        As in matplotlib's ``plot``: ``color``, ``linewidth``, ``alpha``...
    """
    values = np.asarray(val_matrix)
    if values.ndim == 0 or values.dtype.kind not in "biuf":
        raise ModelUseError(f'"val_matrix" must be an array of numbers of shape (n_steps, n), but got {val_matrix!r}.')
    values = values.reshape(len(values), -1)
    if len(ts) != len(values):
        raise ModelUseError(f'"ts" has {len(ts)} entries, but "val_matrix" has {len(values)} rows.')
    columns = [0] if plot_ids is None else np.atleast_1d(plot_ids)
    if not all(isinstance(column, (int, np.integer)) for column in columns):
        raise ModelUseError(f'"plot_ids" must be a column or a list of columns, but got {plot_ids!r}.')
    ax = _axes(ax)
    for column in columns:
        if not 0 <= column < values.shape[1]:
            raise ModelUseError(f'"plot_ids" names column {column}, but there are {values.shape[1]}.')
        ax.plot(ts, values[:, column], label=f"{legend}-{column}" if legend else None, **style)
    if legend:
        ax.legend()
    _finish(ax, xlim, ylim, xlabel, ylabel, title, show)


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
    show : bool
        Show the figure at the end.
    **style
        As in matplotlib's ``plot``: ``alpha``...
    """
    sp_matrix = np.asarray(sp_matrix)
    if sp_matrix.ndim > 2:
        sp_matrix = sp_matrix.reshape(len(sp_matrix), -1)
    index, time = _spikes(sp_matrix, ts)
    ax = _axes(ax)
    ax.plot(time, index, marker, markersize=markersize, color=color, **style)
    _finish(ax, xlim, ylim, xlabel, ylabel, title, show)


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
    for side in pos:
        if side not in ("left", "right", "top", "bottom"):
            raise ModelUseError(f'"pos" names a side, left, right, top or bottom, but got {side!r}.')
        ax.spines[side].set_visible(False)


def _axes(ax):
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.gca()


def _finish(ax, xlim, ylim, xlabel, ylabel, title, show: bool) -> None:
    ax.set(
        **{
            key: value
            for key, value in dict(xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel, title=title).items()
            if value
        }
    )
    if show:
        import matplotlib.pyplot as plt

        plt.show()
