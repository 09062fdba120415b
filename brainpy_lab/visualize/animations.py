"""Animations of recorded values, on the screen or as a file."""

from __future__ import annotations

import os

import numpy as np

from .. import checks, profile
from ..errors import ModelUseError
from . import checks as looks

MOST_IN_GIF = 50.0  # frames per second


def animate_2D(
    values,
    net_size,
    dt=None,
    val_min=None,
    val_max=None,
    cmap=None,
    frame_delay=1.0,
    frame_step=1,
    title_size=10,
    figsize=None,
    gif_dpi=None,
    video_fps=None,
    save_path=None,
    show=True,
):
    """Show the values of a sheet of neurons over time, as colours.

    Parameters
    ----------
    values : ndarray, shape (n_steps, height * width) or (n_steps, height, width)
        What a monitor recorded.
    net_size : (int, int)
        Height and width of the sheet.
    dt : float, optional
        Step, ms, for the title; the profile's when left out.
    val_min, val_max : float, optional
        Values of the first and of the last colour; the smallest and the largest value when left out.
    cmap : str, optional
        A colour map of matplotlib.
    frame_delay : float
        Time between two frames, ms.
    frame_step : int
        Every how many steps there is a frame; the first is that of step 1.
    title_size : float
    figsize : pair of float, optional
        Inches; made from `net_size` when left out.
    gif_dpi : float, optional
        Dots per inch of a GIF.
    video_fps : float, optional
        Frames per second of a file; those of `frame_delay` when left out. A GIF has 50 at most: viewers take shorter
        times for no time given, and show ten frames per second.
    save_path : str, optional
        A file to write: ``.gif``, or ``.mp4``, which is added to a name without either and needs ffmpeg.
    show : bool
        Show the figure at the end.

    Returns
    -------
    matplotlib.figure.Figure
        Its animation is ``figure.animation``.

    Raises
    ------
    ModelUseError
        When an argument is not as described, or ffmpeg is missing.
    """
    values = looks.recording("values", values)
    sides = checks.pair("net_size", net_size, "the height and the width of the sheet")
    height, width = (checks.count("net_size", n, "neurons") for n in sides)
    if values.shape[1] != height * width:
        raise ModelUseError(
            f'"net_size" is {height} x {width} = {height * width} neurons, but "values" has {values.shape[1]} columns. '
            "Give the geometry of the group."
        )
    frames = _frames(values.shape[0], frame_step)
    low = float(np.nanmin(values)) if val_min is None else checks.number("val_min", val_min)
    high = float(np.nanmax(values)) if val_max is None else checks.number("val_max", val_max)
    looks.color_map("cmap", cmap)
    film = _Film(dt, frame_delay, title_size, gif_dpi, video_fps, save_path, show)
    fig = _figure((6.0, min(max(2.0, 6.0 * height / width), 20.0)) if figsize is None else figsize)
    ax = fig.add_subplot()
    picture = ax.imshow(
        values[frames[0]].reshape(height, width),
        cmap=cmap,
        vmin=low,
        vmax=high,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    fig.colorbar(picture, ax=ax)
    ax.set_axis_off()

    def draw(k):
        picture.set_data(values[k].reshape(height, width))

    return film.play(fig, draw, frames)


def animate_1D(
    dynamical_vars,
    static_vars=(),
    dt=None,
    xlim=None,
    ylim=None,
    xlabel=None,
    ylabel=None,
    frame_delay=50.0,
    frame_step=1,
    title_size=10,
    figsize=None,
    gif_dpi=None,
    video_fps=None,
    save_path=None,
    show=True,
):
    """Show lines that change over time.

    Parameters
    ----------
    dynamical_vars : ndarray, dict, or list of those
        A line over time: an array of shape (n_steps, n), or a dict with ``ys`` (such an array), ``xs`` (shape (n,),
        0..n-1 when left out) and ``legend`` (str). All have the same number of steps.
    static_vars : ndarray, dict, or list of those
        Lines that stay: arrays of shape (n,), or dicts with ``ys`` (or ``data``), ``xs`` and ``legend``.
    dt : float, optional
        Step, ms, for the title; the profile's when left out.
    xlim, ylim : pair of float, optional
        Of the axes; all values fit when left out.
    xlabel, ylabel : str, optional
    frame_delay, frame_step, title_size, figsize, gif_dpi, video_fps, save_path, show
        As for `animate_2D`.

    Returns
    -------
    matplotlib.figure.Figure
        Its animation is ``figure.animation``.

    Raises
    ------
    ModelUseError
        When an argument is not as described, or ffmpeg is missing.
    """
    moving = [_line("dynamical_vars", item, 2) for item in _listed("dynamical_vars", dynamical_vars, 2)]
    fixed = [_line("static_vars", item, 1) for item in _listed("static_vars", static_vars, 1)]
    if not moving:
        raise ModelUseError(f'"dynamical_vars" is empty, {dynamical_vars!r}: give an array of shape (n_steps, n).')
    lengths = sorted({len(ys) for _, ys, _ in moving})
    if len(lengths) > 1:
        raise ModelUseError(f'All "dynamical_vars" need the same number of steps, but they have {lengths}. Cut them.')
    frames = _frames(lengths[0], frame_step)
    xlim, ylim = looks.limits("xlim", xlim), looks.limits("ylim", ylim)
    looks.labels(xlabel=xlabel, ylabel=ylabel)
    film = _Film(dt, frame_delay, title_size, gif_dpi, video_fps, save_path, show)
    fig = _figure((6.0, 6.0) if figsize is None else figsize)
    ax = fig.add_subplot()
    lines = [ax.plot(xs, ys[frames[0]], label=legend)[0] for xs, ys, legend in moving]
    for xs, ys, legend in fixed:
        ax.plot(xs, ys, "--", label=legend)
    ax.set_xlim(xlim or _span([xs for xs, _, _ in moving + fixed], 0.0))
    ax.set_ylim(ylim or _span([ys for _, ys, _ in moving + fixed], 0.05))
    if xlabel:
        ax.set_xlabel(xlabel)
    if ylabel:
        ax.set_ylabel(ylabel)
    if any(legend for _, _, legend in moving + fixed):
        ax.legend()

    def draw(k):
        for line, (_, ys, _) in zip(lines, moving):
            line.set_ydata(ys[k])

    return film.play(fig, draw, frames)


class _Film:
    """How frames follow each other, and where they go."""

    def __init__(self, dt, frame_delay, title_size, gif_dpi, video_fps, save_path, show):
        self.dt = profile.get_dt() if dt is None else checks.number("dt", dt, unit="ms", above=0)
        self.delay = checks.number("frame_delay", frame_delay, unit="ms", above=0)
        self.title_size = checks.number("title_size", title_size, unit="points", above=0)
        self.dpi = None if gif_dpi is None else checks.number("gif_dpi", gif_dpi, above=0)
        self.show = checks.flag("show", show)
        self.path = None if save_path is None else _path(save_path)
        if self.path is not None and not self.path.lower().endswith((".gif", ".mp4")):
            self.path += ".mp4"
        most = MOST_IN_GIF if self.path is not None and self.path.lower().endswith(".gif") else None
        self.fps = min(1000.0 / self.delay, most or np.inf)
        if video_fps is not None:
            self.fps = checks.number("video_fps", video_fps, above=0, high=most)
        if self.path is not None and self.path.lower().endswith(".mp4"):
            from matplotlib.animation import FFMpegWriter

            if not FFMpegWriter.isAvailable():
                raise ModelUseError(
                    f'"save_path" is {save_path!r}, and writing an MP4 needs the program ffmpeg, which is not on the '
                    "PATH of this machine. Install it, or save a GIF: a name that ends with .gif."
                )

    def play(self, fig, draw, frames):
        """Animate `fig`, write the file, show it."""
        import matplotlib.pyplot as plt
        from matplotlib.animation import FFMpegWriter, FuncAnimation, PillowWriter

        title = fig.suptitle("", fontsize=self.title_size)

        def update(k):
            draw(k)
            title.set_text(f"Time: {k * self.dt:.2f} ms")

        animation = FuncAnimation(
            fig, update, frames=frames, init_func=lambda: update(frames[0]), interval=self.delay, repeat=False
        )
        fig.animation = animation  # it stops when nobody holds it
        if self.path is None:
            fig.canvas.draw()
        elif self.path.lower().endswith(".gif"):
            animation.save(self.path, dpi=self.dpi, writer=PillowWriter(fps=self.fps))
        else:
            animation.save(self.path, writer=FFMpegWriter(fps=self.fps))
        if self.show:
            plt.show()
        return fig


def _figure(figsize):
    size = looks.size("figsize", figsize)
    import matplotlib.pyplot as plt

    return plt.figure(figsize=size, constrained_layout=True)


def _path(save_path) -> str:
    """The file to write; its folder must be there before hours of drawing."""
    if not isinstance(save_path, (str, os.PathLike)) or not str(save_path):
        raise checks.wrong("save_path", save_path, "the name of a file", "Write 'film.gif', say.")
    folder = os.path.dirname(os.path.abspath(save_path))
    if not os.path.isdir(folder):
        raise checks.wrong("save_path", save_path, "in a folder that is there", f"Make the folder {folder}.")
    return str(save_path)


def _frames(n_steps: int, frame_step) -> range:
    frames = range(1, n_steps, checks.count("frame_step", frame_step, "steps"))
    if not frames:
        raise ModelUseError(f"An animation needs at least two steps, but there are {n_steps}. Give a longer recording.")
    return frames


def _listed(name: str, given, ndim: int) -> list:
    if isinstance(given, dict) or isinstance(given, np.ndarray):
        return [given]
    if isinstance(given, (list, tuple)):
        is_one = len(given) > 0 and not isinstance(given[0], dict) and np.ndim(given[0]) == ndim - 1
        return [given] if is_one else list(given)
    raise checks.wrong(name, given, "an array, a dict, or a list of those", "Give what a monitor recorded.")


def _line(name: str, item, ndim: int):
    """(xs, ys, legend) of one line."""
    xs, legend = None, None
    if isinstance(item, dict):
        key = next((key for key in ("ys", "data") if key in item), None)
        unknown = sorted(set(item) - {"ys", "data", "xs", "legend"})
        if key is None or unknown:
            raise ModelUseError(
                f'A dict in "{name}" has ys, and xs and legend when wanted, but this one has {list(item)}. Give ys.'
            )
        xs, legend, item = item.get("xs"), item.get("legend"), item[key]
    looks.labels(legend=legend)
    ys = np.asarray(item)
    if ys.ndim != ndim or ys.dtype.kind not in "biuf":
        shape = "(n_steps, n)" if ndim == 2 else "(n,)"
        raise ModelUseError(
            f'"{name}" must hold arrays of numbers of shape {shape}, but one is {ys.dtype} of shape {ys.shape}: '
            f"{checks.shown(item)}. Give what a monitor recorded."
        )
    xs = np.arange(ys.shape[-1]) if xs is None else np.asarray(xs)
    if xs.shape != ys.shape[-1:]:
        raise ModelUseError(
            f'"xs" in "{name}" has shape {xs.shape}, but its line has {ys.shape[-1]} points. Give one for each.'
        )
    return xs, ys, legend


def _span(arrays, margin: float) -> tuple[float, float]:
    low = min(float(np.nanmin(array)) for array in arrays)
    high = max(float(np.nanmax(array)) for array in arrays)
    room = margin * (high - low) or (0.5 if high == low else 0.0)
    return low - room, high + room
