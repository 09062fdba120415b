"""`DictPlus`: a dict whose items are attributes too."""

from __future__ import annotations

import copy

from .. import checks
from ..errors import ModelKeyError


class MissingItem(ModelKeyError, AttributeError):
    """Both families, so that `hasattr` and programs that catch KeyError work."""


class TakenName(ModelKeyError, AttributeError):
    """A key that cannot be an attribute."""


class DictPlus(dict):
    """A dict whose items can be read and assigned as attributes too; dicts inside become such dicts.

    Parameters
    ----------
    *args, **kwargs
        As for `dict`.

    Raises
    ------
    KeyError
        For an attribute that is no item (it is an AttributeError too).
    AttributeError
        When the name of a method is assigned as an attribute.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> d = bp.tools.DictPlus({'a': 10, 'b': {'c': 20}})
    >>> d.a, d.b.c
    (10, 20)
    >>> d.e = 30
    >>> d['e']
    30
    """

    def __init__(self, *args, **kwargs):
        super().__init__()
        for key, value in checks.items("args", args, kwargs).items():
            self[key] = value

    def __setitem__(self, key, value) -> None:
        super().__setitem__(key, self._wrapped(value))

    @classmethod
    def _wrapped(cls, value):
        if type(value) is dict:
            return DictPlus(value)
        if type(value) in (list, tuple) and any(type(item) is dict for item in value):
            return type(value)(cls._wrapped(item) for item in value)
        return value

    def __getattr__(self, name: str):
        try:
            return self[name]
        except KeyError:
            raise MissingItem(
                f'"{name}" is not here; there are: {", ".join(map(str, self)) or "no items"}. Name one of them.'
            ) from None

    def __setattr__(self, name: str, value) -> None:
        if hasattr(type(self), name):
            raise TakenName(f'"{name}" is a method of {type(self).__name__}: choose another key.')
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise MissingItem(f'"{name}" is not here. Leave it out.') from None

    def setdefault(self, key, default=None):
        """The value of `key`, which is set to `default` when it is not there."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args, **kwargs) -> None:
        """Take the items of a dict or of pairs; a dict that meets a dict updates it."""
        for key, value in checks.items("args", args, kwargs).items():
            if isinstance(value, dict) and isinstance(self.get(key), DictPlus):
                self[key].update(value)
            else:
                self[key] = value

    def copy(self) -> DictPlus:
        """A shallow copy."""
        new = type(self)()
        for key in self:
            dict.__setitem__(new, key, dict.__getitem__(self, key))
        return new

    def deepcopy(self) -> DictPlus:
        """A copy whose values are copies too."""
        return copy.deepcopy(self)

    def __copy__(self) -> DictPlus:
        return self.copy()

    def __deepcopy__(self, memo) -> DictPlus:
        new = type(self)()
        memo[id(self)] = new
        for key in self:
            dict.__setitem__(new, copy.deepcopy(key, memo), copy.deepcopy(dict.__getitem__(self, key), memo))
        return new

    def __reduce__(self):
        return type(self), (dict(self),)

    def to_dict(self) -> dict:
        """A plain dict, all the way down."""
        return {key: _plain(value) for key, value in self.items()}


def _plain(value):
    if isinstance(value, DictPlus):
        return value.to_dict()
    if type(value) in (list, tuple):
        return type(value)(_plain(item) for item in value)
    return value
