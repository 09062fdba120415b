"""A right-hand side as data: what it returns, its intermediate values and its noise, as they are read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import TYPE_CHECKING

from .. import checks
from ..errors import DiffEquationError
from ..ir.expr import Expr, Local, Time, substitute, walk
from ..ir.show import expression
from ..ir.statements import Equation

if TYPE_CHECKING:
    from .pysource_integrators import Reading


class Expression:
    """A name and the Python text of its value.

    Parameters
    ----------
    var : str
        The name.
    code : str
        An expression; functions stand without ``np.``.
    substituted : str, optional
        The same with intermediate values written out.

    Attributes
    ----------
    var_name, code : str
    identifiers : set of str
        The names that the text reads, functions left out.
    """

    def __init__(self, var: str, code: str, substituted: str | None = None):
        self.var_name = checks.text("var", var, "a name", DiffEquationError)
        self.code = checks.text("code", code, "an expression", DiffEquationError).strip()
        self.substituted_code = substituted
        if substituted is not None:
            checks.text("substituted", substituted, "an expression", DiffEquationError)
        try:
            tree = ast.parse(self.code, mode="eval")
        except (SyntaxError, ValueError) as error:
            raise DiffEquationError(
                f'the "code" of {var!r} is not a Python expression: {code!r}; write one, such as "a*x + 1"'
            ) from error
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        # np.exp(x): neither np nor exp is a name of the equation.
        called |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        self.identifiers = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}

    def get_code(self, subs: bool = True) -> str:
        """The text; with `subs` the one in which intermediate values are written out, where there is one."""
        return self.substituted_code if checks.flag("subs", subs) and self.substituted_code is not None else self.code

    def __repr__(self) -> str:
        return f"{self.var_name} = {self.get_code()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.var_name, self.code) == (other.var_name, other.code)

    def __hash__(self) -> int:
        return hash((self.var_name, self.code))


class DiffEquation:
    """A differential equation ``dx/dt = f(x, t) + g(x, t)*dW``, read from a Python function.

    Everything is looked up in what the front end reads for a step, so the texts are those of the equation that runs:
    helper functions are written out, and what the result does not need is left out.

    Parameters
    ----------
    func : function
        The right-hand side, as `integrate` takes it.
    stochastic_type : str, optional
        The sense in which the noise is read, 'ito' or 'stratonovich'. It belongs to the method, so an equation by
        itself has none.

    Raises
    ------
    DiffEquationError
        At once when `func` is no function, at the first use when it is no equation.

    Examples
    --------
    >>> equation = DiffEquation(rate)  # doctest: +SKIP
    >>> equation.get_f_expressions()  # doctest: +SKIP
    [alpha = 0.1*(V + 40.0), _dfx_dt = alpha*(1 - x)]
    """

    def __init__(self, func: Callable, stochastic_type: str | None = None):
        from .pysource_place import plain_function

        plain = plain_function(func)
        if plain is None:
            advice = f". Write integrate(method={func!r})" if isinstance(func, str) else ""
            raise DiffEquationError(
                f'integrate() takes a function f(x, t, ...) as "func", not {checks.shown(func)}{advice or "; give one"}'
            )
        self.func: FunctionType = plain
        if stochastic_type is not None:
            checks.choice("stochastic_type", stochastic_type, ("ito", "stratonovich"), DiffEquationError)
        self._stochastic_type = stochastic_type
        self._reading: Reading | None = None

    def __repr__(self) -> str:
        return f"DiffEquation({self.func_name})"

    def read(self) -> Reading:
        """The equation as its text and its scope stand now."""
        from .pysource_integrators import read_equation

        if self._reading is None or not self._reading.record.is_current():
            self._reading = read_equation(self.func)
        return self._reading

    # ---- names ----

    @property
    def equation(self) -> Equation:
        """The equation, with the user's names."""
        return self.read().equation

    @property
    def func_name(self) -> str:
        return self.func.__name__

    @property
    def func_args(self) -> list[str]:
        """All arguments: the variable, the time, then the others."""
        return list(self.read().arguments)

    @property
    def var_name(self) -> str:
        return self.read().arguments[0]

    @property
    def t_name(self) -> str:
        return self.read().arguments[1]

    @property
    def func_scope(self) -> dict[str, object]:
        """What the names that the equation does not define itself stand for."""
        return {name: value for _, name, value in self.read().record.lookups}

    # ---- values ----

    @property
    def expressions(self) -> list[Expression]:
        """The intermediate values that the result needs, in order."""
        return [Expression(name, self._text(value)) for name, value in self.equation.lines]

    @property
    def expr_names(self) -> list[str]:
        """The names of `expressions`."""
        return [name for name, _ in self.equation.lines]

    @property
    def f_expr(self) -> Expression:
        """The drift."""
        return Expression(self._name("f"), self._text(self.equation.drift))

    @property
    def g_expr(self) -> Expression | None:
        """The factor of the noise; None without noise."""
        diffusion = self.equation.diffusion
        return None if diffusion is None else Expression(self._name("g"), self._text(diffusion))

    @property
    def returns(self) -> list[str]:
        """The texts of the further values that it returns."""
        return [self._text(extra) for extra in self.equation.extras]

    @property
    def return_type(self) -> str:
        """The form of the return: 'f', 'f, g', '(f,), ...' or '(f, g), ...'."""
        parts = "f, g" if self.is_stochastic else "f"
        if not self.is_multi_return:
            return parts
        return f"({parts}), ..." if self.is_stochastic else f"({parts},), ..."

    @property
    def is_multi_return(self) -> bool:
        """Whether a call returns further values."""
        return self.read().returns_tuple

    @property
    def is_stochastic(self) -> bool:
        """Whether it has noise. A factor that is 0 in the defining scope is none."""
        return self.equation.diffusion is not None

    @property
    def is_functional_noise(self) -> bool:
        """Whether the factor of the noise depends on an argument."""
        diffusion = self.equation.diffusion
        return diffusion is not None and self._reads(diffusion, {*self.func_args, self.t_name})

    @property
    def stochastic_type(self) -> str | None:
        """'ito' or 'stratonovich' for the noise of an integrator, by its method; else None."""
        return self._stochastic_type if self.is_stochastic else None

    # ---- the equation as a list of assignments ----

    def get_f_expressions(self, substitute_vars: str | Iterable[str] | None = None) -> list[Expression]:
        """What has to be computed for the drift, in order; the drift is the last.

        Parameters
        ----------
        substitute_vars : iterable of str, or 'all', optional
            Intermediate values that depend on these names ('all': all of them) are written out where they are used.
        """
        if substitute_vars is not None and not isinstance(substitute_vars, str):
            kinds = (list, tuple, set, frozenset, dict)
            checks.instance("substitute_vars", substitute_vars, kinds, "names, or 'all'", "Write ['V'], say.")
        return self._needed(self._name("f"), self.equation.drift, substitute_vars)

    def get_g_expressions(self) -> list[Expression]:
        """What has to be computed for the factor of the noise, in order; empty without noise."""
        diffusion = self.equation.diffusion
        return [] if diffusion is None else self._needed(self._name("g"), diffusion, None)

    def replace_f_expressions(self, name: str, y_sub: str, t_sub: str | None = None) -> list[Expression]:
        """The drift at another state and time.

        Parameters
        ----------
        name : str
            What the drift is called there; intermediate values get it as a suffix.
        y_sub : str
            The name of the variable there.
        t_sub : str, optional
            The name of the time there; by default the time stays.

        Returns
        -------
        list of Expression
            The intermediate values that change, in order, and the drift.
        """
        return self._replaced(self.equation.drift, name, y_sub, t_sub)

    def replace_g_expressions(self, name: str, y_sub: str, t_sub: str | None = None) -> list[Expression]:
        """The factor of the noise at another state and time, as `replace_f_expressions`; empty without noise."""
        return self._replaced(self.equation.diffusion, name, y_sub, t_sub)

    # ---- how ----

    def _name(self, part: str) -> str:
        return f"_d{part}{self.var_name}_dt"

    def _text(self, node: Expr) -> str:
        return expression(substitute(node, {Time(): Local(self.t_name)}))

    def _reads(self, node: Expr, names: set[str]) -> bool:
        """Whether a value depends on any of `names`, looking through the intermediate values."""
        lines = dict(self.equation.lines)
        for part in walk(node):
            if isinstance(part, Time) and self.t_name in names:
                return True
            if isinstance(part, Local):
                if part.name in names or part.name in lines and self._reads(lines[part.name], names):
                    return True
        return False

    def _needed(self, name: str, value: Expr, substitute_vars: str | Iterable[str] | None) -> list[Expression]:
        table: dict[Expr, Expr] = {}
        found: list[tuple[str, Expr]] = []
        names = set() if substitute_vars in (None, "all") else set(substitute_vars or ())
        if isinstance(substitute_vars, str) and substitute_vars != "all":
            names = {substitute_vars}
        for line, text in self.equation.lines:
            if substitute_vars == "all" or self._reads(text, names):
                table[Local(line)] = substitute(text, table)
            else:
                found.append((line, substitute(text, table)))
        whole = substitute(value, table)
        wanted = {part.name for part in walk(whole) if isinstance(part, Local)}
        kept: list[Expression] = []
        for line, text in reversed(found):
            if line in wanted:
                wanted |= {part.name for part in walk(text) if isinstance(part, Local)}
                kept.append(Expression(line, self._text(text)))
        last = Expression(name, self._text(value), self._text(whole) if table else None)
        return [*reversed(kept), last]

    def _replaced(self, value: Expr | None, name: str, y_sub: str, t_sub: str | None) -> list[Expression]:
        for what, new in {"name": name, "y_sub": y_sub, **({} if t_sub is None else {"t_sub": t_sub})}.items():
            if not isinstance(new, str) or not new.isidentifier():
                raise checks.wrong(what, new, "a name", "Give letters, digits and _.", DiffEquationError)
        if value is None:
            return []
        table: dict[Expr, Expr] = {Local(self.var_name): Local(y_sub)}
        moved = {self.var_name}
        if t_sub is not None:
            table[Time()] = Local(t_sub)
            moved.add(self.t_name)
        found = []
        for line, text in self.equation.lines:
            if self._reads(text, moved):
                new_line = f"{line}_{name}"
                if self._reads(value, {line}):
                    found.append(Expression(new_line, self._text(substitute(text, table))))
                table[Local(line)] = Local(new_line)
        return [*found, Expression(name, self._text(substitute(value, table)))]
