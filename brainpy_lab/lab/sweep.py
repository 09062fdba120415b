"""``bp.sweep``: one model, many values of its parameters, and the live figure of what they give."""

from __future__ import annotations

from .. import checks
from ..sweeps.sweep import Run, prepare


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
    """


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
    array([  0., 143., 344.])
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
