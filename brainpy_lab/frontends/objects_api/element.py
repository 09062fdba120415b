"""One element of a model as an analysis sees it: its equations, what they read, and runs from other starts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from ... import profile
from ...errors import ModelUseError
from ...math.arrays import Traced
from ...math.element_slopes import ElementSlopes, start_of
from ...math.environment import get_dt
from ...math.graph import Graph, active, recording
from ...math.program import lend_rings
from ...math.share import share
from ...runtime import plain_run
from ...runtime.build import build
from .base import SHARED, DynamicalSystem
from .runner import DSRunner
from .states import clear_input


class Element:
    """One element of a model.

    Parameters
    ----------
    model : DynamicalSystem
    index : int
        Which element.
    inputs : tuple, list or callable
        As for `DSRunner`.
    arguments : iterable of str
        Arguments of the model's ``update`` that are given numbers, 0 at first.
    runner : DSRunner, optional
        Whose step is recorded, with its inputs, instead of one of the model alone.

    Attributes
    ----------
    slopes : ElementSlopes
        Variable -> its equation.
    folded : dict of str to str
        What Python has decided something by while the step was recorded.
    """

    def __init__(
        self,
        model: DynamicalSystem,
        index: int = 0,
        inputs: Any = (),
        arguments: Iterable[str] = (),
        runner: DSRunner | None = None,
    ):
        self.model, self.index = model, index
        self.arguments = Arguments(arguments)
        graph = Graph(profile.get_float_type())
        saved = dict(share._values)
        try:
            with recording(graph):
                (runner or _Runner(self, inputs))._recorded(graph)
        finally:
            share._values = saved
        self._paths = {id(node): path for path, node in model.nodes("relative").items()}
        self._variables = {id(variable): path for path, variable in model.vars("relative").items()}
        self._graph, self._dt = graph, get_dt()
        self.slopes = ElementSlopes(graph, index, self._called, self._dt)
        self.folded = {self._called(*found) for found in graph.folded.values()}

    def other(self, index: int) -> Element:
        """Another element of the same model, by the same recorded step."""
        found = copy(self)
        found.index, found.slopes = index, ElementSlopes(self._graph, index, self._called, self._dt)
        return found

    @staticmethod
    def arguments_of(model: DynamicalSystem) -> dict[str, bool]:
        """The arguments of the model's ``update`` that may be numbers, and whether they must be given."""
        parameters = inspect.signature(model.update).parameters.values()
        return {
            p.name: p.default is p.empty
            for p in parameters
            if p.kind is p.POSITIONAL_OR_KEYWORD
            and p.name not in SHARED
            and (p.default is p.empty or isinstance(p.default, (int, float, type(None))))
        }

    def _called(self, holder: Any, attribute: str | None = None) -> str:
        """``V`` and ``tau`` of the model itself, ``INa.p`` of a part, ``Expon0.g`` of what is no part."""
        if attribute is None:
            found = self._variables.get(id(holder))
            if found is not None:
                return found
            attribute, holder = holder.name or "variable", getattr(holder, "owner", None)
        path = self._paths.get(id(holder))
        if path is None:
            path = getattr(holder, "called", getattr(holder, "name", ""))
        return f"{path}.{attribute}" if path else attribute

    # -- running -----------------------------------------------------------------------------------------------------

    def run(
        self,
        names: Sequence[str],
        starts: np.ndarray,
        n_steps: int,
        fixed: Mapping[str, float],
        inputs: Any = (),
    ) -> np.ndarray:
        """Run the model itself from several starts; it is left as it was.

        Parameters
        ----------
        names : sequence of str
            Integrated variables that move; the others stand still.
        starts : ndarray, shape (n_starts, n_names)
        n_steps : int
        fixed : mapping of str to float
            Values of other names.
        inputs
            As for `DSRunner`.

        Returns
        -------
        ndarray, shape (n_steps + 1, n_names, n_starts)
            From the start on.
        """
        sources = self.slopes.sources
        moving = [self.slopes.integrated[name] for name in names]
        held = [variable for name, variable in self.slopes.integrated.items() if name not in names]
        given = {sources[name].variable: value for name, value in fixed.items() if sources[name].variable is not None}
        every_step = {variable: value for variable, value in given.items() if not _among(variable, held)}
        runner = _Runner(self, inputs, moving, held, every_step)
        laid = runner.lay_out()
        for name, value in fixed.items():
            source = sources[name]
            for place in laid.param_places.get((id(source.owner), source.attribute), ()):
                laid.bindings.params[place] = self._replaced(laid.bindings.params[place], value)
        touched = list(laid.places)
        kept = [variable.numpy() for variable in touched]
        paths = np.empty((n_steps + 1, len(names), len(starts)))
        try:
            simulation = build(laid.program, laid.bindings, profile.runtime_backend(), profile.get_num_threads())
            for j, start in enumerate(starts):
                for variable, value in zip(touched, kept):
                    variable.value = value
                for variable, value in [*zip(moving, start), *given.items()]:
                    variable.value = self._replaced(variable.numpy(), value)
                lend_rings(laid, simulation)
                simulation.step = 0
                plain_run.run_steps(simulation, 0.0, n_steps)
                paths[0, :, j] = start
                for k, (number, _, _) in enumerate(laid.outputs):
                    paths[1:, k, j] = simulation.monitor(number)[:, self._place(moving[k])]
        finally:
            for variable, value in zip(touched, kept):
                variable.value = value
        return paths

    def _place(self, variable: Any) -> int:
        return self.index if variable.size > 1 else 0

    def _replaced(self, array: Any, value: float) -> Any:
        """A copy of an array with another value in this element; of a number, the value."""
        if np.ndim(array) == 0:
            return value
        copy = np.array(array)
        copy.reshape(-1)[self.index if copy.size > 1 else 0] = value
        return copy


class Arguments:
    """Numbers that the model's ``update`` is given, by name."""

    name = ""

    def __init__(self, names: Iterable[str]):
        self.names = tuple(names)

    def traced(self, graph: Graph) -> dict[str, Traced]:
        """Each as a parameter of the step."""
        return {name: Traced(graph.param(self, name, 0.0)) for name in self.names}


class _Runner(DSRunner):
    """Runs one step with the given arguments; `held` variables are integrated with a slope of 0, `given` ones are set
    before each step."""

    def __init__(
        self,
        element: Element,
        inputs: Any,
        shown: Sequence[Any] = (),
        held: Sequence[Any] = (),
        given: Mapping[Any, float] | None = None,
    ):
        super().__init__(element.model, inputs=inputs, progress_bar=False)
        self.monitors = {str(k): _reader(variable) for k, variable in enumerate(shown)}
        self.element, self.held, self.given = element, held, given or {}
        if any(spec.kind == "iter" for spec in self.inputs):
            raise ModelUseError(
                "\"inputs\" of type 'iter' change from step to step, so they have no phase plane: give one number "
                "of type 'fix' for each."
            )

    def _recorded(self, graph: Graph) -> Any:
        found = super()._recorded(graph)
        for node in [node for node in graph.nodes if node.op == "integrate"]:
            for k, equation in enumerate(node.data.equations):
                if _among(start_of(node, k), self.held):
                    equation.drift, equation.diffusion, equation.noise = graph.const(0.0), None, None
        return found

    def _step(self, t: Any, i: Any, dt: Any, x: list[Any], series: list[Any]) -> tuple[Any, dict[str, Any]]:
        share.save(t=t, i=i, dt=dt)
        for variable, value in self.given.items():
            variable.value = self.element._replaced(variable.numpy(), value)
        for spec in self.inputs:
            spec.apply(None)
        returned = self.target(**self.element.arguments.traced(active()))
        recorded = {name: read() for name, read in self.monitors.items()}
        clear_input(self.target)
        return returned, recorded


def _reader(variable: Any) -> Callable[[], Any]:
    return lambda: variable.value


def _among(variable: Any, others: Iterable[Any]) -> bool:
    """Whether it is one of them, and not only equal to one."""
    return any(variable is other for other in others)
