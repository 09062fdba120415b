"""`Network`, whichever style its parts are written in."""

from __future__ import annotations

from typing import Any

from .objects_api.base import DynamicalSystem
from .objects_api.groups import Network as NetworkOfObjects
from .types_api import Network as NetworkOfGroups
from .types_api import NeuGroup, SynConn


class _EitherStyle(type):
    """Calling `Network` makes the network that fits its parts; a subclass is a network of objects."""

    def __call__(cls, *parts: Any, **named: Any) -> Any:
        flat = [item for part in parts for item in (part if isinstance(part, (list, tuple)) else [part])]
        of_objects = any(isinstance(part, DynamicalSystem) for part in (*flat, *named.values()))
        if cls is Network:
            return NetworkOfObjects(*parts, **named) if of_objects else NetworkOfGroups(*parts, **named)
        if any(isinstance(part, (NeuGroup, SynConn)) for part in (*flat, *named.values())):
            raise TypeError(
                f"{cls.__name__} is a class of your own and gets groups: a subclass of bp.Network holds "
                "DynamicalSystem objects. Write bp.Network(...) itself for NeuGroup and SynConn."
            )
        return super().__call__(*parts, **named)

    def __instancecheck__(cls, instance: Any) -> bool:
        if cls is Network:
            return isinstance(instance, (NetworkOfGroups, NetworkOfObjects))
        return super().__instancecheck__(instance)


class Network(NetworkOfObjects, metaclass=_EitherStyle):
    """Parts that run together.

    With `NeuGroup` and `SynConn` it is the network of the 0.3 style, ``Network(*objects, mode='once', **named)``: see
    ``core.Network``. With `DynamicalSystem` objects, and as a base of classes of your own, it is a `DynSysGroup`.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> group = bp.NeuGroup(bp.models.get_LIF(), 10)
    >>> bp.Network(group).run(10.)
    >>> cells = bp.dyn.LifRef(10)
    >>> runner = bp.DSRunner(bp.Network(cells=cells), progress_bar=False)
    """
