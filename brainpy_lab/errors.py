"""The exceptions of brainpy_lab.

Everything a user can get wrong is a `ModelError` or one of its kin; a promise that the package broke towards
itself is an `InternalError`. A message names the user's thing, what was found, what was expected and what to do;
the place is kept apart from the message so that a page can point at it.
"""

from __future__ import annotations

__all__ = [
    "CellError",
    "CodeError",
    "DiffEquationError",
    "InternalError",
    "IntegratorError",
    "ModelDefError",
    "ModelError",
    "ModelKeyError",
    "ModelUseError",
    "ModelValueError",
    "TypeMismatchError",
    "UnknownMethodError",
]


class ModelError(Exception):
    """Something in the user's model, or in how it is used, is wrong.

    Parameters
    ----------
    message : str
        What was found, what was expected and what to do.
    place : object, optional
        Where: anything whose `str` reads like ``model.py:14``. Shown in front of the message.
    """

    def __init__(self, message: str = "", place: object = None):
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"


class ModelDefError(ModelError):
    """A model is defined wrongly: its steps, states, parameters or names."""


class ModelUseError(ModelError):
    """A sound model is used wrongly: sizes, inputs, monitors, connections, run arguments."""


class ModelKeyError(ModelUseError, KeyError):
    """A name that is not there, or is there already. Programs of the 0.3 front end catch it as a KeyError."""


class ModelValueError(ModelUseError, ValueError):
    """A value of the wrong kind. Programs of the 0.3 front end catch it as a ValueError."""


class TypeMismatchError(ModelError):
    """A synapse and the groups it joins do not have the fields that each asks of the other."""


class IntegratorError(ModelError):
    """An integration method does not exist or cannot treat these equations."""


class UnknownMethodError(IntegratorError, ValueError):
    """The name of an integration method that nobody knows."""


class DiffEquationError(ModelError):
    """A differential equation cannot be read as one."""


class CodeError(ModelError):
    """Python source of a model cannot be read or translated."""


class CellError(ModelError):
    """A mistake in the text of a ``%%brainpy`` cell, with the columns it occupies.

    It must not derive from SyntaxError: IPython ignores `_render_traceback_` for that family and shows its own
    internal frames instead.

    Parameters
    ----------
    message : str
        What is wrong.
    cell : str
        Name of the text, for example ``Cell In[2]`` or ``neuron 'FHN'``.
    line : int
        Line in the text, from 1. The magic counts its own line, so that the number is that of the notebook cell.
    column, end_column : int
        First column and the column after the last one, from 0, in characters of `source_line`. Without `end_column`
        one character is marked.
    source_line : str
        The line as the user wrote it.
    suggestion : str, optional
        What to do, for example ``did you mean 'w'?``.
    """

    def __init__(
        self,
        message: str,
        cell: str = "cell",
        line: int = 1,
        column: int = 0,
        end_column: int | None = None,
        source_line: str = "",
        suggestion: str = "",
    ):
        super().__init__(message, place=f"{cell}, line {line}")
        self.cell = cell
        self.line = line
        self.column = column
        self.end_column = max(column + 1, end_column if end_column is not None else 0)
        self.source_line = source_line
        self.suggestion = suggestion

    def __str__(self) -> str:
        return f"{self.place}: {self._advice()}"

    def _advice(self) -> str:
        return f"{self.message}; {self.suggestion}" if self.suggestion else self.message

    def _render_traceback_(self) -> list[str]:
        """The lines IPython shows instead of a traceback: place, source line, carets, message and suggestion."""
        # Tabs before the mark are repeated, so the carets stand under the text whatever the width of a tab.
        before = "".join("\t" if char == "\t" else " " for char in self.source_line[: self.column].ljust(self.column))
        width = self.end_column - self.column
        return [
            str(self.place),
            "    " + self.source_line,
            "    " + before + "^" * width,
            f"{type(self).__name__}: {self._advice()}",
        ]


class InternalError(Exception):
    """A promise inside brainpy_lab was broken. Not the user's fault: please report it."""
