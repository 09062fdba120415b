"""One round of all measurements, in notebooks with kernels of their own."""
from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tools.notebook_page import NotebookPage

from . import probes
from .cells import BUSY, CLOCKS, FHN, GAMMA, SLOW_CLOCK

IMPORT_SECONDS = 3.0
"""A person reads on after ``%load_ext``; meanwhile the kernel imports what the first cell needs."""


@dataclass(frozen=True)
class Times:
    """How long things are watched, s, how often a cell is run again, and how many neurons a raster shows."""

    watch: float = 15.0
    busy: float = 8.0
    pauses: int = 3
    slow: float = 60.0
    reruns: int = 50
    firing: tuple[int, int] = (10_000, 100_000)


WIDE = (2000, 1800)
"""A window of a large screen, pixels."""


SHOW = """
lab = __import__('brainpy_lab').labs['clocks']
for name, shown in dict(lab.views).items():
    (lab.show_view if name in {views} else lab.hide_view)(name)
"""

Figures = dict[str, list[float]]
Opener = Callable[..., NotebookPage]


@contextmanager
def notebook(opener: Opener, cache: str, *cells: str, **options) -> Iterator[NotebookPage]:
    """A notebook whose first cell has loaded the extension, with the compiler's cache in a folder."""
    with unloaded(opener, cache, *cells, **options) as opened:
        opened.run(0)
        opened.page.wait_for_timeout(1000 * IMPORT_SECONDS)
        yield opened


@contextmanager
def unloaded(opener: Opener, cache: str, *cells: str, **options) -> Iterator[NotebookPage]:
    """The same, with a first cell that has not run."""
    opened = opener(f"import os\nos.environ['BRAINPY_LAB_CACHE'] = {cache!r}\n%load_ext brainpy_lab", *cells, **options)
    try:
        yield opened
    finally:
        opened.close()


def alone(opened: NotebookPage, script: str, argument, seconds: float):
    """The result of a stop-watch in the page that takes `seconds`, with nobody connected to it."""
    opened.page, result = opened.browser.alone(opened.page, script, argument, seconds)
    return result


def start(opened: NotebookPage, *indices: int) -> dict[str, float]:
    """Run the cell of a lab, or those given; ms to the first picture, the first live frame and Numba's first frame."""
    opened.page.evaluate(probes.START)
    for index in indices or (1,):
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
        _many(opener, cache, times, note)
        with notebook(opener, cache, FHN) as opened:
            _rerun(opened, times.reruns, note)
        with unloaded(opener, cache, FHN) as opened:
            note("fhn import picture", start(opened, 0, 1)["picture"])
    return found


def _watch(opened: NotebookPage, kind: str, times: Times, note: Callable) -> None:
    opened.page.wait_for_timeout(1500)
    seen = alone(opened, probes.WATCH, times.watch, times.watch)
    note(f"{kind} slider", *seen["waits"])
    note(f"{kind} slider lost", seen["lost"])
    note(f"{kind} draw", *seen["costs"])
    note(f"{kind} fps", seen["fps"])
    note(f"{kind} long", seen["long"])
    if kind != "fhn":
        return
    for _ in range(times.pauses):
        note("pause", alone(opened, probes.PAUSE, None, 1.5))
    opened.run(2, wait=False)
    opened.page.wait_for_timeout(500)
    busy = alone(opened, probes.WATCH, times.busy - 1, times.busy - 1)
    note("busy slider", *busy["waits"])
    note("busy slider lost", busy["lost"])
    opened.page.wait_for_timeout(2000)
    _slow(opened, times, note)
    opened.run(2, wait=False)
    opened.page.wait_for_timeout(500)
    note("interrupt", opened.page.evaluate(probes.INTERRUPT))
    opened.page.evaluate(f"() => {probes.LAB}.node.querySelector('.bpw-button-main').click()")  # the picture is renewed
    opened.page.wait_for_timeout(1500)
    note("saved bytes", float(len(json.dumps(opened.save().cells[1].outputs))))


def _many(opener: Opener, cache: str, times: Times, note: Callable) -> None:
    """What is drawn when there is much to draw."""
    with notebook(opener, cache, FHN, size=WIDE) as opened:
        start(opened)
        opened.kernel("__import__('brainpy_lab').labs['FHN'].show_view('bifurcation')")
        _draw(opened, "wide", times, note)
    fewer, more = times.firing
    for kind, size, views in (
        ("raster", fewer, ("raster",)),
        ("full raster", more, ("raster",)),
        ("image", (256, 256), ("sheet",)),
    ):
        with notebook(opener, cache, CLOCKS.format(size=size)) as opened:
            start(opened)
            opened.kernel(SHOW.format(views=views))
            _draw(opened, kind, times, note)


def _draw(opened: NotebookPage, kind: str, times: Times, note: Callable) -> None:
    """Frames a second and what they cost, once the window is full."""
    opened.page.wait_for_timeout(6000)
    seen = alone(opened, probes.WATCH, times.watch, times.watch)
    note(f"{kind} fps", seen["fps"])
    note(f"{kind} draw", *seen["costs"])


def _slow(opened: NotebookPage, times: Times, note: Callable) -> None:
    """A page that draws slowly."""
    opened.kernel(SLOW_CLOCK)
    note("slow age", *alone(opened, probes.SLOW, times.slow, times.slow))
    note("slow waiting", float(opened.kernel("print(lab.sender.counts.most_in_flight)")))
    opened.page.evaluate(probes.QUICK)


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
