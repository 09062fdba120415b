"""Steps that cannot be translated element by element: the user's own text, with everything that rounds made ours.

The tree keeps its lines, so tracebacks and debuggers show the user's file. What is replaced: ``**``, ``//``, ``%``,
``@``, functions of NumPy and math that round, sums, draws and calls of integrators (see `pystep_table`).
"""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from types import FunctionType

from ..errors import CodeError, ModelDefError
from ..ir.python_step import Obstacle, Piece, PythonStep
from .pysource_place import Source
from .pysource_reader import ELEMENT_NAMES, SYSTEM_NAMES, Setting
from .pystep_draft import Draft, Telling
from .pystep_names import FreeNames
from .pystep_statements import Statements
from .pystep_states import States
from .pystep_truths import Truths


def read_python_step(setting: Setting, source: Source, delayed: bool, why: Obstacle | None = None) -> PythonStep:
    """Read a step function as a `PythonStep`.

    Parameters
    ----------
    setting : Setting
        Takes the parameters, states and draw sites that are found.
    source : Source
    delayed : bool
    why : Obstacle, optional
        What kept the step from being translated, and what to write instead.

    Raises
    ------
    ModelDefError
        For names and states that do not exist, and a delayed step that assigns states.
    CodeError
        For what no back end can run.
    """
    mode = "element" if setting.mode == "scalar" else "array"
    draft = Draft(setting, source, delayed, mode)
    arguments = source.arguments
    if source.node.args.vararg or source.node.args.kwarg:
        raise CodeError(
            f"step {source.name!r}: a step cannot take *arguments; name what it needs", source.place(source.node)
        )
    _check_indices(source, setting, mode)
    _read_piece(draft, source)
    known = {"ST", *SYSTEM_NAMES, *ELEMENT_NAMES, *(("pre", "post") if setting.kind == "synapse" else ())}
    pieces = tuple(piece for piece in draft.pieces.values() if piece is not None)
    constants = [
        f"# {piece.name}: {name} = {value!r}"
        for piece in pieces
        for name, value in sorted(piece.scope.items())
        if isinstance(value, (bool, int, float, str, tuple)) or value is None
    ]
    return PythonStep(
        source.name,
        (),
        delayed,
        source.place(source.node),
        text="\n\n".join([*(ast.unparse(piece.tree) for piece in pieces), *constants]),
        mode=mode,
        arguments=arguments,
        fields=tuple(draft.fields),
        writes=tuple(draft.writes),
        late=tuple(dict.fromkeys(name for owner, name in draft.fields if owner == "self")) if delayed else (),
        times=tuple(draft.times),
        attributes=tuple(name for name in arguments if name not in known),
        params=tuple(draft.params),
        equations=tuple(draft.equations.values()),
        n_sites=setting.sites.count,
        pieces=pieces,
        obstacles=tuple(draft.obstacles),
        strangers=tuple(draft.strangers),
        why=why,
    )


def _check_indices(source: Source, setting: Setting, mode: str) -> None:
    """Raise for an argument that is an index which the step does not have."""
    for name in source.arguments:
        if name in ("_pre_i", "_post_i") and setting.kind != "synapse":
            problem = "exists in synapses only; a neuron has '_obj_i'"
        elif name in ELEMENT_NAMES and mode == "array":
            problem = "exists in scalar mode only; write mode='scalar', or use whole arrays without it"
        else:
            continue
        raise ModelDefError(f"step {source.name!r}: argument {name!r} {problem}", source.place(source.node))


def with_rings(step: PythonStep, through_delay: set[str]) -> PythonStep:
    """The step with its part in the delay: it pushes what it assigns, or reads late what is pushed."""
    if step.delayed:
        return replace(step, late=tuple(name for name in step.late if name in through_delay))
    pushes = tuple(sorted({name for owner, name in step.writes if owner == "self" and name in through_delay}))
    return replace(step, pushes=pushes)


def _read_piece(draft: Draft, source: Source) -> Piece:
    """One function of the step; what it calls becomes pieces, too."""
    func = source.func
    draft.pieces[func] = None  # holds the place: the step comes first, and a recursion ends here
    name, count = source.name, 1
    while name in draft.names:
        count += 1
        name = f"{source.name}_{count}"
    draft.names.add(name)
    tree = copy.deepcopy(source.node)
    tell = Telling(draft, source)
    names = FreeNames(draft, source, tell, lambda helper: _helper_piece(draft, helper))
    states = States(draft, source, names, tell)
    is_step = source is draft.source
    reader = Statements(draft, names, states, Truths(source, not is_step, names.resolve), tell)
    tree.decorator_list, tree.returns = [], None
    for arg in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs):
        arg.annotation = None
    defaults = tuple(func.__defaults__ or ())
    tree.args.defaults = [ast.copy_location(ast.Constant(None), tree) for _ in defaults]
    if func.__kwdefaults__:
        tell.hinder(tree, "has keyword-only defaults")
    tree.body = [reader.visit(statement) for statement in tree.body]
    tree.body = [item for part in tree.body for item in (part if isinstance(part, list) else [part])]
    tree.name = source.name
    ast.fix_missing_locations(tree)
    states.finish()
    piece = Piece(
        name, tree, source.filename, frozenset(names.params), names.helpers, names.scope,
        () if is_step else defaults, func.__globals__,
    )  # fmt: skip
    draft.pieces[func] = piece
    return piece


def _helper_piece(draft: Draft, func: FunctionType) -> str:
    """The name of the piece that holds one of the user's functions."""
    known = draft.pieces.get(func)
    if known is not None:
        return known.name
    if func in draft.pieces:  # it calls itself, directly or through others
        return func.__name__
    return _read_piece(draft, Source(func, draft.setting.replaced)).name
