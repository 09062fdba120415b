"""A step that stays Python: array code with indices that depend on the data, loops, what a debugger looks at.

It is the user's own syntax tree, in which everything that rounds was replaced by calls of names that start with
``bpl_``: elementary functions, powers, sums, draws, and calls of integrators. A back end says what these names are.
"""
from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .place import Place
from .program import Step
from .statements import System


@dataclass(frozen=True)
class EquationCall:
    """An integrator that a step calls as ``name(values, arguments..., <params>..., bpl_dt, bpl_at)``.

    Parameters
    ----------
    name : str
        What the step calls it.
    system : System
        One equation.
    arguments : tuple of str
        The variable, the time, and what is frozen.
    params : tuple of str
        Parameters that the equation reads.
    site : int
        Its draw site; -1 without noise.
    returns_tuple : bool
    title : str
        The user's name of it.
    """

    name: str
    system: System
    arguments: tuple[str, ...]
    params: tuple[str, ...]
    site: int
    returns_tuple: bool
    title: str


@dataclass(frozen=True)
class Obstacle:
    """Why something cannot be compiled, or whose bits are not promised, and where it stands."""

    what: str
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Piece:
    """One function of a step: the step itself, or one that it calls.

    Parameters
    ----------
    name : str
        Its name, made different from those of the others.
    tree : ast.FunctionDef
    file : str
        The file of its text, as Python knows it.
    params : frozenset of str
        Free names that are parameters of the model.
    helpers : dict
        Free name -> name of the piece that it calls.
    scope : dict
        Free name -> any other object that it stands for. Arrays are read and written where they are.
    defaults : tuple
        Default values of its last arguments.
    around : dict
        The globals of its module, for a person who looks around in a debugger.
    """

    name: str
    tree: ast.FunctionDef
    file: str
    params: frozenset[str]
    helpers: dict[str, str]
    scope: dict[str, object]
    defaults: tuple[object, ...] = ()
    around: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class PythonStep(Step):
    """A step in Python; its `body` is empty. It computes in float64; states that are float32 are rounded after it.

    Parameters
    ----------
    text : str
        The functions as they run, for comparing and showing.
    mode : str
        'array' (the body runs once, on whole arrays) or 'element' (it runs for each element, in order).
    arguments : tuple of str
        Of the step function.
    fields : tuple of (owner, state)
        States that it names.
    writes : tuple of (owner, state)
        States that it may change.
    late : tuple of str
        States of the object that it sees through the delay.
    times : tuple of str
        States of the object that it assigns a time, and which are float64 in every program.
    pushes : tuple of str
        States whose delay ring takes the new value when the step is done.
    attributes : tuple of str
        Group attributes among its arguments.
    params : tuple of str
        Parameters that it, its helpers and its integrators read.
    equations : tuple of EquationCall
    n_sites : int
        Draw sites of the object, up to those of this step.
    pieces : tuple of Piece
        The step function first.
    obstacles : tuple of Obstacle
        What makes it impossible to compile.
    strangers : tuple of Obstacle
        Calls outside the table of functions, whose bits are not promised.
    why : Obstacle, optional
        What kept it from being translated into statements, and what to write instead.
    """

    text: str = ""
    mode: str = "array"
    arguments: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    writes: tuple[tuple[str, str], ...] = ()
    late: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    pushes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    equations: tuple[EquationCall, ...] = ()
    n_sites: int = 0
    pieces: tuple[Piece, ...] = field(default=(), compare=False, repr=False)
    obstacles: tuple[Obstacle, ...] = field(default=(), compare=False)
    strangers: tuple[Obstacle, ...] = field(default=(), compare=False)
    why: Obstacle | None = field(default=None, compare=False)

    def captured(self) -> dict[str, object]:
        """Arrays that its functions know from around them: a name for each, and the array."""
        found: dict[str, object] = {}
        for number, piece in enumerate(self.pieces):
            for name, value in piece.scope.items():
                if hasattr(value, "ctypes"):
                    found[f"{self.name}.{number}.{name}"] = value
        return found


def python_steps(steps: tuple[Step, ...]) -> tuple[PythonStep, ...]:
    """Those that stay Python."""
    return tuple(step for step in steps if isinstance(step, PythonStep))
