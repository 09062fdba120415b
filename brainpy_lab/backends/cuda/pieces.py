"""The actions of a step as pieces: what each does for one element of a space, and whose numbers it looks at.

A space is what threads are counted by: the neurons of a population (also for the rows of a projection, and for its
edges where they add to their targets), the edges of a projection, the elements of an array. Where edges add to their
targets, the thread of a target goes through the edges that end there, in ascending order: the same left fold as on a
CPU, without atomics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...errors import ModelUseError
from ...ir.expr import Call, Cast, Const, Element, Expr, Field, Local, Param, Select, walk
from ...ir.kernel import Accumulate, DrawLet, Kernel, Let, Push, RingLet, values
from ...ir.plan import ApplyInput, Key, Plan, Record, RunKernel, first_stream, recorded, source_key
from ...ir.program import Projection
from .body import Body
from .expression_text import CudaText, local
from .memory_text import Memory

INCOMING = ("in_starts", "in_edges")
"""Edges by target: those of target q are ``in_edges[in_starts[q]]`` and so on, in ascending order."""


@dataclass
class Piece:
    """One action.

    Parameters
    ----------
    title : str
        For people who read the text.
    space : str
    counted : Key
        An array with as many elements as the space has.
    gathered : set of Key
        Arrays of which it reads the numbers of other elements.
    own : set of Key
        Arrays of which it reads those of its own.
    written : set of Key
    """

    title: str
    space: str
    counted: Key
    gathered: set[Key] = field(default_factory=set)
    own: set[Key] = field(default_factory=set)
    written: set[Key] = field(default_factory=set)

    def print(self, body: Body) -> None:
        """Add the statements for element ``i``."""
        raise NotImplementedError


def space_of(plan: Plan, key: Key) -> str:
    """The space of an array: its elements belong to neurons, to edges, or to nothing else."""
    target, kind, name = key
    item = plan.program.find(target)
    if kind == "row" and isinstance(item, Projection):
        return item.pre
    if kind == "state":
        return f"{target} edges" if isinstance(item, Projection) else target
    return f"{target}.{name}"


class KernelPiece(Piece):
    """A kernel over neurons, rows or edges that are stored."""

    def __init__(self, plan: Plan, action: RunKernel, by_edge: bool = False):
        """With `by_edge` a thread has an edge also where edges add to their targets, which is done by atomics."""
        self.kernel, self.action, self.plan = action.kernel, action, plan
        self.item = plan.program.find(action.target)
        kernel = self.kernel
        self.by_edge = by_edge
        self.adds = not by_edge and any(isinstance(effect, Accumulate) for effect in kernel.effects)
        self.on_edges = kernel.space == "edges"
        population = self.item.name
        if isinstance(self.item, Projection):
            population = self.item.post if self.adds else self.item.pre
        owner = plan.program.find(population)
        space, counted = population, (owner.name, "state", owner.states[0].name)
        if self.on_edges and not self.adds:
            space, counted = f"{self.item.name} edges", (self.item.name, "edges", "pre_ids")
        super().__init__(f"{kernel.name}, {kernel.space}", space, counted)
        self.keys = dict(action.arrays(plan.program))
        if isinstance(self.item, Projection):
            pre = plan.program.find(self.item.pre)
            self.sources: Key = (pre.name, "state", pre.states[0].name)
        self._own_owners = {"neurons": {"self"}, "rows": {"pre", "row"}, "edges": {"post"} if self.adds else {"self"}}[
            kernel.space
        ]
        for name, key in self.keys.items():
            owner_name = name.removeprefix("ring_").partition("_")[0]
            if key[1] in ("state", "row", "ring", "spread"):
                is_own = self.is_own(owner_name, key) or owner_name in ("self", "each")
                (self.own if is_own else self.gathered).add(key)
        for effect in kernel.effects:
            if isinstance(effect, Accumulate):
                self.written.add(self.keys[f"post_{effect.field}"])
            elif isinstance(effect, Push):
                self.written.add(self.keys[f"ring_{effect.owner}_{effect.field}"])
            else:
                self.written.add(self.keys[f"{effect.owner}_{effect.field}"])
        if kernel.serial and self.gathered & self.written:
            place = next((step.place for step in self.item.steps if step.name == kernel.name), None)
            raise ModelUseError(
                f"step {kernel.name!r} of {self.item.name!r}: its synapses read from their source neurons what earlier "
                "synapses of the same step added there, so they must run one after the other, which a GPU cannot. "
                'Read and add different states, or run on the CPU: profile.set(device="cpu").',
                place=place,
            )

    def is_own(self, owner: str, key: Key) -> bool:
        """Whether the number that the element needs is its own one."""
        return owner in self._own_owners or owner == "one" and not self.on_edges and key[0] == self.space

    # -- printing ----------------------------------------------------------------------------------------------------

    def print(self, body: Body) -> None:
        body.add(KernelPrinter(self, body).lines())


_OF_ELEMENTS = (Field, Element, Local)
"""What may differ from one element to another."""


class SharedText(CudaText):
    """What is computed before the loop: locals are called as they are `named` there."""

    def __init__(self, float_type: str, leaf: Callable[[Expr], str], named: dict[str, str]):
        super().__init__(float_type, leaf)
        self.named = named

    def of(self, node: Expr) -> str:
        return self.named[node.name] if isinstance(node, Local) else super().of(node)


class KernelPrinter:
    def __init__(self, piece: KernelPiece, body: Body):
        self.piece, self.body, self.memory = piece, body, body.memory
        self.kernel: Kernel = piece.kernel
        self.keys = piece.keys
        self.action = piece.action
        program = piece.plan.program
        self.stream = first_stream(program, piece.item.name)
        self.text = CudaText(program.float_type, self.leaf)
        # Names of the element itself and of what it is joined to, as the statements call them.
        if not piece.on_edges:
            self.index = {"self": "i", "pre": "i", "row": "i"}
        elif piece.adds:
            self.index = {"self": "e", "pre": "j", "row": "j", "post": "i"}
        else:
            self.index = {"self": "i", "pre": "j", "row": "j", "post": "q"}
        self.is_nested = piece.on_edges and piece.adds
        self.loads: dict[str, str] = {}
        self.lets = {let.name: let.value for let in self.kernel.lets if isinstance(let, Let)}
        self._shared: dict[str, bool] = {}  # of lets, as the next: asked once each, for locals of locals double
        self._calling: dict[str, bool] = {}
        self._hoisted: dict[str, str] = {}
        self.shared_text = SharedText(program.float_type, self.leaf, self._hoisted)

    def edges(self, name: str) -> Key:
        return self.piece.item.name, "edges", name

    # -- leaves ------------------------------------------------------------------------------------------------------

    def leaf(self, node: Expr) -> str:
        match node:
            case Field(owner, name):
                return self.read(owner, self.keys[f"{owner}_{name}"])
            case Param(name) if name in self.action.spread:
                return self.read("self", self.keys[f"each_{name}"])
            case Param(name):
                place = self.action.params.index(name)
                return f"{self.memory.pointer((self.piece.item.name, 'param', ''))}[{place}]"
            case Element(which):
                return self.index[which]
        raise TypeError(type(node).__name__)

    def read(self, owner: str, key: Key) -> str:
        """A number of the element, of what it is joined to, or of the population of one."""
        if self.piece.is_own(owner, key):
            return self.body.own(key)
        index = self.index.get(owner, "0")
        return self.loads.setdefault(f"{self.memory.pointer(key)}[{index}]", f"g{len(self.loads)}")

    def take_loads(self) -> list[str]:
        """Declarations for what was read since the last time."""
        lines = [f"const auto {name} = {source};" for source, name in self.loads.items() if name not in self._taken]
        self._taken |= set(self.loads.values())
        return lines

    # -- statements --------------------------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        self._taken: set[str] = set()
        guard = [] if self.kernel.guard is None else self._guarded(self.text.of(self.kernel.guard))
        lets = [line for let in self.kernel.lets for line in self.binding(let)]
        new = [f"const auto new_{k} = {self.text.of(e.value)};" for k, e in enumerate(self.kernel.effects)]
        when = [
            self.text.of(e.when) if isinstance(e, Accumulate) and e.when is not None else ""
            for e in self.kernel.effects
        ]
        inner = [*self.take_loads(), *lets, *new]
        for number, condition in enumerate(when):
            inner += self.effect(number, condition)
        if not self.piece.on_edges:
            return inner
        if not self.is_nested:
            names = [f"const long long j = {self.memory.pointer(self.edges('pre_ids'))}[i];"]
            if self.piece.by_edge or any("q" == self.index[owner] for owner in self._owners()):
                names.append(f"const long long q = {self.memory.pointer(self.edges('post_ids'))}[i];")
            return [*names, *guard, *inner] if not guard else [*names, *guard, *indent(inner), "}"]
        starts, ids, pre = (self.memory.pointer(self.edges(name)) for name in (*INCOMING, "pre_ids"))
        loop = [f"const long long e = {ids}[k];", f"const long long j = {pre}[e];"]
        loop += [*guard, *indent(inner), "}"] if guard else inner
        return [f"for (long long k = {starts}[i]; k < {starts}[i + 1]; ++k) {{", *indent(loop), "}"]

    def _owners(self) -> set[str]:
        found = {part.owner for value in values(self.kernel) for part in walk(value) if isinstance(part, Field)}
        found |= {part.which for value in values(self.kernel) for part in walk(value) if isinstance(part, Element)}
        return found & set(self.index)

    def _guarded(self, condition: str) -> list[str]:
        return [*self.take_loads(), f"if ({condition}) {{"]

    def same_for_all(self, value: Expr) -> str | None:
        """The text of a function of numbers that all elements share; None for anything else.

        Locals that it names are computed before the loop as well, each once.
        """
        if not self._is_shared(value) or not self._holds_call(value):
            return None
        needed = self._locals_to_hoist(value)
        for name in [name for name in self.lets if name in needed]:
            self._hoisted[name] = self.body.same(self.shared_text.of(self.lets[name]))
        return self.shared_text.of(value)

    def _locals_to_hoist(self, value: Expr) -> set[str]:
        """Locals that stand in it, or in what they stand for, and are not computed before the loop yet."""
        found: set[str] = set()
        waiting = [value]
        while waiting:
            names = {part.name for part in walk(waiting.pop()) if isinstance(part, Local)}
            names -= found | self._hoisted.keys()
            found |= names
            waiting += [self.lets[name] for name in names]
        return found

    def _holds_call(self, value: Expr) -> bool:
        """Whether it, or a local that it names, calls a function."""
        return any(isinstance(part, Call) or self._is_calling_local(part) for part in walk(value))

    def _is_calling_local(self, part: Expr) -> bool:
        if not isinstance(part, Local):
            return False
        if part.name not in self._calling:
            self._calling[part.name] = self._holds_call(self.lets[part.name])
        return self._calling[part.name]

    def _is_shared(self, value: Expr) -> bool:
        """Whether no part of it, nor of the locals that it names, differs from one element to another."""
        return all(self._is_shared_part(part) for part in walk(value))

    def _is_shared_part(self, part: Expr) -> bool:
        if isinstance(part, Param):
            return part.name not in self.action.spread
        if not isinstance(part, Local):
            return not isinstance(part, _OF_ELEMENTS)
        if part.name not in self._shared:
            self._shared[part.name] = part.name in self.lets and self._is_shared(self.lets[part.name])
        return self._shared[part.name]

    def mostly_stays(self, value: Expr, owner: str, name: str) -> bool:
        """Whether a new value is a constant, or the old one unless some condition holds."""
        lets = self.lets

        def is_old(node: Expr) -> bool:
            if isinstance(node, Cast):
                return is_old(node.operand)
            if isinstance(node, Local):
                return node.name in lets and is_old(lets[node.name])
            return isinstance(node, Field) and (node.owner, node.name) == (owner, name)

        while isinstance(value, Cast | Local):
            if isinstance(value, Local) and value.name not in lets:
                return False
            value = value.operand if isinstance(value, Cast) else lets[value.name]
        return isinstance(value, Const) or isinstance(value, Select) and (is_old(value.yes) or is_old(value.no))

    def binding(self, let: Let | DrawLet | RingLet) -> list[str]:
        if isinstance(let, Let):
            same = self.same_for_all(let.value)
            value = self.text.of(let.value) if same is None else self.body.same(same)
        elif isinstance(let, DrawLet):
            element = self.index["self"]
            value = f"{let.distribution}_{self.text.real}(now.seed, {self.stream + let.site}, {element}, now.step, 0)"
        else:
            key = self.keys[f"ring_{let.owner}_{let.field}"]
            back = f"now.step - {self.text.of(let.back)}" if let.back is not None else "now.step + 1"
            value = self.slot(key, back, self.index[let.owner])
        return [f"const auto {local(let.name)} = {value};"]

    def slot(self, key: Key, step: str, index: str) -> str:
        """A place in a delay ring."""
        length, width = self.memory.size(key, 0), self.memory.size(key, 1)
        return f"{self.memory.pointer(key)}[floor_mod({step}, {length}) * {width} + {index}]"

    def effect(self, number: int, condition: str) -> list[str]:
        effect, new = self.kernel.effects[number], f"new_{number}"
        if isinstance(effect, Push):
            key = self.keys[f"ring_{effect.owner}_{effect.field}"]
            return [f"{self.slot(key, 'now.step', self.index[effect.owner])} = {new};"]
        if not isinstance(effect, Accumulate):
            key = self.keys[f"{effect.owner}_{effect.field}"]
            if self.piece.is_own(effect.owner, key):
                rarely = self.mostly_stays(effect.value, effect.owner, effect.field)
                return [f"{self.body.change(key, self.kernel.guard is None, rarely)} = {new};"]
            return [f"{self.memory.pointer(key)}[{self.index[effect.owner]}] = {new};"]
        key = self.keys[f"post_{effect.field}"]
        if self.piece.by_edge:
            return [add_atomically(f"{self.memory.pointer(key)}[q]", effect, new, condition)]
        return [add_in_order(self.body.change(key, always=False), effect.op, new, condition)]


def indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def add_in_order(target: str, op: str, new: str, condition: str) -> str:
    """The statement that changes a number which nobody else changes meanwhile."""
    conditions = [condition] if condition else []
    if op in ("min", "max"):
        conditions.append(f"{new} {'<' if op == 'min' else '>'} {target}")
    statement = f"{target} = {new if op in ('=', 'min', 'max') else f'{target} {op} {new}'};"
    return f"if ({' && '.join(conditions)}) {statement}" if conditions else statement


def add_atomically(target: str, effect: Accumulate, new: str, condition: str) -> str:
    """The statement that adds to a number to which others may add at the same time."""
    value = f"(-{new})" if effect.op == "-" else new
    statement = f"atomicAdd(&{target}, {value});"
    if effect.value.dtype == "int":
        statement = f"atomicAdd((unsigned long long*)&{target}, (unsigned long long)({value}));"
    return f"if ({condition}) {statement}" if condition else statement


class InputPiece(Piece):
    """An input other than events."""

    def __init__(self, plan: Plan, action: ApplyInput):
        spec = action.spec
        self.spec, self.key = spec, source_key(plan.program, spec.target, spec.field)
        self.value: Key = (spec.target, "input", str(action.index))
        super().__init__(
            f"input {action.index}", space_of(plan, self.key), self.key, own={self.key}, written={self.key}
        )

    def print(self, body: Body) -> None:
        memory = body.memory
        source, rows = memory.pointer(self.value), memory.size(self.value)
        index = {
            "number": "0",
            "array": "i",
            "series": "now.i_run",
            "wave": f"now.step % {rows}",
            "table": f"now.i_run * {memory.size(self.key)} + i",
        }
        target = body.change(self.key, always=False)
        value = f"{source}[{index[self.spec.source]}]"
        statement = f"{target} = {value if self.spec.op == '=' else f'{target} {self.spec.op} {value}'};"
        if self.spec.source in ("series", "table"):  # these end silently with their last row
            statement = f"if (now.i_run < {rows}) {statement}"
        body.add([statement])


class RecordPiece(Piece):
    """A monitor of every value, or of chosen ones."""

    def __init__(self, plan: Plan, action: Record, memory: Memory):
        self.key = recorded(plan.program, action.spec, memory.buffers)
        self.out, self.chosen = (("", "monitor", f"{action.index}.{part}") for part in ("out", "index"))
        self.is_chosen = self.chosen in memory.buffers
        title = f"monitor {action.index}"
        if self.is_chosen:
            super().__init__(title, title, self.chosen, gathered={self.key}, own={self.chosen}, written={self.out})
        else:
            super().__init__(title, space_of(plan, self.key), self.key, own={self.key}, written={self.out})

    def print(self, body: Body) -> None:
        memory = body.memory
        chosen = f"{memory.pointer(self.key)}[{body.own(self.chosen)}]" if self.is_chosen else ""
        value = chosen or body.own(self.key)
        body.add([f"{memory.pointer(self.out)}[now.row * {memory.size(self.out, 1)} + i] = {value};"])


class EventsPiece(Piece):
    """A monitor of events: in any order, so that whoever takes them has to sort each step."""

    def __init__(self, plan: Plan, action: Record, memory: Memory, number: int):
        self.key, self.number = recorded(plan.program, action.spec, memory.buffers), number
        self.ids: Key = ("", "monitor", f"{action.index}.ids")
        self.marks: Key = ("", "marks", str(number))
        steps, ids, count = (("", "monitor", f"{action.index}.{part}") for part in ("steps", "ids", "count"))
        self.lists: tuple[Key, Key, Key] = (steps, ids, count)  # on the host
        title = f"events, monitor {action.index}"
        super().__init__(title, space_of(plan, self.key), self.key, own={self.key}, written={self.ids})

    def print(self, body: Body) -> None:
        place = f"atomicAdd(&C->count[{self.number}], 1ULL)"
        body.add([f"if ({body.own(self.key)} != 0) {body.memory.pointer(self.ids)}[{place}] = (int)i;"])
