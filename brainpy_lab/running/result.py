"""What a task gave: the value itself in most uses, with the ``get()`` of an asynchronous result."""

from __future__ import annotations

import operator


class Result:
    """The value of a task.

    Arithmetic, comparison, indexing, iteration, conversion to an array, attributes: all are those of the value.
    Where the value itself is wanted (``isinstance``, a dict key), use `get` or ``value``.

    Parameters
    ----------
    value : object

    Attributes
    ----------
    value : object
    """

    __slots__ = ("value",)

    def __init__(self, value):
        object.__setattr__(self, "value", value)

    def get(self, *args, **kwargs):
        """The value; a timeout may be given, and is not needed any more.

        Of a dict, ``get(key[, default])`` is that of the dict.
        """
        is_timeout = not args or args[0] is None or isinstance(args[0], (int, float))
        if isinstance(self.value, dict) and (args and not is_timeout or len(args) > 1 or "default" in kwargs):
            return self.value.get(*args, **kwargs)
        return self.value

    def ready(self) -> bool:
        """True: the task is done."""
        return True

    def successful(self) -> bool:
        """True: a task that fails raises instead."""
        return True

    def wait(self, timeout=None) -> None:
        """Return at once: the task is done."""

    def __getattr__(self, name):
        return getattr(self.value, name)

    def __setattr__(self, name, new):
        setattr(self.value, name, new)

    def __array__(self, dtype=None, copy=None):
        import numpy as np

        return np.array(self.value, dtype=dtype) if copy else np.asarray(self.value, dtype=dtype)

    def __reduce__(self):
        return Result, (self.value,)

    def __copy__(self):
        return self

    def __hash__(self):
        return hash(self.value)

    def __contains__(self, item):
        return item in self.value

    def __setitem__(self, key, item):
        self.value[key] = item

    def __call__(self, *args, **kwargs):
        return self.value(*args, **kwargs)

    def __format__(self, spec):
        return format(self.value, spec)

    def __pow__(self, other):
        return self.value ** plain(other)

    def __rpow__(self, other):
        return other**self.value

    def __divmod__(self, other):
        return divmod(self.value, plain(other))

    def __round__(self, *digits):
        return round(self.value, *digits)


def plain(item):
    """The value of a `Result`, or the item itself."""
    return item.value if isinstance(item, Result) else item


def _unary(function):
    return lambda self: function(self.value)


def _binary(function):
    return lambda self, other: function(self.value, plain(other))


def _reflected(function):
    return lambda self, other: function(other, self.value)


for _name, _function in {
    **{name: getattr(operator, name) for name in ("__neg__", "__pos__", "__abs__", "__invert__", "__index__")},
    **{"__int__": int, "__float__": float, "__complex__": complex, "__bool__": bool, "__len__": len, "__iter__": iter},
    **{"__str__": str, "__repr__": repr},
}.items():
    setattr(Result, _name, _unary(_function))

for _name in "add sub mul truediv floordiv mod matmul and or xor lshift rshift".split():
    setattr(Result, f"__{_name}__", _binary(getattr(operator, f"__{_name}__")))
    setattr(Result, f"__r{_name}__", _reflected(getattr(operator, f"__{_name}__")))

for _name in "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __getitem__".split():
    setattr(Result, _name, _binary(getattr(operator, _name)))
