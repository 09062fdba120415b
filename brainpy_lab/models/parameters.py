"""Checks of the parameters of ready models."""

from __future__ import annotations

import functools
import inspect

from .. import checks
from ..errors import ModelDefError


class ParameterError(ModelDefError, TypeError):
    """A ready model that is asked for with arguments that it does not have."""


def parameters(*positive: str, shares: tuple[str, ...] = ()):
    """Decorate a function that makes a model: what it is given is checked before anything is made.

    What has a float as its default takes a number, or an array with one value per element; an int counts something,
    0 allowed only where that is the default; ``seed`` and texts are what they are called. The method is checked by the
    integrators.

    Parameters
    ----------
    *positive : str
        Parameters that must be above 0.
    shares : tuple of str
        Parameters that lie in 0 to 1.
    """

    def decorate(make):
        signature = inspect.signature(make)
        expected = {p.name: p.default for p in signature.parameters.values() if p.name != "method"}

        @functools.wraps(make)
        def checked(*args, **kwargs):
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError as error:
                names = ", ".join(signature.parameters)
                raise ParameterError(
                    f"{make.__name__}(): {error}. Its parameters are: {names}. Name one of them."
                ) from None
            for name, value in given.items():
                if name in expected:
                    _check(name, value, expected[name], name in positive, name in shares)
            return make(*args, **kwargs)

        return checked

    return decorate


def _check(name: str, value, default, is_positive: bool, is_share: bool) -> None:
    if isinstance(default, str):
        checks.text(name, value, error=ModelDefError)
    elif name == "seed":
        if value is not None:
            checks.seed(name, value)
    elif isinstance(default, bool):
        checks.flag(name, value, error=ModelDefError)
    elif isinstance(default, int):
        checks.count(name, value, low=min(1, default), error=ModelDefError)
    else:
        bounds = {"low": 0, "high": 1} if is_share else {"above": 0} if is_positive else {}
        checks.array(name, value, "a number", finite=False, error=ModelDefError, **bounds)
