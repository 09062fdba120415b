"""Delays of variables, shared by all that read them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelDefError, ModelKeyError
from ...math import functions as bm
from ...math.delay import DelayRing, at_elements
from ...math.environment import get_dt
from ...math.variable import Variable
from .base import DynamicalSystem, saved

PRE_DELAY = "_*_delay_*_"
"""The key under which the delay of what a group sends is kept in its ``after_updates``."""


def steps_of(delay: Any, name: str = "delay") -> int | np.ndarray:
    """Number of steps of a delay in ms, or of each of an array of them; None is none."""
    if delay is None:
        return 0
    times = np.asarray(getattr(delay, "_array", delay))
    if times.dtype.kind not in "iuf" or not np.all(times >= 0) or not np.all(np.isfinite(times)):
        raise checks.wrong(name, delay, "a time in ms, 0 or more", "Give one, or one for each element.")
    if times.ndim == 0:
        return math.ceil(float(times) / get_dt() - 1e-9)
    return np.ceil(times / get_dt() - 1e-9).astype(np.int64)


def checked_steps(steps: Any, shape: tuple[int, ...]) -> int | np.ndarray | None:
    """A number of steps, or one for each element of a shape; a rule is asked for them.

    Raises
    ------
    ModelValueError
        When these are no whole numbers of 0 or more, or not as many as there are elements.
    """
    if steps is None:
        return None
    array = np.asarray(getattr(steps, "_array", steps(shape) if callable(steps) else steps))
    if array.dtype.kind == "f" and np.all(array == np.floor(array)):
        array = array.astype(np.int64)  # initializers make floats
    if array.dtype.kind not in "iu" or array.size == 0 or array.min() < 0:
        raise checks.wrong("delay_step", steps, "a number of steps, 0 or more", "Give one, or one for each element.")
    if array.ndim == 0 or array.size == 1:
        return int(array.reshape(-1)[0])
    if array.size != np.prod(shape):
        what = f"a number of steps, or one for each of {np.prod(shape)} elements"
        raise checks.wrong("delay_step", array.tolist(), what, f"It has {array.size} entries: give that many.")
    return array.reshape(shape).astype(np.int64)


class VarDelay(DynamicalSystem):
    """The past of a variable.

    Parameters
    ----------
    target : Variable
    time : float, optional
        Longest delay, ms; entries may be longer.
    entries : dict, optional
        Name -> delay, ms.

    Notes
    -----
    ``update()`` takes the present value and belongs at the end of a step. Before that, a delay of d steps reads the
    value of d steps ago; no delay reads the variable as it is.
    """

    def __init__(
        self,
        target: Variable,
        time: float | None = None,
        init: Any = None,
        entries: dict | None = None,
        method: Any = None,
        name: str | None = None,
        mode: Any = None,
        before_t0: Any = None,
    ):
        super().__init__(name=name, mode=mode)
        if not isinstance(target, Variable):
            raise checks.wrong("target", target, "a bm.Variable", "Give neurons.V, say.", of="a VarDelay")
        self.target = target
        self._time = 0.0 if time is None else checks.number("time", time, unit="ms", low=0)
        self._entries: dict[Any, int | np.ndarray] = {}
        self._rings: dict[int, DelayRing] = {}
        for key, delay in checks.mapping("entries", entries, "names and delays, ms").items():
            self.register_entry(key, delay)

    def register_entry(self, entry: Any, delay_time: Any = None, delay_step: Any = None) -> VarDelay:
        """Name a delay, ms (or steps): one number, or one for each element.

        Raises
        ------
        ModelKeyError
            When the name is taken.
        """
        if checks.key("entry", entry) in self._entries:
            raise ModelKeyError(f'"entry": {self.name!r} has an entry {entry!r} already. Choose another name.')
        if delay_step is None:
            delay_step = steps_of(delay_time, "delay_time")
        self._entries[entry] = self.prepare(delay_step)
        return self

    def prepare(self, delay_step: Any) -> Any:
        """Remember enough for these steps from now on; returns them, checked."""
        steps = checked_steps(delay_step, self.target.shape)
        most = 0 if steps is None else int(np.max(steps))
        if most and most not in self._rings:
            owner = getattr(self.target, "owner", None)
            called = f"the delay of {getattr(owner, 'name', 'a model')}.{self.target.name}"
            ring, late = DelayRing(self.target.shape, self.target.dtype, most, called), self.has_taken
            self._rings[most] = ring
            if late:  # in a step whose value the others have already
                ring.push(self.target.value)
        return 0 if steps is None else steps

    @property
    def max_time(self) -> float:
        """The longest delay, ms."""
        return max([self._time, *(steps * get_dt() for steps in self._rings)])

    def at(self, entry: Any, *indices: Any) -> Any:
        """The value that an entry sees, or some elements of it."""
        checks.key("entry", entry, self._entries, f"an entry of {self.name!r}")
        return at_elements(self._look, self._entries[entry], indices, self.target.shape)

    def at_steps(self, steps: Any, *indices: Any) -> Any:
        """The value of that many steps ago: a number, or an array with one for each (chosen) element."""
        return at_elements(self._look, steps, indices, self.target.shape)

    retrieve = at_steps

    def _look(self, steps: Any) -> Any:
        steps = self.prepare(steps)
        if np.ndim(steps) == 0:
            return self._rings[steps].read() if steps else self.target.value
        if not steps.any():
            return self.target.value
        late = self._rings[int(steps.max())].look(np.maximum(steps, 1))
        return late if steps.all() else bm.where(steps == 0, self.target.value, late)

    def update(self, latest_value: Any = None) -> None:
        """Take the value of this step; of several calls in a step the last one counts."""
        for ring in self._rings.values():
            ring.push(self.target.value, again=True)

    @property
    def has_taken(self) -> bool:
        """Whether it has taken the value of the present step."""
        return any(ring.is_pushed for ring in self._rings.values())

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Forget the past."""
        for ring in self._rings.values():
            ring.reset()

    def save_state(self, **kwargs: Any) -> dict[str, np.ndarray]:
        """Copies of the past, oldest first."""
        return {
            f"past_{steps}": np.roll(ring.rows, -(ring.count % len(ring.rows)), axis=0)
            for steps, ring in self._rings.items()
        }

    def load_state(self, state_dict: dict, **kwargs: Any) -> tuple[list[str], list[str]]:
        """Take the past from copies."""
        checks.instance("state_dict", state_dict, dict, "a dict that save_state made", "Give {'past_3': rows}, say.")
        mine = {f"past_{steps}": ring for steps, ring in self._rings.items()}
        for key in mine.keys() & state_dict.keys():
            rows, wanted = saved(key, state_dict[key]), mine[key].rows.shape
            if rows.shape != wanted:
                raise checks.wrong(key, rows, f"an array of shape {wanted}", f"Its shape is {rows.shape}: give that.")
            mine[key].rows[...] = rows
            mine[key].count = len(mine[key].rows)
        return [key for key in mine if key not in state_dict], [key for key in state_dict if key not in mine]


def delay_of(owner: Any, target: Variable | None = None) -> VarDelay:
    """The one delay of a variable, which all that read it share.

    It hangs in the ``after_updates`` of the system that owns the variable, which without `target` is what `owner`
    sends.
    """
    sent = None
    try:
        sent = owner.return_info()
    except (ModelDefError, AttributeError):
        if target is None:
            raise
    if target is None:
        target = sent
    key = PRE_DELAY if target is sent else f"{PRE_DELAY}{target.name or id(target)}"
    if not owner.has_aft_update(key):
        owner.add_aft_update(key, VarDelay(target))
    return owner.get_aft_update(key)
