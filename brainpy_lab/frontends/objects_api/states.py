"""The state of a whole model, kept in memory or in a file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelUseError
from .base import DynamicalSystem


def _path(filename: Any) -> Path:
    what = "the name of a file"
    return Path(checks.instance("filename", filename, (str, Path), what, "Give a text, 'model.npz', say."))


def _model(model: Any, what: str) -> DynamicalSystem:
    if not isinstance(model, DynamicalSystem):
        raise checks.wrong("target", model, "a DynamicalSystem", "Give a model.", of=what)
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
    checks.instance("state_dict", state_dict, dict, "a dict that save_state made", "Give {'E0': {'V': values}}, say.")
    checks.flag("warn", warn)
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
    path = _path(filename)
    if path.suffix not in ("", ".npz"):
        raise checks.wrong("filename", filename, "the name of a file that ends in .npz", "Give 'model.npz', say.")
    np.savez(path.with_suffix(".npz"), **held)


def load_states(target: DynamicalSystem, filename: str, verbose: bool = False) -> None:
    """Read all variables from a file that `save_states` wrote.

    Raises
    ------
    ModelUseError
        When the file is not there, or holds other variables than the model.
    """
    path = _path(filename).with_suffix(".npz")
    checks.flag("verbose", verbose)
    if not path.exists():
        raise ModelUseError(f'"filename": there is no file {str(path)!r}. Call save_states first, which writes one.')
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
