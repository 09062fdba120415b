"""``python -m benchmarks.ui``: how fast the page answers, in JupyterLab and headless Chromium."""
from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from pathlib import Path

from tools.check_lab import jupyterlab
from tools.notebook_page import NotebookPage, find_chromium

from ..report import Row, machine
from .chromium import started
from .measure import Figures, Times, one_round

TOKEN = "lab-benchmarks"
TINY = Times(watch=3.0, busy=3.0, pauses=1, slow=3.0, reruns=2, firing=(1000, 2000))


def share(values: list[float], part: float) -> float:
    """The value that `part` of the values do not exceed; infinite when there is none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.inf


def rows(rounds: list[Figures]) -> list[Row]:
    """The table: of every figure the median of the rounds."""

    def each(name: str, part: float | None = None) -> list[float]:
        return [share(one.get(name, []), 0.5 if part is None else part) for one in rounds]

    def row(title: str, name: str, limit: float | None, unit: str = "ms", part: float | None = None, **options) -> Row:
        values = each(name, part)
        spread = ", ".join(f"{value:.3g}" for value in values)
        figures = [f"of each round: {spread} {unit}", *options.pop("figures", [])]
        return Row(title, figures, statistics.median(values), limit, unit=unit, **options)

    def slider(title: str, name: str, limit: float) -> Row:
        lost = sum(sum(one.get(f"{name} lost", [0])) for one in rounds)
        half = statistics.median(each(name))
        found = row(title, name, limit, part=0.95, figures=[f"p50 {half:.3g} ms; without an answer in 3 s: {lost:g}"])
        if lost:
            found.measured = math.inf
        return found

    table = [row(f"{shown}, {state} cache: first picture", f"{kind} {state} picture", 1500, figures=[
        f"first live frame {statistics.median(each(f'{kind} {state} live')):.0f} ms, "
        f"on Numba {statistics.median(each(f'{kind} {state} numba')):.0f} ms"])
        for kind, shown in (("fhn", "FHN"), ("gamma", "gamma")) for state in ("warm", "cold")]
    for one in table[1:]:
        one.limit = None  # the gate is stated for the FHN cell in a warm kernel
    table += [row("FHN, new kernel, with the import: first picture", "fhn import picture", 6000)]
    table += [row(f"FHN, {state} cache: first live frame", f"fhn {state} live", gate)
              for state, gate in (("warm", 2000), ("cold", 8000))]
    for kind, shown in (("fhn", "FHN"), ("gamma", "gamma")):
        table += [slider(f"{shown}: slider to drawn frame, p95", f"{kind} slider", 250),
                  row(f"{shown}: frames drawn in a second", f"{kind} fps", 24, "fps", at_least=True),
                  row(f"{shown}: drawing a frame, p95", f"{kind} draw", 8, part=0.95),
                  row(f"{shown}: tasks over 50 ms in the page in 15 s", f"{kind} long", 3, "tasks")]
    wide = "FHN, three views, 2,000 pixels"
    table += [row(f"{wide}: frames drawn in a second", "wide fps", 24, "fps", at_least=True),
              row(f"{wide}: drawing a frame, p95", "wide draw", 8, part=0.95),
              row("raster of 100,000 spikes: drawing a frame, p95", "raster draw", 8, part=0.95),
              row("sheet of 256 x 256: drawing a frame, p95", "image draw", 8, part=0.95),
              row("raster of 1,000,000 spikes: frames drawn in a second", "full raster fps", 10, "fps", at_least=True),
              row("slow page, 80 ms a frame: most frames in flight", "slow waiting", 2, "frames", part=1.0),
              row("slow page, 80 ms a frame: age of a frame, p95", "slow age", 250, part=0.95)]
    return [*table,
            row("interrupt of a busy cell to an idle kernel", "interrupt", 500, part=1.0),
            row("pause to last drawn frame, slowest", "pause", 150, part=1.0),
            slider("slider while another cell is busy, p95", "busy slider", 500),
            row("bytes that a lab adds to the saved notebook", "saved bytes", 150_000, "bytes"),
            row("kernel memory after running the cell 50 times more", "kernel growth", 50, "MB"),
            row("page memory after running the cell 50 times more", "page growth", 50, "MB")]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; the exit code is 1 when a gate failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ui", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="rounds of which the median is taken (3)")
    parser.add_argument("--tiny", action="store_true", help="one short round: does it work? Gates are not judged.")
    chosen = parser.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        parser.error("chromium is not on PATH")
    from playwright.sync_api import sync_playwright

    print("\n".join(machine()))
    rounds: list[Figures] = []
    with (
        tempfile.TemporaryDirectory(prefix="brainpy-lab-ui-") as name,
        sync_playwright() as playwright,
        started(playwright, chromium) as browser,
    ):
        count = 1 if chosen.tiny else chosen.runs
        print(f"Chromium {browser.version}, headless; median of {count} rounds\n", flush=True)
        with jupyterlab(Path(name), TOKEN, "--LabApp.expose_app_in_browser=True") as address:

            def opener(*cells: str, size: tuple[int, int] = (1360, 1800)) -> NotebookPage:
                return NotebookPage((address, Path(name)), TOKEN, browser, cells, size)

            for _ in range(count):
                rounds.append(one_round(opener, TINY if chosen.tiny else Times()))
    bad = 0
    for row in rows(rounds):
        print("\n".join(row.lines(not chosen.tiny)))
        bad += row.verdict(not chosen.tiny) == "FAIL"
    print("\ntiny: no gate was judged" if chosen.tiny else f"\n{bad} failed" if bad else "\nevery gate passes")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
