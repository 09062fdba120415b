"""The checked statements of a synapse cell -> ir.Model.

The step ``update`` is: let the spikes that have been on their way for the delay arrive, integrate all equations
together from the values at the start of the step, do what happens at presynaptic and then at postsynaptic spikes, and
act on the postsynaptic neuron.
"""

from __future__ import annotations

from typing import Any

from ...ir.expr import Binary, Compare, Const, Expr, Field, Local, Time
from ...ir.model import Model
from ...ir.program import State
from ...ir.statements import Assign, Fold, If, Integrate, RingPush, RingRead, Statement, System
from .build import Builder
from .checks import Cell
from .source import Problems
from .statements import ResetItem
from .symbols import Symbols, constant
from .synapse_statements import Act, On

# Of a synapse this field is 1 in the step in which a presynaptic spike arrives.
SPIKE = "spike"
_ARRIVES = "_arrives"


def build_synapse(name: str, cell: Cell, symbols: Symbols, problems: Problems, method: str | None) -> Model:
    """The model of a synapse cell. Raises `CellError` where a noise is not linear."""
    return _SynapseBuilder(name, cell, symbols, problems, method).model()


class _SynapseBuilder(Builder):
    default_method = "exponential"
    kind = "synapse"

    def own(self) -> dict[str, Any]:
        return {"delay": self.cell.delay.value if self.cell.delay else 0.0}

    def states(self) -> tuple[State, ...]:
        start = {init.name: constant(init.value) or 0.0 for init in self.cell.inits}
        symbols = [*self.symbols.of_kind("state"), *self.symbols.of_kind("event")]
        states = [State(symbol.name, start.get(symbol.name, 0.0)) for symbol in symbols]
        if self.cell.on_spike:
            states.append(State(SPIKE))
        return tuple(states)

    def update(self, system: System | None) -> tuple[Statement, ...]:
        cell = self.cell
        body: list[Statement] = []
        if cell.on_spike:
            # The field goes into its delay with what is sent, and holds what arrives when the step is over.
            place = self.source.place(cell.on_spike.span)
            spike = Field("self", SPIKE)
            body += [
                Assign(spike, Field("pre", SPIKE, place=place), place=place),
                RingPush(SPIKE, place=place),
                RingRead(Local(_ARRIVES), SPIKE, place=place),
                Assign(spike, Local(_ARRIVES), place=place),
            ]
        if system is not None:
            names = [equation.variable for equation in system.equations]
            body.append(
                Integrate(system, tuple(Field("self", n) for n in names), Time(), tuple(f"_{n}" for n in names))
            )
            body += [
                Assign(Field("self", equation.variable), Local(f"_{equation.variable}"), place=equation.place)
                for equation in system.equations
            ]
        if cell.on_spike:
            body.append(self.at(cell.on_spike, Local(_ARRIVES)))
        if cell.on_post_spike:
            body.append(self.at(cell.on_post_spike, Field("post", SPIKE)))
        body += [self.act(act) for act in cell.acts]
        return tuple(body)

    def at(self, on: On, spike: Local | Field) -> Statement:
        """What happens on edges whose neuron spiked."""
        place = self.source.place(on.span)
        condition = Compare(">", spike, Const(0.0), place=place)
        items = tuple(self.act(item) if isinstance(item, Act) else self.change(item) for item in on.items)
        return If(condition, items, place=place)

    def change(self, item: ResetItem) -> Statement:
        target = Field("self", item.name)
        place = self.source.place(item.span)
        value: Expr = self.lowering.expr(item.value, self.now)
        if item.op != "=":
            value = Binary(item.op[0], target, value, place=place)
        return Assign(target, value, place=place)

    def act(self, act: Act) -> Fold:
        return Fold(act.field, "+", self.lowering.expr(act.value, self.now), place=self.source.place(act.span))
