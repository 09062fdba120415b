"""A Chromium that nobody watches while a stop-watch runs in its page.

A connected Playwright is told of every message between page and kernel, bytes and all. That takes processor
time, which no user pays, so it lets go of the page meanwhile.
"""
from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from tools.notebook_page import CHROMIUM_OPTIONS

PATIENCE_S = 60
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")

KEEP = """([name, script, argument]) => {
    window.name = name;
    window.benchmarkResult = undefined;
    const begin = () => (0, eval)(`(${script})`)(argument).then(result => { window.benchmarkResult = result; });
    setTimeout(begin, 700);
}"""
"""Starts an asynchronous function when the connection has ended, which is work too. Its result stays in the page."""


class Chromium:
    """A browser that outlives its connection.

    Parameters
    ----------
    playwright
    address : str
        Of its debugging port.
    """

    def __init__(self, playwright, address: str) -> None:
        self._playwright = playwright
        self._address = address
        self._connect()

    def _connect(self) -> None:
        self._browser = self._playwright.chromium.connect_over_cdp(self._address)

    @property
    def version(self) -> str:
        return self._browser.version

    def new_page(self, viewport: dict[str, int]):
        """A page in a window with room for `viewport`; a size that Playwright feigns would end with the connection."""
        page = self._browser.contexts[0].new_page()
        tools = page.context.new_cdp_session(page)
        window = tools.send("Browser.getWindowForTarget")["windowId"]
        size = dict(viewport)
        for _ in range(2):  # the frame of the window is known when it has a size
            tools.send("Browser.setWindowBounds", {"windowId": window, "bounds": size})
            page.wait_for_timeout(300)
            width, height = page.evaluate("[innerWidth, innerHeight]")
            size = {"width": size["width"] + viewport["width"] - width,
                    "height": size["height"] + viewport["height"] - height}
        tools.detach()
        if {"width": width, "height": height} != viewport:
            raise RuntimeError(f"the window has {width} x {height} pixels inside instead of {viewport}")
        return page

    def alone(self, page, script: str, argument, seconds: float):
        """Run an asynchronous function in the page, which takes about `seconds`, with nobody connected.

        Returns
        -------
        (page, object)
            The page, as it is called from now on, and the result.
        """
        name = uuid.uuid4().hex
        page.evaluate(KEEP, [name, script, argument])
        self._browser.close()  # lets go; page and browser go on
        time.sleep(seconds + 1.5)
        self._connect()
        page = next(one for one in self._browser.contexts[0].pages if one.evaluate("window.name") == name)
        page.wait_for_function("() => window.benchmarkResult !== undefined", timeout=1000 * PATIENCE_S)
        return page, page.evaluate("window.benchmarkResult")


@contextlib.contextmanager
def started(playwright, program: str) -> Iterator[Chromium]:
    """Run Chromium, headless, with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="brainpy-lab-chromium-", ignore_cleanup_errors=True) as profile:
        command = [program, "--headless", *CHROMIUM_OPTIONS, *QUIET, "--remote-debugging-port=0",
                   f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Chromium(playwright, f"http://127.0.0.1:{_port(Path(profile), process)}")
        finally:
            process.terminate()
            process.wait()


def _port(profile: Path, process: subprocess.Popen) -> int:
    """Where Chromium listens, which it writes into its profile."""
    written, end = profile / "DevToolsActivePort", time.monotonic() + PATIENCE_S
    while not written.exists() or not written.read_text().strip():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"Chromium did not start (exit code {process.poll()})")
        time.sleep(0.05)
    return int(written.read_text().split()[0])
