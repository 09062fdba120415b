"""The two additions of a network cell to Python: a number with a slider, and no calls of run.

Python reads ``I = 1.2 in [0, 3]`` as a comparison, ``I = False``. So the text is rewritten before it is compiled:
``I = 1.2`` with spaces in place of the rest, which keeps every line and column; so are ``log`` and ``step 0.1`` behind
a range. Only the outermost lines of the cell are looked at; inside functions, loops and conditions Python is left
alone.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from ...ir.model import Slider
from ...ir.place import Place
from .network_options import blank_options
from .slider_options import OPTIONS, Option, advice_behind, slider_with
from .source import Problems, Source, Span, blanked
from .tokens import look_alike_advice, shown_character
from .words import STATEMENT_WORDS, UNITS, closest, is_keyword, number_text


class NetworkSlider(NamedTuple):
    """A number of a network cell that has a slider.

    ``target`` is the text left of '=' with single spaces, ``I``, ``group.pars['tau']`` or ``model.tau``; ``owner`` and
    ``name`` are its parts: ('', 'I'), ('group', 'tau') or ('model', 'tau').
    """

    target: str
    owner: str
    name: str
    value: float
    slider: Slider
    place: Place


class NetworkCell(NamedTuple):
    """Plain Python of the same lines and columns, and the sliders in the order of the text."""

    source: str
    sliders: tuple[NetworkSlider, ...]


def rewrite_network(cell_text: str, *, cell: str = "network cell", first_line: int = 1) -> NetworkCell:
    """Take the sliders out of a network cell.

    Parameters
    ----------
    cell_text : str
        Python with ``X = NUMBER in [lo, hi]`` lines, X a name or ``group.pars['tau']``; 'log' or 'step s' may follow.
        Line breaks are kept.
    cell : str
        What errors call the text.
    first_line : int
        The number that errors give the first line.

    Returns
    -------
    NetworkCell

    Raises
    ------
    CellError
        A malformed slider, a call of ``run``, or text that is not Python.
    """
    source = Source(cell_text, cell, first_line)
    problems = Problems(source)
    text, options = blank_options(source, problems)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        _add_syntax_error(error, source, problems)
        problems.raise_if_any()
        raise
    spans = _Spans(source)
    sliders: list[NetworkSlider] = []
    blanks: list[Span] = []
    for statement in tree.body:
        found = _slider_of(statement, spans, source, options, problems)
        if found:
            slider, blank = found
            earlier = [s for s in sliders if s.target == slider.target]
            if earlier:
                problems.add(
                    "network-slider-twice", spans.of(statement), name=slider.target, line=earlier[0].place.line
                )
            sliders.append(slider)
            blanks.append(blank)
    for option in options.values():  # those that no slider took
        problems.add("network-slider-option", option.span)
    _refuse_run(tree, spans, problems)
    problems.raise_if_any()
    for span in blanks:
        text = blanked(text, span)
    return NetworkCell(text, tuple(sliders))


class _Spans:
    """Places of nodes; ast counts columns in UTF-8 bytes."""

    def __init__(self, source: Source):
        self.source = source

    def position(self, line: int, column: int) -> int:
        before = self.source.lines[line - 1].encode()[:column].decode(errors="ignore")
        return self.source.position(line, len(before))

    def of(self, node: ast.AST) -> Span:
        return (
            self.position(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.position(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )


def _number(node: ast.expr) -> float | None:
    sign = 1.0
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign = -sign if isinstance(node.op, ast.USub) else sign
        node = node.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return sign * node.value  # type: ignore[operator]
    return None


def _slider_of(
    statement: ast.stmt, spans: _Spans, source: Source, options: dict[int, Option], problems: Problems
) -> tuple[NetworkSlider, Span] | None:
    """The slider of a statement and the text to blank; None when it has none or is wrong (then recorded).

    Its option is taken out of `options`.
    """
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Tuple) and _is_decimal_comma(value, source, spans):
        start, end = spans.of(value.elts[0])[0], spans.of(value.elts[1].left)[1]  # type: ignore[attr-defined]
        text = source.text[start:end]
        problems.add("decimal-comma", (start, end), text=text, fixed=text.replace(",", "."))
        return None
    if not isinstance(value, ast.Compare) or not isinstance(value.ops[0], ast.In):
        return None
    number = _number(value.left)
    ends = value.comparators[0]
    if number is None and isinstance(statement, ast.Assign) and isinstance(ends, ast.List):
        _refuse_sum(value, spans, problems)
    if number is None or not isinstance(ends, ast.List | ast.Set | ast.Tuple):
        return None
    option = options.pop(spans.of(ends)[1], None)
    if isinstance(statement, ast.Expr):
        problems.add("network-slider-target", spans.of(value.left), found=ast.unparse(value.left))
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]  # type: ignore[attr-defined]
    parts = _target_parts(targets[0]) if isinstance(statement, ast.Assign) and len(targets) == 1 else None
    if parts is None:
        span = spans.of(targets[0])[0], spans.of(targets[-1])[1]
        rest = source.text[slice(*spans.of(value))]
        target, advice = targets[0], None
        if len(targets) > 1:
            advice = "write a line for each name"
        elif not isinstance(statement, ast.Assign):
            advice = f"write: {ast.unparse(target)} = {rest}"
        elif isinstance(target, ast.Attribute):
            owner = ast.unparse(target.value).removesuffix(".pars")
            advice = f"write: {owner}.pars['{target.attr}'] = {rest}"
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Name):
            advice = f"write: {ast.unparse(target.value)}['{target.slice.id}'] = {rest}"
        problems.add("network-slider-target", span, advice, found=source.text[slice(*span)])
        return None
    if len(value.ops) > 1:
        problems.add("slider-range", spans.of(value.comparators[1]), found="more than a range")
        return None
    name = ast.unparse(targets[0])
    slider = _range(number, spans.of(value.left), ends, name, spans, problems)
    if slider is not None and option is not None:
        made = slider_with(slider.low, slider.high, option)
        if not isinstance(made, Slider):
            problems.add(made[0], option.number, **made[1])
            return None
        slider = made
    if slider is None:
        return None
    start, end = spans.of(value.left)[1], spans.of(value)[1]
    # Brackets around the number stay, those around the whole comparison too: they stand outside [start, end).
    while source.text[start : spans.of(ends)[0]].lstrip().startswith(")"):
        start = source.text.index(")", start) + 1
    place = source.place(spans.of(targets[0]))
    return NetworkSlider(name, *parts, number, slider, place), (start, end)


def _target_parts(target: ast.expr) -> tuple[str, str] | None:
    if isinstance(target, ast.Name):
        return "", target.id
    match target:
        case ast.Subscript(value=ast.Attribute(value=owner, attr="pars"), slice=ast.Constant(value=str(name))) if (
            isinstance(owner, ast.Name | ast.Attribute)
        ):
            return ast.unparse(owner), name
        case ast.Attribute(value=ast.Attribute(attr="pars")) | ast.Attribute(attr="pars"):
            return None
        case ast.Attribute(value=owner, attr=name) if isinstance(owner, ast.Name | ast.Attribute):
            return ast.unparse(owner), name
    return None


def _is_decimal_comma(value: ast.Tuple, source: Source, spans: _Spans) -> bool:
    """I = 1,2 in [0, 3], which Python reads as a pair."""
    if len(value.elts) != 2:
        return False
    whole, rest = value.elts
    if _number(whole) is None or not (isinstance(rest, ast.Compare) and isinstance(rest.ops[0], ast.In)):
        return False
    between = source.text[spans.of(whole)[1] : spans.of(rest.left)[0]]
    return between == "," and isinstance(rest.left, ast.Constant)


def _refuse_sum(value: ast.Compare, spans: _Spans, problems: Problems) -> None:
    """A slider that starts at 2*3: Python would make it False. What reads a name is left to Python."""
    left = value.left
    plain = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Constant)
    if isinstance(left, ast.BinOp) and all(isinstance(node, plain) for node in ast.walk(left)):
        found = problems.source.text[slice(*spans.of(left))]
        problems.add("network-slider-number", spans.of(left), found=found)


def _range(number: float, at: Span, ends: ast.expr, name: str, spans: _Spans, problems: Problems) -> Slider | None:
    span = spans.of(ends)
    items = ends.elts  # type: ignore[attr-defined]
    values = [_number(item) for item in items]
    for item, value in zip(items, values):
        if value is None:
            problems.add("slider-bound", spans.of(item), found=ast.unparse(item))
            return None
    numbers = [float(value) for value in values]  # type: ignore[arg-type]
    shown = [number_text(value) for value in numbers]
    if isinstance(ends, ast.Set):
        if len(set(numbers)) < 2 or len(set(numbers)) < len(numbers):
            problems.add("choice-count", span, found="{" + ", ".join(shown) + "}")
        elif number not in numbers:
            problems.add("choice-value", at, name=name, value=number_text(number), choices="{" + ", ".join(shown) + "}")
        else:
            return Slider(min(numbers), max(numbers), choices=tuple(numbers))
        return None
    if isinstance(ends, ast.Tuple):
        problems.add("slider-range", span, found="round brackets")
        return None
    if len(numbers) > 2:
        problems.add("slider-third-number", span, count=len(numbers), low=shown[0], high=shown[1], step=shown[2])
    elif len(numbers) < 2:
        problems.add("slider-range", span, found="[" + ", ".join(shown) + "]")
    elif not numbers[0] < numbers[1]:
        advice = "write two different numbers" if numbers[0] == numbers[1] else None
        problems.add("slider-order", span, advice, low=shown[0], high=shown[1], first=shown[1], second=shown[0])
    elif not numbers[0] <= number <= numbers[1]:
        problems.add("slider-value", at, name=name, value=number_text(number), low=shown[0], high=shown[1])
    else:
        return Slider(*numbers)
    return None


def _refuse_run(tree: ast.Module, spans: _Spans, problems: Problems) -> None:
    """No call of a run method while the cell runs; functions that are only defined may hold one."""
    modules = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "run":
            owner = node.func.value
            if not (isinstance(owner, ast.Name) and owner.id in modules):
                problems.add("network-run", spans.of(node.func), text=ast.unparse(node.func))


def _add_syntax_error(error: SyntaxError, source: Source, problems: Problems) -> None:
    line = min(max(error.lineno or 1, 1), len(source.lines))
    first = source.position(line, max((error.offset or 1) - 1, 0))
    same_line = error.end_lineno in (None, line)
    last = source.position(line, (error.end_offset or 0) - 1 if same_line else len(source.lines[line - 1]))
    shown = source.lines[line - 1].split("#")[0]
    words = shown.split()
    span = (first, max(last, first + 1))
    char = source.text[first : first + 1]
    if error.msg.startswith("invalid") and char > "\x7f":
        problems.add("unknown-character", (first, first + 1), look_alike_advice(char), char=shown_character(char))
    elif "in" in words and ("log" in words or "step" in words):
        problems.add("network-slider-option", span)
    elif "in" in words and closest(found := source.text[slice(*span)], OPTIONS):
        problems.add("slider-option", span, advice_behind(None, found, False), found=found)
    else:
        problems.add("network-python", span, _python_advice(shown, words), found=error.msg)


def _python_advice(line: str, words: list[str]) -> str | None:
    """What to do about a line that looks like one of another kind of cell."""
    if not words:
        return None
    if "/dt" in line or words[0] in STATEMENT_WORDS:
        return "equations stand in a cell of their own: %%brainpy neuron NAME"
    if is_keyword(words[0]) and words[1:2] == ["="]:
        return f"'{words[0]}' is a Python keyword; write {words[0]}_"
    if words[0].startswith("//"):
        return "a comment begins with '#'"
    if words[0].startswith(("%", "!")):
        return "put this command in a cell of its own"
    for unit in sorted(UNITS.intersection(words)):
        return f"a network cell has no units; take '{unit}' away"
    return None
