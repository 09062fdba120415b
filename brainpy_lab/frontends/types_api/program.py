"""From groups and connections to an `ir.Program` and the `Bindings` that fill it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ... import profile
from ...errors import ModelUseError
from ...ir.program import Input, Monitor, Population, Program, Projection, Slot
from ...ir.python_step import PythonStep, python_steps
from ...passes.merge_steps import merge_steps
from .group_base import Ensemble
from .inputs import InputSpec, input_field, input_source
from .monitors import MonitorSpec, check_index, holder_of, resolve
from .objtype import with_readouts
from .synconn import SynConn, _whole


@dataclass(frozen=True)
class Layout:
    """Which object and which user's key each part of a program stands for.

    Attributes
    ----------
    objects : list of Ensemble
        In the order of the program; groups that are only connected from or to come last and are not advanced.
    names : dict
        ``id(object)`` -> name in the program, made from the position only, so that automatic names never reach
        generated code.
    inputs : list of InputSpec
        One per input of the program.
    monitors : list of (Ensemble, MonitorSpec)
        One per monitor of the program.
    """

    objects: list[Ensemble]
    names: dict[int, str]
    inputs: list[InputSpec]
    monitors: list[tuple[Ensemble, MonitorSpec]]

    def name_of(self, item) -> str:
        """Name in the program of a group or connection."""
        return self.names[id(item)]


def steps_in(start: float, end: float, dt: float) -> int:
    """Number of steps of a run; 1e-9 forgives the rounding of a quotient such as 0.3 / 0.1."""
    return max(0, math.ceil((end - start) / dt - 1e-9))


def delay_steps(delay: float, dt: float) -> int:
    """Length of the delay ring of a delay in ms; a delayed step sees the value of one step fewer ago."""
    return max(1, math.ceil(delay / dt - 1e-9))


def build_program(members, inputs=(), extra_monitors=(), *, n_steps=None, seed=None, fixed=None):
    """Make the program of objects that run together.

    Parameters
    ----------
    members : list of Ensemble
        In the order in which they act in a time step.
    inputs : list of InputSpec
        What groups feed themselves (``own_inputs``) is added.
    extra_monitors : list of (Ensemble, MonitorSpec)
        Recorded besides what each object asks for.
    n_steps : int, optional
        Length of the run, which tells a time series from a constant array.
    seed : callable () -> int, optional
        Asked when the program uses random numbers.
    fixed : dict, optional
        ``id(object)`` -> parameters to use instead of its `pars`.

    Returns
    -------
    Program, Bindings, Layout
    """
    from ...runtime.bindings import Bindings

    # After the user's, so that the numbers of the user's inputs stay what they are.
    inputs = [*inputs, *(spec for item in members for spec in item.own_inputs)]
    objects = with_neighbours(members)
    names = {id(item): f"{'S' if isinstance(item, SynConn) else 'N'}{k}" for k, item in enumerate(objects)}
    for item in members:
        item.type_checking()
    float_type = _common_float_type(objects)
    dt = profile.get_dt()

    monitors = [(item, spec) for item in members for spec in item.monitors] + list(extra_monitors)
    readouts = _readouts(monitors)
    ir_inputs, values = _inputs(inputs, names, n_steps, float_type)
    ir_monitors, indices = _monitors(monitors, names, members, ir_inputs)
    schedule = _schedule(members, names, inputs, ir_inputs, monitors, ir_monitors, readouts)

    ir_objects, arrays, params, edges, attributes = [], {}, {}, {}, {}
    named = _named_attributes(monitors, inputs)
    for item in objects:
        active = any(item is member for member in members)
        name = names[id(item)]
        bound = (fixed or {}).get(id(item)) or (item.pars.bound() if active else {})
        model = item.model.with_replaced(item.pars.made_spread(bound))
        states, steps = model.states, model.steps if active else ()
        added, step = with_readouts(model, tuple(readouts.get(id(item), ())))
        common = dict(
            name=name,
            model=item.model.name,
            states=(*states, *added),
            params=tuple(bound),
            steps=(*steps, step) if step else steps,
            spread=frozenset(key for key, value in bound.items() if isinstance(value, np.ndarray)),
            attributes=frozenset(named.get(id(item), ())),
        )
        wanted = {key for python in python_steps(steps) for key in python.attributes} | common["attributes"]
        attributes.update({(name, key): getattr(item, key) for key in sorted(wanted)})
        if isinstance(item, SynConn):
            pre, post = (names[id(end)] for end in ends_of(item, objects))
            ring = delay_steps(item.delay, dt) if any(step.looks_back for step in steps) else 1
            matrix = item.model.mode == "matrix"
            layout = "runs" if matrix else item.layout
            ir_objects.append(
                Projection(pre=pre, post=post, delay_steps=ring, layout=layout, matrix=matrix, **common)
            )
            edges[name] = _edges(item)
        else:
            ir_objects.append(Population(**common))
        for state in states:
            arrays[name, state.name] = item.state_array(state.name)
        for state in added:
            arrays[name, state.name] = item.readout_array(state.name)
        for key, value in bound.items():
            params[name, key] = value.astype(float_type) if isinstance(value, np.ndarray) else value

    program = Program(
        tuple(ir_objects), schedule, ir_inputs, ir_monitors, float_type, merge_synapses=profile.is_merge_synapses(),
        sums=profile.get_sums()
    )
    if profile.is_merge_steps():
        program = merge_steps(program)
    bindings = Bindings(
        dt=dt,
        sizes={names[id(item)]: item.n_elements for item in objects},
        arrays=arrays,
        params=params,
        edges=edges,
        inputs=values,
        indices=indices,
        seed=seed() if seed is not None and has_noise(program) else 0,
        attributes=attributes,
        names={names[id(item)]: item.name for item in objects},
        sums={names[id(item)]: item._sums for item in objects if isinstance(item, SynConn)},
    )
    return program, bindings, Layout(objects, names, list(inputs), monitors)


def with_neighbours(members) -> list[Ensemble]:
    """The members, then the groups that they connect but that are not members: these are read, never advanced."""
    objects = list(members)
    for item in members:
        if isinstance(item, SynConn):
            for group in (_whole(item.pre_group), _whole(item.post_group)):
                if group is not None and not any(group is other for other in objects):
                    objects.append(group)
    return objects


def ends_of(item: SynConn, objects) -> list[Ensemble]:
    """The groups before and after a connection; of one made by hand, those whose states it was given."""
    found: dict[str, Ensemble | None] = {}
    for role in ("pre", "post"):
        group, state = _whole(getattr(item, f"{role}_group")), getattr(item, role, None)
        if group is None and state is not None:
            group = next((other for other in objects if other.ST is state and not isinstance(other, SynConn)), None)
            if group is None:
                raise ModelUseError(
                    f'"{item.name}.{role}" is not the state of a group of this network: add the group, and set '
                    f"{item.name}.{role} = group.ST."
                )
        found[role] = group
    pre, post = found["pre"] or found["post"], found["post"] or found["pre"]
    if pre is None or post is None:
        raise ModelUseError(
            f'"{item.name}" has no neurons before and after it: set {item.name}.pre and {item.name}.post to the ST of '
            "groups, or pass pre_group, post_group and conn."
        )
    return [pre, post]


def _named_attributes(monitors, inputs) -> dict[int, set[str]]:
    """Arrays of each object that monitors and inputs speak of."""
    found: dict[int, set[str]] = {}
    for owner, key in [(item, spec.key) for item, spec in monitors] + [(spec.owner, spec.key) for spec in inputs]:
        holder, field = holder_of(owner, key)
        if field not in holder.ST and isinstance(getattr(holder, field, None), np.ndarray):
            found.setdefault(id(holder), set()).add(field)
    return found


def _common_float_type(objects) -> str:
    kinds = {item._float_type for item in objects}
    if len(kinds) > 1:
        wide = ", ".join(f"{item.name} is {item._float_type}" for item in objects)
        raise ModelUseError(f"The objects of a network must have one float_type, but {wide}. Make them again.")
    return kinds.pop()


def _readouts(monitors) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for item, spec in monitors:
        holder, field, what = resolve(item, spec.key)
        if what == "readout":
            names = found.setdefault(id(holder), [])
            if field not in names:
                names.append(field)
    return found


def _inputs(inputs, names, n_steps, float_type):
    ir_inputs, values = [], []
    for spec in inputs:
        holder, field = input_field(spec)
        _must_be_here(holder, names, spec.key)
        is_state = field in holder.ST
        size = holder.n_elements if is_state else getattr(holder, field).size
        source, value = input_source(spec, size, n_steps, float_type, _sheet(holder, field, is_state))
        ir_inputs.append(Input(names[id(holder)], field, spec.op, source))
        values.append(value)
    return tuple(ir_inputs), values


def _sheet(holder, field: str, is_state: bool) -> tuple[int, ...]:
    """The two dimensions of what an input changes; nothing where it has one."""
    shape = np.shape(holder.ST[field] if is_state else getattr(holder, field))
    geometry = getattr(holder, "geometry", None)
    if len(shape) == 1 and is_state and isinstance(geometry, tuple):
        shape = geometry
    return tuple(shape) if len(shape) == 2 else ()


def _must_be_here(holder, names, key) -> None:
    if id(holder) not in names:
        raise ModelUseError(f'"{key}" names "{holder.name}", which is not part of this network: add it.')


def _monitors(monitors, names, members, ir_inputs):
    ir_monitors, indices = [], []
    for item, spec in monitors:
        holder, field, what = resolve(item, spec.key)
        _must_be_here(holder, names, spec.key)
        check_index(holder, spec, getattr(holder, field).size if what == "attribute" else None)
        kind = "events" if what == "state" and _is_binary(holder, field, names, members, ir_inputs) else "dense"
        ir_monitors.append(Monitor(names[id(holder)], field, kind, spec.index is not None))
        indices.append(spec.index)
    return tuple(ir_monitors), indices


def _is_binary(holder, field, names, members, ir_inputs) -> bool:
    """Whether a state can only be 0 or 1 in this run, so that the elements at 1 say everything."""
    from ...passes.typing import binary_fields

    # Of a connection it may be kept once per source neuron, and a list would name neurons where it means synapses.
    if isinstance(holder, SynConn) or not any(holder is member for member in members):
        return False
    if field not in binary_fields(holder.model.ir.steps, holder.model.ST._vars):
        return False
    if any(entry.target == names[id(holder)] and entry.field == field for entry in ir_inputs):
        return False
    if any(
        isinstance(item, SynConn) and (holder.ST is item.post and field in item.changed_fields
                                       or holder.ST is item.pre and field in item.changed_sources)
        for item in members
    ):
        return False
    values = holder.ST[field]
    return bool(np.all((values == 0) | (values == 1)))


def _schedule(members, names, inputs, ir_inputs, monitors, ir_monitors, readouts) -> tuple[Slot, ...]:
    slots = []
    for item in members:
        for entry in item.get_schedule():
            if entry == "input":
                slots += [
                    Slot(ir_inputs[k].target, "input", str(k)) for k, spec in enumerate(inputs) if spec.owner is item
                ]
            elif entry == "monitor":
                if id(item) in readouts:
                    slots.append(Slot(names[id(item)], "step", "readouts"))
                slots += [
                    Slot(ir_monitors[k].target, "monitor", str(k))
                    for k, (owner, _) in enumerate(monitors)
                    if owner is item
                ]
            else:
                slots.append(Slot(names[id(item)], "step", entry))
    return tuple(slots)


def _edges(item: SynConn):
    from ...runtime.bindings import Edges

    if item.model.mode == "matrix":
        n_pre, n_post = item.ST._data.shape[1:]
        pre_ids, post_ids = np.repeat(np.arange(n_pre), n_post), np.tile(np.arange(n_post), n_pre)
        if not (np.array_equal(pre_ids, item.pre_ids) and np.array_equal(post_ids, item.post_ids)):
            return Edges(pre_ids, post_ids)  # of a full connection those that are there do
    return Edges(item.ids("pre"), item.ids("post"))


def has_noise(program: Program) -> bool:
    """Whether some step draws random numbers."""
    from ...ir.statements import Draw, Integrate
    from ...passes.typing import statements_of

    for item in program.objects:
        for step in item.steps:
            if isinstance(step, PythonStep) and step.n_sites:
                return True
            for statement in statements_of(step.body):
                if isinstance(statement, Draw):
                    return True
                if isinstance(statement, Integrate) and any(
                    eq.diffusion is not None for eq in statement.system.equations
                ):
                    return True
    return False
