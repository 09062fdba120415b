"""``Cls.desc(...)``: how to make an object later, and what makes two of them the same."""

from __future__ import annotations

from typing import Any

import numpy as np


class Description:
    """A class and its arguments.

    Attributes
    ----------
    cls : type
    args, kwargs
    identifier : str
        Equal for descriptions of the same thing; names do not count.
    """

    def __init__(self, cls: type, args: tuple, kwargs: dict):
        self.cls, self.args, self.kwargs = cls, args, kwargs

    @property
    def identifier(self) -> str:
        named = [
            f"{key}={_spelled(value)}"
            for key, value in sorted(self.kwargs.items())
            if key not in ("name", "mode", "sharding")
        ]
        return f"{self.cls.__name__}({', '.join([*map(_spelled, self.args), *named])})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.cls(*self.args, *args, **{**self.kwargs, **kwargs})

    def __repr__(self) -> str:
        return self.identifier


def _spelled(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}{value.tolist()}"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_spelled, value))})"
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return repr(float(value))
    return repr(value)


class Described:
    """Classes that can be described."""

    @classmethod
    def desc(cls, *args: Any, **kwargs: Any) -> Description:
        """How to make one later."""
        return Description(cls, args, kwargs)
