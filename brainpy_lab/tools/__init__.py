"""Small tools: dicts with attributes, text and code, functions and their scopes."""

from .code import (
    CodeLineFormatter,
    LineFormatterForTrajectory,
    ast2code,
    format_code,
    format_code_for_trajectory,
)
from .dicts import DictPlus
from .functions import func_copy, get_func_name, get_func_scope, jit, numba_func
from .logger import show_code_scope, show_code_str
from .search import (
    DiffEquationAnalyser,
    FindAtomicOp,
    FuncCallFinder,
    analyse_diff_eq,
    find_atomic_op,
    replace_func,
)
from .source import func_call, get_func_source, get_main_code, is_lambda_function
from .text import deindent, get_identifiers, get_line_indent, indent, word_replace

__all__ = [
    "CodeLineFormatter",
    "DictPlus",
    "DiffEquationAnalyser",
    "FindAtomicOp",
    "FuncCallFinder",
    "LineFormatterForTrajectory",
    "analyse_diff_eq",
    "ast2code",
    "deindent",
    "find_atomic_op",
    "format_code",
    "format_code_for_trajectory",
    "func_call",
    "func_copy",
    "get_func_name",
    "get_func_scope",
    "get_func_source",
    "get_identifiers",
    "get_line_indent",
    "get_main_code",
    "indent",
    "is_lambda_function",
    "jit",
    "numba_func",
    "replace_func",
    "show_code_scope",
    "show_code_str",
    "word_replace",
]
