"""A step of every method has these bits: coefficients, their order and their grouping are part of a method."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from brainpy_lab.passes.integrate import METHODS, METHODS_0_3
from brainpy_lab.passes.integrate.runge_kutta import explicit
from brainpy_lab.passes.integrate.tableaux import TABLEAUX, second_order
from brainpy_lab.runtime.adaptive import adaptive_step
from tests.passes.advance import LATE, Advance

# Digests of what the methods give. They are copied from our own output on purpose: whether a method is right is tested
# by its order and its printed scheme, within roundings; here it is that no rounding of it changes unseen.
DIGESTS = {
    "bs": "1db822f636c5ea32",
    "ck": "9d03803617694c5c",
    "euler": "402a7cd5721c142c",
    "exp_auto": "3f9318f92d65f041",
    "exponential": "7c7315de4221667e",
    "heun": "fead2e9b480b909d",
    "heun3": "5b30ceaaf9a85fff",
    "heun_euler": "19630c35354e0619",
    "midpoint": "59432057daa919d1",
    "milstein_derivative_ito": "bf4f1c1f37cba965",
    "milstein_derivative_stra": "234d64d0930b2c55",
    "milstein_ito": "74a15ca9b9e28ec2",
    "milstein_stra": "d8204f3d394dc36e",
    "ralston3": "1db822f636c5ea32",
    "ralston4": "df998f417d464693",
    "rk2": "b895e36e508a7e44",
    "rk3": "30d71084521621af",
    "rk4": "fc1f28ab8e82439b",
    "rk4_alternative": "da36a9fe2e019c00",
    "rkdp": "7ea065e8984159d6",
    "rkf12": "e757e911afb9303d",
    "rkf45": "8519bf26d8442d67",
    "srk1w1": "c44498b8d33804ff",
    "srk2w1": "5e895ec233df47e3",
    "ssprk3": "f8433bd6c5f14e57",
    "rk2(0.3)": "2c47c4d174341dde",
}
ADAPTIVE = {
    "heun_euler": "ad86e5a3e4f78aea",
    "rkf12": "f16a16244e754619",
    "bs": "2af377be6cc40673",
    "rkf45": "f03f884cb056832d",
    "ck": "7840f0a0be62e4c0",
    "rkdp": "54b59d8fa587dc0c",
}

N = 200
LATEST_AND_STEP = ((3.0, 0.37), (3.0, 0.11), (0.1, 0.073), (0.1, 0.29))
"""Times lie evenly from 0 on; early ones show the last bits of where in a step a stage stands."""
PLAIN = ("dx/dt = x*y - t; dy/dt = t*sin(x) - y**2", "dx/dt = t*x*(1 - x)/3; dy/dt = -7*y*x")
NOISY = (
    "dx/dt = x - x**3 + 0.3*sqrt(1 + x*x)*xi_1; dy/dt = -y + (0.1 + 0.2*x*y)*xi_2",
    "dx/dt = -x + 0.2*x*y*xi_1; dy/dt = x - t*y + 0.3*y*xi_1",
    "dx/dt = -x*t + 0.4*t*x*xi_1; dy/dt = t*t - y + 0.3*t*t*y*xi_2",
)


def start(seed):
    return list(np.random.default_rng(seed).uniform(-1.5, 1.5, (2, N)))


def digest(*arrays):
    little_endian = [np.asarray(array).astype("<f8").tobytes() for array in arrays]
    return hashlib.sha256(b"".join(little_endian)).hexdigest()[:16]


def step_of(method):
    """The digest of steps of each of the equations above, from each of the times."""
    xis = list(np.random.default_rng(9).normal(size=(4, N)))
    found = []
    for number, text in enumerate([*PLAIN, *(NOISY if METHODS[method].noise else ())]):
        advance = Advance(method, text)
        for latest, dt in LATEST_AND_STEP:
            found += advance(start(number), np.arange(N) * (latest / N), dt, xis)
    return digest(*found)


def adaptive(tableau):
    """The digest of three steps whose length adapts, of as many systems of two variables."""
    found = []
    for x, y in zip(*(part[:60] for part in start(5))):
        values, t, dt = (x, y), LATE, 0.3
        for _ in range(3):
            made = adaptive_step(lambda v, t: (v[0] * v[1] - t, t * v[0] - v[1] * v[1]), tableau, values, t, dt, 1e-4)
            values, t, dt = made.values, made.t, made.dt
            found += [*values, t, dt, made.error, made.rejected]
    return digest(*found)


@pytest.mark.parametrize("method", sorted(name for name in METHODS if "(" not in name))
def test_a_step_has_these_bits(method):
    assert step_of(method) == DIGESTS[method]


@pytest.mark.parametrize("beta", [0.3])
def test_a_step_of_the_family_of_rk2_has_these_bits(monkeypatch, beta):
    for known in (METHODS, METHODS_0_3):
        monkeypatch.setitem(known, f"rk2({beta!r})", explicit(second_order(beta)))
    assert METHODS[f"rk2({beta!r})"].order == 2
    assert step_of(f"rk2({beta!r})") == DIGESTS[f"rk2({beta!r})"]


PAIRS = {tableau.name: tableau for tableau in TABLEAUX if tableau.lower is not None}


@pytest.mark.parametrize("name", PAIRS)
def test_steps_that_adapt_have_these_bits(name):
    assert adaptive(PAIRS[name]) == ADAPTIVE[name]
