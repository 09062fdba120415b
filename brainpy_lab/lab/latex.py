"""Typeset equations of a model.

Built from the nodes of the model, name by name; no text is ever given to SymPy to read, because `I`, `E`, `S`, `N`,
`Q`, `beta`, `gamma` and `zeta` are names of currents and rates here and constants and functions there. SymPy prints
the names (Greek letters, subscripts); the formula keeps the shape in which the user wrote it.
"""

from __future__ import annotations

from functools import lru_cache

from ..ir import expr as ex
from ..ir.functions import FUNCTIONS
from ..ir.model import Model
from ..ir.statements import Assign, Fold, If, Integrate, Statement, blocks

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
_COMPARE = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}


@lru_cache(maxsize=1024)
def name(text: str) -> str:
    """A name as mathematics: Greek letters, the part after the first underscore as subscript."""
    from sympy import Symbol
    from sympy.printing.latex import LatexPrinter

    # `lambda_` is how Python lets one write lambda.
    head, _, tail = text.rstrip("_").partition("_")
    printer = LatexPrinter()
    parts = [
        printer.doprint(Symbol(part)) if not _is_word(part) else rf"\mathrm{{{part}}}" for part in (head, tail) if part
    ]
    return f"{parts[0]}_{{{parts[1]}}}" if len(parts) == 2 else parts[0]


def _is_word(text: str) -> bool:
    """A word of several Latin letters, such as 'syn' or 'rest', is set upright unless it names a Greek letter."""
    from sympy.printing.latex import greek_letters_set

    letters = text.rstrip("0123456789")
    return len(letters) > 1 and letters.isascii() and letters.lower() not in greek_letters_set and "_" not in text


def number(value: float | int | bool) -> str:
    """A literal."""
    if isinstance(value, bool):
        return r"\mathrm{true}" if value else r"\mathrm{false}"
    text = f"{value:.6g}"
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return mantissa
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def formula(node: ex.Expr) -> str:
    """An expression as LaTeX, without dollar signs."""
    return _print(node)[0]


def _print(node: ex.Expr) -> tuple[str, int]:
    match node:
        case ex.Const(value=value):
            text = number(value)
            return text, _SUM if text.startswith("-") else (_PRODUCT if r"\cdot" in text else _ATOM)
        case ex.Local(name=text) | ex.Param(name=text):
            return name(text), _ATOM
        case ex.Field(owner=owner, name=text):
            return (name(text) if owner == "self" else rf"{name(text)}^{{\mathrm{{{owner}}}}}"), _ATOM
        case ex.Time():
            return "t", _ATOM
        case ex.StepSize():
            return r"\mathrm{d}t", _ATOM
        case ex.Negative(operand=operand):
            return "-" + _inside(operand, _PRODUCT), _SUM
        case ex.Binary(op="/", left=ex.Negative(operand=left), right=right):
            return rf"-\frac{{{formula(left)}}}{{{formula(right)}}}", _SUM
        case ex.Binary(op="/", left=left, right=right):
            return rf"\frac{{{formula(left)}}}{{{formula(right)}}}", _PRODUCT
        case ex.Binary(op="*", left=left, right=right):
            negative = isinstance(left, ex.Negative)  # its sign may stand in front of the whole product
            a, b = formula(left) if negative else _inside(left, _PRODUCT), _inside(right, _PRODUCT)
            return a + (r" \cdot " if b[:1].isdigit() else r"\, ") + b, _SUM if negative else _PRODUCT
        case ex.Binary(op=op, left=left, right=right):
            return f"{_inside(left, _SUM)} {op} {_inside(right, _PRODUCT if op == '-' else _SUM, signed=True)}", _SUM
        case ex.Power(base=base, exponent=exponent):
            return rf"{_inside(base, _ATOM)}^{{{exponent}}}", _POWER
        case ex.Compare(op=op, left=left, right=right):
            return f"{formula(left)} {_COMPARE[op]} {formula(right)}", 0
        case ex.Logic(op=op, left=left, right=right):
            word = r"\wedge" if op == "and" else r"\vee"
            return f"{_inside(left, _SUM)} {word} {_inside(right, _SUM)}", 0
        case ex.Not(operand=operand):
            return rf"\neg {_inside(operand, _ATOM)}", _PRODUCT
        case ex.Select(condition=condition, yes=yes, no=no):
            rows = rf"{formula(yes)} & \text{{if }} {formula(condition)} \\ {formula(no)} & \text{{otherwise}}"
            return rf"\begin{{cases}} {rows} \end{{cases}}", _ATOM
        case ex.Call(function="sqrt", args=(arg,)):
            return rf"\sqrt{{{formula(arg)}}}", _ATOM
        case ex.Call(function="abs", args=(arg,)):
            return rf"\left|{formula(arg)}\right|", _ATOM
        case ex.Call(function="floor", args=(arg,)):
            return rf"\left\lfloor {formula(arg)} \right\rfloor", _ATOM
        case ex.Call(function="pow", args=(base, exponent)):
            return rf"{_inside(base, _ATOM)}^{{{formula(exponent)}}}", _POWER
        case ex.Call(function="exp", args=(arg,)):
            inner = formula(arg)
            simple = r"\frac" not in inner and len(inner) < 24
            return (rf"e^{{{inner}}}", _POWER) if simple else (rf"\exp\!\left({inner}\right)", _ATOM)
        case ex.Call(function=function, args=args):
            listed = ", ".join(formula(arg) for arg in args)
            return rf"{FUNCTIONS[function].latex}\!\left({listed}\right)", _ATOM
        case ex.Cast(operand=operand):
            return _print(operand)
    return rf"\mathrm{{{type(node).__name__}}}", _ATOM


def _inside(node: ex.Expr, at_least: int, signed: bool = False) -> str:
    """The operand, in brackets when it binds less than `at_least` or starts with a sign after an operator."""
    text, level = _print(node)
    if level < at_least or (signed and text.startswith("-")):
        return rf"\left({text}\right)"
    return text


def lines(model: Model) -> list[str]:
    """The differential equations, then the intermediate quantities they use, one LaTeX line each, '&=' aligned."""
    found: list[str] = []
    for equation in _equations(model):
        right = formula(_without_input(equation.drift))
        if equation.diffusion is not None:
            noise = r"\xi" if equation.noise in (None, "xi") else name(str(equation.noise))
            factor = _inside(equation.diffusion, _PRODUCT)
            right = rf"{factor}\, {noise}" if right == "0" else rf"{right} + {factor}\, {noise}"
        found.append(rf"\frac{{\mathrm{{d}}{name(equation.variable)}}}{{\mathrm{{d}}t}} &= {right}")
    seen = set()
    for quantity, value in [*(line for eq in _equations(model) for line in eq.lines), *model.readouts]:
        if quantity not in seen:
            seen.add(quantity)
            found.append(f"{name(quantity)} &= {formula(_without_input(value))}")
    if model.kind == "synapse":
        found += _effects(model)
    return found


def _effects(model: Model) -> list[str]:
    """What a synapse does at spikes, and to the postsynaptic neuron."""
    found = []
    for statement in (one for step in model.steps for one in step.body):
        if isinstance(statement, If) and isinstance(statement.condition, ex.Compare):
            whose = "postsynaptic" if isinstance(statement.condition.left, ex.Field) else "presynaptic"
            late = f", {model.delay:g} ms later" if whose == "presynaptic" and model.delay else ""
            changes = [_change(one) for one in statement.then]
            found.append(rf"\text{{at a {whose} spike{late}:}} &\quad " + r",\quad ".join(changes))
        elif isinstance(statement, Fold):
            found.append(_change(statement, "&"))
    return found


def _change(statement: Statement, align: str = "") -> str:
    """An assignment or an addition; ``s = s + w`` is set as it was written."""
    match statement:
        case Fold(field=field, op=op, value=value):
            return rf"{formula(ex.Field('post', field))} {align}\mathrel{{{op}}}= {formula(value)}"
        case Assign(target=ex.Field() as target, value=ex.Binary(op=op, left=left, right=right)) if left == target:
            sign = r"\cdot" if op == "*" else op
            return rf"{formula(target)} {align}\mathrel{{{sign}}}= {formula(right)}"
        case Assign(target=target, value=value):
            return rf"{formula(target)} {align}\leftarrow {formula(value)}"
    return ""


def _without_input(node: ex.Expr) -> ex.Expr:
    """``I + ST['input']``, which a cell writes as I, as I again."""
    match node:
        case ex.Binary(op="+", left=ex.Param() as kept, right=ex.Field(owner="self", name="input")):
            return kept
    return ex.map_children(node, _without_input)


def model(model: Model) -> str:
    """All equations of a model as one LaTeX display.

    The name of what comes from outside stands for the parameter and what synapses add to it, as in the cell.
    """
    body = " \\\\[3pt]\n".join(lines(model))
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _equations(model: Model):
    for step in model.steps:
        stack = list(step.body)
        while stack:
            statement = stack.pop(0)
            if isinstance(statement, Integrate):
                yield from statement.system.equations
            for block in blocks(statement):
                stack[:0] = block


def network(rows: list[tuple[str, str, int]], edges: list[tuple[str, str, str, int, str]]) -> str:
    """A short table of a network, in Markdown.

    Parameters
    ----------
    rows : list of (name, model, number of neurons)
    edges : list of (name, model, 'E to I', number of synapses, delay)
    """
    text = ["| population | model | neurons |", "|---|---|---|"]
    text += [f"| {who} | {model} | {count:,} |" for who, model, count in rows]
    if edges:
        text += ["", "| projection | model | from, to | synapses | delay |", "|---|---|---|---|---|"]
        text += [f"| {who} | {model} | {ends} | {count:,} | {delay} |" for who, model, ends, count, delay in edges]
    return "\n".join(text)
