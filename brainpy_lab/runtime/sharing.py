"""Simulations of the same groups share their states: who else works on them?"""
from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from ..alive import Alive
from ..errors import ModelUseError

if TYPE_CHECKING:
    from .session import Session
    from .simulation import Simulation

_sessions: Alive[Session] = Alive()
_entering = threading.Lock()


def enter(session: Session) -> None:
    """A session begins to work on the arrays of its simulation, until it is closed.

    Raises
    ------
    ModelUseError
        When another session works on some of them.
    """
    with _entering:
        refuse_second(session.simulation)
        _sessions.add(session)


def refuse_second(simulation: Simulation) -> None:
    """Raise `ModelUseError` when a session works on the states of this simulation: two would mix their steps."""
    if not _at_work(simulation):
        return
    gc.collect()  # one that nobody can reach any more is in nobody's way
    for other in _at_work(simulation):
        shared = ", ".join(_shared_objects(other.simulation, simulation))
        raise ModelUseError(
            f"{other.called} already works on the states of {shared}: it is {other.status} at t = {other.t:g} ms. Go "
            f"on with it, or end it first, {other.called}.close(), and then make the new one."
        )


@contextmanager
def borrowed(simulation: Simulation) -> Iterator[None]:
    """Use the states of a simulation, while every session on the same states is paused and stays so.

    Raises
    ------
    ModelUseError
        When one of them is running.
    """
    with ExitStack() as lent:
        for session in _at_work(simulation):
            if session.simulation is not simulation:
                lent.enter_context(session.lent())
        yield


def _at_work(simulation: Simulation) -> list[Session]:
    """The sessions on some of the states of a simulation that are not closed."""
    arrays = {id(array) for array in simulation.bindings.arrays.values()}
    return [session for session in _sessions if session.status != "closed"
            and any(id(array) in arrays for array in session.simulation.bindings.arrays.values())]


def _shared_objects(one: Simulation, other: Simulation) -> list[str]:
    """What the user calls the objects whose states both have."""
    arrays = {id(array) for array in other.bindings.arrays.values()}
    return list(dict.fromkeys(one.names.shown(name) for (name, _), array in one.bindings.arrays.items()
                              if id(array) in arrays))
