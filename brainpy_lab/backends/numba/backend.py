"""From a plan and its buffers to a compiled ``advance``."""
from __future__ import annotations

import llvmlite.binding
import numpy as np

from ...ir.plan import ApplyInput, Key, Plan, Record, RunKernel, RunPython, first_stream, source_key
from ...ir.program import Population, Projection
from . import cache
from .driver_text import SUFFIX, Driver, Slot
from .kernel_text import Signature, edge_types, kernel_text
from .python_step import PythonText, load_step

# LLVM gives up on vectors where more than 128 pairs of arrays might overlap, which is 17 states, and such a kernel then
# takes 8 times as long (measured, 18 states: 10.7 and 1.4 ns per neuron, state and step). The checks run once a call.
llvmlite.binding.set_option("brainpy_lab", "-vectorize-memory-check-threshold=4096")
# What is left over after the vectors of a loop gets shorter vectors, not one element after the other; LLVM does so by
# itself from 16 lanes only. The gamma network of 100 neurons takes a seventh less time, compiling it a twentieth more.
llvmlite.binding.set_option("brainpy_lab", "-epilogue-vectorization-minimum-VF=4")


class NumbaAdvance:
    """A compiled program over its buffers.

    Parameters
    ----------
    plan : Plan
    buffers : dict
        As ``runtime.buffers.allocate`` makes them; monitors add ('', 'monitor', ...) entries. Arrays may be replaced
        between calls: tell by calling `rebind`.
    """

    def __init__(self, plan: Plan, buffers: dict[Key, np.ndarray]):
        self.buffers = buffers
        self.keys = list(buffers)
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.kernel_sources: dict[str, str] = {}
        self.driver_source = self._print(plan)
        self._advance = cache.load(self.driver_source).advance
        self.rebind()

    def rebind(self) -> None:
        """Take the addresses and sizes of all buffers anew."""
        self.addresses = np.zeros(len(self.keys), np.int64)
        self.sizes = np.zeros(2 * len(self.keys), np.int64)
        for place, key in enumerate(self.keys):
            array = self.buffers[key]
            self.addresses[place] = array.ctypes.data
            if array.ndim <= 2:
                self.sizes[2 * place:2 * place + array.ndim] = array.shape

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps without the GIL; returns how many were done."""
        try:
            return int(self._advance(self.addresses, self.sizes, step, i_run, n_steps, t0, dt, seed))
        except Exception as error:
            error.add_note("A step in Python raised this in compiled code; profile.set(jit=False) shows its line.")
            raise

    # -- printing ----------------------------------------------------------------------------------------------------

    def slot(self, key: Key) -> Slot:
        array = self.buffers[key]
        return Slot(self.places[key], SUFFIX[array.dtype], array.ndim)

    def _print(self, plan: Plan) -> str:
        driver = Driver()
        for action in plan.actions:
            match action:
                case RunKernel():
                    self._kernel(driver, plan, action)
                case RunPython():
                    self._python(driver, plan, action)
                case ApplyInput(index, spec):
                    changed = self.slot(source_key(plan.program, spec.target, spec.field))
                    driver.call_input(spec.op, spec.source, changed,
                                      self.slot((spec.target, "input", str(index))))
                case Record(index, spec):
                    self._record(driver, plan, index, spec.target, spec.field, spec.kind)
        return driver.text()

    def _kernel(self, driver: Driver, plan: Plan, action: RunKernel) -> None:
        program, kernel = plan.program, action.kernel
        arrays = action.arrays(program)
        types = edge_types(kernel.layout) if kernel.space == "edges" else {}
        slots = [self.slot(key) for _, key in arrays]
        signature = Signature(tuple(name for name, _ in arrays),
                              tuple(types.get(name, slot.numba_type) for (name, _), slot in zip(arrays, slots)))
        count, axis = self._elements(plan, action)
        single = kernel.space == "neurons" and self.buffers[self.keys[count.place]].shape[axis] == 1
        text = kernel_text(kernel, action.params, action.spread, program.float_type, signature, single)
        module = cache.load(text)
        self.kernel_sources.setdefault(f"{action.target}.{kernel.name}.{kernel.space}", text)
        driver.call_kernel(module.__name__, count, axis, first_stream(program, action.target),
                           self.slot((action.target, "param", "")), slots)

    def _python(self, driver: Driver, plan: Plan, action: RunPython) -> None:
        program = plan.program
        item = program.find(action.target)
        step = PythonText(action, program, self.buffers)
        module = load_step(step)
        self.kernel_sources.setdefault(f"{action.target}.{action.step.name}.python", step.text)
        count = self.slot((item.name, "state", item.states[0].name)) if item.states else self.slot(
            (item.name, "param", ""))
        driver.call_kernel(module.__name__, count, 0, first_stream(program, item.name),
                           self.slot((item.name, "param", "")), [self.slot(key) for key in step.keys])
        for ring, state in action.pushes(program):
            driver.call_push(self.slot(ring), self.slot(state))

    def _elements(self, plan: Plan, action: RunKernel) -> tuple[Slot, int]:
        """The array whose length is the number of elements of a kernel."""
        item = plan.program.find(action.target)
        if isinstance(item, Population):
            return self.slot((item.name, "state", item.states[0].name)), 0
        assert isinstance(item, Projection)
        if action.kernel.space == "rows" or action.kernel.layout == "random":
            source = plan.program.find(item.pre)
            return self.slot((item.pre, "state", source.states[0].name)), 0
        return self.slot((item.name, "edges", "pre_ids")), 0

    def _record(self, driver: Driver, plan: Plan, index: int, target: str, field: str, kind: str) -> None:
        row = (target, "row", field)
        source = self.slot(row if row in self.buffers else source_key(plan.program, target, field))
        own = str(index)
        if kind == "events":
            steps, ids, count = (self.slot(("", "monitor", f"{own}.{part}")) for part in ("steps", "ids", "count"))
            driver.call_events(steps, ids, count, source)
        else:
            chosen = ("", "monitor", f"{own}.index")
            driver.call_record(self.slot(("", "monitor", f"{own}.out")), source,
                               self.slot(chosen) if chosen in self.buffers else None)


