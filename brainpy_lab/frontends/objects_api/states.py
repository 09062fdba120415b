"""The state of a whole model, kept in memory or in a file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ModelUseError, ModelValueError
from .base import DynamicalSystem


def _model(model: Any, what: str) -> DynamicalSystem:
    if not isinstance(model, DynamicalSystem):
        raise ModelValueError(f'"target" of {what} must be a DynamicalSystem, but got {type(model).__name__}.')
    return model


def reset_state(target: DynamicalSystem, *args: Any, **kwargs: Any) -> None:
    """Take a model and all its parts back to the start."""
    _model(target, "reset_state").reset(*args, **kwargs)


def clear_input(target: DynamicalSystem, *args: Any, **kwargs: Any) -> None:
    """Let a model and all its parts forget what has flown in."""
    for node in _model(target, "clear_input").nodes().unique().values():
        node.clear_input(*args, **kwargs)


def save_state(target: DynamicalSystem, **kwargs: Any) -> dict[str, dict[str, np.ndarray]]:
    """Copies of all variables: name of the part -> variable -> array."""
    return {node.name: node.save_state(**kwargs) for node in _model(target, "save_state").nodes().unique().values()}


def load_state(target: DynamicalSystem, state_dict: dict, warn: bool = True, **kwargs: Any):
    """Take all variables from copies that `save_state` made.

    Returns
    -------
    missing, unexpected : list of str
        Variables, as ``part.variable``, that the copies lack, or that the model has not.
    """
    missing, unexpected = [], []
    nodes = {node.name: node for node in _model(target, "load_state").nodes().unique().values()}
    for name, node in nodes.items():
        lacks, more = node.load_state(state_dict.get(name, {}), **kwargs)
        missing += [f"{name}.{key}" for key in lacks]
        unexpected += [f"{name}.{key}" for key in more]
    unexpected += [f"{name}.{key}" for name in state_dict if name not in nodes for key in state_dict[name]]
    if warn and (missing or unexpected):
        warnings.warn(
            f"load_state: missing are {missing or 'none'}, unexpected are {unexpected or 'none'}",
            UserWarning,
            stacklevel=2,
        )
    return missing, unexpected


def save_states(target: DynamicalSystem, filename: str) -> None:
    """Write all variables into a file, by the paths that lead to them, so that another process can read them."""
    held = {
        path: variable.numpy() for path, variable in _model(target, "save_states").vars("relative").unique().items()
    }
    path = Path(filename)
    if path.suffix not in ("", ".npz"):
        raise ModelValueError(f'"filename" must end in .npz, but got {filename!r}.')
    np.savez(path.with_suffix(".npz"), **held)


def load_states(target: DynamicalSystem, filename: str, verbose: bool = False) -> None:
    """Read all variables from a file that `save_states` wrote.

    Raises
    ------
    ModelUseError
        When the file is not there, or holds other variables than the model.
    """
    path = Path(filename).with_suffix(".npz")
    if not path.exists():
        raise ModelUseError(f"there is no file {str(path)!r}: save_states writes one.")
    held = _model(target, "load_states").vars("relative").unique()
    with np.load(path) as stored:
        if set(stored.files) != set(held):
            lacks, more = sorted(set(held) - set(stored.files)), sorted(set(stored.files) - set(held))
            raise ModelUseError(
                f"{str(path)!r} is of another model: it lacks {lacks or 'nothing'} and has besides {more or 'nothing'}."
            )
        for key, variable in held.items():
            variable.value = stored[key]
            if verbose:
                print(f"loaded {key}, shape {variable.shape}")
