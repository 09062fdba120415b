"""What the kernel tells the JupyterLab plug-in: where a cell went wrong, and which labs there are."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest

from brainpy_lab.lab import problems, roll
from brainpy_lab.lab.frames import MOST_FPS, FrameSender

RULES = Path(__file__).resolve().parents[1] / "rules"


def load_rules():
    """The table of bad cells, with the places that they mark."""
    spec = importlib.util.spec_from_file_location("cell_rules", RULES / "test_cell_rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DIVIDED = "ZeroDivisionError: division by zero"
CELLS = load_rules()
MAGIC = {f"{kind}_cells": f"%%brainpy {kind} Cell --no-show\n" for kind in ("neuron", "synapse", "network")}


class Pages:
    """Stands for what listens to the kernel: keeps what is published."""

    def __init__(self):
        self.heard: list[tuple[dict, dict, bool]] = []

    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        self.heard.append((data, transient or {}, update))

    def problems(self) -> list[dict]:
        return [problem for data, _, _ in self.heard for problem in data.get(problems.MIME, {}).get("problems", [])]


@pytest.fixture(scope="module")
def shell():
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("colors", "nocolor")
    shell.run_line_magic("load_ext", "brainpy_lab")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def pages(shell):
    shell.display_pub = Pages()
    return shell.display_pub


def fail(shell, cell: str) -> BaseException:
    result = shell.run_cell(cell, store_history=True)
    error = result.error_in_exec or result.error_before_exec
    assert error is not None
    return error


@pytest.mark.parametrize(("folder", "rule"), CELLS.CASES)
def test_the_page_is_told_the_place_of_every_rule(shell, pages, folder, rule):
    text, line, column, end = CELLS.marked((RULES / folder / f"{rule}.bad.txt").read_text(encoding="utf-8"))
    fail(shell, MAGIC[folder] + text)
    first = pages.problems()[0]
    assert (first["line"], first["column"], first["end"]) == (line, column, end)
    assert first["source"] == (MAGIC[folder] + text).split("\n")[line - 1]
    assert first["message"]


def test_the_message_is_an_update_of_no_display(shell, pages):
    """Front ends that do not know it, and saved notebooks, then have nothing to show."""
    fail(shell, "%%brainpy neuron FHN\ndv/dt = ww\n")
    data, transient, update = pages.heard[-1]
    assert list(data) == [problems.MIME] and update and transient == {"display_id": problems.DISPLAY}


def test_every_problem_of_a_cell_is_told(shell, pages):
    fail(shell, "%%brainpy neuron FHN\ndv/dt = a*v\ndw/dt = b*w\n")
    assert [(p["line"], p["column"], p["end"]) for p in pages.problems()] == [(2, 8, 9), (3, 8, 9)]


def test_an_exception_in_a_network_cell_is_told_at_its_expression(shell, pages):
    fail(shell, "%%brainpy network net\nr = 'ü'; x = 1\ny = 'ü', x / 0\n")
    assert pages.problems() == [
        {"line": 3, "column": 9, "end": 14, "source": "y = 'ü', x / 0", "message": DIVIDED}
    ]


def test_an_exception_over_several_lines_is_told_at_its_first_line(shell, pages):
    fail(shell, "%%brainpy network net\nif True:\n    x = max(\n        1, None)\n")
    (problem,) = pages.problems()
    assert (problem["line"], problem["column"], problem["end"]) == (3, 4, 12)
    assert problem["message"].startswith("TypeError")


def test_a_wrong_option_has_no_place(shell, pages):
    fail(shell, "%%brainpy neuron FHN --n 0\ndv/dt = -v\n")
    assert pages.problems() == []


def test_a_good_cell_tells_nothing(shell, pages):
    shell.run_cell("%%brainpy neuron FHN --no-show\ndv/dt = -v\n")
    assert pages.problems() == []


# ---- the roll of labs


class Comm:
    """The kernel's end of a comm."""

    _reply_subshell_for = "main"

    def __init__(self):
        self.sent: list[dict] = []
        self.closed = False

    def on_msg(self, ear):
        self.ear = ear

    def on_close(self, ear):
        self.closing = ear

    def send(self, data):
        self.sent.append(data)

    def close(self):
        self.closed = True

    def ask(self, **data) -> dict:
        self.ear({"content": {"data": data}})
        return self.sent[-1]


@pytest.fixture
def panel():
    comm = Comm()
    roll._opened(comm, {})
    yield comm
    comm.closing({})


def test_the_panel_is_told_every_lab(make_lab, panel):
    page = make_lab()
    (told,) = panel.ask(do="list")["labs"]
    lab = page.lab
    assert {key: told[key] for key in ("id", "name", "kind", "status", "note", "brief")} == {
        "id": lab.id, "name": "FHN", "kind": "neuron", "status": "paused", "note": "", "brief": ""
    }  # fmt: skip
    assert panel._reply_subshell_for is None


def test_the_panel_runs_pauses_and_closes_a_lab(make_lab, panel):
    page = make_lab()
    assert panel.ask(do="run", lab=page.lab.id)["labs"][0]["status"] == "running"
    page.wait_for(lambda header: header["t"] > 0)
    panel.ask(do="pause", lab=page.lab.id)
    page.wait_for(lambda header: header["status"] == "paused")
    assert panel.ask(do="close", lab=page.lab.id) == {"labs": [], "problem": ""}
    assert page.lab.status == "closed" and page.closed


def test_a_lab_that_is_gone_is_named(panel):
    assert "no lab 'FHN-1-2' any more" in panel.ask(do="pause", lab="FHN-1-2")["problem"]


def test_a_lab_refuses_what_it_cannot_do(make_lab, panel):
    assert "run, pause and close" in panel.ask(do="explode", lab=make_lab().lab.id)["problem"]


def test_pages_that_are_reloaded_leave_few_comms(panel):
    comms = [Comm() for _ in range(12)]
    for comm in comms:
        roll._opened(comm, {})
    assert len(roll._pages) == roll.MOST_PAGES
    assert [comm.closed for comm in comms] == [True] * 4 + [False] * 8
    for comm in comms:
        comm.closing({})
    assert roll._pages == []


def test_a_panel_that_goes_is_forgotten(panel):
    panel.ear({"content": {"data": {"do": "bye"}}})
    assert panel.closed and panel.sent == [] and roll._pages == []


def test_a_kernel_registers_once_and_calls_each_time():
    from comm.base_comm import CommManager

    pages = Pages()
    shell = SimpleNamespace(kernel=SimpleNamespace(comm_manager=CommManager()), display_pub=pages)
    roll.call(shell)
    roll.call(shell)
    assert shell.kernel.comm_manager.targets == {roll.TARGET: roll._opened}
    assert [data for data, _, _ in pages.heard] == [{roll.MIME: {"target": roll.TARGET}}] * 2
    roll.call(SimpleNamespace(display_pub=pages))  # a terminal has no kernel
    assert len(pages.heard) == 2


# ---- the frame rate


def test_the_frame_rate_that_the_page_asks_is_kept():
    now = [0.0]
    sent = []
    sender = FrameSender(lambda: ({}, []), lambda header, buffers: sent.append(now[0]), clock=lambda: now[0])
    sender.post({"do": "hello", "client": "page"})
    sender.limit(5)
    for _ in range(200):  # two seconds
        now[0] += 0.01
        sender.mark()
        if sender.poll():
            sender.post({"do": "ack", "client": "page", "ack": sender.seq})
    assert 9 <= len(sent) <= 11
    sender.limit(1000)
    assert sender.fps == MOST_FPS
    sender.limit(0)
    assert sender.fps == 1.0


def test_a_lab_hears_the_frame_rate(make_lab):
    page = make_lab()
    page.say(do="fps", fps=12)
    assert page.lab.sender.fps == 12.0
