"""The table of the page's benchmarks: medians of rounds, gates, and answers that never came."""

import math
from unittest import mock

import pytest
from playwright import sync_api

from benchmarks.ui import __main__ as command
from benchmarks.ui.__main__ import rows, share

QUIET = {
    **{f"{kind} {state} {mark}": [500.0] for kind in ("fhn", "gamma") for state in ("cold", "warm")
       for mark in ("picture", "live", "numba")},
    **{f"{kind} {what}": [value] for kind in ("fhn", "gamma")
       for what, value in (("slider", 50.0), ("slider lost", 0), ("draw", 1.0), ("fps", 30.0), ("long", 0))},
    "pause": [40.0, 60.0, 50.0], "busy slider": [90.0], "busy slider lost": [0], "saved bytes": [70_000.0],
    "kernel growth": [1.0], "page growth": [-0.5], "fhn import picture": [3000.0], "wide fps": [30.0],
    "wide draw": [2.0], "raster draw": [4.0], "image draw": [2.0], "full raster fps": [15.0],
    "slow waiting": [2.0], "slow age": [200.0], "interrupt": [100.0],
}  # fmt: skip


def verdicts(*rounds) -> dict[str, str]:
    return {row.name: row.verdict() for row in rows([{**QUIET, **changes} for changes in rounds])}


def test_a_quiet_page_passes_every_gate():
    assert set(verdicts({}).values()) == {"pass", "information"}


@pytest.mark.parametrize(
    "changes, failing",
    [
        ({"fhn warm picture": [1600.0]}, "FHN, warm cache: first picture"),
        ({"gamma fps": [23.0]}, "gamma: frames drawn in a second"),
        ({"pause": [40.0, 40.0, 160.0]}, "pause to last drawn frame, slowest"),
        ({"busy slider": [], "busy slider lost": [3]}, "slider while another cell is busy, p95"),
        ({"busy slider lost": [1]}, "slider while another cell is busy, p95"),
        ({"slow waiting": [3.0]}, "slow page, 80 ms a frame: most frames in flight"),
        ({"interrupt": [100.0, 700.0]}, "interrupt of a busy cell to an idle kernel"),
        ({"kernel growth": [60.0]}, "kernel memory after running the cell 50 times more"),
    ],
)
def test_each_gate_can_fail(changes, failing):
    assert [name for name, verdict in verdicts(changes).items() if verdict == "FAIL"] == [failing]


def test_one_bad_round_of_three_does_not_decide():
    assert "FAIL" not in verdicts({}, {"pause": [400.0]}, {}).values()


def test_a_share_is_one_of_the_values():
    values = [float(k) for k in range(1, 101)]
    assert (share(values, 0.5), share(values, 0.95), share(values, 1.0)) == (50.0, 95.0, 100.0)
    assert share([], 0.5) == math.inf


@pytest.fixture
def one_round(monkeypatch):
    """What a round of the command finds; no page is opened."""
    monkeypatch.setattr(sync_api, "sync_playwright", mock.MagicMock())
    monkeypatch.setattr(command, "find_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(command, "jupyterlab", mock.MagicMock())
    monkeypatch.setattr(command, "started", mock.MagicMock())
    rounds = mock.Mock(return_value=QUIET)
    monkeypatch.setattr(command, "one_round", rounds)
    return rounds


@pytest.mark.parametrize(
    "options, count, verdict",
    [([], 3, "every gate passes"), (["--runs", "1"], 1, "every gate passes"), (["--tiny"], 1, "no gate was judged")],
)
def test_the_command_prints_the_table_of_its_rounds(one_round, capsys, options, count, verdict):
    assert command.main(options) == 0
    said = capsys.readouterr().out
    assert said.rstrip().endswith(verdict) and "FHN: frames drawn in a second" in said
    assert one_round.call_count == count


def test_a_gate_that_fails_is_the_exit_code(one_round, capsys):
    one_round.return_value = {**QUIET, "fhn fps": [2.0]}
    assert command.main(["--runs", "1"]) == 1
    assert capsys.readouterr().out.rstrip().endswith("1 failed")
