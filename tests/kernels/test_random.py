"""Philox4x32-10 and the numbers made from its words."""

import brainpy_lab.kernels.numba.random as compiled
import brainpy_lab.kernels.reference.random as reference
import numba
import numpy as np
import pytest

from tests.kernels.samples import FLOATS, assert_same_bits

KNOWN = [  # the known-answer vectors of the Random123 distribution: counter, key, result
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
N = 200_000
KINDS = [(kind, name) for kind in ("uniform", "normal") for name in FLOATS]


@pytest.mark.parametrize("backend", [reference, compiled], ids=["reference", "numba"])
@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_philox_gives_the_known_answers(backend, counter, key, expected):
    assert tuple(int(word) for word in backend.philox4x32(*counter, *key)) == expected


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_draws_have_the_same_bits_in_both_back_ends(kind, name):
    draw = getattr(compiled, f"{kind}_{name}")

    @numba.njit(error_model="numpy")
    def run(seed, stream, element, step, count, out):
        for i in range(out.size):
            out[i] = draw(seed[i], stream[i], element[i], step[i], count[i])

    rng = np.random.default_rng(3)
    seed, stream, element, count = rng.integers(0, 2**32, (4, 100_000))
    element[:1000] -= 2**31
    step = rng.integers(0, 2**63, 100_000) >> rng.integers(0, 63, 100_000)
    out = np.empty(100_000, FLOATS[name])
    run(seed, stream, element.astype(np.int32), step, count, out)
    expected = getattr(reference, f"{kind}_{name}")(seed, stream, element.astype(np.int32), step, count)
    assert_same_bits(out, expected)


@pytest.mark.parametrize("name", FLOATS)
def test_uniforms_fill_the_unit_interval_evenly(name):
    u = getattr(reference, f"uniform_{name}")(11, 0, np.arange(N), 5, 0)
    assert u.dtype == FLOATS[name] and 0 <= u.min() and u.max() < 1
    grid = np.ldexp(u.astype(float), 53 if name == "f64" else 24)
    assert np.array_equal(grid, np.floor(grid)) and (grid % 2 == 1).mean() == pytest.approx(0.5, abs=5 / (4 * N) ** 0.5)
    # Standard errors of mean and variance of n uniforms, then chi-square of 64 bins (63 degrees of freedom).
    assert abs(u.mean(dtype=float) - 1 / 2) < 5 / (12 * N) ** 0.5
    assert abs(u.var(dtype=float) - 1 / 12) < 5 / (180 * N) ** 0.5
    counts = np.bincount((u * 64).astype(int), minlength=64)
    assert abs(((counts - N / 64) ** 2 / (N / 64)).sum() - 63) < 5 * (2 * 63) ** 0.5


@pytest.mark.parametrize("name", FLOATS)
def test_normals_have_the_moments_and_tails_of_the_standard_normal(name):
    z = getattr(reference, f"normal_{name}")(12, 1, np.arange(N), 0, 0)
    assert z.dtype == FLOATS[name] and np.isfinite(z).all()
    z = z.astype(float)
    # Standard errors of the mean of z**k are sqrt(var(z**k)/n): 1, 2, 15, 96.
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - moment) < 5 * (variance / N) ** 0.5
    for bound, share in ((1, 0.3173105), (2, 0.0455003), (3, 0.0026998)):
        assert abs((np.abs(z) > bound).mean() - share) < 5 * (share / N) ** 0.5


@pytest.mark.parametrize("coordinate", range(5))
def test_neighbours_along_every_coordinate_are_uncorrelated(coordinate):
    here = [21, 2, np.arange(N), 1000, 3]
    there = list(here)
    there[coordinate] = there[coordinate] + 1
    x, y = reference.normal_f64(*here), reference.normal_f64(*there)
    assert abs((x * y).mean()) < 5 / N**0.5


def test_a_number_depends_on_its_coordinates_only():
    element = np.arange(1000)
    order = np.random.default_rng(4).permutation(1000)
    whole = reference.normal_f64(1, 2, element, 3, 0)
    assert np.array_equal(reference.normal_f64(1, 2, element[order], 3, 0), whole[order])
    assert reference.normal_f64(1, 2, 17, 3, 0) == whole[17]
    matrix = reference.normal_f64(1, 2, element, np.arange(5)[:, None], 0)
    assert matrix.shape == (5, 1000) and np.array_equal(matrix[3], whole)


def test_steps_beyond_32_bits_are_new_numbers():
    x = reference.uniform_f64(1, 0, np.arange(1000), 7, 0)
    y = reference.uniform_f64(1, 0, np.arange(1000), 7 + 2**32, 0)
    assert not (x == y).any()


def test_a_coordinate_that_is_no_integer_is_refused():
    with pytest.raises(TypeError, match="float64, expected an integer type"):
        reference.uniform_f64(1, 0, 0.5, 0, 0)
