"""Rows of the table, gates, and what must hold before a time means anything."""
from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field


class CheckFailed(Exception):
    """Two sides of a comparison did not do the same work, or a network was dead: the times are worth nothing."""


@dataclass
class Row:
    """One line of the table.

    Parameters
    ----------
    name : str
    figures : list of str
        What was measured, each with its unit.
    measured : float or None
        The number that the gate judges; None for a row without a gate.
    limit : float or None
    at_least : bool
        The gate is a lower bound.
    unit : str
    skipped : str
        Why there is nothing to judge.
    """

    name: str
    figures: list[str] = field(default_factory=list)
    measured: float | None = None
    limit: float | None = None
    at_least: bool = False
    unit: str = "x"
    skipped: str = ""

    def verdict(self, judged: bool = True) -> str:
        """'pass', 'FAIL', 'skipped', 'not judged' (tiny sizes) or 'information'."""
        if self.skipped:
            return "skipped"
        if self.limit is None or self.measured is None:
            return "information"
        if not judged:
            return "not judged"
        good = self.measured >= self.limit if self.at_least else self.measured <= self.limit
        return "pass" if good else "FAIL"

    def lines(self, judged: bool = True) -> list[str]:
        """The row as text."""
        gate = ""
        if self.measured is not None:
            gate = f"{self.measured:.3g} {self.unit}"
            if self.limit is not None:
                gate += f" (gate: at {'least' if self.at_least else 'most'} {self.limit:g})"
        first = f"{self.verdict(judged):<12}{self.name:<58}{gate}"
        more = [f"skipped: {self.skipped}"] if self.skipped else []
        return [first.rstrip(), *(f"{'':<12}  {text}" for text in [*self.figures, *more])]


def machine() -> list[str]:
    """The machine and the versions, for the head of the table."""
    import llvmlite.binding
    import numba
    import numpy as np

    from .hand import gcc_version

    names = [line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    family = [line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("cpu family")]
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    kind = f"{names[0]} (family {family[0]})" if names and family else platform.processor() or platform.machine()
    return [
        f"{kind}, {os.cpu_count()} cores, load {load} at the start; {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}, "
        f"LLVM {'.'.join(map(str, llvmlite.binding.llvm_version_info))}, "
        f"llvmlite {llvmlite.__version__}, C compiler: {gcc_version() or 'none'}",
    ]


def _cpuinfo() -> list[str]:
    try:
        with open("/proc/cpuinfo") as file:
            return file.read().splitlines()
    except OSError:
        return []
