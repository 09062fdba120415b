"""The explicit Runge-Kutta methods that exist, as their authors printed them.

Of an embedded pair the result is that of the higher order (local extrapolation).
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from .tableau import Tableau, decimals, row

_HALF = Fraction(1, 2)
_START = row()
_HAIRER = "Hairer, Norsett & Wanner 1993, Solving Ordinary Differential Equations I"
_RALSTON = "Ralston 1962, Math. Comp. 16, 431-437"
_HEUN = "Heun 1900, Z. Math. Phys. 45"
_KUTTA = "Kutta 1901, Z. Math. Phys. 46"
_FEHLBERG = "Fehlberg 1969, NASA TR R-315"


def second_order(beta: float) -> Tableau:
    """The method of second order whose second stage stands at `beta` of the Euler step, 0 < beta.

    x + dt*((1 - 1/(2*beta))*k1 + 1/(2*beta)*k2). It is called ``rk2(beta)``; beta is 1/2 for the midpoint method,
    2/3 for Ralston's and 1 for Heun's.
    """
    second = 1.0 / (2.0 * beta)
    return Tableau(f"rk2({beta!r})", 2, (0, beta), (_START, row(beta)), row(1.0 - second, second), _RALSTON)


MIDPOINT = Tableau(
    "midpoint",
    2,
    (0, _HALF),
    (_START, row(1, over=2)),
    row(0, 1),
    f"Runge 1895, Math. Ann. 46; {_HAIRER}, table II.1.1",
)

HEUN = Tableau("heun", 2, (0, 1), (_START, row(1)), row(1, 1, over=2), _HEUN)

RK2 = Tableau("rk2", 2, (0, Fraction(2, 3)), (_START, row(2, over=3)), row(1, 3, over=4), _RALSTON)

RK3 = Tableau(
    "rk3",
    3,
    (0, _HALF, 1),
    (_START, row(1, over=2), row(-1, 2)),
    row(1, 4, 1, over=6),
    f"{_KUTTA}; {_HAIRER}, sec. II.1",
)

HEUN3 = Tableau(
    "heun3",
    3,
    (0, Fraction(1, 3), Fraction(2, 3)),
    (_START, row(1, over=3), row(0, 2, over=3)),
    row(1, 0, 3, over=4),
    f"{_HEUN}; {_HAIRER}, table II.1.1",
)

RALSTON3 = Tableau(
    "ralston3",
    3,
    (0, _HALF, Fraction(3, 4)),
    (_START, row(1, over=2), row(0, 3, over=4)),
    row(2, 3, 4, over=9),
    _RALSTON,
)

SSPRK3 = Tableau(
    "ssprk3",
    3,
    (0, 1, _HALF),
    (_START, row(1), row(1, 1, over=4)),
    row(1, 1, 4, over=6),
    "Shu & Osher 1988, J. Comput. Phys. 77, eq. 2.18",
)

RK4 = Tableau(
    "rk4",
    4,
    (0, _HALF, _HALF, 1),
    (_START, row(1, over=2), row(0, 1, over=2), row(0, 0, 1)),
    row(1, 2, 2, 1, over=6),
    f"{_KUTTA}; {_HAIRER}, table II.1.2",
)

RK4_ALTERNATIVE = Tableau(
    "rk4_alternative",
    4,
    (0, Fraction(1, 3), Fraction(2, 3), 1),
    (_START, row(1, over=3), row(Fraction(-1, 3), 1), row(1, -1, 1)),
    row(1, 3, 3, 1, over=8),
    f"{_KUTTA} (the 3/8 rule); {_HAIRER}, table II.1.2",
)

_ROOT = sqrt(5.0)
RALSTON4 = Tableau(
    "ralston4",
    4,
    (0, 0.4, (14 - 3 * _ROOT) / 16, 1),
    (
        _START,
        row(0.4),
        row((1428 * _ROOT - 2889) / 1024, (3785 - 1620 * _ROOT) / 1024),
        row((2094 * _ROOT - 3365) / 6040, -(975 + 3046 * _ROOT) / 2552, (467040 + 203968 * _ROOT) / 240845),
    ),
    row(
        (263 + 24 * _ROOT) / 1812,
        (125 - 1000 * _ROOT) / 3828,
        (3426304 + 1661952 * _ROOT) / 5924787,
        (30 - 4 * _ROOT) / 123,
    ),
    f"{_RALSTON}, the method of fourth order with the least bound of the error",
)

# ---- embedded pairs ----

HEUN_EULER = Tableau(
    "heun_euler", 2, (0, 1), (_START, row(1)), row(1, 1, over=2), f"{_HEUN}; {_HAIRER}, sec. II.4", row(1, 0), 1
)

RKF12 = Tableau(
    "rkf12",
    2,
    (0, _HALF, 1),
    (_START, row(1, over=2), row(1, 255, over=256)),
    row(1, 510, 1, over=512),
    f"{_FEHLBERG}, RK1(2)",
    row(1, 255, 0, over=256),
    1,
)

BOGACKI_SHAMPINE = Tableau(
    "bs",
    3,
    (0, _HALF, Fraction(3, 4), 1),
    (_START, row(1, over=2), row(0, 3, over=4), row(2, 3, 4, over=9)),
    row(2, 3, 4, 0, over=9),
    "Bogacki & Shampine 1989, Appl. Math. Lett. 2, 321-325",
    row(7, 6, 8, 3, over=24),
    2,
)

RKF45 = Tableau(
    "rkf45",
    5,
    (0, Fraction(1, 4), Fraction(3, 8), Fraction(12, 13), 1, _HALF),
    (
        _START,
        row(1, over=4),
        row(3, 9, over=32),
        row(1932, -7200, 7296, over=2197),
        decimals("439/216 -8 3680/513 -845/4104"),
        decimals("-8/27 2 -3544/2565 1859/4104 -11/40"),
    ),
    decimals("16/135 0 6656/12825 28561/56430 -9/50 2/55"),
    f"{_FEHLBERG}, RK4(5); {_HAIRER}, sec. II.5",
    decimals("25/216 0 1408/2565 2197/4104 -1/5 0"),
    4,
)

CASH_KARP = Tableau(
    "ck",
    5,
    (0, Fraction(1, 5), Fraction(3, 10), Fraction(3, 5), 1, Fraction(7, 8)),
    (
        _START,
        row(1, over=5),
        row(3, 9, over=40),
        row(3, -9, 12, over=10),
        decimals("-11/54 5/2 -70/27 35/27"),
        decimals("1631/55296 175/512 575/13824 44275/110592 253/4096"),
    ),
    decimals("37/378 0 250/621 125/594 0 512/1771"),
    "Cash & Karp 1990, ACM Trans. Math. Softw. 16, 201-222",
    decimals("2825/27648 0 18575/48384 13525/55296 277/14336 1/4"),
    4,
)

DORMAND_PRINCE = Tableau(
    "rkdp",
    5,
    (0, Fraction(1, 5), Fraction(3, 10), Fraction(4, 5), Fraction(8, 9), 1, 1),
    (
        _START,
        row(1, over=5),
        row(3, 9, over=40),
        decimals("44/45 -56/15 32/9"),
        decimals("19372/6561 -25360/2187 64448/6561 -212/729"),
        decimals("9017/3168 -355/33 46732/5247 49/176 -5103/18656"),
        decimals("35/384 0 500/1113 125/192 -2187/6784 11/84"),
    ),
    decimals("35/384 0 500/1113 125/192 -2187/6784 11/84 0"),
    f"Dormand & Prince 1980, J. Comput. Appl. Math. 6, 19-26; {_HAIRER}, table II.5.2",
    decimals("5179/57600 0 7571/16695 393/640 -92097/339200 187/2100 1/40"),
    4,
)

TABLEAUX = (
    MIDPOINT,
    RK2,
    RK3,
    HEUN3,
    RALSTON3,
    SSPRK3,
    RK4,
    RK4_ALTERNATIVE,
    RALSTON4,
    HEUN_EULER,
    RKF12,
    BOGACKI_SHAMPINE,
    RKF45,
    CASH_KARP,
    DORMAND_PRINCE,
)
"""Those that are a method of their own; ``heun`` also reads noise, so it is in a file of its own."""
