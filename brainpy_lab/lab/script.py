"""One Python file that computes again what a lab shows, and asserts that no bit differs."""

from __future__ import annotations

import json
import platform
from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import __version__
from ..errors import ModelUseError
from .moment import Moment, moment, refuse_gaps
from .sources import REFUSED, model_call, needed

MOST_ENTRIES = 500
MOST_CHARS = 20_000
"""Of one array that is written into a script."""


def script(lab, path: str | Path | None = None) -> str:
    """The text of the script; with a path it is written, and a long log beside it.

    Raises
    ------
    ModelUseError
        When the lab was made from no cell, its cell uses what cannot be written down, or its log is long and there is
        no path.
    """
    now = _without_future(moment(lab, MOST_CHARS))
    refuse_gaps(lab, now)
    recipe = now.recipe
    beside = None
    if len(now.log) > MOST_ENTRIES:
        if path is None:
            raise ModelUseError(
                f"{lab.name} was changed {len(now.log)} times, and more than {MOST_ENTRIES} entries go "
                "into a file beside "
                f"the script: say where, for example lab.to_script('{lab.name}.py')."
            )
        beside = Path(path).with_suffix(".log.json")
    text = "\n".join([*_head(now), "", *_model(now), "", *_course(now, beside), "", *_end(now)]) + "\n"
    if path is not None:
        Path(path).write_text(text, "utf-8")
        if beside is not None:
            beside.write_text(json.dumps({"lab": recipe.name, "log": now.log}), "utf-8")
    return text


def _without_future(now: Moment) -> Moment:
    """After going back, the log holds changes that are still ahead: what is shown does not depend on them."""
    reached = [k for k, entry in enumerate(now.log) if entry[0] < now.step]
    return replace(now, log=[now.log[k] for k in reached], told=[now.told[k] for k in reached])


def _head(now: Moment) -> list[str]:
    inexact = [notice for notice in now.notices if "not promised" in notice]
    if now.sums == "any":
        inexact.append("bits not promised: sums in any order (profile.set(deterministic=False))")
    first = []
    if inexact:
        first = [f"# Not promised: the same bits, and so the assertion at the end. {' '.join(inexact[0].split())}"]
    return [
        *first,
        f"# What the lab {now.recipe.name} showed at t = {now.t:.10g} ms, computed again; the last lines "
        "assert that no bit differs.",
        f"# That is promised for brainpy_lab {__version__}, on every back end. Written with Python "
        f"{platform.python_version()}, NumPy {np.__version__}{_numba()}.",
        "import brainpy_lab as bp",
    ]


def _numba() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f", Numba {version('numba')}"
    except PackageNotFoundError:
        return ""


def _settings(now: Moment) -> str:
    wanted = {key: value for key, value in now.recipe.settings.items() if key != "draws" and value is not None}
    wanted["sums"] = now.sums if now.sums in ("fold", "quanta") else "auto"
    if now.sums == "any":
        wanted["deterministic"] = False
    return f"bp.profile.set({', '.join(f'{key}={value!r}' for key, value in wanted.items())})"


def _replay(now: Moment) -> str:
    draws = now.recipe.settings.get("draws", 0)
    return f"lab_replay = bp.Replay({now.recipe.name!r}, {__version__!r}{f', draws={draws}' if draws else ''})"


def _model(now: Moment) -> list[str]:
    lines = _cell(now)
    if now.chosen is not None:
        name, neuron = now.chosen
        lines.append(f"lab_replay.choose({neuron}, {name!r})")
    return lines


def _cell(now: Moment) -> list[str]:
    recipe = now.recipe
    if recipe.kind == "neuron":
        call = model_call("neuron", recipe.text, recipe.name, recipe.method)
        return [
            _settings(now),
            _replay(now),
            f"{recipe.name} = {call}",
            f"lab_replay.neurons({recipe.name}, {recipe.n})",
        ]
    if recipe.kind == "synapse":
        delay = recipe.values.get("delay")
        return [
            _settings(now),
            _replay(now),
            f"{recipe.name} = {model_call('synapse', recipe.text, recipe.name, recipe.method)}",
            f"lab_replay.synapses({recipe.name}, {recipe.n}{'' if delay is None else f', delay={delay!r}'})",
        ]
    run = network_run(recipe)
    source = run.bound_source(recipe.values).strip("\n")
    before = recipe.before
    if before is None or before.startswith(REFUSED):  # the reason, as an error
        before = needed(source, recipe.namespace or {}, recipe.cells_before, f"the cell of {recipe.name}")
    lines = ["# What the cell takes from others.", before, ""] if before else []
    inputs = ", inputs=inputs" if run.has_inputs else ""
    return [
        *lines,
        _settings(now),
        _replay(now),
        "# The cell.",
        source,
        f"lab_replay.network(globals(){inputs})",
    ]


def network_run(recipe, namespace: dict | None = None):
    """The network cell of a recipe, ready to be run in a namespace."""
    from .network_cell import NetworkCellRun

    return NetworkCellRun(
        recipe.text,
        recipe.name,
        {} if namespace is None else namespace,
        lambda tree: compile(tree, f"<network {recipe.name}>", "exec"),
        f"network {recipe.name}",
    )


def _course(now: Moment, beside: Path | None) -> list[str]:
    lines = [
        "# Where it begins, and what was changed: (step, kind, target, value), applied before that step. Numbers",
        "# are exact, in hexadecimal.",
    ]
    arrays = now.begin["arrays"]
    lines += [
        f"lab_begin = {{{', '.join(f'{key!r}: {now.begin[key]!r}' for key in ('step', 'run_step', 't0'))}, 'arrays': {{"
    ]
    for key, code in arrays.items():
        told = now.meant.get(key, "")
        lines.append(f"    {key!r}: {code!r},{f'  # {told}' if told else ''}")
    lines += ["}}"]
    if beside is not None:
        lines += [
            "import json, pathlib",
            f"lab_log = json.loads((pathlib.Path(__file__).parent / {beside.name!r}).read_text('utf-8'))['log']",
        ]
        return lines
    lines += ["lab_log = ["]
    for entry, told in zip(now.log, now.told):
        lines.append(f"    {entry!r},  # {told}")
    lines += ["]"]
    return lines


def _end(now: Moment) -> list[str]:
    seed = f", seed={now.seed}" if now.is_random else ""
    return [
        f"lab_figure = lab_replay.run(lab_begin, lab_log, {now.window.first}, {now.window.last}{seed},",
        f"                            beginning={now.beginning!r})",
        f"lab_expected = {now.sha256!r}",
        "assert lab_figure.sha256 == lab_expected, 'not the bits that the lab showed.' + lab_replay.versions()",
        f"print('{now.recipe.name}: every bit is as in the lab.')",
        "lab_figure.draw()",
    ]
