"""What neuron and synapse models have in common: definition, checks, and the `ir.Model` they wrap."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import replace
from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelDefError, ModelUseError
from ...ir.model import Model, Parameter
from ...ir.program import State, Step
from ...types import ObjState, TypeChecker


class ObjType:
    """Base of `NeuType` and `SynType`: named states, parameters and the steps that advance them.

    Attributes
    ----------
    name : str
    mode : str
        How the step functions are written: 'scalar' for one element, 'vector' for the arrays of a whole group.
    ST : ObjState
        The states of the model and their defaults.
    requires : dict of str to TypeChecker
        What a group of this model must have.
    hand_overs : dict
        Attributes that each group receives, arrays as copies.
    ir : ir.Model
        What was read: states, parameters and steps.
    """

    kind = ""
    modes: tuple[str, ...] = ()
    modes_message = ""
    default_mode = "vector"

    def __init__(self, name, ST, steps, mode="vector", requires=None, hand_overs=None, heter_params_replace=None):
        if not self.kind:
            raise ModelDefError(
                f'"{type(self).__name__}" is the base of all models: use NeuType or SynType for {name!r}.'
            )
        if not isinstance(mode, str) or mode not in self.modes:
            raise ModelDefError(f"{self.modes_message} Got mode={mode!r} for {name!r}: write one of them.")
        checks.text("name", name, "the name of the model", ModelDefError)
        if not isinstance(ST, ObjState):
            raise ModelDefError(
                f'"ST" must be an instance of ObjState. Model "{name}" got {type(ST).__name__}, {checks.shown(ST)}: '
                "write ST=bp.NeuState(...) or bp.SynState(...)."
            )
        trees = _expressions(name, heter_params_replace)
        functions = _functions(steps)
        self._define(name, mode, ST, requires, hand_overs)
        self.heter_params_replace = dict(heter_params_replace or {})
        self.step_functions = functions
        self.ir = self._read(functions)
        if trees and mode != "scalar":
            self._replace(trees)

    def _define(self, name, mode, ST, requires, hand_overs) -> None:
        self.name = name
        self.mode = mode
        self.ST = type(ST)(ST._vars, help=ST.help)
        self.requires = _checked_requires(requires)
        self.hand_overs = checks.mapping("hand_overs", hand_overs, "attributes and values", ModelUseError)
        self.n: int | None = None
        self._replaced: dict[str, ast.expr] = {}
        self._variants: dict[frozenset[str], Model] = {}
        self._fields: dict[str, dict[str, Any]] = {}
        self.arguments: dict[str, tuple[str, ...]] = {}

    @classmethod
    def from_model(cls, model: Model, n: int | None = None):
        """A type around a model that some other front end read.

        Parameters
        ----------
        model : ir.Model
            Its kind must be that of the class.
        n : int, optional
            Number of elements of a group that is made without a geometry.
        """
        if model.kind != cls.kind:
            raise ModelDefError(f'"{model.name}" is a {model.kind} model, so it cannot become a {cls.__name__}.')
        self = cls.__new__(cls)
        self._define(
            model.name, cls.default_mode, cls.state_class({s.name: s.default for s in model.states}), None, None
        )
        self.heter_params_replace = {}
        self.step_functions = ()
        self.n = n
        self.ir = model
        return self

    def _replace(self, trees: dict[str, ast.expr]) -> None:
        """Take over the expressions that stand for parameters with one value per element."""
        known = [parameter.name for parameter in self.ir.params]
        for name in trees:
            if name not in known:
                raise ModelDefError(
                    f'"heter_params_replace" of "{self.name}" names "{name}", which is no parameter of its steps. '
                    f"Their parameters are: {', '.join(known) or 'none'}."
                )
        self._replaced = trees
        everything = self.with_replaced(frozenset(trees))
        more = [parameter for parameter in everything.params if parameter.name not in known]
        self.ir = replace(self.ir, params=(*self.ir.params, *more))

    def with_replaced(self, spread: frozenset[str]) -> Model:
        """The model of a group in which the parameters `spread` have one value per element.

        Where `heter_params_replace` names such a parameter, its expression stands for it.
        """
        names = spread.intersection(self._replaced)
        if not names:
            return self.ir
        if names not in self._variants:
            trees = {name: self._replaced[name] for name in self._replaced if name in names}
            self._variants[names] = self._read(self.step_functions, trees)
        return self._variants[names]

    def _read(self, functions, replaced=None) -> Model:
        from ..pysource import read_steps

        states = tuple(self.ST._vars)
        read = read_steps(functions, kind=self.kind, mode=self.mode, states=states, model=self.name, replaced=replaced)
        if replaced is None:
            self._fields = read.fields
            self.arguments = read.arguments
        for name, place in read.fields.get("self", {}).items():
            if name not in states:
                raise ModelDefError(
                    f'Variable "{name}" is used in {self.name}, but not defined in "ST". The fields of ST are '
                    f"{list(states)}: add '{name}' to the state, or rename it.",
                    place=place,
                )
        wide = _time_fields(read.steps)
        return Model(
            name=self.name,
            kind=self.kind,
            states=tuple(
                State(key, float(value), "f64" if key in wide else "real") for key, value in self.ST._vars.items()
            ),
            params=tuple(Parameter(key, value) for key, value in read.params.items()),
            steps=tuple(read.steps),
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps as they were read, in order."""
        return self.ir.steps

    @property
    def step_names(self) -> list[str]:
        """Names of the steps, as schedules use them."""
        return [step.name for step in self.ir.steps]

    @property
    def integrators(self) -> list:
        """The integrators that the step functions name."""
        from ..integrate import Integrator

        found: list[Any] = []
        for function in self.step_functions:
            closure = zip(function.__code__.co_freevars, function.__closure__ or ())
            scope = {name: cell.cell_contents for name, cell in closure}
            scope |= {name: function.__globals__.get(name) for name in function.__code__.co_names}
            found += [value for value in scope.values() if isinstance(value, Integrator) and value not in found]
        return found

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, mode={self.mode!r})"

    def __str__(self) -> str:
        """The model for a person: the text that it was written in, or what was read from its functions."""
        if self.ir.source:
            return f"{self.kind} {self.name}\n{textwrap.indent(self.ir.source.strip(), '    ')}"
        from ...ir.python_step import PythonStep
        from ...ir.show import show
        from ..pysource_place import user_text

        texts = {function.__name__: user_text(function) for function in self.step_functions}
        steps = [replace(s, text=texts[s.name]) if isinstance(s, PythonStep) else s for s in self.ir.steps]
        return show(replace(self.ir, steps=tuple(steps)))


def _expressions(model: str, given) -> dict[str, ast.expr]:
    """The expressions that stand for parameters, read."""
    found = {}
    for name, text in checks.mapping("heter_params_replace", given, "parameters and texts", ModelDefError).items():
        try:
            found[name] = ast.parse(text.strip(), mode="eval").body
        except (AttributeError, SyntaxError):
            raise ModelDefError(
                f'"heter_params_replace" of "{model}" must give an expression for each parameter, such as '
                f"{{'tau': 'tau[pre_ids]'}}, but for {name!r} it gives {text!r}."
            ) from None
    return found


def _functions(steps) -> tuple:
    if callable(steps):
        return (steps,)
    if not isinstance(steps, (list, tuple)):
        raise checks.wrong(
            "steps", steps, "a callable, or a list/tuple of callables", "Give the functions, not called.", ModelDefError
        )
    for item in steps:
        if not callable(item):
            raise ModelDefError(
                f'"steps" must be a list/tuple of callables, but one of them is {checks.shown(item)}. Give functions.'
            )
    names = [item.__name__ for item in steps]
    for name in names:
        if names.count(name) > 1:
            raise ModelDefError(f'"steps" must have different names, but two are called "{name}": rename one of them.')
    return tuple(steps)


def _checked_requires(requires) -> dict[str, TypeChecker]:
    if requires is None:
        return {}
    if not isinstance(requires, dict):
        raise ModelDefError(
            f'"requires" only supports dict, but got {type(requires).__name__}: {checks.shown(requires)}. Write '
            "{'name': checker}, such as {'pre2syn': bp.types.ListConn()}."
        )
    for name, checker in requires.items():
        if isinstance(checker, type):
            raise ModelDefError(
                f'In "requires", you must instantiate the type checker of "{name}". Like "{checker.__name__}()": '
                "write the brackets."
            )
        if not isinstance(checker, TypeChecker):
            raise ModelDefError(
                f'In "requires", each value must be a TypeChecker, but got "{checker!r}" for "{name}". Write one of '
                "bp.types, such as bp.types.ListConn()."
            )
    return dict(requires)


def _time_fields(steps) -> frozenset[str]:
    from ...passes.typing import time_fields

    return time_fields(steps)


def with_readouts(model: Model, names: tuple[str, ...]) -> tuple[tuple[State, ...], Step | None]:
    """States and the step that records intermediate quantities.

    Returns
    -------
    states : tuple of State
        One real state per name.
    step : Step or None
        Assigns all of them; None when there is nothing to record.
    """
    from ...ir.expr import Field
    from ...ir.statements import Assign

    table = dict(model.readouts)
    states = tuple(State(name) for name in names)
    body = tuple(Assign(Field("self", name), table[name]) for name in names)
    return states, Step("readouts", body) if names else None


def number(value):
    """A parameter value as a float, or as a 1-D float64 array."""
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else np.ascontiguousarray(array.reshape(-1))
