"""The text of a Python function: its syntax tree, and the place of every node in the user's file or cell."""

from __future__ import annotations

import ast
import copy
import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable
from types import FunctionType

from ..errors import CodeError
from ..ir.place import Place

_trees: dict[str, tuple[str, ast.Module]] = {}  # file -> its text and tree, so that a cell is parsed once


class Source:
    """A function with its syntax tree.

    Parameters
    ----------
    func : function
        Written with ``def``; numba dispatchers give theirs as ``py_func``, see `plain_function`.
    replaced : dict of str to ast.expr, optional
        Expressions that stand for free names. They take the place of the name they replace.

    Raises
    ------
    CodeError
        When there is no text (typed at the bare prompt, made by exec), or when it is a lambda.
    """

    def __init__(self, func: FunctionType, replaced: dict[str, ast.expr] | None = None):
        self.func = func
        self.name = func.__name__
        self.filename = func.__code__.co_filename
        self.file = _shown_name(self.filename)
        self.lines, self.node = _find(func, self.file)
        own = {*func.__code__.co_varnames, *func.__code__.co_cellvars}
        free = {name: tree for name, tree in (replaced or {}).items() if name not in own}
        if free:
            self.node = _Replace(free).visit(copy.deepcopy(self.node))

    def place(self, node: ast.AST) -> Place:
        """Where `node` stands; a node over several lines is marked on its first."""
        line = getattr(node, "lineno", self.node.lineno)
        text = self.lines[line - 1].rstrip("\n") if line <= len(self.lines) else ""
        start = _characters(text, getattr(node, "col_offset", 0))
        end = len(text)
        if getattr(node, "end_lineno", line) == line:
            end = _characters(text, getattr(node, "end_col_offset", 0))
        return Place(self.file, line, start + 1, max(end, start + 1) + 1, text)

    def text_of(self, node: ast.AST) -> str:
        """`node` as Python text, for messages."""
        return ast.unparse(node)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of the plain arguments, in order."""
        args = self.node.args
        return tuple(arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs))


def user_text(func: Callable) -> str:
    """The lines of a function as its user wrote them, without decorators, from the left margin."""
    plain = plain_function(func)
    assert plain is not None
    source = Source(plain)
    lines = source.lines[source.node.lineno - 1 : source.node.end_lineno]
    return textwrap.dedent("".join(lines)).strip()


class _Replace(ast.NodeTransformer):
    """Puts expressions where names are read."""

    def __init__(self, table: dict[str, ast.expr]):
        self.table = table

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load) or node.id not in self.table:
            return node
        return standing_at(self.table[node.id], node)


def standing_at(tree: ast.expr, node: ast.AST) -> ast.expr:
    """A copy of an expression, every part of which has the place of `node`."""
    tree = copy.deepcopy(tree)
    for part in ast.walk(tree):
        ast.copy_location(part, node)
    return tree


def plain_function(value: object) -> FunctionType | None:
    """The Python function behind `value` (a function or a numba dispatcher), or None."""
    inner = getattr(value, "py_func", value)
    return inner if isinstance(inner, FunctionType) else None


def _characters(text: str, n_bytes: int) -> int:
    # ast counts columns in UTF-8 bytes, people in characters.
    return len(text.encode()[:n_bytes].decode(errors="replace"))


def _shown_name(filename: str) -> str:
    ipython = sys.modules.get("IPython")  # a function from a notebook cell means that it is loaded; never load it
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        try:
            named = shell.compile.format_code_name(filename)
        except AttributeError:
            named = None
        if named is not None:
            return " ".join(named)
    return filename


def _find(func: FunctionType, file: str) -> tuple[list[str], ast.FunctionDef]:
    code = func.__code__
    if func.__name__ == "<lambda>":
        raise CodeError("a lambda cannot be read; write it as a function with def", Place(file, code.co_firstlineno))
    if inspect.iscoroutinefunction(func) or inspect.isgeneratorfunction(func):
        raise CodeError(
            f"{func.__name__!r} is a coroutine or a generator; write a plain function", Place(file, code.co_firstlineno)
        )
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, func.__globals__)
    if not lines:
        raise CodeError(
            f"the source text of function {func.__name__!r} is not available; define it in a file or a notebook cell",
            Place(file, code.co_firstlineno),
        )
    for node in ast.walk(_tree(code.co_filename, lines, func)):
        if isinstance(node, ast.FunctionDef) and node.name == func.__code__.co_name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == code.co_firstlineno:
                return lines, node
    raise CodeError(
        f"the text of {file} has changed since function {func.__name__!r} was defined; run the definition again",
        Place(file, code.co_firstlineno),
    )


def _tree(filename: str, lines: list[str], func: FunctionType) -> ast.Module:
    text = "".join(lines)
    known = _trees.get(filename)
    if known is not None and known[0] == text:
        return known[1]
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return _tree_of_block(lines, func)  # the rest of the file is not Python (say, a magic); the function is
    if len(_trees) > 200:
        _trees.clear()
    _trees[filename] = (text, tree)
    return tree


def _tree_of_block(lines: list[str], func: FunctionType) -> ast.Module:
    first = func.__code__.co_firstlineno
    block = inspect.getblock(lines[first - 1 :])
    indent = len(block[0]) - len(block[0].lstrip())
    tree = ast.parse(textwrap.dedent("".join(block)))
    ast.increment_lineno(tree, first - 1)
    for node in ast.walk(tree):
        if hasattr(node, "col_offset"):
            node.col_offset += indent
            node.end_col_offset += indent  # type: ignore[union-attr]
    return tree
