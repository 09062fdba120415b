"""Code for another back end that is being compiled while the code in use goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from ..ir.plan import Plan
from .code import Code


class Upgrade:
    """A compilation in a thread of its own, which begins at once.

    Parameters
    ----------
    backend : str
        That is compiled for.
    plan : Plan
        What is compiled: the code fits no other.
    quiet : bool
        Whether nobody is to be warned when it fails.
    make : callable
        Compiles.

    Attributes
    ----------
    ready : Future
        Of the code.
    """

    def __init__(self, backend: str, plan: Plan, quiet: bool, make: Callable[[], Code]) -> None:
        self.backend, self.plan, self.quiet = backend, plan, quiet
        self.ready: Future[Code] = Future()
        name = f"brainpy_lab compiles for {backend}"
        threading.Thread(target=_deliver, args=(make, self.ready), name=name, daemon=True).start()


def _deliver(make: Callable[[], Code], ready: Future[Code]) -> None:
    try:
        code = make()
    except Exception as error:
        ready.set_exception(error)
    else:
        ready.set_result(code)
