"""One round of all measurements, in notebooks with kernels of their own."""
from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tools.notebook_page import NotebookPage

from . import probes
from .cells import BUSY, FHN, GAMMA

IMPORT_SECONDS = 3.0
"""A person reads on after ``%load_ext``; meanwhile the kernel imports what the first cell needs."""


@dataclass(frozen=True)
class Times:
    """How long things are watched, s, and how often a cell is run again."""

    watch: float = 15.0
    busy: float = 8.0
    pauses: int = 3
    reruns: int = 20


Figures = dict[str, list[float]]
Opener = Callable[..., NotebookPage]


@contextmanager
def notebook(opener: Opener, cache: str, *cells: str) -> Iterator[NotebookPage]:
    """A notebook whose first cell has loaded the extension, with the compiler's cache in a folder."""
    load = f"import os\nos.environ['BRAINPY_LAB_CACHE'] = {cache!r}\n%load_ext brainpy_lab"
    opened = opener(load, *cells)
    try:
        opened.run(0)
        opened.page.wait_for_timeout(1000 * IMPORT_SECONDS)
        yield opened
    finally:
        opened.close()


def start(opened: NotebookPage, index: int = 1) -> dict[str, float]:
    """Run a cell of a lab; ms to the first picture, the first live frame and the first frame of Numba's code."""
    opened.page.evaluate(probes.START)
    opened.run(index, wait=False)
    opened.page.wait_for_function("() => window.benchmarkMarks.numba !== undefined", timeout=120_000)
    return opened.page.evaluate("() => window.benchmarkMarks")


def one_round(opener: Opener, times: Times) -> Figures:
    """Everything once. Lists of ms, frames a second, bytes, MB or counts by name."""
    found: Figures = {}

    def note(name: str, *values: float) -> None:
        found.setdefault(name, []).extend(values)

    with tempfile.TemporaryDirectory(prefix="brainpy-lab-ui-") as cache:
        for kind, cell in (("fhn", FHN), ("gamma", GAMMA)):
            for state in ("cold", "warm"):
                with notebook(opener, cache, cell, BUSY.format(seconds=times.busy + 1)) as opened:
                    for mark, ms in start(opened).items():
                        note(f"{kind} {state} {mark}", ms)
                    if state == "warm":
                        _watch(opened, kind, times, note)
        with notebook(opener, cache, FHN) as opened:
            _rerun(opened, times.reruns, note)
    return found


def _watch(opened: NotebookPage, kind: str, times: Times, note: Callable) -> None:
    opened.page.wait_for_timeout(1500)
    seen = opened.page.evaluate(probes.WATCH, times.watch)
    note(f"{kind} slider", *seen["waits"])
    note(f"{kind} slider lost", seen["lost"])
    note(f"{kind} draw", *seen["costs"])
    note(f"{kind} fps", seen["fps"])
    note(f"{kind} long", seen["long"])
    if kind != "fhn":
        return
    for _ in range(times.pauses):
        note("pause", opened.page.evaluate(probes.PAUSE))
    opened.run(2, wait=False)
    opened.page.wait_for_timeout(500)
    busy = opened.page.evaluate(probes.WATCH, times.busy - 1)
    note("busy slider", *busy["waits"])
    note("busy slider lost", busy["lost"])
    opened.page.wait_for_timeout(2000)
    opened.page.evaluate(f"() => {probes.LAB}.node.querySelector('.bpw-button-main').click()")  # the picture is renewed
    opened.page.wait_for_timeout(1500)
    note("saved bytes", float(len(json.dumps(opened.save().cells[1].outputs))))


def _rerun(opened: NotebookPage, reruns: int, note: Callable) -> None:
    for _ in range(3):  # what is made once and kept is no growth
        start(opened)
    kernel, page = _memory(opened)
    for _ in range(reruns):
        start(opened)
    kernel_after, page_after = _memory(opened)
    note("kernel growth", kernel_after - kernel)
    note("page growth", page_after - page)


def _memory(opened: NotebookPage) -> tuple[float, float]:
    """MB of the kernel (resident) and of the page (JavaScript, after collecting garbage)."""
    opened.page.wait_for_timeout(1000)
    tools = opened.page.context.new_cdp_session(opened.page)
    tools.send("Performance.enable")
    tools.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    return float(opened.kernel(probes.KERNEL_MEGABYTES)), metrics["JSHeapUsedSize"] / 2**20
