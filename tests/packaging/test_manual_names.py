"""Every name of the API pages of the 0.3 manual is here and takes what the manual says, in that order."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module

import pytest

import brainpy_lab as bp
from tests.packaging.manual_names import NAMES

LINES = [pytest.param(line, id=line.partition("(")[0]) for line in NAMES.split("\n") if line.strip() and "." in line]

# What means the same in another form.
OTHERWISE = {
    ("tools.numba_func", "params"): None,
    ("measure.firing_rate", "window"): None,
    ("core.SynConn", "delay"): None,  # the delay that the text of a model says, and 0.0 without one
}

# Rules whose 2.x arguments stand between the old ones; a number or a truth value says which is meant.
WITH_OLD_POSITIONS = ("FixedProb", "FixedPreNum", "FixedPostNum")


def equation(x, t):
    return -x


def _groups():
    group = bp.NeuGroup(bp.models.get_LIF(), 2)
    return group, bp.SynConn(bp.models.get_AMPA(), group, group, conn=bp.connect.All2All())


# Objects whose attributes the manual names.
MADE = {
    "core.NeuGroup": lambda: _groups()[0],
    "core.SynConn": lambda: _groups()[1],
    "core.Network": lambda: bp.Network(*_groups()),
    "core.ParsUpdate": lambda: _groups()[0].pars,
    "integration.Expression": lambda: bp.integration.Expression("a", "b + c"),
    "integration.DiffEquation": lambda: bp.integration.DiffEquation(equation),
    "integration.Integrator": lambda: bp.integrate(equation),
    "integration.SympyRender": lambda: bp.integration.SympyRender(),
    "integration.SympyPrinter": lambda: bp.integration.SympyPrinter(),
    "tools.DiffEquationAnalyser": lambda: bp.tools.DiffEquationAnalyser(),
}


def _find(name: str):
    if name.startswith("core.Network"):  # bp.Network makes this one of groups, and another one of objects
        name = name.replace("core", "frontends.types_api")
        import_module("brainpy_lab.frontends.types_api")
    thing = bp
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


@pytest.mark.parametrize("line", LINES)
def test_a_name_of_the_manual_is_here(line):
    head, bracket, rest = line.partition("(")
    name = head.rstrip("*")
    owner, _, last = name.rpartition(".")
    if not bracket and not head.endswith("*"):
        assert hasattr(MADE[owner](), last)
        return
    thing = _find(name)
    assert callable(thing)
    if not bracket or _inherited_from_python(thing):
        return
    wanted = ast.parse(f"def f({rest}: pass").body[0].args
    signature = inspect.signature(thing)
    found = list(signature.parameters.values())
    if owner.count(".") == 1 and found and found[0].name == "self":
        found = found[1:]
    if name.rpartition(".")[2] not in WITH_OLD_POSITIONS:
        _positions_agree(name, wanted, found)
    _wildcards_agree(wanted, found)


@pytest.mark.parametrize("name", WITH_OLD_POSITIONS)
@pytest.mark.parametrize("include_self", [True, False])
def test_old_positions_mean_what_they_did(name, include_self):
    rule = getattr(bp.connect, name)
    old, new = rule(0.5, include_self, 7), rule(0.5, include_self=include_self, seed=7)
    assert old.include_self is include_self and old.seed == 7
    for found, expected in zip(old(20, 20), new(20, 20)):
        assert list(found) == list(expected)


def _inherited_from_python(thing) -> bool:
    """A method of dict and its kin has no names for its arguments."""
    return not inspect.isclass(thing) and not inspect.isfunction(inspect.unwrap(getattr(thing, "__func__", thing)))


def _positions_agree(name: str, wanted: ast.arguments, found: list) -> None:
    names = [argument.arg for argument in wanted.args]
    defaults = dict(zip(reversed(names), map(ast.literal_eval, reversed(wanted.defaults))))
    assert [parameter.name for parameter in found[: len(names)]] == names
    for parameter in found[: len(names)]:
        if parameter.name in defaults:
            expected = OTHERWISE.get((name, parameter.name), defaults[parameter.name])
            assert parameter.default == expected and type(parameter.default) is type(expected)
    for parameter in found[len(names) :]:  # what this package takes besides may be left out
        assert parameter.default is not parameter.empty or parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        )


def _wildcards_agree(wanted: ast.arguments, found: list) -> None:
    kinds = {parameter.kind for parameter in found}
    assert wanted.vararg is None or inspect.Parameter.VAR_POSITIONAL in kinds
    assert wanted.kwarg is None or inspect.Parameter.VAR_KEYWORD in kinds
    by_name = {parameter.name: parameter.default for parameter in found}
    for argument, default in zip(wanted.kwonlyargs, wanted.kw_defaults):
        assert by_name[argument.arg] == ast.literal_eval(default)
