"""Ctrl-C during a run: at once, and with everything whole afterwards."""

import json
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from brainpy_lab.runtime import plain_run
from tests.agreement.networks import BACKENDS, DENSE, counters

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("report", [[], ["report"]], ids=["quiet", "report"])
@pytest.mark.parametrize("backend", [*BACKENDS, "threads"])
def test_an_interrupt_ends_a_run_within_100_ms_and_loses_nothing(backend, report):
    found = subprocess.run(
        [sys.executable, "-m", "tests.runtime.interrupted_run", backend, "0.05", *report],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr
    delays = json.loads(found.stdout.splitlines()[-1])
    assert len(delays) == 3 and all(0 <= delay < 100.0 for delay in delays)


class Interrupting:
    """Compiled code during whose `number`-th call Ctrl-C arrives."""

    def __init__(self, code, number):
        self.code, self.left, self.buffers, self.notices = code, number, code.buffers, []

    def __getattr__(self, name):
        return getattr(self.code, name)

    def advance(self, *arguments):
        done = self.code.advance(*arguments)
        self.left -= 1
        if self.left == 0:
            signal.raise_signal(signal.SIGINT)
        return done


@pytest.mark.parametrize("number", [1, 2, 5])
def test_steps_that_ran_while_the_interrupt_came_are_counted(number):
    sim = counters("reference", monitors=[DENSE])
    sim.code = Interrupting(sim.code, number)
    with pytest.raises(KeyboardInterrupt):
        plain_run.run(sim, 0.0, 10_000.0)
    assert sim.run_step >= number
    assert sim.monitor(0)[-1, 0] == sim.field("N", "x")[0] == sim.run_step
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_last_interrupt_of_a_run_is_not_lost():
    sim = counters("reference", monitors=[DENSE])
    sim.code = Interrupting(sim.code, 1)
    with pytest.raises(KeyboardInterrupt):
        plain_run.run(sim, 0.0, 0.1)
    assert sim.run_step == 1


def test_a_handler_of_the_user_is_called_and_stays(monkeypatch):
    calls = []
    before = signal.signal(signal.SIGINT, lambda *arguments: calls.append(arguments))
    try:
        mine = signal.getsignal(signal.SIGINT)
        sim = counters("reference")
        sim.code = Interrupting(sim.code, 1)
        plain_run.run(sim, 0.0, 1.0)
        assert sim.run_step == 10 and [number for number, _ in calls] == [signal.SIGINT]
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_run_in_another_thread_needs_no_handler():
    sim, problems = counters("reference"), []

    def work():
        try:
            plain_run.run(sim, 0.0, 1.0)
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert problems == [] and sim.run_step == 10


PROGRESS = r"""Compilation used \d+\.\d{4} s\.
Start running \.\.\.
Run 20\.0% used \d+\.\d{3} s\.
Run 40\.0% used \d+\.\d{3} s\.
Run 60\.0% used \d+\.\d{3} s\.
Run 80\.0% used \d+\.\d{3} s\.
Run 100\.0% used \d+\.\d{3} s\.
Simulation is done in \d+\.\d{3} s\.
"""


def test_progress_is_printed_as_asked(capsys):
    plain_run.run(counters("reference"), 0.0, 1.0, report=True, report_percent=0.25)  # 10 steps, a line every int(2.5)
    assert re.fullmatch(PROGRESS, capsys.readouterr().out)


@pytest.mark.parametrize(
    "steps, percent, shown",
    [
        (7, 0.3, ["28.6%", "57.1%", "85.7%"]),  # (k + 1) % int(7 * 0.3) == 0
        (3, 0.1, ["33.3%", "66.7%", "100.0%"]),  # int(0.3) is 0: at least every step
        (1, 1.0, ["100.0%"]),
    ],
)
def test_lines_come_after_whole_numbers_of_steps(capsys, steps, percent, shown):
    plain_run.run(counters("reference"), 0.0, steps * 0.1, report=True, report_percent=percent)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("Run ")] == shown


def test_the_time_of_compiling_is_told_with_the_first_step(capsys):
    plain_run.run(counters("reference"), 0.0, 1.0, report=True, preparing=1234.0)
    assert capsys.readouterr().out.startswith("Compilation used 1234.")
