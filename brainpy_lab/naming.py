"""Arguments that go by two names, because the programs of two releases call them so."""

from __future__ import annotations

import functools

from .errors import ModelUseError


def also_named(**names: str):
    """Let a function take keywords under other names: ``@also_named(row_num="n_row")``.

    Raises
    ------
    ModelUseError
        In a call that gives an argument under both of its names.
    """

    def decorate(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            for other, name in names.items():
                if other in kwargs:
                    if name in kwargs:
                        raise ModelUseError(f'"{other}" and "{name}" are two names of one argument: give one of them.')
                    kwargs[name] = kwargs.pop(other)
            return function(*args, **kwargs)

        return call

    return decorate
