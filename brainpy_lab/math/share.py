"""`share`: what all models of a step know: the time ``t``, the step ``i``, ``dt``."""

from __future__ import annotations

import difflib
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelKeyError
from .arrays import algebra_for, held
from .environment import get_dt
from .graph import Node


class Share:
    """Values by name, for the step that is being computed."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def save(self, **values: Any) -> None:
        """Set values: ``share.save(i=3, t=0.3)``."""
        self._values.update(values)

    def load(self, key: str, desc: str | None = None) -> Any:
        """The value of a name; ``'dt'`` falls back to the step of the environment.

        Raises
        ------
        ModelKeyError
            A KeyError too, when nobody has set it.
        """
        if checks.key("key", key) in self._values:
            return self._values[key]
        if key == "dt":
            return get_dt()
        near = difflib.get_close_matches(str(key), [*map(str, self._values), "dt"], 1)
        cure = (
            f"did you mean {near[0]!r}?"
            if near
            else (f"set it by share.save({key}=...), or let a DSRunner or step_run do so")
        )
        raise ModelKeyError(f"share has no {key!r}: {cure}")

    __getitem__ = load

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[checks.text("key", key)] = value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default`."""
        return self._values.get(checks.key("key", key), default)

    def get_shargs(self) -> dict[str, Any]:
        """All values, with ``dt``."""
        return {"dt": get_dt(), **self._values}

    def clear_shargs(self, *keys: str) -> None:
        """Forget the values of these names, or all of them."""
        for key in keys or list(self._values):
            self._values.pop(checks.key("key", key), None)

    remove = clear = clear_shargs


share = Share()
"""The one that all models use."""


def time_of_step(i: Any, t0: float = 0.0) -> Any:
    """``t0 + i*dt``, ms, in float64 whatever the type of real numbers is."""
    algebra = algebra_for(i)
    step = algebra.lift(i)
    if not isinstance(step, Node):
        if np.ndim(step) or step != np.floor(step):
            raise checks.wrong("i", i, "the number of a step", "Give a whole number.")
        return held(np.asarray(t0 + float(step) * get_dt()))
    return held(algebra.binary("*", algebra.cast(step, "f64"), algebra.lift(get_dt())))
