"""Delays of variables, shared by all that read them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...errors import ModelKeyError, ModelValueError
from ...math.delay import DelayRing
from ...math.environment import get_dt
from ...math.variable import Variable
from .base import DynamicalSystem

PRE_DELAY = "_*_delay_*_"
"""The key under which the delay of what a group sends is kept in its ``after_updates``."""


def steps_of(delay: Any) -> int:
    """Number of steps of a delay in ms; None is none."""
    if delay is None:
        return 0
    if (
        isinstance(delay, (bool, str))
        or not isinstance(delay, (int, float, np.number))
        or not delay >= 0
        or (not math.isfinite(delay))
    ):
        raise ModelValueError(f'"delay" must be a time in ms, 0 or more, but got {delay!r}.')
    return math.ceil(float(delay) / get_dt() - 1e-9)


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
            raise ModelValueError(f'"target" of a VarDelay must be a bm.Variable, but got {type(target).__name__}.')
        self.target = target
        self.max_time = 0.0 if time is None else float(time)
        steps_of(time)
        self._entries: dict[Any, int] = {}
        self._rings: dict[int, DelayRing] = {}
        for key, delay in (entries or {}).items():
            self.register_entry(key, delay)

    def register_entry(self, entry: Any, delay_time: float | None = None, delay_step: int | None = None) -> VarDelay:
        """Name a delay, ms (or steps).

        Raises
        ------
        ModelKeyError
            When the name is taken.
        """
        if entry in self._entries:
            raise ModelKeyError(f"{self.name!r} has an entry {entry!r} already: choose another name.")
        steps = steps_of(delay_time) if delay_step is None else int(delay_step)
        self._entries[entry] = steps
        if steps and steps not in self._rings:
            self._rings[steps] = DelayRing(self.target.shape, self.target.dtype, steps)
        self.max_time = max(self.max_time, steps * get_dt())
        return self

    def at(self, entry: Any, *indices: Any) -> Any:
        """The value that an entry sees."""
        if entry not in self._entries:
            known = ", ".join(repr(key) for key in self._entries) or "none"
            raise ModelKeyError(f"{self.name!r} has no entry {entry!r}; there are {known}.")
        return self.at_steps(self._entries[entry], *indices)

    def at_steps(self, steps: int, *indices: Any) -> Any:
        """The value of that many steps ago."""
        if steps and steps not in self._rings:
            self._rings[steps] = DelayRing(self.target.shape, self.target.dtype, steps)
        value = self._rings[steps].read() if steps else self.target.value
        return value[indices] if indices else value

    def retrieve(self, delay_step: int, *indices: Any) -> Any:
        """As `at_steps`."""
        return self.at_steps(int(delay_step), *indices)

    def update(self, latest_value: Any = None) -> None:
        """Take the value of this step."""
        for ring in self._rings.values():
            ring.push(self.target.value)

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
        mine = {f"past_{steps}": ring for steps, ring in self._rings.items()}
        for key in mine.keys() & state_dict.keys():
            mine[key].rows[...] = state_dict[key]
            mine[key].count = len(mine[key].rows)
        return [key for key in mine if key not in state_dict], [key for key in state_dict if key not in mine]


def delay_of(pre: Any) -> VarDelay:
    """The one delay of what `pre` sends, which all its projections share."""
    if not pre.has_aft_update(PRE_DELAY):
        delay = VarDelay(pre.return_info())
        pre.add_aft_update(PRE_DELAY, delay)
    return pre.get_aft_update(PRE_DELAY)
