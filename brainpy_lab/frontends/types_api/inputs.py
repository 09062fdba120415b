"""What `inputs=` of a run may say, and what flows where because of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import checks
from ...errors import ModelKeyError, ModelUseError
from .monitors import attribute_array, holder_of

OPERATIONS = ["-", "+", "x", "*", "/", "="]


@dataclass(frozen=True, eq=False)
class EventTimes:
    """The value of an input that sets elements to 1 at given times.

    ``rows`` is float64, shape (n_events, 2), sorted by the first column: time (ms) and element.
    """

    rows: np.ndarray


@dataclass(frozen=True, eq=False)
class InputSpec:
    """``key op= value`` at the 'input' slot of `owner`."""

    owner: object
    key: str
    value: object
    op: str


def read_group_inputs(group, inputs) -> list[InputSpec]:
    """Understand ``(key, value[, op])`` or a list of those."""
    if not _some(inputs):
        return []
    flat = isinstance(inputs[0], str)
    return _distinct([_spec(group, item) for item in ([inputs] if flat else inputs)])


def read_network_inputs(network, inputs) -> list[InputSpec]:
    """Understand ``(target, key, value[, op])`` or a list of those; the target is an object or its name."""
    from .group_base import Ensemble

    if not _some(inputs):
        return []
    first = inputs[0]
    flat = isinstance(first, (Ensemble, str)) or hasattr(first, "source")
    specs = []
    for item in [inputs] if flat else inputs:
        if not isinstance(item, (list, tuple)) or len(item) not in (3, 4):
            raise ModelUseError(
                f"Each input of a network is (target, key, value[, operation]), but got {checks.shown(item)}. Write "
                '"inputs" as one of those, or a list of them.'
            )
        specs.append(_spec(_target(network, item[0]), item[1:]))
    return _distinct(specs)


def _some(inputs) -> bool:
    if inputs is None:
        return False
    if not isinstance(inputs, (list, tuple)):
        raise checks.wrong("inputs", inputs, "a tuple or a list", "Write ('ST.input', value), or a list of those.")
    return len(inputs) > 0


def _target(network, target):
    if isinstance(target, str):
        if target in network.objects:
            return network.objects[target]
    elif any(target is item for item in network.members):
        return target
    known = ", ".join(item.name for item in network.members)
    raise ModelKeyError(
        f'Unknown input target: {target}. The objects of this network are: {known}. Name one of them in "inputs".'
    )


def _spec(owner, item) -> InputSpec:
    if not isinstance(item, (list, tuple)) or len(item) not in (2, 3):
        raise ModelUseError(
            f'Each input of "{owner.name}" is (key, value[, operation]), but got {checks.shown(item)}. Write "inputs" '
            "as one of those, or a list of them."
        )
    key, value = item[0], item[1]
    op = item[2] if len(item) == 3 else "+"
    if not isinstance(key, str):
        raise checks.wrong(
            "inputs", item, "made of a key, a value and an operation", 'The key is a text: write "ST.input".'
        )
    if not isinstance(value, (int, float, np.number, np.ndarray)):
        raise ModelUseError(
            f'The value of input "{key}" of "{owner.name}" must be a number or an ndarray, but got '
            f"{type(value).__name__}: {checks.shown(value)}. Give a number, or put np.array(...) around it."
        )
    if not isinstance(op, str) or op not in OPERATIONS:
        raise ModelUseError(
            f'Input operation only support "{OPERATIONS}", not "{op}". Write one of them as the last item of the input '
            f'"{key}" of "{owner.name}".'
        )
    checks.array(f"inputs: {key} of {owner.name}", value, "real numbers", copy=False)
    return InputSpec(owner, key, value, "*" if op == "x" else op)


def _distinct(specs: list[InputSpec]) -> list[InputSpec]:
    seen = set()
    for spec in specs:
        mark = (id(spec.owner), spec.key)
        if mark in seen:
            raise ModelUseError(
                f'Only support assignment for each key once. "{spec.key}" of "{spec.owner.name}" is given twice: '
                "add the values together."
            )
        seen.add(mark)
    return specs


def input_field(spec: InputSpec) -> tuple[object, str]:
    """The object and the field that an input changes."""
    holder, field = holder_of(spec.owner, spec.key)
    model = holder.model.ir
    if field == "input" and takes_no_input(model):
        raise ModelUseError(f"{model.name} takes no input: write 'input I = ...'.")
    if field in holder.ST:
        return holder, field
    if isinstance(getattr(holder, field, None), np.ndarray):
        if attribute_array(holder, field).dtype.kind != "f":
            raise ModelUseError(
                f'"{holder.name}.{field}" holds {getattr(holder, field).dtype} numbers, and an input would be cut to '
                "fit: make it an array of floats."
            )
        return holder, field
    raise ModelUseError(
        f'"{holder.name}.ST" doesn\'t have "{field}" field. Its fields are {list(holder.ST._vars)}. Name one of them '
        'in "inputs".'
    )


def takes_no_input(model) -> bool:
    """Whether a model was written as a text that names nothing that comes from outside."""
    return bool(model.source) and model.kind == "neuron" and not model.input_name


def input_source(
    spec: InputSpec, num: int, n_steps: int | None, dtype, sheet: tuple[int, ...] = ()
) -> tuple[str, float | np.ndarray]:
    """How a value enters: 'number', 'array' (num,), 'series' (n_steps,), 'table' (n_steps, num) or 'events'.

    An array whose first dimension is the number of steps is taken step by step. A constant vector for as many neurons
    as there are steps is told apart by the shape (1, num). With ``n_steps=None`` (a live session) an array is a
    series unless it has one value per element. What has two dimensions (`sheet`: the states of a matrix synapse, the
    neurons of a sheet) takes values in that shape too, in the shape (1, height, width) where there are as many steps as
    rows.
    """
    if isinstance(spec.value, EventTimes):
        return "events", spec.value.rows
    array = np.asarray(spec.value)
    if array.ndim == 0:
        return "number", float(array)
    if array.dtype.kind not in "biuf":
        raise ModelUseError(
            f'Input "{spec.key}" of "{spec.owner.name}" must hold real numbers, but its dtype is {array.dtype}.'
        )
    per_step = array.size // max(array.shape[0], 1)
    if n_steps is None:
        is_series = array.size not in (1, num) and per_step in (1, num)
    else:
        is_series = array.shape[0] == n_steps
    array = np.ascontiguousarray(array, dtype=dtype)
    of_one_step = array.shape
    if is_series or len(of_one_step) > 2 and of_one_step[0] == 1:  # (1, height, width) is (height, width) in every step
        of_one_step = of_one_step[1:]
    if len([n for n in of_one_step if n > 1]) > 1 and of_one_step != sheet:  # as many numbers, but of other elements
        raise _misshapen(spec, num, n_steps, sheet)
    if is_series and per_step == 1:
        return "series", array.reshape(-1)
    if is_series and per_step == num:
        return "table", array.reshape(array.shape[0], num)
    if not is_series and array.size == 1:
        return "number", float(array.reshape(-1)[0])
    if not is_series and array.size == num:
        return "array", array.reshape(num)
    raise _misshapen(spec, num, n_steps, sheet)


def _misshapen(spec: InputSpec, num: int, n_steps: int | None, sheet: tuple[int, ...]) -> ModelUseError:
    shape = np.shape(spec.value)
    if sheet and shape == sheet and shape[0] == n_steps:
        return ModelUseError(
            f'Input "{spec.key}" of "{spec.owner.name}" has shape {shape}, and the run has {n_steps} steps: its '
            f"rows were taken for those of the steps. Give {sheet} values for every step in shape {(1, *sheet)}, "
            f"values[np.newaxis], or one for each step in shape {(n_steps, *sheet)}."
        )
    elements = f"{num} elements" + (f", in shape ({num},) or {sheet}" if sheet else "")
    return ModelUseError(
        f'Input "{spec.key}" of "{spec.owner.name}" has shape {shape}. Give a number, one value for '
        f"each of the {elements}, or one row for each of the {n_steps} steps of the run."
    )
