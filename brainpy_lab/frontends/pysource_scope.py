"""What the free names of a function stand for: parameters in memory, Python-level switches, functions."""

from __future__ import annotations

import builtins
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import FunctionType

import numpy as np

from ..errors import ModelDefError
from ..ir.place import Place

_MISSING = object()


class Scope:
    """Free names of one function: its closure, then its globals, then the builtins."""

    def __init__(self, func: FunctionType):
        self.func = func
        self._cells = dict(zip(func.__code__.co_freevars, func.__closure__ or ()))

    def find(self, name: str) -> object:
        """The value of `name`; KeyError when nobody defines it."""
        if name in self._cells:
            try:
                return self._cells[name].cell_contents
            except ValueError:  # the enclosing function has not assigned it yet
                raise KeyError(name) from None
        value = self.func.__globals__.get(name, _MISSING)
        if value is _MISSING:
            value = getattr(builtins, name, _MISSING)
        if value is _MISSING:
            raise KeyError(name)
        return value

    def numbers(self) -> list[str]:
        """Names that hold numbers, to suggest one."""
        names = [*self._cells, *self.func.__globals__]
        return [name for name in names if not name.startswith("_") and _is_number(self._peek(name))]

    def _peek(self, name: str) -> object:
        try:
            return self.find(name)
        except KeyError:
            return None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, (bool, np.bool_))


def number(value: object) -> float | np.ndarray | None:
    """`value` as a parameter: a float, or a float64 array of shape (n,); None when it is neither.

    Raises
    ------
    ValueError
        For numbers that a parameter cannot hold: complex ones, arrays of two or more dimensions.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind in "iufb":
        if value.ndim == 0:
            return None if value.dtype.kind == "b" else float(value)
        if value.ndim > 1:
            raise ValueError(f"an array of shape {value.shape}; a parameter is a number or has shape (n,)")
        return np.array(value, dtype=np.float64)
    if _is_number(value):
        return float(value)  # type: ignore[arg-type]
    if isinstance(value, (complex, np.complexfloating)) or hasattr(value, "__float__") and not callable(value):
        if not isinstance(value, (bool, np.bool_, str)):
            raise ValueError(f"a number of type {type(value).__name__}; a parameter is an int or a float")
    return None


@dataclass(frozen=True)
class Seen:
    """A name as one function saw it."""

    value: float | np.ndarray | object
    function: str
    place: Place | None


@dataclass
class Record:
    """What reading has found so far.

    ``params`` live in memory, ``folded`` are fixed in the code (exponents, noise that was 0), ``fields`` are the states
    used, by owner, with the first place; ``lookups`` is every name looked up, so that a reading can be reused while
    none has changed.
    """

    params: dict[str, Seen] = field(default_factory=dict)
    folded: dict[str, Seen] = field(default_factory=dict)
    fields: dict[str, dict[str, Place]] = field(default_factory=dict)
    lookups: list[tuple[Scope, str, object]] = field(default_factory=list)

    def add_param(self, name: str, seen: Seen) -> None:
        """Note a parameter; ModelDefError when another function sees another value under this name."""
        self._agree(name, seen)
        self.params.setdefault(name, seen)

    def add_folded(self, name: str, seen: Seen) -> None:
        """Note a name whose value is fixed in the code."""
        self._agree(name, seen)
        self.folded.setdefault(name, seen)

    def add_field(self, owner: str, name: str, place: Place) -> None:
        self.fields.setdefault(owner, {}).setdefault(name, place)

    def copy(self) -> Record:
        """A record to go on with, while this one stays as it is."""
        fields = {owner: dict(names) for owner, names in self.fields.items()}
        return Record(dict(self.params), dict(self.folded), fields, list(self.lookups))

    def include(self, other: Record) -> None:
        """Take over what another reading found."""
        for name, seen in other.params.items():
            self.add_param(name, seen)
        for name, seen in other.folded.items():
            self.add_folded(name, seen)
        for owner, fields in other.fields.items():
            for name, place in fields.items():
                self.add_field(owner, name, place)
        self.lookups.extend(other.lookups)

    def is_current(self) -> bool:
        """Whether every name still stands for the very same object."""
        for scope, name, value in self.lookups:
            try:
                # An array may have been changed in place.
                if scope.find(name) is not value or isinstance(value, np.ndarray):
                    return False
            except KeyError:
                return False
        return True

    def _agree(self, name: str, seen: Seen) -> None:
        for known in (self.params.get(name), self.folded.get(name)):
            if known is not None and not np.array_equal(known.value, seen.value, equal_nan=True):
                where = f" ({known.place})" if known.place else ""
                raise ModelDefError(
                    f"{name!r} is {_shown(seen.value)} in {seen.function!r}, but {_shown(known.value)} in "
                    f"{known.function!r}{where}. The functions of a model share their parameters: give one of the two "
                    f"another name",
                    seen.place,
                )


def _shown(value: object) -> str:
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"{value!r}"


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """``. Did you mean 'x'?`` when a choice is close, else an empty text."""
    close = difflib.get_close_matches(name, list(dict.fromkeys(choices)), n=1, cutoff=0.6)
    return f". Did you mean {close[0]!r}?" if close else ""
