"""What a back end has to do in one time step: a flat list of actions over named buffers."""
from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from .expr import Expr, Field, Param, walk
from .kernel import Accumulate, DrawLet, Kernel, Push, RingLet, Store, values
from .program import Input, Monitor, Population, Program, Projection
from .python_step import PythonStep

Key = tuple[str, str, str]
"""(object, kind, name) of a buffer; ``runtime.buffers`` lists the kinds."""


@dataclass(frozen=True)
class RunKernel:
    """Run a kernel of an object."""

    kernel: Kernel
    target: str
    params: tuple[str, ...]
    spread: frozenset[str]

    def arrays(self, program: Program) -> list[tuple[str, Key]]:
        """The arrays that the kernel takes: (argument name, buffer), in the order of its arguments."""
        return kernel_arrays(self.kernel, program, program.find(self.target), self.spread)


@dataclass(frozen=True)
class ApplyInput:
    """Apply input number `index` of the program."""

    index: int
    spec: Input


@dataclass(frozen=True)
class Record:
    """Record monitor number `index` of the program."""

    index: int
    spec: Monitor


@dataclass(frozen=True)
class RunPython:
    """Run a step that stays Python; `kernels` are its integrators in straight lines."""

    step: PythonStep
    target: str
    kernels: tuple[Kernel, ...]

    def state_arrays(self, program: Program) -> list[tuple[str, str, Key]]:
        """(owner, state, buffer) for every state that the step names; late ones come from their ring."""
        item = program.find(self.target)
        holder = {"self": item.name}
        delayed = False
        if isinstance(item, Projection):
            holder |= {"pre": item.pre, "post": item.post}
            delayed = item.delay_steps > 1
        found: list[tuple[str, str, Key]] = []
        for owner, name in self.step.fields:
            if owner == "self" and delayed and name in self.step.late:
                found.append((owner, name, (item.name, "ring", f"self.{name}")))
            else:
                found.append((owner, name, (holder[owner], "state", name)))
        return found

    def pushes(self, program: Program) -> list[tuple[Key, Key]]:
        """(ring, state) for every state that is pushed when the step is done."""
        item = program.find(self.target)
        if not isinstance(item, Projection) or item.delay_steps < 2:
            return []
        return [((item.name, "ring", f"self.{name}"), (item.name, "state", name)) for name in self.step.pushes]


Action = RunKernel | RunPython | ApplyInput | Record


def source_key(program: Program, target: str, field: str) -> Key:
    """The buffer of what is monitored or changed by an input: a state, or an array of the group."""
    is_state = any(state.name == field for state in program.find(target).states)
    return (target, "state" if is_state else "flat", field)


def recorded(program: Program, spec: Monitor, buffers: Container[Key]) -> Key:
    """The buffer that a monitor looks at: what all edges of a neuron share is kept once."""
    row = (spec.target, "row", spec.field)
    return row if row in buffers else source_key(program, spec.target, spec.field)


@dataclass(frozen=True)
class Contribution:
    """What the edges of a projection add to a state when their source fires; plastic: it depends on states of edges."""

    projection: str
    value: Expr
    is_plastic: bool


@dataclass(frozen=True)
class Quanta:
    """A state to which spikes deliver whole quanta (``passes.quanta``), and all that delivers to it."""

    population: str
    field: str
    parts: tuple[Contribution, ...]


@dataclass(frozen=True)
class Plan:
    """The actions of a time step and the buffers they need besides states, parameters and edges.

    ``rows`` maps (projection, name) to the dtype of a value per source neuron: shared states, and scratch (names that
    begin with an underscore). ``rings`` maps (object, owner, field) to a dtype.
    """

    program: Program
    actions: tuple[Action, ...]
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    rings: dict[tuple[str, str, str], str] = field(default_factory=dict)
    quanta: tuple[Quanta, ...] = ()


def kernel_arrays(kernel: Kernel, program: Program, item: Population | Projection,
                  spread: frozenset[str]) -> list[tuple[str, Key]]:
    """(argument name, buffer) for every array of a kernel, in a fixed order."""
    holder = {"self": item.name, "row": item.name, "one": program.one, "quantum": item.name}
    if isinstance(item, Projection):
        holder |= {"pre": item.pre, "post": item.post, "quantum": item.post}
    fields: dict[tuple[str, str], None] = {}
    wanted: dict[str, None] = {}
    for value in values(kernel):
        for part in walk(value):
            if isinstance(part, Field):
                fields[part.owner, part.name] = None
            elif isinstance(part, Param) and part.name in spread:
                wanted[part.name] = None
    rings: dict[tuple[str, str], None] = {}
    for piece in [*kernel.lets, *kernel.effects]:
        if isinstance(piece, RingLet | Push):
            rings[piece.owner, piece.field] = None
        elif isinstance(piece, Store):
            fields[piece.owner, piece.field] = None
        elif isinstance(piece, Accumulate):
            fields["post", piece.field] = None
    arrays: list[tuple[str, Key]] = []
    for owner, name in fields:
        arrays.append((f"{owner}_{name}", (holder[owner], owner if owner in ("row", "quantum") else "state", name)))
    arrays += [(f"ring_{owner}_{name}", (item.name, "ring", f"{owner}.{name}")) for owner, name in rings]
    arrays += [(f"each_{name}", (item.name, "spread", name)) for name in wanted]
    if kernel.space == "edges":
        arrays += [(name, (item.name, "edges", name)) for name in EDGE_ARRAYS[kernel.layout]]
    return arrays


EDGE_ARRAYS = {
    "list": ("pre_ids", "post_ids"),
    "rows": ("row_starts", "row_stops", "post_ids"),
    "runs": ("row_starts", "row_stops", "run_edges", "run_sizes", "run_posts"),
    "random": ("rule", "scale"),
}
"""What each layout of edges needs. Row j holds the edges (of 'runs': the runs) from ``row_starts[j]`` to
``row_stops[j]``; run r joins the ``run_sizes[r]`` edges from ``run_edges[r]`` on with the targets from ``run_posts[r]``
on. 'random': ``rule`` is (seed, n_post) and ``scale[0]`` makes skips of logarithms."""


STREAMS = 256
"""Draw sites per object: the stream of site s of object number o is 256*o + s."""


def first_stream(program: Program, name: str) -> int:
    """The stream of draw site 0 of an object."""
    return 0 if program.joint_sites else STREAMS * [item.name for item in program.objects].index(name)


def uses_draws(kernel: Kernel) -> bool:
    """True when a kernel draws random numbers."""
    return any(isinstance(let, DrawLet) for let in kernel.lets)
