"""The table of benchmarks runs, and does not believe a time of work that was not done."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from benchmarks import by_hand, engine, hand, populations, start_up
from benchmarks.__main__ import ROWS, main
from benchmarks.report import CheckFailed, Row
from benchmarks.timing import interleave, ratio

ROOT = Path(__file__).parents[2]
with_gcc = pytest.mark.skipif(not hand.gcc_version(), reason="needs gcc")


def test_the_command_runs_every_row_from_the_root():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny", "--rounds", "1"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert sum(line.startswith(("not judged", "skipped", "information")) for line in lines) == len(ROWS) + 7
    assert "NumPy" in done.stdout and "ns per neuron-step" in done.stdout


def test_an_unknown_row_is_told_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["gama"])
    assert stopped.value.code == 2
    assert "gama" in capsys.readouterr().err


def test_a_gate_can_fail():
    assert Row("a", measured=2.0, limit=2.6, at_least=True).verdict() == "FAIL"
    assert Row("a", measured=2.7, limit=2.6, at_least=True).verdict() == "pass"
    assert Row("a", measured=1.4, limit=1.3).verdict() == "FAIL"
    assert Row("a", measured=float("nan"), limit=1.3).verdict() == "FAIL"


def test_a_failed_gate_ends_with_code_one(monkeypatch, capsys):
    monkeypatch.setitem(ROWS, "lif", lambda tiny, rounds: Row("slow", measured=2.0, limit=1.0))
    assert main(["lif"]) == 1
    assert "FAIL" in capsys.readouterr().out


def test_rounds_take_turns_and_the_first_is_not_counted():
    order = []
    seconds = interleave({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert sorted(order) == ["a"] * 4 + ["b"] * 4
    assert all(set(order[k : k + 2]) == {"a", "b"} for k in range(0, 8, 2))
    assert len(seconds["a"]) == len(seconds["b"]) == 3
    assert ratio([2.0, 4.0, 9.0], [1.0, 2.0, 3.0]) == 2.0


def test_silent_neurons_are_no_benchmark():
    with pytest.raises(CheckFailed, match="never fired"):
        populations.libm(True, 1, drive=-1.0)


def test_the_loop_of_libm_computes_the_same_with_other_bits():
    net, ours = engine.population(1, 9)
    other_net, theirs = engine.population(1, 9)
    engine.with_libm(theirs, "expm1")
    for simulation in (ours, theirs):
        simulation.begin(0.0, 300)
        simulation.advance(300)
    mine, other = np.array(net.members[0].ST["V"]), np.array(other_net.members[0].ST["V"])
    engine.agree(mine, other, 1e-6, "300 steps")
    assert not np.array_equal(mine, other), "the functions were not replaced"
    with pytest.raises(CheckFailed, match="differ"):
        engine.agree(mine, other + 1e-5, 1e-6, "300 steps")
    with pytest.raises(CheckFailed, match="differ"):
        engine.agree(mine, other * np.nan, 1e-6, "300 steps")


@with_gcc
@pytest.mark.parametrize("row, flag", [(by_hand.gamma, "-DG_NA=35.01"), (by_hand.neuron, "-DSQUID_G_NA=120.01")])
def test_another_conductance_in_the_hand_written_side_is_noticed(row, flag):
    with pytest.raises(CheckFailed, match="not the same equations"):
        row(True, 1, flags=(flag,))


def test_without_gcc_the_comparison_is_skipped_and_says_so(monkeypatch):
    monkeypatch.setattr(hand, "library", lambda *flags: None)
    row = by_hand.gamma(True, 1)
    assert row.verdict() == "skipped" and "install gcc" in "".join(row.lines())
    assert any("ms per simulated s" in figure for figure in row.figures)


def test_flags_that_allow_another_rounding_are_found():
    @njit("float64(float64, float64)", fastmath=True)
    def fast(a, b):
        return a * b + a

    @njit("float64(float64, float64)")
    def exact(a, b):
        return a * b + a

    assert start_up.flagged(fast.inspect_llvm(fast.signatures[0]))
    assert start_up.flagged(exact.inspect_llvm(exact.signatures[0])) == []


def test_a_process_that_fails_is_not_a_time():
    with pytest.raises(CheckFailed, match="division by zero"):
        start_up.python("1/0", "unused")
