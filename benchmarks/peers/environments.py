"""Other simulators, each in a virtual environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = {
    # Brian2 2.9 uses what NumPy 2.4, Cython 3.2 and setuptools 81 have taken away.
    "brian2": ("brian2==2.9.0", "numpy<2.4", "cython<3.2", "setuptools<81"),
    # Without Numba BrainPy's operators for events do not run on a CPU.
    "brainpy": ("brainpy==2.8.2", "numba"),
}


class NotInstalled(Exception):
    """An environment could not be made."""


def folder() -> Path:
    """Where the environments lie: in the folder of the compiled code of the engine."""
    from brainpy_lab.backends.numba import cache

    return cache.folder() / "peers"


def python_of(peer: str, place: Path) -> Path:
    """The interpreter of a peer's environment, which is made when it is missing or was made for other versions.

    Parameters
    ----------
    peer : str
        One of `REQUIREMENTS`.
    place : Path
        The folder of all environments.

    Raises
    ------
    NotInstalled
        With what pip said.
    """
    home = place / peer
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted, note = "\n".join(REQUIREMENTS[peer]), home / "made-for.txt"
    if note.exists() and note.read_text() == wanted:
        return python
    print(f"making {home} with {', '.join(REQUIREMENTS[peer])} ...", flush=True)
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS[peer]],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise NotInstalled(f"{peer} could not be installed: {done.stderr.strip()[-500:]}")
    note.write_text(wanted)
    return python
