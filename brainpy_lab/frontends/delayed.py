"""The mark of a step that sees its object's states through the delay."""

from __future__ import annotations

from collections.abc import Callable

from .. import checks

_MARK = "_brainpy_lab_delayed"


def delayed(func: Callable) -> Callable:
    """Mark a step of a synapse: its ``ST['x']`` are read as they were one synaptic delay ago.

    Examples
    --------
    >>> @delayed
    ... def output(ST, post):
    ...     post['input'] += ST['g']
    """
    setattr(checks.function("func", func, "a step of a synapse"), _MARK, True)
    return func


def is_delayed(func: Callable) -> bool:
    """Whether `delayed` marked the function (or the one that numba compiled)."""
    return bool(getattr(func, _MARK, False) or getattr(getattr(func, "py_func", None), _MARK, False))
