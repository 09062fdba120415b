"""How several threads share the actions of a step: who works on which elements, and where they have to meet.

A *space* is a range of elements that is cut into one piece for each thread:

``N0``
    the neurons of population N0, and what a projection keeps for each of its source neurons
``S1 rows``
    the source neurons of projection S1, cut so that every thread has as many edges
``S1 edges``
    the edges of those; where edges are not sorted by source, just as many for each thread
``S1 targets``
    the edges of S1 whose target neuron belongs to a thread
``N0.x``, ``monitor 2``
    an array of a group, columns of a recording

Sums over synapses go by target: whoever owns a neuron adds up all that it receives, in ascending synapse id, so the
number of threads changes no bit. Steps in Python, and edges that read what earlier edges wrote, are done by the first
thread while the others wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...ir.kernel import Accumulate, Kernel, Push, Store
from ...ir.plan import Action, ApplyInput, Key, Plan, Record, RunKernel, recorded, source_key
from ...ir.program import Population, Program, Projection

ALONE = "the first thread"


@dataclass(frozen=True)
class Access:
    """What an action does to an array: `space` says which elements a thread touches, None that it may be any."""

    key: Key
    space: str | None
    writes: bool

    def conflicts(self, other: Access) -> bool:
        """Whether one thread may see in the wrong order what two do."""
        if self.key != other.key or not (self.writes or other.writes):
            return False
        return self.space != other.space or self.space is None


@dataclass(frozen=True)
class Dealt:
    """How an action is shared.

    Parameters
    ----------
    space : str
        What is cut into pieces; '' where every thread works on whole arrays, or only the first works at all.
    parts : frozenset of str
        The arguments of which a thread sees its piece only.
    accesses : tuple of Access
    alone : bool
        The first thread does it.
    by_target : bool
        Every thread has edges of its own.
    everything : bool
        It may touch any array.
    """

    space: str = ""
    parts: frozenset[str] = frozenset()
    accesses: tuple[Access, ...] = ()
    alone: bool = False
    by_target: bool = False
    everything: bool = False

    def conflicts(self, other: Dealt) -> bool:
        """Whether a meeting must lie between the two."""
        if self.alone and other.alone:
            return False
        if self.everything or other.everything:
            return True
        return any(a.conflicts(b) for a in self.accesses for b in other.accesses)


def deal(plan: Plan, action: Action, buffers: Mapping[Key, np.ndarray]) -> Dealt:
    """How threads share an action."""
    match action:
        case RunKernel():
            return _kernel(plan.program, action)
        case ApplyInput(index, spec):
            space = space_of(plan.program, spec.target, spec.field)
            parts = {"target"} | ({"value"} if spec.source == "array" else set())
            target = plain(source_key(plan.program, spec.target, spec.field))
            return Dealt(space, frozenset(parts), (Access(target, space, True),))
        case Record(index, spec):
            source = recorded(plan.program, spec, buffers)
            space = space_of(plan.program, spec.target, spec.field, source[1] == "row")
            out = ("", "monitor", f"{index}.out")
            if ("", "monitor", f"{index}.index") in buffers:
                columns = f"monitor {index}"
                return Dealt(
                    columns, frozenset({"index"}), (Access(plain(source), None, False), Access(out, columns, True))
                )
            return Dealt(space, frozenset({"source"}), (Access(plain(source), space, False), Access(out, space, True)))
    return Dealt(alone=True, everything=True)


def space_of(program: Program, target: str, name: str, per_row: bool = False) -> str:
    """The space of a state, or of an array of a group."""
    item = program.find(target)
    if isinstance(item, Projection) and per_row:
        return item.pre
    if not any(state.name == name for state in item.states):
        return f"{target}.{name}"
    return target if isinstance(item, Population) else f"{target} edges"


def plain(key: Key) -> Key:
    """One name for an array of a group, which is there as it is and as one line."""
    return (key[0], "attribute", key[2]) if key[1] == "flat" else key


def _kernel(program: Program, action: RunKernel) -> Dealt:
    item, kernel = program.find(action.target), action.kernel
    arrays = action.arrays(program)
    written = _written(kernel)
    by_target = any(isinstance(effect, Accumulate) for effect in kernel.effects)
    serial = kernel.serial or kernel.layout == "random"  # there is no list of the edges of a target
    spaces: dict[str, str | None]  # of an argument, by what its name begins with
    parts: tuple[str, ...]
    if isinstance(item, Population):
        space, spaces, parts = item.name, {"": item.name}, ("self_", "each_")
    elif kernel.space == "rows":
        space, spaces, parts = item.pre, {"": item.pre}, ("pre_", "row_")
    elif serial:
        space, spaces, parts = "", {"": ALONE}, ()
    elif by_target:
        space, parts = "", ()
        spaces = {"pre_": None, "row_": None, "post_": item.post, "": f"{item.name} targets"}
    else:
        by_row = kernel.layout != "list"
        space = f"{item.name} rows" if by_row else f"{item.name} edges"
        spaces = {"pre_": None, "row_": None, "post_": None, "": f"{item.name} edges"}
        parts = ("pre_", "row_") if by_row else ("self_", "each_", "pre_ids", "post_ids")
    spaces = {"one_": None, "quantum_": None, **spaces}  # what everybody may read
    accesses = tuple(
        Access(key, next(s for start, s in spaces.items() if name.startswith(start)), name in written)
        for name, key in arrays
        if key[1] not in ("edges", "spread")
    )
    seen = frozenset(name for name, _ in arrays if parts and name.startswith(parts))
    return Dealt(space, seen, accesses, alone=serial, by_target=by_target and not serial)


def _written(kernel: Kernel) -> set[str]:
    """The arguments that a kernel writes."""
    found = set()
    for effect in kernel.effects:
        match effect:
            case Store(owner, name):
                found.add(f"{owner}_{name}")
            case Push(owner, name):
                found.add(f"ring_{owner}_{name}")
            case Accumulate(name):
                found.add(f"post_{name}")
    return found


def meetings(dealt: Sequence[Dealt], listed: Sequence[Key | None]) -> tuple[list[bool], bool]:
    """Where all threads have to meet.

    Parameters
    ----------
    dealt : list of Dealt
        The actions of a step, in order.
    listed : list of Key or None
        For each action that records events, the array it looks at: the events can be put into the list only when every
        thread has counted its own, which is after a meeting, and before somebody changes that array.

    Returns
    -------
    before : list of bool
        Whether they meet before an action.
    at_end : bool
        Whether they meet before the next step begins.
    """
    before: list[bool] = []
    since: list[Dealt] = []
    waiting: set[Key] = set()
    for action, source in zip(dealt, listed):
        changes = any(access.writes and access.key in waiting for access in action.accesses) or (
            action.everything and bool(waiting)
        )
        meet = changes or any(action.conflicts(other) for other in since)
        if meet:
            since, waiting = [], set()
        before.append(meet)
        since.append(action)
        if source is not None:
            waiting.add(plain(source))
    first = before.index(True) if True in before else len(before)
    again = any(action.conflicts(other) for action in dealt[:first] for other in since)
    return before, again or bool(waiting)
