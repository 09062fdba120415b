"""From the graph of a step to a `Program`: which values live together, what is computed when, what needs memory.

Values of one size that meet element by element form a *space*, which becomes a population; everything that has a
single element is in one space of its own, which all others may read. A move, a reduction or a connection becomes a
projection. What lies between two projections in one space becomes one step of its population.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import profile
from ..ir.program import Input, Monitor, Population, Program, Projection, Slot, Step
from ..runtime.bindings import Bindings, Edges, RandomEdges
from ..runtime.notices import tell
from .graph import ELEMENTWISE, LINKS, Graph, Node
from .links import lay_link
from .spaces import Space, Spaces
from .statements import Block


@dataclass
class Laid:
    """A program made from a graph.

    Attributes
    ----------
    program, bindings
    places : dict
        Variable -> (object, state).
    param_places : dict
        (id of owner, attribute) -> list of (object, parameter), of those that may move while the program runs.
    outputs : list of (monitor number, shape, dtype)
        One for each output that was asked for.
    rings : dict
        Delay -> (object, state).
    live : set of int
        Identities of the series that the program takes, in the order of the graph.
    hidden, constants : set of (object, state)
        States that are nobody's variable, and those of them that the program only reads.
    notices : list of str
        One line for each parameter by which Python decided something while the step was recorded.
    """

    program: Program
    bindings: Bindings
    places: dict[Any, tuple[str, str]]
    param_places: dict[tuple[int, str], list[tuple[str, str]]]
    outputs: list[tuple[int, tuple[int, ...], np.dtype]]
    rings: dict[Any, tuple[str, str]]
    live: set[int] = field(default_factory=set)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    constants: set[tuple[str, str]] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)


def lay_out(graph: Graph, outputs: list[Node], called: Callable[[object], str], dt: float, seed: int) -> Laid:
    """Make the program of a recorded step.

    Parameters
    ----------
    graph : Graph
    outputs : list of Node
        Values to be recorded in every step.
    called : callable
        What to call an object that owns variables.
    dt : float
        ms.
    seed : int

    Warns
    -----
    UserWarning
        When a delay is read that takes no value in the step.
    """
    for node in graph.nodes:
        if node.op == "delayed" and node.data[0] not in graph.pushes:
            late = node.data[0]
            late.freeze(node)
            tell(
                f"{late.called} is read, but takes no value in this step, so what is read stays the same: call the "
                "group itself in the step, not its update(), or end the step with update_local_delays()."
            )
    return _Layout(graph, outputs, called, dt, seed).result()


class _Layout(Spaces):
    """Order, memory and program of a step."""

    def __init__(self, graph: Graph, outputs: list[Node], called: Callable[[object], str], dt: float, seed: int):
        super().__init__(graph, outputs)
        self.called, self.dt, self.seed = called, dt, seed
        self.real = np.dtype(graph.float_type)
        self.units: list[tuple[str, Any]] = []
        self.unit_of: dict[int, int] = {}
        self.link_params: dict[tuple[str, str], Node] = {}

    # -- order -------------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        """Connections as soon as what they carry is there; then all that one space can compute, as one block."""
        links = [node for node in self.needed if node.op in LINKS]
        waiting = {node.number: node for node in self.needed if node.op in ELEMENTWISE}
        done = {node.number for node in self.needed if node.op in ("read", "array", "series")}
        self.stores = dict(self.writes)
        self.readers = self._readers()
        while links or waiting:
            ready = [node for node in links if all(source.number in done for source in self.depends(node))]
            if ready:
                for node in ready:
                    links.remove(node)
                    self._emit("link", node)
                    done.add(node.number)
                continue
            first = next(
                node for node in waiting.values() if all(source.number in done for source in self.depends(node))
            )
            space = self.space(first)
            block = []
            inside: set[int] = set()
            for number, node in list(waiting.items()):
                if self.space(node) is space and all(
                    s.number in done or s.number in inside for s in self.depends(node)
                ):
                    block.append(node)
                    inside.add(number)
                    del waiting[number]
            done |= inside
            self._emit("block", (space, block, self._ready_stores(space, done)))
            for number in inside:
                self.unit_of[number] = len(self.units) - 1
        for space in list(self.spaces.values()):
            rest = self._ready_stores(space, done)
            pushed = [delay for delay in self.pushes if self._delay_space(delay) is space]
            if rest:
                self._emit("block", (space, [], rest))
            if pushed:
                self._emit("pushes", (space, pushed))

    def _delay_space(self, delay: Any) -> Space:
        return self.spaces[self._root_of(delay, self.pushes[delay].size)]

    def _emit(self, what: str, data: Any) -> None:
        if what == "link":
            self.unit_of[data.number] = len(self.units)
        self.units.append((what, data))

    def _readers(self) -> dict[Any, set[int]]:
        """Variable -> the nodes that use the value which it has before the step."""
        readers: dict[Any, set[int]] = {}
        for node in self.needed:
            for source in self.depends(node):
                if source.op == "read":
                    readers.setdefault(source.data, set()).add(node.number)
        return readers

    def _ready_stores(self, space: Space, done: set[int]) -> list[Any]:
        """Variables of the space whose last value is there and whose old value nobody needs any more."""
        found: dict[Any, None] = {}  # a list would compare variables, which compares their elements
        for variable in self.stores:
            if variable not in space.memory:
                continue
            needs = [source.number for source in self._resolved(self.stores[variable]) if source.op != "read"]
            # A value that is another variable's old one must be taken before that one is stored.
            if all(number in done for number in needs) and self.readers.get(variable, set()) <= done:
                found[variable] = None
        taken = {
            source.data
            for variable in self.stores
            if variable not in found
            for source in self._resolved(self.stores[variable])
            if source.op == "read"
        }
        ready = [variable for variable in found if variable not in taken]
        for variable in ready:
            del self.stores[variable]
        return ready

    # -- memory ------------------------------------------------------------------------------------------------------

    def _give_memory(self) -> None:
        stored_in: dict[int, list[tuple[int, Any, Space]]] = {}
        for unit, (what, data) in enumerate(self.units):
            if what == "block":
                space, _, stores = data
                for variable in stores:
                    for source in self._resolved(self.writes[variable]):
                        stored_in.setdefault(source.number, []).append((unit, variable, space))
        for node in self.needed:
            if node.op == "series":
                space = self.space(node)
                space.memory[node] = space.new_state("series", node.dtype or "real", self._zeros(node, space.size))
            elif node.op == "array" and self.root(self.key(node)) in self.spaces:
                space = self.space(node)
                space.memory[node] = space.new_state("constant", node.dtype or "real", self._flat(node))
        for node in self.needed:
            if node.op not in ELEMENTWISE or node.op == "integrate" or not self._crosses(node):
                continue
            space, kind = self.space(node), node.dtype or "real"
            home = next(
                (
                    variable
                    for unit, variable, where in stored_in.get(node.number, ())
                    if unit == self.unit_of[node.number]
                    and where is space
                    and space.states[space.memory[variable]].dtype == kind
                ),
                None,
            )
            if home is not None:
                space.memory[node] = space.memory[home]
            else:
                space.memory[node] = space.new_state("kept", kind, self._zeros(node, space.size))
        for node in self.needed:
            if node.op in LINKS:
                self._accumulator(node)

    def _crosses(self, node: Node) -> bool:
        """Whether a value is used outside the block that computes it."""
        if any(node is output for output in self.outputs):
            return True
        home = self.unit_of[node.number]
        for user in self.users.get(node.number, ()):
            if user.op in LINKS or self.unit_of.get(user.number, home) != home:
                return True
        for unit, (what, data) in enumerate(self.units):
            if unit == home:
                continue
            if what == "block" and any(node in self._resolved(self.writes[variable]) for variable in data[2]):
                return True
            if what == "pushes" and any(node in self._resolved(self.pushes[delay]) for delay in data[1]):
                return True
        return False

    def _start_in_place(self) -> None:
        """What a sum starts from is in memory that the sum may change: where nobody else reads it, in its own."""
        for node in [node for node in self.needed if node.op == "comm" and len(node.args) > 1]:
            found = self._resolved(node.args[1])
            start = found[0] if found else None
            alone = (
                start is not None
                and len(self.users[start.number]) == 1
                and not any(start is other for other in self._kept_values())
            )
            if not (alone and (start.op == "read" and start.data in self.writes or start.op == "comm")):
                self._copy_start(node)

    def _kept_values(self) -> list[Node]:
        """Values that are looked at after all steps: outputs, pushes, and what variables are given."""
        roots = [*self.outputs, *self.pushes.values(), *self.writes.values()]
        return [source for root in roots for source in self._resolved(root)]

    def _copy_start(self, node: Node) -> None:
        copy = self.graph.add("fill", (node.args[1],), node.shape, "real")
        node.args = (node.args[0], copy)
        self.sources.pop(node.number, None)
        for source in self.depends(copy):
            self.users[source.number] = [user for user in self.users[source.number] if user is not node] + [copy]
        self.users[copy.number] = [node]
        self.needed.insert(next(k for k, other in enumerate(self.needed) if other is node), copy)

    def _accumulator(self, node: Node) -> None:
        space, link = self.space(node), node.data
        if len(node.args) > 1:
            (start,) = self._resolved(node.args[1])
            space.memory[node] = space.memory[start.data if start.op == "read" else start]
            return
        array = self._zeros(node, space.size)
        array[...] = link.start
        space.memory[node] = space.new_state("sum" if link.op == "+" else "moved", node.dtype or "real", array)

    def _zeros(self, node: Node, size: int) -> np.ndarray:
        from ..runtime.bindings import numpy_dtype

        return np.zeros(size, numpy_dtype(node.dtype or "real", self.real))

    def _flat(self, node: Node) -> np.ndarray:
        from ..runtime.bindings import numpy_dtype

        return np.ascontiguousarray(node.data[0].reshape(-1), numpy_dtype(node.dtype or "real", self.real))

    # -- the program -------------------------------------------------------------------------------------------------

    def result(self) -> Laid:
        self._start_in_place()
        self.find_spaces()
        self._schedule()
        self._give_memory()
        rings = self._make_rings()
        schedule, projections, edges, weights = self._make_steps()
        inputs, input_slots = self._make_inputs()
        monitors, monitor_slots, outputs = self._make_monitors()
        objects = tuple(self._population(space) for space in self.spaces.values())
        one = self.spaces.get("one")
        program = Program(
            (*objects, *projections),
            (*input_slots, *schedule, *monitor_slots),
            inputs,
            monitors,
            self.graph.float_type,
            one.name if one is not None else "",
            joint_sites=True,
            sums=profile.get_sums(),
        )
        names = self._names()
        arrays = {(space.name, name): array for space in self.spaces.values() for name, array in space.arrays.items()}
        params: dict[tuple[str, str], float | np.ndarray] = dict(weights)
        places: dict[tuple[int, str], list[tuple[str, str]]] = {}
        called: dict[tuple[str, str], tuple[str, str]] = {}
        for space in self.spaces.values():
            for name, node in space.params.items():
                params[space.name, name] = self._flat(node) if node.op == "array" else node.known
                owner, attribute = node.data[-2:]
                if owner is not None and attribute:
                    called[space.name, name] = (self.called(owner), attribute)
                places.setdefault((id(owner), attribute), []).append((space.name, name))
        for place, node in self.link_params.items():
            owner, attribute = node.data[-2:]
            if owner is not None:
                called[place] = (self.called(owner), attribute)
                places.setdefault((id(owner), attribute), []).append(place)
        sizes = {space.name: space.size for space in self.spaces.values()}
        sizes |= {name: 0 if isinstance(found, RandomEdges) else len(found.pre_ids) for name, found in edges.items()}
        series = [
            np.zeros((1, *node.shape)).reshape((1,) if node.size == 1 else (1, node.size))
            for node in self.graph.series
            if node in self._live_series()
        ]
        bindings = Bindings(
            self.dt, sizes, arrays, params, edges, series, [None] * len(monitors), self.seed, {}, names, called
        )
        variables = {
            variable: (space.name, state)
            for space in self.spaces.values()
            for variable, state in space.memory.items()
            if not isinstance(variable, Node)
        }
        hidden = set(arrays) - set(variables.values())
        constants = {
            (space.name, state)
            for space in self.spaces.values()
            for node, state in space.memory.items()
            if isinstance(node, Node) and node.op == "array"
        }
        live = {id(node) for node in self._live_series()}
        folded = self.graph.folded
        movable = {key: found for key, found in places.items() if key not in folded}
        notices = [
            f"{self.called(owner)}.{attribute} decided something in Python (an `if`, a count, int(...)) when this was "
            "built: a new value of it does not change that decision before it is built again"
            for owner, attribute in folded.values()
        ]
        return Laid(program, bindings, variables, movable, outputs, rings, live, hidden, constants, notices)

    def _live_series(self) -> list[Node]:
        return [node for node in self.graph.series if any(node is needed for needed in self.needed)]

    def _population(self, space: Space) -> Population:
        if not space.states:
            space.new_state("nothing", "real", np.zeros(space.size, self.real))
        return Population(
            space.name,
            "traced",
            tuple(space.states.values()),
            tuple(space.params),
            tuple(space.steps),
            frozenset(space.spread),
            rings=tuple(space.rings.items()),
        )

    def _names(self) -> dict[str, str]:
        """What to call each population: by the first of its owners that is a neuron, or by the first there is."""
        names = {}
        for space in self.spaces.values():
            owners = sorted(space.owners, key=lambda owner: not getattr(owner, "is_neuron", False))
            names[space.name] = self.called(owners[0]) if owners else space.name
        return names

    def _make_rings(self) -> dict[Any, tuple[str, str]]:
        rings = {}
        for delay, node in self.pushes.items():
            space = self._delay_space(delay)
            name = space.new_state("late", node.dtype or "real", self._zeros(node, space.size))
            space.rings[name] = delay.steps + 1
            space.memory[delay] = name
            rings[delay] = (space.name, name)
        return rings

    def _make_steps(self):
        schedule: list[Slot] = []
        projections: list[Projection] = []
        edges: dict[str, Edges | RandomEdges] = {}
        weights: dict[tuple[str, str], float | np.ndarray] = {}
        clears = self._clears()
        before: dict[str, list[Node]] = {}
        for node, unit in clears.items():
            if unit is None:
                before.setdefault(self.space(node).name, []).append(node)
        for space in self.spaces.values():
            if space.name in before:
                block = Block(self, space)
                for node in before[space.name]:
                    block.clear(node)
                schedule.append(self._add_step(space, block))
        for unit, (what, data) in enumerate(self.units):
            if what == "link":
                projections.append(self._projection(data, len(projections), edges, weights))
                schedule.append(Slot(projections[-1].name, "step", "carry"))
                continue
            if what == "pushes":
                space, delays = data
                block = Block(self, space)
                for delay in delays:
                    block.push(delay, self.pushes[delay])
            else:
                space, nodes, stores = data
                block = Block(self, space)
                for node in nodes:
                    block.compute(node)
                block.store(stores)
                for node, where in clears.items():
                    if where == unit:
                        block.clear(node)
            schedule.append(self._add_step(space, block))
        return schedule, projections, edges, weights

    def _clears(self) -> dict[Node, int | None]:
        """When the memory of each sum goes back to its start: in the last block of its space that reads it.

        None stands for the beginning of the step, where no such block comes last.
        """
        found: dict[Node, int | None] = {}
        for node in self.needed:
            if node.op not in LINKS or node.data.op == "=" or len(node.args) > 1:
                continue
            users = [self.unit_of[user.number] for user in self.users.get(node.number, ())]
            users += [
                unit
                for unit, (what, data) in enumerate(self.units)
                if what == "block"
                and any(node in self._resolved(self.writes[v]) for v in data[2])
                or what == "pushes"
                and any(node in self._resolved(self.pushes[d]) for d in data[1])
            ]
            last = max(users, default=None)
            ok = last is not None and self.units[last][0] == "block" and self.units[last][1][0] is self.space(node)
            found[node] = last if ok else None
        return found

    def _add_step(self, space: Space, block: Block) -> Slot:
        name = f"step_{len(space.steps)}" if space.steps else "step"
        space.steps.append(Step(name, tuple(block.body)))
        return Slot(space.name, "step", name)

    def _projection(self, node: Node, number: int, edges: dict, weights: dict) -> Projection:
        (source,) = self._resolved(node.args[0])
        pre, post, name = self.space(source), self.space(node), f"S{number}"
        carried = pre.memory[source.data if source.op == "read" else source]
        laid = lay_link(node, name, pre.name, post.name, carried, post.memory[node])
        edges[name] = laid.edges
        for key, known in laid.params.items():
            weights[name, key] = self._flat(known) if known.op == "array" else float(known.known)
            if known.op != "const":
                self.link_params[name, key] = known
        return laid.projection

    def _make_inputs(self):
        inputs, slots = [], []
        for node in self._live_series():
            space = self.space(node)
            slots.append(Slot(space.name, "input", str(len(inputs))))
            inputs.append(Input(space.name, space.memory[node], "=", "series" if node.size == 1 else "table"))
        return tuple(inputs), tuple(slots)

    def _make_monitors(self):
        monitors: list[Monitor] = []
        slots, outputs = [], []
        known: dict[tuple[str, str], int] = {}
        from .arrays import numpy_type

        for node, shape in zip(self.outputs, self.shapes):
            space = self.space(node)
            state = space.memory[node.data if node.op == "read" else node]
            if (space.name, state) not in known:
                known[space.name, state] = len(monitors)
                kind = "events" if space.states[state].dtype == "bool" and space.size > 1 else "dense"
                slots.append(Slot(space.name, "monitor", str(len(monitors))))
                monitors.append(Monitor(space.name, state, kind))
            outputs.append((known[space.name, state], shape, numpy_type(node.dtype)))
        return tuple(monitors), tuple(slots), outputs
