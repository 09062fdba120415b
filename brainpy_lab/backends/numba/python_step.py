"""A Python step as the text of a compiled kernel.

The functions of the step are printed as they are, but for what Numba cannot take: states become arrays, parameters
and the time become arguments, a list of arrays becomes two arrays. The kernel itself unpacks its arguments and calls
the step once, or once for each element.

NumPy and Numba disagree about the type of ``x * 0.5`` where x is float32, so a step never sees such an x: arrays in
float32 are widened before it and rounded after it, numbers where they are read and written.
"""
from __future__ import annotations

import ast
import builtins
import copy
import re
import types

import numpy as np

from ...errors import CodeError, ModelError
from ...ir.plan import Key, RunPython
from ...ir.program import Program, Projection
from ...ir.python_step import Obstacle, Piece
from ..equation_text import numba_text
from ..python_text import power_source
from . import cache
from .driver_text import NUMBA, SUFFIX
from .kernel_text import ARGUMENTS, INNER, OPTIONS, SCALAR_TYPES

AT_HEAD = 4
"""Entries of the place of a draw before its counts, as in ``kernels.numba.arrays``."""

_FOLDS = ("sum", "mean", "prod", "amax", "amin")
"""Functions that join elements, of a whole array or along an axis."""

_OURS = (
    "exp expm1 exprel log log10 log1p sin cos tan sinh cosh tanh sqrt minimum maximum clip absolute sign heaviside "
    "power floor_divide remainder count apart real whole where dot inner vdot cumsum arange argsort sort sort_in_place "
    "unique draw_normal draw_uniform draw_like row"
).split() + [f"{name}{axis}" for name in _FOLDS for axis in ("", "_0", "_1", "_last")]
_STOPPERS = ("print()", "breakpoint()", "set_trace()", "display()")
_WITHOUT = "take it out, and record what you want to see with a monitor; or let it run uncompiled, with jit=False"
_INSTEAD = ("write it element by element in scalar mode, or with np.where and masks; or let it run uncompiled, "
            "with jit=False")


class NotCompiledError(CodeError):
    """A step that compiled code cannot express; `reason` without the advice."""

    def __init__(self, step: str, obstacle: Obstacle):
        self.step, self.reason = step, obstacle.what
        instead = _WITHOUT if obstacle.what.rpartition(".")[2] in _STOPPERS else _INSTEAD
        super().__init__(f"step {step!r} cannot be compiled because of {obstacle.what}. To compile it, {instead}",
                         place=obstacle.place)


class PythonText:
    """The text of a step, and the buffers that its kernel takes.

    Attributes
    ----------
    text : str
    keys : list of Key
        In the order of the kernel's arguments.
    lines : dict
        Line of `text` -> (file, line) of the user.
    """

    def __init__(self, action: RunPython, program: Program, buffers: dict[Key, np.ndarray]):
        self.step, self.item, self.program, self.buffers = action.step, program.find(action.target), program, buffers
        if self.step.obstacles:
            raise NotCompiledError(self.step.name, self.step.obstacles[0])
        self.kernels = action.kernels
        self.keys: list[Key] = []
        self.widened: dict[str, bool] = {}  # arrays in float32 that the step sees as a whole, and may change
        self.setup: list[str] = []
        self.inner_setup: list[str] = []
        self.functions: set[str] = set()
        self.powers: set[int] = set()
        self.lines: dict[int, tuple[str, int]] = {}
        self.element = self.step.mode == "element"
        self.narrow: set[tuple[str, str]] = set()  # states of which it sees one number, in float32
        self.states = self._states(action)
        self.attributes = {name: self._attribute(name) for name in self.step.attributes}
        self.captured = self._captured()
        self.hidden = [f"bpl_P_{name}" for name in self.step.params] + sorted(set(self.captured.values()))
        self.hidden += ["bpl_t", "bpl_i", "bpl_dt", "bpl_at"]
        if self.element:
            self.hidden += ["bpl_obj_i", "bpl_pre_i", "bpl_post_i"]
        self._parameters()
        self.text = self._module()

    def fail(self, what: str) -> None:
        raise NotCompiledError(self.step.name, Obstacle(what, self.step.place))

    # -- arguments ---------------------------------------------------------------------------------------------------

    def take(self, key: Key) -> str:
        """The kernel's name of a buffer."""
        if key not in self.buffers:
            self.fail(f"{key[2]!r}, which is no array of numbers of one or two dimensions")
        if key not in self.keys:
            self.keys.append(key)
        return f"a{self.keys.index(key)}"

    def is_narrow(self, key: Key) -> bool:
        """Whether a buffer is float32."""
        return self.buffers[key].dtype == np.float32

    def whole(self, key: Key) -> str:
        """The name of an array that the step sees as a whole; of one in float32, the name of its float64 twin."""
        name = self.take(key)
        if not self.is_narrow(key):
            return name
        if name not in self.widened:
            self.widened[name] = self.buffers[key].flags.writeable
            self.setup.append(f"wide_{name} = {name}.astype(np.float64)")
        return f"wide_{name}"

    def _states(self, action: RunPython) -> dict[tuple[str, str], str]:
        taken = {name for piece in self.step.pieces for name in _names(piece.tree)}
        found: dict[tuple[str, str], str] = {}
        shape = self.shape = ""
        if isinstance(self.item, Projection) and self.item.matrix:
            ends = [self.program.find(end) for end in (self.item.pre, self.item.post)]
            sizes = [self.take((end.name, "state", end.states[0].name)) for end in ends]
            shape = self.shape = f".reshape(({', '.join(f'{size}.shape[0]' for size in sizes)}))"
        for owner, state, key in action.state_arrays(self.program):
            name = f"{'ST' if owner == 'self' else owner}_{state if state.isidentifier() else len(found)}"
            while name in taken or name in found.values():
                name += "_"
            found[owner, state] = name
            shaped = shape if owner == "self" else ""
            if key[1] == "ring":
                ring = self.take(key)
                late = f"{ring}[(step + 1) % {ring}.shape[0]]"
                copied = ".astype(np.float64)" if self.is_narrow(key) and not self.element else ""
                self.setup.append(f"{name} = {late}{copied}{shaped}")
            else:
                self.setup.append(f"{name} = {self.take(key) if self.element else self.whole(key)}{shaped}")
            if self.element and self.is_narrow(key):
                self.narrow.add((owner, state))
        return found

    def _attribute(self, name: str) -> tuple[str, ...]:
        """The argument names that stand for an attribute; two for a list of arrays."""
        own = self.item.name
        if (own, "attribute", name) in self.buffers:
            self.setup.append(f"{name} = {self.whole((own, 'attribute', name))}")
            return (name,)
        if (own, "number", name) in self.buffers:
            number = f"{self.take((own, 'number', name))}[0]"
            self.setup.append(f"{name} = {self._wide(number, self.is_narrow((own, 'number', name)))}")
            return (name,)
        if (own, "rows", f"{name}.starts") in self.buffers:
            pair = (f"{name}_starts", f"{name}_members")
            for part, label in zip(pair, ("starts", "members")):
                self.setup.append(f"{part} = {self.take((own, 'rows', f'{name}.{label}'))}")
            return pair
        self.fail(f"argument {name!r}, which is no number, no array of numbers of one or two dimensions and no list of "
                  f"index arrays")
        raise AssertionError

    def _captured(self) -> dict[tuple[int, str], str]:
        found = {}
        for number, piece in enumerate(self.step.pieces):
            for name, value in piece.scope.items():
                if isinstance(value, np.ndarray) and value.ndim:
                    hidden = f"bpl_C_{number}_{name}"
                    array = self.whole((self.item.name, "attribute", f"{self.step.name}.{number}.{name}"))
                    self.setup.append(f"{hidden} = {array}")
                    found[number, name] = hidden
        return found

    def _parameters(self) -> None:
        narrow = self.program.float_type == "float32"
        for name in self.step.params:
            if name not in self.item.spread:
                number = f"P[{self.item.params.index(name)}]"
                self.setup.append(f"bpl_P_{name} = {self._wide(number, narrow)}")
                continue
            array = self.take((self.item.name, "spread", name))
            if self.element:
                self.inner_setup.append(f"bpl_P_{name} = {self._wide(f'{array}[bpl_obj_i]', narrow)}")
            else:
                self.setup.append(f"bpl_P_{name} = {array}{self.shape}{'.astype(np.float64)' if narrow else ''}")

    def _wide(self, number: str, narrow: bool) -> str:
        return f"np.float64({number})" if narrow else number

    # -- text --------------------------------------------------------------------------------------------------------

    def _module(self) -> str:
        head = ["import math", "import numpy as np", "from numba import njit, vectorize",
                "from brainpy_lab.kernels.numba.intrinsics import select"]
        body: list[str] = ["", "", f"inner = njit({INNER})"]
        math: set[str] = set()
        for call, kernel in zip(self.step.equations, self.kernels):
            text, functions = numba_text(call, kernel)
            math |= {name for name in functions if name.endswith(("_f64", "_f32")) and not name.startswith("to_")}
            self.powers |= {int(name[5:]) for name in functions if name.startswith("ipow_")}
            body += text
        bodies = [self._piece(number, piece) for number, piece in enumerate(self.step.pieces)]
        head += [f"from brainpy_lab.kernels.numba.math import {name}" for name in sorted(math)]
        used = sorted(name for name in _OURS if name in self.functions or name == "draw_like")
        kind = "_f32" if self.program.float_type == "float32" else ""
        head += [f"from brainpy_lab.kernels.numba.arrays import {name}{kind if name.startswith('draw_') else ''} as "
                 f"bpl_{name}" for name in used]
        head += ["draw_like = bpl_draw_like", "to_f64 = np.float64", "to_int64 = np.int64"]
        head += ["\n\n@njit(forceinline=True)\ndef logical_not(x):\n    return x == False"]
        head += ["\n\n" + power_source(power, "@njit(forceinline=True)") for power in sorted(self.powers)]
        lines = "\n".join([*head, *body]).split("\n")
        for piece, tree in zip(reversed(self.step.pieces), reversed(bodies)):  # helpers first
            lines += ["", "", "@inner"]
            printed = ast.unparse(tree)
            self._remember(tree, printed, len(lines), piece.file)
            lines += printed.split("\n")
        lines += ["", "", *self._kernel()]
        return "\n".join(lines) + "\n"

    def _remember(self, tree: ast.FunctionDef, printed: str, before: int, file: str) -> None:
        """Which line of the user each printed line is."""
        for old, new in zip(ast.walk(tree), ast.walk(ast.parse(printed).body[0])):
            if hasattr(old, "lineno") and hasattr(new, "lineno"):
                self.lines.setdefault(new.lineno + before, (file, old.lineno))

    def _piece(self, number: int, piece: Piece) -> ast.FunctionDef:
        flat = Flatten(self, number, piece)
        tree = copy.deepcopy(piece.tree)
        tree.body = [item for part in tree.body for item in _listed(flat.visit(part))]
        tree.name = f"bpl_f_{piece.name}"
        args = tree.args
        if number == 0:
            names = [part for arg in self.step.arguments for part in self._flat_argument(arg)]
            names += list(self.states.values())
            args.posonlyargs, args.kwonlyargs, args.defaults = [], [], []
            args.args = [ast.arg(name) for name in names]
        elif args.posonlyargs or args.kwonlyargs or args.vararg or args.kwarg:
            self.fail(f"the arguments of {piece.name!r}; use plain ones")
        else:
            args.defaults = [flat.constant(value, tree) for value in piece.defaults]
        if args.defaults:  # arguments without default cannot follow: give these one that is never used
            args.kwonlyargs = []
            args.args += [ast.arg(name) for name in self.hidden]
            args.defaults += [ast.copy_location(ast.Constant(None), tree) for _ in self.hidden]
        else:
            args.args += [ast.arg(name) for name in self.hidden]
        return ast.fix_missing_locations(tree)

    def _flat_argument(self, name: str) -> tuple[str, ...]:
        if name in ("ST", "pre", "post") and name not in self.attributes:
            return ()
        return self.attributes.get(name, (name,))

    def _kernel(self) -> list[str]:
        types_ = [SCALAR_TYPES.format(real=self.program.float_type)]
        for key in self.keys:
            array = self.buffers[key]
            types_.append(f"{NUMBA[SUFFIX[array.dtype]]}[{'::1' if array.ndim == 1 else ':, ::1'}]")
        names = [f"a{number}" for number in range(len(self.keys))]
        lines = [f'@njit("void({", ".join(types_)})", {OPTIONS})',
                 f"def kernel({', '.join([*ARGUMENTS, *names])}):"]
        body = [f"bpl_at = np.zeros({AT_HEAD + self.step.n_sites}, np.int64)", "bpl_at[0] = seed",
                "bpl_at[1] = stream", "bpl_at[2] = step", "bpl_t = t", "bpl_i = i_run", "bpl_dt = dt", *self.setup]
        system = {"_t": "bpl_t", "_i": "bpl_i", "_dt": "bpl_dt", "_obj_i": "bpl_obj_i", "_pre_i": "bpl_pre_i",
                  "_post_i": "bpl_post_i"}
        given = [system.get(part, part) for arg in self.step.arguments for part in self._flat_argument(arg)]
        call = f"bpl_f_{self.step.pieces[0].name}({', '.join([*given, *self.states.values(), *self.hidden])})"
        if not self.element:
            body.append(call)
        else:
            body.append("for bpl_obj_i in range(n):")
            inner = ["bpl_at[3] = bpl_obj_i", f"bpl_at[{AT_HEAD}:] = 0"]
            if isinstance(self.item, Projection):
                ends = [self.take((self.item.name, "edges", name)) for name in ("pre_ids", "post_ids")]
                inner += [f"{name} = np.int64({array}[bpl_obj_i])" for name, array in zip(("bpl_pre_i", "bpl_post_i"),
                                                                                          ends)]
            else:
                inner += ["bpl_pre_i = bpl_obj_i", "bpl_post_i = bpl_obj_i"]
            body += [f"    {line}" for line in [*inner, *self.inner_setup, call]]
        body += [f"{name}[:] = wide_{name}" for name, changes in self.widened.items() if changes]
        if len(names) < len(self.keys):
            return self._kernel()  # the edges came last; now they are among the arguments
        return lines + [f"    {line}" for line in body]


class Flatten(ast.NodeTransformer):
    """Rewrites one function for Numba."""

    def __init__(self, owner: PythonText, number: int, piece: Piece):
        self.owner, self.number, self.piece = owner, number, piece
        self.is_step = number == 0
        self.step = owner.step
        self.rows = {name: pair for name, pair in owner.attributes.items() if len(pair) == 2} if self.is_step else {}
        self.bound = _names(piece.tree) - set(piece.params) - set(piece.helpers) - set(piece.scope)

    def refuse(self, node: ast.AST, what: str) -> None:
        from ...ir.place import Place

        raise NotCompiledError(self.step.name, Obstacle(what, Place(self.piece.file, getattr(node, "lineno", 1))))

    # ---- states ----

    def _state(self, node: ast.AST) -> tuple[str, str] | None:
        if self.is_step and isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            owner = {"ST": "self", "pre": "pre", "post": "post"}.get(node.value.id)
            if owner and node.value.id in self.step.arguments and isinstance(node.slice, ast.Constant):
                key = (owner, node.slice.value)
                return key if key in self.owner.states else None
        return None

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        state = self._state(node)
        if state is not None:
            array = ast.copy_location(ast.Name(self.owner.states[state], ast.Load()), node)
            if self.owner.element:
                index = {"self": "bpl_obj_i", "pre": "bpl_pre_i", "post": "bpl_post_i"}[state[0]]
                place: ast.expr = ast.Name(index, ast.Load())
                if state in self.owner.narrow and isinstance(node.ctx, ast.Load):
                    number = ast.copy_location(ast.Subscript(array, place, node.ctx), node)
                    kind = self._attribute("np", "float64", node)
                    return ast.copy_location(ast.Call(kind, [number], []), node)
            elif isinstance(node.ctx, ast.Store):
                place = ast.Slice(None, None, None)
            else:
                return array
            return ast.copy_location(ast.Subscript(array, place, node.ctx), node)
        if isinstance(node.value, ast.Name) and node.value.id in self.rows:
            index = self.visit(node.slice)
            if isinstance(node.slice, (ast.Slice, ast.Tuple)) or not isinstance(node.ctx, ast.Load):
                self.refuse(node, f"{ast.unparse(node)}: of a list of arrays only one row can be taken")
            return self._row(node, node.value.id, index)
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        value = node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "bpl_divide_into":
            return ast.copy_location(ast.AugAssign(node.targets[0], ast.Div(), self.visit(value.args[1])), node)  # type: ignore[arg-type]
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        state = self._state(node.target)
        if state is not None and not self.owner.element:
            target: ast.expr = ast.copy_location(ast.Name(self.owner.states[state], ast.Store()), node)
        else:
            target = self.visit(node.target)
        return ast.copy_location(ast.AugAssign(target, node.op, self._apart(self.visit(node.value))), node)  # type: ignore[arg-type]

    def _apart(self, value: ast.expr) -> ast.expr:
        """`value`, copied where it may be a view of the array that it changes: NumPy reads all of it first."""
        if self.owner.element or isinstance(value, (ast.BinOp, ast.UnaryOp, ast.Constant, ast.Compare)):
            return value
        name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        if name.startswith("bpl_") or isinstance(value, ast.Name) and value.id.startswith("bpl_P_"):
            return value
        return self._call("apart", [value], value)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if not self.is_step or node.value is None:
            return self.generic_visit(node)
        return ast.copy_location(ast.Return(None), node)  # the value of a step is ignored

    # ---- lists of arrays ----

    def _row(self, node: ast.AST, name: str, index: ast.expr) -> ast.Call:
        starts, members = (ast.Name(part, ast.Load()) for part in self.rows[name])
        return self._call("row", [starts, members, index], node)

    def _count(self, node: ast.AST, name: str) -> ast.expr:
        size = ast.parse(f"{self.rows[name][0]}.shape[0] - 1", mode="eval").body
        for part in ast.walk(size):
            ast.copy_location(part, node)
        return size

    def visit_For(self, node: ast.For) -> ast.AST:
        source, index = node.iter, None
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "enumerate":
            if len(source.args) == 1 and isinstance(node.target, ast.Tuple) and len(node.target.elts) == 2:
                source, index = source.args[0], node.target.elts[0]
        if not (isinstance(source, ast.Name) and source.id in self.rows):
            return self.generic_visit(node)
        target = node.target.elts[1] if index is not None else node.target  # type: ignore[attr-defined]
        counter = f"bpl_k_{node.lineno}_{node.col_offset}"
        place = ast.Name(counter, ast.Load())
        first: list[ast.stmt] = [ast.Assign([target], self._row(node, source.id, place))]
        if index is not None:
            first.insert(0, ast.Assign([index], place))
        body = first + [item for part in node.body for item in _listed(self.visit(part))]
        called = ast.Call(ast.Name("range", ast.Load()), [self._count(node, source.id)], [])
        orelse = [item for part in node.orelse for item in _listed(self.visit(part))]
        loop = ast.For(ast.Name(counter, ast.Store()), called, body, orelse)
        for part in first:
            ast.copy_location(part, node)
        return ast.fix_missing_locations(ast.copy_location(loop, node))

    # ---- names ----

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = node.id
        if not isinstance(node.ctx, ast.Load) or name.startswith("bpl_"):
            return node
        if name in self.rows:
            self.refuse(node, f"the list {name} as a whole; take its rows, as in {name}[i]")
        if name in self.piece.params:
            return self._named(f"bpl_P_{name}", node)
        system = {"_t": "bpl_t", "_i": "bpl_i", "_dt": "bpl_dt", "_obj_i": "bpl_obj_i", "_pre_i": "bpl_pre_i",
                  "_post_i": "bpl_post_i"}
        if name in system and name not in {arg.arg for arg in self.piece.tree.args.args}:
            return self._named(system[name], node)
        if name in self.piece.helpers:
            return self._named(f"bpl_f_{self.piece.helpers[name]}", node)
        if (self.number, name) in self.owner.captured:
            return self._named(self.owner.captured[self.number, name], node)
        if name in self.piece.scope:
            return self._object(node, self.piece.scope[name])
        return node

    def _named(self, name: str, node: ast.AST) -> ast.Name:
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def _object(self, node: ast.Name, value: object) -> ast.AST:
        if isinstance(value, types.ModuleType):
            if value.__name__ in ("numpy", "math"):
                return self._named({"numpy": "np", "math": "math"}[value.__name__], node)
            self.refuse(node, f"{node.id}, a module that compiled code does not know")
        if isinstance(value, (bool, np.bool_, int, float, str, tuple)) or value is None:
            return self.constant(value, node)
        if value in (float, int, bool):
            kind = {float: "float64", int: "int64", bool: "bool_"}[value]  # type: ignore[index]
            return self._attribute("np", kind, node)
        own = getattr(value, "__name__", "")
        for module, alias in ((np, "np"), (builtins, ""), (__import__("math"), "math")):
            if own and getattr(module, own, None) is value:
                return self._attribute(alias, own, node) if alias else self._named(own, node)
        self.refuse(node, f"{node.id}, which compiled code does not know")
        raise AssertionError

    def _attribute(self, base: str, name: str, node: ast.AST) -> ast.Attribute:
        return ast.copy_location(ast.Attribute(ast.Name(base, ast.Load()), name, ast.Load()), node)

    def constant(self, value: object, node: ast.AST) -> ast.expr:
        """A literal; a tuple of numbers becomes one of literals."""
        if isinstance(value, tuple):
            return ast.copy_location(ast.Tuple([self.constant(item, node) for item in value], ast.Load()), node)
        if isinstance(value, (np.bool_, np.integer, np.floating)):
            value = value.item()
        if not (isinstance(value, (bool, int, float, str)) or value is None):
            self.refuse(node, f"{value!r}, which compiled code cannot take")
        if isinstance(value, float) and not np.isfinite(value):
            return self._attribute("np", "nan" if np.isnan(value) else "inf", node)
        return ast.copy_location(ast.Constant(value), node)  # type: ignore[arg-type]

    # ---- calls ----

    def _call(self, name: str, args: list[ast.expr], node: ast.AST) -> ast.Call:
        self.owner.functions.add(name)
        return ast.copy_location(ast.Call(ast.Name(f"bpl_{name}", ast.Load()), args, []), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        func = node.func
        name = func.id if isinstance(func, ast.Name) else ""
        if name == "len" and len(node.args) == 1 and getattr(node.args[0], "id", None) in self.rows:
            return self._count(node, node.args[0].id)  # type: ignore[attr-defined]
        if name == "bpl_ipow":
            return self._power(node)
        if name[4:] in _FOLDS and len(node.args) == 2:
            axis = {"0": "0", "1": "1", "-1": "last"}.get(ast.unparse(node.args[1]))
            if axis is None:
                self.refuse(node, f"{ast.unparse(node)[4:]}: the axis must be the number 0, 1 or -1")
            return self._call(f"{name[4:]}_{axis}", [self.visit(node.args[0])], node)
        if name == "bpl_divide":
            left, right = (self.visit(arg) for arg in node.args)
            return ast.copy_location(ast.BinOp(left, ast.Div(), right), node)
        if name.startswith("bpl_") and name[4:] in _OURS:
            return self._call(name[4:], [self.visit(arg) for arg in node.args], node)
        if name in self.piece.scope and self.piece.scope[name] in (float, int, bool, min, max):
            node.args = [self.visit(arg) for arg in node.args]
            return node
        is_helper = name in self.piece.helpers
        found = self.generic_visit(node)
        if is_helper:
            found.keywords += [ast.keyword(hidden, self._named(hidden, node)) for hidden in self.owner.hidden]  # type: ignore[attr-defined]
        return found

    def _power(self, node: ast.Call) -> ast.AST:
        base, exponent = self.visit(node.args[0]), node.args[1].value  # type: ignore[attr-defined]
        if exponent == 0:
            return self._call("power", [base, ast.Constant(0.0)], node)
        if exponent == 1:
            return ast.copy_location(ast.BinOp(base, ast.Mult(), ast.Constant(1)), node)
        self.owner.powers.add(exponent)
        return ast.copy_location(ast.Call(ast.Name(f"ipow_{exponent}", ast.Load()), [base], []), node)


def _listed(part: object) -> list:
    return part if isinstance(part, list) else [part]


def _names(tree: ast.AST) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


_failed: dict[str, ModelError] = {}


def load_step(step: PythonText) -> types.ModuleType:
    """Compile a step, or get it from the cache.

    Raises
    ------
    NotCompiledError
        When Numba refuses it, with the user's line.
    """
    if step.text in _failed:
        raise _failed[step.text]
    try:
        return cache.load(step.text)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # Numba says no in many ways: it has errors of its own, and lets others through
        _failed[step.text] = _refusal(step, error)
        raise _failed[step.text] from error


def _refusal(step: PythonText, error: Exception) -> NotCompiledError:
    from ...ir.place import Place

    place = step.step.place
    numbers = [getattr(getattr(error, "loc", None), "line", None)]
    # Numba names lines of our text; the innermost that stands in the user's functions is the one to show.
    words = str(error).replace('"', " ").split()
    for at, word in enumerate(words[:-1]):
        if word == "line" or word == "(":
            digits = words[at + 1].rstrip("):,")
            if digits.isdigit():
                numbers.append(int(digits))
    for number in reversed([n for n in numbers if n is not None]):
        found = step.lines.get(number - 1)  # the cache puts a line in front
        if found is not None:
            place = Place(found[0], found[1])
            break
    around = ("Failed in ", "During: ")  # where Numba was, not what it says
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith(around)]
    telling = ("No implementation", "Cannot", "Illegal", "Invalid", "Use of", "No ", "Unknown", "Unsupported",
               "Untyped")
    told = next((line for line in lines if line.startswith(telling)), lines[-1] if lines else "")
    told = re.sub(r"Function\(<function (\w+) at \w+>\)|<function (\w+) at \w+>", r"\1\2", told)
    told = told.replace(" found for signature:", " for arguments of these types").rstrip(".")
    return NotCompiledError(step.step.name, Obstacle(f"what Numba says of it: {told[:160]}", place))
