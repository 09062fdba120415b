"""`DynamicalSystem`: a model written as a class, with variables, parts, updates and inputs."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections import defaultdict
from typing import Any

import numpy as np

from ... import checks, profile
from ...errors import ModelDefError, ModelUseError, ModelValueError
from ...initialize import parameter
from ...math import graph as recordings
from ...math.arrays import Traced, held
from ...math.draws import EagerStep
from ...math.share import share, time_of_step
from ...math.variable import Variable
from .flows import Flows
from .nodes import Collector, NodeDict, held_variables, walk


class UniqueNameError(ModelUseError):
    """Two parts have one name."""


class MissingAttributeError(ModelDefError, AttributeError):
    """A model does not have what its code asks for."""


class NotAVariableError(ModelDefError, TypeError):
    """A step changes something that does not last."""


SHARED = ("tdi", "sh", "sha")
"""Names of a first argument of ``update`` that takes the shared values, as older programs write it."""

_counts: dict[str, int] = defaultdict(int)
_names: dict[str, int] = {}


def clear_name_cache(ignore_warn: bool = False) -> None:
    """Let all names be used again."""
    _counts.clear()
    _names.clear()


@functools.cache
def _first_argument(kind: type) -> str:
    """The name of the first argument of a class's ``update``."""
    names = list(inspect.signature(kind.update).parameters)
    return names[1] if len(names) > 1 else ""


def is_node(value: Any) -> bool:
    """Whether something is a part of models."""
    return isinstance(value, DynamicalSystem)


class DynamicalSystem(Flows):
    """Something that changes from step to step.

    Write the constants and the `Variable` objects in ``__init__``, and what happens in a step in ``update``.

    Parameters
    ----------
    name : str, optional
        Of its own; by default the class's name and a number.
    mode : optional
        None. Models are not computed in batches.

    Attributes
    ----------
    name : str
    before_updates, after_updates : dict of callables
        Called before ``update``, without arguments, and after it, with what it returned, whenever the system itself is
        called. ``update`` alone leaves them out.
    cur_inputs, delta_inputs : dict of callables
        What flows in: see `add_inp_fun`.

    Examples
    --------
    >>> import brainpy_lab as bp, brainpy_lab.math as bm
    >>> class Leak(bp.DynamicalSystem):
    ...     def __init__(self, n, tau):
    ...         super().__init__()
    ...         self.tau = tau
    ...         self.V = bm.Variable(bm.ones(n))
    ...     def update(self, x=0.):
    ...         self.V += bp.share['dt'] * (x - self.V) / self.tau
    ...         return self.V.value
    >>> model = Leak(3, tau=10.)
    >>> V = bm.for_loop(model.step_run, bm.arange(100))
    >>> V.shape
    (100, 3)
    """

    supported_modes = None
    is_neuron = False
    resets_alone = True
    """Whether `reset` of a model calls its ``reset_state``; if not, what holds it does."""

    def __init__(self, name: str | None = None, mode: Any = None):
        if mode is not None and type(mode).__name__ != "NonBatchingMode":
            raise ModelValueError(
                f'"mode" of {type(self).__name__} is {mode!r}: models are not computed in batches here; '
                "leave it out, and give a variable an axis of its own where you want copies."
            )
        self._mode = mode
        self._name = self.unique_name(name)
        self.before_updates = NodeDict()
        self.after_updates = NodeDict()
        self.cur_inputs = NodeDict()
        self.delta_inputs = NodeDict()

    # -- names and attributes ----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.__dict__.get("_name", type(self).__name__)

    @name.setter
    def name(self, name: str) -> None:
        _names.pop(self._name, None)
        object.__setattr__(self, "_name", self.unique_name(name))

    @property
    def mode(self) -> Any:
        return self._mode

    @property
    def current_inputs(self) -> NodeDict:
        """As `cur_inputs`."""
        return self.cur_inputs

    def unique_name(self, name: str | None = None, type_: str | None = None) -> str:
        """A name that no other part has.

        Raises
        ------
        UniqueNameError
            When another part has it.
        """
        if type_ is not None:
            checks.identifier("type_", type_)
        if name is None:
            kind = type_ or type(self).__name__
            while True:
                name = f"{kind}{_counts[kind]}"
                _counts[kind] += 1
                if name not in _names:
                    break
        elif not isinstance(name, str) or not name.isidentifier():
            cure = "Choose a word of letters, digits and _."
            raise checks.wrong("name", name, "an identifier", cure, of=f"a {type(self).__name__}")
        elif _names.get(name, id(self)) != id(self):
            raise UniqueNameError(
                f"the name {name!r} is taken: choose another for this {type(self).__name__}, or free all "
                "names by bm.clear_name_cache()."
            )
        _names[name] = id(self)
        return name

    def __getattribute__(self, key: str) -> Any:
        value = object.__getattribute__(self, key)
        graph = recordings.active()
        if graph is None or key.startswith("__"):
            if type(value) is float and EagerStep.now is not None and profile.get_float_type() == "float32":
                return held(np.array(value, np.float32))  # numbers meet numbers in the type of the run
            return value
        if isinstance(value, float):
            return Traced(graph.param(self, key, value))
        if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind == "f":
            return Traced(graph.array(value.view(np.ndarray), self, key))
        return value

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__") or "_name" not in self.__dict__:
            if "_name" not in self.__dict__ and key in (
                "before_updates",
                "after_updates",
                "cur_inputs",
                "delta_inputs",
            ):
                raise MissingAttributeError(f"{type(self).__name__}.__init__ has not called super().__init__().")
            raise AttributeError(f"{type(self).__name__} has no attribute {key!r}")
        known = [name for name in (*vars(self), *dir(type(self))) if not name.startswith("_")]
        near = difflib.get_close_matches(key, known, 1)
        cure = f"Did you mean {near[0]!r}?" if near else f"Define it in {type(self).__name__}.__init__."
        raise MissingAttributeError(
            f"{type(self).__name__} {self.name!r} has no attribute {key!r}{recordings.at_user()}. {cure}"
        )

    def __setattr__(self, key: str, value: Any) -> None:
        graph = recordings.active()
        if graph is not None and "_name" in self.__dict__:
            self._refuse(key, value)
        if isinstance(value, Variable) and getattr(value, "owner", None) is None:
            value.owner, value.name = self, key
        object.__setattr__(self, key, value)

    def _refuse(self, key: str, value: Any) -> None:
        """While a step is recorded only variables may change."""
        before = self.__dict__.get(key)
        if isinstance(before, Variable) and value is before:  # self.x += 1
            return
        what = f"{type(self).__name__} {self.name!r}: update assigns self.{key}{recordings.at_user()}"
        if isinstance(before, Variable):
            raise NotAVariableError(f"{what}, which replaces the variable: write self.{key}.value = ... to change it.")
        raise NotAVariableError(
            f"{what}, which is no bm.Variable, so the next step would not see it: make it in __init__ as "
            f"self.{key} = bm.Variable(...), and write self.{key}.value = ... here."
        )

    def setattr(self, key: str, value: Any) -> DynamicalSystem:
        """Set an attribute; returns the system."""
        setattr(self, checks.identifier("key", key), value)
        return self

    # -- one step ----------------------------------------------------------------------------------------------------

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """What happens in a step; a class of your own says it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what happens in a step: define its update().")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for function in list(self.before_updates.values()):
            function()
        result = self._updated(*args, **kwargs)
        for function in list(self.after_updates.values()):
            function(result)
        return result

    def _updated(self, *args: Any, **kwargs: Any) -> Any:
        """``update``, with the shared values in front where it is written in the older form ``update(tdi, ...)``."""
        first = _first_argument(type(self))
        if first in SHARED and first not in kwargs and not (args and isinstance(args[0], dict)):
            args = (Shared(share.get_shargs()), *args)
        return self.update(*args, **kwargs)

    def step_run(self, i: Any, *args: Any, **kwargs: Any) -> Any:
        """Step number `i`: shares ``i`` and ``t = i*dt``, then calls ``update`` with the other arguments."""
        share.save(i=i, t=time_of_step(i))
        return self._updated(*args, **kwargs)

    def jit_step_run(self, i: Any, *args: Any, **kwargs: Any) -> Any:
        """As `step_run`, which is compiled wherever many steps run at once (`for_loop`, `DSRunner`)."""
        return self.step_run(i, *args, **kwargs)

    def __rrshift__(self, other: Any) -> Any:
        return self(other)

    # -- parts -------------------------------------------------------------------------------------------------------

    def nodes(self, method: str = "absolute", level: int = -1, include_self: bool = True) -> Collector:
        """All parts of the model.

        Parameters
        ----------
        method : {'absolute', 'relative'}
            By their names, or by the path that leads to them.
        level : int
            How deep to look; -1 is all the way.
        include_self : bool
        """
        checks.choice("method", method, ("absolute", "relative"))
        checks.count("level", level, low=-1)
        checks.flag("include_self", include_self)
        found = Collector()
        if include_self:
            found[self.name if method == "absolute" else ""] = self
        for path, node in walk(self, is_node, level):
            found[node.name if method == "absolute" else path] = node
        return found

    def vars(
        self, method: str = "absolute", level: int = -1, include_self: bool = True, exclude_types: tuple = ()
    ) -> Collector:
        """All variables of the model and its parts, by ``part.variable``."""
        found = Collector()
        types = tuple(checks.listed("exclude_types", exclude_types, "a tuple of classes"))
        for kind in types:
            checks.instance("exclude_types", kind, type, "a tuple of classes", "Give classes, such as (bm.TrainVar,).")
        for name, node in self.nodes(method, level, include_self).unique().items():
            for key, variable in held_variables(node):
                if not (types and isinstance(variable, types)):
                    found[f"{name}.{key}" if name else key] = variable
        return found

    def train_vars(self, method: str = "absolute", level: int = -1, include_self: bool = True) -> Collector:
        """The variables that training would change."""
        from ...math.variable import TrainVar

        return self.vars(method, level, include_self).subset(TrainVar)

    def register_implicit_vars(self, *variables: Any, var_cls: type | None = None, **named: Any) -> None:
        """Name variables that no attribute holds."""
        self._register(variables, named, _class("var_cls", var_cls, Variable))

    def register_implicit_nodes(self, *nodes: Any, node_cls: type | None = None, **named: Any) -> None:
        """Name parts that no attribute holds."""
        self._register(nodes, named, _class("node_cls", node_cls, DynamicalSystem))

    def _register(self, given: tuple, named: dict, kind: type) -> None:
        held = self.__dict__.setdefault("_registered", {})
        for item in given:
            for key, value in item.items() if isinstance(item, dict) else [(f"implicit_{len(held)}", item)]:
                named = {**named, key: value}
        for key, value in named.items():
            if not isinstance(value, kind):
                raise checks.wrong(key, value, f"a {kind.__name__}", "Give one, or leave it out.")
            held[key] = value

    def tracing_variable(
        self,
        name: str,
        init: Any,
        shape: Any,
        batch_or_mode: Any = None,
        batch_axis: int = 0,
        axis_names: Any = None,
        batch_axis_name: Any = None,
    ) -> Variable:
        """The variable of that name; made with `init` (a function of the shape, an array or a number) when missing."""
        if checks.identifier("name", name) not in self.__dict__:
            value = parameter(init, shape, allow_none=False, allow_scalar=False, name="init")
            setattr(self, name, Variable(np.array(value)))
        return self.__dict__[name]

    # -- reset, save, load -------------------------------------------------------------------------------------------

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Take the model and all its parts back to the start."""
        for node in self.nodes().unique().values():
            if node.resets_alone:
                node.reset_state(*args, **kwargs)

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Take the variables of this part alone back to the start; a class of your own says how."""

    def save_state(self, **kwargs: Any) -> dict[str, np.ndarray]:
        """Copies of the variables of this part alone."""
        return {key: variable.numpy() for key, variable in held_variables(self)}

    def load_state(self, state_dict: dict, **kwargs: Any) -> tuple[list[str], list[str]]:
        """Take variables of this part alone from copies.

        Returns
        -------
        missing, unexpected : list of str
        """
        held = dict(held_variables(self))
        _is_state("state_dict", state_dict)
        for key in held.keys() & state_dict.keys():
            held[key].value = saved(key, state_dict[key])
        return [key for key in held if key not in state_dict], [key for key in state_dict if key not in held]

    def state_dict(self, **kwargs: Any) -> dict[str, dict[str, np.ndarray]]:
        """Copies of all variables: part -> variable -> array."""
        from .states import save_state

        return save_state(self, **kwargs)

    def load_state_dict(self, state_dict: dict, warn: bool = True, compatible: str = "v2", **kwargs: Any):
        """Take all variables from copies; see `load_state`."""
        from .states import load_state

        return load_state(self, state_dict, warn=warn)

    def save_states(self, filename: str, variables: Any = None) -> None:
        """Write all variables into a file (.npz)."""
        from .states import save_states

        save_states(self, filename)

    def load_states(self, filename: str, verbose: bool = False) -> None:
        """Read all variables from a file that `save_states` wrote."""
        from .states import load_states

        load_states(self, filename, verbose)

    # -- where it runs -----------------------------------------------------------------------------------------------

    def cpu(self) -> DynamicalSystem:
        """Choose the CPU for the runs that follow; several threads stay several."""
        return self if profile.device_backend() is None else self.to("cpu")

    def cuda(self) -> DynamicalSystem:
        """Choose the GPU for the runs that follow, of this model and others: as ``profile.set(device='gpu')``."""
        return self.to("gpu")

    def tpu(self) -> DynamicalSystem:
        """There is no TPU back end."""
        raise ModelUseError("models do not run on a TPU here: use .cpu() or .cuda().")

    def to(self, device: Any) -> DynamicalSystem:
        """Choose where the runs that follow take place, of this model and others: 'cpu', 'gpu' ('cuda') and so on."""
        name = checks.text("device", device)
        profile.set_device(None, {"cuda": "gpu", "cuda:0": "gpu", "gpu:0": "gpu"}.get(name, name))
        return self

    def tree_flatten(self) -> tuple[tuple, tuple]:
        """The variables, and their names: ``tree_unflatten`` puts them back."""
        found = self.vars()
        return tuple(found.values()), (self, tuple(found))

    @classmethod
    def tree_unflatten(cls, aux: tuple, dynamic_values: tuple) -> DynamicalSystem:
        """The model with the values that `tree_flatten` took apart."""
        model, names = aux
        for name, value in zip(names, dynamic_values):
            variable = model.vars()[name]
            if value is not variable:
                variable.value = value
        return model

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"


def _class(name: str, given: Any, default: type) -> type:
    if given is None:
        return default
    return checks.instance(name, given, type, "a class", f"Give {default.__name__} or a class made from it.")


def _is_state(name: str, value: Any) -> None:
    checks.instance(name, value, dict, "a dict that save_state made", "Give {'V': values}, say.")


def saved(name: str, value: Any) -> np.ndarray:
    """A saved variable: an array of numbers or truth values."""
    array = np.asarray(getattr(value, "_array", value))
    if array.dtype.kind not in "biuf":
        raise checks.wrong(name, value, "an array of numbers or truth values", "Give what save_state made.")
    return array


class Shared(dict):
    """The shared values as an older ``update(tdi)`` takes them: by key and by attribute."""

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"the shared values have no {key!r}; they are {', '.join(self)}") from None
