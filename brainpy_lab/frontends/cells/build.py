"""The checked statements of a cell -> ir.Model. What only a synapse has is in `build_synapse`.

The step ``update`` is: keep whether the spike condition holds (unless the reset ends it), integrate all equations
together from the values at the start of the step, put the new values back (not those that a refractory neuron holds),
spike, reset, and clear what came from outside.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...ir.expr import Binary, Call, Compare, Const, Expr, Field, Local, Logic, Not, Select, StepSize, Time, walk
from ...ir.model import Initial, Model, Parameter
from ...ir.program import State, Step
from ...ir.statements import Assign, Equation, If, Integrate, Statement, System
from .checks import Cell, has_noise, held_states
from .lowering import Lowering, View
from .noise import split_noise
from .source import Problems
from .statements import ResetItem
from .symbols import Symbols, constant
from .syntax import Apply, Number
from .words import DRAWS

# A time long before every run, so that no neuron starts refractory.
LONG_AGO = -1e7

# Names of the step's own locals begin with '_', which no name of a user does.
_WAS, _SPIKES, _SINCE, _HELD = "_was", "_spikes", "_since", "_held"


def build(name: str, cell: Cell, symbols: Symbols, problems: Problems, method: str | None) -> Model:
    """The model of a cell. Raises `CellError` where a noise is not linear."""
    builder = Builder(name, cell, symbols, problems, method)
    return builder.model()


class Builder:
    """Makes the model of a neuron."""

    default_method = ""
    kind = "neuron"

    def __init__(self, name: str, cell: Cell, symbols: Symbols, problems: Problems, method: str | None):
        self.name = name
        self.cell = cell
        self.symbols = symbols
        self.problems = problems
        self.source = problems.source
        self.lowering = Lowering(symbols, problems.source)
        default = self.default_method or ("euler" if has_noise(cell) else "rk4")
        self.method = cell.method.name if cell.method else method or default
        self.now = View()

    def model(self) -> Model:
        system = self.system()
        return Model(
            name=self.name,
            kind=self.kind,
            states=self.states(),
            params=self.params(),
            steps=(Step("update", self.update(system)),),
            initial=self.initial(),
            readouts=self.readouts(),
            units=tuple((init.name, init.unit) for init in self.cell.inits if init.unit),
            source=self.source.text,
            **self.own(),
        )

    def own(self) -> dict[str, Any]:
        """What only a model of this kind says of itself."""
        return {"input_name": self.cell.input.name if self.cell.input else ""}

    # What there is ---------------------------------------------------------------------------------------------------

    def states(self) -> tuple[State, ...]:
        start = {init.name: constant(init.value) or 0.0 for init in self.cell.inits}
        names = [symbol.name for symbol in self.symbols.of_kind("state")]
        names += [symbol.name for symbol in self.symbols.of_kind("event")]
        states = [State(name, start.get(name, 0.0)) for name in names]
        states.append(State("input"))
        if self.cell.spike:
            states.append(State("spike"))
        if self.cell.refractory:
            states.append(State("t_last_spike", LONG_AGO, "f64"))
        return tuple(states)

    def params(self) -> tuple[Parameter, ...]:
        params = []
        for symbol in self.symbols.of_kind("parameter", "input"):
            definition = symbol.statement
            params.append(
                Parameter(symbol.name, symbol.value, definition.unit, definition.slider, self.source.place(symbol.span))  # type: ignore[attr-defined]
            )
        return tuple(params)

    def initial(self) -> tuple[Initial, ...]:
        found = []
        at_start = View(outside=False)
        for init in self.cell.inits:
            place = self.source.place(init.span)
            draw = (
                isinstance(init.value, Apply)
                and init.value.name in DRAWS
                and init.value.name not in (self.symbols.table)
            )
            if draw:
                args = tuple(self.lowering.expr(arg, at_start) for arg in init.value.args)  # type: ignore[attr-defined]
                found.append(Initial(init.name, init.value.name, args, place))  # type: ignore[attr-defined]
            else:
                found.append(Initial(init.name, "value", (self.lowering.expr(init.value, at_start),), place))
        return tuple(found)

    def readouts(self) -> tuple[tuple[str, Expr], ...]:
        return tuple(
            (symbol.name, self.lowering.expr(symbol.statement.value, self.now))  # type: ignore[attr-defined]
            for symbol in self.symbols.of_kind("intermediate")
        )

    def system(self) -> System | None:
        """All equations, to advance together."""
        if not self.cell.derivatives:
            return None
        view = View(moving=frozenset(e.name for e in self.cell.derivatives), lines=True)
        equations = []
        for derivative in self.cell.derivatives:
            drift, factors = split_noise(derivative.value, self.problems)
            noise = next(iter(factors), None)
            diffusion = None
            if noise is not None:
                factor = factors[noise]
                diffusion = self.lowering.expr(factor or Number(derivative.value.span, 1.0), view)
            drift = drift or Number(derivative.value.span, 0.0)
            equations.append(
                Equation(
                    variable=derivative.name,
                    drift=self.lowering.expr(drift, view),
                    diffusion=diffusion,
                    lines=self.lowering.lines(derivative.value, view),
                    noise=noise,
                    place=self.source.place(derivative.span),
                )
            )
        return System(tuple(equations), self.method)

    # What happens in a step ------------------------------------------------------------------------------------------

    def update(self, system: System | None) -> tuple[Statement, ...]:
        cell = self.cell
        body: list[Statement] = []
        if cell.spike and not self.clears:
            body.append(Assign(Local(_WAS), self.lowering.expr(cell.spike.condition, self.now)))
        if cell.refractory:
            body += self.refractory()
        if system is not None:
            held = held_states(cell, self.symbols)
            names = [equation.variable for equation in system.equations]
            body.append(
                Integrate(system, tuple(Field("self", n) for n in names), Time(), tuple(f"_{n}" for n in names))
            )
            for equation in system.equations:
                # The other states see a held one move within the stages of rk4: an error of the order that finding
                # spikes at the ends of steps has anyway, and the equations stay those that are analysed.
                state, new = Field("self", equation.variable), Local(f"_{equation.variable}")
                value = Select(Local(_HELD), state, new) if equation.variable in held else new
                body.append(Assign(state, value, place=equation.place))
        if cell.spike:
            body += self.spike()
        body.append(Assign(Field("self", "input"), Const(0.0)))
        return tuple(body)

    def refractory(self) -> list[Statement]:
        """Held while 1 <= steps since the spike <= round(D/dt).

        Counted in whole steps, so that rounding of t is harmless. The lower bound lets a run whose time begins
        anew start without a refractory neuron.
        """
        assert self.cell.refractory is not None
        half = Const(0.5)
        since = Binary("/", Binary("-", Time(), Field("self", "t_last_spike")), StepSize())
        period = Binary("/", self.lowering.expr(self.cell.refractory.period, self.now), StepSize())
        since, steps = (Call("floor", (Binary("+", value, half),)) for value in (since, period))
        held = Logic("and", Compare(">=", Local(_SINCE), Const(1.0)), Compare("<=", Local(_SINCE), steps))
        return [Assign(Local(_SINCE), since), Assign(Local(_HELD), held)]

    @property
    def clears(self) -> bool:
        """Whether the reset puts a state that the condition reads somewhere else, which ends the condition.

        Then it need not have been false before: what a synapse adds to a potential after the neuron's step may well
        lift it over the threshold.
        """
        if not (self.cell.spike and self.cell.reset):
            return False
        condition = self.lowering.expr(self.cell.spike.condition, self.now)
        put = {Field("self", item.name) for item in self.cell.reset.items if item.op == "="}
        return any(node in put for node in walk(condition))

    def spike(self) -> list[Statement]:
        """A spike is a condition that holds at the end of a step, and did not at its start where no reset ends it."""
        cell = self.cell
        assert cell.spike is not None
        place = self.source.place(cell.spike.span)
        at_end = replace(self.now, time=Binary("+", Time(), StepSize()))
        spikes: Expr = self.lowering.expr(cell.spike.condition, at_end)
        if not self.clears:
            spikes = Logic("and", Not(Local(_WAS)), spikes, place=place)
        if cell.refractory:
            spikes = Logic("and", spikes, Not(Local(_HELD)))
        at_spike: list[Statement] = [self.reset(item) for item in (cell.reset.items if cell.reset else ())]
        if cell.refractory:
            at_spike.append(Assign(Field("self", "t_last_spike"), Time()))
        body: list[Statement] = [
            Assign(Local(_SPIKES), spikes, place=place),
            Assign(Field("self", "spike"), Select(Local(_SPIKES), Const(1.0), Const(0.0)), place=place),
        ]
        if at_spike:
            body.append(If(Local(_SPIKES), tuple(at_spike), place=place))
        return body

    def reset(self, item: ResetItem) -> Statement:
        target = Field("self", item.name)
        value = self.lowering.expr(item.value, self.now)
        if item.op != "=":
            value = Binary(item.op[0], target, value, place=self.source.place(item.span))
        return Assign(target, value, place=self.source.place(item.span))
