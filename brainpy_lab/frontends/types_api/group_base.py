"""What neuron groups and synaptic connections have in common."""

from __future__ import annotations

import copy
import itertools
from collections import defaultdict

import numpy as np

from ... import checks, profile
from ...errors import ModelUseError, ModelValueError, TypeMismatchError
from ...types import ObjState
from .monitors import read_monitors
from .parameters import ParsUpdate
from .recordings import Recordings, _Events, spike_list
from .schedule import Runner

KNOWN_ARGUMENTS = frozenset(("ST", "_t", "_i", "_dt", "_obj_i", "_pre_i", "_post_i"))
"""Step arguments that no attribute of the group stands for."""

STATES = frozenset(("ST", "pre", "post"))
"""Arguments that are states: of the element, and of the neurons before and after it."""

_counters: dict[str, itertools.count] = defaultdict(itertools.count)


class Ensemble:
    """Elements of one model: their states, parameters, schedule and recordings.

    Attributes
    ----------
    name : str
    model : ObjType
    num : int
        Number of elements.
    ST : ObjState
        The states; each field is a live array of shape (num,).
    pars : ParsUpdate
    mon : Recordings
        What the last run recorded.
    runner : Runner
    requires : dict
        What the model asks the group to have.
    own_inputs : tuple of InputSpec
        What flows in at the 'input' slot besides the inputs of a run.
    """

    own_inputs: tuple = ()

    def __init__(self, model, num: int, monitors, name, satisfies, pars_update, shape=None):
        self.model = model
        self.num = num
        self.name = _checked_name(name, type(self).__name__)
        self._float_type = profile.get_float_type()
        self.pars = ParsUpdate({p.name: p.value for p in model.ir.params}, num, model, shape)
        for key, value in checks.mapping("pars_update", pars_update, "parameters and values").items():
            self.pars[key] = value
        self.monitors = read_monitors(monitors)
        self.mon = Recordings({spec.key: np.zeros((1, 1)) for spec in self.monitors})
        self._events: dict[str, _Events] = {}
        self.runner = Runner(self)
        self.requires = model.requires
        for key, value in model.hand_overs.items():
            # Functions and modules are shared; arrays must not be, or two groups would count into one.
            setattr(self, key, copy.deepcopy(value) if isinstance(value, (np.ndarray, list, dict)) else value)
        for key, value in checks.mapping("satisfies", satisfies, "attributes and values").items():
            if key in ("ST", "model", "mon", "num", "pars", "runner") and getattr(self, key, None) != value:
                raise ModelUseError(f'"satisfies" cannot replace "{key}", which the group makes itself: leave it out.')
            setattr(self, key, value)
        wide = frozenset(state.name for state in model.ir.states if state.dtype == "f64")
        self._shape = (num,) if shape is None else shape
        self._lines: dict[str, np.ndarray] = {}
        self.ST = model.ST.make_copy(self._shape, real=self._float_type, wide=wide)
        self._readouts: dict[str, np.ndarray] = {}
        self._alone = None

    def __setattr__(self, name: str, value) -> None:
        if "_alone" in self.__dict__ and name not in self.__dict__ and name in self.pars:
            raise ModelUseError(f'"{name}" is a parameter of "{self.name}": write pars["{name}"] = {value!r}.')
        super().__setattr__(name, value)

    def set_schedule(self, schedule) -> None:
        """Choose which items of a time step run, and in which order; see `Runner.set_schedule`."""
        self.runner.set_schedule(schedule)

    def get_schedule(self) -> list[str]:
        """The items of a time step, in order."""
        return self.runner.get_schedule()

    def spikes(self, key: str = "spike") -> tuple[np.ndarray, np.ndarray]:
        """The events of the last run, without making the dense array.

        Parameters
        ----------
        key : str
            A recorded state that is 0 or 1.

        Returns
        -------
        times : ndarray, shape (n_events,), ms
        ids : ndarray of int, shape (n_events,)
            Elements of the group.

        Raises
        ------
        ModelUseError
            When it was not recorded, or is not a state that is always 0 or 1.
        """
        return spike_list(self._events, self.mon, key)

    def type_checking(self) -> None:
        """Raise `ModelUseError` unless the group has what its model requires."""
        for name, checker in (("ST", self.model.ST), *self.requires.items()):
            if not hasattr(self, name):
                raise ModelUseError(
                    f'"{self.name}" doesn\'t have "{name}" attribute. Model "{self.model.name}" requires it: set '
                    f"{self.name}.{name}, or pass satisfies={{'{name}': ...}}."
                )
            try:
                checker.check(getattr(self, name))
            except TypeMismatchError as problem:
                raise ModelUseError(
                    f'"{self.name}.{name}" doesn\'t satisfy TypeChecker "{checker}". {problem}'
                ) from None

        for step, names in self.model.arguments.items():
            for name in names:
                if name not in KNOWN_ARGUMENTS and not self._has(name):
                    raise ModelUseError(
                        f'Function "{step}" in "{self.model.name}" requires "{name}" as argument, but "{name}" is not '
                        f"defined in \"{self.name}\". Set {self.name}.{name}, or pass satisfies={{'{name}': ...}}."
                    )
                is_state = name not in STATES and isinstance(getattr(self, name, None), ObjState)
                if is_state and self.model.mode == "scalar":
                    raise ModelValueError(
                        f'Function "{step}" in "{self.model.name}" takes the state "{name}", but in a scalar step only '
                        f"ST, pre and post are states of one element. Pass the array, as in satisfies={{'{name}_V': "
                        "group.ST['V']}, and take the element by its index."
                    )

    def _has(self, name: str) -> bool:
        try:
            return getattr(self, name, None) is not None
        except ModelUseError:
            return False

    def state_array(self, name: str) -> np.ndarray:
        """A state as one line, for life: of a matrix connection row after row."""
        array = dict.__getitem__(self.ST, name)
        if array.ndim == 1:
            return array
        if name not in self._lines:
            self._lines[name] = array.reshape(-1)
        return self._lines[name]

    @property
    def n_elements(self) -> int:
        """Number of values of a state."""
        return int(np.prod(self._shape))

    def readout_array(self, name: str) -> np.ndarray:
        """The array behind a monitored intermediate quantity."""
        if name not in self._readouts:
            self._readouts[name] = np.zeros(self.num, dtype=self._float_type)
        return self._readouts[name]

    def run(self, duration, inputs=(), report=False, report_percent=0.1, seed=None) -> None:
        """Advance the group alone.

        Parameters
        ----------
        duration : float or (float, float)
            Length of the run, or its start and end, ms.
        inputs : tuple or list
            ``(key, value[, operation])`` or a list of those.
        report : bool
            Print the progress.
        report_percent : float
            Share of the run between two lines of the progress.
        seed : int, optional
            Of the random numbers of this and later runs of the group.
        """
        from .inputs import read_group_inputs
        from .network import Network

        specs = read_group_inputs(self, inputs)
        if self._alone is None:
            self._alone = Network(self)
        self._alone._run(duration, specs, report, report_percent, seed)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, model={self.model.name!r}, num={self.num})"


def _checked_name(name, kind: str) -> str:
    if name is None:
        return f"{kind}{next(_counters[kind])}"
    if not isinstance(name, str) or not name.isidentifier():
        raise ModelUseError(
            f'"{name}" isn\'t a valid identifier according to Python language definition. Choose another "name", of '
            "letters, digits and _."
        )
    return name


def used_fields(steps) -> dict[str, dict[str, object]]:
    """Owner -> field -> first place where the steps read or write it."""
    from ...ir.expr import Field, walk
    from ...ir.statements import Assign, Fold, Integrate, blocks, expressions

    found: dict[str, dict[str, object]] = defaultdict(dict)

    def look(statement):
        if isinstance(statement, Fold):
            found["post"].setdefault(statement.field, statement.place)
        if isinstance(statement, Assign) and isinstance(statement.target, Field):
            found[statement.target.owner].setdefault(statement.target.name, statement.place)
        trees = list(expressions(statement))
        if isinstance(statement, Integrate):
            for equation in statement.system.equations:
                trees += [equation.drift, *(tree for _, tree in equation.lines), *equation.extras]
                trees += [equation.diffusion] if equation.diffusion is not None else []
        for tree in trees:
            for node in walk(tree):
                if isinstance(node, Field):
                    found[node.owner].setdefault(node.name, node.place or statement.place)
        for block in blocks(statement):
            for inner in block:
                look(inner)

    for step in steps:
        for owner, name in getattr(step, "fields", ()):  # of a step that stays Python
            found[owner].setdefault(name, step.place)
        for statement in step.body:
            look(statement)
    return found
