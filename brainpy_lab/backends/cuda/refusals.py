"""What a GPU cannot run, found before anything is compiled."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import CodeError
from ...ir.program import Program
from ...ir.python_step import PythonStep, python_steps

MOST_SHOWN = 3


def refuse_python_steps(program: Program, called: Callable[[str], str] = str) -> None:
    """Refuse a program with steps that stay Python.

    Parameters
    ----------
    program : Program
    called : callable
        What to call the object of that name.

    Raises
    ------
    CodeError
        With the line of what could not be translated, for up to three steps, and what to write instead.
    """
    found = [(item.name, step) for item in program.objects for step in python_steps(item.steps)]
    if not found:
        return
    told = [_told(step, called(name)) for name, step in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        told.append(f"and {len(found) - MOST_SHOWN} more")
    first = found[0][1]
    place = first.why.place if first.why is not None and first.why.place is not None else first.place
    raise CodeError("\n".join(told) + '\nOr run on the CPU: profile.set(device="cpu").', place=place)


def _told(step: PythonStep, owner: str) -> str:
    head = f"step {step.name!r} of {owner!r} stays Python, which a GPU cannot run"
    if step.why is None:
        return f"{head}. Write what happens to one element, with if/else or np.where, in mode 'scalar'"
    where = "" if step.why.place is None else f"{step.why.place}: "
    return f"{head}: {where}{step.why.what}"
