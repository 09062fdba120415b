"""The exceptions say what and where, survive a trip between processes, and show themselves in a notebook."""

import pickle

import pytest

from brainpy_lab import errors
from brainpy_lab.errors import CellError, InternalError, ModelError


def cell_error(**changes) -> CellError:
    fields = {
        "cell": "Cell In[2]",
        "line": 2,
        "column": 21,
        "end_column": 23,
        "source_line": "dv/dt = v - v**3/3 - ww + I",
        "suggestion": "did you mean 'w'?",
    }
    return CellError("'ww' is not a state or parameter", **{**fields, **changes})


@pytest.mark.parametrize("name", [name for name in errors.__all__ if name not in ("InternalError", "ModelError")])
def test_what_a_user_can_get_wrong_is_a_model_error(name):
    assert issubclass(getattr(errors, name), ModelError)


def test_a_broken_promise_of_ours_is_no_model_error():
    assert not issubclass(InternalError, ModelError)


def test_the_place_stands_in_front_of_the_message():
    assert str(ModelError("state 'n' is not declared", place="model.py:14")) == "model.py:14: state 'n' is not declared"
    assert str(ModelError("no place")) == "no place"


def test_a_cell_error_shows_place_line_carets_and_advice():
    assert cell_error()._render_traceback_() == [
        "Cell In[2], line 2",
        "    dv/dt = v - v**3/3 - ww + I",
        "                         ^^",
        "CellError: 'ww' is not a state or parameter; did you mean 'w'?",
    ]


def test_the_carets_stand_under_the_text_behind_a_tab():
    shown = cell_error(source_line="\tx = ww", column=5, end_column=7)._render_traceback_()
    assert shown[2] == "    \t    ^^"


def test_an_error_behind_the_last_column_is_still_marked():
    shown = cell_error(source_line="a =", column=4, end_column=None)._render_traceback_()
    assert shown[2] == "    " + "    " + "^"


def test_ipython_would_ignore_the_rendering_of_a_syntax_error():
    assert not issubclass(CellError, SyntaxError)


@pytest.mark.parametrize("error", [cell_error(), ModelError("what", place="here"), InternalError("why")])
def test_an_error_survives_pickling(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
