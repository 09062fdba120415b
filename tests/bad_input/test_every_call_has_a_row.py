"""A public call, or an argument of one, that the tables do not name fails here."""

from __future__ import annotations

import inspect

from tests.bad_input.public import calls, find, parameters
from tests.bad_input.test_bad_input import ROWS

# Calls without a row of their own, and who refuses bad input instead.
ELSEWHERE = {
    "NeuGroup.state_array": "for programs that are built; unknown names cannot reach it",
    "NeuGroup.readout_array": "for programs that are built",
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
    "lab.receive": "messages of the page",
}
# A visitor's methods are called by `visit` or `render_node`, and `connect` of a rule by the rule itself.
BEHIND = (".visit_", ".generic_visit", ".render_", ".connect")
# Containers take what dicts take, and a result passes everything on to its value.
PLAIN = ("tools.DictPlus.", "running.Result", "labs.__", "NeuState.clear")
CONSTRUCTED = ("group.pars", "group.mon", "session.params", "lab")  # made by the package only

# Calls ("measure.x") and whole modules ("measure.") whose rows are still to be written. It may only get shorter.
AWAITED = frozenset(
    """
    math. dyn. dnn. init. channels. Channel Channel. CondNeuGroup CondNeuGroup. DSRunner DSRunner. DynSysGroup
    DynSysGroup. DynamicalSystem DynamicalSystem. JointEq JointEq. Projection. Sequential Sequential. VarDelay
    VarDelay. clear_input load_state odeint reset_state save_state sdeint share.
    Ensemble Network.build NeuState.get SynState.delay_pull SynState.delay_push connect.All2All.__call__
    connect.All2All.__getitem__ connect.All2All.require connect.CSRConn connect.FixedPostNum connect.FixedPreNum
    connect.FixedProb connect.FixedTotalNum connect.GaussianProb connect.GridEight connect.GridFour connect.GridN
    connect.IJConn connect.MatConn connect.PowerLaw connect.ProbDist connect.ScaleFreeBADual connect.SmallWorld
    connect.SparseMatConn core.NeuSubGroup group.pars.update inputs.constant_input inputs.ou_process
    inputs.ramp_input inputs.section_input inputs.sinusoidal_input inputs.spike_input inputs.square_input
    inputs.wiener_process measure.cross_correlation measure.functional_connectivity measure.matrix_correlation
    TwoEndConn TwoEndConn. measure.population_vector models.cann_network models.decision_network
    models.decision_stimulus models.ring_bump models.ring_positions models.working_memory_network synapses.
    synouts. synplast.
    measure.unitary_LFP visualize.line_plot visualize.raster_plot visualize.remove_axis
    """.split()
)


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
        if name in ELSEWHERE or name in CONSTRUCTED or name.startswith(PLAIN) or any(part in name for part in BEHIND):
            continue
        known = rows.get(inspect.unwrap(function).__code__, set())
        missing[name] = [argument for argument in parameters(function) if argument not in known]
    return {name: arguments for name, arguments in missing.items() if arguments}


def is_awaited(name: str) -> bool:
    return any(name == one or one.endswith(".") and name.startswith(one) for one in AWAITED)


def test_every_argument_of_every_public_call_has_a_row():
    missing = [f"{name}: {', '.join(found)}" for name, found in without_row().items() if not is_awaited(name)]
    assert not missing, "add rows to the tables in tests/bad_input:\n" + "\n".join(missing)


def test_what_has_its_rows_is_awaited_no_more():
    missing = without_row()
    assert [one for one in AWAITED if not any(name.startswith(one) for name in missing)] == []


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
