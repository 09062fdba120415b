"""The engine's side: networks of the package, and the same printed loop with other functions in it."""
from __future__ import annotations

import re

import numpy as np

import brainpy_lab as bp

from .report import CheckFailed

DT_INTERNEURON = 0.04
DT_SQUID = 0.01
DRIVE = 1.2  # uA/cm2, the quick start's

LIBM = {
    # The same limits as the engine's functions; `tiny` is where e**x - 1 is x.
    "expm1": '''
@njit(error_model="numpy", forceinline=True)
def exp_f64(x):
    return np.exp(x)


@njit(error_model="numpy", forceinline=True)
def exprel_f64(x):
    return 1.0 if abs(x) < 1e-16 else np.expm1(x) / x
''',
    "exp": '''
@njit(error_model="numpy", forceinline=True)
def exp_f64(x):
    return np.exp(x)


@njit(error_model="numpy", forceinline=True)
def exprel_f64(x):
    return 1.0 + 0.5 * x if abs(x) < 1e-8 else (np.exp(x) - 1.0) / x
''',
}
"""The functions of a loop that calls libm: with the accuracy of ours, and in the fastest form that works."""


def population(groups: int, n: int, model=None, drive: float = DRIVE, dt: float = DT_INTERNEURON):
    """A network of groups of one model, their spikes recorded as events, started apart from -70 to -50 mV.

    Returns
    -------
    Network, Simulation
    """
    bp.profile.set(dt=dt)
    model = model or bp.models.get_WangBuzsaki(method="exponential")
    members = [bp.NeuGroup(model, n, monitors=["spike"]) for _ in range(groups)]
    for member in members:
        if model.name == "WangBuzsaki":
            member.ST["V"] = np.linspace(-70.0, -50.0, n)
    net = bp.Network(*members)
    return net, net.simulation(backend="numba", inputs=[(member, "ST.input", drive) for member in members])


def with_libm(simulation, functions: str) -> None:
    """Replace the functions in the printed kernels of a simulation by libm's; the loops stay as they are printed.

    Raises
    ------
    CheckFailed
        When a kernel uses a function that `LIBM` has no counterpart for.
    """
    from brainpy_lab.backends.numba import cache

    code = simulation.code
    driver = code.driver_source
    for text in code.kernel_sources.values():
        names = set(re.findall(r"from brainpy_lab\.kernels\.numba\.math import (\w+)", text))
        if not names or not names <= {"exp_f64", "exprel_f64"}:
            raise CheckFailed(f"the kernel calls {sorted(names)}: there is no loop of libm's exp to compare it with")
        head = re.sub(r"from brainpy_lab\.kernels\.numba\.math import \w+\n", "", text)
        start = head.index("\n\n\n")
        own = cache.load(head[:start] + "\n" + LIBM[functions] + head[start:])
        driver = driver.replace(cache.module_name(text), own.__name__)
    if driver == code.driver_source:
        raise CheckFailed("the printed driver does not call the printed kernels: nothing was replaced")
    code._advance = cache.load(driver).advance


def every_neuron_fired(simulation, sizes: list[int], who: str) -> None:
    """Raise `CheckFailed` when a neuron of an event monitor has been silent; monitor k watches ``sizes[k]`` neurons."""
    for k, n in enumerate(sizes):
        _, ids = simulation.monitor(k)
        silent = np.setdiff1d(np.arange(n), ids)
        if silent.size:
            raise CheckFailed(f"{who}: {silent.size} of {n} neurons never fired (first: {silent[:3].tolist()})")


def agree(mine: np.ndarray, theirs: np.ndarray, tolerance: float, what: str) -> float:
    """The largest difference; raises `CheckFailed` above `tolerance` or when a number is not finite."""
    gap = float(np.max(np.abs(np.asarray(mine) - np.asarray(theirs))))
    if not gap <= tolerance:
        raise CheckFailed(f"{what}: the two sides differ by {gap:.3g}, more than {tolerance:g}: not the same equations")
    return gap
