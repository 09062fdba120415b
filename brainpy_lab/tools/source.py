"""The source text of functions."""

from __future__ import annotations

import ast
import functools
import inspect
import numbers

from .. import checks
from ..errors import CodeError


def is_lambda_function(func) -> bool:
    """Whether `func` is a lambda expression."""
    return inspect.isfunction(func) and func.__name__ == "<lambda>"


def plain_function(func):
    """The Python function inside a compiled, wrapped or integrated one."""
    for name in ("py_func", "func"):
        inner = getattr(func, name, None)
        if callable(inner) and not inspect.isfunction(func):
            return plain_function(inner)
    return func


def _node(func) -> tuple[ast.AST, str]:
    """The syntax tree of a function, and the text of its file."""
    try:
        text = "".join(inspect.findsource(func)[0])
    except (OSError, TypeError):
        name = getattr(func, "__name__", func)
        raise CodeError(f'The source of "{name}" cannot be found: define it in a file or in a notebook cell.') from None
    wanted = ast.Lambda if is_lambda_function(func) else (ast.FunctionDef, ast.AsyncFunctionDef)
    line = func.__code__.co_firstlineno  # of the first decorator, where there is one
    found = []
    for node in ast.walk(_parsed_file(text)):
        if isinstance(node, wanted):
            first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
            if first == line and getattr(node, "name", "<lambda>") == func.__name__:
                found.append(node)
    if len(found) > 1:  # several lambdas in a line: the one that compiles to the same code
        found = [node for node in found if _same_code(node, func.__code__)] or found
    if not found:
        raise CodeError(f'The source of "{func.__name__}" has changed since it was defined: run its cell again.')
    return found[0], text


@functools.lru_cache(maxsize=8)
def _parsed_file(text: str) -> ast.Module:
    return ast.parse(text)


def _same_code(node: ast.AST, code) -> bool:
    made = compile(ast.fix_missing_locations(ast.Expression(node)), "", "eval").co_consts[0]
    return _marks(made) == _marks(code)


def _marks(code) -> tuple:
    constants = [repr(value) for value in code.co_consts if not hasattr(value, "co_code")]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants


def get_func_source(func) -> str:
    """The text of a function from ``def`` on, without its decorators and moved to the left; of a lambda the lambda.

    Raises
    ------
    CodeError
        When the source cannot be found.
    """
    func = plain_function(func)
    if not inspect.isfunction(func):
        raise checks.wrong("func", func, "a Python function", "Give the function, without calling it.")
    node, text = _node(func)
    segment = ast.get_source_segment(text, node, padded=True) or ""
    return inspect.cleandoc("\n" + segment) if not isinstance(node, ast.Lambda) else segment.strip()


def get_main_code(func) -> str:
    """The body of a function, without its docstring; of a lambda or a number what it returns.

    Parameters
    ----------
    func : callable, number or None
        None has the body ''.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.tools.get_main_code(3.5), bp.tools.get_main_code(None)
    ('return 3.5', '')
    """
    if func is None:
        return ""
    if isinstance(func, numbers.Number):
        return f"return {func}"
    func = plain_function(func)
    if not inspect.isfunction(func):
        raise checks.wrong("func", func, "a function, a number or None", "Give the function, without calling it.")
    node, text = _node(func)
    if isinstance(node, ast.Lambda):
        return f"return {ast.unparse(node.body)}"
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return "pass"
    lines = text.split("\n")
    first, last = body[0], body[-1]
    if first.lineno == node.lineno:  # def f(x): return x
        return "\n".join(ast.unparse(statement) for statement in body)
    start = min([first.lineno, *(item.lineno for item in getattr(first, "decorator_list", []))])
    return inspect.cleandoc("\n" + "\n".join(lines[start - 1 : last.end_lineno]))


def func_call(args) -> str:
    """Arguments as the text of a call, five to a line.

    Parameters
    ----------
    args : list, tuple or set of str
        A set is sorted.
    """
    if isinstance(args, (set, frozenset)):
        args = sorted(args)
    names = [str(item) for item in checks.listed("args", args, "a list of names")]
    return ",\n".join(", ".join(names[k : k + 5]) for k in range(0, len(names), 5))
