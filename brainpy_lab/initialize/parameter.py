"""`parameter`: what a model makes of an argument that is a number, an array or a rule."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelValueError
from .base import as_shape


def parameter(value, shape, allow_none=True, allow_scalar=True, name="parameter"):
    """The number or the array that an argument stands for.

    Parameters
    ----------
    value : float, array, Initializer, callable or None
        A rule is called with the shape.
    shape : int or tuple of int
        Of the array.
    allow_none : bool
        Whether None may be given, and is given back.
    allow_scalar : bool
        Whether a number, or an array of one, stays a number. Otherwise it fills an array.
    name : str
        How messages call the argument.

    Returns
    -------
    float, int, bool, ndarray of shape `shape`, or None
        An array that was given is not copied.

    Raises
    ------
    ModelValueError
        When it is none of these, or has another shape.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.init.parameter(2.0, 3), bp.init.parameter(bp.init.OneInit(5.), 3), bp.init.parameter(lambda n: [1, 2, 3], 3)
    (2.0, array([5., 5., 5.]), array([1, 2, 3]))
    """
    checks.text("name", name)
    checks.flag("allow_none", allow_none)
    checks.flag("allow_scalar", allow_scalar)
    shape = as_shape(shape)
    expected = f"a number, an array of shape {shape}, an Initializer or a function of the shape"
    if value is None:
        if allow_none:
            return None
        raise checks.wrong(name, None, expected, "Give one of them.")
    if isinstance(value, type):
        raise ModelValueError(
            f'"{name}" must be {expected}, but got the class {value.__name__}: write {value.__name__}().'
        )
    made = value(shape) if callable(value) else value
    try:
        array = np.asarray(made)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        if callable(value):
            what = f"{checks.shown(value)} made {checks.shown(made)}"
            raise ModelValueError(f'"{name}" must be {expected}, but {what}. Let it return numbers.')
        raise checks.wrong(name, made, expected, checks.no_number(made, several=True))
    if array.dtype.kind == "f" and np.isnan(array).any():
        if array.ndim == 0:
            raise checks.wrong(name, array.item(), expected, "Give a number.")
        place = np.argwhere(np.isnan(array))[0].tolist()
        raise ModelValueError(
            f'"{name}" must be {expected}, but has nan at {place[0] if len(place) == 1 else place}. Give numbers.'
        )
    if array.ndim == 0 or array.shape == (1,) != shape:
        number = array.item()
        return number if allow_scalar else np.full(shape, number)
    if array.shape != shape:
        what = f"{checks.shown(value)} made an array" if callable(value) else "got one"
        raise ModelValueError(f'"{name}" must be {expected}, but {what} of shape {array.shape}. Give that shape.')
    return array
