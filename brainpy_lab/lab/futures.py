"""The futures that a lab left, as they are written into files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import ModelValueError
from ..runtime.log import Branch, LogEntry
from ..runtime.snapshot import Snapshot
from . import coding


def encode(branches: Iterable[Branch], origin: Snapshot, most_chars: int) -> tuple[list[dict[str, Any]], int]:
    """What is needed to compute branches again.

    Parameters
    ----------
    branches : iterable of Branch
    origin : Snapshot
        Where the present timeline begins. A branch that begins elsewhere brings its own beginning.
    most_chars : int
        Of one array in the file.

    Returns
    -------
    list of dict
        Of each branch, ready for JSON.
    int
        How many are not among them, because they begin with states that are too large.
    """
    found, left_out = [], 0
    for branch in branches:
        begin = None if branch.origin is origin else coding.encode_snapshot(branch.origin, most_chars)
        if begin is not None and begin.get("left_out"):
            left_out += 1
            continue
        log = [coding.encode_entry(entry) for entry in branch.entries if entry.change is not None]
        one = {"number": branch.number, "fork_step": branch.fork_step, "end_step": branch.end_step, "log": log}
        found.append(one | ({"begin": begin} if begin is not None else {}))
    return found, left_out


def decode(coded: Any, begin: Snapshot, log: list, entries: tuple[LogEntry, ...], simulation) -> list[Branch]:
    """Branches of a file.

    Parameters
    ----------
    coded : list of dict
        From `encode`.
    begin : Snapshot
        Where the timeline of the file begins.
    log : list
        Its log as it stands in the file, and
    entries : tuple of LogEntry
        as it was read. What a branch shares with it are the same objects, by which a timeline finds where they part.
    simulation : Simulation
        Which the entries must fit.

    Raises
    ------
    ModelValueError
        When they are none.
    """
    found: list[Branch] = []
    for one in coded:
        try:
            origin = begin if one.get("begin") is None else coding.decode_snapshot(one["begin"], begin)
            number, fork_step, end_step = (int(one[key]) for key in ("number", "fork_step", "end_step"))
            theirs = list(coding.decode_log(one["log"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelValueError(f"branch {str(one)[:60]}: {error}. Use the file as it was written.") from None
        for entry in theirs:
            coding.check_entry(entry, simulation)
        steps = [origin.step, *(entry.step for entry in theirs), end_step]
        if steps != sorted(steps) or number < 1:
            raise ModelValueError(f"branch {number}: its steps are out of order. Use the file as it was written.")
        for k, (entry, coded_entry) in enumerate(zip(entries, log)):
            if origin is not begin or k >= len(theirs) or one["log"][k] != coded_entry:
                break
            theirs[k] = entry
        found.append(Branch(number, fork_step, end_step, tuple(theirs), origin))
    if len({branch.number for branch in found}) < len(found):
        raise ModelValueError("two branches have one number. Use the file as it was written.")
    return found
