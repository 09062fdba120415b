"""What models and groups hold: state containers, and checkers for what a model requires of a group.

A state object begins as a specification (names and defaults of the fields) and becomes a container when it is given
a size; the container owns its arrays for life, and compiled code works on them in place.
"""

from __future__ import annotations

import numpy as np

from . import checks
from .errors import ModelKeyError, ModelUseError, ModelValueError, TypeMismatchError

__all__ = [
    "Array",
    "Dict",
    "Float",
    "Int",
    "List",
    "ListConn",
    "MatConn",
    "NeuState",
    "ObjState",
    "SliceConn",
    "String",
    "SynState",
    "TypeChecker",
]


class TypeChecker:
    """Something that can say whether a value is what a model requires.

    Parameters
    ----------
    help : str
        Shown to the person who has to supply the value.
    """

    def __init__(self, help: str = ""):
        self.help = checks.text("help", help)

    def check(self, value) -> None:
        """Raise `TypeMismatchError` unless `value` is of the kind."""
        if not self._accepts(value):
            advice = self.help or "Give a value of that kind."
            raise TypeMismatchError(f"Must be {self}, but got {type(value).__name__}: {checks.shown(value)}. {advice}")

    def _accepts(self, value) -> bool:
        raise NotImplementedError

    def __str__(self) -> str:
        return type(self).__name__

    __repr__ = __str__


# -- states -------------------------------------------------------------------------------------------------------


class ObjState(dict, TypeChecker):
    """Fields of an object: a specification first, a container of arrays once it has a size.

    Parameters
    ----------
    *args : str, list of str, tuple of str or dict
        Names of fields (default 0.0), or field -> default.
    help : str
        A note on what the fields mean.
    **kwargs : float
        Field -> default.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> spec = bp.NeuState('m', ['h', 'n'], V=-65.)
    >>> spec
    NeuState (['m', 'h', 'n', 'V'])
    >>> ST = spec.make_copy(3)
    >>> ST['V']
    array([-65., -65., -65.])

    Raises
    ------
    ModelValueError
        For a field that is not a name, or a default that is not a number.
    """

    def __init__(self, *args, help: str = "", **kwargs):
        dict.__init__(self)
        TypeChecker.__init__(self, help)
        fields: dict[str, float] = {}
        for item in (*args, kwargs):
            if isinstance(item, dict):
                pairs = list(item.items())
            elif isinstance(item, (str, list, tuple)):
                pairs = [(name, 0.0) for name in ([item] if isinstance(item, str) else item)]
            else:
                raise ModelValueError(
                    f"Only support str/tuple/list/dict, not {type(item)}: {checks.shown(item)}. Name the fields, as in "
                    "NeuState('V', 'input') or NeuState(V=-65.)."
                )
            for name, default in pairs:
                if not isinstance(name, str):
                    raise ModelValueError(f"A field is named by a string, but got {name!r}. Write the name in quotes.")
                if not isinstance(default, (int, float, np.number)) or np.isnan(default):
                    raise ModelValueError(
                        f'The default of field "{name}" must be an int or float, got {checks.shown(default)}. Give '
                        "a number."
                    )
                fields[name] = default
        self._vars = fields
        self._moved: dict[str, str] = {}  # field whose values are kept elsewhere -> what to say to who asks for them

    def __getattr__(self, name: str):
        if name in self.__dict__.get("_vars", ()):
            raise AttributeError(f'fields are items: write ST["{name}"] instead of ST.{name}')
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def _keys(self) -> list[str]:
        return list(self._vars)

    @property
    def _values(self) -> list[float]:
        return list(self._vars.values())

    def __call__(self, size, **storage) -> ObjState:
        """Give this very object arrays of `size` (an int or a tuple) and return it."""
        self._allocate(size, **storage)
        return self

    def make_copy(self, size, **storage) -> ObjState:
        """A new container of `size` with the same fields and defaults."""
        return type(self)(self._vars, help=self.help)(size, **storage)

    def _allocate(self, size, *, real: str = "float64", wide: frozenset[str] = frozenset(), more_rows: int = 0) -> None:
        """Make the arrays: fields of type `real`, except those in `wide`, which are float64 always."""
        sizes = size if isinstance(size, (tuple, list)) else (size,)
        shape = tuple(checks.count("size", n, "elements", low=0) for n in sizes)
        data = np.zeros((len(self._vars) + more_rows, *shape), dtype=real)
        attributes = {"_data": data, "_var2idx": {}, "_idx2var": {}, "_data_cuda": None}
        for row, (name, default) in enumerate(self._vars.items()):
            # A time in float32 would lose the step after a few seconds, so such a field has an array of its own.
            view = np.empty(shape) if name in wide and data.dtype != np.float64 else data[row]
            data[row] = view[...] = default
            dict.__setitem__(self, name, view)
            attributes["_var2idx"][name] = row
            attributes["_idx2var"][row] = name
        self.__dict__.update(attributes)

    def __getitem__(self, name):
        if name in self._moved:
            raise ModelUseError(self._moved[name])
        try:
            return dict.__getitem__(self, name)
        except KeyError:
            pass
        if isinstance(name, str) and name.startswith("_") and name in self.__dict__:
            return self.__dict__[name]  # programs of the 0.3 front end read ST['_data']
        if name in self._vars:
            raise ModelKeyError(f'"{name}" of {self} has no values yet: give it a size first, as in make_copy(size).')
        raise ModelKeyError(f'"{name}" is not defined in {type(self).__name__}, only finds "{self._keys}". Name one.')

    def __setitem__(self, name, value) -> None:
        """Copy `value` into the field (a number goes to every element)."""
        if isinstance(name, str) and name.startswith("_") and name not in self._vars:
            raise ModelKeyError(f'"{name}" cannot be assigned in {type(self).__name__}. Name one of {self._keys}.')
        has_moved = isinstance(name, str) and name in self._moved
        target = dict.__getitem__(self, name) if has_moved else self[name]
        try:
            given = np.asarray(value)
            if given.dtype.kind not in "biuf":
                raise ValueError
            target[...] = given
        except ValueError:
            raise ModelValueError(
                f'"{name}" of {type(self).__name__} holds numbers of shape {target.shape}, but got '
                f"{checks.shown(value)}. Give one number, or an array of that shape."
            ) from None
        if has_moved:
            del self._moved[name]  # now every element has a value again

    def __delitem__(self, name) -> None:
        raise ModelUseError(f'The field "{name}" of {self} cannot be removed.')

    def _refuse(self, *args):
        raise ModelUseError(f"The fields of {self} are fixed when it is defined: assign values, as in ST['V'] = ...")

    clear = pop = popitem = setdefault = _refuse

    def update(self, *args, **kwargs) -> None:
        """Assign several fields."""
        for name, value in checks.items("args", args, kwargs).items():
            self[name] = value

    def check(self, value) -> None:
        """Raise unless `value` is a state of the same class that has every field of this one."""
        if not isinstance(value, type(self)):
            raise TypeMismatchError(
                f"Must be an instance of {type(self).__name__}, but got {type(value).__name__} as value: "
                f"{checks.shown(value)}. Give a {type(self).__name__}."
            )
        missing = [name for name in self._vars if name not in value._vars]
        if missing:
            raise TypeMismatchError(f"{missing} not found in {value}. {self.help or 'Add these fields to that value.'}")

    def __contains__(self, name) -> bool:
        return name in self._vars

    def __str__(self) -> str:
        return f"{type(self).__name__} ({self._keys})"

    __repr__ = __str__

    def __eq__(self, other) -> bool:
        return self is other

    def __ne__(self, other) -> bool:  # that of dicts would compare the arrays
        return self is not other

    __hash__ = object.__hash__

    def get(self, name, default=None):
        """The array of a field, or `default` where there is no such field."""
        return self[name] if checks.key("name", name) in dict.keys(self) else default

    def items(self):
        """Pairs of field and array."""
        return [(name, self[name]) for name in dict.keys(self)]

    def values(self):
        """The arrays."""
        return [self[name] for name in dict.keys(self)]

    def __reduce__(self):
        return _restore_state, (type(self), self._vars, self.help, dict(self.items()))

    def __deepcopy__(self, memo):
        return _restore_state(type(self), self._vars, self.help, dict(self.items()))


def _restore_state(kind, fields, help, arrays) -> ObjState:
    state = kind(fields, help=help)
    if arrays:
        real = min((array.dtype for array in arrays.values()), key=lambda dtype: dtype.itemsize).name
        wide = frozenset(name for name, array in arrays.items() if array.dtype.name != real)
        state(next(iter(arrays.values())).shape, real=real, wide=wide)
        for name, array in arrays.items():
            state[name] = array
    return state


class NeuState(ObjState):
    """State of a neuron group: each field is an array of shape (n,)."""


class SynState(ObjState):
    """State of a synaptic connection: each field is an array of shape (n_edges,).

    The delay of a connection is kept by the simulation. Who delays a field by hand can have a queue for it:
    ``make_copy(size, delay=d, delay_vars=('g',))`` adds ``_g_delay``, shape (d, *size), filled with zeros, as the last
    rows of ``_data`` from row ``_var2idx['_g_offset']`` on.

    Attributes
    ----------
    _delay_len, _delay_in, _delay_out : int
        Places of each queue, and where the next value goes in and comes out; `_update_delay_indices` moves both on.
    """

    def _allocate(self, size, *, delay: int | None = None, delay_vars=(), **storage) -> None:
        names = [delay_vars] if isinstance(delay_vars, str) else list(delay_vars)
        unknown = [name for name in names if name not in self._vars]
        if unknown:
            raise ModelKeyError(f'"{unknown[0]}" is to be delayed but is not in {self}: name its fields.')
        places = 0 if delay is None else delay
        if isinstance(places, bool) or not isinstance(places, (int, np.integer)) or places < 0:
            raise ModelValueError(f'"delay" of {self} must be a number of steps, 0 or more, but got {delay!r}.')
        super()._allocate(size, more_rows=len(names) * int(places), **storage)
        self._delay_len, self._delay_in, self._delay_out = int(places), int(places) - 1, 0
        if places:
            for k, name in enumerate(names):
                offset = len(self._vars) + k * int(places)
                self._var2idx[f"_{name}_offset"] = offset
                setattr(self, f"_{name}_delay", self._data[offset : offset + int(places)])

    def _queue(self, var: str) -> np.ndarray:
        queue = self.__dict__.get(f"_{var}_delay")
        if queue is None:
            queued = [name for name in self._vars if f"_{name}_delay" in self.__dict__]
            raise ModelKeyError(
                f'"var": "{var}" of {self} has no queue, only {queued}. Use make_copy(size, delay, delay_vars).'
            )
        return queue

    def delay_push(self, g, var: str) -> None:
        """Put the values `g` into the queue of a field; without a delay they become its values."""
        target = self._queue(var)[self._delay_in] if self._delay_len else self[var]
        values = np.asarray(None if isinstance(g, dict) else g)
        if values.dtype.kind not in "biuf" or values.shape not in ((), (1,), target.shape):
            what = f"a number, or an array of shape {target.shape}"
            raise checks.wrong("g", g, what, "Give one value for each synapse.")
        target[...] = values

    def delay_pull(self, var: str) -> np.ndarray:
        """The oldest values in the queue of a field; without a delay those that it has."""
        return self._queue(var)[self._delay_out] if self._delay_len else self[var]

    def _update_delay_indices(self) -> None:
        """Go on by one step."""
        if self._delay_len:
            self._delay_in = (self._delay_in + 1) % self._delay_len
            self._delay_out = (self._delay_out + 1) % self._delay_len


# -- checkers -------------------------------------------------------------------------------------------------------


class Array(TypeChecker):
    """An ndarray with `dim` dimensions. Calling it with a size returns zeros."""

    def __init__(self, dim: int, help: str = ""):
        super().__init__(help)
        self.dim = checks.count("dim", dim, "dimensions", low=0, high=32)

    def __call__(self, size) -> np.ndarray:
        sizes = size if isinstance(size, (tuple, list)) else (size,)
        array = np.zeros([checks.count("size", n, "elements", low=0) for n in sizes])
        self.check(array)
        return array

    def _accepts(self, value) -> bool:
        return isinstance(value, np.ndarray) and value.ndim == self.dim

    def __str__(self) -> str:
        return f"Array (dim={self.dim})"


class MatConn(TypeChecker):
    """A connection matrix of shape (n_pre, n_post)."""

    def _accepts(self, value) -> bool:
        return isinstance(value, np.ndarray) and value.ndim == 2


class ListConn(TypeChecker):
    """One array or list of indices per neuron."""

    def _accepts(self, value) -> bool:
        return isinstance(value, list) and all(isinstance(item, (list, np.ndarray)) for item in value)

    @staticmethod
    def make_copy(conn: list) -> list:
        """The list itself."""
        ListConn().check(conn)
        return conn


class SliceConn(TypeChecker):
    """Start and end of each neuron's synapses, shape (n, 2)."""

    def _accepts(self, value) -> bool:
        return isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == 2


class Int(TypeChecker):
    """A Python int."""

    def _accepts(self, value) -> bool:
        return isinstance(value, int)

    def __str__(self) -> str:
        return "IntType"


class Float(TypeChecker):
    """A Python float."""

    def _accepts(self, value) -> bool:
        return isinstance(value, float)

    def __str__(self) -> str:
        return "Floatype"


class String(TypeChecker):
    """A str."""

    def _accepts(self, value) -> bool:
        return isinstance(value, str)

    def __str__(self) -> str:
        return "StringType"


class List(TypeChecker):
    """A list; with `item_type` each item must satisfy that checker."""

    def __init__(self, item_type: TypeChecker | None = None, help: str = ""):
        super().__init__(help)
        self.item_type = _checker("item_type", item_type)

    def _accepts(self, value) -> bool:
        return isinstance(value, list) and all(_satisfies(self.item_type, item) for item in value)

    def __str__(self) -> str:
        return f"List(item_type={self.item_type})"


class Dict(TypeChecker):
    """A dict; keys and values must satisfy `key_type` and `item_type` where these are given."""

    def __init__(
        self, key_type: TypeChecker | type | None = String, item_type: TypeChecker | None = None, help: str = ""
    ):
        super().__init__(help)
        self.key_type = _checker("key_type", key_type)
        self.item_type = _checker("item_type", item_type)

    def _accepts(self, value) -> bool:
        if not isinstance(value, dict):
            return False
        keys = all(_satisfies(self.key_type, key) for key in value)
        return keys and all(_satisfies(self.item_type, item) for item in value.values())

    def __str__(self) -> str:
        return f"Dict(key_type={self.key_type}, item_type={self.item_type})"


def _checker(name: str, value) -> TypeChecker | None:
    """A checker, or the class of one, or None."""
    value = (
        value() if isinstance(value, type) and value in (Int, Float, String, MatConn, ListConn, SliceConn) else value
    )
    if value is not None and not isinstance(value, TypeChecker):
        raise checks.wrong(name, value, "a type checker", "Give one of bp.types, such as bp.types.Int().")
    return value


def _satisfies(checker: TypeChecker | None, value) -> bool:
    if checker is None:
        return True
    try:
        checker.check(value)
    except TypeMismatchError:
        return False
    return True
