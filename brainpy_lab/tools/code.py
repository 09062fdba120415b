"""Python code as lists of lines: what is assigned, what it is made of, and the text."""

from __future__ import annotations

import ast

from .. import checks
from ..errors import CodeError
from .text import deindent

SPACES = 4


def parsed(code: str, name: str = "code") -> ast.Module:
    """The syntax tree of `code`, however far it is indented."""
    checks.text(name, code, "Python text")
    try:
        return ast.parse(deindent(code).strip())
    except (SyntaxError, ValueError) as problem:  # ValueError: null bytes
        line, why, found = (
            getattr(problem, "lineno", 1),
            getattr(problem, "msg", problem),
            getattr(problem, "text", code),
        )
        raise CodeError(f'line {line} of "{name}" is not Python: {why}. Found {found!r}: write it as Python.') from None


def ast2code(ast_node, indent=4, line_length=100) -> str:
    """The text of a syntax tree.

    Parameters
    ----------
    ast_node : ast.AST
        A node of any kind that this Python knows.
    indent : int
        Spaces of a level.
    line_length : int
        Accepted for programs that give it; lines are as long as they are.

    Raises
    ------
    ModelValueError
        When it is no syntax tree.

    Examples
    --------
    >>> import ast, brainpy_lab as bp
    >>> bp.tools.ast2code(ast.parse('a=( b+ 1 )*2'))
    'a = (b + 1) * 2'
    """
    _must_be_node("ast_node", ast_node)
    indent = checks.count("indent", indent, "spaces", low=0)
    checks.count("line_length", line_length, "characters")
    text = ast.unparse(ast.fix_missing_locations(ast_node))
    if indent == SPACES:
        return text
    return "\n".join(_reindented(line, indent) for line in text.split("\n"))


def _must_be_node(name: str, node) -> None:
    checks.instance(name, node, ast.AST, "a node of the ast module", "Give what ast.parse(text) returns.")


def _reindented(line: str, indent: int) -> str:
    depth = (len(line) - len(line.lstrip(" "))) // SPACES
    return " " * (indent * depth) + line.lstrip(" ")


class CodeLineFormatter(ast.NodeVisitor):
    """Collects the lines of code.

    Attributes
    ----------
    lines : list of str
        Every line, indented by four spaces per level, without docstrings and comments.
    lefts, rights : list of str
        Target and value of every assignment, in order. ``x += y`` counts as ``x = x + y``.
    """

    def __init__(self):
        self.lefts: list[str] = []
        self.rights: list[str] = []
        self.lines: list[str] = []

    def add(self, text: str, level: int) -> None:
        """Append a piece of text, of one line or of several."""
        checks.text("text", text)
        checks.count("level", level, "levels", low=0)
        self.lines += [" " * (SPACES * level) + line for line in text.split("\n")]

    def assign(self, target: ast.expr, value: ast.expr, level: int) -> None:
        """Append ``target = value``."""
        left, right = ast.unparse(target), ast.unparse(value)
        self.lefts.append(left)
        self.rights.append(right)
        self.add(f"{left} = {right}", level)

    # The level is an argument of `visit` and its kin, because it depends on what is around a statement.
    def visit(self, node, level=0):
        _must_be_node("node", node)
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            return method(node, level)
        if isinstance(node, ast.stmt):
            return self.visit_node_not_assign(node, level)
        return self.generic_visit(node, level)

    def generic_visit(self, node, level=0):
        for child in ast.iter_child_nodes(node):
            self.visit(child, level)

    def visit_Module(self, node, level=0):
        self.visit_content_in_condition_control(node.body, level)

    def visit_Assign(self, node, level=0):
        for target in node.targets:
            self.assign(target, node.value, level)

    def visit_AnnAssign(self, node, level=0):
        if node.value is not None:
            self.assign(node.target, node.value, level)

    def visit_AugAssign(self, node, level=0):
        self.assign(node.target, ast.BinOp(node.target, node.op, node.value), level)

    def visit_Expr(self, node, level=0):
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.visit_node_not_assign(node, level)

    def visit_Expression(self, node, level=0):
        self.visit_node_not_assign(node.body, level)

    def visit_node_not_assign(self, node, level=0):
        """A statement that stays as it is; blocks inside it are lines too."""
        blocks = [name for name in ("body", "orelse", "finalbody") if isinstance(getattr(node, name, None), list)]
        if not blocks or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Match)):
            self.add(ast.unparse(node), level)
            return
        handlers = getattr(node, "handlers", [])
        head = type(node)(**{**{name: value for name, value in ast.iter_fields(node)}, **{b: [] for b in blocks}})
        if isinstance(node, (ast.Try, *([ast.TryStar] if hasattr(ast, "TryStar") else []))):
            self.add("try:", level)
        else:
            self.add(ast.unparse(ast.copy_location(head, node)).strip(), level)
        self.visit_content_in_condition_control(node.body, level + 1)
        for handler in handlers:
            kind = f" {ast.unparse(handler.type)}" if handler.type else ""
            star = "*" if type(node).__name__ == "TryStar" else ""
            self.add(f"except{star}{kind}{f' as {handler.name}' if handler.name else ''}:", level)
            self.visit_content_in_condition_control(handler.body, level + 1)
        for name, word in (("orelse", "else:"), ("finalbody", "finally:")):
            if getattr(node, name, None):
                self.add(word, level)
                self.visit_content_in_condition_control(getattr(node, name), level + 1)

    visit_Assert = visit_Delete = visit_Raise = visit_node_not_assign
    visit_For = visit_While = visit_With = visit_Try = visit_node_not_assign

    def visit_If(self, node, level=0):
        word = "if"
        while True:
            self.add(f"{word} {ast.unparse(node.test)}:", level)
            self.visit_content_in_condition_control(node.body, level + 1)
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                break
            node, word = node.orelse[0], "elif"
        if node.orelse:
            self.add("else:", level)
            self.visit_content_in_condition_control(node.orelse, level + 1)

    def visit_content_in_condition_control(self, node, level):
        """The statements of a block: a list of them, or a node that has a body."""
        for statement in getattr(node, "body", node):
            self.visit(statement, level)


def format_code(code_string) -> CodeLineFormatter:
    """Split code into lines.

    Returns
    -------
    CodeLineFormatter
        With ``lines``, ``lefts`` and ``rights``.

    Raises
    ------
    CodeError
        When it is not Python.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> found = bp.tools.format_code('a = 1; b += a')
    >>> found.lefts, found.rights
    (['a', 'b'], ['1', 'b + a'])
    """
    formatter = CodeLineFormatter()
    formatter.visit(parsed(code_string, "code_string"))
    return formatter


class LineFormatterForTrajectory(CodeLineFormatter):
    """The same, with states held fixed: ``ST['m'] = ...`` becomes ``ST['m'] = value``.

    Parameters
    ----------
    fixed_vars : dict of str to number
        Field -> the value at which it is held. Of a list of names the name itself becomes the value.
    """

    def __init__(self, fixed_vars):
        super().__init__()
        if isinstance(fixed_vars, dict):
            self.fixed_vars = {name: repr(value) for name, value in fixed_vars.items()}
        elif isinstance(fixed_vars, (list, tuple, set, frozenset)):
            self.fixed_vars = {name: name for name in fixed_vars}
        else:
            raise checks.wrong("fixed_vars", fixed_vars, "a dict of field -> value", "Write {'m': 0.1}, say.")

    def assign(self, target, value, level):
        match target:
            case ast.Subscript(value=ast.Name(id="ST"), slice=ast.Constant(value=str(name))) if name in self.fixed_vars:
                value = ast.parse(self.fixed_vars[name], mode="eval").body
        super().assign(target, value, level)


def format_code_for_trajectory(code_string, fixed_vars) -> LineFormatterForTrajectory:
    """Split code into lines, with the states in `fixed_vars` held fixed; see `LineFormatterForTrajectory`."""
    formatter = LineFormatterForTrajectory(fixed_vars)
    formatter.visit(parsed(code_string, "code_string"))
    return formatter
