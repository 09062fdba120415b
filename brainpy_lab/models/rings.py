"""A ring of populations whose activity is a bump that can stand anywhere."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..connect import All2All
from ..errors import ModelDefError
from ..frontends.integrate import integrate
from ..frontends.types_api import Network, NeuGroup, NeuType, SynConn, SynType
from ..types import NeuState, SynState


def ring_positions(n) -> np.ndarray:
    """Positions of `n` units that share a ring equally, from -pi up to less than pi; shape (n,), rad."""
    n = checks.count("n", n, "units")
    return -np.pi + 2.0 * np.pi * np.arange(n) / n


def ring_bump(x, centre, width) -> np.ndarray:
    r"""The Gaussian :math:`e^{-d^2/(2 w^2)}` of the distance d on a ring.

    Parameters
    ----------
    x : ndarray, shape (n,), rad
    centre : float, or array with one value per step, rad
    width : float, rad

    Returns
    -------
    ndarray, shape (n,), or (n_steps, n) for many centres: an input of a run is a height times this
    """
    width = checks.number("width", width, unit="rad", above=0)
    x, centre = checks.array("x", x, copy=False), checks.array("centre", centre, copy=False)
    apart = x - centre[..., None]
    apart = np.abs((apart + np.pi) % (2.0 * np.pi) - np.pi)
    return np.exp(-(apart**2) / (2.0 * width**2))


def cann_network(n=128, a=0.5, J=1.0, k=0.5, tau=10.0, start=None, method=None) -> Network:
    r"""A continuous attractor: a ring of populations that holds a bump of activity wherever it was put.

    .. math::

        \tau \dot U(x) &= -U(x) + \rho \int J(x - x')\, r(x')\, dx' + I(x), \qquad
        J(x) = \frac{J / \rho}{\sqrt{2 \pi} a} e^{-x^2 / 2 a^2}

        r(x) &= \frac{U(x)^2}{1 + k\, k_c\, \rho \int U(x')^2 dx'}, \qquad k_c = \frac{J^2}{8 \sqrt{2 \pi} a \rho}

    with :math:`\rho = n / 2 \pi` units per radian. For k below 1 and a far below :math:`\pi` the bumps

    .. math:: U(x) = U_0 e^{-(x - z)^2 / 4 a^2}, \qquad U_0 = \frac{2 \sqrt 2 (1 + \sqrt{1 - k})}{k J}

    are stationary at every z; silence is stable too. A stimulus :math:`A e^{-(x - z_0)^2 / 4 a^2}` that is weak beside
    :math:`U_0` pulls the bump along: :math:`\tau \dot z = (A / U_0) (z_0 - z) e^{-(z_0 - z)^2 / 6 a^2}`, which is the
    projection of the stimulus on the left eigenvector :math:`U\,\partial_x U` of a shift.

    Parameters
    ----------
    n : int
        Number of units.
    a : float, rad
        Half width of the connections.
    J : float, nA/Hz
        Strength of the connections of a unit, all together.
    k : float
        Divisive inhibition, as a share of the one above which no bump lives.
    tau : float, ms
        The paper's unit of time.
    start : float, optional, rad
        Where a bump stands at the start; left out, the ring is silent.
    method : str, optional
        Integration method.

    Returns
    -------
    Network
        With the groups ``ring`` and ``pool`` (one inhibitory unit, which divides), and the connections ``gather``,
        ``divide`` and ``recurrent``. ``ring`` has the positions ``ring.x`` (rad, shape (n,)), the fields ``U``, ``r``
        (Hz, of the U that a step begins with) and ``input``, and records ``r``; `measure.population_vector` reads z
        from it.

    Raises
    ------
    ModelDefError
        When `k` is not between 0 and 1, or `a`, `J` or `tau` not above 0.

    References
    ----------
    Wu, Hamaguchi and Amari 2008, Neural Comput. 20; with this inhibition and k, Fung, Wong and Wu 2010, Neural Comput.
    22, whose law of tracking has 8 in place of 6, because it projects on the first of their modes alone.

    Examples
    --------
    >>> import numpy as np, brainpy_lab as bp
    >>> net = bp.models.cann_network(start=0.0)
    >>> stimulus = 0.5 * bp.models.ring_bump(net.ring.x, centre=1.0, width=0.7)
    >>> net.run(2000.0, inputs=(net.ring, "ST.input", stimulus[None]))
    >>> round(float(bp.measure.population_vector(net.ring.mon.r[-1], net.ring.x)), 2)
    1.0
    """
    n = checks.count("n", n, "units", error=ModelDefError)
    for name, value in {"a": a, "J": J, "tau": tau}.items():
        checks.number(name, value, above=0, error=ModelDefError)
    if not checks.is_number(k) or not 0.0 < k < 1.0:
        what = "a number between 0 and 1, where bumps can live"
        raise checks.wrong("k", k, what, "Give a number above 0 and below 1.", ModelDefError)
    if start is not None:
        checks.number("start", start, unit="rad", error=ModelDefError)
    rho = n / (2.0 * np.pi)
    x = ring_positions(n)
    ring = NeuGroup(_units(tau, method), n, monitors=["r"], satisfies={"x": x})
    if start is not None:
        ring.ST["U"] = (
            2.0 * math.sqrt(2.0) * (1.0 + math.sqrt(1.0 - k)) / (k * J) * ring_bump(x, start, math.sqrt(2.0) * a)
        )
    pool = NeuGroup(_pool(k * J**2 / (8.0 * math.sqrt(2.0 * np.pi) * a * rho)), 1)
    weights = J / (rho * math.sqrt(2.0 * np.pi) * a) * ring_bump(x, x, a)
    gather = SynConn(_gather(), ring, pool, conn=All2All())
    divide = SynConn(_divide(), pool, ring, conn=All2All())
    recurrent = SynConn(_recurrent(), ring, ring, conn=All2All(), pars_update={"w": weights.reshape(-1)})
    # In this order a step divides by the squares that it begins with.
    return Network(gather=gather, pool=pool, divide=divide, recurrent=recurrent, ring=ring)


def _units(tau, method) -> NeuType:
    """Units whose rate is the square of U, divided by what the pool says."""

    @integrate(method=method)
    def int_U(U, t, I):
        return (-U + I) / tau

    def update(ST, _t):
        U = ST["U"]
        ST["r"] = U * U / ST["divisor"]
        ST["U"] = int_U(U, _t, ST["input"])
        ST["input"] = 0.0
        ST["divisor"] = 0.0

    return NeuType("CANN", ST=NeuState("U", "r", "input", "divisor"), steps=update, mode="scalar")


def _pool(k) -> NeuType:
    """One inhibitory unit that follows the squares of all others at once."""

    def update(ST):
        ST["divisor"] = 1.0 + k * ST["input"]
        ST["input"] = 0.0

    return NeuType("pool", ST=NeuState("divisor", "input"), steps=update, mode="scalar")


def _gather() -> SynType:
    def output(pre, post):
        post["input"] += pre["U"] * pre["U"]

    return SynType("gather", ST=SynState(), steps=output, mode="scalar")


def _divide() -> SynType:
    def output(pre, post):
        post["divisor"] += pre["divisor"]

    return SynType("divide", ST=SynState(), steps=output, mode="scalar")


def _recurrent(w=1.0) -> SynType:
    def output(pre, post):
        post["input"] += w * (pre["U"] * pre["U"] / pre["divisor"])

    return SynType("recurrent", ST=SynState(), steps=output, mode="scalar")
