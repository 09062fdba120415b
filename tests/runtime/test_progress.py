"""A bar appears in long runs only, where a person can see it, and goes away with the run."""

from __future__ import annotations

import io
import sys

import pytest

from brainpy_lab.runtime import plain_run, progress
from tests.agreement.networks import counters


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def in_terminal(monkeypatch):
    """Call it in the test itself: pytest replaces stderr between a fixture and its test."""

    def enter() -> Terminal:
        monkeypatch.setattr(sys, "stderr", Terminal())
        return sys.stderr

    return enter


def test_a_run_that_turns_out_to_be_long_shows_a_bar_in_a_terminal(in_terminal, monkeypatch):
    terminal = in_terminal()
    monkeypatch.setattr(progress, "PATIENCE", -1.0)  # every run is long
    sim = counters("reference")
    plain_run.run(sim, 0.0, 20.0)
    shown = terminal.getvalue()
    assert "run   0%|" in shown, shown
    assert shown.split("\r")[-1].strip() == ""  # taken away at the end
    assert sim.run_step == 200


def test_a_short_run_and_one_that_nobody_watches_show_none(in_terminal, monkeypatch):
    terminal = in_terminal()
    plain_run.run(counters("reference"), 0.0, 5.0)
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    monkeypatch.setattr(progress, "is_watched", lambda: False)
    plain_run.run(counters("reference"), 0.0, 5.0)
    assert terminal.getvalue() == ""


def test_a_report_is_progress_enough(in_terminal, monkeypatch, capsys):
    terminal = in_terminal()
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    plain_run.run(counters("reference"), 0.0, 5.0, report=True)
    assert terminal.getvalue() == ""


def test_a_bar_waits_for_its_time(in_terminal, monkeypatch):
    in_terminal()
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    bar = progress.Bar(1000)
    for now[0], done in ((1.0, 10), (3.0, 900), (3.5, 999)):
        bar.show(done)  # too early, and then nearly done
    assert bar._bar is None
    now[0] = 3.5
    bar.show(100)
    assert bar._bar is not None
    bar.close()


def test_a_terminal_and_a_notebook_are_watched(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not progress.is_watched()

    class Kernel:
        kernel = object()

    class FakeIPython:
        @staticmethod
        def get_ipython():
            return Kernel()

    monkeypatch.setitem(sys.modules, "IPython", FakeIPython)
    assert progress.is_watched()
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.delitem(sys.modules, "IPython")
    assert progress.is_watched()
