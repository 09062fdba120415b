"""The comparison with other simulators: its own parts work without them, and it believes no time of other work."""

import json
import subprocess
from types import SimpleNamespace

import pytest

from benchmarks import hand
from benchmarks.peers import environments
from benchmarks.peers.__main__ import NETWORKS, main
from benchmarks.peers.comparison import Comparison, Gate, Result, compare
from benchmarks.peers.processes import Side, SideFailed, command
from benchmarks.peers.side_c import Hand
from benchmarks.report import CheckFailed

with_gcc = pytest.mark.skipif(not hand.gcc_version(), reason="needs gcc")


def rate(network, n, seconds):
    network.run(1000)  # the start is another regime
    return network.run(round(seconds * 10_000)) / (n * seconds)


@with_gcc
@pytest.mark.parametrize("kind, low, high", [("coba", 10, 40), ("current", 10, 40), ("cobahh", 15, 60)])
def test_the_networks_by_hand_fire(kind, low, high):
    n = 2000
    network = Hand(kind, n)
    # Each pair with probability 80/n: 5 standard errors.
    assert abs(network.n_edges - 80 * n) < 5 * (80 * n) ** 0.5
    assert low < rate(network, n, 0.5) < high


@with_gcc
def test_another_seed_is_another_network_of_the_same_rate():
    one, other = Hand("coba", 4000, 1), Hand("coba", 4000, 2)
    assert one.n_edges != other.n_edges
    # Rates of 4,000 neurons differ by a tenth from one network to the next.
    assert rate(one, 4000, 1.0) == pytest.approx(rate(other, 4000, 1.0), rel=0.3)


@with_gcc
def test_our_side_and_the_hand_written_one_take_turns():
    found = compare(
        Comparison("coba", 1000, 0.2, ("brainpy_lab LifRef", "C LifRef", "BrainPy LifRef")),
        {},
        {"BrainPy LifRef": "not here"},
        1,
    )
    assert found.versions["brainpy_lab LifRef"].startswith("brainpy_lab ")
    assert all(5 < found.rate(side) < 60 for side in ("brainpy_lab LifRef", "C LifRef"))
    assert "left out: not here" in found.table()[-1]


def test_a_side_that_fails_tells_what_it_said():
    start = command("BrainPy", {"brainpy": "python"})
    start[0] = command("C", {})[0]  # our interpreter, in which there is no BrainPy
    with pytest.raises(SideFailed, match=r"(?s)BrainPy, coba 100: .*No module named 'no_such_brainpy'"):
        Side("BrainPy", [*start[:-1], "no_such_brainpy"], "coba", 100, 0.1).__enter__()


THREE_TIMES = Gate("Brian2", "C", 3.0)


def result(spikes=(2000, 2100), cpu=(0.1, 0.4), gates=(THREE_TIMES,)):
    windows = {
        side: [{"cpu": c, "wall": 2 * c, "spikes": s}] * 3
        for side, c, s in zip(("C", "Brian2"), cpu, spikes, strict=True)
    }
    comparison = Comparison("coba", 100, 1.0, ("C", "Brian2", "BrainPy"), gates)
    return Result(comparison, windows, {"C": "gcc 1", "Brian2": "brian2 2"}, {"BrainPy": "not installed"})


def test_the_table_tells_times_rates_versions_and_who_is_missing():
    head, _, c, brian2, brainpy = result().table()
    assert head == "COBA, 100 neurons, windows of 1 s"
    assert c.split() == "C 100.0 (100 to 100) 200.0 20.0 Hz gcc 1".split()
    assert brian2.split() == "Brian2 400.0 (400 to 400) 800.0 21.0 Hz brian2 2".split()
    assert brainpy.split() == "BrainPy left out: not installed".split()


def test_gates_judge_ratios_both_ways_and_are_skipped_without_the_peer():
    (row,) = result().rows()
    assert row.measured == pytest.approx(4.0) and row.verdict() == "pass"
    assert result(cpu=(0.1, 0.2)).rows()[0].verdict() == "FAIL"
    at_most = Gate("Brian2", "C", 1.5, at_least=False)
    assert result(gates=(at_most,)).rows()[0].verdict() == "FAIL"
    assert result(cpu=(0.1, 0.14), gates=(at_most,)).rows()[0].verdict() == "pass"
    assert result(gates=(Gate("Brian2", "C", None),)).rows()[0].verdict() == "information"
    (row,) = result(gates=(Gate("BrainPy", "C", 10.0),)).rows()
    assert row.verdict() == "skipped" and "BrainPy did not run" in "".join(row.lines())


@pytest.mark.parametrize("spikes", [(2000, 0), (2000, 4100)])
def test_other_rates_are_no_comparison(spikes):
    result().check()
    with pytest.raises(CheckFailed, match="Brian2 fires at|C fires at"):
        result(spikes).check()


def test_what_was_measured_can_be_written_as_json():
    found = json.loads(json.dumps(result().as_json()))
    assert found["sides"]["Brian2"]["cpu_ms_per_simulated_s"] == pytest.approx(400.0)
    assert found["sides"]["C"]["rate_hz"] == pytest.approx(20.0)
    assert found["ratios"] == {"C, times faster than Brian2": pytest.approx(4.0)}
    assert found["left_out"] == {"BrainPy": "not installed"}


def test_every_gate_names_sides_that_run():
    for network in NETWORKS.values():
        assert {side for gate in network.gates for side in (gate.slow, gate.fast)} <= set(network.sides)


def test_an_environment_is_made_once_for_the_same_versions(tmp_path, monkeypatch):
    called = []

    def run(command, **options):
        called.append(command)
        (tmp_path / "brian2").mkdir(exist_ok=True)
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    first = environments.python_of("brian2", tmp_path)
    assert [word for word in called[1] if "==" in word] == ["brian2==2.9.0"] and called[1][0] == str(first)
    assert environments.python_of("brian2", tmp_path) == first and len(called) == 2
    monkeypatch.setitem(environments.REQUIREMENTS, "brian2", ("brian2==2.10.0",))
    environments.python_of("brian2", tmp_path)
    assert len(called) == 4


def test_a_peer_that_cannot_be_installed_is_left_out_with_the_reason(tmp_path, monkeypatch, capsys):
    failed = SimpleNamespace(returncode=1, stderr="No matching distribution")
    monkeypatch.setattr(environments.subprocess, "run", lambda command, **options: failed)
    with pytest.raises(environments.NotInstalled, match="brian2 could not be installed: No matching distribution"):
        environments.python_of("brian2", tmp_path)


def test_an_unknown_network_is_told_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["coba5000"])
    assert stopped.value.code == 2
    assert "coba64000" in capsys.readouterr().err
