"""What the free names of a step and of the functions that it calls stand for: numbers, objects, functions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import FunctionType, ModuleType

import numpy as np

from ..errors import ModelDefError
from ..ir.python_step import EquationCall
from .pysource_place import Source, plain_function
from .pysource_reader import ELEMENT_NAMES, SYSTEM_NAMES
from .pysource_scope import Scope, Seen, did_you_mean, number
from .pystep_draft import Draft, Telling, text
from .pystep_table import OLD_NUMPY, widened
from .pystep_words import bound_inside, indexed, whole_names

UNKNOWN = object()
"""What an expression stands for that is no free name and no attribute of one."""


class FreeNames:
    """The free names of one function.

    Parameters
    ----------
    draft : Draft
        Takes the parameters and equations that are found.
    source : Source
    tell : Telling
    read_helper : callable
        ``read_helper(function)``: reads a function of the user that this one calls, and returns the name of its piece.

    Attributes
    ----------
    params : set of str
        Names that stand for parameters.
    helpers : dict of str to str
        Names that stand for functions of the user -> the names of their pieces.
    scope : dict of str to object
        The other names that have been met -> what they stand for.
    """

    def __init__(self, draft: Draft, source: Source, tell: Telling, read_helper: Callable[[FunctionType], str]) -> None:
        self._draft, self._source, self._tell, self._read_helper = draft, source, tell, read_helper
        self._scope = Scope(source.func)
        code = source.func.__code__
        self._bound = {*code.co_varnames, *code.co_cellvars, *bound_inside(source.node)}
        self._whole = whole_names(source.node)
        self._indexed = indexed(source.node)
        self._met: set[str] = set()
        self.params: set[str] = set()
        self.helpers: dict[str, str] = {}
        self.scope: dict[str, object] = {}

    def is_bound(self, name: str) -> bool:
        """Whether the function, or a part of it, has a variable of this name."""
        return name in self._bound

    def value(self, name: str) -> object:
        """What a name stands for around the function; None where it stands for nothing."""
        try:
            return self._scope.find(name)
        except KeyError:
            return None

    def resolve(self, node: ast.expr) -> object:
        """The object that a free name, or an attribute of a module, stands for; `UNKNOWN` when unknown."""
        if isinstance(node, ast.Name):
            if self.is_bound(node.id):
                return UNKNOWN
            try:
                return self._scope.find(node.id)
            except KeyError:
                return UNKNOWN
        if isinstance(node, ast.Attribute):
            base = self.resolve(node.value)
            if isinstance(base, ModuleType) or isinstance(base, (type, np.ufunc)):
                if base is np and node.attr in OLD_NUMPY and not hasattr(np, node.attr):
                    return OLD_NUMPY[node.attr]
                found = getattr(base, node.attr, UNKNOWN)
                if found is UNKNOWN and isinstance(base, ModuleType):
                    close = did_you_mean(node.attr, [name for name in dir(base) if not name.startswith("_")])
                    self._tell.fail(node, f"{text(node.value)} has no attribute {node.attr!r}{close}", ModelDefError)
                return found
        return UNKNOWN

    def is_spread(self, name: str) -> bool:
        """Element mode: an array with one number per element, used by its name alone."""
        if self._draft.mode != "element" or self.is_bound(name) or name in self._indexed:
            return False
        value = self.value(name)
        return isinstance(value, np.ndarray) and value.ndim == 1

    def meet(self, node: ast.Name) -> None:
        """Find out what a free name stands for, when it is met first."""
        name = node.id
        if name in self._met:
            return
        if name in SYSTEM_NAMES or name in ELEMENT_NAMES:
            if self.value(name) is None:
                if name in ELEMENT_NAMES and self._draft.mode == "array":
                    self._tell.fail(node, f"{name!r} exists in scalar mode only")
                return
        value = self._find(node)
        self._met.add(name)
        self._draft.setting.record.lookups.append((self._scope, name, value))
        if isinstance(value, (complex, np.complexfloating)):
            self._tell.fail(node, f"{name!r} is a complex number; a step computes with real ones", ModelDefError)
        if not (self._take_count(node, value) or self._take_parameter(node, value) or self._take_helper(node, value)):
            self._take_object(node, value)

    def _find(self, node: ast.Name) -> object:
        try:
            return self._scope.find(node.id)
        except KeyError:
            known = [*self._source.func.__code__.co_varnames, *self._source.func.__code__.co_cellvars]
            self._tell.fail(
                node,
                f"{node.id!r} is not defined in the step, around it or as a global"
                f"{did_you_mean(node.id, [*known, *self._scope.numbers()])}",
                ModelDefError,
            )

    def _take_count(self, node: ast.Name, value: object) -> bool:
        """A whole number that is used as one stays as it is."""
        name = node.id
        if not (isinstance(value, (int, np.integer)) and not isinstance(value, bool) and name in self._whole):
            return False
        self._draft.setting.record.add_folded(name, self._seen(node, int(value)))
        self.scope[name] = int(value)
        return True

    def _take_parameter(self, node: ast.Name, value: object) -> bool:
        """Any other number lies in memory, where it can be changed."""
        name = node.id
        if _is_array(value) and not self.is_spread(name):
            return False
        try:
            figure = None if isinstance(value, (bool, np.bool_)) else number(value)
        except ValueError as found:
            self._tell.fail(node, f"{name!r} is {found}", ModelDefError)
        if figure is None:
            return False
        self._draft.setting.record.add_param(name, self._seen(node, figure))
        self._draft.params[name] = None
        self.params.add(name)
        return True

    def _take_helper(self, node: ast.Name, value: object) -> bool:
        """A function of the user becomes a piece of the step."""
        helper = plain_function(value)
        if helper is None or not _is_users(helper):
            return False
        self.helpers[node.id] = self._read_helper(helper)
        return True

    def _take_object(self, node: ast.Name, value: object) -> None:
        self.scope[node.id] = value = widened(value)
        fine = (bool, np.bool_, str, ModuleType, type, tuple)
        if not (value is None or _is_array(value) or isinstance(value, fine) or callable(value)):
            self._tell.hinder(node, f"{node.id}, a {type(value).__name__}; compiled code takes numbers and arrays")

    def _seen(self, node: ast.Name, figure: float | np.ndarray) -> Seen:
        return Seen(figure, self._source.name, self._source.place(node))

    def equation(self, integrator) -> EquationCall:
        """The entry of an integrator; one with noise has a draw site for each of its calls."""
        draft = self._draft
        reading = integrator.read()
        draft.setting.record.include(reading.record)
        noisy = reading.equation.diffusion is not None
        site = draft.setting.sites.take() if noisy else -1
        key = (integrator, site)
        if key not in draft.equations:
            for name in reading.record.params:
                draft.params[name] = None
            draft.equations[key] = integrator.described(f"bpl_eq_{len(draft.equations)}", site)
        return draft.equations[key]


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


def _is_users(func: FunctionType) -> bool:
    return (func.__module__ or "").partition(".")[0] not in ("numpy", "math", "random", "scipy", "pdb", "builtins")
