"""Where a cell went wrong, for the page: the plug-in underlines these places in the cell's editor.

The places travel as an update of a display that does not exist. JupyterLab's plug-in hears it; every other front end,
nbclient and a saved notebook pass it over, so that the traceback stays the only thing that they show.
"""

from __future__ import annotations

import linecache
import traceback
from typing import Any

from ..errors import CellError

MIME = "application/vnd.brainpy-lab.problems+json"
DISPLAY = "brainpy-lab-problems"


def places(error: BaseException, file_name: str = "") -> list[dict[str, Any]]:
    """The places of the cell that an error is about, top first.

    Parameters
    ----------
    error : BaseException
        A `CellError`, which knows its columns, or any exception that went through the cell's own Python.
    file_name : str
        What that Python is called.

    Returns
    -------
    list of dict
        line : int, from 1, where the magic's own line is the first. column, end : int, from 0, in characters; the end
        is the column after the last one. source : str, the line as it was run, '' when that is not known.
        message : str.
    """
    if isinstance(error, CellError):
        problems = getattr(error, "problems", None)
        if problems:
            return [_place(p.line, p.column, p.end_column, p.source_line, str(p)) for p in problems]
        return [_place(error.line, error.column, error.end_column, error.source_line, error._advice())]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if file_name and frame.filename == file_name]
    if not frames:
        return []
    last = frames[-1]  # the innermost line of the cell that was running
    text = "".join(traceback.format_exception_only(error)).strip()
    source = linecache.getline(file_name, last.lineno or 0).rstrip("\r\n")  # `last.line` is stripped
    line, column, end = last.lineno or 1, last.colno, last.end_colno
    if not source or column is None or end is None or last.end_lineno != last.lineno:
        column, end = len(source) - len(source.lstrip()), len(source)
    else:  # Python counts bytes
        column, end = (len(source.encode()[:at].decode(errors="ignore")) for at in (column, end))
    return [_place(line, column, max(end, column + 1), source, text)]


def tell(shell, error: BaseException, file_name: str = "") -> None:
    """Tell the page what is wrong with the cell that runs in `shell`."""
    found = places(error, file_name)
    if found:
        shell.display_pub.publish({MIME: {"problems": found}}, {}, transient={"display_id": DISPLAY}, update=True)


def _place(line: int, column: int, end: int, source: str, message: str) -> dict[str, Any]:
    return {"line": line, "column": column, "end": end, "source": source, "message": message}
