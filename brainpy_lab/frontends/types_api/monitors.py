"""What `monitors=` may say, and which state of which object each entry means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import checks
from ...errors import ModelUseError


@dataclass(frozen=True, eq=False)
class MonitorSpec:
    """One entry: the key as the user wrote it, and the listed elements (None: all)."""

    key: str
    index: np.ndarray | None


def read_monitors(monitors) -> list[MonitorSpec]:
    """Understand ``['V', ('V', [0, 2])]`` and ``{'V': None, 'spike': [0]}``.

    Raises
    ------
    ModelUseError
        For anything else.
    """
    if monitors is None:
        return []
    if isinstance(monitors, dict):
        pairs = list(monitors.items())
    elif isinstance(monitors, (list, tuple)):
        pairs = [(item, None) if isinstance(item, str) else item for item in monitors]
    else:
        raise checks.wrong("monitors", monitors, "a list, tuple or dict", "Write ['V', 'spike'].", ModelUseError)
    specs: dict[str, MonitorSpec] = {}
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not isinstance(pair[0], str):
            raise ModelUseError(f"Unknown monitor item: {pair!r}. Write 'V' or ('V', [0, 2]).")
        specs[pair[0]] = MonitorSpec(pair[0], _index(pair[0], pair[1]))
    return list(specs.values())


def _index(key: str, index) -> np.ndarray | None:
    if index is None:
        return None
    is_index = isinstance(index, (list, tuple, np.ndarray, range, int, np.integer))
    array = np.atleast_1d(np.asarray(index)) if is_index else np.array([[]])
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise ModelUseError(
            f'The elements to monitor of "{key}" must be a list of int or a 1-D array, but got {checks.shown(index)}. '
            "Write the numbers of elements, such as [0, 2]."
        )
    return array.astype(np.int64)


def resolve(owner, key: str) -> tuple[object, str, str]:
    """Which state a key of `owner` means.

    Returns
    -------
    object, field, what
        The group or connection that holds it, the name there, and 'state', 'readout' or 'attribute' (an array).
    """
    holder, field = holder_of(owner, key)
    if field in holder.ST:
        return holder, field, "state"
    if field in dict(holder.model.ir.readouts):
        return holder, field, "readout"
    if isinstance(getattr(holder, field, None), np.ndarray):
        attribute_array(holder, field)
        return holder, field, "attribute"
    raise ModelUseError(
        f'Model "{holder.name}" doesn\'t have "{field}" attribute", and "{holder.name}.ST" doesn\'t have "{field}" '
        f'field. Its fields are {list(holder.ST._vars)}: name those in "monitors".'
    )


def holder_of(owner, key: str) -> tuple[object, str]:
    """The object that ``'V'``, ``'ST.V'``, ``'pre.V'`` or ``'post.V'`` of `owner` speaks of, and the bare name."""
    prefix, dot, field = key.rpartition(".")
    if prefix in ("", "ST"):
        return owner, field
    holder = {"pre": getattr(owner, "pre_group", None), "post": getattr(owner, "post_group", None)}.get(prefix)
    if holder is None:
        raise ModelUseError(
            f'"{owner.name}" has no "{prefix}", which "{key}" names in its monitors or inputs. Write a field of ST, as '
            f'in "ST.{field}".'
        )
    return holder.source if hasattr(holder, "source") else holder, field


def attribute_array(holder, field: str) -> np.ndarray:
    """An array of a group, as monitors and inputs can use it."""
    from ...runtime.buffers import attribute_kind

    array = getattr(holder, field)
    if not attribute_kind(array).startswith("array"):
        raise ModelUseError(
            f'"{holder.name}.{field}" has shape {array.shape} and type {array.dtype}: only arrays of numbers of one or '
            "two dimensions in one piece of memory can be monitored or take inputs; use np.ascontiguousarray(...)."
        )
    return array


def check_index(holder, spec: MonitorSpec, n: int | None = None) -> None:
    """Raise unless every listed element exists; `n` is their number."""
    if spec.index is None:
        return
    n = holder.n_elements if n is None else n
    wrong = spec.index[(spec.index < 0) | (spec.index >= n)]
    if wrong.size:
        raise ModelUseError(
            f'Monitor "{spec.key}" of "{holder.name}" lists element {wrong[0]}, '
            f"but its elements are 0 to {n - 1}. Leave that one out."
        )
