"""What happens before and after an update, and what flows in: functions that a system keeps by their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import checks
from ...errors import ModelKeyError, ModelUseError, ModelValueError
from .delay_register import DelayRegister
from .nodes import NodeDict


class _NoFunction(ModelUseError, TypeError):
    """Something that should be called cannot be."""


class Flows(DelayRegister):
    """The part of a `DynamicalSystem` that keeps updates and inputs.

    Attributes
    ----------
    before_updates, after_updates, cur_inputs, delta_inputs : dict of callables
    """

    name: Any
    before_updates: NodeDict
    after_updates: NodeDict
    cur_inputs: NodeDict
    delta_inputs: NodeDict

    def add_bef_update(self, key: Any, fun: Callable) -> None:
        """Call `fun()` before each update.

        Raises
        ------
        ModelKeyError
            When the key is taken.
        """
        self._add_update(self.before_updates, "before", key, fun)

    def add_aft_update(self, key: Any, fun: Callable) -> None:
        """Call `fun(result)` after each update, with what it returned."""
        self._add_update(self.after_updates, "after", key, fun)

    def _add_update(self, where: dict, when: str, key: Any, fun: Callable) -> None:
        if checks.key("key", key) in where:
            raise ModelKeyError(f'{self.name!r} has an update {when} with the key "{key}" already: choose another key.')
        where[key] = checks.function("fun", fun, f"the function of the update {when}")

    def get_bef_update(self, key: Any) -> Callable:
        """The update before, by its key."""
        return self._found(self.before_updates, "before_updates", key)

    def get_aft_update(self, key: Any) -> Callable:
        """The update after, by its key."""
        return self._found(self.after_updates, "after_updates", key)

    def has_bef_update(self, key: Any) -> bool:
        """Whether there is an update before with this key."""
        return key in self.before_updates

    def has_aft_update(self, key: Any) -> bool:
        """Whether there is an update after with this key."""
        return key in self.after_updates

    def _found(self, where: dict, what: str, key: Any) -> Any:
        return where[checks.key("key", key, where, f"a key in {what} of {self.name!r}")]

    # -- what flows in -----------------------------------------------------------------------------------------------

    def add_inp_fun(self, key: str, fun: Callable, label: str | None = None, category: str = "current") -> None:
        """Let something flow in.

        Parameters
        ----------
        key : str
            Of its own; it may be empty.
        fun : callable
            Called with the present membrane potential; returns a current, or with ``category='delta'`` what is added
            to the potential itself.
        label : str, optional
            Inputs with one label can be summed apart.
        category : {'current', 'delta'}

        Raises
        ------
        TypeError
            When `fun` is no function.
        ModelValueError
            When the key is taken.
        """
        checks.text("key", key)
        if label is not None:
            checks.text("label", label)
        if not callable(fun):
            raise _NoFunction(f"Must be a function. {self.name!r} got {fun!r} as the input {key!r}. Give a function.")
        where = self._inputs(category)
        full = f"{label} // {key}" if label else key
        if full in where:
            raise ModelValueError(f"{self.name!r} has an input {full!r} already: choose another key.")
        where[full] = fun

    def _inputs(self, category: str) -> NodeDict:
        checks.choice("category", category, ("current", "delta"))
        return self.cur_inputs if category == "current" else self.delta_inputs

    def get_inp_fun(self, key: str) -> Callable:
        """An input by its key, or ``'label // key'``."""
        if checks.key("key", key) in self.delta_inputs:
            return self.delta_inputs[key]
        return self._found(self.cur_inputs, "cur_inputs", key)

    def sum_current_inputs(self, *args: Any, init: Any = 0.0, label: str | None = None) -> Any:
        """The sum of what flows in, and of `init`; with a label, of the inputs that have it."""
        return self._sum(self.cur_inputs, args, init, label)

    def sum_delta_inputs(self, *args: Any, init: Any = 0.0, label: str | None = None) -> Any:
        """The sum of what is added to the potential itself."""
        return self._sum(self.delta_inputs, args, init, label)

    sum_inputs = sum_current_inputs

    @staticmethod
    def _sum(inputs: dict, args: tuple, init: Any, label: str | None) -> Any:
        if init is None or isinstance(init, (str, dict)):
            raise checks.wrong("init", init, "a number or an array of numbers", "Give 0., say.")
        if label is not None:
            checks.text("label", label)
        for key, function in inputs.items():
            if label is None or key.startswith(f"{label} // "):
                init = init + function(*args)
        return init

    def clear_input(self, *args: Any, **kwargs: Any) -> None:
        """Forget what has flown in; nothing by default."""
