"""Simulations of the same groups share their states: who else works on them?"""
from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session
    from .simulation import Simulation

_sessions: weakref.WeakSet[Session] = weakref.WeakSet()


def enter(session: Session) -> None:
    """A session begins to work on the arrays of its simulation."""
    _sessions.add(session)


@contextmanager
def borrowed(simulation: Simulation) -> Iterator[None]:
    """Use the states of a simulation, while every session on the same states is paused and stays so.

    Raises
    ------
    ModelUseError
        When one of them is running.
    """
    arrays = {id(array) for array in simulation.bindings.arrays.values()}
    with ExitStack() as lent:
        for session in list(_sessions):
            other = session.simulation
            if other is simulation or session.status == "closed":
                continue
            if any(id(array) in arrays for array in other.bindings.arrays.values()):
                lent.enter_context(session.lent())
        yield
