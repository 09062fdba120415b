"""Python texts of expressions to SymPy and back. The only file that loads SymPy for equations.

A text is parsed by Python and rendered node by node, never handed to SymPy: there ``I``, ``E``, ``S``, ``N``, ``Q``,
``beta`` and ``gamma`` would be constants, functions or registries, here they are names like any other.
"""

from __future__ import annotations

import ast
import io
import keyword
import tokenize

import sympy
from sympy.codegen import cfunctions
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import Boolean
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from .. import checks
from ..errors import CodeError

_FUNCTIONS = {
    "exp": sympy.exp, "log": sympy.log, "log10": cfunctions.log10, "log2": cfunctions.log2,
    "log1p": cfunctions.log1p, "expm1": cfunctions.expm1, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos,
    "tan": sympy.tan, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "arcsin": sympy.asin,
    "arccos": sympy.acos, "arctan": sympy.atan, "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan,
    "abs": sympy.Abs, "absolute": sympy.Abs, "fabs": sympy.Abs, "sign": sympy.sign, "floor": sympy.floor,
    "ceil": sympy.ceiling, "min": sympy.Min, "max": sympy.Max, "minimum": sympy.Min, "maximum": sympy.Max,
    "heaviside": lambda x, at_zero=1: sympy.Heaviside(x, at_zero),
    "clip": lambda x, low, high: sympy.Min(sympy.Max(x, low), high),
    "where": lambda condition, yes, no: sympy.Piecewise((yes, condition), (no, True)),
    "square": lambda x: x**2, "reciprocal": lambda x: 1 / x, "negative": lambda x: -x,
}  # fmt: skip
_POWERS = ("power", "pow", "float_power")
_MODULES = ("np", "numpy", "math", "bm", "jnp")
_CONSTANTS = {"pi": sympy.pi, "inf": sympy.oo, "nan": sympy.nan}
_COMPARE = {
    ast.Lt: sympy.Lt, ast.LtE: sympy.Le, ast.Gt: sympy.Gt, ast.GtE: sympy.Ge, ast.Eq: sympy.Eq, ast.NotEq: sympy.Ne,
}  # fmt: skip
# Words of Python that an expression can hold; any other keyword, such as lambda, can only be meant as a name.
_OWN_WORDS = frozenset({"and", "or", "not", "if", "else", "True", "False", "None", "in", "is"})
_NAMED = "keyword_as_name_"


def str2sympy(str_expr: str) -> sympy.Basic:
    """The SymPy expression of a Python text.

    Parameters
    ----------
    str_expr : str
        Such as ``'g*m**3*(V - E)'``; functions may stand alone or after ``np.`` or ``math.``.

    Returns
    -------
    sympy expression
        Every name is a plain `Symbol`, ``pi`` excepted; an unknown function is an undefined one.

    Raises
    ------
    CodeError
        Where the text is no expression, or has no meaning for SymPy.

    Examples
    --------
    >>> str2sympy('beta*np.exp(-I/E)*x**3.0')
    beta*x**3*exp(-I/E)
    """
    return SympyRender().render_expr(checks.text("str_expr", str_expr, "a Python text", CodeError))


def sympy2str(sympy_expr: sympy.Basic) -> str:
    """The Python text of a SymPy expression, with bare function names; `str2sympy` reads it back.

    Numbers keep all their digits, and an integer power is written ``x**3``.
    """
    cure = "Give what str2sympy(...) returns."
    checks.instance("sympy_expr", sympy_expr, sympy.Basic, "an expression of SymPy", cure, CodeError)
    return SympyPrinter().doprint(sympy_expr)


class SympyRender:
    """Turns the syntax tree of a Python text into SymPy, one ``render_X`` for each node ``X``."""

    expression_ops = {
        "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Pow": "**", "Mod": "%", "UAdd": "+",
        "USub": "-", "Not": "not", "And": "and", "Or": "or", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
        "Eq": "==", "NotEq": "!=",
    }  # fmt: skip

    def render_expr(self, expr: str, strip: bool = True) -> sympy.Basic:
        """A text that is one expression; with `strip` it may be indented."""
        checks.text("expr", expr, "a Python text", CodeError)
        return self.render_node(self._parse(expr.strip() if checks.flag("strip", strip) else expr, "eval").body)

    def render_code(self, code: str) -> list[sympy.Basic]:
        """Assignments and expressions, one a line: an assignment becomes an `Eq` of its name and its value."""
        checks.text("code", code, "a Python text", CodeError)
        return [self.render_node(node) for node in self._parse(code, "exec").body]

    def render_node(self, node: ast.AST) -> sympy.Basic:
        """Any node."""
        checks.instance("node", node, ast.AST, "a node of the ast module", "Give what ast.parse(text) has.", CodeError)
        method = getattr(self, f"render_{type(node).__name__}", None)
        if method is None:
            raise CodeError(f"{_text(node)!r} has no meaning in an equation for SymPy")
        return method(node)

    def render_func(self, node: ast.expr):
        """What a call calls: a function of SymPy, or an undefined one of its name."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _MODULES:
            name = node.attr
        elif isinstance(node, ast.Name):
            name = _plain(node.id)
        else:
            raise CodeError(f"{_text(node)!r} is not a function that SymPy can know")
        return _FUNCTIONS.get(name) or (sympy.Pow if name in _POWERS else sympy.Function(name))

    def render_Expr(self, node: ast.Expr) -> sympy.Basic:
        return self.render_node(node.value)

    def render_Name(self, node: ast.Name) -> sympy.Basic:
        return sympy.pi if node.id == "pi" else sympy.Symbol(_plain(node.id))

    def render_Attribute(self, node: ast.Attribute) -> sympy.Basic:
        if isinstance(node.value, ast.Name) and node.value.id in _MODULES:
            if node.attr in _CONSTANTS:
                return _CONSTANTS[node.attr]
            if node.attr == "e":
                return sympy.E
        raise CodeError(f"{_text(node)!r} is neither a name nor a constant; give it a name of its own")

    def render_Constant(self, node: ast.Constant) -> sympy.Basic:
        value = node.value
        if isinstance(value, bool):
            return sympy.true if value else sympy.false
        if isinstance(value, int):
            return sympy.Integer(value)
        if isinstance(value, float):
            return sympy.Float(value)
        raise CodeError(f"{value!r} is not a real number; write one")

    render_Num = render_NameConstant = render_Constant

    def render_UnaryOp(self, node: ast.UnaryOp) -> sympy.Basic:
        operand = self.render_node(node.operand)
        match node.op:
            case ast.USub():
                return -operand
            case ast.UAdd():
                return operand
            case ast.Not():
                return sympy.Not(operand)
        raise CodeError(f"{_text(node)!r}: an equation has no operator ~")

    def render_BinOp(self, node: ast.BinOp) -> sympy.Basic:
        left, right = self.render_node(node.left), self.render_node(node.right)
        if any(isinstance(side, Boolean) and not side.is_Symbol for side in (left, right)):
            raise CodeError(f"{_text(node)!r} computes with a condition; write where(condition, 1, 0) for its number")
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.Pow():
                return _power(left, right)
            case ast.FloorDiv():
                return sympy.floor(left / right)
            case ast.Mod():
                return sympy.Mod(left, right)
        raise CodeError(f"{_text(node)!r} has an operator that equations do not have")

    def render_BoolOp(self, node: ast.BoolOp) -> sympy.Basic:
        join = sympy.And if isinstance(node.op, ast.And) else sympy.Or
        return join(*(self.render_node(value) for value in node.values))

    def render_Compare(self, node: ast.Compare) -> sympy.Basic:
        found, left = [], self.render_node(node.left)
        for op, right in zip(node.ops, node.comparators):
            if type(op) not in _COMPARE:
                raise CodeError(f"{_text(node)!r} is not a comparison of numbers")
            value = self.render_node(right)
            found.append(_COMPARE[type(op)](left, value))
            left = value
        return found[0] if len(found) == 1 else sympy.And(*found)

    def render_IfExp(self, node: ast.IfExp) -> sympy.Basic:
        yes, condition, no = (self.render_node(part) for part in (node.body, node.test, node.orelse))
        return sympy.Piecewise((yes, condition), (no, True))

    def render_Call(self, node: ast.Call) -> sympy.Basic:
        if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            raise CodeError(f"{_text(node)!r}: give the arguments one by one, without names")
        function = self.render_func(node.func)
        args = [self.render_node(arg) for arg in node.args]
        try:
            return _power(*args) if function is sympy.Pow else function(*args)
        except TypeError as error:
            raise CodeError(f"{_text(node)!r} has a wrong number of arguments") from error

    def render_Assign(self, node: ast.Assign) -> sympy.Basic:
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            raise CodeError(f"{_text(node)!r}: assign one name at a time")
        return sympy.Eq(self.render_node(node.targets[0]), self.render_node(node.value), evaluate=False)

    def render_AugAssign(self, node: ast.AugAssign) -> sympy.Basic:
        target = self.render_node(node.target)
        return sympy.Eq(target, self.render_BinOp(ast.BinOp(node.target, node.op, node.value)), evaluate=False)

    def render_element_parentheses(self, node: ast.expr) -> str:
        """The text of a node in parentheses, which numbers, names and calls do without."""
        text = sympy2str(self.render_node(node))
        is_bare = isinstance(node, ast.Name | ast.Call) or isinstance(node, ast.Constant) and not text.startswith("-")
        return text if is_bare else f"({text})"

    def render_BinOp_parentheses(self, left: ast.expr, right: ast.expr, op: ast.operator) -> str:
        """The text of an operation whose operands stand in parentheses, except numbers, names and calls."""
        sign = self.expression_ops[type(op).__name__]
        return f"{self.render_element_parentheses(left)} {sign} {self.render_element_parentheses(right)}"

    def _parse(self, text: str, mode: str):
        try:
            return ast.parse(_with_names(text), mode=mode)
        except (SyntaxError, ValueError, tokenize.TokenError) as error:
            kind = "an expression" if mode == "eval" else "a list of assignments"
            raise CodeError(f"{text!r} is not {kind} of Python; write it as Python") from error


class SympyPrinter(StrPrinter):
    """Prints SymPy as Python: ``a and b``, ``a if c else b``, ``min(a, b)``, numbers with all their digits."""

    def _print_Float(self, expr):
        return repr(float(expr))

    def _print_Exp1(self, expr):
        return "exp(1)"  # E is a name like any other

    def _print_Infinity(self, expr):
        return "np.inf"

    def _print_NegativeInfinity(self, expr):
        return "-np.inf"

    def _print_NaN(self, expr):
        return "np.nan"

    def _refuse(self, expr):
        raise CodeError(f"{expr} ({type(expr).__name__}) cannot be written as a real number in Python")

    _print_ImaginaryUnit = _print_ComplexInfinity = _print_Derivative = _print_Integral = _print_Subs = _refuse

    def _print_Pow(self, expr, rational=False):
        if expr.exp.is_Float and float(expr.exp).is_integer():
            expr = sympy.Pow(expr.base, sympy.Integer(int(expr.exp)), evaluate=False)
        return super()._print_Pow(expr, rational)

    def _print_And(self, expr):
        return self._joined(expr, "and", "And")

    def _print_Or(self, expr):
        return self._joined(expr, "or", "Or")

    def _joined(self, expr, word, level):
        parts = sorted(expr.args, key=sympy.default_sort_key)
        return f" {word} ".join(self._operand(part, level) for part in parts)

    def _operand(self, part, level):
        text = self._print(part)
        is_loose = part.is_Piecewise or precedence(part) < PRECEDENCE[level]
        return f"({text})" if is_loose else text

    def _print_Not(self, expr):
        (inner,) = expr.args
        return f"not {self._print(inner)}" if inner.is_Symbol else f"not ({self._print(inner)})"

    def _print_BooleanTrue(self, expr):
        return "True"

    def _print_BooleanFalse(self, expr):
        return "False"

    def _print_Relational(self, expr):
        left, right = (self.parenthesize(side, PRECEDENCE["Relational"], strict=True) for side in expr.args)
        return f"{left} {expr.rel_op} {right}"

    def _print_Piecewise(self, expr):
        *branches, (last, condition) = expr.args
        if condition is not sympy.true:
            raise CodeError(f"{expr} leaves out a case; add one that holds otherwise")
        text = self._print(last)
        for value, condition in reversed(branches):
            text = f"{self._print(value)} if {self._print(condition)} else {text}"
        return f"({text})"

    def _print_Function(self, expr):
        if isinstance(expr, AppliedUndef):
            return f"{expr.func.__name__}({self.stringify(expr.args, ', ')})"
        for name, function in _FUNCTIONS.items():
            if expr.func is function:
                return f"{name}({self.stringify(expr.args, ', ')})"
        raise CodeError(f"{expr.func.__name__} is not a function that an equation can call")

    def _print_Mod(self, expr):
        left, right = (self.parenthesize(side, PRECEDENCE["Atom"], strict=True) for side in expr.args)
        return f"{left} % {right}"

    def _print_Heaviside(self, expr):
        return f"heaviside({self.stringify(expr.args, ', ')})"

    _print_Min = _print_Max = _print_Abs = _print_Function


def _power(base: sympy.Basic, exponent: sympy.Basic) -> sympy.Basic:
    if exponent.is_Float and float(exponent).is_integer():  # SymPy holds 3.0 and 3 apart
        exponent = sympy.Integer(int(exponent))
    return base**exponent


def _with_names(text: str) -> str:
    """The text with keywords that can only be names, such as lambda, made names; tokens, never substrings."""
    reserved = set(keyword.kwlist) - _OWN_WORDS
    if not any(word in text for word in reserved):
        return text
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_name = token.type == tokenize.NAME and token.string in reserved
        tokens.append((token.type, _NAMED + token.string if is_name else token.string))
    return tokenize.untokenize(tokens)


def _plain(name: str) -> str:
    return name.removeprefix(_NAMED)


def _text(node: ast.AST) -> str:
    return ast.unparse(node).replace(_NAMED, "")
