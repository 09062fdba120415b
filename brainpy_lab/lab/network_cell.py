"""Running a network cell: Python in the notebook's namespace, and what it made."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from ..errors import CellError
from ..frontends.cells.network import NetworkSlider
from .subject import Subject, network_subject


class NetworkCellRun:
    """A network cell that can be run, and run again with other numbers.

    Parameters
    ----------
    text : str
        The cell below its magic line.
    name : str
        Name that is bound to the network.
    namespace : dict
        The notebook's namespace.
    compile_cell : callable
        ``compile_cell(tree, text) -> code``, which gives the code the file name of the notebook cell.
    cell : str
        What errors call the cell.
    first_line : int
        Number of the first line of `text` in the notebook cell.
    """

    def __init__(self, text: str, name: str, namespace: dict, compile_cell: Callable, cell: str, first_line: int = 2):
        from ..frontends.equations import rewrite_network

        self.name = name
        self.namespace = namespace
        self.cell = cell
        self._first_line = first_line
        self._compile = compile_cell
        rewritten = rewrite_network(text, cell=cell, first_line=first_line)
        self.source, self.sliders = rewritten.source, rewritten.sliders
        self.tree = ast.parse(self.source)
        self.network = None

    def run(self, values: dict[str, float] | None = None) -> Subject:
        """Execute the cell, bind the name, and return what the lab shows.

        Parameters
        ----------
        values : dict, optional
            What stands left of '=' of a slider -> number to use in place of the cell's.
        """
        from ..frontends.types_api import Network
        from .object_subject import watch_models

        values = values or {}
        tree = _with_numbers(self.tree, values)
        ast.increment_lineno(tree, self._first_line - 1)
        before = self.namespace.get(self.name)
        with _watch_creation() as made, watch_models() as models:
            exec(self._compile(tree), self.namespace)
        network = self.namespace.get(self.name)
        if models and not made:
            return self._of_objects(models, network, before, values)
        if not isinstance(network, Network) or network is before:
            if not made:
                raise CellError(
                    "this cell makes no group: write for example neurons = bp.NeuGroup(MODEL, 100)",
                    cell=self.cell,
                    line=self._first_line,
                    source_line=self.source.split("\n")[0],
                )
            network = Network(*made)
            self.namespace[self.name] = network
        self.network = network
        inputs = self._inputs()
        return network_subject(self.name, network, inputs, self._moved(values), self.namespace, self._linked())

    def _of_objects(self, models: list, found: object, before: object, values: dict[str, float]) -> Subject:
        """The subject of a model that is written as classes."""
        from ..frontends.objects_api.base import DynamicalSystem
        from ..frontends.objects_api.groups import Network
        from ..frontends.objects_api.runner import DSRunner
        from .object_subject import object_subject, whole_models

        runner = next((item for item in reversed(models) if isinstance(item, DSRunner)), None)
        if isinstance(found, DSRunner):
            runner, found = found, found.target
        if not isinstance(found, DynamicalSystem) or found is before:
            whole = [runner.target] if runner is not None else whole_models(models)
            found = whole[0] if len(whole) == 1 else Network(*whole)
        self.namespace[self.name] = self.network = found
        linked = self._linked(value_at=1)
        return object_subject(self.name, found, self._inputs(), self._moved(values), self.namespace, linked, runner)

    def _moved(self, values: dict[str, float]) -> list[NetworkSlider]:
        """The sliders where they stand."""
        return [slider._replace(value=values.get(slider.target, slider.value)) for slider in self.sliders]

    def _statement(self) -> ast.expr | None:
        for statement in reversed(self.tree.body):
            if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == "inputs" for target in statement.targets
            ):
                return statement.value
        return None

    def _inputs(self):
        return self.namespace.get("inputs", ()) if self._statement() is not None else ()

    def _linked(self, value_at: int = 2) -> dict[int, str]:
        """Which inputs are the value of a slider: number of the input -> name."""
        value = self._statement()
        if not isinstance(value, ast.List | ast.Tuple):
            return {}
        nested = bool(value.elts) and isinstance(value.elts[0], ast.List | ast.Tuple)
        found = {}
        for k, item in enumerate(value.elts if nested else [value]):
            parts = item.elts if isinstance(item, ast.List | ast.Tuple) else []
            if len(parts) > value_at and isinstance(parts[value_at], ast.Name):
                name = parts[value_at].id
                if any(slider.target == name for slider in self.sliders):
                    found[k] = name
        return found


def _with_numbers(tree: ast.Module, values: dict[str, float]) -> ast.Module:
    """A copy of the cell in which some names, attributes and items are assigned other numbers at the top level."""
    tree = copy.deepcopy(tree)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = ast.unparse(statement.targets[0])
            if target in values:
                statement.value = ast.copy_location(ast.Constant(values[target]), statement.value)
    return tree


class _watch_creation:
    """Collect the groups and connections that are made meanwhile, in order."""

    def __enter__(self) -> list:
        from ..frontends.types_api import group_base

        self._class = group_base.Ensemble
        self._init = self._class.__init__
        made: list = []
        init = self._init

        def watched(item, *args, **kwargs):
            init(item, *args, **kwargs)
            made.append(item)

        self._class.__init__ = watched
        return made

    def __exit__(self, *_) -> None:
        self._class.__init__ = self._init


def summary_table(network, namespace: dict) -> str:
    """The network's populations and projections as a Markdown table."""
    from ..frontends.objects_api.base import DynamicalSystem
    from ..frontends.types_api import NeuGroup
    from . import latex
    from .object_subject import object_table
    from .subject import _shown_name

    if isinstance(network, DynamicalSystem):
        return object_table(network, _shown_name(network, namespace))

    rows, edges = [], []
    for item in network.members:
        who = f"`{_shown_name(item, namespace)}`"
        if isinstance(item, NeuGroup):
            rows.append((who, item.model.name, item.num))
        else:
            source, target = (
                getattr(item.pre_group, "source", item.pre_group),
                getattr(item.post_group, "source", item.post_group),
            )
            ends = f"`{_shown_name(source, namespace)}` \N{RIGHTWARDS ARROW} `{_shown_name(target, namespace)}`"
            edges.append((who, item.model.name, ends, item.num, f"{item.delay:g} ms" if item.delay else "none"))
    return latex.network(rows, edges)


__all__ = ["NetworkCellRun", "summary_table"]
