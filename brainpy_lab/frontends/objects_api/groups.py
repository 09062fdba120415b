"""Models made of others: `DynSysGroup`, `Network`, `Sequential`; `Projection` and `Dynamic`, told apart by groups."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelDefError, ModelUseError, ModelValueError
from ...passes.integrate import known_method
from .base import DynamicalSystem, is_node
from .descriptions import Described
from .nodes import held_nodes


def direct_children(model: DynamicalSystem) -> Iterator[DynamicalSystem]:
    """The parts that attributes of a model hold, without those that hang in its updates and inputs."""
    seen = {id(model)}
    for attribute, value in list(vars(model).items()):
        if attribute in ("before_updates", "after_updates", "cur_inputs", "delta_inputs", "_registered_delays"):
            continue
        for _, child in held_nodes(value, is_node):
            if id(child) not in seen:
                seen.add(id(child))
                yield child


class Projection(DynamicalSystem):
    """What carries something from one group to another. By default its own parts are updated, in order."""

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """Update the parts."""
        children = list(direct_children(self))
        if not children:
            raise ModelValueError(
                f"{type(self).__name__} {self.name!r} has no parts and no update() of its own: give it a "
                "projection as an attribute, or define update()."
            )
        results = [child._updated(*args, **kwargs) for child in self._own(children)]
        return results[0] if len(results) == 1 else results

    @staticmethod
    def _own(children: list[DynamicalSystem]) -> list[DynamicalSystem]:
        """Groups that a projection joins are updated by the network, not by the projection."""
        own = [child for child in children if not isinstance(child, Dynamic)]
        return own or children


class Dynamic(DynamicalSystem):
    """Elements with states of their own: neurons, synapses, inputs.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool
        Keep the axes of `size`; otherwise states are flat.
    name, mode, sharding, method : optional
        `method` is the integration method; `sharding` is accepted and has no effect.

    Attributes
    ----------
    size : tuple of int
    num : int
        Number of elements.
    varshape : tuple of int
        Shape of the states.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        name: str | None = None,
        mode: Any = None,
        method: str = "exp_auto",
    ):
        super().__init__(name=name, mode=mode)
        sizes = (size,) if isinstance(size, (int, np.integer)) and not isinstance(size, bool) else size
        if (
            not isinstance(sizes, (tuple, list))
            or not sizes
            or not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n > 0 for n in sizes)
        ):
            what = "a positive int or a tuple of them"
            raise checks.wrong("size", size, what, "Give a number of elements.", of=f"a {type(self).__name__}")
        self.size = tuple(int(n) for n in sizes)
        self.num = checks.count("size", math.prod(self.size), "elements")
        self.keep_size = checks.flag("keep_size", keep_size)
        self.method = known_method(method)

    @property
    def varshape(self) -> tuple[int, ...]:
        return self.size if self.keep_size else (self.num,)

    def get_batch_shape(self, batch_size: Any = None) -> tuple[int, ...]:
        """The shape of the states."""
        return self.varshape

    def return_info(self) -> Any:
        """What projections carry away from here, as a variable."""
        raise ModelDefError(
            f"{type(self).__name__} does not say what it sends: define return_info() that returns its "
            "variable, such as self.spike."
        )

    def __getitem__(self, item: Any) -> Any:
        """Some of the elements, to project from or to."""
        from .views import DynView

        return DynView(self, item)

    def __len__(self) -> int:
        return self.num


class NeuDyn(Dynamic):
    """A group of neurons."""

    is_neuron = True


class SynDyn(Dynamic, Described):
    """The states of synapses. ``SynDyn.desc(...)`` describes one, for projections that share them."""


class DynSysGroup(DynamicalSystem):
    """A model made of parts.

    Parameters
    ----------
    *children : DynamicalSystem
    name, mode : optional
    **named_children : DynamicalSystem
        Found as attributes and by ``group['name']``. Parts that ``__init__`` assigns to attributes are children too.

    Notes
    -----
    A step updates first the projections, then the groups of elements, then the rest; among each in the order in which
    they were given. Write an ``update`` of your own for another order.
    """

    def __init__(self, *children: Any, name: str | None = None, mode: Any = None, **named_children: Any):
        super().__init__(name=name, mode=mode)
        for child in children:
            for item in child if isinstance(child, (list, tuple)) else [child]:
                self._add(item.name if is_node(item) else repr(item), item)
        for key, child in named_children.items():
            self._add(key, child)

    def _add(self, key: str, child: Any) -> None:
        if not is_node(child):
            raise ModelValueError(
                f"{type(self).__name__} is made of DynamicalSystem objects, but {key!r} is {checks.shown(child)}. Give "
                "models."
            )
        setattr(self, key, child)

    @property
    def children(self) -> dict[str, DynamicalSystem]:
        """The direct parts by name."""
        return {key: value for key, value in vars(self).items() if is_node(value)}

    def __getitem__(self, key: str) -> DynamicalSystem:
        """A part by its name."""
        children = self.children
        named = {child.name: child for child in children.values()} | children
        return named[checks.key("key", key, named, f"the name of a part of {self.name!r}")]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """One step of every part."""
        children = list(direct_children(self))
        if not children:
            raise ModelUseError(f"{type(self).__name__} {self.name!r} has no parts: give it some, or define update().")
        projections = [child for child in children if isinstance(child, Projection)]
        elements = [child for child in children if isinstance(child, Dynamic)]
        rest = [child for child in children if not isinstance(child, (Projection, Dynamic))]
        for child in (*projections, *elements, *rest):
            child(*args, **kwargs)


class Network(DynSysGroup):
    """A `DynSysGroup` under the name that networks go by."""


class Sequential(DynamicalSystem):
    """Parts that take what the part before them returns."""

    def __init__(self, *modules: Any, name: str | None = None, mode: Any = None, **named: Any):
        super().__init__(name=name, mode=mode)
        self.modules = [*modules, *named.values()]
        for key, module in named.items():
            setattr(self, key, module)
        for module in self.modules:
            if not callable(module):
                found = checks.shown(module)
                raise ModelValueError(f"Sequential is made of systems and functions, but got {found}. Give those.")

    def update(self, x: Any = None) -> Any:
        """Pass `x` through."""
        for number, module in enumerate(self.modules):
            x = module() if number == 0 and x is None else module(x)
        return x

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            checks.count("index", index, "parts", low=-len(self), high=len(self) - 1)
        found = self.modules[index]
        return Sequential(*found) if isinstance(index, slice) else found

    def __len__(self) -> int:
        return len(self.modules)
