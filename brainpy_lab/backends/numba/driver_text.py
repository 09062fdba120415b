"""The driver as text: the loop over steps, with one call per action.

It takes the addresses and sizes of all arrays in two tables, so its signature is the same for every program and its
text depends on the structure of a program only.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SUFFIX = {np.dtype(np.float64): "f64", np.dtype(np.float32): "f32", np.dtype(np.int64): "i64",
          np.dtype(np.int32): "i32", np.dtype(np.bool_): "b1"}
NUMBA = {"f64": "float64", "f32": "float32", "i64": "int64", "i32": "int32", "b1": "boolean"}

ENTRY = "int64(int64[::1], int64[::1], int64, int64, int64, float64, float64, int64)"
"""advance(addresses, sizes, step, i_run, n_steps, t0, dt, seed) -> steps done. Fewer than asked for when a list of
events has no room left for one more step."""


@dataclass(frozen=True)
class Slot:
    """An array as the driver sees it: its place in the tables, element type and number of dimensions."""

    place: int
    suffix: str
    ndim: int

    @property
    def name(self) -> str:
        return f"a{self.place}"

    @property
    def numba_type(self) -> str:
        return f"{NUMBA[self.suffix]}[{'::1' if self.ndim == 1 else ':, ::1'}]"

    def binding(self) -> str:
        """The line that makes the array."""
        kind = "flat" if self.ndim == 1 else "table"
        return f"{self.name} = {kind}_{self.suffix}(addresses, sizes, {self.place})"


@dataclass(frozen=True)
class Part:
    """Which elements a call is about, as texts: the number of the first one, and how many."""

    first: str
    n: str

    @property
    def columns(self) -> str:
        """Their columns in a table."""
        return f", {self.first}:{self.first} + {self.n}"


def whole(slot: Slot) -> Part:
    """All elements of an array."""
    return Part("0", f"sizes[{2 * slot.place}]")


class Driver:
    """Collects calls and prints them."""

    def __init__(self) -> None:
        self.slots: dict[int, Slot] = {}
        self.imports: dict[str, str] = {}
        self.apart: dict[str, None] = {}  # kernels that do not become part of the driver
        self.memory: set[str] = set()
        self.calls: list[str] = []
        self.active: dict[str, None] = {}  # how many source neurons kernels look at
        self.rooms: list[str] = []

    def use(self, slot: Slot) -> str:
        """The name of an array, bound before the loop."""
        self.slots[slot.place] = slot
        self.memory.add(("flat_" if slot.ndim == 1 else "table_") + slot.suffix)
        return slot.name

    def call_kernel(self, module: str, part: Part, stream: int, params: Slot, arrays: list[Slot],
                    sources: str | None = None, single: bool = False) -> None:
        """Call a compiled kernel; `sources` is how many source neurons one looks at that lists the active ones.

        The kernel of a `single` neuron becomes part of the driver, because the call would cost a simple model up to
        half of its time; all others are called where they lie, which halves what a driver takes to compile.
        """
        alias = self.imports.setdefault(module, f"kernel_{len(self.imports)}")
        if not single:
            self.apart[alias] = None
        names = [self.use(params), *(self.use(slot) for slot in arrays)]
        if sources is not None:
            self.active[sources] = None
            names.append("active")
        self.calls.append(f"{alias}({part.first}, {part.n}, k, i, t, dt, seed, {stream}, {', '.join(names)})")

    def call_input(self, op: str, source: str, target: Slot, value: Slot, part: Part) -> None:
        """Apply an input; series and tables end silently with their last row."""
        function = {"+": "input_add", "-": "input_subtract", "*": "input_multiply", "/": "input_divide",
                    "=": "input_set"}[op]
        if source == "events":
            self.memory.add("input_events")
            self.calls.append(f"input_events({self.use(target)}, {part.first}, {self.use(value)}, t, dt)")
            return
        number = source in ("number", "series", "wave")
        function += "_number" if number else ""
        self.memory.add(function)
        name, array = self.use(target), self.use(value)
        match source:
            case "number":
                self.calls.append(f"{function}({name}, {array}[0])")
            case "array":
                self.calls.append(f"{function}({name}, {array})")
            case "wave":
                self.calls.append(f"{function}({name}, {array}[k % {array}.shape[0]])")
            case _:
                row = f"{array}[i{'' if number else part.columns}]"
                self.calls += [f"if i < {array}.shape[0]:", f"    {function}({name}, {row})"]

    def call_record(self, out: Slot, source: Slot, index: Slot | None, part: Part) -> None:
        """Record into the row of this step; a shorter table than the run is used as a ring."""
        table, array = self.use(out), self.use(source)
        function = "record_all" if index is None else "record_some"
        self.memory.add(function)
        more = "" if index is None else f", {self.use(index)}"
        self.calls.append(f"{function}({table}, i % {table}.shape[0], {part.first}, {array}{more})")

    def call_push(self, ring: Slot, source: Slot) -> None:
        """Store a state in its delay ring, at the place of this step."""
        table, array = self.use(ring), self.use(source)
        self.memory.add("record_all")
        self.calls.append(f"record_all({table}, k % {table}.shape[0], 0, {array})")

    def call_events(self, steps: Slot, ids: Slot, count: Slot, source: Slot) -> None:
        """Append the events of this step."""
        names = [self.use(slot) for slot in (steps, ids, count, source)]
        self.memory.add("record_events")
        self.rooms.append(f"{names[2]}[0] + {names[3]}.shape[0] > {names[0]}.shape[0]")
        self.calls.append(f"record_events({names[0]}, {names[1]}, {names[2]}, i, {names[3]})")

    def kernels(self) -> list[str]:
        """The lines that import the kernels."""
        lines = [f"from {module} import kernel as {alias}" for module, alias in self.imports.items()]
        if self.apart:
            lines.append("from brainpy_lab.kernels.numba.apart import apart")
        return lines + [f"{alias} = apart({alias})" for alias in self.apart]

    def scratch(self) -> list[str]:
        """The line that makes the memory of the list of active neurons, which kernels use one after the other."""
        return [f"active = np.empty(max(0, {', '.join(self.active)}), np.int32)"] if self.active else []

    def text(self) -> str:
        """The module that defines ``advance``."""
        lines = ["import numpy as np"] if self.active else []
        lines.append("from numba import njit")
        lines += self.kernels()
        lines += [f"from brainpy_lab.kernels.numba.memory import {name}" for name in sorted(self.memory)]
        lines += ["", "", f'@njit("{ENTRY}", cache=CACHE, nogil=True, no_cfunc_wrapper=True, error_model="numpy")']
        lines.append("def advance(addresses, sizes, step, i_run, n_steps, t0, dt, seed):")
        lines += [f"    {line}" for line in [*(slot.binding() for slot in self.slots.values()), *self.scratch()]]
        lines.append("    for q in range(n_steps):")
        if self.rooms:
            lines += [f"        if {' or '.join(self.rooms)}:", "            return q"]
        lines += ["        k = step + q", "        i = i_run + q", "        t = t0 + i * dt"]
        lines += [f"        {call}" for call in self.calls]
        lines.append("    return n_steps")
        return "\n".join(lines) + "\n"
