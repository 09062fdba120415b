"""Step functions written in Python, read into the IR.

Each function's text is parsed once and translated node by node; no text is ever replaced, so every statement and
expression knows its file, line and column. What a file of this family does:

- ``pysource_place``: the text and the places; ``pysource_scope``: free names and parameters
- ``pysource_values``, ``pysource_reader``: what a value can be while it is read, and the state of a reading
- ``pysource_expressions``, ``pysource_functions``, ``pysource_statements``: the language
- ``pysource_integrators``: differential equations and calls of integrators

A step that this language does not cover stays Python: ``pystep``, ``pystep_calls``, ``pystep_table``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType

import numpy as np

from ..errors import CodeError, ModelDefError
from ..ir.expr import Element, Field, Local
from ..ir.place import Place
from ..ir.program import Step
from ..ir.python_step import Obstacle, PythonStep
from ..ir.statements import Assign, RingPush, RingRead, Statement
from .delayed import is_delayed
from .pysource_integrators import StepReader
from .pysource_place import Source, plain_function
from .pysource_reader import ELEMENT_NAMES, SYSTEM_NAMES, Setting, WrongEverywhereError
from .pysource_values import Fixed, GroupAttribute, Known, StateRef
from .pystep import read_python_step, with_rings


@dataclass(frozen=True)
class ReadSteps:
    """What reading the steps of a model found.

    Parameters
    ----------
    steps : tuple of ir.Step
        In the order of the functions.
    params : dict
        Name -> float, or float64 array of shape (n,).
    fields : dict
        Owner ('self', 'pre', 'post') -> state -> the place where it is first used.
    delayed_fields : tuple of str
        States that delayed steps read through the delay.
    folded : dict
        Names that are fixed in the code (an integer exponent, a noise that was 0): assigning them later does nothing.
    time_fields : tuple of str
        States that hold a time, and stay float64 always.
    arguments : dict
        Step name -> its argument names.
    """

    steps: tuple[Step, ...]
    params: dict[str, float | np.ndarray]
    fields: dict[str, dict[str, Place]]
    delayed_fields: tuple[str, ...]
    folded: dict[str, float]
    time_fields: tuple[str, ...]
    arguments: dict[str, tuple[str, ...]]


def read_steps(
    functions: Sequence[Callable],
    kind: str,
    mode: str = "scalar",
    states: Sequence[str] | None = None,
    model: str = "",
    python: bool = True,
    replaced: dict[str, ast.expr] | None = None,
) -> ReadSteps:
    """Read the step functions of one model.

    Parameters
    ----------
    functions : sequence of functions
        Each ends up as one `Step` of its name.
    kind : str
        'neuron' or 'synapse'.
    mode : str
        'scalar' (the body treats one element), 'vector' or 'matrix' (the body treats whole arrays). A step that cannot
        be translated element by element, and every step of a matrix model, becomes an `ir.python_step.PythonStep`.
    states : sequence of str, optional
        The declared states; None does not check.
    model : str
        Name of the model, for messages.
    python : bool
        False makes it an error when a step cannot be translated.
    replaced : dict of str to ast.expr, optional
        Expressions that stand for parameters: wherever the steps and the functions that they call read one, and for
        the parameters of an integrator where a step calls it.

    Raises
    ------
    ModelDefError
        An undefined name or state, a parameter with two values, an assignment in a delayed step.
    CodeError
        Anything that cannot be part of a compiled step, with its line and column.
    """
    setting = Setting(kind, mode, None if states is None else tuple(states), model=model, replaced=replaced or {})
    sources = [Source(_plain(function), setting.replaced) for function in functions]
    # The delayed steps come second: what they read through the delay are the states that the others assign.
    readers: dict[int, StepReader | PythonStep] = {}
    for wanted in (False, True):
        for i, function in enumerate(functions):
            if is_delayed(function) == wanted:
                readers[i] = (_read_or_keep if python else _read_step)(setting, sources[i], wanted)
    ordinary = {name for reader in readers.values() for name in _assigned(reader)}
    through_delay = {name for reader in readers.values() for name in _late(reader) if name in ordinary}
    steps = tuple(_finished(readers[i], sources[i], through_delay) for i in range(len(sources)))
    record = setting.record
    return ReadSteps(
        steps,
        {name: seen.value for name, seen in record.params.items()},  # type: ignore[misc]
        record.fields,
        tuple(sorted(through_delay)),
        {name: seen.value for name, seen in record.folded.items() if name not in record.params},  # type: ignore[misc]
        tuple(sorted({name for reader in readers.values() for name in getattr(reader, "time_fields", ())})),
        {source.name: source.arguments for source in sources},
    )


def translate_steps(*args, **kwargs) -> ReadSteps:
    """`read_steps` of steps that can all be translated element by element; anything else is an error."""
    return read_steps(*args, **kwargs, python=False)


def _plain(function: Callable) -> FunctionType:
    plain = plain_function(function)
    if plain is None:
        raise ModelDefError(f'"steps" must be functions, not {function!r}: give functions of Python')
    return plain


def _read_or_keep(setting: Setting, source: Source, delayed: bool) -> StepReader | PythonStep:
    """Translate a step, or keep it in Python when it is no sequence of elementwise statements."""
    if setting.mode == "matrix":
        whole = "a step of mode 'matrix' treats whole matrices; write it for one synapse, in mode 'scalar'"
        return read_python_step(setting, source, delayed, Obstacle(whole, source.place(source.node)))
    record, count = setting.record, setting.sites.count
    setting.record = record.copy()
    try:
        return _read_step(setting, source, delayed)
    except WrongEverywhereError:
        raise
    except CodeError as error:
        setting.record, setting.sites.count = record, count
        reason = error.message.removeprefix(f"step {source.name!r}: ").partition(" Known functions: ")[0]
        why = Obstacle(reason.removesuffix("."), error.place)  # type: ignore[arg-type]
        return read_python_step(setting, source, delayed, why)


def _assigned(reader: StepReader | PythonStep) -> list[str]:
    if isinstance(reader, PythonStep):
        return [name for owner, name in reader.writes if owner == "self"]
    return list(reader.assigned)


def _late(reader: StepReader | PythonStep) -> list[str]:
    return list(reader.late if isinstance(reader, PythonStep) else reader.delayed_reads)


def _read_step(setting: Setting, source: Source, delayed: bool) -> StepReader:
    if delayed and setting.kind != "synapse":
        raise ModelDefError(f"step {source.name!r}: only steps of a synapse can be delayed", source.place(source.node))
    reader = StepReader(setting, source, delayed)
    if source.node.args.vararg or source.node.args.kwarg:
        reader.fail(source.node, "a step cannot take *arguments; name what it needs")
    for name in source.arguments:
        reader.frame.bindings[name] = _argument(setting, name)
    body = source.node.body
    if isinstance(body[-1], ast.Return):
        body = body[:-1]  # the value of a step is ignored
    reader.body(body)
    both = reader.post_reads.keys() & reader.folds.keys()
    if both:
        name = sorted(both)[0]
        raise CodeError(
            f"step {source.name!r}: post['{name}'] is read in a step that also adds to it, so what one synapse reads "
            f"would depend on the synapses before it; read it in an earlier step",
            reader.post_reads[name],
        )
    return reader


def _argument(setting: Setting, name: str):
    if name == "ST":
        return StateRef("self")
    if name in ("pre", "post") and setting.kind == "synapse":
        return StateRef(name)
    if name in SYSTEM_NAMES:
        return Fixed(SYSTEM_NAMES[name]())
    if name in ELEMENT_NAMES and setting.mode == "scalar":
        return Fixed(Element(ELEMENT_NAMES[name]))
    return Known(GroupAttribute(name), name)


def _finished(reader: StepReader | PythonStep, source: Source, through_delay: set[str]) -> Step:
    if isinstance(reader, PythonStep):
        return with_rings(reader, through_delay)
    reads: list[Statement] = []
    for name, place in reader.delayed_reads.items():
        local = Local(reader.delayed_local(name), place=place)
        if name in through_delay:
            reads.append(RingRead(local, name, place=place))
        else:
            reads.append(Assign(local, Field("self", name, place=place), place=place))
    pushes = [RingPush(name, place=place) for name, place in reader.assigned.items() if name in through_delay]
    body = (*reads, *reader.out, *pushes)
    is_late = any(isinstance(statement, RingRead) for statement in reads)
    return Step(source.name, body, is_late, source.place(source.node))


__all__ = ["ReadSteps", "read_steps", "translate_steps"]
