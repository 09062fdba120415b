"""`DynView`: a part of a group, to project from and to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelUseError
from ...math.functions import asarray
from ...math.propagate import propagate
from ...math.variable import Variable
from ...math.variable_view import VariableView
from .groups import Dynamic


class DynView:
    """Some elements of a `Dynamic`, which can be joined by projections and not updated.

    Its variables are views: ``neurons[:10].V`` are the first ten potentials, and may be assigned. What flows into a
    view flows into these elements, and what hangs in its updates runs with those of the whole group.

    Attributes
    ----------
    target : Dynamic
    ids : ndarray of int
        The elements.
    """

    def __init__(self, target: Dynamic, index: Any, name: str | None = None):
        what = "a group of neurons, or a part of one"
        checks.instance("target", target, (Dynamic, DynView), what, "Give a group.")
        if name is not None:
            checks.identifier("name", name)
        group = whole(target)
        every = target.ids if isinstance(target, DynView) else np.arange(group.num).reshape(group.varshape)
        try:
            ids = every[index]
        except (IndexError, ValueError) as error:
            what = f"an index of {target.name!r}, whose shape is {target.varshape}"
            cure = f"Choose elements that are there ({error})."
            raise checks.wrong("index", index, what, cure, ModelUseError) from None
        self.target, self.ids = group, np.atleast_1d(ids).reshape(-1)
        if not self.ids.size:
            what = f"an index of one or more of the {target.num} elements of {target.name!r}"
            raise checks.wrong("index", index, what, "It chooses none: choose some.", ModelUseError)
        self.num, self.size, self.varshape = self.ids.size, (self.ids.size,), (self.ids.size,)
        self.name = name or f"{group.name}_view"
        self.mode = group.mode

    def __getattr__(self, key: str) -> Any:
        found = getattr(self.target, key)
        if isinstance(found, Variable) and found.shape == self.target.varshape:
            return VariableView(found, self.ids)
        return found

    def __setattr__(self, key: str, value: Any) -> None:
        if not isinstance(value, VariableView):  # self.V += 1 has changed the variable already
            object.__setattr__(self, key, value)

    def __getitem__(self, index: Any) -> DynView:
        """Some of these elements."""
        return DynView(self, index)

    def __len__(self) -> int:
        return self.num

    def choose(self, value: Any) -> Any:
        """Of a value of the whole group that of these elements."""
        return asarray(value).reshape(-1)[self.ids]

    def place(self, value: Any) -> Any:
        """A value of these elements in one of the whole group, with 0 elsewhere."""
        sums = propagate(value, np.arange(self.num), self.ids, self.target.num)
        return sums if self.target.varshape == (self.target.num,) else sums.reshape(self.target.varshape)

    # -- what hangs in the whole group -------------------------------------------------------------------------------

    def add_inp_fun(self, key: str, fun: Callable, label: str | None = None, category: str = "current") -> None:
        """Let something flow into these elements; see `DynamicalSystem.add_inp_fun`."""
        self.target.add_inp_fun(key, _IntoPart(self, fun) if callable(fun) else fun, label, category)

    def add_bef_update(self, key: Any, fun: Callable) -> None:
        """Call `fun()` before each update of the whole group."""
        self.target.add_bef_update(self.key(key), fun)

    def add_aft_update(self, key: Any, fun: Callable) -> None:
        """Call `fun(result)` after each update of the whole group, with what it returned."""
        self.target.add_aft_update(self.key(key), fun)

    def get_bef_update(self, key: Any) -> Callable:
        return self.target.get_bef_update(self.key(key))

    def get_aft_update(self, key: Any) -> Callable:
        return self.target.get_aft_update(self.key(key))

    def has_bef_update(self, key: Any) -> bool:
        return self.target.has_bef_update(self.key(key))

    def has_aft_update(self, key: Any) -> bool:
        return self.target.has_aft_update(self.key(key))

    def key(self, key: Any) -> str:
        """The key with the elements, so that views of the same elements share and others do not."""
        first, last = int(self.ids[0]), int(self.ids[-1])
        if np.array_equal(self.ids, np.arange(first, last + 1)):
            return f"{key} // elements {first}:{last + 1}"
        return f"{key} // {self.num} elements {hashlib.sha256(self.ids.tobytes()).hexdigest()[:16]}"

    def update(self, *args: Any, **kwargs: Any) -> None:
        """A part of a group is updated with the whole."""
        raise ModelUseError(f"{self.name!r} is a part of {self.target.name!r}: update the whole group.")

    __call__ = update

    def __repr__(self) -> str:
        return f"DynView({self.target.name}, {self.num} of {self.target.num})"


class _IntoPart:
    """An input function of a part as one of the whole group."""

    def __init__(self, view: DynView, fun: Callable):
        self.view, self.fun = view, fun

    def __call__(self, *args: Any) -> Any:
        shape = self.view.target.varshape
        return self.view.place(self.fun(*(self.view.choose(arg) if np.shape(arg) == shape else arg for arg in args)))


def whole(group: Any) -> Any:
    """The group that a view is of, or the group itself."""
    return group.target if isinstance(group, DynView) else group


def sent_by(pre: Any, value: Any) -> Any:
    """What `pre` sends of a value of its whole group."""
    return pre.choose(value) if isinstance(pre, DynView) else value
