"""Edges whose sums may be made in any order: a warp looks at 32 sources and goes through the row of each that fires.

That is so where integers are added (`passes.quanta`), or where the program asks for any order. The lanes of a warp take
neighbouring edges, and add with atomics.
"""

from __future__ import annotations

from ...ir.kernel import Accumulate, Kernel, Push, Store
from ...ir.plan import Key, Plan, RunKernel
from ...ir.program import Projection
from .body import Body
from .memory_text import Memory
from .pieces import KernelPiece, KernelPrinter, add_atomically, indent


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
    """A kernel over the rows of sources that fire."""

    is_exclusive = False

    def __init__(self, plan: Plan, action: RunKernel):
        self.piece = KernelPiece(plan, action, by_edge=True)
        self.title = f"{self.piece.title}, in any order"
        self.counted: Key | None = self.piece.sources
        self.gathered, self.written = self.piece.gathered | self.piece.own, self.piece.written

    def print(self, memory: Memory) -> list[str]:
        return RowPrinter(self.piece, Body(memory)).rows()


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

    def rows(self) -> list[str]:
        self._taken = set()
        needs, guard = self.guard()
        edge, n_pre = self.edge(), self.memory.size(self.piece.sources)
        item = self.piece.item
        assert isinstance(item, Projection)

        def array(name: str) -> str:
            return self.memory.pointer(self.edges(name))

        if self.kernel.layout == "runs":
            loop = [
                f"for (long long run = {array('row_starts')}[j]; run < {array('row_stops')}[j]; ++run) {{",
                f"    const long long e0 = {array('run_edges')}[run], q0 = {array('run_posts')}[run];",
                f"    for (long long u = lane; u < {array('run_sizes')}[run]; u += 32) {{",
                "        const long long e = e0 + u, q = q0 + u;",
                *indent(indent(edge)),
                "    }",
                "}",
            ]
        else:
            loop = [
                f"for (long long e = {array('row_starts')}[j] + lane; e < {array('row_stops')}[j]; e += 32) {{",
                f"    const long long q = {array('post_ids')}[e];",
                *indent(edge),
                "}",
            ]
        return [
            *self.body.before(),
            "const int lane = threadIdx.x % 32;",
            f"for (long long j0 = me - lane; j0 < {n_pre}; j0 += all) {{",
            "    bool fires = false;",
            f"    if (j0 + lane < {n_pre}) {{",
            "        const long long j = j0 + lane;",
            *indent(indent(needs)),
            f"        fires = {guard};",
            "    }",
            "    for (unsigned int left = __ballot_sync(0xffffffffu, fires); left; left &= left - 1) {",
            "        const long long j = j0 + __ffs(left) - 1;",
            *indent(indent(loop)),
            "    }",
            "}",
        ]
