"""Printed kernels that Python can call; those of the back end can be called by a driver only."""

from brainpy_lab.backends.numba import cache


def callable_kernel(text):
    """The kernel of a printed text, compiled with the code for calls from Python."""
    assert text.count("no_cpython_wrapper=True") == 1
    return cache.load(text.replace("no_cpython_wrapper=True", "no_cpython_wrapper=False")).kernel
