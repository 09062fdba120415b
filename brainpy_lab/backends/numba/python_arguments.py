"""What the kernel of a Python step takes, and what the step sees of it: states, attributes, parameters."""

from __future__ import annotations

import ast
from typing import NoReturn

import numpy as np

from ...ir.plan import Key, RunPython
from ...ir.program import Program, Projection
from ...ir.python_step import Obstacle
from .python_refusal import NotCompiledError

SYSTEM = {
    "_t": "bpl_t",
    "_i": "bpl_i",
    "_dt": "bpl_dt",
    "_obj_i": "bpl_obj_i",
    "_pre_i": "bpl_pre_i",
    "_post_i": "bpl_post_i",
}
"""What a step calls the time and the place of an element -> what its kernel calls them."""


class Arguments:
    """The buffers that a kernel takes, under the names of its functions.

    Parameters
    ----------
    action : RunPython
    program : Program
    buffers : dict of Key to ndarray

    Attributes
    ----------
    keys : list of Key
        In the order of the kernel's arguments.
    setup, inner_setup : list of str
        Lines that give them their names, before the step and for each element.
    widened : dict of str to bool
        Arrays in float32 that the step sees as a whole -> whether it may change them.
    states : dict of (owner, state) to str
    narrow : set of (owner, state)
        States of which it sees one number, in float32.
    attributes : dict of str to tuple of str
        The names that stand for an attribute; two for a list of arrays.
    captured : dict of (number of the piece, name) to str
        Arrays that its functions know from around them.
    hidden : list of str
        What all functions of the step are given besides their own arguments.
    ends : tuple of str
        The ids of source and target of each edge; none for neurons, and where a step sees whole arrays.
    """

    def __init__(self, action: RunPython, program: Program, buffers: dict[Key, np.ndarray]) -> None:
        self.step, self.item, self.program, self.buffers = action.step, program.find(action.target), program, buffers
        self.keys: list[Key] = []
        self.widened: dict[str, bool] = {}
        self.setup: list[str] = []
        self.inner_setup: list[str] = []
        self.element = self.step.mode == "element"
        self.narrow: set[tuple[str, str]] = set()
        self.states = self._states(action)
        self.attributes = {name: self._attribute(name) for name in self.step.attributes}
        self.captured = self._captured()
        self.hidden = [f"bpl_P_{name}" for name in self.step.params] + sorted(set(self.captured.values()))
        self.hidden += ["bpl_t", "bpl_i", "bpl_dt", "bpl_at"]
        if self.element:
            self.hidden += ["bpl_obj_i", "bpl_pre_i", "bpl_post_i"]
        self._parameters()
        self.ends: tuple[str, ...] = ()
        if self.element and isinstance(self.item, Projection):
            self.ends = tuple(self.take((self.item.name, "edges", name)) for name in ("pre_ids", "post_ids"))

    def fail(self, what: str) -> NoReturn:
        """Raise for something that the kernel cannot take."""
        raise NotCompiledError(self.step.name, Obstacle(what, self.step.place))

    def flat(self, name: str) -> tuple[str, ...]:
        """The names that stand for an argument of the step."""
        if name in ("ST", "pre", "post") and name not in self.attributes:
            return ()
        return self.attributes.get(name, (name,))

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
        taken = {name for piece in self.step.pieces for name in names_in(piece.tree)}
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
        self.fail(
            f"argument {name!r}, which is no number, no array of numbers of one or two dimensions and no list of "
            f"index arrays"
        )

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


def names_in(tree: ast.AST) -> set[str]:
    """All names in a tree, of arguments too."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
