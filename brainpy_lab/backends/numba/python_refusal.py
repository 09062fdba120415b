"""Steps that stay Python and cannot be compiled: what the user is told."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...errors import CodeError
from ...ir.place import Place
from ...ir.python_step import Obstacle, PythonStep

_STOPPERS = ("print()", "breakpoint()", "set_trace()", "display()")
_WITHOUT = "take it out, and record what you want to see with a monitor; or let it run uncompiled, with jit=False"
_INSTEAD = (
    "write it element by element in scalar mode, or with np.where and masks; or let it run uncompiled, with jit=False"
)


class NotCompiledError(CodeError):
    """A step that compiled code cannot express; `reason` without the advice."""

    def __init__(self, step: str, obstacle: Obstacle):
        self.step, self.reason = step, obstacle.what
        instead = _WITHOUT if obstacle.what.rpartition(".")[2] in _STOPPERS else _INSTEAD
        super().__init__(
            f"step {step!r} cannot be compiled because of {obstacle.what}. To compile it, {instead}",
            place=obstacle.place,
        )


def refused_by_numba(step: PythonStep, lines: Mapping[int, tuple[str, int]], error: Exception) -> NotCompiledError:
    """What Numba said of the text of a step, with the user's line, by the line of the text (`lines`)."""
    place = step.place
    numbers = [getattr(getattr(error, "loc", None), "line", None)]
    # Numba names lines of our text; the innermost that stands in the user's functions is the one to show.
    words = str(error).replace('"', " ").split()
    for at, word in enumerate(words[:-1]):
        if word == "line" or word == "(":
            digits = words[at + 1].rstrip("):,")
            if digits.isdigit():
                numbers.append(int(digits))
    for number in reversed([n for n in numbers if n is not None]):
        found = lines.get(number - 1)  # the cache puts a line in front
        if found is not None:
            place = Place(found[0], found[1])
            break
    around = ("Failed in ", "During: ")  # where Numba was, not what it says
    said = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith(around)]
    telling = (
        "No implementation",
        "Cannot",
        "Illegal",
        "Invalid",
        "Use of",
        "No ",
        "Unknown",
        "Unsupported",
        "Untyped",
    )
    told = next((line for line in said if line.startswith(telling)), said[-1] if said else "")
    told = re.sub(r"Function\(<function (\w+) at \w+>\)|<function (\w+) at \w+>", r"\1\2", told)
    told = told.replace(" found for signature:", " for arguments of these types").rstrip(".")
    return NotCompiledError(step.name, Obstacle(f"what Numba says of it: {told[:160]}", place))
