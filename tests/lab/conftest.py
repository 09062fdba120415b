"""A lab whose page is a list of messages."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.subject import neuron_subject

FHN = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
init v = -1, w = 1
spike when v > 1
"""


class FakePage:
    """Stands for both comms and the page behind them."""

    def __init__(self, lab: Lab, answers: bool = True):
        self.lab, self.answers = lab, answers
        self.frames: list[tuple[dict, list]] = []
        self.told_buffers: list[list] = []
        self.heard: dict[str, tuple[dict, list]] = {}  # the newest of every kind that is no frame
        self.threads: set[str] = set()
        self.told: list[dict] = []
        self.closed = False
        lab._comms = self

    def send(self, header, buffers):
        if header["kind"] != "frame":
            self.told.append(header)
            self.told_buffers.append(buffers)
            self.heard[header["kind"]] = header, buffers
            return
        self.frames.append((header, buffers))
        self.threads.add(threading.current_thread().name)
        if self.answers:  # as a handler on another thread would
            message = {"do": "ack", "client": "page", "ack": header["seq"], "drawn_ms": 1.0, "held_ms": 2.0}
            threading.Timer(0.005, self.lab.receive, [message]).start()

    def say(self, **message):
        self.lab.receive({"client": "page", **message})

    def close(self):
        self.closed = True

    @property
    def last(self) -> dict:
        return self.frames[-1][0]

    def wait_for(self, condition, timeout: float = 10.0):
        """Wait until a condition on the last header holds, and return that header."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.frames and condition(self.last):
                return self.last
            time.sleep(0.005)
        raise AssertionError(f"no such frame; the last one was {self.frames[-1][0] if self.frames else None}")

    def wait_until(self, condition, timeout: float = 10.0) -> None:
        """Wait until a condition holds."""
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.005)

    def wait_to_hear(self, kind: str, condition=lambda content: True, timeout: float = 10.0):
        """Wait until the lab has told something of a kind, and return that."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if kind in self.heard and condition(self.heard[kind][0]):
                return self.heard[kind][0]
            time.sleep(0.005)
        raise AssertionError(f"nothing such was told; the last was {self.heard.get(kind)}")

    def series(self, view: int = 0, series: int = 0) -> np.ndarray:
        header, buffers = self.frames[-1]
        return np.frombuffer(buffers[header["views"][view]["buffers"][series]], np.float32)


@pytest.fixture
def make_lab():
    """``make_lab(text, answers=True, **options) -> FakePage``; all labs are closed after the test."""
    made = []

    def make_lab(text=FHN, name="FHN", n=1, answers=True, run=False, **options):
        group = bp.NeuGroup(bp.neuron(text, name), n)
        lab = Lab(neuron_subject(name, group), backend=options.pop("backend", "reference"), **options)
        made.append(lab)
        labs.add(lab)
        page = FakePage(lab, answers)
        lab.start(run=run)
        page.say(do="hello", width=700)
        return page

    yield make_lab
    for lab in made:
        lab.close()


@pytest.fixture
def plain_labs(monkeypatch):
    """Labs draw no pictures, which take most of the time of a test that looks at none, and are closed after it."""
    from brainpy_lab.lab.live import Live

    monkeypatch.setattr(Live, "_draw_picture", lambda lab: (b"", ""))
    yield
    for lab in list(labs.values()):
        lab.close()
