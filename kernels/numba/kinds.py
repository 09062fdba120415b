"""Kinds of values, as a function that is compiled for them asks."""

from numba.core import types


def is_whole(*kinds):
    """Whether all are whole numbers or truths."""
    return all(isinstance(kind, (types.Integer, types.Boolean)) for kind in kinds)


def is_truth(*kinds):
    """Whether all are truths."""
    return all(isinstance(kind, types.Boolean) for kind in kinds)


def is_array(kind, ndim=None):
    """Whether it is an array, of so many dimensions."""
    return isinstance(kind, types.Array) and (ndim is None or kind.ndim == ndim)
