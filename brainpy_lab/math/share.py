"""`share`: what all models of a step know: the time ``t``, the step ``i``, ``dt``."""

from __future__ import annotations

import difflib
from typing import Any

from ..errors import ModelKeyError
from .environment import get_dt


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
        if key in self._values:
            return self._values[key]
        if key == "dt":
            return get_dt()
        near = difflib.get_close_matches(key, [*self._values, "dt"], 1)
        cure = (
            f"did you mean {near[0]!r}?"
            if near
            else (f"set it by share.save({key}=...), or let a DSRunner or step_run do so")
        )
        raise ModelKeyError(f"share has no {key!r}: {cure}")

    __getitem__ = load

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default`."""
        return self._values.get(key, default)

    def get_shargs(self) -> dict[str, Any]:
        """All values, with ``dt``."""
        return {"dt": get_dt(), **self._values}

    def clear_shargs(self, *keys: str) -> None:
        """Forget the values of these names, or all of them."""
        for key in keys or list(self._values):
            self._values.pop(key, None)

    remove = clear = clear_shargs


share = Share()
"""The one that all models use."""
