"""Where in the user's text a piece of a model was written."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A span of one source line.

    Parameters
    ----------
    file : str
        File name, or the name of a cell such as ``Cell In[3]``.
    line : int
        Line number, from 1.
    column, end_column : int
        First column and the column after the last, from 1.
    text : str
        The whole source line.
    """

    file: str
    line: int
    column: int = 1
    end_column: int = 2
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
