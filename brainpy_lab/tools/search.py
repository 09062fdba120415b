"""Find things in Python code: additions in place, calls, what an equation returns."""

from __future__ import annotations

import ast

from .. import checks
from ..errors import DiffEquationError
from .code import format_code, parsed


class FindAtomicOp(ast.NodeVisitor):
    """Finds an addition to an element of one of some arrays, which threads must not do at the same time.

    Parameters
    ----------
    var2idx : dict or collection of str
        Names of the arrays.

    Attributes
    ----------
    left : str or None
        What is added to, ``post[0, j]``; None when nothing was found.
    right : str or None
        What is added to it.
    """

    def __init__(self, var2idx):
        kinds = (dict, list, tuple, set, frozenset)
        self.var2idx = checks.instance("var2idx", var2idx, kinds, "a dict or a list of names", "Write ['post'], say.")
        self.left: str | None = None
        self.right: str | None = None

    def visit_AugAssign(self, node):
        self._found(node.target, node.op, node.value)

    def visit_Assign(self, node):
        match node:
            case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=op, right=right)):
                if ast.unparse(left) == ast.unparse(target):
                    self._found(target, op, right)
                elif isinstance(op, ast.Add) and ast.unparse(right) == ast.unparse(target):
                    self._found(target, op, left)

    def _found(self, target, op, value) -> None:
        base = target
        while isinstance(base, (ast.Subscript, ast.Attribute)):
            base = base.value
        if not isinstance(target, ast.Subscript) or not isinstance(base, ast.Name) or base.id not in self.var2idx:
            return
        if isinstance(op, ast.Sub):
            value = ast.UnaryOp(ast.USub(), value)
        elif not isinstance(op, ast.Add):
            return
        self.left, self.right = ast.unparse(target), ast.unparse(value)


def find_atomic_op(code_line, var2idx) -> FindAtomicOp:
    """Look for an addition in place in a line of code; see `FindAtomicOp`."""
    finder = FindAtomicOp(var2idx)
    finder.visit(parsed(code_line, "code_line"))
    return finder


class FuncCallFinder(ast.NodeTransformer):
    """Replaces calls of one function by the name ``_res_<function>``.

    Parameters
    ----------
    func_name : str
        Name of the function; dots become underscores in the new name.

    Attributes
    ----------
    name : str
        The new name.
    args : list of str
        Texts of the arguments of the first call.
    kwargs : dict of str to str
    """

    def __init__(self, func_name):
        if not isinstance(func_name, str) or not func_name:
            raise checks.wrong("func_name", func_name, "the name of a function", "Write 'int_V', say.")
        self.func_name = func_name
        self.name = f"_res_{func_name.replace('.', '_')}"
        self.args: list[str] = []
        self.kwargs: dict[str, str] = {}
        self._seen = False

    def visit_Call(self, node):
        if ast.unparse(node.func) != self.func_name:
            return self.generic_visit(node)
        if not self._seen:
            self._seen = True
            self.args = [ast.unparse(item) for item in node.args]
            self.kwargs = {item.arg or "**": ast.unparse(item.value) for item in node.keywords}
        return ast.copy_location(ast.Name(self.name, ast.Load()), node)


def replace_func(code, func_name):
    """Replace the calls of a function by a name.

    Returns
    -------
    code : str
    args : list of str
    kwargs : dict of str to str
        The arguments of the first call.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.tools.replace_func('V = int_V(ST["V"], _t, I=2) + 1', 'int_V')
    ('V = _res_int_V + 1', ["ST['V']", '_t'], {'I': '2'})
    """
    finder = FuncCallFinder(func_name)
    tree = finder.visit(parsed(code))
    return ast.unparse(ast.fix_missing_locations(tree)), finder.args, finder.kwargs


class DiffEquationAnalyser(ast.NodeVisitor):
    """Reads the body of a differential equation: assignments, then a return.

    Attributes
    ----------
    variables, expressions : list of str
        Target and value of each assignment, in order.
    code_lines : list of str
    f_expr, g_expr : str or None
        Drift, and diffusion where there is one.
    returns : list of str
        The further values that are returned.
    return_type : str
        The shape of what is returned, with x for a value: ``x``, ``x,x`` (drift and diffusion), or ``(x,),x`` and
        ``(x,x),x`` where further values follow.
    """

    expression_ops = {
        ast.Add: "+",
        ast.Sub: "-",
        ast.Mult: "*",
        ast.Div: "/",
        ast.FloorDiv: "//",
        ast.Mod: "%",
        ast.Pow: "**",
        ast.MatMult: "@",
        ast.BitAnd: "&",
        ast.BitOr: "|",
        ast.BitXor: "^",
        ast.LShift: "<<",
        ast.RShift: ">>",
        ast.Invert: "~",
    }

    def __init__(self):
        self.variables: list[str] = []
        self.expressions: list[str] = []
        self.code_lines: list[str] = []
        self.returns: list[str] = []
        self.f_expr: str | None = None
        self.g_expr: str | None = None
        self.return_type = ""

    def visit_Assign(self, node):
        self._lines(node)

    visit_AugAssign = visit_AnnAssign = visit_Assign

    def _lines(self, node) -> None:
        found = format_code(ast.unparse(node))
        self.variables += found.lefts
        self.expressions += found.rights
        self.code_lines += found.lines

    def visit_Return(self, node):
        value = node.value
        if value is None:
            raise DiffEquationError(
                "A differential equation returns its drift, but this returns nothing: write return -x, say."
            )
        first, rest = value, []
        if isinstance(value, (ast.Tuple, ast.List)):
            first, rest = (value.elts[0], value.elts[1:]) if value.elts else (None, [])
        if isinstance(first, (ast.Tuple, ast.List)):
            inner, self.returns = first.elts, [ast.unparse(item) for item in rest]
            shape = "(x,x)" if len(inner) == 2 else "(x,)"
            self.return_type = ",".join([shape, *("x" for _ in rest)]) + ("," if not rest else "")
        else:
            inner = [] if first is None else [first, *rest]
            self.return_type = ",".join("x" for _ in inner)
        if len(inner) not in (1, 2):
            raise DiffEquationError(
                f"A differential equation returns drift, or drift and diffusion, but this returns {len(inner)} values: "
                f"{ast.unparse(value)}. Put further values behind a pair: return (f, g), a, b."
            )
        self.f_expr = ast.unparse(inner[0])
        self.g_expr = ast.unparse(inner[1]) if len(inner) == 2 else None

    def _refuse(self, node):
        word = type(node).__name__.lower()
        raise DiffEquationError(
            f'line {node.lineno}: a differential equation is made of assignments, not of "{word}". '
            "Compute it outside and pass the value as an argument."
        )

    visit_If = visit_For = visit_While = visit_Try = visit_TryStar = visit_With = visit_Raise = visit_Delete = _refuse
    visit_Match = visit_AsyncFor = visit_AsyncWith = visit_IfExp = _refuse


def analyse_diff_eq(eq_code) -> DiffEquationAnalyser:
    """Read the body of a differential equation; see `DiffEquationAnalyser`.

    Raises
    ------
    DiffEquationError
        When something in it is no assignment, or it returns nothing.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> found = bp.tools.analyse_diff_eq('I = g * V; return (-I, noise), I')
    >>> found.f_expr, found.g_expr, found.returns, found.return_type
    ('-I', 'noise', ['I'], '(x,x),x')
    """
    analyser = DiffEquationAnalyser()
    tree = parsed(eq_code, "eq_code")
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            analyser._refuse(node)
    analyser.visit(tree)
    if analyser.f_expr is None:
        raise DiffEquationError("A differential equation returns its drift, but there is no return: add one.")
    return analyser
