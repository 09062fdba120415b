"""What a row of the tables says, and the values that are wrong for each kind of argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

nan, inf = float("nan"), float("inf")
HUGE = 10**400


@dataclass
class Call:
    """One public call.

    Parameters
    ----------
    name : str
        As in `public.calls`.
    good : dict, or callable that makes one
        Arguments with which the call works.
    bad : dict
        Argument -> values that it cannot have.
    on : callable, optional
        Makes the object of which the method is called.
    free : dict of str to str
        Argument -> why any value is good, or who refuses it.
    args : tuple
        Of the good call: what has no name.
    """

    name: str
    good: dict | Callable[[], dict] = field(default_factory=dict)
    bad: dict[str, list] = field(default_factory=dict)
    on: Callable[[], object] | None = None
    free: dict[str, str] = field(default_factory=dict)
    args: tuple = ()

    def __str__(self) -> str:
        return self.name


@dataclass
class Wrong:
    """A wrong value of which the message shows something else than its ``repr``, or which is passed in another way.

    Parameters
    ----------
    value : object
    shows : str
        What the message says of it.
    says : str, optional
        What the message calls the argument.
    args : tuple, optional
        The whole call, for arguments that have no name.
    """

    value: object = None
    shows: str | None = None
    says: str | None = None
    args: tuple | None = None
    kwargs: dict | None = None

    def __repr__(self) -> str:
        return repr(self.value if self.args is None and self.kwargs is None else (self.args, self.kwargs))


# A number: not as text, not a truth value, not several, finite.
NUMBER = ["0.5", "two", nan, inf, -inf, True, [0.5, 1.0], {}, HUGE]
NEEDED = [None]
NOT_NEGATIVE = [*NUMBER, -0.5]
POSITIVE = [*NOT_NEGATIVE, 0]
SHARE = [*NOT_NEGATIVE, 1.5]
COUNT = ["3", "three", 0, -2, 2.5, nan, True, [3], HUGE]
SEED = ["1", -1, 2.5, True, HUGE]
FLAG = ["True", 1, 0, 0.5, [True]]
TEXT = [3, ["a"], True]
FUNCTION = [3, "f", [len]]
RAGGED = [[1.0], [1.0, 2.0]]
TABLE = ["V", 3.0, [1.0, 2.0], [["a"]], {}, RAGGED]
# Ready models: an array may hold a value per neuron, and infinity may switch something off.
PARAMETER = ["10.", "ten", nan, None, True, {}, [1.0, nan]]
ABOVE_0 = [*PARAMETER, 0, -1.0]
METHOD = ["eulre", 4, True]
