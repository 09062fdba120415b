"""Text for people: expressions with no more parentheses than needed, statements, models, programs, kernels.

The text names everything as the user did: locals and parameters by their names, states as ``self.V``, ``pre.V`` and
``post.V``. What looks associated differently in the text is associated differently in the tree.
"""
from __future__ import annotations

from .expr import (
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Element,
    Expr,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
)
from .kernel import Accumulate, DrawLet, Kernel, Let, Push, RingLet, Store
from .model import Model
from .program import Population, Program, Projection, State, Step
from .statements import (
    Assign,
    Draw,
    Equation,
    Fold,
    If,
    Integrate,
    RingPush,
    RingRead,
    Statement,
    System,
)

SELECT, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)
"""How tightly each kind of expression binds."""


def show(thing: object) -> str:
    """The text of an expression, statement, system, step, model, program or kernel, or of a sequence of them.

    Parameters
    ----------
    thing : object

    Returns
    -------
    str
        Lines without a final line break; the same text in every process.

    Raises
    ------
    TypeError
        For anything else.
    """
    return expression(thing) if isinstance(thing, Expr) else "\n".join(_lines(thing))


def _lines(thing: object) -> list[str]:
    match thing:
        case Expr():
            return [expression(thing)]
        case Statement():
            return _statement(thing)
        case System(equations, method):
            return [f"system by {method}", *_indent([line for eq in equations for line in _equation(eq)])]
        case Equation():
            return _equation(thing)
        case Step():
            return _step(thing)
        case Model():
            return _model(thing)
        case Population() | Projection():
            return _object(thing)
        case Program():
            return _program(thing)
        case Kernel():
            return _kernel(thing)
        case Let() | DrawLet() | RingLet():
            return [_binding(thing)]
        case Store() | Push() | Accumulate():
            return [_effect(thing)]
        case tuple() | list():
            return [line for item in thing for line in _lines(item)]
    raise TypeError(f"{type(thing).__name__} is no part of a program")


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


# -- expressions -----------------------------------------------------------------------------------------------------


def expression(node: Expr) -> str:
    """An expression on one line."""
    return _text(node)[0]


def _text(node: Expr) -> tuple[str, int]:
    """The text of a node and how tightly it binds."""
    match node:
        case Const(value):
            text = repr(value)
            return text, SIGN if text.startswith("-") else ATOM
        case Local(name) | Param(name):
            return name, ATOM
        case Field(owner, name):
            return f"{owner}.{name}", ATOM
        case Time():
            return "t", ATOM
        case StepSize():
            return "dt", ATOM
        case StepIndex():
            return "step_index", ATOM
        case Element(which):
            return f"{which}.index", ATOM
        case Negative(operand):
            return "-" + _at(operand, POWER), SIGN
        case Binary(op, left, right):
            level = SUM if op in "+-" else PRODUCT
            space = " " if op in "+-" else ""
            # A sign is only left bare at the very front: a - (-b).
            first = _at(left, level)
            second = _at(right, level + 1 if _text(right)[1] != SIGN else ATOM)
            return f"{first}{space}{op}{space}{second}", level
        case Power(base, exponent):
            return f"{_at(base, ATOM)}**{exponent}", POWER
        case Compare(op, left, right):
            return f"{_at(left, SUM)} {op} {_at(right, SUM)}", COMPARE
        case Logic(op, left, right):
            level = OR if op == "or" else AND
            return f"{_at(left, level)} {op} {_at(right, level + 1)}", level
        case Not(operand):
            return f"not {_at(operand, NOT)}", NOT
        case Select(condition, yes, no):
            return f"{_at(yes, OR)} if {_at(condition, OR)} else {_at(no, SELECT)}", SELECT
        case Call(function, args):
            return f"{function}({', '.join(expression(arg) for arg in args)})", ATOM
        case Cast(operand, to):
            return f"{to}({expression(operand)})", ATOM
    raise TypeError(f"{type(node).__name__} is no expression")


def _at(node: Expr, level: int) -> str:
    """The text of an operand that must bind at least as tightly as `level`."""
    text, own = _text(node)
    return text if own >= level else f"({text})"


# -- statements ------------------------------------------------------------------------------------------------------


def _statement(statement: Statement) -> list[str]:
    match statement:
        case Assign(target=target, value=value):
            return [f"{expression(target)} = {expression(value)}"]
        case If(condition=condition, then=then, otherwise=otherwise):
            lines = [f"if {expression(condition)}:", *_indent(_body(then))]
            return [*lines, "else:", *_indent(_body(otherwise))] if otherwise else lines
        case Draw(target=target, distribution=distribution, site=site, fixed=fixed):
            return [f"{target.name} = {'number of the edge, ' if fixed else 'draw '}{distribution} (site {site})"]
        case Integrate():
            return _integrate(statement)
        case Fold(field=field, op=op, value=value):
            return [f"post.{field} {_changed_by(op)} {expression(value)}"]
        case RingPush(field=field):
            return [f"push self.{field} into its delay"]
        case RingRead(target=target, field=field, back=back):
            return [f"{target.name} = delayed self.{field}{_ago(back)}"]
    raise TypeError(f"{type(statement).__name__} is no statement")


def _body(body: tuple[Statement, ...]) -> list[str]:
    return [line for statement in body for line in _statement(statement)] or ["pass"]


def _integrate(statement: Integrate) -> list[str]:
    system = statement.system
    noisy = any(eq.diffusion is not None for eq in system.equations)
    site = f" (noise from site {statement.site})" if noisy else ""
    results = ", ".join([*statement.results, *statement.extras])
    lines = [f"{results} = one step by {system.method} at {expression(statement.time)}{site}"]
    for eq, value in zip(system.equations, statement.values):
        lines += _indent([*_equation(eq), f"{eq.variable} from {expression(value)}"])
    return lines


def _equation(eq: Equation) -> list[str]:
    lines = [f"{name} = {expression(value)}" for name, value in eq.lines]
    text = expression(eq.drift)
    if eq.diffusion is not None:
        text = f"{_at(eq.drift, SUM)} + {_at(eq.diffusion, PRODUCT)}*{eq.noise or 'xi'}"
    lines.append(f"d{eq.variable}/dt = {text}")
    return lines + [f"extra {expression(extra)}" for extra in eq.extras]


def _step(step: Step) -> list[str]:
    text = getattr(step, "text", "")  # of a step that stays Python
    return [f"step {step.name}{' (delayed)' if step.delayed else ''}",
            *_indent(text.splitlines() if text else _body(step.body))]


# -- models and programs ---------------------------------------------------------------------------------------------


def _state(state: State) -> str:
    return f"{state.name} = {state.default!r}" + ("" if state.dtype == "real" else f" ({state.dtype})")


def _model(model: Model) -> list[str]:
    units = dict(model.units)
    lines = [f"{model.kind} {model.name}"]
    inner = [f"state {_state(state)}" + (f" [{units[state.name]}]" if units.get(state.name) else "")
             for state in model.states]
    for param in model.params:
        text = f"param {param.name} = {param.value!r}" + (f" [{param.unit}]" if param.unit else "")
        if param.slider is not None and param.slider.choices:
            text += f" in {{{', '.join(repr(choice) for choice in param.slider.choices)}}}"
        elif param.slider is not None:
            scale = "" if param.slider.scale == "linear" else f" {param.slider.scale}"
            text += f" in [{param.slider.low!r}, {param.slider.high!r}]{scale}"
        inner.append(text)
    if model.input_name:
        inner.append(f"input {model.input_name}")
    for item in model.initial:
        args = ", ".join(expression(arg) for arg in item.args)
        inner.append(f"init {item.state} = {args if item.kind == 'value' else f'{item.kind}({args})'}")
    inner += [f"readout {name} = {expression(value)}" for name, value in model.readouts]
    inner += [line for step in model.steps for line in _step(step)]
    return lines + _indent(inner)


def _object(item: Population | Projection) -> list[str]:
    if isinstance(item, Population):
        lines = [f"population {item.name}: {item.model}"]
        inner = [f"delay of {name}: {length - 1} steps" for name, length in item.rings]
    else:
        lines = [f"projection {item.name}: {item.model} from {item.pre} to {item.post}"]
        inner = [f"edges as {item.layout}, delay of {item.delay_steps - 1} steps"]
        if item.shared:
            inner.append(f"shared along rows: {', '.join(sorted(item.shared))}")
    inner += [f"state {_state(state)}" for state in item.states]
    if item.params:
        inner.append("params " + ", ".join(f"{name}[]" if name in item.spread else name for name in item.params))
    return lines + _indent(inner + [line for step in item.steps for line in _step(step)])


def _program(program: Program) -> list[str]:
    merged = ", synapses merged where possible" if program.merge_synapses else ""
    merged += {"quanta": ", sums in quanta", "any": ", sums in any order"}.get(program.sums, "")
    lines = [f"program in {program.float_type}{merged}"]
    for item in program.objects:
        lines += _indent(_object(item))
    lines.append("every time step")
    for number, slot in enumerate(program.schedule, start=1):
        match slot.what:
            case "input":
                spec = program.inputs[int(slot.name)]
                text = f"{spec.target}.{spec.field} {'' if spec.op == '=' else spec.op}= {spec.source} {slot.name}"
            case "monitor":
                watch = program.monitors[int(slot.name)]
                some = "some of " if watch.some else ""
                text = f"record {some}{watch.target}.{watch.field} ({watch.kind}) as {slot.name}"
            case _:
                text = f"{slot.target}.{slot.name}()"
        lines += _indent([f"{number}. {text}"])
    return lines


# -- kernels ---------------------------------------------------------------------------------------------------------


def _kernel(kernel: Kernel) -> list[str]:
    space = f"{kernel.space} ({kernel.layout})" if kernel.layout else kernel.space
    lines = [f"kernel {kernel.name} over {space}{', one after the other' if kernel.serial else ''}"]
    if kernel.guard is not None:
        lines += _indent([f"where {expression(kernel.guard)}"])
    return lines + _indent([*map(_binding, kernel.lets), *map(_effect, kernel.effects)])


def _binding(let: Let | DrawLet | RingLet) -> str:
    match let:
        case Let(name, value):
            return f"{name} = {expression(value)}" + (f"  # {value.dtype}" if value.dtype not in (None, "real") else "")
        case DrawLet(name, distribution, site, fixed):
            return f"{name} = {'number of the edge, ' if fixed else 'draw '}{distribution} (site {site})"
        case RingLet(name, owner, field, back):
            return f"{name} = delayed {owner}.{field}{_ago(back)}"


def _ago(back: Expr | None) -> str:
    return "" if back is None else f" by {expression(back)} steps"


def _changed_by(op: str) -> str:
    return "=" if op == "=" else f"{op}="


def _effect(effect: Store | Push | Accumulate) -> str:
    match effect:
        case Store(owner, field, value):
            return f"store {owner}.{field} = {expression(value)}"
        case Push(owner, field, value):
            return f"push {owner}.{field} = {expression(value)}"
        case Accumulate(field, op, value, when):
            text = f"post.{field} {_changed_by(op)} {expression(value)}"
            return text if when is None else f"{text} where {expression(when)}"
