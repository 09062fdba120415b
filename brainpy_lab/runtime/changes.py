"""Changes from outside: a parameter, a state or an input gets a new value between two calls of `advance`.

The functions here check what a person asked for in that person's own thread, so that a mistake is an error at the
line that made it and never a broken session. What they return can be applied and replayed without failing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .waveforms import Waveform

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = [
    "Change",
    "UnknownName",
    "input_change",
    "parameter_change",
    "parameter_key",
    "parameter_keys",
    "state_change",
    "wave_change",
]


class UnknownName(ModelUseError, KeyError):
    """No parameter, state or object has this name. A KeyError too, as a mapping's reader expects."""


class Change(NamedTuple):
    """One new value.

    Parameters
    ----------
    kind : {'parameter', 'state', 'input', 'wave'}
    target : tuple
        ``(object, name)``, ``(object, field, index)`` with index None (all), int or tuple of int, or
        ``(input number,)``.
    value : str or ndarray
        A number as ``float.hex`` writes it, which keeps every bit, or a read-only float64 copy of an array. Of a wave
        the text of its waveform, '' for none.
    """

    kind: str
    target: tuple
    value: str | np.ndarray

    @property
    def number(self) -> float | np.ndarray:
        """The value as a float, or the array."""
        return float.fromhex(self.value) if isinstance(self.value, str) else self.value

    def apply(self, simulation: Simulation) -> None:
        """Write the value into the simulation's memory."""
        if self.kind == "parameter":
            obj, name = self.target
            simulation.set_param(obj, name, self.number)
        elif self.kind == "wave":
            simulation.set_wave(self.target[0], Waveform.read(str(self.value)))
        elif self.kind == "input":
            simulation.set_input(self.target[0], self.number)
        else:
            obj, name, index = self.target
            simulation.set_field(obj, name, _as_numpy_index(index), self.number)

    def does_nothing(self, simulation: Simulation) -> bool:
        """Whether a parameter already has these bits: a page that echoes a value back must not start a branch."""
        if self.kind != "parameter":
            return False
        now = np.asarray(simulation.param(*self.target), dtype=np.float64)
        new = np.asarray(self.number, dtype=np.float64)
        return now.shape == new.shape and now.tobytes() == new.tobytes()


def parameter_keys(simulation: Simulation) -> list[tuple[str, str]]:
    """Every ``(object, parameter)`` in the program's order, the object as its user calls it."""
    shown = simulation.names.shown_parameter
    return list(dict.fromkeys(shown(item.name, name) for item in simulation.program.objects for name in item.params))


def parameter_key(simulation: Simulation, key: Any) -> tuple[str, str]:
    """The program's ``(object, parameter)`` meant by `key`: such a pair, or a parameter that only one object has.

    An object is named as its user calls it, or as the program does.

    Raises
    ------
    UnknownName
        When there is no such parameter, or several objects have one of that name.
    """
    keys = parameter_keys(simulation)
    if isinstance(key, str):
        owners = [obj for obj, name in keys if name == key]
        if len(owners) == 1:
            return simulation.names.find_parameter(owners[0], key) or (simulation.names.find(owners[0]), key)
        if owners:
            raise UnknownName(
                f"parameter {key!r} exists in {_listed(owners)}. Say which, for example params[{owners[0]!r}, {key!r}]."
            )
        raise UnknownName(f"there is no parameter {key!r}. {_advice(key, [name for _, name in keys])}")
    if not (isinstance(key, tuple) and len(key) == 2 and all(isinstance(part, str) for part in key)):
        raise UnknownName(f"a parameter is named by its name or by (object, name), found {key!r}: write one of them.")
    obj, name = key
    found = simulation.names.find_parameter(obj, name)
    if found is not None:
        return found
    item = _find_object(simulation, obj)
    if name not in item.params:
        raise UnknownName(f"{obj!r} has no parameter {name!r}. {_advice(name, item.params)}")
    return item.name, name


def parameter_change(simulation: Simulation, key: Any, value: Any) -> Change:
    """A checked change of a parameter.

    Parameters
    ----------
    simulation : Simulation
    key : str or (str, str)
        As in `parameter_key`.
    value : float or array_like, shape (n,)
        An array only for a parameter that holds one value per element; a number then means all of them.

    Raises
    ------
    UnknownName
        When there is no such parameter.
    ModelUseError
        When the value is not a finite number or has a wrong shape.
    """
    obj, name = parameter_key(simulation, key)
    owner, called = simulation.names.shown_parameter(obj, name)
    what = f"parameter {called!r} of {owner!r}"
    now = simulation.param(obj, name)
    return Change("parameter", (obj, name), _exact(_fitted(value, np.shape(now), what)))


def state_change(simulation: Simulation, obj: str, name: str, index: Any, value: Any) -> Change:
    """A checked change of a state.

    Parameters
    ----------
    simulation : Simulation
    obj, name : str
        Object and state.
    index : int, slice, array of int or bool, or None
        Which elements; None is all of them. Negative numbers count from the end.
    value : float or array_like
        One finite number, or one per chosen element.

    Raises
    ------
    UnknownName
        When there is no such object or state.
    ModelUseError
        When index or value do not fit.
    """
    item = _find_object(simulation, obj)
    names = [state.name for state in item.states]
    if name not in names:
        raise UnknownName(f"{obj!r} has no state {name!r}. {_advice(name, names)}")
    what = f"state {name!r} of {obj!r}"
    obj = item.name
    size = simulation.field(obj, name).shape[0]
    place = _plain_index(index, size, what)
    shape: tuple[int, ...] = () if isinstance(place, int) else (size,) if place is None else (len(place),)
    if np.ndim(value) == 0:
        shape = ()  # one number for all chosen elements: kept as the number it is
    return Change("state", (obj, name, place), _exact(_fitted(value, shape, what)))


def input_change(simulation: Simulation, number: Any, value: Any) -> Change:
    """A checked change of the value of an input.

    Parameters
    ----------
    simulation : Simulation
    number : int
        Position in ``program.inputs``.
    value : float or array_like
        A number, one value per element, or the series or table of the run, as the input was declared.

    Raises
    ------
    ModelUseError
        When there is no such input or the value does not fit it.
    """
    inputs = simulation.program.inputs
    if not isinstance(number, int | np.integer) or isinstance(number, bool) or not 0 <= int(number) < len(inputs):
        raise ModelUseError(
            f"k: there is no input number {number!r}: the program has {len(inputs)}, counted from 0. Give one of those."
        )
    entry = inputs[int(number)]
    what = f"input {number} ({simulation.names.shown(entry.target)}.{entry.field})"
    if entry.source == "number":
        array = _fitted(value, (), what)
    elif entry.source == "array":
        array = _fitted(value, simulation.field(entry.target, entry.field).shape, what)
    else:
        array = _numbers(value, what)
        bound = getattr(getattr(simulation, "bindings", None), "inputs", None)
        if bound is not None and array.shape != np.shape(bound[int(number)]):
            raise ModelUseError(
                f"{what}: found shape {array.shape}, expected {np.shape(bound[int(number)])}. "
                "Another length needs a new run."
            )
    return Change("input", (int(number),), _exact(array))


def wave_change(simulation: Simulation, number: Any, waveform: Any) -> Change:
    """A checked change of the waveform that an input follows.

    Parameters
    ----------
    simulation : Simulation
    number : int
        Position in ``program.inputs`` of an input of source 'wave'.
    waveform : Waveform or None

    Raises
    ------
    ModelUseError
        When there is no such input, or `waveform` is none.
    """
    known = [k for k, spec in enumerate(simulation.program.inputs) if spec.source == "wave"]
    if not isinstance(number, int | np.integer) or isinstance(number, bool) or int(number) not in known:
        listed = ", ".join(map(str, known)) or "none"
        raise ModelUseError(
            f"k: input {checks.shown(number)} follows no waveform; inputs that do: {listed}. Give one of those."
        )
    if waveform is not None:
        cure = "Make one with Waveform.make('pulses', amplitude=1.0), or give None for nothing."
        checks.instance("waveform", waveform, Waveform, "a Waveform or None", cure, ModelUseError)
    return Change("wave", (int(number),), waveform.text if waveform is not None else "")


def _numbers(value: Any, what: str) -> np.ndarray:
    return checks.array(what, value, "a finite number, or an array of them")  # a copy: the caller may write on


def _fitted(value: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """`value` as an array of that shape; one number fits every shape."""
    array = _numbers(value, what)
    if array.shape == shape:
        return array
    if array.ndim == 0:
        return np.full(shape, array)
    if shape == ():
        raise ModelUseError(f"{what}: found an array of shape {array.shape}, expected one number: give one.")
    raise ModelUseError(f"{what}: found shape {array.shape}, expected {shape} or one number: give one of them.")


def _exact(array: np.ndarray) -> str | np.ndarray:
    if array.ndim == 0:
        return float(array).hex()
    array.flags.writeable = False
    return array


def _plain_index(index: Any, size: int, what: str) -> int | tuple[int, ...] | None:
    """An index as None (all), an int or a tuple of ints: hashable, and the same when it is replayed."""
    if index is None or index is Ellipsis or (isinstance(index, slice) and index == slice(None)):
        return None
    try:
        chosen = np.arange(size)[np.asarray(index) if isinstance(index, list | tuple) else index]
    except (IndexError, TypeError, ValueError) as error:
        raise ModelUseError(
            f"{what}: index {index!r} does not fit {size} elements. Pass numbers from 0 to {size - 1}, or None for all."
        ) from error
    if np.ndim(chosen) == 0:
        return int(chosen)
    if np.ndim(chosen) > 1:
        raise ModelUseError(
            f"{what}: index {index!r} has {np.ndim(chosen)} dimensions, expected one: pass a plain list."
        )
    return tuple(chosen.tolist())


def _as_numpy_index(index: int | tuple[int, ...] | None) -> Any:
    if index is None:
        return slice(None)
    # A tuple would mean one index per dimension.
    return np.asarray(index, dtype=np.int64) if isinstance(index, tuple) else index


def _find_object(simulation: Simulation, name: str) -> Any:
    names, objects = simulation.names, simulation.program.objects
    try:
        return simulation.program.find(names.find(name))
    except KeyError:
        advice = _advice(name, [names.shown(item.name) for item in objects])
        raise UnknownName(f"there is no object {name!r}. {advice}") from None


def _advice(name: Any, names: Iterable[str]) -> str:
    known = list(dict.fromkeys(names))
    close = difflib.get_close_matches(str(name), known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There are {_listed(known)}: name one of them." if known else "There are none: leave it out."


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"
