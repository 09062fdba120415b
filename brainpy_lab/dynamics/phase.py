"""`PhasePortraitAnalyzer`: nullclines, vector field, fixed points and trajectories of one or two variables."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .. import checks
from ..analysis.equilibria import equilibria
from ..analysis.grid import box
from ..analysis.nullclines import nullclines
from . import style
from .arguments import ranges
from .subjects import subject_of
from .trajectory import Trajectories

_CELLS = 200
_MOST_CELLS = 800  # 640 000 values a field; a resolution beyond that shows nothing new in a figure


@dataclass(frozen=True)
class FixedPoint:
    """A point where no analysed variable moves.

    Attributes
    ----------
    values : dict of str to float
        The variables there.
    eigenvalues : tuple of complex, 1/ms
        The least stable first.
    jacobian : ndarray, shape (d, d), 1/ms
        Rows are equations, columns variables, in the order of `values`.
    name : str
        Its class, for example 'stable-focus'.
    """

    values: dict[str, float]
    eigenvalues: tuple[complex, ...]
    jacobian: np.ndarray = field(compare=False)
    name: str

    def __str__(self) -> str:
        return f"{', '.join(f'{k}={v!r}' for k, v in self.values.items())} is a {self.name}"


class PhasePortraitAnalyzer:
    """Analyse the flow of a neuron model in one variable or in the plane of two.

    Parameters
    ----------
    model : NeuType or DynamicalSystem
        Its differential equations are analysed; noise, thresholds and resets are not part of them. Those of a model
        that is written as a class come from one recorded step of it.
    target_vars : dict of str to (float, float)
        The one or two variables and their ranges. The x axis is the first name in alphabetical order; an
        `OrderedDict` keeps its own order.
    fixed_vars : dict of str to float, optional
        Values of everything else that the equations read: inputs, and other variables. Variables that are not given
        stay at the default of the model's state, parameters at the model's value. 't' is the time of equations that
        read it. In a model that is written as a class variables stay at their present value, parts are named by their
        path, as in 'INa.p', and an argument of ``update`` such as 'x' is passed to it when it is named here.
    pars_update : dict of str to float, optional
        Parameters to change.
    lim_scale : float
        The axes are the ranges, this much longer.
    element : int
        Which element of a model that is written as a class.

    Attributes
    ----------
    fixed_points : list of FixedPoint
        What the last `find_fixed_points` or `plot_fixed_point` found.

    Raises
    ------
    ModelUseError
        When an argument does not fit the model; the message says which and what to do.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> box = {'V': [-3., 3.], 'w': [-3., 3.]}
    >>> portrait = bp.PhasePortraitAnalyzer(bp.models.get_FitzHughNagumo(), box, {'I': 0.8})
    >>> [point.name for point in portrait.find_fixed_points()]
    ['unstable-node']
    """

    def __init__(self, model, target_vars, fixed_vars=None, pars_update=None, lim_scale=1.05, element=0):
        self.subject = subject_of(model, pars_update, element, fixed_vars)
        self.target_vars = ranges("target_vars", target_vars, at_most=2)
        self.subject.check_targets(list(self.target_vars), "target")
        self.lim_scale = checks.number("lim_scale", lim_scale, above=0)
        self.fixed_vars = self.subject.checked_fixed(fixed_vars, list(self.target_vars))
        self.problem = self.subject.problem(list(self.target_vars), self.fixed_vars)
        self.box = box(self.target_vars.values())
        self.fixed_points: list[FixedPoint] = []
        self._given_order = tuple(target_vars)

    @property
    def model(self):
        """The model that is analysed."""
        return self.subject.model

    def __repr__(self) -> str:
        return f"PhasePortraitAnalyzer({self.subject.called!r}, {', '.join(self.target_vars)})"

    def plot_nullcline(self, show=False, ax=None):
        """Draw where dx/dt = 0 and where dy/dt = 0, all branches.

        Parameters
        ----------
        show : bool
            Show the figure at the end.
        ax : matplotlib axes, optional
            The current ones when left out.

        Returns
        -------
        x, y : dict of str to ndarray
            By the variable that stands still; NaN separates branches.

        Raises
        ------
        NotImplementedError
            With one variable, which has no nullclines.
        """
        self._needs_plane("nullcline")
        checks.flag("show", show)
        ax = style.axes(ax)
        found = {}
        for curves, name, color in zip(nullclines(self.problem, self.box, _CELLS), self.target_vars, style.NULLCLINES):
            x, y = curves.drawn()
            found[name] = x, y
            ax.plot(x, y, color=color, linewidth=2, label=f"{name} nullcline", zorder=3)
        self._dress(ax, show)
        return {name: xy[0] for name, xy in found.items()}, {name: xy[1] for name, xy in found.items()}

    def plot_vector_field(self, resolution=0.1, lw_lim=(0.5, 5.5), show=False, ax=None):
        """Draw the flow: stream lines in a plane, dx/dt against x on a line.

        Parameters
        ----------
        resolution : float
            Distance of the grid points of the field; never more than 100 points a side in a plane.
        lw_lim : (float, float)
            Widths of the lines where the flow is slowest and quickest.
        show, ax
            As in `plot_nullcline`.

        Returns
        -------
        x, y : ndarray
            In a plane dx/dt and dy/dt on the grid, shape (n_y, n_x); on a line x and dx/dt, shape (n,).
        """
        step = checks.number("resolution", resolution, above=0)
        checks.flag("show", show)
        thin, thick = self._widths(lw_lim)
        ax = style.axes(ax)
        if len(self.target_vars) == 1:
            return self._plot_rate(ax, step, show)
        sides = [
            np.linspace(low, high, _between(math.ceil((high - low) / step) + 1, 20, 100))
            for low, high in self._limits()
        ]
        u, v = self.problem.fields((sides[0][None, :], sides[1][:, None]))
        # Stream lines are followed in shares of the axes, and so is their speed.
        speed = np.hypot(u / self.box.span[0], v / self.box.span[1])
        known = np.isfinite(speed)
        top = np.percentile(speed[known], 98) if known.any() else 0.0
        share = np.where(known, np.minimum(speed / top, 1.0) if top > 0 else 0.0, 0.0)
        if top > 0:
            ax.streamplot(
                sides[0],
                sides[1],
                np.where(known, u, 0.0),
                np.where(known, v, 0.0),
                color=style.FIELD,
                linewidth=thin + (thick - thin) * share,
                arrowsize=1.1,
                density=1.1,
                zorder=1,
            )
        self._dress(ax, show)
        return u, v

    def _plot_rate(self, ax, step: float, show: bool):
        (name,), ((low, high),) = self.target_vars, self._limits()
        x = np.linspace(low, high, _between(math.ceil((high - low) / step) + 1, 500, 5000))
        (rate,) = self.problem.fields((x,))
        ax.axhline(0.0, color=style.FIELD, linewidth=1, zorder=1)
        ax.plot(x, rate, color=style.BLUE, linewidth=2, label=f"d{name}/dt", zorder=3)
        self._dress(ax, show)
        return x, np.array(rate)

    def find_fixed_points(self, resolution=0.1) -> list[FixedPoint]:
        """All fixed points in the box, from the smallest x to the largest.

        Parameters
        ----------
        resolution : float
            The grid of the search has cells of this size at most, within 200 to 800 cells a side.
        """
        step = checks.number("resolution", resolution, above=0)
        cells = _between(math.ceil(float((self.box.span / step).max())), _CELLS, _MOST_CELLS)
        found = equilibria(self.problem, self.box, cells=cells)
        self.fixed_points = [
            FixedPoint(dict(zip(self.target_vars, map(float, point))), tuple(map(complex, values)), jacobian, name)
            for point, values, jacobian, name in zip(found.points, found.eigenvalues, found.jacobians, found.names)
        ]
        return self.fixed_points

    def plot_fixed_point(self, resolution=0.1, show=False, ax=None):
        """Find all fixed points in the box, print one line for each, and draw them.

        Parameters
        ----------
        resolution : float
            As in `find_fixed_points`.
        show, ax
            As in `plot_nullcline`.

        Returns
        -------
        x, y : ndarray, shape (n,)
            Where they are; with one variable y is 0. `fixed_points` has their eigenvalues.
        """
        checks.flag("show", show)
        points = self.find_fixed_points(resolution)
        ax = style.axes(ax)
        for index, point in enumerate(points, start=1):
            print(f"Fixed point #{index} at {point}.")
            mark = style.MARKS[point.name]
            x, y = (*point.values.values(), 0.0)[:2]
            ax.plot(
                x,
                y,
                mark.marker,
                markersize=10 if mark.marker != "*" else 14,
                color=mark.color,
                zorder=5,
                markerfacecolor=mark.color if mark.filled else "white",
                markeredgewidth=2.2,
                markeredgecolor="black" if mark.color == style.YELLOW else mark.color,
                linestyle="none",
                label=point.name,
                clip_on=False,
            )
        self._dress(ax, show)
        if not points:
            print(f"No fixed point with {self._where()}.")
        where = np.array([[*point.values.values(), 0.0][:2] for point in points]).reshape(-1, 2)
        return where[:, 0], where[:, 1]

    def plot_trajectory(self, target_setting, axes="v-v", inputs=(), show=False, ax=None):
        """Simulate the model from initial values and draw the paths.

        Parameters
        ----------
        target_setting : tuple or list of tuples
            ``(first, second, duration)``: initial values in the order in which `target_vars` was written, and how
            long to run, ms; ``(first, second, (start, end))`` draws only that part of the run.
        axes : {'v-v', 't-v'}
            In the phase plane, or against time (in a figure of its own).
        inputs : tuple or list
            As in `NeuGroup.run`, for example ``('ST.input', 0.8)``, or as in `DSRunner`.
        show, ax
            As in `plot_nullcline`.

        Returns
        -------
        x, y : list of ndarray
            One per setting: the two variables, each of shape (n_steps + 1,) from the initial value on; with 't-v'
            the times (ms) and the variables, shape (n_steps + 1, 2).

        Notes
        -----
        The steps run with the profile's dt and the model's method, and with its thresholds and resets. Variables that
        are not targets stand still.
        """
        self._needs_plane("trajectory")
        checks.choice("axes", axes, ("v-v", "t-v"))
        checks.flag("show", show)
        runs = Trajectories(self.subject, self._given_order, self.fixed_vars, target_setting, inputs)
        ax = style.axes(ax, new=axes == "t-v")
        xs, ys = runs.paths(list(self.target_vars), axes)
        if axes == "v-v":
            for x, y in zip(xs, ys):
                (line,) = ax.plot(x, y, color=style.BLACK, linewidth=1.6, label="trajectory", zorder=4)
                ax.plot(x[:1], y[:1], ".", color=line.get_color(), markersize=8, zorder=4)
            self._dress(ax, show)
            return xs, ys
        for x, y in zip(xs, ys):
            for i, (name, color) in enumerate(zip(self.target_vars, style.NULLCLINES)):
                ax.plot(x, y[:, i], color=color, linewidth=1.6, label=self.subject.label(name))
        ax.margins(x=0.0)
        ax.set(xlabel="t (ms)", ylabel=", ".join(self.subject.label(name) for name in self.target_vars))
        style.frame(ax)
        style.legend_above(ax)
        style.finish(ax, show)
        return xs, ys

    # ---- how ----

    def _needs_plane(self, what: str) -> None:
        if len(self.target_vars) == 1:
            raise NotImplementedError(f"A 1D system has no {what}: use plot_vector_field() and plot_fixed_point().")

    def _limits(self) -> list[tuple[float, float]]:
        room = (self.lim_scale - 1) / 2 * self.box.span
        return [(float(low), float(high)) for low, high in zip(self.box.low - room, self.box.high + room)]

    def _widths(self, lw_lim) -> tuple[float, float]:
        pair = checks.pair("lw_lim", lw_lim, "two line widths")
        thin, thick = (checks.number("lw_lim", width, unit="points", low=0) for width in pair)
        if thin > thick:
            raise checks.wrong("lw_lim", lw_lim, "two line widths from thin to thick", "Give the thinner one first.")
        return thin, thick

    def _where(self) -> str:
        return ", ".join(f"{name} in [{low:g}, {high:g}]" for name, (low, high) in self.target_vars.items())

    def _dress(self, ax, show: bool) -> None:
        names = list(self.target_vars)
        limits = self._limits()
        ax.set(xlim=limits[0], xlabel=self.subject.label(names[0]))
        if len(names) == 2:
            ax.set(ylim=limits[1], ylabel=self.subject.label(names[1]))
        else:
            ax.set(ylabel=self.subject.rate_label(names[0]))
        style.frame(ax)
        style.legend_above(ax)
        style.finish(ax, show)


def _between(count: int, low: int, high: int) -> int:
    return max(low, min(high, count))
