"""From a plan and its buffers to a compiled ``advance``."""
from __future__ import annotations

import llvmlite.binding
import numpy as np

from ...ir.plan import Action, ApplyInput, Key, Plan, Record, RunKernel, RunPython, first_stream, recorded, source_key
from ...ir.program import Projection
from . import cache
from .dealing import Dealt
from .driver_text import SUFFIX, Driver, Part, Slot, whole
from .kernel_text import Signature, edge_types, kernel_text, lists_active
from .plain_names import with_plain_names
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

    Attributes
    ----------
    threads : int
        How many run the program.
    notices : list of str
        What a person should know about it.
    """

    threads = 1
    orders_events = True

    def __init__(self, plan: Plan, buffers: dict[Key, np.ndarray]):
        self.buffers = buffers
        self.keys = list(buffers)
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.kernel_sources: dict[str, str] = {}
        self.notices: list[str] = []
        self.driver_source = self._print(plan)
        self._load()

    def _load(self) -> None:
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

    def fetch(self) -> None:
        """Nothing: the buffers are all there is."""

    def touched(self) -> None:
        """Nothing."""

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps without the GIL; returns how many were done."""
        try:
            return self._run(step, i_run, n_steps, t0, dt, seed)
        except Exception as error:
            error.add_note("A step in Python raised this in compiled code; profile.set(jit=False) shows its line.")
            raise

    def _run(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        return int(self._advance(self.addresses, self.sizes, step, i_run, n_steps, t0, dt, seed))

    # -- printing ----------------------------------------------------------------------------------------------------

    def slot(self, key: Key) -> Slot:
        array = self.buffers[key]
        return Slot(self.places[key], SUFFIX[array.dtype], array.ndim)

    def _print(self, plan: Plan) -> str:
        driver = Driver()
        for action in plan.actions:
            self._act(driver, plan, action, EVERYTHING)
        return driver.text()

    def _act(self, driver: Driver, plan: Plan, action: Action, dealt: Dealt) -> None:
        """Print the calls of an action, of which a thread does what `dealt` says."""
        match action:
            case RunKernel():
                self._kernel(driver, plan, action, dealt)
            case RunPython():
                self._python(driver, plan, action)
            case ApplyInput(index, spec):
                target, value = source_key(plan.program, spec.target, spec.field), (spec.target, "input", str(index))
                driver.call_input(spec.op, spec.source, self.take("target", target, dealt),
                                  self.take("value", value, dealt), self.part(dealt, target))
            case Record():
                self._record(driver, plan, action, dealt)

    def take(self, name: str, key: Key, dealt: Dealt) -> Slot:
        """What a thread sees of an array, the argument `name` of a call."""
        return self.slot(key)

    def part(self, dealt: Dealt, counted: Key) -> Part:
        """The elements that a thread works on; `counted` has all of them."""
        return whole(self.slot(counted))

    def _kernel(self, driver: Driver, plan: Plan, action: RunKernel, dealt: Dealt) -> None:
        program = plan.program
        kernel, arrays = with_plain_names(action.kernel, action.arrays(program))
        picked = self._is_picked(action, dealt)
        if picked:
            arrays.append(("edge_ids", (action.target, "edges", "edge_ids")))
        types = edge_types(kernel.layout) if kernel.space == "edges" else {}
        slots = [self.take(name, key, dealt) for name, key in arrays]
        signature = Signature(tuple(name for name, _ in arrays),
                              tuple(types.get(name, slot.numba_type) for (name, _), slot in zip(arrays, slots)))
        count = self._elements(plan, action)
        single = self._is_single(action, count)
        text = kernel_text(kernel, action.params, action.spread, program.float_type, signature, single, picked)
        module = cache.load(text)
        self.kernel_sources.setdefault(f"{action.target}.{kernel.name}.{kernel.space}", text)
        part, sources = self.part(dealt, count), None
        if lists_active(kernel):
            starts = next((slot for (name, _), slot in zip(arrays, slots) if name == "row_starts"), None)
            sources = part.n if starts is None else f"sizes[{2 * starts.place}]"
        driver.call_kernel(module.__name__, part, first_stream(program, action.target),
                           self.slot((action.target, "param", "")), slots, sources, single)

    def _is_single(self, action: RunKernel, count: Key) -> bool:
        return action.kernel.space == "neurons" and len(self.buffers[count]) == 1

    def _is_picked(self, action: RunKernel, dealt: Dealt) -> bool:
        """Whether a thread finds its edges in a list of ids."""
        return False

    def _python(self, driver: Driver, plan: Plan, action: RunPython) -> None:
        program = plan.program
        item = program.find(action.target)
        step = PythonText(action, program, self.buffers)
        module = load_step(step)
        self.kernel_sources.setdefault(f"{action.target}.{action.step.name}.python", step.text)
        count = (item.name, "state", item.states[0].name) if item.states else (item.name, "param", "")
        driver.call_kernel(module.__name__, whole(self.slot(count)), first_stream(program, item.name),
                           self.slot((item.name, "param", "")), [self.slot(key) for key in step.keys])
        for ring, state in action.pushes(program):
            driver.call_push(self.slot(ring), self.slot(state))

    def _elements(self, plan: Plan, action: RunKernel) -> Key:
        """An array of as many elements as a kernel runs over."""
        item = plan.program.find(action.target)
        if isinstance(item, Projection) and action.kernel.space == "edges" and action.kernel.layout != "random":
            return item.name, "edges", "pre_ids"
        owner = plan.program.find(item.pre) if isinstance(item, Projection) else item
        return owner.name, "state", owner.states[0].name

    def _record(self, driver: Driver, plan: Plan, action: Record, dealt: Dealt) -> None:
        source = recorded(plan.program, action.spec, self.buffers)

        def own(part: str) -> Key:
            return "", "monitor", f"{action.index}.{part}"

        if action.spec.kind == "events":
            self._events(driver, source, [own(part) for part in ("steps", "ids", "count")], dealt)
            return
        chosen = own("index")
        driver.call_record(self.slot(own("out")), self.take("source", source, dealt),
                           self.take("index", chosen, dealt) if chosen in self.buffers else None,
                           self.part(dealt, source))

    def _events(self, driver: Driver, source: Key, lists: list[Key], dealt: Dealt) -> None:
        steps, ids, count = (self.slot(key) for key in lists)
        driver.call_events(steps, ids, count, self.slot(source))


EVERYTHING = Dealt()
"""One thread does all."""
