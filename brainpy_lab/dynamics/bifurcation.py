"""`BifurcationAnalyzer`: how the fixed points of a model change with one or two parameters."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..analysis.equilibria import equilibria
from ..analysis.grid import box
from ..errors import ModelUseError
from . import style
from .arguments import per_name, ranges
from .subjects import subject_of

_MOST_CASES = 250_000


class BifurcationAnalyzer:
    """Find the fixed points of a neuron model on a grid of parameters.

    Parameters
    ----------
    model : NeuType or DynamicalSystem
    target_pars : dict of str to (float, float)
        The one or two parameters or inputs to vary and their ranges.
    dynamical_vars : dict of str to (float, float)
        The one or two variables and the ranges in which to look for fixed points.
    fixed_vars : dict of str to float, optional
        Values of everything else that the equations read, as in `PhasePortraitAnalyzer`.
    pars_update : dict of str to float, optional
        Parameters to change.
    par_resolution : float or dict of str to float
        Distance of the values of the parameters, from the low end on, the high end left out.
    var_resolution : float or dict of str to float
        The grid of the search has cells of this size at most, within 80 to 400 cells a side.
    element : int
        Which element of a model that is written as a class.

    Raises
    ------
    ModelUseError
        When an argument does not fit the model.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> box = {'V': [-3., 3.], 'w': [-3., 3.]}
    >>> sweep = bp.BifurcationAnalyzer(bp.models.get_FitzHughNagumo(), {'I': [0., 1.]}, box)
    >>> len(sweep.find_fixed_points().points)
    10
    """

    def __init__(
        self,
        model,
        target_pars,
        dynamical_vars,
        fixed_vars=None,
        pars_update=None,
        par_resolution=0.1,
        var_resolution=0.1,
        element=0,
    ):
        self.subject = subject_of(model, pars_update, element, fixed_vars, target_pars)
        self.dynamical_vars = ranges("dynamical_vars", dynamical_vars, at_most=2)
        self.target_pars = ranges("target_pars", target_pars, at_most=2, order=False)
        self.subject.check_targets(list(self.dynamical_vars), "dynamical variable")
        readable = dict.fromkeys([*self.subject.read_names, *self.subject.params])
        known = [name for name in readable if name not in self.subject.equations]
        for name in self.target_pars:
            if name in self.dynamical_vars or name not in known:
                raise ModelUseError(
                    f'target parameter "{name}" is neither a parameter nor an input of the equations of '
                    f'"{model.name}". Those are: {", ".join(known)}. Name one of them in "target_pars".'
                )
        self.fixed_vars = self.subject.checked_fixed(fixed_vars, [*self.target_pars, *self.dynamical_vars])
        self.problem = self.subject.problem(list(self.dynamical_vars), self.fixed_vars, list(self.target_pars))
        self.box = box(self.dynamical_vars.values())
        steps = per_name("par_resolution", par_resolution, list(self.target_pars))
        sizes = per_name("var_resolution", var_resolution, list(self.dynamical_vars))
        self._cells = max(80, min(400, math.ceil(max(s / sizes[n] for s, n in zip(self.box.span, sizes)))))
        sides = [
            np.arange(low, high, steps[name])
            for name, (low, high) in self.target_pars.items()
            if (high - low) / steps[name] <= _MOST_CASES
        ]
        if len(sides) < len(steps) or math.prod(map(len, sides)) > _MOST_CASES:
            raise ModelUseError(
                f'"par_resolution" = {par_resolution!r} gives more than {_MOST_CASES} sets of '
                "parameters: choose a larger one."
            )
        mesh = np.meshgrid(*sides, indexing="ij")
        self.cases = {name: values.ravel() for name, values in zip(self.target_pars, mesh)}
        self._found = None

    @property
    def model(self):
        """The model that is analysed."""
        return self.subject.model

    def __repr__(self) -> str:
        return f"BifurcationAnalyzer({self.model.name!r}, {', '.join(self.target_pars)})"

    def find_fixed_points(self):
        """The fixed points for every set of parameters, computed once.

        Returns
        -------
        brainpy_lab.analysis.equilibria.Equilibria
            `case` counts the entries of `cases`.
        """
        if self._found is None:
            self._found = equilibria(self.problem, self.box, self.cases, cells=self._cells)
        return self._found

    def plot_bifurcation(self, plot_vars=(), show=False):
        """Draw each fixed point over the parameters, coloured by its class; one figure per variable.

        Parameters
        ----------
        plot_vars : str or sequence of str
            The variables to draw; all of `dynamical_vars` when empty.
        show : bool
            Show the figures at the end.

        Returns
        -------
        x : ndarray, shape (n,), or (n, 2) with two parameters
            The parameters of all fixed points.
        y : ndarray, shape (n,), or (n, n_variables) with several variables
            The variables there. `find_fixed_points` has names and eigenvalues.

        Raises
        ------
        ModelUseError
            When a variable is not one of `dynamical_vars`.
        """
        checks.flag("show", show)
        if isinstance(plot_vars, str):
            plot_vars = [plot_vars]
        plot_vars = checks.listed("plot_vars", plot_vars, "names of variables") or list(self.dynamical_vars)
        for name in plot_vars:
            if name in self.fixed_vars:
                raise ModelUseError(
                    f'"plot_vars" names "{name}", which is fixed to {self.fixed_vars[name]}. Leave it out.'
                )
            if name not in self.dynamical_vars:
                raise ModelUseError(
                    f'"plot_vars" names "{name}", which is not one of the dynamical variables '
                    f"{', '.join(self.dynamical_vars)}: name those."
                )
        found = self.find_fixed_points()
        pars = np.stack([values[found.case] for values in self.cases.values()], axis=-1)
        columns = [list(self.dynamical_vars).index(name) for name in plot_vars]
        for name, column in zip(plot_vars, columns):
            draw = self._draw_line if pars.shape[1] == 1 else self._draw_cloud
            style.finish(draw(name, pars, found.points[:, column], np.array(found.names)), show=False)
        if show:
            import matplotlib.pyplot as plt

            plt.show()
        values = found.points[:, columns]
        return (pars[:, 0] if pars.shape[1] == 1 else pars), (values[:, 0] if len(columns) == 1 else values)

    def _draw_line(self, name: str, pars: np.ndarray, values: np.ndarray, classes: np.ndarray):
        import matplotlib.pyplot as plt

        ax = plt.figure(figsize=(6.4, 4.8), layout="constrained").gca()
        # Few points keep their shapes; many make lines: thick where stable, thin where not.
        many = len(next(iter(self.cases.values()))) > 60
        for each, mark, chosen in _by_class(classes):
            size = (5.0 if mark.filled else 2.2) if many else 6.0
            ax.plot(
                pars[chosen, 0],
                values[chosen],
                linestyle="none",
                marker="o" if many else mark.marker,
                markersize=size,
                markeredgewidth=0 if many else 1.5,
                color=mark.color,
                markerfacecolor=mark.color if mark.filled or many else "white",
                label=each,
                clip_on=many,  # a shape at the end of the range is drawn whole
            )
        (par,) = self.target_pars
        ax.set(xlabel=self.subject.label(par), ylabel=self.subject.label(name), xlim=self.target_pars[par])
        ax.margins(y=0.08)
        style.frame(ax)
        style.legend_above(ax)
        return ax

    def _draw_cloud(self, name: str, pars: np.ndarray, values: np.ndarray, classes: np.ndarray):
        import matplotlib.pyplot as plt
        from matplotlib.ticker import MaxNLocator

        ax = plt.figure(figsize=(6.4, 5.6)).add_axes((0.0, 0.02, 0.94, 0.92), projection="3d")
        for each, mark, chosen in _by_class(classes):
            ax.scatter(
                pars[chosen, 0],
                pars[chosen, 1],
                values[chosen],
                s=9 if mark.filled else 4,
                color=mark.color,
                marker=mark.marker,
                depthshade=False,
                linewidths=0,
                label=each,
            )
        first, second = self.target_pars
        ax.set(
            xlabel=self.subject.label(first),
            ylabel=self.subject.label(second),
            zlabel=self.subject.label(name),
            xlim=self.target_pars[first],
            ylim=self.target_pars[second],
        )
        # Without the ticks at both ends, those of two axes do not meet in the corner.
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
            axis.set_major_locator(MaxNLocator(6, prune="both"))
        ax.view_init(elev=24, azim=-58)
        style.legend_above(ax, at=0.96)
        return ax


def _by_class(classes: np.ndarray):
    for each, mark in style.MARKS.items():
        chosen = classes == each
        if chosen.any():
            yield each, mark, chosen
