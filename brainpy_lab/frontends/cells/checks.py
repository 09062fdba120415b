"""Rules that hold between the statements of a cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from .source import Problems, Span
from .statements import (
    Definition,
    Derivative,
    FunctionDefinition,
    Init,
    Method,
    Refractory,
    Reset,
    ResetItem,
    Spike,
    Statement,
)
from .symbols import KIND_TEXT, Symbols, constant
from .synapse_statements import Act, Delay, On
from .syntax import Apply, End, Name, Node, nodes
from .words import DRAWS, METHODS, UNIT_SETS, closest, did_you_mean, is_noise, number_text, spelled


@dataclass
class Cell:
    """The statements of a cell by what they are, each list in the order of the text."""

    derivatives: list[Derivative] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    functions: list[FunctionDefinition] = field(default_factory=list)
    inits: list[Init] = field(default_factory=list)
    spike: Spike | None = None
    reset: Reset | None = None
    refractory: Refractory | None = None
    method: Method | None = None
    input: Definition | None = None
    acts: list[Act] = field(default_factory=list)
    on_spike: On | None = None
    on_post_spike: On | None = None
    delay: Delay | None = None

    @property
    def changes(self) -> list[ResetItem | Act]:
        """What happens at spikes."""
        found: list[ResetItem | Act] = list(self.reset.items) if self.reset else []
        for on in (self.on_spike, self.on_post_spike):
            found += on.items if on else ()
        return found


def sort_statements(statements: list[Statement], problems: Problems) -> Cell:
    """Put every statement in its place; what may stand once stands once."""
    cell = Cell()
    for statement in statements:
        match statement:
            case Derivative():
                cell.derivatives.append(statement)
            case FunctionDefinition():
                cell.functions.append(statement)
            case Init():
                cell.inits.append(statement)
            case Definition(is_input=False):
                cell.definitions.append(statement)
            case Definition():
                cell.definitions.append(statement)
                _only_one(cell, "input", "input", statement, problems)
            case Act():
                cell.acts.append(statement)
            case On(end=end):
                words = ("on_spike", "on spike") if end == "pre" else ("on_post_spike", "on post spike")
                _only_one(cell, *words, statement, problems)
            case Spike():
                _only_one(cell, "spike", "spike when", statement, problems)
            case _:
                word = type(statement).__name__.lower()
                _only_one(cell, word, word, statement, problems)
    return cell


def _only_one(cell: Cell, slot: str, word: str, statement: Statement, problems: Problems) -> None:
    earlier = getattr(cell, slot)
    if earlier is None:
        setattr(cell, slot, statement)
        return
    advice = {
        "input": "add further currents as parameters, or give both roles to one input",
        "spike when": "join the conditions with 'or'",
        "reset": "write all changes after one 'reset', with commas",
        "on spike": "write all changes after one 'on spike:', with commas",
        "on post spike": "write all changes after one 'on post spike:', with commas",
    }.get(word, "keep one of the two")
    line = problems.source.line(earlier.span)
    problems.add("statement-twice", statement.span, advice, word=word, line=line)


def check(cell: Cell, symbols: Symbols, problems: Problems, lost: set[str], name: str) -> None:
    """Every rule that needs more than one statement."""
    _check_expressions(cell, symbols, problems)
    symbols.check_cycles()
    _check_units(cell, problems)
    _check_sliders(cell, problems)
    _check_init(cell, symbols, problems, lost)
    _check_events(cell, symbols, problems, lost)
    if cell.method and not METHODS[cell.method.name] and has_noise(cell):
        problems.add("noise-method", cell.method.span, method=cell.method.name)
    if problems.kind == "synapse":
        _check_synapse(cell, symbols, problems, lost, name)
    elif not cell.derivatives and not cell.inits and not problems.found:
        problems.add("no-state", (0, len(problems.source.lines[0])), name=name)


def has_noise(cell: Cell) -> bool:
    """Whether an equation holds xi."""
    return any(_noises(statement.value) for statement in cell.derivatives)


def _noises(node: Node) -> list[Name]:
    return [item for item in nodes(node) if isinstance(item, Name) and is_noise(item.name)]


def _check_expressions(cell: Cell, symbols: Symbols, problems: Problems) -> None:
    for equation in cell.derivatives:
        symbols.check_names(equation.value)
        first: Name | None = None
        for noise in _noises(equation.value):
            if first is not None and noise.name != first.name:
                problems.add("two-noises", noise.span, first=first.name, second=noise.name)
                break
            first = noise
    others = [definition.value for definition in cell.definitions]
    others += [init.value for init in cell.inits]
    others += [cell.spike.condition] if cell.spike else []
    others += [item.value for item in (*cell.changes, *cell.acts)]
    others += [cell.refractory.period] if cell.refractory else []
    for value in others:
        symbols.check_names(value, draws=any(value is init.value for init in cell.inits))
    for function in cell.functions:
        symbols.check_names(function.value, function.args)
        _check_function(function, symbols, problems)
    for value in [*others, *(function.value for function in cell.functions)]:
        for noise in _noises(value):
            problems.add("noise-place", noise.span, name=noise.name)


def _check_function(function: FunctionDefinition, symbols: Symbols, problems: Problems) -> None:
    for item in nodes(function.value):
        if isinstance(item, End):
            form = f"{function.name}({', '.join([*function.args, item.name])})"
            problems.add("function-reads-state", item.span, function=function.name, kind=KIND_TEXT["end"],
                         name=f"{item.owner}.{item.name}", form=form)  # fmt: skip
        if not isinstance(item, Name) or item.name in function.args or is_noise(item.name):
            continue
        moving = symbols.moving_part(item.name)
        if moving:
            form = f"{function.name}({', '.join([*function.args, item.name])})"
            twin = next((arg for arg in function.args if spelled(arg) == spelled(item.name)), "")
            advice = f"did you mean '{twin}'?" if twin else None
            problems.add("function-reads-state", item.span, advice, function=function.name, kind=KIND_TEXT[moving[1]],
                         name=item.name, form=form)  # fmt: skip


def _check_units(cell: Cell, problems: Problems) -> None:
    """Units of one set only."""
    used: list[tuple[Span, str]] = sorted(
        (statement.unit_span, statement.unit) for statement in [*cell.definitions, *cell.inits] if statement.unit
    )
    first: tuple[Span, str] | None = None
    for span, unit in used:
        sets = [group for group in UNIT_SETS if unit in group]
        if not sets:
            continue
        if first is None:
            first = span, unit
        elif first[1] not in sets[0]:
            problems.add("mixed-units", span, unit=unit, other=first[1], line=problems.source.line(first[0]))


def _check_sliders(cell: Cell, problems: Problems) -> None:
    """The value of a parameter lies on its slider."""
    for definition in cell.definitions:
        slider, value = definition.slider, constant(definition.value)
        if slider is None or value is None:
            continue
        words = {"name": definition.name, "value": number_text(value)}
        if slider.choices:
            if value not in slider.choices:
                choices = "{" + ", ".join(number_text(choice) for choice in slider.choices) + "}"
                problems.add("choice-value", definition.value.span, choices=choices, **words)
        elif not slider.low <= value <= slider.high:
            low, high = number_text(slider.low), number_text(slider.high)
            problems.add("slider-value", definition.value.span, low=low, high=high, **words)


def _check_init(cell: Cell, symbols: Symbols, problems: Problems, lost: set[str]) -> None:
    seen: dict[str, Init] = {}
    for init in cell.inits:
        if init.name in seen:
            problems.add("init-twice", init.span, name=init.name, line=problems.source.line(seen[init.name].span))
        seen.setdefault(init.name, init)
        for item in nodes(init.value):
            if isinstance(item, Apply) and item.name in DRAWS and item is not init.value:
                if item.name not in symbols.table:
                    problems.add("draw-alone", item.span, name=item.name)
            if isinstance(item, End):
                name = f"{item.owner}.{item.name}"
                problems.add("init-reads", item.span, name=name, kind=KIND_TEXT["end"])
            moving = isinstance(item, Name) and item.name not in symbols.lost and symbols.moving_part(item.name)
            if moving and moving[1] not in ("input", "noise"):
                problems.add("init-reads", item.span, name=item.name, kind=KIND_TEXT[moving[1]])
        value = constant(init.value)
        if value is not None and not abs(value) < float("inf"):
            problems.add("value-not-finite", init.value.span, value=f"{value:g}")
    for symbol in symbols.of_kind("event"):
        twin = closest(symbol.name, (s.name for s in symbols.of_kind("state")))
        if spelled(twin) == spelled(symbol.name) and not _is_used(symbol.name, cell) and not lost:
            problems.add("init-without-use", symbol.span, name=symbol.name, other=twin)


def _is_used(name: str, cell: Cell) -> bool:
    values: list[Node] = [statement.value for statement in (*cell.derivatives, *cell.definitions)]
    values += [cell.spike.condition] if cell.spike else []
    values += [item.value for item in (*cell.changes, *cell.acts)]
    if any(isinstance(item, ResetItem) and item.name == name for item in cell.changes):
        return True
    return any(isinstance(item, Name) and item.name == name for value in values for item in nodes(value))


def _check_events(cell: Cell, symbols: Symbols, problems: Problems, lost: set[str]) -> None:
    has_spike = cell.spike is not None or "spike" in lost
    if cell.reset and not has_spike:
        problems.add("reset-without-spike", cell.reset.span)
    rule = "reset-not-a-state" if problems.kind == "neuron" else "on-not-a-state"
    for item in cell.changes:
        if isinstance(item, Act):
            continue
        kind = symbols.kind_of(item.name)
        if not kind and item.name not in lost:
            states = [s.name for s in symbols.of_kind("state", "event")]
            problems.add("undefined-name", item.span, name=item.name, advice=did_you_mean(
                item.name, states, f"to make it a state that spikes change, write: init {item.name} = 0"))  # fmt: skip
        elif kind and kind not in ("state", "event"):
            problems.add(rule, item.span, name=item.name, kind=KIND_TEXT[kind])
    if cell.refractory:
        if not has_spike:
            problems.add("refractory-without-spike", cell.refractory.span)
        _check_refractory(cell, cell.refractory, symbols, problems, lost)


def _check_synapse(cell: Cell, symbols: Symbols, problems: Problems, lost: set[str], name: str) -> None:
    if cell.delay and not cell.on_spike and "on" not in lost:
        problems.add("delay-without-event", cell.delay.span)
    acts = cell.acts or any(isinstance(item, Act) for item in cell.changes)
    if not cell.derivatives and not cell.inits and not acts and not problems.found:
        problems.add("synapse-empty", (0, len(problems.source.lines[0])), name=name)


def _check_refractory(cell: Cell, refractory: Refractory, symbols: Symbols, problems: Problems, lost: set[str]) -> None:
    for item in nodes(refractory.period):
        moving = isinstance(item, Name) and symbols.moving_part(item.name)
        if moving and moving[1] != "noise":
            problems.add("refractory-reads", item.span, name=item.name, kind=KIND_TEXT[moving[1]])
    value = constant(refractory.period)
    if value is not None and not 0 <= value < float("inf"):
        problems.add("refractory-negative", refractory.period.span, value=number_text(value))
    for name, span in refractory.holds or ():
        kind = symbols.kind_of(name)
        if kind == "state" or name in lost:
            continue
        states = [s.name for s in symbols.of_kind("state")]
        if kind:
            problems.add("hold-not-a-state", span, "name one of: " + ", ".join(states), name=name, kind=KIND_TEXT[kind])
        else:
            problems.add("undefined-name", span, did_you_mean(name, states, "name one of: " + ", ".join(states)),
                         name=name)  # fmt: skip
    if refractory.holds is None and not held_states(cell, symbols) and cell.derivatives and not lost:
        period = problems.source.text[refractory.period.span[0] : refractory.period.span[1]]
        problems.add("refractory-holds-nothing", refractory.span, period=period, state=cell.derivatives[0].name)


def held_states(cell: Cell, symbols: Symbols) -> list[str]:
    """The states that are not integrated during the refractory period, in the order of the equations."""
    if cell.refractory is None:
        return []
    if cell.refractory.holds is not None:
        names = {name for name, _ in cell.refractory.holds}
    else:
        names = {item.name for item in cell.reset.items if item.op == "="} if cell.reset else set()
    return [equation.name for equation in cell.derivatives if equation.name in names]
