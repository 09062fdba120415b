"""`for_loop`: many steps at once, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import checks, profile
from ..errors import ModelValueError
from .arrays import Traced, held
from .draws import EagerStep, clock
from .eager import EagerAlgebra
from .environment import get_dt
from .graph import Graph
from .program import Loop, flatten, unflatten


def for_loop(
    body_fun: Callable,
    operands: Any,
    reverse: bool = False,
    jit: bool | None = None,
    progress_bar: bool = False,
    **_: Any,
) -> Any:
    """Call a function for every element along the first axis of its operands, in order.

    Parameters
    ----------
    body_fun : callable
        Takes one element of each operand. It is recorded once, and compiled; what it changes are `Variable` objects.
    operands : array_like, or tuple or dict of array_like
        All with a first axis of the same length; a tuple gives several arguments, a dict keywords.
    reverse : bool
        From the last element to the first.
    jit : bool, optional
        False computes one step after the other with NumPy, which has the same bits.
    progress_bar : bool
        Show the progress.

    Returns
    -------
    object
        What the function returned, each value with a first axis over the elements.

    Raises
    ------
    TraceError
        When the function does something that cannot be recorded; the message names the line.

    Examples
    --------
    >>> import brainpy_lab.math as bm
    >>> x = bm.Variable(0.)
    >>> def step(k):
    ...     x.value = x + k
    ...     return x.value
    >>> bm.for_loop(step, bm.arange(4))
    array([0., 1., 3., 6.])
    """
    checks.function("body_fun", body_fun)
    for name, flag in {"reverse": reverse, "progress_bar": progress_bar}.items():
        checks.flag(name, flag)
    if jit is not None:
        checks.flag("jit", jit)
    if jit is False:
        profile._refuse_uncompiled("for_loop")
    names, arrays = _operands(operands)
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1:
        what = f'"operands" must have one length along their first axis, but got {sorted(lengths)}'
        raise ModelValueError(f"{what}. Cut them.")
    (n_steps,) = lengths
    if n_steps == 0:
        raise checks.wrong("operands", operands, "arrays with one element or more", "Give bm.arange(1000), say.")
    if reverse:
        arrays = [np.ascontiguousarray(array[::-1]) for array in arrays]
    with progress(n_steps, progress_bar) as tell:
        if jit is False or (jit is None and profile.runtime_backend() == "reference" and profile._jit is False):
            outputs = _eager(body_fun, names, arrays, n_steps, tell)
        else:
            outputs = _compiled(body_fun, names, arrays, n_steps, tell)
    leaves: list[Any] = []
    nest = flatten(outputs, leaves, EagerAlgebra(profile.get_float_type()))
    return unflatten(nest, [held(leaf[::-1] if reverse else leaf) for leaf in leaves])


def _operands(operands: Any) -> tuple[list[str] | None, list[np.ndarray]]:
    if isinstance(operands, dict):
        names, given = list(operands), list(operands.values())
    else:
        names, given = None, list(operands) if isinstance(operands, (list, tuple)) else [operands]
    arrays = []
    for value in given:
        array = np.asarray(getattr(value, "_array", value)).view(np.ndarray)
        if array.ndim == 0 or array.dtype.kind not in "biuf":
            raise checks.wrong("operands", value, "arrays of numbers with a first axis", "Give bm.arange(1000), say.")
        arrays.append(array)
    if not arrays:
        raise checks.wrong("operands", operands, "one array or more", "Give bm.arange(1000), say.")
    return names, arrays


def _call(function: Callable, names: list[str] | None, values: list[Any]) -> Any:
    return function(*values) if names is None else function(**dict(zip(names, values)))


def _is_count(array: np.ndarray) -> bool:
    """Whether an operand counts up by one, so that it is the number of the step."""
    return array.ndim == 1 and array.dtype.kind in "iu" and bool(np.all(np.diff(array) == 1))


def _compiled(function, names, arrays, n_steps, tell):
    def step(graph: Graph) -> Any:
        values = []
        for array in arrays:
            if _is_count(array):
                count = graph.add("i", (), (), "int")
                first = graph.add("i0", (), (), "int", (loop, "first_step"), int(array[0]))
                values.append(Traced(graph.add("binary", (first, count), (), "int", "+")))
                continue
            kind = {"b": "bool", "i": "int", "u": "int"}.get(array.dtype.kind, "real")
            graph.series.append(graph.add("series", (), array.shape[1:], kind))
            values.append(Traced(graph.series[-1]))
        return _call(function, names, values)

    loop = Loop(step)
    first = clock.take(n_steps)
    rows = [array for array in arrays if not _is_count(array)]
    return loop.run(n_steps, 0.0, first, lambda graph: rows, clock.program_seed(), tell)


def _eager(function, names, arrays, n_steps, tell):
    algebra = EagerAlgebra(profile.get_float_type())
    first = clock.take(n_steps)
    rows: list[list[Any]] = []
    nest = None
    for k in range(n_steps):
        values = [held(array[k].copy()) if array.ndim > 1 else array[k].item() for array in arrays]
        with EagerStep(first + k):
            leaves: list[Any] = []
            nest = flatten(_call(function, names, values), leaves, algebra)
        rows.append([np.array(leaf) for leaf in leaves])
        tell(1)
    return unflatten(nest, [np.stack(column) for column in zip(*rows)])


class progress:
    """``with progress(n, show) as tell:`` a bar that `tell(steps)` moves on."""

    def __init__(self, total: int, show: bool):
        self.total, self.show = total, show

    def __enter__(self) -> Callable[[int], Any]:
        if not self.show:
            return lambda steps: None
        from tqdm.auto import tqdm

        self.bar = tqdm(total=self.total, unit="step", unit_scale=True, desc=f"{self.total * get_dt():g} ms")
        return self.bar.update

    def __exit__(self, *problem: object) -> None:
        if self.show:
            self.bar.close()
