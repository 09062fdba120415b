"""A seed gives the same edges and weights on every machine."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from brainpy_lab import connect

# Digests of what these calls give. They are copied from our own output on purpose: a change of any bit, by a processor,
# a NumPy or an edit, would silently change every network that somebody has built from a seed.
DIGESTS = {
    "FixedProb(0.1, seed=123)(100, 100)": "2bbbc6b78e041051",
    "FixedPreNum(10, seed=123)(100, 100)": "6be3dbbe9cd8b360",
    "FixedPostNum(60, seed=123)(100, 100)": "49aa3bc204feb2ae",
    "GaussianProb(0.2, seed=123)((20, 20))": "a0757fdda951a07d",
    "GaussianWeight(0.2, 1.0)((20, 20))": "f91e41b29d58667a",
    "DOG([0.1, 0.2], [1.0, 0.7])((20, 20))": "218181ac2c419402",
    "SmallWorld(6, 0.2, seed=123)(100)": "9d0963c4f6d0a941",
    "ScaleFree(3, seed=123)(100)": "63f6cb06d8f5888a",
    "ScaleFreeBADual(3, 1, 0.5, seed=123)(100)": "50481dee7b3ede88",
    "PowerLaw(3, 0.5, seed=123)(100)": "0a07a63fb5080252",
    "FixedProb(0.1, 0.5, allow_multi_conn=True, seed=123)(100)": "fb2800a2930e873b",
    "FixedPostNum(10, True, True, seed=123)(100)": "0262b457e2aae01d",
    "FixedTotalNum(500, include_self=False, seed=123)(100)": "7b00cf144bf44681",
    "ProbDist(2.5, 0.5, 0.9, seed=123)((20, 20))": "c6a16646fa62768f",
    "GaussianProb(0.3, seed=123, encoding_values=(-3, 3), periodic_boundary=True)(100)": "2b6eaf91917fa590",
}


def digest(call):
    arrays = eval(call, vars(connect))
    little_endian = [array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays]
    return hashlib.sha256(b"".join(little_endian)).hexdigest()[:16]


@pytest.mark.parametrize("call", DIGESTS)
def test_edges_are_these_bits(call):
    assert digest(call) == DIGESTS[call]


def test_they_do_not_depend_on_the_instructions_of_the_processor():
    # NumPy without its vector instructions takes other ways to sort, sum and divide, as on an older machine.
    numpy = pytest.importorskip("numpy._core._multiarray_umath")  # NumPy 2
    used = [name for name in numpy.__cpu_dispatch__ if numpy.__cpu_features__.get(name)]
    if not used:
        pytest.skip("this NumPy has no instructions to choose from")
    code = f"import runpy; m = runpy.run_path({__file__!r}); print(*(m['digest'](call) for call in m['DIGESTS']))"
    env = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(used)}
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=env, capture_output=True, text=True)
    assert ended.stdout.split() == list(DIGESTS.values()), ended.stderr
    assert np.random.PCG64(0).random_raw() == 11749869230777074271  # the bits that NumPy promises
