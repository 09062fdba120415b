"""Objects that are known as long as somebody keeps them."""

import gc
import sys
import threading
import time

import pytest

from brainpy_lab.alive import Alive


class Thing:
    pass


def test_what_nobody_keeps_is_gone():
    alive, kept = Alive(), [Thing() for _ in range(3)]
    for thing in kept:
        alive.add(thing)
        alive.add(thing)
    assert set(alive) == set(kept)
    del kept[1], thing
    gc.collect()
    assert set(alive) == set(kept) and len(list(alive)) == 2


@pytest.fixture
def hasty():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_it_is_listed_while_others_add_and_drop(hasty):
    alive, kept, end = Alive(), [Thing() for _ in range(100)], time.monotonic() + 0.5
    for thing in kept:
        alive.add(thing)

    def come_and_go():
        while time.monotonic() < end:
            alive.add(Thing())

    threads = [threading.Thread(target=come_and_go) for _ in range(2)]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        assert set(alive) >= set(kept)
    for thread in threads:
        thread.join()
    assert set(alive) == set(kept)
