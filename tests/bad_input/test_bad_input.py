"""Bad input of every public call ends in an error of ours that names the argument, the value and what to do."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError
from tests.bad_input import analysis, arrays, engine, frontend, pictures, ready, text
from tests.bad_input.public import find
from tests.bad_input.table import Wrong

ROWS = [row for part in (frontend, ready, arrays, analysis, pictures, engine, text) for row in part.ROWS]
CASES = [(row, name, value) for row in ROWS for name, values in row.bad.items() for value in values]

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


@pytest.fixture(autouse=True)
def _figures_stay_as_they_were():
    """plot_style1 changes the looks of all later figures."""
    import matplotlib

    with matplotlib.rc_context():
        yield


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_call_works_with_good_arguments(row):
    _made(row)(**_good(row))


@pytest.mark.parametrize("row, name, value", CASES, ids=[f"{row}-{name}-{value!r:.40}" for row, name, value in CASES])
def test_a_bad_argument_is_named_with_its_value_and_the_cure(row, name, value):
    call, good = _made(row), _good(row)
    wrong = value if isinstance(value, Wrong) else Wrong(value)
    with pytest.raises(ModelError) as caught:
        if wrong.args is not None or wrong.kwargs is not None:
            call(*(wrong.args or ()), **(wrong.kwargs or {}))
        else:
            call(**{**good, name: wrong.value})
    message = " ".join(str(caught.value).split())
    assert _names(message, wrong.says or name)
    assert _shows(message, wrong)
    assert CURE.search(message), message


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
