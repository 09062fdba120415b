"""The hand-written side: ``networks.c``."""

from __future__ import annotations

import ctypes
from pathlib import Path

from ..hand import compiled, gcc_version
from .side import INPUTS, WARM_UP_S, arguments, one_core, serve, steps_of, timed

SOURCE = Path(__file__).with_name("networks.c")


class Hand:
    """A network of ``networks.c``.

    Parameters
    ----------
    network : {'coba', 'current', 'cobahh'}
        'current' is 'coba' with the conductances as a current.
    n : int
    seed : int
    """

    def __init__(self, network: str, n: int, seed: int = 1):
        code = compiled(SOURCE)
        if code is None:
            raise SystemExit("no gcc on this machine")
        code.network_new.restype = ctypes.c_void_p
        code.network_edges.restype = ctypes.c_long
        self._run = getattr(code, f"{network}_run")
        self._run.restype = ctypes.c_long
        self._net = ctypes.c_void_p(code.network_new(n, INPUTS, ctypes.c_uint64(seed), int(network == "cobahh")))
        self.n_edges = code.network_edges(self._net)

    def run(self, steps: int) -> int:
        """Go on for so many steps; returns the spikes."""
        return self._run(self._net, steps)


if __name__ == "__main__":
    asked = arguments()
    one_core()
    network = Hand("current" if "lif" in asked.options else asked.network, asked.n)
    network.run(steps_of(WARM_UP_S))
    serve(timed(lambda: network.run(steps_of(asked.seconds))), {"version": gcc_version(), "edges": network.n_edges})
