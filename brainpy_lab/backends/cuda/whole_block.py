"""Actions that a block of threads does together: events of an input, and edges that are never stored."""

from __future__ import annotations

from ...ir.kernel import Accumulate, DrawLet
from ...ir.plan import ApplyInput, Key, Plan, RunKernel, source_key
from .body import Body
from .delivery import RowPrinter
from .expression_text import local
from .memory_text import Memory
from .pieces import KernelPiece, add_in_order, indent


class EventsInput:
    """Set the elements of the events of this step to 1: a thread for each event."""

    is_exclusive = False

    def __init__(self, plan: Plan, action: ApplyInput):
        spec = action.spec
        self.title = f"events, input {action.index}"
        self.counted: Key | None = None
        self.key: Key = source_key(plan.program, spec.target, spec.field)
        self.rows: Key = (spec.target, "input", str(action.index))
        self.gathered: set[Key] = set()
        self.written = {self.key}

    def print(self, memory: Memory) -> list[str]:
        target, rows, n = memory.pointer(self.key), memory.pointer(self.rows), memory.size(self.rows)
        return [
            "const double late = 0x1.12e0be826d695p-30 * now.dt;",  # 1e-9
            f"const long long last = events_until({rows}, {n}, now.t + late);",
            f"for (long long k = events_until({rows}, {n}, now.t - now.dt + late) + me; k < last; k += all)",
            f"    {target}[(long long){rows}[2 * k + 1]] = 1;",
        ]


class RandomEdges:
    """A kernel over edges that are made anew in every step, row after row; the block shares the edges of a row.

    Where the order of sums does not matter blocks share the rows; else one block goes through all.
    """

    is_exclusive = True

    def __init__(self, plan: Plan, action: RunKernel, in_any_order: bool):
        self.piece, self.in_any_order = KernelPiece(plan, action), in_any_order
        self.title = self.piece.title
        self.counted: Key | None = self.piece.sources if in_any_order else None
        self.gathered, self.written = self.piece.gathered | self.piece.own, self.piece.written

    def print(self, memory: Memory) -> list[str]:
        return _RandomPrinter(self.piece, Body(memory), self.in_any_order).rows()


class _RandomPrinter(RowPrinter):
    def __init__(self, piece: KernelPiece, body: Body, in_any_order: bool):
        super().__init__(piece, body)
        self.in_any_order = in_any_order

    def rows(self) -> list[str]:
        self._taken: set[str] = set()
        rule, scale = (self.memory.pointer(self.edges(name)) for name in ("rule", "scale"))
        before, guard = ([], "true") if self.kernel.guard is None else self.guard()
        edge = self.edge()
        n_pre = self.memory.size(self.piece.sources)
        return [
            *self.body.before(),
            f"for (long long j = {'blockIdx.x' if self.in_any_order else '0'}; j < {n_pre}; "
            f"{'j += gridDim.x' if self.in_any_order else '++j'}) {{",
            *indent(before),
            f"    if (!({guard})) continue;",
            "    Walk walk = {-1.0, 0, false};",
            "    while (!walk.done) {",
            "        double target[2];",
            f"        const long long e0 = walk.next({rule}[0], j, {rule}[1], {scale}[0], target);",
            "        for (int half = 0; half < 2; ++half) {",
            f"            if (!(target[half] < (double){rule}[1])) continue;",
            "            const long long q = (long long)target[half], e = e0 + half;",
            *indent(indent(indent(edge))),
            "        }",
            "    }",
            *([] if self.in_any_order else ["    __syncthreads();  // a target takes from one source after the other"]),
            "}",
        ]

    def binding(self, let) -> list[str]:
        if isinstance(let, DrawLet) and let.fixed:
            rule = self.memory.pointer(self.edges("rule"))
            value = f"edge_{let.distribution}_{self.text.real}({rule}[0], {let.site}, j, e)"
            return [f"const auto {local(let.name)} = {value};"]
        return super().binding(let)

    def add(self, target: str, effect: Accumulate, new: str) -> str:
        if self.in_any_order:
            return super().add(target, effect, new)
        return add_in_order(target, effect.op, new, self.when(effect))
