"""What a network has, by its text and by the program that was read from it: not by what its writer meant."""

from __future__ import annotations

import ast

from brainpy_lab.ir.program import Program, Projection
from brainpy_lab.ir.python_step import PythonStep
from brainpy_lab.ir.statements import Draw, Fold, Integrate
from brainpy_lab.passes.typing import statements_of
from tests.agreement.random_words import TRANSCENDENTAL

SUMS = {"sum", "mean", "prod", "dot", "cumsum"}
LISTS = {"pre2syn", "post2syn", "pre_slice_syn"}


def features(source: str, program: Program) -> set[str]:
    """Names such as 'branch', 'sum', 'delay', 'method rk4', 'layout runs', 'python scalar'."""
    tree = ast.parse(source)
    steps = {step.name for item in program.objects for step in item.steps}
    called = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in steps]
    called += [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("int_")]
    return _of_program(program).union(*(_of_text(node) for node in called))


def _of_text(function: ast.FunctionDef) -> set[str]:
    found = set()
    indices, masks = set(), set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_truth(value):
                masks.add(name)
            case ast.Subscript(slice=ast.Name(id=name)) if name in masks:
                found.add("branch")
            case ast.If() | ast.IfExp():
                found.add("branch")
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript(value=ast.Call() as call)) if _is(
                call, "where"
            ):
                indices.add(name)
                found |= {"dynamic indices", "branch"}
            case ast.Call() if _is(node, "where"):
                found.add("branch")
            case ast.Call(func=ast.Attribute(attr=name)):
                found |= {"transcendental"} if name in TRANSCENDENTAL else set()
                found |= {"sum"} if name in SUMS else set()
            case ast.BinOp(op=ast.MatMult()):
                found.add("sum")
            case ast.AugAssign(target=target) if any(isinstance(part, ast.Name) and part.id == "post"
                                                     for part in ast.walk(target)):  # fmt: skip
                found.add("sum")
            case ast.For(iter=source) if any(isinstance(part, ast.Name) and part.id in LISTS | indices
                                             for part in ast.walk(source)):  # fmt: skip
                found.add("dynamic indices")
            case ast.Subscript(slice=ast.Compare()) | ast.Subscript(slice=ast.BinOp()):
                found.add("dynamic indices")
            case ast.While() | ast.For():
                found.add("loop")
    return found


def _is_truth(node: ast.expr) -> bool:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr
    return (
        isinstance(node, ast.Compare)
        or isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.Invert)
        or isinstance(node, ast.BinOp)
        and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor))
        or bool(named)
        and named.startswith(("logical", "isnan", "less", "greater", "equal", "not_equal"))
    )


def _is(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def _of_program(program: Program) -> set[str]:
    found = {f"input {spec.op} {spec.source}" for spec in program.inputs}
    found |= {f"monitor {spec.kind}{' of some' if spec.some else ''}" for spec in program.monitors}
    for item in program.objects:
        least = len([state for state in item.states if state.name not in ("spike", "input")])
        found |= {"two states"} if least >= 2 else {"too few states"}
        found |= {"a value for each"} if item.spread else set()
        if isinstance(item, Projection):
            found.add("matrix" if item.matrix else f"layout {item.layout}")
            found |= {"delay"} if item.delay_steps > 1 else set()
        for step in item.steps:
            found |= _of_python(step) if isinstance(step, PythonStep) else _of_statements(step)
    return found


def _of_python(step: PythonStep) -> set[str]:
    found = {f"python {step.mode}"} | {f"method {call.system.method}" for call in step.equations}
    if any(call.site >= 0 for call in step.equations) or "bpl_draw" in step.text:
        found.add("noise")
    return found | ({"late states"} if step.late else set())


def _of_statements(step) -> set[str]:
    found = set()
    for statement in statements_of(step.body):
        match statement:
            case Integrate(system=system):
                found.add(f"method {system.method}")
                found |= {"noise"} if any(eq.diffusion is not None for eq in system.equations) else set()
            case Draw():
                found.add("noise")
            case Fold():
                found.add("sum")
    return found
