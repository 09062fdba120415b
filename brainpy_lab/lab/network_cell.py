"""Running a network cell: Python in the notebook's namespace, and what it made."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from ..errors import CellError, ModelError, ModelUseError
from ..frontends.cells.network import NetworkSlider
from .recipe import Recipe, cells_before, settings_now
from .subject import Subject, network_subject


@contextmanager
def numpy_seeded(seed: int | None) -> Iterator[Callable[[], bool]]:
    """What NumPy's global generator draws, such as connections without a seed of their own, follows from a seed.

    Afterwards the generator goes on as if nothing had been drawn. Without a seed it is left alone. Yields what tells
    whether anything has been drawn from the seed.
    """
    if seed is None:
        yield lambda: False
        return
    kept = np.random.get_state()
    np.random.seed(seed)
    (_, key, *place), now = np.random.get_state(), np.random.get_state
    try:
        yield lambda: list(now()[2:]) != place or not np.array_equal(now()[1], key)
    finally:
        np.random.set_state(kept)


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
        self.text = text
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
        from .object_subject import watch_models

        values = values or {}
        tree = _with_numbers(self.tree, values)
        ast.increment_lineno(tree, self._first_line - 1)
        settings, before = settings_now(), cells_before(self.namespace, self.text)
        old = self.namespace.get(self.name)
        with watch_groups() as made, _told_by_variables(made, self.namespace):
            with watch_models() as models, numpy_seeded(settings["seed"]) as drawn:
                exec(self._compile(tree), self.namespace)
                is_random = drawn()
            subject = self.subject_of(made, models, old, values)
        if is_random and subject.seed is None:
            subject.seed = settings["seed"]
        subject.recipe = Recipe(
            "network",
            self.name,
            self.text,
            values=dict(values),
            settings=settings,
            namespace=self.namespace,
            cells_before=before,
        )
        return subject

    def subject_of(self, made: list, models: list, before: object, values: dict[str, float]) -> Subject:
        """What the lab shows of what the cell made.

        Parameters
        ----------
        made : list
            Groups and connections that are made of functions.
        models : list
            Models and runners that are classes.
        before : object
            What the name was bound to before the cell ran.
        values : dict
            As for `run`.
        """

        network, runner = self._found(made, models, before)
        return self.subject_of_model(network, values, runner)

    def subject_of_model(self, network, values: dict[str, float], runner=None) -> Subject:
        """What the lab shows of a network, or of a model that is written as classes, which the cell made."""
        from ..frontends.types_api import Network

        self.network = network
        moved, space = self._moved(values), self.namespace
        if isinstance(network, Network):
            return network_subject(self.name, network, self._inputs(), moved, space, self._linked())
        from .object_subject import object_subject

        linked = self._linked(value_at=1)
        return object_subject(self.name, network, self._inputs(), moved, space, linked, runner)

    def _found(self, made: list, models: list, before: object) -> tuple:
        try:
            return bind_made(self.name, self.namespace, made, models, before)
        except NothingMade:
            raise CellError(
                "this cell makes no group: write for example neurons = bp.NeuGroup(MODEL, 100)",
                cell=self.cell,
                line=self._first_line,
                source_line=self.source.split("\n")[0],
            ) from None

    def bound_source(self, values: dict[str, float]) -> str:
        """The cell as plain Python: no sliders, and other numbers where `values` has them."""
        lines = self.source.split("\n")
        for statement in reversed(self.tree.body):
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = ast.unparse(statement.targets[0])
                number = statement.value
                if target in values and number.lineno == number.end_lineno:
                    line = lines[number.lineno - 1].encode()
                    start, end = number.col_offset, number.end_col_offset
                    line = line[:start] + repr(values[target]).encode() + line[end:]
                    lines[number.lineno - 1] = line.decode()
        written = self.text.split("\n")
        return "\n".join(line if line in written else line.rstrip() for line in lines)

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

    @property
    def has_inputs(self) -> bool:
        """Whether the cell says what comes from outside."""
        return self._statement() is not None

    def _inputs(self):
        return self.namespace.get("inputs", ()) if self.has_inputs else ()

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


class NothingMade(Exception):
    """Neither a group nor a model."""


def bind_made(name: str, namespace: dict, made: list, models: list, before: object = None) -> tuple:
    """The network or model that is shown, which `name` is bound to, and the runner of models as classes or None.

    Parameters
    ----------
    name : str
    namespace : dict
    made : list
        Groups and connections that are made of functions.
    models : list
        Models and runners that are classes.
    before : object
        What the name was bound to before.
    """
    from ..frontends.types_api import Network

    found = namespace.get(name)
    if models and not made:
        from ..frontends.objects_api.base import DynamicalSystem
        from ..frontends.objects_api.groups import Network as NetworkOfClasses
        from ..frontends.objects_api.runner import DSRunner
        from .object_subject import whole_models

        runner = next((item for item in reversed(models) if isinstance(item, DSRunner)), None)
        if isinstance(found, DSRunner):
            runner, found = found, found.target
        if not isinstance(found, DynamicalSystem) or found is before:
            whole = [runner.target] if runner is not None else whole_models(models)
            found = whole[0] if len(whole) == 1 else NetworkOfClasses(*whole)
        namespace[name] = found
        return found, runner
    if not isinstance(found, Network) or found is before:
        if not made:
            raise NothingMade
        found = namespace[name] = Network(*made)
    return found, None


def subject_of_made(name: str, namespace: dict, made: list, models: list, inputs) -> Subject:
    """What a lab shows of groups or models that were made, without the text of a cell."""
    from .object_subject import object_subject

    try:
        found, runner = bind_made(name, namespace, made, models)
    except NothingMade:
        raise ModelUseError(
            f"{name}: no group and no model was made. Make one, such as bp.NeuGroup(MODEL, 100)."
        ) from None
    if models and not made:
        return object_subject(name, found, inputs, (), namespace, {}, runner)
    return network_subject(name, found, inputs, (), namespace, {})


def _with_numbers(tree: ast.Module, values: dict[str, float]) -> ast.Module:
    """A copy of the cell in which some names, attributes and items are assigned other numbers at the top level."""
    tree = copy.deepcopy(tree)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = ast.unparse(statement.targets[0])
            if target in values:
                statement.value = ast.copy_location(ast.Constant(values[target]), statement.value)
    return tree


class watch_groups:
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


@contextmanager
def _told_by_variables(made: list, namespace: dict) -> Iterator[None]:
    """A mistake is told with the cell's variables in place of automatic names, such as NeuGroup14.

    Parameters
    ----------
    made : list
        The groups and connections; it may grow meanwhile.
    namespace : dict
    """
    from .subject import _shown_name

    try:
        yield
    except ModelError as error:
        automatic = [item for item in made if re.fullmatch(rf"{type(item).__name__}\d+", item.name)]
        called = {item.name: _shown_name(item, namespace) for item in automatic}
        error.message = re.sub(r"\w+", lambda word: called.get(word[0], word[0]), error.message)
        raise


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
