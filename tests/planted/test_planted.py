"""Every planted change fails the suite, but for those that nobody can see.

Run it with ``pytest -m soak tests/planted -s``, which prints what became of them.
"""

from __future__ import annotations

import pytest

from brainpy_lab.passes.integrate import METHODS
from tests.planted import compiled, device
from tests.planted.beds import BEDS
from tests.planted.campaign import Bed, grow
from tests.planted.checks import notices
from tests.planted.harmless import reason
from tests.planted.live import planted
from tests.planted.regrouped import (
    ALIKE,
    PASSES,
    check_of_method,
    checks_of_pass,
    count_of_method,
    regrouping_method,
    regrouping_pass,
)

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("bed", BEDS, ids=lambda bed: bed.name)
def test_every_change_fails_the_suite(bed: Bed):
    outcome = grow(bed)
    survived = [plant.name for plant in outcome.survived if not reason(plant.key)]
    caught, harmless = outcome.caught.total(), len(outcome.survived) - len(survived)
    print(f"\n{bed.name}: {caught} caught, {harmless} harmless, {len(survived)} survived, {outcome.seconds:.0f} s")
    assert survived == []


@pytest.mark.parametrize("method", sorted(name for name in METHODS if "(" not in name))
def test_every_group_of_a_method_is_held(method):
    check = check_of_method(method)
    survived = []
    for place in range(count_of_method(method)):
        with regrouping_method(method, place):
            if not notices(check):
                survived.append(place)
    assert survived == ALIKE.get(method, [])


@pytest.mark.parametrize("name", PASSES)
def test_a_pass_that_groups_a_sum_otherwise_is_noticed(name):
    checks = checks_of_pass(name)
    checks.prepare()
    for place in PASSES[name][1]:
        with regrouping_pass(name, place):
            assert checks.first("", ""), place


def test_every_number_of_the_tables_that_a_gpu_reads_is_held():
    checks = device.of_tables()
    checks.prepare()
    survived = []
    count = device.count_of_entries()
    for place in range(count):
        with device.moved_entry(place, count):
            if not checks.first("", ""):
                survived.append(place)
    assert survived == []


@pytest.mark.parametrize("of", [compiled.of_constants, compiled.of_printer], ids=["constants", "printer"])
def test_a_change_in_what_numba_compiles_fails_the_suite(of):
    survived = []
    for plant, check, helpers in of():
        with planted(plant, **helpers):
            if not notices(check):
                survived.append(plant.name)
    assert survived == []
