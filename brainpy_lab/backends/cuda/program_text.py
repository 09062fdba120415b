"""A whole program as one translation unit of CUDA C++.

What threads may do without meeting is a *sweep* (`sweeps`), a function that all of them walk through. Small programs
run as ``run_block``: one block goes through the sweeps of many steps, and meets at barriers of its own. For larger ones
each sweep is a kernel, and the end of a kernel is where everybody meets.

The clock lies in the card's memory and counts by itself, so that a recorded sequence of launches can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...ir.plan import ApplyInput, Key, Plan, Record, RunKernel
from ...kernels.cuda.prelude import prelude
from .body import Body
from .delivery import Delivery, is_by_rows, is_order_free
from .memory_text import Memory
from .pieces import EventsPiece, InputPiece, KernelPiece, Piece, RecordPiece
from .refusals import refuse_python_steps
from .sweeps import Loop, Sweep, in_sweeps
from .whole_block import EventsInput, RandomEdges

BLOCK = 256
"""Threads of a block where each sweep is a kernel."""

RUN_BLOCK = 512
"""Threads of the block that runs a small program alone. It has a multiprocessor to itself, which its launch bounds say:
otherwise the compiler spills registers to leave room for other blocks."""

CLOCK = np.dtype(
    [(name, np.int64) for name in ("step", "i_run", "row", "left", "halt", "seed")]
    + [(name, np.float64) for name in ("t0", "dt")]
)
"""The clock, as far as every program has the same."""


def clock_type(lists: int) -> np.dtype:
    """The whole clock of a program with so many lists of events.

    `count` is how many events a list holds, `space` how many it may hold, and `host` how many there is room for on the
    host, once all batches before have been brought there.
    """
    return np.dtype(CLOCK.descr + [(name, np.uint64, (max(1, lists),)) for name in ("count", "space", "host")])


_CLOCK = """\
struct Clock {{
    long long step, i_run, row, left, halt, seed;  // row: steps of this batch that are done; left: that are to be done
    double t0, dt;
    unsigned long long count[{lists}], space[{lists}], host[{lists}];  // events in lists, room there, room on the host
}};

struct Now {{
    long long step, i_run, row, seed;
    double t, dt;
}};

__device__ __forceinline__ Now now_of(const Clock* C) {{
    return {{C->step, C->i_run, C->row, C->seed, C->t0 + (double)C->i_run * C->dt, C->dt}};
}}

// Whether some list may be too short for the events of one more step.
__device__ __forceinline__ bool is_full(const Arrays& A, const Clock* C) {{
    return false{full};
}}

__device__ __forceinline__ void tick(const Arrays& A, Clock* C) {{
{marks}    ++C->step; ++C->i_run; ++C->row; --C->left;
    C->halt = C->left <= 0 || is_full(A, C);
}}"""

_KERNEL = """\
extern "C" __global__ void __launch_bounds__({threads}) {name}({arrays}, Clock* C) {{{binding}
    if (C->halt) return;
    const Now now = now_of(C);
    const long long me = (long long)blockIdx.x * blockDim.x + threadIdx.x, all = (long long)gridDim.x * blockDim.x;
    {name}_(A, C, now, me, all);
}}"""

_TICK = """\
extern "C" __global__ void __launch_bounds__(32) tick_alone({arrays}, Clock* C) {{{binding}
    if (threadIdx.x == 0 && !C->halt) tick(A, C);
}}"""

_FOLLOW = """\
// A batch begins where the one before it has ended; where that had to stop early it does nothing.
extern "C" __global__ void __launch_bounds__(32) follow(
    {arrays}, const Clock* before, Clock* C, const long long steps
) {{{binding}
    if (threadIdx.x != 0) return;
    *C = *before;
    C->row = 0;
    C->left = steps;
    for (int k = 0; k < {lists}; ++k) {{
        C->host[k] -= C->count[k];
        C->count[k] = 0;
    }}
    C->halt = before->left > 0 || steps <= 0 || is_full(A, C);
}}"""

_RUN = """\
extern "C" __global__ void __launch_bounds__({threads}, 1) run_block({arrays}, Clock* C) {{{binding}
    const long long me = threadIdx.x, all = blockDim.x;
    for (;;) {{
        __syncthreads();
        if (C->halt) break;
        const Now now = now_of(C);
{calls}
        if (me == 0) tick(A, C);
    }}
}}"""


@dataclass(frozen=True)
class Text:
    """What was printed, and what is needed to run it."""

    source: str
    memory: Memory
    sweeps: tuple[Sweep, ...]
    events: tuple[EventsPiece, ...]

    @property
    def rows(self) -> tuple[Key, ...]:
        """Where dense monitors write their rows."""
        pieces = (piece for sweep in self.sweeps for loop in sweep.loops for piece in loop.pieces)
        return tuple(piece.out for piece in pieces if isinstance(piece, RecordPiece))


def print_program(plan: Plan, buffers: Mapping[Key, np.ndarray]) -> Text:
    """Print a plan.

    Parameters
    ----------
    plan : Plan
    buffers : mapping of Key to ndarray
        What exists; only types, dimensions and the mean length of rows are looked at.

    Raises
    ------
    CodeError, ModelUseError
        For what a GPU cannot run, with the line.
    """
    refuse_python_steps(plan.program)
    memory = Memory(buffers)
    loops: list[Loop] = []
    events: list[EventsPiece] = []
    for action in plan.actions:
        match action:
            case RunKernel() if action.kernel.layout == "random":
                loops.append(Loop(alone=RandomEdges(plan, action, is_order_free(plan, action))))
                continue
            case RunKernel() if is_by_rows(plan, action):
                loops.append(Loop(alone=Delivery(plan, action, buffers)))
                continue
            case ApplyInput(spec=spec) if spec.source == "events":
                loops.append(Loop(alone=EventsInput(plan, action)))
                continue
            case RunKernel():
                piece: Piece = KernelPiece(plan, action, by_edge=is_order_free(plan, action))
            case ApplyInput():
                piece = InputPiece(plan, action)
            case Record(spec=spec) if spec.kind == "events":
                piece = EventsPiece(plan, action, memory, len(events))
                events.append(piece)
            case _:
                assert isinstance(action, Record)
                piece = RecordPiece(plan, action, memory)
        loops.append(Loop([piece]))
    sweeps = in_sweeps(loops)
    functions = [_sweep(f"sweep_{number}", sweep, memory) for number, sweep in enumerate(sweeps)]
    full = "".join(
        f" || C->count[{one.number}] + {memory.size(one.counted)} > C->{room}[{one.number}]"
        for one in events
        for room in ("space", "host")
    )
    marks = "".join(f"    {memory.pointer(one.marks)}[C->row] = (long long)C->count[{one.number}];\n" for one in events)
    calls = "".join(f"        sweep_{k}_(A, C, now, me, all);\n        __syncthreads();\n" for k in range(len(sweeps)))
    given = {"arrays": "const __grid_constant__ Arrays A", "binding": ""}
    if not memory.is_passed_by_value:
        given = {"arrays": "const Arrays* P", "binding": "\n    const Arrays& A = *P;"}
    lists = max(1, len(events))
    parts = [
        prelude(),
        memory.declaration(),
        _CLOCK.format(lists=lists, full=full, marks=marks),
        *functions,
        *(_KERNEL.format(threads=BLOCK, name=f"sweep_{number}", **given) for number in range(len(sweeps))),
        _TICK.format(**given),
        _FOLLOW.format(lists=lists, **given),
        _RUN.format(threads=RUN_BLOCK, calls=calls.rstrip("\n"), **given),
    ]
    return Text("\n\n".join(parts) + "\n", memory, tuple(sweeps), tuple(events))


def _sweep(name: str, sweep: Sweep, memory: Memory) -> str:
    head = (
        f"__device__ __forceinline__ void {name}_(const Arrays& A, Clock* C, const Now& now, const long long me, "
        "const long long all) {"
    )
    lines = []
    for loop in sweep.loops:
        lines += ["{", *(f"    {line}" for line in _loop(loop, memory)), "}"]
    return "\n".join([head, *(f"    {line}" for line in lines), "}"])


def _loop(loop: Loop, memory: Memory) -> list[str]:
    if loop.alone is not None:
        return [f"// {loop.alone.title}", *loop.alone.print(memory)]
    body = loop.body = Body(memory)
    for piece in loop.pieces:
        body.lines.append(f"// {piece.title}")
        piece.print(body)
    assert loop.counted is not None
    count = memory.size(loop.counted)
    head = [*body.before(), f"for (long long i = me; i < {count}; i += all) {{"]
    return [*head, *(f"    {line}" for line in body.text()), "}"]
