"""Orders of blocks and threads: natural, or shuffled anew for each launch and reproducible by the seed."""

from __future__ import annotations

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice

ORDER = """
extern "C" __global__ void order(int* next, int* seen) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  seen[atomicAdd(next, 1)] = i;
  __syncthreads();
  seen[atomicAdd(next, 1)] = i;
}"""


def orders(call, device, n_launches=1, grid=4, block=40):
    found = []
    for _ in range(n_launches):
        seen = np.zeros(2 * grid * block, np.int32)
        call(device, ORDER, "order", grid, block, np.zeros(1, np.int32), seen)
        found.append(seen)
    return found


def test_the_natural_order_is_that_of_the_numbers(call):
    (seen,) = orders(call, EmulatedDevice())
    parts = np.arange(160).reshape(4, 1, 40).repeat(2, axis=1)
    assert np.array_equal(seen, parts.ravel())


@pytest.mark.parametrize("seed", [0, 1, 12345678901234567890])
def test_a_shuffled_order_has_every_thread_once_before_and_after_a_barrier(call, seed):
    (seen,) = orders(call, EmulatedDevice(seed))
    parts = seen.reshape(4, 2, 40)
    blocks = parts[:, 0, 0] // 40
    assert sorted(blocks) == [0, 1, 2, 3]
    for block, halves in zip(blocks, parts):
        for half in halves:
            assert np.array_equal(np.sort(half), 40 * block + np.arange(40))
        assert not np.array_equal(*halves)


def test_a_seed_gives_the_same_orders_again_and_others_in_each_launch(call):
    first, second = orders(call, EmulatedDevice(7), 3), orders(call, EmulatedDevice(7), 3)
    assert all(map(np.array_equal, first, second))
    assert len({seen.tobytes() for seen in first + orders(call, EmulatedDevice(8), 3)}) == 6


def test_blocks_are_shuffled_evenly(call):
    """The mean place of each of 4 blocks over 200 launches is 1.5 with a standard error of 0.079."""
    device = EmulatedDevice(3)
    source = 'extern "C" __global__ void place(int* next, int* mine) { mine[blockIdx.x] = atomicAdd(next, 1); }'
    places = []
    for _ in range(200):
        mine = np.zeros(4, np.int32)
        call(device, source, "place", 4, 1, np.zeros(1, np.int32), mine)
        places.append(mine)
    assert np.abs(np.mean(places, axis=0) - 1.5).max() < 4 * 0.079
