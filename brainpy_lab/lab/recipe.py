"""How the model of a lab was made: the text of its cell and the settings that held, enough to make it again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from .. import profile


@dataclass
class Recipe:
    """The cell of a lab.

    Parameters
    ----------
    kind : str
        'neuron', 'synapse' or 'network'.
    name : str
    text : str
        The cell below its magic line.
    n : int
        Number of neurons.
    method : str or None
        Of integration, as the magic line says.
    values : dict
        What stands left of '=' of sliders for which the cell was run again -> their number.
    settings : dict
        Of the profile while the cell ran.
    namespace : dict or None
        Of the notebook, where the cell took what it did not make. Not written into files.
    cells_before : int
        How many cells the notebook had run before this one.
    before : str or None
        Python that has to run before the cell of a network, once somebody has asked for it.
    """

    kind: str
    name: str
    text: str
    n: int = 1
    method: str | None = None
    values: dict[str, float] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    namespace: dict | None = field(default=None, repr=False)
    cells_before: int = 0
    before: str | None = None

    def to_json(self) -> dict:
        """Everything but the namespace."""
        found = asdict(Recipe(**{**vars(self), "namespace": None}))
        del found["namespace"], found["cells_before"]
        return found


@contextmanager
def held(settings: dict[str, Any], sums: str | None = None) -> Iterator[None]:
    """The settings of a cell in place of the profile's while its model is made."""
    kept, kept_sums = settings_now(), (profile._sums, profile._deterministic)
    try:
        _set(settings)
        if sums in ("fold", "quanta"):
            profile.set(sums=sums)
        yield
    finally:
        _set(kept)
        profile._sums, profile._deterministic = kept_sums


def _set(settings: dict[str, Any]) -> None:
    profile.set(**{key: settings[key] for key in ("dt", "float_type", "numerical_method", "merge_synapses")})
    seed = settings["seed"]
    profile.set_seed("auto" if seed is None else seed)
    profile._initial_draws = settings["draws"]


def settings_now() -> dict[str, Any]:
    """The settings of the profile on which a model and its numbers depend."""
    return {
        "dt": profile.get_dt(),
        "float_type": str(profile.get_float_type()),
        "numerical_method": profile.get_numerical_method(),
        "merge_synapses": profile.is_merge_synapses(),
        "seed": profile.get_seed(),
        "draws": profile._initial_draws,
    }


def cells_before(namespace: dict, text: str) -> int:
    """How many cells the notebook ran before the one with this text, which may be in its history already."""
    cells = namespace.get("In", [])
    present = bool(cells) and text.strip() in _bodies(cells[-1])
    return len(cells) - present


def _bodies(cell: str) -> list[str]:
    return [body.strip() for _, body in magic_cells(cell)]


def magic_cells(cell: str) -> list[tuple[str, str]]:
    """(line, body) of the ``%%brainpy`` cell that a cell of the history is, as IPython keeps it or as it was typed."""
    if cell.lstrip().startswith("%%brainpy "):
        line, _, body = cell.lstrip().partition("\n")
        return [(line.removeprefix("%%brainpy ").strip(), body)]
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):  # no Python, or with a character that Python does not take
        return []
    found = []
    for statement in tree.body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_cell_magic":
            words = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            if len(words) == 3 and words[0] == "brainpy":
                found.append((words[1], words[2]))
    return found
