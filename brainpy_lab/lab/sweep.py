"""``bp.sweep``: one model, many values of its parameters, and the live figure of what they give."""

from __future__ import annotations

import itertools
import time

from .. import checks
from ..errors import ModelUseError
from ..sweeps.sweep import Run, prepare
from . import bundle, sweep_picture
from .sweep_shown import Shown

_ids = itertools.count(1)


class Sweep(Run):
    """A sweep under way, or done: made by `sweep`.

    Attributes
    ----------
    status : str
        'running', 'done' or 'cancelled'.
    axes : dict of str to ndarray
        Parameter -> its values.
    dims : tuple of str
        Names of the axes of the results.
    results : dict of str to ndarray
        Measure -> array; waits until all points are done. ``sweep['rate']`` is one of them.
    partial : dict of str to ndarray
        The same, as far as it is there now; never waits.
    errors : list of PointError
        The points that failed.
    seeds : list of int
    how : str
        Where and how the points are computed.
    opened : Lab or None
        The lab that `load` opened.
    """

    opened = None

    def plot(self, measure=None, *, x=None, y=None, kind="auto") -> Plot:
        """A figure of the sweep, live while it runs; displaying the sweep itself shows one with no choices.

        Parameters
        ----------
        measure : str, optional
            The first that is a number, when left out; a menu of the figure changes it.
        x, y : str, optional
            Parameters along the axes of a map; of lines, x is along the axis and every value of y is a line. Sliders
            choose the values of the others.
        kind : {'auto', 'lines', 'map'}

        Returns
        -------
        Plot
            Displays itself; ``to_png()`` and ``description()`` say what it shows.
        """
        return Plot(Shown(self, measure, x, y, kind))

    def load(self, **values):
        """Give the values of a point to the open lab of this model, or to the one lab that has controls of these names.

        Where none is open a lab is opened, as by `explore`: with sliders over what was swept, or of what a function
        makes for these values.

        Parameters
        ----------
        **values : float
            Parameter -> value, ``load(I=0.5, tau=5.)``.

        Returns
        -------
        Lab

        Raises
        ------
        ModelKeyError
            When several labs fit, or the lab has no control of that name.
        ModelUseError
            When no lab is open, and the sweep is over a function that gives no model.
        ModelValueError
            For a value that a control cannot have.
        """
        if not values:
            raise ModelUseError("load() needs the values of a point: write load(I=0.5), say.")
        from .sweep_lab import load

        return load(self, values)

    def _ipython_display_(self) -> None:
        self.plot()._ipython_display_()


class Plot:
    """A figure of a sweep: made by `Sweep.plot`."""

    def __init__(self, shown: Shown):
        self.shown = shown
        self.id = f"sweep-{next(_ids)}-{int(time.time())}"
        self.figure = None

    def description(self) -> str:
        """What is seen, in words."""
        return self.shown.description()

    def to_png(self) -> bytes:
        """The picture now, as PNG."""
        return sweep_picture.draw(self.shown)

    def _ipython_display_(self) -> None:
        """The picture and, where a page can show it, the live figure, as two outputs of the cell."""
        from IPython.display import display, publish_display_data

        from .widgets import is_headless

        display_id = f"brainpy-{self.id}"
        data, metadata = self._still()
        display(data, metadata=metadata, raw=True, display_id=display_id)
        if is_headless():
            return
        from .sweep_figure import SweepFigure

        self.figure = SweepFigure(self.shown)
        self.figure.hide_picture(self.id)
        box = {"version_major": 2, "version_minor": 0, "model_id": self.figure.box.model_id}
        publish_display_data({"application/vnd.jupyter.widget-view+json": box})
        if self.shown.sweep.status == "running":

            def refresh() -> None:
                if self.shown.sweep.status != "running":
                    self.shown.sweep.unhear(refresh)
                    data, metadata = self._still()
                    display(data, metadata=metadata, raw=True, display_id=display_id, update=True)

            self.shown.sweep.hear(refresh)

    def _still(self):
        return bundle.figure(self.id, self.to_png(), self.description(), "Run the cell again to make it live.")


def sweep(
    model,
    ranges=None,
    /,
    *,
    duration=None,
    measure="rate",
    n=1,
    seed=None,
    dt=None,
    discard=0.0,
    inputs=(),
    record=(),
    executor="auto",
    backend=None,
    progress=True,
    wait=None,
    **parameters,
) -> Sweep:
    """Run a model for every combination of some values of its parameters.

    Parameters
    ----------
    model
        A neuron model (of a ``%%brainpy neuron`` cell, `neuron`, `models` or a `NeuType`): parameters are its own,
        and ``input``, a constant current. A model of classes: parameters are numbers that it holds, ``'E.tau'`` of a
        part. A function, or a class: it gets the parameters as keywords and returns a group, a network, a model, a
        `DSRunner`, or a pair of one of them and its inputs; or the results themselves: numbers, arrays, a dict of them.
    ranges : dict, optional
        Parameter -> its values, for names that are no keywords: ``{'E.tau': [5, 10]}``.
    duration : float, ms
        Length of each run.
    measure : str, callable, or list or dict of those
        What to measure: 'rate' (Hz, mean over neurons), 'count' of spikes, 'latency' of the first (ms), 'isi' (mean
        interval, ms), 'cv' of the intervals, or 'mean V', 'min V', 'max V', 'std V', 'last V' of any variable. A
        function gets a `Recording` and returns a number, an array, or a dict of those; a dict gives measures names.
    n : int
        Repeats of each point, with other seeds.
    seed : int, optional
        Of the first repeat, the next ones count up; every point has the same seeds. The profile's when left out. It
        fixes the noise, the connections and initial values that a function draws, and NumPy's global generator; a
        function with a parameter ``seed`` gets it.
    dt : float, optional
        Step, ms; the profile's when left out.
    discard : float, ms
        Time at the start that measures do not see.
    inputs : tuple or list
        As for the `run` of a group, or for `DSRunner`; the same for all points.
    record : list of str
        Variables that functions want; of a neuron model they are all there.
    executor
        'auto': points of a neuron model are the neurons of one compiled group where that gives the same bits, and other
        models run in processes. 'serial': in this thread. 'processes', or how many. Or a ``joblib.Parallel``, a client
        of dask.distributed, or anything with ``submit(function, *args)`` that returns futures.
    backend : str, optional
        As for the profile: 'auto', 'reference', 'numba', 'cuda'.
    progress : bool
        Show a progress bar while this call waits. In a notebook the figure shows it.
    wait : bool, optional
        Whether to return when all is done. By default at once in a notebook, and when all is done elsewhere.
    **parameters
        Parameter -> its values, ``I=np.linspace(0, 1, 41)``.

    Returns
    -------
    Sweep
        Displayed, it is a live figure: a curve over one parameter, with one line for each value of a second, or a map
        of two.

    Raises
    ------
    ModelUseError
        When an argument does not fit. A point that fails does not raise: see `Sweep.errors`.

    Notes
    -----
    A point has the bits of a run of its own with the same values, step, seed and back end, whatever computes it.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> cell = bp.neuron('dv/dt = (-v + I) / tau; I = 2; tau = 10; init v = 0; spike when v > 1; reset v = 0', 'LIF')
    >>> curve = bp.sweep(cell, I=[0.5, 2., 4.], duration=1000., progress=False)
    >>> curve['rate']
    array([  0., 142., 344.])
    """
    progress = checks.flag("progress", progress)
    if wait is not None:
        wait = checks.flag("wait", wait)
    found = Sweep(
        **prepare(
            model,
            ranges,
            parameters,
            duration=duration,
            measure=measure,
            n=n,
            seed=seed,
            dt=dt,
            discard=discard,
            executor=executor,
            backend=backend,
            inputs=inputs,
            record=record,
        )
    )
    if wait is None:
        from .widgets import is_headless

        wait = is_headless()
    if progress and (wait or found.is_blocking):
        _begin_with_bar(found, wait)
    else:
        found.start()
        if wait:
            found.wait()
    return found


def _begin_with_bar(found: Sweep, wait: bool) -> None:
    from tqdm import tqdm

    with tqdm(total=found.n_points, desc=found.name, unit="point") as bar:

        def show() -> None:
            bar.update(found.n_done - bar.n)

        found.hear(show)
        found.start()
        if wait:
            found.wait()
        found.unhear(show)
        show()
