"""Labs in files: what is written, what is read, and how a lab goes on from there.

Nothing that a file says is run as Python, unless the person who opens it says that the file is trusted. The cells of
neurons and synapses are no Python: they are read by our own grammar.
"""

from __future__ import annotations

import json
import linecache
import math
import os
import sys
import weakref
from functools import partial
from pathlib import Path
from typing import Any

from .. import __version__, checks
from ..errors import ModelUseError, ModelValueError
from . import coding, futures, viewing
from .moment import moment, refuse_gaps
from .recipe import Recipe, held
from .recorded import records, sha256
from .sources import REFUSED, needed
from .views import Window

SCHEMA, SCHEMA_VERSION = "brainpy-lab", 1
MIME = "application/vnd.brainpy-lab+json"
MOST_CHARS = 4_000_000
"""Of one array in a file."""
IN_NOTEBOOK = 60_000
"""Characters that a lab adds to a notebook besides its picture."""
_FIELDS = {
    "name": str,
    "dt": (int, float),
    "step": int,
    "end_step": int,
    "sums": str,
    "beginning": str,
    "begin": dict,
    "log": list,
    "recipe": dict,
    "window": list,
    "sha256": str,
}


def document(lab, most_chars: int = MOST_CHARS) -> dict[str, Any]:
    """All that is needed to make a lab again and to come to the same bits, ready for JSON.

    Raises
    ------
    ModelUseError
        When no cell made the lab, or it has not been started.
    """
    now = moment(lab, most_chars)
    refuse_gaps(lab, now)
    recipe = now.recipe
    return {
        **lab.facts(),
        "t": now.t,
        "step": now.step,
        "end_step": now.end_step,
        "window": [now.window.first, now.window.last],
        "sums": now.sums,
        "recipe": {**recipe.to_json(), "before": _before(recipe)},
        "begin": now.begin,
        "beginning": now.beginning,
        "log": now.log,
        "branches": now.futures[0],
        "branches_left_out": now.futures[1],
        "sha256": now.sha256,
        "viewing": viewing.describe(lab),
        "planes": [[view.x, view.y] for view in lab.subject.views if view.kind == "phase"],
    }


def facts(lab) -> dict[str, Any]:
    """What a lab is, in short."""
    subject = lab.subject
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "version": __version__,
        "name": subject.name,
        "kind": subject.kind,
        "backend": lab.backend_name,
        "dt": subject.bindings.dt,
        "seed": subject.seed,
        "float": subject.program.float_type,
        "t": lab.t,
        "values": lab.values,
        "speed": None if math.isinf(lab.speed) else lab.speed,
    }


def for_notebook(lab) -> dict[str, Any]:
    """The same, small: for the output of the cell. What does not fit is left out, and the lab then begins anew."""
    if lab.subject.recipe is None or lab.session is None or lab.session.status == "failed":
        return lab.facts()
    try:
        found = document(lab, 200)
    except ModelUseError:  # its beginning is too large
        return lab.facts()
    if len(json.dumps(found)) > IN_NOTEBOOK:
        found.update(branches=[], branches_left_out=found["branches_left_out"] + len(found["branches"]))
    if len(json.dumps(found)) > IN_NOTEBOOK:
        found.update(log=[], step=found["begin"]["step"], end_step=found["begin"]["step"], window=[0, 0], sha256="")
        found["shortened"] = True
    return found if len(json.dumps(found)) <= IN_NOTEBOOK else lab.facts()


def _before(recipe: Recipe) -> str:
    """Found once, when the notebook still is as it was when the cell ran."""
    if recipe.before is None:
        recipe.before = ""
        if recipe.kind == "network":
            from .script import network_run

            source = network_run(recipe).bound_source(recipe.values)
            try:
                recipe.before = needed(
                    source, recipe.namespace or {}, recipe.cells_before, f"the cell of {recipe.name}"
                )
            except ModelUseError as error:
                recipe.before = f"{REFUSED}{str(error)!r})"
    return recipe.before


def save(lab, path: str | Path) -> None:
    """Write a lab into a file."""
    path = checks.path("path", path, "json")
    text = json.dumps(document(lab), indent=1)
    part = path.with_name(path.name + ".part")
    part.write_text(text + "\n", "utf-8")
    os.replace(part, path)


def open_lab(path: Any, name: str | None = None, model: Any = None, trust: bool = False):
    """Open a lab that was saved, and go to the moment at which it was saved, with the same bits.

    Nothing in the file is run as Python unless `trust` says so. The text of a neuron is data, and enough. A network
    cell is Python: give the network, or run its cell first, or trust the file.

    Parameters
    ----------
    path : str, Path or dict
        What `Lab.save` wrote; a notebook (.ipynb) in which the lab was shown; or what such a notebook holds of it.
    name : str, optional
        Of the lab, where a notebook holds several. Of several with one name the last is opened.
    model : Network, group or model, optional
        The network that a network cell made, in the state in which it began. By default the one of that name in the
        notebook, or in the main module.
    trust : bool
        Run the Python of the cell that is in the file. Only for files of people whom you trust.

    Returns
    -------
    Lab
        Paused; it computes again in a thread what was saved (``lab.wait()``).

    Raises
    ------
    ModelValueError
        When the file is none of a lab, damaged, or newer than this version.
    ModelUseError
        When a network is needed and not there, or is not the one that was saved.
    """
    trust = checks.flag("trust", trust)
    if name is not None:
        checks.text("name", name)
    found, where = _read(path, name)
    _check(found, where)
    return _open(found, where, model, trust)


def _read(path: Any, name: str | None) -> tuple[Any, str]:
    if isinstance(path, dict):
        return path, "the bundle"
    file = checks.path("path", path)
    where = repr(str(path))
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise ModelValueError(f"there is no file {where}. Give the path that lab.save(path) wrote.") from None
    except UnicodeDecodeError:
        raise ModelValueError(
            f"{where} is no text, so no lab was saved in it. Give what lab.save(path) wrote."
        ) from None
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ModelValueError(
            f"{where} is damaged: line {error.lineno}, column {error.colno}: {error.msg}. Save the lab again."
        ) from None
    if isinstance(found, dict) and "cells" in found:
        return _in_notebook(found, where, name), where
    if name is not None and isinstance(found, dict) and found.get("name") != name:
        raise ModelValueError(f"{where} holds the lab {found.get('name')!r}, not {name!r}. Leave the name out.")
    return found, where


def _in_notebook(book: dict, where: str, name: str | None) -> dict:
    held_labs = {}
    for cell in book["cells"]:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {}).get(MIME)
            if isinstance(bundle, dict):
                held_labs[str(bundle.get("name"))] = bundle
    listed = ", ".join(held_labs)
    if not held_labs:
        raise ModelValueError(f"no lab was saved in the notebook {where}. Run its cells and save it, then open it.")
    if name is None and len(held_labs) > 1:
        raise ModelValueError(f"{where} holds several labs: {listed}. Say which: name={next(iter(held_labs))!r}.")
    if name is not None and name not in held_labs:
        raise ModelValueError(f"{where} holds no lab {name!r}; it holds {listed}. {checks.near(name, held_labs)}")
    return held_labs[name] if name is not None else next(iter(held_labs.values()))


def _check(found: Any, where: str) -> None:
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ModelValueError(f"{where} is no saved lab. Give what lab.save(path) wrote, or a notebook with a lab.")
    version = found.get("schema_version")
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise ModelValueError(
            f"{where} was written by brainpy_lab {found.get('version')}, in a form ({version}) that this version, "
            f"{__version__}, does not know. Update it: pip install -U brainpy-lab."
        )
    if "recipe" not in found:
        raise ModelValueError(
            f"{where} holds a picture and the values of the lab {found.get('name')!r}, but not its cell: "
            "it was made by no "
            "cell, had failed, or was too large for a notebook. Save it with lab.save(path)."
        )
    for field, kind in _FIELDS.items():
        if not isinstance(found.get(field), kind) or isinstance(found.get(field), bool):
            raise ModelValueError(
                f"{where} is damaged: {field!r} is {checks.shown(found.get(field))}. Use the file as it was written."
            )
    if not 0 <= found["step"] <= found["end_step"] <= 2**53 or len(found["window"]) != 2:
        raise ModelValueError(f"{where} is damaged: its steps are out of order. Use the file as it was written.")


def _recipe(found: dict, where: str) -> Recipe:
    try:
        recipe = Recipe(**found["recipe"])
        names = ("dt", "float_type", "numerical_method", "merge_synapses", "seed", "draws")
        recipe.settings = {name: recipe.settings[name] for name in names}
        assert all(isinstance(one, str) for one in (recipe.kind, recipe.name, recipe.text))
        recipe.values = {checks.text("values", key): checks.number(key, value) for key, value in recipe.values.items()}
    except (TypeError, KeyError, AssertionError, AttributeError) as error:
        raise ModelValueError(f"{where} is damaged: 'recipe': {error}. Use the file as it was written.") from None
    return recipe


def _open(found: dict, where: str, model: Any, trust: bool):
    from .lab import Lab, labs

    recipe = _recipe(found, where)
    with held(recipe.settings, found["sums"]):
        subject, remake = _subject(recipe, where, model, trust)
    subject.recipe = recipe
    if found.get("seed") is not None:
        subject.bindings.seed = checks.seed("seed", found["seed"])
    for view, axes in zip((view for view in subject.views if view.kind == "phase"), found.get("planes", [])):
        if len(axes) == 2 and all(name in view.plane.variables for name in axes) and axes[0] != axes[1]:
            view.choose(*axes)
    speed = found.get("speed")
    lab = Lab(subject, speed=math.inf if speed is None else speed, remake=_held_remake(remake, recipe, found["sums"]))
    viewing.restore(lab.subject, checks.mapping("viewing", found.get("viewing", {}), "what the file says"))
    labs.add(lab)
    try:
        lab.start(run=False)
        _recall(lab, found, where)
    except BaseException:
        lab.close()
        raise
    return lab


def _held_remake(remake, recipe: Recipe, sums: str):
    if remake is None:
        return None

    def again(values: dict[str, float], seed: int | None = None):
        settings = recipe.settings if seed is None else {**recipe.settings, "seed": seed, "draws": 0}
        with held(settings, sums):
            subject = remake({**recipe.values, **values})
        if subject.recipe is not None:
            subject.recipe.settings = settings
        return subject

    return again


def _subject(recipe: Recipe, where: str, model: Any, trust: bool):
    """What the lab shows, and what runs its cell again."""
    if recipe.kind == "neuron":
        from ..frontends.equations import neuron
        from ..frontends.types_api import NeuGroup
        from .subject import neuron_subject

        group = NeuGroup(neuron(recipe.text, recipe.name, method=recipe.method), recipe.n)
        return neuron_subject(recipe.name, group), None
    if recipe.kind == "synapse":
        from .synapse_subject import subject_of_recipe

        return subject_of_recipe(recipe), partial(subject_of_recipe, recipe)
    if recipe.kind != "network":
        raise ModelValueError(
            f"{where} holds a lab of the kind {recipe.kind!r}, which this version cannot open. Update it."
        )
    if trust:
        run = _trusted_run(recipe, where)
        return run.run(recipe.values), run.run
    return _given_network(recipe, where, model), None


def _trusted_run(recipe: Recipe, where: str):
    from .network_cell import NetworkCellRun

    namespace: dict[str, Any] = {"__name__": "__main__"}

    def compiled(tree, part: str = "cell", text: str = recipe.text):
        file = f"<{part} of {recipe.name} in {where}>"
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        return compile(tree, file, "exec")

    if recipe.before:
        exec(compiled(recipe.before, "lines before the cell", recipe.before), namespace)
    return NetworkCellRun(recipe.text, recipe.name, namespace, compiled, f"network {recipe.name} in {where}", 1)


def _given_network(recipe: Recipe, where: str, model: Any):
    """The subject of a network that exists, without running the cell."""
    from ..frontends.objects_api.base import DynamicalSystem
    from ..frontends.types_api import Network
    from ..frontends.types_api.group_base import Ensemble
    from .script import network_run

    namespace = _callers_namespace()
    if model is None:
        model = namespace.get(recipe.name)
    if isinstance(model, Ensemble):
        model = Network(model)
    if not isinstance(model, Network | DynamicalSystem):
        raise ModelUseError(
            f"{where} holds a network, whose cell is Python, and nothing of a file is run unless you say "
            "so. Run the cell "
            f"that makes {recipe.name} first, or give the network, model={recipe.name}; or, if you trust who wrote the "
            "file, open it with trust=True."
        )
    run = network_run(recipe, {**namespace, recipe.name: model})
    subject = run.subject_of_model(model, recipe.values)
    again = [control.name for control in subject.controls if control.rebuilds]
    if again:
        subject.controls = [control for control in subject.controls if not control.rebuilds]
        subject.notices.append(
            f"without a slider here: {', '.join(again)}. They run the cell again; for that open the file "
            "with trust=True."
        )
    return subject


def _callers_namespace() -> dict:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell.user_ns if shell is not None else vars(sys.modules["__main__"])


def _recall(lab, found: dict, where: str) -> None:
    """Go to the saved moment, in the session's thread."""
    session = lab.session
    simulation = session.simulation
    origin = session.origin
    try:
        begin = coding.decode_snapshot(found["begin"], origin)
        entries = coding.decode_log(found["log"])
        for entry in entries:
            coding.check_entry(entry, simulation)
        branches = futures.decode(found.get("branches", []), begin, found["log"], entries, simulation)
    except (KeyError, TypeError) as error:
        raise ModelValueError(f"{where} is damaged: {error}. Use the file as it was written.") from None
    except coding.OtherShape:
        raise _other_model(found, where) from None
    except ModelValueError as error:
        raise ModelValueError(f"{where} is damaged: {error.message}") from None
    if coding.beginning(begin, lab.subject.bindings) != found["beginning"]:
        raise _other_model(found, where)
    step, end_step, window, expected = found["step"], found["end_step"], found["window"], found["sha256"]
    if any(not begin.step <= entry.step <= end_step for entry in entries) or not begin.step <= step:
        raise ModelValueError(f"{where} is damaged: its log does not fit its steps. Use the file as it was written.")
    lab.note = f"computing again what was saved, to t = {found.get('t', 0.0):.6g} ms"
    subject, notice = lab.subject, f"not the bits that were saved{_versions(found)}"
    note = "" if not found.get("shortened") else "its log was too long for the notebook: it begins anew"

    def go(timeline, stop) -> None:
        timeline.recall(begin, entries, end_step, step, branches, stop)
        lab._past.knows(timeline.branches)
        dt = subject.bindings.dt
        shown = Window(*window, window[0] * dt, window[1] * dt, dt)
        timeline.simulation.sync()
        if expected and not stop() and sha256(records(subject, timeline.simulation, shown)) != expected:
            subject.notices.append(notice)

    session.perform(go).add_done_callback(_when_there(lab, note))
    if found.get("branches_left_out"):
        subject.notices.append(f"{found['branches_left_out']} of its branches were too large to be saved")
    if found.get("shortened"):
        _set_values(lab, found.get("values", {}))


def _other_model(found: dict, where: str) -> ModelUseError:
    return ModelUseError(
        f"{where}: the lab {found['name']!r} was saved of other states, parameters or connections than those that its "
        f"model begins with here{_versions(found)}. A network must be as its cell makes it: run the cell again before "
        "you open the file; and what is random in it needs a seed: %%brainpy network ... --seed 1, and one for "
        "generators of its own, such as np.random.default_rng(1)."
    )


def _set_values(lab, values: dict[str, float]) -> None:
    """Let the controls stand where they stood, those that act while it runs."""
    for k, control in enumerate(lab.subject.controls):
        value = values.get(lab._label(k))
        if value is not None and not control.rebuilds:
            lab._write({k: value})


def _when_there(lab, note: str):
    reference = weakref.ref(lab)

    def done(_) -> None:
        alive = reference()
        if alive is not None:
            alive.note = note
            alive._do(lambda session: session.nudge())

    return done


def _versions(found: dict) -> str:
    version = found.get("version")
    return "" if version == __version__ else f" (by brainpy_lab {version}; this is {__version__})"
