"""What comes out of a lab: pictures, numbers, a recording, its script, and files that it can be opened from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import checks
from . import export, files, recording, script
from .bifurcation_view import BifurcationView
from .live import Live

if TYPE_CHECKING:
    from .lab import Lab


STEP_SECONDS, DIAGRAM_SECONDS = 5.0, 10.0
"""How long what is written waits for a step to end, and for the bifurcation diagram."""


class Outputs(Live):
    """The part of `Lab` that writes."""

    def _settle(self) -> None:
        """Let what was asked for between steps be done, and the bifurcation diagram be complete."""
        if self._between_steps(lambda: None):
            for view in self.subject.views:
                if isinstance(view, BifurcationView) and view.shown:
                    view.wait_for(self._simulation, self._window(), DIAGRAM_SECONDS)

    def _between_steps(self, act: Callable[[], object]) -> bool:
        """Act after what was asked for between steps; whether that was done, in some seconds."""
        session, done = self.session, threading.Event()
        if session is None or session.status not in ("running", "paused"):
            return False
        self._do_between_steps(lambda: (act(), done.set()))
        return done.wait(STEP_SECONDS)

    def to_png(self, path: str | None = None) -> bytes:
        """The picture of the views now, as PNG. Of a running lab it is the newest one that was drawn at a pause.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it too.
        """
        if path is not None:
            path = checks.path("path", path, "png")
        self._settle()
        if not self._between_steps(self._draw_picture) and self.status != "running":
            self._draw_picture()
        png, _ = self.pictured()
        if path is not None:
            path.write_bytes(png)
        return png

    def to_svg(self, path: str | None = None) -> str:
        """The picture of the views now, as SVG: lines and text that can be scaled and edited.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it too.
        """
        self._settle()
        return export.to_svg(self, path)

    def to_csv(self, path: str) -> list:
        """Write the arrays behind the views: states, spikes, rates, each kind in a file of its own.

        Parameters
        ----------
        path : str or Path
            'FHN.csv' becomes 'FHN-states.csv', 'FHN-spikes.csv', 'FHN-rates.csv' where there are several kinds.

        Returns
        -------
        list of Path
            What was written.
        """
        return export.to_csv(self, path)

    def to_pandas(self) -> dict:
        """The same as DataFrames by kind: 'states', 'spikes', 'rates'."""
        return export.to_pandas(self)

    def to_xarray(self):
        """The same as a Dataset with units, states over the coordinate 'time' (ms)."""
        return export.to_xarray(self)

    def to_neo(self):
        """The same as a neo Block: a signal for each state, a spike train for each neuron."""
        return export.to_neo(self)

    def to_nwb(self, path: str):
        """The same as an NWB file, whose times are in seconds; returns its path."""
        return export.to_nwb(self, path)

    def to_html(self, path: str, seconds: float = 10.0):
        """Write a page that plays the last `seconds` of watching, needs no network and no kernel, and can be scrubbed.

        Parameters
        ----------
        path : str or Path
        seconds : float
            Of watching at the present speed. The run goes back and computes them again, with the same bits.

        Returns
        -------
        Path
        """
        return recording.to_html(self, path, seconds)

    def to_script(self, path: str | None = None) -> str:
        """One Python file that computes again what the views show, and asserts that no bit differs.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it too. A log of more than 500 entries goes into a file beside it.

        Returns
        -------
        str
            Its text.

        Raises
        ------
        ModelUseError
            When the cell uses something that cannot be written down, or no cell made the lab.
        """
        if path is not None:
            path = checks.path("path", path, "py")
        return script.script(self, path)

    def save(self, path: str) -> None:
        """Write the lab into a file: its cell, values, seed and log, from which `open_lab` comes to the same bits.

        Parameters
        ----------
        path : str or Path
            Such as 'FHN.lab.json'.

        Raises
        ------
        ModelUseError
            When no cell made the lab, or it has not been started.
        """
        files.save(self, path)

    @staticmethod
    def reopen(source, name: str | None = None, model=None, trust: bool = False) -> Lab:
        """Make a lab again from a notebook in which it was saved. The parameters are those of `bp.open_lab`."""
        return files.open_lab(source, name, model, trust)

    def facts(self) -> dict:
        """What the lab is, in short."""
        return files.facts(self)

    def info(self) -> dict:
        """What is needed to make the lab again, kept in the notebook beside the picture."""
        return files.for_notebook(self)
