"""Delays that a system asks for by name."""

from __future__ import annotations

import difflib
import weakref
from collections.abc import Iterable
from typing import Any

from ... import checks
from ...errors import ModelKeyError, ModelUseError
from ...math.graph import at_user
from ...math.variable import Variable


class DelayRegister:
    """The part of every `DynamicalSystem` that keeps the past of variables.

    Notes
    -----
    A delay takes its value when the system that owns the variable has been called, and with `update_local_delays`
    where it has not been called but its ``update``.
    """

    global_delay_data: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()
    """The delays of all systems, by the identifiers of `register_delay`."""

    def register_delay(
        self,
        identifier: str,
        delay_step: Any = None,
        delay_target: Variable | None = None,
        initial_delay_data: Any = None,
    ) -> Any:
        """Keep the past of a variable.

        Parameters
        ----------
        identifier : str
            By which `get_delay_data` finds it.
        delay_step : int, array_like of int, Initializer or callable, optional
            The longest delay, in steps: a number, or one for each element. None keeps nothing, and its data are the
            present value.
        delay_target : Variable, optional
            By default what the system sends (`return_info`).
        initial_delay_data : None
            The past before the first step is 0.

        Returns
        -------
        int, ndarray of int or None
            The steps, to be given to `get_delay_data`.
        """
        if initial_delay_data is not None:
            cure = "Use bm.LengthDelay, where the past can be chosen."
            raise checks.wrong("initial_delay_data", initial_delay_data, "left out: the past is 0 here", cure)
        checks.text("identifier", identifier)
        target = self.return_info() if delay_target is None else delay_target  # type: ignore[attr-defined]
        if not isinstance(target, Variable):
            raise checks.wrong("delay_target", target, "a bm.Variable", "Give self.V, say.")
        delay = self._delay_of(target)
        steps = delay.prepare(delay_step)
        self.__dict__.setdefault("_registered_delays", {})[identifier] = delay
        DelayRegister.global_delay_data[identifier] = delay
        return None if delay_step is None else steps

    def _delay_of(self, target: Variable) -> Any:
        from .delays import delay_of

        owner = getattr(target, "owner", None)
        return delay_of(self if owner is None else owner, target)

    def get_delay_var(self, name: str) -> Any:
        """The delay of an identifier, a `VarDelay`.

        Raises
        ------
        ModelKeyError
            When nobody has registered it.
        """
        mine = self.__dict__.get("_registered_delays", {})
        checks.text("identifier", name)
        found = mine.get(name, DelayRegister.global_delay_data.get(name))
        if found is None:
            known = [*mine, *DelayRegister.global_delay_data]
            near = difflib.get_close_matches(str(name), known, 1)
            cure = (
                f"did you mean {near[0]!r}?" if near else "register it by register_delay(identifier, steps, variable)."
            )
            raise ModelKeyError(f'"identifier": there is no delay {name!r}{at_user()}: {cure}')
        return found

    def get_delay_data(self, identifier: str, delay_pos: Any = None, *indices: Any) -> Any:
        """The value of some steps ago.

        Parameters
        ----------
        identifier : str
        delay_pos : int, array_like of int, str or None
            Steps, one for all elements or one for each; or the name of an entry. None is the present value.
        *indices
            Some elements; an array of steps then belongs to these.
        """
        delay = self.get_delay_var(identifier)
        return delay.at(delay_pos, *indices) if isinstance(delay_pos, str) else delay.at_steps(delay_pos, *indices)

    def register_local_delay(
        self, var_name: str, delay_name: str, delay_time: Any = None, delay_step: Any = None
    ) -> None:
        """Keep the past of one of the system's own variables.

        Parameters
        ----------
        var_name : str
            The attribute that holds the variable.
        delay_name : str
            By which `get_local_delay` finds the delay.
        delay_time : float or array_like of float, ms, optional
        delay_step : int or array_like of int, optional
            Instead of the time.
        """
        if delay_time is not None and delay_step is not None:
            raise ModelUseError(f'{self.name!r}: give "delay_time" or "delay_step", not both.')  # type: ignore[attr-defined]
        checks.text("delay_name", delay_name)
        self._local_delay(var_name).register_entry(delay_name, delay_time, delay_step)

    def get_local_delay(self, var_name: str, delay_name: str) -> Any:
        """The value that a delay of `register_local_delay` sees."""
        return self._local_delay(var_name).at(checks.text("delay_name", delay_name))

    def _local_delay(self, var_name: str) -> Any:
        from .delays import delay_of

        target = getattr(self, var_name) if isinstance(var_name, str) else None
        if not isinstance(target, Variable):
            known = [key for key, value in vars(self).items() if isinstance(value, Variable)]
            what = f"the name of a bm.Variable of {self.name!r}"  # type: ignore[attr-defined]
            raise checks.wrong("var_name", var_name, what, checks.near(var_name, known, "Give one of"))
        return delay_of(self, target)

    def update_local_delays(self, nodes: Iterable[Any] | Any = None) -> None:
        """Let the delays of these systems, by default of all parts, take the value of the step where they have not."""
        for delay in self._delays(nodes):
            if not delay.has_taken:
                delay.update()

    def reset_local_delays(self, nodes: Iterable[Any] | Any = None) -> None:
        """Let the delays of these systems, by default of all parts, forget the past."""
        for delay in self._delays(nodes):
            delay.reset_state()

    def _delays(self, nodes: Iterable[Any] | Any) -> list[Any]:
        from .delays import VarDelay

        if nodes is None:
            nodes = self.nodes().unique()  # type: ignore[attr-defined]
        elif isinstance(nodes, DelayRegister):
            nodes = [nodes]
        found: dict[int, Any] = {}
        what = "systems, or a list or dict of them"
        if not isinstance(nodes, (dict, list, tuple)):
            raise checks.wrong("nodes", nodes, what, "Give model.nodes(), say.")
        for node in nodes.values() if isinstance(nodes, dict) else nodes:
            checks.instance("nodes", node, DelayRegister, what, "Give model.nodes(), say.")
            for delay in (*node.after_updates.values(), *node.__dict__.get("_registered_delays", {}).values()):
                if isinstance(delay, VarDelay):
                    found[id(delay)] = delay
        return list(found.values())
