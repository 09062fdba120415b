"""Classes whose arguments are a table: parameters with their defaults, and where the variables start."""

from __future__ import annotations

import difflib
import inspect
from typing import Any, ClassVar

from ... import checks
from ...errors import ModelUseError
from ...math.graph import at_user
from .synapse_states import as_parameter, as_variable, initializer


class Parametrized:
    """Takes parameters and initial values by keywords.

    A subclass that is a `Dynamic` too says what it has; its ``__init__`` collects ``**values`` and passes them to
    `_take`. In both tables a text stands for the method that computes the default.

    Attributes
    ----------
    parameters : dict
        Name -> default.
    positive : tuple of str
        Parameters that something is divided by: they are above 0, as time constants are everywhere.
    starts : dict
        Variable -> default of its initializer.
    """

    parameters: ClassVar[dict[str, Any]] = {}
    positive: ClassVar[tuple[str, ...]] = ()
    starts: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **keywords: Any):
        super().__init_subclass__(**keywords)
        cls.__signature__ = signature(cls)

    @classmethod
    def options(cls) -> dict[str, Any]:
        """More keywords of ``**values``, which a class takes out of them itself."""
        return {}

    def _take(self, values: dict[str, Any]) -> None:
        """Parameters and initializers from what a call gives, the others at their defaults."""
        initializers = {initializer(key): key for key in self.starts}
        for key, value in values.items():
            if key in self.parameters or key in initializers or (key == "scaling" and value is None):
                continue
            known = list(signature(type(self)).parameters)
            near = difflib.get_close_matches(key, known, 1)
            cure = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(known)}."
            raise ModelUseError(f"{type(self).__name__} has no argument {key!r}{at_user()}: {cure}")
        for key, default in self.parameters.items():
            value = values.get(key)
            value = default if value is None else value
            if isinstance(value, str) and value == default:
                value = getattr(self, value)()
            bounds = {"above": 0.0} if key in self.positive else {}
            # Exponents that are whole numbers stay so: they are multiplications.
            is_exponent = type(default) is type(value) is int
            setattr(self, key, value if is_exponent else as_parameter(value, self.varshape, key, **bounds))
        self._starts = {}
        for name, key in initializers.items():
            value = values.get(name)
            if isinstance(value, str):
                what = "a number, an array, an Initializer or a function of the shape"
                raise checks.wrong(name, value, what, checks.no_number(value))
            self._starts[key] = self.starts[key] if value is None else value

    def _start(self) -> None:
        """Every variable of ``starts`` at its start."""
        for key, start in self._starts.items():
            as_variable(self, key, getattr(self, start)() if isinstance(start, str) else start)


def signature(cls: type[Parametrized]) -> inspect.Signature:
    """What a call of a class takes, for people who ask for help."""
    given = list(inspect.signature(cls.__init__).parameters.values())[1:]
    if not any(p.kind is p.VAR_KEYWORD for p in given):
        return inspect.Signature(given)  # a class of a user's own, which says all that it takes
    named = {key: None if isinstance(value, str) else value for key, value in cls.parameters.items()}
    named |= {initializer(key): None if isinstance(start, str) else start for key, start in cls.starts.items()}
    named |= cls.options()
    own = {p.name for p in given}
    more = [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=value)
        for key, value in named.items()
        if key not in own
    ]
    fixed = [p for p in given if p.kind is not p.VAR_KEYWORD]
    place = next((k for k, p in enumerate(fixed) if p.kind is p.KEYWORD_ONLY), len(fixed))
    return inspect.Signature([*fixed[:place], *more, *fixed[place:]])
