"""One network, all sides in turns, and what comes out of it."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from pathlib import Path

from ..report import CheckFailed, Row
from ..timing import median, ratio, spread, take_turns
from .processes import Side, command


@dataclass(frozen=True)
class Gate:
    """`slow` takes at least (or at most) `limit` times as long as `fast`; None asks for the figure only."""

    slow: str
    fast: str
    limit: float | None
    at_least: bool = True


@dataclass(frozen=True)
class Comparison:
    """A network that several sides run.

    Parameters
    ----------
    network : {'coba', 'cobahh'}
    n : int
        Neurons.
    seconds : float
        Simulated in a window.
    sides : tuple of str
    gates : tuple of Gate
    """

    network: str
    n: int
    seconds: float
    sides: tuple[str, ...]
    gates: tuple[Gate, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.network.upper()}, {self.n:,} neurons, windows of {self.seconds:g} s"


RATES_WITHIN = 0.3
"""Each side draws a network of its own, and the rate of 4,000 neurons differs by a tenth from one to the next."""


@dataclass
class Result:
    """What the sides took.

    Attributes
    ----------
    windows : dict of str to list of dict
        For each side, of each window: CPU seconds, seconds by the clock, spikes.
    versions : dict of str to str
    left_out : dict of str to str
        Sides that did not run, and why.
    """

    comparison: Comparison
    windows: dict[str, list[dict]]
    versions: dict[str, str]
    left_out: dict[str, str]

    def milliseconds(self, side: str, clock: str = "cpu") -> list[float]:
        """For each window, ms for one simulated second."""
        return [1000 * found[clock] / self.comparison.seconds for found in self.windows[side]]

    def rate(self, side: str) -> float:
        """Mean rate of a neuron, Hz."""
        spikes = sum(found["spikes"] for found in self.windows[side])
        return spikes / (len(self.windows[side]) * self.comparison.n * self.comparison.seconds)

    def check(self, within: float = RATES_WITHIN) -> None:
        """Raise `CheckFailed` when the sides did not do the same work: a rate is further than `within` from the middle.

        Parameters
        ----------
        within : float
            As a part of the middle.
        """
        rates = {side: self.rate(side) for side in self.windows}
        middle = median(list(rates.values()))
        for side, rate in rates.items():
            if not abs(rate - middle) <= within * middle or rate == 0:
                raise CheckFailed(f"{side} fires at {rate:.1f} Hz, the middle of all sides is {middle:.1f} Hz")

    def table(self) -> list[str]:
        """The lines of the table."""
        lines = [self.comparison.title]
        lines.append(f"  {'':<22}{'CPU ms per simulated s':>30}{'by the clock':>14}{'rate':>10}   version")
        for side in self.windows:
            cpu = self.milliseconds(side)
            lines.append(
                f"  {side:<22}{median(cpu):>10.1f}{'(' + spread(cpu) + ')':>20}"
                f"{median(self.milliseconds(side, 'wall')):>14.1f}{self.rate(side):>7.1f} Hz   {self.versions[side]}"
            )
        return lines + [f"  {side:<22}left out: {why}" for side, why in self.left_out.items()]

    def rows(self) -> list[Row]:
        """The gates."""
        return [self._row(gate) for gate in self.comparison.gates]

    def _row(self, gate: Gate) -> Row:
        words = "times faster than" if gate.at_least else "times the time of"
        sides = (gate.fast, gate.slow) if gate.at_least else (gate.slow, gate.fast)
        row = Row(f"  {sides[0]}, {words} {sides[1]}", limit=gate.limit, at_least=gate.at_least)
        missing = [side for side in (gate.slow, gate.fast) if side not in self.windows]
        if missing:
            row.skipped = f"{missing[0]} did not run"
        else:
            row.measured = ratio(self.milliseconds(gate.slow), self.milliseconds(gate.fast))
        return row

    def as_json(self) -> dict:
        """Everything, for a file."""
        return {
            **asdict(self.comparison),
            "sides": {
                side: {
                    "version": self.versions[side],
                    "cpu_ms_per_simulated_s": median(self.milliseconds(side)),
                    "wall_ms_per_simulated_s": median(self.milliseconds(side, "wall")),
                    "rate_hz": self.rate(side),
                    "windows": found,
                }
                for side, found in self.windows.items()
            },
            "left_out": self.left_out,
            "ratios": {row.name.strip(): row.measured for row in self.rows()},
        }


def compare(comparison: Comparison, python: dict[str, Path], left_out: dict[str, str], rounds: int) -> Result:
    """Run a network on all sides.

    Parameters
    ----------
    comparison : Comparison
    python : dict of str to Path
        The interpreters of the peers.
    left_out : dict of str to str
        Sides that cannot run, and why.
    rounds : int
        In each, every side runs one window; one more round comes first and is not counted.
    """
    with contextlib.ExitStack() as stack:
        sides = {
            name: stack.enter_context(
                Side(name, command(name, python), comparison.network, comparison.n, comparison.seconds)
            )
            for name in comparison.sides
            if name not in left_out
        }
        windows = take_turns({name: side.window for name, side in sides.items()}, rounds)
        versions = {name: side.about["version"] for name, side in sides.items()}
    absent = {name: why for name, why in left_out.items() if name in comparison.sides}
    return Result(comparison, windows, versions, absent)
