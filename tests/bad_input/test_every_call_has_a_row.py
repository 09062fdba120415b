"""A public call, or an argument of one, that the tables do not name fails here."""

from __future__ import annotations

import inspect
import re

from tests.bad_input.public import calls, find, parameters
from tests.bad_input.test_bad_input import ROWS

# Calls without a row of their own, and who refuses bad input instead.
ELSEWHERE = {
    "NeuGroup.state_array": "for programs that are built; unknown names cannot reach it",
    "NeuGroup.readout_array": "for programs that are built",
    "SynConn.ids": "for programs that are built",
    "NeuType.from_model": "for front ends",
    "NeuType.with_replaced": "for programs that are built",
    "group.pars.made_spread": "for programs that are built",
    "dynamics.FixedPoint": "a result; people read it",
    "integration.Integrator.described": "for programs that are built",
    "connect.All2All.conn_mat=": "a rule of a user's own sets what it has made",
    "tools.CodeLineFormatter.assign": "called by visit, which checks",
    "tools.LineFormatterForTrajectory.assign": "called by visit, which checks",
    "integration.SympyRender.render_func": "called by render_node, which checks",
    "integration.SympyRender.render_element_parentheses": "called by render_node, which checks",
    "group.pars.bound": "for programs that are built",
    "lab.start": "called by %%brainpy",
    "lab.to_nwb": "tests/lab/test_export.py, because pynwb may not be installed",
    "lab.open": "called by explore, which checks",
    "lab.receive": "messages of the page",
    "lab.hear": "for features of the lab",
    "lab.tell": "for features of the lab",
}
# A visitor's methods are called by `visit` or `render_node`, and `connect` of a rule by the rule itself.
BEHIND = (".visit_", ".generic_visit", ".render_", ".connect")
# Containers take what dicts take, and a result passes everything on to its value.
PLAIN = ("tools.DictPlus.", "running.Result", "labs.__", "NeuState.clear")
CONSTRUCTED = ("group.pars", "group.mon", "session.params", "lab", "lab.params")  # made by the package only

# Methods of models as classes that other parts of a model call with what they have checked: pattern -> by whom.
BY_PARTS = {
    r"dyn\.\w+\.(d[A-Z]\w*|d[a-z]{1,2}|drise|ddecay|derivative)": "an equation, called by its integrator",
    r"CondNeuGroup\.derivative": "an equation, called by its integrator",
    r"dyn\.\w+\.([mhn]_(alpha|beta|inf))": "a formula of the equations",
    r"dyn\.\w+\.(fires|after_spike)": "by update, which checks its input",
    r"channels\.\w+\.(dp|dq|dO\w*|dP1|derivative|f_\w+|steady|binding)": "an equation or a formula, by its integrator",
    r"(channels\.\w+|Channel)\.(current|flux|update|advance|conductance|reversal|calcium|reset_state)": "by neurons",
    r"\w+\.\w+\.(reset_state|clear_input)|CondNeuGroup\.(reset_state|clear_input)": "ignores what it takes",
    r"dyn\.\w+\.(transmitter|add_current|add_from)": "by update and by projections, which check",
    r"(dyn|synouts)\.(COBA|CUBA|MgBlock)\.(update|keep_cond|bind_cond|__call__)": "by projections and neurons",
    r"dyn\.(InputVar|PoissonGroup|PoissonInput|SpikeTimeGroup)\.update": "ignores what it takes",
    r"dyn\.\w+\.(carry|take_from|delay_from|deliver_by)": "by the constructor and the update of projections",
    r"dyn\.DynView\.(choose|place|key)": "by projections",
    r"dyn\.DynView\.update|JointEq\.__call__": "refused whatever the arguments are",
    r"dyn\.\w+\.desc": "kept, and checked where the object is made",
    r"dnn\.\w+\.(sized|onto)": "by update, and by projections",
    r"synapses\.\w+\.(arrived|put_out)": "by update, which checks",
    r"synplast\.\w+\.(make|update|filter)": "by the synapse that it serves",
    r"init\.\w+\.make": "by __call__, which checks the shape",
    r"math\.Traced(\..*)?": "values of a recorded step, which only the recording makes",
    r"math\.Integrator": "made by odeint and sdeint, which check",
    r"Ensemble": "the base of groups and connections, which check",
}


def is_by_parts(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in BY_PARTS)


def named() -> dict[object, set[str]]:
    found: dict[object, set[str]] = {}
    for row in ROWS:
        thing = find(row.name.removesuffix("="))
        for code in _codes(thing):
            found.setdefault(code, set()).update(row.bad, row.free)
    return found


def _codes(thing):
    if isinstance(thing, property):
        thing = thing.fset
    if isinstance(thing, type):
        thing = thing.__init__
    yield inspect.unwrap(getattr(thing, "__func__", thing)).__code__


def without_row() -> dict[str, list[str]]:
    """Call -> its arguments that no row names."""
    rows, missing = named(), {}
    for name, function in calls().items():
        if (
            is_by_parts(name)
            or name in ELSEWHERE
            or name in CONSTRUCTED
            or name.startswith(PLAIN)
            or any(part in name for part in BEHIND)
        ):
            continue
        known = rows.get(inspect.unwrap(function).__code__, set())
        missing[name] = [argument for argument in parameters(function) if argument not in known]
    return {name: arguments for name, arguments in missing.items() if arguments}


def test_every_argument_of_every_public_call_has_a_row():
    missing = [f"{name}: {', '.join(found)}" for name, found in without_row().items()]
    assert not missing, "add rows to the tables in tests/bad_input:\n" + "\n".join(missing)


def test_every_pattern_still_meets_a_call_without_rows():
    """A reason that is not needed any more would hide what comes later."""
    rows = named()
    bare = [name for name, function in calls().items() if inspect.unwrap(function).__code__ not in rows]
    unneeded = [pattern for pattern in BY_PARTS if not any(re.fullmatch(pattern, name) for name in bare)]
    assert unneeded == []


def test_what_is_refused_elsewhere_is_still_there():
    assert set(ELSEWHERE) - set(calls()) == set()


def test_a_planted_call_without_a_row_is_found(monkeypatch):
    import brainpy_lab.measure

    def planted(spikes):
        """A new measure."""

    planted.__module__ = "brainpy_lab.measure"
    monkeypatch.setattr(brainpy_lab.measure, "planted", planted, raising=False)
    monkeypatch.setattr(brainpy_lab.measure, "__all__", [*brainpy_lab.measure.__all__, "planted"])
    assert "measure.planted" in calls()
    try:
        test_every_argument_of_every_public_call_has_a_row()
    except AssertionError as problem:
        assert "measure.planted: spikes" in str(problem)
    else:
        raise AssertionError("the planted call was not missed")
