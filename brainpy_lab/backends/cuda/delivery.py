"""Edges whose sums may be made in any order: only the rows of sources that fire are gone through.

That is so where integers are added (`passes.quanta`), or where the program asks for any order; threads add with
atomics. How many threads share a row depends on how long rows are when the text is printed (`strategy`). That says how
fast it is: every strategy is right for all edges that are bound later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...ir.kernel import Accumulate, Kernel, Push, Store
from ...ir.plan import Key, Plan, RunKernel
from ...ir.program import Projection
from .body import Body
from .memory_text import Memory
from .pieces import KernelPiece, KernelPrinter, add_atomically, indent

WARP = 32

SLICE = 256
"""Edges of a thick row that a warp takes, 8 for each lane."""


@dataclass(frozen=True)
class Strategy:
    """How many threads share the row of a source that fires.

    Parameters
    ----------
    name : str
    threads : str
        For people who read the text.
    first, stride : str
        The place in a row of a thread's first edge, and how far it is to its next one.
    """

    name: str
    threads: str
    first: str
    stride: str


THIN = Strategy("thin", "a lane", "0", "1")
MIDDLE = Strategy("middle", "a warp", "lane", "32")
THICK = Strategy("thick", "several warps", "lane + 32 * slice", "32 * slices")

SHORTEST, LONGEST = 16, 512
"""Mean lengths of middle rows. Shorter ones leave most lanes of a warp without an edge; where rows are longer, the few
sources that fire in a step are too few warps for a card. The bounds are those of brainevent 0.2."""


def mean_row(buffers: Mapping[Key, np.ndarray], projection: str) -> float:
    """The mean number of edges of the sources that have any."""
    starts, stops = (buffers[projection, "edges", f"row_{end}"] for end in ("starts", "stops"))
    return len(buffers[projection, "edges", "post_ids"]) / max(1, int(np.count_nonzero(stops > starts)))


def strategy(mean: float) -> Strategy:
    """The strategy for rows of so many edges."""
    return THIN if mean < SHORTEST else MIDDLE if mean <= LONGEST else THICK


def is_order_free(plan: Plan, action: RunKernel) -> bool:
    """Whether what a kernel adds may come in any order."""
    kernel = action.kernel
    adds = [effect for effect in kernel.effects if isinstance(effect, Accumulate)]
    if kernel.space != "edges" or kernel.serial or not adds or any(effect.op not in "+-" for effect in adds):
        return False
    return plan.program.sums == "any" or all(effect.value.dtype == "int" for effect in adds)


def is_by_rows(plan: Plan, action: RunKernel) -> bool:
    """Whether only the rows of sources that fire are gone through."""
    return is_order_free(plan, action) and action.kernel.guard is not None and action.kernel.layout in ("rows", "runs")


def goes_by_target(plan: Plan, action: RunKernel) -> bool:
    """Whether the thread of a target goes through the edges that end there."""
    kernel = action.kernel
    adds = any(isinstance(effect, Accumulate) for effect in kernel.effects)
    return kernel.space == "edges" and kernel.layout != "random" and adds and not is_order_free(plan, action)


class Delivery:
    """A kernel over the rows of sources that fire.

    Parameters
    ----------
    plan : Plan
    action : RunKernel
    buffers : mapping of Key to ndarray
        Its edges decide about the strategy.
    """

    is_exclusive = False

    def __init__(self, plan: Plan, action: RunKernel, buffers: Mapping[Key, np.ndarray]):
        self.piece = KernelPiece(plan, action, by_edge=True)
        self.strategy = strategy(mean_row(buffers, action.target))
        self.title = f"{self.piece.title}, in any order; {self.strategy.name} rows: {self.strategy.threads} for each"
        self.counted: Key | None = self.piece.sources
        self.gathered, self.written = self.piece.gathered | self.piece.own, self.piece.written

    def threads(self, buffers: Mapping[Key, np.ndarray]) -> int:
        """How many threads find something to do, if many sources fire."""
        n_pre = len(buffers[self.piece.sources])
        if self.strategy is not THICK:
            return n_pre
        return WARP * math.ceil(n_pre / WARP) * math.ceil(mean_row(buffers, self.piece.item.name) / SLICE)

    def print(self, memory: Memory) -> list[str]:
        return RowPrinter(self.piece, Body(memory)).by(self.strategy)


class RowPrinter(KernelPrinter):
    """Statements for edges ``e`` from source ``j`` to target ``q``, with all numbers in memory."""

    def __init__(self, piece: KernelPiece, body: Body):
        super().__init__(piece, body)
        self.index = {"self": "e", "pre": "j", "row": "j", "post": "q"}

    def read(self, owner: str, key: Key) -> str:
        index = self.index.get(owner, "0")
        return self.loads.setdefault(f"{self.memory.pointer(key)}[{index}]", f"g{len(self.loads)}")

    def guard(self) -> tuple[list[str], str]:
        """What the guard needs, and the guard."""
        assert self.kernel.guard is not None
        condition = self.text.of(self.kernel.guard)
        return self.take_loads(), condition

    def edge(self) -> list[str]:
        """What is done for an edge."""
        self._taken, self.loads = set(), {}
        kernel: Kernel = self.kernel
        lets = [line for let in kernel.lets for line in self.binding(let)]
        new = [f"const auto new_{k} = {self.text.of(e.value)};" for k, e in enumerate(kernel.effects)]
        effects = []
        for number, effect in enumerate(kernel.effects):
            if isinstance(effect, Store):
                own = self.memory.pointer(self.keys[f"{effect.owner}_{effect.field}"])
                effects.append(f"{own}[{self.index[effect.owner]}] = new_{number};")
                continue
            if isinstance(effect, Push):
                effects += self.effect(number, "")
                continue
            target = f"{self.memory.pointer(self.keys[f'post_{effect.field}'])}[q]"
            effects.append(self.add(target, effect, f"new_{number}"))
        return [*self.take_loads(), *lets, *new, *effects]

    def add(self, target: str, effect: Accumulate, new: str) -> str:
        """The statement that adds to a target."""
        return add_atomically(target, effect, new, self.when(effect))

    def when(self, effect: Accumulate) -> str:
        return "" if effect.when is None else self.text.of(effect.when)

    def by(self, strategy: Strategy) -> list[str]:
        """The whole loop over sources and their edges."""
        self._taken = set()
        needs, guard = self.guard()
        row = self.row(strategy)
        n_pre = self.memory.size(self.piece.sources)
        if strategy is THIN:
            return [
                *self.body.before(),
                f"for (long long j = me; j < {n_pre}; j += all) {{",
                *indent(needs),
                f"    if (!({guard})) continue;",
                *indent(row),
                "}",
            ]
        return [
            *self.body.before(),
            "const int lane = threadIdx.x % 32;",
            *self.groups(strategy, n_pre),
            "    bool fires = false;",
            f"    if (j0 + lane < {n_pre}) {{",
            "        const long long j = j0 + lane;",
            *indent(indent(needs)),
            f"        fires = {guard};",
            "    }",
            "    for (unsigned int left = __ballot_sync(0xffffffffu, fires); left; left &= left - 1) {",
            "        const long long j = j0 + __ffs(left) - 1;",
            *indent(indent(row)),
            "    }",
            "}",
        ]

    @staticmethod
    def groups(strategy: Strategy, n_pre: str) -> list[str]:
        """The head of a loop in which a warp looks at 32 sources from ``j0`` on.

        Of thick rows as many warps look at the same sources as there are; the flags that they all read stay in the
        cache. Every warp of a block takes part or leaves as a whole, and blocks have whole warps.
        """
        if strategy is MIDDLE:
            return [f"for (long long j0 = me - lane; j0 < {n_pre}; j0 += all) {{"]
        return [
            f"const long long groups = ({n_pre} + 31) / 32, warps = all / 32;",
            "const long long slices = warps > groups && groups > 0 ? warps / groups : 1;",
            "for (long long item = me / 32; item < groups * slices; item += warps) {",
            "    const long long j0 = 32 * (item / slices), slice = item % slices;",
        ]

    def row(self, strategy: Strategy) -> list[str]:
        """The loop over the edges of source ``j``."""
        edge = self.edge()
        assert isinstance(self.piece.item, Projection)

        def array(name: str) -> str:
            return self.memory.pointer(self.edges(name))

        if self.kernel.layout != "runs":
            first = "" if strategy.first == "0" else f" + {strategy.first}"
            return [
                f"for (long long e = {array('row_starts')}[j]{first}; e < {array('row_stops')}[j]; "
                f"e += {strategy.stride}) {{",
                f"    const long long q = {array('post_ids')}[e];",
                *indent(edge),
                "}",
            ]
        # Runs may be shorter than what all warps take at once: each warp begins at another place of the next run.
        first = "lane + 32 * ((slice + run) % slices)" if strategy is THICK else strategy.first
        return [
            f"for (long long run = {array('row_starts')}[j]; run < {array('row_stops')}[j]; ++run) {{",
            f"    const long long e0 = {array('run_edges')}[run], q0 = {array('run_posts')}[run];",
            f"    for (long long u = {first}; u < {array('run_sizes')}[run]; u += {strategy.stride}) {{",
            "        const long long e = e0 + u, q = q0 + u;",
            *indent(indent(edge)),
            "    }",
            "}",
        ]
