"""Checks of what a person passes to a public call.

Each check returns the value in a plain form, or raises an error that names the argument, what was passed, what is
expected and what to do, in one form for all: ``"dt" must be a number of ms above 0, but got '0.1'. Write 0.1 without
quotes.``
"""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Iterable

import numpy as np

from .errors import ModelError, ModelKeyError, ModelValueError

LONGEST = 100  # characters of a value in a message
MOST = 2**31 - 1  # no machine holds more neurons


def shown(value) -> str:
    """A value as a message shows it: on one line, a large array by its type and shape."""
    if isinstance(value, np.ndarray) and value.size > 8:
        return f"an array of {value.dtype} of shape {value.shape}"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a repr that fails, as that of an int of 5000 digits does
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def wrong(
    name: str, value, expected: str, cure: str, error: type[ModelError] = ModelValueError, *, of: str = ""
) -> ModelError:
    """The error for an argument of `of`; `cure` is a sentence."""
    return error(f'"{name}"{of and f" of {of}"} must be {expected}, but got {shown(value)}. {cure}')


def near(name, known: Iterable, give: str = "") -> str:
    """What to write in the place of a name that nobody knows: a near one, or `give` with the list of all."""
    names = [str(one) for one in known]
    close = difflib.get_close_matches(str(name), names, n=1)
    if close:
        return f'Did you mean "{close[0]}"? Write that name.'
    if not names:
        return "There are none: leave it out."
    return f"{give} {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}." if give else "Name one of them."


# -- single values --------------------------------------------------------------------------------------------------


def number(
    name: str,
    value,
    *,
    unit: str = "",
    above: float | None = None,
    low: float | None = None,
    high: float | None = None,
    finite: bool = True,
    error: type[ModelError] = ModelValueError,
) -> float:
    """A number within bounds, as a float; infinite only without `finite`."""
    expected = "a finite number" if finite and above is low is high is None else "a number"
    expected += (f" of {unit}" if unit else "") + _range(above, low, high)
    plain = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    if not is_number(plain):
        raise wrong(name, value, expected, no_number(plain), error)
    try:
        found = float(plain)
    except OverflowError:
        found = math.inf
    if math.isnan(found) or finite and math.isinf(found):
        raise wrong(name, value, expected, "Give a finite number." if finite else "Give a number.", error)
    if not ((above is None or found > above) and (low is None or found >= low) and (high is None or found <= high)):
        raise wrong(name, value, expected, f"Give a number{_range(above, low, high)}.", error)
    return found


def count(
    name: str, value, what: str = "", *, low: int = 1, high: int = MOST, error: type[ModelError] = ModelValueError
) -> int:
    """A whole number within bounds, as an int. A float is refused even when it is whole."""
    expected = "a whole number" + (f" of {what}" if what else "") + f", {low} or more"
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        if is_number(value) and float(value).is_integer():
            cure = f"Write {float(value):.0f}, or int(...) around a number that was computed."
        else:
            cure = "Give a whole number." if is_number(value) else no_number(value, int)
        raise wrong(name, value, expected, cure, error)
    if value < low:
        raise wrong(name, value, expected, f"Give {low} or more.", error)
    if value > high:
        raise wrong(name, value, expected, f"Give at most {high}.", error)
    return int(value)


def seed(name: str, value, high: int = 2**32 - 1) -> int:
    """A seed of random numbers; programs use 32 bits of it."""
    return count(name, value, low=0, high=high)


def flag(name: str, value, error: type[ModelError] = ModelValueError) -> bool:
    """True or False."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise wrong(name, value, "True or False", "Write True or False, without quotes.", error)


def text(name: str, value, what: str = "a text", error: type[ModelError] = ModelValueError) -> str:
    """A string."""
    if isinstance(value, str):
        return value
    raise wrong(name, value, what, "Give a text in quotes.", error)


FORMATS = frozenset("bmp csv eps gif htm html jpeg jpg json nwb pdf png py svg tif tiff txt webp xlsx".split())
"""Ends of names that promise what a file holds."""


def path(name: str, value, ends: str = "", error: type[ModelError] = ModelValueError):
    """A path in a folder that exists; of a file whose name does not promise another format than those in `ends`."""
    from pathlib import Path

    if not isinstance(value, str | Path) or not str(value).strip():
        raise wrong(name, value, "the path of a file", "Write a text such as 'lab.json'.", error)
    found = Path(value).expanduser()
    if not found.parent.is_dir():
        raise wrong(
            name, str(value), "a path in a folder that exists", f"Make the folder {str(found.parent)!r} first.", error
        )
    if found.is_dir():
        raise wrong(name, str(value), "the path of a file, not of a folder", "Add the name of a file.", error)
    if ends and found.suffix[1:].lower() in FORMATS.difference(ends.split()):
        fixed = str(found.with_suffix(f".{ends.split()[0]}"))
        expected = "the path of a file that ends with " + " or ".join(f".{end}" for end in ends.split())
        raise wrong(name, str(value), expected, f"No other format is written: give {fixed!r}.", error)
    return found


def identifier(name: str, value, error: type[ModelError] = ModelValueError) -> str:
    """A name that Python code may have."""
    if isinstance(value, str) and value.isidentifier():
        return value
    raise wrong(name, value, "an identifier", "Choose a word of letters, digits and _.", error)


def key(name: str, value, known: Iterable | None = None, what: str = "", error: type[ModelError] = ModelKeyError):
    """A key of a dict; one of those that are known, where there are some."""
    try:
        is_there = known is None or value in list(known) and hash(value) is not None
        hash(value)
    except TypeError:
        raise wrong(name, value, "a key that can be looked up", "Give a text, say.", error) from None
    if not is_there:
        raise wrong(name, value, what or "a key that is there", near(value, known or (), "Choose one of"), error)
    return value


def choice(name: str, value, known: Iterable[str], error: type[ModelError] = ModelValueError) -> str:
    """One of some words."""
    known = list(known)
    if isinstance(value, str) and value in known:
        return value
    expected = "one of " + ", ".join(f'"{one}"' for one in known)
    raise wrong(name, value, expected, near(value, known), error)


def instance(name: str, value, kinds, what: str, cure: str, error: type[ModelError] = ModelValueError, *, of: str = ""):
    """An object of one of some classes."""
    if isinstance(value, kinds):
        return value
    raise wrong(name, value, what, cure, error, of=of)


def dtype(name: str, value, default) -> np.dtype:
    """A NumPy type of numbers or truth values; None is the default."""
    try:
        found = np.dtype(default if value is None else value)
    except TypeError:
        found = np.dtype(object)
    if found.kind not in "biuf":
        raise wrong(name, value, "a NumPy type of numbers or truth values", "Give bool or float, say.")
    return found


def function(name: str, value, what: str = "a function", error: type[ModelError] = ModelValueError):
    """Something that can be called."""
    if callable(value):
        return value
    raise wrong(name, value, what, "Give a function, without calling it.", error)


def axes(name: str, value):
    """Axes of matplotlib to draw on, or None."""
    if value is not None:
        from matplotlib.axes import Axes

        if not isinstance(value, Axes):
            raise wrong(name, value, "axes of matplotlib", "Give fig.add_subplot(gs[0, 0]), say, or leave it out.")
    return value


# -- several values -------------------------------------------------------------------------------------------------


def array(
    name: str,
    value,
    what: str = "a number or an array of numbers",
    *,
    ndim: int | None = None,
    above: float | None = None,
    low: float | None = None,
    high: float | None = None,
    finite: bool = True,
    copy: bool = True,
    error: type[ModelError] = ModelValueError,
) -> np.ndarray:
    """Numbers within bounds, as float64, never NaN; infinite only without `finite`, the caller's own without `copy`."""
    what += _range(above, low, high)
    found = _as_array(name, value, what, error)
    if found.dtype.kind not in "iuf" and found.size and not (found.dtype.kind == "b" and found.ndim):
        raise wrong(name, value, what, no_number(value, several=True), error)
    if ndim is not None and found.ndim != ndim:
        form = ("one number", "a plain list, shape (n,)", "a table, shape (n_rows, n_columns)")[ndim]
        raise wrong(name, value, what, f"Its shape is {found.shape}: give {form}.", error)
    found = found.astype(np.float64, copy=copy)
    bad = np.isnan(found) if not finite else ~np.isfinite(found)
    give = "Give a" if found.ndim == 0 else "Give"
    give += (" finite" if finite else "") + (" number" if found.ndim == 0 else " numbers")
    if bad.any():
        raise _wrong_entry(name, found, bad, what, f"{give}.", error)
    outside = np.zeros(found.shape, bool)
    for bound, is_outside in ((above, np.less_equal), (low, np.less), (high, np.greater)):
        if bound is not None:
            outside |= is_outside(found, bound)
    if outside.any():
        raise _wrong_entry(name, found, outside, what, f"{give}{_range(above, low, high)}.", error)
    return found


def indices(
    name: str, value, what: str = "neurons", *, n: int | None = None, ndim: tuple[int, ...] = (1,)
) -> np.ndarray:
    """Indices of things that are counted from 0, as int64; with `n` each of 0 to n - 1."""
    expected = f"indices of {what}, ints from 0" + (f" to {n - 1}" if n is not None else " on")
    found = _as_array(name, value, expected, ModelValueError)
    found = found.astype(np.int64) if found.size == 0 and found.dtype.kind != "O" else found
    if found.dtype.kind not in "iu":
        raise wrong(name, value, expected, "Give ints.")
    if found.ndim not in ndim:
        form = "a list of them" if ndim == (1,) else "a list of them, or a table for a sheet"
        raise wrong(name, value, expected, f"Its shape is {found.shape}: give {form}.")
    outside = (found < 0) | (found >= (n if n is not None else np.inf))
    if outside.any():
        raise _wrong_entry(name, found, outside, expected, "Leave that one out.")
    return found.astype(np.int64, copy=False)


def table(name: str, value, *, nan: bool = False) -> np.ndarray:
    """A recording: numbers of shape (n_steps, n), in the type that they have."""
    what = "an array of numbers of shape (n_steps, n)"
    cure = "Give what a monitor recorded, such as group.mon.V."
    found = _as_array(name, value, what, ModelValueError)
    if found.ndim != 2 or found.dtype.kind not in "biuf":
        told = f"{what}, but is {found.dtype} of shape {found.shape}"
        raise ModelValueError(f'"{name}" must be {told}: {shown(value)}. {cure}')
    if not nan and found.dtype.kind == "f" and (bad := np.isnan(found)).any():
        row, column = np.argwhere(bad)[0]
        raise ModelValueError(
            f'"{name}" must be {what}, but has NaN in row {row}, column {column}. Leave out the rows where it is not '
            "known."
        )
    return found


def times_of_rows(name: str, value, n: int, other: str) -> np.ndarray:
    """The time of each row of a recording called `other`."""
    found = array(name, value, f'the times of the rows of "{other}", ms', ndim=1)
    if len(found) != n:
        raise ModelValueError(f'"{name}" has {len(found)} entries, but "{other}" has {n} rows. Give one for each row.')
    return found


def pair(name: str, value, what: str, error: type[ModelError] = ModelValueError) -> tuple:
    """Two things."""
    if isinstance(value, list | tuple) and len(value) == 2 or isinstance(value, np.ndarray) and value.shape == (2,):
        return value[0], value[1]
    raise wrong(name, value, what, "Give two of them, as in (a, b).", error)


def listed(name: str, value, what: str, error: type[ModelError] = ModelValueError) -> list:
    """A list, a tuple or an array, as a list."""
    if isinstance(value, list | tuple | range) or isinstance(value, np.ndarray) and value.ndim:
        return list(value)
    raise wrong(name, value, what, "Put it into a list, as in [...].", error)


def mapping(name: str, value, what: str, error: type[ModelError] = ModelValueError) -> dict:
    """A dict whose keys are strings; None is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong(name, value, f"a dict of {what}", "Write {'name': value, ...}.", error)
    for key in value:
        if not isinstance(key, str):
            raise wrong(name, value, f"a dict of {what}", f"Write the name {key!r} as a text in quotes.", error)
    return value


def items(name: str, args: tuple, kwargs: dict) -> dict:
    """What ``dict(*args, **kwargs)`` takes, as a dict."""
    try:
        return dict(*args, **kwargs)
    except (TypeError, ValueError):
        shown_args = args[0] if len(args) == 1 else args
        raise wrong(name, shown_args, "a dict, or pairs of key and value", "Write {'name': value}.") from None


# -- how ------------------------------------------------------------------------------------------------------------


def is_number(value) -> bool:
    """Whether it is a real number; a truth value is none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _range(above, low, high) -> str:
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if above is not None:
        return f" above {above:g}" + (f", at most {high:g}" if high is not None else "")
    return f", {low:g} or more" if low is not None else f", {high:g} at most" if high is not None else ""


def no_number(value, kind=float, several: bool = False) -> str:
    """What to write instead of something that is no number."""
    if isinstance(value, str):
        try:
            return f"Write {kind(value)!r} without quotes."
        except ValueError:
            return "Give a number instead of a text."
    if isinstance(value, bool | np.bool_):
        return "Give a number instead of a truth value."
    if isinstance(value, list | tuple | np.ndarray):
        return "Give numbers, without quotes." if several else "Give a single number."
    return "Give a number."


def _as_array(name: str, value, what: str, error) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:  # rows of different lengths
        raise wrong(name, value, what, "Give rows of one length.", error) from None


def _wrong_entry(name, found: np.ndarray, bad: np.ndarray, what: str, cure: str, error=ModelValueError) -> ModelError:
    """The error for a number, or for the first wrong entry of an array."""
    if found.ndim == 0:
        return wrong(name, float(found), what, cure, error)
    place = np.argwhere(bad)[0].tolist()
    index = place[0] if len(place) == 1 else place
    return error(f'"{name}" must be {what}, but has {found[tuple(place)]:g} at {index}. {cure}')
