"""What a step of a part is given from outside: something that fits the part."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...math.graph import at_user


def fitting(name: str, value: Any, shape: tuple[int, ...], part: Any) -> Any:
    """The value, if it is one number or as many as a part has elements; None stays None.

    Raises
    ------
    ModelValueError
        Otherwise.
    """
    if value is None or type(value) is float:
        return value
    called = f"{type(part).__name__} {part.name!r}"
    what = f"a number, or an array of shape {shape}"
    if isinstance(value, (list, tuple)):
        value = checks.array(name, value, f"{what}, for {called}")
    if isinstance(value, (str, dict)):
        raise checks.wrong(name, value, what, f"Give an array of numbers{at_user()}.", of=called)
    found = tuple(np.shape(value))
    if found not in ((), shape) and not _broadcasts(found, shape):
        raise checks.wrong(name, value, what, f"Its shape is {found}{at_user()}: give {shape}.", of=called)
    return value


def _broadcasts(found: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    try:
        wide = np.broadcast_shapes(found, shape)
    except ValueError:
        return False
    return wide == shape or np.prod(wide) == np.prod(shape)
