"""What every part of a model offers: names, updates, inputs, parts, states, delays; and views of groups."""

import functools
import pathlib
import tempfile

import numpy as np

import brainpy_lab as bp
import brainpy_lab.math as bm
from tests.bad_input.objects import FLAG, NAME, NEEDED, neurons
from tests.bad_input.table import Call, Wrong, inf, nan

NOTHING = "takes what a class of the user's own may take, and ignores it"
KEY = [Wrong(["k"], "['k']")]
FUNCTION = [3, None, "f"]


class Leak(bp.DynamicalSystem):
    """The smallest model."""

    def __init__(self, **options):
        super().__init__(**options)
        self.x = bm.Variable(np.zeros(2))

    def update(self, x=0.0):
        self.x.value = self.x + x
        return self.x.value

    def return_info(self):
        return self.x


def leak():
    return Leak()


def nested():
    return bp.DynSysGroup(a=Leak(), b=Leak())


def having(*names):
    """A part with updates and inputs of these names."""

    def make():
        part = Leak()
        for name in names:
            part.add_bef_update(name, lambda: None)
            part.add_aft_update(name, lambda result: None)
            part.add_inp_fun(name, lambda x: 1.0)
        return part

    return make


STEPS = ["2", -1, 1.5, nan, True, {}, [1, 2, 3], [1, -1]]
TIMES = ["2", -1.0, nan, inf, True, {}, [1.0, -1.0]]
THREE = Wrong([1.0, 2.0, 3.0], "30", "delay_step")


def delayed():
    delay = bp.VarDelay(Leak().x, entries={"late": 0.2})
    delay.update()
    return delay


def registered():
    part = Leak()
    part.register_delay("shared_past", 3)
    part.register_local_delay("x", "late", 0.2)
    return part


NODES = {"method": ["abs", 3, None], "level": ["1", 0.5, nan, None, True, -2], "include_self": FLAG + NEEDED}
BASE = [
    Call("DynamicalSystem", {}, {"name": NAME, "mode": ["batch", 3, True]}),
    Call("Channel.name=", {"name": "another"}, {"name": NAME}, on=leak),
    Call("Channel.unique_name", {}, {"name": NAME, "type_": [3, ["a"], True, "two words"]}, on=leak),
    Call(
        "Channel.setattr",
        {"key": "y", "value": 3},
        {"key": [3, None, ["y"], "two words"]},
        on=leak,
        free={"value": "any"},
    ),
    Call(
        "DynamicalSystem.update",
        free={"args": "a class of the user's own says what it takes", "kwargs": "the same"},
        on=leak,
    ),
    Call("Channel.__call__", free={"args": "passed on to update", "kwargs": "passed on to update"}, on=leak),
    Call(
        "Channel.step_run",
        {"i": 0},
        {"i": ["0", None, nan, 0.5, [0]]},
        free={"args": "passed on to update", "kwargs": "the same"},
        on=leak,
    ),
    Call(
        "Channel.jit_step_run",
        {"i": 0},
        {"i": ["0", None]},
        free={"args": "passed on to update", "kwargs": "the same"},
        on=leak,
    ),
    *(
        Call(
            f"Channel.add_{when}_update",
            {"key": "k", "fun": lambda *_: None},
            {"key": ["old", *KEY], "fun": FUNCTION},
            on=having("old"),
        )
        for when in ("bef", "aft")
    ),
    *(
        Call(f"Channel.get_{when}_update", {"key": "old"}, {"key": ["odl", 3, None, *KEY]}, on=having("old"))
        for when in ("bef", "aft")
    ),
    *(
        Call(
            f"Channel.has_{when}_update",
            {"key": "odl"},
            free={"key": "what is not there gives False"},
            on=having("old"),
        )
        for when in ("bef", "aft")
    ),
    Call(
        "Channel.add_inp_fun",
        {"key": "k", "fun": lambda V: 1.0},
        {
            "key": ["old", 3, None, ["k"]],
            "fun": [Wrong(value, says="function") for value in FUNCTION],
            "label": [3, True, ["a"]],
            "category": ["currents", 3, None, ["current"]],
        },
        on=having("old"),
    ),
    Call("Channel.get_inp_fun", {"key": "old"}, {"key": ["odl", 3, None, *KEY]}, on=having("old")),
    *(
        Call(
            f"Channel.sum_{kind}_inputs",
            {"init": 1.0},
            {"init": ["1", None, {}], "label": [3, True, ["a"]]},
            args=(0.0,) if kind == "current" else (),
            on=having("old"),
            free={"args": "passed on to the functions that were added"},
        )
        for kind in ("current", "delta")
    ),
    *(
        Call(f"Channel.{name}", {}, NODES if name != "vars" else {**NODES, "exclude_types": [3, "a", [3]]}, on=nested)
        for name in ("nodes", "vars", "train_vars")
    ),
    Call(
        "Channel.register_implicit_vars",
        {"y": bm.Variable(np.zeros(2))},
        {
            "variables": [
                Wrong(args=(3,), says="Variable", shows="3"),
                Wrong(args=({"y": "a"},), says="y", shows="'a'"),
            ],
            "var_cls": [
                3,
                "Variable",
                Wrong(kwargs={"var_cls": bm.TrainVar, "y": bm.Variable(np.zeros(2))}, says="y", shows="TrainVar"),
            ],
            "named": [Wrong(kwargs={"y": 3}, says="y", shows="3")],
        },
        on=leak,
    ),
    Call(
        "Channel.register_implicit_nodes",
        {"y": leak()},
        {
            "nodes": [Wrong(args=(3,), says="DynamicalSystem", shows="3")],
            "node_cls": [3, "Leak", Wrong(kwargs={"node_cls": bp.DSRunner, "y": leak()}, says="y", shows="DSRunner")],
            "named": [Wrong(kwargs={"y": None}, says="y", shows="None")],
        },
        on=leak,
    ),
    Call(
        "Channel.tracing_variable",
        {"name": "y", "init": 0.0, "shape": (3,)},
        {
            "name": [3, None, "", "two words"],
            "init": ["0", None, nan, {}, Wrong(np.zeros(2), "(2,)")],
            "shape": ["3", -1, 2.5, nan, None, {}, (2, "3")],
        },
        on=leak,
        free=dict.fromkeys(("batch_or_mode", "batch_axis", "axis_names", "batch_axis_name"), "has no effect here"),
    ),
    *(Call(f"Channel.{name}", free={"args": NOTHING, "kwargs": NOTHING}, on=leak) for name in ("clear_input", "reset")),
    Call("Channel.get_batch_shape", free={"batch_size": "has no effect here"}, on=neurons),
    Call("Channel.to", {"device": "cpu"}, {"device": ["tpux", 3, None]}, on=leak),
]

SAVED = {"x": np.ones(2)}
BAD_STATES = [3, None, "x", ["x"]]
STATES = [
    Call("Channel.save_state", free={"kwargs": NOTHING}, on=leak),
    Call(
        "Channel.load_state",
        {"state_dict": SAVED},
        {
            "state_dict": [
                *BAD_STATES,
                Wrong({"x": "a"}, "'a'", "x"),
                Wrong({"x": None}, "None", "x"),
                Wrong({"x": np.zeros(3)}, "(3,)", "x"),
            ]
        },
        free={"kwargs": NOTHING},
        on=leak,
    ),
    Call("Channel.state_dict", free={"kwargs": NOTHING}, on=leak),
    Call(
        "Channel.load_state_dict",
        {"state_dict": {}, "warn": False},
        {"state_dict": BAD_STATES, "warn": FLAG + NEEDED},
        free={"kwargs": NOTHING, "compatible": "has no effect here"},
        on=leak,
    ),
    Call(
        "Channel.save_states",
        lambda: {"filename": kept()},
        {"filename": [3, None, "state.txt", True]},
        free={"variables": "has no effect here"},
        on=leak,
    ),
    Call(
        "Channel.load_states",
        lambda: {"filename": kept()},
        {"filename": [3, None, "no_such", True], "verbose": FLAG + NEEDED},
        on=leak,
    ),
    *(
        Call(
            name,
            lambda: {"target": leak()},
            {"target": [3, None, "net", Leak]},
            free={"args": "passed on", "kwargs": "passed on"},
        )
        for name in ("reset_state", "clear_input", "save_state")
    ),
    Call(
        "load_state",
        lambda: {"target": leak(), "state_dict": {}, "warn": False},
        {"target": [3, None, "net", Leak], "state_dict": BAD_STATES, "warn": FLAG + NEEDED},
        free={"kwargs": "passed on"},
    ),
    Call(
        "Channel.tree_unflatten",
        on=lambda: Tree(),
        free={"aux": "what tree_flatten made", "dynamic_values": "the same"},
    ),
]


@functools.cache
def kept():
    """A file with the states of a model."""
    path = pathlib.Path(tempfile.mkdtemp()) / "leak.npz"
    leak().save_states(path)
    return path


class Tree:
    """`tree_unflatten` puts back what `tree_flatten` made, which a user hands through."""

    def tree_unflatten(self):
        values, aux = leak().tree_flatten()
        return Leak.tree_unflatten(aux, values)


DELAYS = [
    Call(
        "Channel.register_delay",
        {"identifier": "past", "delay_step": 3},
        {
            "identifier": [3, None, ["a"]],
            "delay_step": STEPS,
            "delay_target": [3, "x", Wrong(np.zeros(2), "array")],
            "initial_delay_data": [3, "a"],
        },
        on=leak,
    ),
    Call(
        "Channel.get_delay_var",
        {"name": "shared_past"},
        {"name": [Wrong(v, says="identifier") for v in ("shared_pst", 3, None, ["a"])]},
        on=registered,
    ),
    Call(
        "Channel.get_delay_data",
        {"identifier": "shared_past", "delay_pos": 2},
        {
            "identifier": ["shared_pst", 3, None],
            "delay_pos": [*(Wrong(v, says="delay_step") for v in STEPS if v != "2"), Wrong("lat", says="entry")],
            "indices": [
                Wrong(args=("shared_past", 2, 7), says="indices", shows="7"),
                Wrong(args=("shared_past", 2, "a"), says="indices", shows="'a'"),
            ],
        },
        on=registered,
    ),
    Call(
        "Channel.register_local_delay",
        {"var_name": "x", "delay_name": "far", "delay_time": 0.3},
        {
            "var_name": [Wrong("y", says="attribute"), "name", 3, None],
            "delay_name": [Wrong("late", says="entry"), 3, None, ["a"]],
            "delay_time": [*TIMES, THREE],
            "delay_step": [Wrong(3, '"delay_time" or "delay_step"')],
        },
        on=registered,
    ),
    Call("Channel.register_local_delay", {"var_name": "x", "delay_name": "far"}, {"delay_step": STEPS}, on=registered),
    Call(
        "Channel.get_local_delay",
        {"var_name": "x", "delay_name": "late"},
        {"var_name": [Wrong("y", says="attribute"), 3, None], "delay_name": [Wrong("lat", says="entry"), 3, None]},
        on=registered,
    ),
    *(
        Call(f"Channel.{name}_local_delays", {}, {"nodes": [3, "a", [3]]}, on=registered)
        for name in ("update", "reset")
    ),
    Call(
        "VarDelay",
        lambda: {"target": leak().x},
        {
            "target": [3, None, "x", Wrong(np.zeros(2), "array")],
            "time": TIMES[:-1],
            "entries": [3, "late", ["late"], *(Wrong({"late": v}, repr(v), "delay_time") for v in TIMES)],
            "name": NAME,
            "mode": ["batch", 3, True],
        },
        free=dict.fromkeys(("init", "method", "before_t0"), "has no effect here"),
    ),
    Call(
        "VarDelay.register_entry",
        {"entry": "far", "delay_time": 0.3},
        {"entry": ["late", ["a"], {}], "delay_time": [*TIMES, THREE]},
        on=delayed,
    ),
    Call("VarDelay.register_entry", {"entry": "far"}, {"delay_step": STEPS}, on=delayed),
    Call("VarDelay.prepare", {"delay_step": 2}, {"delay_step": STEPS}, on=delayed),
    Call(
        "VarDelay.at",
        {"entry": "late"},
        {
            "entry": ["lat", 3, None, ["a"]],
            "indices": [
                Wrong(args=("late", 7), says="indices", shows="7"),
                Wrong(args=("late", "a"), says="indices", shows="'a'"),
            ],
        },
        on=delayed,
    ),
    Call(
        "VarDelay.at_steps",
        {"steps": 1},
        {
            "steps": [Wrong(v, says="delay_step") for v in STEPS],
            "indices": [Wrong(args=(1, 7), says="indices", shows="7")],
        },
        on=delayed,
    ),
    Call("VarDelay.update", free={"latest_value": "the value of the variable counts"}, on=delayed),
    Call("VarDelay.reset_state", free={"args": NOTHING, "kwargs": NOTHING}, on=delayed),
    Call("VarDelay.save_state", free={"kwargs": NOTHING}, on=delayed),
    Call(
        "VarDelay.load_state",
        lambda: {"state_dict": delayed().save_state()},
        {
            "state_dict": [
                *BAD_STATES,
                Wrong({"past_2": "a"}, "'a'", "past_2"),
                Wrong({"past_2": np.zeros((2, 2))}, "(2, 2)", "past_2"),
            ]
        },
        free={"kwargs": NOTHING},
        on=delayed,
    ),
]

ELEMENT = ["0", nan, 0.5, 7, [0, 7], slice(2, 2)]
GROUPS = [
    Call(
        "DynSysGroup",
        lambda: {"a": leak()},
        {
            "children": [
                Wrong(args=(3,), says="DynamicalSystem", shows="3"),
                Wrong(args=([leak(), "a"],), says="DynamicalSystem", shows="'a'"),
            ],
            "named_children": [Wrong(kwargs={"a": 3}, says="a", shows="3")],
            "name": NAME,
            "mode": ["batch", 3, True],
        },
    ),
    Call("DynSysGroup.__getitem__", {"key": "a"}, {"key": ["c", 3, None, ["a"]]}, on=nested),
    *(
        Call(f"{name}", free={"args": "passed on to every part", "kwargs": "passed on to every part"}, on=nested)
        for name in ("DynSysGroup.update", "Projection.update")
    ),
    Call("DynSysGroup.reset_state", free={"args": NOTHING, "kwargs": NOTHING}, on=nested),
    Call(
        "Sequential",
        lambda: {"a": leak()},
        {
            "modules": [Wrong(args=(3,), says="Sequential", shows="3")],
            "named": [Wrong(kwargs={"a": "f"}, says="Sequential", shows="'f'")],
            "name": NAME,
            "mode": ["batch", 3, True],
        },
    ),
    Call("Sequential.update", free={"x": "passed on to the first part"}, on=lambda: bp.Sequential(leak())),
    Call(
        "Sequential.__getitem__",
        {"index": 0},
        {"index": [3, -2, "a", None, 0.5, [0]]},
        on=lambda: bp.Sequential(leak()),
    ),
    Call(
        "dyn.DynView",
        lambda: {"target": neurons(), "index": 0},
        {"target": [3, None, "E", Wrong(leak(), "Leak")], "index": ELEMENT, "name": NAME},
    ),
    Call("Channel.__getitem__", {"item": 0}, {"item": [Wrong(v, says="index") for v in ELEMENT]}, on=neurons),
    Call("dyn.DynView.__getitem__", {"index": 0}, {"index": ELEMENT}, on=lambda: neurons(4)[:2]),
    Call(
        "dyn.DynView.add_inp_fun",
        {"key": "k", "fun": lambda V: 1.0},
        {
            "key": [3, None, ["k"]],
            "fun": [Wrong(v, says="function") for v in FUNCTION],
            "label": [3, True, ["a"]],
            "category": ["currents", 3, None],
        },
        on=lambda: neurons()[:1],
    ),
    *(
        Call(
            f"dyn.DynView.add_{when}_update",
            {"key": "k", "fun": lambda *_: None},
            {"fun": FUNCTION},
            free={"key": "it becomes a text"},
            on=lambda: neurons()[:1],
        )
        for when in ("bef", "aft")
    ),
    *(
        Call(f"dyn.DynView.get_{when}_update", {"key": "old"}, {"key": ["odl", 3, None]}, on=lambda: viewed())
        for when in ("bef", "aft")
    ),
    *(
        Call(
            f"dyn.DynView.has_{when}_update",
            {"key": "old"},
            free={"key": "what is not there gives False"},
            on=lambda: viewed(),
        )
        for when in ("bef", "aft")
    ),
]


def viewed():
    view = neurons()[:1]
    view.add_bef_update("old", lambda: None)
    view.add_aft_update("old", lambda result: None)
    return view


ROWS = BASE + STATES + DELAYS + GROUPS
