"""`LengthDelay` and `TimeDelay`: the past of a value, in steps or at any time, taken along by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelUseError, ModelValueError
from . import functions as bm
from .arrays import Traced, _plain, held, numbers
from .delay import DelayRing, at_elements, fitting_indices
from .environment import get_dt
from .graph import active, at_user
from .variable import Variable


class _History:
    """The last values of something, newest first, whenever `update` has given it one."""

    def __init__(self, target: Any, n_back: int, name: str | None):
        start = np.asarray(_plain(target))
        if start.dtype.kind not in "biuf":
            raise checks.wrong("delay_target", target, "an array or a bm.Variable", "Give numbers.")
        if name is not None:
            checks.text("name", name)
        self.target = target if isinstance(target, Variable) else None
        self.name, self.shape, self.n_back = name, start.shape, n_back
        called = f"{type(self).__name__} {name!r}" if name else f"a {type(self).__name__}"
        dtype = target.dtype if isinstance(target, Variable) else Variable(start).dtype
        self._ring = DelayRing(self.shape, dtype, n_back + 1, called)

    @property
    def dtype(self) -> np.dtype:
        return self._ring.rows.dtype

    def _fill(self, number: int, value: Any, called: str = "delay_target") -> None:
        """Say what the value of `number` updates ago is, before the first."""
        self._ring.rows[(-1 - number) % len(self._ring.rows)] = self._past(called, value, self.shape)

    def _past(self, called: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
        """Numbers of a shape, from the argument that is called so."""
        found = numbers(called, value)
        try:
            return np.broadcast_to(found, shape)
        except ValueError:
            cure = f"{self._ring.called} holds values of shape {self.shape}: give {shape}, not {found.shape}."
            raise checks.wrong(called, value, f"numbers of shape {shape}", cure) from None

    def _newest(self, number: Any) -> Any:
        """The value of `number` updates ago: 0 is the last one. A number, or one for each element."""
        if not self._ring.is_pushed:
            return self._ring.look(number + 1)
        graph = active()
        last = self._ring.rows[(self._ring.count - 1) % len(self._ring.rows)].copy()
        pushed = held(last) if graph is None else Traced(graph.pushes[self._ring])
        return bm.where(number == 0, pushed, self._ring.look(bm.maximum(number, 1)))

    def _take(self, value: Any) -> None:
        if value is None:
            if self.target is None:
                what = f"the value of this step: {self._ring.called} was made of an array, not of a variable"
                raise checks.wrong("value", None, what, "Give it.", ModelUseError)
            value = self.target.value
        value = bm.asarray(value)
        if value.shape not in (self.shape, ()) and not (value.size == 1 and value.ndim <= len(self.shape)):
            what = f"a number, or an array of shape {self.shape}"
            raise checks.wrong("value", value, what, f"Its shape is {value.shape}{at_user()}: give {self.shape}.")
        self._ring.push(bm.broadcast_to(value, self.shape))


class LengthDelay(_History):
    """The values of the last updates.

    Parameters
    ----------
    delay_target : Variable or array_like
        Whose values these are; its present one counts as the last update.
    delay_len : int
        How many updates it looks back.
    initial_delay_data : float, array_like of shape (delay_len, *shape), or callable, optional
        The values before, newest first, or a function that makes such an array for its shape; 0 without it.

    Examples
    --------
    >>> import brainpy_lab.math as bm
    >>> delay = bm.LengthDelay(bm.zeros(2), 3)
    >>> for k in range(1, 5):
    ...     delay.update(bm.ones(2) * k)
    >>> delay(0), delay(3)
    (array([4., 4.]), array([1., 1.]))
    """

    def __init__(
        self,
        delay_target: Any,
        delay_len: int,
        initial_delay_data: Any = None,
        name: str | None = None,
        batch_axis: int | None = None,
        update_method: str = "rotation",
    ):
        checks.count("delay_len", delay_len, "steps", low=0)
        super().__init__(delay_target, max(1, int(delay_len)), name)
        self.delay_len, self._initial, self._start = int(delay_len), initial_delay_data, delay_target
        self.reset()

    @property
    def num_delay_step(self) -> int:
        """How many values it holds."""
        return self.delay_len + 1

    def reset(self, *_: Any, **__: Any) -> None:
        """Go back to the start."""
        self._ring.reset()
        self._fill(0, np.asarray(_plain(self._start)))
        if self._initial is not None and self.delay_len:
            past = self._initial((self.delay_len, *self.shape)) if callable(self._initial) else self._initial
            rows = self._past("initial_delay_data", past, (self.delay_len, *self.shape))
            for number, row in enumerate(rows, start=1):
                self._fill(number, row)

    def update(self, value: Any = None) -> None:
        """Take a value; that of the variable by default."""
        self._take(value)

    def __call__(self, delay_len: Any = None, *indices: Any) -> Any:
        """The value of `delay_len` updates ago: a number, or an array with one for each element.

        Raises
        ------
        ModelValueError
            When it is known and is not from 0 to the length.
        """
        steps = self.delay_len if delay_len is None else delay_len
        if not isinstance(steps, (Traced, Variable)):
            array = np.asarray(_plain(steps))
            if array.dtype.kind not in "iu" or array.size == 0 or array.min() < 0 or array.max() > self.delay_len:
                raise ModelValueError(
                    f"{self._ring.called} is asked for {steps!r} steps{at_user()}: it knows 0 to {self.delay_len}. "
                    "Give one of those."
                )
            steps = int(array) if array.ndim == 0 else array
        return at_elements(self._newest, steps, indices, self.shape)

    retrieve = __call__


class TimeDelay(_History):
    """Values at any time of the recent past; between two updates they are interpolated.

    Parameters
    ----------
    delay_target : Variable or array_like
        Whose values these are; its present one belongs to `t0`.
    delay_len : float
        How far it looks back, ms.
    initial_delay_data : float or array_like, optional
        The values before `t0`; 0 without it.
    t0 : float
        Time of the first value, ms.
    dt : float, optional
        Time between two updates, ms; by default that of the environment.
    interp_method : {'linear_interp', 'round'}
        Interpolate, or take the nearest.
    before_t0 : float, array_like or callable, optional
        The values before `t0`, or a function of the time.

    Notes
    -----
    The time that is asked for may change from step to step, so that delays may depend on the state of a model. A time
    outside ``[current_time - delay_len, current_time]`` is an error; in a recorded step, where times are not known in
    advance, the value is NaN.

    Examples
    --------
    >>> import brainpy_lab.math as bm
    >>> delay = bm.TimeDelay(bm.zeros(1), delay_len=1., dt=0.1, before_t0=lambda t: t)
    >>> delay(-0.25)
    array([-0.25])
    """

    def __init__(
        self,
        delay_target: Any,
        delay_len: float,
        initial_delay_data: Any = None,
        t0: float = 0.0,
        dt: float | None = None,
        name: str | None = None,
        interp_method: str = "linear_interp",
        before_t0: float | Callable | Any = None,
    ):
        self._dt = get_dt() if dt is None else checks.number("dt", dt, unit="ms", above=0)
        self.delay_len = checks.number("delay_len", delay_len, unit="ms", above=0)
        self.interp_method = checks.choice("interp_method", interp_method, ("linear_interp", "round"))
        self.t0 = checks.number("t0", t0, unit="ms")
        self.num_delay_step = math.ceil(self.delay_len / self._dt - 1e-9)
        super().__init__(delay_target, self.num_delay_step + 1, name)
        self._start, self._before = delay_target, initial_delay_data if before_t0 is None else before_t0
        self._called = "initial_delay_data" if before_t0 is None else "before_t0"
        self.current_time = Variable(np.array(self.t0), np.float64, name="current_time")
        self.reset()

    def reset(self, *_: Any, **__: Any) -> None:
        """Go back to the start."""
        self._ring.reset()
        self.current_time.value = self.t0
        self._fill(0, np.asarray(_plain(self._start)))
        if self._before is not None:
            for number in range(1, self.n_back + 1):
                before = self._before
                value = before(self.t0 - number * self._dt) if callable(before) else before
                self._fill(number, value, self._called)

    def update(self, value: Any = None) -> None:
        """Take the value of the next time; that of the variable by default."""
        self._take(value)
        self.current_time.value = self.current_time + self._dt

    def __call__(self, time: Any, indices: Any = None) -> Any:
        """The value at a time, ms: one for all elements, or one for each."""
        if indices is not None and not isinstance(indices, Traced):
            fitting_indices((indices,), self.shape)
        if active() is None:
            given = numbers("time", time)
            if given.shape not in ((), (1,), self.shape):
                what = f"a time in ms, or one for each element, shape {self.shape}"
                raise checks.wrong("time", time, what, f"Its shape is {given.shape}{at_user()}: give {self.shape}.")
        lag = (self.current_time - time) / self._dt
        # The times of updates are sums of dt, so a step's own time may seem to lie a rounding error outside.
        inside = bm.logical_and(lag > -1e-6, lag < self.delay_len / self._dt + 1e-6)
        if active() is None and not np.all(np.asarray(inside)):
            raise ModelValueError(
                f"{self._ring.called} is asked for the time {time!r} ms{at_user()}: it knows "
                f"{float(self.current_time) - self.delay_len:g} to {float(self.current_time):g} ms. Give one of these."
            )
        lag = bm.clip(lag, 0.0, float(self.n_back - 1))
        if self.interp_method == "round":
            found = self._newest(bm.rint(lag).astype(int))
        else:
            before = bm.floor(lag)
            share = (lag - before).astype(self.dtype)
            number = before.astype(int)
            found = self._newest(number) * (1.0 - share) + self._newest(number + 1) * share
        found = bm.where(inside, found, math.nan)
        return found if indices is None else found[indices]
