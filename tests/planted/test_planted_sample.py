"""A fixed sample of planted changes: each fails the suite. `make soak` plants them all."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from tests.planted import checks, compiled, corpus
from tests.planted.beds import BACKENDS, BEDS, TEXTS
from tests.planted.campaign import Bed, sample
from tests.planted.checks import notices
from tests.planted.harmless import ALL_OF, HARMLESS
from tests.planted.live import planted
from tests.planted.plants import plants
from tests.planted.regrouped import check_of_method, regrouping_method

SIZES = {
    "constants of kernels": 8, "constants of random numbers": 2, "tableaux and integrators": 4, "ready models": 8,
    "models as classes": 6, "channels and ions": 6, "functions and their slopes": 6,
}  # fmt: skip


@pytest.mark.parametrize("bed", [bed for bed in BEDS if bed.name in SIZES], ids=lambda bed: bed.name)
def test_each_of_a_sample_of_changes_fails_the_suite(bed: Bed):
    assert sample(bed, SIZES[bed.name]) == []


def compute():
    while True:
        pass


@pytest.mark.parametrize("endless", [compute, threading.Event().wait, lambda: time.sleep(1e6)])
def test_a_change_that_makes_a_check_endless_is_noticed_and_timers_go_on(endless, monkeypatch):
    monkeypatch.setattr(checks, "LONGEST", 0.02)
    monkeypatch.setattr(checks, "WIDE", 10 if endless is not compute else 1e4)
    handlers = [signal.getsignal(number) for number in (signal.SIGPROF, signal.SIGALRM)]
    left, interval = signal.setitimer(signal.ITIMER_REAL, 100.0)  # that of pytest-timeout
    try:
        assert notices(endless)
        assert 50.0 < signal.getitimer(signal.ITIMER_REAL)[0] < 100.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, interval)
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0.0
    assert [signal.getsignal(number) for number in (signal.SIGPROF, signal.SIGALRM)] == handlers


METHODS_AND_PLACES = [("rk4", 0), ("rkdp", 20), ("exponential", 3), ("milstein_ito", 5)]


@pytest.mark.parametrize("method, place", METHODS_AND_PLACES)
def test_a_method_that_groups_a_sum_otherwise_fails_the_suite(method, place):
    check = check_of_method(method)
    assert not notices(check)
    with regrouping_method(method, place):
        assert notices(check)
    assert not notices(check)


def test_a_change_in_a_constant_that_numba_compiles_fails_the_suite():
    plant, check, helpers = compiled.of_constants()[0]
    with planted(plant, **helpers):
        assert notices(check), plant.name
    assert not notices(check)


DRIVER = {
    "Driver.call_input": ("input + wave", ("'[k % '", "'.shape[0]])'")),
    "Driver.call_events": ("full lists of events", ("",)),
}
"""For a function that prints calls of a driver: the program that makes such a call, and how its changes begin."""


def test_a_change_in_how_a_driver_reads_a_wave_or_fills_a_list_of_events_fails_the_suite():
    of_programs = corpus.checks(corpus.interpreted, [program for program, _ in DRIVER.values()])
    of_file = plants(f"{BACKENDS}/numba/driver_text.py", TEXTS)
    changes = [plant for plant in of_file if plant.what.startswith(DRIVER.get(plant.function, ("", ()))[1])]
    assert len(changes) == 7
    for plant in changes:
        check = of_programs[f"interpreted: {DRIVER[plant.function][0]}"]
        with planted(plant):
            assert notices(check), plant.name
        check()


def test_every_harmless_change_exists_and_has_a_reason():
    known = {plant.key for bed in BEDS for plant in bed.plants()}
    assert set(HARMLESS) - known == set() and all(HARMLESS.values())
    assert [part for part in ALL_OF if not any(part in key for key in known)] == [] and all(ALL_OF.values())
