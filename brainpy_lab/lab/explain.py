"""A model in words: ``%brainpy explain NAME``."""

from __future__ import annotations

from dataclasses import dataclass

from ..frontends.cells.checks import Cell, held_states, sort_statements
from ..frontends.cells.source import Problems, Source
from ..frontends.cells.statements import ResetItem, StatementReader, parse
from ..frontends.cells.symbols import Symbols
from ..frontends.cells.synapse_statements import Act, SynapseReader
from ..frontends.cells.words import number_text
from ..ir.model import Model, Slider
from ..ir.statements import Integrate
from ..passes.typing import statements_of
from . import latex

READERS = {"neuron": StatementReader, "synapse": SynapseReader}
HIDDEN = ("input", "spike", "t_last_spike")


@dataclass
class Explanation:
    """What a model does, as text and as Markdown with typeset equations.

    Parameters
    ----------
    title : str
    equations : str
        LaTeX, '' where there are none.
    lines : list of str
        The equations as they were typed, where they cannot be typeset.
    sentences : list of str
        Mathematics stands between backquotes.
    rows : list of (name, value, unit, range)
        Parameters.
    plain : str
        More text that is not typeset, such as the functions of a model that was written in Python.
    """

    title: str
    equations: str
    lines: list[str]
    sentences: list[str]
    rows: list[tuple[str, str, str, str]]
    plain: str = ""

    def __repr__(self) -> str:
        lines = [self.title, *(f"  {line}" for line in (*self.lines, *self.sentences))]
        lines = [line.replace("`", "") for line in lines]
        if self.rows:
            table = [("parameter", "value", "unit", "range"), *self.rows]
            widths = [max(len(row[k]) for row in table) for k in range(4)]
            lines += ["", *("  " + "  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in table)]
        if self.plain:
            lines += ["", self.plain]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        parts = [f"**{self.title}**"]
        if self.equations:
            parts.append(f"$$\n{self.equations}\n$$")
        if self.sentences:
            parts.append("\n".join(f"- {sentence}" for sentence in self.sentences))
        if self.rows:
            rows = [f"| `{name}` | {value} | {unit} | {span} |" for name, value, unit, span in self.rows]
            parts.append("\n".join(["| parameter | value | unit | range |", "|---|---|---|---|", *rows]))
        if self.plain:
            parts.append(f"```\n{self.plain}\n```")
        return "\n\n".join(parts)


class Equations:
    """The equations of a cell: typeset in a notebook, as they were typed in a terminal."""

    def __init__(self, model: Model):
        self.model = model

    def __repr__(self) -> str:
        found = explain(self.model)
        lines = [f"{self.model.kind} {self.model.name}", *(f"  {line}" for line in (*found.lines, *found.sentences))]
        return "\n".join(lines).replace("`", "")

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {latex.model(self.model)}$"


class Table:
    """A table in Markdown, which a terminal shows as it is."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def explain(model: Model, text: str = "") -> Explanation:
    """Put a model into words.

    Parameters
    ----------
    model : Model
    text : str
        What to show of a model that was not written as the text of a cell.
    """
    title = f"{model.name}, a {model.kind} model"
    rows = [(p.name, number_text(p.value), p.unit, _range(p.slider)) for p in model.params]
    if model.source and model.kind in READERS:
        equations = latex.model(model) if latex.lines(model) else ""
        return Explanation(title, equations, *_read(model), rows)
    states = ", ".join(f"`{state.name}` = {number_text(state.default)}" for state in model.states)
    return Explanation(title, "", [], [f"At the start {states}."] if states else [], rows, text)


def _range(slider: Slider | None) -> str:
    if slider is None:
        return ""
    if slider.choices:
        return ", ".join(number_text(choice) for choice in slider.choices)
    more = " log" if slider.scale == "log" else f" step {number_text(slider.step)}" if slider.step else ""
    return f"{number_text(slider.low)} to {number_text(slider.high)}{more}"


def _read(model: Model) -> tuple[list[str], list[str]]:
    """The equations of a cell, and its other statements in words, in the order in which they matter."""
    source = Source(model.source, model.name)
    problems = Problems(source, model.kind)
    statements, lost = parse(source, problems, READERS[model.kind])
    cell = sort_statements(statements, problems)
    symbols = Symbols(statements, lost, problems)

    def text(node) -> str:
        return " ".join(source.text[node.span[0] : node.span[1]].split())

    lines = [f"d{one.name}/dt = {text(one.value)}" for one in cell.derivatives]
    lines += [f"{one.name}({', '.join(one.args)}) = {text(one.value)}" for one in cell.functions]
    for symbol in symbols.of_kind("intermediate"):
        lines.append(f"{symbol.name} = {text(symbol.statement.value)}")  # type: ignore[attr-defined]
    found = _neuron(cell, symbols, text) if model.kind == "neuron" else _synapse(cell, text, model)
    starts = {init.name: f"{text(init.value)}{f' {init.unit}' if init.unit else ''}" for init in cell.inits}
    states = [state.name for state in model.states if state.name not in HIDDEN]
    if states:
        found.append("At the start " + ", ".join(f"`{name} = {starts.get(name, '0')}`" for name in states) + ".")
    parts = (one for step in model.steps for one in statements_of(step.body))
    methods = [one.system.method for one in parts if isinstance(one, Integrate)]
    if methods:
        found.append(f"Integrated by the method {methods[0]}.")
    return lines, found


def _neuron(cell: Cell, symbols: Symbols, text) -> list[str]:
    found = []
    if cell.input:
        name = cell.input.name
        found.append(f"`{name}` comes from outside: its number in the table, plus what inputs and synapses add.")
    if cell.spike:
        found.append(f"A spike when `{text(cell.spike.condition)}` becomes true in a step.")
    if cell.reset:
        found.append(f"At a spike {_changes(cell.reset.items, text)}.")
    if cell.refractory:
        held = ", ".join(held_states(cell, symbols))
        found.append(f"For `{text(cell.refractory.period)}` ms after a spike there is no other, and `{held}` stays.")
    return found


def _synapse(cell: Cell, text, model: Model) -> list[str]:
    found = []
    if cell.on_spike:
        late = f"{model.delay:g} ms after a presynaptic spike" if model.delay else "At a presynaptic spike"
        found.append(f"{late} {_changes(cell.on_spike.items, text)}.")
    if cell.on_post_spike:
        found.append(f"At a postsynaptic spike {_changes(cell.on_post_spike.items, text)}.")
    for act in cell.acts:
        found.append(f"In every step {_change(act, text)}.")
    return found


def _changes(items, text) -> str:
    return ", then ".join(_change(item, text) for item in items)


def _change(item: ResetItem | Act, text) -> str:
    if isinstance(item, Act):
        return f"`{text(item.value)}` is added to the postsynaptic `{item.field}`"
    return f"`{item.name} {item.op} {text(item.value)}`"
