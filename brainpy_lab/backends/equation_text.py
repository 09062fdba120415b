"""An integrator that a Python step calls, as straight lines: for NumPy on arrays, for Numba on one element."""
from __future__ import annotations

from dataclasses import dataclass

from ..ir.expr import Expr, Field, Param
from ..ir.kernel import DrawLet, Kernel, Let, Store
from ..ir.python_step import EquationCall
from .python_text import Text, power_source


@dataclass(frozen=True)
class Lines:
    """An equation in straight lines.

    Parameters
    ----------
    arguments : tuple of str
        Names of all values that it takes, in the order of the call.
    draws : tuple of str
        Locals that take standard normal numbers.
    lines : tuple of str
    results : tuple of str
        Texts of what it returns.
    functions : frozenset of str
        The primitives that the texts call.
    """

    arguments: tuple[str, ...]
    draws: tuple[str, ...]
    lines: tuple[str, ...]
    results: tuple[str, ...]
    functions: frozenset[str]


def lines(call: EquationCall, kernel: Kernel) -> Lines:
    """Print one time step of an equation, which `kernel` computes."""
    text = Text("float64", _leaf)
    printed, draws = [], []
    for let in kernel.lets:
        if isinstance(let, Let):
            printed.append(f"{let.name} = {text.of(let.value)}")
        elif isinstance(let, DrawLet):
            draws.append(let.name)
    results = {effect.field: text.of(effect.value) for effect in kernel.effects if isinstance(effect, Store)}
    names = [f"given_{name}" for name in call.arguments] + [f"bpl_P_{name}" for name in call.params]
    return Lines(tuple(names), tuple(draws), tuple(printed), tuple(results.values()), frozenset(text.functions))


def reference_text(call: EquationCall, kernel: Kernel) -> str:
    """The NumPy text of an integrator, a function of its name; noise has the shape of the variable."""
    found = lines(call, kernel)
    body = [f"{name} = draw_like({found.arguments[0]}, at, {call.site})" for name in found.draws]
    body += found.lines
    body.append(f"return {_returned(call, found.results)}")
    powers = sorted(int(name[5:]) for name in found.functions if name.startswith("ipow_"))
    head = f"def {call.name}({', '.join([*found.arguments, 'dt', 'at'])}):"
    shown = f"    # {call.title}({', '.join(call.arguments)}), method {call.system.method}"
    function = "\n".join([head, shown, *(f"    {line}" for line in body)])
    return "\n\n".join([*(power_source(n) for n in powers), function])


def numba_text(call: EquationCall, kernel: Kernel) -> tuple[list[str], frozenset[str]]:
    """The Numba text of an integrator, and the primitives that it calls.

    Every value that it returns is a dynamic ufunc of its own over single elements, so that it broadcasts.
    """
    found = lines(call, kernel)
    names = [*found.arguments, "dt", *found.draws]
    text: list[str] = []
    for number, result in enumerate(found.results):
        text += ["", "", "@vectorize", f"def {call.name}_{number}({', '.join(names)}):"]
        text += [f"    {name} = np.float64({name})" for name in found.arguments]
        text += [f"    {line}" for line in (*found.lines, f"return {result}")]
    text += ["", "", "@inner", f"def {call.name}({', '.join([*found.arguments, 'dt', 'at'])}):"]
    text += [f"    {name} = draw_like({found.arguments[0]}, at, {call.site})" for name in found.draws]
    calls = [f"{call.name}_{number}({', '.join(names)})" for number in range(len(found.results))]
    text.append(f"    return {_returned(call, tuple(calls))}")
    return text, found.functions


def _returned(call: EquationCall, results: tuple[str, ...]) -> str:
    return f"({', '.join(results)},)" if call.returns_tuple else results[0]


def _leaf(node: Expr) -> str:
    match node:
        case Field(_, name):
            return name
        case Param(name):
            return f"bpl_P_{name}"
    raise TypeError(type(node).__name__)
