"""The text of a ``%%brainpy`` cell -> a model: the equations front end.

The same text works in a notebook (``%%brainpy neuron FHN``) and in a script (``bp.neuron(text, 'FHN')``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import checks
from ..errors import IntegratorError, ModelDefError
from ..ir.model import Model
from ..passes.integrate import ALIASES, methods_for_noise
from .cells.build import build
from .cells.build_synapse import build_synapse
from .cells.checks import check, has_noise, sort_statements
from .cells.network import NetworkCell, NetworkSlider, rewrite_network
from .cells.rules import RULES
from .cells.source import Mistake, Problems, Source
from .cells.statements import StatementReader, method_problem, parse
from .cells.symbols import Symbols
from .cells.synapse_statements import SynapseReader
from .cells.words import METHODS, name_problem

if TYPE_CHECKING:
    from .types_api import NeuType, SynType

__all__ = [
    "NetworkCell",
    "NetworkSlider",
    "name_problem",
    "neuron",
    "read_neuron",
    "read_synapse",
    "rewrite_network",
    "synapse",
]


def read_neuron(
    text: str, name: str, *, method: str | None = None, cell: str | None = None, first_line: int = 1
) -> Model:
    """Read the text of a neuron cell.

    Parameters
    ----------
    text : str
        The statements, without the magic's own line.
    name : str
        Name of the model.
    method : str, optional
        Integration method when the text has no ``method`` line; by default 'rk4', with xi 'euler'.
    cell : str, optional
        What errors call the text, for example ``Cell In[2]``; by default ``neuron 'NAME'``.
    first_line : int
        The number that errors give the first line of `text`.

    Returns
    -------
    ir.Model
        States: those of the equations in order, those that only events change, 'input', 'spike' (with
        ``spike when``), 't_last_spike' (with ``refractory``; float64, ms). One step, 'update'.

    Raises
    ------
    CellError
        The text breaks a rule. ``problems`` holds every mistake found, ``rule`` the name of the first one's rule.
    ModelDefError
        `name` cannot name a model.
    IntegratorError
        `method` does not exist, or cannot integrate noise.
    """
    return _read("neuron", StatementReader, build, text, name, method, cell, first_line)


def read_synapse(
    text: str, name: str, *, method: str | None = None, cell: str | None = None, first_line: int = 1
) -> Model:
    """Read the text of a synapse cell.

    Parameters are those of `read_neuron`, and so are the errors; the method is 'exponential' by default.

    Returns
    -------
    ir.Model
        States of an edge: those of the equations in order, those that only events change, and 'spike' (with
        ``on spike:``), which is 1 in the step in which a presynaptic spike arrives. One step, 'update'.
    """
    return _read("synapse", SynapseReader, build_synapse, text, name, method, cell, first_line)


def _read(kind: str, reader, builder, text, name, method, cell, first_line) -> Model:
    checks.text("text", text, "the text of a cell", ModelDefError)
    refusal = name_problem(name)
    if refusal:
        raise ModelDefError(refusal)
    if cell is not None:
        checks.text("cell", cell, "what errors call the text", ModelDefError)
    checks.count("first_line", first_line)
    if method is not None:
        _check_method(method)
        method = ALIASES.get(method, method)
    source = Source(text, cell or f"{kind} '{name}'", first_line)
    problems = Problems(source, kind)
    statements, lost = parse(source, problems, reader)
    parts = sort_statements(statements, problems)
    symbols = Symbols(statements, lost, problems)
    check(parts, symbols, problems, lost, name)
    if parts.method and method and parts.method.name != method:
        problems.add("method-conflict", parts.method.span, line_method=parts.method.name, option_method=method)
    problems.raise_if_any()
    if method is not None and has_noise(parts) and not METHODS[method]:
        rule = RULES["noise-method"]
        choices = ", ".join(methods_for_noise())
        raise IntegratorError(f"{rule.message.format(method=method)}; choose one of {choices}", place=source.cell)
    try:
        return builder(name, parts, symbols, problems, method)
    except Mistake:
        problems.raise_if_any()
        raise


def neuron(text: str, name: str, *, method: str | None = None, cell: str | None = None, first_line: int = 1) -> NeuType:
    """A neuron model from the text of a ``%%brainpy neuron`` cell.

    Parameters are those of `read_neuron`, and so are the errors.

    Returns
    -------
    NeuType
        In vector mode; its ``ir`` is the model that was read.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> LIF = bp.neuron('''
    ... dv/dt = (-v + I)/tau
    ... input I = 1.5
    ... tau = 10 ms
    ... spike when v > 1
    ... reset v = 0
    ... ''', 'LIF')
    """
    model = read_neuron(text, name, method=method, cell=cell, first_line=first_line)
    from .types_api import NeuType

    return NeuType.from_model(model)


def synapse(
    text: str, name: str, *, method: str | None = None, cell: str | None = None, first_line: int = 1
) -> SynType:
    """A synapse model from the text of a ``%%brainpy synapse`` cell.

    Parameters are those of `read_synapse`, and so are the errors.

    Returns
    -------
    SynType
        In scalar mode; its ``ir`` is the model that was read. A ``delay`` line is the delay of connections that name
        none.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> AMPA = bp.synapse('''
    ... ds/dt = -s/tau
    ... tau = 2 ms; g = 0.1 uS; E = 0 mV
    ... on spike: s += 1
    ... post.input += g*s*(E - post.V)
    ... ''', 'AMPA')
    """
    model = read_synapse(text, name, method=method, cell=cell, first_line=first_line)
    from .types_api import SynType

    return SynType.from_model(model)


def _check_method(method: str) -> None:
    checks.text("method", method, "the name of a method", IntegratorError)
    problem = method_problem(method)
    if problem:
        rule = RULES[problem[0]]
        raise IntegratorError(f"{rule.message.format(method=method)}; {problem[1] or rule.advice}")
