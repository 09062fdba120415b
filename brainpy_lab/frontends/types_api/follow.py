"""`group.pars` and the parameters of a live session are one thing while the session lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial

import numpy as np

from .program import Layout


def follow(layout: Layout, session) -> Callable[[], None]:
    """Let ``pars`` of every object show and set what a session uses.

    Parameters
    ----------
    layout : Layout
        Of the program that the session runs.
    session : Session

    Returns
    -------
    callable
        Ends it: ``pars`` keeps the values that the session had last.
    """
    reference = weakref.ref(session)
    shown = session.simulation.names.shown
    ends = [_join(item.pars, shown(layout.name_of(item)), reference) for item in layout.objects]

    def end() -> None:
        for one in ends:
            one()

    return end


def _join(pars, owner: str, reference: weakref.ref) -> Callable[[], None]:
    live, watcher = partial(_read, reference, owner), partial(_write, reference, owner)
    pars.live = live
    pars.watchers.append(watcher)

    def end() -> None:
        if watcher in pars.watchers:
            pars.watchers.remove(watcher)
        if pars.live is not live:
            return  # another session has taken over
        pars.live = None
        for name in pars:
            value = live(name)
            if value is not None and not np.array_equal(value, pars[name]):
                pars.updates[name] = value

    return end


def _read(reference: weakref.ref, owner: str, name: str):
    session = reference()
    return session.params.get((owner, name)) if session is not None else None


def _write(reference: weakref.ref, owner: str, name: str, value) -> None:
    session = reference()
    if session is not None and session.status != "closed" and (owner, name) in session.params:
        session.params[owner, name] = value
