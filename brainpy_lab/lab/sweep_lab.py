"""The lab that gets the values of a point of a sweep: an open one, or one that is opened for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ModelKeyError, ModelUseError
from ..sweeps.made import MadeJob, is_model
from ..sweeps.points import Point
from .explore import explore
from .lab import Lab, labs
from .sweep_shown import is_logarithmic

if TYPE_CHECKING:
    from .sweep import Sweep


def load(sweep: Sweep, values: dict[str, float], show: bool = True) -> Lab:
    """Give values to the open lab of the model of a sweep, or open one and `show` it. See `Sweep.load`."""
    lab = _open_lab(sweep, list(values))
    if lab is None or (lab is sweep.opened and isinstance(sweep.job, MadeJob)):
        sweep.job.check(list(values))
        opens = _made if isinstance(sweep.job, MadeJob) else _of_neuron
        lab = sweep.opened = opens(sweep, values, show)
        return lab
    for name, value in values.items():
        lab.set(name, value)
    return lab


def _open_lab(sweep: Sweep, names: list[str]) -> Lab | None:
    """The lab of the model, or the only one with controls of these names."""
    there = {name: lab for name, lab in labs.items() if lab.status != "closed"}
    named = there.get(sweep.name)
    # A lab of what a function made has no controls of its arguments: another point is made anew.
    if named is not None and (named is sweep.opened or not isinstance(sweep.job, MadeJob)):
        return named
    fitting = [lab for lab in there.values() if all(name in lab.values for name in names)]
    if len(fitting) > 1:
        raise ModelKeyError(
            f"no lab of {sweep.name} is open, and {', '.join(lab.name for lab in fitting)} all have controls of these "
            "names: close those that are not meant, or run the cell of the model."
        )
    return fitting[0] if fitting else None


def _of_neuron(sweep: Sweep, values: dict[str, float], show: bool) -> Lab:
    """A lab of a neuron model, with a slider over what was swept."""
    job = sweep.job
    ranges: dict = {}
    for name, axis in sweep.axes.items():
        ends = [*axis.tolist(), values.get(name, axis[0].item())]
        low, high = min(ends), max(ends)
        ranges[name] = (low, high, "log") if is_logarithmic(axis) and low > 0 else (low, high) if low < high else low
    ranges |= {name: value for name, value in values.items() if name not in ranges}
    lab = explore(
        job.model,
        params=ranges,
        inputs=job.inputs,
        dt=job.settings["_dt"],
        seed=sweep.seeds[0],
        backend=job.backend,
        name=sweep.name,
        show=show,
    )
    for name, value in values.items():
        if isinstance(ranges[name], tuple):
            lab.set(name, value)
    return lab


def _made(sweep: Sweep, values: dict[str, float], show: bool) -> Lab:
    """A lab of what a function makes for the values, or of a model of classes that holds them."""
    from ..sweeps.settings import applied

    job = sweep.job
    refusal = f"no lab of {sweep.name} is open, and none can be opened: "
    cure = "Return a group, a network or a model, or a pair of one of them and its inputs."
    if job.duration is None:
        raise ModelUseError(f"{refusal}it gives results, and no model. {cure}")
    try:
        with applied(job.settings, sweep.seeds[0]):
            made, inputs = job.made(Point(values=values, seed=sweep.seeds[0], index=()))
    except Exception as error:  # of the function
        raise ModelUseError(f"{refusal}{type(error).__name__}: {error}") from error
    if not is_model(made):
        raise ModelUseError(f"{refusal}it gives a {type(made).__name__}, and no model. {cure}")
    return explore(
        made,
        inputs=inputs,
        dt=job.settings["_dt"],
        seed=sweep.seeds[0],
        backend=job.backend,
        name=sweep.name,
        show=show,
    )
