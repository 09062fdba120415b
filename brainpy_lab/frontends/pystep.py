"""Steps that cannot be translated element by element: the user's own text, with everything that rounds made ours.

The tree keeps its lines, so tracebacks and debuggers show the user's file. What is replaced: ``**``, ``//``, ``%``,
``@``, functions of NumPy and math that round, sums, draws and calls of integrators (see `pystep_table`).
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field, replace
from types import FunctionType, ModuleType
from typing import NoReturn

import numpy as np

from ..errors import CodeError, ModelDefError
from ..ir.python_step import EquationCall, Obstacle, Piece, PythonStep
from .pysource_place import Source, plain_function
from .pysource_reader import ELEMENT_NAMES, SYSTEM_NAMES, Setting
from .pysource_scope import Scope, Seen, did_you_mean, number
from .pystep_calls import COUNTING, Calls, widened

_REFUSED = {
    ast.Global: "global; keep what lasts in a state, ST['x'], or in an array of the group",
    ast.Nonlocal: "nonlocal; keep what lasts in a state, ST['x'], or in an array of the group",
    ast.Yield: "yield; a step runs from its first line to its last",
    ast.YieldFrom: "yield; a step runs from its first line to its last",
    ast.Await: "await; a step runs from its first line to its last",
}


@dataclass
class Draft:
    """A step in the making: what its functions have been found to use."""

    setting: Setting
    source: Source
    delayed: bool
    mode: str
    pieces: dict[FunctionType, Piece | None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    fields: dict[tuple[str, str], None] = field(default_factory=dict)
    writes: dict[tuple[str, str], None] = field(default_factory=dict)
    times: dict[str, None] = field(default_factory=dict)
    params: dict[str, None] = field(default_factory=dict)
    equations: dict[tuple[object, int], EquationCall] = field(default_factory=dict)
    obstacles: list[Obstacle] = field(default_factory=list)
    strangers: list[Obstacle] = field(default_factory=list)


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
    _read_piece(draft, source.func, source, is_step=True)
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


def _read_piece(draft: Draft, func: FunctionType, source: Source, is_step: bool) -> Piece:
    draft.pieces[func] = None  # holds the place: the step comes first, and a recursion ends here
    name, count = func.__name__, 1
    while name in draft.names:
        count += 1
        name = f"{func.__name__}_{count}"
    draft.names.add(name)
    tree = copy.deepcopy(source.node)
    reader = PieceReader(draft, func, source, is_step, name)
    tree.decorator_list, tree.returns = [], None
    for arg in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs):
        arg.annotation = None
    defaults = tuple(func.__defaults__ or ())
    tree.args.defaults = [ast.copy_location(ast.Constant(None), tree) for _ in defaults]
    if func.__kwdefaults__:
        reader.hinder(tree, "has keyword-only defaults")
    tree.body = [reader.visit(statement) for statement in tree.body]
    tree.body = [item for part in tree.body for item in (part if isinstance(part, list) else [part])]
    tree.name = func.__name__
    ast.fix_missing_locations(tree)
    reader.finish(tree)
    piece = Piece(
        name, tree, source.filename, frozenset(reader.params), reader.helpers, reader.scope,
        () if is_step else defaults, func.__globals__,
    )  # fmt: skip
    draft.pieces[func] = piece
    return piece


class PieceReader(Calls):
    """Rewrites one function and notes what it uses."""

    def __init__(self, draft: Draft, func: FunctionType, source: Source, is_step: bool, name: str):
        self.draft, self.func, self.source, self.is_step, self.piece_name = draft, func, source, is_step, name
        self.setting, self.record = draft.setting, draft.setting.record
        self.names = Scope(func)
        self.locals = {*func.__code__.co_varnames, *func.__code__.co_cellvars}
        self.inner = _bound_inside(source.node)
        self.whole = _whole_names(source.node)
        self.params: set[str] = set()
        self.helpers: dict[str, str] = {}
        self.scope: dict[str, object] = {}
        self.aliases: dict[str, set[tuple[str, str]]] = {}
        self.touched: set[str] = set()
        self.clocks = {"_t"}
        self.seen: set[str] = set()
        self.truths, self.sometimes_truths = self._truths()

    # ---- telling ----

    def fail(self, node: ast.AST, message: str, error: type[Exception] = CodeError) -> NoReturn:
        who = f"step {self.draft.source.name!r}"
        if not self.is_step:
            who += f", in {self.source.name!r}"
        raise error(f"{who}: {message}", self.source.place(node))

    def hinder(self, node: ast.AST, what: str) -> None:
        """Note what keeps the step from being compiled."""
        self.draft.obstacles.append(Obstacle(what, self.source.place(node)))

    def stranger(self, node: ast.AST, what: str) -> None:
        """Note a call whose bits are not promised."""
        self.draft.strangers.append(Obstacle(what, self.source.place(node)))

    # ---- statements ----

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if type(node) in _REFUSED:
            self.fail(node, f"a step cannot contain {_REFUSED[type(node)]}")
        return super().generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        self.hinder(node, "an import inside the step; move it above the step")
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        self.hinder(node, "an import inside the step; move it above the step")
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.hinder(node, "a function defined inside the step; define it above the step")
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.hinder(node, "a class defined inside the step; define it above the step")
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        held = self._states_in(node.value)
        is_time = self._is_time(node.value)
        for target in node.targets:
            self._changed(target)
            if is_time:
                self._holds_time(target)
            if isinstance(target, ast.Name) and held:
                self.aliases.setdefault(target.id, set()).update(held)
        return self.generic_visit(node)

    def _is_time(self, value: ast.expr) -> bool:
        """Whether a value is ``_t``, plus or minus something, on all elements or on some."""
        match value:
            case ast.Name(name):
                return name in self.clocks
            case ast.BinOp(left, ast.Add() | ast.Sub(), right):
                return self._is_time(left) != self._is_time(right)
            case ast.IfExp(_, yes, no) | ast.Call(ast.Attribute(_, "where"), [_, yes, no], []):
                return self._is_time(yes) or self._is_time(no)
        return False

    def _holds_time(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.clocks.add(target.id)
        while isinstance(target, ast.Subscript):
            state = self._state(target)
            if state is not None and state[0] == "self":
                self.draft.times[state[1]] = None
            target = target.value

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.AST]:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        plain = ast.copy_location(ast.Assign([node.target], node.value), node)
        return self.visit_Assign(plain)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self._changed(node.target)
        if isinstance(node.target, ast.Name):
            self.touched.add(node.target.id)
        if isinstance(node.op, COUNTING) and self.is_truth(node.value):
            node.value = self.counted(node.value)
            return node if isinstance(node.target, ast.Name) else self._with_target(node)
        if isinstance(node.op, ast.Div) and isinstance(node.target, ast.Name):
            if not (isinstance(node.value, ast.Constant) and node.value.value):
                read = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
                return ast.copy_location(ast.Assign([node.target], self.divided_into(read, node.value)), node)
        if not isinstance(node.op, (ast.Pow, ast.FloorDiv, ast.Mod, ast.MatMult)):
            return self.generic_visit(node)
        if isinstance(node.target, ast.Name) and self.draft.mode == "array":
            sign = {ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%", ast.MatMult: "@"}[type(node.op)]
            name = node.target.id
            self.fail(
                node, f"write {name} = {name} {sign} ..., or {name}[:] = {name} {sign} ... to change the array in place"
            )
        read = copy.deepcopy(node.target)
        for part in ast.walk(read):
            if hasattr(part, "ctx"):
                part.ctx = ast.Load()  # type: ignore[attr-defined]
        read = copy.deepcopy(node.target)
        read.ctx = ast.Load()  # type: ignore[attr-defined]
        value = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
        return self.generic_visit(ast.copy_location(ast.Assign([node.target], value), node))

    def _with_target(self, node: ast.AugAssign) -> ast.AST:
        node.target = self.visit(node.target)
        return node

    def _truths(self) -> tuple[set[str], set[str]]:
        """Names that are always, and names that are sometimes, assigned truth values."""
        given: dict[str, list[ast.expr | None]] = {name: [None] for name in self.source.arguments}
        for node in ast.walk(self.source.node):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                given.setdefault(node.id, []).append(None)
        for node in ast.walk(self.source.node):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        given[target.id].remove(None)
                        given[target.id].append(node.value)
        self.truths = {name for name, values in given.items() if None not in values}
        while True:
            kept = {name for name in self.truths if all(self.is_truth(value) for value in given[name])}
            if kept == self.truths:
                break
            self.truths = kept
        sometimes = {name for name, values in given.items() if any(v is not None and self.is_truth(v) for v in values)}
        return self.truths, sometimes if self.is_step else {*sometimes, *self.source.arguments}

    def visit_For(self, node: ast.For) -> ast.AST:
        self._changed(node.target)
        return self.generic_visit(node)

    def _changed(self, target: ast.expr) -> None:
        """Note the states that an assignment to `target` changes."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self._changed(item)
            return
        base = target
        while isinstance(base, ast.Subscript):
            state = self._state(base)
            if state is not None:
                if self.draft.delayed and state[0] == "self":
                    self.fail(target, 'Delayed function cannot assign value to "ST".', ModelDefError)
                self.draft.writes[state] = None
                return
            base = base.value
        if isinstance(base, ast.Name) and isinstance(target, ast.Subscript):
            self.touched.add(base.id)

    def _states_in(self, value: ast.expr) -> set[tuple[str, str]]:
        """States whose very arrays an expression may be."""
        found = {state for state in [self._state(value)] if state is not None}
        if isinstance(value, ast.IfExp):
            found |= self._states_in(value.body) | self._states_in(value.orelse)
        if isinstance(value, ast.Subscript) and not found:
            found |= self._states_in(value.value)
        if isinstance(value, ast.Name):
            found |= self.aliases.get(value.id, set())
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            found |= self._states_in(value.func.value)  # reshape, ravel and the like may be views
        return found

    def _state(self, node: ast.expr) -> tuple[str, str] | None:
        """(owner, state) of ``ST['x']``, ``pre['x']`` or ``post['x']``."""
        if not (self.is_step and isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)):
            return None
        owner = self._owner(node.value.id)
        if owner is None:
            return None
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return owner, key.value
        if isinstance(key, ast.Name) and key.id not in self.locals:
            value = self._found(key.id)
            if isinstance(value, str):
                return owner, value
        return None

    def _owner(self, name: str) -> str | None:
        if name not in self.source.arguments:
            return None
        owners = {"ST": "self"} | ({"pre": "pre", "post": "post"} if self.setting.kind == "synapse" else {})
        return owners.get(name)

    def finish(self, tree: ast.FunctionDef) -> None:
        for name in self.touched:
            for state in self.aliases.get(name, ()):
                if not (self.draft.delayed and state[0] == "self"):
                    self.draft.writes[state] = None

    # ---- names ----

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        state = self._state(node)
        if state is not None:
            self._check_state(node, *state)
            self.draft.fields[state] = None
            node.slice = ast.copy_location(ast.Constant(state[1]), node.slice)
            return node
        if isinstance(node.value, ast.Name) and self.is_step and self._owner(node.value.id) is not None:
            self.hinder(node, f"{self.text(node)}, whose name is known only when it runs; write it out, as in ST['V']")
            node.slice = self.visit(node.slice)
            return node
        own = self.draft.mode == "element" and isinstance(node.slice, ast.Name) and node.slice.id == "_obj_i"
        if own and isinstance(node.value, ast.Name) and self._is_spread(node.value.id):
            return self.visit(node.value)
        return self.generic_visit(node)

    def _check_state(self, node: ast.AST, owner: str, name: str) -> None:
        self.record.add_field(owner, name, self.source.place(node))
        states = self.setting.states
        if owner == "self" and states is not None and name not in states:
            model = self.setting.model or f"step {self.draft.source.name!r}"
            self.fail(
                node,
                f'Variable "{name}" is used in {model}, but not defined in "ST"{did_you_mean(name, states) or "."} '
                f"Declared states: {', '.join(states) or 'none'}.",
                ModelDefError,
            )

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        if self.is_step and self._owner(node.id) is not None:
            self.hinder(node, f"{node.id} as a whole; take its states one by one, as in {node.id}['V']")
            for name in self.setting.states or ():
                if node.id == "ST":
                    self.draft.fields["self", name] = None
                    if not self.draft.delayed:
                        self.draft.writes["self", name] = None
            return node
        if node.id in self.locals or node.id in self.inner:
            return node
        self._free(node)
        return node

    def _found(self, name: str) -> object:
        try:
            return self.names.find(name)
        except KeyError:
            return None

    def _is_spread(self, name: str) -> bool:
        """Element mode: an array with one number per element, used by its name alone."""
        value = None if name in self.locals else self._found(name)
        return isinstance(value, np.ndarray) and value.ndim == 1 and name not in _indexed(self.source.node)

    def _free(self, node: ast.Name) -> None:
        """Find out what a free name stands for."""
        name = node.id
        if name in self.seen:
            return
        if name in SYSTEM_NAMES or name in ELEMENT_NAMES:
            if self._found(name) is None:
                if name in ELEMENT_NAMES and self.draft.mode == "array":
                    self.fail(node, f"{name!r} exists in scalar mode only")
                return
        try:
            value = self.names.find(name)
        except KeyError:
            self.fail(
                node,
                f"{name!r} is not defined in the step, around it or as a global"
                f"{did_you_mean(name, [*self.locals, *self.names.numbers()])}",
                ModelDefError,
            )
        self.seen.add(name)
        self.record.lookups.append((self.names, name, value))
        place = self.source.place(node)
        if isinstance(value, (complex, np.complexfloating)):
            self.fail(node, f"{name!r} is a complex number; a step computes with real ones", ModelDefError)
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and name in self.whole:
            self.record.add_folded(name, Seen(int(value), self.source.name, place))
            self.scope[name] = int(value)
            return
        is_array = isinstance(value, np.ndarray) and value.ndim > 0
        if not is_array or self.draft.mode == "element" and self._is_spread(name):
            try:
                figure = None if isinstance(value, (bool, np.bool_)) else number(value)
            except ValueError as found:
                self.fail(node, f"{name!r} is {found}", ModelDefError)
            if figure is not None:
                self.parameter(name, Seen(figure, self.source.name, place))
                self.params.add(name)
                return
        helper = plain_function(value)
        if helper is not None and _is_users(helper):
            self.helpers[name] = self.helper(helper)
            return
        self.scope[name] = value = widened(value)
        fine = (bool, np.bool_, str, ModuleType, type, tuple)
        if not (value is None or is_array or isinstance(value, fine) or callable(value)):
            self.hinder(node, f"{name}, a {type(value).__name__}; compiled code takes numbers and arrays")

    def parameter(self, name: str, seen: Seen) -> None:
        self.record.add_param(name, seen)
        self.draft.params[name] = None

    def helper(self, func: FunctionType) -> str:
        """The name of the piece that holds one of the user's functions."""
        known = self.draft.pieces.get(func)
        if known is not None:
            return known.name
        if func in self.draft.pieces:  # it calls itself, directly or through others
            return func.__name__
        return _read_piece(self.draft, func, Source(func, self.setting.replaced), is_step=False).name

    def equation(self, integrator) -> EquationCall:
        """The entry of an integrator; one with noise has a draw site for each of its calls."""
        reading = integrator.read()
        self.record.include(reading.record)
        noisy = reading.equation.diffusion is not None
        site = self.setting.sites.take() if noisy else -1
        key = (integrator, site)
        if key not in self.draft.equations:
            for name in reading.record.params:
                self.draft.params[name] = None
            self.draft.equations[key] = integrator.described(f"bpl_eq_{len(self.draft.equations)}", site)
        return self.draft.equations[key]

    def text(self, node: ast.AST) -> str:
        text = ast.unparse(node)
        return text if len(text) <= 60 else text[:57] + "..."


def _is_users(func: FunctionType) -> bool:
    return (func.__module__ or "").partition(".")[0] not in ("numpy", "math", "random", "scipy", "pdb", "builtins")


def _bound_inside(tree: ast.AST) -> set[str]:
    """Names that comprehensions and inner functions bind for themselves."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            found |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
        elif isinstance(node, (ast.Lambda, ast.FunctionDef)) and node is not tree:
            args = node.args
            found |= {arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
            found |= {
                part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    return found


_COUNTS = ("repeat", "roll", "tile", "rand", "randn", "random", "random_sample", "standard_normal")
"""Functions all of whose arguments may be counts."""


def _whole_names(tree: ast.AST) -> set[str]:
    """Names used as counts, places or exponents, so that they have to stay whole numbers."""
    from .pystep_table import WHOLE_ARGUMENTS

    found: set[str] = set()

    def take(node: ast.AST | None) -> None:
        if node is not None:
            found.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))

    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            take(node.slice)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in WHOLE_ARGUMENTS:
                for arg in node.args[:1] if name in ("full", "repeat", "roll", "tile") else node.args:
                    take(arg)
            first = {"normal": 2, "uniform": 2}.get(name, 0)  # before it come numbers that are no counts
            if first or name in _COUNTS:
                for arg in node.args[first:]:
                    take(arg)
            for keyword in node.keywords:
                if keyword.arg in ("size", "shape", "axis"):
                    take(keyword.value)
        elif isinstance(node, (ast.BinOp, ast.AugAssign)):
            right = node.right if isinstance(node, ast.BinOp) else node.value
            if isinstance(node.op, ast.Pow) and isinstance(right, ast.Name):
                found.add(right.id)
            if isinstance(node.op, (ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr)):
                take(node)
    return found


def _indexed(tree: ast.AST) -> set[str]:
    """Names of which elements other than the own one are taken."""
    return {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and not (isinstance(node.slice, ast.Name) and node.slice.id == "_obj_i")
    }
