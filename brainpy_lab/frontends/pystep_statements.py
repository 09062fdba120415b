"""The statements of one function of a step in Python."""

from __future__ import annotations

import ast
import copy

from .pystep_expressions import COUNTING, Expressions

_REFUSED = {
    ast.Global: "global; keep what lasts in a state, ST['x'], or in an array of the group",
    ast.Nonlocal: "nonlocal; keep what lasts in a state, ST['x'], or in an array of the group",
    ast.Yield: "yield; a step runs from its first line to its last",
    ast.YieldFrom: "yield; a step runs from its first line to its last",
    ast.Await: "await; a step runs from its first line to its last",
}


class Statements(Expressions):
    """Rewrites one function of a step and notes what it uses."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if type(node) in _REFUSED:
            self.tell.fail(node, f"a step cannot contain {_REFUSED[type(node)]}")
        return super().generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        self.tell.hinder(node, "an import inside the step; move it above the step")
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        self.tell.hinder(node, "an import inside the step; move it above the step")
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.tell.hinder(node, "a function defined inside the step; define it above the step")
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.tell.hinder(node, "a class defined inside the step; define it above the step")
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.states.assigned(node)
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.AST]:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        plain = ast.copy_location(ast.Assign([node.target], node.value), node)
        return self.visit_Assign(plain)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.states.changed_in_place(node.target)
        if isinstance(node.op, COUNTING) and self.truths.is_truth(node.value):
            node.value = self.counted(node.value)
            return node if isinstance(node.target, ast.Name) else self._with_target(node)
        if isinstance(node.op, ast.Div) and isinstance(node.target, ast.Name):
            if not (isinstance(node.value, ast.Constant) and node.value.value):
                read = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
                return ast.copy_location(ast.Assign([node.target], self.divided_into(read, node.value)), node)
        if not isinstance(node.op, (ast.Pow, ast.FloorDiv, ast.Mod, ast.MatMult)):
            return self.generic_visit(node)
        if isinstance(node.target, ast.Name) and self.draft.mode == "array":
            sign = {ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%", ast.MatMult: "@"}[type(node.op)]
            name = node.target.id
            self.tell.fail(
                node, f"write {name} = {name} {sign} ..., or {name}[:] = {name} {sign} ... to change the array in place"
            )
        read = copy.deepcopy(node.target)
        read.ctx = ast.Load()  # type: ignore[attr-defined]
        value = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
        return self.generic_visit(ast.copy_location(ast.Assign([node.target], value), node))

    def _with_target(self, node: ast.AugAssign) -> ast.AST:
        node.target = self.visit(node.target)
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.states.changed(node.target)
        return self.generic_visit(node)
