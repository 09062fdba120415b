"""`NeuSubGroup`: some neurons of a group, to connect from or to."""

from __future__ import annotations

import numpy as np

from ... import checks
from ...errors import ModelUseError


class NeuSubGroup:
    """A view on neurons of a group. It can be joined by a `SynConn`, but neither run nor take inputs.

    Attributes
    ----------
    source : NeuGroup
        The whole group; its attributes (``ST``, ``size``, ...) are found here too.
    indices : ndarray of int
        Indices in the source; 2-D for a sheet.
    num : int
        Number of selected neurons.
    """

    def __init__(self, source, indices: np.ndarray):
        if not hasattr(source, "indices") or not hasattr(source, "ST"):
            raise checks.wrong("source", source, "a group of neurons", "Write group[start:stop].")
        self.source = source
        checked = checks.indices("indices", indices, n=source.num, ndim=(1, 2))
        self.indices = indices if isinstance(indices, np.ndarray) else checked  # in the type of the profile
        self.num = int(self.indices.size)

    def __getattr__(self, name: str):
        if name == "run":
            raise AttributeError(f'{self!r} cannot be run by itself: run the whole group, "{self.source.name}".')
        if name in ("source", "_alone") or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.source, name)

    def __len__(self) -> int:
        return self.num

    def __repr__(self) -> str:
        return f"NeuSubGroup({self.source.name!r}, num={self.num})"


def select(group, item) -> np.ndarray:
    """The indices that ``group[item]`` means, in the shape of the selection."""
    if isinstance(item, tuple):
        if group.indices.ndim == 1:
            raise ModelUseError(
                f'"{group.name}" is one-dimensional, but got {len(item)} indices, the item {item}. Write one slice.'
            )
        if len(item) != 2:
            raise ModelUseError(
                f'"{group.name}" is two-dimensional, but got {len(item)} indices, the item {item}. Write one or two.'
            )
        rows, columns = item
    else:
        rows, columns = item, slice(None)
    row_range = _range(rows, group.indices.shape[0])
    if group.indices.ndim == 1:
        return group.indices[row_range]
    return group.indices[row_range, _range(columns, group.indices.shape[1])]


def _range(item, extent: int) -> slice:
    if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
        if item < 0:
            raise ModelUseError(f"Indices have to be positive. The item {item} is not: give 0 to {extent - 1}.")
        if item >= extent:
            raise ModelUseError(f"The index {item} is too large: the last item is {extent - 1}. Give that at most.")
        return slice(int(item), int(item) + 1, 1)
    if isinstance(item, slice):
        if not all(part is None or isinstance(part, (int, np.integer)) for part in (item.start, item.stop, item.step)):
            raise ModelUseError(f"A slice is made of ints, but the item is {item}. Write group[start:stop].")
        if item.step is not None and item.step < 1:
            raise ModelUseError(f"The step of a slice has to be positive, but the item is {item}. Give 1 or more.")
        start, stop, step = item.indices(extent)
        if start >= stop:
            raise ModelUseError(
                f"Illegal start/end values for subgroup, {start}>={stop}, of the item {item}. Give a start below the "
                f"end, within 0 to {extent}."
            )
        return slice(start, stop, step)
    raise ModelUseError(
        "Subgroups can only be constructed using slicing syntax, a single index, or an array of contiguous indices. "
        f"Got {type(item).__name__} as item, {checks.shown(item)}: write group[start:stop]."
    )
