"""The sides of a comparison as running processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}


class SideFailed(Exception):
    """A side ended without an answer."""


def command(side: str, python: dict[str, Path]) -> list[str]:
    """How a side is started.

    Parameters
    ----------
    side : str
        'brainpy_lab', 'C', 'Brian2' or 'BrainPy', with ' LifRef' behind it for the library's neuron.
    python : dict of str to Path
        The interpreters of the peers.
    """
    name, _, neuron = side.partition(" ")
    options = ["lif"] if neuron else []
    match name:
        case "C":
            return [sys.executable, "-m", "benchmarks.peers.side_c", *options]
        case "Brian2":
            return [str(python["brian2"]), str(HERE / "side_brian2.py")]
        case "BrainPy":
            return [str(python["brainpy"]), str(HERE / "side_objects.py"), "brainpy", *options]
    return [sys.executable, str(HERE / "side_objects.py"), "brainpy_lab", *options]


@dataclass
class Side:
    """A side that has built its network and waits.

    Parameters
    ----------
    name : str
    start : list of str
        The command.
    network : str
    n : int
    seconds : float
        Simulated in a window.
    """

    name: str
    start: list[str]
    network: str
    n: int
    seconds: float
    about: dict = field(default_factory=dict)

    def __enter__(self) -> Side:
        asked = ["--network", self.network, "--n", str(self.n), "--seconds", str(self.seconds)]
        # What compilers and libraries say is kept for the case that it fails.
        self._said = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [*self.start, *asked], cwd=ROOT, env=os.environ | ONE_THREAD, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
        )  # fmt: skip
        self.about = self._answer()
        return self

    def __exit__(self, *problem: object) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._said.close()

    def window(self) -> dict:
        """Run a window: CPU seconds, seconds by the clock, spikes."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict:
        for line in self._process.stdout:
            if line.startswith("SIDE "):
                return json.loads(line[5:])
        self._process.wait()
        self._said.seek(0)
        raise SideFailed(f"{self.name}, {self.network} {self.n}: {self._said.read().strip()[-1500:]}")
