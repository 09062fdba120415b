"""Nodes of a graph as statements of the representation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..ir import expr as ir
from ..ir import statements as st
from .graph import Equation, Integration, Node

if TYPE_CHECKING:
    from .spaces import Space


def integrand_nodes(node: Node) -> list[Node]:
    """The nodes from around the equations of an integration that they use."""
    found: dict[int, Node] = {}

    def visit(part: Node) -> None:
        if part.number not in node.data.inner:
            found[part.number] = part
            return
        for arg in part.args:
            visit(arg)

    for equation in node.data.equations:
        for part in (equation.drift, equation.diffusion):
            if part is not None:
                visit(part)
    return list(found.values())


class Printer:
    """Expressions of nodes; what is memory or computed before is looked up by `look_up`."""

    def expression(self, node: Node) -> ir.Expr:
        """The value of a node, over what is known here."""
        match node.op:
            case "view":
                return self.expression(node.args[0])
            case "const":
                return ir.Const(node.data)
            case "t":
                return ir.Time()
            case "dt":
                return ir.StepSize()
            case "i":
                return ir.StepIndex()
            case "i0":
                return ir.Cast(self.parameter(node, "first_step"), "int")
            case "param":
                return self.parameter(node, node.data[1])
            case "array" if node.size == 1:
                return ir.Const(node.data[0].reshape(-1)[0].item())
        found = self.look_up(node)
        return self.operation(node) if found is None else found

    def operation(self, node: Node) -> ir.Expr:
        """The operation of a node on its operands."""
        args = [self.expression(arg) for arg in node.args]
        match node.op:
            case "binary":
                return ir.Binary(node.data, *args)
            case "compare":
                return ir.Compare(node.data, *args)
            case "logic":
                return ir.Logic(node.data, *args)
            case "not":
                return ir.Not(*args)
            case "negative":
                return ir.Negative(*args)
            case "power":
                return ir.Power(args[0], node.data)
            case "select":
                return ir.Select(*args)
            case "call":
                return ir.Call(node.data, tuple(args))
            case "cast":
                return ir.Cast(args[0], node.data)
            case "fill":
                return args[0]
        raise AssertionError(node.op)

    def parameter(self, node: Node, hint: str) -> ir.Expr:
        raise NotImplementedError

    def look_up(self, node: Node) -> ir.Expr | None:
        raise NotImplementedError


class Block(Printer):
    """The statements of one step of a space."""

    def __init__(self, layout: Any, space: Space):
        self.layout, self.space = layout, space
        self.body: list[st.Statement] = []
        self.locals: dict[int, ir.Expr] = {}

    def parameter(self, node: Node, hint: str) -> ir.Expr:
        return ir.Param(self.space.param(node, hint))

    def look_up(self, node: Node) -> ir.Expr | None:
        if node.number in self.locals:
            return self.locals[node.number]
        if node.op == "array":
            return self._constant(node)
        if node.is_free:
            return None
        space = self.layout.space(node)
        owner = "self" if space is self.space else "one"
        return ir.Field(owner, space.memory[node.data if node.op == "read" else node])

    def _constant(self, node: Node) -> ir.Expr:
        _, owner, name = node.data
        if owner is not None and node.dtype == "real":
            return ir.Param(self.space.param(node, name))
        if node not in self.space.memory:
            self.space.memory[node] = self.space.new_state("constant", node.dtype or "real", self.layout._flat(node))
        return ir.Field("self", self.space.memory[node])

    def _local(self) -> str:
        return f"x{len(self.locals)}"

    def compute(self, node: Node) -> None:
        """Compute a node, and keep it where others need it."""
        name = self._local()
        match node.op:
            case "draw":
                distribution, site = node.data
                self.body.append(st.Draw(ir.Local(name), distribution, site))
                self.locals[node.number] = ir.Local(name)
            case "delayed":
                back = self.expression(node.args[0]) if node.args else None
                self.body.append(st.RingRead(ir.Local(name), self.space.memory[node.data[0]], back))
                self.locals[node.number] = ir.Local(name)
            case "integrate":
                results = tuple(f"{name}_{k}" for k in range(len(node.data.equations)))
                self.body.append(Integrand(self, node).statement(results))
                self.locals[node.number] = ir.Local(name)
            case "result":
                whole = self.locals[node.args[0].number]
                assert isinstance(whole, ir.Local)
                self.locals[node.number] = ir.Local(f"{whole.name}_{node.data}")
            case _:
                self.body.append(st.Assign(ir.Local(name), self.operation(node)))
                self.locals[node.number] = ir.Local(name)
        kept = self.space.memory.get(node)
        if kept is not None and not any(kept == self.space.memory.get(variable) for variable in self.layout.writes):
            self.body.append(st.Assign(ir.Field("self", kept), self.locals[node.number]))

    def store(self, variables: list[Any]) -> None:
        """Give variables their last value; all of these are read before any is written."""
        values = []
        for variable in variables:
            value = self.expression(self.layout.writes[variable])
            if value == ir.Field("self", self.space.memory[variable]):
                continue  # it was summed up in its own memory
            if not isinstance(value, ir.Local):
                name = f"store_{len(values)}"
                self.body.append(st.Assign(ir.Local(name), value))
                value = ir.Local(name)
            values.append((variable, value))
        for variable, value in values:
            self.body.append(st.Assign(ir.Field("self", self.space.memory[variable]), value))

    def push(self, delay: Any, node: Node) -> None:
        """Put a value into its delay."""
        field = self.space.memory[delay]
        self.body += [st.Assign(ir.Field("self", field), self.expression(node)), st.RingPush(field)]

    def clear(self, node: Node) -> None:
        """Take the memory of a sum back to its start."""
        self.body.append(st.Assign(ir.Field("self", self.space.memory[node]), ir.Const(node.data.start)))


class Integrand(Printer):
    """The equations of an integration, over the names of the step around them."""

    def __init__(self, around: Printer, node: Node):
        self.around, self.node = around, node
        self.integration: Integration = node.data
        self.names: dict[int, str] = {}
        self.lines: dict[int, ir.Expr] = {}
        for equation in self.integration.equations:
            name = re.sub(r"\W", "_", equation.name)
            taken = set(self.names.values())
            while name in taken or re.fullmatch(r"(x|store_)\d+(_\d+)?|line_\d+", name):
                name += "_"
            self.names[equation.variable.number] = name

    def statement(self, results: tuple[str, ...]) -> st.Integrate:
        """One step of the system."""
        equations = [self._equation(equation) for equation in self.integration.equations]
        *values, time = [self.around.expression(arg) for arg in self.node.args]
        system = st.System(tuple(equations), self.integration.method)
        return st.Integrate(system, tuple(values), time, results, (), self.integration.site)

    def _equation(self, equation: Equation) -> st.Equation:
        self.lines = {}
        self.uses: dict[int, int] = {}
        parts = [part for part in (equation.drift, equation.diffusion) if part is not None]
        for part in parts:
            self._count(part)
        self.line_names: dict[int, str] = {}
        lines: list[tuple[str, ir.Expr]] = []
        for number in sorted(number for number, uses in self.uses.items() if uses > 1):
            node = self._inner[number]
            if node.args:
                value = self.operation(node)
                self.line_names[number] = f"line_{len(lines)}"
                lines.append((self.line_names[number], value))
        drift, *diffusion = [self.expression(part) for part in parts]
        return st.Equation(
            self.names[equation.variable.number],
            drift,
            diffusion[0] if diffusion else None,
            tuple(lines),
            noise=equation.noise,
        )

    def _count(self, node: Node) -> None:
        if node.number not in self.integration.inner:
            return
        self.uses[node.number] = self.uses.get(node.number, 0) + 1
        self._inner = getattr(self, "_inner", {})
        self._inner[node.number] = node
        if self.uses[node.number] == 1:
            for arg in node.args:
                self._count(arg)

    def parameter(self, node: Node, hint: str) -> ir.Expr:
        return self.around.parameter(node, hint)

    def look_up(self, node: Node) -> ir.Expr | None:
        if node.op == "variable":
            return ir.Local(self.names[node.number])
        if node.op == "stage_time":
            return ir.Time()
        if node.number in self.line_names:
            return ir.Local(self.line_names[node.number])
        if node.number in self.integration.inner:
            return None
        return self.around.expression(node)
