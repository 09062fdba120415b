"""Python steps on the reference back end: the user's own text, compiled under its own file and lines.

A step computes in float64. Of an array in float32 it sees a twin, which is filled before it and rounded back after it.
"""
from __future__ import annotations

import ast
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import numpy as np

from ..ir.plan import Key, RunPython, first_stream
from ..ir.program import Population, Program, Projection
from ..kernels.reference import arrays as ours
from .equation_text import reference_text
from .reference import load


class StateView(dict[str, Any]):
    """What a step knows as ``ST``, ``pre`` or ``post``: live arrays; assigning copies into them."""

    def __setitem__(self, name: str, value: Any) -> None:
        self[name][...] = value

    def __missing__(self, name: str) -> Any:
        raise KeyError(f'"{name}" is not defined here; there are {list(self)}')


class ElementView(StateView):
    """The same for one element: a state is a number."""

    index = 0

    def __getitem__(self, name: str) -> Any:
        return wide(dict.__getitem__(self, name)[self.index])

    def __setitem__(self, name: str, value: Any) -> None:
        dict.__getitem__(self, name)[self.index] = value


def wide(value: Any) -> Any:
    """A number or an array; one in float32 as a copy in float64."""
    is_narrow = isinstance(value, np.ndarray | np.float32) and value.dtype == np.float32
    return value.astype(np.float64) if is_narrow else value


class ReferencePython:
    """A Python step bound to its arrays."""

    def __init__(self, action: RunPython, program: Program, buffers: dict[Key, np.ndarray],
                 attributes: Mapping[tuple[str, str], object]):
        self.step = action.step
        self.item = program.find(action.target)
        self.stream = first_stream(program, self.item.name)
        self.at = np.zeros(ours.AT_HEAD + self.step.n_sites, np.int64)
        self.single = program.float_type == "float32"
        self.twins: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.attributes = {name: self._seen(attributes[self.item.name, name]) for name in self.step.attributes}
        self.pushes = [(buffers[ring], buffers[state]) for ring, state in action.pushes(program)]
        self._bind_states(action, program, buffers)
        numbers = buffers[self.item.name, "param", ""]
        self.numbers = {name: (numbers, self.item.params.index(name)) for name in self.step.params
                        if name not in self.item.spread}
        self.spread = {name: buffers[self.item.name, "spread", name].reshape(self.shape) for name in self.step.params
                       if name in self.item.spread}
        texts = [reference_text(*pair) for pair in zip(self.step.equations, action.kernels)]
        self.source = "\n\n".join([*texts, self.step.text])
        self._compile(texts)

    # -- binding -----------------------------------------------------------------------------------------------------

    def _bind_states(self, action: RunPython, program: Program, buffers: dict[Key, np.ndarray]) -> None:
        item = self.item
        view = ElementView if self.step.mode == "element" else StateView
        late = {name: buffers[key] for owner, name, key in action.state_arrays(program) if key[1] == "ring"}
        self.late = [(name, ring) for name, ring in late.items()]
        self.shape: tuple[int, ...] = (-1,)
        holders: dict[str, Population | Projection] = {"self": item}
        if isinstance(item, Projection):
            holders |= {"pre": program.find(item.pre), "post": program.find(item.post)}
            self.pre_ids = buffers[item.name, "edges", "pre_ids"]
            self.post_ids = buffers[item.name, "edges", "post_ids"]
            if item.matrix:
                self.shape = tuple(len(buffers[end.name, "state", end.states[0].name])
                                   for end in (holders["pre"], holders["post"]))
        self.views: dict[str, StateView] = {}
        for owner, holder in holders.items():
            shape = self.shape if owner == "self" else (-1,)
            arrays = {state.name: buffers[holder.name, "state", state.name] for state in holder.states}
            if self.step.mode == "array":
                arrays = {name: self._seen(array) for name, array in arrays.items()}
            self.views[owner] = view({name: array.reshape(shape) for name, array in arrays.items()})
        self.n = len(buffers[item.name, "state", item.states[0].name]) if item.states else 0

    def _seen(self, value: Any) -> Any:
        """What the step sees of an array: the array, or its twin."""
        if not isinstance(value, np.ndarray) or value.dtype != np.float32:
            return wide(value)
        return self.twins.setdefault(id(value), (value, value.astype(np.float64)))[1]

    def _compile(self, texts: list[str]) -> None:
        given: dict[str, Any] = {f"bpl_{name}": getattr(ours, name) for name in dir(ours) if not name.startswith("_")}
        if self.single:
            given |= {name.removesuffix("_f32"): given[name] for name in list(given) if name.endswith("_f32")}
        given["bpl_at"] = self.at
        if texts:
            module = load("\n\n".join(texts), f"{self.item.name}.{self.step.name} integrators")
            module["draw_like"] = given["bpl_draw_like"]
            given |= {call.name: module[call.name] for call in self.step.equations}
        functions: dict[str, FunctionType] = {}
        self.namespaces: list[dict[str, Any]] = []
        for piece in self.step.pieces:
            scope = {name: self._seen(value) for name, value in piece.scope.items()}
            namespace: dict[str, Any] = {**piece.around, **given, **scope}
            code = compile(ast.Module([piece.tree], []), piece.file, "exec")
            exec(code, namespace)
            functions[piece.name] = namespace[piece.tree.name]
            functions[piece.name].__defaults__ = piece.defaults or None
            self.namespaces.append(namespace)
        for piece, namespace in zip(self.step.pieces, self.namespaces):
            namespace |= {name: functions[helper] for name, helper in piece.helpers.items()}
        self.function = functions[self.step.pieces[0].name]
        self.shown = [(namespace, piece.params) for piece, namespace in zip(self.step.pieces, self.namespaces)]

    # -- running -----------------------------------------------------------------------------------------------------

    def __call__(self, step: int, i_run: int, t: float, dt: float, seed: int) -> None:
        at = self.at
        at[:ours.AT_HEAD] = seed, self.stream, step, 0
        at[ours.AT_HEAD:] = 0
        values: dict[str, Any] = {name: np.float64(array[place]) for name, (array, place) in self.numbers.items()}
        clock = {"_t": np.float64(t), "_dt": np.float64(dt), "_i": np.int64(i_run)}
        for narrow, twin in self.twins.values():
            twin[...] = narrow
        self._tell(values if self.step.mode == "element" else
                   {**values, **{name: wide(array) for name, array in self.spread.items()}}, clock)
        for name, ring in self.late:
            seen = ring[(step + 1) % ring.shape[0]].reshape(self.shape)
            dict.__setitem__(self.views["self"], name, wide(seen) if self.step.mode == "array" else seen)
        if self.step.mode == "array":
            self.function(*self._arguments(clock))
        else:
            self._each_element(clock)
        for narrow, twin in self.twins.values():
            if narrow.flags.writeable:
                narrow[...] = twin
        for ring, state in self.pushes:
            ring[step % ring.shape[0]] = state

    def _tell(self, values: dict[str, Any], clock: dict[str, Any]) -> None:
        """Put parameters and the time where the functions find them."""
        hidden = {f"bpl_P_{name}": value for name, value in values.items()}
        for namespace, names in self.shown:
            namespace.update(hidden)
            namespace.update({name: values[name] for name in names if name in values})
            namespace.update(clock)
            namespace["bpl_dt"] = clock["_dt"]

    def _each_element(self, clock: dict[str, Any]) -> None:
        for i in range(self.n):
            places = {"_obj_i": np.int64(i)}
            self.views["self"].index = i  # type: ignore[attr-defined]
            if isinstance(self.item, Projection):
                places |= {"_pre_i": np.int64(self.pre_ids[i]), "_post_i": np.int64(self.post_ids[i])}
                self.views["pre"].index = places["_pre_i"]  # type: ignore[attr-defined]
                self.views["post"].index = places["_post_i"]  # type: ignore[attr-defined]
            self.at[3] = i
            self.at[ours.AT_HEAD:] = 0
            own = {name: wide(array[i]) for name, array in self.spread.items()}
            for namespace, names in self.shown:
                namespace.update(places)
                for name, value in own.items():
                    namespace[f"bpl_P_{name}"] = value
                    if name in names:
                        namespace[name] = value
            self.function(*self._arguments({**clock, **places}))

    def _arguments(self, system: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        for name in self.step.arguments:
            if name == "ST":
                found.append(self.views["self"])
            elif name in self.views and name not in self.attributes:
                found.append(self.views[name])
            elif name in system and name not in self.attributes:
                found.append(system[name])
            else:
                found.append(self.attributes[name])
        return found
