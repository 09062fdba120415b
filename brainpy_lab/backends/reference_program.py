"""A whole program on the reference back end: the actions of a step, one after the other, in Python."""
from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ..ir.plan import (
    EDGE_ARRAYS,
    ApplyInput,
    Key,
    Plan,
    Record,
    RunKernel,
    RunPython,
    first_stream,
    recorded,
    source_key,
)
from ..ir.program import Monitor, Projection
from .python_step import ReferencePython
from .reference import ReferenceKernel

Call = Callable[[int, int, float, float, int], None]


class ReferenceAdvance:
    """A program over its buffers, executed by NumPy. The same interface as ``NumbaAdvance``."""

    threads = 1
    orders_events = True

    def __init__(self, plan: Plan, buffers: dict[Key, np.ndarray],
                 attributes: Mapping[tuple[str, str], object] | None = None):
        self.buffers = buffers
        self.attributes = attributes or {}
        self.kernel_sources: dict[str, str] = {}
        self.notices: list[str] = []
        self.plan = plan
        self.rebind()

    def rebind(self) -> None:
        """Take all buffers anew."""
        self.calls: list[Call] = []
        self.rooms: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        for action in self.plan.actions:
            match action:
                case RunKernel():
                    self.calls.append(self._kernel(action))
                case RunPython():
                    step = ReferencePython(action, self.plan.program, self.buffers, self.attributes)
                    self.kernel_sources[f"{action.target}.{action.step.name}.python"] = step.source
                    self.calls.append(step)
                case ApplyInput(index, spec):
                    target = self.buffers[source_key(self.plan.program, spec.target, spec.field)]
                    value = self.buffers[spec.target, "input", str(index)]
                    self.calls.append(_events(target, value) if spec.source == "events"
                                      else _input(spec.op, spec.source, target, value))
                case Record(index, spec):
                    self.calls.append(self._record(index, spec))

    def fetch(self) -> None:
        """Nothing: the buffers are all there is."""

    def touched(self) -> None:
        """Nothing."""

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps; returns how many were done."""
        with np.errstate(all="ignore"):
            for done in range(n_steps):
                if any(count[0] + len(source) > len(steps) for steps, count, source in self.rooms):
                    return done
                t = t0 + (i_run + done) * dt
                for call in self.calls:
                    call(step + done, i_run + done, t, dt, seed)
        return n_steps

    def _kernel(self, action: RunKernel) -> Call:
        program = self.plan.program
        item = program.find(action.target)
        arrays = [(name, self.buffers[key]) for name, key in action.arrays(program)
                  if key[1] != "edges"]
        edges = None
        if action.kernel.space == "edges":
            is_random = action.kernel.layout == "random"
            names = EDGE_ARRAYS["random"] if is_random else ("pre_ids", "post_ids")
            edges = {name: self.buffers[item.name, "edges", name] for name in names}
            assert isinstance(item, Projection)
            n = self._count(item.pre) if is_random else len(edges["pre_ids"])
        elif action.kernel.space == "rows" and isinstance(item, Projection):
            n = self._count(item.pre)
        else:
            n = self._count(item.name)
        stream = first_stream(program, item.name)
        kernel = ReferenceKernel(action, program.float_type, arrays, self.buffers[item.name, "param", ""], n, stream,
                                 edges)
        self.kernel_sources[f"{item.name}.{action.kernel.name}.{action.kernel.space}"] = kernel.source
        return kernel

    def _count(self, name: str) -> int:
        """Number of elements of an object."""
        return len(self.buffers[name, "state", self.plan.program.find(name).states[0].name])

    def _record(self, index: int, spec: Monitor) -> Call:
        source = self.buffers[recorded(self.plan.program, spec, self.buffers)]

        def buffer(part: str) -> np.ndarray | None:
            return self.buffers.get(("", "monitor", f"{index}.{part}"))

        if spec.kind == "events":
            steps, ids, count = buffer("steps"), buffer("ids"), buffer("count")
            assert steps is not None and ids is not None and count is not None
            self.rooms.append((steps, count, source))

            def events(step: int, i_run: int, t: float, dt: float, seed: int) -> None:
                found = np.flatnonzero(source)
                first = int(count[0])
                steps[first:first + len(found)] = i_run
                ids[first:first + len(found)] = found
                count[0] = first + len(found)

            return events
        out, chosen = buffer("out"), buffer("index")
        assert out is not None

        def record(step: int, i_run: int, t: float, dt: float, seed: int) -> None:
            out[i_run % len(out)] = source if chosen is None else source[chosen]

        return record


def _events(target: np.ndarray, rows: np.ndarray) -> Call:
    times = rows[:, 0]

    def apply(step: int, i_run: int, t: float, dt: float, seed: int) -> None:
        # A time that is a step's start up to rounding belongs to that step; the two bounds of a step meet those of
        # its neighbours, so that each event comes once.
        late = 1e-9 * dt
        first = np.searchsorted(times, t - dt + late, side="right")
        last = np.searchsorted(times, t + late, side="right")
        target[rows[first:last, 1].astype(np.int64)] = 1

    return apply


def _input(op: str, source: str, target: np.ndarray, value: np.ndarray) -> Call:
    ufunc = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}.get(op)

    def apply(step: int, i_run: int, t: float, dt: float, seed: int) -> None:
        if source in ("series", "table"):
            if i_run >= len(value):
                return
            now = value[i_run]
        elif source == "wave":
            now = value[step % len(value)]
        else:
            now = value if source == "array" else value[0]
        target[:] = now if ufunc is None else ufunc(target, now)

    return apply
