"""Devices for the tests, and a call that moves arrays there and back."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice


@pytest.fixture(autouse=True)
def _gxx(require):
    require("g++", shutil.which("g++"), "g++ is not on PATH")


@pytest.fixture(params=[None, 1, 2], ids=["natural", "shuffled-1", "shuffled-2"])
def device(request):
    """A device for each schedule that a correct kernel must not depend on."""
    made = EmulatedDevice(schedule=request.param)
    yield made
    made.close()


@pytest.fixture
def call():
    """``call(device, source, name, grid, block, *arguments, shared=0)``: arrays are copied to the device and back."""

    def call(device, source, name, grid, block, *arguments, shared=0):
        addresses = {}
        packed = []
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                addresses[id(argument)] = address = device.allocate(argument.nbytes)
                device.upload(address, argument)
                packed.append(np.uint64(address))
            else:
                packed.append(argument)
        device.launch(device.module(source).function(name), grid, block, tuple(packed), shared)
        device.synchronize()
        for argument in arguments:
            if id(argument) in addresses:
                device.download(addresses[id(argument)], argument)
                device.free(addresses[id(argument)])

    return call
