"""Where printed programs run in these tests: the emulated device in several orders of its threads, and a card.

The emulated device runs each program in its natural order and in two shuffled ones; every device runs it as one block
that stays, and with a kernel for each sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import numpy as np
import pytest

from brainpy_lab import profile
from brainpy_lab.backends.cuda import advance, devices
from brainpy_lab.backends.cuda.emulator import EmulatedDevice
from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime import plain_run, simulation
from tests.agreement.networks import assert_same_bits, simulate

SCHEDULES = (None, 1, 2)
STEPS = 200

_compile_plan = simulation.compile_plan


def no_card() -> str:
    """Why there is no card here, or ''."""
    try:
        devices.find_card()
    except ModelUseError as error:
        return str(error).partition(": ")[2]
    return ""


DEVICES = [
    "emulator",
    pytest.param("cuda", marks=[pytest.mark.gpu, pytest.mark.skipif(bool(no_card()), reason=no_card())]),
]
"""For ``parametrize('device', ...)``."""


@dataclass(frozen=True)
class Place:
    """A device, the order of its threads, and whether a program is one block."""

    backend: str
    schedule: int | None
    whole: bool

    def __str__(self) -> str:
        order = "natural" if self.schedule is None else f"shuffle {self.schedule}"
        return f"{self.backend}, {'one block' if self.whole else 'kernels'}, {order} order"

    def advance(self, plan, buffers):
        device = EmulatedDevice(self.schedule) if self.backend == "emulator" else devices.open_device("cuda")
        return advance.CudaAdvance(plan, buffers, device, small=advance.SMALL if self.whole else 0)


def places(device: str) -> list[Place]:
    """All that a device has."""
    schedules = SCHEDULES if device == "emulator" else (None,)
    return [Place(device, schedule, whole) for whole in (True, False) for schedule in schedules]


def again(*places: Place) -> list:
    """For ``parametrize('there', ..., indirect=True)``: tests of other folders, with Numba at these places."""
    marks = [pytest.mark.gpu, pytest.mark.skipif(bool(no_card()), reason=no_card())]
    return [pytest.param(place, id=str(place), marks=marks if place.backend == "cuda" else []) for place in places]


BLOCK = Place("emulator", 3, True)
KERNELS = Place("emulator", 4, False)
CARD = Place("cuda", None, True)
CARD_KERNELS = Place("cuda", None, False)


@contextmanager
def at(place: Place, *backends: str) -> Iterator[list]:
    """Programs for the place's back end, and for other `backends`, run there; yields their codes as they are made.

    Little memory for recordings, so that rows are fetched several times in a run.
    """
    made: list = []

    def compiled(plan, buffers, backend, attributes, threads=None):
        if backend not in (place.backend, *backends):
            return _compile_plan(plan, buffers, backend, attributes, threads)
        made.append(place.advance(plan, buffers))
        return made[-1]

    with (
        mock.patch.object(simulation, "compile_plan", compiled),
        mock.patch.object(advance, "STAGED", 20_000),
        mock.patch.object(advance, "LIST_ROOM", 256),
    ):
        yield made


SUMS = ("quanta", "fold")
"""The rules by which targets add up; on a device the first is usual."""


def agree(make, device: str, inputs=None, monitors=None, steps: int = STEPS, sums: str = "quanta", **options):
    """A network on the reference and at every place of a device, with the same bits; returns the reference.

    `inputs` and `monitors` are called with the network.
    """
    profile.set(sums=sums)

    def run(backend: str):
        network = make()
        given = inputs(network) if inputs else ()
        recorded = monitors(network) if monitors else ()
        return simulate(network, backend, given, recorded, steps=steps, **options)

    reference = run("reference")
    for place in places(device):
        with at(place) as made:
            found = run(place.backend)
        assert found.code in made, place
        try:
            assert_same_bits(reference, found)
        except AssertionError as error:
            raise AssertionError(f"{place}: {error}") from error
    return reference


def agree_built(make, device: str, steps: int = STEPS):
    """The same for a simulation that `make(backend)` builds."""

    def run(backend: str):
        sim = make(backend)
        plain_run.run(sim, 0.0, steps * sim.dt)
        return sim

    reference = run("reference")
    for place in places(device):
        with at(place):
            found = run(place.backend)
        try:
            assert_same_bits(reference, found)
        except AssertionError as error:
            raise AssertionError(f"{place}: {error}") from error
    return reference


def agree_run(function, device: str, places_of=places, sums: str = "quanta"):
    """What a function of a user's runs gives on the reference and at every place; returns what the reference gives.

    The function begins anew each time, and returns arrays in lists, tuples and dicts.
    """
    profile.set(sums=sums)
    with mock.patch.object(profile, "runtime_backend", lambda: "reference"):
        expected = function()
    for place in places_of(device):
        with at(place) as made, mock.patch.object(profile, "runtime_backend", lambda place=place: place.backend):
            found = function()
        assert made, place
        assert_same_leaves(leaves(expected), leaves(found), place)
    return expected


def leaves(nest) -> list[np.ndarray]:
    """The arrays of a nest, in order."""
    if isinstance(nest, dict):
        nest = list(nest.values())
    if isinstance(nest, (list, tuple)):
        return [leaf for part in nest for leaf in leaves(part)]
    return [np.asarray(nest)]


def assert_same_leaves(expected: list[np.ndarray], found: list[np.ndarray], place: Place) -> None:
    assert len(expected) == len(found) > 0
    for number, (one, other) in enumerate(zip(expected, found)):
        assert (one.dtype, one.shape) == (other.dtype, other.shape), (place, number)
        if one.tobytes() != other.tobytes():
            where = np.argwhere(one != other)[:1]
            raise AssertionError(f"{place}: array {number} differs first at {where}")
