"""The order in which a straight line is printed.

One element costs as much time as its longest chain of functions, provided the processor sees the other chains in time:
it looks a few hundred instructions ahead, and an exponential is fifty. So functions that wait for nothing come first,
then those that wait for them, and so on. Only the order changes, so no bit of a result does.
"""
from __future__ import annotations

from ...ir.expr import Call, Local, walk
from ...ir.kernel import Binding, let_value


def in_stages(lets: tuple[Binding, ...]) -> list[Binding]:
    """Sort by the number of functions that a value has to wait for; otherwise the order stays.

    Parameters
    ----------
    lets : tuple of Binding
        Each reads only what stands before it.

    Returns
    -------
    list of Binding
        The same, and still true that each reads only what stands before it.
    """
    known: dict[str, int] = {}
    starts: dict[str, int] = {}
    for let in lets:
        value = let_value(let)
        parts = [] if value is None else list(walk(value))
        start = max((known[part.name] for part in parts if isinstance(part, Local)), default=0)
        starts[let.name] = start
        known[let.name] = start + any(isinstance(part, Call) for part in parts)
    return sorted(lets, key=lambda let: starts[let.name])
