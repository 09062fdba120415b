"""Bad input of every public call ends in an error of ours that names the argument, the value and what to do."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError, ModelValueError
from tests.bad_input import (
    analysis,
    arrays,
    course,
    engine,
    explore,
    files,
    frontend,
    groups,
    initial,
    joined,
    mathematics,
    newer,
    objects,
    parts,
    pictures,
    ready,
    runs,
    sweeps,
    text,
)
from tests.bad_input.public import find
from tests.bad_input.table import Call, Wrong

TABLES = (
    frontend, groups, ready, arrays, newer, initial, objects, parts, joined, runs, mathematics, analysis, pictures,
    engine, explore, files, sweeps, text, course,
)  # fmt: skip
ROWS = [row for table in TABLES for row in table.ROWS]
CASES = [(row, name) for row in ROWS for name, values in row.bad.items() if values]

# A sentence that tells a person what to do has one of these words.
CURE = re.compile(
    r"\b(add|ask|call|choose|close|count|cut|did you mean|define|find|give|install|leave|make|name|pass|pause|put|"
    r"remove|rename|replace|return|say|set|use|write)\b",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    plt.switch_backend("agg")
    bp.profile.set(jit=False)
    yield
    plt.close("all")


@pytest.fixture(autouse=True, scope="module")
def _ended():
    yield
    engine.end()
    files.end()


@pytest.fixture(autouse=True)
def _figures_stay_as_they_were():
    """plot_style1 changes the looks of all later figures."""
    import matplotlib

    with matplotlib.rc_context():
        yield


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_call_works_with_good_arguments(row):
    _made(row)(*row.args, **_good(row))


@pytest.mark.parametrize("row, name", CASES, ids=[f"{row}-{name}" for row, name in CASES])
def test_bad_arguments_are_named_with_their_values_and_the_cure(row, name):
    problems = [(value, _problem(row, name, value)) for value in row.bad[name]]
    assert [f"{value!r}: {problem}" for value, problem in problems if problem] == []


def _problem(row, name, value) -> str | None:
    """What is wrong with the error for a value."""
    call, good = _made(row), _good(row)
    wrong = value if isinstance(value, Wrong) else Wrong(value)
    try:
        if wrong.args is not None or wrong.kwargs is not None:
            call(*(wrong.args or ()), **(wrong.kwargs or {}))
        else:
            call(*row.args, **{**good, name: wrong.value})
    except ModelError as error:
        message = " ".join(str(error).split())
    except Exception as error:
        return f"{type(error).__name__}, not an error of ours: {error}"
    else:
        return "is accepted"
    if not _names(message, wrong.says or name):
        return f"the message does not name {wrong.says or name!r}: {message}"
    if not _shows(message, wrong):
        return f"the message does not show it: {message}"
    return None if CURE.search(message) else f"the message does not say what to do: {message}"


def _made(row):
    if row.on is None:
        return find(row.name)
    thing, method = row.on(), row.name.rpartition(".")[2]
    if method.endswith("="):
        return lambda **values: setattr(thing, method[:-1], *values.values())
    return getattr(thing, method)


def _good(row) -> dict:
    return dict(row.good() if callable(row.good) else row.good)


def _names(message: str, name: str) -> bool:
    """As a word; ``numerical_method`` may be written as two, and one of several things in the singular."""
    plain = re.escape(name).replace("_", "[_ ]").removesuffix("s")
    return re.search(rf"(?<!\w){plain}s?(?!\w)", message) is not None


def _shows(message: str, wrong: Wrong) -> bool:
    if wrong.shows is not None:
        return wrong.shows in message
    shown = " ".join(repr(wrong.value).split())[:40]
    return shown in message or isinstance(wrong.value, str) and wrong.value in message or _entry(message, wrong.value)


def _entry(message: str, value) -> bool:
    """Of several values the message may show the wrong one."""
    return isinstance(value, list | tuple | dict) and any(
        re.search(rf"(?<![\w.-]){re.escape(text)}(?!\w|\.\d)", message) for text in _leaves(value)
    )


def _leaves(value):
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        yield from _leaves([*value, *value.values()])
    else:
        yield from (repr(value), getattr(value, "__name__", str(value)))
        if isinstance(value, float):
            yield f"{value:g}"


def test_what_is_accepted_or_told_badly_is_found(monkeypatch):
    """The test above can fail, for each of its reasons."""
    row = Call("measure.voltage_fluctuation", {"potentials": np.eye(2)})
    for value, message, problem in (
        (np.eye(3), None, "accepted"),
        (3, ValueError("potentials 3: give numbers"), "not an error of ours"),
        (3, ModelValueError("3: give numbers"), "does not name"),
        (3, ModelValueError('"potentials": give numbers'), "does not show"),
        (3, ModelValueError('"potentials" is 3'), "what to do"),
        (3, ModelValueError('"potentials" is 3: give numbers'), None),
    ):

        def planted(potentials, message=message):
            if message is not None:
                raise message

        monkeypatch.setattr(bp.measure, "voltage_fluctuation", planted)
        found = _problem(row, "potentials", value)
        assert found is None if problem is None else problem in found
